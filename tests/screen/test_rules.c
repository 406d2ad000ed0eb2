/* SPDX-License-Identifier: MIT */

/* The rules for new passwords as an administrator sets them, and as a person sees them. */

#include <sys/stat.h>

#include "common.h"

#define STATS "Báo cáo thống kê"
#define MAIL "Thư điện tử công vụ"
#define NO_DICTIONARY                                                                                                                    \
    "Từ điển để kiểm tra mật khẩu mới trên máy này bị thiếu hoặc hỏng nên chưa thể đổi mật khẩu. " \
    "Xin báo cho bộ phận hỗ trợ."
#define GOES_ON                                                                                                                       \
    "Việc kiểm tra chưa đầy đủ: từ điển bị thiếu hoặc hỏng. Vẫn đổi được mật khẩu, nhưng hãy " \
    "chọn thật cẩn thận và báo cho bộ phận hỗ trợ."

static int restore(void **state)
{
    close_screen(state);
    stage_configure(&stage);
    return 0;
}

/* Writes a file into the stage's folder; its path stays good until the next call. */
static const char *write_file(const char *name, const char *text)
{
    static char path[256];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", stage.directory, name);
    file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* Adds lines to a section of the configuration, behind a line of it. */
static void add_lines(const char *behind, const char *lines)
{
    char text[1024];

    snprintf(text, sizeof text, "%s\n%s", behind, lines);
    stage_replace(&stage, behind, text);
}

#define IN_MINISTRY "warn = 14 days"
#define IN_STATS "name = " STATS

/* Every system follows a pwquality.conf of this text. */
static void use_pwquality(const char *text, const char *more)
{
    char lines[512];

    snprintf(lines, sizeof lines, "pwquality = %s\n%s", write_file("pwquality.conf", text), more);
    add_lines(IN_MINISTRY, lines);
}

static struct screen *open_change(const struct stage_terminal *terminal, const char *login,
                                  const char *name)
{
    struct screen *t = stage_open(&stage, terminal);

    stage_enter(t, login, STAGE_PASSWORD);
    stage_choose(t, name);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu: ", STAGE_WAIT);
    screen_send(t, STAGE_SYSTEM_PASSWORD SCREEN_TAB);
    return t;
}

static void test_the_settings_are_on_the_list(void **state)
{
    struct screen *t;

    (void)state;
    use_pwquality("minlen = 12\nminclass = 4\ndcredit = -2\nucredit = -1\n", "");
    t = open_change(&stage_xterm, "hoangthiem", STATS);
    screen_wait(t, "[ ] ít nhất 12 ký tự", STAGE_WAIT);
    screen_wait(t, "[ ] 4 trong 4 loại: ABC, abc, 123, @#!", STAGE_WAIT);
    screen_wait(t, "[ ] ít nhất 2 chữ số", STAGE_WAIT);
    screen_wait(t, "[ ] ít nhất 1 chữ hoa", STAGE_WAIT);
    assert_false(screen_has(t, "chữ thường"));
}

enum { LENGTH, CLASSES, PERSONAL, WORDS, PATTERNS, CURRENT, CHARACTERS, ITEMS };

/* What the items begin with, and how each of them stands: ' ', 'x' or '!'. */
static void wait_marks(struct screen *t, const char *const items[ITEMS], const char *marks)
{
    for (int i = 0; i < ITEMS; i++) {
        char text[128];

        snprintf(text, sizeof text, "[%c] %s", marks[i], items[i]);
        screen_wait(t, text, STAGE_WAIT);
    }
}

struct step {
    const char *typed; /* in addition, or anew where it begins with SCREEN_CLEAR */
    const char *marks;
    const char *sentence; /* NULL: none of those below the list */
};

/* From nothing to a good password, and through every group of rules that can be broken. */
static void walk_through(struct screen *t, const char *const items[ITEMS], const struct step *steps,
                         size_t count, const char *holds)
{
    wait_marks(t, items, "       ");
    for (size_t i = 0; i < count; i++) {
        screen_send(t, steps[i].typed);
        wait_marks(t, items, steps[i].marks);
        if (steps[i].sentence != NULL)
            stage_wait_sentence(t, steps[i].sentence);
        else
            screen_wait_gone(t, holds, STAGE_WAIT);
    }
}

static void test_items_flip_one_by_one(void **state)
{
    static const char *const items[ITEMS] = {"ít nhất 8 ký tự",
                                             "3 trong 4 loại: ABC, abc, 123, @#!",
                                             "không có tên đăng nhập, họ tên",
                                             "không có từ dễ đoán, địa danh",
                                             "không có dãy phím, ngày, lặp lại",
                                             "khác hẳn mật khẩu hiện tại",
                                             "không dấu: a-z, A-Z, 0-9, ký hiệu"};
    static const struct step steps[] = {
        {"v", "  x xxx", NULL},
        {"eg", "  x xxx", NULL},
        {"-T", " xx xxx", NULL},
        {"ui", " xx xxx", NULL},
        {"5", "xxxxxxx", "Độ mạnh: "},
        {SCREEN_CLEAR, "       ", NULL},
        {"hoangthiem", "x !xxxx",
         "Mật khẩu chứa tên đăng nhập hoặc tên thư \"hoangthiem\". Hãy bỏ đi."},
        {SCREEN_CLEAR "Hanoi-vu9", "xxx!xxx", "Mật khẩu chứa địa danh \"Hà Nội\". Hãy bỏ đi."},
        {SCREEN_CLEAR "Hanoi", "  x xxx", NULL},
        {SCREEN_CLEAR "Thads-veg9", "xxx!xxx",
         "Mật khẩu chứa \"thads\" là từ chỉ đơn vị hoặc ngành. Hãy bỏ đi."},
        {SCREEN_CLEAR "M@tkh4u-99", "xxx!xxx",
         "Mật khẩu dựa trên \"mật khẩu\" mà nhiều người hay chọn. Hãy chọn từ khác."},
        {SCREEN_CLEAR "Vegui-qwerty", "xxxx!xx",
         "Mật khẩu chứa dãy phím hoặc dãy số như qwerty, 1234, 2468. Hãy tách ra."},
        {SCREEN_CLEAR "Vegui-12071987", "xxxx!xx", "Mật khẩu chứa ngày tháng hoặc năm. Hãy bỏ đi."},
        {SCREEN_CLEAR "Hethong#02", "xxx!x!x",
         "Quá giống mật khẩu hiện tại. Hãy chọn mật khẩu khác hẳn."},
    };
    struct screen *t = open_change(&stage_xterm, "hoangthiem", STATS);

    (void)state;
    walk_through(t, items, steps, sizeof steps / sizeof *steps, "Hãy ");
}

/* The same list where the terminal shows no diacritics; words of a sentence lose theirs too. */
static void test_items_flip_without_diacritics(void **state)
{
    static const char *const items[ITEMS] = {"it nhat 8 ky tu",
                                             "3 trong 4 loai: ABC, abc, 123, @#!",
                                             "khong co ten dang nhap, ho ten",
                                             "khong co tu de doan, dia danh",
                                             "khong co day phim, ngay, lap lai",
                                             "khac han mat khau hien tai",
                                             "khong dau: a-z, A-Z, 0-9, ky hieu"};
    static const struct step steps[] = {
        {"Hanoi-vu9", "xxx!xxx", "Mat khau chua dia danh \"Ha Noi\". Hay bo di."},
        {SCREEN_CLEAR "Veg-Tui5", "xxxxxxx", "Do manh: "},
    };
    struct screen *t = stage_open(&stage, &stage_vt100);

    (void)state;
    screen_wait(t, "Ten dang nhap", STAGE_WAIT);
    screen_send(t, "hoangthiem" SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "Viec can lam", STAGE_WAIT);
    screen_settle(t, 300);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mat khau hien tai", STAGE_WAIT);
    screen_send(t, STAGE_SYSTEM_PASSWORD SCREEN_TAB);
    walk_through(t, items, steps, sizeof steps / sizeof *steps, "Hay ");
}

/* What only libpwquality knows: here a word that its own file forbids. */
static void test_a_refusal_by_libpwquality_alone(void **state)
{
    struct screen *t;

    (void)state;
    use_pwquality("badwords = veguitra\n", "");
    t = open_change(&stage_xterm, "hoangthiem", STATS);
    screen_send(t, "Veguitra-75");
    screen_wait(t, "[!] không có từ dễ đoán", STAGE_WAIT);
    stage_wait_sentence(t, "Mật khẩu chứa từ không được phép dùng. Hãy chọn từ khác.");
    screen_send(t, SCREEN_TAB "Veguitra-75" SCREEN_ENTER);
    stage_wait_sentence(t, "Chưa gửi gì: mật khẩu mới phải đạt các quy tắc trước đã.");
    assert_true(
        slapd_binds(&stage.main, STAGE_ACCOUNT("stats", "hoangthiem"), STAGE_SYSTEM_PASSWORD));
}

static void test_a_leaked_one(void **state)
{
    struct screen *t;
    char lines[256];

    (void)state;
    snprintf(lines, sizeof lines, "leaks = plain %s", write_file("leaks.txt", "Veg-Tuida58\n"));
    add_lines(IN_MINISTRY, lines);
    t = open_change(&stage_xterm, "hoangthiem", STATS);
    screen_wait(t, "[ ] không có trong danh sách đã lộ", STAGE_WAIT);
    screen_send(t, "Veg-Tuida5");
    screen_wait(t, "[x] không có trong danh sách đã lộ", STAGE_WAIT);
    screen_send(t, "8");
    screen_wait(t, "[!] không có trong danh sách đã lộ", STAGE_WAIT);
    stage_wait_sentence(t, "Mật khẩu có trong danh sách đã bị lộ. Không dùng ở bất cứ đâu.");
}

static void test_a_system_has_rules_of_its_own(void **state)
{
    struct screen *t;
    char lines[512];

    (void)state;
    snprintf(lines, sizeof lines, "pwquality = %s\nlongest = 10 letters\nnot_taken = &<>",
             write_file("strict.conf", "minlen = 9\n"));
    add_lines(IN_STATS, lines);
    t = open_change(&stage_xterm, "hoangthiem", STATS);
    screen_wait(t, "[ ] từ 9 đến 10 ký tự", STAGE_WAIT);
    screen_wait(t, "[ ] không dấu, không dùng: &<>", STAGE_WAIT);
    screen_escape(t);
    stage_choose(t, MAIL);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Đổi mật khẩu: " MAIL, STAGE_WAIT);
    screen_wait(t, "[ ] ít nhất 8 ký tự", STAGE_WAIT);
    assert_false(screen_has(t, "&<>"));
}

static void test_nothing_passes_without_the_dictionary(void **state)
{
    struct screen *t;

    (void)state;
    use_pwquality("dictpath = /nonexistent/dictionary\n", "");
    t = open_change(&stage_xterm, "hoangthiem", STATS);
    stage_wait_sentence(t, NO_DICTIONARY);
    assert_false(screen_has(t, "F4"));
    screen_send(t, "Khe-chin5b" SCREEN_TAB "Khe-chin5b" SCREEN_ENTER);
    screen_wait(t, "]  khớp", STAGE_WAIT);
    screen_settle(t, 300);
    assert_true(stage_has_sentence(t, NO_DICTIONARY));
    assert_true(screen_has(t, "Đổi mật khẩu: " STATS));
    assert_true(
        slapd_binds(&stage.main, STAGE_ACCOUNT("stats", "hoangthiem"), STAGE_SYSTEM_PASSWORD));
}

/* By the administrator's word the rest of the check decides; the person is told all the same. */
static void test_the_rest_decides_without_the_dictionary(void **state)
{
    struct screen *t;

    (void)state;
    use_pwquality("dictpath = /nonexistent/dictionary\n", "incomplete_check = go on");
    t = open_change(&stage_xterm, "hoangthiem", STATS);
    stage_wait_sentence(t, GOES_ON);
    screen_send(t, "Xanh" SCREEN_TAB);
    stage_wait_sentence(t, "Quá ngắn: cần ít nhất 8 ký tự.");
    assert_true(stage_has_sentence(t, GOES_ON));
    screen_send(t, SCREEN_BACK_TAB SCREEN_CLEAR);
    stage_change(t, NULL, "Khe-chin5b");
    stage_wait_sentence(t, STATS ": đã đổi mật khẩu");
}

/* What `matkhau --check` says and ends with. */
static void assert_check(int status, const char *text)
{
    struct stage_terminal terminal = stage_xterm;
    struct screen *t;
    char *said;
    const char *output;
    size_t size;

    terminal.arguments[0] = "--check";
    t = stage_open(&stage, &terminal);
    assert_int_equal(screen_wait_exit(t, STAGE_WAIT), status);
    output = screen_output(t, &size); /* the terminal breaks long lines anywhere */
    said = strndup(output, size);
    assert_non_null(said);
    if (strstr(said, text) == NULL)
        stage_fail(t, text);
    free(said);
    stage_close(&stage);
}

static void test_the_administrator_can_check(void **state)
{
    char lines[512];

    (void)state;
    assert_check(0, "matkhau: cấu hình và việc kiểm tra mật khẩu mới đều ổn.");
    use_pwquality("dictpath = /nonexistent/dictionary\n", "");
    assert_check(1, "matkhau: /nonexistent/dictionary");
    stage_configure(&stage);
    use_pwquality("minlen = eight\n", "");
    assert_check(1, "pwquality.conf");
    stage_configure(&stage);
    snprintf(lines, sizeof lines, "%s/words.d", stage.directory);
    assert_int_equal(mkdir(lines, 0700), 0);
    snprintf(lines, sizeof lines, "words = %s/words.d\nleaks = sha1 %s", stage.directory,
             write_file("leaks.txt", "0123456789ABCDEF\n"));
    (void)write_file("words.d/own.txt", "[common]\nveguitra\n%%%\n");
    add_lines(IN_MINISTRY, lines);
    assert_check(1, "words.d/own.txt, dòng 3: không phải là một dòng của danh sách từ; xem "
                    "matkhau.conf(5).");
    assert_check(1, "leaks.txt: danh sách mật khẩu đã lộ không đúng loại mà \"leaks\" đã nêu.");
}

/* A word of the administrator's own list. */
static void test_a_word_of_ones_own(void **state)
{
    struct screen *t;
    char lines[256];

    (void)state;
    snprintf(lines, sizeof lines, "words = %s/words.d", stage.directory);
    (void)write_file("words.d/own.txt", "[common]\nvẹ gụi trả\n");
    add_lines(IN_MINISTRY, lines);
    t = open_change(&stage_xterm, "hoangthiem", STATS);
    screen_send(t, "V3guitra-75");
    stage_wait_sentence(t, "Mật khẩu dựa trên \"vẹ gụi trả\" mà nhiều người hay chọn. Hãy chọn từ "
                           "khác.");
}

/* With every item that there can be, in all languages, nothing on the list is cut. */
static void test_no_item_is_cut(void **state)
{
    static const struct stage_terminal plain = {
        .term = "vt100", .lang = "C", .arguments = {"--khong-dau"}};
    static const struct stage_terminal english = {
        .term = "xterm-256color", .lang = "C.UTF-8", .utf8 = true, .arguments = {"--lang=en"}};
    static const struct {
        const struct stage_terminal *terminal;
        const char *name;
        const char *title;
        const char *last;
    } languages[] = {
        {&stage_xterm, "Tên đăng nhập", "Mật khẩu hiện tại", "[ ] khác hẳn mật khẩu hiện tại"},
        {&plain, "Ten dang nhap", "Mat khau hien tai", "[ ] khac han mat khau hien tai"},
        {&english, "Log-in name", "Current password", "[ ] unlike the current password"},
    };
    char lines[512];

    (void)state;
    write_file("leaks.txt", "mot-mat-khau-bi-lo\n");
    snprintf(lines, sizeof lines,
             "longest = 20 letters\nnot_taken = &<>'\"\nleaks = plain %s/leaks.txt",
             stage.directory);
    use_pwquality("minlen = 10\nminclass = 4\ndcredit = -1\nucredit = -1\nlcredit = -1\n"
                  "ocredit = -1\n",
                  lines);
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        struct screen *t = stage_open(&stage, languages[i].terminal);

        screen_wait(t, languages[i].name, STAGE_WAIT);
        screen_send(t, "hoangthiem" SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
        screen_wait(t, "Enter ", STAGE_WAIT);
        screen_wait(t, "F5 ", STAGE_WAIT);
        screen_settle(t, 300);
        screen_send(t, SCREEN_ENTER);
        screen_wait(t, languages[i].title, STAGE_WAIT);
        screen_wait(t, languages[i].last, STAGE_WAIT);
        screen_settle(t, STAGE_QUIET);
        for (int y = 0; y < 24; y++)
            if (strstr(screen_row(t, y), "...") != NULL)
                stage_fail(t, "Something is cut:");
        stage_close(&stage);
    }
}

/* Where a system takes accents they are letters like others: sent in NFC, and counted once. */
static void test_accents_where_they_are_taken(void **state)
{
    struct screen *t;

    (void)state;
    add_lines(IN_STATS, "accents = yes");
    t = open_change(&stage_xterm, "phanthihanh", STATS);
    screen_send(t, "Tra\xcc\xa3" /* ạ, apart */);
    stage_wait_sentence(t, "Chữ vừa gõ có dấu: bộ gõ tiếng Việt đang bật.");
    screen_wait(t, "[*** ", STAGE_WAIT);
    screen_send(t, SCREEN_CLEAR);
    assert_false(screen_has(t, "không dấu"));
    stage_change(t, NULL, "Tr\xe1\xba\xa1\xc4\x91-nh\xc6\xb0\xc6\xa1-7q");
    stage_wait_sentence(t, STATS ": đã đổi mật khẩu");
    assert_true(slapd_binds(&stage.main, STAGE_ACCOUNT("stats", "phanthihanh"),
                            "Tr\xe1\xba\xa1\xc4\x91-nh\xc6\xb0\xc6\xa1-7q"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_the_settings_are_on_the_list, restore),
        cmocka_unit_test_teardown(test_items_flip_one_by_one, restore),
        cmocka_unit_test_teardown(test_items_flip_without_diacritics, restore),
        cmocka_unit_test_teardown(test_a_refusal_by_libpwquality_alone, restore),
        cmocka_unit_test_teardown(test_a_leaked_one, restore),
        cmocka_unit_test_teardown(test_a_system_has_rules_of_its_own, restore),
        cmocka_unit_test_teardown(test_nothing_passes_without_the_dictionary, restore),
        cmocka_unit_test_teardown(test_the_rest_decides_without_the_dictionary, restore),
        cmocka_unit_test_teardown(test_the_administrator_can_check, restore),
        cmocka_unit_test_teardown(test_a_word_of_ones_own, restore),
        cmocka_unit_test_teardown(test_no_item_is_cut, restore),
        cmocka_unit_test_teardown(test_accents_where_they_are_taken, restore),
    };

    return cmocka_run_group_tests(tests, prepare, clear);
}
