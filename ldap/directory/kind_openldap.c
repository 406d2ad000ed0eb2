// SPDX-License-Identifier: MIT
#include "kind_openldap.h"

#include "entry.h"

const char *const kind_openldap_account_attributes[] = {
    "pwdChangedTime",  "pwdAccountLockedTime", "pwdReset",
    "pwdGraceUseTime", "pwdStartTime",         "pwdEndTime",
    "pwdLastSuccess",  "pwdPolicySubentry",    NULL,
};

const char *const kind_openldap_policy_attributes[] = {
    "pwdAttribute",  "pwdMaxAge",          "pwdMaxIdle",     "pwdLockout", "pwdLockoutDuration",
    "pwdMustChange", "pwdGraceAuthnLimit", "pwdGraceExpiry", NULL,
};

bool kind_openldap_account(LDAP *ld, LDAPMessage *entry, struct standing_facts *facts, char *policy,
                           size_t size)
{
    *facts = (struct standing_facts){
        .changed = entry_time(ld, entry, "pwdChangedTime"),
        .locked = entry_time(ld, entry, "pwdAccountLockedTime"),
        .start = entry_time(ld, entry, "pwdStartTime"),
        .end = entry_time(ld, entry, "pwdEndTime"),
        .last_success = entry_time(ld, entry, "pwdLastSuccess"),
        .grace_used = entry_count(ld, entry, "pwdGraceUseTime"),
        .reset = entry_true(ld, entry, "pwdReset"),
    };
    return entry_text(ld, entry, "pwdPolicySubentry", policy, size, false) ||
           entry_count(ld, entry, "pwdPolicySubentry") == 0;
}

struct standing_policy kind_openldap_policy(LDAP *ld, LDAPMessage *entry)
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
             entry_number(ld, entry, "pwdGraceAuthnLimit", &p.grace_limit);
    return p;
}
