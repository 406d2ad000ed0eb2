/* SPDX-License-Identifier: MIT */
#include "compose.h"

#include <string.h>
#include <utf8proc.h>

/* No letter has more parts (UAX 15, 3.18 of the Unicode Standard). */
#define PARTS_MAX 4
#define BUFFER_MAX ((utf8proc_ssize_t)MK_PASSWORD_MAX * PARTS_MAX)

bool compose_is_mark(uint32_t character)
{
    switch (utf8proc_category((utf8proc_int32_t)character)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return true;
    default:
        return false;
    }
}

/* Takes one code point off `text`; returns its bytes, 1 for what is not UTF-8. */
static size_t take(const char *text, size_t length, int32_t *character)
{
    utf8proc_ssize_t n =
        utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, character);

    return n > 0 ? (size_t)n : 1;
}

size_t compose_without_last(const char *text, size_t length)
{
    size_t start = 0;

    for (size_t at = 0; at < length;) {
        int32_t character;
        size_t n = take(text + at, length - at, &character);

        if (character < 0 || !compose_is_mark((uint32_t)character))
            start = at;
        at += n;
    }
    return start;
}

int compose_letters(const char *text, size_t length)
{
    int letters = 0;

    for (size_t at = 0; at < length;) {
        int32_t character;

        at += take(text + at, length - at, &character);
        letters += character < 0 || !compose_is_mark((uint32_t)character);
    }
    return letters;
}

/* `to` and `from` may be the same. False when it is not UTF-8 or does not fit; `to` is as before.
 */
static bool convert(struct mk_password *to, const struct mk_password *from,
                    utf8proc_option_t options)
{
    utf8proc_int32_t buffer[BUFFER_MAX + 1];
    utf8proc_ssize_t n =
        utf8proc_decompose((const utf8proc_uint8_t *)from->text, (utf8proc_ssize_t)from->length,
                           buffer, BUFFER_MAX, options);
    bool fits = false;

    if (n >= 0 && n <= BUFFER_MAX)
        n = utf8proc_reencode(buffer, n, options);
    else
        n = -1;
    if (n >= 0 && n <= MK_PASSWORD_MAX) {
        fits = true;
        memcpy(to->text, buffer, (size_t)n);
        mk_wipe(to->text + n, sizeof to->text - (size_t)n);
        to->length = (uint32_t)n;
    }
    mk_wipe(buffer, sizeof buffer);
    return fits;
}

void compose_password(struct mk_password *password)
{
    (void)convert(password, password, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

bool compose_apart(struct mk_password *to, const struct mk_password *from)
{
    mk_wipe(to, sizeof *to);
    if (!convert(to, from, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE))
        return false;
    if (to->length != from->length || memcmp(to->text, from->text, to->length) != 0)
        return true;
    mk_wipe(to, sizeof *to);
    return false;
}
