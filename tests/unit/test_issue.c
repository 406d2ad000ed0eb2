/* SPDX-License-Identifier: MIT */
/* A temporary password for several accounts, made and judged by the real matkhau-quality. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cracklib.h"
#include "issue.h"

#define WORDS 100
#define WAIT_MS 20000
#define SYSTEMS 4
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const struct mk_caller caller = {.login = "hoangvanbinh",
                                        .dn = "uid=hoangvanbinh,ou=people,dc=example",
                                        .name = "Hoàng Văn Bình",
                                        .unit = "Chi cục THADS huyện Minh Sơn",
                                        .mail = "binh.hv@moj.example.vn"};

static struct cracklib dictionary;
static struct config config;
static struct issue issue;

static struct config_rules *rules_of(int account)
{
    return account == MK_PERSON ? &config.rules : &config.system[account].rules;
}

/* What pwquality.conf(5) says for an account. */
static void configure(int account, const char *lines)
{
    char *path = rules_of(account)->pwquality_file;
    FILE *file;

    (void)snprintf(path, MK_FILE_MAX + 1, "%s.%d.conf", dictionary.prefix, account + 1);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fprintf(file, "dictpath = %s\n%s", dictionary.prefix, lines) > 0);
    assert_int_equal(fclose(file), 0);
}

static void run(void)
{
    while (issue.state == ISSUE_WAITING) {
        struct pollfd p = {issue_poll(&issue), POLLIN, 0};
        bool ended;
        assert_true(p.fd >= 0);
        assert_int_equal(poll(&p, 1, WAIT_MS), 1);
        ended = issue_ready(&issue);
        assert_int_equal(ended, issue.state != ISSUE_WAITING);
        assert_true(issue_tick(&issue, session_clock_ms()) > session_clock_ms());
    }
    assert_int_equal(issue_poll(&issue), -1);
    assert_false(issue_ready(&issue));
    assert_true(issue_tick(&issue, INT64_MAX - 1) == INT64_MAX);
    assert_false(worker_running(&issue.checker.worker));
}

static void start(const int *accounts, int count)
{
    issue_start(&issue, &config, accounts, count, &caller);
}

/* What the worker of `account` finds wrong with `password`. */
static uint64_t failed_by(int account, const struct mk_password *password)
{
    struct checker checker;
    struct mk_quality_person person = {.header = {MK_QUALITY_PERSON, 0}};
    uint64_t failed;

    (void)snprintf(person.login, sizeof person.login, "%s", caller.login);
    checker_open(&checker, &config, account, &person);
    checker_ask(&checker, NULL, password);
    while (!checker_settled(&checker)) {
        struct pollfd p = {checker.worker.fd, POLLIN, 0};
        assert_false(checker.failed);
        assert_int_equal(poll(&p, 1, WAIT_MS), 1);
        assert_true(checker_ready(&checker));
        if (checker.waiting)
            checker_ask(&checker, NULL, password);
    }
    failed = checker.verdict.failed;
    checker_close(&checker);
    return failed;
}

static void expect_ready(const int *accounts, int count)
{
    start(accounts, count);
    run();
    assert_int_equal(issue.state, ISSUE_READY);
    assert_non_null(issue.password);
    assert_int_equal(issue.password->length, strlen(issue.password->text));
    for (int i = 0; i < count; i++)
        assert_int_equal(failed_by(accounts[i], issue.password), 0);
}

static void expect_failed(const int *accounts, int count, enum issue_failure why)
{
    start(accounts, count);
    run();
    assert_int_equal(issue.state, ISSUE_FAILED);
    assert_int_equal(issue.why, why);
    assert_null(issue.password);
}

/* All of them can be taken: nothing else holds one. */
static void assert_every_slot_is_free(void)
{
    struct mk_password *slot[SECRETS_MAX];

    for (int i = 0; i < SECRETS_MAX; i++) {
        slot[i] = secret_new();
        assert_non_null(slot[i]);
        assert_int_equal(slot[i]->length, 0);
    }
    for (int i = 0; i < SECRETS_MAX; i++)
        secret_free(slot[i]);
}

static void one_account_gets_the_shortest(void **state)
{
    static const int account = MK_PERSON;
    struct mk_password first;

    (void)state;
    expect_ready(&account, 1);
    assert_int_equal(issue.password->length, 11);
    assert_int_equal(issue.password->text[5], '-');
    assert_null(strpbrk(issue.password->text, CAPITALS));
    first = *issue.password;
    expect_ready(&account, 1);
    assert_string_not_equal(first.text, issue.password->text);
}

static void several_get_one_that_suits_all(void **state)
{
    static const int accounts[] = {MK_PERSON, 0, 1, 2, 3};

    (void)state;
    configure(0, "minclass = 4\n");
    configure(1, "minlen = 13\n");
    (void)snprintf(config.system[2].rules.not_taken, sizeof config.system[2].rules.not_taken,
                   "-!.");
    config.system[2].rules.max_length = 20;
    config.system[3].rules.max_length = 14;
    for (int first = 0; first < 5; first++) { /* whoever makes it */
        int turned[5];
        for (int i = 0; i < 5; i++)
            turned[i] = accounts[(first + i) % 5];
        expect_ready(turned, 5);
        assert_in_range(issue.password->length, 13, 14);
        assert_non_null(strchr(issue.password->text, '@'));
        assert_int_equal(strcspn(issue.password->text, CAPITALS),
                         strcspn(issue.password->text, MK_TEMPORARY_CAPITALS));
        assert_non_null(strpbrk(issue.password->text, MK_TEMPORARY_CAPITALS));
    }
}

/* Others are made then, longer ones, so that enough chance is left. */
static void what_one_refuses_is_made_again(void **state)
{
    static const int accounts[] = {0, MK_PERSON};
    bool again = false;

    (void)state;
    configure(0, "maxclassrepeat = 3\n"); /* refuses about as many as it may */
    for (int i = 0; i < 60 && !again; i++) {
        expect_ready(accounts, 2);
        assert_in_range(issue.rounds, 1, ISSUE_ROUNDS_MAX);
        again = issue.rounds > 1;
        assert_int_equal(issue.password->length > 11, again);
    }
    assert_true(again);
}

static void rules_that_leave_no_room_are_told(void **state)
{
    static const int accounts[] = {0, MK_PERSON, 1};

    (void)state;
    config.system[0].rules.max_length = 8;
    expect_failed(accounts, 1, ISSUE_NONE_FITS);
    expect_failed(accounts, 2, ISSUE_NONE_FITS);
    config.system[0].rules.max_length = 12;
    expect_ready(accounts, 2);
    configure(1, "minlen = 14\n"); /* speaks against the other */
    expect_failed(accounts, 3, ISSUE_NONE_FITS);
    expect_ready(accounts + 1, 2);
}

/* It takes next to no letters: whatever is made, it refuses. */
static void it_is_given_up_in_the_end(void **state)
{
    static const int accounts[] = {0, MK_PERSON};

    (void)state;
    (void)snprintf(config.system[0].rules.not_taken, sizeof config.system[0].rules.not_taken,
                   MK_TEMPORARY_LETTERS);
    expect_failed(accounts, 2, ISSUE_NONE_FITS);
    assert_int_equal(issue.rounds, ISSUE_ROUNDS_MAX);
}

static void an_incomplete_check_issues_nothing(void **state)
{
    static const int accounts[] = {0, 1, MK_PERSON};

    (void)state;
    (void)snprintf(config.system[1].rules.pwquality_file, MK_FILE_MAX + 1,
                   "/nonexistent/pwquality.conf");
    for (int count = 2; count <= 3; count++) {
        expect_failed(accounts, count, ISSUE_INCOMPLETE);
        assert_int_equal(issue.account, 1);
    }
    expect_ready(accounts, 1);
    config.go_on = true; /* the administrator wants the rest to decide */
    expect_ready(accounts, 3);
}

/* At whatever step. */
static void a_worker_that_goes_is_no_answer(void **state)
{
    static const int accounts[] = {0, MK_PERSON};
    int killed = 0;

    (void)state;
    for (int steps = 0; steps < 40; steps++) {
        start(accounts, 2);
        for (int i = 0; i < steps && issue.state == ISSUE_WAITING; i++) {
            struct pollfd p = {issue_poll(&issue), POLLIN, 0};
            assert_int_equal(poll(&p, 1, WAIT_MS), 1);
            (void)issue_ready(&issue);
        }
        if (issue.state == ISSUE_READY)
            break;
        assert_int_equal(kill(issue.checker.worker.pid, SIGKILL), 0);
        run();
        assert_int_equal(issue.state, ISSUE_FAILED);
        assert_int_equal(issue.why, ISSUE_INCOMPLETE);
        assert_null(issue.password);
        killed++;
    }
    assert_in_range(killed, 4, 39);
    issue_forget(&issue);
    assert_every_slot_is_free();
}

static void a_late_worker_is_not_waited_for(void **state)
{
    static const int accounts[] = {2, MK_PERSON};
    int64_t deadline;

    (void)state;
    start(accounts, 2);
    assert_int_equal(kill(issue.checker.worker.pid, SIGSTOP), 0);
    deadline = issue_tick(&issue, session_clock_ms());
    assert_in_range(deadline - session_clock_ms(), 0, CHECKER_WAIT_MS);
    assert_int_equal(issue.state, ISSUE_WAITING);
    (void)issue_tick(&issue, deadline);
    assert_int_equal(issue.state, ISSUE_FAILED);
    assert_int_equal(issue.why, ISSUE_INCOMPLETE);
    assert_int_equal(issue.account, 2);
    assert_int_equal(issue_poll(&issue), -1);
}

static void what_is_forgotten_is_wiped(void **state)
{
    static const struct issue nothing;
    static const struct mk_password empty;
    static const int accounts[] = {0, MK_PERSON};
    const struct mk_password *password;

    (void)state;
    issue_forget(&issue); /* of a zeroed struct */
    expect_ready(accounts, 2);
    password = issue.password;
    issue_forget(&issue);
    assert_memory_equal(password, &empty, sizeof empty); /* the pages stay */
    assert_memory_equal(&issue, &nothing, sizeof issue);
    start(accounts, 2); /* and in the middle of it */
    assert_int_equal(poll(&(struct pollfd){issue_poll(&issue), POLLIN, 0}, 1, WAIT_MS), 1);
    (void)issue_ready(&issue);
    issue_forget(&issue);
    assert_memory_equal(&issue, &nothing, sizeof issue);
    assert_every_slot_is_free();
}

static int set_up_group(void **state)
{
    (void)state;
    cracklib_open(&dictionary);
    cracklib_pack(&dictionary, WORDS);
    cracklib_write(&dictionary, dictionary.index_size, dictionary.data_size);
    return secret_start() ? 0 : -1;
}

static int tear_down_group(void **state)
{
    (void)state;
    cracklib_close(&dictionary);
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    memset(&config, 0, sizeof config);
    config.systems = SYSTEMS;
    for (int account = MK_PERSON; account < SYSTEMS; account++)
        configure(account, "");
    for (int i = 0; i < SYSTEMS; i++) {
        config.system[i].same_as = CONFIG_OWN_ACCOUNT;
        (void)snprintf(config.system[i].name, sizeof config.system[i].name, "Phần mềm %d", i);
    }
    return 0;
}

static int tear_down(void **state)
{
    char path[MK_FILE_MAX + 1];

    (void)state;
    issue_forget(&issue);
    for (int account = MK_PERSON; account < SYSTEMS; account++) {
        (void)snprintf(path, sizeof path, "%s.%d.conf", dictionary.prefix, account + 1);
        (void)unlink(path);
    }
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(one_account_gets_the_shortest),   TEST(several_get_one_that_suits_all),
        TEST(what_one_refuses_is_made_again),  TEST(rules_that_leave_no_room_are_told),
        TEST(it_is_given_up_in_the_end),       TEST(an_incomplete_check_issues_nothing),
        TEST(a_worker_that_goes_is_no_answer), TEST(a_late_worker_is_not_waited_for),
        TEST(what_is_forgotten_is_wiped),
    };

    return cmocka_run_group_tests_name("issue", tests, set_up_group, tear_down_group);
}
