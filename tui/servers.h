/* SPDX-License-Identifier: MIT */
#ifndef SERVERS_H
#define SERVERS_H

/*
 * What the terminal program remembers of a directory's servers for a while, over the ends of
 * workers and log-ins: which one failed, which one took a change, and how often somebody's password
 * was tried without that person asking for it. Times are those of session_clock_ms(). People are
 * remembered by a number made from their log-in name, which does not give it away at a glance.
 */

#include <stdbool.h>
#include <stdint.h>

#include "matkhau/message.h"

/* So long a server that failed is asked last. */
#define SERVERS_FAILED_MS 60000

/* So long the one that took a change is asked first, and others may not have heard of it. */
#define SERVERS_BEHIND_MS 300000

struct servers {
    int64_t failed_ms[MK_URIS_MAX]; /* 0: not lately */
    int64_t took_ms;                /* when a change was taken last, 0: not lately */
    uint32_t taker;                 /* by which server */
    uint64_t changer;               /* by whom: servers_person() */
    bool taker_behind;              /* that server itself does not show it yet */
};

/* Binds that were made to look up an outcome and could have failed. */
#define SERVERS_TRIES 2 /* for one person in an hour */
#define SERVERS_TRIES_REMEMBERED 32

struct servers_tries {
    struct {
        uint64_t person;
        int64_t when_ms; /* 0: free */
    } last[SERVERS_TRIES_REMEMBERED];
};

/* A number for a log-in name (FNV-1a). */
uint64_t servers_person(const char *login);

/* Servers of a bit mask have failed. */
void servers_failed(struct servers *servers, uint32_t mask, int64_t now_ms);

/* A server has taken a change by `person`; `behind`: it does not show it itself. */
void servers_took(struct servers *servers, uint32_t server, uint64_t person, bool behind,
                  int64_t now_ms);

/* What a new worker is to be told: which server first, which ones last. */
void servers_tell(const struct servers *servers, struct mk_request_directory *request,
                  int64_t now_ms);

/* Whether `server` may refuse a password of `person` only because it was changed a while ago. */
bool servers_may_be_behind(const struct servers *servers, uint32_t server, uint64_t person,
                           int64_t now_ms);

/* Whether one more bind of `person` may be tried without having been asked for; then it counts. */
bool servers_try(struct servers_tries *tries, uint64_t person, int64_t now_ms);

#endif
