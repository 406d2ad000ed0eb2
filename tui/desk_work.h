/* SPDX-License-Identifier: MIT */
#ifndef DESK_WORK_H
#define DESK_WORK_H

/*
 * What the files of the desk share. For desk*.c only.
 *
 *   desk.c         opening, closing, the trail, the loop
 *   desk_links.c   a worker for each server, and its conversation
 *   desk_find.c    finding
 *   desk_card.c    the card: what the servers say, and whether anything may be done
 *   desk_acts.c    unlocking and resetting, one account on one server after the other
 *   desk_watch.c   staying with the caller
 *   desk_advice.c  what to do; pure
 */

#include "desk.h"

/* A worker that asks one server, or, for finding, any of the log-in directory. */
struct desk_link {
    struct link link;
    int server;         /* -1: any */
    bool again;         /* asked a second time after a connection that had died; not a third time */
    int64_t refused_ms; /* when it did not take the operator's password, 0: it has not */
    uint32_t dropped;   /* the request whose answer nobody wants any more */
};

/* Binding in one directory: on one server first, on the others once the password was right. */
struct desk_door {
    struct desk_link *first; /* is being tried; NULL: nobody is */
    bool open; /* the password was right, for all that have waited since before that */
};

/* One account on one server: to be unlocked or reset. */
struct desk_step {
    int row;
    int server;
    bool refresh; /* mk_request_unlock.refresh */
};

#define DESK_STEPS_MAX (SESSION_ROWS_MAX * MK_URIS_MAX)

enum desk_phase {
    DESK_AT_REST,
    DESK_INTENDING,  /* the trail has the intent and has not answered */
    DESK_ASKING,     /* the server has the request */
    DESK_LOOKING_UP, /* the outcome is unknown: the account is read on the same server */
    DESK_SETTLING,   /* waiting for servers that follow others to lose a lock of their own */
};

/* The unlock or the reset under way. */
struct desk_doing {
    enum desk_phase phase;
    enum mk_trail_act kind;
    struct desk_step step[DESK_STEPS_MAX];
    int steps;
    int next;  /* the one under way */
    bool told; /* the worker has said something of it */
    bool sent;
    enum mk_result said;
    bool again;            /* asked a second time: nothing had been sent */
    uint32_t tried;        /* servers that the reset of this row has been tried on */
    struct mk_view before; /* what the server showed before */
    enum mk_result first_failure;
    char note[MK_NOTE_MAX + 1];
    uint32_t followers[SESSION_ROWS_MAX]; /* take no writes, and lose a lock by following */
    int64_t settle_until_ms;
    int64_t settle_next_ms;
};

/* What the trail has been given and has not answered. */
enum desk_record { DESK_NO_RECORD, DESK_RECORD_LOOK, DESK_RECORD_CALL, DESK_RECORD_ACT };

#define DESK_EVENTS_MAX (DESK_STEPS_MAX + 16)

struct desk_work {
    struct desk_link search;
    struct desk_link at[MK_DIRECTORIES_MAX][MK_URIS_MAX];
    struct desk_door door[MK_DIRECTORIES_MAX];

    struct trail trail;
    enum desk_record record;

    /* Events wait for desk_ready() and desk_tick(), so that none comes before a call returns. */
    struct desk_event event[DESK_EVENTS_MAX];
    int events;

    /* Finding. */
    char typed[MK_TYPED_MAX + 1];            /* the newest */
    bool find_again;                         /* it is newer than what has been asked */
    struct mk_subject subject[MK_FOUND_MAX]; /* of desk.hit, raw */
    int arrived;
    bool arrived_more;
    struct mk_caller arrived_hit[MK_FOUND_MAX];
    struct mk_subject arrived_subject[MK_FOUND_MAX];
    uint64_t found_below[MK_FOUND_MAX]; /* the desks that look after them */
    uint64_t arrived_below[MK_FOUND_MAX];

    /* The card: what the servers of the log-in directory say of the caller. */
    bool told;
    bool own;
    uint64_t groups;
    uint64_t unread;
    uint64_t below;

    struct desk_doing act;
    struct mk_password *temporary;
    int64_t watch_next_ms;
    struct {
        int server;    /* that has the temporary password */
        bool demanded; /* it has to be changed */
        int64_t since; /* a change after that, by its clock, is the caller's; MK_TIME_NEVER: it
                          has not been looked at */
        int64_t end_ms;
    } watch[SESSION_ROWS_MAX];
};

/* --- desk.c --- */

void desk_tell(struct desk *desk, struct desk_event event);

/* Hands a record over; `record` says who is to hear of the answer. False: refused at once. */
bool desk_record(struct desk *desk, enum desk_record record, const struct desk_step *step);

/* --- desk_links.c --- */

void desk_links_start(struct desk *desk);
void desk_links_stop(struct desk *desk);

/* The account as which the operator is bound in a directory, or CONFIG_OWN_ACCOUNT: none yet. */
int desk_links_account(const struct desk *desk, int directory);

/* Has the link connected and bound, so that the first question costs no more than itself. */
void desk_links_prepare(struct desk *desk, struct desk_link *link);

/* Queues a question, and the binding before it; it may have failed when this returns. */
void desk_links_ask(struct desk *desk, struct desk_link *link, enum ask_kind kind, int system);

/* Nobody wants an answer to questions of `kind` any more. */
void desk_links_drop(struct desk_link *link, enum ask_kind kind);

/* Kills the worker; everything asked of it ends with `result`. */
void desk_links_fail(struct desk *desk, struct desk_link *link, enum mk_result result);

int desk_links_poll(const struct desk *desk, struct pollfd *fds);
void desk_links_ready(struct desk *desk);
int64_t desk_links_tick(struct desk *desk, int64_t now_ms);

/* --- desk_find.c --- */

/* The packet of ASK_FIND. False: the worker has gone. */
bool desk_find_send(struct desk *desk, struct desk_link *link, uint32_t id);

/* Takes somebody as a worker describes them apart: what to show, and what workers are told. */
void desk_show_caller(struct mk_caller *shown, struct mk_subject *subject,
                      const struct mk_caller *raw);

/* False: the worker says what cannot be. */
bool desk_find_found(struct desk *desk, const struct mk_reply_found *found);
void desk_find_count(struct desk *desk, const struct mk_reply_count *count);
void desk_find_ended(struct desk *desk, enum mk_result result, int ldap_code);

/* --- desk_card.c --- */

void desk_card_recorded(struct desk *desk, bool written);

/* Asks the servers of one directory, or of all with -1, for all accounts. */
void desk_card_ask(struct desk *desk, int directory);

void desk_card_caller(struct desk *desk, const struct mk_reply_caller *caller);

/* False: the worker says what cannot be. */
bool desk_card_view(struct desk *desk, const struct desk_link *link, const struct mk_view *view);

/* The answer about `system` (or MK_EVERY_SYSTEM) is complete; what is missing will not come. */
void desk_card_ended(struct desk *desk, const struct desk_link *link, int system,
                     enum mk_result result);

/* Whether the server takes changes. */
bool desk_card_is_writer(const struct desk *desk, int row, int server);

/* --- desk_acts.c --- */

/* The packet of ASK_UNLOCK or ASK_RESET. False: the worker has gone. */
bool desk_acts_send(struct desk *desk, struct desk_link *link, uint32_t id);
void desk_acts_recorded(struct desk *desk, bool written);
bool desk_acts_outcome(struct desk *desk, const struct mk_reply_outcome *outcome);
void desk_acts_ended(struct desk *desk, enum mk_result result, int ldap_code);

/* There will be no further answer to the request; `under_way`: the worker had it. */
void desk_acts_failed(struct desk *desk, bool under_way, enum mk_result why);

/* An account has been read; where that was the look after an act, it goes on. */
void desk_acts_looked(struct desk *desk, const struct desk_link *link, int system,
                      enum mk_result result);

/* The card is left behind with an act under way. */
void desk_acts_abandon(struct desk *desk);
int64_t desk_acts_tick(struct desk *desk, int64_t now_ms);

/* --- desk_watch.c --- */

/*
 * `server` has taken a temporary password for the account of `row`. `timed`: row->reset_at is by
 * its clock; else the first look is what later ones are held against.
 */
void desk_watch_start(struct desk *desk, int row, int server, bool timed);

/* That server, or another one, has been read. */
void desk_watch_look(struct desk *desk, int row, int server);
int64_t desk_watch_tick(struct desk *desk, int64_t now_ms);

/* --- desk_advice.c --- */

bool desk_view_is_locked(const struct mk_view *view);
bool desk_cell_is_locked(const struct desk_cell *cell);

/*
 * What became of a reset that nobody has answered, from what the same server showed before it and
 * shows now. `note`: that the account has got with it, "" where none is kept.
 */
enum mk_result desk_found_reset(const struct mk_view *before, const struct mk_view *now,
                                const char *note);

/* Whether that server takes changes, and has shown the account. */
bool desk_can_reset_at(const struct desk *desk, int row, int server);

#endif
