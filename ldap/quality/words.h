/* SPDX-License-Identifier: MIT */
#ifndef WORDS_H
#define WORDS_H

/*
 * Words that a password must not hold or be made of: those of the lists, and those of one person.
 * They are compared without diacritics, capitals, spaces and hyphens.
 *
 * A file of words is UTF-8, one word or phrase a line. '#' begins a comment at the start of a line;
 * empty lines do not count. A line in brackets says what the words after it are:
 *
 *   [name]    people's names; never more than parts of a whole
 *   [place]   places
 *   [unit]    the ministry, its bodies, offices and ranks
 *   [common]  what people like to choose
 *
 * "[place part]" and so on: words that are never more than parts of a whole.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "matkhau/quality.h"

/* Folded letters of a word. Longer phrases are refused by the reader. */
#define WORDS_LETTERS_MIN 2
#define WORDS_LETTERS_MAX 40

/* Words of the lists: shorter ones than this stand in others by chance, so they need an edge ... */
#define WORDS_ANYWHERE_MIN 7

/* ... and shorter ones than this count as WORDS_PART. */
#define WORDS_EDGE_MIN 5

/* Words that fit in the worker's memory with room to spare. */
#define WORDS_MAX 100000

/* What it takes for a word to count by itself. Each is a part of a whole as well. */
enum words_mode {
    WORDS_ANYWHERE,  /* wherever it stands */
    WORDS_EDGE,      /* where it begins with a capital or behind no letter, or ends before none */
    WORDS_ALONE,     /* where it begins so, and ends before no letter or a capital */
    WORDS_WITH_YEAR, /* with no letter on either side, and a year beside it */
    WORDS_PART,      /* never by itself: only with the letters of the password all spoken for */
};

struct words_entry {
    uint32_t text; /* in `texts` */
    uint32_t also; /* another entry of the same letters, or 0 */
    uint8_t rule;  /* enum mk_rule */
    uint8_t mode;  /* enum words_mode */
    uint8_t letters;
};

/* A tree of letters; first child and next sibling, 0 is none, node 0 is the root. */
struct words_node {
    uint32_t child;
    uint32_t next;
    uint32_t entry;
    char letter;
};

/* Zero before the first words_add(). Entry 0 is none. */
struct words {
    struct words_node *nodes;
    struct words_entry *entries;
    char *texts;
    uint32_t node_count, node_room;
    uint32_t entry_count, entry_room;
    uint32_t text_size, text_room;
    uint32_t root[26]; /* the root's children */
};

/*
 * Adds `text` as written, and as it comes out with a Telex input method off. A text of fewer than
 * WORDS_LETTERS_MIN letters or more than WORDS_LETTERS_MAX is left out. Of one word from several
 * places the stricter stays; a person's own (MK_RULE_USER, MK_RULE_NAME) stay beside others.
 * False without memory.
 */
bool words_add(struct words *words, const char *text, enum mk_rule rule, enum words_mode mode);

/*
 * Adds what is in one file. `file` is for the report only, `bytes` its contents. Returns
 * MK_PART_WORKS, or MK_PART_FORMAT with `*line` the first wrong line.
 */
enum mk_part_fault words_read(struct words *words, const char *bytes, size_t size, uint32_t *line);

/*
 * Adds every file *.txt of `folder`, in the order of their names. A fault is put into `*fault`, and
 * the words before it stay. `may_be_missing`: a folder that is not there, or empty, is no fault.
 */
bool words_read_folder(struct words *words, const char *folder, bool may_be_missing,
                       struct mk_quality_fault *fault);

/* The child of `node` (0: the root) with this small letter, or 0. */
uint32_t words_child(const struct words *words, uint32_t node, char letter);

const char *words_text(const struct words *words, uint32_t entry);

void words_free(struct words *words);

#endif
