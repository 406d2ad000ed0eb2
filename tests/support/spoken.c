/* SPDX-License-Identifier: MIT */
#include "spoken.h"

#include <libintl.h>
#include <locale.h>
#include <stdlib.h>

#include "sentences.h"

const char *spoken_log_in(const struct mk_reply_end *end)
{
    static char text[SENTENCE_MAX];

    if (setlocale(LC_ALL, "C.UTF-8") == NULL || setenv("LANGUAGE", "vi", 1) != 0)
        abort();
    bindtextdomain("matkhau", CATALOGUES);
    bind_textdomain_codeset("matkhau", "UTF-8");
    textdomain("matkhau");
    sentence_log_in(text, sizeof text, end->result, end->ldap_code);
    return text;
}
