/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "compose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_length(const struct mk_password *p)
{
    if (p->length > MK_PASSWORD_MAX || strnlen(p->text, sizeof p->text) != p->length)
        abort();
}

/* Both forms of whatever was typed are passwords, and each leads to the other. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mk_password typed = {0};
    struct mk_password again;
    struct mk_password apart;
    size_t end;

    if (size > MK_PASSWORD_MAX || memchr(data, 0, size) != NULL)
        return 0;
    memcpy(typed.text, data, size);
    typed.length = (uint32_t)size;
    compose_password(&typed);
    check_length(&typed);
    again = typed;
    compose_password(&again);
    if (memcmp(&again, &typed, sizeof typed) != 0)
        abort();
    if (compose_apart(&apart, &typed)) {
        check_length(&apart);
        compose_password(&apart);
        if (memcmp(&apart, &typed, sizeof typed) != 0)
            abort();
    } else if (apart.length != 0) {
        abort();
    }
    if (compose_letters(typed.text, typed.length) > (int)typed.length)
        abort();
    for (end = typed.length; end > 0;) {
        size_t less = compose_without_last(typed.text, end);

        if (less >= end)
            abort();
        end = less;
    }
    return 0;
}
