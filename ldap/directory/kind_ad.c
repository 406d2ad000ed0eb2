// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "ad_code.h"
#include "ad_desk.h"
#include "ad_rules.h"
#include "entry.h"
#include "kind.h"
#include "ldaptime.h"

/* Active Directory: [MS-ADTS]. Measured with Samba 4.17.12. */

/* userAccountControl, [MS-ADTS] 2.2.16, and below msDS-User-Account-Control-Computed. */
#define UAC_DISABLED 0x2
#define UAC_NEVER_EXPIRES 0x10000
#define UAC_LOCKED 0x10
#define UAC_EXPIRED 0x800000

/* Groups in groups: LDAP_MATCHING_RULE_IN_CHAIN, [MS-ADTS] 3.1.1.3.4.4.3. */
#define IN_CHAIN "1.2.840.113556.1.4.1941"

/* What dates mean "never". */
#define NEVER INT64_MAX

static const char *const account_attributes[] = {
    "pwdLastSet",
    "msDS-UserPasswordExpiryTimeComputed",
    "msDS-User-Account-Control-Computed",
    "msDS-ResultantPSO",
    "userAccountControl",
    "accountExpires",
    "lockoutTime",
    NULL,
};

/* The first is not told to the other controllers, the second up to two weeks late. */
static const char *const view_attributes[] = {
    "lastLogon", "lastLogonTimestamp", "badPwdCount", "badPasswordTime",
    "objectSid", "primaryGroupID",     NULL,
};

/* Of the domain, and of a fine-grained policy (PSO). */
static const char *const policy_attributes[] = {
    "maxPwdAge",
    "lockoutDuration",
    "lockoutThreshold",
    "lockOutObservationWindow",
    "msDS-MaximumPasswordAge",
    "msDS-LockoutDuration",
    "msDS-LockoutThreshold",
    "msDS-LockoutObservationWindow",
    NULL,
};

/* A date of an account; 0 and "never" are MK_TIME_NEVER. */
static int64_t date(LDAP *ld, LDAPMessage *entry, const char *attribute)
{
    int64_t value;

    if (!entry_integer(ld, entry, attribute, &value) || value < 0)
        return MK_TIME_UNKNOWN;
    return value == 0 || value == NEVER ? MK_TIME_NEVER : ldaptime_of_filetime(value);
}

/* A date of the past; 0 is none. */
static int64_t past(LDAP *ld, LDAPMessage *entry, const char *attribute)
{
    int64_t when = date(ld, entry, attribute);

    return when == MK_TIME_NEVER ? MK_TIME_UNKNOWN : when;
}

/*
 * Whether somebody else has set the password, so that nobody gets in before it is changed. That
 * does not hold for those whose password never expires: they are let in with pwdLastSet 0 as well.
 */
static bool is_reset(LDAP *ld, LDAPMessage *entry)
{
    int64_t set;
    int64_t control;

    if (!entry_integer(ld, entry, "pwdLastSet", &set) || set != 0)
        return false;
    if (entry_integer(ld, entry, "msDS-User-Account-Control-Computed", &control))
        return (control & UAC_EXPIRED) != 0;
    return !entry_integer(ld, entry, "userAccountControl", &control) ||
           (control & UAC_NEVER_EXPIRES) == 0;
}

static int64_t expiry(LDAP *ld, LDAPMessage *entry)
{
    int64_t value;

    /* 0 where it must be changed, which says nothing of a date. */
    if (!entry_integer(ld, entry, "msDS-UserPasswordExpiryTimeComputed", &value) || value <= 0)
        return MK_TIME_UNKNOWN;
    return value == NEVER ? MK_TIME_NEVER : ldaptime_of_filetime(value);
}

/*
 * lockoutTime stays after the lock has ended. The server itself tells whether it has, by rules that
 * it may show to nobody.
 */
static void take_lock(LDAP *ld, LDAPMessage *entry, struct standing_facts *facts)
{
    int64_t control;
    int64_t since = date(ld, entry, "lockoutTime");
    bool told = entry_integer(ld, entry, "msDS-User-Account-Control-Computed", &control);

    facts->lock_in_force = told && (control & UAC_LOCKED) != 0;
    if (since != MK_TIME_NEVER && (facts->lock_in_force || !told))
        facts->locked = since;
}

/* What only a helpdesk is shown. Each reset and each change moves pwdLastSet. */
static void take_view(LDAP *ld, LDAPMessage *entry, struct standing_facts *facts)
{
    int64_t last = past(ld, entry, "lastLogon");
    int64_t last_told = past(ld, entry, "lastLogonTimestamp");

    facts->seen[STANDING_LOCK] = entry_count(ld, entry, "msDS-User-Account-Control-Computed") > 0;
    facts->seen[STANDING_RESET] = entry_count(ld, entry, "pwdLastSet") > 0;
    facts->reset_demands = true;
    if (entry_count(ld, entry, "badPwdCount") > 0 &&
        !entry_integer(ld, entry, "badPwdCount", &facts->counted))
        facts->counted = -1;
    facts->failed = past(ld, entry, "badPasswordTime");
    facts->logged_in = last > last_told ? last : last_told;
    (void)entry_text(ld, entry, "pwdLastSet", facts->version, sizeof facts->version, false);
}

#define SID_MAX 68 /* [MS-DTYP] 2.4.2.2 */

/*
 * The primary group has the person's own SID but for the last number, which is primaryGroupID
 * ([MS-ADTS] 3.1.1.1.6), and its attribute member does not name the person.
 */
static bool first_group(LDAP *ld, LDAPMessage *entry, char filter[KIND_FIRST_GROUP_MAX + 1])
{
    struct berval **sid = ldap_get_values_len(ld, entry, "objectSid");
    bool good = sid != NULL && sid[0] != NULL && sid[0]->bv_len > 4 && sid[0]->bv_len <= SID_MAX;
    unsigned char bytes[SID_MAX];
    size_t length = good ? sid[0]->bv_len : 0;
    size_t used;
    int64_t last;

    if (good)
        memcpy(bytes, sid[0]->bv_val, length);
    ldap_value_free_len(sid);
    if (!good || !entry_integer(ld, entry, "primaryGroupID", &last) || last < 0 ||
        last > UINT32_MAX)
        return false;
    for (size_t i = 0; i < 4; i++)
        bytes[length - 4 + i] = (unsigned char)(last >> 8 * i & 0xff);
    used = (size_t)snprintf(filter, KIND_FIRST_GROUP_MAX + 1, "(objectSid=");
    for (size_t i = 0; i < length; i++)
        used +=
            (size_t)snprintf(filter + used, KIND_FIRST_GROUP_MAX + 1 - used, "\\%02x", bytes[i]);
    (void)snprintf(filter + used, KIND_FIRST_GROUP_MAX + 1 - used, ")");
    return true;
}

static bool account(LDAP *ld, LDAPMessage *entry, struct standing_facts *facts, char *policy,
                    size_t size)
{
    int64_t control;

    *facts = standing_no_facts();
    facts->reset = is_reset(ld, entry);
    facts->changed = past(ld, entry, "pwdLastSet");
    facts->expires = expiry(ld, entry);
    /* By whoever is in and knows it, and by its owner with the Kerberos password service. */
    facts->changeable = true;
    take_lock(ld, entry, facts);
    take_view(ld, entry, facts);
    facts->end = date(ld, entry, "accountExpires");
    facts->disabled =
        entry_integer(ld, entry, "userAccountControl", &control) && (control & UAC_DISABLED) != 0;
    return entry_text(ld, entry, "msDS-ResultantPSO", policy, size, false) ||
           entry_count(ld, entry, "msDS-ResultantPSO") == 0;
}

/* Seconds of a duration, of which there are two names; 0: none, for ever. False: not shown. */
static bool duration(LDAP *ld, LDAPMessage *entry, const char *of_domain, const char *of_pso,
                     int64_t *seconds)
{
    int64_t value;

    if (!entry_integer(ld, entry, of_domain, &value) && !entry_integer(ld, entry, of_pso, &value))
        return false;
    *seconds = value == AD_CODE_NEVER_DURATION || value > 0 ? 0 : -value / LDAPTIME_FILETIME_SECOND;
    return true;
}

static int64_t threshold(LDAP *ld, LDAPMessage *entry)
{
    int64_t value;

    if (!entry_integer(ld, entry, "lockoutThreshold", &value) &&
        !entry_integer(ld, entry, "msDS-LockoutThreshold", &value))
        return -1;
    return value < 0 || value > INT32_MAX ? -1 : value;
}

static struct standing_policy policy(LDAP *ld, LDAPMessage *entry)
{
    struct standing_policy p = {.lockout = true, .must_change = true};

    /* A PSO is shown to nobody but administrators: its entry comes without attributes. */
    p.max_failure = threshold(ld, entry);
    (void)duration(ld, entry, "lockOutObservationWindow", "msDS-LockoutObservationWindow",
                   &p.failure_interval);
    p.read = duration(ld, entry, "maxPwdAge", "msDS-MaximumPasswordAge", &p.max_age) &&
             duration(ld, entry, "lockoutDuration", "msDS-LockoutDuration", &p.lockout_duration);
    return p;
}

/* The head of the domain holds the rules of everybody who has no PSO. */
static const char *default_policy(const struct mk_request_directory *directory,
                                  const struct rootdse *root)
{
    return directory->default_policy[0] != '\0' ? directory->default_policy : root->context;
}

static enum mk_result bind_result(const struct answer *answer)
{
    static const struct kind_refusal refusals[] = {
        {LDAP_INVALID_CREDENTIALS, KIND_ANY, MK_CREDENTIALS},
        {LDAP_STRONG_AUTH_REQUIRED, KIND_ANY, MK_SERVER_REFUSED},
        {LDAP_SUCCESS},
    };

    if (answer->code == LDAP_INVALID_CREDENTIALS)
        return ad_code_bind(answer->text);
    return kind_judge(refusals, answer);
}

/* Both values in one Modify ([MS-ADTS] 3.1.1.3.1.5.1). */
static int send_change(LDAP *ld, const char *dn, struct mk_request_change *request, int *id)
{
    char old_text[AD_CODE_WIDE_MAX];
    char new_text[AD_CODE_WIDE_MAX];
    struct berval old_password = {0, old_text};
    struct berval new_password = {0, new_text};
    int rc = LDAP_ENCODING_ERROR;

    old_password.bv_len = ad_code_wide(&request->old_password, old_text);
    new_password.bv_len = ad_code_wide(&request->new_password, new_text);
    if (old_password.bv_len > 0 && new_password.bv_len > 0)
        rc = kind_modify(ld, dn, "unicodePwd", &old_password, &new_password, NULL, id);
    mk_wipe(old_text, sizeof old_text);
    mk_wipe(new_text, sizeof new_text);
    return rc;
}

static struct kind_outcome change(const struct verified *server, const char *dn,
                                  struct mk_request_change *request, uint32_t operation_ms)
{
    LDAP *ld = connection_ldap(server);
    struct kind_outcome outcome;
    struct answer answer;
    int id;
    int rc = send_change(ld, dn, request, &id);

    if (rc != LDAP_SUCCESS)
        return kind_not_handed_over(rc);
    answer = answer_wait(ld, id, operation_ms);
    outcome = kind_answered(&answer, ad_rules_refusal(&answer));
    outcome.result =
        ad_rules_which(server, dn, &request->new_password, &answer, outcome.result, operation_ms);
    return outcome;
}

const struct kind kind_ad = {
    .kind = MK_KIND_AD,
    .account_attributes = account_attributes,
    .policy_attributes = policy_attributes,
    .view_attributes = view_attributes,
    .member_filter = "(member:" IN_CHAIN ":=%d)",
    .first_group = first_group,
    /* Computers are of class person as well. */
    .people_filter = "(&(objectCategory=person)(objectClass=user))",
    .phone_separators = " .-",
    .part_min = 3,
    .account = account,
    .policy = policy,
    .default_policy = default_policy,
    .bind = bind_result,
    .change = change,
    .unlock = ad_unlock,
    .reset = ad_reset,
};
