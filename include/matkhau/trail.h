/* SPDX-License-Identifier: MIT */
#ifndef MATKHAU_TRAIL_H
#define MATKHAU_TRAIL_H

/*
 * The boundary between the terminal program and the trail worker, which writes down what was done,
 * one line of JSON (RFC 8259) for each step, and tells whether a file of such lines is as it was
 * written. Rules of packets as in message.h; one answer to each request, with its id.
 *
 *   writing    SETTINGS: WRITTEN, then any number of RECORD: WRITTEN
 *   looking    any number of VERIFY: VERDICT, for the files of one chain in the order of their age
 */

#include <stdint.h>

#include "matkhau/channel.h"

/*
 * Longest line, in bytes with its end, whatever its members hold. With URIs in ASCII, as in any
 * configuration, it stays below the 2048 bytes that a system log should take (RFC 5424, 6.1).
 */
#define MK_TRAIL_LINE_MAX 2304

#define MK_TRAIL_HASH_MAX 64 /* SHA-256 in small hexadecimal digits */
#define MK_TRAIL_TIME_MAX 24 /* 2026-11-22T07:03:00.000Z */
#define MK_TRAIL_ID_MAX 16   /* of an act, in hexadecimal digits */
#define MK_TRAIL_NAME_MAX 31 /* of a terminal, of a system in the configuration */
#define MK_TRAIL_ADDRESS_MAX 45
#define MK_TRAIL_VERIFIED_MAX 127 /* of how a caller was verified, as configured */
#define MK_TRAIL_REASON_MAX 120   /* of why somebody calls, as typed */
#define MK_TRAIL_OPEN_MAX 8

enum mk_trail_request_type { MK_TRAIL_SETTINGS = 401, MK_TRAIL_RECORD, MK_TRAIL_VERIFY };
enum mk_trail_reply_type { MK_TRAIL_WRITTEN = 501, MK_TRAIL_VERDICT };

/* What was done. */
enum mk_trail_act {
    MK_TRAIL_CHANGE, /* of the own password */
    MK_TRAIL_LOOK,   /* at a caller's card: one record, of step MK_TRAIL_NOTED */
    MK_TRAIL_CALL,   /* how a caller was verified, and why they call: likewise */
    MK_TRAIL_UNLOCK,
    MK_TRAIL_RESET,
    MK_TRAIL_ACTS
};

/* What one record says of an act. */
enum mk_trail_step {
    MK_TRAIL_INTENT,  /* it is about to be asked for */
    MK_TRAIL_OUTCOME, /* the first that was known of it */
    MK_TRAIL_FOUND,   /* what a later look has shown, after an unknown outcome */
    MK_TRAIL_NOTED,   /* the only record of what changes nothing */
    MK_TRAIL_STEPS
};

/* Why a record was not written, or a file not read. */
enum mk_trail_fault {
    MK_TRAIL_WORKS,
    MK_TRAIL_MISSING,  /* no such file: it is never made by the program */
    MK_TRAIL_NO_RIGHT, /* whoever runs the program may not read and append to it */
    MK_TRAIL_SPECIAL,  /* not a regular file, or a symbolic link */
    MK_TRAIL_LOOSE,    /* everybody may write to it */
    MK_TRAIL_FOREIGN,  /* it does not end as a trail does */
    MK_TRAIL_FULL,     /* no room: the disk, a quota, or the limit of a file's size */
    MK_TRAIL_BROKEN,   /* reading, writing or fsync(2) failed otherwise */
    MK_TRAIL_NO_LOG,   /* the system log does not take it */
    MK_TRAIL_LATE,     /* no answer in time; found out by the terminal program */
    MK_TRAIL_FAULTS
};

/* Where a chain breaks. */
enum mk_chain_break {
    MK_CHAIN_WHOLE,
    MK_CHAIN_CHANGED, /* the record's own hash is not that of its bytes */
    MK_CHAIN_LINK,    /* `prev` is not the hash of what stands before: lines were taken away, put in
                         or moved */
    MK_CHAIN_FOREIGN, /* the line is no record, and nothing that follows accounts for it */
    MK_CHAIN_CUT,     /* the last line has no end */
    MK_CHAIN_BREAKS
};

/*
 * MK_TRAIL_SETTINGS: the first packet, once, by who wants to write. The answer says whether a
 * record could be written now; nothing is written for it.
 */
struct mk_trail_settings {
    struct mk_header header;
    uint32_t to_log;            /* 1: to the system log (facility authpriv) as well */
    char file[MK_FILE_MAX + 1]; /* absolute path, or "": to the system log only */
};

/* MK_TRAIL_RECORD: "" where something is not known or does not apply; then it is left out. */
struct mk_trail_record {
    struct mk_header header;
    uint32_t kind;              /* enum mk_trail_act */
    uint32_t step;              /* enum mk_trail_step */
    uint32_t result;            /* enum mk_result; with MK_TRAIL_OUTCOME and MK_TRAIL_FOUND */
    int32_t ldap_code;          /* with MK_SERVER_REFUSED, else 0 */
    uint64_t act;               /* by chance, the same in every step of one act */
    char who[MK_LOGIN_MAX + 1]; /* only a name that the directory has confirmed */
    char tty[MK_TRAIL_NAME_MAX + 1];
    char utmp[MK_TRAIL_ADDRESS_MAX + 1]; /* where they come from, as utmp(5) says */
    char ssh[MK_TRAIL_ADDRESS_MAX + 1];  /* the same as SSH_CONNECTION says */
    char desk[MK_TRAIL_NAME_MAX + 1];    /* which helpdesk acts; "": `who` does, for themself */
    char person[MK_LOGIN_MAX + 1]; /* for whom; only a name that the directory has confirmed */
    char verified[MK_TRAIL_VERIFIED_MAX + 1];
    char reason[MK_TRAIL_REASON_MAX + 1];
    char system[MK_TRAIL_NAME_MAX + 1];
    char server[MK_URI_MAX + 1];
};

/* MK_TRAIL_VERIFY */
struct mk_trail_verify {
    struct mk_header header;
    char file[MK_FILE_MAX + 1];        /* absolute path */
    char after[MK_TRAIL_HASH_MAX + 1]; /* where the file before ended; "": not known */
};

struct mk_trail_written {
    struct mk_header header;
    uint32_t fault; /* enum mk_trail_fault; anything but 0: it counts as not written */
};

struct mk_trail_verdict {
    struct mk_header header;
    uint32_t fault;  /* enum mk_trail_fault: the file was not read; nothing below counts */
    uint32_t broken; /* enum mk_chain_break: the first one */
    uint64_t line;   /* where that is, from 1 */
    char wanted[MK_TRAIL_HASH_MAX + 1]; /* the hash that should stand there, or "" */
    char found[MK_TRAIL_HASH_MAX + 1];  /* the one that does, or "" */
    uint64_t records;                   /* good ones before that */
    uint64_t pieces; /* beginnings of records whose writing broke off, all of them accounted for */
    uint64_t piece;  /* the line of the first of those */
    char first[MK_TRAIL_HASH_MAX + 1];     /* `prev` of the first record: zeros begin a chain */
    char last[MK_TRAIL_HASH_MAX + 1];      /* where the file ends, for what comes after it */
    char last_time[MK_TRAIL_TIME_MAX + 1]; /* of the last record */
    uint64_t open; /* intents without an outcome in all files up to here, and the oldest of them: */
    char open_act[MK_TRAIL_OPEN_MAX][MK_TRAIL_ID_MAX + 1];
    char open_time[MK_TRAIL_OPEN_MAX][MK_TRAIL_TIME_MAX + 1];
};

union mk_trail_request {
    struct mk_header header;
    struct mk_trail_settings settings;
    struct mk_trail_record record;
    struct mk_trail_verify verify;
};

union mk_trail_reply {
    struct mk_header header;
    struct mk_trail_written written;
    struct mk_trail_verdict verdict;
};

static const struct mk_shape mk_trail_request_shapes[] = {
    {MK_TRAIL_SETTINGS, sizeof(struct mk_trail_settings), {MK_SPAN(mk_trail_settings, file)}, {0}},
    {MK_TRAIL_RECORD,
     sizeof(struct mk_trail_record),
     {MK_SPAN(mk_trail_record, who), MK_SPAN(mk_trail_record, tty), MK_SPAN(mk_trail_record, utmp),
      MK_SPAN(mk_trail_record, ssh), MK_SPAN(mk_trail_record, desk),
      MK_SPAN(mk_trail_record, person), MK_SPAN(mk_trail_record, verified),
      MK_SPAN(mk_trail_record, reason), MK_SPAN(mk_trail_record, system),
      MK_SPAN(mk_trail_record, server)},
     {0}},
    {MK_TRAIL_VERIFY,
     sizeof(struct mk_trail_verify),
     {MK_SPAN(mk_trail_verify, file), MK_SPAN(mk_trail_verify, after)},
     {0}},
    {0, 0, {{0, 0, 0}}, {0}},
};

static const struct mk_shape mk_trail_reply_shapes[] = {
    {MK_TRAIL_WRITTEN, sizeof(struct mk_trail_written), {{0, 0, 0}}, {0}},
    {MK_TRAIL_VERDICT,
     sizeof(struct mk_trail_verdict),
     {MK_SPAN(mk_trail_verdict, wanted),
      MK_SPAN(mk_trail_verdict, found),
      MK_SPAN(mk_trail_verdict, first),
      MK_SPAN(mk_trail_verdict, last),
      MK_SPAN(mk_trail_verdict, last_time),
      {offsetof(struct mk_trail_verdict, open_act), MK_TRAIL_ID_MAX + 1, MK_TRAIL_OPEN_MAX},
      {offsetof(struct mk_trail_verdict, open_time), MK_TRAIL_TIME_MAX + 1, MK_TRAIL_OPEN_MAX}},
     {0}},
    {0, 0, {{0, 0, 0}}, {0}},
};

#endif
