// SPDX-License-Identifier: MIT
/* Logging in: how the person is found, what the bind tells, and what it costs on the server. */

#include "fixture.h"

static struct slapd slapd;

// clang-format off
static const char people[] =
    FIXTURE_TOP
    FIXTURE_POLICY("grace", "pwdMaxAge: 7776000\npwdGraceAuthnLimit: 3\npwdLockout: TRUE\n")
    FIXTURE_PERSON("an", CHANGED("-10d"))
    FIXTURE_PERSON("binh", CHANGED("-85d"))
    FIXTURE_PERSON("chi", CHANGED("-100d"))
    FIXTURE_PERSON("dung", CHANGED("-100d") POLICY("grace"))
    FIXTURE_PERSON("giang", CHANGED("-1d") "pwdReset: TRUE\n")
    FIXTURE_PERSON("ha", CHANGED("-10d") "pwdAccountLockedTime: @-60s@\n")
    FIXTURE_PERSON("hoa", CHANGED("-10d") "pwdAccountLockedTime: 000001010000Z\n")
    FIXTURE_PERSON("khanh", CHANGED("-10d") "pwdEndTime: @-1d@\n")
    FIXTURE_PERSON("lan", CHANGED("-10d"))
    "dn: uid=mai\\2Cx," PEOPLE "\nobjectClass: inetOrgPerson\nuid: mai,x\ncn: Mai\nsn: Mai\n"
    "userPassword: " PASSWORD "\n\n"
    "dn: ou=twins," PEOPLE "\nobjectClass: organizationalUnit\nou: twins\n\n"
    "dn: uid=lan,ou=twins," PEOPLE "\nobjectClass: inetOrgPerson\nuid: lan\ncn: Lan\nsn: Lan\n"
    "userPassword: " PASSWORD "\n\n";
// clang-format on

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

static struct mk_request_directory by_filter(const char *uri)
{
    struct mk_request_directory d = fixture_directory(&slapd, uri);

    d.person_dn[0] = '\0';
    (void)snprintf(d.person_filter, sizeof d.person_filter, "%s", BY_FILTER);
    return d;
}

/* Logs in with a worker of its own, which must end in good order. */
static struct worker_answer log_in(const struct mk_request_directory *directory, const char *login,
                                   const char *password)
{
    struct worker worker = fixture_worker(directory);
    struct worker_answer answer = worker_bind(&worker, MK_PERSON, login, password);

    assert_true(answer.complete);
    assert_int_equal(worker_stop(&worker), 0);
    return answer;
}

static void every_transport(void **state)
{
    const char *uris[] = {slapd.ldap, slapd.ldaps, slapd.ldapi};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct mk_request_directory by_dn = fixture_directory(&slapd, uris[i]);
        struct mk_request_directory searched = by_filter(uris[i]);
        struct worker_answer answer = log_in(&by_dn, "an", PASSWORD);
        assert_int_equal(answer.end.result, MK_OK);
        assert_string_equal(answer.end.dn, PERSON_DN("an"));
        assert_int_equal(answer.end.must_change, 0);
        assert_int_equal(answer.end.grace, -1);
        answer = log_in(&searched, "an", PASSWORD);
        assert_int_equal(answer.end.result, MK_OK);
        assert_string_equal(answer.end.dn, PERSON_DN("an"));
    }
}

static void wrong_password(void **state)
{
    struct mk_request_directory by_dn = fixture_directory(&slapd, slapd.ldaps);
    struct mk_request_directory searched = by_filter(slapd.ldaps);
    struct worker_answer answer;
    int failures = slapd_count(&slapd, PERSON_DN("an"), "pwdFailureTime");

    (void)state;
    answer = log_in(&by_dn, "an", "wrong");
    assert_int_equal(answer.end.result, MK_CREDENTIALS);
    assert_string_equal(answer.end.dn, "");
    assert_int_equal(slapd_count(&slapd, PERSON_DN("an"), "pwdFailureTime"), failures + 1);
    answer = log_in(&searched, "an", "wrong");
    assert_int_equal(answer.end.result, MK_WRONG_PASSWORD);
    assert_int_equal(slapd_count(&slapd, PERSON_DN("an"), "pwdFailureTime"), failures + 2);
}

/* After a failure the same worker logs in, over a connection of its own. */
static void right_after_wrong(void **state)
{
    struct mk_request_directory directory = fixture_directory(&slapd, slapd.ldaps);
    struct worker worker = fixture_worker(&directory);
    struct worker_answer answer = worker_bind(&worker, MK_PERSON, "an", "wrong");

    (void)state;
    assert_int_equal(answer.end.result, MK_CREDENTIALS);
    answer = worker_bind(&worker, MK_PERSON, "an", PASSWORD);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
}

static void nobody_and_two(void **state)
{
    struct mk_request_directory by_dn = fixture_directory(&slapd, slapd.ldapi);
    struct mk_request_directory searched = by_filter(slapd.ldapi);
    int binds = slapd_operations(&slapd, "Bind");

    (void)state;
    assert_int_equal(log_in(&searched, "nobody", PASSWORD).end.result, MK_PERSON_UNKNOWN);
    assert_int_equal(log_in(&searched, "*", PASSWORD).end.result, MK_PERSON_UNKNOWN);
    assert_int_equal(log_in(&searched, "an)(uid=*", PASSWORD).end.result, MK_PERSON_UNKNOWN);
    assert_int_equal(log_in(&searched, "", PASSWORD).end.result, MK_PERSON_UNKNOWN);
    assert_int_equal(log_in(&searched, "lan", PASSWORD).end.result, MK_PERSON_AMBIGUOUS);
    assert_int_equal(log_in(&by_dn, "", PASSWORD).end.result, MK_PERSON_UNKNOWN);
    /* One bind is that of the count itself: no password left this machine. */
    assert_int_equal(slapd_operations(&slapd, "Bind"), binds + 1);
    assert_int_equal(log_in(&by_dn, "nobody", PASSWORD).end.result, MK_CREDENTIALS);
}

static void escaped_name(void **state)
{
    struct mk_request_directory by_dn = fixture_directory(&slapd, slapd.ldapi);
    struct mk_request_directory searched = by_filter(slapd.ldapi);

    (void)state;
    assert_int_equal(log_in(&by_dn, "mai,x", PASSWORD).end.result, MK_OK);
    assert_int_equal(log_in(&searched, "mai,x", PASSWORD).end.result, MK_OK);
    assert_int_equal(log_in(&by_dn, "an,ou=twins", PASSWORD).end.result, MK_CREDENTIALS);
}

static void empty_password(void **state)
{
    struct mk_request_directory by_dn = fixture_directory(&slapd, slapd.ldapi);
    int binds = slapd_operations(&slapd, "Bind");

    (void)state;
    assert_int_equal(log_in(&by_dn, "an", "").end.result, MK_EMPTY_PASSWORD);
    assert_int_equal(slapd_operations(&slapd, "Bind"), binds + 1);
}

static void refused_base(void **state)
{
    struct mk_request_directory searched = by_filter(slapd.ldapi);
    struct worker_answer answer;

    (void)state;
    (void)snprintf(searched.base, sizeof searched.base, "dc=elsewhere,dc=vn");
    answer = log_in(&searched, "an", PASSWORD);
    assert_int_equal(answer.end.result, MK_SERVER_REFUSED);
    assert_int_equal(answer.end.ldap_code, 32);
}

static void locked(void **state)
{
    struct mk_request_directory by_dn = fixture_directory(&slapd, slapd.ldaps);

    (void)state;
    assert_int_equal(log_in(&by_dn, "ha", PASSWORD).end.result, MK_ACCOUNT_LOCKED);
    assert_int_equal(log_in(&by_dn, "hoa", PASSWORD).end.result, MK_ACCOUNT_LOCKED);
    assert_int_equal(log_in(&by_dn, "khanh", PASSWORD).end.result, MK_ACCOUNT_LOCKED);
}

static void expired(void **state)
{
    struct mk_request_directory by_dn = fixture_directory(&slapd, slapd.ldaps);
    struct worker worker = fixture_worker(&by_dn);
    struct worker_answer answer = worker_bind(&worker, MK_PERSON, "chi", PASSWORD);

    (void)state;
    assert_int_equal(answer.end.result, MK_ACCOUNT_EXPIRED);
    /* slapd leaves that connection logged in; the worker must not use it. */
    answer = worker_read(&worker, MK_EVERY_SYSTEM);
    assert_int_equal(answer.end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_stop(&worker), 0);
}

/* A log-in with grace and the change after it cost one grace log-in together. */
static void grace(void **state)
{
    struct mk_request_directory by_dn = fixture_directory(&slapd, slapd.ldaps);
    struct worker worker = fixture_worker(&by_dn);
    struct worker_answer answer = worker_bind(&worker, MK_PERSON, "dung", PASSWORD);

    (void)state;
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.end.grace, 2);
    assert_int_equal(slapd_count(&slapd, PERSON_DN("dung"), "pwdGraceUseTime"), 1);
    answer = worker_read(&worker, MK_PERSON);
    assert_int_equal(answer.accounts, 1);
    assert_int_equal(answer.account[0].standing, MK_GRACE);
    assert_int_equal(answer.account[0].grace, 2);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_true(answer.complete && answer.has_outcome);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.accounts, 1);
    assert_int_equal(answer.account[0].standing, MK_FINE);
    assert_int_equal(worker_stop(&worker), 0);
    assert_int_equal(slapd_count(&slapd, PERSON_DN("dung"), "pwdGraceUseTime"), 0);
    assert_true(slapd_binds(&slapd, PERSON_DN("dung"), NEW_PASSWORD));
}

/* After a reset nothing but the change is sent, and it opens the connection for everything else. */
static void must_change(void **state)
{
    struct mk_request_directory by_dn = fixture_directory(&slapd, slapd.ldaps);
    struct worker worker = fixture_worker(&by_dn);
    int searches = slapd_operations(&slapd, "Search");
    struct worker_answer answer = worker_bind(&worker, MK_PERSON, "giang", PASSWORD);

    (void)state;
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.end.must_change, 1);
    assert_int_equal(worker_read(&worker, MK_EVERY_SYSTEM).end.result, MK_NOT_ALLOWED_NOW);
    /* One search is that of the first count, one that of the root DSE, before the bind. */
    assert_int_equal(slapd_operations(&slapd, "Search"), searches + 2);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.outcome.sent, 1);
    assert_int_equal(answer.accounts, 1);
    assert_int_equal(answer.account[0].standing, MK_FINE);
    assert_string_equal(answer.person.dn, PERSON_DN("giang"));
    answer = worker_read(&worker, MK_EVERY_SYSTEM);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
}

static void warned(void **state)
{
    struct worker worker = fixture_login(&slapd, "binh");
    struct worker_answer answer = worker_read(&worker, MK_EVERY_SYSTEM);

    (void)state;
    assert_true(answer.has_person);
    assert_string_equal(answer.person.dn, PERSON_DN("binh"));
    assert_string_equal(answer.person.name, "Le Thi binh");
    assert_string_equal(answer.person.unit, "Phong Nghiep vu");
    assert_string_equal(answer.person.mail, "binh@example.vn");
    assert_int_equal(answer.accounts, 1);
    assert_int_equal(answer.account[0].system, MK_PERSON);
    assert_int_equal(answer.account[0].standing, MK_DUE_SOON);
    assert_int_equal(answer.account[0].expires, answer.account[0].changed + 90 * DAY);
    assert_int_equal(worker_stop(&worker), 0);
}

/* A connection made while the person types, and gone by the time of Enter, is made again. */
static void connection_gone(void **state)
{
    struct mk_request_directory by_dn = fixture_directory(&slapd, slapd.ldapi);
    struct worker worker = fixture_worker(&by_dn);

    (void)state;
    assert_int_equal(worker_connect(&worker).end.result, MK_OK);
    slapd_stop(&slapd);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "an", PASSWORD).end.result, MK_UNREACHABLE);
    slapd_start(&slapd); /* the socket's name stays */
    assert_int_equal(worker_connect(&worker).end.result, MK_OK);
    slapd_stop(&slapd);
    slapd_start(&slapd);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "an", PASSWORD).end.result, MK_OK);
    slapd_stop(&slapd);
    slapd_start(&slapd);
    /* Nobody keeps the password: what was bound is lost and must be said. */
    assert_int_equal(worker_read(&worker, MK_EVERY_SYSTEM).end.result, MK_LOST);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "an", PASSWORD).end.result, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_transport),   cmocka_unit_test(wrong_password),
        cmocka_unit_test(right_after_wrong), cmocka_unit_test(nobody_and_two),
        cmocka_unit_test(escaped_name),      cmocka_unit_test(empty_password),
        cmocka_unit_test(refused_base),      cmocka_unit_test(locked),
        cmocka_unit_test(expired),           cmocka_unit_test(grace),
        cmocka_unit_test(must_change),       cmocka_unit_test(warned),
        cmocka_unit_test(connection_gone),
    };

    return cmocka_run_group_tests_name("login", tests, set_up, tear_down);
}
