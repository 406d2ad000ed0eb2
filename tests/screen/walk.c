/* SPDX-License-Identifier: MIT */
#include "walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

const struct walk_words walk_vietnamese = {
    .login = "Tên đăng nhập",
    .todo = "Việc cần làm",
    .asking = "đang đọc",
    .own = "Tài khoản đăng nhập của Bộ",
    .mail = "Thư điện tử công vụ",
    .cases = "Quản lý thụ lý",
    .issued = "Mật khẩu này do người khác cấp",
    .current = "Mật khẩu hiện tại",
    .again = "Nhập lại mật khẩu mới",
    .matches = "]  khớp",
    .who = "Ai đang gọi?",
    .call_first = "Bấm F3 ghi cách đã xác minh người gọi",
    .verified_how = "Đã xác minh người gọi bằng cách nào?",
    .recorded = "Đã ghi cuộc gọi.",
    .locked = "khoá đến",
    .only_locked = "Chỉ bị khoá: mở khoá là đủ, không cần đặt lại mật khẩu.",
    .in_order = "Mọi thứ bình thường: hãy hỏi",
    .unlocked = "Đã mở khoá. Hãy nhắc người gọi đăng nhập ngay",
    .which = "Đặt mật khẩu tạm cho những tài khoản nào?",
    .present = "- Mật khẩu hiện tại mất hiệu lực ngay",
    .go = "F7 Đặt lại",
    .show = "F2 hiện mật khẩu tạm trong 30 giây",
    .digit = "số ",
    .sign = {"dấu chấm", "dấu gạch ngang", "dấu a còng", "dấu bằng"},
    .set = "đã đặt, phải đổi khi đăng nhập",
    .to_change = "chờ người gọi đổi",
    .changed_at = " đã đổi lúc ",
    .told = "Mật khẩu của 2 tài khoản đã được bộ phận hỗ trợ đặt lại",
};

const struct walk_words walk_plain = {
    .argument = "--khong-dau",
    .login = "Ten dang nhap",
    .todo = "Viec can lam",
    .asking = "dang doc",
    .own = "Tai khoan dang nhap cua Bo",
    .mail = "Thu dien tu cong vu",
    .cases = "Quan ly thu ly",
    .issued = "Mat khau nay do nguoi khac cap",
    .current = "Mat khau hien tai",
    .again = "Nhap lai mat khau moi",
    .matches = "]  khop",
    .who = "Ai dang goi?",
    .call_first = "Bam F3 ghi cach da xac minh nguoi goi",
    .verified_how = "Da xac minh nguoi goi bang cach nao?",
    .recorded = "Da ghi cuoc goi.",
    .locked = "khoa den",
    .only_locked = "Chi bi khoa: mo khoa la du, khong can dat lai mat khau.",
    .in_order = "Moi thu binh thuong: hay hoi",
    .unlocked = "Da mo khoa. Hay nhac nguoi goi dang nhap ngay",
    .which = "Dat mat khau tam cho nhung tai khoan nao?",
    .present = "- Mat khau hien tai mat hieu luc ngay",
    .go = "F7 Dat lai",
    .show = "F2 hien mat khau tam trong 30 giay",
    .digit = "so ",
    .sign = {"dau cham", "dau gach ngang", "dau a cong", "dau bang"},
    .set = "da dat, phai doi khi dang nhap",
    .to_change = "cho nguoi goi doi",
    .changed_at = " da doi luc ",
    .told = "Mat khau cua 2 tai khoan da duoc bo phan ho tro dat lai",
};

const struct walk_words walk_english = {
    .argument = "--lang=en",
    .login = "Log-in name",
    .todo = "What to do",
    .asking = "asking...",
    .own = "Ministry log-in account",
    .mail = "Thư điện tử công vụ",
    .cases = "Quản lý thụ lý",
    .issued = "was issued by somebody else",
    .current = "Current password",
    .again = "New password again",
    .matches = "]  match",
    .who = "Who is calling?",
    .call_first = "F3 records how the caller was verified",
    .verified_how = "How was the caller verified?",
    .recorded = "The call is recorded.",
    .locked = "locked to",
    .only_locked = "Only locked: unlocking is enough, no reset is needed.",
    .in_order = "Everything is in order: ask",
    .unlocked = "Unlocked. Let the caller log in now",
    .which = "On which accounts is a temporary password to be set?",
    .present = "- The present password ends at once",
    .go = "F7 Reset",
    .show = "F2 shows the temporary password for 30 seconds",
    .digit = "digit ",
    .capital = "capital ",
    .sign = {"full stop", "hyphen", "at sign", "equals sign"},
    .set = "set, to be changed at the log-in",
    .to_change = "waiting for the change",
    .changed_at = " changed at ",
    .told = "The passwords of 2 accounts were reset by a helpdesk",
};

void walk_enter(struct screen *t, const struct walk_words *w, const char *login,
                const char *password)
{
    screen_wait(t, w->login, STAGE_WAIT);
    screen_send(t, login);
    screen_send(t, SCREEN_TAB);
    screen_send(t, password);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, w->todo, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    screen_wait_gone(t, w->asking, STAGE_WAIT);
}

void walk_find(struct screen *t, const struct walk_words *w, const char *typed)
{
    screen_wait(t, "F8 ", STAGE_WAIT);
    screen_send(t, SCREEN_F(8));
    screen_wait(t, w->who, STAGE_WAIT);
    screen_send(t, typed);
}

/* --- rows --- */

/* Above it stand titles and fields. */
#define LIST_LINE 4

static int chosen_line(struct screen *t)
{
    for (int y = LIST_LINE; y < 24; y++)
        if (screen_row(t, y)[0] == '>')
            return y;
    return -1;
}

const char *walk_chosen(struct screen *t)
{
    return screen_row(t, chosen_line(t));
}

static int find_line(struct screen *t, const char *mark)
{
    for (int y = LIST_LINE; y < 24; y++)
        if (strstr(screen_row(t, y), mark) != NULL)
            return y;
    return -1;
}

/* Moves the cursor, one step at a time, to the row that contains `mark`. */
static void move_to(struct screen *t, const char *mark)
{
    int64_t end = stage_clock_ms() + STAGE_WAIT;

    for (;;) {
        int from;
        int to;

        screen_settle(t, STAGE_QUIET);
        from = chosen_line(t);
        to = find_line(t, mark);
        if (from >= 0 && from == to)
            return;
        if (from >= 0 && to >= 0)
            screen_send(t, from < to ? SCREEN_DOWN : SCREEN_UP);
        while (from < 0 || to < 0 || (chosen_line(t) == from && find_line(t, mark) == to)) {
            if (stage_clock_ms() >= end)
                stage_fail(t, mark);
            screen_settle(t, 5);
            if (from < 0 || to < 0)
                break;
        }
    }
}

int walk_count(struct screen *t, const char *text)
{
    int count = 0;

    for (int y = 0; y < 24; y++)
        count += strstr(screen_row(t, y), text) != NULL;
    return count;
}

void walk_wait_count(struct screen *t, const char *text, int count)
{
    int64_t end = stage_clock_ms() + STAGE_WAIT;

    while (walk_count(t, text) != count) {
        if (stage_clock_ms() >= end)
            stage_fail(t, text);
        screen_settle(t, 10);
    }
}

void walk_wait_changed(struct screen *t, const struct walk_words *w, int count)
{
    int64_t end = stage_clock_ms() + STAGE_WAIT;

    for (;;) {
        int found = 0;

        /* Below them the card says it once more of the chosen one. */
        for (int y = 0; y < 16; y++) {
            const char *at = strstr(screen_row(t, y), w->changed_at);

            found +=
                at != NULL && at[strlen(w->changed_at)] >= '0' && at[strlen(w->changed_at)] <= '9';
        }
        if (found == count)
            return;
        if (stage_clock_ms() >= end)
            stage_fail(t, w->changed_at);
        screen_settle(t, 10);
    }
}

/* --- steps --- */

void walk_open(struct screen *t, const char *mark, const char *title)
{
    screen_wait(t, mark, STAGE_WAIT);
    move_to(t, mark);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "F10 ", STAGE_WAIT);
    screen_wait(t, title, STAGE_WAIT);
}

void walk_call(struct screen *t, const struct walk_words *w, const char *reason)
{
    screen_wait(t, w->call_first, STAGE_WAIT);
    screen_send(t, SCREEN_F(3));
    screen_wait(t, w->verified_how, STAGE_WAIT);
    screen_send(t, "1");
    screen_send(t, reason);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, w->recorded, STAGE_WAIT);
}

void walk_to_card(struct screen *t, const struct walk_words *w, const char *login,
                  const char *title)
{
    walk_find(t, w, login);
    walk_open(t, login, title);
    walk_call(t, w, "walk");
}

void walk_unlock(struct screen *t, const struct walk_words *w)
{
    screen_send(t, SCREEN_F(5));
    stage_wait_sentence(t, w->unlocked);
}

void walk_choose(struct screen *t, const struct walk_words *w, const char *const *names)
{
    screen_send(t, SCREEN_F(7));
    screen_wait(t, w->which, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    /* What was chosen by itself is taken back first. */
    if (screen_has(t, "[x] ")) {
        move_to(t, "[x] ");
        screen_send(t, " ");
        screen_wait_gone(t, "[x] ", STAGE_WAIT);
    }
    for (int i = 0; names[i] != NULL; i++) {
        move_to(t, names[i]);
        screen_send(t, " ");
        walk_wait_count(t, "[x] ", i + 1);
    }
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, w->present);
    screen_wait(t, w->go, STAGE_WAIT);
}

void walk_reset(struct screen *t, const struct walk_words *w, int count, const char *said)
{
    screen_send(t, SCREEN_F(7));
    stage_wait_sentence(t, w->show);
    walk_wait_count(t, said, count);
}

/* --- the password --- */

/* The part of a row from `column` on, `columns` wide, without the blanks around it. */
static void cut(const char *row, int column, int columns, char *out, size_t size)
{
    size_t n = 0;

    for (int x = 0; *row != '\0' && x < column + columns; x++) {
        size_t length = 1;

        while (((unsigned char)row[length] & 0xc0) == 0x80)
            length++;
        if (x >= column && (n > 0 || *row != ' ') && n + length < size) {
            memcpy(out + n, row, length);
            n += length;
        }
        row += length;
    }
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
}

/* The character that a phrase stands for, as who hears it would write it down; 0: no phrase. */
static char heard(const struct walk_words *w, const char *phrase)
{
    static const char signs[] = ".-@=";

    for (size_t i = 0; i < sizeof signs - 1; i++)
        if (strcmp(phrase, w->sign[i]) == 0)
            return signs[i];
    if (strncmp(phrase, w->digit, strlen(w->digit)) == 0)
        phrase += strlen(w->digit);
    else if (w->capital != NULL && strncmp(phrase, w->capital, strlen(w->capital)) == 0)
        phrase += strlen(w->capital);
    if (phrase[0] != '\0' && phrase[1] != '\0' && phrase[1] != ' ')
        return '\0';
    return phrase[0];
}

/* Whether `row` is letters with two blanks between them: the password as such. */
static bool take_letters(const char *row, char out[WALK_PASSWORD_MAX + 1])
{
    size_t n = 0;

    if (strncmp(row, "   ", 3) != 0)
        return false;
    for (row += 3; *row > ' ' && n < WALK_PASSWORD_MAX; row += 3) {
        out[n++] = *row;
        if (row[1] == '\0')
            break;
        if (row[1] != ' ' || row[2] != ' ')
            return false;
    }
    out[n] = '\0';
    return n >= 8;
}

void walk_read(struct screen *t, const struct walk_words *w, char password[WALK_PASSWORD_MAX + 1])
{
    char letters[WALK_PASSWORD_MAX + 1] = "";
    size_t n = 0;
    int top = -1;

    screen_send(t, SCREEN_F(2));
    screen_wait_gone(t, w->show, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    for (int y = 1; y < 23 && top < 0; y++)
        if (take_letters(screen_row(t, y), letters))
            top = y;
    if (top < 0)
        stage_fail(t, "no password to be seen");
    for (int y = top + 1; y < 23 && n < strlen(letters); y++)
        for (int i = 0; i < 3 && n < strlen(letters); i++) {
            char phrase[128];

            cut(screen_row(t, y), 3 + 25 * i, 25, phrase, sizeof phrase);
            if (phrase[0] == '\0')
                break;
            password[n] = heard(w, phrase);
            if (password[n] == '\0')
                stage_fail(t, phrase);
            n++;
        }
    password[n] = '\0';
    if (strcmp(password, letters) != 0)
        stage_fail(t, "the spelling is not that of the password");
}

void walk_first_log_in(struct screen *t, const struct walk_words *w, const char *login,
                       const char *temporary, const char *password)
{
    screen_wait(t, w->login, STAGE_WAIT);
    screen_send(t, login);
    screen_send(t, SCREEN_TAB);
    screen_send(t, temporary);
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, w->issued);
    assert_false(screen_has(t, w->current));
    screen_send(t, password);
    screen_send(t, SCREEN_ENTER);
    screen_send(t, password);
    screen_wait(t, w->matches, STAGE_WAIT);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, w->todo, STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    screen_wait_gone(t, w->asking, STAGE_WAIT);
}
