/* SPDX-License-Identifier: MIT */
#include "language.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

bool language_start(const char *locale, enum language language, bool plain)
{
    bool utf8;

    /* A locale that was never generated must not cost the person the diacritics. */
    if (setlocale(LC_CTYPE, locale[0] != '\0' ? locale : "C") == NULL)
        setlocale(LC_CTYPE,
                  strcasestr(locale, "utf-8") != NULL || strcasestr(locale, "utf8") != NULL
                      ? "C.UTF-8"
                      : "C");
    utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    /* Another 8-bit codeset shows neither UTF-8 nor all of Vietnamese: plain ASCII is safe there.
     */
    if (!utf8)
        setlocale(LC_CTYPE, "C");
    utf8 = utf8 && !plain;

    /* gettext looks at LANGUAGE only where LC_MESSAGES is something else than "C". */
    setlocale(LC_MESSAGES, "C.UTF-8");
    setenv("LANGUAGE", language == LANGUAGE_ENGLISH ? "en" : utf8 ? "vi" : "vi@khongdau", 1);
    bindtextdomain("matkhau", LOCALEDIR);
    bind_textdomain_codeset("matkhau", utf8 ? "UTF-8" : "US-ASCII");
    textdomain("matkhau");
    return utf8;
}
