/* SPDX-License-Identifier: MIT */
#include <locale.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *in, size_t room, int columns)
{
    char *out = malloc(room);
    char *again = malloc(room);
    struct text_line lines[8];
    size_t length;
    int count;

    if (out == NULL || again == NULL)
        abort();
    length = text_printable(out, room, in);
    if (length >= room || length != strlen(out))
        abort();
    /* What is printable stays as it is. */
    if (text_printable(again, room, out) != length || memcmp(out, again, length) != 0)
        abort();
    if (text_cut(again, room, out, columns) > columns || strlen(again) >= room)
        abort();
    count = text_wrap(lines, 8, out, columns);
    for (int i = 0; i < count; i++)
        if (lines[i].start < out || lines[i].length < 0 ||
            lines[i].start + lines[i].length > out + length)
            abort();
    free(out);
    free(again);
}

/* The first two bytes: room and columns; the rest: a text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *in;

    if (size < 2)
        return 0;
    in = malloc(size - 1);
    if (in == NULL)
        abort();
    memcpy(in, data + 2, size - 2);
    in[size - 2] = '\0';
    setlocale(LC_CTYPE, "C.UTF-8");
    for (int utf8 = 0; utf8 < 2; utf8++) {
        text_start(utf8 == 1);
        check(in, (size_t)data[0] + 1, data[1] % 100);
    }
    free(in);
    return 0;
}
