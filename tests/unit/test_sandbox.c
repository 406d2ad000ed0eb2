// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"

#define MEMORY ((size_t)1 << 30)

/* How a child ends that enters a sandbox and then does one thing: its signal, or 0. */
static int ends_in(void (*enter)(size_t memory), void (*deed)(void))
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        enter(MEMORY);
        deed();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFSIGNALED(status))
        return WTERMSIG(status);
    assert_int_equal(WEXITSTATUS(status), 0);
    return 0;
}

static int ends_by(void (*deed)(void))
{
    return ends_in(sandbox_enter, deed);
}

static void run_program(void)
{
    (void)execl("/bin/true", "true", (char *)NULL);
}

static void run_by_number(void)
{
    (void)syscall(SYS_execveat, AT_FDCWD, "/bin/true", NULL, NULL, 0);
}

static void remove_file(void)
{
    (void)unlink("/nonexistent/file");
}

static void rename_file(void)
{
    (void)rename("/nonexistent/file", "/nonexistent/other");
}

static void make_folder(void)
{
    (void)mkdir("/nonexistent/folder", 0700);
}

static void open_with_how(void)
{
    struct open_how how = {.flags = O_RDONLY};

    (void)syscall(SYS_openat2, AT_FDCWD, "/nonexistent", &how, sizeof how);
}

static void type_into_a_terminal(void)
{
    (void)ioctl(STDIN_FILENO, TIOCSTI, "x");
}

static void make_a_ring(void)
{
    (void)syscall(SYS_io_uring_setup, 1, NULL);
}

static void take_a_file_of_the_parent(void)
{
    (void)syscall(SYS_pidfd_getfd, -1, 0, 0);
}

static void signal_the_parent(void)
{
    (void)kill(getppid(), 0);
}

static void killed_everywhere(void **state)
{
    (void)state;
    assert_int_equal(ends_by(type_into_a_terminal), SIGSYS);
    assert_int_equal(ends_by(make_a_ring), SIGSYS);
    assert_int_equal(ends_by(take_a_file_of_the_parent), SIGSYS);
    assert_int_equal(ends_by(signal_the_parent), SIGSYS);
    assert_int_equal(ends_by(abort), SIGABRT);
    assert_int_equal(ends_by(run_program), SIGSYS);
    assert_int_equal(ends_by(run_by_number), SIGSYS);
    assert_int_equal(ends_by(remove_file), SIGSYS);
    assert_int_equal(ends_by(rename_file), SIGSYS);
    assert_int_equal(ends_by(make_folder), SIGSYS);
    assert_int_equal(ends_by(open_with_how), SIGSYS);
}

static void start_process(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
}

static void open_for_writing(void)
{
    (void)open("/dev/null", O_WRONLY);
}

static void open_for_both(void)
{
    (void)open("/dev/null", O_RDWR);
}

static void create_file(void)
{
    (void)open("/nonexistent/file", O_RDONLY | O_CREAT, 0600);
}

static void trace_parent(void)
{
    (void)syscall(SYS_ptrace, 16 /* PTRACE_ATTACH */, getppid(), 0, 0);
}

static void dumpable(void)
{
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
        _exit(1);
}

static void too_much_memory(void)
{
    if (mmap(NULL, MEMORY, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
        _exit(1);
}

/* What a sanitizer build must be let do. */
static void killed_in_a_plain_build(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip();
#endif
    assert_int_equal(ends_by(start_process), SIGSYS);
    assert_int_equal(ends_by(open_for_writing), SIGSYS);
    assert_int_equal(ends_by(open_for_both), SIGSYS);
    assert_int_equal(ends_by(create_file), SIGSYS);
    assert_int_equal(ends_by(trace_parent), SIGSYS);
    assert_int_equal(ends_by(dumpable), 0);
    assert_int_equal(ends_by(too_much_memory), 0);
}

static void read_file(void)
{
    char byte;
    int fd = open("/etc/hosts", O_RDONLY | O_CLOEXEC);

    if (fd < 0 || read(fd, &byte, 1) != 1)
        _exit(1);
}

static void write_to_closed(void)
{
    int pair[2];

    if (pipe(pair) != 0)
        _exit(1);
    (void)close(pair[0]);
    if (write(pair[1], "x", 1) >= 0)
        _exit(1);
}

static void core_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0)
        _exit(1);
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        _exit(1);
}

static void other_files(void)
{
    if (fcntl(9, F_GETFD) >= 0)
        _exit(1);
}

#ifndef __SANITIZE_ADDRESS__
static void wiped_when_freed(void)
{
    unsigned char *secret = malloc(64);
    volatile uintptr_t address = (uintptr_t)secret; /* the compiler forgets what it points to */
    const volatile unsigned char *seen;

    memset(secret, 'p', 64);
    free(secret);
    /* NOLINTNEXTLINE(performance-no-int-to-ptr) */
    seen = (const volatile unsigned char *)address;
    /* Beyond the first 16 bytes, in which glibc keeps its lists. */
    for (int i = 16; i < 64; i++)
        if (seen[i] == 'p') /* NOLINT(clang-analyzer-unix.Malloc): that is the question */
            _exit(1);
}
#endif

static void allowed(void **state)
{
    (void)state;
    (void)dup2(STDIN_FILENO, 9);
    assert_int_equal(ends_by(read_file), 0);
    assert_int_equal(ends_by(write_to_closed), 0);
    assert_int_equal(ends_by(core_limit), 0);
    assert_int_equal(ends_by(other_files), 0);
#ifndef __SANITIZE_ADDRESS__
    assert_int_equal(ends_by(wiped_when_freed), 0);
#endif
    (void)close(9);
}

/* A worker that writes may open what exists, and nothing else of what the others may not. */
static void a_writer(void **state)
{
    (void)state;
    assert_int_equal(ends_in(sandbox_enter_writer, open_for_both), 0);
    assert_int_equal(ends_in(sandbox_enter_writer, core_limit), 0);
    assert_int_equal(ends_in(sandbox_enter_writer, run_program), SIGSYS);
    assert_int_equal(ends_in(sandbox_enter_writer, remove_file), SIGSYS);
    assert_int_equal(ends_in(sandbox_enter_writer, rename_file), SIGSYS);
    assert_int_equal(ends_in(sandbox_enter_writer, signal_the_parent), SIGSYS);
#ifndef __SANITIZE_ADDRESS__
    assert_int_equal(ends_in(sandbox_enter_writer, create_file), SIGSYS);
    assert_int_equal(ends_in(sandbox_enter_writer, open_for_writing), SIGSYS);
    assert_int_equal(ends_in(sandbox_enter_writer, start_process), SIGSYS);
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_everywhere),
        cmocka_unit_test(killed_in_a_plain_build),
        cmocka_unit_test(allowed),
        cmocka_unit_test(a_writer),
    };

    return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
