/* SPDX-License-Identifier: MIT */
#include "proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define LINES_MAX 32

/* What both processes see. `plan` is written by the test between two changes of `asked`. */
struct shared {
    struct proxy_fault plan;
    atomic_uint asked;
    atomic_uint taken; /* the plan in force */
    atomic_size_t seen[PROXY_SIDES];
    atomic_bool struck;
    atomic_bool holds;
};

struct proxy {
    struct shared *shared;
    pid_t pid;
    int wake; /* a byte: there is a new plan */
    unsigned port;
};

/* One direction of a connection. */
struct flow {
    unsigned char bytes[16384];
    size_t start, end; /* what waits in `bytes` */
    bool ended;        /* no more will come */
    bool told;         /* and the other end knows */
    bool drips;
    int64_t next_ms;          /* of a drip */
    enum proxy_action broken; /* what happens after the bytes that wait, or PROXY_PASS */
};

struct line {
    bool used;
    bool silent;         /* neither read nor written any more */
    int fd[PROXY_SIDES]; /* the end to which that side's bytes go */
    struct flow flow[PROXY_SIDES];
};

struct relay {
    struct shared *shared;
    struct proxy_fault plan;
    int listener;
    int wake;
    in_addr_t address;
    unsigned target;
    struct line lines[LINES_MAX];
};

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * (int64_t)1000 + t.tv_nsec / 1000000;
}

static void close_line(struct line *line, bool reset)
{
    const struct linger at_once = {.l_onoff = 1};

    for (int side = 0; side < PROXY_SIDES; side++) {
        if (line->fd[side] < 0)
            continue;
        if (reset)
            setsockopt(line->fd[side], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(line->fd[side]);
    }
    line->used = false;
}

static void accept_line(struct relay *relay)
{
    const int yes = 1;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)relay->target),
                                  .sin_addr.s_addr = relay->address};
    struct line *line = relay->lines;
    bool down = relay->plan.lasting && atomic_load(&relay->shared->struck);
    int fd = accept4(relay->listener, NULL, NULL, SOCK_CLOEXEC);

    while (line < relay->lines + LINES_MAX && line->used)
        line++;
    if (fd < 0 || line == relay->lines + LINES_MAX)
        abort();
    memset(line, 0, sizeof *line);
    line->used = true;
    line->fd[PROXY_TO_CLIENT] = fd;
    line->fd[PROXY_TO_SERVER] = -1;
    if (down && relay->plan.action == PROXY_STALL) {
        line->silent = true;
        return;
    }
    line->fd[PROXY_TO_SERVER] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (down || connect(line->fd[PROXY_TO_SERVER], (struct sockaddr *)&address, sizeof address)) {
        close_line(line, true);
        return;
    }
    for (int side = 0; side < PROXY_SIDES; side++) {
        setsockopt(line->fd[side], IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        fcntl(line->fd[side], F_SETFL, O_NONBLOCK);
    }
}

/* The fault of the plan, when it lies in the bytes that have just come. */
static void strike(struct relay *relay, struct flow *flow, enum proxy_side side, size_t came)
{
    size_t before = atomic_fetch_add(&relay->shared->seen[side], came);
    const struct proxy_fault *plan = &relay->plan;

    if (plan->action == PROXY_PASS || plan->side != side || atomic_load(&relay->shared->struck) ||
        plan->at < before || plan->at >= before + came)
        return;
    atomic_store(&relay->shared->struck, true);
    if (plan->action == PROXY_FLIP) {
        flow->bytes[plan->at - before] ^= plan->bits != 0 ? plan->bits : PROXY_FLIPPED;
    } else if (plan->action == PROXY_DRIP) {
        flow->drips = true;
    } else {
        flow->end = plan->at - before;
        flow->broken = plan->action;
    }
}

static void read_flow(struct relay *relay, struct line *line, enum proxy_side side)
{
    struct flow *flow = &line->flow[side];
    ssize_t n = read(line->fd[!side], flow->bytes, sizeof flow->bytes);

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        flow->ended = true;
        return;
    }
    flow->start = 0;
    flow->end = (size_t)n;
    strike(relay, flow, side, (size_t)n);
}

static void write_flow(struct line *line, enum proxy_side side)
{
    struct flow *flow = &line->flow[side];
    ssize_t n = send(line->fd[side], flow->bytes + flow->start,
                     flow->drips ? 1 : flow->end - flow->start, MSG_NOSIGNAL);

    if (n > 0)
        flow->start += (size_t)n;
    else if (errno != EAGAIN)
        flow->start = flow->end; /* nobody is there to take it */
    flow->next_ms = now_ms() + PROXY_DRIP_MS;
}

/* What follows from bytes having all been delivered. */
static void settle(struct line *line)
{
    for (int side = 0; side < PROXY_SIDES && line->used; side++) {
        struct flow *flow = &line->flow[side];

        if (flow->start < flow->end)
            continue;
        if (flow->broken == PROXY_STALL) {
            line->silent = true;
        } else if (flow->broken != PROXY_PASS) {
            close_line(line, flow->broken == PROXY_RST);
        } else if (flow->ended && !flow->told) {
            flow->told = true;
            shutdown(line->fd[side], SHUT_WR);
        }
    }
    if (line->used && line->flow[0].told && line->flow[1].told)
        close_line(line, false);
}

static void take_plan(struct relay *relay)
{
    struct shared *shared = relay->shared;
    unsigned asked = atomic_load(&shared->asked);
    char bytes[16];

    while (read(relay->wake, bytes, sizeof bytes) > 0)
        ;
    if (asked == atomic_load(&shared->taken))
        return;
    relay->plan = shared->plan;
    for (struct line *line = relay->lines; line < relay->lines + LINES_MAX; line++) {
        if (line->used && line->silent)
            close_line(line, false);
        line->flow[0].drips = line->flow[1].drips = false;
    }
    for (int side = 0; side < PROXY_SIDES; side++)
        atomic_store(&shared->seen[side], 0);
    atomic_store(&shared->struck, false);
    atomic_store(&shared->taken, asked);
}

/* Where each pollfd belongs: flow[side] of a line, which reads or writes. */
struct place {
    struct line *line;
    enum proxy_side side;
};

/* Gathers what to wait for; returns how many. `timeout` is shortened to the next drip. */
static nfds_t gather(struct relay *relay, struct pollfd *fds, struct place *places, int *timeout)
{
    nfds_t count = 0;
    int64_t now = now_ms();

    for (struct line *line = relay->lines; line < relay->lines + LINES_MAX; line++)
        for (int side = 0; side < PROXY_SIDES; side++) {
            struct flow *flow = &line->flow[side];
            bool writes = flow->start < flow->end;

            if (!line->used || line->silent || (!writes && flow->ended))
                continue;
            if (writes && flow->drips && flow->next_ms > now) {
                if (*timeout < 0 || *timeout > flow->next_ms - now)
                    *timeout = (int)(flow->next_ms - now);
                continue;
            }
            places[count] = (struct place){line, (enum proxy_side)side};
            fds[count++] = (struct pollfd){.fd = writes ? line->fd[side] : line->fd[!side],
                                           .events = writes ? POLLOUT : POLLIN};
        }
    return count;
}

static bool holds(const struct relay *relay)
{
    for (const struct line *line = relay->lines; line < relay->lines + LINES_MAX; line++)
        for (int side = 0; side < PROXY_SIDES; side++)
            if (line->used && !line->silent && line->flow[side].start < line->flow[side].end)
                return true;
    return false;
}

static _Noreturn void run(struct relay *relay)
{
    struct pollfd fds[2 + LINES_MAX * PROXY_SIDES];
    struct place places[LINES_MAX * PROXY_SIDES];

    for (;;) {
        int timeout = -1;
        nfds_t count = gather(relay, fds + 2, places, &timeout);

        atomic_store(&relay->shared->holds, holds(relay));
        fds[0] = (struct pollfd){.fd = relay->wake, .events = POLLIN};
        fds[1] = (struct pollfd){.fd = relay->listener, .events = POLLIN};
        if (poll(fds, count + 2, timeout) < 0)
            abort();
        for (nfds_t i = 0; i < count; i++) {
            struct line *line = places[i].line;
            struct flow *flow = &line->flow[places[i].side];

            if (fds[i + 2].revents == 0 || !line->used || line->silent)
                continue;
            if (flow->start == flow->end)
                read_flow(relay, line, places[i].side);
            if (flow->start < flow->end && !(flow->drips && flow->next_ms > now_ms()))
                write_flow(line, places[i].side);
            settle(line);
        }
        if (fds[0].revents != 0)
            take_plan(relay);
        if (fds[1].revents != 0)
            accept_line(relay);
    }
}

static int listen_anywhere(unsigned *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, LINES_MAX), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

struct proxy *proxy_open(unsigned target)
{
    return proxy_open_to("127.0.0.1", target);
}

struct proxy *proxy_open_to(const char *address, unsigned target)
{
    struct proxy *proxy = calloc(1, sizeof *proxy);
    struct relay *relay = calloc(1, sizeof *relay);
    int ends[2];

    assert_non_null(proxy);
    assert_non_null(relay);
    proxy->shared = mmap(NULL, sizeof *proxy->shared, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(proxy->shared != MAP_FAILED);
    assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    relay->shared = proxy->shared;
    relay->address = inet_addr(address);
    relay->target = target;
    relay->wake = ends[0];
    relay->listener = listen_anywhere(&proxy->port);
    proxy->pid = fork();
    assert_true(proxy->pid >= 0);
    if (proxy->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ends[1]);
        run(relay);
    }
    close(ends[0]);
    close(relay->listener);
    free(relay);
    proxy->wake = ends[1];
    return proxy;
}

unsigned proxy_port(const struct proxy *proxy)
{
    return proxy->port;
}

void proxy_plan(struct proxy *proxy, const struct proxy_fault *fault)
{
    int64_t end = now_ms() + 5000;
    unsigned asked;

    proxy->shared->plan = *fault;
    asked = atomic_fetch_add(&proxy->shared->asked, 1) + 1;
    assert_int_equal(write(proxy->wake, "", 1), 1);
    while (atomic_load(&proxy->shared->taken) != asked) {
        assert_true(now_ms() < end);
        poll(NULL, 0, 1);
    }
}

size_t proxy_seen(const struct proxy *proxy, enum proxy_side side)
{
    return atomic_load(&proxy->shared->seen[side]);
}

bool proxy_struck(const struct proxy *proxy)
{
    return atomic_load(&proxy->shared->struck);
}

bool proxy_holds(const struct proxy *proxy)
{
    return atomic_load(&proxy->shared->holds);
}

void proxy_close(struct proxy *proxy)
{
    if (proxy == NULL)
        return;
    kill(proxy->pid, SIGKILL);
    waitpid(proxy->pid, NULL, 0);
    close(proxy->wake);
    munmap(proxy->shared, sizeof *proxy->shared);
    free(proxy);
}
