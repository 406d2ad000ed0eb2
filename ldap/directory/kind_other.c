// SPDX-License-Identifier: MIT
#include "kind.h"

/*
 * Any LDAPv3 server. That an attribute or a control known from elsewhere means here what it means
 * there is more than anybody can know, so that every date stays unknown.
 */

static const char *const no_attributes[] = {LDAP_NO_ATTRS, NULL};

static bool account(LDAP *ld, LDAPMessage *entry, struct standing_facts *facts, char *policy,
                    size_t size)
{
    (void)ld;
    (void)entry;
    (void)size;
    *facts = standing_no_facts();
    policy[0] = '\0';
    return true;
}

static struct standing_policy no_policy(LDAP *ld, LDAPMessage *entry)
{
    (void)ld;
    (void)entry;
    return (struct standing_policy){.read = false};
}

static const char *no_default(const struct mk_request_directory *directory,
                              const struct rootdse *root)
{
    (void)directory;
    (void)root;
    return "";
}

/* RFC 4511, A.2, in the sense that the known servers give to each code. */
static const struct kind_refusal refusals[] = {
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_SHORT, MK_TOO_SHORT},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_IN_HISTORY, MK_IN_HISTORY},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_YOUNG, MK_TOO_YOUNG},
    {LDAP_CONSTRAINT_VIOLATION, KIND_ANY, MK_SOME_RULE},
    {LDAP_INSUFFICIENT_ACCESS, PPOLICY_FORBIDDEN, MK_CHANGE_FORBIDDEN},
    {LDAP_INSUFFICIENT_ACCESS, KIND_ANY, MK_NO_RIGHT},
    {LDAP_STRONG_AUTH_REQUIRED, KIND_ANY, MK_NO_RIGHT},
    {LDAP_UNWILLING_TO_PERFORM, KIND_ANY, MK_OLD_WRONG},
    {LDAP_INVALID_CREDENTIALS, KIND_ANY, MK_OLD_REFUSED},
    {LDAP_NO_SUCH_ATTRIBUTE, KIND_ANY, MK_OLD_WRONG},
    {LDAP_CONFIDENTIALITY_REQUIRED, KIND_ANY, MK_NEEDS_TLS},
    {LDAP_REFERRAL, KIND_ANY, MK_READ_ONLY},
    {LDAP_SUCCESS},
};

const struct kind kind_other = {
    .kind = MK_KIND_OTHER,
    .account_attributes = no_attributes,
    .policy_attributes = no_attributes,
    .member_filter = KIND_MEMBER_FILTER,
    .people_filter = KIND_PEOPLE_FILTER,
    .phone_separators = " .-",
    .part_min = 3,
    .account = account,
    .policy = no_policy,
    .default_policy = no_default,
    .bind = kind_bind_by_ppolicy,
    .refusals = refusals,
    .change = kind_change_by_exop,
};
