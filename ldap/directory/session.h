/* SPDX-License-Identifier: MIT */
#ifndef SESSION_H
#define SESSION_H

/*
 * What one worker knows between two requests, and the packets it answers with. Nothing secret is
 * kept: a password lives in its request and is gone when the request is answered.
 */

#include <stdbool.h>
#include <stdint.h>

#include "bind.h"
#include "connection.h"
#include "matkhau/message.h"
#include "person.h"
#include "policy.h"
#include "route.h"
#include "standing.h"

/* A group of the configuration (desk.h). */
struct group {
    bool there;
    char dn[MK_DN_MAX + 1];
    char base[MK_DN_MAX + 1]; /* below it are those its members look after; "": none are */
};

struct session {
    int channel;
    uint32_t request; /* id of the request being answered */
    bool ended;       /* the asker has gone, or broke the protocol */

    bool configured;
    struct mk_request_directory directory;
    bool has_system[MK_SYSTEMS_MAX];
    struct mk_request_system system[MK_SYSTEMS_MAX];
    struct group group[MK_GROUPS_MAX];

    bool has_person;
    struct subject self; /* whoever it is all about, but for what a helpdesk asks */

    struct verified *server; /* NULL: not connected */
    uint32_t server_index;
    int64_t answered_ms; /* deadline.h; when the server answered last */
    struct route route;
    bool bound;
    bool must_change;            /* bound, and the server allows the change only */
    bool change_first;           /* the person gets in after a change by kpasswd.h only */
    int32_t bound_as;            /* MK_PERSON or a system */
    struct standing_server said; /* by the server, of the account bound as */
    struct policies policies;
};

/* A connection that is kept while another one is tried. */
struct session_place {
    struct verified *server; /* NULL: none */
    uint32_t server_index;
    int64_t answered_ms;
    bool bound;
    bool must_change;
    int32_t bound_as;
    struct standing_server said;
};

/* Whether this directory says how a person is found, so that one logs in here. */
bool session_is_login(const struct session *session);

/* Whether `system` is one of this directory's. */
bool session_has_system(const struct session *session, int32_t system);

/* Below the bases of which groups that name lies, by 1 << number. */
uint64_t session_below(const struct session *session, const char *dn);

/* Closes the connection; nobody is bound any more. */
void session_drop(struct session *session);

/*
 * Sees to it that there is a verified connection to a server that still answers; a new one goes to
 * the best server for `purpose` that has not failed in this request. One on which somebody was
 * bound is not replaced behind the asker's back: MK_LOST. MK_OK, or the most telling failure of all
 * servers asked in this request.
 */
enum mk_result session_connect(struct session *session, enum route_purpose purpose);

/*
 * The server in use, or just lost, failed with `result` in a way that another may be asked instead
 * (MK_LOST, MK_SILENT, MK_SERVER_BUSY); true, and the connection is closed, when that is so.
 */
bool session_failed(struct session *session, enum mk_result result);

/* Whether the server in use is one that takes changes, as far as is known. */
bool session_takes_changes(const struct session *session);

/* Puts the present connection aside, or closes it where `place` holds one already. */
void session_leave(struct session *session, struct session_place *place);

/* Closes the present connection and goes on with the one put aside. */
void session_return(struct session *session, struct session_place *place);

/* Closes the one put aside. */
void session_forget(struct session_place *place);

/*
 * Binds as `dn` for `system` (MK_PERSON or a system), on a connection on which nobody was bound
 * before, and notes who is bound. After a failure there is no connection.
 */
struct bind_answer session_bind(struct session *session, int32_t system, const char *dn,
                                struct mk_password *password);

/* Each sends one packet for the present request. */
void session_answer_person(struct session *session, const struct mk_reply_person *person);
void session_answer_account(struct session *session, const struct mk_account *account);
void session_answer_outcome(struct session *session, enum mk_result result, bool sent);
void session_answer_member(struct session *session, const struct mk_reply_member *member);
void session_answer_caller(struct session *session, const struct mk_reply_caller *caller);
void session_answer_view(struct session *session, const struct mk_view *view);
void session_answer_found(struct session *session, const struct mk_caller *caller, uint64_t below);
void session_answer_count(struct session *session, uint32_t shown, bool more);
void session_answer_end(struct session *session, enum mk_result result, int32_t ldap_code);

/* The same for an answer to BIND. */
void session_answer_bound(struct session *session, const struct bind_answer *answer,
                          const char *dn);

#endif
