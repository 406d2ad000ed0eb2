/* SPDX-License-Identifier: MIT */
#ifndef SPELL_H
#define SPELL_H

/*
 * How a temporary password is said on the telephone, character by character: "b như Bình", "số 7",
 * "H hoa như Huế". Each is a whole phrase of the catalogue.
 */

#include <stddef.h>

#include "matkhau/secret.h"

/* No phrase has more columns, in any language. */
#define SPELL_COLUMNS 24

/*
 * The phrase for character `index` of `password`, constant text that holds nothing of the password
 * but that; NULL at its end, and for a character that temporary passwords (MK_TEMPORARY_*) have
 * not.
 */
const char *spell(const struct mk_password *password, size_t index);

#endif
