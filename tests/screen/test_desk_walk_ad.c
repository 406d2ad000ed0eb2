// SPDX-License-Identifier: MIT
/* A helpdesk's calls with Active Directory: a locked caller, and a forgotten password. */

#include <poll.h>
#include <unistd.h>

#include "ad_desk.h"
#include "desk_stage.h"
#include "walk.h"

#define VI (&walk_vietnamese)
#define CHOSEN "Xop#tim#48venh"

static struct desk_stage desk;

static void write_config(void)
{
    FILE *file = fopen(desk.stage.config, "we");

    assert_non_null(file);
    (void)fprintf(file,
                  "[ministry]\nname = Bộ Tư pháp\nhelpdesk = 024 1234 5678\nmax_age = none\n"
                  "trail = %s\n"
                  "[directory main]\nuri = %s\nkind = ad\nca_file = %s\n"
                  "base = " SAMBA_SUFFIX "\nperson = (sAMAccountName=%%u)\n"
                  "log_in_name = %%u@example.test\nrealm = EXAMPLE.TEST\nkdc = %s\n"
                  "name_attribute = displayName\nunit_attribute = department\n"
                  "login_attribute = sAMAccountName\nnote_attribute = comment\n"
                  "[helpdesk]\nprotected = CN=Domain Admins,CN=Users," SAMBA_SUFFIX "\n"
                  "verify = " DESK_CHECK "\n"
                  "[desk hanoi]\nname = " DESK_NAME "\ngroup = " HANOI "\nbase = " STAFF "\n",
                  desk.trail, samba.ldaps, samba.ca_file, samba.address);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    (void)state;
    ad_create(HAS_KERBEROS, "SKIPPED, a helpdesk's calls with Active Directory");
    if (missing != NULL)
        return 0;
    ad_desk_add();
    desk_stage_make_home(&desk);
    write_config();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (missing != NULL)
        return 0;
    desk_stage_remove(&desk);
    samba_remove(&samba);
    return 0;
}

static int close_programs(void **state)
{
    (void)state;
    if (missing == NULL)
        desk_stage_close(&desk);
    return 0;
}

/* The operator, on the card of `login` with the call recorded. */
static struct screen *on_card(const char *login, const char *title)
{
    struct screen *t = stage_open(&desk.stage, &stage_xterm);

    walk_enter(t, VI, "op", PASSWORD);
    walk_to_card(t, VI, login, title);
    return t;
}

static void test_locked(void **state)
{
    struct screen *t;
    struct screen *c;

    ad_begin(state);
    t = on_card("rlocked", "Lê Thị rlocked - Phòng Nghiệp vụ 3");
    stage_wait_sentence(t, VI->only_locked);
    walk_unlock(t, VI);
    screen_wait_gone(t, VI->locked, STAGE_WAIT);
    c = desk_stage_caller(&desk, &stage_xterm);
    walk_enter(c, VI, "rlocked", PASSWORD);
    desk_stage_verify(&desk);
}

static void test_forgotten(void **state)
{
    char temporary[WALK_PASSWORD_MAX + 1];
    struct screen *t;
    struct screen *c;

    ad_begin(state);
    t = on_card("rfine", "Lê Thị rfine - Phòng Nghiệp vụ 3");
    walk_choose(t, VI, (const char *[]){VI->own, NULL});
    walk_reset(t, VI, 1, VI->set);
    walk_read(t, VI, temporary);
    (void)poll(NULL, 0, 1100);
    c = desk_stage_caller(&desk, &stage_xterm);
    walk_first_log_in(c, VI, "rfine", temporary, CHOSEN);
    stage_wait_sentence(c, "đã được " DESK_NAME " đặt lại lúc");
    walk_wait_changed(t, VI, 1);
    desk_stage_close(&desk);
    desk_stage_verify(&desk);
    desk_stage_assert_nowhere(&desk, (const char *[]){temporary}, 1);
}

/* An administrator among the staff is found and looked at, and nothing else. */
static void test_protected(void **state)
{
    struct screen *t;

    ad_begin(state);
    t = stage_open(&desk.stage, &stage_xterm);
    walk_enter(t, VI, "op", PASSWORD);
    walk_find(t, VI, "chief");
    walk_open(t, "chief", "Lê Thị chief - Phòng Nghiệp vụ 3");
    stage_wait_sentence(t, "Người này được bảo vệ");
    assert_false(screen_has(t, "F7 "));
    screen_send(t, SCREEN_F(7));
    screen_settle(t, 200);
    assert_true(screen_has(t, "Lê Thị chief - Phòng Nghiệp vụ 3"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_locked, close_programs),
        cmocka_unit_test_teardown(test_forgotten, close_programs),
        cmocka_unit_test_teardown(test_protected, close_programs),
    };

    return cmocka_run_group_tests_name("a helpdesk of Active Directory", tests, set_up, tear_down);
}
