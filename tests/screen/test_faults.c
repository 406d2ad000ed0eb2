/* SPDX-License-Identifier: MIT */

/*
 * A line that breaks at one byte of a log-in or of a change, or a worker that is killed there: what
 * the screen claims afterwards must be what the server knows.
 *
 *     test_screen_faults               a sample of some 20 seconds
 *     FAULTS_SECONDS=600 ...           a larger one
 *     FAULTS_SEED=7 ...                another sample; 1 by default
 *     FAULTS_ONLY="clear own to-client rst 12 lasting" ...    one of those that it has named
 *
 * Every byte: tests/faults.
 */

#include <signal.h>
#include <time.h>

#include "chance.h"
#include "common.h"
#include "faults.h"

#define DEADLINE_SECONDS 2

static int prepare_faults(void **state)
{
    unsigned long seed = chance_setting("FAULTS_SEED", 1);

    print_message("# FAULTS_SEED=%lu\n", seed);
    prepare(state);
    faults_prepare(&stage, seed, DEADLINE_SECONDS);
    return 0;
}

static int clear_faults(void **state)
{
    faults_clear();
    return clear(state);
}

static struct fault sample(void)
{
    static const enum proxy_action actions[] = {PROXY_FIN,  PROXY_FIN,   PROXY_RST,
                                                PROXY_RST,  PROXY_RST,   PROXY_FLIP,
                                                PROXY_FLIP, PROXY_STALL, PROXY_DRIP};
    struct fault fault;

    fault.line = faults_random(3) == 0 ? LINE_TLS : LINE_CLEAR;
    fault.phase = (enum fault_phase)faults_random(PHASES);
    fault.cut.side = (enum proxy_side)faults_random(PROXY_SIDES);
    fault.cut.action = actions[faults_random(sizeof actions / sizeof *actions)];
    fault.cut.at = faults_random((unsigned)faults_length(fault.line, fault.phase, fault.cut.side));
    fault.cut.lasting = faults_random(3) == 0;
    return fault;
}

static void test_a_line_that_breaks_at_any_byte(void **state)
{
    const char *only = getenv("FAULTS_ONLY");
    int64_t end;

    (void)state;
    faults_measure(LINE_CLEAR);
    faults_measure(LINE_TLS);
    end = stage_clock_ms() + (int64_t)chance_setting("FAULTS_SECONDS", 18) * 1000;
    do {
        struct fault fault = only != NULL ? faults_parse(only) : sample();

        faults_run(&fault);
    } while (only == NULL && stage_clock_ms() < end);
    faults_say();
    assert_int_equal(faults_wrong(), 0);
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
    char new_password[FAULTS_PASSWORD_SIZE];
    struct screen *t;
    enum claim claim;

    faults_invent_password(new_password);
    faults_configure(fault->line);
    t = faults_type_change(fault->phase, new_password);
    screen_send(t, SCREEN_ENTER);
    nanosleep(&wait, NULL);
    kill_directory_worker(t);
    claim = faults_wait_claim(t);
    faults_judge(t, fault, claim, new_password);
    stage_close(&stage);
}

static void test_a_worker_killed_at_any_moment_of_a_change(void **state)
{
    int64_t end = stage_clock_ms() + (int64_t)chance_setting("FAULTS_SECONDS", 18) * 250;

    (void)state;
    faults_forget();
    proxy_plan(faults_proxy(), &(struct proxy_fault){.action = PROXY_PASS});
    while (stage_clock_ms() < end) {
        struct fault fault = {.line = (enum fault_line)faults_random(LINES),
                              .phase = faults_random(2) == 0 ? PHASE_OWN : PHASE_SYSTEM};

        kill_during_change(&fault, faults_random(faults_random(2) == 0 ? 3000 : 40000));
    }
    faults_say();
    assert_int_equal(faults_wrong(), 0);
}

/* Nothing is lost with a worker that has nothing in hand. */
static void test_a_worker_killed_before_a_change(void **state)
{
    (void)state;
    faults_forget();
    proxy_plan(faults_proxy(), &(struct proxy_fault){.action = PROXY_PASS});
    for (int phase = PHASE_OWN; phase < PHASES; phase++) {
        struct fault fault = {.phase = (enum fault_phase)phase};
        char new_password[FAULTS_PASSWORD_SIZE];
        struct screen *t;
        enum claim claim;

        faults_invent_password(new_password);
        faults_configure(fault.line);
        t = faults_type_change(fault.phase, new_password);
        kill_directory_worker(t);
        screen_settle(t, STAGE_QUIET);
        screen_send(t, SCREEN_ENTER);
        claim = faults_wait_claim(t);
        faults_judge(t, &fault, claim, new_password);
        assert_int_equal(claim, CLAIM_CHANGED);
        stage_close(&stage);
    }
    assert_int_equal(faults_wrong(), 0);
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
