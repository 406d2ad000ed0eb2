/* SPDX-License-Identifier: MIT */
#include "screen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <vterm.h>

/* Bytes of UTF-8 that one cell of libvterm can hold. */
#define CELL_MAX (VTERM_MAX_CHARS_PER_CELL * 4)

struct screen {
    pid_t pid;
    int fd;      /* -1 after a hang-up */
    bool ended;  /* waited for; `status` is known */
    bool silent; /* the pty has no other end any more */
    int status;
    int rows, columns;
    VTerm *vterm;
    VTermScreen *cells;
    char *output;
    size_t size, capacity, mark;
    char *text; /* for screen_row() and screen_text() */
};

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * (int64_t)1000 + t.tv_nsec / 1000000;
}

/* libvterm answers questions of the program, such as where the cursor is. */
static void answer(const char *bytes, size_t size, void *data)
{
    const struct screen *t = data;

    if (t->fd >= 0 && write(t->fd, bytes, size) < 0 && errno != EAGAIN && errno != EIO)
        fail_msg("write to the pty: %s", strerror(errno));
}

/* Takes what is there within `ms`; false when nothing came. */
static bool read_some(struct screen *t, int ms)
{
    struct pollfd p = {.fd = t->fd, .events = POLLIN};
    ssize_t n;

    if (t->silent || t->fd < 0) {
        poll(NULL, 0, ms);
        return false;
    }
    if (poll(&p, 1, ms) <= 0)
        return false;
    if (t->capacity - t->size < 65536) {
        t->capacity = t->capacity * 2 + 65536;
        t->output = realloc(t->output, t->capacity);
        assert_non_null(t->output);
    }
    n = read(t->fd, t->output + t->size, 65536);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n <= 0) { /* EIO: nobody has the terminal open any more */
        t->silent = true;
        return false;
    }
    vterm_input_write(t->vterm, t->output + t->size, (size_t)n);
    t->size += (size_t)n;
    return true;
}

/* Notices the end of the child. */
static bool has_ended(struct screen *t)
{
    if (!t->ended && waitpid(t->pid, &t->status, WNOHANG) == t->pid)
        t->ended = true;
    return t->ended;
}

static int exit_status(const struct screen *t)
{
    return WIFSIGNALED(t->status) ? 128 + WTERMSIG(t->status) : WEXITSTATUS(t->status);
}

/* Without these a sanitizer's report would go to the pty, where nobody looks for it. */
static const char *const passed_on[] = {"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"};

#define ENVIRONMENT_MAX 64

static void write_environment(char *to[ENVIRONMENT_MAX], const char *const *from)
{
    int count = 0;

    for (; from != NULL && *from != NULL && count < ENVIRONMENT_MAX - 4; from++)
        to[count++] = strdup(*from);
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++) {
        const char *value = getenv(passed_on[i]);

        if (value != NULL && asprintf(&to[count], "%s=%s", passed_on[i], value) > 0)
            count++;
    }
    to[count] = NULL;
}

static void start_child(const struct screen_options *o)
{
    char *environment[ENVIRONMENT_MAX];
    /* execve(2) changes nothing, but has no const. */
    union {
        const char *const *given;
        char *const *taken;
    } argv = {o->argv};
    sigset_t none;

    write_environment(environment, o->env);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close_range(3, ~0U, 0);
    execve(o->argv[0], argv.taken, environment);
    _exit(127);
}

struct screen *screen_open(const struct screen_options *options)
{
    struct screen *t = calloc(1, sizeof *t);
    struct winsize size = {.ws_row = 24, .ws_col = 80};

    assert_non_null(t);
    if (options->rows > 0)
        size.ws_row = (unsigned short)options->rows;
    if (options->columns > 0)
        size.ws_col = (unsigned short)options->columns;
    t->rows = size.ws_row;
    t->columns = size.ws_col;
    t->vterm = vterm_new(t->rows, t->columns);
    assert_non_null(t->vterm);
    vterm_set_utf8(t->vterm, options->utf8);
    vterm_output_set_callback(t->vterm, answer, t);
    t->cells = vterm_obtain_screen(t->vterm);
    vterm_screen_enable_altscreen(t->cells, 1);
    vterm_screen_reset(t->cells, 1);
    t->pid = forkpty(&t->fd, NULL, NULL, &size);
    if (t->pid == 0)
        start_child(options);
    assert_true(t->pid > 0);
    fcntl(t->fd, F_SETFL, O_NONBLOCK);
    fcntl(t->fd, F_SETFD, FD_CLOEXEC);
    return t;
}

void screen_hangup(struct screen *t)
{
    if (t->fd >= 0)
        close(t->fd);
    t->fd = -1;
}

void screen_close(struct screen *t)
{
    if (t == NULL)
        return;
    screen_hangup(t);
    for (int64_t end = now_ms() + 2000; !has_ended(t) && now_ms() < end;)
        poll(NULL, 0, 5);
    if (!t->ended) {
        kill(t->pid, SIGKILL);
        waitpid(t->pid, &t->status, 0);
    }
    vterm_free(t->vterm);
    free(t->output);
    free(t->text);
    free(t);
}

static void show(struct screen *t)
{
    int row;
    int column;

    screen_cursor(t, &row, &column);
    print_error("screen %dx%d, cursor at row %d column %d, ", t->rows, t->columns, row, column);
    if (t->ended)
        print_error("the program has ended with %d:\n", exit_status(t));
    else
        print_error("the program is running:\n");
    for (int y = 0; y < t->rows; y++)
        print_error("%2d|%s\n", y, screen_row(t, y));
}

void screen_wait_at(struct screen *t, const char *text, bool present, int ms, const char *file,
                    int line)
{
    int64_t end = now_ms() + ms;

    while (screen_has(t, text) != present) {
        if (now_ms() >= end || (t->silent && has_ended(t))) {
            print_error("\"%s\" is %s\n", text, present ? "missing" : "still there");
            show(t);
            _fail(file, line);
        }
        read_some(t, 10);
    }
}

void screen_settle(struct screen *t, int quiet)
{
    while (read_some(t, quiet))
        ;
}

int screen_wait_exit_at(struct screen *t, int ms, const char *file, int line)
{
    int64_t end = now_ms() + ms;

    while (!has_ended(t)) {
        if (now_ms() >= end) {
            print_error("the program has not ended\n");
            show(t);
            _fail(file, line);
        }
        read_some(t, 5);
    }
    screen_settle(t, 0);
    return exit_status(t);
}

void screen_send_bytes(struct screen *t, const void *bytes, size_t size)
{
    const char *next = bytes;
    int64_t end = now_ms() + 5000;

    while (size > 0) {
        ssize_t n = write(t->fd, next, size);

        if (n > 0) {
            next += n;
            size -= (size_t)n;
        } else if (errno == EIO) {
            return; /* the program has gone; what waits for its answer will say so */
        } else if ((errno != EAGAIN && errno != EINTR) || now_ms() >= end) {
            fail_msg("write to the pty: %s", strerror(errno));
        }
        read_some(t, n > 0 ? 0 : 10);
    }
}

void screen_send(struct screen *t, const char *bytes)
{
    screen_send_bytes(t, bytes, strlen(bytes));
}

void screen_escape(struct screen *t)
{
    int64_t end = now_ms() + 100;

    screen_send(t, "\033");
    for (int64_t left; (left = end - now_ms()) > 0;)
        read_some(t, (int)left);
}

static char *encode(char *to, uint32_t c)
{
    if (c < 0x80) {
        *to++ = (char)c;
        return to;
    }
    if (c < 0x800) {
        *to++ = (char)(0xc0 | c >> 6);
    } else {
        if (c < 0x10000) {
            *to++ = (char)(0xe0 | c >> 12);
        } else {
            *to++ = (char)(0xf0 | c >> 18);
            *to++ = (char)(0x80 | (c >> 12 & 0x3f));
        }
        *to++ = (char)(0x80 | (c >> 6 & 0x3f));
    }
    *to++ = (char)(0x80 | (c & 0x3f));
    return to;
}

/* Writes a row to `to`; returns its end, after the last letter that is no space. */
static char *write_row(const struct screen *t, int row, char *to)
{
    char *end = to;
    VTermScreenCell cell;

    for (VTermPos at = {row, 0}; at.col<t->columns; at.col += cell.width> 1 ? cell.width : 1) {
        vterm_screen_get_cell(t->cells, at, &cell);
        if (cell.chars[0] == 0) {
            cell.width = 1;
            *to++ = ' ';
            continue;
        }
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++)
            to = encode(to, cell.chars[i]);
        if (cell.chars[0] != ' ')
            end = to;
    }
    *end = '\0';
    return end;
}

static char *text_buffer(struct screen *t)
{
    free(t->text);
    t->text = malloc((size_t)t->rows * ((size_t)t->columns * CELL_MAX + 1) + 1);
    assert_non_null(t->text);
    return t->text;
}

const char *screen_row(struct screen *t, int row)
{
    char *text = text_buffer(t);

    *text = '\0';
    if (row >= 0 && row < t->rows)
        write_row(t, row, text);
    return text;
}

const char *screen_text(struct screen *t)
{
    char *to = text_buffer(t);

    for (int y = 0; y < t->rows; y++) {
        to = write_row(t, y, to);
        *to++ = '\n';
    }
    *to = '\0';
    return t->text;
}

int screen_find(struct screen *t, const char *text)
{
    for (int y = 0; y < t->rows; y++)
        if (strstr(screen_row(t, y), text) != NULL)
            return y;
    return -1;
}

bool screen_has(struct screen *t, const char *text)
{
    return screen_find(t, text) >= 0;
}

void screen_cursor(struct screen *t, int *row, int *column)
{
    VTermPos at;

    vterm_state_get_cursorpos(vterm_obtain_state(t->vterm), &at);
    *row = at.row;
    *column = at.col;
}

bool screen_reverse(struct screen *t, int row, int column)
{
    VTermScreenCell cell;

    vterm_screen_get_cell(t->cells, (VTermPos){row, column}, &cell);
    return cell.attrs.reverse;
}

void screen_mark(struct screen *t)
{
    t->mark = t->size;
}

size_t screen_bytes(const struct screen *t)
{
    return t->size - t->mark;
}

const char *screen_output(const struct screen *t, size_t *size)
{
    *size = t->size;
    return t->output;
}

void screen_save(const struct screen *t, const char *file)
{
    FILE *f = fopen(file, "wb");

    assert_non_null(f);
    assert_non_null(t->output);
    assert_int_equal(fwrite(t->output, 1, t->size, f), t->size);
    assert_int_equal(fclose(f), 0);
}

void screen_resize(struct screen *t, int rows, int columns)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

    t->rows = rows;
    t->columns = columns;
    vterm_set_size(t->vterm, rows, columns);
    assert_int_equal(ioctl(t->fd, TIOCSWINSZ, &size), 0);
}

pid_t screen_pid(const struct screen *t)
{
    return t->pid;
}

int screen_fd(const struct screen *t)
{
    return t->fd;
}
