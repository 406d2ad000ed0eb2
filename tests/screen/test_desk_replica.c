/* SPDX-License-Identifier: MIT */

/*
 * A directory with a server that takes changes and one that follows it, as a helpdesk sees it: each
 * counts wrong passwords for itself, and locks for itself.
 */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "desk_stage.h"
#include "walk.h"

#define VI (&walk_vietnamese)
#define TRIES 5

static struct desk_stage desk;

static int prepare(void **state)
{
    (void)state;
    desk_stage_prepare(&desk, "manage", NULL);
    desk_stage_add_replica(&desk);
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
    slapd_wait_replica(&desk.stage.main, &desk.replica);
    return 0;
}

static struct screen *operator_at(const char *login)
{
    struct screen *t = stage_open(&desk.stage, &stage_xterm);

    walk_enter(t, VI, login, STAGE_PASSWORD);
    return t;
}

static bool is_locked(const struct slapd *server, const char *dn)
{
    return slapd_count(server, dn, "pwdAccountLockedTime") > 0;
}

static void lock_on_replica(const char *dn)
{
    for (int i = 0; i < TRIES; i++)
        assert_false(slapd_binds(&desk.replica, dn, "Sai#mat+khau1"));
    assert_true(is_locked(&desk.replica, dn));
    assert_false(is_locked(&desk.stage.main, dn));
}

/* Shown where it is, and gone where it was; the password stays. */
static void test_locked_on_one(void **state)
{
    int64_t end = stage_clock_ms() + STAGE_WAIT;
    struct screen *t;

    (void)state;
    lock_on_replica(DESK_PERSON("lehoangcuong"));
    t = operator_at("trucban");
    walk_find(t, VI, "lehoangcuong");
    walk_open(t, "lehoangcuong", "Lê Hoàng Cường - Văn phòng");
    stage_wait_sentence(t, VI->only_locked);
    /* One of both is locked, and the other one is not. */
    screen_wait(t, "khoá trên ", STAGE_WAIT);
    walk_wait_count(t, "không khoá", 1);
    walk_wait_count(t, VI->locked, 1);
    walk_call(t, VI, "bị khoá");
    walk_unlock(t, VI);
    screen_wait_gone(t, VI->locked, STAGE_WAIT);
    walk_wait_count(t, "đã mở khoá", 2);
    while (is_locked(&desk.replica, DESK_PERSON("lehoangcuong")))
        assert_true(stage_clock_ms() < end);
    assert_true(slapd_binds(&desk.replica, DESK_PERSON("lehoangcuong"), STAGE_PASSWORD));
    desk_stage_verify(&desk);
}

/* A server that does not answer hides nothing of the other one, and is not called unlocked. */
static void test_one_is_silent(void **state)
{
    struct screen *t;

    (void)state;
    stage_replace(&desk.stage, "warn = 14 days", "warn = 14 days\ndeadline = 4 seconds");
    t = operator_at("trucban");
    slapd_pause(&desk.replica);
    walk_find(t, VI, "nguyenvanan");
    walk_open(t, "nguyenvanan ", "Nguyễn Văn An - Phòng Nghiệp vụ 1");
    screen_wait(t, VI->locked, STAGE_WAIT);
    screen_wait(t, "chưa rõ", STAGE_WAIT);
    walk_call(t, VI, "bị khoá");
    screen_send(t, SCREEN_F(5));
    screen_wait(t, "đã mở khoá", STAGE_WAIT);
    assert_false(is_locked(&desk.stage.main, DESK_PERSON("nguyenvanan")));
    assert_int_equal(walk_count(t, " đã mở khoá"), 1);
}

/* After a reset the lock of the follower is gone as well: the caller gets in everywhere. */
static void test_reset_of_one_locked_there(void **state)
{
    char temporary[WALK_PASSWORD_MAX + 1];
    int64_t end;
    struct screen *t;

    (void)state;
    lock_on_replica(DESK_PERSON("tranthihoa"));
    t = operator_at("trucban");
    walk_to_card(t, VI, "tranthihoa", "Trần Thị Hoà - Phòng Nghiệp vụ 2");
    walk_choose(t, VI, (const char *[]){VI->own, NULL});
    walk_reset(t, VI, 1, VI->set);
    walk_read(t, VI, temporary);
    end = stage_clock_ms() + STAGE_WAIT;
    while (is_locked(&desk.replica, DESK_PERSON("tranthihoa")))
        assert_true(stage_clock_ms() < end);
    assert_true(slapd_binds(&desk.replica, DESK_PERSON("tranthihoa"), temporary));
    assert_true(slapd_binds(&desk.stage.main, DESK_PERSON("tranthihoa"), temporary));
    desk_stage_verify(&desk);
}

#define WALK(test) cmocka_unit_test_setup_teardown(test, fresh, close_programs)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WALK(test_locked_on_one),
        WALK(test_one_is_silent),
        WALK(test_reset_of_one_locked_there),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
