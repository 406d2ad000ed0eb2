/* SPDX-License-Identifier: MIT */
#ifndef TRAIL_H
#define TRAIL_H

/*
 * The trail as the session and the desk see it, each with a trail of its own: the intent of an act
 * is written before it is asked for, and its outcome after it, by a worker of its own that is
 * started with the first intent. Off unless the configuration names a place for it.
 *
 *   trail_intend() -> TRAIL_WRITTEN -> the act -> trail_tell() once or twice
 *                  -> TRAIL_REFUSED: the act must not be made
 *
 * Looking at a card and recording a call are one record each, which has to be written first as
 * well; trail_tell() adds nothing to it.
 */

#include "config.h"
#include "worker.h"
#include "matkhau/trail.h"

enum trail_news { TRAIL_NOTHING, TRAIL_WRITTEN, TRAIL_REFUSED };

struct trail {
    const struct config *config;
    char ssh[MK_TRAIL_ADDRESS_MAX + 1]; /* where the person comes from, by SSH_CONNECTION, or "" */
    struct worker worker;
    struct mk_trail_record record; /* of the act under way; what its steps have in common */
    bool under_way;                /* the intent has been sent, and no final outcome */
    uint32_t last_id;
    uint32_t awaited;    /* the request that must be answered before the act, 0: none */
    uint32_t unanswered; /* requests */
    int64_t deadline_ms; /* monotonic; of the one awaited */
};

/* What somebody is about to do. NULL is "". */
struct trail_act {
    enum mk_trail_act kind;
    const char *who;      /* a log-in that the directory has confirmed, or "" */
    const char *system;   /* of the configuration; "person": the log-in account; "": none of them */
    const char *server;   /* who will be asked; "" where that is not known before */
    const char *desk;     /* id of the desk, as in the configuration; "": for oneself */
    const char *person;   /* the caller's log-in, as the directory has it */
    const char *verified; /* how the caller was verified: one of config.check */
    const char *reason;   /* why they call, as it was typed */
};

void trail_start(struct trail *trail, const struct config *config, const char *ssh);

/* Whether there is a trail. */
bool trail_is_kept(const struct trail *trail);

/*
 * Hands the intent of `act` (copied) over, or the record of a look or a call, while nothing else
 * waits. TRAIL_NOTHING: the answer follows by trail_ready() or trail_late(). TRAIL_REFUSED: there
 * will be none.
 */
enum trail_news trail_intend(struct trail *trail, const struct trail_act *act);

bool trail_waits(const struct trail *trail);

/* Takes what the worker has sent. */
enum trail_news trail_ready(struct trail *trail);

/* Stops waiting when it is time to; the next moment then, or INT64_MAX, goes to `*next`. */
enum trail_news trail_late(struct trail *trail, int64_t now_ms, int64_t *next);

/* Nobody waits for the intent any more; whether it was written is not known. */
void trail_drop(struct trail *trail);

/*
 * Hands over what became of the act; does nothing where none is under way. `server`: who was asked,
 * or "" for the one of the intent. `final`: nothing more will be told of it.
 */
void trail_tell(struct trail *trail, enum mk_result result, int ldap_code, const char *server,
                bool final);

/* Ends the worker once it has written what it was given; waits two seconds for that at most. */
void trail_stop(struct trail *trail);

#endif
