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

#include "match.h"
#include "telex.h"
#include "words.h"

static char folder[] = "/tmp/matkhau-words-XXXXXX";

static enum mk_part_fault read_text(struct words *words, const char *text, uint32_t *line)
{
    return words_read(words, text, strlen(text), line);
}

/* The rules that `password` breaks with these words. */
static uint64_t found(const struct words *words, const char *password)
{
    struct match match = {0};
    struct fold fold;

    fold_text(&fold, password);
    match_words(&match, &fold, &words, 1, 0);
    return match.failed;
}

static void reads_sections_comments_and_lines(void **state)
{
    struct words words = {0};
    uint32_t line;

    (void)state;
    assert_int_equal(
        read_text(&words,
                  "# a comment\n\n[place]\nHà Giang Phố\r\n[unit part]\n  thi hành án \n"
                  "[common]\nmèo mun\n[name]\nBưởi",
                  &line),
        MK_PART_WORKS);
    assert_int_equal(line, 0);
    assert_int_equal(words.entry_count - 1, 4);
    assert_int_equal(found(&words, "xkhagiangpho7q"), MK_RULE_BIT(MK_RULE_PLACE));
    assert_int_equal(found(&words, "xkthihanhan7q"), 0);
    assert_int_equal(found(&words, "thihanhan7"), MK_RULE_BIT(MK_RULE_UNIT));
    assert_int_equal(found(&words, "meomun7xk"), MK_RULE_BIT(MK_RULE_COMMON)); /* at an edge */
    assert_int_equal(found(&words, "xmeomunk7"), 0);                           /* at none */
    assert_int_equal(found(&words, "buoi7"), MK_RULE_BIT(MK_RULE_COMMON));
    assert_int_equal(found(&words, "buoixk7"), 0);
    words_free(&words);
}

static void says_which_line_is_wrong(void **state)
{
    static const struct {
        const char *text;
        uint32_t line;
    } cases[] = {
        {"word before a section\n", 1},
        {"[place]\nHà Nội\n[places]\n", 3},
        {"[place]\nx\n", 2},
        {"[place]\nHà Nội 2\n", 2},
        {"[place]\nHà Nội\nHu\xff\n", 3},
        {"[place]\nHà\tNội\n", 2},
        {"[place]\n\xef\xbb\xbfHuế\n", 2},
        {"[place]\nabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst\n", 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct words words = {0};
        uint32_t line = 99;
        assert_int_equal(read_text(&words, cases[i].text, &line), MK_PART_FORMAT);
        assert_int_equal(line, cases[i].line);
        words_free(&words);
    }
}

static void refuses_nul_and_endless_lines(void **state)
{
    static const char with_nul[] = "[place]\nHu\0e\n";
    struct words words = {0};
    char *long_line = malloc(5000);
    uint32_t line;

    (void)state;
    assert_non_null(long_line);
    assert_int_equal(words_read(&words, with_nul, sizeof with_nul - 1, &line), MK_PART_FORMAT);
    memset(long_line, 'x', 5000);
    assert_int_equal(words_read(&words, long_line, 5000, &line), MK_PART_FORMAT);
    assert_int_equal(line, 1);
    free(long_line);
    words_free(&words);
}

static void the_stricter_of_two_stays(void **state)
{
    struct words words = {0};
    uint32_t line;

    (void)state;
    assert_int_equal(read_text(&words, "[common part]\nsông xanh\n[place]\nSông Xanh\n", &line),
                     MK_PART_WORKS);
    assert_int_equal(found(&words, "songxanh7kqx"), MK_RULE_BIT(MK_RULE_PLACE));
    words_free(&words);
    assert_int_equal(read_text(&words, "[place]\nSông Xanh\n[common part]\nsông xanh\n", &line),
                     MK_PART_WORKS);
    assert_int_equal(found(&words, "songxanh7kqx"), MK_RULE_BIT(MK_RULE_PLACE));
    words_free(&words);
}

/* A word of two or three letters must not forbid everything that it is in. */
static void short_words_are_only_parts(void **state)
{
    struct words words = {0};
    uint32_t line;

    (void)state;
    assert_int_equal(read_text(&words, "[place]\nhn\nHuế\n[common]\nyêu\n", &line), MK_PART_WORKS);
    assert_int_equal(found(&words, "xhnq7"), 0);
    assert_int_equal(found(&words, "Hue-xanh7"), 0);
    assert_int_equal(found(&words, "Hue@2024"), MK_RULE_BIT(MK_RULE_PLACE));
    assert_int_equal(found(&words, "Yeu-Hue79"),
                     MK_RULE_BIT(MK_RULE_PLACE) | MK_RULE_BIT(MK_RULE_COMMON));
    assert_int_equal(found(&words, "Yeu-Hue-hn-yeu79"), 0); /* four words */
    assert_int_equal(found(&words, "Hue#492%&@83"), 0);     /* not the letters are the password */
    words_free(&words);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
    char path[128];
    int fd;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    (void)unlink(path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    assert_int_not_equal(fd, -1);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
}

static void remove_file(const char *name)
{
    char path[128];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(unlink(path), 0);
}

static void reads_a_folder_and_names_the_wrong_file(void **state)
{
    struct words words = {0};
    struct mk_quality_fault fault = {0};
    char path[128];

    (void)state;
    assert_true(words_read_folder(&words, "/nonexistent/words.d", true, &fault));
    assert_false(words_read_folder(&words, "/nonexistent/words", false, &fault));
    assert_int_equal(fault.fault, MK_PART_MISSING);
    assert_true(words_read_folder(&words, folder, true, &fault)); /* nothing in it */
    assert_false(words_read_folder(&words, folder, false, &fault));
    assert_int_equal(fault.fault, MK_PART_MISSING);

    write_file("b.txt", "[place]\nXứ Đoài\n", 0600);
    write_file("a.txt", "[place]\nHồ Xa\nHồ 2\nHồ Gần\n", 0600);
    write_file("readme", "no list\n", 0600);
    assert_false(words_read_folder(&words, folder, true, &fault));
    (void)snprintf(path, sizeof path, "%s/a.txt", folder);
    assert_string_equal(fault.file, path);
    assert_int_equal(fault.fault, MK_PART_FORMAT);
    assert_int_equal(fault.line, 3);
    assert_int_equal(found(&words, "XuDoai7kxq"),
                     MK_RULE_BIT(MK_RULE_PLACE)); /* what could be read */
    words_free(&words);

    remove_file("a.txt");
    (void)snprintf(path, sizeof path, "%s/c.txt", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(words_read_folder(&words, folder, true, &fault));
    assert_int_equal(fault.fault, MK_PART_UNREADABLE);
    assert_int_equal(rmdir(path), 0);
    words_free(&words);
    assert_true(words_read_folder(&words, folder, false, &fault));
    words_free(&words);
    remove_file("b.txt");
    remove_file("readme");
}

static void the_lists_that_come_with_it_are_right(void **state)
{
    struct words words = {0};
    struct mk_quality_fault fault = {0};

    (void)state;
    if (!words_read_folder(&words, WORD_LISTS, false, &fault))
        fail_msg("%s, line %u", fault.file, fault.line);
    assert_in_range(words.entry_count, 4000, WORDS_MAX);
    /* What they cost a worker that may have 64 MB. */
    assert_in_range(words.node_room * sizeof *words.nodes +
                        words.entry_room * sizeof *words.entries + words.text_room,
                    1, 4 << 20);
    words_free(&words);
}

static void types_like_somebody_without_the_input_method(void **state)
{
    static const struct {
        const char *text;
        const char *last;
        const char *at_vowel;
    } cases[] = {
        {"mật khẩu", "maatjkhaaur", "maajtkhaaru"},
        {"Hà Nội", "hafnooij", "hafnooji"},
        {"Đường", "dduwowngf", "dduwowfng"},
        {"an", "an", "an"},
        {"Ý Yên", "ysyeen", "ysyeen"},
        {"thads", "thads", "thads"},
    };
    char typed[TELEX_MAX + 1];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(telex_type(typed, cases[i].text, TELEX_TONE_LAST));
        assert_string_equal(typed, cases[i].last);
        assert_true(telex_type(typed, cases[i].text, TELEX_TONE_AT_VOWEL));
        assert_string_equal(typed, cases[i].at_vowel);
    }
    assert_false(telex_type(typed, "ưưưưưưưưưưưưưưưưưưưưưưưưưưưưưưư", TELEX_TONE_LAST));
}

/* A password of signs that can all be letters, as long as there are any, ends in time. */
static void looks_at_the_longest_in_time(void **state)
{
    static const char *const hard[] = {"1", "1!|", "@4", "0$5", "a1", "n1h!"};
    struct words words = {0};
    struct mk_quality_fault fault = {0};
    char password[MK_PASSWORD_MAX + 1];

    (void)state;
    assert_true(words_read_folder(&words, WORD_LISTS, false, &fault));
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
        for (size_t k = 0; k < MK_PASSWORD_MAX; k++)
            password[k] = hard[i][k % strlen(hard[i])];
        password[MK_PASSWORD_MAX] = '\0';
        assert_in_range(found(&words, password), 0, UINT64_MAX);
    }
    words_free(&words);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_sections_comments_and_lines),
        cmocka_unit_test(says_which_line_is_wrong),
        cmocka_unit_test(refuses_nul_and_endless_lines),
        cmocka_unit_test(the_stricter_of_two_stays),
        cmocka_unit_test(short_words_are_only_parts),
        cmocka_unit_test(reads_a_folder_and_names_the_wrong_file),
        cmocka_unit_test(the_lists_that_come_with_it_are_right),
        cmocka_unit_test(types_like_somebody_without_the_input_method),
        cmocka_unit_test(looks_at_the_longest_in_time),
    };

    return cmocka_run_group_tests_name("words", tests, make_folder, remove_folder);
}
