/* SPDX-License-Identifier: MIT */
/* A person of any bytes, and any bytes for a current and a new password. */
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Up to the next byte 0xfe, which no text holds; NUL ends a text. */
static void take(const uint8_t **data, size_t *size, char *out, size_t room)
{
    size_t length = 0;

    while (*size > 0 && **data != 0xfe) {
        if (length < room - 1 && **data != '\0')
            out[length++] = (char)**data;
        (*data)++;
        (*size)--;
    }
    out[length] = '\0';
    if (*size > 0) {
        (*data)++;
        (*size)--;
    }
}

static void take_password(const uint8_t **data, size_t *size, struct mk_password *password)
{
    take(data, size, password->text, sizeof password->text);
    password->length = (uint32_t)strlen(password->text);
}

static void judge(struct check *check, const struct mk_quality_check *request)
{
    struct mk_quality_verdict verdict = {.header = {MK_QUALITY_VERDICT, 1}};
    struct mk_quality_verdict again = {.header = {MK_QUALITY_VERDICT, 1}};

    check_password(check, request, &verdict);
    check_password(check, request, &again);
    if (memcmp(&verdict, &again, sizeof verdict) != 0 || verdict.failed >> MK_RULES != 0 ||
        verdict.hits > MK_HITS_MAX || (verdict.failed == 0) != (verdict.score >= 0))
        abort();
    for (uint32_t i = 0; i < verdict.hits; i++)
        if ((verdict.failed & MK_RULE_BIT(verdict.hit_rule[i])) == 0 ||
            memchr(verdict.hit_word[i], '\0', sizeof verdict.hit_word[i]) == NULL)
            abort();
    if ((request->new_password.length == 0) != ((verdict.failed & MK_RULE_BIT(MK_RULE_EMPTY)) != 0))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct check check;
    struct mk_quality_person person = {.header = {MK_QUALITY_PERSON, 1}};
    struct mk_quality_check request = {.header = {MK_QUALITY_CHECK, 1}};

    if (!check.open) {
        struct mk_quality_settings settings = {.header = {MK_QUALITY_SETTINGS, 1},
                                               .config_file = "/dev/null",
                                               .words_dir = WORD_LISTS};
        check_open(&check, &settings);
        if (check.rules.broken != 0)
            abort();
    }
    if (size < 2)
        return 0;
    check.settings.allow_non_ascii = data[0] & 1;
    check.settings.excuse_length = data[0] & 2 ? 12 : 0;
    check.settings.max_length = data[0] & 4 ? 16 : 0;
    person.birth_year = data[0] & 8 ? 1900U + data[1] : 0;
    data += 2;
    size -= 2;
    take_password(&data, &size, &request.new_password);
    take_password(&data, &size, &request.old_password);
    take(&data, &size, person.name, sizeof person.name);
    take(&data, &size, person.login, sizeof person.login);
    take(&data, &size, person.unit, sizeof person.unit);
    take(&data, &size, person.mail, sizeof person.mail);
    if (!check_person(&check, &person))
        abort();
    judge(&check, &request);
    return 0;
}
