/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "selfcheck.h"

static char folder[] = "/tmp/test-selfcheck-XXXXXX";
static char path[64];
static int log_fd = -1;

static const struct mk_quality_rules broken = {
    .broken = 1U << MK_PART_DICTIONARY | 1U << MK_PART_LEAKS,
    .part = {[MK_PART_DICTIONARY] = {MK_PART_MISSING, 0, "/var/cache/cracklib/cracklib_dict"},
             [MK_PART_LEAKS] = {MK_PART_UNSORTED, 17, "/srv/leaks\n.txt"}},
};

static void the_log_gets_a_line_for_each_part(void **state)
{
    char line[2048];
    ssize_t length;

    (void)state;
    selfcheck_log(path, &broken);
    length = recv(log_fd, line, sizeof line - 1, MSG_DONTWAIT);
    assert_true(length > 0);
    line[length] = '\0';
    assert_ptr_equal(strstr(line, "<83>matkhau["), line);
    assert_non_null(strstr(line, "]: /var/cache/cracklib/cracklib_dict: "));
    length = recv(log_fd, line, sizeof line - 1, MSG_DONTWAIT);
    assert_true(length > 0);
    line[length] = '\0';
    assert_non_null(strstr(line, "]: /srv/leaks .txt, line 17: "));
    assert_true(recv(log_fd, line, sizeof line, MSG_DONTWAIT) < 0);
}

static void what_works_is_not_logged(void **state)
{
    static const struct mk_quality_rules whole;
    char line[16];

    (void)state;
    selfcheck_log(path, &whole);
    assert_true(recv(log_fd, line, sizeof line, MSG_DONTWAIT) < 0);
}

/* Nobody reads this log: the program must go on. An alarm ends the test where it does not. */
static void a_full_log_is_not_waited_for(void **state)
{
    (void)state;
    (void)alarm(10);
    for (int i = 0; i < 5000; i++)
        selfcheck_log(path, &broken);
    (void)alarm(0);
}

static void no_log_is_no_fault(void **state)
{
    (void)state;
    selfcheck_log("/nonexistent/log", &broken);
}

static int set_up(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/log", folder);
    memcpy(address.sun_path, path, strlen(path) + 1);
    log_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return log_fd < 0 ? -1 : bind(log_fd, (const struct sockaddr *)&address, sizeof address);
}

static int tear_down(void **state)
{
    (void)state;
    (void)close(log_fd);
    (void)unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_log_gets_a_line_for_each_part),
        cmocka_unit_test(what_works_is_not_logged),
        cmocka_unit_test(a_full_log_is_not_waited_for),
        cmocka_unit_test(no_log_is_no_fault),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
