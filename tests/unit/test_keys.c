/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "keys.h"

/* What an event is called in the expectations below. */
static const char *const key_names[] = {
    "ENTER", "ESCAPE", "TAB",  "BACKTAB", "BACKSPACE", "DELETE", "UP",    "DOWN", "LEFT", "RIGHT",
    "HOME",  "END",    "PGUP", "PGDN",    "CLEAR",     "REDRAW", "LEAVE", "F1",   "F2",   "F3",
    "F4",    "F5",     "F6",   "F7",      "F8",        "F9",     "F10",   "F11",  "F12",  "OTHER",
};

struct log {
    struct keys keys;
    char text[4096];
};

static void note(struct log *log, const struct keys_event *events, int count)
{
    assert_in_range(count, 0, KEYS_EVENTS_MAX);
    for (int i = 0; i < count; i++) {
        const struct keys_event *e = &events[i];
        size_t used = strlen(log->text);
        char *to = log->text + used;
        size_t room = sizeof log->text - used;

        assert_in_range(room, 32, sizeof log->text);
        if (used > 0) {
            *to++ = ' ';
            room--;
        }
        if (e->pasted) {
            *to++ = '^';
            room--;
        }
        if (e->kind == KEYS_BAD)
            snprintf(to, room, "BAD");
        else if (e->kind == KEYS_KEY)
            snprintf(to, room, "%s", key_names[e->key]);
        else if (e->character > ' ' && e->character < 0x7f)
            snprintf(to, room, "%c", (char)e->character);
        else
            snprintf(to, room, "U+%04X", (unsigned)e->character);
    }
}

static void feed(struct log *log, const char *bytes, size_t size)
{
    struct keys_event events[KEYS_EVENTS_MAX];

    for (size_t i = 0; i < size; i++)
        note(log, events, keys_byte(&log->keys, (unsigned char)bytes[i], events));
}

static void silence(struct log *log)
{
    struct keys_event events[KEYS_EVENTS_MAX];

    if (keys_pending(&log->keys))
        note(log, events, keys_silence(&log->keys, events));
    assert_false(keys_pending(&log->keys));
}

/* One row: what comes in, byte by byte and then silence, and the events that come out. */
struct row {
    const char *in;
    const char *out;
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct log log = {0};

        feed(&log, rows[i].in, strlen(rows[i].in));
        silence(&log);
        if (strcmp(log.text, rows[i].out) != 0)
            fail_msg("row %zu: \"%s\" instead of \"%s\"", i, log.text, rows[i].out);
    }
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

static void test_plain(void **state)
{
    static const struct row rows[] = {
        {"aZ~", "a Z ~"},
        {" ", "U+0020"},
        {"\r", "ENTER"},
        {"\n", "ENTER"},
        {"\t", "TAB"},
        {"\b\x7f", "BACKSPACE BACKSPACE"},
        {"\x15\x0c", "CLEAR REDRAW"},
        {"\x03\x1a\x11\x13", "OTHER OTHER OTHER OTHER"},
        {"\x04", "LEAVE"},
    };
    struct log log = {0};

    (void)state;
    CHECK(rows);
    feed(&log, "\0", 1);
    assert_string_equal(log.text, "OTHER");
}

static void test_utf8(void **state)
{
    static const struct row rows[] = {
        {"\xe1\xba\xad\xc4\x91", "U+1EAD U+0111"},
        {"\xf0\x9f\x94\x91", "U+1F511"},
        {"\xf4\x8f\xbf\xbf", "U+10FFFF"},
        {"\xff"
         "a",
         "BAD a"},
        {"\x80"
         "a",
         "BAD a"},
        {"\xe1\xba"
         "a",
         "BAD a"},
        {"\xe1\xba\r", "BAD ENTER"},
        {"\xe1\xe1\xba\xad", "BAD U+1EAD"},
        {"\xe1\x1b[A", "BAD UP"},
        {"\xe1\xba", "BAD"},
        {"\xc0\xaf", "BAD BAD"},
        {"\xe0\x80\x80", "BAD BAD BAD"},
        {"\xf0\x80\x80\x80", "BAD BAD BAD BAD"},
        {"\xed\xa0\x80", "BAD BAD BAD"},
        {"\xf4\x90\x80\x80", "BAD BAD BAD BAD"},
        {"\xf5"
         "a",
         "BAD a"},
        {"\x9b"
         "A",
         "BAD A"}, /* 8-bit CSI is no CSI */
        {"\xc2\x9b"
         "A",
         "OTHER A"}, /* nor is U+009B */
        {"\xc2\xa0", "U+00A0"},
    };

    (void)state;
    CHECK(rows);
}

static void test_keys(void **state)
{
    static const struct row rows[] = {
        {"\x1b[A\x1b[B\x1b[C\x1b[D", "UP DOWN RIGHT LEFT"},
        {"\x1bOA\x1bOB\x1bOC\x1bOD", "UP DOWN RIGHT LEFT"},
        {"\x1b[a\x1bOb", "UP DOWN"},
        {"\x1b[H\x1b[F\x1bOH\x1bOF", "HOME END HOME END"},
        {"\x1b[1~\x1b[4~\x1b[7~\x1b[8~", "HOME END HOME END"},
        {"\x1b[3~\x1b[5~\x1b[6~", "DELETE PGUP PGDN"},
        {"\x1b[3$\x1b[3^\x1b[3@x", "DELETE DELETE DELETE x"},
        {"\x1b[Z", "BACKTAB"},
        {"\x1bOM\x1bOI", "ENTER TAB"},
        {"\x1b[1;5A\x1b[1;2H\x1b[3;5~", "UP HOME DELETE"},
        {"\x1bOP\x1bOQ\x1bOR\x1bOS", "F1 F2 F3 F4"},
        {"\x1b[[A\x1b[[B\x1b[[C\x1b[[D\x1b[[E", "F1 F2 F3 F4 F5"},
        {"\x1b[11~\x1b[12~\x1b[13~\x1b[14~\x1b[15~", "F1 F2 F3 F4 F5"},
        {"\x1b[17~\x1b[18~\x1b[19~\x1b[20~\x1b[21~\x1b[23~\x1b[24~", "F6 F7 F8 F9 F10 F11 F12"},
        {"\x1bOt\x1bOu\x1bOv\x1bOl\x1bOw\x1bOx", "F5 F6 F7 F8 F9 F10"},
        {"\x1b[1;2P\x1b[1;5Q\x1b[1;2S\x1b[15;5~\x1bO5P", "F1 F2 F4 F5 F1"},
    };

    (void)state;
    CHECK(rows);
}

static void test_swallowed(void **state)
{
    static const struct row rows[] = {
        {"\x1b[5u"
         "a",
         "a"}, /* kitty */
        {"\x1b[27;5;13~"
         "a",
         "a"}, /* xterm's modifyOtherKeys */
        {"\x1b[1;1:3A"
         "a",
         "a"}, /* kitty: a key let go */
        {"\x1b[2~\x1b[25~\x1b[99~"
         "a",
         "a"},
        {"\x1b[12;3R\x1b[1;3R"
         "a",
         "a"}, /* a late cursor report */
        {"\x1b[?1;2c\x1b[>41;354;0c"
         "a",
         "a"},
        {"\x1b[?2026;2$y"
         "a",
         "a"}, /* an answer about a mode: '$' in the middle */
        {"\x1b[I\x1b[O"
         "a",
         "a"}, /* focus */
        {"\x1b[<0;3;4M\x1b[<0;3;4m"
         "a",
         "a"}, /* mouse: SGR, rxvt, X10 */
        {"\x1b[32;3;4M"
         "a",
         "a"},
        {"\x1b[M !\xe1"
         "a",
         "a"},
        {"\x1b[P"
         "a",
         "a"}, /* Pause of the Linux console */
        {"\x1b[[Z"
         "a",
         "a"},
        {"\x1bOq\x1bO?"
         "a",
         "a"},
        {"\x1b]0;name\x07"
         "a",
         "a"},
        {"\x1b]l\xe1\xba\xadname\x1b\\"
         "a",
         "a"},
        {"\x1bP1$r0m\x1b\\"
         "a",
         "a"},
        {"\x1b_Gi=1;OK\x1b\\\x1bXx\x1b\\\x1b^x\x1b\\"
         "a",
         "a"},
        {"\x1b]0;name\x1b[A"
         "a",
         "UP a"}, /* broken off by another sequence */
        {"\x1b]0;name\x1b\x1b[A"
         "a",
         "UP a"},
        {"\x1bPname\x18"
         "a",
         "a"},
        {"\x1bPname\x1a"
         "a",
         "a"},
        {"\x1bx"
         "a",
         "a"}, /* Alt */
        {"\x1b\xe1\xba\xad"
         "a",
         "a"},
        {"\x1b\xe1"
         "a",
         "a"},
        {"\x1b\x7f\x1b\r"
         "a",
         "a"},
        {"\x1b\xff"
         "a",
         "BAD a"},
        {"\x1b[1;\r"
         "a",
         "ENTER a"}, /* broken off by a key */
        {"\x1b[\xe1\xba\xad", "U+1EAD"},
        {"\x1b[[\x03", "OTHER"},
        {"\x1bO\x03", "OTHER"},
        {"\x1b[M \x03"
         "a",
         "OTHER a"},
        {"\x1b[12\x1b[A", "UP"},
        {"\x1b[", ""}, /* Alt and a bracket, then silence */
        {"\x1bO", ""},
        {"\x1b]", ""},
        {"\x1b[M ", ""},
        {"\x1b[201~"
         "a",
         "a"},
    };

    (void)state;
    CHECK(rows);
}

static void test_escape(void **state)
{
    static const struct row rows[] = {
        {"\x1b", "ESCAPE"},
        {"\x1b\x1b", "ESCAPE ESCAPE"},
        {"\x1b\x1b[A", "ESCAPE UP"},
        {"a\x1b", "a ESCAPE"},
    };
    struct log log = {0};

    (void)state;
    CHECK(rows);
    feed(&log, "\x1b", 1);
    assert_true(keys_pending(&log.keys));
    silence(&log);
    feed(&log, "[A", 2); /* so late that it was typed */
    assert_string_equal(log.text, "ESCAPE [ A");
}

/* Sequences without an end: bounded, and what is typed afterwards is input again. */
static void test_endless(void **state)
{
    static const char *const starts[] = {"\x1b[", "\x1bO", "\x1b]", "\x1bP", "\x1b[<"};

    (void)state;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        struct log log = {0};

        feed(&log, starts[i], strlen(starts[i]));
        for (int k = 0; k < 6000; k++) {
            struct keys_event events[KEYS_EVENTS_MAX];
            keys_byte(&log.keys, '1', events);
        }
        assert_false(keys_pending(&log.keys));
        feed(&log, "a", 1);
        assert_string_equal(log.text, "a");
    }
    /* Longer than any key: swallowed to its end, not named by its beginning. */
    struct log log = {0};
    const char longer[] = "\x1b[15;00000000000000000000000000000000000~a";
    feed(&log, longer, sizeof longer - 1);
    assert_string_equal(log.text, "a");
}

static void test_paste(void **state)
{
    static const struct row rows[] = {
        {"\x1b[200~Ab\r\n\t1\x1b[201~\r", "^A ^b ^ENTER ^ENTER ^TAB ^1 ENTER"},
        {"\x1b[200~\xe1\xba\xad\xff\x7f\x1b[201~a", "^U+1EAD ^BAD ^BACKSPACE a"},
        {"\x1b[200~a\x1b[Ab\x1b[[Ac\x1bOPd\x1b[21~e\x1b[201~f", "^a ^b ^c ^P ^d ^e f"},
        {"\x1b[200~a\x1b\x1b\x1b[201~b", "^a b"},
        {"\x1b[200~a\x1b]0;\x1b[201~b", "^a ^0 ^; b"},
        {"\x1b[200~a\x1b[Mb\x1b[201~c", "^a ^b c"},
        {"\x1b[200~a\x1b[200~b\x1b[201~c", "^a ^b c"},
        {"\x1b[200~a\xe1\x1b[201~c", "^a ^BAD c"},
    };
    struct log log = {0};

    (void)state;
    CHECK(rows);
    /* A pause does not end a paste; the Esc key does, should its end mark never come. */
    feed(&log, "\x1b[200~a", 7);
    assert_false(keys_pending(&log.keys));
    feed(&log, "\r\x1b[", 3);
    silence(&log);
    feed(&log, "\r\x1b", 2);
    silence(&log);
    feed(&log, "\r", 1);
    assert_string_equal(log.text, "^a ^ENTER ^ENTER ENTER");
}

/* Every scalar value comes back as itself. */
static void test_every_character(void **state)
{
    struct keys keys = {0};

    (void)state;
    for (uint32_t c = 0xa0; c <= 0x10ffff; c++) {
        unsigned char b[4];
        struct keys_event events[KEYS_EVENTS_MAX];
        int n = 0;
        int got = 0;

        if (c >= 0xd800 && c <= 0xdfff)
            continue;
        if (c < 0x800) {
            b[n++] = (unsigned char)(0xc0 | c >> 6);
        } else if (c < 0x10000) {
            b[n++] = (unsigned char)(0xe0 | c >> 12);
            b[n++] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
        } else {
            b[n++] = (unsigned char)(0xf0 | c >> 18);
            b[n++] = (unsigned char)(0x80 | (c >> 12 & 0x3f));
            b[n++] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
        }
        b[n++] = (unsigned char)(0x80 | (c & 0x3f));
        for (int i = 0; i < n; i++)
            got += keys_byte(&keys, b[i], events);
        if (got != 1 || events[0].kind != KEYS_CHARACTER || events[0].character != c)
            fail_msg("U+%04X", (unsigned)c);
    }
}

/* Whatever comes in: bounded output, and after Esc and silence the next letter is a letter. */
static void test_noise(void **state)
{
    static const char favourites[] = "\x1b\x1b\x1b[[O]P_^X?<;012345678~$MARz\r\x7f\x80\xe1\xc2\xf0";

    (void)state;
    srandom(1);
    for (int round = 0; round < 20000; round++) {
        struct log log = {0};
        struct keys_event events[KEYS_EVENTS_MAX];
        int length = (int)(random() % 60);

        for (int i = 0; i < length; i++) {
            long r = random();
            unsigned char byte =
                r & 0x100 ? (unsigned char)r
                          : (unsigned char)favourites[(r >> 9) % (long)sizeof favourites];
            int n = keys_byte(&log.keys, byte, events);

            assert_in_range(n, 0, KEYS_EVENTS_MAX);
            for (int k = 0; k < n; k++) {
                assert_in_range(events[k].kind, KEYS_CHARACTER, KEYS_BAD);
                if (events[k].kind == KEYS_CHARACTER)
                    assert_true(events[k].character >= 0x20 && events[k].character != 0x7f);
                if (events[k].kind == KEYS_KEY)
                    assert_in_range(events[k].key, KEYS_ENTER, KEYS_OTHER);
            }
        }
        silence(&log);
        feed(&log, "\x1b", 1);
        silence(&log);
        log.text[0] = '\0';
        feed(&log, "a", 1);
        assert_string_equal(log.text, "a");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),  cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_keys),   cmocka_unit_test(test_swallowed),
        cmocka_unit_test(test_escape), cmocka_unit_test(test_endless),
        cmocka_unit_test(test_paste),  cmocka_unit_test(test_every_character),
        cmocka_unit_test(test_noise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
