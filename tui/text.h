/* SPDX-License-Identifier: MIT */
#ifndef TEXT_H
#define TEXT_H

/*
 * Text on its way to the screen. Every value that comes from a directory goes through
 * text_printable() once, when it arrives; everything drawn is measured in columns (wcwidth(3)).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest UTF-8 sequence and its NUL. */
#define TEXT_LETTER_MAX 5

/*
 * Whether the terminal shows UTF-8. Without it text_printable() takes the diacritics off Vietnamese
 * letters and shows every other letter beyond ASCII as '?'. Call once, after setlocale(3).
 */
void text_start(bool utf8);

/*
 * Writes `in` (any bytes, NUL-terminated) to `out` (`size` > 0 bytes with the NUL, cut between
 * letters) as printable UTF-8, or ASCII after text_start(false). Nothing that moves the cursor,
 * changes direction or hides survives: C0, C1, DEL, bidi controls (U+061C U+200E-200F U+202A-202E
 * U+2066-2069), letters written from right to left, zero-width and tag characters, surrogates,
 * noncharacters, invalid UTF-8, private use and unassigned become '?' or vanish; a run of tabs and
 * line ends becomes one space, and so does any other kind of space; at most two combining marks per
 * letter stay. Returns the length written.
 */
size_t text_printable(char *out, size_t size, const char *in);

/* Columns that `s` (printable) takes on the screen. */
int text_columns(const char *s);

/*
 * Copies `s` to `out` (`size` bytes with the NUL), at most `columns` columns wide; what does not
 * fit ends in "..." where there is room for it. Returns the columns used.
 */
int text_cut(char *out, size_t size, const char *s, int columns);

/* Encodes a Unicode scalar value; returns its length in bytes (1..4), `out` ends in NUL. */
int text_encode(char out[TEXT_LETTER_MAX], uint32_t character);

/*
 * Fills `lines` with the starts and byte lengths of `s` wrapped at spaces to `columns` columns, a
 * word longer than a line being cut; "\n" starts a new line. Returns how many, at most `max`.
 */
struct text_line {
    const char *start;
    int length;
};
int text_wrap(struct text_line *lines, int max, const char *s, int columns);

#endif
