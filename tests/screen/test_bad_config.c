/* SPDX-License-Identifier: MIT */

/* A wrong configuration: one sentence with file and line, status 2, and the screen untouched. */

#include <sys/stat.h>
#include <unistd.h>

#include "common.h"

static int restore(void **state)
{
    close_screen(state);
    stage_configure(&stage);
    return 0;
}

/* The line of the configuration on which `text` stands. */
static int line_of(const char *text)
{
    FILE *file = fopen(stage.config, "re");
    char line[1024];
    int number = 0;
    int found = 0;

    assert_non_null(file);
    while (found == 0 && fgets(line, sizeof line, file) != NULL) {
        number++;
        if (strstr(line, text) != NULL)
            found = number;
    }
    fclose(file);
    assert_true(found > 0);
    return found;
}

/*
 * Starts the program: it must end with status 2 after "matkhau: ", the file, `line` (0: none is
 * named), and a sentence that holds `about`. Nothing else is sent.
 */
static void assert_refused(int line, const char *about)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    char start[256];
    char *said;
    const char *output;
    size_t size;

    assert_int_equal(screen_wait_exit(t, STAGE_WAIT), 2);
    output = screen_output(t, &size);
    said = strndup(output, size);
    assert_non_null(said);
    if (line > 0)
        snprintf(start, sizeof start, "matkhau: %s, dòng %d: ", stage.config, line);
    else
        snprintf(start, sizeof start, "matkhau: %s: ", stage.config);
    if (strncmp(said, start, strlen(start)) != 0 || strstr(said, about) == NULL ||
        strchr(said, '\033') != NULL || strlen(said) < 3 ||
        strcmp(said + strlen(said) - 3, ".\r\n") != 0 ||
        strchr(said, '\n') != said + strlen(said) - 1)
        fail_msg("should begin with \"%s\" and tell of \"%s\", but is: %s", start, about, said);
    free(said);
    stage_close(&stage);
}

/* Puts `to` for `from`; the sentence must name the line of `where`. */
static void assert_replacement_refused(const char *from, const char *to, const char *where,
                                       const char *about)
{
    stage_replace(&stage, from, to);
    assert_refused(line_of(where), about);
    stage_configure(&stage);
}

static void test_unknown_key(void **state)
{
    (void)state;
    assert_replacement_refused("warn = 14 days", "warning = 14 days", "warning =",
                               "\"warning\" trong [ministry]; các từ khoá có thể dùng: "
                               "name, ");
}

static void test_unknown_section(void **state)
{
    (void)state;
    assert_replacement_refused("[ministry]", "[minstry]", "[minstry]", "không có phần [minstry]");
}

static void test_malformed_values(void **state)
{
    (void)state;
    assert_replacement_refused("max_age = 3 months", "max_age = three months", "max_age",
                               "\"three months\"");
    assert_replacement_refused("warn = 14 days", "warn = -1 days", "warn", "\"-1 days\"");
    assert_replacement_refused("tls = starttls", "tls = maybe", "tls", "\"maybe\"");
    assert_replacement_refused("person = (&(objectClass=inetOrgPerson)(uid=%u))",
                               "person = (&(objectClass=inetOrgPerson)(uid=%u)",
                               "person =", "bộ lọc");
    assert_replacement_refused("base = " STAGE_MAIN, "base = moj.example.vn",
                               "base =", "\"moj.example.vn\"");
}

/* Clear text is for this machine only, and only when the file says so. */
static void test_clear_text_to_another_machine(void **state)
{
    char from[128];

    (void)state;
    snprintf(from, sizeof from, "uri = %s", stage.main.ldap);
    stage_replace(&stage, from, "uri = ldap://192.0.2.1");
    assert_replacement_refused("tls = starttls", "tls = clear text on loopback",
                               "tls =", "127.0.0.1");
}

static void test_missing_files(void **state)
{
    char from[128];

    (void)state;
    snprintf(from, sizeof from, "ca_file = %s", stage.main.ca_file);
    assert_replacement_refused(from, "ca_file = /nowhere/ca.pem", "/nowhere", "/nowhere/ca.pem");
    assert_replacement_refused(from, "ca_file = ca.pem", "ca_file = ca.pem", "\"/\"");
    unlink(stage.config);
    assert_refused(0, "không có tệp cấu hình này");
    stage_configure(&stage);
}

static void test_contradictions(void **state)
{
    (void)state;
    assert_replacement_refused("same_as = person", "same_as = nobody", "same_as", "nobody");
    assert_replacement_refused("same_as = person",
                               "same_as = person\naccount_dn = uid=%u," STAGE_MAIN, "account_dn",
                               "same_as");
    assert_replacement_refused("directory = treasury", "directory = elsewhere", "elsewhere",
                               "elsewhere");
    stage_replace(&stage, "[system cases]", "[system mail]");
    assert_refused(line_of("name = Quản lý thụ lý") - 1, "[system mail]");
}

static void test_a_configuration_that_others_can_write(void **state)
{
    (void)state;
    assert_int_equal(chmod(stage.config, 0666), 0);
    assert_refused(0, "chmod go-w");
}

/* What the file says is shown without what would steer the terminal. */
static void test_the_file_cannot_steer_the_terminal(void **state)
{
    (void)state;
    stage_replace(&stage, "warn = 14 days", "warn = \033[31m14 days");
    assert_refused(line_of("\033"), "UTF-8");
    stage_configure(&stage);
    stage_replace(&stage, "warn = 14 days", "warn = 14 da\xffys");
    assert_refused(line_of("14 da"), "UTF-8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_unknown_key, restore),
        cmocka_unit_test_teardown(test_unknown_section, restore),
        cmocka_unit_test_teardown(test_malformed_values, restore),
        cmocka_unit_test_teardown(test_clear_text_to_another_machine, restore),
        cmocka_unit_test_teardown(test_missing_files, restore),
        cmocka_unit_test_teardown(test_contradictions, restore),
        cmocka_unit_test_teardown(test_a_configuration_that_others_can_write, restore),
        cmocka_unit_test_teardown(test_the_file_cannot_steer_the_terminal, restore),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
