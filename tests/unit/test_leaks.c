/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "leaks.h"

/* sha1sum(1) and, for NT, "iconv -t UTF-16LE | openssl dgst -md4 -provider legacy" of these
 * passwords. */
#define SHA1_MATKHAU "E5974AA7CAD2825B6DA8EAA79F30DC7C90F9BB54"
#define NT_PASSWORD "8846F7EAEE8FB117AD06BDD830B7586C"

#define LINES 5000

static char path[] = "/tmp/matkhau-leaks-XXXXXX";

static void write_file(const char *text, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_int_not_equal(fd, -1);
    assert_int_equal(write(fd, text, size), size);
    assert_int_equal(close(fd), 0);
}

static enum mk_part_fault open_text(struct leaks *leaks, enum mk_leak_kind kind, const char *text)
{
    uint32_t line;

    write_file(text, strlen(text));
    return leaks_open(leaks, path, kind, &line);
}

static enum leaks_answer find(const struct leaks *leaks, const char *text)
{
    struct mk_password password = {.length = (uint32_t)strlen(text)};

    memcpy(password.text, text, password.length);
    return leaks_find(leaks, &password);
}

/* A whole list: `count` hashes of `digits`, evenly spread, `hash` among them; a new string. */
static char *make_list(size_t digits, unsigned count, const char *hash, const char *end)
{
    char *text = malloc((size_t)(count + 1) * (digits + 16) + 1);
    char *at = text;
    bool put = hash == NULL;

    assert_non_null(text);
    for (unsigned i = 0; i < count; i++) {
        char line[64];
        uint64_t place = UINT64_MAX / count * i + 12345;
        (void)snprintf(line, sizeof line, "%016llX", (unsigned long long)place);
        memset(line + 16, 'A', digits - 16);
        line[digits] = '\0';
        if (!put && strcmp(hash, line) < 0) {
            at += sprintf(at, "%s:%u%s", hash, 7U, end);
            put = true;
        }
        at += sprintf(at, "%s:%u%s", line, i * 37 % 99999, end);
    }
    if (!put)
        (void)sprintf(at, "%s:1%s", hash, end);
    return text;
}

static void finds_what_is_in_it(void **state)
{
    static const char *const ends[] = {"\n", "\r\n"};
    static const unsigned counts[] = {1, 2, 3, 100, LINES};

    (void)state;
    for (size_t e = 0; e < 2; e++)
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            struct leaks leaks = {0};
            char *text = make_list(40, counts[c], SHA1_MATKHAU, ends[e]);
            assert_int_equal(open_text(&leaks, MK_LEAKS_SHA1, text), MK_PART_WORKS);
            assert_int_equal(find(&leaks, "matkhau"), LEAKS_PRESENT);
            assert_int_equal(find(&leaks, "Matkhau"), LEAKS_ABSENT);
            assert_int_equal(find(&leaks, ""), LEAKS_ABSENT);
            leaks_close(&leaks);
            text[strlen(text) - strlen(ends[e])] = '\0'; /* the last line without its end */
            assert_int_equal(open_text(&leaks, MK_LEAKS_SHA1, text), MK_PART_WORKS);
            assert_int_equal(find(&leaks, "matkhau"), LEAKS_PRESENT);
            leaks_close(&leaks);
            free(text);
            text = make_list(32, counts[c], NT_PASSWORD, ends[e]);
            assert_int_equal(open_text(&leaks, MK_LEAKS_NT, text), MK_PART_WORKS);
            assert_int_equal(find(&leaks, "password"), LEAKS_PRESENT);
            assert_int_equal(find(&leaks, "passwore"), LEAKS_ABSENT);
            leaks_close(&leaks);
            free(text);
        }
}

/* Of one byte, of two and three, and of one pair of surrogates in UTF-16. */
static const char *const known[] = {
    "a", "b", "c", "mật khẩu", "đường", "xin chào", "\xf0\x9f\x98\x80"};

static const char known_sha1[] = "84A516841BA77A5B4648DE2CD0DFCB30EA46DBB4:3\n"
                                 "86F7E437FAA5A7FCE15D1DDCB9EAEAEA377667B8:3\n"
                                 "9C533688A979A858CBD6A43C9F91ABA624651F18:3\n"
                                 "A77DCDD85A3F4A9EE90775DCAB6D8CA0640E2C48:3\n"
                                 "E130A9473B5EA4ACF39B4CD6ABC18DBE8AF16BED:3\n"
                                 "E9D71F5EE7C92D6DC9E92FFDAD17B8BD49418F98:3\n"
                                 "EBE99BB74AB702A581F2FC92D9E27909C020C4EA:3\n";
static const char known_nt[] = "186CB09181E2C2ECAAC768C47C729904\n"
                               "3DB1680FA8056C196142A0D4F0CEEC03\n"
                               "4B58A10CC20A4E7D808D218E1F80AABC\n"
                               "93CC2B4D5D1FCCC38FAB249A9AEDB1E3\n"
                               "A047EE4A9DB8BC8B4F3F8A03D72DEB80\n"
                               "B389FF8C7CBFD4BCFBF9D3BC99BA708B\n"
                               "E6532DE8D4F0C1E6C916E0BCAF486E6A\n";

/* The first, the last and all between; and no other. */
static void finds_every_line(void **state)
{
    struct leaks leaks = {0};

    (void)state;
    for (int nt = 0; nt < 2; nt++) {
        assert_int_equal(open_text(&leaks, nt == 0 ? MK_LEAKS_SHA1 : MK_LEAKS_NT,
                                   nt == 0 ? known_sha1 : known_nt),
                         MK_PART_WORKS);
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            assert_int_equal(find(&leaks, known[i]), LEAKS_PRESENT);
        assert_int_equal(find(&leaks, "d"), LEAKS_ABSENT);
        leaks_close(&leaks);
    }
}

static void a_wrong_file_is_never_a_safe_password(void **state)
{
    static const struct {
        const char *text;
        enum mk_part_fault fault;
    } cases[] = {
        {"", MK_PART_MISSING},
        {"\n", MK_PART_FORMAT},
        {"matkhau\nanhyeuem\n", MK_PART_FORMAT},
        {"e5974aa7cad2825b6da8eaa79f30dc7c90f9bb54:1\n", MK_PART_FORMAT},
        {"E5974AA7CAD2825B6DA8EAA79F30DC7C90F9BB5:1\n", MK_PART_FORMAT},
        {"E5974AA7CAD2825B6DA8EAA79F30DC7C90F9BB541:1\n", MK_PART_FORMAT},
        {SHA1_MATKHAU ":\n", MK_PART_FORMAT},
        {SHA1_MATKHAU ":1 \n", MK_PART_FORMAT},
        {SHA1_MATKHAU ";1\n", MK_PART_FORMAT},
        {SHA1_MATKHAU ":1\n\n", MK_PART_FORMAT},
        {SHA1_MATKHAU ":1\nE5974AA7CAD2", MK_PART_FORMAT},
        {NT_PASSWORD ":1\n", MK_PART_FORMAT}, /* the other kind */
        {SHA1_MATKHAU ":1\n0000000000000000000000000000000000000000:1\n", MK_PART_UNSORTED},
        {SHA1_MATKHAU ":1\n" SHA1_MATKHAU ":1\n", MK_PART_UNSORTED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct leaks leaks = {0};
        assert_int_equal(open_text(&leaks, MK_LEAKS_SHA1, cases[i].text), cases[i].fault);
        assert_int_equal(leaks.kind, MK_LEAKS_NONE);
    }
}

/* A download that broke off, wherever it did. */
static void half_a_file_is_noticed(void **state)
{
    char *text = make_list(40, LINES, NULL, "\n");
    size_t size = strlen(text);
    struct leaks leaks = {0};
    uint32_t line;

    (void)state;
    write_file(text, size);
    assert_int_equal(leaks_open(&leaks, path, MK_LEAKS_SHA1, &line), MK_PART_WORKS);
    leaks_close(&leaks);
    for (int i = 1; i < 40; i++) {
        char *end = memrchr(text, '\n', size / 40 * (size_t)i);
        assert_non_null(end);
        write_file(text, (size_t)(end + 1 - text)); /* at the end of a line */
        assert_int_equal(leaks_open(&leaks, path, MK_LEAKS_SHA1, &line), MK_PART_FORMAT);
        write_file(text, (size_t)(end + 20 - text)); /* in one */
        assert_int_equal(leaks_open(&leaks, path, MK_LEAKS_SHA1, &line), MK_PART_FORMAT);
    }
    free(text);
}

/* What the look at the start did not see is seen when it is stumbled upon. */
static void a_fault_on_the_way_is_an_error(void **state)
{
    char *text = make_list(40, LINES, NULL, "\n");
    struct leaks leaks = {0};
    uint32_t line;

    (void)state;
    write_file(text, strlen(text));
    assert_int_equal(leaks_open(&leaks, path, MK_LEAKS_SHA1, &line), MK_PART_WORKS);
    assert_int_equal(find(&leaks, "matkhau"), LEAKS_ABSENT);
    memset(text + strlen(text) / 2 - 100, 'x', 200);
    write_file(text, strlen(text)); /* the same file, overwritten */
    assert_int_equal(find(&leaks, "matkhau"), LEAKS_BROKEN);
    write_file("", 0);
    assert_int_equal(find(&leaks, "matkhau"), LEAKS_BROKEN);
    leaks_close(&leaks);
    free(text);
}

static void what_is_no_file_is_told(void **state)
{
    static const enum mk_leak_kind kinds[] = {MK_LEAKS_SHA1, MK_LEAKS_NT, MK_LEAKS_PLAIN};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct leaks leaks = {0};
        uint32_t line;
        assert_int_equal(leaks_open(&leaks, "/nonexistent/list", kinds[i], &line), MK_PART_MISSING);
        assert_int_equal(leaks_open(&leaks, "/tmp", kinds[i], &line), MK_PART_UNREADABLE);
        assert_int_equal(leaks_open(&leaks, "/dev/null", kinds[i], &line), MK_PART_UNREADABLE);
        assert_int_equal(leaks.kind, MK_LEAKS_NONE);
    }
}

static void a_plain_list_is_looked_up_as_it_is(void **state)
{
    struct leaks leaks = {0};

    (void)state;
    assert_int_equal(open_text(&leaks, MK_LEAKS_PLAIN, "zzz\r\nmật khẩu\n\nMatkhau@123\nlast"),
                     MK_PART_WORKS);
    assert_int_equal(find(&leaks, "zzz"), LEAKS_PRESENT);
    assert_int_equal(find(&leaks, "mật khẩu"), LEAKS_PRESENT);
    assert_int_equal(find(&leaks, "Matkhau@123"), LEAKS_PRESENT);
    assert_int_equal(find(&leaks, "last"), LEAKS_PRESENT);
    assert_int_equal(find(&leaks, "matkhau@123"), LEAKS_ABSENT);
    assert_int_equal(find(&leaks, ""), LEAKS_ABSENT);
    leaks_close(&leaks);
}

static void a_plain_list_of_something_else_is_told(void **state)
{
    static const struct {
        const char *text;
        enum mk_part_fault fault;
        uint32_t line;
    } cases[] = {
        {"", MK_PART_MISSING, 0},
        {"\n\r\n", MK_PART_MISSING, 0},
        {"one\n" SHA1_MATKHAU "\n", MK_PART_FORMAT, 2},
        {NT_PASSWORD ":12\n", MK_PART_FORMAT, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct leaks leaks = {0};
        uint32_t line = 99;
        write_file(cases[i].text, strlen(cases[i].text));
        assert_int_equal(leaks_open(&leaks, path, MK_LEAKS_PLAIN, &line), cases[i].fault);
        assert_int_equal(line, cases[i].line);
        assert_int_equal(leaks.kind, MK_LEAKS_NONE);
    }
}

static void more_than_fits_is_told(void **state)
{
    size_t size = (size_t)2 * (LEAKS_PLAIN_MAX + 1);
    char *text = malloc(size);
    struct leaks leaks = {0};
    uint32_t line;

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < size; i += 2) {
        text[i] = 'x';
        text[i + 1] = '\n';
    }
    write_file(text, size - 2);
    assert_int_equal(leaks_open(&leaks, path, MK_LEAKS_PLAIN, &line), MK_PART_WORKS);
    leaks_close(&leaks);
    write_file(text, size);
    assert_int_equal(leaks_open(&leaks, path, MK_LEAKS_PLAIN, &line), MK_PART_FORMAT);
    assert_int_equal(line, LEAKS_PLAIN_MAX + 1);
    free(text);
}

static int make_file(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd < 0 || close(fd) != 0;
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_in_it),
        cmocka_unit_test(finds_every_line),
        cmocka_unit_test(a_wrong_file_is_never_a_safe_password),
        cmocka_unit_test(half_a_file_is_noticed),
        cmocka_unit_test(a_fault_on_the_way_is_an_error),
        cmocka_unit_test(what_is_no_file_is_told),
        cmocka_unit_test(a_plain_list_is_looked_up_as_it_is),
        cmocka_unit_test(a_plain_list_of_something_else_is_told),
        cmocka_unit_test(more_than_fits_is_told),
    };

    return cmocka_run_group_tests_name("leaks", tests, make_file, remove_file);
}
