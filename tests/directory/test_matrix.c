// SPDX-License-Identifier: MIT
/*
 * Every state of an account, on OpenLDAP and on a server of which nothing is known (the same one,
 * looked at as "other"): what the log-in, the table and the change come to, and what is said.
 */

#include "fixture.h"
#include "matrix.h"

static struct slapd slapd;

#define TWIN(uid)                                                                                  \
    "dn: cn=twin," PERSON_DN(uid) "\nobjectClass: inetOrgPerson\nuid: " uid                        \
                                  "\ncn: twin\nsn: Le\nuserPassword: " PASSWORD "\n\n"

/* A person in that state, and an account in it that belongs to the person "an". */
#define BOTH(uid, state) FIXTURE_PERSON(uid, state) FIXTURE_ACCOUNT(uid, "an", state)

// clang-format off
static const char people[] =
    FIXTURE_TOP
    FIXTURE_POLICY("grace", "pwdMaxAge: 7776000\npwdGraceAuthnLimit: 3\n")
    FIXTURE_POLICY("young", "pwdMaxAge: 7776000\npwdMinAge: 864000\n")
    FIXTURE_POLICY("forbidden", "pwdMaxAge: 7776000\npwdAllowUserChange: FALSE\n")
    FIXTURE_PERSON("an", CHANGED("-10d"))
    BOTH("fine", CHANGED("-10d"))
    BOTH("soon", CHANGED("-85d"))
    BOTH("grace", CHANGED("-100d") POLICY("grace"))
    BOTH("expired", CHANGED("-100d"))
    BOTH("reset", CHANGED("-1d") "pwdReset: TRUE\n")
    BOTH("locked", CHANGED("-10d") "pwdAccountLockedTime: @-60s@\n")
    BOTH("forgood", CHANGED("-10d") "pwdAccountLockedTime: 000001010000Z\n")
    BOTH("notyet", CHANGED("-10d") "pwdStartTime: @+1d@\n")
    BOTH("ended", CHANGED("-10d") "pwdEndTime: @-1d@\n")
    BOTH("young", CHANGED("-1d") POLICY("young"))
    FIXTURE_PERSON("forbidden", CHANGED("-10d") POLICY("forbidden"))
    BOTH("dangling", CHANGED("-10d") POLICY("missing"))
    FIXTURE_ACCOUNT("noright", "an", CHANGED("-10d"))
    FIXTURE_PERSON("two", CHANGED("-10d"))
    TWIN("two")
    FIXTURE_ACCOUNT("two", "an", CHANGED("-10d"))
    "dn: uid=another-two," SYSTEMS "\nobjectClass: account\nobjectClass: simpleSecurityObject\n"
    "uid: another-two\nhost: two\nseeAlso: " PERSON_DN("an") "\nuserPassword: " PASSWORD "\n\n";
// clang-format on

/* The account of "an" for each state has the number of the state. */
static const char *const hosts[MATRIX_STATES] = {
    [MATRIX_FINE] = "fine",
    [MATRIX_DUE_SOON] = "soon",
    [MATRIX_GRACE] = "grace",
    [MATRIX_EXPIRED] = "expired",
    [MATRIX_MUST_CHANGE] = "reset",
    [MATRIX_LOCKED] = "locked",
    [MATRIX_NOT_YET] = "notyet",
    [MATRIX_LOCKED_FOR_GOOD] = "forgood",
    [MATRIX_NO_LONGER] = "ended",
    [MATRIX_TOO_YOUNG] = "young",

    [MATRIX_POLICY_UNREAD] = "dangling",
    [MATRIX_NO_RIGHT] = "noright",
    [MATRIX_MISSING] = "nowhere",
    [MATRIX_TWO] = "two",
};

static int set_up(void **state)
{
    (void)state;
    slapd_create(
        &slapd, SUFFIX, people,
        (const char *[]){"--conf", TEST_DIRECTORY "/noright.conf", "--anonymous-search", NULL});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    slapd_remove(&slapd);
    return 0;
}

static struct mk_request_directory directory_of(enum mk_kind kind)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldaps);

    d.kind = kind;
    d.person_dn[0] = '\0';
    memcpy(d.person_filter, BY_FILTER, sizeof BY_FILTER);
    return d;
}

/* Logs a person in, and writes down what came of it. */
static void log_in(enum mk_kind kind, enum matrix_state state, const char *login,
                   const char *password, enum mk_result expected)
{
    struct mk_request_directory d = directory_of(kind);
    struct worker worker = fixture_worker(&d);
    struct worker_answer answer = worker_bind(&worker, MK_PERSON, login, password);

    matrix_log_in(state, expected, &answer.end);
    assert_int_equal(worker_stop(&worker), 0);
}

static void every_log_in(enum mk_kind kind)
{
    log_in(kind, MATRIX_FINE, "fine", PASSWORD, MK_OK);
    log_in(kind, MATRIX_DUE_SOON, "soon", PASSWORD, MK_OK);
    log_in(kind, MATRIX_GRACE, "grace", PASSWORD, MK_OK);
    log_in(kind, MATRIX_EXPIRED, "expired", PASSWORD, MK_ACCOUNT_EXPIRED);
    log_in(kind, MATRIX_MUST_CHANGE, "reset", PASSWORD, MK_OK);
    log_in(kind, MATRIX_LOCKED, "locked", PASSWORD, MK_ACCOUNT_LOCKED);
    log_in(kind, MATRIX_LOCKED_FOR_GOOD, "forgood", PASSWORD, MK_ACCOUNT_LOCKED);
    log_in(kind, MATRIX_NOT_YET, "notyet", PASSWORD, MK_ACCOUNT_LOCKED);
    log_in(kind, MATRIX_NO_LONGER, "ended", PASSWORD, MK_ACCOUNT_LOCKED);
    log_in(kind, MATRIX_OLD_WRONG, "fine", "wrong", MK_WRONG_PASSWORD);
    log_in(kind, MATRIX_MISSING, "nobody", PASSWORD, MK_PERSON_UNKNOWN);
    log_in(kind, MATRIX_TWO, "two", PASSWORD, MK_PERSON_AMBIGUOUS);
}

/* "an", who sees an account in each state. */
static struct worker looking(enum mk_kind kind, struct worker_answer *answer)
{
    struct mk_request_directory d = directory_of(kind);
    struct worker worker = fixture_worker(&d);
    char filter[MK_FILTER_MAX + 1];

    d.max_age_unit = MK_AGE_NONE;
    for (int32_t i = 0; i < MATRIX_STATES; i++)
        if (hosts[i] != NULL) {
            (void)snprintf(filter, sizeof filter, "(&(seeAlso=%%d)(host=%s))", hosts[i]);
            assert_int_equal(worker_system(&worker, i, "", filter).end.result, MK_OK);
        }
    assert_int_equal(worker_bind(&worker, MK_PERSON, "an", PASSWORD).end.result, MK_OK);
    *answer = worker_read(&worker, MK_EVERY_SYSTEM);
    assert_int_equal(answer->end.result, MK_OK);
    return worker;
}

static void change(struct worker *worker, enum matrix_state state, int32_t system,
                   const char *password, const char *new_password, enum mk_result expected)
{
    struct worker_answer answer = worker_change(worker, system, password, new_password);

    matrix_change(state, expected, &answer.outcome, &answer.end);
}

/* What both ways of looking at the server have in common; `quality` is what they do not. */
static void every_change(struct worker *worker, enum mk_result quality)
{
    for (int32_t i = MATRIX_FINE; i <= MATRIX_NO_LONGER; i++)
        if (hosts[i] != NULL)
            change(worker, (enum matrix_state)i, i, PASSWORD, NEW_PASSWORD, MK_OK);
    change(worker, MATRIX_TOO_YOUNG, MATRIX_TOO_YOUNG, PASSWORD, NEW_PASSWORD, MK_TOO_YOUNG);
    change(worker, MATRIX_NO_RIGHT, MATRIX_NO_RIGHT, PASSWORD, NEW_PASSWORD, MK_NO_RIGHT);
    change(worker, MATRIX_OLD_WRONG, MATRIX_FINE, "wrong", "Caykhe#2028", MK_OLD_WRONG);
    change(worker, MATRIX_IN_HISTORY, MATRIX_FINE, NEW_PASSWORD, PASSWORD, MK_IN_HISTORY);
    change(worker, MATRIX_TOO_SHORT, MATRIX_FINE, NEW_PASSWORD, "Kh#4", MK_TOO_SHORT);
    /* A value that looks hashed already cannot be checked, and pwdCheckQuality 2 refuses it. */
    change(worker, MATRIX_QUALITY, MATRIX_FINE, NEW_PASSWORD, "{SSHA}Y2F5YnVvaSMyMDI3", quality);
    change(worker, MATRIX_POLICY_UNREAD, MATRIX_POLICY_UNREAD, PASSWORD, NEW_PASSWORD, MK_OK);
    change(worker, MATRIX_MISSING, MATRIX_MISSING, PASSWORD, NEW_PASSWORD, MK_PERSON_UNKNOWN);
    change(worker, MATRIX_TWO, MATRIX_TWO, PASSWORD, NEW_PASSWORD, MK_PERSON_UNKNOWN);
}

/* pwdAllowUserChange is about the owner alone, so that nobody else can meet it. */
static void forbidden_change(enum mk_kind kind)
{
    struct mk_request_directory d = directory_of(kind);
    struct worker worker = fixture_worker(&d);

    assert_int_equal(worker_bind(&worker, MK_PERSON, "forbidden", PASSWORD).end.result, MK_OK);
    change(&worker, MATRIX_FORBIDDEN, MK_PERSON, PASSWORD, NEW_PASSWORD, MK_CHANGE_FORBIDDEN);
    assert_int_equal(worker_stop(&worker), 0);
}

static void openldap(void **state)
{
    static const struct {
        enum matrix_state state;
        enum mk_standing standing;
        enum mk_unknown unknown;
    } rows[] = {
        {MATRIX_FINE, MK_FINE, MK_KNOWN},
        {MATRIX_DUE_SOON, MK_DUE_SOON, MK_KNOWN},
        {MATRIX_GRACE, MK_GRACE, MK_KNOWN},
        {MATRIX_EXPIRED, MK_EXPIRED, MK_KNOWN},
        {MATRIX_MUST_CHANGE, MK_MUST_CHANGE, MK_KNOWN},
        {MATRIX_LOCKED, MK_LOCKED, MK_KNOWN},
        {MATRIX_LOCKED_FOR_GOOD, MK_LOCKED_FOR_GOOD, MK_KNOWN},
        {MATRIX_NOT_YET, MK_DISABLED, MK_KNOWN},
        {MATRIX_NO_LONGER, MK_DISABLED, MK_KNOWN},
        {MATRIX_MISSING, MK_UNKNOWN, MK_UNKNOWN_NO_ENTRY},
        {MATRIX_TWO, MK_UNKNOWN, MK_UNKNOWN_TWO_ENTRIES},
    };
    struct worker_answer answer;
    struct worker worker;

    (void)state;
    matrix_open(MK_KIND_OPENLDAP);
    /* Asked of the server: it has to say by itself that it is an OpenLDAP. */
    every_log_in(MK_KIND_ASK);
    worker = looking(MK_KIND_ASK, &answer);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        matrix_table(rows[i].state, rows[i].standing, rows[i].unknown,
                     worker_account(&answer, (int32_t)rows[i].state));
    matrix_table(MATRIX_POLICY_UNREAD, MK_FINE, MK_KNOWN,
                 worker_account(&answer, MATRIX_POLICY_UNREAD));
    assert_int_equal(worker_account(&answer, MATRIX_POLICY_UNREAD)->policy_unread, 1);
    every_change(&worker, MK_QUALITY);
    forbidden_change(MK_KIND_ASK);
    matrix_without(MATRIX_DISABLED, "its switch is the lock for good, pwdAccountLockedTime");
    assert_int_equal(worker_stop(&worker), 0);
    matrix_close();
}

/* Nothing it shows is taken for a date, and what its controls say is believed all the same. */
static void other(void **state)
{
    struct worker_answer answer;
    struct worker worker;

    (void)state;
    slapd_remove(&slapd);
    set_up(state);
    matrix_open(MK_KIND_OTHER);
    every_log_in(MK_KIND_OTHER);
    worker = looking(MK_KIND_OTHER, &answer);
    for (int32_t i = 0; i < MATRIX_STATES; i++) {
        enum mk_unknown why = i == MATRIX_MISSING ? MK_UNKNOWN_NO_ENTRY
                              : i == MATRIX_TWO   ? MK_UNKNOWN_TWO_ENTRIES
                                                  : MK_UNKNOWN_NO_CHANGE;
        if (hosts[i] != NULL)
            matrix_table((enum matrix_state)i, MK_UNKNOWN, why, worker_account(&answer, i));
    }
    every_change(&worker, MK_SOME_RULE);
    forbidden_change(MK_KIND_OTHER);
    matrix_without(MATRIX_DISABLED, "what it would look like is not known");
    assert_int_equal(worker_stop(&worker), 0);
    matrix_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openldap),
        cmocka_unit_test(other),
    };

    return cmocka_run_group_tests_name("matrix", tests, set_up, tear_down);
}
