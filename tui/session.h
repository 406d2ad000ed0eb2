/* SPDX-License-Identifier: MIT */
#ifndef SESSION_H
#define SESSION_H

/*
 * What goes on between one log-in and its log-out: the person, the accounts, the passwords known so
 * far, and the conversation with one worker per directory. Nothing here waits; progress comes by
 * session_ready() and session_tick(), and is reported by one callback.
 *
 *   session_prepare(), session_log_in() -> SESSION_LOGGED_IN -> session_read() -> SESSION_ROWS...
 *   session_change() -> [SESSION_VERIFYING] -> SESSION_CHANGED
 */

#include <poll.h>

#include "config.h"
#include "link.h"
#include "secret.h"
#include "trail.h"

enum session_event_type {
    SESSION_CONNECTED, /* the log-in server was reached, or not: result */
    SESSION_LOGGED_IN, /* result, must_change, grace */
    SESSION_ROWS,      /* some account has news */
    SESSION_OPENED,    /* an account of another directory: system, result, must_change, grace */
    SESSION_VERIFYING, /* the outcome of a change is unknown and is being looked up */
    SESSION_CHANGED,   /* a change has ended: system, result (MK_OK or why not) */
};

struct session_event {
    enum session_event_type type;
    int system;
    enum mk_result result;
    int ldap_code; /* with MK_SERVER_REFUSED */
    enum mk_forced must_change;
    int64_t when; /* with MK_CHANGED_ELSEWHERE */
    int grace;    /* grace log-ins left, -1: not expired */
};

/* One line of the table: a system, and the account it stands for. */
struct row {
    int system;  /* index, or MK_PERSON */
    int account; /* the system whose account this is (same_as resolved), or MK_PERSON */
    bool waiting;
    bool marked;
    enum mk_result doubt; /* what is not known of the outcome of its last change; MK_OK: nothing */
    int64_t doubt_before; /* when the password had been changed before that */
    int64_t changed_here; /* when it was changed from here, as read back; or unknown */
    struct mk_account state;
    enum mk_result failure; /* with MK_UNKNOWN_NO_ANSWER: why */
};

#define SESSION_ROWS_MAX (MK_SYSTEMS_MAX + 1)
#define SESSION_FDS_MAX (MK_DIRECTORIES_MAX + 1)

struct session {
    const struct config *config;
    void (*notify)(void *context, const struct session_event *event);
    void *context;

    struct link links[MK_DIRECTORIES_MAX];
    struct row rows[SESSION_ROWS_MAX]; /* the person's first, then the systems as configured */
    int row_count;

    char login[MK_LOGIN_MAX + 1];
    char dn[MK_DN_MAX + 1];
    char mail[MK_TEXT_MAX + 1];
    char name[MK_TEXT_MAX + 1]; /* printable */
    char unit[MK_TEXT_MAX + 1]; /* printable */
    bool logged_in;
    bool binds_cost;       /* each bind of the person spends a grace log-in */
    bool others_asked;     /* the other directories have been asked to read */
    enum mk_result detour; /* why another server was asked, until somebody has said so; or MK_OK */
    struct servers_tries tries; /* outlives the log-in */

    /* Bit i: config.desk[i]. */
    uint64_t desks;        /* of which the person is an operator */
    uint64_t desks_unread; /* of which nobody can tell */
    bool desks_known;      /* the directory has answered; once in a log-in */

    /* Passwords that are known to be right, by account + 1; NULL where not known. */
    struct mk_password *current[SESSION_ROWS_MAX];

    /* The change under way. */
    bool changing;
    int change_system;
    bool change_old_known; /* the current password is one that had bound in this session */
    bool change_shown;     /* the account was read back after the answer */
    bool change_again;     /* asked a second time, the first never having been sent */
    bool change_told;      /* the worker has said something of it */
    bool change_sent;      /* to change_server, an index among the directory's URIs */
    uint32_t change_server;
    enum mk_result change_result;
    int64_t change_before; /* when the password had been changed last */
    struct mk_password *change_old;
    struct mk_password *change_new;

    struct trail trail; /* of the changes; the same one for every log-in */
};

/*
 * `session` and `config` outlive everything else here. `ssh`: where the person comes from, for the
 * trail, or "".
 */
void session_start(struct session *session, const struct config *config, const char *ssh,
                   void (*notify)(void *context, const struct session_event *event), void *context);

/* The program ends: what the trail was given is written. After session_log_out(). */
void session_end(struct session *session);

/* Starts the log-in directory's worker and connects, so that Enter costs a bind and a search. */
void session_prepare(struct session *session);

/* One bind as `login` (without "@domain"). `password` is copied. SESSION_LOGGED_IN follows. */
void session_log_in(struct session *session, const char *login, const struct mk_password *password);

/* Reads every account anew, in all directories side by side. */
void session_read(struct session *session);

/* Binds as the account of `system`, which lies in another directory. SESSION_OPENED follows. */
void session_open(struct session *session, int system, const struct mk_password *password);

/* Whether the current password of the account is known, so that nobody has to type it again. */
bool session_knows_password(const struct session *session, int system);

/* Whether reading the account needs its own password first. */
bool session_is_elsewhere(const struct session *session, int system);

/*
 * Changes the password of `system` (resolved through same_as). `old_password` NULL: the known one.
 * Both are copied. SESSION_CHANGED follows, whatever happens.
 */
void session_change(struct session *session, int system, const struct mk_password *old_password,
                    const struct mk_password *new_password);

/*
 * Stops waiting for the directory of `system`: a log-in or opening is dropped; a change under way
 * is looked up, and the second time left with an unknown outcome.
 */
void session_cancel(struct session *session, int system);

/* Kills the workers, wipes every password, forgets the person. */
void session_log_out(struct session *session);

/* The row of a system, or of MK_PERSON. */
struct row *session_row(struct session *session, int system);

/* The account that `system` stands for. */
int session_account(const struct session *session, int system);

/* Fills `fds` with what to poll(2) for, at most SESSION_FDS_MAX; returns how many. */
int session_poll(const struct session *session, struct pollfd *fds);

/* Takes what the workers have sent. Call when poll(2) reports any of those. */
void session_ready(struct session *session);

/* Enforces the deadlines. Returns the next one (monotonic milliseconds), or INT64_MAX. */
int64_t session_tick(struct session *session, int64_t now_ms);

/* The clock of the deadlines: CLOCK_MONOTONIC in milliseconds. */
int64_t session_clock_ms(void);

#endif
