// SPDX-License-Identifier: MIT
#include "standing.h"

#include <string.h>

#include "ldaptime.h"

#define DAY INT64_C(86400)

/* Everything one look at an account needs. */
struct view {
    const struct standing_facts *facts;
    const struct standing_policy *policy;
    const struct standing_rule *rule;
    const struct standing_server *server;
    int64_t now;
    int64_t by_policy;   /* the date of each rule; MK_TIME_NEVER: it sets none */
    int64_t by_ministry; /* MK_TIME_UNKNOWN: it may set one */
};

struct standing_facts standing_no_facts(void)
{
    return (struct standing_facts){
        .expires = MK_TIME_UNKNOWN,
        .locked_until = MK_TIME_UNKNOWN,
        .changed = MK_TIME_UNKNOWN,
        .locked = MK_TIME_UNKNOWN,
        .start = MK_TIME_UNKNOWN,
        .end = MK_TIME_UNKNOWN,
        .last_success = MK_TIME_UNKNOWN,
        .counted = MK_TIME_UNKNOWN,
        .counted_until = MK_TIME_UNKNOWN,
        .failed = MK_TIME_UNKNOWN,
        .logged_in = MK_TIME_UNKNOWN,
    };
}

struct standing_server standing_no_server(void)
{
    return (struct standing_server){
        .expires = MK_TIME_UNKNOWN, .grace = -1, .let_in = MK_TIME_UNKNOWN};
}

struct mk_account standing_unknown(int32_t system, enum mk_unknown why)
{
    return (struct mk_account){
        .system = system,
        .standing = MK_UNKNOWN,
        .unknown = why,
        .expires = MK_TIME_UNKNOWN,
        .changed = MK_TIME_UNKNOWN,
        .until = MK_TIME_UNKNOWN,
    };
}

/*
 * Whether the server goes by the date that the account has of its own. One that let the account in
 * well after it, and not by grace, does not; a day is for clocks that disagree.
 */
static bool is_date_in_force(const struct view *v)
{
    if (v->policy->read && v->policy->dates_off)
        return false;
    return v->server->let_in == MK_TIME_UNKNOWN || v->server->grace >= 0 ||
           v->facts->expires > v->server->let_in - DAY;
}

static int64_t policy_date(const struct view *v)
{
    if (v->facts->expires != MK_TIME_UNKNOWN)
        return is_date_in_force(v) ? v->facts->expires : MK_TIME_NEVER;
    if (!v->policy->read || v->facts->changed == MK_TIME_UNKNOWN)
        return MK_TIME_UNKNOWN;
    if (v->policy->max_age == 0)
        return MK_TIME_NEVER;
    return v->facts->changed + v->policy->max_age;
}

static int64_t ministry_date(const struct view *v)
{
    if (v->rule->unit == MK_AGE_NONE)
        return MK_TIME_NEVER;
    if (v->facts->changed == MK_TIME_UNKNOWN)
        return MK_TIME_UNKNOWN;
    if (v->rule->unit == MK_AGE_MONTHS)
        return ldaptime_add_months(v->facts->changed, v->rule->age);
    return v->facts->changed + (int64_t)v->rule->age * DAY;
}

/* `expires` and `reason`: the earliest date of all rules that are known. */
static void set_expiry(struct mk_account *account, const struct view *v)
{
    const struct {
        int64_t date;
        enum mk_reason reason;
    } dates[] = {
        {v->server->expires, MK_REASON_SERVER},
        {v->by_policy, v->facts->expires != MK_TIME_UNKNOWN ? MK_REASON_SERVER : MK_REASON_POLICY},
        {v->by_ministry, MK_REASON_MINISTRY},
    };
    int64_t earliest = MK_TIME_NEVER;

    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        if (dates[i].date != MK_TIME_UNKNOWN && dates[i].date < earliest) {
            earliest = dates[i].date;
            account->reason = dates[i].reason;
        }
    }
    /* That no known rule ends it says nothing while another rule is not known. */
    if (earliest == MK_TIME_NEVER &&
        (v->by_policy == MK_TIME_UNKNOWN || v->by_ministry == MK_TIME_UNKNOWN))
        earliest = MK_TIME_UNKNOWN;
    account->expires = earliest;
    account->policy_unread =
        v->by_policy == MK_TIME_UNKNOWN && account->reason == MK_REASON_MINISTRY;
    account->change_unseen =
        v->by_ministry == MK_TIME_UNKNOWN && account->reason == MK_REASON_SERVER;
}

/* Whether `locked_until` is the end of a lock, and not left over from one. */
static bool is_lock_meant(const struct view *v)
{
    const struct standing_policy *p = v->policy;

    if (!p->read || p->max_failure == 0)
        return true;
    if (v->facts->locked_until == MK_TIME_NEVER && p->lockout_duration > 0)
        return false;
    return p->lockout && v->facts->failures >= p->max_failure;
}

/* Whether a lock is in force; then `standing` and `until` are set. */
static bool is_locked(struct mk_account *account, const struct view *v)
{
    int64_t stamp = v->facts->locked;

    if (v->facts->locked_until != MK_TIME_UNKNOWN && v->now < v->facts->locked_until &&
        is_lock_meant(v)) {
        account->standing =
            v->facts->locked_until == MK_TIME_NEVER ? MK_LOCKED_FOR_GOOD : MK_LOCKED;
        if (account->standing == MK_LOCKED)
            account->until = v->facts->locked_until;
        return true;
    }
    if (stamp == MK_TIME_UNKNOWN || (v->policy->read && !v->policy->lockout)) {
        if (v->facts->lock_in_force)
            account->standing = MK_LOCKED;
        return v->facts->lock_in_force;
    }
    if (stamp <= LDAPTIME_YEAR_ZERO || (v->policy->read && v->policy->lockout_duration == 0)) {
        account->standing = MK_LOCKED_FOR_GOOD;
        return true;
    }
    account->standing = MK_LOCKED;
    if (!v->policy->read)
        return true;
    account->until = stamp + v->policy->lockout_duration;
    if (v->now < account->until)
        return true;
    account->until = MK_TIME_UNKNOWN;
    return v->facts->lock_in_force;
}

static bool is_disabled(const struct view *v)
{
    const struct standing_facts *f = v->facts;
    const struct standing_policy *p = v->policy;

    if (f->disabled || (f->start != MK_TIME_UNKNOWN && v->now < f->start))
        return true;
    if (f->end != MK_TIME_UNKNOWN && f->end <= v->now)
        return true;
    /* slapd looks at idleness only where it looks at locks. */
    return p->read && p->lockout && p->max_idle > 0 && f->last_success != MK_TIME_UNKNOWN &&
           v->now > f->last_success + p->max_idle;
}

static bool is_expired(const struct view *v)
{
    return v->server->grace >= 0 ||
           (v->server->expires != MK_TIME_UNKNOWN && v->now > v->server->expires) ||
           (v->by_policy != MK_TIME_UNKNOWN && v->now > v->by_policy);
}

static uint32_t grace_left(const struct view *v)
{
    const struct standing_policy *p = v->policy;

    if (v->server->grace >= 0)
        return (uint32_t)v->server->grace;
    if (!p->read || p->grace_limit <= (int64_t)v->facts->grace_used)
        return 0;
    if (p->grace_expiry > 0 && v->by_policy != MK_TIME_UNKNOWN && v->by_policy != MK_TIME_NEVER &&
        v->now > v->by_policy + p->grace_expiry)
        return 0;
    return (uint32_t)(p->grace_limit - v->facts->grace_used);
}

/* The standing where nothing bars the way in: by the date alone. */
static void set_by_date(struct mk_account *account, const struct view *v)
{
    if (account->expires == MK_TIME_UNKNOWN) {
        account->standing = MK_UNKNOWN;
        account->unknown =
            v->facts->changed == MK_TIME_UNKNOWN ? MK_UNKNOWN_NO_CHANGE : MK_UNKNOWN_POLICY;
    } else if (v->now > account->expires) {
        account->standing = MK_OVERDUE;
    } else if (account->expires != MK_TIME_NEVER &&
               account->expires - v->now <= (int64_t)v->rule->warn_seconds) {
        account->standing = MK_DUE_SOON;
    } else {
        account->standing = MK_FINE;
    }
}

struct mk_account standing_of(int32_t system, const struct standing_facts *facts,
                              const struct standing_policy *policy,
                              const struct standing_rule *rule,
                              const struct standing_server *server, int64_t now)
{
    struct view v = {facts, policy, rule, server, now, 0, 0};
    struct mk_account account = standing_unknown(system, MK_KNOWN);

    account.changed = facts->changed;
    v.by_policy = policy_date(&v);
    v.by_ministry = ministry_date(&v);
    set_expiry(&account, &v);

    if (is_locked(&account, &v))
        return account;
    if (is_disabled(&v)) {
        account.standing = MK_DISABLED;
    } else if (is_expired(&v)) {
        account.grace = grace_left(&v);
        account.standing = account.grace > 0 ? MK_GRACE : MK_EXPIRED;
        /* Whoever is in by the last grace log-in can still change it, and nobody afterwards. */
        account.changeable =
            account.standing == MK_EXPIRED && (facts->changeable || server->grace == 0);
        account.grace_unseen =
            account.standing == MK_EXPIRED && facts->grace_hidden && !policy->read;
    } else if (facts->reset && !(policy->read && !policy->must_change)) {
        account.standing = MK_MUST_CHANGE;
    } else {
        set_by_date(&account, &v);
    }
    return account;
}

/* --- for a helpdesk --- */

static enum mk_lock lock_of(const struct mk_account *account, const struct standing_facts *facts)
{
    if (account->standing == MK_LOCKED_FOR_GOOD)
        return MK_LOCK_FOR_GOOD;
    if (account->standing == MK_LOCKED)
        return MK_LOCK_TIMED;
    if (facts->lock_by_count && !facts->seen[STANDING_FAILURES])
        return MK_LOCK_UNSEEN;
    return facts->seen[STANDING_LOCK] ? MK_NOT_LOCKED : MK_LOCK_UNSEEN;
}

static bool is_shown_locked(const struct mk_account *account)
{
    return account->standing == MK_LOCKED_FOR_GOOD || account->standing == MK_LOCKED;
}

static int64_t locked_since(const struct mk_account *account, const struct standing_facts *facts,
                            const struct standing_policy *policy)
{
    if (!is_shown_locked(account))
        return MK_TIME_UNKNOWN;
    if (facts->locked > LDAPTIME_YEAR_ZERO)
        return facts->locked;
    /* A kind that keeps the end of a lock instead. */
    return account->until != MK_TIME_UNKNOWN && policy->read && policy->lockout_duration > 0
               ? account->until - policy->lockout_duration
               : MK_TIME_UNKNOWN;
}

static enum mk_answer must_change(const struct standing_facts *facts,
                                  const struct standing_policy *policy)
{
    if (!facts->reset)
        return facts->seen[STANDING_RESET] ? MK_NO : MK_NOT_KNOWN;
    if (facts->reset_demands)
        return MK_YES;
    if (!policy->read)
        return MK_NOT_KNOWN;
    return policy->must_change ? MK_YES : MK_NO;
}

/* When the server's count begins anew; MK_TIME_UNKNOWN: with the next right password. */
static int64_t counted_until(const struct standing_facts *facts,
                             const struct standing_policy *policy)
{
    if (facts->failed != MK_TIME_UNKNOWN && policy->read && policy->failure_interval > 0)
        return facts->failed + policy->failure_interval;
    return facts->counted_until;
}

static uint32_t failures(const struct mk_account *account, const struct standing_facts *facts,
                         const struct standing_policy *policy, int64_t now)
{
    int64_t until = counted_until(facts, policy);
    uint32_t count = 0;

    if (facts->counted < 0 && facts->counted != MK_TIME_UNKNOWN)
        return MK_COUNT_UNKNOWN;
    if (facts->counted != MK_TIME_UNKNOWN) {
        if (until != MK_TIME_UNKNOWN && until <= now && !is_shown_locked(account))
            return 0;
        return facts->counted > INT32_MAX ? MK_COUNT_UNKNOWN : (uint32_t)facts->counted;
    }
    if (!facts->seen[STANDING_FAILURES] || (facts->failed_times > 0 && !policy->read))
        return MK_COUNT_UNKNOWN;
    for (uint32_t i = 0; i < facts->failed_times; i++)
        count +=
            policy->failure_interval == 0 || facts->failed_at[i] > now - policy->failure_interval;
    return count;
}

struct mk_view standing_view(const struct mk_account *account, const struct standing_facts *facts,
                             const struct standing_policy *policy, int64_t now)
{
    struct mk_view view = {
        .account = *account,
        .lock = lock_of(account, facts),
        .locked = locked_since(account, facts, policy),
        .failures = failures(account, facts, policy, now),
        .failures_allowed = MK_COUNT_UNKNOWN,
        .failed = facts->failed,
        .logged_in = facts->logged_in,
        .must_change = must_change(facts, policy),
    };

    for (uint32_t i = 0; i < facts->failed_times; i++)
        if (facts->failed_at[i] > view.failed)
            view.failed = facts->failed_at[i];
    if (policy->read && (!policy->lockout || policy->max_failure >= 0))
        view.failures_allowed = policy->lockout ? (uint32_t)policy->max_failure : 0;
    memcpy(view.version, facts->version, sizeof view.version);
    return view;
}
