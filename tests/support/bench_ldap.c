/* SPDX-License-Identifier: MIT */

/*
 * The bare client beside which a log-in is measured: what the directory worker does on the wire, in
 * the same order and with the same settings, and nothing else.
 *
 *   bench_ldap URI CA_FILE PERSON_DN PASSWORD BASE DEFAULT_POLICY SYSTEM...
 *
 * StartTLS, one bind with the password policy control, then at once the searches for the person's
 * entry, the account of each SYSTEM and the default policy. Status 0 when each gave one entry.
 */

#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* libldap wants its lists of attributes writable; each ends in NULL below. */
static char person_names[][24] = {"cn",
                                  "ou",
                                  "mail",
                                  "pwdChangedTime",
                                  "pwdReset",
                                  "pwdAccountLockedTime",
                                  "pwdGraceUseTime",
                                  "pwdPolicySubentry",
                                  "pwdLastSuccess",
                                  "pwdStartTime",
                                  "pwdEndTime"};
static char policy_names[][24] = {"pwdMaxAge",          "pwdGraceAuthnLimit", "pwdLockout",
                                  "pwdLockoutDuration", "pwdMustChange",      "pwdMaxIdle"};
static char *person_attributes[sizeof person_names / sizeof person_names[0] + 1];
static char *policy_attributes[sizeof policy_names / sizeof policy_names[0] + 1];

static LDAP *connect_tls(const char *uri, const char *ca_file)
{
    int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, client = 0;
    struct timeval limit = {.tv_sec = 5};
    LDAP *ld;

    if (ldap_initialize(&ld, uri) != LDAP_SUCCESS)
        return NULL;
    ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
    ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    /* Without it libldap 2.5 spins through the TLS handshake. */
    ldap_set_option(ld, LDAP_OPT_CONNECT_ASYNC, LDAP_OPT_ON);
    ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &limit);
    ldap_set_option(ld, LDAP_OPT_TIMEOUT, &limit);
    ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, ca_file);
    ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
    ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_SAN, &demand);
    ldap_set_option(ld, LDAP_OPT_X_TLS_CIPHER_SUITE,
                    "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2");
    ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client);
    return ldap_start_tls_s(ld, NULL, NULL) == LDAP_SUCCESS ? ld : NULL;
}

static int bind_person(LDAP *ld, const char *dn, char *password)
{
    static char oid[] = LDAP_CONTROL_PASSWORDPOLICYREQUEST;
    LDAPControl policy = {.ldctl_oid = oid};
    LDAPControl *controls[] = {&policy, NULL};
    struct berval credentials = {.bv_val = password, .bv_len = strlen(password)};

    return ldap_sasl_bind_s(ld, dn, LDAP_SASL_SIMPLE, &credentials, controls, NULL, NULL);
}

static int ask(LDAP *ld, const char *base, int scope, const char *filter, char **attributes)
{
    int id;

    return ldap_search_ext(ld, base, scope, filter, attributes, 0, NULL, NULL, NULL, 2, &id);
}

int main(int argc, char **argv)
{
    int searches = 2, entries = 0, type;
    LDAP *ld;

    if (argc < 8)
        return 2;
    for (size_t i = 0; i < sizeof person_names / sizeof person_names[0]; i++)
        person_attributes[i] = person_names[i];
    for (size_t i = 0; i < sizeof policy_names / sizeof policy_names[0]; i++)
        policy_attributes[i] = policy_names[i];
    setenv("LDAPNOINIT", "1", 1);
    setenv("SASL_PATH", "/nonexistent", 1);
    ld = connect_tls(argv[1], argv[2]);
    if (ld == NULL || bind_person(ld, argv[3], argv[4]) != LDAP_SUCCESS)
        return 1;
    if (ask(ld, argv[3], LDAP_SCOPE_BASE, "(objectClass=*)", person_attributes) != LDAP_SUCCESS ||
        ask(ld, argv[6], LDAP_SCOPE_BASE, "(objectClass=*)", policy_attributes) != LDAP_SUCCESS)
        return 1;
    for (int i = 7; i < argc; i++, searches++) {
        char filter[512];

        snprintf(filter, sizeof filter, "(&(objectClass=account)(seeAlso=%s)(host=%s))", argv[3],
                 argv[i]);
        if (ask(ld, argv[5], LDAP_SCOPE_SUBTREE, filter, person_attributes + 3) != LDAP_SUCCESS)
            return 1;
    }
    for (int left = searches; left > 0;) {
        LDAPMessage *message;

        type = ldap_result(ld, LDAP_RES_ANY, LDAP_MSG_ONE, NULL, &message);
        if (type <= 0)
            return 1;
        entries += type == LDAP_RES_SEARCH_ENTRY;
        left -= type == LDAP_RES_SEARCH_RESULT;
        ldap_msgfree(message);
    }
    _exit(entries == searches ? 0 : 1);
}
