// SPDX-License-Identifier: MIT
/* Reaching a server: what is refused, what is told apart, and how long it takes. */

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

static struct slapd slapd;

static const char people[] = FIXTURE_TOP FIXTURE_PERSON("an", CHANGED("-10d"));

static int set_up(void **state)
{
    (void)state;
    slapd_create(&slapd, SUFFIX, people, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    slapd_remove(&slapd);
    return 0;
}

/* A port of 127.0.0.1 that is bound: it refuses, or with `listening` accepts and says nothing. */
static int bound_port(bool listening, char *uri, size_t size, const char *scheme)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_return_code(bind(s, (struct sockaddr *)&address, sizeof address), 0);
    if (listening)
        assert_return_code(listen(s, 8), 0);
    assert_return_code(getsockname(s, (struct sockaddr *)&address, &length), 0);
    (void)snprintf(uri, size, "%s://127.0.0.1:%d", scheme, ntohs(address.sin_port));
    return s;
}

/* Connects with a worker of its own, which must end in good order. */
static struct worker_answer connect_to(const struct mk_request_directory *directory)
{
    struct worker worker = fixture_worker(directory);
    struct worker_answer answer = worker_connect(&worker);

    assert_true(answer.complete);
    assert_int_equal(worker_stop(&worker), 0);
    return answer;
}

static struct worker_answer connect_uri(const char *uri)
{
    struct mk_request_directory directory = fixture_directory(&slapd, uri);

    return connect_to(&directory);
}

/* The same with little patience, where nobody is going to answer. */
static struct worker_answer connect_in_vain(const char *uri)
{
    struct mk_request_directory directory = fixture_directory(&slapd, uri);

    directory.server_ms = 400;
    return connect_to(&directory);
}

static void healthy(void **state)
{
    (void)state;
    assert_int_equal(connect_uri(slapd.ldap).end.result, MK_OK);
    assert_int_equal(connect_uri(slapd.ldaps).end.result, MK_OK);
    assert_int_equal(connect_uri(slapd.ldapi).end.result, MK_OK);
}

/* libldap looks for this machine's own name instead of "localhost"; in the worker that is the same.
 */
static void localhost(void **state)
{
    char uri[64];

    (void)state;
    (void)snprintf(uri, sizeof uri, "ldaps://localhost%s", strrchr(slapd.ldaps, ':'));
    assert_int_equal(connect_uri(uri).end.result, MK_OK);
}

static void ca_files(void **state)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldaps);

    (void)state;
    (void)snprintf(d.ca_file, sizeof d.ca_file, "%s/missing.pem", slapd.directory);
    assert_int_equal(connect_to(&d).end.result, MK_CA_FILE);
    (void)snprintf(d.ca_file, sizeof d.ca_file, "%s/slapd.conf", slapd.directory);
    assert_int_equal(connect_to(&d).end.result, MK_CA_FILE);
    (void)snprintf(d.ca_file, sizeof d.ca_file, "%s", slapd.directory);
    assert_int_equal(connect_to(&d).end.result, MK_CA_FILE);
    d.ca_file[0] = '\0';
    assert_int_equal(connect_to(&d).end.result, MK_CA_FILE);
}

/* Clear text is for addresses of this machine, and only where the configuration says so. */
static void clear_text(void **state)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldap);
    struct worker worker;

    (void)state;
    d.tls = MK_TLS_NONE_ON_LOOPBACK;
    d.ca_file[0] = '\0';
    worker = fixture_worker(&d);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "an", PASSWORD).end.result, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
    /* TEST-NET-1 (RFC 5737): nobody answers there, so an attempt would take a second. */
    (void)snprintf(d.uri[0], sizeof d.uri[0], "ldap://192.0.2.1");
    assert_int_equal(connect_to(&d).end.result, MK_TLS_FAILED);
    assert_in_range(connect_to(&d).milliseconds, 0, 500);
}

/* A TLS port takes StartTLS in clear for a broken handshake and closes. */
static void tls_port(void **state)
{
    char uri[128];

    (void)state;
    (void)snprintf(uri, sizeof uri, "ldap:%s", strstr(slapd.ldaps, "//"));
    assert_int_equal(connect_uri(uri).end.result, MK_UNREACHABLE);
}

static void no_socket(void **state)
{
    (void)state;
    assert_int_equal(connect_uri("ldapi://%2Fnonexistent%2Fldapi").end.result, MK_UNREACHABLE);
}

static void unresolved(void **state)
{
    (void)state;
    assert_int_equal(connect_uri("ldaps://ldap.invalid").end.result, MK_NAME_UNRESOLVED);
}

/* Silence before anything was said ends within the time for one server, twice at most. */
static void silent(void **state)
{
    char uri[64];
    int s = bound_port(true, uri, sizeof uri, "ldap");
    struct worker_answer answer = connect_in_vain(uri);

    (void)state;
    assert_int_equal(answer.end.result, MK_SILENT);
    assert_in_range(answer.milliseconds, 350, 1000);
    (void)close(s);
}

/* A server that stops after the connection is made: while finding, binding and reading. */
static void stopped(void **state)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldaps);
    struct worker worker = fixture_worker(&d);
    struct worker_answer answer;

    (void)state;
    slapd_pause(&slapd);
    answer = worker_connect(&worker);
    assert_int_equal(answer.end.result, MK_SILENT);
    assert_in_range(answer.milliseconds, 900, 2000);
    slapd_resume(&slapd);

    assert_int_equal(worker_connect(&worker).end.result, MK_OK);
    slapd_pause(&slapd);
    answer = worker_bind(&worker, MK_PERSON, "an", PASSWORD);
    assert_int_equal(answer.end.result, MK_LOST);
    assert_in_range(answer.milliseconds, 900, 2000);
    slapd_resume(&slapd);

    assert_int_equal(worker_bind(&worker, MK_PERSON, "an", PASSWORD).end.result, MK_OK);
    slapd_pause(&slapd);
    answer = worker_read(&worker, MK_EVERY_SYSTEM);
    assert_int_equal(answer.end.result, MK_SILENT);
    assert_int_equal(answer.accounts, 1);
    assert_int_equal(answer.account[0].standing, MK_UNKNOWN);
    assert_int_equal(answer.account[0].unknown, MK_UNKNOWN_NO_ANSWER);
    slapd_resume(&slapd);
    assert_int_equal(worker_stop(&worker), 0);
}

static void failover(void **state)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldaps);
    int dead = bound_port(false, d.uri[0], sizeof d.uri[0], "ldaps");
    int mute = bound_port(true, d.uri[1], sizeof d.uri[1], "ldap");
    struct worker_answer answer;

    (void)state;
    (void)snprintf(d.uri[2], sizeof d.uri[2], "%s", slapd.ldaps);
    d.uris = d.log_in_uris = 3;
    d.server_ms = 500;
    answer = connect_to(&d);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.end.server, 2);
    assert_in_range(answer.milliseconds, 0, 2000);
    /* Of several failures the most telling one is told. */
    d.uris = d.log_in_uris = 2;
    answer = connect_to(&d);
    assert_int_equal(answer.end.result, MK_SILENT);
    assert_int_equal(answer.end.server, 1);
    (void)close(dead);
    (void)close(mute);
}

static void certificate_before_unreachable(void **state)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldaps);
    int dead;
    struct worker_answer answer;

    (void)state;
    slapd_certificate(&slapd, "expired");
    (void)snprintf(d.uri[0], sizeof d.uri[0], "%s", slapd.ldaps);
    dead = bound_port(false, d.uri[1], sizeof d.uri[1], "ldaps");
    d.uris = d.log_in_uris = 2;
    answer = connect_to(&d);
    assert_int_equal(answer.end.result, MK_CERT_EXPIRED);
    assert_int_equal(answer.end.server, 0);
    (void)close(dead);
    slapd_certificate(&slapd, "good");
}

/* A server that stops inside its answer to StartTLS, or announces what nobody should wait for. */
static void broken_servers(void **state)
{
    static const struct {
        const char bytes[32];
        size_t length;
        enum mk_result result;
    } servers[] = {
        /* half a message */
        {"\x30\x84\x00\x00\x01\x00\x02", 7, MK_SILENT},
        /* a message of 2 GiB */
        {"\x30\x84\x7f\xff\xff\xff\x02\x01\x01", 9, MK_UNREACHABLE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
        char uri[64];
        int s = bound_port(true, uri, sizeof uri, "ldap");
        struct worker_answer answer;
        pid_t child = fork();
        if (child == 0) {
            char request[64];
            int c = accept(s, NULL, NULL);
            if (read(c, request, sizeof request) <= 0 ||
                write(c, servers[i].bytes, servers[i].length) < 0)
                _exit(1);
            (void)pause();
            _exit(0);
        }
        answer = connect_in_vain(uri);
        assert_int_equal(answer.end.result, servers[i].result);
        assert_in_range(answer.milliseconds, 0, 1200);
        (void)kill(child, SIGKILL);
        (void)waitpid(child, NULL, 0);
        (void)close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(healthy),
        cmocka_unit_test(localhost),
        cmocka_unit_test(ca_files),
        cmocka_unit_test(clear_text),
        cmocka_unit_test(tls_port),
        cmocka_unit_test(no_socket),
        cmocka_unit_test(unresolved),
        cmocka_unit_test(silent),
        cmocka_unit_test(stopped),
        cmocka_unit_test(failover),
        cmocka_unit_test(certificate_before_unreachable),
        cmocka_unit_test(broken_servers),
    };

    return cmocka_run_group_tests_name("connect", tests, set_up, tear_down);
}
