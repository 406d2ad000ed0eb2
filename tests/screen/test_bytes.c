/* SPDX-License-Identifier: MIT */

/* What goes over the line: exact numbers, which is why they may be asserted. */

#include "common.h"

#define STATS "Báo cáo thống kê"
#define FAIR "Độ mạnh: trung bình"
#define PLACE "Mật khẩu chứa địa danh \"Hà Nội\". Hãy bỏ đi."

/* Silence after which an answer is complete. */
#define QUIET 150

static size_t first_screen(const struct stage_terminal *terminal, const char *last)
{
    struct screen *t = stage_open(&stage, terminal);

    screen_wait(t, last, STAGE_WAIT);
    screen_settle(t, QUIET);
    return screen_bytes(t);
}

static size_t answer_to(struct screen *t, const char *keys)
{
    screen_settle(t, QUIET);
    screen_mark(t);
    screen_send(t, keys);
    screen_settle(t, QUIET);
    return screen_bytes(t);
}

static void assert_at_most(size_t bytes, size_t most, const char *what)
{
    print_message("# %s: %zu bytes\n", what, bytes);
    if (bytes == 0 || bytes > most)
        fail_msg("%s: %zu bytes, at most %zu are allowed", what, bytes, most);
}

static void test_first_screen_of_an_xterm(void **state)
{
    (void)state;
    assert_at_most(first_screen(&stage_xterm, "F10 Thoát"), 600, "first screen, xterm-256color");
}

static void test_first_screen_of_a_vt100(void **state)
{
    (void)state;
    assert_at_most(first_screen(&stage_vt100, "F10 Thoat"), 550, "first screen, vt100");
}

static void count_typing(const struct stage_terminal *terminal, const char *last)
{
    struct screen *t = stage_open(&stage, terminal);

    screen_wait(t, last, STAGE_WAIT);
    screen_send(t, "tran");
    assert_at_most(answer_to(t, "v"), 2, "a letter of the name");
    assert_at_most(answer_to(t, SCREEN_TAB), 8, "Tab");
    screen_send(t, "Matk");
    assert_at_most(answer_to(t, "h"), 2, "a letter of the password");
    assert_at_most(answer_to(t, SCREEN_TAB), 8, "Tab back");
}

static void test_typing_on_an_xterm(void **state)
{
    (void)state;
    count_typing(&stage_xterm, "F10 Thoát");
}

static void test_typing_on_a_vt100(void **state)
{
    (void)state;
    count_typing(&stage_vt100, "F10 Thoat");
}

/* On a change screen: one item flips, nothing flips, and a rule is broken and said so. */
static void test_typing_a_new_password(void **state)
{
    struct screen *t = stage_open(&stage, &stage_xterm);

    (void)state;
    stage_enter(t, "tranvanbinh", STAGE_PASSWORD);
    stage_choose(t, STATS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    assert_at_most(answer_to(t, SCREEN_TAB), 8, "Tab on a change screen");
    screen_send(t, "Xanh");
    screen_wait(t, "[x] khác hẳn mật khẩu hiện tại", STAGE_WAIT);
    assert_at_most(answer_to(t, "-"), 20, "a letter that flips an item of the checklist");
    assert_true(screen_has(t, "[x] 3 trong 4 loại"));
    assert_at_most(answer_to(t, "b"), 2, "a letter that changes nothing else");
    screen_send(t, SCREEN_CLEAR "Vegui-Hano");
    screen_wait(t, "[**********  ", STAGE_WAIT);
    assert_at_most(answer_to(t, "i"), 40 + sizeof PLACE, "a letter that breaks a rule");
    assert_true(stage_has_sentence(t, PLACE));
    assert_at_most(answer_to(t, SCREEN_BACKSPACE), 40 + sizeof FAIR, "Backspace, that mends it");
    assert_false(stage_has_sentence(t, PLACE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_first_screen_of_an_xterm), SCREEN_TEST(test_first_screen_of_a_vt100),
        SCREEN_TEST(test_typing_on_an_xterm),       SCREEN_TEST(test_typing_on_a_vt100),
        SCREEN_TEST(test_typing_a_new_password),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
