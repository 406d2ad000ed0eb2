/* SPDX-License-Identifier: MIT */
#ifndef AD_H
#define AD_H

/* The Active Directory of the tests: invented people, every one in a state. */

#include "fixture_worker.h"
#include "samba.h"

#define STAFF "OU=Staff," SAMBA_SUFFIX
#define AD_DN(login) "CN=Le Thi " login "," STAFF
#define PSO_DN(name) "CN=" name ",CN=Password Settings Container,CN=System," SAMBA_SUFFIX

/* userAccountControl, MS-ADTS 2.2.16. */
#define NORMAL "512"
#define DISABLED "514"
#define NEVER_EXPIRES "66048"

/* "User cannot change password", and everybody who has logged in may read. */
#define NO_CHANGE                                                                                  \
    "nTSecurityDescriptor: D:(OD;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)"                    \
    "(OD;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;PS)(A;;RPLCRC;;;AU)\n"

/* By default a fine-grained policy is for the eyes of administrators only. */
#define READABLE "nTSecurityDescriptor: D:P(A;;GA;;;DA)(A;;GA;;;SY)(A;;RPLCRC;;;AU)\n"

/* Nobody but the administrators reads anything. */
#define NO_READING "nTSecurityDescriptor: D:P(A;;RPWPLCRC;;;DA)(A;;RPWPLCRCWDWO;;;SY)\n"

#define PERSON(login, control, more)                                                               \
    "dn: " AD_DN(login) "\nchangetype: add\nobjectClass: user\nsAMAccountName: " login             \
                        "\nuserPrincipalName: " login "@example.test\ndisplayName: Lê Thị " login  \
                        "\ndepartment: Phòng Nghiệp vụ 3\nmail: " login                            \
                        "@moj.example.test\nunicodePwd:: @\"" PASSWORD                             \
                        "\"@\nuserAccountControl: " control "\n" more "\n"

/* Durations are negative, in units of 100 ns. A maximum age of a day or less means none (4.17). */
#define PSO(name, length, history, min_age, max_age, lock, who, more)                              \
    "dn: " PSO_DN(name) "\nchangetype: add\nobjectClass: msDS-PasswordSettings\n"                  \
                        "msDS-PasswordSettingsPrecedence: 10\n"                                    \
                        "msDS-PasswordReversibleEncryptionEnabled: FALSE\n"                        \
                        "msDS-PasswordHistoryLength: " history "\n"                                \
                        "msDS-PasswordComplexityEnabled: TRUE\n"                                   \
                        "msDS-MinimumPasswordLength: " length                                      \
                        "\nmsDS-MinimumPasswordAge: " min_age                                      \
                        "\nmsDS-MaximumPasswordAge: " max_age "\nmsDS-LockoutThreshold: 3\n"       \
                        "msDS-LockoutObservationWindow: -18000000000\n"                            \
                        "msDS-LockoutDuration: " lock "\nmsDS-PSOAppliesTo: " AD_DN(who) "\n" more \
                                                                                         "\n"

#define SET(dn, attribute, value)                                                                  \
    "dn: " dn "\nchangetype: modify\nreplace: " attribute "\n" attribute ": " value "\n\n"

#define CHANGED(login, when) SET(AD_DN(login), "pwdLastSet", when)

/* 90 days, 8 characters, 5 old passwords, three wrong ones lock for half an hour. */
static const char ad_ldif[] = SET(SAMBA_SUFFIX, "maxPwdAge",
                                  "-77760000000000") SET(SAMBA_SUFFIX, "minPwdAge", "0")
    SET(SAMBA_SUFFIX, "minPwdLength", "8") SET(SAMBA_SUFFIX, "pwdHistoryLength", "5") SET(
        SAMBA_SUFFIX, "lockoutThreshold",
        "3") "dn: " STAFF "\nchangetype: add\nobjectClass: organizationalUnit\n\n" PERSON("fine",
                                                                                          NORMAL,
                                                                                          "")
        PERSON("soon", NORMAL, "") PERSON("expired", NORMAL, "") PERSON("must", NORMAL, "") PERSON(
            "locked", NORMAL, "") PERSON("unlocked", NORMAL, "") PERSON("forever", NORMAL, "")
            PERSON("disabled", DISABLED, "") PERSON("ended", NORMAL, "accountExpires: @-5d@\n")
                PERSON("never", NEVER_EXPIRES, "") PERSON("lasting", NEVER_EXPIRES,
                                                          "") PERSON("strict", NORMAL, "")
                    PERSON("young", NORMAL, "") PERSON("fixed", NORMAL, NO_CHANGE) PERSON(
                        "hidden", NORMAL, NO_READING) PERSON("twin", NORMAL, "employeeID: twin\n")
                        PERSON("other", NORMAL, "employeeID: twin\n")
                            PERSON("hours", NORMAL, "logonHours:: AAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")
                                PERSON("place", NORMAL, "userWorkstations: PC1\n")
                                    PERSON("unsure", NORMAL, "") PERSON("history", NORMAL, "")
                                        PERSON("change", NORMAL, "")
    /* 12 characters, 30 days */
    PSO("strict", "12", "5", "0", "-25920000000000", "-18000000000", "strict", "")
        PSO("young", "8", "5", "-864000000000", "-77760000000000", "-18000000000", "young", "")
            PSO("forever", "8", "5", "0", "-77760000000000", "-9223372036854775808", "forever",
                READABLE);

static const char ad_raw[] =
    CHANGED("fine", "@-10d@") CHANGED("soon", "@-85d@") CHANGED("expired", "@-100d@")
        CHANGED("must", "0") CHANGED("locked", "@-10d@") CHANGED("unlocked", "@-10d@")
            CHANGED("forever", "@-10d@") CHANGED("never", "@-400d@") CHANGED("lasting", "0")
                CHANGED("strict", "@-25d@") SET(AD_DN("locked"), "lockoutTime", "@-1m@")
                    SET(AD_DN("unlocked"), "lockoutTime", "@-2h@")
                        SET(AD_DN("forever"), "lockoutTime", "@-3d@");

/* AD_DN() of any text; it lasts until the next call. */
static inline const char *ad_dn(const char *login)
{
    static char dn[128];

    (void)snprintf(dn, sizeof dn, AD_DN("%s"), login);
    return dn;
}

/* The server of a test program, and why there is none, or NULL. */
static struct samba samba;
static const char *missing;

/*
 * Makes it. Where Samba is not installed, or `kerberos` is false because our programs were built
 * without it, there is none, and after the words `untested` the reason is printed.
 */
static inline void ad_create(bool kerberos, const char *untested)
{
    missing = samba_missing();
    if (missing == NULL && !kerberos)
        missing = "built without libkrb5 (meson option kerberos)";
    if (missing == NULL)
        samba_create(&samba, ad_ldif, ad_raw);
    else
        print_message("# %s: %s\n", untested, missing);
}

/* The end of the group. */
static inline int ad_remove(void **state)
{
    (void)state;
    if (missing == NULL)
        samba_remove(&samba);
    return 0;
}

/* The beginning of every test: without a server it is skipped. */
static inline void ad_begin(void **state)
{
    (void)state;
    if (missing != NULL)
        skip();
}

/*
 * The directory of one URI: log-in by UPN, then the person by sAMAccountName; three calendar
 * months, 14 days of warning, 2 s for a server and 2 s for an operation.
 */
static inline struct mk_request_directory ad_directory(const char *uri)
{
    struct mk_request_directory d = {
        .uris = 1,
        .log_in_uris = 1,
        .writable = 1,
        .kind = MK_KIND_ASK,
        .tls = MK_TLS_STARTTLS,
        .base = SAMBA_SUFFIX,
        .person_filter = "(sAMAccountName=%u)",
        .log_in_name = "%u@example.test",
        .realm = "EXAMPLE.TEST",
        .kdcs = 1,
        .total_ms = 6000,
        .name_attribute = "displayName",
        .unit_attribute = "department",
        .max_age_unit = MK_AGE_MONTHS,
        .max_age = 6,
        .warn_seconds = 14 * 86400,
        .server_ms = 2000,
        .operation_ms = 2000,
    };

    (void)snprintf(d.uri[0], sizeof d.uri[0], "%s", uri);
    (void)snprintf(d.kdc[0], sizeof d.kdc[0], "%s", samba.address);
    (void)snprintf(d.ca_file, sizeof d.ca_file, "%s", samba.ca_file);
    return d;
}

/* A worker that has logged `login` in with PASSWORD. */
static inline struct worker ad_login(const char *login)
{
    struct mk_request_directory directory = ad_directory(samba.ldaps);

    return fixture_logged_in(&directory, login);
}

#endif
