// SPDX-License-Identifier: MIT
#include "ad_rules.h"

#include <time.h>

#include "ad_code.h"
#include "deadline.h"
#include "entry.h"
#include "kind.h"
#include "ldaptime.h"

/* The rules that a new password of one account has to keep. */
struct rules {
    bool known;
    bool complex;
    int64_t length;  /* in UTF-16 units */
    int64_t changed; /* FILETIME */
    int64_t min_age; /* in the units of FILETIME */
};

/* The one entry of a base search, or NULL; the caller frees it. */
static LDAPMessage *read_entry(LDAP *ld, const char *dn, char **attributes, uint32_t operation_ms)
{
    int64_t deadline = deadline_after(operation_ms);
    int id;

    if (ldap_search_ext(ld, dn, LDAP_SCOPE_BASE, NULL, attributes, 0, NULL, NULL, NULL, 1, &id) !=
        LDAP_SUCCESS)
        return NULL;
    return answer_entry(ld, id, deadline);
}

static struct rules read_rules(const struct verified *server, const char *dn, uint32_t operation_ms)
{
    char last_set[] = "pwdLastSet";
    char pso[] = "msDS-ResultantPSO";
    char length[] = "minPwdLength";
    char age[] = "minPwdAge";
    char properties[] = "pwdProperties";
    char *of_account[] = {last_set, pso, NULL};
    char *of_domain[] = {length, age, properties, NULL};
    LDAP *ld = connection_ldap(server);
    struct rules rules = {.known = false};
    LDAPMessage *entry;
    int64_t flags = 0;

    entry = read_entry(ld, dn, of_account, operation_ms);
    rules.known = entry != NULL && entry_count(ld, entry, pso) == 0 &&
                  entry_integer(ld, entry, last_set, &rules.changed);
    ldap_msgfree(entry);
    if (!rules.known)
        return rules;
    entry = read_entry(ld, connection_root(server)->context, of_domain, operation_ms);
    rules.known = entry != NULL && entry_integer(ld, entry, length, &rules.length) &&
                  entry_integer(ld, entry, age, &rules.min_age) &&
                  entry_integer(ld, entry, properties, &flags);
    rules.complex = (flags & AD_CODE_COMPLEX) != 0;
    ldap_msgfree(entry);
    return rules;
}

/*
 * Which of the domain's rules a refused password breaks for certain; MK_SOME_RULE where they do not
 * tell. Whether it had been used before is nothing that can be read.
 */
static enum mk_result broken_rule(const struct verified *server, const char *dn,
                                  const struct mk_password *password, uint32_t operation_ms)
{
    struct rules rules = read_rules(server, dn, operation_ms);
    int64_t now = (int64_t)time(NULL) + connection_root(server)->ahead;

    if (!rules.known)
        return MK_SOME_RULE;
    if (rules.changed > 0 && rules.min_age < 0 && rules.min_age != AD_CODE_NEVER_DURATION &&
        now < ldaptime_of_filetime(rules.changed) - rules.min_age / LDAPTIME_FILETIME_SECOND)
        return MK_TOO_YOUNG;
    if (ad_code_units(password) < rules.length)
        return MK_TOO_SHORT;
    if (rules.complex && !ad_code_is_complex(password))
        return MK_FEW_KINDS;
    return MK_SOME_RULE;
}

enum mk_result ad_rules_refusal(const struct answer *answer)
{
    static const struct kind_refusal refusals[] = {
        {LDAP_INSUFFICIENT_ACCESS, KIND_ANY, MK_NO_RIGHT},
        {LDAP_REFERRAL, KIND_ANY, MK_READ_ONLY},
        {LDAP_SUCCESS},
    };

    if (answer->code == LDAP_CONSTRAINT_VIOLATION || answer->code == LDAP_UNWILLING_TO_PERFORM)
        return ad_code_change(answer->text);
    return kind_judge(refusals, answer);
}

enum mk_result ad_rules_which(const struct verified *server, const char *dn,
                              const struct mk_password *password, const struct answer *answer,
                              enum mk_result result, uint32_t operation_ms)
{
    if (result == MK_SOME_RULE)
        result = ad_code_rule(answer->text, password);
    return result == MK_SOME_RULE ? broken_rule(server, dn, password, operation_ms) : result;
}
