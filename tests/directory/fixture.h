/* SPDX-License-Identifier: MIT */
#ifndef FIXTURE_H
#define FIXTURE_H

/* The directory that the tests of the worker share: invented people, every one in a state. */

#include "fixture_worker.h"
#include "slapd.h"

#define SUFFIX "dc=example,dc=vn"
#define PEOPLE "ou=people," SUFFIX
#define SYSTEMS "ou=systems," SUFFIX
#define POLICIES "ou=policies," SUFFIX
#define PERSON_DN(uid) "uid=" uid "," PEOPLE

/* The entries above the people, and the policies. */
#define FIXTURE_TOP                                                                                \
    "dn: " SUFFIX "\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n"  \
    "\n"                                                                                           \
    "dn: " PEOPLE "\nobjectClass: organizationalUnit\nou: people\n\n"                              \
    "dn: " SYSTEMS "\nobjectClass: organizationalUnit\nou: systems\n\n"                            \
    "dn: " POLICIES "\nobjectClass: organizationalUnit\nou: policies\n\n" FIXTURE_POLICY(          \
        "default", "pwdMaxAge: 7776000\npwdExpireWarning: 1209600\npwdMinLength: 8\n"              \
                   "pwdCheckQuality: 2\npwdInHistory: 5\npwdLockout: TRUE\npwdMaxFailure: 5\n"     \
                   "pwdLockoutDuration: 900\npwdMustChange: TRUE\npwdMaxLength: 64\n")

#define FIXTURE_POLICY(name, rules)                                                                \
    "dn: cn=" name "," POLICIES "\nobjectClass: namedPolicy\nobjectClass: pwdPolicy\ncn: " name    \
    "\npwdAttribute: userPassword\n" rules "\n"

/* A person; `state` is lines of operational attributes. */
#define FIXTURE_PERSON(uid, state)                                                                 \
    "dn: " PERSON_DN(uid) "\nobjectClass: inetOrgPerson\nuid: " uid "\ncn: Le Thi " uid            \
                          "\nsn: Le\nou: Phong Nghiep vu\nmail: " uid                              \
                          "@example.vn\nuserPassword: " PASSWORD "\n" state "\n"

/* An account of the person `uid` for a system. */
#define FIXTURE_ACCOUNT(system, uid, state)                                                        \
    "dn: uid=" uid "-" system "," SYSTEMS "\nobjectClass: account\nobjectClass: "                  \
    "simpleSecurityObject\nuid: " uid "-" system "\nhost: " system                                 \
    "\nseeAlso: " PERSON_DN(uid) "\nuserPassword: " PASSWORD "\n" state "\n"

#define CHANGED(when) "pwdChangedTime: @" when "@\n"
#define POLICY(name) "pwdPolicySubentry: cn=" name "," POLICIES "\n"

#define BY_DN "uid=%u," PEOPLE
#define BY_FILTER "(&(objectClass=inetOrgPerson)(uid=%u))"

/*
 * A directory of one URI: people by DN template, default policy known, three calendar months, 14
 * days of warning, 1 s for a server and 1 s for an operation.
 */
static inline struct mk_request_directory fixture_directory(const struct slapd *slapd,
                                                            const char *uri)
{
    struct mk_request_directory d = {
        .uris = 1,
        .log_in_uris = 1,
        .writable = 1,
        .tls = MK_TLS_STARTTLS,
        .base = SUFFIX,
        .person_dn = BY_DN,
        .default_policy = "cn=default," POLICIES,
        .name_attribute = "cn",
        .unit_attribute = "ou",
        .max_age_unit = MK_AGE_MONTHS,
        .max_age = 3,
        .warn_seconds = 14 * 86400,
        .server_ms = 1000,
        .operation_ms = 1000,
        .total_ms = 5000,
    };

    (void)snprintf(d.uri[0], sizeof d.uri[0], "%s", uri);
    (void)snprintf(d.ca_file, sizeof d.ca_file, "%s", slapd->ca_file);
    return d;
}

/* A worker that has logged `login` in over ldapi with PASSWORD. */
static inline struct worker fixture_login(const struct slapd *slapd, const char *login)
{
    struct mk_request_directory directory = fixture_directory(slapd, slapd->ldapi);

    return fixture_logged_in(&directory, login);
}

#endif
