/* SPDX-License-Identifier: MIT */
#include "config_reader.h"

#include <string.h>

#include "language.h"
#include "syntax.h"

/* No system is so poor that it takes less, and libpwquality refuses what is shorter. */
#define LONGEST_MIN 6U

/* Long enough for three or four words. */
#define EXCUSE_MIN 16U

bool reader_take_leaks(struct reader *r, const struct key *key, const char *value)
{
    static const char *const kinds[] = {
        [MK_LEAKS_SHA1] = "sha1", [MK_LEAKS_NT] = "nt", [MK_LEAKS_PLAIN] = "plain"};
    size_t length = strcspn(value, " \t");
    const char *path = value + length + strspn(value + length, " \t");
    FILE *stream;

    for (uint32_t kind = MK_LEAKS_SHA1; kind <= MK_LEAKS_PLAIN; kind++) {
        if (strlen(kinds[kind]) != length || strncmp(value, kinds[kind], length) != 0 ||
            *path == '\0')
            continue;
        stream = reader_open_named(r, key, path);
        if (stream == NULL)
            return false;
        (void)fclose(stream);
        r->config->leak_kind = kind;
        return reader_store(r, key, path);
    }
    return reader_fail(r,
                       _("%s, line %u: \"%s\" is not a list of leaked passwords; write sha1, nt or "
                         "plain and a file, as in \"sha1 /srv/leaks/sha1.txt\"."),
                       r->file, r->line, reader_show(r, value));
}

bool reader_take_incomplete(struct reader *r, const struct key *key, const char *value)
{
    (void)key;
    r->config->go_on = strcmp(value, "go on") == 0;
    if (r->config->go_on || strcmp(value, "refuse") == 0)
        return true;
    return reader_fail(r,
                       _("%s, line %u: \"%s\" does not say what follows an incomplete check; write "
                         "\"refuse\" or \"go on\"."),
                       r->file, r->line, reader_show(r, value));
}

bool reader_take_accents(struct reader *r, const struct key *key, const char *value)
{
    uint32_t *accents = reader_target(r, key);

    *accents = strcmp(value, "yes") == 0 ? CONFIG_YES : CONFIG_NO;
    if (*accents == CONFIG_YES || strcmp(value, "no") == 0)
        return true;
    return reader_fail(r, _("%s, line %u: \"%s\" of \"%s\" is neither yes nor no."), r->file,
                       r->line, reader_show(r, value), key->name);
}

bool reader_take_longest(struct reader *r, const struct key *key, const char *value)
{
    uint32_t *longest = reader_target(r, key);

    if (syntax_amount(value, "letter", longest) && *longest >= LONGEST_MIN &&
        *longest <= MK_PASSWORD_MAX)
        return true;
    return reader_fail(r,
                       _("%s, line %u: \"%s\" is not a longest password; write 6 to 255 letters, "
                         "as in \"20 letters\"."),
                       r->file, r->line, reader_show(r, value));
}

bool reader_take_not_taken(struct reader *r, const struct key *key, const char *value)
{
    bool good = strlen(value) <= MK_REFUSED_MAX;

    for (const char *p = value; *p != '\0'; p++)
        good = good && *p >= ' ' && *p <= '~' && strchr(p + 1, *p) == NULL;
    if (!good)
        return reader_fail(r,
                           _("%s, line %u: \"%s\" of \"%s\" are not characters without "
                             "diacritics, each of them once; write them side by side, as in "
                             "&<>'."),
                           r->file, r->line, reader_show(r, value), key->name);
    return reader_store(r, key, value);
}

bool reader_take_excuse(struct reader *r, const struct key *key, const char *value)
{
    uint32_t *length = reader_target(r, key);

    if (strcmp(value, "never") == 0) {
        *length = CONFIG_NEVER;
        return true;
    }
    if (syntax_amount(value, "letter", length) && *length >= EXCUSE_MIN &&
        *length <= MK_PASSWORD_MAX)
        return true;
    return reader_fail(r,
                       _("%s, line %u: \"%s\" is not a length that excuses a weak password; write "
                         "16 to 255 letters, as in \"20 letters\", or never."),
                       r->file, r->line, reader_show(r, value));
}

void reader_inherit_rules(struct config *config)
{
    const struct config_rules *from = &config->rules;

    if (config->rules.excuse_length == 0)
        config->rules.excuse_length = CONFIG_NEVER;
    if (config->rules.accents == CONFIG_NOT_GIVEN)
        config->rules.accents = CONFIG_NO;
    for (int i = 0; i < config->systems; i++) {
        struct config_rules *to = &config->system[i].rules;

        if (to->pwquality_file[0] == '\0')
            memcpy(to->pwquality_file, from->pwquality_file, sizeof to->pwquality_file);
        if (to->not_taken[0] == '\0')
            memcpy(to->not_taken, from->not_taken, sizeof to->not_taken);
        if (to->max_length == 0)
            to->max_length = from->max_length;
        if (to->accents == CONFIG_NOT_GIVEN)
            to->accents = from->accents;
        if (to->excuse_length == 0)
            to->excuse_length = from->excuse_length;
    }
}
