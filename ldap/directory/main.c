// SPDX-License-Identifier: MIT

/*
 * matkhau-directory: one directory, one process, one request at a time. Started by matkhau with its
 * end of the pair as MK_CHANNEL_FD; ends when the other end is closed or sends what it should not.
 */

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "accounts.h"
#include "change.h"
#include "deadline.h"
#include "desk.h"
#include "find.h"
#include "login.h"
#include "matkhau/channel.h"
#include "sandbox.h"
#include "session.h"

/* The address space in use is about 60 MB, most of it libraries. */
#define MEMORY_MAX ((size_t)160 << 20)

/*
 * libldap 2.5.13 loses the texts of a message that nobody has asked for, so that a server can fill
 * any memory there is. With the pages of libraries this stays below 64 MB.
 */
#define DATA_MAX ((size_t)52 << 20)

#ifdef __SANITIZE_ADDRESS__
/*
 * libldap 2.5.13 puts the priorities asked for in the place of others, which nobody frees: 8 KB. It
 * loses the texts of messages that nobody has asked for; valgrind watches what else it allocates.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:gnutls_priority_init\nleak:ber_memalloc_x\nleak:ber_memcalloc_x\n";
}

const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}
#endif

enum state {
    STATE_NEW = 1,
    STATE_NOBODY = 2, /* configured, nobody bound */
    STATE_BOUND = 4,
    STATE_MUST_CHANGE = 8
};

static enum state session_state(const struct session *s)
{
    if (!s->configured)
        return STATE_NEW;
    if (!s->bound)
        return STATE_NOBODY;
    return s->must_change ? STATE_MUST_CHANGE : STATE_BOUND;
}

/* The asker is of the same build: a number out of its range is no mistake to be explained. */
static void surprise(struct session *s)
{
    s->ended = true;
}

static void on_directory(struct session *s, union mk_request *request)
{
    const struct mk_request_directory *d = &request->directory;

    if (d->uris < 1 || d->uris > MK_URIS_MAX || d->log_in_uris < 1 || d->log_in_uris > d->uris ||
        d->writable == 0 || d->writable >> d->uris != 0 || d->kind >= MK_KINDS ||
        d->server_ms == 0 || d->operation_ms == 0 || d->total_ms == 0 || d->first >= d->uris ||
        d->only > 1 || d->kdcs > MK_URIS_MAX || d->tls > MK_TLS_NONE_ON_LOOPBACK ||
        d->max_age_unit > MK_AGE_MONTHS) {
        surprise(s);
        return;
    }
    s->directory = *d;
    route_start(&s->route, d, deadline_after(0));
    s->configured = true;
    session_answer_end(s, MK_OK, 0);
}

static void on_system(struct session *s, union mk_request *request)
{
    const struct mk_request_system *system = &request->system;

    if (system->system < 0 || system->system >= MK_SYSTEMS_MAX) {
        surprise(s);
        return;
    }
    s->system[system->system] = *system;
    s->has_system[system->system] = true;
    session_answer_end(s, MK_OK, 0);
}

static void on_person(struct session *s, union mk_request *request)
{
    /* Where one logs in, it is known who, unless the entry is to be seen after the log-in only. */
    if (session_is_login(s) && request->person.dn[0] == '\0' &&
        s->directory.log_in_name[0] == '\0') {
        session_answer_end(s, MK_NOT_ALLOWED_NOW, 0);
        return;
    }
    memcpy(s->self.person.login, request->person.login, sizeof s->self.person.login);
    memcpy(s->self.person.dn, request->person.dn, sizeof s->self.person.dn);
    memcpy(s->self.person.mail, request->person.mail, sizeof s->self.person.mail);
    s->has_person = true;
    session_answer_end(s, MK_OK, 0);
}

static void on_group(struct session *s, union mk_request *request)
{
    const struct mk_request_group *group = &request->group;
    struct group *kept;

    if (group->group >= MK_GROUPS_MAX) {
        surprise(s);
        return;
    }
    kept = &s->group[group->group];
    kept->there = true;
    memcpy(kept->dn, group->dn, sizeof kept->dn);
    memcpy(kept->base, group->base, sizeof kept->base);
    session_answer_end(s, MK_OK, 0);
}

static void on_connect(struct session *s, union mk_request *request)
{
    (void)request;
    session_answer_end(s, session_connect(s, ROUTE_READ), 0);
}

static void on_bind(struct session *s, union mk_request *request)
{
    login_request(s, &request->bind);
}

static enum mk_result read_request(struct session *s, int32_t system)
{
    enum mk_result result;

    if (!s->has_person || !(system == MK_EVERY_SYSTEM || session_has_system(s, system) ||
                            (system == MK_PERSON && session_is_login(s))))
        return MK_NOT_ALLOWED_NOW;
    /* Whoever asks here means to ask as the person; what nobody may see would look like nothing. */
    if (session_is_login(s) && !s->bound)
        return MK_LOST;
    for (;;) {
        bool was_bound = s->bound;
        result = session_connect(s, ROUTE_READ);
        if (result != MK_OK)
            return result;
        result = accounts_read(s, system);
        /* Elsewhere somebody would have to be bound first. */
        if (!session_failed(s, result) || was_bound)
            return result;
    }
}

static void on_read(struct session *s, union mk_request *request)
{
    session_answer_end(s, read_request(s, request->read.system), 0);
}

static void on_change(struct session *s, union mk_request *request)
{
    change_request(s, &request->change);
}

static void on_member(struct session *s, union mk_request *request)
{
    (void)request;
    desk_member(s);
}

static void on_view(struct session *s, union mk_request *request)
{
    desk_view(s, &request->view);
}

static void on_unlock(struct session *s, union mk_request *request)
{
    if (request->unlock.refresh > 1)
        surprise(s);
    else
        desk_unlock(s, &request->unlock);
}

static void on_reset(struct session *s, union mk_request *request)
{
    desk_reset(s, &request->reset);
}

static void on_find(struct session *s, union mk_request *request)
{
    if (request->find.most < 1 || request->find.most > MK_FOUND_MAX)
        surprise(s);
    else
        find_request(s, &request->find);
}

/* Which request is allowed when, and who answers it. */
static const struct {
    enum mk_request_type type;
    unsigned states;
    void (*answer)(struct session *s, union mk_request *request);
} operations[] = {
    {MK_REQUEST_DIRECTORY, STATE_NEW, on_directory},
    {MK_REQUEST_SYSTEM, STATE_NOBODY, on_system},
    {MK_REQUEST_PERSON, STATE_NOBODY, on_person},
    {MK_REQUEST_GROUP, STATE_NOBODY, on_group},
    {MK_REQUEST_CONNECT, STATE_NOBODY | STATE_BOUND, on_connect},
    {MK_REQUEST_BIND, STATE_NOBODY | STATE_BOUND | STATE_MUST_CHANGE, on_bind},
    {MK_REQUEST_READ, STATE_NOBODY | STATE_BOUND, on_read},
    {MK_REQUEST_CHANGE, STATE_NOBODY | STATE_BOUND | STATE_MUST_CHANGE, on_change},
    {MK_REQUEST_MEMBER, STATE_BOUND, on_member},
    {MK_REQUEST_FIND, STATE_BOUND, on_find},
    {MK_REQUEST_VIEW, STATE_BOUND, on_view},
    {MK_REQUEST_UNLOCK, STATE_BOUND, on_unlock},
    {MK_REQUEST_RESET, STATE_BOUND, on_reset},
};

static void answer(struct session *s, union mk_request *request)
{
    s->request = request->header.id;
    route_begin(&s->route, &s->directory, deadline_after(0));
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (operations[i].type != request->header.type)
            continue;
        if ((operations[i].states & session_state(s)) != 0)
            operations[i].answer(s, request);
        else
            session_answer_end(s, MK_NOT_ALLOWED_NOW, 0);
    }
}

/* Everything up to the end of the channel; 0 when that came between two requests. */
static int converse(struct session *s, union mk_request *request)
{
    while (!s->ended) {
        enum mk_received received =
            mk_receive(s->channel, request, sizeof *request, 0, mk_request_shapes);
        if (received == MK_RECEIVED_END)
            return EXIT_SUCCESS;
        if (received == MK_RECEIVED)
            answer(s, request);
        mk_wipe(request, sizeof *request);
        if (received != MK_RECEIVED)
            return EXIT_FAILURE;
    }
    return EXIT_FAILURE;
}

static bool is_pair(int fd)
{
    int type = 0;
    int domain = 0;
    socklen_t size = sizeof type;

    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET &&
           getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

/* Zeroed memory of which only what is used becomes real; calloc would write to all of it. */
static void *pages(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

int main(void)
{
    union mk_request *request;
    struct session *session;
    int status = EXIT_FAILURE;

    if (!is_pair(MK_CHANNEL_FD))
        return 2;
    sandbox_enter(MEMORY_MAX);
    sandbox_bound_data(DATA_MAX);
    /* Before libldap looks for the first time: no file and no variable decides anything here. */
    if (clearenv() != 0 || setenv("LDAPNOINIT", "1", 1) != 0 ||
        setenv("SASL_PATH", "/nonexistent", 1) != 0)
        return EXIT_FAILURE;
    request = pages(sizeof *request);
    session = pages(sizeof *session);
    if (request != NULL && session != NULL) {
        /* Requests hold passwords: never swapped, never in a dump. */
        (void)mlock(request, sizeof *request);
        (void)madvise(request, sizeof *request, MADV_DONTDUMP);
        session->channel = MK_CHANNEL_FD;
        session->said = standing_no_server();
        status = converse(session, request);
        session_drop(session);
    }
    return status;
}
