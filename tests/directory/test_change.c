// SPDX-License-Identifier: MIT
/* Changing passwords: what is believed to be done, what is refused and why, what stays open. */

#include <time.h>

#include "fixture.h"

static struct slapd slapd;

// clang-format off
static const char people[] =
    FIXTURE_TOP
    FIXTURE_POLICY("young", "pwdMinAge: 8640000\n")
    FIXTURE_POLICY("forbidden", "pwdAllowUserChange: FALSE\n")
    FIXTURE_POLICY("safe", "pwdSafeModify: TRUE\npwdMaxAge: 7776000\n")
    FIXTURE_PERSON("an", CHANGED("-85d"))
    FIXTURE_PERSON("binh", CHANGED("-85d"))
    FIXTURE_PERSON("chi", CHANGED("-85d"))
    FIXTURE_PERSON("dung", CHANGED("-85d"))
    FIXTURE_PERSON("ha", CHANGED("-1d") POLICY("forbidden"))
    FIXTURE_PERSON("giang", CHANGED("-1d") "pwdReset: TRUE\n")
    FIXTURE_ACCOUNT("mail", "an", CHANGED("-85d"))
    FIXTURE_ACCOUNT("safe", "an", CHANGED("-85d") POLICY("safe"))
    FIXTURE_ACCOUNT("young", "an", CHANGED("-1d") POLICY("young"))
    FIXTURE_ACCOUNT("noright", "an", CHANGED("-1d"))
    FIXTURE_ACCOUNT("mail", "binh", CHANGED("-1d"));
// clang-format on

enum { MAIL, SAFE, YOUNG, NORIGHT, NOBODYS, OTHERS };

#define ACCOUNT_DN(name) "uid=" name "," SYSTEMS

static int set_up(void **state)
{
    (void)state;
    slapd_create(&slapd, SUFFIX, people,
                 (const char *[]){"--conf", TEST_DIRECTORY "/noright.conf", NULL});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    slapd_remove(&slapd);
    return 0;
}

/* Logged in over `uri`, with systems found by seeAlso; nothing has been read. */
static struct worker logged_in(const char *uri, const char *login)
{
    static const char *const hosts[] = {"mail", "safe", "young", "noright", "nobodys"};
    struct mk_request_directory d = fixture_directory(&slapd, uri);
    struct worker worker = fixture_worker(&d);
    char filter[MK_FILTER_MAX + 1];

    for (int32_t i = 0; i < OTHERS; i++) {
        (void)snprintf(filter, sizeof filter, "(&(seeAlso=%%d)(host=%s))", hosts[i]);
        assert_int_equal(worker_system(&worker, i, "", filter).end.result, MK_OK);
    }
    assert_int_equal(worker_system(&worker, OTHERS, ACCOUNT_DN("binh-mail"), "").end.result, MK_OK);
    assert_int_equal(worker_bind(&worker, MK_PERSON, login, PASSWORD).end.result, MK_OK);
    return worker;
}

static void own_password(void **state)
{
    struct worker worker = logged_in(slapd.ldaps, "binh");
    struct worker_answer answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);

    (void)state;
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.outcome.sent, 1);
    assert_int_equal(answer.accounts, 1);
    assert_int_equal(answer.account[0].system, MK_PERSON);
    assert_int_equal(answer.account[0].standing, MK_FINE);
    assert_int_equal(answer.account[0].expires, answer.account[0].changed + 90 * DAY);
    assert_int_equal(worker_stop(&worker), 0);
    assert_true(slapd_binds(&slapd, PERSON_DN("binh"), NEW_PASSWORD));
    assert_false(slapd_binds(&slapd, PERSON_DN("binh"), PASSWORD));
}

/* The password of a system goes over the person's own bind, read before or not. */
static void system_password(void **state)
{
    struct worker worker = logged_in(slapd.ldap, "an");
    int binds = slapd_operations(&slapd, "Bind");
    struct worker_answer answer = worker_change(&worker, MAIL, PASSWORD, NEW_PASSWORD);

    (void)state;
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.account[0].system, MAIL);
    assert_int_equal(answer.account[0].standing, MK_FINE);
    assert_int_equal(worker_read(&worker, MK_EVERY_SYSTEM).end.result, MK_OK);
    answer = worker_change(&worker, SAFE, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(slapd_operations(&slapd, "Bind"), binds + 1);
    assert_int_equal(worker_stop(&worker), 0);
    assert_true(slapd_binds(&slapd, ACCOUNT_DN("an-mail"), NEW_PASSWORD));
    assert_true(slapd_binds(&slapd, ACCOUNT_DN("an-safe"), NEW_PASSWORD));
}

static void refusals(void **state)
{
    static const char long_password[] = "Ab1#567890Ab1#567890Ab1#567890Ab1#567890"
                                        "Ab1#567890Ab1#567890Ab1#567890";
    static const struct {
        int32_t system;
        const char *old_password;
        const char *new_password;
        enum mk_result result;
        uint32_t sent;
    } refused[] = {
        {MK_PERSON, "wrong", NEW_PASSWORD, MK_OLD_WRONG, 1},
        {MK_PERSON, PASSWORD, "Ab1#", MK_TOO_SHORT, 1},
        {MK_PERSON, PASSWORD, long_password, MK_TOO_LONG, 1},
        {MK_PERSON, PASSWORD, PASSWORD, MK_IN_HISTORY, 1},
        {MK_PERSON, PASSWORD, "{SSHA}abcdefg", MK_QUALITY, 1},
        {YOUNG, PASSWORD, NEW_PASSWORD, MK_TOO_YOUNG, 1},
        {NORIGHT, PASSWORD, NEW_PASSWORD, MK_NO_RIGHT, 1},
        {OTHERS, PASSWORD, NEW_PASSWORD, MK_OLD_WRONG, 1},
        {NOBODYS, PASSWORD, NEW_PASSWORD, MK_PERSON_UNKNOWN, 0},
        {MK_PERSON, "", NEW_PASSWORD, MK_EMPTY_PASSWORD, 0},
        {MK_PERSON, PASSWORD, "", MK_EMPTY_PASSWORD, 0},
        {40, PASSWORD, NEW_PASSWORD, MK_NOT_ALLOWED_NOW, 0},
    };
    struct worker worker = logged_in(slapd.ldapi, "an");

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct worker_answer answer = worker_change(
            &worker, refused[i].system, refused[i].old_password, refused[i].new_password);
        if (!answer.has_outcome || answer.outcome.result != refused[i].result ||
            answer.outcome.sent != refused[i].sent || answer.end.result != refused[i].result ||
            answer.accounts != refused[i].sent) /* read back: somebody else may have changed it */
            fail_msg("row %zu: outcome %u, sent %u, end %u, accounts %u", i, answer.outcome.result,
                     answer.outcome.sent, answer.end.result, answer.accounts);
    }
    assert_int_equal(worker_stop(&worker), 0);
    assert_true(slapd_binds(&slapd, PERSON_DN("an"), PASSWORD));
    assert_true(slapd_binds(&slapd, ACCOUNT_DN("an-young"), PASSWORD));
    assert_true(slapd_binds(&slapd, ACCOUNT_DN("an-noright"), PASSWORD));
    assert_int_equal(slapd_count(&slapd, PERSON_DN("an"), "pwdFailureTime"), 0);
}

/* slapd forbids it to the account itself only; somebody with the right may still. */
static void forbidden(void **state)
{
    struct worker worker = logged_in(slapd.ldapi, "ha");
    struct worker_answer answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);

    (void)state;
    assert_int_equal(answer.outcome.result, MK_CHANGE_FORBIDDEN);
    assert_int_equal(worker_stop(&worker), 0);
}

static void not_logged_in(void **state)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldapi);
    struct worker worker = fixture_worker(&d);
    struct worker_answer answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);

    (void)state;
    assert_int_equal(answer.outcome.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(answer.outcome.sent, 0);
    assert_int_equal(worker_stop(&worker), 0);
    /* Before a forced change there is nothing else. */
    worker = logged_in(slapd.ldapi, "giang");
    answer = worker_change(&worker, MAIL, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Closed before anything was sent: certainly not changed. */
static void closed_before(void **state)
{
    struct worker worker = logged_in(slapd.ldapi, "chi");
    struct worker_answer answer;

    (void)state;
    slapd_stop(&slapd);
    slapd_start(&slapd);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_LOST);
    assert_int_equal(answer.outcome.sent, 0);
    assert_int_equal(worker_stop(&worker), 0);
    assert_true(slapd_binds(&slapd, PERSON_DN("chi"), PASSWORD));
}

/* No answer: nobody can know. The server did it, as a bind then shows. */
static void stopped_during(void **state)
{
    struct worker worker = logged_in(slapd.ldaps, "dung");
    struct worker_answer answer;
    const struct timespec moment = {.tv_nsec = 10000000};
    char before[64];
    char now[64];

    (void)state;
    slapd_value(&slapd, PERSON_DN("dung"), "userPassword", before, sizeof before);
    slapd_pause(&slapd);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OUTCOME_UNKNOWN);
    assert_int_equal(answer.outcome.sent, 1);
    assert_int_equal(answer.end.result, MK_OUTCOME_UNKNOWN);
    assert_int_equal(answer.accounts, 0);
    assert_in_range(answer.milliseconds, 900, 2000);
    slapd_resume(&slapd);
    /* It makes the change after all, a moment later. */
    for (int i = 0; i < 500; i++) {
        slapd_value(&slapd, PERSON_DN("dung"), "userPassword", now, sizeof now);
        if (strcmp(now, before) != 0)
            break;
        (void)nanosleep(&moment, NULL);
    }
    answer = worker_bind(&worker, MK_PERSON, "dung", NEW_PASSWORD);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
}

/* A worker that was started in the place of another: told who, it binds and changes in one. */
static void own_password_in_a_new_worker(void **state)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldaps);
    struct worker worker = fixture_worker(&d);
    struct worker_answer answer;
    int binds = slapd_operations(&slapd, "Bind");

    (void)state;
    assert_int_equal(worker_person(&worker, "chi", PERSON_DN("chi"), "").end.result, MK_OK);
    assert_int_equal(worker_read(&worker, MK_EVERY_SYSTEM).end.result, MK_LOST);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.end.bound, 1);
    assert_int_equal(slapd_operations(&slapd, "Bind"), binds + 1 + 1);
    assert_true(slapd_binds(&slapd, PERSON_DN("chi"), NEW_PASSWORD));
    assert_int_equal(worker_stop(&worker), 0);
}

/* A replica that only refers to its master: nothing goes to the host that the referral names. */
static void read_only(void **state)
{
    struct slapd replica;
    struct worker worker;
    struct worker_answer answer;

    (void)state;
    slapd_create(&replica, SUFFIX, people,
                 (const char *[]){"--conf", TEST_DIRECTORY "/replica.conf", NULL});
    worker = fixture_login(&replica, "an");
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_READ_ONLY);
    assert_int_equal(worker_stop(&worker), 0);
    slapd_remove(&replica);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_password),   cmocka_unit_test(system_password),
        cmocka_unit_test(refusals),       cmocka_unit_test(forbidden),
        cmocka_unit_test(not_logged_in),  cmocka_unit_test(closed_before),
        cmocka_unit_test(stopped_during), cmocka_unit_test(own_password_in_a_new_worker),
        cmocka_unit_test(read_only),
    };

    return cmocka_run_group_tests_name("change", tests, set_up, tear_down);
}
