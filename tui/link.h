/* SPDX-License-Identifier: MIT */
#ifndef LINK_H
#define LINK_H

/*
 * One worker of a directory as the asker sees it: the program, what was asked of it, what waits to
 * be asked, and the moment at which we stop waiting. One request is under way at a time; the rest
 * wait here, so that a failure can drop them instead of failing each anew.
 */

#include "servers.h"
#include "worker.h"

enum ask_kind {
    ASK_DIRECTORY,
    ASK_SYSTEM,
    ASK_PERSON,
    ASK_GROUP, /* `system`: which one, as in desk.h */
    ASK_CONNECT,
    ASK_LOG_IN,     /* the person's own log-in */
    ASK_BIND_AGAIN, /* the same in a worker that was started anew */
    ASK_OPEN,       /* bind as an account of another directory */
    ASK_READ,
    ASK_CHANGE,
    ASK_VERIFY_BIND, /* after an unknown outcome: does the new password bind? */
    ASK_VERIFY_READ, /* after an unknown outcome: was it changed since? */
    ASK_MEMBER,
    /* of the desk */
    ASK_FIND,
    ASK_VIEW,
    ASK_UNLOCK,
    ASK_RESET,
};

struct ask {
    enum ask_kind kind;
    int system; /* index, MK_PERSON or MK_EVERY_SYSTEM */
    uint32_t id;
};

#define LINK_ASKS_MAX (MK_SYSTEMS_MAX + MK_GROUPS_MAX + 16)

struct link {
    struct worker worker;
    int directory;                  /* index; set once */
    struct ask asks[LINK_ASKS_MAX]; /* asks[0] is under way when `asked` */
    int count;
    bool asked;
    bool bound;      /* logged in there, or opened */
    bool read_again; /* the reading was asked anew after a dead connection; not a third time */
    uint32_t kind;   /* enum mk_kind of the server that answered last, MK_KIND_ASK before that */
    uint32_t server; /* the one of the directory's URIs that answered last */
    bool pinned;     /* asks no other: the change whose outcome is looked up was sent there */
    uint32_t last_id;
    int64_t deadline_ms;    /* monotonic; counts while there is anything in asks */
    struct servers servers; /* outlives the worker, and the log-in */
};

/* Puts a request at the end of the queue. */
void link_add(struct link *link, enum ask_kind kind, int system);

/* Takes away the request under way: it has been answered, or its worker is gone. */
struct ask link_take(struct link *link);

/* Kills the worker and forgets the queue. */
void link_stop(struct link *link);

#endif
