/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "conversation.h"
#include "desk_work.h"
#include "requests.h"

static bool is_search(const struct desk *desk, const struct desk_link *link)
{
    return link == &desk->work->search;
}

static struct desk_door *door(const struct desk *desk, const struct desk_link *link)
{
    return &desk->work->door[link->link.directory];
}

static uint32_t uris(const struct desk *desk, int directory)
{
    return desk->session->config->directory[directory].request.uris;
}

static bool is_used(const struct desk_link *link)
{
    return worker_running(&link->link.worker);
}

void desk_links_start(struct desk *desk)
{
    struct desk_work *work = desk->work;
    int login = desk->session->config->login_directory;

    for (int i = 0; i < MK_DIRECTORIES_MAX; i++)
        for (int k = 0; k < MK_URIS_MAX; k++)
            work->at[i][k] = (struct desk_link){
                .link = {.directory = i, .worker = WORKER_NONE},
                .server = k,
            };
    work->search = (struct desk_link){
        .link = {.directory = login, .worker = WORKER_NONE},
        .server = -1,
    };
    work->search.link.servers = desk->session->links[login].servers;
}

void desk_links_stop(struct desk *desk)
{
    link_stop(&desk->work->search.link);
    for (int i = 0; i < MK_DIRECTORIES_MAX; i++)
        for (int k = 0; k < MK_URIS_MAX; k++)
            link_stop(&desk->work->at[i][k].link);
}

int desk_links_account(const struct desk *desk, int directory)
{
    const struct config *config = desk->session->config;

    if (directory == config->login_directory)
        return MK_PERSON;
    for (int i = 0; i < config->systems; i++)
        if (config->system[i].same_as == CONFIG_OWN_ACCOUNT &&
            config->system[i].directory == directory && desk->session->current[i + 1] != NULL &&
            /* What is being tried now may be wrong; not here as well. */
            !conversation_waits_for(&desk->session->links[directory], ASK_OPEN, i))
            return i;
    return CONFIG_OWN_ACCOUNT;
}

/* --- asking --- */

/* A password that was wrong once is not tried everywhere: that would lock the operator out. */
static bool may_bind(const struct desk *desk, const struct desk_link *link)
{
    const struct desk_door *at = door(desk, link);

    return at->open || at->first == NULL || at->first == link;
}

static bool send_ask(struct desk *desk, struct desk_link *link, const struct ask *ask)
{
    struct mk_request_view view = {.header = {MK_REQUEST_VIEW, ask->id}, .system = ask->system};

    switch (ask->kind) {
    case ASK_FIND:
        return desk_find_send(desk, link, ask->id);
    case ASK_VIEW:
        view.subject = desk->subject;
        return worker_send(&link->link.worker, &view, sizeof view);
    case ASK_UNLOCK:
    case ASK_RESET:
        return desk_acts_send(desk, link, ask->id);
    default:
        return requests_send(desk->session, &link->link, ask);
    }
}

static bool was_refused(const struct desk_link *link)
{
    return link->refused_ms != 0 && session_clock_ms() - link->refused_ms < SERVERS_BEHIND_MS;
}

/* Why no bind can be tried there, or MK_OK. */
static enum mk_result shut(const struct desk *desk, const struct desk_link *link)
{
    int account = desk_links_account(desk, link->link.directory);

    if (account == CONFIG_OWN_ACCOUNT || desk->session->current[account + 1] == NULL)
        return MK_LOG_IN_GONE;
    if (account == MK_PERSON && desk->session->binds_cost)
        return MK_LOST_GRACE;
    return was_refused(link) ? MK_BEHIND : MK_OK;
}

static void pump(struct desk *desk, struct desk_link *link)
{
    struct link *queue = &link->link;

    if (queue->asked || queue->count == 0)
        return;
    if (queue->asks[0].kind == ASK_BIND_AGAIN) {
        if (shut(desk, link) != MK_OK) {
            desk_links_fail(desk, link, shut(desk, link));
            return;
        }
        if (!may_bind(desk, link))
            return;
        if (door(desk, link)->first == NULL)
            door(desk, link)->first = link;
    }
    queue->asked = true;
    queue->deadline_ms = session_clock_ms() + desk->session->config->deadline_ms;
    if (!send_ask(desk, link, &queue->asks[0]))
        desk_links_fail(desk, link, MK_WORKER_FAILED);
}

static struct desk_link *link_at(const struct desk *desk, int directory, int i)
{
    int count = (int)uris(desk, directory);

    if (i < count)
        return &desk->work->at[directory][i];
    return i == count && directory == desk->session->config->login_directory ? &desk->work->search
                                                                             : NULL;
}

/* Those who waited for the first bind go on, or the next one is the first. */
static void leave_door(struct desk *desk, struct desk_link *link, bool opened)
{
    struct desk_door *at = door(desk, link);
    struct desk_link *other;

    if (opened)
        at->open = true;
    if (at->first != link && !opened)
        return;
    if (at->first == link)
        at->first = NULL;
    for (int i = 0; (other = link_at(desk, link->link.directory, i)) != NULL; i++)
        pump(desk, other);
}

static bool somebody_waits(const struct desk *desk, int directory, int account)
{
    struct desk_link *link;

    for (int i = 0; (link = link_at(desk, directory, i)) != NULL; i++)
        if (conversation_waits_for(&link->link, ASK_BIND_AGAIN, account))
            return true;
    return false;
}

/* Starts the worker and queues the binding, as far as it is not done. */
static enum mk_result open_link(struct desk *desk, struct desk_link *link)
{
    int account = desk_links_account(desk, link->link.directory);
    enum mk_result why;

    if (link->link.bound || conversation_waits_for(&link->link, ASK_BIND_AGAIN, account))
        return MK_OK;
    why = shut(desk, link);
    if (why != MK_OK)
        return why;
    if (!is_used(link)) {
        link_stop(&link->link);
        link->link.pinned = link->server >= 0;
        link->link.server = link->server >= 0 ? (uint32_t)link->server : 0;
        requests_open(desk->session, &link->link);
    }
    if (!somebody_waits(desk, link->link.directory, account))
        door(desk, link)->open = false;
    link_add(&link->link, ASK_BIND_AGAIN, account);
    return MK_OK;
}

void desk_links_prepare(struct desk *desk, struct desk_link *link)
{
    if (open_link(desk, link) == MK_OK)
        pump(desk, link);
}

/* Whether that waits to be sent; what is under way may be older than the reason to ask. */
static bool is_queued(const struct link *queue, enum ask_kind kind, int system)
{
    for (int i = queue->asked ? 1 : 0; i < queue->count; i++)
        if (queue->asks[i].kind == kind && queue->asks[i].system == system)
            return true;
    return false;
}

void desk_links_ask(struct desk *desk, struct desk_link *link, enum ask_kind kind, int system)
{
    enum mk_result why;

    if (is_queued(&link->link, kind, system))
        return;
    why = open_link(desk, link);
    link_add(&link->link, kind, system);
    if (why != MK_OK)
        desk_links_fail(desk, link, why);
    else
        pump(desk, link);
}

void desk_links_drop(struct desk_link *link, enum ask_kind kind)
{
    struct link *queue = &link->link;
    int kept = 0;

    if (queue->asked && queue->asks[0].kind == kind)
        link->dropped = queue->asks[0].id;
    for (int i = 0; i < queue->count; i++)
        if (queue->asks[i].kind != kind || (i == 0 && queue->asked))
            queue->asks[kept++] = queue->asks[i];
    queue->count = kept;
}

/* --- answers --- */

/* The others of the directory end as well: each would be one more wrong password. */
static void refuse_all(struct desk *desk, const struct desk_link *but, enum mk_result why)
{
    struct desk_link *link;

    for (int i = 0; (link = link_at(desk, but->link.directory, i)) != NULL; i++)
        if (link != but && link->link.count > 0 && !link->link.bound)
            desk_links_fail(desk, link, why);
}

static void refused(struct desk *desk, struct desk_link *link, enum mk_result result)
{
    int directory = link->link.directory;
    struct session *session = desk->session;
    bool known = door(desk, link)->open;
    bool behind = servers_may_be_behind(&session->links[directory].servers, link->link.server,
                                        servers_person(session->login), session_clock_ms());

    if (!conversation_is_wrong_password(result)) {
        desk_links_fail(desk, link, result);
        return;
    }
    door(desk, link)->open = false;
    link->refused_ms = session_clock_ms();
    result = known || behind ? MK_BEHIND : MK_LOG_IN_GONE;
    if (result == MK_LOG_IN_GONE)
        conversation_forget(session, desk_links_account(desk, directory));
    if (!known) {
        /* The door stays shut until they all know. */
        door(desk, link)->first = link;
        refuse_all(desk, link, result);
    }
    desk_links_fail(desk, link, result);
}

static void ended_bind(struct desk *desk, struct desk_link *link, const struct mk_reply_end *end)
{
    if (end->result != MK_OK) {
        refused(desk, link, end->result);
    } else if (end->must_change != MK_NOT_FORCED) {
        desk_links_fail(desk, link, MK_CHANGE_FIRST);
    } else {
        /* Each further one would spend a log-in that the operator needs. */
        if (end->grace >= 0 && link->link.directory == desk->session->config->login_directory)
            desk->session->binds_cost = true;
        link->refused_ms = 0;
        leave_door(desk, link, true);
    }
}

/* A connection that had died is nobody's fault, and soon mended. */
static bool asks_again(struct desk *desk, struct desk_link *link, const struct ask *ask,
                       bool was_bound, enum mk_result result)
{
    bool lost = (result == MK_LOST || result == MK_SILENT) && was_bound && !link->again;

    link->again = lost;
    if (lost)
        desk_links_ask(desk, link, ask->kind, ask->system);
    return lost;
}

static void ended_question(struct desk *desk, struct desk_link *link, const struct ask *ask,
                           bool was_bound, const struct mk_reply_end *end)
{
    if (ask->id == link->dropped)
        return;
    if ((ask->kind == ASK_FIND || ask->kind == ASK_VIEW) &&
        asks_again(desk, link, ask, was_bound, end->result))
        return;
    switch (ask->kind) {
    case ASK_FIND:
        desk_find_ended(desk, end->result, end->ldap_code);
        break;
    case ASK_VIEW:
        desk_card_ended(desk, link, ask->system, end->result);
        desk_acts_looked(desk, link, ask->system, end->result);
        break;
    case ASK_UNLOCK:
    case ASK_RESET:
        desk_acts_ended(desk, end->result, end->ldap_code);
        break;
    default:
        break;
    }
}

static void take_end(struct desk *desk, struct desk_link *link, const struct mk_reply_end *end)
{
    struct ask ask = link_take(&link->link);
    bool was_bound = link->link.bound;

    link->link.bound = end->bound != 0;
    if (end->kind != MK_KIND_ASK)
        link->link.kind = end->kind;
    if (is_search(desk, link)) {
        link->link.server = end->server;
        servers_failed(&link->link.servers, end->failed, session_clock_ms());
    }
    if (ask.kind == ASK_BIND_AGAIN)
        ended_bind(desk, link, end);
    else if (ask.kind <= ASK_CONNECT && end->result != MK_OK)
        desk_links_fail(desk, link, end->result);
    else
        ended_question(desk, link, &ask, was_bound, end);
}

/* Whether it is an answer to what was asked, and believable; then it has been taken. */
static bool take_reply(struct desk *desk, struct desk_link *link, const union mk_reply *reply)
{
    const struct ask *ask = &link->link.asks[0];
    bool acts = ask->kind == ASK_UNLOCK || ask->kind == ASK_RESET;
    bool dropped = ask->id == link->dropped;

    if (!link->link.asked || reply->header.id != ask->id)
        return false;
    switch (reply->header.type) {
    case MK_REPLY_FOUND:
        return ask->kind == ASK_FIND && (dropped || desk_find_found(desk, &reply->found));
    case MK_REPLY_COUNT:
        if (!dropped)
            desk_find_count(desk, &reply->count);
        return ask->kind == ASK_FIND;
    case MK_REPLY_CALLER:
        if (ask->kind != ASK_VIEW || link->link.directory != desk->session->config->login_directory)
            return false;
        if (!dropped)
            desk_card_caller(desk, &reply->caller);
        return true;
    case MK_REPLY_VIEW:
        return (ask->kind == ASK_VIEW || acts) &&
               (dropped || desk_card_view(desk, link, &reply->view.view));
    case MK_REPLY_OUTCOME:
        return acts && (dropped || desk_acts_outcome(desk, &reply->outcome));
    case MK_REPLY_END:
        if (reply->end.result >= MK_RESULTS || reply->end.kind >= MK_KINDS ||
            reply->end.must_change >= MK_FORCES)
            return false;
        take_end(desk, link, &reply->end);
        return true;
    default:
        return false;
    }
}

static void ready(struct desk *desk, struct desk_link *link)
{
    union mk_reply reply;
    enum mk_received received;

    while (is_used(link)) {
        received = worker_receive(&link->link.worker, &reply, sizeof reply, mk_reply_shapes);
        if (received == MK_RECEIVED_NOTHING)
            break;
        if (received != MK_RECEIVED || !take_reply(desk, link, &reply)) {
            desk_links_fail(desk, link, MK_WORKER_FAILED);
            break;
        }
    }
    pump(desk, link);
}

/* What the worker had said of an act before its end; to deny what it has done would be a lie. */
static void hear_the_rest(struct desk *desk, struct desk_link *link)
{
    union mk_reply reply;

    while (worker_receive(&link->link.worker, &reply, sizeof reply, mk_reply_shapes) == MK_RECEIVED)
        if (reply.header.type == MK_REPLY_OUTCOME && reply.header.id == link->link.asks[0].id)
            (void)desk_acts_outcome(desk, &reply.outcome);
}

static void fail_ask(struct desk *desk, struct desk_link *link, const struct ask *ask,
                     bool under_way, enum mk_result why)
{
    if (ask->id == link->dropped)
        return;
    switch (ask->kind) {
    case ASK_FIND:
        desk_find_ended(desk, why, 0);
        break;
    case ASK_VIEW:
        desk_card_ended(desk, link, ask->system, why);
        desk_acts_looked(desk, link, ask->system, why);
        break;
    case ASK_UNLOCK:
    case ASK_RESET:
        desk_acts_failed(desk, under_way, why);
        break;
    default:
        break;
    }
}

void desk_links_fail(struct desk *desk, struct desk_link *link, enum mk_result result)
{
    struct ask asks[LINK_ASKS_MAX];
    int count = link->link.count;
    bool asked = link->link.asked;
    bool acts;

    memcpy(asks, link->link.asks, (size_t)count * sizeof asks[0]);
    acts = asked && (asks[0].kind == ASK_UNLOCK || asks[0].kind == ASK_RESET);
    worker_kill(&link->link.worker);
    if (acts && asks[0].id != link->dropped)
        hear_the_rest(desk, link);
    link_stop(&link->link);
    link->again = false;
    for (int i = 0; i < count; i++)
        fail_ask(desk, link, &asks[i], asked && i == 0, result);
    leave_door(desk, link, false);
}

/* --- the loop --- */

int desk_links_poll(const struct desk *desk, struct pollfd *fds)
{
    const struct desk_link *link;
    int count = 0;

    for (int i = 0; i < desk->session->config->directories; i++)
        for (int k = 0; (link = link_at(desk, i, k)) != NULL; k++)
            if (is_used(link))
                fds[count++] = (struct pollfd){.fd = link->link.worker.fd, .events = POLLIN};
    return count;
}

void desk_links_ready(struct desk *desk)
{
    struct desk_link *link;

    for (int i = 0; i < desk->session->config->directories; i++)
        for (int k = 0; (link = link_at(desk, i, k)) != NULL; k++)
            if (is_used(link))
                ready(desk, link);
}

int64_t desk_links_tick(struct desk *desk, int64_t now_ms)
{
    struct desk_link *link;
    int64_t next = INT64_MAX;

    for (int i = 0; i < desk->session->config->directories; i++)
        for (int k = 0; (link = link_at(desk, i, k)) != NULL; k++) {
            if (link->link.asked && now_ms >= link->link.deadline_ms)
                desk_links_fail(desk, link, MK_SILENT);
            if (link->link.asked && link->link.deadline_ms < next)
                next = link->link.deadline_ms;
        }
    return next;
}
