/* SPDX-License-Identifier: MIT */
#include "spoken.h"

#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sentences.h"
#include "text.h"

void spoken_start(void)
{
    if (setlocale(LC_ALL, "C.UTF-8") == NULL || setenv("LANGUAGE", "vi", 1) != 0 ||
        setenv("TZ", "<+07>-7", 1) != 0)
        abort();
    tzset();
    text_start(true);
    bindtextdomain("matkhau", CATALOGUES);
    bind_textdomain_codeset("matkhau", "UTF-8");
    textdomain("matkhau");
    /* Without its catalogue a test would read English. */
    if (strcmp(gettext("Password"), "Mật khẩu") != 0)
        abort();
}

const char *spoken_log_in(const struct mk_reply_end *end)
{
    static char text[SENTENCE_MAX];

    spoken_start();
    sentence_log_in(text, sizeof text, end->result, end->ldap_code);
    return text;
}
