/* SPDX-License-Identifier: MIT */
#ifndef DESK_H
#define DESK_H

/*
 * The helpdesk's work in one log-in: finding a caller, the card, the call, unlocking and resetting,
 * and staying with the caller. Beside the session, which is the operator's own: every server of
 * every directory has a worker of its own here, bound with the operator's password, so that locks
 * can be told apart by server and a server that hangs delays no other. Nothing here waits; progress
 * comes by desk_ready() and desk_tick(), and is reported by one callback.
 *
 *   desk_open() -> desk_find()... -> DESK_FOUND
 *   desk_choose() -> [the look is in the trail] -> DESK_CARD...
 *   desk_call() -> DESK_CALL
 *   desk_unlock(), desk_reset() -> DESK_ACT for each account and server -> DESK_DONE
 *   ... -> DESK_CHANGED: the caller has logged in and changed it
 *
 * A refusal (desk_call(), desk_unlock() and desk_reset() return false) changes nothing and is not
 * followed by an event; so a key that is pressed twice does nothing the second time.
 */

#include "session.h"

enum desk_event_type {
    DESK_FOUND, /* the hits of the last desk_find(), or why there are none */
    DESK_CARD,  /* some account or server of the card has news, or the card is not shown: result */
    DESK_CALL,  /* the call is recorded, or not: result */
    DESK_ACT,   /* one account on one server: row, server, result */
    DESK_DONE, /* the last desk_unlock() or desk_reset() has ended; result: the first that failed */
    DESK_CHANGED, /* row: the caller has changed the temporary password, or the watch has ended */
};

struct desk_event {
    enum desk_event_type type;
    enum mk_result result;
    int ldap_code; /* with MK_SERVER_REFUSED */
    int row;
    int server;
};

/* What was done to one account on one server in this call. */
enum desk_act { DESK_NO_ACT, DESK_AN_UNLOCK, DESK_A_RESET };

/* What one server says of one account. */
struct desk_cell {
    bool waiting;
    bool seen;              /* `view` has been told by this server */
    enum mk_result failure; /* why not */
    struct mk_view view;
    enum desk_act acted;   /* the last thing that was tried here in this call */
    enum mk_result result; /* of that */
    int ldap_code;
    int64_t acted_at;
};

enum desk_watch {
    DESK_NO_WATCH,
    DESK_WATCHING,     /* a temporary password was set, and the caller has not changed it yet */
    DESK_SEEN_CHANGED, /* at changed_at */
    DESK_GAVE_UP,      /* it took too long */
};

/* One account of the caller; the systems that share it are on one row. */
struct desk_row {
    int system; /* with an account of its own, or MK_PERSON */
    int shared; /* how many other systems use it too */
    int directory;
    int main;    /* the server whose word counts for the standing: one that takes changes, where
                    any of those has answered or may still do so */
    bool closed; /* the operator has to open the own account in that directory first */
    struct desk_cell cell[MK_URIS_MAX]; /* by the directory's servers */
    bool was_reset;
    int64_t reset_at;
    enum desk_watch watch;
    int64_t changed_at;
};

/* Why nothing can be done to this person from here; worst first. */
enum desk_bar {
    DESK_FREE,
    DESK_OWN,       /* operators cannot use the desk on themselves */
    DESK_PROTECTED, /* a member of a protected group, or an operator */
    DESK_NOT_KNOWN, /* whether that is so cannot be read: treated as protected */
    DESK_OUTSIDE,   /* not one of the units that the operator looks after */
    DESK_ASKED,     /* no server has said so far; nothing can be done before one has */
    DESK_BARS
};

enum desk_advice_kind {
    DESK_WAIT,    /* answers are missing */
    DESK_NOTHING, /* everything in order: ask what the screen says at the log-in */
    DESK_UNLOCK,  /* only locked: no reset needed */
    DESK_RESET,   /* no way in without: expired without grace, or must change and forgotten */
    DESK_RESET_IF_FORGOTTEN, /* can get in if the password is known */
    DESK_LET_CHANGE,         /* gets in and is led to the change: expired with grace, must change */
    DESK_ADMINISTRATOR,      /* disabled, ended: nothing that a desk can do */
    DESK_CANNOT_TELL,        /* what is needed cannot be read */
    DESK_ADVICES
};

/* The one recommended action, and the account that is the reason. */
struct desk_advice {
    enum desk_advice_kind kind;
    int row;    /* -1: none in particular */
    int server; /* likewise */
};

#define DESK_REASON_MAX MK_TRAIL_REASON_MAX /* bytes of why somebody calls */

struct desk {
    struct session *session;
    void (*notify)(void *context, const struct desk_event *event);
    void *context;

    /* Finding. */
    bool searching; /* hits and their result are those of an earlier text */
    enum mk_result find_result;
    int find_code; /* with MK_SERVER_REFUSED */
    bool more;     /* there are, or may be, more than those */
    int found;
    struct mk_caller hit[MK_FOUND_MAX]; /* printable; they change all at once, with DESK_FOUND */

    /* The card. */
    bool looking; /* chosen, and the trail has not yet taken the look */
    bool has_card;
    struct mk_caller caller;   /* printable */
    struct mk_subject subject; /* raw, for the workers */
    int unit;                  /* the operator's desk that looks after the caller; of config.desk */
    enum desk_bar bar;
    int rows;
    struct desk_row row[SESSION_ROWS_MAX];

    /* The call: nothing can be done before it is recorded. */
    bool calling; /* the trail has not yet taken it */
    bool called;
    int check; /* which of config.check */
    char reason[DESK_REASON_MAX + 1];

    bool acting;            /* an unlock or a reset is under way */
    struct desk_work *work; /* links, queue and temporary password; desk.c's own */
};

/* Whether the person who has logged in is an operator, as far as is known by now. */
bool desk_is_there(const struct session *session);

/*
 * Whether nobody can tell: there are desks, and the directory did not answer, or did not show the
 * group of any. For a sentence when somebody presses the key, not for a place in the footer.
 */
bool desk_is_unread(const struct session *session);

/* Once in a log-in; `desk` is zeroed before. False: there is no memory for it. */
bool desk_open(struct desk *desk, struct session *session,
               void (*notify)(void *context, const struct desk_event *event), void *context);

/* Kills the workers, wipes everything of the caller. */
void desk_close(struct desk *desk);

/* The hits for what has been typed so far; a search under way is superseded. "": no hits. */
void desk_find(struct desk *desk, const char *typed);

/* Shows the card of hit[index], once the look is in the trail. */
void desk_choose(struct desk *desk, int index);

/* Asks all servers again for the card, also those whose account the operator has just opened. */
void desk_refresh(struct desk *desk);

/* Leaves the card and ends the call; a temporary password is wiped. */
void desk_hang_up(struct desk *desk);

/*
 * Records how the caller was verified (an index of config.check), and why they call (printable).
 * False: there is no card, or the call is recorded already.
 */
bool desk_call(struct desk *desk, int check, const char *reason);

/* Why nothing can be done now, or that something can. Pure, as all of these; in desk_advice.c. */
enum desk_refusal {
    DESK_MAY_ACT,
    DESK_NO_CARD,
    DESK_BARRED, /* bar: why */
    DESK_NO_CALL,
    DESK_BUSY, /* something is under way */
};
enum desk_refusal desk_refusal(const struct desk *desk);

/* Whether a server shows a lock of the row's account. */
bool desk_is_locked(const struct desk *desk, int row);

/* The server that a reset of the row goes to, -1: none that takes changes shows the account. */
int desk_reset_server(const struct desk *desk, int row);

/* What to do, from what is known by now. */
struct desk_advice desk_advise(const struct desk *desk);

/*
 * Takes the locks of `row`, or of all rows with -1, away on every server that has one. False: it is
 * refused (desk_refusal()), or there is no lock.
 */
bool desk_unlock(struct desk *desk, int row);

/*
 * Sets `password` (copied, and wiped after its last use) on the rows whose flag is set. False: it
 * is refused (desk_refusal()), or there is none, or one of them cannot be reset.
 */
bool desk_reset(struct desk *desk, const bool *rows, const struct mk_password *password);

/* Fills `fds` with what to poll(2) for, at most DESK_FDS_MAX; returns how many. */
#define DESK_FDS_MAX (MK_DIRECTORIES_MAX * (MK_URIS_MAX + 1))
int desk_poll(const struct desk *desk, struct pollfd *fds);

/* Takes what the workers have sent. Call when poll(2) reports any of those. */
void desk_ready(struct desk *desk);

/* Enforces the deadlines, and looks again while it watches. Returns the next moment (monotonic). */
int64_t desk_tick(struct desk *desk, int64_t now_ms);

#endif
