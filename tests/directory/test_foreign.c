// SPDX-License-Identifier: MIT
/* A directory where the person has no entry to log in with, but accounts with own passwords. */

#include "fixture.h"

static struct slapd slapd;

// clang-format off
static const char people[] =
    FIXTURE_TOP
    FIXTURE_POLICY("grace", "pwdMaxAge: 7776000\npwdGraceAuthnLimit: 3\n")
    FIXTURE_PERSON("an", CHANGED("-85d"))
    FIXTURE_PERSON("binh", CHANGED("-100d") POLICY("grace"))
    FIXTURE_PERSON("chi", CHANGED("-100d"))
    FIXTURE_PERSON("dung", CHANGED("-1d") "pwdReset: TRUE\n")
    FIXTURE_PERSON("ha", CHANGED("-10d") "pwdAccountLockedTime: 000001010000Z\n");
// clang-format on

enum { BY_TEMPLATE, BY_SEARCH };

static int set_up(void **state)
{
    (void)state;
    slapd_create(&slapd, SUFFIX, people, (const char *[]){"--anonymous-search", NULL});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    slapd_remove(&slapd);
    return 0;
}

/* About a person known from elsewhere; nobody is logged in. */
static struct worker about(const struct slapd *server, const char *login)
{
    struct mk_request_directory d = fixture_directory(server, server->ldaps);
    struct worker worker;

    d.person_dn[0] = '\0';
    worker = fixture_worker(&d);
    assert_int_equal(worker_system(&worker, BY_TEMPLATE, BY_DN, "").end.result, MK_OK);
    assert_int_equal(worker_system(&worker, BY_SEARCH, "", BY_FILTER).end.result, MK_OK);
    assert_int_equal(worker_read(&worker, MK_EVERY_SYSTEM).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_person(&worker, login, "uid=x,dc=elsewhere", "x@example.vn").end.result,
                     MK_OK);
    return worker;
}

static void closed_until_bind(void **state)
{
    struct worker worker = about(&slapd, "an");
    struct worker_answer answer = worker_read(&worker, MK_EVERY_SYSTEM);

    (void)state;
    assert_int_equal(answer.end.result, MK_OK);
    assert_false(answer.has_person);
    assert_int_equal(answer.accounts, 2);
    assert_int_equal(worker_account(&answer, BY_TEMPLATE)->unknown, MK_UNKNOWN_NOT_OPENED);
    assert_int_equal(worker_account(&answer, BY_SEARCH)->unknown, MK_UNKNOWN_NOT_OPENED);
    answer = worker_bind(&worker, BY_SEARCH, "", PASSWORD);
    assert_int_equal(answer.end.result, MK_OK);
    assert_string_equal(answer.end.dn, PERSON_DN("an"));
    answer = worker_read(&worker, BY_SEARCH);
    assert_int_equal(answer.accounts, 1);
    assert_int_equal(answer.account[0].standing, MK_DUE_SOON);
    assert_int_equal(worker_bind(&worker, BY_TEMPLATE, "", PASSWORD).end.result, MK_OK);
    answer = worker_read(&worker, BY_TEMPLATE);
    assert_int_equal(answer.account[0].standing, MK_DUE_SOON);
    assert_int_equal(worker_stop(&worker), 0);
}

static void no_entry(void **state)
{
    struct worker worker = about(&slapd, "nobody");
    struct worker_answer answer = worker_read(&worker, MK_EVERY_SYSTEM);

    (void)state;
    assert_int_equal(worker_account(&answer, BY_TEMPLATE)->unknown, MK_UNKNOWN_NOT_OPENED);
    /* What a server shows to nobody need not be missing. */
    assert_int_equal(worker_account(&answer, BY_SEARCH)->unknown, MK_UNKNOWN_NOT_OPENED);
    assert_int_equal(worker_bind(&worker, BY_SEARCH, "", PASSWORD).end.result, MK_PERSON_UNKNOWN);
    assert_int_equal(worker_bind(&worker, BY_TEMPLATE, "", PASSWORD).end.result, MK_CREDENTIALS);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "an", PASSWORD).end.result,
                     MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_read(&worker, MK_PERSON).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_stop(&worker), 0);
}

/* As a worker does that was started anew for a bind alone. */
static void opens_without_having_read(void **state)
{
    struct worker worker = about(&slapd, "an");

    (void)state;
    assert_int_equal(worker_bind(&worker, BY_SEARCH, "", PASSWORD).end.result, MK_OK);
    assert_int_equal(worker_read(&worker, BY_SEARCH).account[0].standing, MK_DUE_SOON);
    assert_int_equal(worker_stop(&worker), 0);
}

/* A wrong password costs one failing bind, whether it is to look or to change. */
static void wrong_password(void **state)
{
    struct worker worker = about(&slapd, "an");
    struct worker_answer answer;

    (void)state;
    assert_int_equal(worker_read(&worker, BY_SEARCH).end.result, MK_OK);
    assert_int_equal(worker_bind(&worker, BY_SEARCH, "", "wrong").end.result, MK_WRONG_PASSWORD);
    assert_int_equal(slapd_count(&slapd, PERSON_DN("an"), "pwdFailureTime"), 1);
    answer = worker_change(&worker, BY_SEARCH, "wrong", NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_CREDENTIALS);
    assert_int_equal(answer.outcome.sent, 0);
    assert_int_equal(slapd_count(&slapd, PERSON_DN("an"), "pwdFailureTime"), 2);
    assert_int_equal(worker_stop(&worker), 0);
}

/* A change binds as the account and changes over that bind: one grace log-in in all. */
static void change_with_grace(void **state)
{
    struct worker worker = about(&slapd, "binh");
    int binds = slapd_operations(&slapd, "Bind");
    struct worker_answer answer = worker_change(&worker, BY_SEARCH, PASSWORD, "short");

    (void)state;
    assert_int_equal(answer.outcome.result, MK_OK); /* that policy has no least length */
    assert_int_equal(answer.account[0].standing, MK_FINE);
    assert_int_equal(slapd_operations(&slapd, "Bind"), binds + 1 + 1);
    answer = worker_change(&worker, BY_SEARCH, "short", NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(slapd_operations(&slapd, "Bind"), binds + 1 + 2);
    assert_int_equal(worker_stop(&worker), 0);
}

static void grace_is_spent_once(void **state)
{
    struct worker worker = about(&slapd, "binh");
    struct worker_answer answer;

    (void)state;
    slapd_set(&slapd, PERSON_DN("binh"), "pwdChangedTime", "20200101000000Z");
    assert_int_equal(worker_bind(&worker, BY_TEMPLATE, "", NEW_PASSWORD).end.grace, 2);
    assert_int_equal(worker_read(&worker, BY_TEMPLATE).account[0].standing, MK_GRACE);
    answer = worker_change(&worker, BY_TEMPLATE, "wrong", "Another#2028");
    assert_int_equal(answer.outcome.result, MK_OLD_WRONG);
    assert_int_equal(slapd_count(&slapd, PERSON_DN("binh"), "pwdGraceUseTime"), 1);
    answer = worker_change(&worker, BY_TEMPLATE, NEW_PASSWORD, "Another#2028");
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
}

static void barred(void **state)
{
    struct worker worker = about(&slapd, "chi");
    struct worker_answer answer = worker_change(&worker, BY_TEMPLATE, PASSWORD, NEW_PASSWORD);

    (void)state;
    assert_int_equal(answer.outcome.result, MK_ACCOUNT_EXPIRED);
    assert_int_equal(answer.outcome.sent, 0);
    assert_int_equal(worker_stop(&worker), 0);
    worker = about(&slapd, "ha");
    answer = worker_change(&worker, BY_TEMPLATE, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_ACCOUNT_LOCKED);
    assert_int_equal(answer.outcome.sent, 0);
    assert_int_equal(worker_stop(&worker), 0);
}

static void must_change(void **state)
{
    struct worker worker = about(&slapd, "dung");
    struct worker_answer answer = worker_bind(&worker, BY_TEMPLATE, "", PASSWORD);

    (void)state;
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.end.must_change, 1);
    assert_int_equal(worker_read(&worker, BY_TEMPLATE).end.result, MK_NOT_ALLOWED_NOW);
    answer = worker_change(&worker, BY_TEMPLATE, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.account[0].standing, MK_FINE);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Without ppolicy_use_lockout a lock looks like a wrong password; that is then all one can say. */
static void silent_lock(void **state)
{
    struct slapd quiet;
    struct worker worker;

    (void)state;
    slapd_create(&quiet, SUFFIX, people,
                 (const char *[]){"--anonymous-search", "--no-use-lockout", NULL});
    worker = about(&quiet, "ha");
    assert_int_equal(worker_bind(&worker, BY_TEMPLATE, "", PASSWORD).end.result, MK_CREDENTIALS);
    assert_int_equal(worker_read(&worker, BY_SEARCH).end.result, MK_OK);
    assert_int_equal(worker_bind(&worker, BY_SEARCH, "", PASSWORD).end.result, MK_WRONG_PASSWORD);
    assert_int_equal(worker_stop(&worker), 0);
    slapd_remove(&quiet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_until_bind),
        cmocka_unit_test(no_entry),
        cmocka_unit_test(opens_without_having_read),
        cmocka_unit_test(wrong_password),
        cmocka_unit_test(change_with_grace),
        cmocka_unit_test(grace_is_spent_once),
        cmocka_unit_test(barred),
        cmocka_unit_test(must_change),
        cmocka_unit_test(silent_lock),
    };

    return cmocka_run_group_tests_name("foreign", tests, set_up, tear_down);
}
