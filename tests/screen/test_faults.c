/* SPDX-License-Identifier: MIT */

/*
 * A line that breaks at one byte of a log-in or of a change, or a worker that is killed there: what
 * the screen claims afterwards must be what the server knows.
 *
 *     test_screen_faults               a sample of some 20 seconds
 *     FAULTS_SECONDS=600 ...           a larger one
 *     FAULTS_SEED=7 ...                another sample; 1 by default
 *     FAULTS_EVERY=1 ...               every byte instead: hours
 *     FAULTS_ONLY="clear own to-client rst 12 lasting" ...    one of those that it has named
 */

#include <poll.h>
#include <signal.h>
#include <time.h>

#include "chance.h"
#include "common.h"
#include "proxy.h"

#define DEADLINE_MS 2000
/* Beyond the deadline: what a machine that is busy with other tests may add. */
#ifdef SANITIZED
#define GRACE_MS 2000
#else
#define GRACE_MS 1000
#endif
#define STATS "Báo cáo thống kê"
#define OWN "Tài khoản đăng nhập của Bộ"
#define CHANGING "Đang đổi mật khẩu"
#define VERIFYING "Đang kiểm tra xem mật khẩu đã đổi chưa"
#define PERSON "tranthiy"
#define PASSWORD_SIZE 16

enum line { LINE_CLEAR, LINE_TLS, LINES };
enum phase { PHASE_LOG_IN, PHASE_OWN, PHASE_SYSTEM, PHASES };

static const char *const line_names[] = {"clear", "tls"};
static const char *const phase_names[] = {"log-in", "own", "system"};
static const char *const side_names[] = {"to-server", "to-client"};
static const char *const action_names[] = {"pass", "fin", "rst", "stall", "flip", "drip"};
static const char *const dns[] = {[PHASE_LOG_IN] = STAGE_PERSON(PERSON),
                                  [PHASE_OWN] = STAGE_PERSON(PERSON),
                                  [PHASE_SYSTEM] = STAGE_ACCOUNT("stats", PERSON)};

struct fault {
    enum line line;
    enum phase phase;
    struct proxy_fault cut;
};

enum claim {
    CLAIM_NONE, /* still at it */
    CLAIM_CHANGED,
    CLAIM_NOT_CHANGED,
    CLAIM_PERHAPS_NOT,
    CLAIM_UNKNOWN,
    CLAIM_NOTHING, /* a sentence about the line, or the table without a word */
    CLAIMS
};

static const char *const claim_names[] = {"no end",      "changed", "not changed",
                                          "perhaps not", "unknown", "nothing said"};

static struct proxy *proxy;
static uint64_t seed;
static char password[PHASES][PASSWORD_SIZE]; /* what the server has; PHASE_LOG_IN is not used */
static long log_read;                        /* of the server's log */
static unsigned counts[CLAIMS][2];           /* by what was claimed, and whether it was changed */
static unsigned runs;
static unsigned again; /* changes tried once more after one that was not made or not known */
static unsigned wrong;

static unsigned random_below(unsigned bound)
{
    return chance_below(&seed, bound);
}

/* Another one each time: the server remembers those that were used. */
static void invent_password(char out[PASSWORD_SIZE])
{
    static const char *const kinds[] = {"BCDFGHKLMNPQRSTVWXZ", "bcdfghklmnpqrstvwxz",
                                        "0-2=3+4,5@6#7.8"};

    for (int i = 0; i < 12; i++) {
        const char *kind = kinds[i % 3];

        out[i] = kind[random_below((unsigned)strlen(kind))];
    }
    out[12] = '\0';
}

static int prepare_faults(void **state)
{
    seed = chance_setting("FAULTS_SEED", 1);
    print_message("# FAULTS_SEED=%llu\n", (unsigned long long)seed);
    prepare(state);
    stage_log_operations(&stage);
    proxy = proxy_open((unsigned)strtoul(strrchr(stage.main.ldap, ':') + 1, NULL, 10));
    memcpy(password[PHASE_OWN], STAGE_PASSWORD, sizeof STAGE_PASSWORD);
    memcpy(password[PHASE_SYSTEM], STAGE_SYSTEM_PASSWORD, sizeof STAGE_SYSTEM_PASSWORD);
    return 0;
}

static int clear_faults(void **state)
{
    proxy_close(proxy);
    return clear(state);
}

static void configure(enum line line)
{
    char through[64];

    stage_configure(&stage);
    snprintf(through, sizeof through, "ldap://127.0.0.1:%u", proxy_port(proxy));
    stage_replace(&stage, stage.main.ldap, through);
    stage_replace(&stage, "warn = 14 days", "warn = 14 days\ndeadline = 2 seconds");
    if (line == LINE_CLEAR)
        stage_replace(&stage, "tls = starttls", "tls = clear text on loopback");
}

/* How many binds the server has refused since the last question. */
static int failed_binds(void)
{
    char path[96];
    char line[2048];
    int count = 0;
    FILE *log;

    snprintf(path, sizeof path, "%s/slapd.log", stage.directory);
    log = fopen(path, "re");
    assert_non_null(log);
    assert_int_equal(fseek(log, log_read, SEEK_SET), 0);
    while (fgets(line, sizeof line, log) != NULL)
        count += strstr(line, "RESULT tag=97 err=49") != NULL;
    log_read = ftell(log);
    fclose(log);
    return count;
}

static void name(const struct fault *fault, const char *what)
{
    print_message("# FAULTS_ONLY=\"%s %s %s %s %zu%s\": %s\n", line_names[fault->line],
                  phase_names[fault->phase], side_names[fault->cut.side],
                  action_names[fault->cut.action], fault->cut.at,
                  fault->cut.lasting ? " lasting" : "", what);
}

static void show(struct screen *t, const struct fault *fault, const char *what)
{
    wrong++;
    name(fault, what);
    print_error("%s", screen_text(t));
}

/* --- a change --- */

static enum claim claim_of(struct screen *t)
{
    if (stage_has_sentence(t, CHANGING) || stage_has_sentence(t, VERIFYING))
        return CLAIM_NONE;
    if (stage_has_sentence(t, ": đã đổi mật khẩu"))
        return CLAIM_CHANGED;
    if (stage_has_sentence(t, "Chưa có gì thay đổi") || stage_has_sentence(t, "CHƯA đổi"))
        return CLAIM_NOT_CHANGED;
    if (stage_has_sentence(t, "nhiều khả năng chưa đổi"))
        return CLAIM_PERHAPS_NOT;
    if (stage_has_sentence(t, "chưa biết đã đổi hay chưa"))
        return CLAIM_UNKNOWN;
    return screen_row(t, 14)[0] != '\0' || screen_has(t, "Việc cần làm") ? CLAIM_NOTHING
                                                                         : CLAIM_NONE;
}

/* What the screen says in the end; CLAIM_NONE when it does not within `ms`. */
static enum claim wait_claim(struct screen *t, int ms)
{
    int64_t end = stage_clock_ms() + ms;
    enum claim claim = CLAIM_NONE;

    while (claim == CLAIM_NONE && stage_clock_ms() < end) {
        screen_settle(t, 5);
        claim = claim_of(t);
    }
    if (claim == CLAIM_NOTHING) { /* half a frame */
        screen_settle(t, STAGE_QUIET);
        claim = claim_of(t);
    }
    return claim;
}

/* slapd knows the time of a change to the second only: the one before was not just now. */
static void make_older(const char *dn)
{
    time_t then = time(NULL) - 60L * 86400;
    char changed[32];
    struct tm tm;

    gmtime_r(&then, &tm);
    strftime(changed, sizeof changed, "%Y%m%d%H%M%SZ", &tm);
    slapd_set(&stage.main, dn, "pwdChangedTime", changed);
}

/* Fills the fields of a change, all but the last Enter. */
static void type_fields(struct screen *t, enum phase phase, const char *new_password)
{
    if (screen_has(t, "Mật khẩu hiện tại")) {
        screen_send(t, password[phase]);
        screen_send(t, SCREEN_TAB);
    }
    screen_send(t, new_password);
    screen_send(t, SCREEN_TAB);
    screen_send(t, new_password);
    screen_wait(t, "]  khớp", STAGE_WAIT);
    screen_wait(t, "Độ mạnh: ", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
}

/* Logs in and types a change up to the last Enter. */
static struct screen *type_change(enum phase phase, const char *new_password)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    make_older(dns[phase]);
    stage_enter(t, PERSON, password[PHASE_OWN]);
    stage_choose(t, phase == PHASE_OWN ? OWN : STATS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Nhập lại mật khẩu mới", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    type_fields(t, phase, new_password);
    return t;
}

static bool in_words(enum claim claim, bool changed)
{
    return (claim == CLAIM_CHANGED && !changed) || (claim == CLAIM_NOT_CHANGED && changed);
}

/* Holds the claim against what the server takes, once nothing is under way any more. */
static void judge(struct screen *t, const struct fault *fault, enum claim claim,
                  const char *new_password)
{
    const char *dn = dns[fault->phase];
    char *present = password[fault->phase];
    int refused;
    bool changed;

    for (int i = 0; i < 500 && proxy_holds(proxy); i++)
        poll(NULL, 0, 10);
    poll(NULL, 0, 10); /* what the server has in hand */
    refused = failed_binds();
    changed = slapd_binds(&stage.main, dn, new_password);
    if (!changed && !slapd_binds(&stage.main, dn, present)) {
        show(t, fault, "neither the new password nor the old one is right");
        assert_true(false);
    }
    counts[claim][changed]++;
    if (claim == CLAIM_PERHAPS_NOT && changed)
        name(fault, "changed, though that was called unlikely");
    if (claim == CLAIM_NONE)
        show(t, fault, "nothing is said in time");
    if (in_words(claim, changed))
        show(t, fault, changed ? "it was changed" : "it was not changed");
    if (stage_has_sentence(t, "Chương trình gặp lỗi"))
        show(t, fault, "the program says that it made a mistake");
    if (refused > 1)
        show(t, fault, "more than one bind was refused");
    if (changed)
        memcpy(present, new_password, PASSWORD_SIZE);
    failed_binds();
}

/* Back to the table and to the same change; false when it is not offered any more. */
static bool open_again(struct screen *t, enum phase phase)
{
    int64_t end = stage_clock_ms() + STAGE_WAIT;

    if (screen_has(t, "Nhập lại mật khẩu mới"))
        screen_escape(t);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    do
        screen_settle(t, STAGE_QUIET);
    while (screen_has(t, "đang đọc") && stage_clock_ms() < end);
    stage_choose(t, phase == PHASE_OWN ? OWN : STATS);
    screen_send(t, SCREEN_ENTER);
    screen_settle(t, 2 * STAGE_QUIET);
    return screen_has(t, "Nhập lại mật khẩu mới");
}

/* Once more in the same session, over a line that is sound again. */
static void change_again(struct screen *t, const struct fault *fault)
{
    char new_password[PASSWORD_SIZE];
    enum claim claim;

    invent_password(new_password);
    proxy_plan(proxy, &(struct proxy_fault){.action = PROXY_PASS});
    if (!open_again(t, fault->phase))
        return;
    type_fields(t, fault->phase, new_password);
    failed_binds();
    screen_send(t, SCREEN_ENTER);
    claim = wait_claim(t, 2 * DEADLINE_MS + GRACE_MS);
    again++;
    judge(t, fault, claim, new_password);
}

static void run_change(const struct fault *fault)
{
    char new_password[PASSWORD_SIZE];
    struct screen *t;
    enum claim claim;

    invent_password(new_password);
    t = type_change(fault->phase, new_password);
    failed_binds();
    proxy_plan(proxy, &fault->cut);
    screen_send(t, SCREEN_ENTER);
    /* One deadline for the change, another for the look at the server. */
    claim = wait_claim(t, 2 * DEADLINE_MS + GRACE_MS);
    judge(t, fault, claim, new_password);
    screen_settle(t, 0);
    if (claim != CLAIM_NONE && claim_of(t) != claim)
        show(t, fault, "it is said otherwise later");
    else if (claim != CLAIM_CHANGED)
        change_again(t, fault);
}

/* --- a log-in --- */

static bool has_entered(struct screen *t)
{
    return screen_has(t, "Việc cần làm") && !screen_has(t, "đang đọc");
}

static bool was_refused(struct screen *t)
{
    return screen_has(t, "Tên đăng nhập") && !screen_has(t, "Đang đăng nhập") &&
           screen_row(t, 10)[0] != '\0';
}

/* As stage_log_in(); what stood there before Enter does not count as an answer. */
static void type_log_in(struct screen *t)
{
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, PERSON SCREEN_TAB);
    screen_send(t, password[PHASE_OWN]);
    screen_wait(t, "[**********", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    screen_mark(t);
    screen_send(t, SCREEN_ENTER);
    while (screen_bytes(t) == 0)
        screen_settle(t, 5);
    screen_settle(t, 5);
}

/* The name and the password are right: nothing may say otherwise. */
static void run_log_in(const struct fault *fault)
{
    const int limit = 3 * DEADLINE_MS + GRACE_MS;
    int64_t end;
    struct screen *t;
    bool ended = false;

    proxy_plan(proxy, &fault->cut);
    t = stage_open(&stage, &stage_xterm);
    type_log_in(t);
    /* One deadline for the log-in, another for reading; a lost reading is asked for once more. */
    end = stage_clock_ms() + limit;
    while (!ended && stage_clock_ms() < end) {
        screen_settle(t, 5);
        ended = has_entered(t) || was_refused(t);
    }
    if (!ended)
        show(t, fault, "it does not end in time");
    if (stage_has_sentence(t, "không chấp nhận"))
        show(t, fault, "the password is right");
    if (failed_binds() > 0)
        show(t, fault, "a bind was refused");
}

static void run_fault(const struct fault *fault)
{
    configure(fault->line);
    if (fault->phase == PHASE_LOG_IN)
        run_log_in(fault);
    else
        run_change(fault);
    runs++;
    stage_close(&stage);
    proxy_plan(proxy, &(struct proxy_fault){.action = PROXY_PASS});
}

/* --- which --- */

/*
 * How many bytes each side brings when nothing breaks. A byte turned round means nothing in clear
 * text, where no claim could be true, and each drop of a drip costs time.
 */
static size_t lengths[LINES][PHASES][PROXY_SIDES];

static void measure(void)
{
    for (int line = 0; line < LINES; line++)
        for (int phase = 0; phase < PHASES; phase++) {
            struct fault fault = {.line = (enum line)line, .phase = (enum phase)phase};

            configure(fault.line);
            if (phase == PHASE_LOG_IN)
                run_log_in(&fault);
            else
                run_change(&fault);
            for (int side = 0; side < PROXY_SIDES; side++)
                lengths[line][phase][side] = proxy_seen(proxy, (enum proxy_side)side);
            print_message("# %s %s: %zu bytes to the server, %zu back\n", line_names[line],
                          phase_names[phase], lengths[line][phase][PROXY_TO_SERVER],
                          lengths[line][phase][PROXY_TO_CLIENT]);
            stage_close(&stage);
        }
    assert_int_equal(wrong, 0);
    assert_int_equal(counts[CLAIM_CHANGED][true], 4);
}

static bool makes_sense(const struct fault *fault)
{
    return fault->line == LINE_TLS || fault->cut.action != PROXY_FLIP;
}

static struct fault sample(void)
{
    static const enum proxy_action actions[] = {PROXY_FIN,  PROXY_FIN,   PROXY_RST,
                                                PROXY_RST,  PROXY_RST,   PROXY_FLIP,
                                                PROXY_FLIP, PROXY_STALL, PROXY_DRIP};
    struct fault fault;

    do {
        fault.line = random_below(3) == 0 ? LINE_TLS : LINE_CLEAR;
        fault.phase = (enum phase)random_below(PHASES);
        fault.cut.side = (enum proxy_side)random_below(PROXY_SIDES);
        fault.cut.action = actions[random_below(sizeof actions / sizeof *actions)];
        fault.cut.at = random_below((unsigned)lengths[fault.line][fault.phase][fault.cut.side]);
        fault.cut.lasting = random_below(3) == 0;
    } while (!makes_sense(&fault));
    return fault;
}

static void run_sample(void)
{
    int64_t end = stage_clock_ms() + (int64_t)chance_setting("FAULTS_SECONDS", 18) * 1000;

    while (stage_clock_ms() < end) {
        struct fault fault = sample();

        run_fault(&fault);
    }
}

/* Of one line and phase: every byte with every action, once with a server that stays away. */
static void sweep(enum line line, enum phase phase)
{
    struct fault fault = {.line = line, .phase = phase};

    for (int side = 0; side < PROXY_SIDES; side++)
        for (size_t at = 0; at < lengths[line][phase][side]; at++)
            for (int action = PROXY_FIN; action < 2 * PROXY_ACTIONS; action++) {
                fault.cut =
                    (struct proxy_fault){.action = (enum proxy_action)(action % PROXY_ACTIONS),
                                         .side = (enum proxy_side)side,
                                         .at = at,
                                         .lasting = action >= PROXY_ACTIONS};
                if (fault.cut.action != PROXY_PASS && makes_sense(&fault))
                    run_fault(&fault);
            }
}

static int find_name(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    fail_msg("FAULTS_ONLY: what is %s?", name);
    return 0;
}

static void run_only(const char *text)
{
    char word[5][16];
    struct fault fault = {0};

    assert_int_equal(
        sscanf(text, "%15s %15s %15s %15s %15s", word[0], word[1], word[2], word[3], word[4]), 5);
    fault.line = (enum line)find_name(line_names, LINES, word[0]);
    fault.phase = (enum phase)find_name(phase_names, PHASES, word[1]);
    fault.cut.side = (enum proxy_side)find_name(side_names, PROXY_SIDES, word[2]);
    fault.cut.action = (enum proxy_action)find_name(action_names, PROXY_ACTIONS, word[3]);
    fault.cut.at = strtoul(word[4], NULL, 10);
    fault.cut.lasting = strstr(text, "lasting") != NULL;
    run_fault(&fault);
}

static void say_counts(void)
{
    print_message("# %u runs, %u changes tried again, %u contradictions\n", runs, again, wrong);
    for (int claim = 0; claim < CLAIMS; claim++)
        if (counts[claim][0] + counts[claim][1] > 0)
            print_message("# %s: %u, of which %u had been changed\n", claim_names[claim],
                          counts[claim][0] + counts[claim][1], counts[claim][1]);
}

static void test_a_line_that_breaks_at_any_byte(void **state)
{
    const char *only = getenv("FAULTS_ONLY");

    (void)state;
    measure();
    if (only != NULL)
        run_only(only);
    else if (getenv("FAULTS_EVERY") == NULL)
        run_sample();
    else
        for (int line = 0; line < LINES; line++)
            for (int phase = 0; phase < PHASES; phase++)
                sweep((enum line)line, (enum phase)phase);
    say_counts();
    assert_int_equal(wrong, 0);
}

/* --- workers that end --- */

static void kill_directory_worker(struct screen *t)
{
    pid_t children[8];
    int count = stage_children(screen_pid(t), children, 8);

    /* The older one is that of the log-in directory. */
    for (int i = 0; i < count && i < 8; i++)
        if (stage_is(children[i], "matkhau-directory")) {
            kill(children[i], SIGKILL);
            return;
        }
}

static void kill_during_change(const struct fault *fault, unsigned after_us)
{
    struct timespec wait = {.tv_nsec = (long)after_us * 1000};
    char new_password[PASSWORD_SIZE];
    struct screen *t;
    enum claim claim;

    invent_password(new_password);
    configure(fault->line);
    t = type_change(fault->phase, new_password);
    failed_binds();
    screen_send(t, SCREEN_ENTER);
    nanosleep(&wait, NULL);
    kill_directory_worker(t);
    claim = wait_claim(t, 2 * DEADLINE_MS + GRACE_MS);
    judge(t, fault, claim, new_password);
    stage_close(&stage);
    runs++;
}

static void test_a_worker_killed_at_any_moment_of_a_change(void **state)
{
    int64_t end = stage_clock_ms() + (int64_t)chance_setting("FAULTS_SECONDS", 18) * 250;

    (void)state;
    memset(counts, 0, sizeof counts);
    runs = again = wrong = 0;
    proxy_plan(proxy, &(struct proxy_fault){.action = PROXY_PASS});
    while (stage_clock_ms() < end) {
        struct fault fault = {.line = (enum line)random_below(LINES),
                              .phase = random_below(2) == 0 ? PHASE_OWN : PHASE_SYSTEM};

        kill_during_change(&fault, random_below(random_below(2) == 0 ? 3000 : 40000));
    }
    say_counts();
    assert_int_equal(wrong, 0);
}

/* Nothing is lost with a worker that has nothing in hand. */
static void test_a_worker_killed_before_a_change(void **state)
{
    (void)state;
    runs = again = wrong = 0;
    proxy_plan(proxy, &(struct proxy_fault){.action = PROXY_PASS});
    for (int phase = PHASE_OWN; phase < PHASES; phase++) {
        struct fault fault = {.phase = (enum phase)phase};
        char new_password[PASSWORD_SIZE];
        struct screen *t;
        enum claim claim;

        invent_password(new_password);
        configure(fault.line);
        t = type_change(fault.phase, new_password);
        failed_binds();
        kill_directory_worker(t);
        screen_settle(t, STAGE_QUIET);
        screen_send(t, SCREEN_ENTER);
        claim = wait_claim(t, 2 * DEADLINE_MS + GRACE_MS);
        judge(t, &fault, claim, new_password);
        assert_int_equal(claim, CLAIM_CHANGED);
        stage_close(&stage);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_a_line_that_breaks_at_any_byte),
        SCREEN_TEST(test_a_worker_killed_at_any_moment_of_a_change),
        SCREEN_TEST(test_a_worker_killed_before_a_change),
    };

    return cmocka_run_group_tests(tests, prepare_faults, clear_faults);
}
