/* SPDX-License-Identifier: MIT */
#include "requests.h"

#include <string.h>

/* What is asked of the log-in directory alone, and only where there is a helpdesk. */
static void queue_groups(const struct session *session, struct link *link)
{
    const struct config *config = session->config;

    if (link->directory != config->login_directory || config->desks == 0)
        return;
    for (int i = 0; i < config->desks; i++)
        link_add(link, ASK_GROUP, i);
    for (int i = 0; i < config->protected_groups; i++)
        link_add(link, ASK_GROUP, CONFIG_DESKS_MAX + i);
}

void requests_open(const struct session *session, struct link *link)
{
    const struct config *config = session->config;

    /* A program that cannot be started shows as a worker that has gone, at the first request. */
    (void)worker_start(&link->worker, config->directory[link->directory].request.realm[0] == '\0'
                                          ? LIBEXECDIR "/matkhau-directory"
                                          : LIBEXECDIR "/" KERBEROS_WORKER);
    link_add(link, ASK_DIRECTORY, MK_PERSON);
    for (int i = 0; i < config->systems; i++)
        if (config->system[i].same_as == CONFIG_OWN_ACCOUNT &&
            config->system[i].directory == link->directory)
            link_add(link, ASK_SYSTEM, i);
    if (link->directory != config->login_directory || session->logged_in)
        link_add(link, ASK_PERSON, MK_PERSON);
    queue_groups(session, link);
    link_add(link, ASK_CONNECT, MK_PERSON);
    link->deadline_ms = session_clock_ms() + config->deadline_ms;
}

static bool send_directory(const struct session *session, struct link *link, uint32_t id)
{
    struct mk_request_directory request = session->config->directory[link->directory].request;

    request.header = (struct mk_header){MK_REQUEST_DIRECTORY, id};
    servers_tell(&link->servers, &request, session_clock_ms());
    if (link->pinned && link->server < request.uris) {
        request.first = link->server;
        request.only = 1;
    }
    return worker_send(&link->worker, &request, sizeof request);
}

static bool send_system(const struct session *session, struct link *link, int system, uint32_t id)
{
    const struct config_system *from = &session->config->system[system];
    struct mk_request_system request = {.header = {MK_REQUEST_SYSTEM, id}, .system = system};

    memcpy(request.account_dn, from->account_dn, sizeof request.account_dn);
    memcpy(request.account_filter, from->account_filter, sizeof request.account_filter);
    return worker_send(&link->worker, &request, sizeof request);
}

static bool send_person(const struct session *session, struct link *link, uint32_t id)
{
    struct mk_request_person request = {.header = {MK_REQUEST_PERSON, id}};

    memcpy(request.login, session->login, sizeof request.login);
    memcpy(request.dn, session->dn, sizeof request.dn);
    memcpy(request.mail, session->mail, sizeof request.mail);
    return worker_send(&link->worker, &request, sizeof request);
}

static bool send_group(const struct config *config, struct link *link, int group, uint32_t id)
{
    struct mk_request_group request = {.header = {MK_REQUEST_GROUP, id}, .group = (uint32_t)group};

    if (group < CONFIG_DESKS_MAX) {
        memcpy(request.dn, config->desk[group].group, sizeof request.dn);
        memcpy(request.base, config->desk[group].base, sizeof request.base);
    } else {
        memcpy(request.dn, config->protected_group[group - CONFIG_DESKS_MAX], sizeof request.dn);
    }
    return worker_send(&link->worker, &request, sizeof request);
}

static bool send_bind(const struct session *session, struct link *link, int account,
                      const struct mk_password *password, uint32_t id)
{
    struct mk_request_bind request = {.header = {MK_REQUEST_BIND, id}, .system = account};
    bool sent;

    memcpy(request.login, session->login, sizeof request.login);
    if (password != NULL)
        secret_copy(&request.password, password);
    sent = worker_send(&link->worker, &request, sizeof request);
    mk_wipe(&request, sizeof request);
    return sent;
}

static bool send_change(const struct session *session, struct link *link, int account, uint32_t id)
{
    struct mk_request_change request = {.header = {MK_REQUEST_CHANGE, id}, .system = account};
    bool sent;

    secret_copy(&request.old_password, session->change_old);
    secret_copy(&request.new_password, session->change_new);
    /* Where the server in use takes no changes, one logs in at another one. */
    if (account != MK_PERSON && !session_is_elsewhere(session, account) &&
        session->current[MK_PERSON + 1] != NULL)
        secret_copy(&request.log_in_password, session->current[MK_PERSON + 1]);
    sent = worker_send(&link->worker, &request, sizeof request);
    mk_wipe(&request, sizeof request);
    return sent;
}

bool requests_send(const struct session *session, struct link *link, const struct ask *ask)
{
    switch (ask->kind) {
    case ASK_DIRECTORY:
        return send_directory(session, link, ask->id);
    case ASK_SYSTEM:
        return send_system(session, link, ask->system, ask->id);
    case ASK_PERSON:
        return send_person(session, link, ask->id);
    case ASK_GROUP:
        return send_group(session->config, link, ask->system, ask->id);
    case ASK_CONNECT: {
        struct mk_request_connect request = {{MK_REQUEST_CONNECT, ask->id}};
        return worker_send(&link->worker, &request, sizeof request);
    }
    case ASK_MEMBER: {
        struct mk_request_member request = {{MK_REQUEST_MEMBER, ask->id}};
        return worker_send(&link->worker, &request, sizeof request);
    }
    case ASK_LOG_IN:
    case ASK_BIND_AGAIN:
    case ASK_OPEN:
        return send_bind(session, link, ask->system, session->current[ask->system + 1], ask->id);
    case ASK_VERIFY_BIND:
        return send_bind(session, link, ask->system, session->change_new, ask->id);
    case ASK_READ:
    case ASK_VERIFY_READ: {
        struct mk_request_read request = {.header = {MK_REQUEST_READ, ask->id},
                                          .system = ask->system};
        return worker_send(&link->worker, &request, sizeof request);
    }
    case ASK_CHANGE:
        return send_change(session, link, ask->system, ask->id);
    default:
        return false;
    }
}
