/* SPDX-License-Identifier: MIT */

/*
 * Fifty temporary passwords, made, set and read out one after the other; and what an operator may
 * type by mistake. Nothing of any of them is left anywhere.
 */

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "desk_stage.h"
#include "memory.h"
#include "walk.h"

#define VI (&walk_vietnamese)
#define CANARIES 50
#define MISTAKE "Qx7-vuonCam+5" /* a password, typed where a name belongs */

static struct desk_stage desk;
static char canary[CANARIES][WALK_PASSWORD_MAX + 1];
static int canaries;

static int prepare(void **state)
{
    (void)state;
    desk_stage_prepare(&desk, "manage", NULL);
    stage_log_operations(&desk.stage);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    desk_stage_remove(&desk);
    return 0;
}

static int close_programs(void **state)
{
    (void)state;
    desk_stage_close(&desk);
    return 0;
}

#ifndef SANITIZED
static int count_all(const char *bytes, size_t size)
{
    int count = 0;

    for (int i = 0; i < canaries; i++)
        for (const char *at = bytes;
             (at = memmem(at, size - (size_t)(at - bytes), canary[i], strlen(canary[i]))) != NULL;
             at++)
            count++;
    return count;
}
#endif

/* The program and every worker of it. */
static int count_in_memory(struct screen *t)
{
#ifdef SANITIZED
    (void)t;
    print_message("# memory is not searched: a sanitizer keeps what was freed\n");
    return 0;
#else
    pid_t pids[17];
    int count = 1 + stage_children(screen_pid(t), pids + 1, 16);
    int sum = 0;

    pids[0] = screen_pid(t);
    for (int i = 0; i < count && i < 17; i++) {
        int found = memory_count(pids[i], WALK_PASSWORD_MAX, count_all);

        if (found > 0)
            print_message("# process %d of %d: %d copies\n", i, count, found);
        sum += found > 0 ? found : 0;
    }
    return sum;
#endif
}

static void make_one(struct screen *t)
{
    char *mine = canary[canaries];

    /* Two resets in one second are taken for those of two operators. */
    (void)poll(NULL, 0, 1100);
    walk_choose(t, VI, (const char *[]){VI->own, NULL});
    walk_reset(t, VI, 1, VI->set);
    walk_read(t, VI, mine);
    for (int i = 0; i < canaries; i++)
        assert_string_not_equal(canary[i], mine);
    canaries++;
    screen_send(t, "x");
    screen_wait(t, VI->show, STAGE_WAIT);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, "Dương Văn Quý - Kế toán", STAGE_WAIT);
}

static void test_fifty_passwords(void **state)
{
    struct screen *t = stage_open(&desk.stage, &stage_xterm);
    const char *all[CANARIES];

    (void)state;
    walk_enter(t, VI, "trucban", STAGE_PASSWORD);
    walk_to_card(t, VI, "duongvanquy", "Dương Văn Quý - Kế toán");
    while (canaries < CANARIES) {
        make_one(t);
        all[canaries - 1] = canary[canaries - 1];
    }
    /* The last one is the one that holds. */
    assert_true(slapd_binds(&desk.stage.main, DESK_PERSON("duongvanquy"), canary[CANARIES - 1]));
    screen_settle(t, STAGE_QUIET);
    assert_int_equal(count_in_memory(t), 0);
    desk_stage_close(&desk);
    desk_stage_verify(&desk);
    desk_stage_assert_nowhere(&desk, all, CANARIES);
}

/* What is typed to find somebody is a name, or a password by mistake: it is not written down. */
static void test_a_password_typed_as_a_name(void **state)
{
    struct screen *t = stage_open(&desk.stage, &stage_xterm);
    char *trail;

    (void)state;
    walk_enter(t, VI, "trucban", STAGE_PASSWORD);
    walk_find(t, VI, MISTAKE);
    stage_wait_sentence(t, "Không tìm thấy ai.");
    screen_send(t, SCREEN_ENTER);
    screen_settle(t, STAGE_QUIET);
    screen_send(t, SCREEN_CLEAR "vuthilan");
    walk_open(t, "vuthilan", "Vũ Thị Lan - Kế toán");
    desk_stage_wait_line(&desk, (const char *[]){"\"act\":\"look\"", "\"vuthilan\"", NULL});
    trail = desk_stage_trail(&desk);
    assert_null(strstr(trail, MISTAKE));
    assert_null(strstr(trail, "vuonCam"));
    free(trail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_fifty_passwords, close_programs),
        cmocka_unit_test_teardown(test_a_password_typed_as_a_name, close_programs),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
