// SPDX-License-Identifier: MIT
/* The boundary: what the worker does with packets it should not get. Needs no server. */

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

static struct slapd none;

static struct mk_request_directory nowhere(void)
{
    return fixture_directory(&none, "ldapi://%2Fnonexistent%2Fldapi");
}

/* Sends raw bytes to a configured worker; how it ends. */
static int ends_with(const void *packet, size_t size)
{
    struct mk_request_directory d = nowhere();
    struct worker worker = fixture_worker(&d);

    assert_int_equal(send(worker.fd, packet, size, 0), size);
    return worker_wait(&worker);
}

static void wrong_packets(void **state)
{
    struct mk_request_bind bind = {.header = {MK_REQUEST_BIND, 7}, .system = MK_PERSON};
    struct mk_request_read read = {.header = {MK_REQUEST_READ, 7}};
    char long_packet[sizeof(union mk_request) + 64] = {MK_REQUEST_READ};

    (void)state;
    assert_int_equal(ends_with(&read, sizeof read - 1), 1);
    assert_int_equal(ends_with(&bind, sizeof read), 1);
    assert_int_equal(ends_with("\1\0\0", 3), 1);
    assert_int_equal(ends_with(long_packet, sizeof long_packet), 1);
    read.header.type = MK_REQUEST_TYPES;
    assert_int_equal(ends_with(&read, sizeof read), 1);
    read.header.type = MK_REPLY_END;
    assert_int_equal(ends_with(&read, sizeof read), 1);
    memset(bind.login, 'x', sizeof bind.login);
    assert_int_equal(ends_with(&bind, sizeof bind), 1);
    bind.login[1] = '\0';
    bind.password.length = 3;
    assert_int_equal(ends_with(&bind, sizeof bind), 1);
    bind.password.length = MK_PASSWORD_MAX + 1;
    assert_int_equal(ends_with(&bind, sizeof bind), 1);
}

static void numbers_out_of_range(void **state)
{
    struct mk_request_system system = {.header = {MK_REQUEST_SYSTEM, 7}, .system = MK_SYSTEMS_MAX};
    struct mk_request_directory d = nowhere();
    struct worker worker;

    (void)state;
    assert_int_equal(ends_with(&system, sizeof system), 1);
    system.system = MK_PERSON;
    assert_int_equal(ends_with(&system, sizeof system), 1);
    d.uris = d.log_in_uris = MK_URIS_MAX + 1;
    worker_start(&worker);
    assert_false(worker_directory(&worker, &d).complete);
    assert_int_equal(worker_wait(&worker), 1);
}

static void order_of_requests(void **state)
{
    struct mk_request_directory d = nowhere();
    struct worker worker;

    (void)state;
    worker_start(&worker);
    assert_int_equal(worker_connect(&worker).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_system(&worker, 0, "x=y", "").end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "an", PASSWORD).end.result,
                     MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_directory(&worker, &d).end.result, MK_OK);
    assert_int_equal(worker_directory(&worker, &d).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_person(&worker, "an", "", "").end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_read(&worker, MK_EVERY_SYSTEM).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_change(&worker, MK_PERSON, "a", "b").outcome.result,
                     MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_bind(&worker, 3, "", PASSWORD).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "an", PASSWORD).end.result, MK_UNREACHABLE);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Started by hand, or with something else in the place of the pair, it does nothing. */
static void without_a_pair(void **state)
{
    pid_t pid;
    int status;

    (void)state;
    for (int i = 0; i < 3; i++) {
        pid = fork();
        if (pid == 0) {
            int fd = i == 1 ? open("/dev/null", O_RDWR) : socket(AF_INET, SOCK_STREAM, 0);
            (void)dup2(fd, MK_CHANNEL_FD);
            if (i == 0)
                (void)close(MK_CHANNEL_FD);
            (void)execl(WORKER_PROGRAM, "matkhau-directory", (char *)NULL);
            _exit(127);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_packets),
        cmocka_unit_test(numbers_out_of_range),
        cmocka_unit_test(order_of_requests),
        cmocka_unit_test(without_a_pair),
    };

    return cmocka_run_group_tests_name("protocol", tests, NULL, NULL);
}
