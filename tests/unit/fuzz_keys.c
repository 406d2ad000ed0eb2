/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdlib.h>

#include "keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct keys_event *events, int count)
{
    if (count < 0 || count > KEYS_EVENTS_MAX)
        abort();
    for (int i = 0; i < count; i++) {
        uint32_t c = events[i].character;

        if (events[i].kind == KEYS_CHARACTER &&
            (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff))
            abort();
        if (events[i].kind == KEYS_KEY && events[i].key > KEYS_OTHER)
            abort();
    }
}

/* Any bytes; a byte 0xfe stands for silence. Afterwards Esc and a letter must be what they are. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct keys keys = {0};
    struct keys_event events[KEYS_EVENTS_MAX];

    for (size_t i = 0; i < size; i++) {
        if (data[i] == 0xfe)
            check(events, keys_silence(&keys, events));
        else
            check(events, keys_byte(&keys, data[i], events));
    }
    check(events, keys_silence(&keys, events));
    if (keys_pending(&keys))
        abort();
    check(events, keys_byte(&keys, 0x1b, events));
    check(events, keys_silence(&keys, events)); /* ends a paste that never ended */
    if (keys_byte(&keys, 'a', events) != 1 || events[0].kind != KEYS_CHARACTER || events[0].pasted)
        abort();
    return 0;
}
