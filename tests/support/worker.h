/* SPDX-License-Identifier: MIT */
#ifndef TESTS_WORKER_H
#define TESTS_WORKER_H

/* The real matkhau-directory at the other end of a pair, for tests. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "matkhau/message.h"

struct worker {
    pid_t pid;
    int fd;
    uint32_t id; /* of the last request */
};

/* Everything that came back for one request, in the order of its kinds. */
struct worker_answer {
    bool complete; /* the END packet has come */
    int64_t milliseconds;
    struct mk_reply_end end;
    bool has_person;
    struct mk_reply_person person;
    bool has_outcome;
    struct mk_reply_outcome outcome;
    unsigned accounts;
    struct mk_account account[MK_SYSTEMS_MAX + 1];
    bool has_member;
    struct mk_reply_member member;
    bool has_caller;
    struct mk_reply_caller caller;
    unsigned views;
    struct mk_view view[MK_SYSTEMS_MAX + 1];
    unsigned outcomes; /* how many have come */
    unsigned found;
    struct mk_caller people[MK_FOUND_MAX];
    bool has_count;
    struct mk_reply_count count;
};

void worker_start(struct worker *worker);

/* The same of another program than the plain matkhau-directory. */
void worker_start_program(struct worker *worker, const char *program);

/* Closes the channel and waits for the end: the exit status, or -1 for a signal or none in 5 s. */
int worker_stop(struct worker *worker);

/* Waits for a worker that should end by itself; as worker_stop. */
int worker_wait(struct worker *worker);

/*
 * Sends a request (its id is set here) and collects the answer for at most `limit_ms`. The answer
 * is incomplete when the worker ended or was too slow.
 */
struct worker_answer worker_ask(struct worker *worker, void *request, size_t size, uint32_t type,
                                int limit_ms);

/* Both halves of worker_ask, for what goes on elsewhere meanwhile. */
void worker_send(struct worker *worker, void *request, size_t size, uint32_t type);
struct worker_answer worker_collect(struct worker *worker, int limit_ms);

/* The requests one by one, within 10 s. */
struct worker_answer worker_directory(struct worker *worker,
                                      const struct mk_request_directory *directory);
struct worker_answer worker_system(struct worker *worker, int32_t system, const char *account_dn,
                                   const char *account_filter);
struct worker_answer worker_person(struct worker *worker, const char *login, const char *dn,
                                   const char *mail);
struct worker_answer worker_connect(struct worker *worker);
struct worker_answer worker_bind(struct worker *worker, int32_t system, const char *login,
                                 const char *password);
struct worker_answer worker_read(struct worker *worker, int32_t system);
struct worker_answer worker_change(struct worker *worker, int32_t system, const char *old_password,
                                   const char *new_password);

/* The same for a helpdesk (desk.h). */
struct worker_answer worker_group(struct worker *worker, uint32_t group, const char *dn,
                                  const char *base);
struct worker_answer worker_find(struct worker *worker, uint64_t groups, uint32_t most,
                                 const char *typed);
struct worker_answer worker_member(struct worker *worker);
struct worker_answer worker_view(struct worker *worker, int32_t system,
                                 const struct mk_subject *subject);

/* For requests that are made by hand. */
void worker_password(struct mk_password *password, const char *text);

struct worker_answer worker_unlock(struct worker *worker, const struct mk_subject *subject,
                                   const struct mk_view *seen, bool refresh);
struct worker_answer worker_reset(struct worker *worker, const struct mk_subject *subject,
                                  const struct mk_view *seen, const char *note,
                                  const char *password);
struct mk_subject worker_subject(const char *login, const char *dn, const char *mail);

/* The view of that system in an answer, or NULL. */
const struct mk_view *worker_seen(const struct worker_answer *answer, int32_t system);

/* The account of that system in an answer, or NULL. */
const struct mk_account *worker_account(const struct worker_answer *answer, int32_t system);

#endif
