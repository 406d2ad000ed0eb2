/* SPDX-License-Identifier: MIT */
#ifndef TESTS_PROXY_H
#define TESTS_PROXY_H

/*
 * A line between the program and a server of a test, on the loopback, that breaks where one wants:
 *
 *     proxy = proxy_open(port of the server)
 *     connect to proxy_port(proxy)
 *     proxy_plan(proxy, &(struct proxy_fault){.action = PROXY_RST, .side = PROXY_TO_CLIENT, .at =
 * 7})
 *     ... seven more bytes come back, then a reset
 *     proxy_close(proxy)
 *
 * It is a process of one thread: closing a socket on which another thread waits sends no RST, and
 * then the client sees silence instead. It ends with the test program. What goes wrong with the
 * proxy itself fails the cmocka test.
 */

#include <stdbool.h>
#include <stddef.h>

enum proxy_side { PROXY_TO_SERVER, PROXY_TO_CLIENT, PROXY_SIDES };

enum proxy_action {
    PROXY_PASS,
    PROXY_FIN,   /* both ends see the connection closed in order */
    PROXY_RST,   /* both ends see it reset */
    PROXY_STALL, /* this side brings nothing more; nobody is told */
    PROXY_FLIP,  /* bits of the byte are turned round */
    PROXY_DRIP,  /* from here on a byte every PROXY_DRIP_MS */
    PROXY_ACTIONS
};

#define PROXY_DRIP_MS 10
#define PROXY_FLIPPED 0x20 /* bit 5 */

struct proxy_fault {
    enum proxy_action action;
    enum proxy_side side;
    size_t at; /* bytes of that side that still pass, over all connections since the plan */
    unsigned char bits; /* with FLIP: which; 0: PROXY_FLIPPED */
    bool lasting;       /* after it, new connections are reset or (with STALL) left in silence */
};

struct proxy;

/* Starts it, in front of 127.0.0.1:`target`. It passes everything. */
struct proxy *proxy_open(unsigned target);

/* The same in front of another IPv4 address of this machine. */
struct proxy *proxy_open_to(const char *address, unsigned target);

/* Its own port, on 127.0.0.1. */
unsigned proxy_port(const struct proxy *proxy);

/*
 * From now on, for connections old and new. Counting starts anew; connections that an earlier fault
 * has stopped are closed. Takes effect before it returns.
 */
void proxy_plan(struct proxy *proxy, const struct proxy_fault *fault);

/* Bytes of that side that have come since the plan, and whether its fault has happened. */
size_t proxy_seen(const struct proxy *proxy, enum proxy_side side);
bool proxy_struck(const struct proxy *proxy);

/* Whether it still holds bytes that it will deliver. */
bool proxy_holds(const struct proxy *proxy);

/* Ends it. NULL is fine. */
void proxy_close(struct proxy *proxy);

#endif
