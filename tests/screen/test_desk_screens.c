/* SPDX-License-Identifier: MIT */

/*
 * The helpdesk's screens of the real program, in what all screens have in common: windows of any
 * size, pastes, damaged bytes, a terminal without UTF-8, being left alone. What they say of a
 * caller is tested without a server (tests/unit/test_desk_screens.c).
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "desk_stage.h"

#define FIND "Ai đang gọi?"
#define CARD "F10 Gác máy"
#define CALL "Đã xác minh người gọi bằng cách nào?"

static struct desk_stage desk;

/* The server shows nobody more than so many: whoever has more hits must be told. */
static int prepare(void **state)
{
    (void)state;
    desk_stage_prepare(&desk, "manage", "limits users size=8\n");
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

static struct screen *to_find(const char *typed)
{
    struct screen *t = desk_stage_operator(&desk, &stage_xterm, "trucban");

    screen_wait(t, "F8 Hỗ trợ", STAGE_WAIT);
    screen_send(t, SCREEN_F(8));
    screen_wait(t, FIND, STAGE_WAIT);
    screen_send(t, typed);
    return t;
}

static struct screen *to_card(const char *login)
{
    struct screen *t = to_find(login);

    screen_wait(t, "Enter Mở thẻ", STAGE_WAIT);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, CARD, STAGE_WAIT);
    screen_wait_gone(t, "đang đọc...", STAGE_WAIT);
    return t;
}

static void test_more_than_the_server_shows(void **state)
{
    struct screen *t = to_find("hanoi");

    (void)state;
    screen_wait(t, "Không tìm thấy ai", STAGE_WAIT);
    screen_send(t, SCREEN_CLEAR "th");
    stage_wait_sentence(t, "này: hãy gõ thêm, ví dụ một phần họ tên hoặc tên đăng nhập.");
    screen_send(t, "i d");
    screen_wait(t, "phamthidung", STAGE_WAIT);
    screen_wait_gone(t, "hãy gõ thêm", STAGE_WAIT);
}

static void assert_window(struct screen *t, int rows, int columns, const char *text)
{
    screen_resize(t, rows, columns);
    screen_wait(t, text, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    if (strstr(screen_row(t, rows - 1), "F1 Trợ giúp") == NULL)
        stage_fail(t, "No footer.");
}

static void test_windows(void **state)
{
    struct screen *t = to_card("nguyenvanan2");

    (void)state;
    assert_window(t, 16, 60, DESK_MAIL);
    assert_window(t, 40, 120, DESK_CASES);
    /* Nothing can be pressed unseen. */
    screen_resize(t, 15, 59);
    screen_wait(t, "Cửa sổ quá nhỏ", STAGE_WAIT);
    screen_send(t, SCREEN_F(10) SCREEN_F(3));
    screen_settle(t, 200);
    screen_resize(t, 24, 80);
    screen_wait(t, CARD, STAGE_WAIT);
    screen_send(t, SCREEN_F(3));
    screen_wait(t, CALL, STAGE_WAIT);
    assert_window(t, 16, 60, "Người gọi cần gì?");
    assert_window(t, 24, 80, CALL);
    screen_send(t, "1" SCREEN_ENTER "quen mat khau" SCREEN_ENTER);
    screen_wait(t, "Xác minh: " DESK_CHECK, STAGE_WAIT);
    screen_send(t, SCREEN_F(7));
    screen_wait(t, "Space Chọn", STAGE_WAIT);
    assert_window(t, 16, 60, DESK_MAIL);
    assert_window(t, 24, 80, DESK_MAIL);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, CARD, STAGE_WAIT);
}

static void test_pastes_and_damaged_bytes(void **state)
{
    struct screen *t = to_find(SCREEN_PASTE("nguyen\rvan\tan 2000") "\377\300");

    (void)state;
    screen_wait(t, "[nguyenvanan 2000", STAGE_WAIT);
    screen_send(t, SCREEN_CLEAR "nguyenvanan2");
    screen_wait(t, "Enter Mở thẻ", STAGE_WAIT);
    screen_send(t, SCREEN_PASTE("\r\r"));
    screen_settle(t, 200);
    assert_true(screen_has(t, FIND));
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "F3 Cuộc gọi", STAGE_WAIT);
    screen_send(t, SCREEN_F(3));
    screen_wait(t, CALL, STAGE_WAIT);
    /* A number that is pasted chooses nothing, and no line end records anything. */
    screen_send(t, SCREEN_PASTE("1 mat khau\rdau?\r"));
    screen_wait(t, "[1 mat khaudau?", STAGE_WAIT);
    screen_settle(t, 200);
    assert_false(screen_has(t, "[x]"));
    screen_send(t, SCREEN_TAB "2" SCREEN_PASTE("\r"));
    screen_wait(t, "[x] 2", STAGE_WAIT);
    screen_settle(t, 200);
    assert_true(screen_has(t, CALL));
    screen_escape(t);
    screen_wait(t, CARD, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    assert_true(screen_has(t, "chưa ghi thì chưa làm được gì"));
}

static void test_without_diacritics(void **state)
{
    struct screen *t = stage_open(&desk.stage, &stage_vt100);

    (void)state;
    screen_wait(t, "Ten dang nhap", STAGE_WAIT);
    screen_send(t, "trucban" SCREEN_ENTER STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "F8 Ho tro", STAGE_WAIT);
    screen_send(t, SCREEN_F(8));
    screen_wait(t, "Ai dang goi?", STAGE_WAIT);
    screen_send(t, "caothian");
    screen_wait(t, "Cao Thi An", STAGE_WAIT);
    screen_wait(t, "Enter Mo the", STAGE_WAIT);
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, "Chi bi khoa: mo khoa la du, khong can dat lai mat khau.");
    screen_settle(t, STAGE_QUIET);
    for (const char *c = screen_text(t); *c != '\0'; c++)
        if ((unsigned char)*c > '~')
            stage_fail(t, "A letter beyond ASCII.");
}

/* The way back, and nothing of the caller left behind. */
static void test_the_way_back(void **state)
{
    struct screen *t = to_card("nguyenvanan2");

    (void)state;
    screen_escape(t);
    screen_wait(t, FIND, STAGE_WAIT);
    screen_wait(t, "200185", STAGE_WAIT);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    screen_send(t, SCREEN_F(8));
    screen_wait(t, FIND, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    assert_false(screen_has(t, "nguyenvanan2"));
    screen_escape(t);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
}

static void test_left_alone(void **state)
{
    struct screen *t;

    (void)state;
    stage_replace(&desk.stage, "warn = 14 days\n", "warn = 14 days\nidle = 4 seconds\n");
    t = to_card("nguyenvanan2");
    screen_send(t, SCREEN_F(3));
    screen_wait(t, CALL, STAGE_WAIT);
    screen_wait(t, "Đã tự đăng xuất", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    assert_true(screen_has(t, "Tên đăng nhập"));
    assert_false(screen_has(t, "Nguyễn Văn An"));
}

#define DESK_TEST(test) cmocka_unit_test_setup_teardown(test, fresh, close_programs)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(test_more_than_the_server_shows),
        DESK_TEST(test_windows),
        DESK_TEST(test_pastes_and_damaged_bytes),
        DESK_TEST(test_without_diacritics),
        DESK_TEST(test_the_way_back),
        DESK_TEST(test_left_alone),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
