/* SPDX-License-Identifier: MIT */
#ifndef CONFIG_READER_H
#define CONFIG_READER_H

/*
 * Shared by the files that read the configuration, and by nobody else: config.c takes lines and
 * sections, config_keys.c, config_files.c, config_rules.c, config_kerberos.c and config_desk.c the
 * values, config_check.c looks at sections and the file as a whole.
 *
 * A function that returns bool returns false when it has left a message with reader_fail().
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "config.h"

/* A value as it is shown in a message, in bytes with its NUL. */
#define READER_SHOWN_MAX 256

#define READER_KEYS_MAX 24

enum reader_section {
    READER_MINISTRY,
    READER_DIRECTORY,
    READER_SYSTEM,
    READER_HELPDESK,
    READER_DESK,
    READER_SECTIONS
};

/* What a system says of others, which may come later in the file. */
struct reader_reference {
    unsigned line; /* of the section */
    unsigned directory_line;
    unsigned same_as_line;
    char directory[CONFIG_ID_MAX + 1]; /* "": not given */
    char same_as[CONFIG_ID_MAX + 1];   /* likewise */
};

/* Where a desk stands. */
struct reader_desk {
    unsigned line; /* of the section */
    unsigned group_line;
    unsigned base_line; /* 0: not given */
};

struct reader {
    struct config *config;
    FILE *stream;
    char *buffer; /* getline(3)'s */
    size_t capacity;
    char *message; /* where the sentence goes */
    size_t size;
    bool failed;
    unsigned line;
    bool indented; /* this line continues the one above */

    /* The section being read. */
    enum reader_section kind;
    unsigned section_line;              /* 0 before the first one */
    char section[CONFIG_ID_MAX + 16];   /* what stands between the brackets */
    unsigned key_line[READER_KEYS_MAX]; /* by position in the table of keys; 0: not seen */
    bool last_continues;                /* the last key may go on in the next line */
    uint32_t writables;                 /* addresses behind "writable" */
    char writable[MK_URIS_MAX][MK_URI_MAX + 1];

    /* What the whole file says. */
    bool has_ministry;
    bool has_helpdesk;
    unsigned max_age_unit; /* enum mk_age_unit */
    unsigned max_age;
    unsigned warn_days;
    struct reader_reference reference[MK_SYSTEMS_MAX];
    unsigned helpdesk_line; /* of [helpdesk]; 0: there is none */
    struct reader_desk desk[CONFIG_DESKS_MAX];
    unsigned
        person_line[MK_DIRECTORIES_MAX]; /* where it says how to find the person; 0: it does not */

    unsigned shown_next;
    char shown[4][READER_SHOWN_MAX];
    char file[READER_SHOWN_MAX]; /* printable */
};

/* How a value is read and where it goes, in bytes from the start of its section's struct. */
struct key {
    const char *name;
    bool (*take)(struct reader *r, const struct key *key, const char *value);
    size_t offset;
    size_t size;
    bool continues; /* over several lines */
};

/* Leaves a whole sentence and returns false. The first one stays. */
bool reader_fail(struct reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* `value` as it may be shown in a message. Good until four more have been asked for. */
const char *reader_show(struct reader *r, const char *value);

/* A continuation line, or "key = value", in the present section. `name` is the key's. */
bool reader_key(struct reader *r, const char *name, const char *value);

/* The line of `name` in the present section, 0 when it has not been given. */
unsigned reader_key_line(const struct reader *r, const char *name);

/* Where the value of `key` goes in the struct of the present section. */
void *reader_target(const struct reader *r, const struct key *key);

/* Keeps `value` as it is. */
bool reader_store(struct reader *r, const struct key *key, const char *value);

/* Whether `value` is a distinguished name. */
bool reader_check_dn(struct reader *r, const struct key *key, const char *value);

/* The present section lacks `key`; `example` is a value. False. */
bool reader_missing(struct reader *r, const char *key, const char *example);

/* Opens the regular file that `key` names; the caller closes it. NULL after a failure. */
FILE *reader_open_named(struct reader *r, const struct key *key, const char *path);

/* config_files.c: a file that must be there, one with certificates, a folder. */
bool reader_take_file(struct reader *r, const struct key *key, const char *value);
bool reader_take_ca_file(struct reader *r, const struct key *key, const char *value);
bool reader_take_folder(struct reader *r, const struct key *key, const char *value);

/* A file that need not be there, perhaps with "syslog" before it, or "syslog" alone. */
bool reader_take_trail(struct reader *r, const struct key *key, const char *value);

/* config_rules.c: the values that are about new passwords. */
bool reader_take_leaks(struct reader *r, const struct key *key, const char *value);
bool reader_take_incomplete(struct reader *r, const struct key *key, const char *value);
bool reader_take_accents(struct reader *r, const struct key *key, const char *value);
bool reader_take_longest(struct reader *r, const struct key *key, const char *value);
bool reader_take_not_taken(struct reader *r, const struct key *key, const char *value);
bool reader_take_excuse(struct reader *r, const struct key *key, const char *value);

/* config_kerberos.c: where expired passwords are changed, and who does it where nobody is named. */
bool reader_take_realm(struct reader *r, const struct key *key, const char *value);
bool reader_take_kdc(struct reader *r, const struct key *key, const char *value);
bool reader_end_kerberos(struct reader *r);

/* config_desk.c: the helpdesk, and what it needs to know of a directory's people. */
bool reader_take_phones(struct reader *r, const struct key *key, const char *value);
bool reader_take_protected(struct reader *r, const struct key *key, const char *value);
bool reader_take_verify(struct reader *r, const struct key *key, const char *value);
bool reader_take_watch(struct reader *r, const struct key *key, const char *value);
bool reader_end_people(struct reader *r);
bool reader_end_helpdesk(struct reader *r);
bool reader_end_desk(struct reader *r);
bool reader_end_desks(struct reader *r);

/* What a system does not say itself is as [ministry] has it. */
void reader_inherit_rules(struct config *config);

/* The present section is over: is it complete, does it contradict itself? */
bool reader_end_section(struct reader *r);

/* The file is over: do its sections fit together? Fills in what depends on several of them. */
bool reader_end_file(struct reader *r);

enum reader_file {
    READER_FILE_GOOD,
    READER_FILE_MISSING,
    READER_FILE_UNREADABLE,
    READER_FILE_SPECIAL,  /* a folder, a device, a pipe */
    READER_FILE_WRITABLE, /* by the group or by everybody */
    READER_FILE_FOREIGN,  /* of a user who is neither root nor the one who runs the program */
};

/*
 * Opens a file that decides who is trusted: a regular one that nobody but root or the
 * present user can change.
 * `*stream` is the caller's to close when READER_FILE_GOOD is returned.
 */
enum reader_file reader_open(const char *path, FILE **stream);

#endif
