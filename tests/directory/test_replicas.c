// SPDX-License-Identifier: MIT
/* Changes where servers follow one another: who takes them, and who hears of them when. */

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"
#include "proxy.h"

enum { PROVIDER, CONSUMER, CHAINING, SERVERS };
enum { MAIL };

static struct slapd server[SERVERS];
static struct proxy *line[SERVERS]; /* between a consumer and the provider it follows */

// clang-format off
static const char people[] =
    FIXTURE_TOP
    FIXTURE_POLICY("grace", "pwdMaxAge: 7776000\npwdGraceAuthnLimit: 3\n")
    FIXTURE_PERSON("an", CHANGED("-85d"))
    FIXTURE_PERSON("an2", CHANGED("-85d"))
    FIXTURE_PERSON("dung2", CHANGED("-85d"))
    FIXTURE_PERSON("binh", CHANGED("-85d"))
    FIXTURE_PERSON("chi", CHANGED("-85d"))
    FIXTURE_PERSON("dung", CHANGED("-85d"))
    FIXTURE_PERSON("giang", CHANGED("-1d") "pwdReset: TRUE\n")
    FIXTURE_PERSON("ha", CHANGED("-1d") "pwdReset: TRUE\n")
    FIXTURE_PERSON("hoa", CHANGED("-1d") "pwdReset: TRUE\n")
    FIXTURE_PERSON("khanh", CHANGED("-100d") POLICY("grace"))
    FIXTURE_PERSON("lan", CHANGED("-85d"))
    FIXTURE_PERSON("minh", CHANGED("-85d"))
    FIXTURE_PERSON("nga", CHANGED("-85d"))
    FIXTURE_PERSON("oanh", CHANGED("-85d"))
    FIXTURE_PERSON("phuc", CHANGED("-85d"))
    FIXTURE_ACCOUNT("mail", "phuc", CHANGED("-85d"))
    FIXTURE_ACCOUNT("mail", "chi", CHANGED("-85d"));
// clang-format on

static unsigned port_of(const char *uri)
{
    return (unsigned)strtoul(strrchr(uri, ':') + 1, NULL, 10);
}

static void catch_up(void)
{
    for (int i = 1; i < SERVERS; i++)
        slapd_wait_replica(&server[PROVIDER], &server[i]);
}

static int set_up(void **state)
{
    (void)state;
    for (int i = 0; i < SERVERS; i++)
        slapd_create(&server[i], SUFFIX, people, (const char *[]){"--anonymous-search", NULL});
    slapd_become(&server[PROVIDER], SLAPD_PROVIDER, NULL, 0);
    for (int i = 1; i < SERVERS; i++) {
        line[i] = proxy_open(port_of(server[PROVIDER].ldap));
        slapd_become(&server[i], i == CONSUMER ? SLAPD_CONSUMER : SLAPD_CHAINING, &server[PROVIDER],
                     proxy_port(line[i]));
    }
    catch_up();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 1; i < SERVERS; i++)
        proxy_close(line[i]);
    for (int i = 0; i < SERVERS; i++)
        slapd_remove(&server[i]);
    return 0;
}

static int revive(void **state)
{
    (void)state;
    slapd_revive(&server[PROVIDER]);
    for (int i = 1; i < SERVERS; i++)
        proxy_plan(line[i], &(struct proxy_fault){.action = PROXY_PASS});
    catch_up();
    return 0;
}

/* Nothing of what the provider takes reaches a consumer any more. */
static void hold_back(int consumer)
{
    proxy_plan(line[consumer], &(struct proxy_fault){PROXY_STALL, PROXY_TO_CLIENT, 0, true});
}

/* One logs in at `reader`; what takes changes is `writer`, or with SERVERS any that does. */
static struct mk_request_directory split(int reader, int writer)
{
    struct mk_request_directory d = fixture_directory(&server[reader], server[reader].ldaps);

    d.server_ms = 1000;
    if (writer < SERVERS) {
        (void)snprintf(d.uri[1], sizeof d.uri[1], "%s", server[writer].ldaps);
        d.uris = 2;
        d.writable = 2;
    }
    return d;
}

static struct worker logged_in(const struct mk_request_directory *d, const char *login)
{
    struct worker worker = fixture_worker(d);
    struct worker_answer answer;

    assert_int_equal(worker_system(&worker, MAIL, "", "(&(seeAlso=%d)(host=mail))").end.result,
                     MK_OK);
    answer = worker_bind(&worker, MK_PERSON, login, PASSWORD);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.end.server, 0);
    return worker;
}

static void assert_changed(const struct worker_answer *answer, uint32_t by)
{
    assert_true(answer->complete);
    assert_int_equal(answer->outcome.result, MK_OK);
    assert_int_equal(answer->outcome.server, by);
    assert_int_equal(answer->end.server, by);
    assert_int_equal(answer->end.bound, 1);
    assert_int_equal(answer->accounts, 1);
    /* 90 days by policy or three months by order, whichever is first */
    assert_int_equal(answer->account[0].standing, MK_FINE);
    assert_in_range(answer->account[0].expires - (int64_t)time(NULL), 88 * DAY, 92 * DAY);
}

static int failures(const struct slapd *slapd, const char *dn)
{
    return slapd_count(slapd, dn, "pwdFailureTime");
}

static int count(const struct slapd *slapd, const char *kind)
{
    return slapd_operations(slapd, kind);
}

/* --- servers that only read --- */

/* Configured: the replica is not even asked. */
static void straight_to_the_writer(void **state)
{
    struct mk_request_directory d = split(CONSUMER, PROVIDER);
    struct worker worker = logged_in(&d, "an");
    int asked = count(&server[CONSUMER], "Extended");
    int binds = count(&server[PROVIDER], "Bind");
    struct worker_answer answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);

    (void)state;
    assert_changed(&answer, 1);
    assert_int_equal(count(&server[CONSUMER], "Extended"), asked);
    assert_int_equal(count(&server[PROVIDER], "Bind") - binds, 1 + 1);
    assert_int_equal(failures(&server[PROVIDER], PERSON_DN("an")), 0);
    assert_true(slapd_binds(&server[PROVIDER], PERSON_DN("an"), NEW_PASSWORD));
    /* One goes on reading where the change was made. */
    assert_int_equal(worker_read(&worker, MK_PERSON).end.server, 1);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Not configured: the replica answers with a referral, and the writer of the configuration it is.
 */
static void by_referral(void **state)
{
    struct mk_request_directory d = split(CONSUMER, PROVIDER);
    struct worker worker;
    struct worker_answer answer;
    int asked = count(&server[CONSUMER], "Extended");

    (void)state;
    d.writable = 3;
    d.log_in_uris = 2;
    worker = logged_in(&d, "binh");
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_changed(&answer, 1);
    assert_int_equal(count(&server[CONSUMER], "Extended"), asked + 1);
    /* Once is enough. */
    answer = worker_change(&worker, MK_PERSON, NEW_PASSWORD, "Another#2028");
    assert_changed(&answer, 1);
    assert_int_equal(count(&server[CONSUMER], "Extended"), asked + 1);
    assert_int_equal(failures(&server[PROVIDER], PERSON_DN("binh")), 0);
    assert_int_equal(worker_stop(&worker), 0);
}

/* No other server is known: nobody follows the referral, for nobody vouches for its host. */
static void referral_to_nowhere(void **state)
{
    struct mk_request_directory d = split(CONSUMER, SERVERS);
    struct worker worker = logged_in(&d, "lan");
    int binds = count(&server[PROVIDER], "Bind");
    struct worker_answer answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);

    (void)state;
    assert_int_equal(answer.outcome.result, MK_READ_ONLY);
    assert_int_equal(answer.end.bound, 1);
    assert_int_equal(count(&server[PROVIDER], "Bind") - binds, 1);
    assert_true(slapd_binds(&server[PROVIDER], PERSON_DN("lan"), PASSWORD));
    assert_int_equal(worker_stop(&worker), 0);
}

/* An account of a system is changed by the person who has logged in, there as here. */
static void account_of_a_system(void **state)
{
    struct mk_request_directory d = split(CONSUMER, PROVIDER);
    struct worker worker = logged_in(&d, "chi");
    struct mk_request_change request = {.system = MAIL};
    struct worker_answer answer;

    (void)state;
    assert_int_equal(worker_read(&worker, MK_EVERY_SYSTEM).accounts, 2);
    worker_password(&request.old_password, PASSWORD);
    worker_password(&request.new_password, NEW_PASSWORD);
    worker_password(&request.log_in_password, PASSWORD);
    answer = worker_ask(&worker, &request, sizeof request, MK_REQUEST_CHANGE, 10000);
    assert_changed(&answer, 1);
    assert_true(slapd_binds(&server[PROVIDER], "uid=chi-mail," SYSTEMS, NEW_PASSWORD));
    assert_int_equal(worker_read(&worker, MK_EVERY_SYSTEM).accounts, 2);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Without the person's password the account changes itself; one goes on reading as the person. */
static void account_by_itself(void **state)
{
    struct mk_request_directory d = split(CONSUMER, PROVIDER);
    struct worker worker = logged_in(&d, "phuc");
    struct worker_answer answer;

    (void)state;
    assert_int_equal(worker_read(&worker, MK_EVERY_SYSTEM).accounts, 2);
    answer = worker_change(&worker, MAIL, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.outcome.server, 1);
    assert_int_equal(answer.account[0].standing, MK_FINE);
    assert_int_equal(answer.end.server, 0);
    assert_int_equal(answer.end.bound, 1);
    assert_true(slapd_binds(&server[PROVIDER], "uid=phuc-mail," SYSTEMS, NEW_PASSWORD));
    assert_int_equal(worker_read(&worker, MK_EVERY_SYSTEM).accounts, 2);
    assert_int_equal(worker_stop(&worker), 0);
}

/* The wrong password costs one failing bind, where the change would have gone. */
static void wrong_password(void **state)
{
    struct mk_request_directory d = split(CONSUMER, PROVIDER);
    struct worker worker = logged_in(&d, "dung");
    struct worker_answer answer = worker_change(&worker, MK_PERSON, "wrong", NEW_PASSWORD);

    (void)state;
    assert_int_equal(answer.outcome.result, MK_CREDENTIALS);
    assert_int_equal(answer.outcome.sent, 0);
    assert_int_equal(answer.end.bound, 1);
    assert_int_equal(failures(&server[PROVIDER], PERSON_DN("dung")), 1);
    /* The connection to the replica is still there to read with. */
    assert_int_equal(worker_read(&worker, MK_PERSON).end.server, 0);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Refused by a rule: the second try goes straight there over the same bind. */
static void refused_by_a_rule(void **state)
{
    struct mk_request_directory d = split(CONSUMER, PROVIDER);
    struct worker worker = logged_in(&d, "nga");
    int binds = count(&server[PROVIDER], "Bind");
    struct worker_answer answer = worker_change(&worker, MK_PERSON, PASSWORD, "short");

    (void)state;
    assert_int_equal(answer.outcome.result, MK_TOO_SHORT);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_changed(&answer, 1);
    assert_int_equal(count(&server[PROVIDER], "Bind") - binds, 1 + 1);
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- no server that takes changes --- */

static void no_writer(void **state)
{
    struct mk_request_directory d = split(CONSUMER, PROVIDER);

    (void)state;
    for (int mute = 0; mute < 2; mute++) {
        struct worker worker = logged_in(&d, "oanh");
        struct worker_answer answer;
        if (mute != 0)
            slapd_pause(&server[PROVIDER]);
        else
            slapd_kill(&server[PROVIDER]);
        answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
        assert_int_equal(answer.outcome.result, MK_NO_WRITER);
        assert_int_equal(answer.outcome.sent, 0);
        assert_int_equal(answer.end.bound, 1);
        assert_in_range(answer.milliseconds, 0, 4000);
        print_message("# no server for changes, %s: told after %d ms\n", mute ? "mute" : "killed",
                      (int)answer.milliseconds);
        assert_int_equal(worker_read(&worker, MK_PERSON).end.result, MK_OK);
        (void)revive(state);
        assert_true(slapd_binds(&server[PROVIDER], PERSON_DN("oanh"), PASSWORD));
        /* When it is back, the same worker can use it. */
        if (mute != 0) {
            answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
            assert_changed(&answer, 1);
        }
        assert_int_equal(worker_stop(&worker), 0);
    }
}

/* A stranger in its place gets no password. */
static void writer_not_to_be_trusted(void **state)
{
    struct mk_request_directory d = split(CONSUMER, PROVIDER);
    struct slapd stranger;
    struct worker worker;
    struct worker_answer answer;
    int binds;

    (void)state;
    slapd_create(&stranger, SUFFIX, people, NULL);
    (void)snprintf(d.uri[1], sizeof d.uri[1], "%s", stranger.ldaps);
    binds = count(&stranger, "Bind");
    worker = logged_in(&d, "lan");
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_NO_WRITER);
    assert_int_equal(answer.end.failure, MK_CERT_UNTRUSTED);
    assert_int_equal(count(&stranger, "Bind"), binds + 1);
    assert_int_equal(worker_stop(&worker), 0);
    slapd_remove(&stranger);
}

/* --- who must change, and who has expired --- */

static void must_change(void **state)
{
    struct mk_request_directory d = split(CONSUMER, PROVIDER);
    struct worker worker = logged_in(&d, "giang");
    int searches = count(&server[CONSUMER], "Search");
    struct worker_answer answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);

    (void)state;
    assert_changed(&answer, 1);
    assert_int_equal(count(&server[CONSUMER], "Search"), searches + 1); /* this look itself */
    assert_int_equal(worker_stop(&worker), 0);
}

static void grace(void **state)
{
    struct mk_request_directory d = split(CONSUMER, PROVIDER);
    struct worker worker = logged_in(&d, "khanh");
    struct worker_answer answer;

    (void)state;
    assert_int_equal(slapd_count(&server[CONSUMER], PERSON_DN("khanh"), "pwdGraceUseTime"), 1);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_changed(&answer, 1);
    assert_int_equal(slapd_count(&server[PROVIDER], PERSON_DN("khanh"), "pwdGraceUseTime"), 0);
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- a consumer that passes changes on --- */

static void chaining(void **state)
{
    struct mk_request_directory d = split(CHAINING, SERVERS);
    struct worker worker = logged_in(&d, "minh");
    struct worker_answer answer;

    (void)state;
    assert_int_equal(worker_read(&worker, MK_PERSON).account[0].standing, MK_DUE_SOON);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_changed(&answer, 0);
    assert_true(slapd_binds(&server[PROVIDER], PERSON_DN("minh"), NEW_PASSWORD));
    assert_int_equal(failures(&server[PROVIDER], PERSON_DN("minh")), 0);
    /* A wrong password is counted where it belongs. */
    answer = worker_change(&worker, MK_PERSON, "wrong", "Another#2028");
    assert_int_equal(answer.outcome.result, MK_OLD_WRONG);
    assert_int_equal(worker_stop(&worker), 0);
}

/* It keeps the connection of somebody who had to change restricted: one more bind, and no failing
 * one. */
static void chaining_must_change(void **state)
{
    struct mk_request_directory d = split(CHAINING, SERVERS);
    struct worker worker = logged_in(&d, "ha");
    struct worker_answer answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);

    (void)state;
    assert_changed(&answer, 0);
    assert_int_equal(failures(&server[PROVIDER], PERSON_DN("ha")), 0);
    assert_int_equal(worker_read(&worker, MK_PERSON).account[0].standing, MK_FINE);
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- behind --- */

/* Who was told where the last change was made asks there, and is let in. */
static void consumer_behind(void **state)
{
    struct mk_request_directory d = split(CONSUMER, PROVIDER);
    struct worker worker = logged_in(&d, "an2");
    struct worker_answer answer;

    (void)state;
    hold_back(CONSUMER);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_changed(&answer, 1);
    assert_int_equal(worker_stop(&worker), 0);
    d.first = 1;
    worker = fixture_worker(&d);
    answer = worker_bind(&worker, MK_PERSON, "an2", NEW_PASSWORD);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.end.server, 1);
    assert_int_equal(worker_read(&worker, MK_PERSON).account[0].standing, MK_FINE);
    /* The same worker goes there by itself once more. */
    assert_int_equal(worker_bind(&worker, MK_PERSON, "an2", NEW_PASSWORD).end.server, 1);
    assert_int_equal(worker_stop(&worker), 0);
    assert_int_equal(failures(&server[PROVIDER], PERSON_DN("an2")), 0);
    assert_int_equal(failures(&server[CONSUMER], PERSON_DN("an2")), 0);
}

/* The change is a fact, but this server shows the old state: the asker is told of both. */
static void chaining_behind(void **state)
{
    struct mk_request_directory d = split(CHAINING, SERVERS);
    struct worker worker = logged_in(&d, "dung2");
    struct worker_answer answer;

    (void)state;
    assert_int_equal(worker_read(&worker, MK_PERSON).account[0].standing, MK_DUE_SOON);
    hold_back(CHAINING);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.account[0].standing, MK_DUE_SOON);
    assert_in_range(answer.milliseconds, 300, 4000);
    assert_true(slapd_binds(&server[PROVIDER], PERSON_DN("dung2"), NEW_PASSWORD));
    (void)revive(state);
    assert_int_equal(worker_read(&worker, MK_PERSON).account[0].standing, MK_FINE);
    assert_int_equal(worker_stop(&worker), 0);
}

/* One bind with the new password is tried, and its failing proves nothing. */
static void chaining_behind_must_change(void **state)
{
    struct mk_request_directory d = split(CHAINING, SERVERS);
    struct worker worker = logged_in(&d, "hoa");
    struct worker_answer answer;

    (void)state;
    hold_back(CHAINING);
    answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.account[0].unknown, MK_UNKNOWN_BEHIND);
    assert_int_equal(answer.end.bound, 0);
    assert_in_range(failures(&server[PROVIDER], PERSON_DN("hoa")), 0, 1);
    assert_int_equal(worker_stop(&worker), 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, revive)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(straight_to_the_writer),
        TEST(by_referral),
        TEST(referral_to_nowhere),
        TEST(account_of_a_system),
        TEST(account_by_itself),
        TEST(wrong_password),
        TEST(refused_by_a_rule),
        TEST(no_writer),
        TEST(writer_not_to_be_trusted),
        TEST(must_change),
        TEST(grace),
        TEST(chaining),
        TEST(chaining_must_change),
        TEST(consumer_behind),
        TEST(chaining_behind),
        TEST(chaining_behind_must_change),
    };

    return cmocka_run_group_tests_name("replicas", tests, set_up, tear_down);
}
