/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "environment.h"

extern char **environ;

static void drops_all_but_what_it_made(void **state)
{
    static const char *const hostile[] = {
        "LDAPTLS_REQCERT", "LDAPCONF",      "LDAPRC",   "SASL_PATH", "SSLKEYLOGFILE", "HOSTALIASES",
        "TERMINFO",        "TERMINFO_DIRS", "LANGUAGE", "LOCPATH",   "GCONV_PATH",    "NLSPATH",
        "LINES",           "COLUMNS",       "ESCDELAY", "HOME",      "LD_PRELOAD",
    };
    struct environment kept;

    (void)state;
    clearenv();
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++)
        setenv(hostile[i], "/tmp/evil", 1);
    setenv("TERM", "xterm-256color", 1);
    setenv("LANG", "vi_VN.UTF-8", 1);
    environment_scrub(&kept);
    assert_string_equal(kept.term, "xterm-256color");
    assert_string_equal(kept.locale, "vi_VN.UTF-8");
    for (char **e = environ; *e != NULL; e++)
        assert_true(strcmp(*e, "PATH=/usr/bin:/bin") == 0 || strcmp(*e, "HOME=/nonexistent") == 0);
}

static void keeps_only_values_that_name_no_file(void **state)
{
    static const char *const wrong[] = {
        "",
        "../../evil",
        "/etc/evil",
        "a b",
        "xterm\033[2J",
        "..",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", /* 64 */
    };
    struct environment kept;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        setenv("TERM", wrong[i], 1);
        setenv("LC_ALL", wrong[i], 1);
        setenv("LANG", "C.UTF-8", 1);
        environment_scrub(&kept);
        assert_string_equal(kept.term, "");
        assert_string_equal(kept.locale, "C.UTF-8");
    }
}

/* Nothing but an address comes through. */
static void keeps_an_address(void **state)
{
    static const char *const addresses[][2] = {
        {"192.0.2.7 51234 198.51.100.1 22", "192.0.2.7"},
        {"2001:DB8::0007 51234 2001:db8::1 22", "2001:db8::7"},
        {"192.0.2.7", ""},
        {"192.0.2.700 1 2 3", ""},
        {"192.0.2.7\n 1 2 3", ""},
        {"moj.example.vn 1 2 3", ""},
        {"fe80::1%eth0 1 2 3", ""},
        {" 192.0.2.7 1 2 3", ""},
        {"0000:0000:0000:0000:0000:0000:0000:0000:0000:0001 1 2 3", ""},
        {"", ""},
    };
    struct environment kept;

    (void)state;
    unsetenv("SSH_CONNECTION");
    environment_scrub(&kept);
    assert_string_equal(kept.ssh, "");
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        setenv("SSH_CONNECTION", addresses[i][0], 1);
        environment_scrub(&kept);
        assert_string_equal(kept.ssh, addresses[i][1]);
        assert_null(getenv("SSH_CONNECTION"));
    }
}

static void takes_the_locale_that_counts(void **state)
{
    struct environment kept;

    (void)state;
    setenv("LC_ALL", "C", 1);
    setenv("LC_CTYPE", "C.UTF-8", 1);
    setenv("LANG", "C.UTF-8", 1);
    environment_scrub(&kept);
    assert_string_equal(kept.locale, "C");
}

static void keeps_a_zone_but_no_file(void **state)
{
    struct environment kept;

    (void)state;
    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    environment_scrub(&kept);
    assert_string_equal(getenv("TZ"), "Asia/Ho_Chi_Minh");
    setenv("TZ", ":/tmp/evil", 1);
    environment_scrub(&kept);
    assert_null(getenv("TZ"));
    setenv("TZ", "Asia/../../../tmp/evil", 1);
    environment_scrub(&kept);
    assert_null(getenv("TZ"));
}

static void leaves_the_folder(void **state)
{
    struct environment kept;
    char folder[8];

    (void)state;
    assert_int_equal(chdir("/tmp"), 0);
    environment_scrub(&kept);
    assert_string_equal(getcwd(folder, sizeof folder), "/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drops_all_but_what_it_made),
        cmocka_unit_test(keeps_only_values_that_name_no_file),
        cmocka_unit_test(keeps_an_address),
        cmocka_unit_test(takes_the_locale_that_counts),
        cmocka_unit_test(keeps_a_zone_but_no_file),
        cmocka_unit_test(leaves_the_folder),
    };

    /* cmocka asks the environment how to report; the tests clear it. */
    if (getenv("CMOCKA_MESSAGE_OUTPUT") != NULL)
        cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
