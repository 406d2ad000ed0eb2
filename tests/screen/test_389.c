// SPDX-License-Identifier: MIT
/* 389 Directory Server on the screen: what it refuses, and what somebody else did meanwhile. */

#include <unistd.h>

#include "ds.h"
#include "stage.h"

#define TABLE "Tài khoản đăng nhập của Bộ"

static struct stage stage;
static struct ds389 server;
static bool missing;

static void write_config(void)
{
    FILE *file = fopen(stage.config, "we");

    assert_non_null(file);
    (void)fprintf(file,
                  "[ministry]\nname = Bộ Tư pháp\n"
                  "[directory main]\nuri = %s\nca_file = %s\nbase = " SUFFIX "\n"
                  "person = %s\n"
                  "[system mail]\nname = Thư điện tử\n"
                  "account = (&(objectClass=account)(seeAlso=%%d)(host=unsure))\n"
                  "[system cases]\nname = Thụ lý án\n"
                  "account = (&(objectClass=account)(seeAlso=%%d)(host=locked))\n",
                  server.ldaps, server.ca_file, BY_FILTER);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    (void)state;
    missing = !ds389_is_installed();
    if (missing) {
        print_message("# SKIPPED, the screens with 389 Directory Server: it is not installed\n");
        return 0;
    }
    ds389_create(&server, SUFFIX, ds_ldif, ds_config);
    stage_make_home(&stage);
    write_config();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (missing)
        return 0;
    stage_remove(&stage);
    ds389_remove(&server);
    return 0;
}

static int close_program(void **state)
{
    (void)state;
    if (!missing)
        stage_close(&stage);
    return 0;
}

/* Refused by the server for a rule that this machine does not know, then made. */
static void must_change(void **state)
{
    struct screen *t;
    long mark;

    (void)state;
    if (missing)
        skip();
    ds389_set(&server, "cn=config", "passwordMinSpecials", "2");
    mark = ds389_mark(&server);
    t = stage_open(&stage, &stage_xterm);
    stage_log_in(t, "refused", PASSWORD);
    stage_wait_sentence(t, "Mật khẩu này do người khác cấp, vì vậy bạn phải đổi sang mật khẩu của "
                           "riêng mình trước khi tiếp tục.");
    stage_change(t, NULL, "Xoptim48venh");
    stage_wait_sentence(t, "Mật khẩu mới: máy chủ yêu cầu nhiều loại ký tự hơn. Chưa có gì thay "
                           "đổi; hãy chọn mật khẩu có cả chữ hoa, chữ thường, chữ số và ký hiệu.");
    stage_change(t, NULL, "Xop#tim#48venh");
    stage_wait_row(t, TABLE, "90 ngày");
    ds389_set(&server, "cn=config", "passwordMinSpecials", "0");
    assert_true(ds389_binds(&server, PERSON_DN("refused"), "Xop#tim#48venh"));
    assert_int_equal(ds389_operations(&server, mark, "BIND", "uid=refused"), 1);
    assert_int_equal(ds389_operations(&server, mark, "EXT", "passwd_modify"), 2);
    assert_int_equal(ds389_operations(&server, mark, "MOD", ""), 1);
    assert_int_equal(ds389_failed_binds(&server, mark), 0);
}

/* The password that was right at the log-in is not any more. */
static void changed_elsewhere(void **state)
{
    struct worker elsewhere;
    struct screen *t;

    (void)state;
    if (missing)
        skip();
    t = stage_open(&stage, &stage_xterm);
    stage_enter(t, "wrong", PASSWORD);
    elsewhere = ds_login(&server, "wrong");
    assert_int_equal(worker_change(&elsewhere, MK_PERSON, PASSWORD, NEW_PASSWORD).outcome.result,
                     MK_OK);
    assert_int_equal(worker_stop(&elsewhere), 0);
    stage_choose(t, TABLE);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Nhập lại mật khẩu mới", STAGE_WAIT);
    stage_change(t, NULL, "Xop#tim#48venh");
    stage_wait_sentence(t, "Mật khẩu này đã được đổi ở nơi khác sau khi bạn đăng nhập. Ở đây chưa "
                           "có gì thay đổi. Nếu chính bạn đã đổi, hãy nhập mật khẩu mới nhất vào ô "
                           "mật khẩu hiện tại; nếu không, hãy gọi ngay bộ phận hỗ trợ.");
    assert_false(stage_has_sentence(t, "Hệ thống này có mật khẩu riêng."));
    assert_true(ds389_binds(&server, PERSON_DN("wrong"), NEW_PASSWORD));
}

/* A date that has passed is due also where nobody can tell whether a log-in is left. */
static void passed_date(void **state)
{
    struct screen *t;

    (void)state;
    if (missing)
        skip();
    t = stage_open(&stage, &stage_xterm);
    stage_enter(t, "an", PASSWORD);
    stage_wait_row(t, "Thư điện tử", "quá hạn");
    stage_wait_row(t, "Thụ lý án", "bị khoá");
    screen_send(t, SCREEN_F(5));
    screen_wait(t, "Đã chọn 1 mật khẩu đến hạn", STAGE_WAIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(must_change, close_program),
        cmocka_unit_test_teardown(changed_elsewhere, close_program),
        cmocka_unit_test_teardown(passed_date, close_program),
    };

    return cmocka_run_group_tests_name("389 on the screen", tests, set_up, tear_down);
}
