/* SPDX-License-Identifier: MIT */

/*
 * Passwords that nobody else could have, typed in a whole run, and looked for everywhere they could
 * have been left: arguments, environments, files, the server's log, the terminal, memory.
 */

#include <fcntl.h>
#include <ftw.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "chance.h"
#include "common.h"
#include "memory.h"

#define STATS "Báo cáo thống kê"
#define OWN "Tài khoản đăng nhập của Bộ"
#define LOGIN "tranvanbinh"
#define PROCESSES_MAX 16
#define FILE_MAX (64L << 20)

/* Longest canary; the random part in the middle is what is looked for. */
#define CANARY_MAX 40
#define CORE_FROM 3
#define CORE_SIZE 10

/* The last ones are made by the program itself; "" until they have been read from its screen. */
enum canary {
    WRONG,
    OWN_OLD,
    OWN_NEW,
    STATS_OLD,
    STATS_NEW,
    UNUSED,
    PROPOSED,
    CANARIES = PROPOSED + 6
};

static char canaries[CANARIES][CANARY_MAX];
static time_t started;

static int prepare_canaries(void **state)
{
    uint64_t number;

    assert_int_equal(getrandom(&number, sizeof number, 0), sizeof number);
    for (int i = 0; i < PROPOSED; i++) {
        memcpy(canaries[i], "Kb7", CORE_FROM);
        chance_password(&number, "234679", canaries[i] + CORE_FROM, CORE_SIZE);
        memcpy(canaries[i] + CORE_FROM + CORE_SIZE, "-#", 3);
    }
    started = time(NULL);
    prepare(state);
    slapd_set(&stage.main, STAGE_PERSON(LOGIN), "userPassword", canaries[OWN_OLD]);
    slapd_set(&stage.main, STAGE_PERSON(LOGIN), "pwdReset", NULL);
    slapd_set(&stage.main, STAGE_ACCOUNT("stats", LOGIN), "userPassword", canaries[STATS_OLD]);
    slapd_set(&stage.main, STAGE_ACCOUNT("stats", LOGIN), "pwdReset", NULL);
    stage_log_operations(&stage);
    return 0;
}

static int count_core(const char *bytes, size_t size, const char *core)
{
    int count = 0;

    for (const char *at = bytes;
         (at = memmem(at, size - (size_t)(at - bytes), core, CORE_SIZE)) != NULL; at++)
        count++;
    return count;
}

/* How many times the cores of all canaries stand in `bytes`. */
static int count_canaries(const char *bytes, size_t size, const char *where)
{
    int count = 0;

    for (int i = 0; i < CANARIES; i++) {
        int found = canaries[i][0] == '\0' ? 0 : count_core(bytes, size, canaries[i] + CORE_FROM);

        if (found > 0 && where != NULL)
            fprintf(stderr, "password %d found in %s\n", i, where);
        count += found;
    }
    return count;
}

static int count_in_file(const char *path)
{
    static char buffer[1 << 16];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    size_t kept = 0;
    int count = 0;
    ssize_t n;

    if (fd < 0)
        return 0;
    while ((n = read(fd, buffer + kept, sizeof buffer - kept)) > 0) {
        size_t size = kept + (size_t)n;

        count += count_canaries(buffer, size, path);
        /* One that lies across two reads; shorter than a core, so that none counts twice. */
        kept = size < CORE_SIZE - 1 ? size : CORE_SIZE - 1;
        memmove(buffer, buffer + size - kept, kept);
    }
    close(fd);
    return count;
}

/* The program and its workers. */
static int processes(struct screen *t, pid_t *pids)
{
    pids[0] = screen_pid(t);
    return 1 + stage_children(pids[0], pids + 1, PROCESSES_MAX - 1);
}

static bool has_line(const char *path, const char *start, const char *value)
{
    FILE *file = fopen(path, "re");
    char line[512];
    bool found = false;

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, start, strlen(start)) == 0 && strstr(line, value) != NULL)
            found = true;
    fclose(file);
    return found;
}

/* Whether a process has given up new privileges and core files, the last a worker does at its
 * start. */
static bool is_shut_in(pid_t pid)
{
    char limits[64];
    char status[64];

    snprintf(limits, sizeof limits, "/proc/%d/limits", (int)pid);
    snprintf(status, sizeof status, "/proc/%d/status", (int)pid);
    return has_line(limits, "Max core file size", " 0    ") && has_line(status, "NoNewPrivs:", "1");
}

/* Arguments and environment of all processes, once so many are there; and none may leave a core. */
static void assert_processes_silent(struct screen *t, int at_least)
{
    static const char *const files[] = {"cmdline", "environ"};
    pid_t pids[PROCESSES_MAX];
    int64_t end = stage_clock_ms() + STAGE_WAIT;
    int count;

    while ((count = processes(t, pids)) < at_least && stage_clock_ms() < end)
        screen_settle(t, 5);
    assert_in_range(count, at_least, PROCESSES_MAX);
    for (int i = 0; i < count; i++) {
        while (!is_shut_in(pids[i]) && stage_clock_ms() < end)
            screen_settle(t, 5);
        assert_true(is_shut_in(pids[i]));
        for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
            char path[64];

            snprintf(path, sizeof path, "/proc/%d/%s", (int)pids[i], files[k]);
            assert_int_equal(count_in_file(path), 0);
        }
    }
}

#ifndef SANITIZED
static int count_all(const char *bytes, size_t size)
{
    return count_canaries(bytes, size, NULL);
}

/* Copies in the memory of a process; -1 when it may not be read. */
static int count_in_memory(pid_t pid)
{
    return memory_count(pid, CORE_SIZE, count_all);
}

#ifndef SANITIZED
/* A directory worker has bound and changed with them, and keeps none once that is answered. */
static void assert_workers_hold_none(struct screen *t)
{
    pid_t pids[PROCESSES_MAX];
    int count = processes(t, pids);

    assert_true(count > 1);
    for (int i = 1; i < count; i++) {
        int found = count_in_memory(pids[i]);

        print_message("# copies in the memory of a worker: %d\n", found);
        assert_true(found <= 0);
    }
}
#endif
#endif

/* Logs in, once in vain, and changes a system's password and the own one. */
static void do_everything(struct screen *t)
{
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, LOGIN SCREEN_TAB);
    screen_send(t, canaries[WRONG]);
    assert_processes_silent(t, 2);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Máy chủ không chấp nhận", STAGE_WAIT);
    screen_send(t, canaries[OWN_OLD]);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    screen_wait_gone(t, "đang đọc", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);

    stage_choose(t, STATS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    /* Typed, checked, and given up. */
    screen_send(t, canaries[STATS_OLD]);
    screen_send(t, SCREEN_TAB);
    screen_send(t, canaries[UNUSED]);
    screen_wait(t, "Độ mạnh: ", STAGE_WAIT);
    assert_processes_silent(t, 3); /* with the one that checks */
    screen_escape(t);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);

    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    stage_change(t, canaries[STATS_OLD], canaries[STATS_NEW]);
    stage_wait_sentence(t, STATS ": đã đổi mật khẩu");
    stage_choose(t, OWN);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu: " OWN, STAGE_WAIT);
    stage_change(t, NULL, canaries[OWN_NEW]);
    stage_wait_sentence(t, OWN ": đã đổi mật khẩu");
    assert_processes_silent(t, 2);
}

static int count_in_recent_file(const char *path, const struct stat *status, int type,
                                struct FTW *walk)
{
    (void)walk;
    if (type == FTW_F && S_ISREG(status->st_mode) && status->st_size <= FILE_MAX &&
        status->st_mtime >= started)
        return count_in_file(path); /* anything but 0 ends the walk */
    return 0;
}

static void assert_files_silent(void)
{
    static const char *const places[] = {"/tmp", "/var/tmp", "/var/log", "/dev/shm", "/run", "."};

    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        assert_in_range(nftw(places[i], count_in_recent_file, 32, FTW_PHYS | FTW_MOUNT) + 1, 0, 1);
}

static void test_nothing_is_left_anywhere(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    const char *output;
    char *log;
    size_t size;
#ifndef SANITIZED
    int found;
#endif

    (void)state;
    do_everything(t);
    output = screen_output(t, &size);
    assert_int_equal(count_canaries(output, size, "what was sent to the terminal"), 0);
    log = stage_operations(&stage);
    assert_non_null(strstr(log, "BIND dn=\"" STAGE_PERSON(LOGIN) "\""));
    assert_int_equal(count_canaries(log, strlen(log), "the log of slapd"), 0);
    free(log);
    assert_true(slapd_binds(&stage.main, STAGE_PERSON(LOGIN), canaries[OWN_NEW]));
    assert_true(slapd_binds(&stage.main, STAGE_ACCOUNT("stats", LOGIN), canaries[STATS_NEW]));
    assert_files_silent();

#ifdef SANITIZED
    print_message("# memory is not searched: a sanitizer keeps what was freed\n");
#else
    assert_workers_hold_none(t);
    /* While logged in it keeps the current ones, which shows that the search finds them. */
    found = count_in_memory(screen_pid(t));
    if (found < 0) {
        print_message("# memory is not searched: it may not be read here\n");
        return;
    }
    print_message("# copies in the memory of the program while logged in: %d\n", found);
    assert_in_range(found, 1, 16);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    found = count_in_memory(screen_pid(t));
    print_message("# copies in the memory of the program after the log-out: %d\n", found);
    assert_int_equal(found, 0);
#endif
}

#ifndef SANITIZED
static bool runs(struct screen *t, const char *name)
{
    pid_t pids[PROCESSES_MAX];
    int count = processes(t, pids);
    bool found = false;

    for (int i = 0; i < count; i++)
        found = found || stage_is(pids[i], name);
    return found;
}

/* The program's own proposals, one of them chosen and then not used. */
static void test_proposals_leave_nothing(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    int found;

    (void)state;
    stage_enter(t, "hoangthiem", STAGE_PASSWORD);
    stage_choose(t, STATS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    screen_send(t, SCREEN_F(4));
    screen_wait(t, "rất mạnh, ", STAGE_WAIT);
    for (int i = 0; i < CANARIES - PROPOSED; i++) {
        char start[8];

        snprintf(start, sizeof start, " %d  ", i + 1);
        assert_true(screen_find(t, start) >= 0);
        assert_int_equal(sscanf(strstr(screen_row(t, screen_find(t, start)), start) + strlen(start),
                                "%39s", canaries[PROPOSED + i]),
                         1);
        assert_true(strlen(canaries[PROPOSED + i]) >= CORE_FROM + CORE_SIZE);
    }
    found = count_in_memory(screen_pid(t));
    if (found < 0) {
        print_message("# memory is not searched: it may not be read here\n");
        return;
    }
    print_message("# copies of six proposals in the memory of the program: %d\n", found);
    assert_in_range(found, CANARIES - PROPOSED, 2 * (CANARIES - PROPOSED));
    screen_send(t, "2");
    screen_wait(t, "Độ mạnh: ", STAGE_WAIT);
    assert_true(runs(t, "matkhau-quality"));
    screen_escape(t);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    assert_false(runs(t, "matkhau-quality"));
    found = count_in_memory(screen_pid(t));
    print_message("# after the change screen was left: %d\n", found);
    assert_int_equal(found, 0);
    assert_files_silent();
}

/* Typed at the log-in screen, never entered, and wiped. */
static void test_a_password_that_was_not_entered(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);
    int found;

    (void)state;
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, LOGIN SCREEN_TAB);
    screen_send(t, canaries[UNUSED]);
    screen_wait(t, "[***", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    found = count_in_memory(screen_pid(t));
    if (found < 0) {
        print_message("# memory is not searched: it may not be read here\n");
        return;
    }
    assert_in_range(found, 1, 1); /* the field, and nothing else */
    screen_send(t, SCREEN_CLEAR);
    screen_wait_gone(t, "[***", STAGE_WAIT);
    assert_int_equal(count_in_memory(screen_pid(t)), 0);

    /* As a paste it goes through the same hands. */
    screen_send(t, "\033[200~");
    screen_send(t, canaries[UNUSED]);
    screen_send(t, "\033[201~");
    screen_wait(t, "[***", STAGE_WAIT);
    screen_send(t, SCREEN_CLEAR);
    screen_wait_gone(t, "[***", STAGE_WAIT);
    assert_int_equal(count_in_memory(screen_pid(t)), 0);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_nothing_is_left_anywhere),
#ifndef SANITIZED
        SCREEN_TEST(test_a_password_that_was_not_entered),
        SCREEN_TEST(test_proposals_leave_nothing),
#endif
    };

    return cmocka_run_group_tests(tests, prepare_canaries, clear);
}
