/* SPDX-License-Identifier: MIT */

/*
 * One part of the sweep that tests/faults runs: every byte of a log-in, of a change of the log-in's
 * own password and of a change of a system's, with every fault, over a line in clear text; of a
 * line with TLS, every SWEEP_TLS_STEPth.
 *
 *     SWEEP_PART=3 SWEEP_PARTS=16 sweep_faults      what falls to the part 3 of 0..15
 *     SWEEP_LIST=FILE sweep_faults                  what the file names, a line each
 *
 * A fault that contradicts is named, and the counts follow: faults_say_table().
 */

#include <signal.h>

#include "chance.h"
#include "common.h"
#include "faults.h"

#define DEADLINE_SECONDS 1
#define SWEEP_TLS_STEP 16

static unsigned part;
static unsigned parts;
static unsigned number; /* of the fault, over all parts */

/* tests/faults was interrupted: the servers are removed at exit. */
static void leave(int signal_number)
{
    (void)signal_number;
    exit(EXIT_FAILURE);
}

static int prepare_sweep(void **state)
{
    (void)signal(SIGTERM, leave);
    part = (unsigned)chance_setting("SWEEP_PART", 0);
    parts = (unsigned)chance_setting("SWEEP_PARTS", 1);
    prepare(state);
    faults_prepare(&stage, part + 1, DEADLINE_SECONDS);
    faults_leave_second_out();
    return 0;
}

static int clear_sweep(void **state)
{
    faults_clear();
    return clear(state);
}

/* By lot, so that no part gets all that take long. */
static void run_my_part(const struct fault *fault)
{
    uint64_t lot = number++;

    if (chance_below(&lot, parts) == part)
        faults_run(fault);
}

static void sweep_byte(struct fault fault)
{
    static const enum proxy_action actions[] = {PROXY_FIN, PROXY_RST, PROXY_STALL, PROXY_FLIP};

    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        fault.cut.action = actions[i];
        fault.cut.lasting = false;
        run_my_part(&fault);
        /* Once more with a server that stays away, where the claim is about a change. */
        fault.cut.lasting = true;
        if (fault.phase != PHASE_LOG_IN && fault.cut.action != PROXY_FLIP)
            run_my_part(&fault);
    }
}

static void sweep(enum fault_line line, size_t step)
{
    struct fault fault = {.line = line};

    for (int phase = PHASES - 1; phase >= 0; phase--)
        for (int side = 0; side < PROXY_SIDES; side++) {
            fault.phase = (enum fault_phase)phase;
            fault.cut.side = (enum proxy_side)side;
            for (size_t at = 0; at < faults_length(line, fault.phase, fault.cut.side); at += step) {
                fault.cut.at = at;
                sweep_byte(fault);
            }
        }
}

static void run_list(const char *path)
{
    FILE *file = fopen(path, "re");
    char text[80];

    assert_non_null(file);
    while (fgets(text, sizeof text, file) != NULL) {
        struct fault fault = faults_parse(text);

        faults_run(&fault);
    }
    fclose(file);
}

static void test_every_byte(void **state)
{
    const char *list = getenv("SWEEP_LIST");

    (void)state;
    if (list != NULL) {
        run_list(list);
    } else {
        faults_measure(LINE_CLEAR);
        faults_measure(LINE_TLS);
        sweep(LINE_CLEAR, 1);
        sweep(LINE_TLS, SWEEP_TLS_STEP);
        print_message("# faults %u\n", number);
    }
    faults_say_table();
    assert_int_equal(faults_wrong(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {SCREEN_TEST(test_every_byte)};

    return cmocka_run_group_tests(tests, prepare_sweep, clear_sweep);
}
