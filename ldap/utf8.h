/* SPDX-License-Identifier: MIT */
#ifndef UTF8_H
#define UTF8_H

/* Text taken apart and put into UTF-16, for all workers. Pure. */

#include <stddef.h>
#include <stdint.h>

/*
 * The code point at `text`, which ends in a NUL, into `*code`. Its bytes, 1 for the NUL itself; 0,
 * and `*code` means nothing, where no UTF-8 stands (RFC 3629).
 */
static inline size_t utf8_take(const char *text, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *at = (const unsigned char *)text;
    size_t length = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;

    *code = at[0];
    if (length == 1)
        return 1;
    if (at[0] < 0xc2 || at[0] > 0xf4)
        return 0;
    *code &= 0x7fU >> length;
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80) /* the NUL at the end is none either */
            return 0;
        *code = *code << 6 | (at[i] & 0x3fU);
    }
    if (*code < least[length] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
        return 0;
    return length;
}

/* The UTF-16 units of a code point (RFC 2781, 2.1); how many, 1 or 2. */
static inline int utf8_units(uint32_t code, uint16_t units[2])
{
    if (code < 0x10000) {
        units[0] = (uint16_t)code;
        return 1;
    }
    units[0] = (uint16_t)(0xd800 + ((code - 0x10000) >> 10));
    units[1] = (uint16_t)(0xdc00 + (code & 0x3ff));
    return 2;
}

#endif
