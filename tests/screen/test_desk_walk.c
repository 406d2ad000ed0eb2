/* SPDX-License-Identifier: MIT */

/*
 * A helpdesk at work, with the operator at one terminal and the caller at another: found, looked
 * at, recorded, unlocked or reset, logged in, changed, and reported back. The rights that the
 * server gives operators are "manage", or those of the first argument; a second one chooses tests.
 */

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "desk_stage.h"
#include "memory.h"
#include "walk.h"

#define NEW_PASSWORD "Khe-chin5b"
#define OTHER_PASSWORD "Xoong+gang3"
#define VI (&walk_vietnamese)

static struct desk_stage desk;
static const char *rights = "manage";

static int prepare(void **state)
{
    (void)state;
    desk_stage_prepare(&desk, rights, NULL);
    stage_log_operations(&desk.stage);
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

static struct stage_terminal terminal_for(const struct walk_words *w)
{
    struct stage_terminal terminal = stage_xterm;

    terminal.arguments[0] = w->argument;
    return terminal;
}

static struct screen *operator_at(const struct walk_words *w, const char *login)
{
    struct stage_terminal terminal = terminal_for(w);
    struct screen *t = stage_open(&desk.stage, &terminal);

    walk_enter(t, w, login, STAGE_PASSWORD);
    return t;
}

static struct screen *second_at(const struct walk_words *w)
{
    struct stage_terminal terminal = terminal_for(w);

    return desk_stage_caller(&desk, &terminal);
}

static bool is_locked(const char *dn)
{
    return slapd_count(&desk.stage.main, dn, "pwdAccountLockedTime") > 0;
}

/* The lines of the trail from the first on, each of which has to hold all of its parts. */
static void assert_trail(const char *const parts[][6], size_t lines)
{
    const char *line;
    char *all;

    desk_stage_verify(&desk); /* all of it is written by now */
    all = desk_stage_trail(&desk);
    line = all;

    for (size_t i = 0; i < lines; i++) {
        size_t length = strcspn(line, "\n");

        for (int k = 0; k < 6 && parts[i][k] != NULL; k++)
            if (memmem(line, length, parts[i][k], strlen(parts[i][k])) == NULL) {
                print_error("line %zu lacks %s:\n%s", i + 1, parts[i][k], all);
                fail();
            }
        line += length + 1;
    }
    if (*line != '\0') {
        print_error("more than %zu lines:\n%s", lines, all);
        fail();
    }
    free(all);
}

/* --- locked --- */

static void unlock(const struct walk_words *w, const char *login, const char *typed,
                   const char *title, const char *reason)
{
    struct screen *t = operator_at(w, "trucban");
    char dn[128];
    struct screen *c;

    snprintf(dn, sizeof dn, "uid=%s,ou=hanoi," DESK_PEOPLE, login);
    assert_true(is_locked(dn));
    walk_find(t, w, typed);
    walk_open(t, login, title);
    stage_wait_sentence(t, w->only_locked);
    screen_wait(t, w->locked, STAGE_WAIT);
    walk_call(t, w, reason);
    walk_unlock(t, w);
    screen_wait_gone(t, w->locked, STAGE_WAIT);
    assert_false(is_locked(dn));
    assert_int_equal(slapd_count(&desk.stage.main, dn, "pwdReset"), 0);
    /* The password is the one that the caller has always had. */
    c = second_at(w);
    walk_enter(c, w, login, STAGE_PASSWORD);
    desk_stage_verify(&desk);
}

static const char verified[] = "\"verified\":\"" DESK_CHECK "\"";

static void test_locked(void **state)
{
    static const char *const trail[][6] = {
        {"\"step\":\"noted\"", "\"act\":\"look\"", "\"who\":\"trucban\"", "\"desk\":\"hanoi\"",
         "\"person\":\"nguyenvanan\""},
        {"\"step\":\"noted\"", "\"act\":\"call\"", verified, "\"reason\":\"gõ sai mật khẩu\"",
         "\"person\":\"nguyenvanan\""},
        {"\"step\":\"intent\"", "\"act\":\"unlock\"", "\"who\":\"trucban\"", "\"desk\":\"hanoi\"",
         "\"person\":\"nguyenvanan\"", "\"system\":\"person\""},
        {"\"step\":\"outcome\"", "\"act\":\"unlock\"", verified, "\"person\":\"nguyenvanan\"",
         "\"server\":\"ldap://", "\"outcome\":\"MK_OK\""},
    };

    (void)state;
    unlock(VI, "nguyenvanan ", "an nguyen van", "Nguyễn Văn An - Phòng Nghiệp vụ 1",
           "gõ sai mật khẩu");
    assert_trail(trail, sizeof trail / sizeof *trail);
}

static void test_locked_without_diacritics(void **state)
{
    const char *output;
    size_t size;

    (void)state;
    unlock(&walk_plain, "dinhvanan", "an dinh", "Dinh Van An - Phong Nghiep vu 1", "go sai");
    output = screen_output(desk.stage.screen, &size);
    for (size_t i = 0; i < size; i++)
        assert_in_range((unsigned char)output[i], 0, 0x7f);
}

static void test_locked_in_english(void **state)
{
    (void)state;
    unlock(&walk_english, "caothian", "cao thi", "Cao Thị Ẩn - Phòng Nghiệp vụ 1",
           "typed it wrong");
}

/* The rows of the list, from its first one on. */
static int count_hits(struct screen *t)
{
    int first = screen_find(t, "Họ tên") + 1;
    int count = 0;

    while (screen_row(t, first + count)[0] != '\0')
        count++;
    return count;
}

/* More than one account: all of them on one key, and a result for each. */
static void test_two_accounts_locked(void **state)
{
    static const char *const dns[] = {DESK_PERSON("vuthilan"), DESK_ACCOUNT("mail", "vuthilan")};
    struct screen *t;

    (void)state;
    for (size_t i = 0; i < 2; i++)
        slapd_set(&desk.stage.main, dns[i], "pwdAccountLockedTime",
                  i == 0 ? "000001010000Z" : "20991122065200Z");
    t = operator_at(VI, "trucban");
    walk_to_card(t, VI, "vuthilan", "Vũ Thị Lan - Kế toán");
    stage_wait_sentence(t, VI->only_locked);
    screen_send(t, SCREEN_F(5));
    stage_wait_sentence(t, "mở cả 2 tài khoản đang bị khoá");
    assert_true(is_locked(dns[0]) && is_locked(dns[1]));
    /* Any other key means no. */
    screen_send(t, "k");
    screen_wait_gone(t, "mở cả 2 tài khoản", STAGE_WAIT);
    assert_true(is_locked(dns[0]) && is_locked(dns[1]));
    screen_send(t, SCREEN_F(5));
    stage_wait_sentence(t, "mở cả 2 tài khoản đang bị khoá");
    screen_send(t, SCREEN_F(5));
    stage_wait_sentence(t, VI->unlocked);
    assert_false(is_locked(dns[0]) || is_locked(dns[1]));
    desk_stage_verify(&desk);
    for (int i = 0; i < 2; i++)
        desk_stage_wait_line(
            &desk,
            (const char *[]){"\"act\":\"unlock\"", "\"outcome\":\"MK_OK\"",
                             i == 0 ? "\"system\":\"person\"" : "\"system\":\"mail\"", NULL});
}

/* Two people of one name are told apart. */
static void test_of_one_name(void **state)
{
    struct screen *t = operator_at(VI, "trucban");
    int first;

    (void)state;
    walk_find(t, VI, "van an nguyen");
    screen_wait(t, "nguyenvanan2", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    assert_int_equal(count_hits(t), 2);
    for (int i = 0; i < 2; i++) {
        static const char *const marks[][3] = {
            {"nguyenvanan ", "Phòng Nghiệp vụ 1", "200148"},
            {"nguyenvanan2", "Phòng Nghiệp vụ 3", "200185"},
        };

        first = screen_find(t, marks[i][0]);
        assert_true(first >= 0);
        assert_non_null(strstr(screen_row(t, first), "Nguyễn Văn An"));
        assert_non_null(strstr(screen_row(t, first), marks[i][1]));
        assert_non_null(strstr(screen_row(t, first), marks[i][2]));
    }
    /* By what the caller may say instead. */
    for (int i = 0; i < 5; i++) {
        static const char *const typed[] = {"200185", "nguyenvanan2@moj", "5605", "02433335605",
                                            "NGUYENVANAN2"};

        screen_send(t, SCREEN_CLEAR);
        screen_wait_gone(t, "nguyenvanan", STAGE_WAIT);
        screen_send(t, typed[i]);
        if (i == 2) {
            /* The end of a number is no beginning. */
            stage_wait_sentence(t, "Không tìm thấy ai.");
            continue;
        }
        screen_wait(t, "Phòng Nghiệp vụ 3", STAGE_WAIT);
        assert_int_equal(walk_count(t, "Phòng Nghiệp vụ 1"), 0);
    }
}

/* --- forgotten --- */

static void forgotten(const struct walk_words *w, const char *login, const char *title)
{
    struct screen *t = operator_at(w, "trucban");
    char temporary[WALK_PASSWORD_MAX + 1];
    char person[128];
    char account[128];
    struct screen *c;

    snprintf(person, sizeof person, "uid=%s,ou=hanoi," DESK_PEOPLE, login);
    snprintf(account, sizeof account, DESK_ACCOUNT("mail", "%s"), login);
    walk_find(t, w, login);
    walk_open(t, login, title);
    stage_wait_sentence(t, w->in_order);
    walk_call(t, w, "quên mật khẩu");
    walk_choose(t, w, (const char *[]){w->own, w->mail, NULL});
    walk_reset(t, w, 2, w->set);
    walk_read(t, w, temporary);
    assert_int_equal(slapd_count(&desk.stage.main, person, "pwdReset"), 1);
    assert_int_equal(slapd_count(&desk.stage.main, account, "pwdReset"), 1);
    assert_int_equal(slapd_count(&desk.stage.main, person, "description"), 1);
    assert_false(slapd_binds(&desk.stage.main, person, STAGE_PASSWORD));

    /* No telephone is so quick that both changes are made in one second. */
    (void)poll(NULL, 0, 1100);
    c = second_at(w);
    walk_first_log_in(c, w, login, temporary, NEW_PASSWORD);
    assert_true(slapd_binds(&desk.stage.main, person, NEW_PASSWORD));
    stage_wait_sentence(c, w->told);
    /* The card says so by itself, of this account only. */
    walk_wait_changed(t, w, 1);
    stage_choose(c, w->mail);
    screen_send(c, SCREEN_ENTER);
    screen_wait(c, w->current, STAGE_WAIT);
    stage_change(c, temporary, OTHER_PASSWORD);
    screen_wait(c, w->todo, STAGE_WAIT);
    assert_true(slapd_binds(&desk.stage.main, account, OTHER_PASSWORD));
    walk_wait_changed(t, w, 2);
    screen_send(t, "x"); /* hides the password, where half a minute has not done so */
    screen_wait(t, w->show, STAGE_WAIT);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, title, STAGE_WAIT);
    walk_wait_changed(t, w, 2);
    stage_close(&desk.second);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, w->who, STAGE_WAIT);
    stage_close(&desk.stage);
    desk_stage_verify(&desk);
    desk_stage_assert_nowhere(&desk, (const char *[]){temporary}, 1);
}

static void test_forgotten(void **state)
{
    static const char *const trail[][6] = {
        {"\"step\":\"noted\"", "\"act\":\"look\"", "\"person\":\"tranthihoa\""},
        {"\"step\":\"noted\"", "\"act\":\"call\"", "\"reason\":\"quên mật khẩu\""},
        {"\"step\":\"intent\"", "\"act\":\"reset\"", "\"person\":\"tranthihoa\"",
         "\"system\":\"person\""},
        {"\"step\":\"outcome\"", "\"act\":\"reset\"", "\"system\":\"person\"",
         "\"outcome\":\"MK_OK\""},
        {"\"step\":\"intent\"", "\"act\":\"reset\"", "\"person\":\"tranthihoa\"",
         "\"system\":\"mail\""},
        {"\"step\":\"outcome\"", "\"act\":\"reset\"", "\"system\":\"mail\"",
         "\"outcome\":\"MK_OK\""},
        /* The caller's own, at the other terminal. Before the log-in nobody is confirmed. */
        {"\"step\":\"intent\"", "\"act\":\"change\"", "\"system\":\"person\""},
        {"\"step\":\"outcome\"", "\"act\":\"change\"", "\"outcome\":\"MK_OK\""},
        {"\"step\":\"intent\"", "\"act\":\"change\"", "\"who\":\"tranthihoa\"",
         "\"system\":\"mail\""},
        {"\"step\":\"outcome\"", "\"act\":\"change\"", "\"outcome\":\"MK_OK\""},
    };

    (void)state;
    forgotten(VI, "tranthihoa", "Trần Thị Hoà - Phòng Nghiệp vụ 2");
    assert_trail(trail, sizeof trail / sizeof *trail);
}

static void test_forgotten_without_diacritics(void **state)
{
    (void)state;
    forgotten(&walk_plain, "lythuy", "Ly Thi Thuy - Phong Nghiep vu 2");
}

static void test_forgotten_in_english(void **state)
{
    (void)state;
    forgotten(&walk_english, "maitoan", "Mai Văn Toàn - Phòng Nghiệp vụ 2");
}

/* A policy that demands nothing after a reset: the operator is told, loudly. */
static void test_a_lasting_password(void **state)
{
    struct screen *t = operator_at(VI, "trucban");
    char temporary[WALK_PASSWORD_MAX + 1];
    struct screen *c;

    (void)state;
    walk_to_card(t, VI, "phanvanhai", "Phan Văn Hải - Văn phòng");
    walk_choose(t, VI, (const char *[]){VI->own, NULL});
    walk_reset(t, VI, 1, "đã đặt, nhưng KHÔNG bắt buộc đổi");
    stage_wait_sentence(t, "máy chủ KHÔNG bắt buộc đổi mật khẩu này");
    walk_read(t, VI, temporary);
    /* It is true. */
    c = second_at(VI);
    walk_enter(c, VI, "phanvanhai", temporary);
    stage_wait_sentence(c, "đã được " DESK_NAME " đặt lại lúc");
    desk_stage_wait_line(&desk, (const char *[]){"\"step\":\"outcome\"", "\"act\":\"reset\"",
                                                 "\"outcome\":\"MK_LASTING\"", NULL});
}

/* --- nothing is offered --- */

static void assert_offers_nothing(struct screen *t, const char *login, const char *title,
                                  const char *why)
{
    static const char *const keys[] = {SCREEN_F(3), SCREEN_F(5), SCREEN_F(7)};
    int before = slapd_operations(&desk.stage.main, "Modify");

    screen_send(t, SCREEN_CLEAR);
    screen_send(t, login);
    walk_open(t, login, title);
    stage_wait_sentence(t, why);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        screen_send(t, keys[i]);
        screen_settle(t, STAGE_QUIET);
        assert_true(screen_has(t, title));
        assert_false(screen_has(t, VI->verified_how));
    }
    assert_false(screen_has(t, "F3 "));
    assert_false(screen_has(t, "F5 "));
    assert_false(screen_has(t, "F7 "));
    assert_int_equal(slapd_operations(&desk.stage.main, "Modify"), before);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, VI->who, STAGE_WAIT);
}

static void test_nothing_is_offered(void **state)
{
    struct screen *t = operator_at(VI, "trucban");

    (void)state;
    walk_find(t, VI, "x");
    assert_offers_nothing(t, "trucban", "Trần Thị Trực - Tổ hỗ trợ", "Đây là chính bạn");
    assert_offers_nothing(t, "nghemay", "Lê Văn Nghe - Tổ hỗ trợ", "Người này được bảo vệ");
    assert_offers_nothing(t, "quantri", "Phạm Văn Quản - Phòng Công nghệ", "Người này được bảo vệ");
    /* Whoever is not in a unit of this desk is not even found. */
    screen_send(t, SCREEN_CLEAR "tonthathue");
    stage_wait_sentence(t, "Không tìm thấy ai.");
}

static void test_not_an_operator(void **state)
{
    struct screen *t = operator_at(VI, "vuthilan");

    (void)state;
    screen_settle(t, 200);
    assert_false(screen_has(t, "F8 "));
    screen_send(t, SCREEN_F(8));
    screen_settle(t, 200);
    assert_true(screen_has(t, VI->todo));
    assert_false(screen_has(t, VI->who));
}

/* --- the trail cannot be written --- */

static void test_no_trail(void **state)
{
    struct screen *t = operator_at(VI, "trucban");
    int before;

    (void)state;
    walk_find(t, VI, "hovanvu");
    screen_wait(t, "Hồ Văn Vũ", STAGE_WAIT);
    assert_int_equal(unlink(desk.trail), 0);
    screen_wait(t, "F10", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, "Mỗi lần xem thẻ phải được ghi vào nhật ký, mà hiện không ghi được nên "
                           "không hiện thẻ.");
    assert_false(stage_has_sentence(t, VI->only_locked));

    close(open(desk.trail, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, VI->only_locked);
    assert_int_equal(unlink(desk.trail), 0);
    screen_send(t, SCREEN_F(3));
    screen_wait(t, VI->verified_how, STAGE_WAIT);
    screen_send(t, "1khoá" SCREEN_ENTER);
    stage_wait_sentence(t, "Hiện không ghi được cuộc gọi vào nhật ký");
    close(open(desk.trail, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, VI->recorded, STAGE_WAIT);

    assert_int_equal(unlink(desk.trail), 0);
    before = slapd_operations(&desk.stage.main, "Modify");
    screen_send(t, SCREEN_F(5));
    stage_wait_sentence(t, "Việc này phải được ghi vào nhật ký trước, mà hiện không ghi được nên "
                           "chưa gửi gì.");
    assert_int_equal(slapd_operations(&desk.stage.main, "Modify"), before);
    assert_true(is_locked(DESK_PERSON("hovanvu")));
    walk_choose(t, VI, (const char *[]){VI->own, NULL});
    screen_send(t, SCREEN_F(7));
    screen_wait(t, "CHƯA làm: không ghi được nhật ký", STAGE_WAIT);
    assert_int_equal(slapd_operations(&desk.stage.main, "Modify"), before);
    assert_true(is_locked(DESK_PERSON("hovanvu")));
}

/* --- the server falls silent --- */

/* A key is answered at once, whatever the servers do. */
static void assert_lively(struct screen *t)
{
    int64_t begin = stage_clock_ms();

    screen_send(t, SCREEN_F(1));
    screen_wait(t, "Nhấn phím bất kỳ để trở lại", 2000);
    screen_send(t, " ");
    screen_wait_gone(t, "Nhấn phím bất kỳ để trở lại", 2000);
    assert_true(stage_clock_ms() - begin < 1000);
}

static void test_silence_in_an_unlock(void **state)
{
    struct screen *t;

    (void)state;
    stage_replace(&desk.stage, "warn = 14 days", "warn = 14 days\ndeadline = 4 seconds");
    t = operator_at(VI, "trucban");
    walk_to_card(t, VI, "phamthidung", "Phạm Thị Dung - Văn phòng");
    slapd_pause(&desk.stage.main);
    screen_send(t, SCREEN_F(5));
    screen_settle(t, STAGE_QUIET);
    assert_lively(t);
    screen_wait(t, "CHƯA RÕ đã mở khoá hay chưa", STAGE_WAIT);
    assert_false(stage_has_sentence(t, VI->unlocked));
    assert_lively(t);
    slapd_resume(&desk.stage.main);
    screen_send(t, SCREEN_F(9));
    /* Whatever the server makes of what it was handed, the card tells it when it is asked again. */
    for (int64_t end = stage_clock_ms() + STAGE_WAIT;
         strstr(walk_chosen(t), is_locked(DESK_PERSON("phamthidung")) ? VI->locked : "dùng đến") ==
         NULL;) {
        if (stage_clock_ms() >= end)
            stage_fail(t, "not as it is");
        screen_settle(t, 50);
    }
    desk_stage_wait_line(&desk, (const char *[]){"\"act\":\"unlock\"", "\"step\":\"outcome\"",
                                                 "\"outcome\":\"MK_OUTCOME_UNKNOWN\"", NULL});
}

static void test_silence_in_a_reset(void **state)
{
    char temporary[WALK_PASSWORD_MAX + 1];
    struct screen *t;
    bool not_done;

    (void)state;
    stage_replace(&desk.stage, "warn = 14 days", "warn = 14 days\ndeadline = 4 seconds");
    t = operator_at(VI, "trucban");
    walk_to_card(t, VI, "dothitram", "Đỗ Thị Trâm - Văn phòng");
    walk_choose(t, VI, (const char *[]){VI->own, NULL});
    screen_settle(t, 300);
    slapd_pause(&desk.stage.main);
    screen_send(t, SCREEN_F(7));
    screen_settle(t, STAGE_QUIET);
    assert_lively(t);
    /* Unless it was silent before anything was sent, it can have happened: that must be said. */
    for (int64_t end = stage_clock_ms() + STAGE_WAIT;
         !screen_has(t, "CHƯA RÕ đã đặt hay chưa") && !screen_has(t, "CHƯA làm: ");) {
        if (stage_clock_ms() >= end)
            stage_fail(t, "nothing is told");
        screen_settle(t, 10);
    }
    not_done = screen_has(t, "CHƯA làm: ");
    if (!not_done) {
        stage_wait_sentence(t, "chưa rõ đã đặt được mật khẩu này hay chưa");
        walk_read(t, VI, temporary);
    }
    slapd_resume(&desk.stage.main);
    assert_true((!not_done && slapd_binds(&desk.stage.main, DESK_PERSON("dothitram"), temporary)) !=
                slapd_binds(&desk.stage.main, DESK_PERSON("dothitram"), STAGE_PASSWORD));
    desk_stage_wait_line(&desk, (const char *[]){"\"act\":\"reset\"", "\"step\":\"outcome\"",
                                                 not_done ? "\"outcome\":\"MK_SILENT\""
                                                          : "\"outcome\":\"MK_OUTCOME_UNKNOWN\"",
                                                 NULL});
}

/* --- the password on the screen --- */

static char sought[WALK_PASSWORD_MAX + 1];

static int count_sought(const char *bytes, size_t size)
{
    int count = 0;

    for (const char *at = bytes;
         (at = memmem(at, size - (size_t)(at - bytes), sought, strlen(sought))) != NULL; at++)
        count++;
    return count;
}

/* Copies in the memory of the program; -1 where that is not looked through. */
static int count_in_memory(struct screen *t)
{
#ifdef SANITIZED
    (void)t;
    (void)count_sought;
    return -1; /* what was freed is kept, and there is too much of it */
#else
    return memory_count(screen_pid(t), strlen(sought), count_sought);
#endif
}

/* As the screen has it, with two blanks between its letters. */
static const char *spaced(const char *password)
{
    static char text[4 * WALK_PASSWORD_MAX];
    size_t n = 0;

    for (; *password != '\0'; password++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%c", n > 0 ? "  " : "", *password);
    return text;
}

static bool is_readable(struct screen *t, const char *password)
{
    return screen_has(t, spaced(password));
}

static void test_it_is_hidden_and_wiped(void **state)
{
    struct screen *t = operator_at(VI, "trucban");
    const char *output;
    int64_t shown;
    size_t before;
    size_t size;
    int found;

    (void)state;
    walk_to_card(t, VI, "hoangminhduc", "Hoàng Minh Đức - Kế toán");
    walk_choose(t, VI, (const char *[]){VI->own, NULL});
    walk_reset(t, VI, 1, VI->set);
    screen_output(t, &before);
    shown = stage_clock_ms();
    walk_read(t, VI, sought);
    assert_true(is_readable(t, sought));
    found = count_in_memory(t);
    print_message("# copies in the memory of the program while it is shown: %d\n", found);
    if (found >= 0)
        assert_in_range(found, 1, 8);
    /* By itself, after half a minute and no earlier. */
    screen_wait(t, VI->show, 40000);
    assert_in_range(stage_clock_ms() - shown, 28000, 36000);
    assert_false(is_readable(t, sought));
    screen_send(t, SCREEN_F(2));
    screen_wait_gone(t, VI->show, STAGE_WAIT);
    assert_true(is_readable(t, sought));
    /* And by any key. */
    screen_send(t, "x");
    screen_wait(t, VI->show, STAGE_WAIT);
    screen_output(t, &before);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, "Hoàng Minh Đức - Kế toán", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    found = count_in_memory(t);
    print_message("# after the screen was left: %d\n", found);
    assert_true(found <= 0);
    /* The terminal is told to forget what scrolled away, and hears nothing more of it. */
    output = screen_output(t, &size);
    assert_non_null(memmem(output + before, size - before, "\033[3J", 4));
    screen_send(t, SCREEN_REDRAW);
    screen_settle(t, STAGE_QUIET);
    output = screen_output(t, &size);
    assert_int_equal(count_sought(output + before, size - before), 0);
    assert_null(memmem(output + before, size - before, spaced(sought), strlen(spaced(sought))));
    assert_false(is_readable(t, sought));
}

/* --- two operators --- */

static void test_two_operators(void **state)
{
    struct screen *first = operator_at(VI, "trucban");
    char temporary[WALK_PASSWORD_MAX + 1];
    struct screen *second;

    (void)state;
    second = second_at(VI);
    walk_enter(second, VI, "nghemay", STAGE_PASSWORD);
    walk_to_card(first, VI, "buithinga", "Bùi Thị Nga - Kế toán");
    walk_to_card(second, VI, "buithinga", "Bùi Thị Nga - Kế toán");
    walk_choose(first, VI, (const char *[]){VI->own, NULL});
    walk_choose(second, VI, (const char *[]){VI->own, NULL});
    walk_reset(first, VI, 1, VI->set);
    walk_read(first, VI, temporary);
    screen_send(second, SCREEN_F(7));
    screen_wait(second, "CHƯA làm: vừa có người thay đổi", STAGE_WAIT);
    stage_wait_sentence(second, "trong lúc đó đã có người thay đổi");
    /* The winner's password is the one that holds. */
    assert_true(slapd_binds(&desk.stage.main, DESK_PERSON("buithinga"), temporary));
    desk_stage_verify(&desk);
    desk_stage_wait_line(&desk,
                         (const char *[]){"\"who\":\"nghemay\"", "\"step\":\"outcome\"",
                                          "\"act\":\"reset\"", "\"outcome\":\"MK_STALE\"", NULL});
}

/* The caller was quicker than the operator: what the caller has chosen stays. */
static void test_operator_and_caller(void **state)
{
    struct screen *t = operator_at(VI, "trucban");
    struct screen *c;

    (void)state;
    walk_to_card(t, VI, "nguyenvanan2", "Nguyễn Văn An - Phòng Nghiệp vụ 3");
    walk_choose(t, VI, (const char *[]){VI->own, NULL});
    c = second_at(VI);
    walk_enter(c, VI, "nguyenvanan2", STAGE_PASSWORD);
    stage_choose(c, VI->own);
    screen_send(c, SCREEN_ENTER);
    screen_wait(c, VI->again, STAGE_WAIT);
    stage_change(c, NULL, NEW_PASSWORD);
    stage_wait_sentence(c, ": đã đổi mật khẩu");
    screen_send(t, SCREEN_F(7));
    screen_wait(t, "CHƯA làm: vừa có người thay đổi", STAGE_WAIT);
    assert_true(slapd_binds(&desk.stage.main, DESK_PERSON("nguyenvanan2"), NEW_PASSWORD));
    desk_stage_verify(&desk);
}

/* Who hangs up before the caller has changed it is asked; the card is gone then. */
static void test_hanging_up(void **state)
{
    struct screen *t = operator_at(VI, "trucban");
    char temporary[WALK_PASSWORD_MAX + 1];

    (void)state;
    walk_to_card(t, VI, "lehoangcuong", "Lê Hoàng Cường - Văn phòng");
    walk_choose(t, VI, (const char *[]){VI->own, NULL});
    walk_reset(t, VI, 1, VI->set);
    walk_read(t, VI, temporary);
    screen_send(t, "x");
    screen_wait(t, VI->show, STAGE_WAIT);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, VI->to_change, STAGE_WAIT);
    screen_send(t, SCREEN_F(10));
    stage_wait_sentence(t, "Người gọi chưa đổi mật khẩu tạm. F10: vẫn gác máy");
    screen_send(t, "k");
    screen_wait_gone(t, "F10: vẫn gác máy", STAGE_WAIT);
    screen_wait(t, VI->to_change, STAGE_WAIT);
    screen_send(t, SCREEN_F(10));
    stage_wait_sentence(t, "F10: vẫn gác máy");
    screen_send(t, SCREEN_F(10));
    screen_wait(t, VI->who, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    /* Neither the caller's name nor what was typed is left for whoever comes next. */
    assert_false(screen_has(t, "Lê Hoàng Cường"));
    assert_false(screen_has(t, "lehoangcuong"));
}

/* Who comes second to a lock that is gone has nothing to repair. */
static void test_two_unlock(void **state)
{
    struct screen *first = operator_at(VI, "trucban");
    struct screen *second;

    (void)state;
    second = second_at(VI);
    walk_enter(second, VI, "nghemay", STAGE_PASSWORD);
    walk_to_card(first, VI, "ngothiphuong", "Ngô Thị Phượng - Kế toán");
    walk_to_card(second, VI, "ngothiphuong", "Ngô Thị Phượng - Kế toán");
    walk_unlock(first, VI);
    walk_unlock(second, VI);
    assert_false(is_locked(DESK_PERSON("ngothiphuong")));
    desk_stage_verify(&desk);
}

#define WALK(test) cmocka_unit_test_setup_teardown(test, fresh, close_programs)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        WALK(test_locked),
        WALK(test_locked_without_diacritics),
        WALK(test_locked_in_english),
        WALK(test_of_one_name),
        WALK(test_two_accounts_locked),
        WALK(test_forgotten),
        WALK(test_forgotten_without_diacritics),
        WALK(test_forgotten_in_english),
        WALK(test_a_lasting_password),
        WALK(test_nothing_is_offered),
        WALK(test_not_an_operator),
        WALK(test_no_trail),
        WALK(test_silence_in_an_unlock),
        WALK(test_silence_in_a_reset),
        WALK(test_it_is_hidden_and_wiped),
        WALK(test_two_operators),
        WALK(test_two_unlock),
        WALK(test_operator_and_caller),
        WALK(test_hanging_up),
    };

    if (argc > 1)
        rights = argv[1];
    if (argc > 2)
        cmocka_set_test_filter(argv[2]);
    return cmocka_run_group_tests_name(rights, tests, prepare, clear);
}
