/* SPDX-License-Identifier: MIT */
#ifndef FIELD_H
#define FIELD_H

/*
 * A line of input that grows and shrinks at its end: open text, or a password that shows as '*' and
 * is kept in NFC, so that the same letters are the same bytes however they were typed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys.h"
#include "matkhau/secret.h"

struct field {
    struct mk_password *secret; /* locked memory, not owned; NULL for open text */
    char *text;                 /* open text, not owned */
    size_t size;                /* of `text`, with the NUL */
    bool shown;                 /* a password that is shown as typed */
};

/* Adds a letter at the end. False when it does not fit; nothing is cut. */
bool field_add(struct field *field, uint32_t character);

/* Does what typing means: a letter, Backspace, Ctrl-U. False when a letter does not fit. */
bool field_type(struct field *field, const struct keys_event *event);

/* Takes the last letter away, all of its bytes and marks. */
void field_backspace(struct field *field);

void field_clear(struct field *field);

bool field_empty(const struct field *field);

/* Letters in the field; a letter and its marks are one. */
int field_letters(const struct field *field);

/* Draws "[text    ]", `columns` wide with the brackets; returns the column for the cursor. */
int field_draw(const struct field *field, int y, int x, int columns);

#endif
