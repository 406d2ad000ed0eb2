/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "config_reader.h"
#include "language.h"
#include "syntax.h"
#include "text.h"

/* Longest line, in bytes: the longest value and its key. inih would cut a longer one silently. */
#define LINE_BYTES 700

#define BLANKS " \t\r\n"

#define DEFAULT_MONTHS 3
#define DEFAULT_WARN_DAYS 14
#define DEFAULT_DEADLINE_MS 10000
#define DEFAULT_IDLE_SECONDS 300
#define DEFAULT_WATCH_SECONDS 900
#define DEFAULT_WORDS SYSCONFDIR "/words.d"

bool reader_fail(struct reader *r, const char *format, ...)
{
    va_list arguments;

    if (!r->failed) {
        va_start(arguments, format);
        (void)vsnprintf(r->message, r->size, format, arguments);
        va_end(arguments);
    }
    r->failed = true;
    return false;
}

const char *reader_show(struct reader *r, const char *value)
{
    char *out = r->shown[r->shown_next++ % 4];

    (void)text_printable(out, READER_SHOWN_MAX, value);
    return out;
}

static const char *const words[READER_SECTIONS] = {
    [READER_MINISTRY] = "ministry", [READER_DIRECTORY] = "directory", [READER_SYSTEM] = "system",
    [READER_HELPDESK] = "helpdesk", [READER_DESK] = "desk",
};

static bool unknown_section(struct reader *r)
{
    return reader_fail(r,
                       _("%s, line %u: unknown section [%s]; known sections: [ministry], "
                         "[directory NAME], [system NAME], [helpdesk], [desk NAME]."),
                       r->file, r->line, reader_show(r, r->section));
}

static bool check_id(struct reader *r, const char *id)
{
    const struct config *c = r->config;
    bool taken = r->kind == READER_SYSTEM && strcmp(id, "person") == 0;

    if (id[0] == '\0')
        return reader_fail(r,
                           _("%s, line %u: [%s] has no name of its own; write one behind it, as in "
                             "[%s main]."),
                           r->file, r->line, words[r->kind], words[r->kind]);
    if (!syntax_id(id) || strlen(id) > CONFIG_ID_MAX)
        return reader_fail(
            r,
            _("%s, line %u: the name in [%s] is not possible; use at most %d letters "
              "and digits without diacritics, a letter first."),
            r->file, r->line, reader_show(r, r->section), CONFIG_ID_MAX);
    for (int i = 0; r->kind == READER_DIRECTORY && i < c->directories; i++)
        taken = taken || strcmp(c->directory[i].id, id) == 0;
    for (int i = 0; r->kind == READER_SYSTEM && i < c->systems; i++)
        taken = taken || strcmp(c->system[i].id, id) == 0;
    for (int i = 0; r->kind == READER_DESK && i < c->desks; i++)
        taken = taken || strcmp(c->desk[i].id, id) == 0;
    if (taken)
        return reader_fail(r,
                           _("%s, line %u: the name in [%s] is already taken; choose another one."),
                           r->file, r->line, r->section);
    return true;
}

/* A section without a name of its own, of which there is one at most. */
static bool begin_only(struct reader *r, const char *id, bool *seen)
{
    if (id[0] != '\0')
        return unknown_section(r);
    if (*seen)
        return reader_fail(r,
                           _("%s, line %u: section [%s] stands here a second time; put all its "
                             "keys into the first one."),
                           r->file, r->line, words[r->kind]);
    *seen = true;
    return true;
}

static bool begin_directory(struct reader *r, const char *id)
{
    struct config *c = r->config;
    struct config_directory *d;

    if (!check_id(r, id))
        return false;
    if (c->directories == MK_DIRECTORIES_MAX)
        return reader_fail(r, _("%s, line %u: more than %d directories; leave some out."), r->file,
                           r->line, MK_DIRECTORIES_MAX);
    d = &c->directory[c->directories++];
    memcpy(d->id, id, strlen(id) + 1);
    memcpy(d->request.name_attribute, "cn", sizeof "cn");
    memcpy(d->request.unit_attribute, "ou", sizeof "ou");
    return true;
}

static bool begin_system(struct reader *r, const char *id)
{
    struct config *c = r->config;

    if (!check_id(r, id))
        return false;
    if (c->systems == MK_SYSTEMS_MAX)
        return reader_fail(r, _("%s, line %u: more than %d systems; leave some out."), r->file,
                           r->line, MK_SYSTEMS_MAX);
    memcpy(c->system[c->systems++].id, id, strlen(id) + 1);
    return true;
}

static bool begin_desk(struct reader *r, const char *id)
{
    struct config *c = r->config;

    if (!check_id(r, id))
        return false;
    if (c->desks == CONFIG_DESKS_MAX)
        return reader_fail(r, _("%s, line %u: more than %d desks; leave some out."), r->file,
                           r->line, CONFIG_DESKS_MAX);
    memcpy(c->desk[c->desks++].id, id, strlen(id) + 1);
    return true;
}

static bool begin(struct reader *r, const char *id)
{
    switch (r->kind) {
    case READER_MINISTRY:
        return begin_only(r, id, &r->has_ministry);
    case READER_HELPDESK:
        return begin_only(r, id, &r->has_helpdesk);
    case READER_DESK:
        return begin_desk(r, id);
    case READER_DIRECTORY:
        return begin_directory(r, id);
    default:
        return begin_system(r, id);
    }
}

/* `line` begins with '['. inih takes the same line afterwards, but tells only of keys. */
static bool begin_section(struct reader *r, const char *line)
{
    size_t length = strcspn(line + 1, "]");
    const char *rest = line + 1 + length;
    size_t word;
    const char *id;

    if (!reader_end_section(r))
        return false;
    if (*rest == ']')
        rest += 1 + strspn(rest + 1, BLANKS);
    else
        rest = "?";
    if ((*rest != '\0' && *rest != ';') || length >= sizeof r->section)
        return reader_fail(r,
                           _("%s, line %u: a section is one word or two in brackets with nothing "
                             "behind them, as in [system mail]."),
                           r->file, r->line);
    memcpy(r->section, line + 1, length);
    r->section[length] = '\0';
    r->section_line = r->line;
    r->last_continues = false;
    r->writables = 0;
    memset(r->key_line, 0, sizeof r->key_line);
    word = strcspn(r->section, " ");
    id = r->section + word + strspn(r->section + word, " ");
    for (int kind = 0; kind < READER_SECTIONS; kind++)
        if (strlen(words[kind]) == word && strncmp(words[kind], r->section, word) == 0) {
            r->kind = (enum reader_section)kind;
            return begin(r, id);
        }
    return unknown_section(r);
}

/* What inih would not notice, or would mend silently. */
static bool check_line(struct reader *r, const char *line, size_t length)
{
    const char *start = line + strspn(line, BLANKS);

    if (!syntax_text(line, length))
        return reader_fail(
            r,
            _("%s, line %u: this line is not UTF-8 or holds a control character; save "
              "the file as UTF-8 text."),
            r->file, r->line);
    if (length > LINE_BYTES)
        return reader_fail(r,
                           _("%s, line %u: the line is too long; at most %d bytes are possible."),
                           r->file, r->line, LINE_BYTES);
    r->indented = false;
    if (*start == '\0' || *start == ';' || *start == '#')
        return true;
    r->indented = start != line;
    if (r->indented && !r->last_continues)
        return reader_fail(r,
                           _("%s, line %u: the line begins with a space and would continue the one "
                             "above, which takes no further value; begin it at the margin."),
                           r->file, r->line);
    return *start != '[' || r->indented || begin_section(r, line);
}

/* An ini_reader: the next line, or NULL at the end of the file and after a failure. */
static char *next_line(char *out, int size, void *user)
{
    static const char mark[] = "\xef\xbb\xbf"; /* byte order mark */
    struct reader *r = user;
    char *line;
    ssize_t length;

    if (r->failed)
        return NULL;
    length = getline(&r->buffer, &r->capacity, r->stream);
    if (length < 0) {
        if (ferror(r->stream))
            (void)reader_fail(r, _("%s: the file cannot be read to its end."), r->file);
        return NULL;
    }
    line = r->buffer;
    if (++r->line == 1 && strncmp(line, mark, sizeof mark - 1) == 0) {
        line += sizeof mark - 1;
        length -= (ssize_t)sizeof mark - 1;
    }
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        line[--length] = '\0';
    if (!check_line(r, line, (size_t)length) || length >= size)
        return NULL;
    memcpy(out, line, (size_t)length + 1);
    return out;
}

/* An ini_handler: one key and its value. */
static int take_line(void *user, const char *section, const char *name, const char *value)
{
    struct reader *r = user;
    char text[LINE_BYTES + 1];
    size_t length;

    (void)section; /* cut by inih; begin_section() has the whole of it */
    if (r->section_line == 0)
        return reader_fail(r,
                           _("%s, line %u: \"%s\" stands before the first section; begin the file "
                             "with [ministry]."),
                           r->file, r->line, reader_show(r, name));
    /* inih 55 takes a comment off the end of a line, but not off one that continues another. */
    for (length = 0; value[length] != '\0'; length++)
        if (value[length] == ';' && length > 0 && strchr(BLANKS, value[length - 1]) != NULL)
            break;
    while (length > 0 && strchr(BLANKS, value[length - 1]) != NULL)
        length--;
    memcpy(text, value, length);
    text[length] = '\0';
    return reader_key(r, name, text);
}

static void read_stream(struct reader *r)
{
    int status;

    /* Debian's inih has run-time options in place of upstream's macros. */
    ini_use_stack = true;
    ini_max_line = LINE_BYTES + 3;
    ini_stop_on_first_error = true;
    status = ini_parse_stream(next_line, r, take_line, r);
    if (status != 0)
        (void)reader_fail(
            r,
            _("%s, line %u: this is neither a section nor a key with its value; write "
              "\"key = value\", or put \";\" before a comment."),
            r->file, r->line);
    if (!r->failed)
        (void)reader_end_file(r);
}

static bool open_config(struct reader *r, const char *file)
{
    switch (reader_open(file, &r->stream)) {
    case READER_FILE_GOOD:
        return true;
    case READER_FILE_MISSING:
        return reader_fail(
            r,
            _("%s: the configuration file does not exist; create it, or name another "
              "one with --config."),
            r->file);
    case READER_FILE_SPECIAL:
        return reader_fail(
            r, _("%s: the configuration is not a regular file; name the file itself."), r->file);
    case READER_FILE_WRITABLE:
        return reader_fail(
            r,
            _("%s: the configuration can be changed by others than its owner, and it "
              "decides who gets the passwords; use \"chmod go-w\" on it."),
            r->file);
    case READER_FILE_FOREIGN:
        return reader_fail(r,
                           _("%s: the configuration belongs to another user, and it decides who "
                             "gets the passwords; make root its owner."),
                           r->file);
    default:
        return reader_fail(r,
                           _("%s: the configuration cannot be read; make it readable for whoever "
                             "runs the program."),
                           r->file);
    }
}

bool config_read(struct config *config, const char *file, char *message, size_t size)
{
    struct reader *r = calloc(1, sizeof *r);
    bool good;

    if (size > 0)
        message[0] = '\0';
    if (r == NULL) {
        (void)snprintf(message, size, "%s",
                       _("There is not enough memory to read the configuration."));
        return false;
    }
    config->deadline_ms = DEFAULT_DEADLINE_MS;
    config->idle_seconds = DEFAULT_IDLE_SECONDS;
    config->watch_seconds = DEFAULT_WATCH_SECONDS;
    memcpy(config->words_dir, DEFAULT_WORDS, sizeof DEFAULT_WORDS);
    r->config = config;
    r->message = message;
    r->size = size;
    r->max_age_unit = MK_AGE_MONTHS;
    r->max_age = DEFAULT_MONTHS;
    r->warn_days = DEFAULT_WARN_DAYS;
    (void)text_printable(r->file, sizeof r->file, file);
    if (open_config(r, file)) {
        read_stream(r);
        (void)fclose(r->stream);
    }
    good = !r->failed;
    free(r->buffer);
    free(r);
    return good;
}
