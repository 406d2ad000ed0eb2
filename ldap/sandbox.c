// SPDX-License-Identifier: MIT
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "matkhau/message.h"

/*
 * The leak checker of a sanitizer build clones itself, traces its parent and writes its findings to
 * a file; what is marked UNLESS_SANITIZED would end it.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(FOR_VALGRIND)
#define UNLESS_SANITIZED false
#else
#define UNLESS_SANITIZED true
#endif

/* valgrind opens its files and uses its own calls inside the program that it watches. */
#ifdef FOR_VALGRIND
#define FILTERED false
#else
#define FILTERED true
#endif

#define OPEN_FILES 32

struct denial {
    int call;
    unsigned arguments;
    struct scmp_arg_cmp argument;
    bool active;
    bool writer_may; /* a worker that writes a file may do this */
};

#define ALWAYS(name)                                                                               \
    {                                                                                              \
        .call = SCMP_SYS(name), .active = true                                                     \
    }
#define WHEN(name, index, mask, value)                                                             \
    {                                                                                              \
        .call = SCMP_SYS(name), .arguments = 1,                                                    \
        .argument = {index, SCMP_CMP_MASKED_EQ, mask, value}, .active = UNLESS_SANITIZED           \
    }
#define UNLESS_WRITER(name, index, mask, value)                                                    \
    {                                                                                              \
        .call = SCMP_SYS(name), .arguments = 1,                                                    \
        .argument = {index, SCMP_CMP_MASKED_EQ, mask, value}, .active = UNLESS_SANITIZED,          \
        .writer_may = true                                                                         \
    }
#define NO_IOCTL(request)                                                                          \
    {                                                                                              \
        .call = SCMP_SYS(ioctl), .arguments = 1,                                                   \
        .argument = {1, SCMP_CMP_MASKED_EQ, 0xffffffff, request}, .active = true                   \
    }
#define NO_WRITING(name, index)                                                                    \
    WHEN(name, index, O_ACCMODE, O_WRONLY), UNLESS_WRITER(name, index, O_ACCMODE, O_RDWR),         \
        WHEN(name, index, O_CREAT, O_CREAT), WHEN(name, index, O_TRUNC, O_TRUNC)

static const struct denial denials[] = {
    ALWAYS(execve),
    ALWAYS(execveat),
    ALWAYS(fork),
    ALWAYS(vfork),
    WHEN(clone, 0, CLONE_THREAD, 0),
    {.call = SCMP_SYS(ptrace), .active = UNLESS_SANITIZED},
    ALWAYS(process_vm_readv),
    ALWAYS(process_vm_writev),
    ALWAYS(pidfd_getfd),
    ALWAYS(pidfd_send_signal),
    ALWAYS(rt_sigqueueinfo),
    ALWAYS(rt_tgsigqueueinfo),
    ALWAYS(tkill),
    ALWAYS(process_madvise),
    /* What the filter forbids could be asked of the kernel through a ring. */
    ALWAYS(io_uring_setup),
    ALWAYS(io_uring_enter),
    ALWAYS(bpf),
    ALWAYS(perf_event_open),
    ALWAYS(userfaultfd),
    ALWAYS(keyctl),
    ALWAYS(unshare),
    ALWAYS(setns),
    ALWAYS(chroot),
    ALWAYS(pivot_root),
    /* Bytes pushed into a terminal are run by the shell that reads it next. */
    NO_IOCTL(TIOCSTI),
    NO_IOCTL(TIOCLINUX),
    ALWAYS(mount),
    ALWAYS(umount2),
    NO_WRITING(open, 1),
    NO_WRITING(openat, 2),
    ALWAYS(openat2),
    ALWAYS(creat),
    ALWAYS(truncate),
    ALWAYS(unlink),
    ALWAYS(unlinkat),
    ALWAYS(rename),
    ALWAYS(renameat),
    ALWAYS(renameat2),
    ALWAYS(link),
    ALWAYS(linkat),
    ALWAYS(symlink),
    ALWAYS(symlinkat),
    ALWAYS(chmod),
    ALWAYS(fchmod),
    ALWAYS(fchmodat),
    ALWAYS(chown),
    ALWAYS(lchown),
    ALWAYS(fchown),
    ALWAYS(fchownat),
    ALWAYS(mkdir),
    ALWAYS(mkdirat),
    ALWAYS(rmdir),
    ALWAYS(mknod),
    ALWAYS(mknodat),
};

static void limit(__rlimit_resource_t resource, rlim_t value)
{
    struct rlimit both = {value, value};

    (void)setrlimit(resource, &both);
}

static void deny_system_calls(bool writer)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

    if (filter == NULL)
        return;
    for (size_t i = 0; i < sizeof denials / sizeof *denials; i++) {
        const struct denial *d = &denials[i];
        if (d->active && !(writer && d->writer_may))
            (void)seccomp_rule_add_array(filter, SCMP_ACT_KILL_PROCESS, d->call, d->arguments,
                                         &d->argument);
    }
    /* abort() sends a signal to the process itself; no other process is any of its business. */
    (void)seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(kill), 1,
                           SCMP_A0(SCMP_CMP_NE, (scmp_datum_t)getpid()));
    (void)seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(tgkill), 1,
                           SCMP_A0(SCMP_CMP_NE, (scmp_datum_t)getpid()));
    /* Its flags are in memory, out of the filter's sight; the C library falls back to clone. */
    (void)seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    (void)seccomp_load(filter);
    seccomp_release(filter);
}

static void enter(size_t memory, bool writer)
{
    /* libldap and libcrack free passwords without wiping them: glibc overwrites what is freed. */
    (void)mallopt(M_PERTURB, 165);
    (void)signal(SIGPIPE, SIG_IGN);
    /* A file that may grow no more is told by write(2). */
    if (writer)
        (void)signal(SIGXFSZ, SIG_IGN);
    limit(RLIMIT_CORE, 0);
    if (FILTERED) {
        (void)close_range(MK_CHANNEL_FD + 1, ~0U, 0);
        limit(RLIMIT_NOFILE, OPEN_FILES);
    }
    if (UNLESS_SANITIZED) {
        if (!writer)
            limit(RLIMIT_FSIZE, 0);
        if (memory != 0)
            limit(RLIMIT_AS, memory);
        (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    }
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    /* A worker that waits for a server does not see its channel close: it must not stay behind. */
    if (!writer)
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (FILTERED)
        deny_system_calls(writer);
}

void sandbox_enter(size_t memory)
{
    enter(memory, false);
}

void sandbox_enter_writer(size_t memory)
{
    enter(memory, true);
}

void sandbox_bound_data(size_t data)
{
    if (UNLESS_SANITIZED)
        limit(RLIMIT_DATA, data);
}
