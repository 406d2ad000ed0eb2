/* SPDX-License-Identifier: MIT */
#include "config_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "language.h"

/* Whether nobody but root or the present user can change what has this `status`. */
static enum reader_file judge(const struct stat *status, mode_t type)
{
    return (status->st_mode & S_IFMT) != type                   ? READER_FILE_SPECIAL
           : (status->st_mode & (S_IWGRP | S_IWOTH)) != 0       ? READER_FILE_WRITABLE
           : status->st_uid != 0 && status->st_uid != geteuid() ? READER_FILE_FOREIGN
                                                                : READER_FILE_GOOD;
}

/* The same for a folder, which is only looked at. READER_FILE_SPECIAL: not a folder. */
static enum reader_file look(const char *path)
{
    struct stat status;
    enum reader_file fault;

    if (stat(path, &status) != 0)
        return errno == ENOENT || errno == ENOTDIR ? READER_FILE_MISSING : READER_FILE_UNREADABLE;
    fault = judge(&status, S_IFDIR);
    return fault == READER_FILE_GOOD && access(path, R_OK | X_OK) != 0 ? READER_FILE_UNREADABLE
                                                                       : fault;
}

enum reader_file reader_open(const char *path, FILE **stream)
{
    enum reader_file fault = READER_FILE_UNREADABLE;
    struct stat status;
    /* Without O_NONBLOCK a named pipe would wait for its other end. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? READER_FILE_MISSING : READER_FILE_UNREADABLE;
    if (fstat(fd, &status) == 0)
        fault = judge(&status, S_IFREG);
    if (fault == READER_FILE_GOOD && (*stream = fdopen(fd, "r")) != NULL)
        return READER_FILE_GOOD;
    (void)close(fd);
    return fault == READER_FILE_GOOD ? READER_FILE_UNREADABLE : fault;
}

FILE *reader_open_named(struct reader *r, const struct key *key, const char *path)
{
    FILE *stream = NULL;
    const char *shown = reader_show(r, path);

    if (path[0] != '/') {
        (void)reader_fail(r,
                          _("%s, line %u: \"%s\" of \"%s\" is not a whole path; begin it with "
                            "\"/\"."),
                          r->file, r->line, shown, key->name);
        return NULL;
    }
    switch (reader_open(path, &stream)) {
    case READER_FILE_GOOD:
        return stream;
    case READER_FILE_MISSING:
        (void)reader_fail(
            r,
            _("%s, line %u: the file %s of \"%s\" does not exist; correct the name or "
              "put the file there."),
            r->file, r->line, shown, key->name);
        return NULL;
    case READER_FILE_UNREADABLE:
        (void)reader_fail(r,
                          _("%s, line %u: the file %s of \"%s\" cannot be read; make it readable "
                            "for whoever runs the program."),
                          r->file, r->line, shown, key->name);
        return NULL;
    case READER_FILE_SPECIAL:
        (void)reader_fail(r,
                          _("%s, line %u: %s of \"%s\" is not a regular file; name the file "
                            "itself."),
                          r->file, r->line, shown, key->name);
        return NULL;
    case READER_FILE_WRITABLE:
        (void)reader_fail(r,
                          _("%s, line %u: the file %s of \"%s\" can be changed by others than its "
                            "owner; use \"chmod go-w\" on it."),
                          r->file, r->line, shown, key->name);
        return NULL;
    case READER_FILE_FOREIGN:
        (void)reader_fail(r,
                          _("%s, line %u: the file %s of \"%s\" belongs to another user; make root "
                            "its owner."),
                          r->file, r->line, shown, key->name);
        return NULL;
    }
    return NULL;
}

bool reader_take_file(struct reader *r, const struct key *key, const char *value)
{
    FILE *stream = reader_open_named(r, key, value);

    if (stream == NULL)
        return false;
    (void)fclose(stream);
    return reader_store(r, key, value);
}

/* Whether a line begins a PEM certificate and a later one ends it (RFC 7468, 5). */
static bool holds_certificate(FILE *stream)
{
    static const char *const marks[] = {"-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"};
    char line[256];
    size_t found = 0;

    while (found < 2 && fgets(line, sizeof line, stream) != NULL)
        if (strncmp(line, marks[found], strlen(marks[found])) == 0)
            found++;
    return found == 2;
}

bool reader_take_ca_file(struct reader *r, const struct key *key, const char *value)
{
    FILE *stream = reader_open_named(r, key, value);
    bool good;

    if (stream == NULL)
        return false;
    good = holds_certificate(stream);
    (void)fclose(stream);
    if (!good)
        return reader_fail(r,
                           _("%s, line %u: %s holds no certificate; name a file in PEM form, with "
                             "\"-----BEGIN CERTIFICATE-----\"."),
                           r->file, r->line, reader_show(r, value));
    return reader_store(r, key, value);
}

bool reader_take_folder(struct reader *r, const struct key *key, const char *value)
{
    const char *shown = reader_show(r, value);

    if (value[0] != '/')
        return reader_fail(r,
                           _("%s, line %u: \"%s\" of \"%s\" is not a whole path; begin it with "
                             "\"/\"."),
                           r->file, r->line, shown, key->name);
    switch (look(value)) {
    case READER_FILE_GOOD:
        return reader_store(r, key, value);
    case READER_FILE_MISSING:
        return reader_fail(r,
                           _("%s, line %u: the folder %s of \"%s\" does not exist; correct the "
                             "name or make it."),
                           r->file, r->line, shown, key->name);
    case READER_FILE_SPECIAL:
        return reader_fail(r, _("%s, line %u: %s of \"%s\" is not a folder."), r->file, r->line,
                           shown, key->name);
    case READER_FILE_UNREADABLE:
        return reader_fail(r,
                           _("%s, line %u: the folder %s of \"%s\" cannot be read; make it "
                             "readable for whoever runs the program."),
                           r->file, r->line, shown, key->name);
    case READER_FILE_WRITABLE:
        return reader_fail(r,
                           _("%s, line %u: the folder %s of \"%s\" can be changed by others than "
                             "its owner; use \"chmod go-w\" on it."),
                           r->file, r->line, shown, key->name);
    case READER_FILE_FOREIGN:
        return reader_fail(r,
                           _("%s, line %u: the folder %s of \"%s\" belongs to another user; make "
                             "root its owner."),
                           r->file, r->line, shown, key->name);
    }
    return false;
}

bool reader_take_trail(struct reader *r, const struct key *key, const char *value)
{
    static const char log[] = "syslog";
    size_t word = strcspn(value, " \t");
    bool to_log = word == sizeof log - 1 && strncmp(value, log, word) == 0;
    const char *path = to_log ? value + word + strspn(value + word, " \t") : value;
    size_t length = strlen(path);

    r->config->trail_log = to_log;
    if (to_log && length == 0)
        return true;
    /* Whether it can be written shows when it has to be: a look at the table needs no trail. */
    if (path[0] != '/' || path[length - 1] == '/')
        return reader_fail(r,
                           _("%s, line %u: \"%s\" is no place for the trail; write syslog, the "
                             "whole path of a file, or both, as in \"syslog "
                             "/var/log/matkhau/trail.jsonl\"."),
                           r->file, r->line, reader_show(r, value));
    return reader_store(r, key, path);
}
