/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "note.h"

/* 2026-11-22 06:52:00 UTC. */
#define WHEN INT64_C(1795330320)
#define DAY INT64_C(86400)

static struct config config = {
    .desks = 2,
    .desk = {{.id = "hue", .name = "Huế"}, {.id = "hanoi", .name = "Hà Nội"}},
};

static void assert_no_note(const char *text)
{
    struct note note;

    if (note_read(&note, text, &config, WHEN))
        fail_msg("\"%s\" passes for a note", text);
}

static void tells_when_and_which_desk(void **state)
{
    struct note note;

    (void)state;
    assert_true(note_read(&note, "20261122065200Z hanoi", &config, WHEN + 60));
    assert_int_equal(note.when, WHEN);
    assert_int_equal(note.desk, 1);
    assert_true(note_read(&note, "20261122065159Z hue", &config, WHEN));
    assert_int_equal(note.when, WHEN - 1);
    assert_int_equal(note.desk, 0);
}

static void a_desk_that_is_not_configured_stays_a_reset(void **state)
{
    static const char *const others[] = {
        "vinh",     "HANOI",       "hanoi ",          "hano", "ha noi", "\033[2Jhanoi",
        "\xff\xfe", "\u202ehanoi", "20261122065200Z", "x"};
    struct note note;
    char text[MK_NOTE_MAX + 1];

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        (void)snprintf(text, sizeof text, "20261122065200Z %s", others[i]);
        assert_true(note_read(&note, text, &config, WHEN));
        assert_int_equal(note.when, WHEN);
        assert_int_equal(note.desk, NOTE_DESK_UNKNOWN);
    }
}

static void what_is_no_note_is_ignored(void **state)
{
    static const char *const garbage[] = {
        "",
        " ",
        "Cán bộ phòng 3",
        "20261122065200Z",
        "20261122065200Z ",
        "20261122065200Zhanoi",
        "20261122065200Z\thanoi",
        "20261122065200z hanoi",
        "202611220652Z hanoi xxxxxx",
        "2026112206520Z hanoi",
        "20261122065200.5Z hanoi",
        "20261122065200+0700 hanoi",
        "20261122T065200Z hanoi",
        " 20261122065200Z hanoi",
        "-2026112206520Z hanoi",
        "2026-1-2 06:52Z hanoi",
        "\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa6\xd9\xa1\xd9\xa1\xd9\xa2Z hanoi",
        "\033[2J61122065200Z hanoi",
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xffZ hanoi",
        "99999999999999Z hanoi",
        "00000000000000Z hanoi",
        "20261322065200Z hanoi",
        "20260022065200Z hanoi",
        "20261100065200Z hanoi",
        "20261131065200Z hanoi",
        "20261122245200Z hanoi",
        "20261122066000Z hanoi",
        "20261122065260Z hanoi",
        "20260229000000Z hanoi",
    };
    char text[4 * MK_NOTE_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++)
        assert_no_note(garbage[i]);
    /* Every length up to what no packet can hold. */
    for (int length = 0; length < (int)sizeof text - 17; length++) {
        struct note note;
        bool fits = length >= 1 && length <= MK_NOTE_MAX - 16;

        (void)snprintf(text, sizeof text, "20261122065200Z %0*d", length > 0 ? length : 1, 0);
        if (length == 0)
            text[16] = '\0';
        assert_int_equal(note_read(&note, text, &config, WHEN), fits);
    }
}

/* Each byte of a note in turn is every other byte; nothing but a note passes, nothing breaks. */
static void any_byte_may_be_wrong(void **state)
{
    static const char right[] = "20261122065200Z hanoi";

    (void)state;
    for (size_t at = 0; at < sizeof right - 1; at++)
        for (int byte = 0; byte < 256; byte++) {
            char text[sizeof right];
            struct note note;
            bool passes;

            memcpy(text, right, sizeof text);
            text[at] = (char)byte;
            passes = note_read(&note, text, &config, WHEN);
            if (at < 14 && (byte < '0' || byte > '9'))
                assert_false(passes);
            if ((at == 14 || at == 15) && text[at] != right[at])
                assert_false(passes);
            if (at > 15 && byte != '\0')
                assert_true(passes);
            if (passes && memcmp(text, right, sizeof text) != 0)
                assert_true(note.when != WHEN || note.desk == NOTE_DESK_UNKNOWN);
        }
}

static void lasts_thirty_days_and_never_comes_from_the_future(void **state)
{
    static const char text[] = "20261122065200Z hanoi";
    struct note note;

    (void)state;
    assert_true(note_read(&note, text, &config, WHEN + 30 * DAY - 1));
    assert_false(note_read(&note, text, &config, WHEN + 30 * DAY));
    assert_true(note_read(&note, text, &config, WHEN - DAY));
    assert_false(note_read(&note, text, &config, WHEN - DAY - 1));
    assert_false(note_read(&note, "20361122065200Z hanoi", &config, WHEN));
    /* Leap days, and a turn of the year. */
    assert_true(note_read(&note, "20280229120000Z hanoi", &config, INT64_C(1835438400)));
    assert_int_equal(note.when, INT64_C(1835438400));
    assert_true(note_read(&note, "20261231235959Z hanoi", &config, INT64_C(1798761600)));
    assert_int_equal(note.when, INT64_C(1798761599));
}

static void tells_the_desks_password_from_the_persons(void **state)
{
    const struct note note = {.when = WHEN, .desk = 1};

    (void)state;
    assert_true(note_is_present(&note, WHEN));
    assert_true(note_is_present(&note, WHEN + 120));
    assert_true(note_is_present(&note, WHEN - 120));
    assert_false(note_is_present(&note, WHEN + 121));
    assert_false(note_is_present(&note, WHEN - 121));
    assert_false(note_is_present(&note, MK_TIME_UNKNOWN));
    assert_false(note_is_present(&note, MK_TIME_NEVER));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_when_and_which_desk),
        cmocka_unit_test(a_desk_that_is_not_configured_stays_a_reset),
        cmocka_unit_test(what_is_no_note_is_ignored),
        cmocka_unit_test(any_byte_may_be_wrong),
        cmocka_unit_test(lasts_thirty_days_and_never_comes_from_the_future),
        cmocka_unit_test(tells_the_desks_password_from_the_persons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
