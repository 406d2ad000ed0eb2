/* SPDX-License-Identifier: MIT */
#include "trail.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>
#include <utmpx.h>

#include "session.h"

/* Between a key and the change; a disk takes a few milliseconds. */
#define INTENT_MS 5000

#define END_MS 2000

_Static_assert(CONFIG_ID_MAX <= MK_TRAIL_NAME_MAX && CONFIG_CHECK_MAX <= MK_TRAIL_VERIFIED_MAX,
               "a record has room for what the configuration says");

void trail_start(struct trail *trail, const struct config *config, const char *ssh)
{
    memset(trail, 0, sizeof *trail);
    trail->config = config;
    trail->worker = WORKER_NONE;
    (void)snprintf(trail->ssh, sizeof trail->ssh, "%s", ssh);
}

bool trail_is_kept(const struct trail *trail)
{
    return trail->config->trail_log || trail->config->trail_file[0] != '\0';
}

/* What sshd(8), login(1) and the like have noted about the terminal, as root. */
static void look_up_address(char address[MK_TRAIL_ADDRESS_MAX + 1], const char *tty)
{
    struct utmpx line = {.ut_type = USER_PROCESS};
    const struct utmpx *entry;

    memcpy(line.ut_line, tty, strnlen(tty, sizeof line.ut_line));
    setutxent();
    entry = getutxline(&line);
    if (entry != NULL && entry->ut_type == USER_PROCESS && entry->ut_addr_v6[0] != 0) {
        bool is_4 = (entry->ut_addr_v6[1] | entry->ut_addr_v6[2] | entry->ut_addr_v6[3]) == 0;

        (void)inet_ntop(is_4 ? AF_INET : AF_INET6, entry->ut_addr_v6, address,
                        MK_TRAIL_ADDRESS_MAX + 1);
    }
    endutxent();
}

static void look_around(struct mk_trail_record *record)
{
    static const char dev[] = "/dev/";
    char tty[64];

    if (ttyname_r(STDIN_FILENO, tty, sizeof tty) != 0 || strncmp(tty, dev, sizeof dev - 1) != 0 ||
        strlen(tty) - (sizeof dev - 1) > MK_TRAIL_NAME_MAX)
        return;
    memcpy(record->tty, tty + sizeof dev - 1, strlen(tty) - (sizeof dev - 1) + 1);
    look_up_address(record->utmp, record->tty);
}

static bool send_settings(struct trail *trail)
{
    struct mk_trail_settings settings = {.header = {MK_TRAIL_SETTINGS, ++trail->last_id},
                                         .to_log = trail->config->trail_log};

    memcpy(settings.file, trail->config->trail_file, sizeof settings.file);
    if (!worker_start(&trail->worker, LIBEXECDIR "/matkhau-trail") ||
        !worker_send(&trail->worker, &settings, sizeof settings))
        return false;
    trail->unanswered = 1;
    return true;
}

static bool send_record(struct trail *trail)
{
    trail->record.header = (struct mk_header){MK_TRAIL_RECORD, ++trail->last_id};
    if (!worker_send(&trail->worker, &trail->record, sizeof trail->record))
        return false;
    trail->unanswered++;
    return true;
}

static void kill_worker(struct trail *trail)
{
    worker_stop(&trail->worker);
    trail->awaited = 0;
    trail->unanswered = 0;
}

static void set(char *member, size_t size, const char *value)
{
    if (value != NULL)
        (void)snprintf(member, size, "%s", value);
}

static void describe(struct mk_trail_record *record, const struct trail_act *act)
{
    bool is_noted = act->kind == MK_TRAIL_LOOK || act->kind == MK_TRAIL_CALL;

    *record = (struct mk_trail_record){.kind = act->kind,
                                       .step = is_noted ? MK_TRAIL_NOTED : MK_TRAIL_INTENT};
    set(record->who, sizeof record->who, act->who);
    set(record->desk, sizeof record->desk, act->desk);
    set(record->person, sizeof record->person, act->person);
    set(record->verified, sizeof record->verified, act->verified);
    set(record->reason, sizeof record->reason, act->reason);
    set(record->system, sizeof record->system, act->system);
    set(record->server, sizeof record->server, act->server);
}

enum trail_news trail_intend(struct trail *trail, const struct trail_act *act)
{
    struct mk_trail_record *record = &trail->record;

    describe(record, act);
    memcpy(record->ssh, trail->ssh, sizeof record->ssh);
    look_around(record);
    trail->under_way = record->step == MK_TRAIL_INTENT;
    if (getrandom(&record->act, sizeof record->act, 0) != (ssize_t)sizeof record->act ||
        (!worker_running(&trail->worker) && !send_settings(trail)) || !send_record(trail)) {
        kill_worker(trail);
        return TRAIL_REFUSED;
    }
    trail->awaited = trail->last_id;
    trail->deadline_ms = session_clock_ms() + INTENT_MS;
    return TRAIL_NOTHING;
}

bool trail_waits(const struct trail *trail)
{
    return trail->awaited != 0;
}

enum trail_news trail_ready(struct trail *trail)
{
    enum trail_news news = TRAIL_NOTHING;

    while (worker_running(&trail->worker)) {
        union mk_trail_reply reply;
        enum mk_received received =
            worker_receive(&trail->worker, &reply, sizeof reply, mk_trail_reply_shapes);

        if (received == MK_RECEIVED_NOTHING)
            break;
        if (received != MK_RECEIVED || reply.header.type != MK_TRAIL_WRITTEN ||
            trail->unanswered == 0) {
            news = trail_waits(trail) ? TRAIL_REFUSED : news;
            kill_worker(trail);
            break;
        }
        trail->unanswered--;
        if (trail_waits(trail) && reply.header.id == trail->awaited) {
            trail->awaited = 0;
            news = reply.written.fault == MK_TRAIL_WORKS ? TRAIL_WRITTEN : TRAIL_REFUSED;
        }
    }
    return news;
}

enum trail_news trail_late(struct trail *trail, int64_t now_ms, int64_t *next)
{
    *next = INT64_MAX;
    if (!trail_waits(trail))
        return TRAIL_NOTHING;
    if (now_ms < trail->deadline_ms) {
        *next = trail->deadline_ms;
        return TRAIL_NOTHING;
    }
    kill_worker(trail);
    return TRAIL_REFUSED;
}

void trail_drop(struct trail *trail)
{
    trail->awaited = 0;
}

void trail_tell(struct trail *trail, enum mk_result result, int ldap_code, const char *server,
                bool final)
{
    struct mk_trail_record *record = &trail->record;

    if (!trail->under_way)
        return;
    record->step = record->step == MK_TRAIL_INTENT ? MK_TRAIL_OUTCOME : MK_TRAIL_FOUND;
    record->result = result;
    record->ldap_code = ldap_code;
    if (server[0] != '\0')
        set(record->server, sizeof record->server, server);
    /* Without a worker the intent stays without an outcome, which tells the reader as much. */
    (void)send_record(trail);
    trail->under_way = !final;
}

void trail_stop(struct trail *trail)
{
    int64_t end = session_clock_ms() + END_MS;

    while (worker_running(&trail->worker) && trail->unanswered > 0) {
        struct pollfd fd = {.fd = trail->worker.fd, .events = POLLIN};
        int64_t left = end - session_clock_ms();

        if (left <= 0) {
            /* It goes on alone, and ends when it finds the channel closed. */
            (void)close(trail->worker.fd);
            trail->worker = WORKER_NONE;
            return;
        }
        (void)poll(&fd, 1, (int)left);
        (void)trail_ready(trail);
    }
    kill_worker(trail);
}
