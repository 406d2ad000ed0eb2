/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "field.h"
#include "secret.h"

static void set(struct mk_password *secret, const char *text)
{
    struct field field = {.secret = secret};

    field_clear(&field);
    for (; *text != '\0'; text++)
        assert_true(field_add(&field, (unsigned char)*text));
}

static bool is_blank(const struct mk_password *secret)
{
    const char *bytes = (const char *)secret;

    for (size_t i = 0; i < sizeof *secret; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static void free_wipes_and_gives_back(void **state)
{
    struct mk_password *all[SECRETS_MAX];

    (void)state;
    for (int i = 0; i < SECRETS_MAX; i++) {
        all[i] = secret_new();
        assert_non_null(all[i]);
        set(all[i], "Xuan#2031abc");
    }
    assert_null(secret_new());
    secret_free(all[7]);
    assert_true(is_blank(all[7]));
    assert_ptr_equal(secret_new(), all[7]);
    for (int i = 0; i < SECRETS_MAX; i++)
        secret_free(all[i]);
    secret_free(NULL);
}

static void wipe_all_empties_what_is_in_use(void **state)
{
    struct mk_password *a = secret_new();

    (void)state;
    set(a, "Xuan#2031abc");
    secret_wipe_all();
    assert_true(is_blank(a));
    secret_free(a);
}

static void equal_compares_whole_passwords(void **state)
{
    struct mk_password *a = secret_new();
    struct mk_password *b = secret_new();

    (void)state;
    set(a, "Xuan#2031abc");
    set(b, "Xuan#2031abc");
    assert_true(secret_equal(a, b));
    set(b, "Xuan#2031abd");
    assert_false(secret_equal(a, b));
    set(b, "Xuan#2031ab");
    assert_false(secret_equal(a, b));
    secret_copy(b, a);
    assert_true(secret_equal(a, b));
    secret_free(a);
    secret_free(b);
}

/* The pages before and after are not to be touched: an overrun ends the program. */
static void guard_pages_stop_an_overrun(void **state)
{
    struct mk_password *a = secret_new();
    int status;
    pid_t child = fork();

    (void)state;
    if (child == 0) {
        volatile char *p = (volatile char *)a;

        /* cmocka catches the signal for the parent; the child is to die of it. */
        signal(SIGSEGV, SIG_DFL);
        for (long i = 0; i < 64 * 1024; i++)
            p[i] = 'x';
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    secret_free(a);
}

static void backspace_takes_a_whole_letter(void **state)
{
    struct mk_password *a = secret_new();
    struct field field = {.secret = a};

    (void)state;
    assert_true(field_add(&field, 'm'));
    assert_true(field_add(&field, 0x1ead)); /* ậ, three bytes */
    assert_int_equal(field_letters(&field), 2);
    assert_int_equal(a->length, 4);
    field_backspace(&field);
    assert_int_equal(a->length, 1);
    assert_string_equal(a->text, "m");
    /* What was taken away is gone, not only cut off. */
    assert_int_equal(a->text[1] | a->text[2] | a->text[3], 0);
    field_backspace(&field);
    field_backspace(&field);
    assert_true(field_empty(&field));
    secret_free(a);
}

static void a_full_field_takes_nothing_more(void **state)
{
    struct mk_password *a = secret_new();
    struct field field = {.secret = a};

    (void)state;
    for (int i = 0; i < MK_PASSWORD_MAX - 1; i++)
        assert_true(field_add(&field, 'a'));
    assert_false(field_add(&field, 0x1ead));
    assert_true(field_add(&field, 'b'));
    assert_false(field_add(&field, 'c'));
    assert_int_equal(a->length, MK_PASSWORD_MAX);
    assert_int_equal(a->text[MK_PASSWORD_MAX], '\0');
    secret_free(a);
}

static int start(void **state)
{
    (void)state;
    return secret_start() ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(free_wipes_and_gives_back),
        cmocka_unit_test(wipe_all_empties_what_is_in_use),
        cmocka_unit_test(equal_compares_whole_passwords),
        cmocka_unit_test(guard_pages_stop_an_overrun),
        cmocka_unit_test(backspace_takes_a_whole_letter),
        cmocka_unit_test(a_full_field_takes_nothing_more),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
