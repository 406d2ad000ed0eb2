/* SPDX-License-Identifier: MIT */
/*
 * judge WORDS [PERSON]: what matkhau and plain libpwquality say of each password on standard input.
 *
 * One line for one: the password, libpwquality's first fault by number or "-", and the failed rules
 * by number, or "-". PERSON is "login|mail|name|unit|birth year". WORDS is the folder of the word
 * lists. For tests/weak and for trying a list out. Never for a real password: it ends up in the
 * output.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pwquality.h>

#include "check.h"

static void copy(char *out, size_t size, const char *from, size_t length)
{
    if (length >= size)
        length = size - 1;
    memcpy(out, from, length);
    out[length] = '\0';
}

static void read_person(struct mk_quality_person *person, const char *text)
{
    char year[8] = "";
    const struct {
        char *out;
        size_t size;
    } fields[] = {
        {person->login, sizeof person->login},
        {person->mail, sizeof person->mail},
        {person->name, sizeof person->name},
        {person->unit, sizeof person->unit},
        {year, sizeof year},
    };

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        size_t length = strcspn(text, "|");
        copy(fields[i].out, fields[i].size, text, length);
        text += length + (text[length] == '|');
    }
    person->birth_year = (uint32_t)strtoul(year, NULL, 10);
}

static void print_rules(uint64_t failed)
{
    if (failed == 0)
        fputs("-", stdout);
    for (int rule = 0; rule < MK_RULES; rule++)
        if ((failed & MK_RULE_BIT(rule)) != 0)
            printf("%d%s", rule, failed >> rule >> 1 != 0 ? "," : "");
}

static void judge(struct check *check, pwquality_settings_t *plain, const char *login,
                  const char *text)
{
    struct mk_quality_check request = {.header = {MK_QUALITY_CHECK, 1}};
    struct mk_quality_verdict verdict = {0};
    void *auxiliary = NULL;
    int code = pwquality_check(plain, text, NULL, login, &auxiliary);

    copy(request.new_password.text, sizeof request.new_password.text, text, strlen(text));
    request.new_password.length = (uint32_t)strlen(request.new_password.text);
    check_password(check, &request, &verdict);
    printf("%s\t", text);
    if (code < 0)
        printf("%d\t", code);
    else
        fputs("-\t", stdout);
    print_rules(verdict.failed);
    for (uint32_t i = 0; i < verdict.hits; i++)
        printf("\t%s", verdict.hit_word[i]);
    fputs("\n", stdout);
}

int main(int argc, char **argv)
{
    struct mk_quality_settings settings = {.header = {MK_QUALITY_SETTINGS, 1}};
    struct mk_quality_person person = {.header = {MK_QUALITY_PERSON, 0}};
    static struct check check;
    pwquality_settings_t *plain = pwquality_default_settings();
    char line[1024];

    if (argc < 2 || argc > 3 || plain == NULL)
        return 2;
    copy(settings.words_dir, sizeof settings.words_dir, argv[1], strlen(argv[1]));
    copy(settings.config_file, sizeof settings.config_file, "/dev/null", 9);
    check_open(&check, &settings);
    if (check.rules.broken != 0) {
        fprintf(stderr, "judge: broken parts: %x\n", check.rules.broken);
        return 1;
    }
    if (argc == 3)
        read_person(&person, argv[2]);
    if (!check_person(&check, &person))
        return 1;
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        judge(&check, plain, person.login[0] != '\0' ? person.login : NULL, line);
    }
    check_close(&check);
    pwquality_free_settings(plain);
    return 0;
}
