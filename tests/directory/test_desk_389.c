// SPDX-License-Identifier: MIT
/*
 * 389 Directory Server: what an operator of a helpdesk sees, unlocks and resets there, and what the
 * server itself leaves to nobody.
 */

#include <ldap.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "ds_desk.h"
#include "throwaway.h"

#define GIVEN "Tamthoi#4711"
#define NOTE "20261122065200Z hanoi"

static struct ds389 server;
static bool missing;

static int set_up(void **state)
{
    static char config[sizeof ds_config + sizeof ds_desk_policy];

    (void)state;
    missing = !ds389_is_installed();
    if (missing) {
        print_message("# SKIPPED, a helpdesk of 389 Directory Server: it is not installed\n");
        return 0;
    }
    (void)snprintf(config, sizeof config, "%s%s", ds_config, ds_desk_policy);
    ds389_create(&server, SUFFIX, ds_desk_ldif, config);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (!missing)
        ds389_remove(&server);
    return 0;
}

static void begin(void **state)
{
    (void)state;
    if (missing)
        skip();
}

static const char *dn_of(const char *uid)
{
    static _Thread_local char dn[128];

    (void)snprintf(dn, sizeof dn, "uid=%s," PEOPLE, uid);
    return dn;
}

/* --- an operator --- */

static struct worker operator(const char *uid)
{
    struct mk_request_directory d = ds_desk_directory(&server);

    return fixture_logged_in(&d, uid);
}

static struct mk_subject subject(const char *uid)
{
    return worker_subject(uid, dn_of(uid), "");
}

static struct mk_view see(struct worker *worker, const char *uid)
{
    struct mk_subject whom = subject(uid);
    struct worker_answer answer = worker_view(worker, MK_PERSON, &whom);

    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.views, 1);
    return answer.view[0];
}

static struct worker_answer unlock(struct worker *worker, const char *uid,
                                   const struct mk_view *seen)
{
    struct mk_subject whom = subject(uid);

    return worker_unlock(worker, &whom, seen, false);
}

static struct worker_answer reset_with(struct worker *worker, const char *uid,
                                       const struct mk_view *seen, const char *password,
                                       const char *note)
{
    struct mk_subject whom = subject(uid);

    return worker_reset(worker, &whom, seen, note, password);
}

static struct worker_answer reset(struct worker *worker, const char *uid)
{
    struct mk_view seen = see(worker, uid);

    return reset_with(worker, uid, &seen, GIVEN, NOTE);
}

/* What an act could change of somebody. */
struct entry {
    char date[32];
    char count[16];
    char until[32];
    char note[64];
    char hash[256];
    int notes;
};

static struct entry entry_of(const char *uid)
{
    struct entry e;

    memset(&e, 0, sizeof e);
    ds389_value(&server, dn_of(uid), "passwordExpirationTime", e.date, sizeof e.date);
    ds389_value(&server, dn_of(uid), "passwordRetryCount", e.count, sizeof e.count);
    ds389_value(&server, dn_of(uid), "accountUnlockTime", e.until, sizeof e.until);
    ds389_value(&server, dn_of(uid), "description", e.note, sizeof e.note);
    ds389_value(&server, dn_of(uid), "userPassword", e.hash, sizeof e.hash);
    e.notes = ds389_count(&server, dn_of(uid), "description");
    return e;
}

static void assert_same(const struct entry *before, const char *uid)
{
    struct entry now = entry_of(uid);

    assert_string_equal(now.date, before->date);
    assert_string_equal(now.count, before->count);
    assert_string_equal(now.until, before->until);
    assert_string_equal(now.note, before->note);
    assert_string_equal(now.hash, before->hash);
    assert_int_equal(now.notes, before->notes);
}

/* --- what is seen --- */

#define UNKNOWN MK_COUNT_UNKNOWN

static const struct {
    const char *uid;
    enum mk_standing standing;
    enum mk_lock lock;
    enum mk_answer must_change;
    uint32_t failures;
    uint32_t allowed;
} views[] = {
    {"fine", MK_FINE, MK_NOT_LOCKED, MK_NO, 0, 3},
    {"timed", MK_LOCKED, MK_LOCK_TIMED, MK_NO, 3, 3},
    {"forgood", MK_LOCKED_FOR_GOOD, MK_LOCK_FOR_GOOD, MK_NO, 3, 3},
    /* accountUnlockTime alone means nothing, neither ahead nor behind. */
    {"released", MK_FINE, MK_NOT_LOCKED, MK_NO, 0, 3},
    {"almost", MK_FINE, MK_NOT_LOCKED, MK_NO, 2, 3},
    {"over", MK_FINE, MK_NOT_LOCKED, MK_NO, 3, 3},
    {"expired", MK_EXPIRED, MK_NOT_LOCKED, MK_NO, 0, 3},
    {"must", MK_MUST_CHANGE, MK_NOT_LOCKED, MK_YES, 0, 3},
    {"disabled", MK_DISABLED, MK_NOT_LOCKED, MK_NO, 0, 3},
    {"lax", MK_FINE, MK_NOT_LOCKED, MK_NO, 0, 0},
    {"new", MK_UNKNOWN, MK_NOT_LOCKED, MK_NO, 0, 3},
    /* The date says that it must be changed; the policy does not demand it, or is hidden. */
    {"lasting", MK_UNKNOWN, MK_NOT_LOCKED, MK_NO, 0, 0},
    {"secret", MK_MUST_CHANGE, MK_NOT_LOCKED, MK_NOT_KNOWN, 0, UNKNOWN},
    /* The two wrong ones no longer count. */
    {"forgot", MK_FINE, MK_NOT_LOCKED, MK_NO, 0, 3},
};

static void every_state(void **state)
{
    struct worker worker;
    struct mk_view view;
    int64_t now = (int64_t)time(NULL);

    begin(state);
    worker = operator("op");
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        view = see(&worker, views[i].uid);
        print_message("# %s: standing %u, lock %u, must change %u, %u of %u\n", views[i].uid,
                      view.account.standing, view.lock, view.must_change, view.failures,
                      view.failures_allowed);
        assert_string_equal(view.dn, dn_of(views[i].uid));
        assert_int_equal(view.account.standing, views[i].standing);
        assert_int_equal(view.lock, views[i].lock);
        assert_int_equal(view.must_change, views[i].must_change);
        assert_int_equal(view.failures, views[i].failures);
        assert_int_equal(view.failures_allowed, views[i].allowed);
        assert_true(view.logged_in == MK_TIME_UNKNOWN); /* no Account Policy plug-in */
    }
    view = see(&worker, "timed");
    assert_in_range(view.account.until, now + 500, now + 800);
    assert_int_equal(view.locked, view.account.until - 900);
    assert_string_equal(see(&worker, "forgot").account.note, "20260901020304Z hanoi");
    ds389_set_time(&server, dn_of("fine"), "lastLoginTime", -3600);
    assert_in_range(see(&worker, "fine").logged_in, now - 3700, now - 3500);
    assert_int_equal(worker_stop(&worker), 0);
}

/* What an operator may not read is not known; it is not "not locked". */
static void what_is_hidden(void **state)
{
    static const char *const operators[] = {"blind", "half"};

    begin(state);
    for (size_t i = 0; i < 2; i++) {
        struct worker worker = operator(operators[i]);
        for (size_t k = 0; k < sizeof views / sizeof *views; k++) {
            struct mk_view view = see(&worker, views[k].uid);
            assert_int_equal(view.lock, MK_LOCK_UNSEEN);
            assert_int_equal(view.failures, MK_COUNT_UNKNOWN);
        }
        assert_int_equal(see(&worker, "must").must_change, MK_NOT_KNOWN);
        assert_int_equal(worker_stop(&worker), 0);
    }
}

/* --- unlock --- */

static void unlocked(void **state)
{
    static const char *const locked[] = {"rtimed", "rforgood", "ralmost", "rfine"};
    struct worker worker;

    begin(state);
    worker = operator("op");
    for (size_t i = 0; i < sizeof locked / sizeof *locked; i++) {
        struct mk_view seen = see(&worker, locked[i]);
        struct entry before = entry_of(locked[i]);
        struct entry after;

        assert_int_equal(ds389_binds(&server, dn_of(locked[i]), PASSWORD), i >= 2);
        for (int again = 0; again < 2; again++) {
            struct worker_answer answer = unlock(&worker, locked[i], &seen);
            assert_int_equal(answer.outcome.result, MK_OK);
            assert_int_equal(answer.end.result, MK_OK);
            assert_int_equal(answer.views, 1);
            assert_int_equal(answer.view[0].lock, MK_NOT_LOCKED);
            assert_int_equal(answer.view[0].failures, 0);
        }
        after = entry_of(locked[i]);
        assert_string_equal(after.until, "");
        assert_string_equal(after.date, before.date);
        assert_string_equal(after.hash, before.hash);
        assert_int_equal(after.notes, before.notes);
        assert_true(ds389_binds(&server, dn_of(locked[i]), PASSWORD));
    }
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- reset --- */

/* Logs in with the temporary password: the change is demanded. */
static void assert_demanded(const char *uid, enum mk_result result)
{
    struct mk_request_directory d = ds_desk_directory(&server);
    struct worker worker = fixture_worker(&d);
    struct worker_answer answer = worker_bind(&worker, MK_PERSON, uid, GIVEN);

    assert_int_equal(answer.end.result, result);
    if (result == MK_OK)
        assert_int_equal(answer.end.must_change, MK_FORCED_ISSUED);
    assert_int_equal(worker_stop(&worker), 0);
}

static void reset_in_every_state(void **state)
{
    static const struct {
        const char *uid;
        enum mk_result log_in;
    } cases[] = {
        {"rfine", MK_OK},    {"rtimed", MK_OK},
        {"rforgood", MK_OK}, {"rreleased", MK_OK},
        {"ralmost", MK_OK},  {"rover", MK_OK},
        {"rexpired", MK_OK}, {"rmust", MK_OK},
        {"rnew", MK_OK},     {"rdisabled", MK_ACCOUNT_DISABLED},
    };
    struct worker worker;

    begin(state);
    ds389_set(&server, dn_of("rtimed"), "passwordRetryCount", "3");
    ds389_set_time(&server, dn_of("rtimed"), "accountUnlockTime", 800);
    ds389_set(&server, dn_of("rforgood"), "passwordRetryCount", "3");
    ds389_set(&server, dn_of("rforgood"), "accountUnlockTime", "19700101000000Z");
    worker = operator("op");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct worker_answer answer = reset(&worker, cases[i].uid);
        print_message("# %s: %u\n", cases[i].uid, answer.outcome.result);
        assert_int_equal(answer.outcome.result, MK_OK);
        assert_int_equal(answer.end.result, MK_OK);
        assert_int_equal(answer.views, 1);
        assert_int_equal(answer.view[0].lock, MK_NOT_LOCKED);
        assert_int_equal(answer.view[0].must_change, MK_YES);
        assert_string_equal(answer.view[0].account.note, NOTE);
        assert_demanded(cases[i].uid, cases[i].log_in);
    }
    assert_int_equal(worker_stop(&worker), 0);
}

/* The note takes the place of the one before; what else stands there is left alone. */
static void the_note(void **state)
{
    struct worker worker;

    begin(state);
    worker = operator("op");
    assert_int_equal(reset(&worker, "forgot").outcome.result, MK_OK);
    assert_int_equal(ds389_count(&server, dn_of("forgot"), "description"), 2);
    assert_string_equal(see(&worker, "forgot").account.note, NOTE);
    assert_int_equal(worker_stop(&worker), 0);
}

/* The rules hold for operators; what they refuse has changed nothing. */
static void refused_by_a_rule(void **state)
{
    static const struct {
        const char *password;
        enum mk_result result;
    } cases[] = {
        {"Kh#4", MK_TOO_SHORT},
        {"caybuoikhe", MK_FEW_KINDS},
        {PASSWORD, MK_IN_HISTORY},
        {"{SSHA}Y2F5YnVvaSMyMDI3", MK_QUALITY},
    };
    struct worker worker;

    begin(state);
    ds389_set(&server, dn_of("timed"), "passwordRetryCount", "3");
    worker = operator("op");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mk_view seen = see(&worker, "timed");
        struct entry before = entry_of("timed");
        struct worker_answer answer = reset_with(&worker, "timed", &seen, cases[i].password, NOTE);
        assert_int_equal(answer.outcome.result, cases[i].result);
        assert_int_equal(answer.end.result, cases[i].result);
        assert_same(&before, "timed");
    }
    assert_int_equal(worker_stop(&worker), 0);
}

/* Where the policy does not demand the change, or nobody can tell: never MK_OK. */
static void lasting(void **state)
{
    struct worker worker;
    struct worker_answer answer;

    begin(state);
    worker = operator("op");
    answer = reset(&worker, "rlax");
    assert_int_equal(answer.outcome.result, MK_LASTING);
    assert_int_equal(answer.view[0].must_change, MK_NO);
    assert_true(ds389_binds(&server, dn_of("rlax"), GIVEN));
    answer = reset(&worker, "secret");
    assert_int_not_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.view[0].must_change, MK_NOT_KNOWN);
    assert_int_equal(worker_stop(&worker), 0);
}

/*
 * One whom the server takes for a password administrator: it demands the change by itself, and lets
 * every password pass.
 */
static void password_administrators(void **state)
{
    struct worker worker;
    struct worker_answer answer;
    struct mk_view seen;
    long mark;

    begin(state);
    ds389_set(&server, "cn=config", "passwordAdminDN", HANOI);
    worker = operator("op");
    seen = see(&worker, "over");
    mark = ds389_mark(&server);
    answer = reset_with(&worker, "over", &seen, "Kh#4", NOTE);
    ds389_set(&server, "cn=config", "passwordAdminDN", NULL);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.view[0].must_change, MK_YES);
    assert_true(ds389_operations(&server, mark, "MOD", "") <= 2);
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- rights --- */

static void without_rights(void **state)
{
    struct worker worker;
    struct worker_answer answer;
    struct mk_view seen;
    struct entry before;

    begin(state);
    worker = operator("weak");
    seen = see(&worker, "timed");
    assert_int_equal(seen.lock, MK_LOCK_TIMED);
    before = entry_of("timed");
    answer = unlock(&worker, "timed", &seen);
    assert_int_equal(answer.outcome.result, MK_NO_RIGHT);
    assert_int_equal(answer.view[0].lock, MK_LOCK_TIMED);
    answer = reset_with(&worker, "timed", &seen, GIVEN, NOTE);
    assert_int_equal(answer.outcome.result, MK_NO_RIGHT);
    assert_same(&before, "timed");
    assert_int_equal(worker_stop(&worker), 0);
}

/* One change of an operator's own LDAP session, without our programs: the code. */
static int by_hand(const char *uid, const char *attribute, const char *value)
{
    LDAP *ld = throwaway_handle(server.ldapi);
    char type[64];
    char text[128];
    char *values[] = {text, NULL};
    LDAPMod mod = {.mod_op = LDAP_MOD_REPLACE, .mod_type = type, .mod_values = values};
    LDAPMod *mods[] = {&mod, NULL};
    int rc;

    (void)snprintf(type, sizeof type, "%s", attribute);
    (void)snprintf(text, sizeof text, "%s", value);
    assert_int_equal(throwaway_bind(ld, PERSON_DN("op"), PASSWORD), LDAP_SUCCESS);
    rc = ldap_modify_ext_s(ld, dn_of(uid), mods, NULL, NULL);
    (void)ldap_unbind_ext(ld, NULL, NULL);
    return rc;
}

static void the_protected(void **state)
{
    static const char *const people[] = {"boss", "op2", "weak", "op"};
    static const struct {
        const char *attribute;
        const char *value;
    } writes[] = {
        {"userPassword", GIVEN},     {"passwordExpirationTime", "20300101000000Z"},
        {"passwordRetryCount", "0"}, {"accountUnlockTime", "20200101000000Z"},
        {"description", NOTE},       {"memberOf", HANOI},
        {"nsAccountLock", "true"},   {"pwdpolicysubentry", "cn=lax," POLICIES},
    };
    struct worker worker;

    begin(state);
    worker = operator("op");
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        struct mk_view seen = see(&worker, people[i]);
        struct entry before = entry_of(people[i]);
        /* The account as which the operator is bound is not even asked for. */
        enum mk_result expected = strcmp(people[i], "op") == 0 ? MK_NOT_ALLOWED_NOW : MK_NO_RIGHT;

        assert_int_equal(unlock(&worker, people[i], &seen).outcome.result, expected);
        assert_int_equal(reset_with(&worker, people[i], &seen, GIVEN, NOTE).outcome.result,
                         expected);
        for (size_t k = 0; k < sizeof writes / sizeof *writes; k++)
            /* Everybody may change the own password. */
            if (strcmp(people[i], "op") != 0 || k != 0)
                assert_int_equal(by_hand(people[i], writes[k].attribute, writes[k].value),
                                 LDAP_INSUFFICIENT_ACCESS);
        assert_same(&before, people[i]);
    }
    assert_int_equal(worker_stop(&worker), 0);
    /* And of other people no more than what a helpdesk does. */
    assert_int_equal(by_hand("fine", "passwordRetryCount", "0"), LDAP_SUCCESS);
    for (size_t k = 5; k < sizeof writes / sizeof *writes; k++)
        assert_int_equal(by_hand("fine", writes[k].attribute, writes[k].value),
                         LDAP_INSUFFICIENT_ACCESS);
}

/* --- two at once --- */

static void stale(void **state)
{
    struct worker first;
    struct worker second;
    struct worker_answer answer;
    struct mk_view seen;
    struct entry before;

    begin(state);
    first = operator("op");
    second = operator("op2");
    seen = see(&second, "expired");
    assert_int_equal(reset(&first, "expired").outcome.result, MK_OK);
    before = entry_of("expired");
    answer = reset_with(&second, "expired", &seen, "Tamthoi#4712", "20261122065300Z hanoi");
    assert_int_equal(answer.outcome.result, MK_STALE);
    assert_int_equal(answer.end.result, MK_STALE);
    assert_same(&before, "expired");
    /* The loser is shown who was first. */
    assert_int_equal(answer.views, 1);
    assert_string_equal(answer.view[0].account.note, NOTE);
    assert_int_equal(worker_stop(&first), 0);
    assert_int_equal(worker_stop(&second), 0);
}

struct racer {
    pthread_t thread;
    struct worker worker;
    struct mk_view seen;
    char password[32];
    char note[32];
    enum mk_result result;
};

static void *race(void *context)
{
    struct racer *r = context;

    r->result = reset_with(&r->worker, "race", &r->seen, r->password, r->note).outcome.result;
    return NULL;
}

/* Both have seen the same, and both reset; how many have won. */
static int run_race(struct racer racers[2], int number, bool noted)
{
    int won = 0;

    for (int i = 0; i < 2; i++) {
        racers[i].seen = see(&racers[i].worker, "race");
        (void)snprintf(racers[i].password, sizeof racers[i].password, "Tam%c#%d", 'a' + i,
                       100000 + number);
        (void)snprintf(racers[i].note, sizeof racers[i].note, "20261122%06dZ desk%d", number, i);
        if (!noted)
            racers[i].note[0] = '\0';
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(racers[i].thread, NULL), 0);
    for (int i = 0; i < 2; i++) {
        won += racers[i].result == MK_OK;
        if (racers[i].result != MK_OK && racers[i].result != MK_STALE)
            print_message("# round %d: %d\n", number, (int)racers[i].result);
        assert_true(racers[i].result == MK_OK || racers[i].result == MK_STALE);
        assert_int_equal(ds389_binds(&server, PERSON_DN("race"), racers[i].password),
                         racers[i].result == MK_OK);
    }
    return won;
}

/*
 * The date is what an act is held against, and the note where there is one: after the first round
 * the date is that of a password that must be changed, and stays so.
 */
static void races(void **state)
{
    struct mk_request_directory d = ds_desk_directory(&server);
    struct racer racers[2];

    begin(state);
    d.operation_ms = 8000; /* the machine may be busy with other tests */
    racers[0].worker = fixture_logged_in(&d, "op");
    racers[1].worker = fixture_logged_in(&d, "op2");
    for (int i = 0; i < 100; i++)
        assert_int_equal(run_race(racers, i, true), 1);
    for (int i = 0; i < 20; i++) {
        ds389_set_time(&server, PERSON_DN("race"), "passwordExpirationTime", 86400 + i);
        assert_int_equal(run_race(racers, 100 + i, false), 1);
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(worker_stop(&racers[i].worker), 0);
}

/* --- no answer --- */

static void lost(void **state)
{
    struct worker worker;
    struct worker_answer answer;
    struct mk_view seen;

    begin(state);
    worker = operator("op");
    seen = see(&worker, "lost");
    ds389_pause(&server);
    answer = reset_with(&worker, "lost", &seen, GIVEN, NOTE);
    ds389_resume(&server);
    assert_int_equal(answer.outcome.result, MK_OUTCOME_UNKNOWN);
    assert_int_equal(answer.outcome.sent, 1);
    assert_int_equal(answer.end.result, MK_OUTCOME_UNKNOWN);
    assert_int_equal(worker_stop(&worker), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state),    cmocka_unit_test(what_is_hidden),
        cmocka_unit_test(unlocked),       cmocka_unit_test(reset_in_every_state),
        cmocka_unit_test(the_note),       cmocka_unit_test(refused_by_a_rule),
        cmocka_unit_test(lasting),        cmocka_unit_test(password_administrators),
        cmocka_unit_test(without_rights), cmocka_unit_test(the_protected),
        cmocka_unit_test(stale),          cmocka_unit_test(races),
        cmocka_unit_test(lost),
    };

    return cmocka_run_group_tests_name("desk on 389 Directory Server", tests, set_up, tear_down);
}
