/* SPDX-License-Identifier: MIT */

/*
 * The trail of the changes that are made on the screen: written, refused with a sentence where it
 * cannot be, and without a letter of any password.
 */

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "chance.h"
#include "common.h"

#define STATS "Báo cáo thống kê"
#define OWN "Tài khoản đăng nhập của Bộ"
#define NEW_PASSWORD "Khe-chin5b"
#define REFUSED                                                                                                                     \
    "Mọi lần đổi đều phải được ghi nhật ký mà hiện nay không ghi được, nên chưa gửi gì đi. Chưa " \
    "có gì thay đổi; xin báo bộ phận hỗ trợ."
#define CANARIES 50
#define CANARY_LENGTH 14
#define FILE_MAX (64L << 20)

static char trail[96];
static char log_socket[96];
static int log_fd = -1;

/* --- what was written --- */

/* The whole trail; free() it. */
static char *written(void)
{
    FILE *f = fopen(trail, "re");
    char *text = calloc(1, 65536);

    assert_non_null(f);
    assert_non_null(text);
    assert_in_range(fread(text, 1, 65535, f) + 1, 1, 65535);
    fclose(f);
    return text;
}

static void wait_for_line(const char *text)
{
    int64_t end = stage_clock_ms() + STAGE_WAIT;

    for (;;) {
        char *all = written();
        bool there = strstr(all, text) != NULL;

        free(all);
        if (there)
            return;
        assert_true(stage_clock_ms() < end);
        (void)poll(NULL, 0, 10);
    }
}

/* What `matkhau` says to these arguments, and whether it is content. */
static bool run(const char *arguments, char *said, size_t size)
{
    char command[512];
    FILE *f;
    size_t n;

    snprintf(command, sizeof command, "LANG=C.UTF-8 %s --lang=en %s 2>&1", MATKHAU, arguments);
    f = popen(command, "re");
    assert_non_null(f);
    n = fread(said, 1, size - 1, f);
    said[n] = '\0';
    return pclose(f) == 0;
}

static bool verify(char *said, size_t size)
{
    char arguments[128];

    snprintf(arguments, sizeof arguments, "audit verify %s", trail);
    return run(arguments, said, size);
}

/* What --check says of the trail; other things may be wrong on this machine. */
static void check(char *said, size_t size)
{
    char arguments[128];

    snprintf(arguments, sizeof arguments, "--check --config=%s", stage.config);
    (void)run(arguments, said, size);
}

static void keep_trail(const char *where)
{
    char line[256];

    snprintf(line, sizeof line, "warn = 14 days\ntrail = %s", where);
    stage_replace(&stage, "warn = 14 days", line);
}

static void empty_trail(void)
{
    int fd = open(trail, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    close(fd);
}

static int prepare_trail(void **state)
{
    prepare(state);
    snprintf(trail, sizeof trail, "%s/trail.jsonl", stage.directory);
    snprintf(log_socket, sizeof log_socket, "%s/log", stage.directory);
    return 0;
}

static int fresh(void **state)
{
    (void)state;
    stage_configure(&stage);
    empty_trail();
    return 0;
}

static int close_all(void **state)
{
    if (log_fd >= 0)
        close(log_fd);
    log_fd = -1;
    (void)unlink(log_socket);
    return close_screen(state);
}

/* --- on the screen --- */

static void open_change(struct screen *t, const char *system)
{
    stage_choose(t, system);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu: ", STAGE_WAIT);
    screen_wait(t, "Nhập lại", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
}

static void test_intent_and_outcome(void **state)
{
    struct screen *t;
    char said[2048];
    char *all;
    char *second;
    FILE *f;

    (void)state;
    keep_trail(trail);
    t = stage_open(&stage, &stage_xterm);
    stage_enter(t, "lythithuy", STAGE_PASSWORD);
    open_change(t, STATS);
    stage_change(t, STAGE_SYSTEM_PASSWORD, NEW_PASSWORD);
    stage_wait_sentence(t, STATS ": đã đổi mật khẩu");
    wait_for_line("\"outcome\"");
    all = written();
    second = strchr(all, '\n') + 1;
    assert_memory_equal(all, "{\"prev\":\"0000", 13);
    assert_non_null(strstr(all, "\"step\":\"intent\",\"act\":\"change\",\"who\":\"lythithuy\","));
    assert_true(strstr(all, "\"step\":\"intent\"") < second);
    assert_non_null(
        strstr(second, "\"step\":\"outcome\",\"act\":\"change\",\"who\":\"lythithuy\","));
    assert_non_null(strstr(second, "\"tty\":\"pts/"));
    assert_non_null(strstr(second, "\"system\":\"stats\",\"server\":\"ldap://127.0.0.1:"));
    assert_non_null(strstr(second, "\"outcome\":\"MK_OK\",\"hash\":\""));
    assert_null(strstr(all, NEW_PASSWORD));
    free(all);

    /* The log-in account goes by the name that the configuration has for it. */
    open_change(t, OWN);
    stage_change(t, NULL, "Khe-chin6b");
    stage_wait_sentence(t, OWN ": đã đổi mật khẩu");
    wait_for_line("\"system\":\"person\",\"server\":");
    assert_true(verify(said, sizeof said));
    assert_non_null(strstr(said, "the chain is whole: 4 records"));
    assert_null(strstr(said, "has no outcome"));

    /* And whoever changes a letter of it is found out. */
    all = written();
    *strstr(all, "lythithuy") = 'x';
    f = fopen(trail, "we");
    assert_non_null(f);
    assert_true(fputs(all, f) >= 0);
    assert_int_equal(fclose(f), 0);
    free(all);
    assert_false(verify(said, sizeof said));
    assert_non_null(strstr(said, "line 1: this record was changed"));
}

/* Nothing was asked of the server, and the same screen works once the trail is mended. */
static void refuse_then_change(struct screen *t, const char *login, void (*mend)(void))
{
    char dn[128];
    int before;

    snprintf(dn, sizeof dn, "uid=%s,ou=stats,ou=systems," STAGE_MAIN, login);
    stage_enter(t, login, STAGE_PASSWORD);
    open_change(t, STATS);
    before = slapd_operations(&stage.main, "Extended");
    stage_change(t, STAGE_SYSTEM_PASSWORD, NEW_PASSWORD);
    stage_wait_sentence(t, REFUSED);
    assert_int_equal(slapd_operations(&stage.main, "Extended"), before);
    assert_true(slapd_binds(&stage.main, dn, STAGE_SYSTEM_PASSWORD));
    mend();
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, STATS ": đã đổi mật khẩu");
    assert_true(slapd_binds(&stage.main, dn, NEW_PASSWORD));
}

static void test_refused_without_the_file(void **state)
{
    struct screen *t;
    char said[2048];

    (void)state;
    keep_trail(trail);
    check(said, sizeof said);
    assert_null(strstr(said, "trail.jsonl"));
    assert_int_equal(unlink(trail), 0);
    check(said, sizeof said);
    assert_non_null(strstr(said, "trail.jsonl: the trail does not exist;"));
    t = stage_open(&stage, &stage_xterm);
    refuse_then_change(t, "votheknghiem", empty_trail);
    wait_for_line("\"outcome\":\"MK_OK\"");
    assert_true(verify(said, sizeof said));
    assert_null(strstr(said, "has no outcome"));
}

static void raise_limit(void)
{
    struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    pid_t children[16];
    int count = stage_children(screen_pid(stage.screen), children, 16);
    int raised = 0;

    for (int i = 0; i < count && i < 16; i++)
        if (stage_is(children[i], "matkhau-trail")) {
            assert_int_equal(prlimit(children[i], RLIMIT_FSIZE, &none, NULL), 0);
            raised++;
        }
    assert_int_equal(raised, 1);
}

/* No file may grow beyond 10 bytes: the disk is full, as far as the program can tell. */
static void test_refused_without_room(void **state)
{
    static const char *const limited[] = {"/usr/bin/prlimit", "--fsize=10:unlimited", NULL};
    struct stage_terminal terminal = stage_xterm;
    char said[2048];

    (void)state;
    terminal.under = limited;
    keep_trail(trail);
    refuse_then_change(stage_open(&stage, &terminal), "duongvanquy", raise_limit);
    wait_for_line("\"outcome\":\"MK_OK\"");
    assert_true(verify(said, sizeof said));
}

/* Somebody keeps the file to themself: nothing is sent, whether Esc or the clock ends the wait. */
static void test_refused_while_locked(void **state)
{
    int lock = open(trail, O_RDWR | O_CLOEXEC);
    struct screen *t;
    char said[2048];
    int before;

    (void)state;
    keep_trail(trail);
    t = stage_open(&stage, &stage_xterm);
    stage_enter(t, "phamducdong", STAGE_PASSWORD);
    open_change(t, STATS);
    before = slapd_operations(&stage.main, "Extended");
    assert_int_equal(flock(lock, LOCK_EX), 0);
    stage_change(t, STAGE_SYSTEM_PASSWORD, NEW_PASSWORD);
    screen_wait(t, "Esc Thôi chờ", STAGE_WAIT);
    screen_escape(t);
    stage_wait_sentence(t, REFUSED);
    screen_send(t, SCREEN_TAB);
    screen_wait_gone(t, "ghi nhật ký", STAGE_WAIT);
    screen_send(t, SCREEN_BACK_TAB SCREEN_ENTER);
    stage_wait_sentence(t, REFUSED);
    assert_int_equal(slapd_operations(&stage.main, "Extended"), before);
    assert_int_equal(close(lock), 0);
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, STATS ": đã đổi mật khẩu");
    wait_for_line("\"outcome\":\"MK_OK\"");
    assert_true(verify(said, sizeof said));
    assert_true(slapd_binds(&stage.main, STAGE_ACCOUNT("stats", "phamducdong"), NEW_PASSWORD));
}

/* --- the system log --- */

static const char *const with_log[] = {WITHLOG, stage.directory, NULL};

/* Under it the program finds our socket where the system log listens. */
static struct stage_terminal log_terminal(void)
{
    struct stage_terminal terminal = stage_xterm;

    terminal.under = with_log;
    if (system(WITHLOG " /tmp true 2>/dev/null") != 0) {
        print_message("# skipped: no mount namespace, and so no system log of our own\n");
        skip();
    }
    return terminal;
}

static void start_log(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    (void)unlink(log_socket);
    log_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", log_socket);
    assert_int_equal(bind(log_fd, (const struct sockaddr *)&address, sizeof address), 0);
}

/* What the log has got so far, with line ends; free() it. */
static char *logged(void)
{
    size_t size = 0;
    char *text = calloc(1, 262144);
    ssize_t n;

    assert_non_null(text);
    while (size < 250000 && (n = recv(log_fd, text + size, 8192, 0)) > 0) {
        size += (size_t)n;
        text[size++] = '\n';
    }
    text[size] = '\0';
    return text;
}

static void test_refused_without_the_log(void **state)
{
    struct stage_terminal terminal = log_terminal();
    char both[160];
    char said[2048];
    char *all;
    char *log;

    (void)state;
    snprintf(both, sizeof both, "syslog %s", trail);
    keep_trail(both);
    refuse_then_change(stage_open(&stage, &terminal), "truongthiuyen", start_log);
    wait_for_line("\"outcome\":\"MK_OK\"");
    /* The file tells of both, and the log has what came after it was there, in the same words. */
    all = written();
    assert_non_null(strstr(all, "\"outcome\":\"MK_NO_TRAIL\""));
    assert_true(verify(said, sizeof said));
    assert_non_null(strstr(said, "the chain is whole: 4 records"));
    screen_settle(stage.screen, STAGE_QUIET);
    log = logged();
    assert_memory_equal(log, "<85>matkhau-trail[", 18);
    assert_memory_equal(strchr(log, '{'), strchr(strchr(all, '\n') + 1, '\n') + 1,
                        strcspn(strchr(log, '{'), "\n"));
    assert_non_null(strstr(log, "\"outcome\":\"MK_OK\""));
    free(log);
    free(all);
}

static void test_the_log_alone(void **state)
{
    struct stage_terminal terminal = log_terminal();
    struct screen *t;
    char *log;

    (void)state;
    keep_trail("syslog");
    start_log();
    t = stage_open(&stage, &terminal);
    stage_enter(t, "dangthikimlien", STAGE_PASSWORD);
    open_change(t, OWN);
    stage_change(t, NULL, "Khe-chin6b");
    stage_wait_sentence(t, OWN ": đã đổi mật khẩu");
    screen_send(t, SCREEN_F(10));
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, SCREEN_F(10));
    assert_int_equal(screen_wait_exit(t, STAGE_WAIT), 0);
    log = logged();
    assert_non_null(strstr(log, "\"step\":\"intent\""));
    assert_non_null(strstr(log, "\"outcome\":\"MK_OK\""));
    free(log);
}

/* --- outcomes that are not known --- */

/* A change that is asked for and not answered. */
static struct screen *hang(const char *login)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    stage_enter(t, login, STAGE_PASSWORD);
    open_change(t, STATS);
    screen_send(t, STAGE_SYSTEM_PASSWORD SCREEN_TAB NEW_PASSWORD SCREEN_TAB NEW_PASSWORD);
    screen_wait(t, "]  khớp", STAGE_WAIT);
    screen_wait(t, "Độ mạnh: ", STAGE_WAIT);
    slapd_pause(&stage.main);
    screen_send(t, SCREEN_ENTER);
    wait_for_line("\"intent\"");
    (void)poll(NULL, 0, 300); /* it stands there before it is safe, and is sent after that */
    return t;
}

static void test_killed_between_intent_and_outcome(void **state)
{
    struct screen *t;
    char said[2048];
    char *all;

    (void)state;
    keep_trail(trail);
    t = hang("buicongmanh");
    assert_int_equal(kill(screen_pid(t), SIGKILL), 0);
    (void)poll(NULL, 0, 300);
    slapd_resume(&stage.main);
    assert_true(verify(said, sizeof said));
    assert_non_null(strstr(said, "the chain is whole: 1 record,"));
    assert_non_null(strstr(said, "1 act was begun and has no outcome"));
    all = written();
    assert_null(strstr(all, "\"outcome\""));
    /* With its time and the number by which it is found in the file. */
    *strstr(all, "\",\"step\"") = '\0';
    assert_non_null(strstr(said, strrchr(all, '"') + 1));
    free(all);
}

/* What was given up is written as unknown, and what a look has shown then as another step. */
static void test_unknown_and_found(void **state)
{
    struct screen *t;
    char said[2048];
    char *all;

    (void)state;
    keep_trail(trail);
    t = hang("lyvanquan");
    screen_escape(t);
    wait_for_line("\"step\":\"outcome\"");
    slapd_resume(&stage.main);
    wait_for_line("\"step\":\"found\"");
    all = written();
    assert_non_null(strstr(all, "\"outcome\":\"MK_OUTCOME_UNKNOWN\""));
    assert_true(strstr(strstr(all, "\"found\""), "\"outcome\":\"MK_OK\"") != NULL ||
                strstr(strstr(all, "\"found\""), "\"outcome\":\"MK_OUTCOME_UNSEEN\"") != NULL);
    free(all);
    assert_true(verify(said, sizeof said));
    assert_non_null(strstr(said, "3 records"));
    assert_null(strstr(said, "has no outcome"));
}

/* Somebody hangs up in the middle: that is not known either, and is written. */
static void test_hung_up(void **state)
{
    char said[2048];
    struct screen *t;

    (void)state;
    keep_trail(trail);
    t = hang("dothingoc");
    assert_int_equal(kill(screen_pid(t), SIGHUP), 0);
    wait_for_line("\"outcome\":\"MK_OUTCOME_UNKNOWN\"");
    slapd_resume(&stage.main);
    assert_true(verify(said, sizeof said));
    assert_null(strstr(said, "has no outcome"));
}

/* --- passwords --- */

static char canaries[CANARIES][CANARY_LENGTH + 1];
static time_t started;

static void make_canaries(void)
{
    uint64_t number;

    assert_int_equal(getrandom(&number, sizeof number, 0), sizeof number);
    for (int i = 0; i < CANARIES; i++)
        chance_password(&number, "234679", canaries[i], CANARY_LENGTH);
    started = time(NULL);
}

/* How many fragments of canaries, of 6 letters, stand in `text`; in any case of letters. */
static int count_canaries(const char *text)
{
    int count = 0;

    for (int i = 0; i < CANARIES; i++)
        for (int from = 0; from + 6 <= CANARY_LENGTH; from += 4) {
            char part[7] = "";

            memcpy(part, canaries[i] + from, 6);
            if (strcasestr(text, part) != NULL)
                count++;
        }
    return count;
}

static int count_in_recent_file(const char *path, const struct stat *status, int type,
                                struct FTW *walk)
{
    char *bytes;
    int found = 0;
    FILE *f;

    (void)walk;
    if (type != FTW_F || !S_ISREG(status->st_mode) || status->st_size > FILE_MAX ||
        status->st_mtime < started || (f = fopen(path, "re")) == NULL)
        return 0;
    bytes = calloc(1, (size_t)status->st_size + 1);
    assert_non_null(bytes);
    for (size_t i = 0, n = fread(bytes, 1, (size_t)status->st_size, f); i < n; i++)
        if (bytes[i] == '\0')
            bytes[i] = ' '; /* so that the rest is looked at */
    found = count_canaries(bytes);
    if (found > 0)
        print_message("# %d in %s\n", found, path);
    free(bytes);
    fclose(f);
    return found; /* anything but 0 ends the walk */
}

/* Passwords where log-in names belong, as people do it, and in every field of a change. */
static void type_canaries(struct screen *t)
{
    int next = 0;

    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    while (next < CANARIES - 6) {
        screen_send(t, SCREEN_CLEAR);
        screen_send(t, canaries[next++]);
        screen_send(t, SCREEN_TAB SCREEN_CLEAR);
        screen_send(t, canaries[next++]);
        screen_wait(t, "[**************", STAGE_WAIT);
        screen_send(t, SCREEN_ENTER);
        stage_wait_sentence(t, "Không có ai mang tên đăng nhập này");
        screen_settle(t, STAGE_QUIET);
    }
    screen_send(t, SCREEN_CLEAR "duongthiphuc" SCREEN_TAB);
    screen_send(t, canaries[next++]);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Máy chủ không chấp nhận", STAGE_WAIT);
    screen_send(t, STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    screen_wait_gone(t, "đang đọc", STAGE_WAIT);

    /* A wrong current one, then the right one with two that differ, then two that are the same. */
    open_change(t, STATS);
    stage_change(t, canaries[next], canaries[next + 1]);
    screen_wait(t, "Máy chủ chưa đổi", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    screen_send(t, SCREEN_CLEAR STAGE_SYSTEM_PASSWORD SCREEN_TAB SCREEN_CLEAR);
    screen_send(t, canaries[next + 2]);
    screen_send(t, SCREEN_TAB SCREEN_CLEAR);
    screen_send(t, canaries[next + 3]);
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, "Hai lần nhập mật khẩu mới phải giống nhau");
    screen_send(t, SCREEN_CLEAR);
    screen_send(t, canaries[next + 2]);
    screen_wait(t, "]  khớp", STAGE_WAIT);
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, STATS ": đã đổi mật khẩu");
    open_change(t, OWN);
    stage_change(t, NULL, canaries[next + 4]);
    stage_wait_sentence(t, OWN ": đã đổi mật khẩu");
    assert_int_equal(next + 5, CANARIES);
    assert_true(
        slapd_binds(&stage.main, STAGE_ACCOUNT("stats", "duongthiphuc"), canaries[next + 2]));
}

static void test_no_password_anywhere(void **state)
{
    static const char *const places[] = {"/tmp", "/var/tmp", "/var/log", "/dev/shm", "/run"};
    struct stage_terminal terminal = log_terminal();
    char both[160];
    char said[2048];
    char *all;
    char *log;

    (void)state;
    snprintf(both, sizeof both, "syslog %s", trail);
    keep_trail(both);
    make_canaries();
    start_log();
    stage_open(&stage, &terminal);
    type_canaries(stage.screen);
    screen_send(stage.screen, SCREEN_F(10));
    screen_wait(stage.screen, "Tên đăng nhập", STAGE_WAIT);
    screen_send(stage.screen, SCREEN_F(10));
    assert_int_equal(screen_wait_exit(stage.screen, STAGE_WAIT), 0);
    log = logged();
    all = written();
    assert_non_null(strstr(all, "\"who\":\"duongthiphuc\""));
    assert_non_null(strstr(log, "\"who\":\"duongthiphuc\""));
    assert_int_equal(count_canaries(canaries[3]), 3); /* what is looked for would be found */
    assert_int_equal(count_canaries(all), 0);
    assert_int_equal(count_canaries(log), 0);
    assert_true(verify(said, sizeof said));
    assert_non_null(strstr(said, "6 records"));
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        assert_in_range(nftw(places[i], count_in_recent_file, 32, FTW_PHYS | FTW_MOUNT) + 1, 0, 1);
    free(log);
    free(all);
}

#define TRAIL_TEST(test) cmocka_unit_test_setup_teardown(test, fresh, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRAIL_TEST(test_intent_and_outcome),
        TRAIL_TEST(test_refused_without_the_file),
        TRAIL_TEST(test_refused_without_room),
        TRAIL_TEST(test_refused_while_locked),
        TRAIL_TEST(test_refused_without_the_log),
        TRAIL_TEST(test_the_log_alone),
        TRAIL_TEST(test_killed_between_intent_and_outcome),
        TRAIL_TEST(test_unknown_and_found),
        TRAIL_TEST(test_hung_up),
        TRAIL_TEST(test_no_password_anywhere),
    };

    return cmocka_run_group_tests(tests, prepare_trail, clear);
}
