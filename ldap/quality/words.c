// SPDX-License-Identifier: MIT
#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "telex.h"

#define FIRST_ROOM 1024

/* Makes room for one more of `size` bytes each. */
static bool grow(void **array, uint32_t count, uint32_t *room, size_t size)
{
    uint32_t more = *room == 0 ? FIRST_ROOM : *room * 2;
    void *larger;

    if (count < *room)
        return true;
    larger = reallocarray(*array, more, size);
    if (larger == NULL)
        return false;
    *array = larger;
    *room = more;
    return true;
}

uint32_t words_child(const struct words *words, uint32_t node, char letter)
{
    uint32_t child;

    if (words->node_count == 0)
        return 0;
    if (node == 0)
        return words->root[letter - 'a'];
    child = words->nodes[node].child;
    while (child != 0 && words->nodes[child].letter != letter)
        child = words->nodes[child].next;
    return child;
}

const char *words_text(const struct words *words, uint32_t entry)
{
    return words->texts + words->entries[entry].text;
}

static uint32_t add_node(struct words *words, uint32_t parent, char letter)
{
    uint32_t node = words->node_count;

    if (!grow((void **)&words->nodes, node, &words->node_room, sizeof *words->nodes))
        return 0;
    words->nodes[node] = (struct words_node){.letter = letter};
    if (parent == 0) {
        words->root[letter - 'a'] = node;
    } else {
        words->nodes[node].next = words->nodes[parent].child;
        words->nodes[parent].child = node;
    }
    words->node_count++;
    return node;
}

/* The node at the end of `letters`, made where it is missing; 0 without memory. */
static uint32_t find_node(struct words *words, const char *letters)
{
    uint32_t node = 0;

    if (words->node_count == 0) { /* the root */
        if (!grow((void **)&words->nodes, 0, &words->node_room, sizeof *words->nodes))
            return 0;
        words->nodes[0] = (struct words_node){0};
        words->node_count = 1;
    }
    for (; *letters != '\0'; letters++) {
        uint32_t child = words_child(words, node, *letters);
        node = child != 0 ? child : add_node(words, node, *letters);
        if (node == 0)
            return 0;
    }
    return node;
}

/* Copies `text` behind the others; texts too long to be shown are cut between letters. */
static bool add_text(struct words *words, const char *text, uint32_t *at)
{
    size_t length = strlen(text);

    if (length > MK_WORD_MAX)
        for (length = MK_WORD_MAX; length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80;)
            length--;
    while (words->text_size + length + 1 > words->text_room) {
        uint32_t more = words->text_room == 0 ? FIRST_ROOM : words->text_room * 2;
        char *larger = realloc(words->texts, more);
        if (larger == NULL)
            return false;
        words->texts = larger;
        words->text_room = more;
    }
    *at = words->text_size;
    memcpy(words->texts + *at, text, length);
    words->texts[*at + length] = '\0';
    words->text_size += (uint32_t)length + 1;
    return true;
}

static bool is_personal(enum mk_rule rule)
{
    return rule == MK_RULE_USER || rule == MK_RULE_NAME;
}

static uint32_t add_entry(struct words *words, const char *text, enum mk_rule rule,
                          enum words_mode mode, size_t letters)
{
    uint32_t entry = words->entry_count == 0 ? 1 : words->entry_count;
    uint32_t at;

    if (!grow((void **)&words->entries, entry, &words->entry_room, sizeof *words->entries) ||
        !add_text(words, text, &at))
        return 0;
    words->entries[entry] = (struct words_entry){
        .text = at, .rule = (uint8_t)rule, .mode = (uint8_t)mode, .letters = (uint8_t)letters};
    words->entry_count = entry + 1;
    return entry;
}

static bool is_stricter(const struct words_entry *a, const struct words_entry *b)
{
    return a->mode < b->mode || (a->mode == b->mode && a->rule < b->rule);
}

/* Puts `entry` at the end of `letters`; `plain`: they are its own letters and not its keys. */
static bool place(struct words *words, const char *letters, uint32_t entry, bool plain)
{
    uint32_t node = find_node(words, letters);
    struct words_entry *new = &words->entries[entry];
    uint32_t old;

    if (node == 0)
        return false;
    old = words->nodes[node].entry;
    if (old != 0 && !plain)
        return true;
    if (old != 0 && is_personal((enum mk_rule) new->rule))
        new->also = old;
    else if (old != 0 && (is_personal((enum mk_rule)words->entries[old].rule) ||
                          !is_stricter(new, &words->entries[old])))
        return true;
    words->nodes[node].entry = entry;
    return true;
}

bool words_add(struct words *words, const char *text, enum mk_rule rule, enum words_mode mode)
{
    char letters[WORDS_LETTERS_MAX + 1];
    char typed[TELEX_MAX + 1];
    size_t count = 0;
    uint32_t entry;

    for (const char *at = text; *at != '\0';) {
        char base = fold_base(fold_next(&at));
        if (base == '\0')
            continue;
        if (count == WORDS_LETTERS_MAX)
            return true;
        letters[count++] = base;
    }
    letters[count] = '\0';
    if (count < WORDS_LETTERS_MIN)
        return true;
    entry = add_entry(words, text, rule, mode, count);
    if (entry == 0 || !place(words, letters, entry, true))
        return false;
    for (int way = 0; way < TELEX_WAYS; way++)
        if (telex_type(typed, text, (enum telex_way)way) && strcmp(typed, letters) != 0 &&
            !place(words, typed, entry, false))
            return false;
    return true;
}

void words_free(struct words *words)
{
    free(words->nodes);
    free(words->entries);
    free(words->texts);
    *words = (struct words){0};
}
