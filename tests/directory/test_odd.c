// SPDX-License-Identifier: MIT
/*
 * Servers that mean no harm and are not what one expects: their clock, their answers, and what they
 * say of a lock.
 */

#include <ldap.h>
#include <time.h>

#include "evil.h"
#include "fixture.h"

#define FILETIME(seconds) (((int64_t)(seconds) + INT64_C(11644473600)) * 10000000)

static char current_time[32];
static char last_set[32];
static char expiry[32];
static char locked_at[32];
static const char *control = "0";

static struct berval text(const char *value)
{
    return (struct berval){strlen(value), (char *)(size_t)value};
}

static void put_filetime(char *out, size_t size, int64_t seconds)
{
    (void)snprintf(out, size, "%lld", (long long)FILETIME(seconds));
}

/* As its own clock shows it: changed ten days ago, to expire tomorrow. */
static void set_active_directory(int64_t ahead)
{
    time_t now = time(NULL) + (time_t)ahead;
    struct tm tm;

    assert_non_null(gmtime_r(&now, &tm));
    assert_true(strftime(current_time, sizeof current_time, "%Y%m%d%H%M%S.0Z", &tm) > 0);
    put_filetime(last_set, sizeof last_set, now - 10 * DAY);
    put_filetime(expiry, sizeof expiry, now + DAY);
    (void)snprintf(locked_at, sizeof locked_at, "0");
    control = "0";
}

static void active_directory(struct evil_line *line, const struct evil_request *request)
{
    const struct evil_attribute root[] = {
        {"objectClass", text("top"), 0},
        {"supportedCapabilities", text("1.2.840.113556.1.4.800"), 0},
        {"defaultNamingContext", text(SUFFIX), 0},
        {"currentTime", text(current_time), 0},
        {NULL, {0, NULL}, 0},
    };
    const struct evil_attribute account[] = {
        {"pwdLastSet", text(last_set), 0},
        {"msDS-UserPasswordExpiryTimeComputed", text(expiry), 0},
        {"msDS-User-Account-Control-Computed", text(control), 0},
        {"lockoutTime", text(locked_at), 0},
        {NULL, {0, NULL}, 0},
    };
    /* of the domain: two days until a lock ends */
    const struct evil_attribute policy[] = {
        {"maxPwdAge", text("-77760000000000"), 0},
        {"lockoutDuration", text("-1728000000000"), 0},
        {NULL, {0, NULL}, 0},
    };

    evil_usual(line, request,
               request->kind == EVIL_ROOT     ? root
               : request->kind == EVIL_READ   ? account
               : request->kind == EVIL_POLICY ? policy
                                              : NULL);
}

static struct worker start(const struct evil *evil)
{
    static const struct slapd nothing;
    struct mk_request_directory d = fixture_directory(&nothing, "");
    struct worker worker;

    (void)snprintf(d.uri[0], sizeof d.uri[0], "ldap://127.0.0.1:%u", evil_port(evil));
    d.tls = MK_TLS_NONE_ON_LOOPBACK;
    d.max_age_unit = MK_AGE_NONE;
    worker = fixture_worker(&d);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "an", PASSWORD).end.result, MK_OK);
    return worker;
}

static struct mk_account look(void)
{
    struct evil *evil = evil_open(active_directory);
    struct worker worker = start(evil);
    struct worker_answer a = worker_read(&worker, MK_PERSON);

    assert_int_equal(a.end.result, MK_OK);
    assert_int_equal(a.accounts, 1);
    assert_int_equal(worker_stop(&worker), 0);
    evil_close(evil);
    return a.account[0];
}

/* The dates of a server are held against its own clock, however wrong this machine's is. */
static void its_own_clock(void **state)
{
    static const int64_t aheads[] = {0, -3 * DAY, 3 * DAY, -400 * DAY};

    (void)state;
    for (size_t i = 0; i < sizeof aheads / sizeof *aheads; i++) {
        struct mk_account account;

        set_active_directory(aheads[i]);
        account = look();
        assert_int_equal(account.standing, MK_DUE_SOON);
        assert_int_equal(account.reason, MK_REASON_SERVER);
        assert_in_range(account.expires - aheads[i] - time(NULL), DAY - 60, DAY);
    }
}

/*
 * A policy that is not shown may lock for longer than the domain's does. Where the server itself
 * says that the account is locked, it is.
 */
static void locked_longer_than_known(void **state)
{
    struct mk_account account;

    (void)state;
    set_active_directory(0);
    put_filetime(locked_at, sizeof locked_at, time(NULL) - DAY);
    control = "16";
    account = look();
    assert_int_equal(account.standing, MK_LOCKED);
    assert_in_range(account.until - time(NULL), DAY - 60, DAY);
    put_filetime(locked_at, sizeof locked_at, time(NULL) - 3 * DAY);
    account = look();
    assert_int_equal(account.standing, MK_LOCKED);
    assert_int_equal(account.until, MK_TIME_UNKNOWN);
    control = "0";
    assert_int_equal(look().standing, MK_DUE_SOON);
}

/* Refuses the change for a rule that it does not name, and makes what was only to ask for it. */
static void makes_the_question(struct evil_line *line, const struct evil_request *request)
{
    const struct evil_attribute root[] = {
        {"objectClass", EVIL_TEXT("top"), 0},
        {"vendorName", EVIL_TEXT("389 Project"), 0},
        {NULL, {0, NULL}, 0},
    };
    static unsigned changes;

    if (request->kind == EVIL_CHANGE && changes++ == 0)
        evil_result(line, request, &(struct evil_result){.code = LDAP_CONSTRAINT_VIOLATION});
    else
        evil_usual(line, request, request->kind == EVIL_ROOT ? root : NULL);
}

static void never_called_unchanged(void **state)
{
    struct evil *evil = evil_open(makes_the_question);
    struct worker worker = start(evil);
    struct worker_answer a = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);

    (void)state;
    assert_int_equal(evil_asked(evil, EVIL_CHANGE), 2);
    assert_int_equal(a.outcome.result, MK_OUTCOME_UNKNOWN);
    assert_int_equal(a.outcome.sent, 1);
    assert_int_equal(worker_stop(&worker), 0);
    evil_close(evil);
}

/* A server that knows one code for a wrong password says it of the current one, and nothing else.
 */
static void refuses_the_password(struct evil_line *line, const struct evil_request *request)
{
    const struct evil_attribute root[] = {
        {"objectClass", text("top"), 0},
        {NULL, {0, NULL}, 0},
    };

    if (request->kind == EVIL_CHANGE)
        evil_result(line, request, &(struct evil_result){.code = LDAP_INVALID_CREDENTIALS});
    else
        evil_usual(line, request, request->kind == EVIL_ROOT ? root : NULL);
}

static void a_wrong_password_is_one(void **state)
{
    struct evil *evil = evil_open(refuses_the_password);
    struct worker worker = start(evil);
    struct worker_answer a = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);

    (void)state;
    assert_int_equal(a.end.kind, MK_KIND_OTHER);
    assert_int_equal(a.outcome.result, MK_OLD_REFUSED);
    assert_int_equal(worker_stop(&worker), 0);
    evil_close(evil);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_own_clock),
        cmocka_unit_test(locked_longer_than_known),
        cmocka_unit_test(never_called_unchanged),
        cmocka_unit_test(a_wrong_password_is_one),
    };

    return cmocka_run_group_tests_name("odd", tests, NULL, NULL);
}
