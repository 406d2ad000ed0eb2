/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CRACKLIB_H
#define TESTS_CRACKLIB_H

/* A small dictionary as cracklib-packer(8) writes it: the words kwzxbmt0000, kwzxbmt0001 ... */

#include <stddef.h>

#define CRACKLIB_WORDS_MAX 100

struct cracklib {
    char prefix[64]; /* of its two files, in a folder of its own */
    size_t index_size;
    size_t data_size;
    char index[64];
    char data[2048];
};

/* Makes the folder. */
void cracklib_open(struct cracklib *c);

/* Packs `words` words, 1 to CRACKLIB_WORDS_MAX, into memory. */
void cracklib_pack(struct cracklib *c, unsigned words);

/* Writes the first `index_size` and `data_size` bytes of what was packed. */
void cracklib_write(const struct cracklib *c, size_t index_size, size_t data_size);

/* Removes the files and the folder. */
void cracklib_close(struct cracklib *c);

#endif
