/* SPDX-License-Identifier: MIT */
#ifndef LANGUAGE_H
#define LANGUAGE_H

#include <stdbool.h>

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) (text)

enum language { LANGUAGE_VIETNAMESE, LANGUAGE_ENGLISH };

/*
 * Sets the locale and the catalogue: Vietnamese whatever LANG says, unless English is asked for.
 * `locale` is what LC_ALL, LC_CTYPE or LANG said (validated, or ""); it decides only whether the
 * terminal shows UTF-8. `plain` asks for the catalogue without diacritics all the same.
 * Returns whether UTF-8 may be written.
 */
bool language_start(const char *locale, enum language language, bool plain);

#endif
