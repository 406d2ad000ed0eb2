// SPDX-License-Identifier: MIT
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "chain.h"
#include "record.h"

/* How far back the last record is looked for, behind pieces of others. */
#define TAIL_MAX ((size_t)64 << 10)

/* Between renaming the old file and making the new one, logrotate(8) leaves none. */
#define MISSING_TRIES 50
#define MISSING_MS 10

static enum mk_trail_fault fault_of(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return MK_TRAIL_MISSING;
    case EACCES:
    case EPERM:
    case EROFS:
        return MK_TRAIL_NO_RIGHT;
    case ELOOP: /* O_NOFOLLOW */
    case EISDIR:
    case ENXIO:
        return MK_TRAIL_SPECIAL;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return MK_TRAIL_FULL;
    default:
        return MK_TRAIL_BROKEN;
    }
}

static enum mk_trail_fault lock(int fd, int kind)
{
    int rc;

    do
        rc = flock(fd, kind);
    while (rc != 0 && errno == EINTR);
    return rc == 0 ? MK_TRAIL_WORKS : MK_TRAIL_BROKEN;
}

/* Opens and locks whatever file it is; `*fd` is -1 after a fault. */
static enum mk_trail_fault open_file(const char *path, int flags, int kind, int *fd)
{
    enum mk_trail_fault fault = MK_TRAIL_WORKS;
    struct stat status;

    *fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0)
        return fault_of(errno);
    if (fstat(*fd, &status) != 0)
        fault = MK_TRAIL_BROKEN;
    else if (!S_ISREG(status.st_mode))
        fault = MK_TRAIL_SPECIAL;
    else if (flags != O_RDONLY && (status.st_mode & S_IWOTH) != 0)
        fault = MK_TRAIL_LOOSE;
    else
        fault = lock(*fd, kind);
    if (fault != MK_TRAIL_WORKS) {
        (void)close(*fd);
        *fd = -1;
    }
    return fault;
}

enum mk_trail_fault file_open_for_reading(const char *path, int *fd)
{
    return open_file(path, O_RDONLY, LOCK_SH, fd);
}

/* Whether `path` still names the open file: it may have been renamed while we waited for it. */
static bool is_current(const char *path, int fd)
{
    struct stat here;
    struct stat there;

    return fstat(fd, &here) == 0 && lstat(path, &there) == 0 && here.st_dev == there.st_dev &&
           here.st_ino == there.st_ino;
}

static enum mk_trail_fault open_for_appending(const char *path, int *fd)
{
    enum mk_trail_fault fault = MK_TRAIL_MISSING;

    for (int i = 0; i < MISSING_TRIES; i++) {
        fault = open_file(path, O_RDWR | O_APPEND, LOCK_EX, fd);
        if (fault == MK_TRAIL_WORKS && is_current(path, *fd))
            return MK_TRAIL_WORKS;
        if (fault == MK_TRAIL_WORKS) {
            (void)close(*fd);
            *fd = -1;
            fault = MK_TRAIL_MISSING;
        } else if (fault != MK_TRAIL_MISSING) {
            return fault;
        }
        (void)poll(NULL, 0, MISSING_MS);
    }
    return fault;
}

/* The end of a file: whole lines, and a last one that may have no end. */
struct tail {
    char bytes[TAIL_MAX];
    size_t length;
    bool all; /* it is the whole file */
};

static bool read_tail(struct tail *tail, int fd, off_t size)
{
    off_t from = size > (off_t)TAIL_MAX ? size - (off_t)TAIL_MAX : 0;

    tail->all = from == 0;
    tail->length = 0;
    while (from + (off_t)tail->length < size) {
        ssize_t n = pread(fd, tail->bytes + tail->length, (size_t)(size - from) - tail->length,
                          from + (off_t)tail->length);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        tail->length += (size_t)n;
    }
    return true;
}

/* The length of the line at `at`, without its end. */
static size_t line_length(const struct tail *tail, size_t at)
{
    const char *end = memchr(tail->bytes + at, '\n', tail->length - at);

    return end == NULL ? tail->length - at : (size_t)(end - (tail->bytes + at));
}

/*
 * The last record, and the pieces behind it. `link` holds what the file begins with, and becomes
 * what the next record links to.
 */
static enum mk_trail_fault follow_tail(const struct tail *tail, char link[MK_TRAIL_HASH_MAX + 1])
{
    size_t at = tail->all ? 0 : line_length(tail, 0) + 1;
    bool linked = tail->all;

    while (at < tail->length) {
        size_t length = line_length(tail, at);
        struct chain_record record;

        if (chain_read(&record, tail->bytes + at, length)) {
            memcpy(link, record.hash, sizeof record.hash);
            linked = true;
        } else if (!chain_is_piece(tail->bytes + at, length)) {
            return MK_TRAIL_FOREIGN;
        } else if (linked) {
            chain_follow(link, tail->bytes + at, length);
        }
        at += length + 1;
    }
    return linked ? MK_TRAIL_WORKS : MK_TRAIL_FOREIGN;
}

/* `link` becomes what the next record links to, `*torn` whether the last line has no end. */
static enum mk_trail_fault find_link(int fd, off_t size, char link[MK_TRAIL_HASH_MAX + 1],
                                     bool *torn)
{
    struct tail *tail = calloc(1, sizeof *tail);
    enum mk_trail_fault fault = MK_TRAIL_BROKEN;

    if (tail != NULL && read_tail(tail, fd, size)) {
        *torn = tail->length > 0 && tail->bytes[tail->length - 1] != '\n';
        fault = follow_tail(tail, link);
    }
    free(tail);
    return fault;
}

/* What an empty file goes on with. */
static enum mk_trail_fault find_predecessor(const char *path, char link[MK_TRAIL_HASH_MAX + 1])
{
    char before[MK_FILE_MAX + 3];
    enum mk_trail_fault fault;
    struct stat status;
    bool torn;
    int fd;

    (void)snprintf(before, sizeof before, "%s.1", path);
    /* The lock waits for who had opened it under its old name and is about to write its last line.
     */
    fault = open_file(before, O_RDONLY, LOCK_SH, &fd);
    if (fault != MK_TRAIL_WORKS)
        return fault == MK_TRAIL_MISSING ? MK_TRAIL_WORKS : fault;
    fault = fstat(fd, &status) == 0 ? find_link(fd, status.st_size, link, &torn) : MK_TRAIL_BROKEN;
    (void)close(fd);
    return fault;
}

/* Opens and locks the file, and finds out what comes next in it. */
static enum mk_trail_fault open_at_end(const char *path, int *fd, off_t *size,
                                       char link[MK_TRAIL_HASH_MAX + 1], bool *torn)
{
    enum mk_trail_fault fault = open_for_appending(path, fd);
    struct stat status;

    *torn = false;
    memcpy(link, CHAIN_START, sizeof CHAIN_START);
    if (fault != MK_TRAIL_WORKS)
        return fault;
    if (fstat(*fd, &status) != 0)
        fault = MK_TRAIL_BROKEN;
    else if (status.st_size == 0)
        fault = find_predecessor(path, link);
    else
        fault = find_link(*fd, status.st_size, link, torn);
    *size = status.st_size;
    if (fault != MK_TRAIL_WORKS)
        (void)close(*fd);
    return fault;
}

enum mk_trail_fault file_try(const char *path)
{
    char link[MK_TRAIL_HASH_MAX + 1];
    enum mk_trail_fault fault;
    off_t size;
    bool torn;
    int fd;

    fault = open_at_end(path, &fd, &size, link, &torn);
    if (fault == MK_TRAIL_WORKS)
        (void)close(fd);
    return fault;
}

/* One write(2), so that nobody ever sees half of it where the disk has room. */
static enum mk_trail_fault write_line(int fd, off_t size, const char *line, size_t length)
{
    ssize_t n;

    do
        n = write(fd, line, length);
    while (n < 0 && errno == EINTR);
    if (n == (ssize_t)length)
        return MK_TRAIL_WORKS;
    if (n < 0)
        return fault_of(errno);
    /* Refused where the file is append-only: then the piece stays, and the next one gets past it.
     */
    (void)!ftruncate(fd, size);
    return MK_TRAIL_FULL;
}

enum mk_trail_fault file_append(const char *path, const struct mk_trail_record *record,
                                char line[MK_TRAIL_LINE_MAX + 1])
{
    char link[MK_TRAIL_HASH_MAX + 1];
    char bytes[MK_TRAIL_LINE_MAX + 2] = "\n";
    enum mk_trail_fault fault;
    struct timespec now;
    size_t length;
    off_t size;
    bool torn;
    int fd;

    line[0] = '\0';
    fault = open_at_end(path, &fd, &size, link, &torn);
    if (fault != MK_TRAIL_WORKS)
        return fault;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    length = record_write(line, record, link, &now, (unsigned)getuid());
    memcpy(bytes + 1, line, length);
    fault =
        torn ? write_line(fd, size, bytes, length + 1) : write_line(fd, size, bytes + 1, length);
    /* Others may go on meanwhile: what is on the disk is a beginning of the chain at any time. */
    (void)flock(fd, LOCK_UN);
    if (fault == MK_TRAIL_WORKS && fdatasync(fd) != 0)
        fault = fault_of(errno) == MK_TRAIL_FULL ? MK_TRAIL_FULL : MK_TRAIL_BROKEN;
    (void)close(fd);
    return fault;
}
