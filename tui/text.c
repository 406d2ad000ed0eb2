/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <string.h>
#include <wchar.h>

#define INVALID UINT32_MAX
#define MARKS_MAX 2

/* Set once at the start; without UTF-8 nothing here needs the locale, every letter is one column.
 */
static bool shows_utf8;

struct range {
    uint32_t first;
    uint32_t last;
};

/* What has no shape of its own, and so could hide in a name or change how it is read: dropped. */
static const struct range hidden[] = {
    {0x00ad, 0x00ad},   /* soft hyphen */
    {0x034f, 0x034f},   /* combining grapheme joiner */
    {0x061c, 0x061c},   /* Arabic letter mark */
    {0x115f, 0x1160},   /* Hangul fillers */
    {0x17b4, 0x17b5},   /* Khmer inherent vowels */
    {0x180b, 0x180f},   /* Mongolian selectors and separator */
    {0x200b, 0x200f},   /* zero-width, direction marks */
    {0x202a, 0x202e},   /* direction embeddings and overrides */
    {0x2060, 0x206f},   /* word joiner, invisible operators, isolates, shaping */
    {0x3164, 0x3164},   /* Hangul filler */
    {0xfe00, 0xfe0f},   /* variation selectors */
    {0xfeff, 0xfeff},   /* byte order mark */
    {0xffa0, 0xffa0},   /* half-width Hangul filler */
    {0xfff9, 0xfffb},   /* interlinear annotation */
    {0x1bca0, 0x1bca3}, /* shorthand format controls */
    {0x1d173, 0x1d17a}, /* musical format controls */
    {0xe0000, 0xe0fff}, /* tags, more variation selectors */
};

/* Spaces of all kinds: shown as the one everybody knows. */
static const struct range spaces[] = {
    {0x00a0, 0x00a0}, {0x1680, 0x1680}, {0x2000, 0x200a},
    {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
};

/*
 * Shown as '?': private use, which every font fills differently, and the scripts written from right
 * to left (blocks with Bidi_Class R or AL), which turn round what stands next to them.
 */
static const struct range unshown[] = {
    {0x0590, 0x08ff},   {0xe000, 0xf8ff},   {0xfb1d, 0xfdff},    {0xfe70, 0xfefe},
    {0x10800, 0x10fff}, {0x1e800, 0x1efff}, {0xf0000, 0x10ffff},
};

/* Vietnamese letters and their plain ones. With `step` 2 the small letter follows the capital. */
static const struct plain {
    uint32_t first;
    uint32_t last;
    int step;
    char capital;
} plain_letters[] = {
    {0x00c0, 0x00c3, 1, 'A'}, {0x00c8, 0x00ca, 1, 'E'}, {0x00cc, 0x00cd, 1, 'I'},
    {0x00d2, 0x00d5, 1, 'O'}, {0x00d9, 0x00da, 1, 'U'}, {0x00dd, 0x00dd, 1, 'Y'},
    {0x00e0, 0x00e3, 1, 'a'}, {0x00e8, 0x00ea, 1, 'e'}, {0x00ec, 0x00ed, 1, 'i'},
    {0x00f2, 0x00f5, 1, 'o'}, {0x00f9, 0x00fa, 1, 'u'}, {0x00fd, 0x00fd, 1, 'y'},
    {0x0102, 0x0103, 2, 'A'}, {0x0110, 0x0111, 2, 'D'}, {0x0128, 0x0129, 2, 'I'},
    {0x0168, 0x0169, 2, 'U'}, {0x01a0, 0x01a1, 2, 'O'}, {0x01af, 0x01b0, 2, 'U'},
    {0x1ea0, 0x1eb7, 2, 'A'}, {0x1eb8, 0x1ec7, 2, 'E'}, {0x1ec8, 0x1ecb, 2, 'I'},
    {0x1ecc, 0x1ee3, 2, 'O'}, {0x1ee4, 0x1ef1, 2, 'U'}, {0x1ef2, 0x1ef9, 2, 'Y'},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool in_ranges(uint32_t c, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

static char plain_letter(uint32_t c)
{
    for (size_t i = 0; i < COUNT(plain_letters); i++) {
        const struct plain *p = &plain_letters[i];
        if (c < p->first || c > p->last)
            continue;
        if (p->step == 2 && (c - p->first) % 2 == 1)
            return (char)(p->capital + ('a' - 'A'));
        return p->capital;
    }
    return '?';
}

/*
 * Takes one letter off `*s`, or INVALID and as many bytes as cannot begin a letter together
 * (Unicode 15, table 3-7). `*s` is not at its end.
 */
static uint32_t decode(const char **s)
{
    const unsigned char *p = (const unsigned char *)*s;
    int need = p[0] < 0x80 ? 0 : p[0] < 0xe0 ? 1 : p[0] < 0xf0 ? 2 : 3;
    unsigned low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
    unsigned high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
    uint32_t c = p[0];

    *s += 1;
    if (need == 0)
        return c;
    if (c < 0xc2 || c > 0xf4)
        return INVALID;
    c &= 0x3fU >> need;
    for (int i = 1; i <= need; i++) {
        if (p[i] < low || p[i] > high)
            return INVALID;
        low = 0x80;
        high = 0xbf;
        c = c << 6 | (p[i] & 0x3fU);
        *s += 1;
    }
    return c;
}

/* Columns of one letter: 0 for a combining mark, -1 for what cannot be shown. */
static int letter_columns(uint32_t c)
{
    if (c >= 0x20 && c < 0x7f)
        return 1;
    return shows_utf8 ? wcwidth((wchar_t)c) : 1;
}

static bool is_break(uint32_t c)
{
    return (c >= '\t' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* The letter to show for `c`; 0 when nothing is. */
static uint32_t shown(uint32_t c)
{
    if (c >= 0x20 && c < 0x7f)
        return c;
    if (c < 0xa0 || c > 0x10ffff)
        return '?';
    if (in_ranges(c, hidden, COUNT(hidden)))
        return 0;
    if (in_ranges(c, spaces, COUNT(spaces)))
        return ' ';
    if (!shows_utf8)
        return c >= 0x300 && c <= 0x36f ? 0 : (unsigned char)plain_letter(c);
    /* Surrogates, noncharacters and what is unassigned have no width either. */
    if (in_ranges(c, unshown, COUNT(unshown)) || letter_columns(c) < 0)
        return '?';
    return c;
}

void text_start(bool utf8)
{
    shows_utf8 = utf8;
}

int text_encode(char out[TEXT_LETTER_MAX], uint32_t character)
{
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    int length = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;

    for (int i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (character & 0x3f));
        character >>= 6;
    }
    out[0] = (char)(lead[length == 1 ? 0 : length] | character);
    out[length] = '\0';
    return length;
}

size_t text_printable(char *out, size_t size, const char *in)
{
    size_t length = 0;
    size_t letter = 0; /* where the letter begins that marks would join */
    int marks = MARKS_MAX;
    bool broken = false;

    while (*in != '\0') {
        char bytes[TEXT_LETTER_MAX];
        uint32_t c = decode(&in);
        bool was_broken = broken;
        size_t n;

        broken = is_break(c);
        if (broken && was_broken)
            continue;
        c = broken ? ' ' : shown(c);
        if (c == 0)
            continue;
        if (letter_columns(c) == 0) {
            if (marks == MARKS_MAX)
                continue; /* too many, or nothing that they could stand on */
            marks++;
        } else {
            letter = length;
            marks = 0;
        }
        n = (size_t)text_encode(bytes, c);
        if (n >= size - length) {
            /* A letter without all its marks would be another letter. */
            length = letter;
            break;
        }
        memcpy(out + length, bytes, n);
        length += n;
    }
    out[length] = '\0';
    return length;
}

/* Takes a letter and its marks off `*s`; returns its columns. */
static int cluster(const char **s)
{
    int columns = letter_columns(decode(s));
    const char *next = *s;

    while (*next != '\0' && letter_columns(decode(&next)) == 0)
        *s = next;
    return columns > 0 ? columns : 0;
}

int text_columns(const char *s)
{
    int columns = 0;

    while (*s != '\0')
        columns += cluster(&s);
    return columns;
}

int text_cut(char *out, size_t size, const char *s, int columns)
{
    const char dots[] = "...";
    int dots_columns = columns > 3 && size > 4 ? 3 : 0;
    const char *next = s;
    int used = 0;
    size_t kept = 0; /* bytes that leave room for the dots, and their columns */
    int kept_columns = 0;

    while (*next != '\0') {
        const char *start = next;
        int width = cluster(&next);
        size_t end = (size_t)(next - s);
        if (used + width > columns || end >= size) {
            next = start;
            break;
        }
        used += width;
        if (used + dots_columns <= columns && end + (size_t)dots_columns < size) {
            kept = end;
            kept_columns = used;
        }
    }
    if (*next == '\0') {
        memcpy(out, s, (size_t)(next - s) + 1);
        return used;
    }
    memcpy(out, s, kept);
    memcpy(out + kept, dots, (size_t)dots_columns);
    out[kept + (size_t)dots_columns] = '\0';
    return kept_columns + dots_columns;
}

/*
 * One line from `s`: sets its byte length, returns where the next one begins. At least one letter
 * is taken, however narrow the line.
 */
static const char *wrap_line(struct text_line *line, const char *s, int columns)
{
    const char *next = s;
    const char *space = NULL; /* the last one after a word, that is where to break */
    bool word = false;
    int used = 0;

    while (*next != '\0' && *next != '\n') {
        const char *start = next;
        int width = cluster(&next);
        if (*start == ' ') {
            if (word && start[-1] != ' ')
                space = start;
        } else {
            word = true;
        }
        if (used + width > columns && start > s && *start != ' ') {
            next = space != NULL ? space : start;
            break;
        }
        used += width;
    }
    line->start = s;
    line->length = (int)(next - s);
    while (line->length > 0 && s[line->length - 1] == ' ')
        line->length--;
    if (*next == '\n')
        return next + 1;
    while (*next == ' ')
        next++;
    return next;
}

int text_wrap(struct text_line *lines, int max, const char *s, int columns)
{
    int count = 0;

    while (*s != '\0' && count < max)
        s = wrap_line(&lines[count++], s, columns);
    return count;
}
