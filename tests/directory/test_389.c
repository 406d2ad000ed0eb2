// SPDX-License-Identifier: MIT
/*
 * 389 Directory Server: every state of an account, what log-in, table and change come to, what is
 * said of it, and what it costs on the server.
 */

#include <stdlib.h>
#include <time.h>

#include "ds.h"
#include "matrix.h"

static struct ds389 server;
static bool missing;

static int set_up(void **state)
{
    (void)state;
    missing = !ds389_is_installed();
    if (missing)
        print_message("# SKIPPED, every state of 389 Directory Server: it is not installed\n");
    else
        ds389_create(&server, SUFFIX, ds_ldif, ds_config);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (!missing)
        ds389_remove(&server);
    return 0;
}

/* What the server has counted against somebody. */
static int failures(const char *dn)
{
    char value[16];

    ds389_value(&server, dn, "passwordRetryCount", value, sizeof value);
    return (int)strtol(value, NULL, 10);
}

/* --- log-in --- */

static const struct {
    enum matrix_state state;
    enum mk_result result;
    const char *login;
    const char *password;
    int grace;
    bool must_change;
} log_ins[] = {
    {MATRIX_FINE, MK_OK, "fine", PASSWORD, -1, false},
    {MATRIX_DUE_SOON, MK_OK, "soon", PASSWORD, -1, false},
    {MATRIX_GRACE, MK_OK, "grace", PASSWORD, 2, false},
    {MATRIX_EXPIRED, MK_ACCOUNT_EXPIRED, "expired", PASSWORD, -1, false},
    {MATRIX_MUST_CHANGE, MK_OK, "reset", PASSWORD, -1, true},
    {MATRIX_LOCKED, MK_ACCOUNT_LOCKED, "locked", PASSWORD, -1, false},
    {MATRIX_LOCKED_FOR_GOOD, MK_ACCOUNT_LOCKED, "forgood", PASSWORD, -1, false},
    {MATRIX_DISABLED, MK_ACCOUNT_DISABLED, "disabled", PASSWORD, -1, false},
    {MATRIX_NOT_YET, MK_ACCOUNT_ENDED, "notyet", PASSWORD, -1, false},
    {MATRIX_NO_LONGER, MK_ACCOUNT_ENDED, "ended", PASSWORD, -1, false},
    {MATRIX_OLD_WRONG, MK_WRONG_PASSWORD, "wrong", "wrong", -1, false},
    {MATRIX_MISSING, MK_PERSON_UNKNOWN, "nobody", PASSWORD, -1, false},
    {MATRIX_TWO, MK_PERSON_AMBIGUOUS, "two", PASSWORD, -1, false},
};

static void every_log_in(void)
{
    struct mk_request_directory d = ds_directory(&server, server.ldaps);

    for (size_t i = 0; i < sizeof log_ins / sizeof *log_ins; i++) {
        struct worker worker = fixture_worker(&d);
        long mark = ds389_mark(&server);
        struct worker_answer answer =
            worker_bind(&worker, MK_PERSON, log_ins[i].login, log_ins[i].password);
        bool asked =
            log_ins[i].result != MK_PERSON_UNKNOWN && log_ins[i].result != MK_PERSON_AMBIGUOUS;

        matrix_log_in(log_ins[i].state, log_ins[i].result, &answer.end);
        assert_int_equal(answer.end.must_change, log_ins[i].must_change);
        assert_int_equal(answer.end.grace, log_ins[i].grace);
        assert_int_equal(ds389_operations(&server, mark, "BIND", ""), asked);
        assert_int_equal(ds389_failed_binds(&server, mark), asked && log_ins[i].result != MK_OK);
        assert_int_equal(worker_stop(&worker), 0);
    }
}

/* --- table --- */

static const struct {
    enum matrix_state state;
    const char *host;
    enum mk_standing standing;
    enum mk_unknown unknown;
} rows[] = {
    {MATRIX_FINE, "fine", MK_FINE, MK_KNOWN},
    {MATRIX_DUE_SOON, "soon", MK_DUE_SOON, MK_KNOWN},
    {MATRIX_GRACE, "grace", MK_GRACE, MK_KNOWN},
    {MATRIX_EXPIRED, "expired", MK_EXPIRED, MK_KNOWN},
    {MATRIX_MUST_CHANGE, "reset", MK_MUST_CHANGE, MK_KNOWN},
    {MATRIX_LOCKED, "locked", MK_LOCKED, MK_KNOWN},
    {MATRIX_LOCKED_FOR_GOOD, "forgood", MK_LOCKED_FOR_GOOD, MK_KNOWN},
    {MATRIX_DISABLED, "disabled", MK_DISABLED, MK_KNOWN},
    {MATRIX_NOT_YET, "notyet", MK_DISABLED, MK_KNOWN},
    {MATRIX_NO_LONGER, "ended", MK_DISABLED, MK_KNOWN},
    {MATRIX_TOO_YOUNG, "young", MK_FINE, MK_KNOWN},
    {MATRIX_FORBIDDEN, "forbidden", MK_FINE, MK_KNOWN},
    {MATRIX_NO_RIGHT, "noright", MK_FINE, MK_KNOWN},
    {MATRIX_POLICY_UNREAD, "unsure", MK_EXPIRED, MK_KNOWN},
    {MATRIX_MISSING, "nowhere", MK_UNKNOWN, MK_UNKNOWN_NO_ENTRY},
    {MATRIX_TWO, "two", MK_UNKNOWN, MK_UNKNOWN_TWO_ENTRIES},
    /* Not in the matrix: see ds.h. */
    {MATRIX_STATES, "released", MK_FINE, MK_KNOWN},
    {MATRIX_STATES, "almost", MK_FINE, MK_KNOWN},
    {MATRIX_STATES, "over", MK_FINE, MK_KNOWN},
    {MATRIX_STATES, "never", MK_FINE, MK_KNOWN},
    {MATRIX_STATES, "new", MK_UNKNOWN, MK_UNKNOWN_NO_CHANGE},
};

#define ROWS ((int32_t)(sizeof rows / sizeof *rows))

static int32_t number_of(const char *host)
{
    int32_t i = 0;

    while (i < ROWS && strcmp(rows[i].host, host) != 0)
        i++;
    assert_in_range(i, 0, ROWS - 1);
    return i;
}

/* "an", who has an account in every state; the number of a system is that of its row. */
static struct worker looking(void)
{
    struct mk_request_directory d = ds_directory(&server, server.ldaps);
    struct worker worker = fixture_worker(&d);
    char filter[MK_FILTER_MAX + 1];

    for (int32_t i = 0; i < ROWS; i++) {
        (void)snprintf(filter, sizeof filter, "(&(seeAlso=%%d)(host=%s))", rows[i].host);
        assert_int_equal(worker_system(&worker, i, "", filter).end.result, MK_OK);
    }
    assert_int_equal(worker_bind(&worker, MK_PERSON, "an", PASSWORD).end.result, MK_OK);
    return worker;
}

static void table(struct worker *worker)
{
    struct worker_answer answer = worker_read(worker, MK_EVERY_SYSTEM);
    int64_t now = (int64_t)time(NULL);

    assert_int_equal(answer.end.result, MK_OK);
    assert_true(answer.has_person);
    assert_string_equal(answer.person.name, "Le Thi an");
    for (int32_t i = 0; i < ROWS; i++) {
        const struct mk_account *account = worker_account(&answer, i);
        assert_non_null(account);
        print_message("# %s: standing %u\n", rows[i].host, account->standing);
        if (rows[i].state != MATRIX_STATES)
            matrix_table(rows[i].state, rows[i].standing, rows[i].unknown, account);
        assert_int_equal(account->standing, rows[i].standing);
        assert_int_equal(account->unknown, rows[i].unknown);
        assert_int_equal(account->grace_unseen, rows[i].state == MATRIX_POLICY_UNREAD);
    }
    assert_in_range(worker_account(&answer, number_of("fine"))->expires, now + 60 * DAY - 300,
                    now + 60 * DAY);
    assert_int_equal(worker_account(&answer, number_of("fine"))->reason, MK_REASON_SERVER);
    assert_int_equal(worker_account(&answer, number_of("grace"))->grace, 3);
    assert_in_range(worker_account(&answer, number_of("locked"))->until, now + 500, now + 800);
    assert_int_equal(worker_account(&answer, number_of("never"))->expires, MK_TIME_NEVER);
}

/* --- change --- */

static const struct {
    enum matrix_state state;
    enum mk_result result;
    const char *host;
    const char *password;
    const char *new_password;
} changes[] = {
    {MATRIX_FINE, MK_OK, "fine", PASSWORD, NEW_PASSWORD},
    {MATRIX_DUE_SOON, MK_OK, "soon", PASSWORD, NEW_PASSWORD},
    {MATRIX_GRACE, MK_OK, "grace", PASSWORD, NEW_PASSWORD},
    {MATRIX_EXPIRED, MK_OK, "expired", PASSWORD, NEW_PASSWORD},
    {MATRIX_MUST_CHANGE, MK_OK, "reset", PASSWORD, NEW_PASSWORD},
    {MATRIX_LOCKED, MK_OK, "locked", PASSWORD, NEW_PASSWORD},
    {MATRIX_LOCKED_FOR_GOOD, MK_OK, "forgood", PASSWORD, NEW_PASSWORD},
    {MATRIX_DISABLED, MK_OK, "disabled", PASSWORD, NEW_PASSWORD},
    {MATRIX_NOT_YET, MK_OK, "notyet", PASSWORD, NEW_PASSWORD},
    {MATRIX_NO_LONGER, MK_OK, "ended", PASSWORD, NEW_PASSWORD},
    {MATRIX_TOO_YOUNG, MK_TOO_YOUNG, "young", PASSWORD, NEW_PASSWORD},
    {MATRIX_NO_RIGHT, MK_NO_RIGHT, "noright", PASSWORD, NEW_PASSWORD},
    {MATRIX_POLICY_UNREAD, MK_OK, "unsure", PASSWORD, NEW_PASSWORD},
    {MATRIX_OLD_WRONG, MK_OLD_REFUSED, "fine", "wrong", "Caykhe#2028"},
    {MATRIX_IN_HISTORY, MK_IN_HISTORY, "fine", NEW_PASSWORD, PASSWORD},
    {MATRIX_TOO_SHORT, MK_TOO_SHORT, "fine", NEW_PASSWORD, "Kh#4"},
    {MATRIX_QUALITY, MK_QUALITY, "fine", NEW_PASSWORD, "{SSHA}Y2F5YnVvaSMyMDI3"},
    {MATRIX_MISSING, MK_PERSON_UNKNOWN, "nowhere", PASSWORD, NEW_PASSWORD},
    {MATRIX_TWO, MK_PERSON_UNKNOWN, "two", PASSWORD, NEW_PASSWORD},
};

static void every_change(struct worker *worker)
{
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        long mark = ds389_mark(&server);
        struct worker_answer answer = worker_change(worker, number_of(changes[i].host),
                                                    changes[i].password, changes[i].new_password);

        print_message("# %s: %u\n", changes[i].host, answer.outcome.result);
        matrix_change(changes[i].state, changes[i].result, &answer.outcome, &answer.end);
        assert_int_equal(ds389_operations(&server, mark, "BIND", ""), 0);
        assert_true(ds389_operations(&server, mark, "EXT", "passwd_modify") <= 1);
    }
    assert_int_equal(failures(ACCOUNT_DN("fine")), 1); /* the wrong current one */
    assert_true(ds389_binds(&server, ACCOUNT_DN("fine"), NEW_PASSWORD));
}

/* passwordChange is about the owner alone, so that nobody else can meet it. */
static void forbidden_change(void)
{
    struct worker worker = ds_login(&server, "forbidden");
    struct worker_answer answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);

    matrix_change(MATRIX_FORBIDDEN, MK_CHANGE_FORBIDDEN, &answer.outcome, &answer.end);
    assert_int_equal(worker_stop(&worker), 0);
}

static void every_state(void **state)
{
    struct worker worker;

    (void)state;
    if (missing)
        skip();
    matrix_open(MK_KIND_389);
    every_log_in();
    worker = looking();
    table(&worker);
    every_change(&worker);
    forbidden_change();
    assert_int_equal(worker_stop(&worker), 0);
    matrix_close();
}

/* --- the person's own account --- */

static void own_account(void **state)
{
    static const struct {
        const char *login;
        enum mk_standing standing;
        enum mk_unknown unknown;
        int64_t days; /* left, 0: not looked at */
    } cases[] = {
        {"fine", MK_FINE, MK_KNOWN, 60},
        /* The first log-in within the warning time moves the date to the end of that time. */
        {"soon", MK_DUE_SOON, MK_KNOWN, 14},
        {"grace", MK_GRACE, MK_KNOWN, 0},
        {"noright", MK_FINE, MK_KNOWN, 60},
        {"hidden", MK_UNKNOWN, MK_UNKNOWN_NO_CHANGE, 0}, /* its name is all that shows */
    };

    (void)state;
    if (missing)
        skip();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct worker worker = ds_login(&server, cases[i].login);
        struct worker_answer answer = worker_read(&worker, MK_PERSON);
        int64_t now = (int64_t)time(NULL);

        print_message("# %s\n", cases[i].login);
        assert_int_equal(answer.accounts, 1);
        assert_int_equal(answer.account[0].standing, cases[i].standing);
        assert_int_equal(answer.account[0].unknown, cases[i].unknown);
        if (cases[i].days != 0)
            assert_in_range(answer.account[0].expires, now + cases[i].days * DAY - 300,
                            now + cases[i].days * DAY + 5);
        assert_int_equal(worker_stop(&worker), 0);
    }
}

/* A date of the past that the server let the person in with is not in force. */
static void dates_off(void **state)
{
    struct worker_answer answer;
    struct worker worker;

    (void)state;
    if (missing)
        skip();
    ds389_set(&server, "cn=config", "passwordExp", "off");
    worker = ds_login(&server, "unsure");
    answer = worker_read(&worker, MK_PERSON);
    ds389_set(&server, "cn=config", "passwordExp", "on");
    assert_int_equal(answer.account[0].standing, MK_FINE);
    assert_int_equal(answer.account[0].expires, MK_TIME_NEVER);
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- what it costs --- */

/* Who must change: the bind and the change, and only then a look at the new state. */
static void cost_of_must_change(void **state)
{
    struct mk_request_directory d = ds_directory(&server, server.ldaps);
    struct worker worker;
    struct worker_answer answer;
    long before;
    long mark;

    (void)state;
    if (missing)
        skip();
    worker = fixture_worker(&d);
    before = ds389_mark(&server);
    answer = worker_bind(&worker, MK_PERSON, "reset", PASSWORD);
    assert_int_equal(answer.end.must_change, 1);
    mark = ds389_mark(&server);
    assert_int_equal(worker_read(&worker, MK_PERSON).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(ds389_operations(&server, mark, "SRCH", ""), 0);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.account[0].standing, MK_FINE);
    assert_int_equal(ds389_operations(&server, before, "BIND", ""), 1);
    assert_int_equal(ds389_failed_binds(&server, before), 0);
    assert_int_equal(ds389_operations(&server, mark, "EXT", "passwd_modify"), 1);
    assert_int_equal(ds389_operations(&server, mark, "MOD", ""), 0);
    assert_int_equal(ds389_refused(&server, mark), 0);
    assert_int_equal(failures(PERSON_DN("reset")), 0);
    assert_true(ds389_binds(&server, PERSON_DN("reset"), NEW_PASSWORD));
    assert_int_equal(worker_stop(&worker), 0);
}

/* A refused one costs one more operation, counts for nothing, and the connection goes on. */
static void cost_of_refusal(void **state)
{
    struct worker worker;
    struct worker_answer answer;
    long mark;

    (void)state;
    if (missing)
        skip();
    worker = ds_login(&server, "refused");
    mark = ds389_mark(&server);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, "Kh#4");
    assert_int_equal(answer.outcome.result, MK_TOO_SHORT);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, PASSWORD);
    assert_int_equal(answer.outcome.result, MK_IN_HISTORY);
    assert_int_equal(ds389_operations(&server, mark, "EXT", "passwd_modify"), 2);
    assert_int_equal(ds389_operations(&server, mark, "MOD", ""), 2);
    assert_int_equal(ds389_operations(&server, mark, "BIND", ""), 0);
    assert_int_equal(failures(PERSON_DN("refused")), 0);
    answer = worker_change(&worker, MK_PERSON, "wrong", NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OLD_REFUSED);
    assert_int_equal(ds389_operations(&server, mark, "MOD", ""), 2);
    assert_int_equal(failures(PERSON_DN("refused")), 1);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(failures(PERSON_DN("refused")), 0);
    assert_int_equal(worker_stop(&worker), 0);
}

static void cost_of_grace(void **state)
{
    struct worker worker;
    struct worker_answer answer;
    char used[16];
    long mark;

    (void)state;
    if (missing)
        skip();
    mark = ds389_mark(&server);
    worker = ds_login(&server, "spender");
    ds389_value(&server, PERSON_DN("spender"), "passwordGraceUserTime", used, sizeof used);
    assert_string_equal(used, "1");
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.account[0].standing, MK_FINE);
    assert_int_equal(ds389_operations(&server, mark, "BIND", ""), 1);
    ds389_value(&server, PERSON_DN("spender"), "passwordGraceUserTime", used, sizeof used);
    assert_string_equal(used, "0");
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- refusals --- */

/* The rule is asked for by a Modify that changes nothing, not even where all is well by then. */
static void which_rule(void **state)
{
    static const struct {
        const char *new_password;
        enum mk_result result;
    } cases[] = {
        {"Ab1#xyw", MK_TOO_SHORT},       {"Caybuoi2071khe", MK_FEW_KINDS},
        {"Caayyybb#2071", MK_PATTERN},   {"Cay#2345boy", MK_PATTERN},
        {"aB#1cc1#Ba", MK_PATTERN},      {"cbdxhyt#2", MK_PATTERN},
        {"Kh#2071rules", MK_HOLDS_NAME}, {"{SSHA}Caybuoi#1", MK_QUALITY},
        {PASSWORD, MK_IN_HISTORY},
    };
    struct worker worker;
    struct worker_answer answer;

    (void)state;
    if (missing)
        skip();
    worker = ds_login(&server, "rules");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        answer = worker_change(&worker, MK_PERSON, PASSWORD, cases[i].new_password);
        print_message("# %s: %u\n", cases[i].new_password, answer.outcome.result);
        assert_int_equal(answer.outcome.result, cases[i].result);
        assert_int_equal(answer.outcome.sent, 1);
    }
    ds389_set(&server, PERSON_DN("rules"), "pwdpolicysubentry", NULL);
    /* In 2.3.1 a policy of its own knows no words: only that of the server does. */
    ds389_set(&server, "cn=config", "passwordBadWords", "thads");
    answer = worker_change(&worker, MK_PERSON, PASSWORD, "Thads#20717");
    ds389_set(&server, "cn=config", "passwordBadWords", NULL);
    assert_int_equal(answer.outcome.result, MK_COMMON_WORD);
    assert_int_equal(failures(PERSON_DN("rules")), 0);
    assert_true(ds389_binds(&server, PERSON_DN("rules"), PASSWORD));
    answer = worker_change(&worker, MK_PERSON, PASSWORD, "Caybu#2071khe");
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Where the server tells nothing before the log-in, its kind is a setting, and people have a DN. */
static void nothing_before_log_in(void **state)
{
    struct mk_request_directory d = ds_directory(&server, server.ldaps);
    struct worker_answer answer;
    struct worker worker;

    (void)state;
    if (missing)
        skip();
    d.kind = MK_KIND_389;
    d.person_filter[0] = '\0';
    (void)snprintf(d.person_dn, sizeof d.person_dn, "uid=%%u," PEOPLE);
    ds389_set(&server, "cn=config", "nsslapd-allow-anonymous-access", "off");
    worker = fixture_worker(&d);
    answer = worker_bind(&worker, MK_PERSON, "disabled", PASSWORD);
    assert_int_equal(answer.end.result, MK_ACCOUNT_DISABLED);
    answer = worker_bind(&worker, MK_PERSON, "fine", PASSWORD);
    ds389_set(&server, "cn=config", "nsslapd-allow-anonymous-access", "on");
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(worker_read(&worker, MK_PERSON).account[0].standing, MK_FINE);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Two places at once: the second one is told, by one wrong password that counts. */
static void changed_elsewhere(void **state)
{
    struct worker first;
    struct worker second;

    (void)state;
    if (missing)
        skip();
    first = ds_login(&server, "wrong");
    second = ds_login(&server, "wrong");
    assert_int_equal(worker_change(&first, MK_PERSON, PASSWORD, NEW_PASSWORD).outcome.result,
                     MK_OK);
    assert_int_equal(worker_change(&second, MK_PERSON, PASSWORD, "Caykhe#2028").outcome.result,
                     MK_OLD_REFUSED);
    assert_int_equal(failures(PERSON_DN("wrong")), 1);
    assert_true(ds389_binds(&server, PERSON_DN("wrong"), NEW_PASSWORD));
    assert_int_equal(worker_stop(&first), 0);
    assert_int_equal(worker_stop(&second), 0);
}

/* Without TLS the server takes no change, and where it is told so no log-in. */
static void needs_tls(void **state)
{
    struct mk_request_directory d = ds_directory(&server, server.ldap);
    struct worker_answer answer;
    struct worker worker;

    (void)state;
    if (missing)
        skip();
    d.tls = MK_TLS_NONE_ON_LOOPBACK;
    worker = fixture_worker(&d);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "clear", PASSWORD).end.result, MK_OK);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_NEEDS_TLS);
    ds389_set(&server, "cn=config", "nsslapd-require-secure-binds", "on");
    answer = worker_bind(&worker, MK_PERSON, "clear", PASSWORD);
    ds389_set(&server, "cn=config", "nsslapd-require-secure-binds", "off");
    assert_int_equal(answer.end.result, MK_NEEDS_TLS);
    assert_int_equal(worker_stop(&worker), 0);
    d.tls = MK_TLS_STARTTLS;
    worker = fixture_worker(&d);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "clear", PASSWORD).end.result, MK_OK);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
}

/* The server stops before it answers, and makes the change when it goes on. */
static void no_answer(void **state)
{
    const struct timespec moment = {.tv_nsec = 50000000};
    struct worker worker;
    struct worker_answer answer;

    (void)state;
    if (missing)
        skip();
    worker = ds_login(&server, "late");
    ds389_pause(&server);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    ds389_resume(&server);
    assert_int_equal(answer.outcome.result, MK_OUTCOME_UNKNOWN);
    assert_int_equal(answer.outcome.sent, 1);
    for (int i = 0; i < 100 && ds389_count(&server, PERSON_DN("late"), "passwordHistory") == 0; i++)
        (void)nanosleep(&moment, NULL);
    assert_true(ds389_binds(&server, PERSON_DN("late"), NEW_PASSWORD));
    assert_int_equal(worker_stop(&worker), 0);
}

/* A replica sends changes elsewhere; this server becomes one, so this test is the last. */
static void read_only(void **state)
{
    static const char tree[] = "cn=dc\\3Dexample\\2Cdc\\3Dvn,cn=mapping tree,cn=config";
    struct worker worker;
    struct worker_answer answer;

    (void)state;
    if (missing)
        skip();
    ds389_set(&server, tree, "nsslapd-referral", "ldap://127.0.0.1:9/" SUFFIX);
    ds389_set(&server, tree, "nsslapd-state", "referral on update");
    ds389_stop(&server);
    ds389_start(&server);
    worker = ds_login(&server, "replica");
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_READ_ONLY);
    assert_int_equal(worker_stop(&worker), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state),       cmocka_unit_test(own_account),
        cmocka_unit_test(dates_off),         cmocka_unit_test(cost_of_must_change),
        cmocka_unit_test(cost_of_refusal),   cmocka_unit_test(cost_of_grace),
        cmocka_unit_test(which_rule),        cmocka_unit_test(needs_tls),
        cmocka_unit_test(changed_elsewhere), cmocka_unit_test(nothing_before_log_in),
        cmocka_unit_test(no_answer),         cmocka_unit_test(read_only),
    };

    return cmocka_run_group_tests_name("389", tests, set_up, tear_down);
}
