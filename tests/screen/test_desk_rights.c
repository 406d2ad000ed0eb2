/* SPDX-License-Identifier: MIT */

/*
 * Operators whose server gives them less than they need: what cannot be done is said, and what is
 * not demanded of the caller is said loudly.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "desk_stage.h"
#include "walk.h"

#define VI (&walk_vietnamese)

static struct desk_stage desk;

/* A new password may be set, and nobody may demand that it be changed, nor unlock anybody. */
static const char less[] = "access to attrs=pwdReset,pwdAccountLockedTime\n"
                           "  by group.exact=\"cn=helpdesk,ou=groups," STAGE_MAIN "\" read\n"
                           "  by * +0 break\n";

static int prepare(void **state)
{
    (void)state;
    desk_stage_prepare(&desk, "write", less);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    desk_stage_remove(&desk);
    return 0;
}

static int fresh(void **state)
{
    (void)state;
    desk_stage_reset(&desk);
    return 0;
}

static int close_programs(void **state)
{
    (void)state;
    desk_stage_close(&desk);
    return 0;
}

static void test_no_right_to_unlock(void **state)
{
    struct screen *t = stage_open(&desk.stage, &stage_xterm);

    (void)state;
    walk_enter(t, VI, "trucban", STAGE_PASSWORD);
    walk_find(t, VI, "nguyenvanan");
    walk_open(t, "nguyenvanan ", "Nguyễn Văn An - Phòng Nghiệp vụ 1");
    walk_call(t, VI, "bị khoá");
    screen_send(t, SCREEN_F(5));
    stage_wait_sentence(t, "Bạn không có quyền mở khoá tài khoản này");
    assert_false(stage_has_sentence(t, VI->unlocked));
    assert_int_equal(
        slapd_count(&desk.stage.main, DESK_PERSON("nguyenvanan"), "pwdAccountLockedTime"), 1);
    desk_stage_wait_line(&desk, (const char *[]){"\"act\":\"unlock\"", "\"step\":\"outcome\"",
                                                 "\"outcome\":\"MK_NO_RIGHT\"", NULL});
}

/*
 * Either nothing is set, and that is said; or it is, and the operator is told that it may stay as
 * it is. In no case is it called one that must be changed.
 */
static void test_no_right_to_demand_the_change(void **state)
{
    struct screen *t = stage_open(&desk.stage, &stage_xterm);
    char temporary[WALK_PASSWORD_MAX + 1];
    int64_t end;

    (void)state;
    walk_enter(t, VI, "trucban", STAGE_PASSWORD);
    walk_to_card(t, VI, "maitoan", "Mai Văn Toàn - Phòng Nghiệp vụ 2");
    walk_choose(t, VI, (const char *[]){VI->own, NULL});
    screen_send(t, SCREEN_F(7));
    end = stage_clock_ms() + STAGE_WAIT;
    while (!screen_has(t, "CHƯA làm: ") && !screen_has(t, "KHÔNG bắt buộc đổi")) {
        if (stage_clock_ms() >= end)
            stage_fail(t, "nothing is told");
        screen_settle(t, 10);
    }
    screen_settle(t, STAGE_QUIET);
    assert_false(screen_has(t, VI->set));
    assert_int_equal(slapd_count(&desk.stage.main, DESK_PERSON("maitoan"), "pwdReset"), 0);
    if (screen_has(t, "CHƯA làm: ")) {
        print_message("# nothing was set\n");
        assert_true(slapd_binds(&desk.stage.main, DESK_PERSON("maitoan"), STAGE_PASSWORD));
    } else {
        print_message("# set, and it may stay\n");
        stage_wait_sentence(t, "máy chủ KHÔNG bắt buộc đổi mật khẩu này");
        walk_read(t, VI, temporary);
        assert_true(slapd_binds(&desk.stage.main, DESK_PERSON("maitoan"), temporary));
    }
    desk_stage_verify(&desk);
}

#define WALK(test) cmocka_unit_test_setup_teardown(test, fresh, close_programs)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WALK(test_no_right_to_unlock),
        WALK(test_no_right_to_demand_the_change),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
