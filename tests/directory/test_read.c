// SPDX-License-Identifier: MIT
/* Reading accounts: every standing that a server can show, all of them in one answer. */

#include <time.h>

#include "fixture.h"

static struct slapd slapd;

// clang-format off
static const char people[] =
    FIXTURE_TOP
    FIXTURE_POLICY("grace", "pwdMaxAge: 7776000\npwdGraceAuthnLimit: 3\npwdLockout: TRUE\n")
    FIXTURE_POLICY("window", "pwdMaxAge: 7776000\npwdGraceAuthnLimit: 3\npwdGraceExpiry: 86400\n")
    FIXTURE_POLICY("nolock", "pwdMaxAge: 0\npwdLockout: FALSE\n")
    FIXTURE_POLICY("long", "pwdMaxAge: 31536000\npwdLockout: TRUE\npwdMustChange: FALSE\n")
    FIXTURE_POLICY("idle", "pwdMaxIdle: 2592000\npwdLockout: TRUE\n")
    FIXTURE_PERSON("an", CHANGED("-10d"))
    FIXTURE_PERSON("binh", CHANGED("-10d"))
    /* What a helpdesk has written among other things, the latest neither first nor last. */
    FIXTURE_PERSON("chi", CHANGED("-10d") "description: 20260102030405Z hue\n"
                   "description: 20261122065200Z hanoi\ndescription: 20251122065200Z vinh\n"
                   "description: Can bo 3\n")
    FIXTURE_ACCOUNT("noted", "chi", CHANGED("-10d") "description: 20261122065201Z hue\n")
    FIXTURE_ACCOUNT("odd", "chi", CHANGED("-10d")
                    "description: 20261122065200Z\ndescription: 20261122065200Z \n"
                    "description: 20261122065200Zhanoi\ndescription: 2026112206520Z  hanoi\n"
                    "description: 20261122065200Z ha noi\ndescription: 20261122065200+07 hanoi\n"
                    "description:: MjAyNjExMjIwNjUyMDBaIGhhG1sySm5vaQ==\n"
                    "description:: MjAyNjExMjIwNjUyMDBaIGhhAG5vaQ==\n"
                    "description:: MjAyNjExMjIwNjUyMDBaIEjDoC1u4buZaQ==\n"
                    "description: 20261122065200Z "
                    "a-name-of-a-desk-that-is-longer-than-any-of-the-configuration-is\n")
    FIXTURE_ACCOUNT("none", "chi", CHANGED("-10d"))
    FIXTURE_ACCOUNT("fine", "an", CHANGED("-10d"))
    FIXTURE_ACCOUNT("soon", "an", CHANGED("-80d"))
    FIXTURE_ACCOUNT("expired", "an", CHANGED("-100d"))
    FIXTURE_ACCOUNT("grace", "an", CHANGED("-100d") "pwdGraceUseTime: @-1d@\n" POLICY("grace"))
    FIXTURE_ACCOUNT("used", "an", CHANGED("-100d") "pwdGraceUseTime: @-3d@\n"
                    "pwdGraceUseTime: @-2d@\npwdGraceUseTime: @-1d@\n" POLICY("grace"))
    FIXTURE_ACCOUNT("window", "an", CHANGED("-100d") POLICY("window"))
    FIXTURE_ACCOUNT("reset", "an", CHANGED("-1d") "pwdReset: TRUE\n")
    FIXTURE_ACCOUNT("noreset", "an", CHANGED("-1d") "pwdReset: TRUE\n" POLICY("long"))
    FIXTURE_ACCOUNT("locked", "an", CHANGED("-10d") "pwdAccountLockedTime: @-60s@\n")
    FIXTURE_ACCOUNT("over", "an", CHANGED("-10d") "pwdAccountLockedTime: @-6000s@\n")
    FIXTURE_ACCOUNT("forgood", "an", CHANGED("-10d") "pwdAccountLockedTime: 000001010000Z\n")
    FIXTURE_ACCOUNT("nolock", "an", CHANGED("-10d") "pwdAccountLockedTime: 000001010000Z\n"
                    POLICY("nolock"))
    FIXTURE_ACCOUNT("end", "an", CHANGED("-10d") "pwdEndTime: @-1d@\n")
    FIXTURE_ACCOUNT("start", "an", CHANGED("-10d") "pwdStartTime: @+1d@\n")
    FIXTURE_ACCOUNT("idle", "an", CHANGED("-10d") "pwdLastSuccess: @-60d@\n" POLICY("idle"))
    FIXTURE_ACCOUNT("overdue", "an", CHANGED("-100d") POLICY("long"))
    FIXTURE_ACCOUNT("dangling", "an", CHANGED("-10d") POLICY("missing"))
    FIXTURE_ACCOUNT("unchanged", "an", "")
    FIXTURE_ACCOUNT("two", "an", CHANGED("-10d"))
    "dn: uid=an-two-2," SYSTEMS "\nobjectClass: account\nobjectClass: simpleSecurityObject\n"
    "uid: an-two-2\nhost: two\nseeAlso: " PERSON_DN("an") "\nuserPassword: " PASSWORD "\n\n"
    "dn: uid=an-hidden," SYSTEMS "\nobjectClass: account\nobjectClass: simpleSecurityObject\n"
    "uid: an-hidden\nhost: hidden\nuserPassword: " PASSWORD "\n" CHANGED("-10d") "\n";
// clang-format on

/* What must come out for each system, with the number it goes by being its place here. */
static const struct {
    const char *host;
    enum mk_standing standing;
    enum mk_reason reason;
    enum mk_unknown unknown;
    unsigned grace;
} expected[] = {
    {"fine", MK_FINE, MK_REASON_POLICY, MK_KNOWN, 0},
    {"soon", MK_DUE_SOON, MK_REASON_POLICY, MK_KNOWN, 0},
    {"expired", MK_EXPIRED, MK_REASON_POLICY, MK_KNOWN, 0},
    {"grace", MK_GRACE, MK_REASON_POLICY, MK_KNOWN, 2},
    {"used", MK_EXPIRED, MK_REASON_POLICY, MK_KNOWN, 0},
    {"window", MK_EXPIRED, MK_REASON_POLICY, MK_KNOWN, 0},
    {"reset", MK_MUST_CHANGE, MK_REASON_POLICY, MK_KNOWN, 0},
    {"noreset", MK_FINE, MK_REASON_MINISTRY, MK_KNOWN, 0},
    {"locked", MK_LOCKED, MK_REASON_POLICY, MK_KNOWN, 0},
    {"over", MK_FINE, MK_REASON_POLICY, MK_KNOWN, 0},
    {"forgood", MK_LOCKED_FOR_GOOD, MK_REASON_POLICY, MK_KNOWN, 0},
    {"nolock", MK_FINE, MK_REASON_MINISTRY, MK_KNOWN, 0},
    {"end", MK_DISABLED, MK_REASON_POLICY, MK_KNOWN, 0},
    {"start", MK_DISABLED, MK_REASON_POLICY, MK_KNOWN, 0},
    {"idle", MK_DISABLED, MK_REASON_MINISTRY, MK_KNOWN, 0},
    {"overdue", MK_OVERDUE, MK_REASON_MINISTRY, MK_KNOWN, 0},
    {"dangling", MK_FINE, MK_REASON_MINISTRY, MK_KNOWN, 0},
    {"unchanged", MK_UNKNOWN, MK_REASON_NONE, MK_UNKNOWN_NO_CHANGE, 0},
    {"two", MK_UNKNOWN, MK_REASON_NONE, MK_UNKNOWN_TWO_ENTRIES, 0},
    {"hidden", MK_UNKNOWN, MK_REASON_NONE, MK_UNKNOWN_NO_CHANGE, 0},
    {"missing", MK_UNKNOWN, MK_REASON_NONE, MK_UNKNOWN_NO_ENTRY, 0},
};

#define SYSTEMS_EXPECTED ((int32_t)(sizeof expected / sizeof *expected))

static int set_up(void **state)
{
    (void)state;
    slapd_create(&slapd, SUFFIX, people,
                 (const char *[]){"--conf", TEST_DIRECTORY "/lastbind.conf", NULL});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    slapd_remove(&slapd);
    return 0;
}

static void add_systems(struct worker *worker)
{
    char filter[MK_FILTER_MAX + 1];

    for (int32_t i = 0; i < SYSTEMS_EXPECTED; i++) {
        if (strcmp(expected[i].host, "hidden") == 0)
            (void)snprintf(filter, sizeof filter, "(host=hidden)");
        else
            (void)snprintf(filter, sizeof filter, "(&(objectClass=account)(seeAlso=%%d)(host=%s))",
                           expected[i].host);
        assert_int_equal(worker_system(worker, i, "", filter).end.result, MK_OK);
    }
}

/* Logged in as `login` in the directory `d`, with all systems. */
static struct worker logged_in(const struct mk_request_directory *d, const char *login)
{
    struct worker worker = fixture_worker(d);

    add_systems(&worker);
    assert_int_equal(worker_bind(&worker, MK_PERSON, login, PASSWORD).end.result, MK_OK);
    return worker;
}

static void every_standing(void **state)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldaps);
    struct worker worker = logged_in(&d, "an");
    int searches = slapd_operations(&slapd, "Search");
    struct worker_answer answer = worker_read(&worker, MK_EVERY_SYSTEM);

    (void)state;
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.accounts, SYSTEMS_EXPECTED + 1);
    assert_non_null(worker_account(&answer, MK_PERSON));
    for (int32_t i = 0; i < SYSTEMS_EXPECTED; i++) {
        const struct mk_account *account = worker_account(&answer, i);
        assert_non_null(account);
        if (account->standing != expected[i].standing || account->reason != expected[i].reason ||
            account->unknown != expected[i].unknown || account->grace != expected[i].grace)
            fail_msg("%s: standing %u, reason %u, unknown %u, grace %u", expected[i].host,
                     account->standing, account->reason, account->unknown, account->grace);
    }
    /* Each account, the person, the default policy and six others; one is the count's own. */
    assert_int_equal(slapd_operations(&slapd, "Search"), searches + SYSTEMS_EXPECTED + 1 + 7 + 1);
    assert_int_equal(worker_stop(&worker), 0);
}

static void dates(void **state)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldapi);
    struct worker worker = logged_in(&d, "an");
    struct worker_answer answer = worker_read(&worker, MK_EVERY_SYSTEM);
    const struct mk_account *fine = worker_account(&answer, 0);
    const struct mk_account *locked = worker_account(&answer, 8);
    const struct mk_account *dangling = worker_account(&answer, 16);
    int64_t now = (int64_t)time(NULL);

    (void)state;
    assert_in_range(fine->expires - (now + 80 * DAY) + 60, 0, 120);
    assert_int_equal(fine->expires, fine->changed + 90 * DAY);
    assert_int_equal(fine->policy_unread, 0);
    assert_int_equal(fine->until, MK_TIME_UNKNOWN);
    assert_in_range(locked->until - (now + 840) + 60, 0, 120);
    /* A dangling policy: the server applies none, or somebody hides it; only our own rule is sure.
     */
    assert_int_equal(dangling->policy_unread, 1);
    assert_in_range(dangling->expires - dangling->changed, 89 * DAY, 92 * DAY);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Without the ministry's rule, a policy nobody can read leaves the date unknown. */
static void no_rule(void **state)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldapi);
    struct worker worker;
    struct worker_answer answer;

    (void)state;
    d.max_age_unit = MK_AGE_NONE;
    worker = logged_in(&d, "an");
    answer = worker_read(&worker, 16);
    assert_int_equal(answer.accounts, 1);
    assert_int_equal(answer.account[0].standing, MK_UNKNOWN);
    assert_int_equal(answer.account[0].unknown, MK_UNKNOWN_POLICY);
    answer = worker_read(&worker, 11);
    assert_int_equal(answer.account[0].standing, MK_FINE);
    assert_int_equal(answer.account[0].expires, MK_TIME_NEVER);
    assert_int_equal(worker_stop(&worker), 0);
    /* The default policy cannot be found out from the server. */
    d.default_policy[0] = '\0';
    worker = logged_in(&d, "an");
    answer = worker_read(&worker, 0);
    assert_int_equal(answer.account[0].unknown, MK_UNKNOWN_POLICY);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Somebody else's accounts: what the server hides is unknown, never fine. */
static void not_mine(void **state)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldapi);
    struct worker worker = fixture_worker(&d);
    struct worker_answer answer;

    (void)state;
    assert_int_equal(worker_system(&worker, 0, "", "(uid=an-fine)").end.result, MK_OK);
    assert_int_equal(worker_system(&worker, 1, "uid=an-forgood," SYSTEMS, "").end.result, MK_OK);
    assert_int_equal(worker_system(&worker, 2, "uid=nobody," SYSTEMS, "").end.result, MK_OK);
    assert_int_equal(worker_system(&worker, 3, "", "(mail=%m)").end.result, MK_OK);
    assert_int_equal(worker_system(&worker, 4, "", "(not a filter").end.result, MK_OK);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "binh", PASSWORD).end.result, MK_OK);
    answer = worker_read(&worker, MK_EVERY_SYSTEM);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.accounts, 6);
    assert_int_equal(worker_account(&answer, 0)->unknown, MK_UNKNOWN_NO_CHANGE);
    assert_int_equal(worker_account(&answer, 1)->unknown, MK_UNKNOWN_NO_CHANGE);
    assert_int_equal(worker_account(&answer, 2)->unknown, MK_UNKNOWN_NO_ENTRY);
    /* The mail address came with the person's entry, and leads to that very entry. */
    assert_int_equal(worker_account(&answer, 3)->standing, MK_FINE);
    assert_int_equal(worker_account(&answer, 4)->unknown, MK_UNKNOWN_REFUSED);
    assert_int_equal(worker_stop(&worker), 0);
}

static struct worker_answer read_notes(struct mk_request_directory *d, int *searches)
{
    struct worker worker = fixture_worker(d);
    struct worker_answer answer;
    int before;

    assert_int_equal(worker_system(&worker, 0, "", "(uid=chi-noted)").end.result, MK_OK);
    assert_int_equal(worker_system(&worker, 1, "uid=chi-odd," SYSTEMS, "").end.result, MK_OK);
    assert_int_equal(worker_system(&worker, 2, "", "(uid=chi-none)").end.result, MK_OK);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "chi", PASSWORD).end.result, MK_OK);
    before = slapd_operations(&slapd, "Search");
    answer = worker_read(&worker, MK_EVERY_SYSTEM);
    *searches = slapd_operations(&slapd, "Search") - before - 1;
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.accounts, 4);
    assert_int_equal(worker_stop(&worker), 0);
    return answer;
}

/* What a helpdesk left comes with the account, and costs no search; the latest counts. */
static void notes(void **state)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldapi);
    struct worker_answer answer;
    int without;
    int with;

    (void)state;
    answer = read_notes(&d, &without);
    for (int32_t i = MK_PERSON; i < 3; i++)
        assert_string_equal(worker_account(&answer, i)->note, "");
    (void)snprintf(d.note_attribute, sizeof d.note_attribute, "description");
    answer = read_notes(&d, &with);
    assert_string_equal(worker_account(&answer, MK_PERSON)->note, "20261122065200Z hanoi");
    assert_string_equal(worker_account(&answer, 0)->note, "20261122065201Z hue");
    assert_string_equal(worker_account(&answer, 1)->note, "");
    assert_string_equal(worker_account(&answer, 2)->note, "");
    assert_int_equal(with, without);
}

/* What a hostile entry holds does no harm, and its text arrives cut. */
static void hostile_entry(void **state)
{
    static char text[1 << 20];
    struct worker worker;
    struct worker_answer answer;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    slapd_set(&slapd, PERSON_DN("binh"), "cn", text);
    slapd_set(&slapd, PERSON_DN("binh"), "ou", "a\033[2J\u202e");
    worker = fixture_login(&slapd, "binh");
    answer = worker_read(&worker, MK_PERSON);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(strlen(answer.person.name), MK_TEXT_MAX);
    assert_string_equal(answer.person.unit, "a\033[2J\u202e");
    assert_int_equal(answer.account[0].standing, MK_FINE);
    assert_int_equal(worker_stop(&worker), 0);
}

/* A reading that was not answered ends the bind; what comes next must not be read as nobody. */
static void silence_ends_the_bind(void **state)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldap);
    struct worker worker;
    struct worker_answer answer;

    (void)state;
    d.operation_ms = 500;
    worker = logged_in(&d, "an");
    slapd_pause(&slapd);
    answer = worker_read(&worker, MK_EVERY_SYSTEM);
    slapd_resume(&slapd);
    assert_int_equal(answer.end.result, MK_SILENT);
    assert_int_equal(answer.end.bound, 0);
    answer = worker_read(&worker, MK_EVERY_SYSTEM);
    assert_int_equal(answer.end.result, MK_LOST);
    assert_int_equal(answer.accounts, 0);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "an", PASSWORD).end.bound, 1);
    assert_int_equal(worker_read(&worker, MK_EVERY_SYSTEM).end.result, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
}

/* The server has the last word on who gets in. Last, because binds change what they look at. */
static void as_the_server_says(void **state)
{
    (void)state;
    for (int32_t i = 0; i < SYSTEMS_EXPECTED; i++) {
        enum mk_standing standing = expected[i].standing;
        char dn[128];
        bool barred = standing == MK_LOCKED_FOR_GOOD || standing == MK_LOCKED ||
                      standing == MK_DISABLED || standing == MK_EXPIRED;
        if (expected[i].unknown == MK_UNKNOWN_NO_ENTRY)
            continue;
        (void)snprintf(dn, sizeof dn, "uid=an-%s,%s", expected[i].host, SYSTEMS);
        if (slapd_binds(&slapd, dn, PASSWORD) == barred)
            fail_msg("%s: the server %s in", expected[i].host,
                     barred ? "lets it" : "does not let it");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_standing),
        cmocka_unit_test(dates),
        cmocka_unit_test(no_rule),
        cmocka_unit_test(not_mine),
        cmocka_unit_test(notes),
        cmocka_unit_test(hostile_entry),
        cmocka_unit_test(silence_ends_the_bind),
        cmocka_unit_test(as_the_server_says),
    };

    return cmocka_run_group_tests_name("read", tests, set_up, tear_down);
}
