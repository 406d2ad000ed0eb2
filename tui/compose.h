/* SPDX-License-Identifier: MIT */
#ifndef COMPOSE_H
#define COMPOSE_H

/*
 * The two ways to write a letter with its accents (Unicode Standard Annex 15): in one piece (NFC,
 * what Vietnamese input methods call "dựng sẵn") or apart (NFD, "tổ hợp"). A directory compares
 * passwords byte by byte, so both are different passwords. Nothing is left on the heap or the
 * stack.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "matkhau/secret.h"

/* Whether `character` has no place of its own: an accent that belongs to the letter before it. */
bool compose_is_mark(uint32_t character);

/*
 * Takes one letter off the end of `text`, UTF-8 of `length` > 0 bytes: with all its marks. Returns
 * the length that is left.
 */
size_t compose_without_last(const char *text, size_t length);

/* Letters in `text`, UTF-8 of `length` bytes; marks do not count. */
int compose_letters(const char *text, size_t length);

/* Puts every letter of `password` in one piece (NFC). What is not UTF-8 stays as it is. */
void compose_password(struct mk_password *password);

/*
 * Fills `to` with `from` in NFD. False when that is the same, as with letters without accents, or
 * longer than a password can be; `to` is empty then.
 */
bool compose_apart(struct mk_password *to, const struct mk_password *from);

#endif
