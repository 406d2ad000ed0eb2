/* SPDX-License-Identifier: MIT */

/*
 * A monkey at the keyboard: streams of keys, of damaged ones, window sizes and signals by chance,
 * with right passwords among them, so that it gets to every screen, while the server pauses, dies
 * and returns. Whatever it does, the program goes on or ends in order.
 *
 *     test_screen_monkey               some 15 seconds from a fixed seed
 *     MONKEY_SECONDS=600 ...           longer
 *     MONKEY_SEED=7 ...                other streams; what fails names the seed of its stream
 *     MONKEY_STREAMS=1 ...             so many streams at most
 */

#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <time.h>

#include "chance.h"
#include "common.h"

#define NEW_PASSWORD "Khe-chin5b"
#define ACTIONS_PER_STREAM 120
#define WORKERS_MAX 32
#ifdef SANITIZED
#define ANSWER_MS 5000
#else
#define ANSWER_MS 2000
#endif

static uint64_t number; /* of the generator */
static uint64_t stream; /* the seed of the stream under way */
static unsigned streams, actions, starts, changes, deep;
static bool worker_killed; /* in this run of the program: then a part may be said to have failed */
static bool is_utf8;

static unsigned below(unsigned bound)
{
    return chance_below(&number, bound);
}

static bool one_in(unsigned n)
{
    return below(n) == 0;
}

static const char *const people[][2] = {
    {"hothiyen", STAGE_PERSON("hothiyen")},             /* everything is due */
    {"nguyenvanan", STAGE_PERSON("nguyenvanan")},       /* another directory, a strict policy */
    {"lehoangcuong", STAGE_PERSON("lehoangcuong")},     /* grace log-ins */
    {"phamthidung", STAGE_PERSON("phamthidung")},       /* must change */
    {"tranthihoa", STAGE_PERSON("tranthihoa")},         /* locked, ended, expired */
    {"dangthikimlien", STAGE_PERSON("dangthikimlien")}, /* the other directory */
};

#define PEOPLE (sizeof people / sizeof *people)

/* Accounts of systems, of the first two people. */
static const char *const accounts[] = {
    STAGE_ACCOUNT("mail", "hothiyen"),         STAGE_ACCOUNT("cases", "hothiyen"),
    STAGE_ACCOUNT("stats", "hothiyen"),        STAGE_ACCOUNT("documents", "hothiyen"),
    STAGE_ACCOUNT("cases", "nguyenvanan"),     STAGE_ACCOUNT("stats", "nguyenvanan"),
    STAGE_ACCOUNT("documents", "nguyenvanan"),
};

/* The first password again, no lock, and soon due. */
static void restore_password(const char *dn, const char *password)
{
    /* What others set must be changed: slapo-ppolicy adds pwdReset by itself. */
    static const char *const forgotten[] = {"pwdReset", "pwdHistory", "pwdFailureTime",
                                            "pwdAccountLockedTime", "pwdGraceUseTime"};
    time_t then = time(NULL) - 85L * 86400;
    char changed[32];
    struct tm tm;

    slapd_set(&stage.main, dn, "userPassword", password);
    for (size_t i = 0; i < sizeof forgotten / sizeof *forgotten; i++)
        slapd_set(&stage.main, dn, forgotten[i], NULL);
    gmtime_r(&then, &tm);
    strftime(changed, sizeof changed, "%Y%m%d%H%M%SZ", &tm);
    slapd_set(&stage.main, dn, "pwdChangedTime", changed);
}

static void restore_passwords(void)
{
    for (size_t i = 0; i < PEOPLE; i++)
        restore_password(people[i][1], STAGE_PASSWORD);
    for (size_t i = 0; i < sizeof accounts / sizeof *accounts; i++)
        restore_password(accounts[i], STAGE_SYSTEM_PASSWORD);
    slapd_set(&stage.main, STAGE_PERSON("phamthidung"), "pwdReset", "TRUE");
    slapd_set(&stage.main, STAGE_PERSON("lehoangcuong"), "pwdChangedTime", "20240101000000Z");
}

/* --- what must hold --- */

static _Noreturn void broken(struct screen *t, const char *what)
{
    print_error("MONKEY_SEED=%llu MONKEY_STREAMS=1: %s\n", (unsigned long long)stream, what);
    stage_fail(t, "");
}

static bool runs(struct screen *t)
{
    return !stage_gone(screen_pid(t), 0);
}

/*
 * The line behaves as a shell wants it, and nothing of the session is left to be read; what was
 * typed after the end stands there, as the line itself shows it.
 */
static void check_restored(struct screen *t)
{
    static const char *const left[] = {"F1 ", "F10", "Enter", "Mật khẩu", "Mat khau"};
    struct termios line;
    const unsigned modes = ICANON | ECHO | ISIG;

    assert_int_equal(tcgetattr(screen_fd(t), &line), 0);
    if ((line.c_lflag & modes) != modes || (line.c_iflag & ICRNL) == 0 ||
        (line.c_oflag & OPOST) == 0)
        broken(t, "the terminal is not restored");
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        if (screen_has(t, left[i]))
            broken(t, "something is left on the screen");
}

/* Sentences that only a fault of the program itself brings. */
static void check_sentences(struct screen *t)
{
    if (stage_has_sentence(t, "Chương trình gặp lỗi") ||
        stage_has_sentence(t, "Chuong trinh gap loi"))
        broken(t, "the program says that it made a mistake");
    if (!worker_killed && (stage_has_sentence(t, "Một phần của chương trình") ||
                           stage_has_sentence(t, "Mot phan cua chuong trinh")))
        broken(t, "a worker has failed");
}

/* --- what a monkey does --- */

static const char *const keys[] = {
    SCREEN_ENTER,
    SCREEN_ENTER,
    SCREEN_TAB,
    SCREEN_TAB,
    SCREEN_BACK_TAB,
    SCREEN_BACKSPACE,
    SCREEN_DELETE,
    SCREEN_UP,
    SCREEN_DOWN,
    SCREEN_LEFT,
    SCREEN_RIGHT,
    SCREEN_HOME,
    SCREEN_END,
    SCREEN_CLEAR,
    SCREEN_PAGE_UP,
    SCREEN_PAGE_DOWN,
    SCREEN_REDRAW,
    SCREEN_F(1),
    SCREEN_F(2),
    SCREEN_F(3),
    SCREEN_F(5),
    SCREEN_F(9),
    SCREEN_F(10),
    SCREEN_F(12),
    "\004",
    " ",
    "\003\032\034\021",
    "\n",
};

/* Halves of sequences, wholes of unknown ones, and letters that are none. */
static const char *const damage[] = {
    "\033[",
    "\033O",
    "\033[200~",
    "\033[201~",
    "\033[20",
    "\033[1;5",
    "\033]0;title\a",
    "\033P+q",
    "\033[M !!",
    "\033[<0;12;7M",
    "\033\033",
    "\033[99999999999999999999999999~",
    "\033[?1;2c",
    "\033[12;40R",
    "\300\257",
    "\355\240\200",
    "\364\220\200\200",
    "\341\272",
    "\370\210\200\200\200",
    "\377\376",
    "\341\272\255\314\243\314\202",
    "\342\200\256",
    "\302\205",
    "\357\273\277",
    "\033[200~abc\rdef\t\033[A\004\r\n\033[201~",
};

static void type_letters(struct screen *t)
{
    char text[13];
    unsigned length = 1 + below(sizeof text - 1);

    for (unsigned i = 0; i < length; i++)
        text[i] = (char)(' ' + below('~' - ' ' + 1));
    screen_send_bytes(t, text, length);
}

static void type_bytes(struct screen *t)
{
    unsigned char bytes[64];
    unsigned length = 1 + below(sizeof bytes);

    for (unsigned i = 0; i < length; i++)
        bytes[i] = (unsigned char)below(256);
    screen_send_bytes(t, bytes, length);
}

/* More than any field takes. */
static void type_at_length(struct screen *t)
{
    char text[600];

    memset(text, 'a' + (char)below(26), sizeof text);
    screen_send_bytes(t, text, sizeof text);
}

static void resize(struct screen *t)
{
    if (one_in(3))
        screen_resize(t, 24, 80);
    else
        screen_resize(t, 1 + (int)below(40), 1 + (int)below(120));
}

static void storm(struct screen *t)
{
    for (unsigned n = below(40); n > 0; n--) {
        if (one_in(4))
            resize(t);
        kill(screen_pid(t), SIGWINCH);
    }
}

/* Half a letter or sequence ends by silence, a paste by its mark. */
static void end_paste(struct screen *t)
{
    poll(NULL, 0, 60);
    screen_send(t, "\033[201~");
    screen_settle(t, STAGE_QUIET);
}

static void kill_a_worker(struct screen *t)
{
    pid_t workers[WORKERS_MAX];
    int count = stage_children(screen_pid(t), workers, WORKERS_MAX);

    if (count == 0)
        return;
    worker_killed = true;
    kill(workers[below((unsigned)count)], one_in(4) ? SIGTERM : SIGKILL);
}

static bool shows(struct screen *t, const char *text, const char *plain)
{
    return screen_has(t, is_utf8 ? text : plain);
}

/* A log-in with the right password, most of the time. */
static void log_in(struct screen *t)
{
    const char *login = people[below(PEOPLE)][0];
    int row;
    int column;

    screen_cursor(t, &row, &column);
    if (row != screen_find(t, is_utf8 ? "Tên đăng nhập" : "Ten dang nhap"))
        screen_send(t, SCREEN_TAB);
    screen_send(t, SCREEN_CLEAR);
    screen_send(t, login);
    screen_send(t, SCREEN_TAB SCREEN_CLEAR);
    screen_send(t, one_in(20) ? "sai-mat-khau" : one_in(6) ? NEW_PASSWORD : STAGE_PASSWORD);
    screen_send(t, SCREEN_ENTER);
    if (one_in(3))
        return;
    for (int i = 0; i < 50 && shows(t, "Đang đăng nhập", "Dang dang nhap"); i++)
        screen_settle(t, 10);
    deep++;
}

/* All fields of a change with what they ask for. */
static void fill_change(struct screen *t)
{
    if (shows(t, "Mật khẩu hiện tại", "Mat khau hien tai")) {
        screen_send(t, SCREEN_CLEAR);
        screen_send(t, one_in(8) ? "sai" : STAGE_SYSTEM_PASSWORD);
        screen_send(t, SCREEN_TAB);
    }
    for (int i = 0; i < 2; i++) {
        screen_send(t, SCREEN_CLEAR NEW_PASSWORD);
        if (i == 0)
            screen_send(t, SCREEN_TAB);
    }
    if (one_in(2))
        screen_settle(t, 50);
    screen_send(t, SCREEN_ENTER);
    changes++;
}

/* What somebody would do here who wants to get on. */
static void go_deeper(struct screen *t)
{
    static const char *const in_table[] = {
        SCREEN_ENTER,
        SCREEN_DOWN SCREEN_DOWN SCREEN_ENTER,
        SCREEN_PAGE_DOWN SCREEN_ENTER,
        SCREEN_F(5) SCREEN_ENTER,
        "    " SCREEN_ENTER,
        SCREEN_F(9),
        SCREEN_F(9) SCREEN_ENTER,
        SCREEN_F(10),
    };

    if (one_in(2))
        screen_resize(t, 24, 80);
    end_paste(t);
    if (!runs(t))
        return;
    if (shows(t, "Tên đăng nhập", "Ten dang nhap"))
        log_in(t);
    else if (shows(t, "Việc cần làm", "Viec can lam"))
        screen_send(t, in_table[below(sizeof in_table / sizeof *in_table)]);
    else if (one_in(4))
        screen_escape(t);
    else if (shows(t, "Nhập lại mật khẩu", "Nhap lai mat khau"))
        fill_change(t);
    else if (shows(t, "Mật khẩu hiện tại", "Mat khau hien tai")) {
        screen_send(t, SCREEN_CLEAR STAGE_SECOND_PASSWORD SCREEN_ENTER);
    } else {
        screen_send(t, SCREEN_ENTER);
    }
}

static void trouble_the_server(void)
{
    struct slapd *slapd = one_in(4) ? &stage.second : &stage.main;

    if (slapd == &stage.main && one_in(4)) {
        kill(stage.main.pid, SIGKILL);
        assert_true(stage_gone(stage.main.pid, STAGE_WAIT)); /* and its ports are free */
        stage_log_operations(&stage);
    } else {
        slapd_pause(slapd);
    }
}

static void resume_servers(void)
{
    slapd_resume(&stage.main);
    slapd_resume(&stage.second);
}

static void act(struct screen *t)
{
    unsigned chance = below(100);

    if (chance < 22)
        screen_send(t, keys[below(sizeof keys / sizeof *keys)]);
    else if (chance < 30)
        screen_escape(t);
    else if (chance < 40)
        type_letters(t);
    else if (chance < 50)
        screen_send(t, damage[below(sizeof damage / sizeof *damage)]);
    else if (chance < 53)
        type_bytes(t);
    else if (chance < 54)
        type_at_length(t);
    else if (chance < 59)
        resize(t);
    else if (chance < 61)
        storm(t);
    else if (chance < 63)
        kill_a_worker(t);
    else if (chance < 65)
        trouble_the_server();
    else if (chance < 70)
        resume_servers();
    else
        go_deeper(t);
    if (one_in(3))
        screen_settle(t, (int)below(40));
    actions++;
}

/* --- streams --- */

static struct screen *start(void)
{
    static const char *const terms[] = {"xterm-256color", "linux", "screen", "vt220"};
    struct stage_terminal terminal = one_in(3) ? stage_vt100 : stage_xterm;
    struct screen *t;

    if (terminal.utf8 && one_in(3))
        terminal.term = terms[below(sizeof terms / sizeof *terms)];
    if (one_in(4)) {
        terminal.rows = 1 + (int)below(40);
        terminal.columns = 1 + (int)below(120);
    }
    is_utf8 = terminal.utf8;
    worker_killed = false;
    starts++;
    t = stage_open(&stage, &terminal);
    /* Until it has the line, Ctrl-C ends it as any other program. */
    while (screen_bytes(t) == 0 && runs(t))
        screen_settle(t, 10);
    return t;
}

static void check_workers_gone(struct screen *t, const pid_t *workers, int count)
{
    for (int i = 0; i < count && i < WORKERS_MAX; i++)
        if (!stage_gone(workers[i], ANSWER_MS))
            broken(t, "a worker is left behind");
}

/* The program has ended by itself, by a key that says so. */
static void check_end(struct screen *t)
{
    int status = screen_wait_exit(t, ANSWER_MS);

    if (status != 0) {
        print_error("status %d\n", status);
        broken(t, "it did not end in order");
    }
    check_restored(t);
}

/* It still runs: it must answer a key, and end when it is told to. */
static void end(struct screen *t)
{
    pid_t workers[WORKERS_MAX];
    int count = stage_children(screen_pid(t), workers, WORKERS_MAX);
    int64_t until = stage_clock_ms() + ANSWER_MS;

    screen_resize(t, 24, 80);
    end_paste(t);
    screen_mark(t);
    screen_send(t, SCREEN_REDRAW);
    while (runs(t) && screen_bytes(t) == 0 && stage_clock_ms() < until)
        screen_settle(t, 10);
    if (runs(t) && screen_bytes(t) == 0)
        broken(t, "it does not answer a key");
    check_sentences(t);
    if (one_in(4))
        screen_hangup(t);
    else
        kill(screen_pid(t), SIGTERM);
    if (screen_fd(t) >= 0)
        check_end(t);
    else if (screen_wait_exit(t, ANSWER_MS) != 0)
        broken(t, "a hang-up did not end it in order");
    check_workers_gone(t, workers, count);
}

static void run_stream(void)
{
    struct screen *t = start();
    pid_t workers[WORKERS_MAX];
    int count = 0;

    for (int i = 0; i < ACTIONS_PER_STREAM; i++) {
        act(t);
        if (runs(t)) {
            check_sentences(t);
            count = stage_children(screen_pid(t), workers, WORKERS_MAX);
            continue;
        }
        check_end(t);
        check_workers_gone(t, workers, count);
        stage_close(&stage);
        t = start();
    }
    end(t);
    stage_close(&stage);
}

static int prepare_monkey(void **state)
{
    prepare(state);
    stage_replace(&stage, "warn = 14 days", "warn = 14 days\ndeadline = 1 second");
    stage_log_operations(&stage);
    return 0;
}

static void test_whatever_a_monkey_does(void **state)
{
    uint64_t seed = chance_setting("MONKEY_SEED", 1);
    int64_t until = stage_clock_ms() + (int64_t)chance_setting("MONKEY_SECONDS", 15) * 1000;
    unsigned long most = chance_setting("MONKEY_STREAMS", 1000000);

    (void)state;
    for (; streams < most && stage_clock_ms() < until; streams++) {
        stream = seed + streams;
        number = stream;
        restore_passwords();
        run_stream();
    }
    print_message("# %u streams from seed %llu, %u actions, %u starts, %u log-ins, %u changes\n",
                  streams, (unsigned long long)seed, actions, starts, deep, changes);
}

/* Names the last stream also when an assertion, or a crash of the test, has left it. */
static int close_stream(void **state)
{
    print_message("# the last one was MONKEY_SEED=%llu\n", (unsigned long long)stream);
    return close_screen(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_whatever_a_monkey_does, close_stream)};

    return cmocka_run_group_tests(tests, prepare_monkey, clear);
}
