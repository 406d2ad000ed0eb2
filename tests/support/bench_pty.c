/* SPDX-License-Identifier: MIT */

/*
 * Runs a program on a terminal of 24 lines and 80 columns and says how long it takes to answer.
 *
 *   bench_pty [-t TERM] [-q MILLISECONDS] [-w TEXT] [-s KEYS]... PROGRAM [ARGUMENT...]
 *
 * One line for the start and one for each -s, in this order:
 *
 *   BYTES FIRST LAST     bytes written to the terminal; microseconds from exec, or from the sending
 *                        of KEYS, to the first and to the last of them
 *
 * then one line for the program and each process below it, the program first:
 *
 *   RSS PEAK NAME        kilobytes in memory now and at most so far
 *
 * A screen counts as complete when nothing follows it for MILLISECONDS (350); after the last KEYS
 * it must also have shown TEXT, within 20 seconds. The program is killed at the end. Its
 * environment is TERM (xterm-256color), LANG=C.UTF-8 and PATH.
 */

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STEPS_MAX 64
#define OUTPUT_MAX (1 << 20) /* of one step; what a screen writes is far below it */

struct options {
    const char *term;
    const char *text; /* NULL: none to wait for */
    const char *steps[STEPS_MAX];
    int count;
    int quiet_ms;
};

/* What a status file of /proc says of one process. */
struct process {
    char name[32];
    long parent;
    long rss;
    long peak;
};

static int64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/*
 * Reads what the program writes until it has written `text` (NULL: anything) and is quiet. -1 when
 * it has ended or `text` has not come. `*begin` is read last.
 */
static int measure(int fd, const int64_t *begin, int quiet_ms, const char *text)
{
    static char output[OUTPUT_MAX];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int64_t first = 0, last = 0;
    size_t bytes = 0;
    ssize_t n = 1;
    int wait_ms = text != NULL ? 20000 : 3000;
    bool found = text == NULL;

    /* The first byte may take its time, e.g. behind an answer of a server. */
    while (bytes < sizeof output && poll(&p, 1, wait_ms) > 0) {
        n = read(fd, output + bytes, sizeof output - bytes);
        if (n <= 0)
            break;
        last = now_us();
        if (bytes == 0)
            first = last;
        bytes += (size_t)n;
        found = found || memmem(output, bytes, text, strlen(text)) != NULL;
        if (found)
            wait_ms = quiet_ms;
    }
    if (bytes == 0)
        first = last = *begin;
    printf("%zu %lld %lld\n", bytes, (long long)(first - *begin), (long long)(last - *begin));
    return n > 0 && found ? 0 : -1;
}

static void read_field(const char *line, const char *name, long *value)
{
    size_t length = strlen(name);

    if (strncmp(line, name, length) == 0)
        *value = strtol(line + length, NULL, 10);
}

static bool read_process(long pid, struct process *process)
{
    char path[64], line[256];
    FILE *f;

    *process = (struct process){0};
    snprintf(path, sizeof path, "/proc/%ld/status", pid);
    f = fopen(path, "re");
    if (f == NULL)
        return false;
    while (fgets(line, sizeof line, f) != NULL) {
        (void)sscanf(line, "Name: %31[^\n]", process->name);
        read_field(line, "PPid:", &process->parent);
        read_field(line, "VmRSS:", &process->rss);
        read_field(line, "VmHWM:", &process->peak);
    }
    fclose(f);
    return true;
}

/* The process and, below it, all its descendants. */
static void print_memory(long pid)
{
    struct process process;
    struct dirent *entry;
    DIR *proc;

    if (!read_process(pid, &process))
        return;
    printf("%ld %ld %s\n", process.rss, process.peak, process.name);
    proc = opendir("/proc");
    if (proc == NULL)
        return;
    while ((entry = readdir(proc)) != NULL) {
        long child = strtol(entry->d_name, NULL, 10); /* 0: not a process */

        if (child > 0 && read_process(child, &process) && process.parent == pid)
            print_memory(child);
    }
    closedir(proc);
}

static void run_program(char **argv, const char *term, int64_t *begin)
{
    if (clearenv() != 0 || setenv("TERM", term, 1) != 0 || setenv("LANG", "C.UTF-8", 1) != 0 ||
        setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1) != 0)
        _exit(127);
    *begin = now_us();
    execvp(argv[0], argv);
    _exit(127);
}

static void send_keys(int fd, const char *keys)
{
    size_t length = strlen(keys);

    while (length > 0) {
        ssize_t n = write(fd, keys, length);

        if (n < 0 && errno != EINTR)
            return;
        if (n > 0) {
            keys += n;
            length -= (size_t)n;
        }
    }
}

/* False when the arguments are none. */
static bool read_options(struct options *options, int argc, char **argv)
{
    int option;

    while ((option = getopt(argc, argv, "+t:q:w:s:")) != -1) {
        if (option == 't')
            options->term = optarg;
        else if (option == 'q')
            options->quiet_ms = (int)strtol(optarg, NULL, 10);
        else if (option == 'w')
            options->text = optarg;
        else if (option == 's' && options->count < STEPS_MAX)
            options->steps[options->count++] = optarg;
        else
            return false;
    }
    return optind < argc;
}

int main(int argc, char **argv)
{
    struct options options = {.term = "xterm-256color", .quiet_ms = 350};
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    int fd, ended;
    int64_t *begin;
    pid_t pid;

    if (!read_options(&options, argc, argv))
        return 2;
    begin = mmap(NULL, sizeof *begin, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (begin == MAP_FAILED)
        return 1;
    pid = forkpty(&fd, NULL, NULL, &size);
    if (pid < 0)
        return 1;
    if (pid == 0)
        run_program(argv + optind, options.term, begin);
    ended = measure(fd, begin, options.quiet_ms, NULL);
    for (int i = 0; i < options.count && ended == 0; i++) {
        bool last = i == options.count - 1;
        int64_t sent = now_us();

        send_keys(fd, options.steps[i]);
        ended = measure(fd, &sent, options.quiet_ms, last ? options.text : NULL);
    }
    print_memory(pid);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return ended == 0 ? 0 : 1;
}
