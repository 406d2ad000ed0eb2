/* SPDX-License-Identifier: MIT */
#include "worker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

static char *const worker_environment[] = {
    (char[]){"PATH=/usr/bin:/bin"},
    (char[]){"HOME=/nonexistent"},
    (char[]){"LC_ALL=C.UTF-8"},
    /* No ldap.conf, no ldaprc, no LDAP* variable; no SASL plugins (facts: any .so was loaded). */
    (char[]){"LDAPNOINIT=1"},
    (char[]){"SASL_PATH=/nonexistent"},
    /* What a library frees is overwritten, and at once: the thread cache would keep it as it was.
     */
    (char[]){"GLIBC_TUNABLES=glibc.malloc.perturb=165:glibc.malloc.tcache_count=0"},
    NULL,
};

/* The files of the child: nothing of ours but its end of the channel. */
static int prepare_files(posix_spawn_file_actions_t *actions, int fd)
{
    int error = 0;

    for (int i = 0; i < 3 && error == 0; i++)
        error = posix_spawn_file_actions_addopen(actions, i, "/dev/null", O_RDWR, 0);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(actions, fd, MK_CHANNEL_FD);
    if (error == 0)
        error = posix_spawn_file_actions_addclosefrom_np(actions, MK_CHANNEL_FD + 1);
    return error;
}

/* Signals that the terminal program blocks or ignores are as usual in the child. */
static int prepare_signals(posix_spawnattr_t *attributes)
{
    sigset_t none;
    sigset_t all;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &all);
    /* A session of its own: it has no terminal, cannot type into ours, and hears no ^C of it. */
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                    POSIX_SPAWN_SETSID);
}

bool worker_start(struct worker *worker, const char *program)
{
    char *const arguments[] = {(char[]){"matkhau-worker"}, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int pair[2];
    int error;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    /* dup2() onto itself would keep the close-on-exec flag: take another number. */
    if (pair[1] == MK_CHANNEL_FD) {
        int other = fcntl(pair[1], F_DUPFD_CLOEXEC, MK_CHANNEL_FD + 1);
        close(pair[1]);
        pair[1] = other;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    error = prepare_files(&actions, pair[1]);
    if (error == 0)
        error = prepare_signals(&attributes);
    if (error == 0)
        error = posix_spawn(&worker->pid, program, &actions, &attributes, arguments,
                            worker_environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(pair[1]);
    if (error != 0) {
        close(pair[0]);
        *worker = WORKER_NONE;
        return false;
    }
    worker->fd = pair[0];
    return true;
}

void worker_kill(struct worker *worker)
{
    if (worker->pid > 0) {
        kill(worker->pid, SIGKILL);
        while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    worker->pid = 0;
}

void worker_stop(struct worker *worker)
{
    if (worker->fd >= 0)
        close(worker->fd);
    worker_kill(worker);
    *worker = WORKER_NONE;
}

bool worker_running(const struct worker *worker)
{
    return worker->fd >= 0;
}

bool worker_send(struct worker *worker, const void *packet, size_t size)
{
    if (worker->fd < 0)
        return false;
    return send(worker->fd, packet, size, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)size;
}

enum mk_received worker_receive(struct worker *worker, void *packet, size_t capacity,
                                const struct mk_shape *shapes)
{
    return mk_receive(worker->fd, packet, capacity, MSG_DONTWAIT, shapes);
}

bool worker_ask(struct worker *worker, const void *request, size_t size, void *reply,
                size_t capacity, const struct mk_shape *shapes, int wait_ms)
{
    struct pollfd fd = {.fd = worker->fd, .events = POLLIN};

    return worker_send(worker, request, size) && poll(&fd, 1, wait_ms) == 1 &&
           worker_receive(worker, reply, capacity, shapes) == MK_RECEIVED;
}
