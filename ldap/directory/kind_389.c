// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "deadline.h"
#include "dirsrv_code.h"
#include "dirsrv_desk.h"
#include "entry.h"
#include "kind.h"

/*
 * 389 Directory Server. Measured with 389-Directory/2.3.1; its documentation leaves most of what is
 * below unsaid.
 */

static const char *const account_attributes[] = {
    "passwordExpirationTime",
    "accountUnlockTime",
    "passwordRetryCount",
    "nsAccountLock",
    "passwordGraceUserTime",
    "pwdUpdateTime",
    "pwdTPRReset",
    "pwdTPRValidFrom",
    "pwdTPRExpireAt",
    "pwdpolicysubentry",
    NULL,
};

/* lastLoginTime is of the plug-in Account Policy, with alwaysRecordLogin. */
static const char *const view_attributes[] = {"retryCountResetTime", "lastLoginTime", NULL};

/* Of an entry of class passwordPolicy, or of cn=config, which people may seldom read. */
static const char *const policy_attributes[] = {
    "objectClass",
    "passwordExp",
    "passwordMaxAge",
    "passwordMustChange",
    "passwordGraceLimit",
    "passwordLockout",
    "passwordUnlock",
    "passwordMaxFailure",
    "passwordLockoutDuration",
    NULL,
};

/* Values of passwordExpirationTime that are no dates. */
#define MUST_CHANGE 0   /* 19700101000000Z: set by somebody else */
#define NEVER_EXPIRES 1 /* 19700101000001Z: set while passwordExp was off */

/* The same day in accountUnlockTime: locked while passwordUnlock was off. */
#define UNTIL_UNLOCKED 0

/* What a missing attribute of a policy stands for. */
#define DEFAULT_MAX_AGE 8640000
#define DEFAULT_MAX_FAILURE 3
#define DEFAULT_LOCKOUT_DURATION 3600

/* The server writes "on" and "off", and of nsAccountLock takes true in any letters. */
static bool is_on(LDAP *ld, LDAPMessage *entry, const char *attribute, bool missing)
{
    char text[8];

    if (entry_count(ld, entry, attribute) == 0)
        return missing;
    return entry_text(ld, entry, attribute, text, sizeof text, false) &&
           (strcasecmp(text, "on") == 0 || strcasecmp(text, "true") == 0);
}

static bool number(LDAP *ld, LDAPMessage *entry, const char *attribute, int64_t missing,
                   int64_t *value)
{
    if (!entry_number(ld, entry, attribute, value))
        return false;
    if (entry_count(ld, entry, attribute) == 0)
        *value = missing;
    return true;
}

static void take_date(LDAP *ld, LDAPMessage *entry, struct standing_facts *facts)
{
    int64_t date = entry_time(ld, entry, "passwordExpirationTime");

    if (date == MUST_CHANGE)
        facts->reset = true;
    else
        facts->expires = date == NEVER_EXPIRES ? MK_TIME_NEVER : date;
}

/*
 * A reset by the helpdesk leaves accountUnlockTime in the future and only sets the count to 0; a
 * count below passwordMaxFailure does not lock either, whatever the time says.
 */
static void take_lock(LDAP *ld, LDAPMessage *entry, struct standing_facts *facts)
{
    int64_t until = entry_time(ld, entry, "accountUnlockTime");

    facts->lock_by_count = true;
    if (!entry_number(ld, entry, "passwordRetryCount", &facts->failures) || facts->failures == 0)
        return;
    facts->locked_until = until == UNTIL_UNLOCKED ? MK_TIME_NEVER : until;
    /* A time that cannot be read is not a time that has passed. */
    facts->lock_in_force =
        until == MK_TIME_UNKNOWN && entry_count(ld, entry, "accountUnlockTime") > 0;
}

/* What only a helpdesk is shown. The date is what an act is held against: every reset moves it. */
static void take_view(LDAP *ld, LDAPMessage *entry, struct standing_facts *facts)
{
    if (entry_count(ld, entry, "passwordRetryCount") > 0 &&
        !entry_integer(ld, entry, "passwordRetryCount", &facts->counted))
        facts->counted = -1;
    facts->counted_until = entry_time(ld, entry, "retryCountResetTime");
    facts->logged_in = entry_time(ld, entry, "lastLoginTime");
    (void)entry_text(ld, entry, "passwordExpirationTime", facts->version, sizeof facts->version,
                     false);
}

static bool account(LDAP *ld, LDAPMessage *entry, struct standing_facts *facts, char *policy,
                    size_t size)
{
    int64_t grace_used = 0;

    *facts = standing_no_facts();
    take_date(ld, entry, facts);
    take_lock(ld, entry, facts);
    take_view(ld, entry, facts);
    facts->disabled = is_on(ld, entry, "nsAccountLock", false);
    facts->changed = entry_time(ld, entry, "pwdUpdateTime"); /* with passwordTrackUpdateTime */
    if (entry_number(ld, entry, "passwordGraceUserTime", &grace_used))
        facts->grace_used = (uint32_t)grace_used;
    facts->grace_hidden = true;
    /* The validity of a temporary password; "-1" is no time, and none is left after the change. */
    if (is_on(ld, entry, "pwdTPRReset", false)) {
        facts->start = entry_time(ld, entry, "pwdTPRValidFrom");
        facts->end = entry_time(ld, entry, "pwdTPRExpireAt");
    }
    return entry_text(ld, entry, "pwdpolicysubentry", policy, size, false) ||
           entry_count(ld, entry, "pwdpolicysubentry") == 0;
}

/* Whether it shows any rule: often everybody may read objectClass, and nobody the rest. */
static bool shows_rules(LDAP *ld, LDAPMessage *entry)
{
    uint32_t shown = 0;

    for (const char *const *name = policy_attributes; *name != NULL; name++)
        if (strcmp(*name, "objectClass") != 0)
            shown += entry_count(ld, entry, *name);
    return shown > 0;
}

static struct standing_policy policy(LDAP *ld, LDAPMessage *entry)
{
    struct standing_policy p = {.read = false};

    if (!shows_rules(ld, entry))
        return p;
    if (!entry_has(ld, entry, "objectClass", "passwordpolicy") &&
        !entry_has(ld, entry, "objectClass", "passwordPolicy") &&
        !entry_has(ld, entry, "objectClass", "nsslapdConfig"))
        return p;
    p.dates_off = !is_on(ld, entry, "passwordExp", false);
    p.must_change = is_on(ld, entry, "passwordMustChange", false);
    p.lockout = is_on(ld, entry, "passwordLockout", false);
    p.read =
        number(ld, entry, "passwordMaxAge", DEFAULT_MAX_AGE, &p.max_age) &&
        number(ld, entry, "passwordGraceLimit", 0, &p.grace_limit) &&
        number(ld, entry, "passwordMaxFailure", DEFAULT_MAX_FAILURE, &p.max_failure) &&
        number(ld, entry, "passwordLockoutDuration", DEFAULT_LOCKOUT_DURATION, &p.lockout_duration);
    if (p.dates_off)
        p.max_age = 0;
    if (!is_on(ld, entry, "passwordUnlock", true))
        p.lockout_duration = 0;
    return p;
}

/*
 * A lock is 19 and a switched-off account 53, both with policy error 1 and with any password; 19
 * without it is an account that was idle too long (Account Policy plug-in) or a temporary password
 * outside its time or used too often. An expired password counts as a wrong one, if it is right.
 */
static enum mk_result judge_bind(const struct answer *answer)
{
    static const struct kind_refusal refusals[] = {
        {LDAP_CONSTRAINT_VIOLATION, PPOLICY_LOCKED, MK_ACCOUNT_LOCKED},
        {LDAP_CONSTRAINT_VIOLATION, KIND_ANY, MK_ACCOUNT_ENDED},
        {LDAP_UNWILLING_TO_PERFORM, PPOLICY_LOCKED, MK_ACCOUNT_DISABLED},
        {LDAP_INVALID_CREDENTIALS, PPOLICY_EXPIRED, MK_ACCOUNT_EXPIRED},
        {LDAP_INVALID_CREDENTIALS, KIND_ANY, MK_CREDENTIALS},
        {LDAP_CONFIDENTIALITY_REQUIRED, KIND_ANY, MK_NEEDS_TLS},
        {LDAP_SUCCESS},
    };

    return kind_judge(refusals, answer);
}

/*
 * To RFC 3062. A wrong current password is 49 and counts towards a lock; every broken rule is 19,
 * most of them with policy error 5, and the current password again without any. 50 is a missing
 * right or a database that takes no changes, with policy error 3 in both cases.
 */
static const struct kind_refusal change_refusals[] = {
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_IN_HISTORY, MK_IN_HISTORY},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_YOUNG, MK_TOO_YOUNG},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_SHORT, MK_TOO_SHORT},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_QUALITY, MK_QUALITY},
    {LDAP_CONSTRAINT_VIOLATION, KIND_ANY, MK_SOME_RULE},
    {LDAP_INVALID_CREDENTIALS, KIND_ANY, MK_OLD_REFUSED},
    {LDAP_UNWILLING_TO_PERFORM, PPOLICY_FORBIDDEN, MK_CHANGE_FORBIDDEN},
    {LDAP_INSUFFICIENT_ACCESS, KIND_ANY, MK_NO_RIGHT},
    {LDAP_CONFIDENTIALITY_REQUIRED, KIND_ANY, MK_NEEDS_TLS},
    {LDAP_REFERRAL, KIND_ANY, MK_READ_ONLY},
    {LDAP_SUCCESS},
};

#define RANDOM_BYTES 16

/* A value that no password is, as text. False without a source of randomness. */
static bool draw_value(char value[2 * RANDOM_BYTES + 1])
{
    unsigned char bytes[RANDOM_BYTES];

    if (getrandom(bytes, sizeof bytes, GRND_NONBLOCK) != (ssize_t)sizeof bytes)
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        (void)snprintf(value + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

/*
 * The operation of RFC 3062 says "Failed to update password" whatever the rule, a Modify names it.
 * This one takes away a value that is not there and adds the new one: the server checks the new one
 * first, and where that passes the operation fails as a whole (16), so that it can change nothing.
 * It counts as no wrong password, and is allowed where the person must change. A server that makes
 * it all the same has changed nobody knows what.
 */
static enum mk_result ask_reason(LDAP *ld, const char *dn, struct mk_password *new_password,
                                 uint32_t milliseconds, enum mk_result unknown)
{
    char nothing[2 * RANDOM_BYTES + 1];
    struct berval old_value = {sizeof nothing - 1, nothing};
    struct berval new_value = {new_password->length, new_password->text};
    struct answer answer;
    int id;

    if (!draw_value(nothing) ||
        kind_modify(ld, dn, "userPassword", &old_value, &new_value, NULL, &id) != LDAP_SUCCESS)
        return unknown;
    answer = answer_wait(ld, id, milliseconds);
    if (answer.code == LDAP_SUCCESS)
        return MK_OUTCOME_UNKNOWN;
    return answer.code == LDAP_CONSTRAINT_VIOLATION ? dirsrv_code_rule(answer.text, unknown)
                                                    : unknown;
}

static struct kind_outcome change(const struct verified *server, const char *dn,
                                  struct mk_request_change *request, uint32_t operation_ms)
{
    int64_t deadline = deadline_after(operation_ms);
    struct kind_outcome outcome = kind_change_by_exop(server, dn, request, operation_ms);

    if (outcome.result == MK_QUALITY || outcome.result == MK_SOME_RULE)
        outcome.result = ask_reason(connection_ldap(server), dn, &request->new_password,
                                    (uint32_t)deadline_left(deadline), outcome.result);
    return outcome;
}

const struct kind kind_389 = {
    .kind = MK_KIND_389,
    .account_attributes = account_attributes,
    .policy_attributes = policy_attributes,
    .view_attributes = view_attributes,
    .sign_attributes = {[STANDING_LOCK] = "accountUnlockTime",
                        [STANDING_RESET] = "passwordExpirationTime",
                        [STANDING_FAILURES] = "passwordRetryCount"},
    .member_filter = KIND_MEMBER_FILTER,
    .people_filter = KIND_PEOPLE_FILTER,
    /* Spaces and hyphens do not (RFC 4517, 4.2.29). */
    .phone_separators = ".",
    /* The default of nsSubStrMiddle; it counts characters. */
    .part_min = 3,
    .account = account,
    .policy = policy,
    /* cn=config, where an administrator lets people read it; no entry names it. */
    .default_policy = kind_default_by_setting,
    .bind = judge_bind,
    .refusals = change_refusals,
    .change = change,
    .unlock = dirsrv_unlock,
    .reset = dirsrv_reset,
};
