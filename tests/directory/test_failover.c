// SPDX-License-Identifier: MIT
/* Several servers of one directory, of which some are dead, mute, busy or not to be trusted. */

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "proxy.h"

enum { FIRST, SECOND, THIRD, SERVERS };

static struct slapd server[SERVERS];

static const char people[] = FIXTURE_TOP FIXTURE_PERSON("an", CHANGED("-10d"));

static int set_up(void **state)
{
    (void)state;
    for (int i = 0; i < SERVERS; i++) {
        slapd_create(&server[i], SUFFIX, people, (const char *[]){"--anonymous-search", NULL});
        slapd_become(&server[i], i == 0 ? SLAPD_PROVIDER : SLAPD_CONSUMER,
                     i == 0 ? NULL : &server[0], 0);
    }
    for (int i = 1; i < SERVERS; i++)
        slapd_wait_replica(&server[0], &server[i]);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < SERVERS; i++)
        slapd_remove(&server[i]);
    return 0;
}

/* Every test begins with all servers up. */
static int revive(void **state)
{
    (void)state;
    for (int i = 0; i < SERVERS; i++)
        slapd_revive(&server[i]);
    return 0;
}

/* All three, with the times that a deadline of 10 s gives. */
static struct mk_request_directory all_servers(void)
{
    struct mk_request_directory d = fixture_directory(&server[FIRST], server[FIRST].ldaps);

    for (int i = 1; i < SERVERS; i++)
        (void)snprintf(d.uri[i], sizeof d.uri[i], "%s", server[i].ldaps);
    d.uris = d.log_in_uris = SERVERS;
    d.server_ms = 3500;
    d.operation_ms = 5000;
    d.total_ms = 10000;
    return d;
}

static struct worker_answer log_in(struct worker *worker)
{
    struct worker_answer answer = worker_bind(worker, MK_PERSON, "an", PASSWORD);

    assert_true(answer.complete);
    return answer;
}

/* How many binds since then; looking is one, too, and this is the one of that number. */
static int binds_since(const int *before, int looks)
{
    int sum = 0;

    for (int i = 0; i < SERVERS; i++)
        if (server[i].pid != 0 && before[i] >= 0)
            sum += slapd_operations(&server[i], "Bind") - before[i] - looks;
    return sum;
}

/* A server that has been let go on may take a while to come to what was sent before. */
static void assert_one_bind(const int *before)
{
    int looks = 1;
    int sum = binds_since(before, looks);

    while (sum == 0 && looks++ < 20) {
        (void)usleep(100000);
        sum = binds_since(before, looks);
    }
    assert_int_equal(sum, 1);
}

static void count_binds(int *binds)
{
    for (int i = 0; i < SERVERS; i++)
        binds[i] = server[i].pid == 0 ? -1 : slapd_operations(&server[i], "Bind");
}

static void report(const char *what, const struct worker_answer *answer, int64_t limit)
{
    print_message("# %-60s %5d ms\n", what, (int)answer->milliseconds);
    assert_in_range(answer->milliseconds, 0, limit);
}

/* A worker that has had a connection to the first server for `rest_ms`. */
static struct worker connected(const struct mk_request_directory *d, unsigned rest_ms)
{
    struct worker worker = fixture_worker(d);
    struct worker_answer answer = worker_connect(&worker);

    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.end.server, FIRST);
    assert_int_equal(answer.end.failed, 0);
    (void)usleep(rest_ms * 1000);
    return worker;
}

static void assert_moved_on(const struct worker_answer *answer, uint32_t to, uint32_t failed,
                            enum mk_result why)
{
    assert_int_equal(answer->end.result, MK_OK);
    assert_int_equal(answer->end.server, to);
    assert_int_equal(answer->end.failed, failed);
    assert_int_equal(answer->end.failure, why);
}

/* --- before the connection --- */

static void refused(void **state)
{
    struct mk_request_directory d = all_servers();
    struct worker worker;
    struct worker_answer answer;

    (void)state;
    slapd_stop(&server[FIRST]);
    worker = fixture_worker(&d);
    answer = log_in(&worker);
    report("first server refuses", &answer, 1000);
    assert_moved_on(&answer, SECOND, 1, MK_UNREACHABLE);
    assert_int_equal(worker_stop(&worker), 0);
}

static void silent(void **state)
{
    struct mk_request_directory d = all_servers();
    struct worker worker;
    struct worker_answer answer;

    (void)state;
    slapd_pause(&server[FIRST]);
    worker = fixture_worker(&d);
    answer = log_in(&worker);
    report("first server silent", &answer, 4000);
    assert_moved_on(&answer, SECOND, 1, MK_SILENT);
    /* Known for a while: the next connection does not wait for it again. */
    answer = log_in(&worker);
    report("  once more in the same worker", &answer, 1000);
    assert_moved_on(&answer, SECOND, 0, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
    /* A new worker is told. */
    d.avoid = 1;
    worker = fixture_worker(&d);
    answer = log_in(&worker);
    report("  once more in a worker that was told", &answer, 1000);
    assert_moved_on(&answer, SECOND, 0, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
}

static void broken_handshakes(void **state)
{
    static const struct {
        const char *what;
        struct proxy_fault fault;
        enum mk_result why;
        int64_t limit;
    } faults[] = {
        {"handshake stalls at its first byte",
         {PROXY_STALL, PROXY_TO_CLIENT, 0, true},
         MK_SILENT,
         4000},
        {"handshake stalls after 700 bytes",
         {PROXY_STALL, PROXY_TO_CLIENT, 700, true},
         MK_SILENT,
         4000},
        {"handshake drips, a byte every 10 ms",
         {PROXY_DRIP, PROXY_TO_CLIENT, 0, true},
         MK_SILENT,
         4000},
        {"handshake is reset after 700 bytes",
         {PROXY_RST, PROXY_TO_CLIENT, 700, true},
         MK_TLS_FAILED,
         1000},
    };

    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct mk_request_directory d = all_servers();
        struct proxy *proxy =
            proxy_open((unsigned)strtoul(strrchr(server[FIRST].ldaps, ':') + 1, NULL, 10));
        struct worker worker;
        struct worker_answer answer;
        int before[SERVERS];

        count_binds(before);
        (void)snprintf(d.uri[FIRST], sizeof d.uri[FIRST], "ldaps://127.0.0.1:%u",
                       proxy_port(proxy));
        proxy_plan(proxy, &faults[i].fault);
        worker = fixture_worker(&d);
        answer = log_in(&worker);
        report(faults[i].what, &answer, faults[i].limit);
        /* The reset is met by the handshake or by the second look, whichever comes first. */
        if (faults[i].fault.action == PROXY_RST && answer.end.failure == MK_UNREACHABLE)
            answer.end.failure = MK_TLS_FAILED;
        assert_moved_on(&answer, SECOND, 1, faults[i].why);
        assert_one_bind(before);
        assert_int_equal(worker_stop(&worker), 0);
        proxy_close(proxy);
    }
}

/* The certificate is refused, nothing goes there, and the next server is asked. */
static void bad_certificate(void **state)
{
    struct mk_request_directory d = all_servers();
    struct slapd stranger;
    struct worker worker;
    struct worker_answer answer;
    int binds;

    (void)state;
    slapd_create(&stranger, SUFFIX, people, NULL);
    binds = slapd_operations(&stranger, "Bind");
    (void)snprintf(d.uri[FIRST], sizeof d.uri[FIRST], "%s", stranger.ldaps);
    worker = fixture_worker(&d);
    answer = log_in(&worker);
    report("first server has the certificate of another authority", &answer, 1000);
    assert_moved_on(&answer, SECOND, 1, MK_CERT_UNTRUSTED);
    assert_int_equal(slapd_operations(&stranger, "Bind"), binds + 1);
    assert_int_equal(worker_stop(&worker), 0);
    slapd_remove(&stranger);
}

/* --- after it: the person was typing --- */

static void dies_while_typing(void **state)
{
    struct mk_request_directory d = all_servers();
    struct worker worker = connected(&d, 0);
    struct worker_answer answer;
    int before[SERVERS];

    (void)state;
    slapd_kill(&server[FIRST]);
    count_binds(before);
    answer = log_in(&worker);
    report("first server killed behind a connection", &answer, 1000);
    assert_moved_on(&answer, SECOND, 1, MK_UNREACHABLE);
    assert_one_bind(before);
    assert_int_equal(worker_stop(&worker), 0);
}

static void restarts_while_typing(void **state)
{
    struct mk_request_directory d = all_servers();
    struct worker worker = connected(&d, 0);
    struct worker_answer answer;

    (void)state;
    slapd_stop(&server[FIRST]);
    slapd_start_again(&server[FIRST]);
    answer = log_in(&worker);
    report("first server restarted behind a connection", &answer, 1000);
    assert_moved_on(&answer, FIRST, 0, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
}

static void falls_silent_while_typing(void **state)
{
    struct mk_request_directory d = all_servers();
    struct worker worker = connected(&d, 1100);
    struct worker_answer answer;
    int before[SERVERS];

    (void)state;
    slapd_pause(&server[FIRST]);
    before[FIRST] = -1;
    before[SECOND] = slapd_operations(&server[SECOND], "Bind");
    before[THIRD] = slapd_operations(&server[THIRD], "Bind");
    answer = log_in(&worker);
    report("first server falls silent behind a connection", &answer, 2000);
    assert_moved_on(&answer, SECOND, 1, MK_SILENT);
    slapd_resume(&server[FIRST]);
    assert_one_bind(before);
    assert_int_equal(worker_stop(&worker), 0);
}

/* The same after the log-in: nothing is lost but the bind, which the asker makes again. */
static void falls_silent_before_a_reading(void **state)
{
    struct mk_request_directory d = all_servers();
    struct worker worker = fixture_worker(&d);
    struct worker_answer answer;

    (void)state;
    assert_int_equal(log_in(&worker).end.result, MK_OK);
    (void)usleep(1100 * 1000);
    slapd_pause(&server[FIRST]);
    answer = worker_read(&worker, MK_EVERY_SYSTEM);
    report("first server falls silent before a reading", &answer, 2000);
    assert_int_equal(answer.end.result, MK_LOST);
    assert_int_equal(answer.end.failed, 1);
    answer = log_in(&worker);
    assert_moved_on(&answer, SECOND, 0, MK_OK);
    assert_int_equal(worker_read(&worker, MK_EVERY_SYSTEM).accounts, 1);
    assert_int_equal(worker_stop(&worker), 0);
}

/* A bind that went out is not repeated anywhere; the next attempt begins with another server. */
static void bind_without_answer(void **state)
{
    struct mk_request_directory d = all_servers();
    struct worker worker = connected(&d, 0);
    struct worker_answer answer;
    int before[SERVERS];

    (void)state;
    count_binds(before);
    slapd_pause(&server[FIRST]);
    answer = log_in(&worker);
    report("bind sent, no answer", &answer, 6000);
    assert_int_equal(answer.end.result, MK_LOST);
    assert_int_equal(answer.end.failed, 1);
    slapd_resume(&server[FIRST]);
    assert_one_bind(before);
    answer = log_in(&worker);
    report("  the next attempt", &answer, 1000);
    assert_moved_on(&answer, SECOND, 0, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- busy --- */

/* Where the contents of a BER element begin (X.690, 8.1.3). */
static const unsigned char *inside(const unsigned char *element)
{
    return element + 2 + ((element[1] & 0x80) != 0 ? element[1] & 0x7f : 0);
}

/* Answers every request (RFC 4511) with success, but `busy` ones with `code`. */
static void serve_busy(int s, unsigned char busy_request, unsigned char code)
{
    for (;;) {
        unsigned char in[512];
        int c = accept(s, NULL, NULL);
        while (read(c, in, sizeof in) > 6) {
            const unsigned char *id = inside(in); /* INTEGER of one byte */
            const unsigned char *operation = id + 3;
            bool is_search = *operation == 0x63;
            bool is_root = is_search && inside(operation)[1] == 0;
            unsigned char reply = is_search ? 0x65 : (unsigned char)(*operation + 1);
            const unsigned char out[] = {
                0x30,  12, 2,    1, id[2],
                reply, 7,  0x0a, 1, *operation == busy_request && !is_root ? code : 0,
                4,     0,  4,    0};
            if (write(c, out, sizeof out) < 0)
                _exit(1);
        }
        (void)close(c);
    }
}

/* A server in clear text on this machine; the caller kills it. */
static pid_t start_busy(unsigned char request, unsigned char code, char *uri, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pid_t child;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_return_code(bind(s, (struct sockaddr *)&address, sizeof address), 0);
    assert_return_code(listen(s, 8), 0);
    assert_return_code(getsockname(s, (struct sockaddr *)&address, &length), 0);
    (void)snprintf(uri, size, "ldap://127.0.0.1:%d", ntohs(address.sin_port));
    child = fork();
    if (child == 0)
        serve_busy(s, request, code);
    (void)close(s);
    return child;
}

static void busy(void **state)
{
    static const struct {
        const char *what;
        unsigned char request, code;
    } faults[] = {
        {"busy (51) to the bind", 0x60, 51},
        {"unavailable (52) to the bind", 0x60, 52},
        {"busy (51) to the search before it", 0x63, 51},
        {"unavailable (52) to the search before it", 0x63, 52},
    };

    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct mk_request_directory d = all_servers();
        struct worker worker;
        struct worker_answer answer;
        pid_t child = start_busy(faults[i].request, faults[i].code, d.uri[FIRST], MK_URI_MAX);
        int before[SERVERS];

        count_binds(before);
        d.tls = MK_TLS_NONE_ON_LOOPBACK;
        if (faults[i].request == 0x63) {
            d.person_dn[0] = '\0';
            (void)snprintf(d.person_filter, sizeof d.person_filter, "%s", BY_FILTER);
        }
        worker = fixture_worker(&d);
        answer = log_in(&worker);
        report(faults[i].what, &answer, 1000);
        assert_moved_on(&answer, SECOND, 1, MK_SERVER_BUSY);
        assert_one_bind(before);
        d.uris = d.log_in_uris = 1;
        d.writable = 1;
        assert_int_equal(worker_stop(&worker), 0);
        worker = fixture_worker(&d);
        assert_int_equal(worker_bind(&worker, MK_PERSON, "an", PASSWORD).end.result,
                         MK_SERVER_BUSY);
        assert_int_equal(worker_stop(&worker), 0);
        (void)kill(child, SIGKILL);
        (void)waitpid(child, NULL, 0);
    }
}

/* --- two of three --- */

enum death { STOPPED, KILLED, MUTE, DEATHS };

static void die(struct slapd *slapd, enum death death)
{
    switch (death) {
    case STOPPED:
        slapd_stop(slapd);
        break;
    case KILLED:
        slapd_kill(slapd);
        break;
    default:
        slapd_pause(slapd);
    }
}

/* Whichever two are dead, however: the third one serves, and within the time. */
static void two_of_three(void **state)
{
    static const char *const names[] = {"stopped", "killed", "mute"};

    for (int alive = 0; alive < SERVERS; alive++)
        for (int mix = 0; mix < DEATHS * DEATHS; mix++) {
            struct mk_request_directory d = all_servers();
            struct worker worker;
            struct worker_answer answer;
            char what[80];
            int one = alive == FIRST ? SECOND : FIRST;
            int other = alive == THIRD ? SECOND : THIRD;

            /* Stopped and killed are the same to whoever connects: mixed once. */
            if (mix % DEATHS == KILLED ? mix / DEATHS != STOPPED : mix / DEATHS == KILLED)
                continue;
            worker = connected(&d, 1100);
            die(&server[one], (enum death)(mix % DEATHS));
            die(&server[other], (enum death)(mix / DEATHS));
            answer = log_in(&worker);
            (void)snprintf(what, sizeof what, "server %d %s, %d %s: log-in by %d", one + 1,
                           names[mix % DEATHS], other + 1, names[mix / DEATHS], alive + 1);
            assert_int_equal(answer.end.result, MK_OK);
            assert_int_equal(answer.end.server, alive);
            assert_int_equal(worker_read(&worker, MK_EVERY_SYSTEM).accounts, 1);
            report(what, &answer, 9000);
            assert_int_equal(worker_stop(&worker), 0);
            (void)revive(state);
        }
}

/* None is left: the most telling reason, before the asker gives up. */
static void three_of_three(void **state)
{
    struct mk_request_directory d = all_servers();
    struct worker worker = fixture_worker(&d);
    struct worker_answer answer;

    (void)state;
    for (int i = 0; i < SERVERS; i++)
        slapd_pause(&server[i]);
    answer = log_in(&worker);
    report("all three silent: told after", &answer, 9800);
    assert_int_equal(answer.end.result, MK_SILENT);
    assert_int_equal(answer.end.failed, 7);
    assert_int_equal(worker_stop(&worker), 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, revive)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(refused),
        TEST(silent),
        TEST(broken_handshakes),
        TEST(bad_certificate),
        TEST(dies_while_typing),
        TEST(restarts_while_typing),
        TEST(falls_silent_while_typing),
        TEST(falls_silent_before_a_reading),
        TEST(bind_without_answer),
        TEST(busy),
        TEST(two_of_three),
        TEST(three_of_three),
    };

    return cmocka_run_group_tests_name("failover", tests, set_up, tear_down);
}
