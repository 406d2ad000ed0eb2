// SPDX-License-Identifier: MIT
#include "faults.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "chance.h"

#define STATS "Báo cáo thống kê"
#define OWN "Tài khoản đăng nhập của Bộ"
#define CHANGING "Đang đổi mật khẩu"
#define VERIFYING "Đang kiểm tra xem mật khẩu đã đổi chưa"

static const char *const line_names[] = {"clear", "tls"};
static const char *const phase_names[] = {"log-in", "own", "system"};
static const char *const side_names[] = {"to-server", "to-client"};
static const char *const action_names[] = {"pass", "fin", "rst", "stall", "flip", "drip"};
static const char *const claim_names[] = {"no end",      "changed",        "not changed",
                                          "perhaps not", "unknown",        "nothing said",
                                          "entered",     "wrong password", "not entered"};
static const char *const truth_names[PHASES][TRUTHS] = {
    {"no bind refused", "a bind refused", ""},
    {"not changed", "changed", "changed to altered bytes"},
    {"not changed", "changed", "changed to altered bytes"},
};
static const char *const dns[] = {[PHASE_LOG_IN] = STAGE_PERSON(FAULTS_PERSON),
                                  [PHASE_OWN] = STAGE_PERSON(FAULTS_PERSON),
                                  [PHASE_SYSTEM] = STAGE_ACCOUNT("stats", FAULTS_PERSON)};

static struct stage *stage;
static struct proxy *proxy;
static uint64_t seed;
static unsigned deadline_ms;
static bool without_second;
static char password[PHASES][FAULTS_PASSWORD_SIZE]; /* what the server has, but of PHASE_LOG_IN */
static long log_read;                               /* of the server's log */
static size_t lengths[LINES][PHASES][PROXY_SIDES];

static unsigned counts[PHASES][PROXY_ACTIONS][CLAIMS][TRUTHS];
static unsigned runs;
static unsigned missed; /* the line brought fewer bytes than it had when it was measured */
static unsigned again;  /* changes tried once more after one that was not made or not known */
static unsigned wrong;

unsigned faults_random(unsigned bound)
{
    return chance_below(&seed, bound);
}

/* Another one each time: the server remembers those that were used. */
void faults_invent_password(char out[FAULTS_PASSWORD_SIZE])
{
    chance_password(&seed, "0-2=3+4,5@6#7.8", out, 12);
}

void faults_prepare(struct stage *on, uint64_t with_seed, unsigned seconds)
{
    stage = on;
    seed = with_seed;
    deadline_ms = seconds * 1000;
    stage_log_operations(stage);
    proxy = proxy_open((unsigned)strtoul(strrchr(stage->main.ldap, ':') + 1, NULL, 10));
    memcpy(password[PHASE_OWN], STAGE_PASSWORD, sizeof STAGE_PASSWORD);
    memcpy(password[PHASE_SYSTEM], STAGE_SYSTEM_PASSWORD, sizeof STAGE_SYSTEM_PASSWORD);
}

void faults_clear(void)
{
    proxy_close(proxy);
}

void faults_leave_second_out(void)
{
    without_second = true;
}

struct proxy *faults_proxy(void)
{
    return proxy;
}

static void remove_second(void)
{
    char section[512];

    snprintf(section, sizeof section,
             "[directory treasury]\nuri = %s\nca_file = %s\nbase = " STAGE_SECOND
             "\ndefault_policy = cn=default,ou=policies," STAGE_SECOND "\n",
             stage->second.ldaps, stage->second.ca_file);
    stage_replace(stage, section, "");
    stage_replace(stage,
                  "[system payments]\nname = Thanh toán với kho bạc\ndirectory = treasury\n"
                  "account_dn = uid=%u,ou=people," STAGE_SECOND "\n",
                  "");
}

void faults_configure(enum fault_line line)
{
    char through[96];

    stage_configure(stage);
    if (without_second)
        remove_second();
    snprintf(through, sizeof through, "ldap://127.0.0.1:%u", proxy_port(proxy));
    stage_replace(stage, stage->main.ldap, through);
    snprintf(through, sizeof through, "warn = 14 days\ndeadline = %u seconds", deadline_ms / 1000);
    stage_replace(stage, "warn = 14 days", through);
    if (line == LINE_CLEAR)
        stage_replace(stage, "tls = starttls", "tls = clear text on loopback");
}

/* How many binds the server has refused since the last question. */
static int failed_binds(void)
{
    char path[96];
    char line[2048];
    int count = 0;
    FILE *log;

    snprintf(path, sizeof path, "%s/slapd.log", stage->directory);
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

/* A sentence below the fields and the rules of a change. */
static bool has_notice(struct screen *t)
{
    int strength = screen_find(t, "Độ mạnh: ");

    for (int row = strength + 1; strength >= 0 && row < 23; row++)
        if (screen_row(t, row)[0] != '\0')
            return true;
    return false;
}

static enum claim claim_of(struct screen *t)
{
    if (stage_has_sentence(t, CHANGING) || stage_has_sentence(t, VERIFYING))
        return CLAIM_NONE;
    if (stage_has_sentence(t, ": đã đổi mật khẩu"))
        return CLAIM_CHANGED;
    if (stage_has_sentence(t, "Chưa có gì thay đổi") || stage_has_sentence(t, "CHƯA đổi") ||
        stage_has_sentence(t, "Máy chủ từ chối vì lý do riêng"))
        return CLAIM_NOT_CHANGED;
    if (stage_has_sentence(t, "nhiều khả năng chưa đổi"))
        return CLAIM_PERHAPS_NOT;
    if (stage_has_sentence(t, "chưa biết đã đổi hay chưa"))
        return CLAIM_UNKNOWN;
    return has_notice(t) || screen_has(t, "Việc cần làm") ? CLAIM_NOTHING : CLAIM_NONE;
}

/* What the screen says in the end; CLAIM_NONE when it does not in time. */
enum claim faults_wait_claim(struct screen *t)
{
    /* One deadline for the change, another for the look at the server. */
    int64_t end = stage_clock_ms() + 2 * deadline_ms + FAULTS_GRACE_MS;
    enum claim claim = CLAIM_NONE;

    while (claim == CLAIM_NONE && stage_clock_ms() < end) {
        screen_settle(t, 5);
        claim = claim_of(t);
        if (claim == CLAIM_NOTHING) { /* half a frame */
            screen_settle(t, STAGE_QUIET);
            claim = claim_of(t);
        }
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
    slapd_set(&stage->main, dn, "pwdChangedTime", changed);
}

/* Whether the password typed is one that no rule refuses; waits for the verdict. */
static bool is_accepted(struct screen *t)
{
    int64_t end = stage_clock_ms() + STAGE_WAIT;

    screen_wait(t, "]  khớp", STAGE_WAIT);
    do {
        screen_settle(t, STAGE_QUIET);
        if (screen_has(t, "Độ mạnh: "))
            return true;
    } while (!screen_has(t, "[!]") && stage_clock_ms() < end);
    screen_settle(t, 4 * STAGE_QUIET);
    return screen_has(t, "Độ mạnh: ");
}

/*
 * Fills the fields of a change, all but the last Enter. A password that a rule refuses by chance is
 * replaced by another one, in `new_password` too.
 */
static void type_fields(struct screen *t, enum fault_phase phase,
                        char new_password[FAULTS_PASSWORD_SIZE])
{
    if (screen_has(t, "Mật khẩu hiện tại")) {
        screen_send(t, password[phase]);
        screen_send(t, SCREEN_TAB);
    }
    for (;;) {
        screen_send(t, new_password);
        screen_send(t, SCREEN_TAB);
        screen_send(t, new_password);
        if (is_accepted(t))
            break;
        faults_invent_password(new_password);
        screen_send(t, SCREEN_CLEAR SCREEN_BACK_TAB SCREEN_CLEAR);
        screen_wait_gone(t, "]  khớp", STAGE_WAIT);
    }
    screen_settle(t, STAGE_QUIET);
}

/* Logs in and types a change up to the last Enter. */
struct screen *faults_type_change(enum fault_phase phase, char new_password[FAULTS_PASSWORD_SIZE])
{
    struct screen *t = stage_open(stage, &stage_xterm);

    make_older(dns[phase]);
    stage_enter(t, FAULTS_PERSON, password[PHASE_OWN]);
    stage_choose(t, phase == PHASE_OWN ? OWN : STATS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Nhập lại mật khẩu mới", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    type_fields(t, phase, new_password);
    failed_binds();
    return t;
}

/* Whether the server has the new password with one bit of one letter turned round. */
static bool is_altered(const char *dn, const char *new_password)
{
    char altered[FAULTS_PASSWORD_SIZE];

    for (size_t i = 0; new_password[i] != '\0'; i++) {
        memcpy(altered, new_password, sizeof altered);
        altered[i] ^= PROXY_FLIPPED;
        slapd_set(&stage->main, dn, "pwdFailureTime", NULL); /* guessing locks */
        if (slapd_binds(&stage->main, dn, altered))
            return true;
    }
    return false;
}

/* What has become of the password; `password` is right again afterwards. */
static enum truth find_truth(struct screen *t, const struct fault *fault, const char *new_password)
{
    const char *dn = dns[fault->phase];
    char *present = password[fault->phase];

    if (slapd_binds(&stage->main, dn, new_password)) {
        memcpy(present, new_password, FAULTS_PASSWORD_SIZE);
        return TRUTH_NEW;
    }
    if (slapd_binds(&stage->main, dn, present))
        return TRUTH_OLD;
    if (fault->cut.action != PROXY_FLIP || fault->cut.side != PROXY_TO_SERVER ||
        !is_altered(dn, new_password)) {
        show(t, fault, "neither the new password nor the old one is right");
        assert_true(false);
    }
    slapd_set(&stage->main, dn, "userPassword", present);
    slapd_set(&stage->main, dn, "pwdReset", NULL);
    return TRUTH_ALTERED;
}

/*
 * A claim that the server contradicts. That another password was set than the one typed, because
 * the line has altered it, cannot be seen from the answer: "changed" is true and yet no help.
 */
static bool is_false(enum claim claim, enum truth truth)
{
    return (claim == CLAIM_CHANGED && truth == TRUTH_OLD) ||
           (claim == CLAIM_NOT_CHANGED && truth != TRUTH_OLD);
}

/* Holds the claim against what the server takes, once nothing is under way any more. */
void faults_judge(struct screen *t, const struct fault *fault, enum claim claim,
                  const char *new_password)
{
    enum truth truth;
    int refused;

    for (int i = 0; i < 500 && proxy_holds(proxy); i++)
        poll(NULL, 0, 10);
    poll(NULL, 0, 10); /* what the server has in hand */
    refused = failed_binds();
    truth = find_truth(t, fault, new_password);
    counts[fault->phase][fault->cut.action][claim][truth]++;
    if (claim == CLAIM_PERHAPS_NOT && truth != TRUTH_OLD)
        name(fault, "changed, though that was called unlikely");
    if (claim == CLAIM_NONE)
        show(t, fault, "nothing is said in time");
    if (is_false(claim, truth))
        show(t, fault, truth == TRUTH_OLD ? "it was not changed" : "it was changed");
    if (stage_has_sentence(t, "Chương trình gặp lỗi"))
        show(t, fault, "the program says that it made a mistake");
    if (refused > 1)
        show(t, fault, "more than one bind was refused");
    failed_binds();
}

/* Back to the table and to the same change; false when it is not offered any more. */
static bool open_again(struct screen *t, enum fault_phase phase)
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
    char new_password[FAULTS_PASSWORD_SIZE];
    enum claim claim;

    faults_invent_password(new_password);
    proxy_plan(proxy, &(struct proxy_fault){.action = PROXY_PASS});
    if (!open_again(t, fault->phase))
        return;
    type_fields(t, fault->phase, new_password);
    failed_binds();
    screen_send(t, SCREEN_ENTER);
    claim = faults_wait_claim(t);
    again++;
    faults_judge(t, fault, claim, new_password);
}

static void run_change(const struct fault *fault)
{
    char new_password[FAULTS_PASSWORD_SIZE];
    struct screen *t;
    enum claim claim;

    faults_invent_password(new_password);
    t = faults_type_change(fault->phase, new_password);
    proxy_plan(proxy, &fault->cut);
    screen_send(t, SCREEN_ENTER);
    claim = faults_wait_claim(t);
    missed += !proxy_struck(proxy);
    faults_judge(t, fault, claim, new_password);
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
    screen_send(t, FAULTS_PERSON SCREEN_TAB);
    screen_send(t, password[PHASE_OWN]);
    screen_wait(t, "[**********", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    screen_mark(t);
    screen_send(t, SCREEN_ENTER);
    while (screen_bytes(t) == 0)
        screen_settle(t, 5);
    screen_settle(t, 5);
}

static enum claim log_in_claim(struct screen *t)
{
    if (has_entered(t))
        return CLAIM_ENTERED;
    if (!was_refused(t))
        return CLAIM_NONE;
    return stage_has_sentence(t, "không chấp nhận") ? CLAIM_WRONG_PASSWORD : CLAIM_NOT_ENTERED;
}

/*
 * The name and the password are right: nothing may say otherwise, unless the line has altered them
 * on their way, or the DN with which the server had answered, so that it refuses what it got.
 */
static void judge_log_in(struct screen *t, const struct fault *fault, enum claim claim)
{
    bool altered = fault->cut.action == PROXY_FLIP;
    int refused = failed_binds();

    counts[PHASE_LOG_IN][fault->cut.action][claim][refused > 0 ? TRUTH_NEW : TRUTH_OLD]++;
    if (claim == CLAIM_NONE)
        show(t, fault, "it does not end in time");
    if (claim == CLAIM_WRONG_PASSWORD && refused == 0)
        show(t, fault, "the password is right");
    if (refused > 1 || (refused > 0 && !altered))
        show(t, fault, "a bind was refused");
}

static void run_log_in(const struct fault *fault)
{
    /* One deadline for the log-in, another for reading; a lost reading is asked for once more. */
    const int limit = 3 * (int)deadline_ms + FAULTS_GRACE_MS;
    enum claim claim = CLAIM_NONE;
    struct screen *t;
    int64_t end;

    proxy_plan(proxy, &fault->cut);
    t = stage_open(stage, &stage_xterm);
    type_log_in(t);
    end = stage_clock_ms() + limit;
    while (claim == CLAIM_NONE && stage_clock_ms() < end) {
        screen_settle(t, 5);
        claim = log_in_claim(t);
    }
    missed += !proxy_struck(proxy);
    judge_log_in(t, fault, claim);
}

static void run(const struct fault *fault)
{
    faults_configure(fault->line);
    if (fault->phase == PHASE_LOG_IN)
        run_log_in(fault);
    else
        run_change(fault);
}

void faults_run(const struct fault *fault)
{
    run(fault);
    runs++;
    stage_close(stage);
    proxy_plan(proxy, &(struct proxy_fault){.action = PROXY_PASS});
}

/* --- which --- */

void faults_measure(enum fault_line line)
{
    for (int phase = 0; phase < PHASES; phase++) {
        struct fault fault = {.line = line, .phase = (enum fault_phase)phase};

        run(&fault);
        for (int side = 0; side < PROXY_SIDES; side++)
            lengths[line][phase][side] = proxy_seen(proxy, (enum proxy_side)side);
        print_message("# %s %s: %zu bytes to the server, %zu back\n", line_names[line],
                      phase_names[phase], lengths[line][phase][PROXY_TO_SERVER],
                      lengths[line][phase][PROXY_TO_CLIENT]);
        stage_close(stage);
        assert_int_equal(wrong, 0);
        assert_int_equal(phase == PHASE_LOG_IN
                             ? counts[phase][PROXY_PASS][CLAIM_ENTERED][TRUTH_OLD]
                             : counts[phase][PROXY_PASS][CLAIM_CHANGED][TRUTH_NEW],
                         1);
        faults_forget();
    }
}

size_t faults_length(enum fault_line line, enum fault_phase phase, enum proxy_side side)
{
    return lengths[line][phase][side];
}

static int find_name(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    fail_msg("FAULTS_ONLY: what is %s?", name);
    return 0;
}

struct fault faults_parse(const char *text)
{
    char word[5][16];
    struct fault fault = {0};

    assert_int_equal(
        sscanf(text, "%15s %15s %15s %15s %15s", word[0], word[1], word[2], word[3], word[4]), 5);
    fault.line = (enum fault_line)find_name(line_names, LINES, word[0]);
    fault.phase = (enum fault_phase)find_name(phase_names, PHASES, word[1]);
    fault.cut.side = (enum proxy_side)find_name(side_names, PROXY_SIDES, word[2]);
    fault.cut.action = (enum proxy_action)find_name(action_names, PROXY_ACTIONS, word[3]);
    fault.cut.at = strtoul(word[4], NULL, 10);
    fault.cut.lasting = strstr(text, "lasting") != NULL;
    return fault;
}

/* --- the counts --- */

unsigned faults_runs(void)
{
    return runs;
}

unsigned faults_wrong(void)
{
    return wrong;
}

void faults_forget(void)
{
    memset(counts, 0, sizeof counts);
    runs = missed = again = wrong = 0;
}

static void say_count(const char *format, int phase, int action, int claim, int truth)
{
    unsigned n = counts[phase][action][claim][truth];

    if (n > 0)
        print_message(format, phase_names[phase], action_names[action], claim_names[claim],
                      truth_names[phase][truth], n);
}

static void say_all(const char *format)
{
    for (int phase = 0; phase < PHASES; phase++)
        for (int action = 0; action < PROXY_ACTIONS; action++)
            for (int claim = 0; claim < CLAIMS; claim++)
                for (int truth = 0; truth < TRUTHS; truth++)
                    say_count(format, phase, action, claim, truth);
}

void faults_say(void)
{
    print_message("# %u runs, %u not reached, %u changes tried again, %u contradictions\n", runs,
                  missed, again, wrong);
    say_all("# %s, %s: \"%s\", and %s: %u\n");
}

void faults_say_table(void)
{
    print_message("# runs %u missed %u again %u wrong %u\n", runs, missed, again, wrong);
    say_all("# count:%s:%s:%s:%s:%u\n");
}
