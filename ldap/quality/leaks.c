// SPDX-License-Identifier: MIT
#include "leaks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nettle/md4.h>
#include <nettle/sha1.h>

#include "fold.h"
#include "utf8.h"

#define SHA1_DIGITS 40
#define NT_DIGITS 32
#define COUNT_DIGITS 12

/* The longest line, its end included. */
#define LINE_BYTES (SHA1_DIGITS + 1 + COUNT_DIGITS + 2)

/* Places that are looked at when the file is opened. */
#define SPOTS 256

/*
 * Hashes are spread evenly, so the first and the last of a whole file are near the ends. A gap this
 * many times the usual one is left by chance in one file of 10^27.
 */
#define GAP_MAX 64.0

struct line {
    off_t start;
    off_t end; /* where the next one begins */
    char hash[SHA1_DIGITS + 1];
};

static size_t digits_of(enum mk_leak_kind kind)
{
    return kind == MK_LEAKS_NT ? NT_DIGITS : SHA1_DIGITS;
}

static bool is_hash(const char *text, size_t digits)
{
    for (size_t i = 0; i < digits; i++)
        if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'A' && text[i] <= 'F')))
            return false;
    return true;
}

/* HASH[:COUNT] with nothing after it but, at most, a CR. */
static bool is_line(const char *text, size_t length, size_t digits)
{
    if (length > 0 && text[length - 1] == '\r')
        length--;
    if (length < digits || !is_hash(text, digits))
        return false;
    if (length == digits)
        return true;
    if (text[digits] != ':' || length == digits + 1 || length > digits + 1 + COUNT_DIGITS)
        return false;
    for (size_t i = digits + 1; i < length; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

static ssize_t read_at(int fd, char *bytes, size_t size, off_t at)
{
    ssize_t got;

    do
        got = pread(fd, bytes, size, at);
    while (got < 0 && errno == EINTR);
    return got;
}

/* The line that the byte at `at` is in. */
static bool line_at(const struct leaks *leaks, off_t at, struct line *line)
{
    char bytes[2 * LINE_BYTES];
    off_t from = at > LINE_BYTES ? at - LINE_BYTES : 0;
    ssize_t got = read_at(leaks->fd, bytes, sizeof bytes, from);
    size_t digits = digits_of(leaks->kind);
    const char *start;
    const char *stop;

    if (got <= at - from)
        return false;
    start = memrchr(bytes, '\n', (size_t)(at - from));
    if (start == NULL && from > 0)
        return false;
    start = start != NULL ? start + 1 : bytes;
    stop = memchr(start, '\n', (size_t)(bytes + got - start));
    if (stop == NULL) {
        if (from + got != leaks->size)
            return false;
        stop = bytes + got;
    }
    if (!is_line(start, (size_t)(stop - start), digits))
        return false;
    line->start = from + (start - bytes);
    line->end = from + (stop - bytes) + (from + (stop - bytes) < leaks->size);
    memcpy(line->hash, start, digits);
    line->hash[digits] = '\0';
    return true;
}

/* Where in 0..1 a hash lies. */
static double place_of(const char *hash)
{
    char first[14];

    memcpy(first, hash, sizeof first - 1);
    first[sizeof first - 1] = '\0';
    return (double)strtoull(first, NULL, 16) / (double)(UINT64_C(1) << 52);
}

static enum mk_part_fault look_around(const struct leaks *leaks)
{
    struct line first;
    struct line line;
    struct line before;
    double lines;

    if (!line_at(leaks, 0, &first))
        return MK_PART_FORMAT;
    before = first;
    for (int i = 1; i <= SPOTS; i++) {
        off_t at = leaks->size / SPOTS * i + leaks->size % SPOTS * i / SPOTS;
        if (!line_at(leaks, at > 0 ? at - 1 : 0, &line))
            return MK_PART_FORMAT;
        if (line.start < before.start ||
            (line.start > before.start && strcmp(line.hash, before.hash) <= 0))
            return MK_PART_UNSORTED;
        before = line;
    }
    /* A download that broke off at the end of a line shows only by what is missing. */
    lines = (double)leaks->size / (double)(line.end - line.start);
    if (place_of(first.hash) > GAP_MAX / lines || 1 - place_of(line.hash) > GAP_MAX / lines)
        return MK_PART_FORMAT;
    return MK_PART_WORKS;
}

enum mk_part_fault leaks_inspect(struct leaks *leaks, int fd, enum mk_leak_kind kind)
{
    struct stat status;
    enum mk_part_fault fault;

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return MK_PART_UNREADABLE;
    if (status.st_size == 0)
        return MK_PART_MISSING;
    *leaks = (struct leaks){.kind = kind, .fd = fd, .size = status.st_size};
    fault = look_around(leaks);
    if (fault != MK_PART_WORKS)
        *leaks = (struct leaks){0};
    return fault;
}

static uint64_t short_hash(const char *text, size_t length)
{
    struct sha1_ctx context;
    uint8_t digest[sizeof(uint64_t)];
    uint64_t value;

    sha1_init(&context);
    sha1_update(&context, length, (const uint8_t *)text);
    sha1_digest(&context, sizeof digest, digest);
    memcpy(&value, digest, sizeof value);
    mk_wipe(&context, sizeof context);
    return value;
}

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;

    return (*x > *y) - (*x < *y);
}

/* One line of a plain list. Hashes in it mean that the file is of another kind. */
static bool keep(struct leaks *leaks, const char *line, size_t length, size_t *room)
{
    if (length > 0 && line[length - 1] == '\r')
        length--;
    if (length == 0)
        return true;
    if (memchr(line, '\0', length) != NULL || is_line(line, length, SHA1_DIGITS) ||
        is_line(line, length, NT_DIGITS) || leaks->plain_count == LEAKS_PLAIN_MAX)
        return false;
    if (length > MK_PASSWORD_MAX)
        return true;
    if (leaks->plain_count == *room) {
        size_t more = *room == 0 ? 1024 : *room * 2;
        uint64_t *larger = reallocarray(leaks->plain, more, sizeof *larger);
        if (larger == NULL)
            return false;
        leaks->plain = larger;
        *room = more;
    }
    leaks->plain[leaks->plain_count++] = short_hash(line, length);
    return true;
}

static enum mk_part_fault read_plain(struct leaks *leaks, FILE *file, uint32_t *line)
{
    char *text = NULL;
    size_t text_room = 0;
    size_t room = 0;
    ssize_t length;
    enum mk_part_fault fault = MK_PART_WORKS;

    while (fault == MK_PART_WORKS && (length = getline(&text, &text_room, file)) > 0) {
        (*line)++;
        if (text[length - 1] == '\n')
            length--;
        if (!keep(leaks, text, (size_t)length, &room))
            fault = MK_PART_FORMAT;
    }
    if (ferror(file))
        fault = MK_PART_UNREADABLE;
    free(text);
    if (fault != MK_PART_WORKS)
        return fault;
    *line = 0;
    if (leaks->plain_count == 0)
        return MK_PART_MISSING;
    qsort(leaks->plain, leaks->plain_count, sizeof *leaks->plain, by_value);
    leaks->kind = MK_LEAKS_PLAIN;
    return MK_PART_WORKS;
}

static enum mk_part_fault open_plain(struct leaks *leaks, int fd, uint32_t *line)
{
    struct stat status;
    enum mk_part_fault fault;
    FILE *file;

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || (file = fdopen(fd, "r")) == NULL) {
        (void)close(fd);
        return MK_PART_UNREADABLE;
    }
    fault = read_plain(leaks, file, line);
    (void)fclose(file);
    if (fault != MK_PART_WORKS) {
        free(leaks->plain);
        *leaks = (struct leaks){0};
    }
    return fault;
}

enum mk_part_fault leaks_open(struct leaks *leaks, const char *file, enum mk_leak_kind kind,
                              uint32_t *line)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    enum mk_part_fault fault;

    *line = 0;
    if (fd < 0)
        return errno == ENOENT ? MK_PART_MISSING : MK_PART_UNREADABLE;
    if (kind == MK_LEAKS_PLAIN)
        return open_plain(leaks, fd, line);
    fault = leaks_inspect(leaks, fd, kind);
    if (fault != MK_PART_WORKS)
        (void)close(fd);
    return fault;
}

static void write_hex(char *out, const uint8_t *digest, size_t size)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[2 * size] = '\0';
}

static void hash_sha1(char out[SHA1_DIGITS + 1], const struct mk_password *password)
{
    struct sha1_ctx context;
    uint8_t digest[SHA1_DIGEST_SIZE];

    sha1_init(&context);
    sha1_update(&context, password->length, (const uint8_t *)password->text);
    sha1_digest(&context, sizeof digest, digest);
    write_hex(out, digest, sizeof digest);
    mk_wipe(&context, sizeof context);
    mk_wipe(digest, sizeof digest);
}

/* [MS-NLMP] 3.3.1: MD4 of the password in UTF-16LE. */
static void hash_nt(char out[SHA1_DIGITS + 1], const struct mk_password *password)
{
    struct md4_ctx context;
    uint8_t digest[MD4_DIGEST_SIZE];
    uint8_t unit[2];

    md4_init(&context);
    for (const char *at = password->text; *at != '\0';) {
        uint16_t units[2];
        int count = utf8_units(fold_next(&at), units);

        for (int i = 0; i < count; i++) {
            unit[0] = (uint8_t)(units[i] & 0xff);
            unit[1] = (uint8_t)(units[i] >> 8);
            md4_update(&context, sizeof unit, unit);
        }
    }
    md4_digest(&context, sizeof digest, digest);
    write_hex(out, digest, sizeof digest);
    mk_wipe(&context, sizeof context);
    mk_wipe(digest, sizeof digest);
    mk_wipe(unit, sizeof unit);
}

/* Between two lines whose hashes are below and above `hash`. */
static enum leaks_answer search(const struct leaks *leaks, const char *hash)
{
    char below[SHA1_DIGITS + 1] = "";
    char above[SHA1_DIGITS + 1] = "G"; /* sorts behind every digit */
    off_t low = 0;
    off_t high = leaks->size;

    while (low < high) {
        struct line line;
        int order;
        if (!line_at(leaks, low + (high - low) / 2, &line) || strcmp(line.hash, below) <= 0 ||
            strcmp(line.hash, above) >= 0)
            return LEAKS_BROKEN;
        order = strcmp(hash, line.hash);
        if (order == 0)
            return LEAKS_PRESENT;
        if (order < 0) {
            high = line.start;
            memcpy(above, line.hash, sizeof above);
        } else {
            low = line.end;
            memcpy(below, line.hash, sizeof below);
        }
    }
    return LEAKS_ABSENT;
}

enum leaks_answer leaks_find(const struct leaks *leaks, const struct mk_password *password)
{
    char hash[SHA1_DIGITS + 1] = "";
    uint64_t value;
    enum leaks_answer answer;

    switch (leaks->kind) {
    case MK_LEAKS_SHA1:
        hash_sha1(hash, password);
        break;
    case MK_LEAKS_NT:
        hash_nt(hash, password);
        break;
    case MK_LEAKS_PLAIN:
        value = short_hash(password->text, password->length);
        return bsearch(&value, leaks->plain, leaks->plain_count, sizeof value, by_value) != NULL
                   ? LEAKS_PRESENT
                   : LEAKS_ABSENT;
    default:
        return LEAKS_ABSENT;
    }
    answer = search(leaks, hash);
    mk_wipe(hash, sizeof hash);
    return answer;
}

void leaks_close(struct leaks *leaks)
{
    if (leaks->kind == MK_LEAKS_SHA1 || leaks->kind == MK_LEAKS_NT)
        (void)close(leaks->fd);
    free(leaks->plain);
    *leaks = (struct leaks){0};
}
