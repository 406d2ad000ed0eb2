/* SPDX-License-Identifier: MIT */
#ifndef DICTIONARY_H
#define DICTIONARY_H

/*
 * Is cracklib's dictionary whole? libcrack 2.9.6 opens a truncated one without complaint and then
 * lets every word pass that lies in the missing part, so the files are looked at here first.
 *
 * The format is that of cracklib-packer(8): PREFIX.pwi is a header and the offset of each block,
 * PREFIX.pwd the blocks, each of 16 sorted words of which the first is written out. Compressed
 * dictionaries (.pwd.gz) are not looked into and count as broken.
 */

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the longest word, NUL included (MAXWORDLEN of cracklib). */
#define DICTIONARY_WORD 32
#define DICTIONARY_SAMPLES 8

/* The shortest word that libpwquality passes on to libcrack. */
#define DICTIONARY_SAMPLE_MIN 6

/* Words that the dictionary certainly holds, taken from all over it; fewer where few are long. */
struct dictionary_samples {
    size_t count;
    char word[DICTIONARY_SAMPLES][DICTIONARY_WORD];
};

/*
 * Whether `prefix`.pwd and `prefix`.pwi can be read, fit together and end where they should. Fills
 * `samples` with words of small letters and digits, at least DICTIONARY_SAMPLE_MIN of them.
 */
bool dictionary_inspect(const char *prefix, struct dictionary_samples *samples);

#endif
