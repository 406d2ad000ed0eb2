// SPDX-License-Identifier: MIT

/* Every state on Active Directory, and the sentence that a person reads about it. */

#include "ad.h"
#include "matrix.h"

/* The account that is in a state; "" where there is none. */
static const char *const logins[MATRIX_STATES] = {
    [MATRIX_FINE] = "fine",
    [MATRIX_DUE_SOON] = "soon",
    [MATRIX_EXPIRED] = "expired",
    [MATRIX_MUST_CHANGE] = "must",
    [MATRIX_LOCKED] = "locked",
    [MATRIX_LOCKED_FOR_GOOD] = "forever",
    [MATRIX_DISABLED] = "disabled",
    [MATRIX_NO_LONGER] = "ended",
    [MATRIX_TOO_YOUNG] = "young",
    [MATRIX_FORBIDDEN] = "fixed",
    [MATRIX_POLICY_UNREAD] = "strict",
    [MATRIX_MISSING] = "nobody",
    [MATRIX_TWO] = "twin",
};

static int start(void **state)
{
    (void)state;
    ad_create(WORKER_AD_PROGRAM[0] != '\0', "SKIPPED, the matrix of Active Directory");
    return 0;
}

static struct worker start_worker(void)
{
    struct mk_request_directory directory = ad_directory(samba.ldaps);
    struct worker worker;

    (void)snprintf(directory.person_filter, sizeof directory.person_filter,
                   "(|(sAMAccountName=%%u)(employeeID=%%u))");
    directory.max_age_unit = MK_AGE_NONE;
    worker_start_program(&worker, WORKER_AD_PROGRAM);
    fixture_tell(&worker, &directory);
    return worker;
}

static void log_in(enum matrix_state state, const char *password, enum mk_result expected)
{
    struct worker worker = start_worker();
    const char *login = logins[state] != NULL ? logins[state] : "fine";
    struct worker_answer a = worker_bind(&worker, MK_PERSON, login, password);

    matrix_log_in(state, expected, &a.end);
    assert_int_equal(worker_stop(&worker), 0);
}

static void every_log_in(void)
{
    log_in(MATRIX_FINE, PASSWORD, MK_OK);
    log_in(MATRIX_DUE_SOON, PASSWORD, MK_OK);
    log_in(MATRIX_EXPIRED, PASSWORD, MK_OK);     /* not in, and straight to the change */
    log_in(MATRIX_MUST_CHANGE, PASSWORD, MK_OK); /* likewise */
    log_in(MATRIX_LOCKED, PASSWORD, MK_LOCKED_OUT);
    log_in(MATRIX_LOCKED_FOR_GOOD, PASSWORD, MK_LOCKED_OUT);
    log_in(MATRIX_DISABLED, PASSWORD, MK_ACCOUNT_DISABLED);
    log_in(MATRIX_NO_LONGER, PASSWORD, MK_ACCOUNT_ENDED);
    log_in(MATRIX_OLD_WRONG, "Sai#matkhau1", MK_CREDENTIALS);
    log_in(MATRIX_MISSING, PASSWORD, MK_CREDENTIALS);
    log_in(MATRIX_TWO, PASSWORD, MK_PERSON_AMBIGUOUS);
}

/* "fine", who sees the accounts of all the others. */
static struct worker looking(struct worker_answer *answer)
{
    struct worker worker = start_worker();
    char filter[160];

    for (int32_t i = 0; i < MATRIX_STATES; i++)
        if (logins[i] != NULL) {
            (void)snprintf(filter, sizeof filter,
                           "(&(objectClass=user)(|(sAMAccountName=%s)(employeeID=%s))(!(cn=%%u)))",
                           logins[i], logins[i]);
            assert_int_equal(worker_system(&worker, i, "", filter).end.result, MK_OK);
        }
    assert_int_equal(worker_bind(&worker, MK_PERSON, "fine", PASSWORD).end.result, MK_OK);
    *answer = worker_read(&worker, MK_EVERY_SYSTEM);
    assert_int_equal(answer->end.result, MK_OK);
    return worker;
}

static void every_row(const struct worker_answer *answer)
{
    static const struct {
        enum matrix_state state;
        enum mk_standing standing;
        enum mk_unknown unknown;
    } rows[] = {
        {MATRIX_FINE, MK_FINE, MK_KNOWN},
        {MATRIX_DUE_SOON, MK_DUE_SOON, MK_KNOWN},
        {MATRIX_EXPIRED, MK_EXPIRED, MK_KNOWN},
        {MATRIX_MUST_CHANGE, MK_MUST_CHANGE, MK_KNOWN},
        {MATRIX_LOCKED, MK_LOCKED, MK_KNOWN},
        {MATRIX_LOCKED_FOR_GOOD, MK_LOCKED_FOR_GOOD, MK_KNOWN},
        {MATRIX_DISABLED, MK_DISABLED, MK_KNOWN},
        {MATRIX_NO_LONGER, MK_DISABLED, MK_KNOWN},
        {MATRIX_POLICY_UNREAD, MK_DUE_SOON, MK_KNOWN}, /* the server computes the date */
        {MATRIX_MISSING, MK_UNKNOWN, MK_UNKNOWN_NO_ENTRY},
        {MATRIX_TWO, MK_UNKNOWN, MK_UNKNOWN_TWO_ENTRIES},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        matrix_table(rows[i].state, rows[i].standing, rows[i].unknown,
                     worker_account(answer, (int32_t)rows[i].state));
}

static void change(struct worker *worker, enum matrix_state state, int32_t system,
                   const char *password, const char *new_password, enum mk_result expected)
{
    struct worker_answer a = worker_change(worker, system, password, new_password);

    matrix_change(state, expected, &a.outcome, &a.end);
}

/* Over the bind of "fine": who is in and knows the password may change it. */
static void every_change(struct worker *worker)
{
    static const struct {
        enum matrix_state state;
        enum mk_result result;
    } cases[] = {
        {MATRIX_FINE, MK_OK},
        {MATRIX_DUE_SOON, MK_OK},
        {MATRIX_EXPIRED, MK_OK},
        {MATRIX_MUST_CHANGE, MK_OK},
        {MATRIX_LOCKED, MK_LOCKED_OUT},
        {MATRIX_LOCKED_FOR_GOOD, MK_LOCKED_OUT},
        {MATRIX_DISABLED, MK_OK},
        {MATRIX_NO_LONGER, MK_OK},
        {MATRIX_TOO_YOUNG, MK_TOO_YOUNG},
        {MATRIX_FORBIDDEN, MK_CHANGE_FORBIDDEN},
        {MATRIX_POLICY_UNREAD, MK_OK},
        {MATRIX_MISSING, MK_PERSON_UNKNOWN},
        {MATRIX_TWO, MK_PERSON_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        change(worker, cases[i].state, (int32_t)cases[i].state, PASSWORD, NEW_PASSWORD,
               cases[i].result);
    change(worker, MATRIX_OLD_WRONG, MATRIX_DUE_SOON, "Sai#matkhau1", "Caykhe#2028",
           MK_OLD_REFUSED);
    change(worker, MATRIX_IN_HISTORY, MATRIX_DUE_SOON, NEW_PASSWORD, PASSWORD, MK_IN_HISTORY);
    change(worker, MATRIX_TOO_SHORT, MATRIX_DUE_SOON, NEW_PASSWORD, "Kh#4", MK_TOO_SHORT);
    change(worker, MATRIX_QUALITY, MATRIX_DUE_SOON, NEW_PASSWORD, "caykhemoi", MK_FEW_KINDS);
}

static void active_directory(void **state)
{
    struct worker_answer answer;
    struct worker worker;

    ad_begin(state);
    matrix_open(MK_KIND_AD);
    every_log_in();
    worker = looking(&answer);
    every_row(&answer);
    every_change(&worker);
    assert_int_equal(worker_stop(&worker), 0);
    matrix_without(MATRIX_GRACE, "it knows no grace log-ins");
    matrix_without(MATRIX_NOT_YET, "an account has an end and no beginning");
    matrix_without(MATRIX_NO_RIGHT,
                   "the right to change is what \"change not allowed\" takes away");
    matrix_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(active_directory),
    };

    return cmocka_run_group_tests_name("ad_matrix", tests, start, ad_remove);
}
