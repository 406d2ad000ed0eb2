// SPDX-License-Identifier: MIT
#include "fold.h"

#include <stdbool.h>

#include "utf8.h"

/* The letters of Vietnamese, and the same letters of its neighbours in Latin-1. */
static const struct {
    uint32_t first;
    uint32_t last;
    char base;
} ranges[] = {
    {0xc0, 0xc5, 'a'},     {0xc8, 0xcb, 'e'},     {0xcc, 0xcf, 'i'},     {0xd0, 0xd0, 'd'},
    {0xd2, 0xd6, 'o'},     {0xd9, 0xdc, 'u'},     {0xdd, 0xdd, 'y'},     {0xe0, 0xe5, 'a'},
    {0xe8, 0xeb, 'e'},     {0xec, 0xef, 'i'},     {0xf0, 0xf0, 'd'},     {0xf2, 0xf6, 'o'},
    {0xf9, 0xfc, 'u'},     {0xfd, 0xfd, 'y'},     {0xff, 0xff, 'y'},     {0x102, 0x103, 'a'},
    {0x110, 0x111, 'd'},   {0x128, 0x129, 'i'},   {0x168, 0x169, 'u'},   {0x1a0, 0x1a1, 'o'},
    {0x1af, 0x1b0, 'u'},   {0x1ea0, 0x1eb7, 'a'}, {0x1eb8, 0x1ec7, 'e'}, {0x1ec8, 0x1ecb, 'i'},
    {0x1ecc, 0x1ee3, 'o'}, {0x1ee4, 0x1ef1, 'u'}, {0x1ef2, 0x1ef9, 'y'},
};

static bool is_mark(uint32_t code)
{
    return code >= 0x300 && code <= 0x36f;
}

uint32_t fold_next(const char **text)
{
    uint32_t code;
    size_t length = utf8_take(*text, &code);

    *text += length > 0 ? length : 1;
    return length > 0 ? code : FOLD_BAD;
}

char fold_base(uint32_t code)
{
    if (code >= 'a' && code <= 'z')
        return (char)code;
    if (code >= 'A' && code <= 'Z')
        return (char)(code | 0x20);
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return ranges[i].base;
    return '\0';
}

uint32_t fold_lower(uint32_t code)
{
    if ((code >= 'A' && code <= 'Z') || (code >= 0xc0 && code <= 0xde && code != 0xd7))
        return code | 0x20;
    if (code == 0x1af)
        return 0x1b0;
    if (code % 2 == 0 && (code == 0x102 || code == 0x110 || code == 0x128 || code == 0x168 ||
                          code == 0x1a0 || (code >= 0x1ea0 && code <= 0x1ef8)))
        return code + 1;
    return code;
}

enum fold_class fold_class(uint32_t code)
{
    if (code >= '0' && code <= '9')
        return FOLD_DIGIT;
    if (fold_base(code) == '\0')
        return FOLD_OTHER;
    return fold_lower(code) != code ? FOLD_UPPER : FOLD_LOWER;
}

void fold_text(struct fold *fold, const char *text)
{
    fold->count = 0;
    while (*text != '\0' && fold->count < FOLD_LETTERS) {
        uint32_t code = fold_next(&text);
        if (is_mark(code) && fold->count > 0)
            continue;
        fold->code[fold->count] = code;
        fold->base[fold->count] = fold_base(code);
        fold->count++;
    }
}
