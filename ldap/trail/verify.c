// SPDX-License-Identifier: MIT
#include "verify.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chain.h"
#include "file.h"

/* One look through a file. */
struct look {
    struct verify *verify;
    struct mk_trail_verdict *verdict;
    FILE *stream;
    uint64_t line;
    char link[MK_TRAIL_HASH_MAX + 1]; /* what the next record has to link to; "": anything */
    uint64_t unproven;                /* the first of the pieces since the last record; 0: none */
    uint64_t pieces;                  /* how many those are */
};

static void set(char out[MK_TRAIL_HASH_MAX + 1], const char *hash)
{
    memcpy(out, hash, strlen(hash) + 1);
}

static bool fails(struct look *look, enum mk_chain_break broken, uint64_t line, const char *wanted,
                  const char *found)
{
    look->verdict->broken = broken;
    look->verdict->line = line;
    set(look->verdict->wanted, wanted);
    set(look->verdict->found, found);
    return false;
}

static void forget_open(struct verify *verify, size_t at)
{
    verify->count--;
    memmove(verify->open + at, verify->open + at + 1,
            (verify->count - at) * sizeof verify->open[0]);
}

/* An intent is open until the first outcome of the same act; what is noted opens nothing. False: no
   memory. */
static bool take_step(struct verify *verify, const struct chain_record *record)
{
    if (record->step == 'n')
        return true;
    if (record->step != 'i') {
        for (size_t i = verify->count; i > 0; i--)
            if (strcmp(verify->open[i - 1].id, record->id) == 0) {
                forget_open(verify, i - 1);
                break;
            }
        return true;
    }
    if (verify->count == verify->room) {
        size_t room = verify->room * 2 + 64;
        struct verify_open *more = realloc(verify->open, room * sizeof *more);

        if (more == NULL)
            return false;
        verify->open = more;
        verify->room = room;
    }
    memcpy(verify->open[verify->count].id, record->id, sizeof record->id);
    memcpy(verify->open[verify->count].time, record->time, sizeof record->time);
    verify->count++;
    return true;
}

static bool take_record(struct look *look, const struct chain_record *record, const char *line,
                        size_t length)
{
    struct mk_trail_verdict *verdict = look->verdict;
    char own[MK_TRAIL_HASH_MAX + 1];

    chain_own_hash(own, line, length);
    if (strcmp(own, record->hash) != 0)
        return fails(look, MK_CHAIN_CHANGED, look->line, own, record->hash);
    if (look->link[0] != '\0' && strcmp(look->link, record->prev) != 0)
        return look->unproven != 0
                   ? fails(look, MK_CHAIN_FOREIGN, look->unproven, "", "")
                   : fails(look, MK_CHAIN_LINK, look->line, look->link, record->prev);
    if (verdict->records++ == 0)
        set(verdict->first, record->prev);
    set(look->link, record->hash);
    memcpy(verdict->last_time, record->time, sizeof record->time);
    if (verdict->piece == 0)
        verdict->piece = look->unproven;
    verdict->pieces += look->pieces;
    look->unproven = look->pieces = 0;
    if (!take_step(look->verify, record)) {
        verdict->fault = MK_TRAIL_BROKEN;
        return false;
    }
    return true;
}

/* Good when what follows accounts for it. The first line of all can only begin a chain. */
static bool take_piece(struct look *look, const char *line, size_t length)
{
    if (!chain_is_piece(line, length))
        return fails(look, MK_CHAIN_FOREIGN, look->line, "", "");
    if (look->link[0] == '\0')
        set(look->link, CHAIN_START);
    if (look->unproven == 0)
        look->unproven = look->line;
    look->pieces++;
    chain_follow(look->link, line, length);
    return true;
}

/* The next line without its end. False: there is none, or not all of it. */
static bool next_line(struct look *look, char line[MK_TRAIL_LINE_MAX + 1], size_t *length)
{
    int c = getc(look->stream);

    *length = 0;
    if (c == EOF)
        return false;
    look->line++;
    for (; c != EOF && c != '\n'; c = getc(look->stream)) {
        if (*length == MK_TRAIL_LINE_MAX)
            return fails(look, MK_CHAIN_FOREIGN, look->line, "", "");
        line[(*length)++] = (char)c;
    }
    return c == '\n' || fails(look, MK_CHAIN_CUT, look->line, "", "");
}

static void look_through(struct look *look)
{
    char line[MK_TRAIL_LINE_MAX + 1];
    struct mk_trail_verdict *verdict = look->verdict;
    struct chain_record record;
    size_t length;
    bool good = true;

    while (good && next_line(look, line, &length))
        good = chain_read(&record, line, length) ? take_record(look, &record, line, length)
                                                 : take_piece(look, line, length);
    if (ferror(look->stream))
        verdict->fault = MK_TRAIL_BROKEN;
    else if (verdict->broken == MK_CHAIN_WHOLE && look->unproven != 0)
        (void)fails(look, MK_CHAIN_FOREIGN, look->unproven, "", "");
    set(verdict->last, look->link);
}

void verify_file(struct verify *verify, const struct mk_trail_verify *request,
                 struct mk_trail_verdict *verdict)
{
    struct look look = {.verify = verify, .verdict = verdict};
    int fd;

    set(look.link, request->after);
    verdict->fault = file_open_for_reading(request->file, &fd);
    if (verdict->fault != MK_TRAIL_WORKS)
        return;
    look.stream = fdopen(fd, "r");
    if (look.stream == NULL) {
        verdict->fault = MK_TRAIL_BROKEN;
        (void)close(fd);
        return;
    }
    look_through(&look);
    (void)fclose(look.stream);
    verdict->open = verify->count;
    for (size_t i = 0; i < MK_TRAIL_OPEN_MAX && i < verify->count; i++) {
        memcpy(verdict->open_act[i], verify->open[i].id, sizeof verify->open[i].id);
        memcpy(verdict->open_time[i], verify->open[i].time, sizeof verify->open[i].time);
    }
}

void verify_end(struct verify *verify)
{
    free(verify->open);
    *verify = (struct verify){0};
}
