/* SPDX-License-Identifier: MIT */
#ifndef ROUTE_H
#define ROUTE_H

/*
 * Which of a directory's servers to ask, in which order, and how long to wait for each: what is
 * known of them between the requests of one worker. Servers go by their index among the URIs; a set
 * of them is a bit mask.
 */

#include <stdbool.h>
#include <stdint.h>

#include "matkhau/message.h"
#include "matkhau/result.h"

/* So long a server that failed is asked after the others. */
#define ROUTE_REMEMBERED_MS 60000

enum route_purpose {
    ROUTE_READ,  /* logging in and reading */
    ROUTE_WRITE, /* a change */
};

struct route {
    int64_t failed_ms[MK_URIS_MAX]; /* deadline.h; when it failed last, 0: not that we know */
    uint32_t read_only;             /* servers that answered a change with a referral */
    uint32_t first;                 /* the server to ask before all others */

    /* Of the request being answered. */
    int64_t deadline;     /* when whoever asked gives up */
    uint32_t tried;       /* servers that have failed in it */
    enum mk_result why;   /* why the first of them failed; MK_OK: none has */
    enum mk_result worst; /* the most telling failure of them all, and whose it is */
    uint32_t worst_server;
};

/* Before the first request: `first` and `avoid` as `directory` says. */
void route_start(struct route *route, const struct mk_request_directory *directory, int64_t now);

/* A new request: nothing has failed in it yet. */
void route_begin(struct route *route, const struct mk_request_directory *directory, int64_t now);

/*
 * The servers to ask now, best first, into `order` (MK_URIS_MAX); how many. None twice in one
 * request; those that failed lately come last.
 */
uint32_t route_order(const struct route *route, const struct mk_request_directory *directory,
                     enum route_purpose purpose, int64_t now, uint32_t *order);

/*
 * Milliseconds for reaching one server when `servers` are left to be asked, itself included: no
 * more than server_ms, and so that the last of them still gets its share and an answer its time.
 */
uint32_t route_share(const struct route *route, const struct mk_request_directory *directory,
                     int64_t now, uint32_t servers);

/* Notes that a server is of no use now. */
void route_failed(struct route *route, uint32_t server, enum mk_result why, int64_t now);

/* Whether there is any server left to ask. */
bool route_has(const struct route *route, const struct mk_request_directory *directory,
               enum route_purpose purpose);

/* Notes that a server has answered a change with a referral. */
void route_read_only(struct route *route, uint32_t server);

/* Notes that a server works. */
void route_works(struct route *route, uint32_t server);

#endif
