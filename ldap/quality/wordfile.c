// SPDX-License-Identifier: MIT
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fold.h"
#include "words.h"

#define FILE_BYTES_MAX ((off_t)4 << 20)

static const struct {
    const char *name;
    enum mk_rule rule;
    enum words_mode mode;
} sections[] = {
    {"[name]", MK_RULE_COMMON, WORDS_PART},       {"[name part]", MK_RULE_COMMON, WORDS_PART},
    {"[place]", MK_RULE_PLACE, WORDS_ANYWHERE},   {"[place part]", MK_RULE_PLACE, WORDS_PART},
    {"[unit]", MK_RULE_UNIT, WORDS_ANYWHERE},     {"[unit part]", MK_RULE_UNIT, WORDS_PART},
    {"[common]", MK_RULE_COMMON, WORDS_ANYWHERE}, {"[common part]", MK_RULE_COMMON, WORDS_PART},
};
#define SECTIONS (sizeof sections / sizeof *sections)

/* Letters of `text`, or 0 where something in it is neither a letter nor joins letters. */
static size_t count_letters(const char *text)
{
    size_t letters = 0;

    while (*text != '\0') {
        uint32_t code = fold_next(&text);
        if (fold_base(code) != '\0')
            letters++;
        else if (code != ' ' && code != '-' && code != '\'' && code != '.' &&
                 (code < 0x300 || code > 0x36f))
            return 0;
    }
    return letters;
}

/* One line without its end. `*section` is SECTIONS before the first. */
static bool read_line(struct words *words, const char *line, size_t *section)
{
    size_t letters;
    enum words_mode mode;

    if (line[0] == '\0' || line[0] == '#')
        return true;
    if (line[0] == '[') {
        for (*section = 0; *section < SECTIONS; (*section)++)
            if (strcmp(line, sections[*section].name) == 0)
                return true;
        return false;
    }
    letters = count_letters(line);
    if (*section == SECTIONS || strlen(line) > MK_WORD_MAX || letters < WORDS_LETTERS_MIN ||
        letters > WORDS_LETTERS_MAX || words->entry_count >= WORDS_MAX)
        return false;
    mode = sections[*section].mode;
    if (letters < WORDS_EDGE_MIN)
        mode = WORDS_PART;
    else if (mode == WORDS_ANYWHERE && letters < WORDS_ANYWHERE_MIN)
        mode = WORDS_EDGE;
    return words_add(words, line, sections[*section].rule, mode);
}

enum mk_part_fault words_read(struct words *words, const char *bytes, size_t size, uint32_t *line)
{
    size_t section = SECTIONS;

    *line = 0;
    while (size > 0) {
        const char *end = memchr(bytes, '\n', size);
        size_t length = end != NULL ? (size_t)(end - bytes) : size;
        size_t taken = end != NULL ? length + 1 : length;
        char text[1024];
        (*line)++;
        while (length > 0 && (bytes[length - 1] == '\r' || bytes[length - 1] == ' '))
            length--;
        if (length >= sizeof text || memchr(bytes, '\0', length) != NULL)
            return MK_PART_FORMAT;
        memcpy(text, bytes, length);
        text[length] = '\0';
        if (!read_line(words, text, &section))
            return MK_PART_FORMAT;
        bytes += taken;
        size -= taken;
    }
    *line = 0;
    return MK_PART_WORKS;
}

/* The whole of a regular file into fresh memory. */
static enum mk_part_fault load(const char *path, char **bytes, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    ssize_t got = -1;

    *bytes = NULL;
    if (fd < 0)
        return errno == ENOENT ? MK_PART_MISSING : MK_PART_UNREADABLE;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= FILE_BYTES_MAX) {
        *bytes = malloc((size_t)status.st_size + 1);
        if (*bytes != NULL)
            got = read(fd, *bytes, (size_t)status.st_size);
        if (got != status.st_size)
            got = -1;
    }
    (void)close(fd);
    if (got < 0) {
        free(*bytes);
        *bytes = NULL;
        return MK_PART_UNREADABLE;
    }
    *size = (size_t)got;
    return MK_PART_WORKS;
}

static bool read_file(struct words *words, const char path[MK_FILE_MAX + 1],
                      struct mk_quality_fault *fault)
{
    char *bytes;
    size_t size = 0;
    uint32_t line = 0;
    enum mk_part_fault found = load(path, &bytes, &size);

    if (found == MK_PART_WORKS)
        found = words_read(words, bytes, size, &line);
    free(bytes);
    if (found == MK_PART_WORKS)
        return true;
    fault->fault = found;
    fault->line = line;
    memcpy(fault->file, path, sizeof fault->file);
    return false;
}

static int is_list(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return entry->d_name[0] != '.' && length > 4 && strcmp(entry->d_name + length - 4, ".txt") == 0;
}

static bool blame(struct mk_quality_fault *fault, enum mk_part_fault what, const char *folder)
{
    fault->fault = what;
    fault->line = 0;
    (void)snprintf(fault->file, sizeof fault->file, "%s", folder);
    return false;
}

bool words_read_folder(struct words *words, const char *folder, bool may_be_missing,
                       struct mk_quality_fault *fault)
{
    struct dirent **names;
    int count = scandir(folder, &names, is_list, alphasort);
    bool whole = true;

    if (count < 0 && errno == ENOENT)
        return may_be_missing || blame(fault, MK_PART_MISSING, folder);
    if (count < 0)
        return blame(fault, MK_PART_UNREADABLE, folder);
    for (int i = 0; i < count; i++) {
        char path[MK_FILE_MAX + 1];
        if (snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name) >= (int)sizeof path)
            whole = blame(fault, MK_PART_UNREADABLE, folder);
        else if (!read_file(words, path, fault))
            whole = false;
        free(names[i]);
    }
    free(names);
    return count > 0 || may_be_missing ? whole : blame(fault, MK_PART_MISSING, folder);
}
