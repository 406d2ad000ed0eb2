/* SPDX-License-Identifier: MIT */
#include "field.h"

#include <string.h>

#include <curses.h>

#include "compose.h"
#include "text.h"

static char *bytes(const struct field *field)
{
    return field->secret != NULL ? field->secret->text : field->text;
}

static size_t length(const struct field *field)
{
    return field->secret != NULL ? field->secret->length : strlen(field->text);
}

static void set_length(struct field *field, size_t new_length)
{
    char *text = bytes(field);
    size_t old_length = length(field);

    if (new_length < old_length)
        mk_wipe(text + new_length, old_length - new_length);
    if (field->secret != NULL)
        field->secret->length = (uint32_t)new_length;
}

bool field_add(struct field *field, uint32_t character)
{
    size_t room = field->secret != NULL ? sizeof field->secret->text : field->size;
    size_t have = length(field);
    char letter[TEXT_LETTER_MAX];
    int size = text_encode(letter, character);
    bool fits = have + (size_t)size < room;

    if (fits) {
        memcpy(bytes(field) + have, letter, (size_t)size + 1);
        if (field->secret != NULL)
            field->secret->length += (uint32_t)size;
        if (field->secret != NULL && character > '~')
            compose_password(field->secret);
    }
    mk_wipe(letter, sizeof letter);
    return fits;
}

void field_backspace(struct field *field)
{
    if (length(field) > 0)
        set_length(field, compose_without_last(bytes(field), length(field)));
}

void field_clear(struct field *field)
{
    set_length(field, 0);
}

bool field_type(struct field *field, const struct keys_event *event)
{
    if (event->kind == KEYS_CHARACTER)
        return field_add(field, event->character);
    if (event->kind == KEYS_KEY && event->key == KEYS_BACKSPACE)
        field_backspace(field);
    else if (event->kind == KEYS_KEY && event->key == KEYS_CLEAR)
        field_clear(field);
    return true;
}

bool field_empty(const struct field *field)
{
    return length(field) == 0;
}

int field_letters(const struct field *field)
{
    return compose_letters(bytes(field), length(field));
}

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* The end of the text is what is being typed: that is what must be seen. */
static const char *tail(const char *text, int columns)
{
    while (text_columns(text) > columns) {
        text++;
        while (continues(*text))
            text++;
    }
    return text;
}

int field_draw(const struct field *field, int y, int x, int columns)
{
    int inside = columns - 2;
    int used;

    mvaddch(y, x, '[');
    if (field->secret != NULL && !field->shown) {
        used = field_letters(field);
        if (used > inside - 1)
            used = inside - 1;
        for (int i = 0; i < used; i++)
            addch('*');
    } else {
        const char *end = tail(bytes(field), inside - 1);
        addstr(end);
        used = text_columns(end);
    }
    mvaddch(y, x + columns - 1, ']');
    return x + 1 + used;
}
