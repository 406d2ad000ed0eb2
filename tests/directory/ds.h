/* SPDX-License-Identifier: MIT */
#ifndef DS_H
#define DS_H

/* The 389 Directory Server of the tests: invented people, every one in a state. */

#include "ds389.h"
#include "fixture_worker.h"

#define SUFFIX "dc=example,dc=vn"
#define PEOPLE "ou=people," SUFFIX
#define SYSTEMS "ou=systems," SUFFIX
#define POLICIES "ou=policies," SUFFIX
#define PERSON_DN(uid) "uid=" uid "," PEOPLE
#define ACCOUNT_DN(host) "uid=an-" host "," SYSTEMS

// clang-format off

/* The server's policy. People may not read it. */
static const char ds_config[] =
    "nsslapd-pwpolicy-local: on\n"
    "passwordExp: on\n"
    "passwordMaxAge: 7776000\n"
    "passwordWarning: 1209600\n"
    "passwordMustChange: on\n"
    "passwordLockout: on\n"
    "passwordMaxFailure: 3\n"
    "passwordLockoutDuration: 900\n"
    "passwordHistory: on\n"
    "passwordInHistory: 5\n"
    "passwordCheckSyntax: on\n"
    "passwordMinLength: 8\n"
    "passwordGraceLimit: 0\n";

#define ACI(name, target, rights, who) \
    "aci: (targetattr" target ")(version 3.0; acl \"" name "\"; allow (" rights ") " who ";)\n"
#define LOOK(name, who) \
    ACI(name, "!=\"userPassword || passwordHistory\"", "read, search, compare", who)
#define CHANGE(name, who) ACI(name, "=\"userPassword\"", "write", who)
#define SELF "userdn=\"ldap:///self\""
#define OWNER "userattr=\"seeAlso#USERDN\""

#define FOLDER(name, rights) \
    "dn: ou=" name "," SUFFIX "\nobjectClass: organizationalUnit\nou: " name "\n" rights "\n"

/* A policy of its own: what it does not name is at its default, whatever cn=config says. */
#define POLICY(name, rules) \
    "dn: cn=" name "," POLICIES "\nobjectClass: ldapsubentry\nobjectClass: passwordpolicy\n" \
    "cn: " name "\npasswordExp: on\npasswordMaxAge: 7776000\npasswordMustChange: on\n" \
    "passwordLockout: on\npasswordMaxFailure: 3\n" rules "\n"

#define PERSON_IN(folder, uid, state) \
    "dn: uid=" uid ",ou=" folder "," SUFFIX "\nobjectClass: inetOrgPerson\nuid: " uid "\n" \
    "cn: Le Thi " uid "\nsn: Le\nou: Phong Nghiep vu\nmail: " uid "@example.vn\n" \
    "userPassword: " PASSWORD "\n" state "\n"
#define PERSON(uid, state) PERSON_IN("people", uid, state)

/* An account that belongs to the person "an". */
#define ACCOUNT_IN(folder, host, name, state) \
    "dn: uid=" name ",ou=" folder "," SUFFIX "\nobjectClass: account\n" \
    "objectClass: simpleSecurityObject\nuid: " name "\nhost: " host "\n" \
    "seeAlso: " PERSON_DN("an") "\nuserPassword: " PASSWORD "\n" state "\n"
#define ACCOUNT(host, state) ACCOUNT_IN("systems", host, "an-" host, state)

/* A person in that state, and an account in it. */
#define BOTH(name, state) PERSON(name, state) ACCOUNT(name, state)

#define EXPIRES(when) "passwordExpirationTime: @" when "@\n"
#define MUST_CHANGE "passwordExpirationTime: 19700101000000Z\n"
#define UNDER(policy) "pwdpolicysubentry: cn=" policy "," POLICIES "\n"
#define LOCK(count, until) \
    "passwordRetryCount: " count "\naccountUnlockTime: " until "\nretryCountResetTime: @+500s@\n"
#define TEMPORARY(from, until) \
    MUST_CHANGE UNDER("temporary") "pwdReset: TRUE\npwdTPRReset: TRUE\npwdTPRUseCount: 0\n" \
    "pwdTPRValidFrom: " from "\npwdTPRExpireAt: " until "\n"

static const char ds_ldif[] =
    "dn: " SUFFIX "\nobjectClass: domain\ndc: example\n"
    /* Who has not logged in finds people, and sees nothing but their names. */
    ACI("find", "=\"uid || objectClass\"", "read, search, compare", "userdn=\"ldap:///anyone\"")
    "\n"
    FOLDER("people", LOOK("self", SELF) CHANGE("change", SELF))
    FOLDER("systems", LOOK("owner", OWNER) CHANGE("change", OWNER))
    FOLDER("fixed", LOOK("self", SELF) LOOK("owner", OWNER))
    FOLDER("unseen", CHANGE("change", SELF))
    FOLDER("policies", ACI("all", "=\"*\"", "read, search, compare", "userdn=\"ldap:///all\""))
    POLICY("plain", "")
    POLICY("grace", "passwordGraceLimit: 3\n")
    POLICY("forgood", "passwordUnlock: off\n")
    POLICY("young", "passwordMinAge: 864000\n")
    POLICY("forbidden", "passwordChange: off\n")
    POLICY("temporary", "passwordTPRDelayValidFrom: 3600\npasswordTPRDelayExpireAt: 7200\n")
    POLICY("rules", "passwordCheckSyntax: on\npasswordMinLength: 8\npasswordMinSpecials: 1\n"
           "passwordMaxRepeats: 2\npasswordPalindrome: on\npasswordMaxSequence: 3\n"
           "passwordMaxSeqSets: 2\npasswordMaxClassChars: 6\n"
           "passwordHistory: on\npasswordInHistory: 5\n")
    PERSON("an", EXPIRES("+60d"))
    BOTH("fine", EXPIRES("+60d"))
    BOTH("soon", EXPIRES("+5d"))
    BOTH("grace", EXPIRES("-5d") UNDER("grace"))
    BOTH("expired", EXPIRES("-5d") UNDER("plain"))
    BOTH("reset", MUST_CHANGE)
    BOTH("locked", EXPIRES("+60d") LOCK("3", "@+800s@"))
    BOTH("forgood", EXPIRES("+60d") UNDER("forgood") LOCK("3", "19700101000000Z"))
    BOTH("disabled", EXPIRES("+60d") "nsAccountLock: true\n")
    BOTH("notyet", TEMPORARY("@+1h@", "@+2h@"))
    BOTH("ended", TEMPORARY("@-2h@", "@-1h@"))
    BOTH("young", EXPIRES("+60d") UNDER("young") "passwordAllowChangeTime: @+9d@\n")
    BOTH("forbidden", EXPIRES("+60d") UNDER("forbidden"))
    BOTH("unsure", EXPIRES("-5d"))
    PERSON_IN("fixed", "noright", EXPIRES("+60d"))
    ACCOUNT_IN("fixed", "noright", "an-noright", EXPIRES("+60d"))
    PERSON_IN("unseen", "hidden", EXPIRES("+60d"))
    BOTH("two", EXPIRES("+60d"))
    PERSON_IN("fixed", "two", EXPIRES("+60d"))
    ACCOUNT_IN("fixed", "two", "an-two-too", EXPIRES("+60d"))
    /* A lock that a reset has ended, and one that has not come about. */
    ACCOUNT("released", EXPIRES("+60d") LOCK("0", "@+800s@"))
    ACCOUNT("almost", EXPIRES("+60d") UNDER("plain") LOCK("2", "@+800s@"))
    ACCOUNT("over", EXPIRES("+60d") LOCK("3", "@-10s@"))
    ACCOUNT("never", "passwordExpirationTime: 19700101000001Z\n")
    ACCOUNT("new", "")
    PERSON("wrong", EXPIRES("+60d"))
    PERSON("rules", EXPIRES("+60d") UNDER("rules"))
    PERSON("refused", MUST_CHANGE)
    PERSON("spender", EXPIRES("-5d") UNDER("grace"))
    PERSON("clear", EXPIRES("+60d"))
    PERSON("late", EXPIRES("+60d"))
    PERSON("replica", EXPIRES("+60d"));

// clang-format on

#define BY_FILTER "(&(objectClass=inetOrgPerson)(uid=%u))"

/*
 * The directory: people found by name, no rule of the ministry, 14 days of warning, 2 s for a
 * server and 2 s for an operation. The server has to say by itself what it is.
 */
static inline struct mk_request_directory ds_directory(const struct ds389 *server, const char *uri)
{
    struct mk_request_directory d = {
        .uris = 1,
        .log_in_uris = 1,
        .writable = 1,
        .kind = MK_KIND_ASK,
        .tls = MK_TLS_STARTTLS,
        .base = SUFFIX,
        .person_filter = BY_FILTER,
        .name_attribute = "cn",
        .unit_attribute = "ou",
        .max_age_unit = MK_AGE_NONE,
        .warn_seconds = 14 * 86400,
        .server_ms = 2000,
        .operation_ms = 2000,
        .total_ms = 10000,
    };

    (void)snprintf(d.uri[0], sizeof d.uri[0], "%s", uri);
    (void)snprintf(d.ca_file, sizeof d.ca_file, "%s", server->ca_file);
    return d;
}

/* A worker that has logged `login` in with PASSWORD. */
static inline struct worker ds_login(const struct ds389 *server, const char *login)
{
    struct mk_request_directory directory = ds_directory(server, server->ldaps);

    return fixture_logged_in(&directory, login);
}

#endif
