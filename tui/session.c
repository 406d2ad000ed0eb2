/* SPDX-License-Identifier: MIT */
#include "session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "changing.h"
#include "conversation.h"

int64_t session_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int session_account(const struct session *session, int system)
{
    while (system >= 0 && session->config->system[system].same_as != CONFIG_OWN_ACCOUNT)
        system = session->config->system[system].same_as;
    return system;
}

static void clear_rows(struct session *session)
{
    const struct config *config = session->config;

    session->row_count = config->systems + 1;
    for (int i = 0; i < session->row_count; i++) {
        struct row *row = &session->rows[i];

        *row = (struct row){.system = i - 1};
        row->account = session_account(session, row->system);
        row->state = (struct mk_account){.system = row->account,
                                         .standing = MK_UNKNOWN,
                                         .unknown = MK_UNKNOWN_NO_ANSWER,
                                         .expires = MK_TIME_UNKNOWN,
                                         .changed = MK_TIME_UNKNOWN,
                                         .until = MK_TIME_UNKNOWN};
        row->changed_here = MK_TIME_UNKNOWN;
    }
}

void session_start(struct session *session, const struct config *config, const char *ssh,
                   void (*notify)(void *context, const struct session_event *event), void *context)
{
    memset(session, 0, sizeof *session);
    session->config = config;
    session->notify = notify;
    session->context = context;
    for (int i = 0; i < config->directories; i++) {
        session->links[i].directory = i;
        session->links[i].worker = WORKER_NONE;
    }
    trail_start(&session->trail, config, ssh);
    session->change_old = secret_new();
    session->change_new = secret_new();
    clear_rows(session);
}

struct row *session_row(struct session *session, int system)
{
    return &session->rows[system + 1];
}

bool session_is_elsewhere(const struct session *session, int system)
{
    return conversation_directory(session, system) != session->config->login_directory;
}

bool session_knows_password(const struct session *session, int system)
{
    return session->current[session_account(session, system) + 1] != NULL;
}

void session_prepare(struct session *session)
{
    struct link *link = &session->links[session->config->login_directory];

    if (!worker_running(&link->worker)) {
        conversation_open(session, session->config->login_directory);
        conversation_pump(session, link);
    }
}

void session_log_in(struct session *session, const char *login, const struct mk_password *password)
{
    int directory = session->config->login_directory;
    struct link *link = &session->links[directory];

    assert(strlen(login) <= MK_LOGIN_MAX);
    memcpy(session->login, login, strlen(login) + 1);
    conversation_remember(session, MK_PERSON, password);
    if (!worker_running(&link->worker))
        conversation_open(session, directory);
    conversation_ask(session, link, ASK_LOG_IN, MK_PERSON);
}

/* The rows that `directory` answers for now wait for it. */
static void await_rows(struct session *session, int directory)
{
    for (int i = 0; i < session->row_count; i++)
        if (conversation_directory(session, session->rows[i].system) == directory)
            session->rows[i].waiting = true;
}

void session_read(struct session *session)
{
    session->others_asked = false;
    for (int i = 0; i < session->config->directories; i++) {
        struct link *link = &session->links[i];

        await_rows(session, i);
        /* The other directories need to know who the person is: see conversation_read_others(). */
        if (i != session->config->login_directory ||
            conversation_waits_for(link, ASK_READ, MK_EVERY_SYSTEM))
            continue;
        conversation_ask_as_person(session, i, ASK_READ, MK_EVERY_SYSTEM);
    }
}

void session_open(struct session *session, int system, const struct mk_password *password)
{
    int account = session_account(session, system);
    int directory = conversation_directory(session, account);
    struct link *link = &session->links[directory];

    conversation_remember(session, account, password);
    if (!worker_running(&link->worker))
        conversation_open(session, directory);
    conversation_ask(session, link, ASK_OPEN, account);
}

void session_change(struct session *session, int system, const struct mk_password *old_password,
                    const struct mk_password *new_password)
{
    changing_start(session, session_account(session, system), old_password, new_password);
}

void session_cancel(struct session *session, int system)
{
    if (trail_waits(&session->trail)) {
        trail_drop(&session->trail);
        changing_unrecorded(session);
        return;
    }
    conversation_fail(session, &session->links[conversation_directory(session, system)], MK_SILENT);
}

void session_log_out(struct session *session)
{
    for (int i = 0; i < session->config->directories; i++)
        link_stop(&session->links[i]);
    for (int i = 0; i < SESSION_ROWS_MAX; i++) {
        secret_free(session->current[i]);
        session->current[i] = NULL;
    }
    mk_wipe(session->change_old, sizeof *session->change_old);
    mk_wipe(session->change_new, sizeof *session->change_new);
    changing_abandoned(session);
    session->logged_in = false;
    session->others_asked = false;
    session->binds_cost = false;
    session->detour = MK_OK;
    session->desks = session->desks_unread = 0;
    session->desks_known = false;
    session->login[0] = session->dn[0] = session->mail[0] = '\0';
    session->name[0] = session->unit[0] = '\0';
    clear_rows(session);
}

void session_end(struct session *session)
{
    trail_stop(&session->trail);
}

int session_poll(const struct session *session, struct pollfd *fds)
{
    int count = 0;

    for (int i = 0; i < session->config->directories; i++)
        if (worker_running(&session->links[i].worker))
            fds[count++] = (struct pollfd){.fd = session->links[i].worker.fd, .events = POLLIN};
    if (worker_running(&session->trail.worker))
        fds[count++] = (struct pollfd){.fd = session->trail.worker.fd, .events = POLLIN};
    return count;
}

static void take_news(struct session *session, enum trail_news news)
{
    if (news == TRAIL_WRITTEN)
        changing_recorded(session);
    else if (news == TRAIL_REFUSED)
        changing_unrecorded(session);
}

void session_ready(struct session *session)
{
    take_news(session, trail_ready(&session->trail));
    for (int i = 0; i < session->config->directories; i++)
        if (worker_running(&session->links[i].worker))
            conversation_ready(session, &session->links[i]);
}

int64_t session_tick(struct session *session, int64_t now_ms)
{
    int64_t next;

    take_news(session, trail_late(&session->trail, now_ms, &next));
    for (int i = 0; i < session->config->directories; i++) {
        struct link *link = &session->links[i];

        if (link->count > 0 && now_ms >= link->deadline_ms)
            conversation_fail(session, link, MK_SILENT);
        if (link->count > 0 && link->deadline_ms < next)
            next = link->deadline_ms;
    }
    return next;
}
