/* SPDX-License-Identifier: MIT */
#ifndef DS_DESK_H
#define DS_DESK_H

/*
 * A 389 Directory Server with a helpdesk: people in every state for it to look at, the same again
 * ("r...") for it to act on, and operators. Its rules are those that matkhau.conf(5) asks for.
 */

#include "ds.h"

#define GROUPS "ou=groups," SUFFIX
#define HANOI "cn=hanoi," GROUPS     /* op, op2: they do what a helpdesk does */
#define HUE "cn=hue," GROUPS         /* weak: who sees it all and may do nothing */
#define SAIGON "cn=saigon," GROUPS   /* blind: who sees that people are there, and their dates */
#define DANANG "cn=danang," GROUPS   /* half: who sees the end of a lock, and no wrong passwords */
#define ADMINS "cn=admins," GROUPS   /* boss */
#define SECRETS "ou=secrets," SUFFIX /* policies that nobody may read */

// clang-format off

#define GROUPDN(group) "groupdn=\"ldap:///" group "\""

#define GROUP(dn, name, members) \
    "dn: " dn "\nobjectClass: groupOfNames\ncn: " name "\n" members "\n"
#define MEMBER(uid) "member: " PERSON_DN(uid) "\n"

/* What the plug-in MemberOf keeps. */
#define MEMBER_OF(group) "objectClass: nsMemberOf\nmemberOf: " group "\n"

#define DESK_ACT \
    "aci: (targetattr=\"userPassword || passwordExpirationTime || passwordRetryCount || " \
    "accountUnlockTime || description\")" \
    "(targetfilter=\"(!(|(memberOf=" HANOI ")(memberOf=" HUE ")(memberOf=" SAIGON ")(memberOf=" \
    ADMINS ")))\")(version 3.0; acl \"desk: act\"; allow (write) " GROUPDN(HANOI) ";)\n"

/* Operators may see which rules are in force. */
static const char ds_desk_policy[] =
    "aci: (targetattr=\"objectClass || passwordExp || passwordMaxAge || passwordMustChange || "
    "passwordGraceLimit || passwordLockout || passwordUnlock || passwordMaxFailure || "
    "passwordLockoutDuration\")(targetfilter=\"(objectClass=nsslapdConfig)\")"
    "(version 3.0; acl \"desk: policy\"; allow (read, search, compare) " GROUPDN(HANOI) " or "
    GROUPDN(HUE) ";)\n";

/* Somebody to look at, and somebody to act on. */
#define TWICE(uid, state) PERSON(uid, state) PERSON("r" uid, state)

static const char ds_desk_ldif[] =
    "dn: " SUFFIX "\nobjectClass: domain\ndc: example\n"
    ACI("find", "=\"uid || objectClass\"", "read, search, compare", "userdn=\"ldap:///anyone\"")
    "\n"
    FOLDER("people", LOOK("self", SELF) CHANGE("change", SELF)
           LOOK("desk: look", GROUPDN(HANOI) " or " GROUPDN(HUE))
           ACI("desk: blind", "=\"cn || passwordExpirationTime\"", "read, search, compare",
               GROUPDN(SAIGON))
           ACI("desk: half", "=\"cn || passwordExpirationTime || accountUnlockTime\"",
               "read, search, compare", GROUPDN(DANANG))
           DESK_ACT)
    FOLDER("groups", ACI("all", "=\"*\"", "read, search, compare", "userdn=\"ldap:///all\""))
    FOLDER("policies", ACI("all", "=\"*\"", "read, search, compare", "userdn=\"ldap:///all\""))
    FOLDER("secrets", "")
    GROUP(HANOI, "hanoi", MEMBER("op") MEMBER("op2"))
    GROUP(HUE, "hue", MEMBER("weak"))
    GROUP(SAIGON, "saigon", MEMBER("blind"))
    GROUP(DANANG, "danang", MEMBER("half"))
    GROUP(ADMINS, "admins", MEMBER("boss"))
    POLICY("plain", "")
    POLICY("forgood", "passwordUnlock: off\n")
    "dn: cn=lax," POLICIES "\nobjectClass: ldapsubentry\nobjectClass: passwordpolicy\ncn: lax\n"
    "passwordExp: on\npasswordMaxAge: 7776000\npasswordMustChange: off\n\n"
    "dn: cn=secret," SECRETS "\nobjectClass: ldapsubentry\nobjectClass: passwordpolicy\n"
    "cn: secret\npasswordExp: on\npasswordMustChange: on\n\n"
    PERSON("op", EXPIRES("+60d") MEMBER_OF(HANOI))
    PERSON("op2", EXPIRES("+60d") MEMBER_OF(HANOI))
    PERSON("weak", EXPIRES("+60d") MEMBER_OF(HUE))
    PERSON("blind", EXPIRES("+60d") MEMBER_OF(SAIGON))
    PERSON("half", EXPIRES("+60d"))
    PERSON("boss", EXPIRES("+60d") MEMBER_OF(ADMINS) LOCK("3", "@+800s@"))
    TWICE("fine", EXPIRES("+60d"))
    TWICE("timed", EXPIRES("+60d") LOCK("3", "@+800s@"))
    TWICE("forgood", EXPIRES("+60d") UNDER("forgood") LOCK("3", "19700101000000Z"))
    TWICE("released", EXPIRES("+60d") LOCK("0", "@+800s@"))
    TWICE("almost", EXPIRES("+60d") UNDER("plain") LOCK("2", "@+800s@"))
    TWICE("over", EXPIRES("+60d") LOCK("3", "@-10s@"))
    TWICE("expired", EXPIRES("-5d") UNDER("plain"))
    TWICE("must", MUST_CHANGE)
    TWICE("disabled", EXPIRES("+60d") "nsAccountLock: true\n")
    TWICE("lax", EXPIRES("+60d") UNDER("lax"))
    TWICE("new", "")
    PERSON("lasting", MUST_CHANGE UNDER("lax"))
    PERSON("secret", MUST_CHANGE "pwdpolicysubentry: cn=secret," SECRETS "\n")
    PERSON("forgot", EXPIRES("+60d") "passwordRetryCount: 2\nretryCountResetTime: @-60s@\n"
           "description: Tang 3\ndescription: 20260901020304Z hanoi\n")
    PERSON("race", EXPIRES("+60d"))
    PERSON("lost", EXPIRES("+60d"));

// clang-format on

/* As ds_directory, with what a helpdesk needs. */
static inline struct mk_request_directory ds_desk_directory(const struct ds389 *server)
{
    struct mk_request_directory d = ds_directory(server, server->ldaps);

    (void)snprintf(d.default_policy, sizeof d.default_policy, "cn=config");
    (void)snprintf(d.login_attribute, sizeof d.login_attribute, "uid");
    (void)snprintf(d.note_attribute, sizeof d.note_attribute, "description");
    return d;
}

#endif
