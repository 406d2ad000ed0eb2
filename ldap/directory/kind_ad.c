// SPDX-License-Identifier: MIT
#include <string.h>
#include <time.h>

#include "ad_code.h"
#include "deadline.h"
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

/* What dates and durations mean "never" and "for good". */
#define NEVER INT64_MAX
#define NEVER_DURATION INT64_MIN

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
    "lastLogon", "lastLogonTimestamp", "badPwdCount", "badPasswordTime", NULL,
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
    *seconds = value == NEVER_DURATION || value > 0 ? 0 : -value / LDAPTIME_FILETIME_SECOND;
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
    if (rules.changed > 0 && rules.min_age < 0 && rules.min_age != NEVER_DURATION &&
        now < ldaptime_of_filetime(rules.changed) - rules.min_age / LDAPTIME_FILETIME_SECOND)
        return MK_TOO_YOUNG;
    if (ad_code_units(password) < rules.length)
        return MK_TOO_SHORT;
    if (rules.complex && !ad_code_is_complex(password))
        return MK_FEW_KINDS;
    return MK_SOME_RULE;
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

static enum mk_result refusal(const struct answer *answer)
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

/* Which rule a refused password breaks, where the answer means one of them. */
static enum mk_result which_rule(const struct verified *server, const char *dn,
                                 const struct mk_password *password, const struct answer *answer,
                                 enum mk_result result, uint32_t operation_ms)
{
    if (result == MK_SOME_RULE)
        result = ad_code_rule(answer->text, password);
    return result == MK_SOME_RULE ? broken_rule(server, dn, password, operation_ms) : result;
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
    outcome = kind_answered(&answer, refusal(&answer));
    outcome.result =
        which_rule(server, dn, &request->new_password, &answer, outcome.result, operation_ms);
    return outcome;
}

/* --- what a helpdesk does --- */

static const struct kind_refusal act_refusals[] = {
    {LDAP_NO_SUCH_ATTRIBUTE, KIND_ANY, MK_STALE},
    {LDAP_NO_SUCH_OBJECT, KIND_ANY, MK_STALE},
    {LDAP_INSUFFICIENT_ACCESS, KIND_ANY, MK_NO_RIGHT},
    {LDAP_REFERRAL, KIND_ANY, MK_READ_ONLY},
    {LDAP_SUCCESS},
};

/* It sets badPwdCount to 0 as well ([MS-SAMR] 3.1.1.8.7), and may be written where there is none.
 */
static struct kind_outcome unlock(const struct kind_act *act, bool refresh)
{
    struct modify modify = {.steps = 0};
    struct answer answer;

    (void)refresh; /* it is written in any case */
    modify_step(&modify, LDAP_MOD_REPLACE, "lockoutTime", "0");
    act->holds(act->context, MK_OUTCOME_UNKNOWN);
    return kind_act_by_modify(act, &modify, NULL, act_refusals, &answer);
}

/*
 * All of it or nothing: the server makes no difference between these and other values. pwdLastSet 0
 * demands a change; what was seen there is taken away first, which no longer works after another
 * reset or a change.
 */
static struct kind_outcome reset(const struct kind_act *act, struct mk_password *password,
                                 const char *note)
{
    const char *seen = act->seen->version;
    struct modify modify = {.steps = 0};
    struct kind_outcome outcome;
    struct answer answer;
    char text[AD_CODE_WIDE_MAX];
    struct berval wide = {0, text};

    wide.bv_len = ad_code_wide(password, text);
    if (wide.bv_len == 0)
        return kind_not_handed_over(LDAP_ENCODING_ERROR);
    if (seen[0] != '\0')
        modify_step(&modify, LDAP_MOD_DELETE, "pwdLastSet", seen);
    modify_step(&modify, seen[0] != '\0' ? LDAP_MOD_ADD : LDAP_MOD_REPLACE, "pwdLastSet", "0");
    kind_note(act, &modify, note);
    modify_step(&modify, LDAP_MOD_REPLACE, "lockoutTime", "0");
    modify_bytes(&modify, LDAP_MOD_REPLACE, "unicodePwd", wide);
    act->holds(act->context, MK_OUTCOME_UNKNOWN);
    outcome = kind_act_by_modify(act, &modify, NULL, act_refusals, &answer);
    mk_wipe(text, sizeof text);
    if (outcome.result == MK_SERVER_REFUSED)
        outcome = kind_answered(&answer, refusal(&answer));
    outcome.result = which_rule(act->server, act->seen->dn, password, &answer, outcome.result,
                                act->directory->operation_ms);
    return outcome;
}

const struct kind kind_ad = {
    .kind = MK_KIND_AD,
    .account_attributes = account_attributes,
    .policy_attributes = policy_attributes,
    .view_attributes = view_attributes,
    .member_filter = "(member:" IN_CHAIN ":=%d)",
    /* Computers are of class person as well. */
    .people_filter = "(&(objectCategory=person)(objectClass=user))",
    .phone_separators = " .-",
    .part_min = 3,
    .account = account,
    .policy = policy,
    .default_policy = default_policy,
    .bind = bind_result,
    .change = change,
    .unlock = unlock,
    .reset = reset,
};
