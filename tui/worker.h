/* SPDX-License-Identifier: MIT */
#ifndef WORKER_H
#define WORKER_H

/*
 * One child program behind a channel. It is never waited for: what it sends is fetched when poll(2)
 * says so, and it is killed when it is late, when it breaks the protocol, or when nobody wants its
 * answer any more.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "matkhau/channel.h"

/* Start from WORKER_NONE. */
struct worker {
    pid_t pid; /* 0: not running */
    int fd;    /* our end of the channel, -1: not running */
};

#define WORKER_NONE ((struct worker){.pid = 0, .fd = -1})

/*
 * Starts `program` (absolute path) with an environment of our making, /dev/null for standard input,
 * output and error, the channel as MK_CHANNEL_FD and no other file. False when that failed.
 */
bool worker_start(struct worker *worker, const char *program);

/* Kills and reaps it; what it has sent can still be received. worker_stop() is to follow. */
void worker_kill(struct worker *worker);

/* Kills and reaps it. What is on the way in either direction is lost. Allowed when not running. */
void worker_stop(struct worker *worker);

bool worker_running(const struct worker *worker);

/* Sends a packet without waiting. False when the worker has gone or does not take it. */
bool worker_send(struct worker *worker, const void *packet, size_t size);

/*
 * Sends `request`, and waits `wait_ms` at most (-1: for as long as it takes) for one packet; for
 * programs without a screen only. False when there is none that is one of `shapes`.
 */
bool worker_ask(struct worker *worker, const void *request, size_t size, void *reply,
                size_t capacity, const struct mk_shape *shapes, int wait_ms);

/* Fetches one packet without waiting, checked against `shapes`; see mk_receive(). */
enum mk_received worker_receive(struct worker *worker, void *packet, size_t capacity,
                                const struct mk_shape *shapes);

#endif
