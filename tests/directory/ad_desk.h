/* SPDX-License-Identifier: MIT */
#ifndef AD_DESK_H
#define AD_DESK_H

/*
 * The Active Directory of the tests with a helpdesk: the people of ad.h to look at, others ("r...")
 * to act on, and operators, who are people apart. Rights as matkhau.conf(5) has them.
 */

#include "ad.h"

#define LEADERS "OU=Leaders," SAMBA_SUFFIX
#define GROUPS "OU=Groups," SAMBA_SUFFIX
#define HANOI "CN=hanoi," GROUPS /* op, op2: they do what a helpdesk does */
#define LEADER_DN(login) "CN=" login "," LEADERS
#define BOARD "OU=Board," STAFF /* people among the staff whom a helpdesk must not touch */
#define BOARD_DN(login) "CN=" login "," BOARD

// clang-format off

#define IN(dn, login) \
    "dn: " dn "\nchangetype: add\nobjectClass: user\nsAMAccountName: " login "\n" \
    "userPrincipalName: " login "@example.test\nunicodePwd:: @\"" PASSWORD "\"@\n" \
    "userAccountControl: " NORMAL "\n\n"
#define OU(dn) "dn: " dn "\nchangetype: add\nobjectClass: organizationalUnit\n\n"
#define MEMBER(dn) "member: " dn "\n"

/* weak is an operator of no group: who sees it all and may do nothing. */
static const char ad_desk_ldif[] =
    OU(LEADERS) OU(GROUPS) OU(BOARD)
    IN(LEADER_DN("op"), "op") IN(LEADER_DN("op2"), "op2") IN(LEADER_DN("weak"), "weak")
    IN(LEADER_DN("boss"), "boss") IN(BOARD_DN("director"), "director")
    PERSON("chief", NORMAL, "") PERSON("prime", NORMAL, "")
    PERSON("rfine", NORMAL, "") PERSON("rlocked", NORMAL, "") PERSON("rforever", NORMAL, "")
    PERSON("rexpired", NORMAL, "") PERSON("rmust", NORMAL, "") PERSON("rdisabled", DISABLED, "")
    PERSON("rstrict", NORMAL, "") PERSON("rnever", NEVER_EXPIRES, "")
    PERSON("rnoted", NORMAL, "comment: 20260901020304Z hanoi\n")
    PERSON("rtaken", NORMAL, "comment: Tang 3\n")
    PERSON("race", NORMAL, "") PERSON("lost", NORMAL, "") PERSON("late", NORMAL, "")
    "dn: " HANOI "\nchangetype: add\nobjectClass: group\nsAMAccountName: hanoi\n"
    MEMBER(LEADER_DN("op")) MEMBER(LEADER_DN("op2")) "\n"
    "dn: CN=Domain Admins,CN=Users," SAMBA_SUFFIX "\nchangetype: modify\nadd: member\n"
    MEMBER(LEADER_DN("boss")) MEMBER(AD_DN("chief")) MEMBER(AD_DN("prime")) "\n"
    /* With that as the primary group, "member" does not name the person any more. */
    SET(AD_DN("prime"), "primaryGroupID", "512");

static const char ad_desk_raw[] =
    CHANGED("rexpired", "@-100d@") CHANGED("rmust", "0") CHANGED("rlocked", "@-10d@")
    SET(AD_DN("rlocked"), "lockoutTime", "@-1m@") SET(AD_DN("rlocked"), "badPwdCount", "3")
    SET(AD_DN("rlocked"), "badPasswordTime", "@-1m@")
    SET(AD_DN("fine"), "badPwdCount", "2") SET(AD_DN("fine"), "badPasswordTime", "@-5m@")
    SET(AD_DN("soon"), "badPwdCount", "2") SET(AD_DN("soon"), "badPasswordTime", "@-2h@")
    SET(AD_DN("fine"), "lastLogon", "@-3d@") SET(AD_DN("fine"), "lastLogonTimestamp", "@-9d@")
    SET(AD_DN("locked"), "badPwdCount", "3") SET(AD_DN("locked"), "badPasswordTime", "@-1m@");

// clang-format on

/* Adds all that to the running server of ad.h. */
static inline void ad_desk_add(void)
{
    if (missing != NULL)
        return;
    samba_modify(&samba, ad_desk_ldif, ad_desk_raw);
    samba_desk(&samba, STAFF, HANOI, (const char *[]){BOARD, AD_DN("chief"), NULL});
}

/* As ad_directory, with what a helpdesk needs. */
static inline struct mk_request_directory ad_desk_directory(void)
{
    struct mk_request_directory d = ad_directory(samba.ldaps);

    (void)snprintf(d.login_attribute, sizeof d.login_attribute, "sAMAccountName");
    (void)snprintf(d.note_attribute, sizeof d.note_attribute, "comment");
    return d;
}

#endif
