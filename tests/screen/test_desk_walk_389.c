// SPDX-License-Identifier: MIT
/* A helpdesk's calls with 389 Directory Server: a locked caller, and a forgotten password. */

#include <poll.h>
#include <unistd.h>

#include "desk_stage.h"
#include "ds_desk.h"
#include "walk.h"

#define VI (&walk_vietnamese)
#define CHOSEN "Xop#tim#48venh"

static struct desk_stage desk;
static struct ds389 server;
static bool missing;

static void write_config(void)
{
    FILE *file = fopen(desk.stage.config, "we");

    assert_non_null(file);
    (void)fprintf(file,
                  "[ministry]\nname = Bộ Tư pháp\nhelpdesk = 024 1234 5678\ntrail = %s\n"
                  "[directory main]\nuri = %s\nca_file = %s\nbase = " SUFFIX "\n"
                  "person = %s\ndefault_policy = cn=config\n"
                  "login_attribute = uid\nnote_attribute = description\n"
                  "[helpdesk]\nprotected = " ADMINS "\nverify = " DESK_CHECK "\n"
                  "[desk hanoi]\nname = " DESK_NAME "\ngroup = " HANOI "\nbase = " PEOPLE "\n",
                  desk.trail, server.ldaps, server.ca_file, BY_FILTER);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    static char config[sizeof ds_config + sizeof ds_desk_policy];

    (void)state;
    missing = !ds389_is_installed();
    if (missing) {
        print_message("# SKIPPED, a helpdesk's calls with 389 Directory Server: it is not "
                      "installed\n");
        return 0;
    }
    (void)snprintf(config, sizeof config, "%s%s", ds_config, ds_desk_policy);
    ds389_create(&server, SUFFIX, ds_desk_ldif, config);
    desk_stage_make_home(&desk);
    write_config();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (missing)
        return 0;
    desk_stage_remove(&desk);
    ds389_remove(&server);
    return 0;
}

static int close_programs(void **state)
{
    (void)state;
    if (!missing)
        desk_stage_close(&desk);
    return 0;
}

/* The operator, on the card of `login` with the call recorded. */
static struct screen *on_card(void **state, const char *login, const char *title)
{
    struct screen *t;

    (void)state;
    if (missing)
        skip();
    t = stage_open(&desk.stage, &stage_xterm);
    walk_enter(t, VI, "op", PASSWORD);
    walk_to_card(t, VI, login, title);
    return t;
}

static void test_locked(void **state)
{
    struct screen *t = on_card(state, "rtimed", "Le Thi rtimed - Phong Nghiep vu");
    struct screen *c;

    stage_wait_sentence(t, VI->only_locked);
    walk_unlock(t, VI);
    screen_wait_gone(t, VI->locked, STAGE_WAIT);
    c = desk_stage_caller(&desk, &stage_xterm);
    walk_enter(c, VI, "rtimed", PASSWORD);
    desk_stage_verify(&desk);
}

static void test_forgotten(void **state)
{
    char temporary[WALK_PASSWORD_MAX + 1];
    struct screen *t = on_card(state, "rfine", "Le Thi rfine - Phong Nghiep vu");
    struct screen *c;

    walk_choose(t, VI, (const char *[]){VI->own, NULL});
    walk_reset(t, VI, 1, VI->set);
    walk_read(t, VI, temporary);
    (void)poll(NULL, 0, 1100);
    c = desk_stage_caller(&desk, &stage_xterm);
    walk_first_log_in(c, VI, "rfine", temporary, CHOSEN);
    stage_wait_sentence(c, "đã được " DESK_NAME " đặt lại lúc");
    walk_wait_changed(t, VI, 1);
    assert_true(ds389_binds(&server, PERSON_DN("rfine"), CHOSEN));
    desk_stage_close(&desk);
    desk_stage_verify(&desk);
    desk_stage_assert_nowhere(&desk, (const char *[]){temporary}, 1);
}

/* Where the policy does not demand a change, the operator is told. */
static void test_a_lasting_password(void **state)
{
    char temporary[WALK_PASSWORD_MAX + 1];
    struct screen *t = on_card(state, "rlax", "Le Thi rlax - Phong Nghiep vu");

    walk_choose(t, VI, (const char *[]){VI->own, NULL});
    walk_reset(t, VI, 1, "đã đặt, nhưng KHÔNG bắt buộc đổi");
    walk_read(t, VI, temporary);
    assert_true(ds389_binds(&server, PERSON_DN("rlax"), temporary));
    desk_stage_verify(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_locked, close_programs),
        cmocka_unit_test_teardown(test_forgotten, close_programs),
        cmocka_unit_test_teardown(test_a_lasting_password, close_programs),
    };

    return cmocka_run_group_tests_name("a helpdesk of 389", tests, set_up, tear_down);
}
