/* SPDX-License-Identifier: MIT */

/* F4: passwords that are made up for those who have no idea of their own. */

#include "common.h"

#define STATS "Báo cáo thống kê"
#define PROPOSALS 6
#define PROPOSAL_MAX 64
#define RETYPE "Bây giờ hãy gõ lại mật khẩu đã chọn. Phím F2 cho xem lại."

static struct screen *open_change(const char *login)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    stage_enter(t, login, STAGE_PASSWORD);
    stage_choose(t, STATS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    screen_send(t, STAGE_SYSTEM_PASSWORD SCREEN_TAB);
    return t;
}

/* Whether `marked` is the number of the marked one, and what they are. */
static void read_list(struct screen *t, char list[PROPOSALS][PROPOSAL_MAX], int marked)
{
    stage_wait_sentence(t, "Độ mạnh của mỗi mật khẩu: rất mạnh, ");
    for (int i = 0; i < PROPOSALS; i++) {
        char start[16];
        int y;

        snprintf(start, sizeof start, "   %c %d  ", i + 1 == marked ? '>' : ' ', i + 1);
        screen_wait(t, start, STAGE_WAIT);
        y = screen_find(t, start);
        assert_int_equal(sscanf(screen_row(t, y) + strlen(start), "%63s", list[i]), 1);
        assert_in_range(strlen(list[i]), 8, 32); /* what the field shows at once */
    }
}

static void test_a_chosen_one_is_typed_once_more(void **state)
{
    struct screen *t = open_change("hoangthiem");
    char list[PROPOSALS][PROPOSAL_MAX];
    char shown[PROPOSAL_MAX + 2];

    (void)state;
    screen_send(t, SCREEN_F(4));
    read_list(t, list, 1);
    for (int i = 0; i < PROPOSALS; i++)
        for (int k = 0; k < i; k++)
            assert_string_not_equal(list[i], list[k]);
    screen_wait(t, "Enter Chọn  F4 Gợi ý khác  Esc Quay lại", STAGE_WAIT);
    screen_send(t, "3");
    stage_wait_sentence(t, RETYPE);
    snprintf(shown, sizeof shown, "[%s ", list[2]);
    screen_wait(t, shown, STAGE_WAIT);
    screen_wait(t, "Độ mạnh: ", STAGE_WAIT);
    /* Nothing is sent before it has been typed. */
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, "Hai lần nhập mật khẩu mới phải giống nhau. Xin nhập lại.");
    screen_send(t, list[2]);
    screen_wait(t, "]  khớp", STAGE_WAIT);
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, STATS ": đã đổi mật khẩu");
    assert_true(slapd_binds(&stage.main, STAGE_ACCOUNT("stats", "hoangthiem"), list[2]));
}

static void test_arrows_and_enter(void **state)
{
    struct screen *t = open_change("phanthihanh");
    char list[PROPOSALS][PROPOSAL_MAX];
    char shown[PROPOSAL_MAX + 2];

    (void)state;
    screen_send(t, SCREEN_F(4));
    read_list(t, list, 1);
    screen_send(t, SCREEN_UP SCREEN_DOWN SCREEN_DOWN SCREEN_DOWN SCREEN_UP);
    read_list(t, list, 3);
    screen_send(t, SCREEN_ENTER);
    snprintf(shown, sizeof shown, "[%s ", list[2]);
    screen_wait(t, shown, STAGE_WAIT);
    /* Leaving the field hides it like anything else that F2 shows. */
    screen_send(t, SCREEN_BACK_TAB);
    screen_wait_gone(t, list[2], STAGE_WAIT);
    screen_send(t, SCREEN_F(2));
    screen_wait(t, shown, STAGE_WAIT);
}

static void test_others_and_none(void **state)
{
    struct screen *t = open_change("vuquochuy");
    char first[PROPOSALS][PROPOSAL_MAX];
    char second[PROPOSALS][PROPOSAL_MAX];

    (void)state;
    screen_send(t, "Xanh" SCREEN_F(4));
    read_list(t, first, 1);
    screen_send(t, SCREEN_F(4));
    screen_wait_gone(t, first[0], STAGE_WAIT);
    read_list(t, second, 1);
    for (int i = 0; i < PROPOSALS; i++)
        for (int k = 0; k < PROPOSALS; k++)
            assert_string_not_equal(first[i], second[k]);
    /* Nothing else is typed, and a paste chooses nothing. */
    screen_send(t, "x79" SCREEN_TAB SCREEN_PASTE("1"));
    screen_settle(t, 200);
    read_list(t, second, 1);
    screen_escape(t);
    screen_wait_gone(t, second[0], STAGE_WAIT);
    screen_wait(t, "[****  ", STAGE_WAIT);
    assert_true(screen_has(t, "Đổi mật khẩu: " STATS));
    assert_true(screen_has(t, "3 trong 4 loại"));
}

static void test_a_system_that_takes_little(void **state)
{
    struct screen *t;

    (void)state;
    stage_replace(&stage, "name = " STATS, "name = " STATS "\nlongest = 8 letters");
    t = open_change("lyvanquan");
    screen_send(t, SCREEN_F(4));
    stage_wait_sentence(t, "Không tạo được mật khẩu nào đạt các quy tắc này. Xin bạn tự đặt mật "
                           "khẩu.");
    screen_send(t, "X");
    screen_wait(t, "[* ", STAGE_WAIT);
    stage_close(&stage);
    stage_configure(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_a_chosen_one_is_typed_once_more),
        SCREEN_TEST(test_arrows_and_enter),
        SCREEN_TEST(test_others_and_none),
        SCREEN_TEST(test_a_system_that_takes_little),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
