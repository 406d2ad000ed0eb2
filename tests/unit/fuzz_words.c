/* SPDX-License-Identifier: MIT */
/* Any bytes as a word list: read, and what is in it found again. */
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each word by itself is made of words. */
static void find_again(const struct words *words)
{
    for (uint32_t i = 1; i < words->entry_count; i++) {
        struct match match = {0};
        struct fold fold;
        const char *text = words_text(words, i);
        if (strlen(text) > MK_WORD_MAX || words->entries[i].letters > WORDS_LETTERS_MAX)
            abort();
        fold_text(&fold, text);
        match_words(&match, &fold, &words, 1, 0);
        /* Dots and dashes enough make a password of signs. */
        if (match.failed == 0 && strpbrk(text, ".-' ") == NULL)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct words words = {0};
    uint32_t line;
    enum mk_part_fault fault = words_read(&words, (const char *)data, size, &line);

    if ((fault == MK_PART_WORKS) != (line == 0) ||
        (fault != MK_PART_WORKS && fault != MK_PART_FORMAT))
        abort();
    find_again(&words);
    words_free(&words);
    return 0;
}
