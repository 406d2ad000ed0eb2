/* SPDX-License-Identifier: MIT */
#include "keys.h"

#include <stddef.h>
#include <string.h>

enum state {
    GROUND,
    LETTER,      /* inside a UTF-8 sequence */
    LETTER_ALT,  /* the same after ESC: Alt and a letter, ignored */
    ESCAPE,      /* ESC seen */
    CSI,         /* ESC [ */
    CSI_LINUX,   /* ESC [ [, one byte to come */
    SS3,         /* ESC O */
    MOUSE,       /* ESC [ M, three bytes to come */
    STRING,      /* OSC, DCS, SOS, PM, APC: up to BEL or ST */
    STRING_QUIT, /* ESC inside such a string: ST or the start of something new */
};

/* Longer strings are not believed to be one: what follows is input again. */
#define STRING_MAX 4096

#define ESC 0x1b
#define BEL 0x07
#define CAN 0x18
#define SUB 0x1a
#define DEL 0x7f

struct name {
    int code;
    enum keys_key key;
};

/*
 * Last bytes of CSI and SS3. Small letters: rxvt with Shift or Ctrl. t u v l w x: the VT100 entry
 * of terminfo puts F5 to F10 on the keypad; its digits never come this way, because the program
 * does not switch the keypad to application mode.
 */
static const struct name csi_finals[] = {
    {'A', KEYS_UP},    {'B', KEYS_DOWN}, {'C', KEYS_RIGHT},    {'D', KEYS_LEFT},
    {'H', KEYS_HOME},  {'F', KEYS_END},  {'a', KEYS_UP},       {'b', KEYS_DOWN},
    {'c', KEYS_RIGHT}, {'d', KEYS_LEFT}, {'Z', KEYS_BACK_TAB}, {0, 0},
};
static const struct name ss3_finals[] = {
    {'A', KEYS_UP},
    {'B', KEYS_DOWN},
    {'C', KEYS_RIGHT},
    {'D', KEYS_LEFT},
    {'H', KEYS_HOME},
    {'F', KEYS_END},
    {'a', KEYS_UP},
    {'b', KEYS_DOWN},
    {'c', KEYS_RIGHT},
    {'d', KEYS_LEFT},
    {'M', KEYS_ENTER},
    {'I', KEYS_TAB},
    {'P', KEYS_F(1)},
    {'Q', KEYS_F(2)},
    {'R', KEYS_F(3)},
    {'S', KEYS_F(4)},
    {'t', KEYS_F(5)},
    {'u', KEYS_F(6)},
    {'v', KEYS_F(7)},
    {'l', KEYS_F(8)},
    {'w', KEYS_F(9)},
    {'x', KEYS_F(10)},
    {0, 0},
};

/* xterm's F1 to F4 with a modifier, CSI 1 ; m P. F3 is left out: CSI 1 ; n R is a cursor report. */
static const struct name csi_modified[] = {
    {'P', KEYS_F(1)},
    {'Q', KEYS_F(2)},
    {'S', KEYS_F(4)},
    {0, 0},
};

/* CSI n ~: VT220, Linux console, xterm, rxvt (7 and 8). */
static const struct name numbers[] = {
    {1, KEYS_HOME},  {3, KEYS_DELETE}, {4, KEYS_END},    {5, KEYS_PAGE_UP}, {6, KEYS_PAGE_DOWN},
    {7, KEYS_HOME},  {8, KEYS_END},    {11, KEYS_F(1)},  {12, KEYS_F(2)},   {13, KEYS_F(3)},
    {14, KEYS_F(4)}, {15, KEYS_F(5)},  {17, KEYS_F(6)},  {18, KEYS_F(7)},   {19, KEYS_F(8)},
    {20, KEYS_F(9)}, {21, KEYS_F(10)}, {23, KEYS_F(11)}, {24, KEYS_F(12)},  {0, 0},
};

static int add_key(const struct keys *k, enum keys_key key, struct keys_event *event)
{
    *event = (struct keys_event){.kind = KEYS_KEY, .key = key, .pasted = k->pasting};
    return 1;
}

static int add_bad(const struct keys *k, struct keys_event *event)
{
    *event = (struct keys_event){.kind = KEYS_BAD, .pasted = k->pasting};
    return 1;
}

/* A named key, or nothing when `code` is not in the table or the bytes stand inside a paste. */
static int add_named(const struct keys *k, const struct name *table, int code,
                     struct keys_event *event)
{
    while (table->code != 0 && table->code != code)
        table++;
    if (table->code == 0 || k->pasting)
        return 0;
    return add_key(k, table->key, event);
}

static int add_control(const struct keys *k, unsigned char byte, struct keys_event *event)
{
    switch (byte) {
    case '\r':
    case '\n':
        return add_key(k, KEYS_ENTER, event);
    case '\t':
        return add_key(k, KEYS_TAB, event);
    case '\b':
    case DEL:
        return add_key(k, KEYS_BACKSPACE, event);
    case 'U' - '@':
        return add_key(k, KEYS_CLEAR, event);
    case 'D' - '@':
        return add_key(k, KEYS_LEAVE, event);
    case 'L' - '@':
        return add_key(k, KEYS_REDRAW, event);
    default:
        return add_key(k, KEYS_OTHER, event);
    }
}

/* Begins a UTF-8 sequence; false when `byte` cannot be the first of one. */
static bool letter_start(struct keys *k, unsigned char byte, enum state state)
{
    if (byte < 0xc2 || byte > 0xf4)
        return false;
    k->need = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    k->have = 0;
    k->character = byte & (0x3fU >> k->need);
    k->state = state;
    return true;
}

static int ground(struct keys *k, unsigned char byte, struct keys_event *event)
{
    k->state = GROUND;
    if (byte == ESC) {
        k->state = ESCAPE;
        return 0;
    }
    if (byte < 0x20 || byte == DEL)
        return add_control(k, byte, event);
    if (byte < 0x80) {
        *event =
            (struct keys_event){.kind = KEYS_CHARACTER, .character = byte, .pasted = k->pasting};
        return 1;
    }
    return letter_start(k, byte, LETTER) ? 0 : add_bad(k, event);
}

/*
 * Whether `byte` may come next. The second byte already decides about overlong forms, surrogates
 * and values above U+10FFFF (Unicode 15, table 3-7), so that nothing good after it is lost.
 */
static bool letter_fits(const struct keys *k, unsigned char byte)
{
    if ((byte & 0xc0) != 0x80)
        return false;
    if (k->have > 0)
        return true;
    if (k->need == 2)
        return k->character == 0 ? byte >= 0xa0 : k->character != 0xd || byte < 0xa0;
    if (k->need == 3)
        return k->character == 0 ? byte >= 0x90 : k->character != 4 || byte < 0x90;
    return true;
}

static int letter(struct keys *k, unsigned char byte, struct keys_event *event)
{
    bool ignored = k->state == LETTER_ALT;

    if (!letter_fits(k, byte)) {
        int n = ignored ? 0 : add_bad(k, event);
        k->character = 0;
        return n + ground(k, byte, event + n);
    }
    k->character = k->character << 6 | (byte & 0x3fU);
    k->have++;
    if (k->have < k->need)
        return 0;
    *event = (struct keys_event){
        .kind = KEYS_CHARACTER, .character = k->character, .pasted = k->pasting};
    k->character = 0;
    k->state = GROUND;
    if (ignored)
        return 0;
    return event->character < 0xa0 ? add_key(k, KEYS_OTHER, event) : 1;
}

static int escape(struct keys *k, unsigned char byte, struct keys_event *event)
{
    k->length = 0;
    k->have = 0;
    k->state = GROUND;
    if (byte == ESC) {
        k->state = ESCAPE;
        return k->pasting ? 0 : add_key(k, KEYS_ESCAPE, event);
    }
    if (byte == '[') {
        k->state = CSI;
        return 0;
    }
    if (byte >= 0x80)
        return letter_start(k, byte, LETTER_ALT) ? 0 : add_bad(k, event);
    if (k->pasting)
        return 0; /* the only sequence looked for in a paste is its end */
    if (byte == 'O')
        k->state = SS3;
    else if (byte != '\0' && strchr("]PX^_", byte) != NULL)
        k->state = STRING;
    return 0; /* anything else is Alt and a key */
}

/*
 * The first number of a sequence of numbers and semicolons, 0 when it has none, -1 when other
 * bytes are in it: private or intermediate ones, or kitty's sub-parameters.
 */
static int first_number(const struct keys *k)
{
    int number = 0;
    int i = 0;

    for (; i < k->length && k->sequence[i] >= '0' && k->sequence[i] <= '9'; i++)
        number = number < 1000 ? number * 10 + (k->sequence[i] - '0') : number;
    for (; i < k->length; i++)
        if (k->sequence[i] != ';' && (k->sequence[i] < '0' || k->sequence[i] > '9'))
            return -1;
    return number;
}

static bool sequence_is(const struct keys *k, const char *text)
{
    size_t length = strlen(text);

    return k->length == (int)length && memcmp(k->sequence, text, length) == 0;
}

static int csi_final(struct keys *k, unsigned char byte, struct keys_event *event)
{
    int number = first_number(k);

    k->state = GROUND;
    if (number < 0)
        return 0;
    if (byte == '~' && (sequence_is(k, "200") || sequence_is(k, "201"))) {
        k->pasting = sequence_is(k, "200");
        return 0;
    }
    if (byte == '~' || byte == '^' || byte == '$' || byte == '@')
        return add_named(k, numbers, number, event);
    if (number == 0 || number == 1)
        if (add_named(k, csi_finals, byte, event) == 1)
            return 1;
    if (number == 1 && k->length > 2)
        return add_named(k, csi_modified, byte, event);
    return 0;
}

static int csi(struct keys *k, unsigned char byte, struct keys_event *event)
{
    bool empty = k->length == 0;

    if (byte < 0x20 || byte >= DEL)
        return ground(k, byte, event); /* broken off */
    if (empty && byte == '[') {
        k->state = CSI_LINUX;
        return 0;
    }
    if (empty && byte == 'M' && !k->pasting) {
        k->state = MOUSE;
        return 0;
    }
    /* rxvt ends Shift with a keypad key in '$', which ECMA-48 keeps for the inside of a sequence.
     */
    if (byte >= 0x40 ||
        (byte == '$' && !empty && memchr(k->sequence, ';', (size_t)k->length) == NULL &&
         first_number(k) > 0))
        return csi_final(k, byte, event);
    if (k->length == (int)sizeof k->sequence) {
        k->sequence[0] = '?'; /* too long to be a key: swallowed without a name */
        if (++k->have > STRING_MAX)
            k->state = GROUND;
        return 0;
    }
    k->sequence[k->length++] = (char)byte;
    return 0;
}

static int csi_linux(struct keys *k, unsigned char byte, struct keys_event *event)
{
    if (byte < 0x20 || byte >= DEL)
        return ground(k, byte, event);
    k->state = GROUND;
    if (byte < 'A' || byte > 'E' || k->pasting)
        return 0;
    return add_key(k, KEYS_F(1 + byte - 'A'), event);
}

static int ss3(struct keys *k, unsigned char byte, struct keys_event *event)
{
    if (byte < 0x20 || byte >= DEL)
        return ground(k, byte, event);
    /* Old xterms put a modifier in between: ESC O 5 P. */
    if (((byte >= '0' && byte <= '9') || byte == ';') && ++k->have < 8)
        return 0;
    k->state = GROUND;
    return add_named(k, ss3_finals, byte, event);
}

static int mouse(struct keys *k, unsigned char byte, struct keys_event *event)
{
    if (byte < 0x20)
        return ground(k, byte, event);
    if (++k->have == 3)
        k->state = GROUND;
    return 0;
}

static int string(struct keys *k, unsigned char byte)
{
    if (byte == ESC)
        k->state = STRING_QUIT;
    else if (byte == BEL || byte == CAN || byte == SUB || ++k->have > STRING_MAX)
        k->state = GROUND;
    return 0;
}

static int string_quit(struct keys *k, unsigned char byte, struct keys_event *event)
{
    if (byte == '\\') {
        k->state = GROUND;
        return 0;
    }
    k->state = ESCAPE;
    /* The ESC that broke the string off is not a key of its own. */
    return byte == ESC ? 0 : escape(k, byte, event);
}

int keys_byte(struct keys *keys, unsigned char byte, struct keys_event events[KEYS_EVENTS_MAX])
{
    switch ((enum state)keys->state) {
    case GROUND:
        return ground(keys, byte, events);
    case LETTER:
    case LETTER_ALT:
        return letter(keys, byte, events);
    case ESCAPE:
        return escape(keys, byte, events);
    case CSI:
        return csi(keys, byte, events);
    case CSI_LINUX:
        return csi_linux(keys, byte, events);
    case SS3:
        return ss3(keys, byte, events);
    case MOUSE:
        return mouse(keys, byte, events);
    case STRING:
        return string(keys, byte);
    case STRING_QUIT:
        return string_quit(keys, byte, events);
    }
    return 0;
}

bool keys_pending(const struct keys *keys)
{
    return keys->state != GROUND;
}

int keys_silence(struct keys *keys, struct keys_event events[KEYS_EVENTS_MAX])
{
    int state = keys->state;

    keys->state = GROUND;
    keys->character = 0;
    if (state == LETTER)
        return add_bad(keys, events);
    if (state != ESCAPE)
        return 0;
    if (keys->pasting) {
        /* The Esc key itself: the way out when a terminal never sent the end of its paste. */
        keys->pasting = false;
        return 0;
    }
    return add_key(keys, KEYS_ESCAPE, events);
}
