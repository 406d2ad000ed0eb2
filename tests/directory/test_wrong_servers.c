// SPDX-License-Identifier: MIT
/*
 * Servers that are not the one they should be. Each stands between the worker and a real slapd, so
 * that trusting it would work; a worker is asked to log somebody in, and neither a bind nor the
 * password may ever arrive there. What the person is told is printed as a table.
 */

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fixture.h"
#include "rogue.h"
#include "spoken.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define ADDRESS "127.0.0.1"
#define OLD(version) "NORMAL:-VERS-ALL:+VERS-TLS" version

/* For a server, and for how long a wrong one is waited for: twice that, and what a machine under
 * load adds. */
enum { SERVER_MS = 1000, SLOW_MS = 2 * SERVER_MS + 1000 };

enum { LDAPS = 1, STARTTLS = 2, BOTH = LDAPS | STARTTLS };

static struct slapd slapd;
static struct authority honest;
static struct authority stranger;
static struct authority between; /* its certificate is signed by the honest one */

static const char people[] = FIXTURE_TOP FIXTURE_PERSON("an", CHANGED("-10d"));

/* `plan.manner` for the schemes is filled in where it is ROGUE_LDAPS. */
struct server {
    const char *name;
    unsigned schemes;
    enum mk_result result;
    const char *host; /* NULL: ADDRESS */
    struct rogue_plan plan;
};

#define CERTIFIED(...)                                                                             \
    {                                                                                              \
        .certificate = { __VA_ARGS__ }                                                             \
    }
#define GOOD .certificate = {.signer = &honest, .ip = ADDRESS}

static const struct server trusted[] = {
    {"as it should be", BOTH, MK_OK, NULL, {GOOD}},
    {"CA in between, sent", BOTH, MK_OK, NULL,
     CERTIFIED(.signer = &between, .ip = ADDRESS, .sends_signer = true)},
};

static const struct server wrong[] = {
    {"wrong CA", BOTH, MK_CERT_UNTRUSTED, NULL, CERTIFIED(.signer = &stranger, .ip = ADDRESS)},
    /* From here it cannot be told from a stranger's: the same sentence. */
    {"CA in between, not sent", BOTH, MK_CERT_UNTRUSTED, NULL,
     CERTIFIED(.signer = &between, .ip = ADDRESS)},
    {"CA in between, wrong name", BOTH, MK_CERT_NAME, NULL,
     CERTIFIED(.signer = &between, .ip = "127.0.0.2", .sends_signer = true)},
    {"wrong name", BOTH, MK_CERT_NAME, "localhost",
     CERTIFIED(.signer = &honest, .dns = "ldap.elsewhere.example")},
    {"wrong address", BOTH, MK_CERT_NAME, NULL, CERTIFIED(.signer = &honest, .ip = "127.0.0.2")},
    {"name in CN only", BOTH, MK_CERT_COMMON_NAME, NULL,
     CERTIFIED(.signer = &honest, .common_name = ADDRESS)},
    {"name in CN, other in SAN", BOTH, MK_CERT_NAME, NULL,
     CERTIFIED(.signer = &honest, .common_name = ADDRESS, .dns = "ldap.elsewhere.example")},
    {"SAN: DNS for an address", BOTH, MK_CERT_NAME, NULL,
     CERTIFIED(.signer = &honest, .dns = ADDRESS)},
    {"SAN: address for a name", BOTH, MK_CERT_NAME, "localhost",
     CERTIFIED(.signer = &honest, .common_name = "localhost", .ip = ADDRESS)},
    {"expired", BOTH, MK_CERT_EXPIRED, NULL,
     CERTIFIED(.signer = &honest, .ip = ADDRESS, .from_days = -60, .until_days = -1)},
    {"not yet valid", BOTH, MK_CERT_NOT_YET, NULL,
     CERTIFIED(.signer = &honest, .ip = ADDRESS, .from_days = 1, .until_days = 60)},
    {"self-signed", BOTH, MK_CERT_SELF_SIGNED, NULL, CERTIFIED(.ip = ADDRESS)},
    {"SHA-1 signature", BOTH, MK_TLS_OLD, NULL,
     CERTIFIED(.signer = &honest, .ip = ADDRESS, .is_sha1 = true)},
    {"TLS 1.0 only", BOTH, MK_TLS_OLD, NULL, {GOOD, .priorities = OLD("1.0")}},
    {"TLS 1.1 only", BOTH, MK_TLS_OLD, NULL, {GOOD, .priorities = OLD("1.1")}},
    {"StartTLS refused",
     STARTTLS,
     MK_TLS_REFUSED,
     NULL,
     {GOOD, .manner = ROGUE_REFUSES, .code = 52}},
    /* From here it cannot be told from a server without TLS: the same answer, the same sentence. */
    {"StartTLS removed on the way",
     STARTTLS,
     MK_TLS_REFUSED,
     NULL,
     {GOOD, .manner = ROGUE_REFUSES, .code = 2}},
    {"StartTLS agreed to, no TLS",
     STARTTLS,
     MK_TLS_CLEAR_TEXT,
     NULL,
     {GOOD, .manner = ROGUE_STRIPS}},
    {"injected reply", STARTTLS, MK_TLS_CLEAR_TEXT, NULL, {GOOD, .manner = ROGUE_INJECTS}},
    {"injected reply, later",
     STARTTLS,
     MK_TLS_CLEAR_TEXT,
     NULL,
     {GOOD, .manner = ROGUE_INJECTS_LATE}},
    {"silent handshake", BOTH, MK_SILENT, NULL, {GOOD, .pace = ROGUE_SILENT}},
    {"dripping handshake", BOTH, MK_SILENT, NULL, {GOOD, .pace = ROGUE_DRIPS}},
    {"plain port", LDAPS, MK_TLS_PLAIN_PORT, NULL, {GOOD, .manner = ROGUE_PLAIN}},
};

static int set_up(void **state)
{
    char stem[80];

    (void)state;
    slapd_create(&slapd, SUFFIX, people, NULL);
    (void)snprintf(stem, sizeof stem, "%s/ca", slapd.directory);
    authority_load(&honest, stem);
    authority_make(&stranger, "Somebody else's CA", NULL);
    authority_make(&between, "A CA in between", &honest);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    authority_forget(&honest);
    authority_forget(&stranger);
    authority_forget(&between);
    slapd_remove(&slapd);
    return 0;
}

static struct rogue *open_server(const struct server *server, unsigned scheme, char *uri,
                                 size_t size)
{
    struct rogue_plan plan = server->plan;
    struct rogue *rogue;

    if (plan.manner == ROGUE_LDAPS && scheme == STARTTLS)
        plan.manner = ROGUE_STARTTLS;
    plan.target = (unsigned)strtoul(strrchr(slapd.ldap, ':') + 1, NULL, 10);
    rogue = rogue_open(&plan);
    (void)snprintf(uri, size, "%s://%s:%u", scheme == LDAPS ? "ldaps" : "ldap",
                   server->host == NULL ? ADDRESS : server->host, rogue_port(rogue));
    return rogue;
}

/* Somebody logs in there, with a worker of its own, which must end in good order. */
static struct worker_answer log_in(const char *uri)
{
    struct mk_request_directory directory = fixture_directory(&slapd, uri);
    struct worker_answer answer;
    struct worker worker;

    directory.server_ms = SERVER_MS;
    worker = fixture_worker(&directory);
    answer = worker_bind(&worker, MK_PERSON, "an", PASSWORD);
    assert_true(answer.complete);
    assert_int_equal(worker_stop(&worker), 0);
    return answer;
}

static void print_row(const char *name, const char *uri, const struct worker_answer *answer,
                      const struct rogue_seen *seen)
{
    print_message("# %-27s %.5s  result %2d  %4d ms  binds %u  %s\n", name, uri,
                  (int)answer->end.result, (int)answer->milliseconds, seen->binds,
                  spoken_log_in(&answer->end));
}

static void assert_nothing_told(const struct server *server, unsigned scheme)
{
    int binds = slapd_operations(&slapd, "Bind");
    char uri[64];
    struct rogue *rogue = open_server(server, scheme, uri, sizeof uri);
    struct worker_answer answer = log_in(uri);
    struct rogue_seen seen = rogue_seen(rogue);
    const char *const secrets[] = {PASSWORD, PERSON_DN("an")};

    print_row(server->name, uri, &answer, &seen);
    assert_int_equal(answer.end.result, server->result);
    assert_in_range(answer.milliseconds, 0, SLOW_MS);
    assert_in_range(seen.connections, 1, 3);
    assert_int_equal(seen.binds, 0);
    for (size_t i = 0; i < COUNT(secrets); i++) {
        struct rogue_count count = rogue_count(rogue, secrets[i]);
        assert_int_equal(count.wire, 0);
        assert_int_equal(count.clear, 0);
    }
    rogue_close(rogue);
    /* The look at the counter is a bind itself. */
    assert_int_equal(slapd_operations(&slapd, "Bind"), binds + 1);
}

static void assert_bind_seen(const struct server *server, unsigned scheme)
{
    char uri[64];
    struct rogue *rogue = open_server(server, scheme, uri, sizeof uri);
    struct worker_answer answer = log_in(uri);
    struct rogue_seen seen = rogue_seen(rogue);
    struct rogue_count count = rogue_count(rogue, PASSWORD);

    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(seen.connections, 1);
    assert_int_equal(seen.handshakes, 1);
    assert_int_equal(seen.binds, 1);
    assert_int_equal(count.clear, 1);
    assert_int_equal(count.wire, 0);
    rogue_close(rogue);
}

/* What is not found at the wrong servers would be found: the right one sees all of it. */
static void a_right_server_sees_the_bind(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(trusted); i++)
        for (unsigned scheme = LDAPS; scheme <= STARTTLS; scheme++)
            assert_bind_seen(&trusted[i], scheme);
}

static void a_clear_line_shows_the_bind(void **state)
{
    const struct server clear = {"clear", STARTTLS, MK_OK, NULL, {GOOD, .manner = ROGUE_PLAIN}};
    char uri[64];
    struct rogue *rogue = open_server(&clear, STARTTLS, uri, sizeof uri);
    struct mk_request_directory directory = fixture_directory(&slapd, uri);
    struct rogue_count count;
    struct worker worker;

    (void)state;
    directory.tls = MK_TLS_NONE_ON_LOOPBACK;
    worker = fixture_worker(&directory);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "an", PASSWORD).end.result, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
    assert_int_equal(rogue_seen(rogue).binds, 1);
    count = rogue_count(rogue, PASSWORD);
    assert_int_equal(count.wire, 1);
    rogue_close(rogue);
}

static void wrong_servers_see_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        for (unsigned scheme = LDAPS; scheme <= STARTTLS; scheme++)
            if ((wrong[i].schemes & scheme) != 0)
                assert_nothing_told(&wrong[i], scheme);
}

/* A port that is bound, so that nobody else takes it, and does not listen. */
static void a_closed_port(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)state;
    assert_return_code(bind(s, (struct sockaddr *)&address, sizeof address), 0);
    assert_return_code(getsockname(s, (struct sockaddr *)&address, &size), 0);
    for (unsigned scheme = LDAPS; scheme <= STARTTLS; scheme++) {
        const struct rogue_seen nothing = {0};
        struct worker_answer answer;
        char uri[64];

        (void)snprintf(uri, sizeof uri, "%s://" ADDRESS ":%u", scheme == LDAPS ? "ldaps" : "ldap",
                       ntohs(address.sin_port));
        answer = log_in(uri);
        print_row("closed port", uri, &answer, &nothing);
        assert_int_equal(answer.end.result, MK_UNREACHABLE);
        assert_in_range(answer.milliseconds, 0, 1000);
    }
    (void)close(s);
}

/* The next server gets its chance in time, and the password goes to that one only. */
static void the_next_server_is_asked(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        unsigned scheme = (wrong[i].schemes & LDAPS) != 0 ? LDAPS : STARTTLS;
        struct mk_request_directory directory = fixture_directory(&slapd, "");
        struct worker_answer answer;
        struct worker worker;
        struct rogue *rogue =
            open_server(&wrong[i], scheme, directory.uri[0], sizeof directory.uri[0]);

        (void)snprintf(directory.uri[1], sizeof directory.uri[1], "%s", slapd.ldaps);
        directory.uris = directory.log_in_uris = 2;
        directory.server_ms = SERVER_MS;
        worker = fixture_worker(&directory);
        answer = worker_bind(&worker, MK_PERSON, "an", PASSWORD);
        assert_int_equal(answer.end.result, MK_OK);
        assert_int_equal(answer.end.server, 1);
        assert_in_range(answer.milliseconds, 0, SLOW_MS);
        assert_int_equal(worker_stop(&worker), 0);
        assert_int_equal(rogue_seen(rogue).binds, 0);
        rogue_close(rogue);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_server_sees_the_bind),
        cmocka_unit_test(a_clear_line_shows_the_bind),
        cmocka_unit_test(wrong_servers_see_nothing),
        cmocka_unit_test(a_closed_port),
        cmocka_unit_test(the_next_server_is_asked),
    };

    return cmocka_run_group_tests_name("wrong_servers", tests, set_up, tear_down);
}
