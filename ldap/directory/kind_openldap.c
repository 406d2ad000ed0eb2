// SPDX-License-Identifier: MIT
#include "entry.h"
#include "kind.h"
#include "openldap_desk.h"

/* OpenLDAP with the overlay ppolicy: slapo-ppolicy(5). Measured with slapd 2.5.13. */

static const char *const account_attributes[] = {
    "pwdChangedTime",  "pwdAccountLockedTime", "pwdReset",
    "pwdGraceUseTime", "pwdStartTime",         "pwdEndTime",
    "pwdLastSuccess",  "pwdPolicySubentry",    NULL,
};

/* authTimestamp is of slapo-lastbind(5), contributed, which was there before the database's own. */
static const char *const view_attributes[] = {"entryCSN", "pwdFailureTime", "authTimestamp", NULL};

static const char *const policy_attributes[] = {
    "pwdAttribute",
    "pwdMaxAge",
    "pwdMaxIdle",
    "pwdLockout",
    "pwdLockoutDuration",
    "pwdMustChange",
    "pwdGraceAuthnLimit",
    "pwdGraceExpiry",
    "pwdMaxFailure",
    "pwdFailureCountInterval",
    NULL,
};

static bool account(LDAP *ld, LDAPMessage *entry, struct standing_facts *facts, char *policy,
                    size_t size)
{
    *facts = standing_no_facts();
    facts->changed = entry_time(ld, entry, "pwdChangedTime");
    facts->locked = entry_time(ld, entry, "pwdAccountLockedTime");
    facts->start = entry_time(ld, entry, "pwdStartTime");
    facts->end = entry_time(ld, entry, "pwdEndTime");
    facts->last_success = entry_time(ld, entry, "pwdLastSuccess");
    facts->grace_used = entry_count(ld, entry, "pwdGraceUseTime");
    facts->reset = entry_true(ld, entry, "pwdReset");
    facts->failed_times =
        entry_times(ld, entry, "pwdFailureTime", facts->failed_at, STANDING_FAILURES_MAX);
    facts->logged_in = facts->last_success != MK_TIME_UNKNOWN
                           ? facts->last_success
                           : entry_time(ld, entry, "authTimestamp");
    openldap_version(ld, entry, facts->version);
    return entry_text(ld, entry, "pwdPolicySubentry", policy, size, false) ||
           entry_count(ld, entry, "pwdPolicySubentry") == 0;
}

static struct standing_policy policy(LDAP *ld, LDAPMessage *entry)
{
    struct standing_policy p = {.read = false};

    /* Every policy has a pwdAttribute: without it the entry is hidden, and not free of rules. */
    if (entry_count(ld, entry, "pwdAttribute") == 0)
        return p;
    p.lockout = entry_true(ld, entry, "pwdLockout");
    p.must_change = entry_true(ld, entry, "pwdMustChange");
    p.read = entry_number(ld, entry, "pwdMaxAge", &p.max_age) &&
             entry_number(ld, entry, "pwdMaxIdle", &p.max_idle) &&
             entry_number(ld, entry, "pwdLockoutDuration", &p.lockout_duration) &&
             entry_number(ld, entry, "pwdGraceExpiry", &p.grace_expiry) &&
             entry_number(ld, entry, "pwdMaxFailure", &p.max_failure) &&
             entry_number(ld, entry, "pwdFailureCountInterval", &p.failure_interval) &&
             entry_number(ld, entry, "pwdGraceAuthnLimit", &p.grace_limit);
    return p;
}

/*
 * 53 to RFC 3062 says that the current password is wrong, that the ACL hides it from its owner, or
 * that the database is read-only.
 */
static const struct kind_refusal refusals[] = {
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_SHORT, MK_TOO_SHORT},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_LONG, MK_TOO_LONG},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_IN_HISTORY, MK_IN_HISTORY},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_YOUNG, MK_TOO_YOUNG},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_QUALITY, MK_QUALITY},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_NONE, MK_QUALITY},
    {LDAP_INSUFFICIENT_ACCESS, PPOLICY_FORBIDDEN, MK_CHANGE_FORBIDDEN},
    {LDAP_INSUFFICIENT_ACCESS, PPOLICY_MUST_SUPPLY_OLD, MK_MUST_SUPPLY_OLD},
    {LDAP_INSUFFICIENT_ACCESS, KIND_ANY, MK_NO_RIGHT},
    {LDAP_STRONG_AUTH_REQUIRED, KIND_ANY, MK_NO_RIGHT},
    {LDAP_UNWILLING_TO_PERFORM, KIND_ANY, MK_OLD_WRONG},
    {LDAP_INVALID_CREDENTIALS, KIND_ANY, MK_OLD_REFUSED},
    /* To a Modify, without a policy that applies. */
    {LDAP_NO_SUCH_ATTRIBUTE, KIND_ANY, MK_OLD_WRONG},
    /* Of two at the same moment, the second one: its old password is one no more. */
    {LDAP_TYPE_OR_VALUE_EXISTS, KIND_ANY, MK_OLD_WRONG},
    {LDAP_CONFIDENTIALITY_REQUIRED, KIND_ANY, MK_NEEDS_TLS},
    {LDAP_REFERRAL, KIND_ANY, MK_READ_ONLY},
    {LDAP_SUCCESS},
};

const struct kind kind_openldap = {
    .kind = MK_KIND_OPENLDAP,
    .account_attributes = account_attributes,
    .policy_attributes = policy_attributes,
    .view_attributes = view_attributes,
    .sign_attributes = {[STANDING_LOCK] = "pwdAccountLockedTime",
                        [STANDING_RESET] = "pwdReset",
                        [STANDING_FAILURES] = "pwdFailureTime"},
    .member_filter = KIND_MEMBER_FILTER,
    .people_filter = KIND_PEOPLE_FILTER,
    .composes = true,
    /* Spaces and hyphens do not (RFC 4517, 4.2.29). */
    .phone_separators = ".",
    /* The default of index_substr_any_len (slapd.conf(5)). */
    .part_min = 4,
    .begin_max = 4, /* index_substr_if_maxlen */
    .account = account,
    .policy = policy,
    .default_policy = kind_default_by_setting,
    .bind = kind_bind_by_ppolicy,
    .refusals = refusals,
    .change = kind_change_by_exop,
    .unlock = openldap_unlock,
    .reset = openldap_reset,
};
