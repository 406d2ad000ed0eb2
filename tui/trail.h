/* SPDX-License-Identifier: MIT */
#ifndef TRAIL_H
#define TRAIL_H

/*
 * The trail as the session sees it: the intent of a change is written before it is asked for, and
 * its outcome after it, by a worker of its own that is started with the first intent. Off unless
 * the configuration names a place for it.
 *
 *   trail_intend() -> TRAIL_WRITTEN -> the change -> trail_tell() once or twice
 *                  -> TRAIL_REFUSED: the change must not be made
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

void trail_start(struct trail *trail, const struct config *config, const char *ssh);

/* Whether there is a trail. */
bool trail_is_kept(const struct trail *trail);

/*
 * Hands the intent to change the password of `system` (of the configuration; "person" for the
 * log-in account) over. `who` is a log-in that the directory has confirmed. TRAIL_NOTHING: the
 * answer follows by trail_ready() or trail_late(). TRAIL_REFUSED: there will be none.
 */
enum trail_news trail_intend(struct trail *trail, const char *who, const char *system);

bool trail_waits(const struct trail *trail);

/* Takes what the worker has sent. */
enum trail_news trail_ready(struct trail *trail);

/* Stops waiting when it is time to; the next moment then, or INT64_MAX, goes to `*next`. */
enum trail_news trail_late(struct trail *trail, int64_t now_ms, int64_t *next);

/* Nobody waits for the intent any more; whether it was written is not known. */
void trail_drop(struct trail *trail);

/*
 * Hands over what became of the act; does nothing where none is under way. `server`: who was asked,
 * or "". `final`: nothing more will be told of it.
 */
void trail_tell(struct trail *trail, enum mk_result result, int ldap_code, const char *server,
                bool final);

/* Ends the worker once it has written what it was given; waits two seconds for that at most. */
void trail_stop(struct trail *trail);

#endif
