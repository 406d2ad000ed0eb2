/* SPDX-License-Identifier: MIT */

/*
 * The helpdesk's screens without any server: an invented desk in the place of tui/desk.c, the keys
 * given to the screens' own tables, and what curses would show read back.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <curses.h>

#include "app.h"
#include "sentences_desk.h"
#include "spell.h"
#include "text.h"

#define NOW INT64_C(1795330980) /* 22/11/2026 14:03 in Hanoi */
#define DAY INT64_C(86400)

static struct app app;
static struct desk desk;

/* --- the desk that is not there --- */

static struct {
    int finds;
    char typed[MK_TYPED_MAX + 1];
    int chosen;
    int refreshed;
    int hung_up;
    int unlocked; /* the row, or -2: nothing was asked for */
    int check;
    char reason[DESK_REASON_MAX + 1];
    bool reset[SESSION_ROWS_MAX];
    char password[MK_PASSWORD_MAX + 1];
    int issued; /* for so many accounts */
    int forgotten;
} asked;

bool desk_is_there(const struct session *session)
{
    (void)session;
    return true;
}

bool desk_is_unread(const struct session *session)
{
    (void)session;
    return false;
}

bool desk_open(struct desk *opened, struct session *session,
               void (*notify)(void *context, const struct desk_event *event), void *context)
{
    (void)opened;
    (void)session;
    (void)notify;
    (void)context;
    return true;
}

void desk_close(struct desk *closed)
{
    (void)closed;
}

void desk_find(struct desk *of, const char *typed)
{
    asked.finds++;
    snprintf(asked.typed, sizeof asked.typed, "%s", typed);
    of->searching = typed[0] != '\0';
}

void desk_choose(struct desk *of, int index)
{
    (void)of;
    asked.chosen = index;
}

void desk_refresh(struct desk *of)
{
    (void)of;
    asked.refreshed++;
}

void desk_hang_up(struct desk *of)
{
    of->has_card = false;
    of->called = false;
    asked.hung_up++;
}

bool desk_call(struct desk *of, int check, const char *reason)
{
    asked.check = check;
    snprintf(asked.reason, sizeof asked.reason, "%s", reason);
    return !of->called;
}

bool desk_unlock(struct desk *of, int row)
{
    asked.unlocked = row;
    of->acting = true;
    return true;
}

bool desk_reset(struct desk *of, const bool *rows, const struct mk_password *password)
{
    memcpy(asked.reset, rows, sizeof asked.reset);
    memcpy(asked.password, password->text, sizeof asked.password);
    of->acting = true;
    return true;
}

int desk_poll(const struct desk *of, struct pollfd *fds)
{
    (void)of;
    (void)fds;
    return 0;
}

void desk_ready(struct desk *of)
{
    (void)of;
}

int64_t desk_tick(struct desk *of, int64_t now_ms)
{
    (void)of;
    (void)now_ms;
    return INT64_MAX;
}

/* --- the temporary password that is always the same --- */

static struct mk_password temporary;

void issue_start(struct issue *issue, const struct config *config, const int *accounts, int count,
                 const struct mk_caller *caller)
{
    (void)config;
    (void)accounts;
    (void)caller;
    asked.issued = count;
    *issue = (struct issue){.state = ISSUE_WAITING};
}

void issue_forget(struct issue *issue)
{
    asked.forgotten++;
    *issue = (struct issue){.state = ISSUE_NONE};
}

int issue_poll(const struct issue *issue)
{
    (void)issue;
    return -1;
}

bool issue_ready(struct issue *issue)
{
    (void)issue;
    return false;
}

int64_t issue_tick(struct issue *issue, int64_t now_ms)
{
    (void)issue;
    (void)now_ms;
    return INT64_MAX;
}

static void have_password(const char *text)
{
    temporary.length = (uint32_t)strlen(text);
    snprintf(temporary.text, sizeof temporary.text, "%s", text);
    app.issue = (struct issue){.state = ISSUE_READY, .password = &temporary};
}

/* --- the terminal that is not there --- */

static const char *line(int y)
{
    static char text[4 * 512];
    wchar_t wide[512];
    size_t length;

    if (mvinnwstr(y, 0, wide, COLS) == ERR)
        return "";
    length = wcstombs(text, wide, sizeof text - 1);
    assert_true(length != (size_t)-1);
    while (length > 0 && text[length - 1] == ' ')
        length--;
    text[length] = '\0';
    return text;
}

static void draw(void)
{
    erase();
    app.screen->draw(&app);
    refresh();
}

static void show(void)
{
    for (int y = 0; y < LINES; y++)
        print_message("%s\n", line(y));
}

/* The first line that has `text`, -1: none. */
static int find_line(const char *text)
{
    for (int y = 0; y < LINES; y++)
        if (strstr(line(y), text) != NULL)
            return y;
    return -1;
}

/* All lines as one, so that a sentence is found however it is wrapped. */
static bool has(const char *text)
{
    static char all[64 * 1024];
    size_t used = 0;

    for (int y = 0; y < LINES; y++) {
        const char *next = line(y);

        used += (size_t)snprintf(all + used, sizeof all - used, "%s ", next + strspn(next, " "));
    }
    return strstr(all, text) != NULL;
}

static void assert_shows(const char *text)
{
    draw();
    if (!has(text)) {
        show();
        fail_msg("not shown: %s", text);
    }
}

static void assert_hides(const char *text)
{
    draw();
    if (has(text)) {
        show();
        fail_msg("shown: %s", text);
    }
}

/* --- keys, as app.c gives them --- */

static void give(const struct keys_event *event)
{
    for (const struct action *a = app.screen->actions; a->label != NULL && !event->pasted; a++) {
        bool fits = event->kind == KEYS_CHARACTER
                        ? a->character != '\0' && (uint32_t)a->character == event->character
                        : a->character == '\0' && a->key == event->key;

        if (fits && (a->applies == NULL || a->applies(&app))) {
            app.notice[0] = '\0';
            a->run(&app);
            return;
        }
    }
    if (app.screen->type != NULL)
        app.screen->type(&app, event);
}

static void press(enum keys_key key)
{
    give(&(struct keys_event){.kind = KEYS_KEY, .key = key});
}

static void type(const char *ascii)
{
    for (; *ascii != '\0'; ascii++)
        give(&(struct keys_event){.kind = KEYS_CHARACTER, .character = (uint32_t)*ascii});
}

static void tell(enum desk_event_type what, enum mk_result result, int row, int server)
{
    app.screen->desk(
        &app, &(struct desk_event){.type = what, .result = result, .row = row, .server = server});
}

/* --- an invented ministry --- */

static struct mk_view view_of(int system)
{
    return (struct mk_view){
        .account = {.system = system,
                    .standing = MK_FINE,
                    .expires = NOW + 60 * DAY,
                    .changed = NOW - 30 * DAY,
                    .until = MK_TIME_UNKNOWN},
        .dn = "uid=x",
        .lock = MK_NOT_LOCKED,
        .locked = MK_TIME_UNKNOWN,
        .failures_allowed = 5,
        .failed = MK_TIME_UNKNOWN,
        .logged_in = NOW - DAY,
        .must_change = MK_NO,
    };
}

static void lock(struct mk_view *view)
{
    view->lock = MK_LOCK_TIMED;
    view->locked = NOW - 300;
    view->failures = 5;
    view->failed = NOW - 300;
    view->account.standing = MK_LOCKED;
    view->account.until = NOW + 600;
}

static void make_config(int systems)
{
    struct mk_request_directory *main = &app.config.directory[0].request;

    app.config.directories = 1;
    snprintf(app.config.account_name, sizeof app.config.account_name, "Tài khoản của Bộ");
    main->uris = 2;
    main->writable = 1;
    snprintf(main->uri[0], sizeof main->uri[0], "ldaps://ldap1.moj.example");
    snprintf(main->uri[1], sizeof main->uri[1], "ldaps://ldap2.moj.example:1636");
    app.config.checks = 2;
    snprintf(app.config.check[0], sizeof app.config.check[0], "Gọi lại số trong danh bạ");
    snprintf(app.config.check[1], sizeof app.config.check[1], "Hỏi mã số cán bộ và đơn vị");
    app.config.systems = systems;
    for (int i = 0; i < systems; i++) {
        app.config.system[i].same_as = CONFIG_OWN_ACCOUNT;
        snprintf(app.config.system[i].name, sizeof app.config.system[i].name,
                 "Hệ thống thứ %d có một cái tên rất dài của Cục", i + 1);
    }
}

static void make_card(int systems)
{
    struct mk_caller *caller = &desk.caller;

    make_config(systems);
    snprintf(caller->name, sizeof caller->name, "Nguyễn Văn An");
    snprintf(caller->unit, sizeof caller->unit, "Chi cục THADS quận Hoàn Kiếm");
    snprintf(caller->login, sizeof caller->login, "annv.hoankiem");
    snprintf(caller->mail, sizeof caller->mail, "annv.hoankiem@moj.example");
    snprintf(caller->staff, sizeof caller->staff, "BTP-10482");
    snprintf(caller->phone[0], sizeof caller->phone[0], "024 3825 1234");
    snprintf(caller->phone[1], sizeof caller->phone[1], "0912 345 678");
    desk.has_card = true;
    desk.rows = systems + 1;
    for (int i = 0; i <= systems; i++) {
        desk.row[i] = (struct desk_row){.system = i - 1};
        for (int s = 0; s < 2; s++)
            desk.row[i].cell[s] = (struct desk_cell){.seen = true, .view = view_of(i - 1)};
    }
}

static void record_call(void)
{
    desk.called = true;
    desk.check = 0;
    snprintf(desk.reason, sizeof desk.reason, "gõ sai nhiều lần");
}

static int fresh(void **state)
{
    (void)state;
    free(app.memory);
    memset(&app, 0, sizeof app);
    memset(&desk, 0, sizeof desk);
    memset(&asked, 0, sizeof asked);
    asked.unlocked = -2;
    asked.chosen = -1;
    app.desk = &desk;
    desk.session = &app.session;
    app.session.config = &app.config;
    app.now = NOW;
    app.now_ms = 1000;
    resizeterm(24, 80);
    return 0;
}

/* --- finding --- */

static void make_hits(int count)
{
    desk.found = count;
    for (int i = 0; i < count; i++) {
        struct mk_caller *hit = &desk.hit[i];

        snprintf(hit->name, sizeof hit->name, "Nguyễn Văn An");
        snprintf(hit->unit, sizeof hit->unit, "Chi cục Thi hành án dân sự số %d", i + 1);
        snprintf(hit->login, sizeof hit->login, "annv%d", i + 1);
        snprintf(hit->staff, sizeof hit->staff, "1%04d", i);
    }
}

static void answer(int count, bool more)
{
    desk.searching = false;
    make_hits(count);
    desk.more = more;
    tell(DESK_FOUND, MK_OK, 0, 0);
}

static void hits_are_told_apart(void **state)
{
    (void)state;
    app_go(&app, &screen_find);
    assert_shows("có dấu hay không dấu");
    type("an nguyen");
    assert_string_equal(asked.typed, "an nguyen");
    assert_shows("Đang tìm...");
    answer(2, false);
    assert_shows("annv1");
    assert_shows("annv2");
    assert_shows("...Thi hành án dân sự số 2");
    assert_shows("10001");
    assert_int_equal(find_line(">"), find_line("annv1"));
    assert_hides("Còn nhiều hơn");
    press(KEYS_DOWN);
    draw();
    assert_int_equal(find_line(">"), find_line("annv2"));
    press(KEYS_ENTER);
    assert_int_equal(asked.chosen, 1);
    assert_shows("Đang mở thẻ...");
}

static void more_than_can_be_shown_is_said(void **state)
{
    (void)state;
    app_go(&app, &screen_find);
    type("an");
    answer(100, true);
    assert_shows("Còn nhiều hơn 100 người này: hãy gõ thêm");
    for (int i = 0; i < 200; i++)
        press(KEYS_DOWN);
    assert_shows("annv100");
    draw();
    assert_int_equal(find_line(">"), find_line("annv100"));
    press(KEYS_PAGE_UP);
    assert_hides("annv100 ");
}

/* While the answer to another letter is on its way, Enter must not take what it will replace. */
static void nobody_is_opened_while_searching(void **state)
{
    (void)state;
    app_go(&app, &screen_find);
    type("an");
    answer(3, false);
    type("h");
    press(KEYS_ENTER);
    assert_int_equal(asked.chosen, -1);
    answer(0, false);
    press(KEYS_ENTER);
    assert_int_equal(asked.chosen, -1);
    assert_shows("Không tìm thấy ai.");
    type("1");
    press(KEYS_ENTER);
    answer(2, false);
    assert_int_equal(asked.chosen, -1);
    type("2");
    press(KEYS_ENTER);
    type("3");
    answer(1, false);
    assert_int_equal(asked.chosen, -1);
    type("4");
    press(KEYS_ENTER);
    answer(1, true);
    assert_int_equal(asked.chosen, -1);
}

/* Who is found alone by what was typed is who was meant. */
static void enter_waits_for_the_only_one(void **state)
{
    (void)state;
    app_go(&app, &screen_find);
    type("annv1");
    press(KEYS_ENTER);
    assert_int_equal(asked.chosen, -1);
    answer(1, false);
    assert_int_equal(asked.chosen, 0);
    assert_shows("Đang mở thẻ...");
}

static void a_search_that_failed_says_why(void **state)
{
    (void)state;
    app_go(&app, &screen_find);
    type("an");
    desk.find_result = MK_NO_RIGHT;
    answer(0, false);
    assert_shows("Bạn không có quyền tìm người");
    assert_hides("Không tìm thấy ai");
}

static void what_is_pasted_is_text(void **state)
{
    (void)state;
    app_go(&app, &screen_find);
    give(&(struct keys_event){.kind = KEYS_CHARACTER, .character = 'a', .pasted = true});
    answer(1, false);
    give(&(struct keys_event){.kind = KEYS_KEY, .key = KEYS_ENTER, .pasted = true});
    assert_int_equal(asked.chosen, -1);
    assert_string_equal(asked.typed, "a");
}

static void a_card_that_is_not_shown_says_why(void **state)
{
    (void)state;
    app_go(&app, &screen_find);
    type("an");
    answer(1, false);
    press(KEYS_ENTER);
    tell(DESK_CARD, MK_NO_TRAIL, 0, 0);
    assert_ptr_equal(app.screen, &screen_find);
    assert_shows("Mỗi lần xem thẻ phải được ghi vào nhật ký");
    desk.has_card = true;
    press(KEYS_ENTER);
    tell(DESK_CARD, MK_OK, 0, 0);
    assert_ptr_equal(app.screen, &screen_card);
}

/* --- the card --- */

static void only_locked_is_only_unlocked(void **state)
{
    (void)state;
    make_card(2);
    lock(&desk.row[2].cell[1].view);
    app_go(&app, &screen_card);
    assert_shows("Chỉ bị khoá: mở khoá là đủ, không cần đặt lại mật khẩu.");
    assert_shows("khoá trên ldap2");
    assert_shows("Gọi lại số: 024 3825 1234 / 0912 345 678");
    assert_shows("5/5");
    draw();
    assert_int_equal(find_line(">"), find_line("khoá trên ldap2"));
    /* The call first, and then what was wanted. */
    press(KEYS_F(5));
    assert_ptr_equal(app.screen, &screen_call);
    assert_int_equal(asked.unlocked, -2);
    record_call();
    tell(DESK_CALL, MK_OK, 0, 0);
    assert_ptr_equal(app.screen, &screen_card);
    assert_int_equal(asked.unlocked, 2);
}

static void several_locks_are_asked_about(void **state)
{
    (void)state;
    make_card(3);
    record_call();
    lock(&desk.row[1].cell[0].view);
    lock(&desk.row[3].cell[0].view);
    app_go(&app, &screen_card);
    draw();
    press(KEYS_F(5));
    assert_shows("mở cả 2 tài khoản đang bị khoá");
    assert_int_equal(asked.unlocked, -2);
    press(KEYS_DOWN);
    assert_hides("mở cả 2");
    assert_int_equal(asked.unlocked, -2);
    press(KEYS_F(5));
    press(KEYS_F(5));
    assert_int_equal(asked.unlocked, -1);
}

/* A lock without end may be an administrator's: never taken away by one key. */
static void a_lock_for_good_is_asked_about(void **state)
{
    (void)state;
    make_card(1);
    record_call();
    desk.row[1].cell[0].view.lock = MK_LOCK_FOR_GOOD;
    app_go(&app, &screen_card);
    draw();
    press(KEYS_F(5));
    assert_int_equal(asked.unlocked, -2);
    assert_shows("có thể do quản trị viên chủ ý");
    press(KEYS_ENTER);
    assert_int_equal(asked.unlocked, 1);
}

static void who_is_barred_is_offered_nothing(void **state)
{
    static const char *const said[DESK_BARS] = {
        [DESK_OWN] = "Đây là chính bạn",
        [DESK_PROTECTED] = "Người này được bảo vệ",
        [DESK_NOT_KNOWN] = "Không đọc được người này có được bảo vệ",
        [DESK_OUTSIDE] = "Người này không thuộc đơn vị do bạn phụ trách",
        [DESK_ASKED] = "Chưa máy chủ nào cho biết",
    };

    (void)state;
    for (int bar = DESK_FREE + 1; bar < DESK_BARS; bar++) {
        fresh(NULL);
        make_card(2);
        lock(&desk.row[2].cell[1].view);
        desk.bar = bar;
        app_go(&app, &screen_card);
        assert_shows(said[bar]);
        assert_hides("F5 ");
        assert_hides("F7 ");
        assert_hides("F3 ");
        press(KEYS_F(3));
        press(KEYS_F(5));
        press(KEYS_F(7));
        assert_ptr_equal(app.screen, &screen_card);
        assert_int_equal(asked.unlocked, -2);
    }
}

static void what_is_not_known_never_looks_fine(void **state)
{
    (void)state;
    make_card(1);
    desk.row[1].cell[1] = (struct desk_cell){.failure = MK_SILENT};
    app_go(&app, &screen_card);
    app.calling.row = 1;
    app.calling.has_row = true;
    assert_shows("chưa rõ: ldap2");
    assert_shows("chưa rõ: không trả lời kịp");
    desk.row[1].cell[1] = (struct desk_cell){.waiting = true};
    assert_shows("đang đọc...");
    desk.row[1].cell[1] = (struct desk_cell){.seen = true, .view = view_of(0)};
    assert_shows("dùng đến 21/01/2027");
    desk.row[1].cell[0].view.lock = MK_LOCK_UNSEEN;
    assert_shows("chưa rõ có khoá không");
}

static void results_stand_beside_their_servers(void **state)
{
    (void)state;
    make_card(1);
    record_call();
    lock(&desk.row[1].cell[0].view);
    lock(&desk.row[1].cell[1].view);
    app_go(&app, &screen_card);
    draw();
    press(KEYS_F(5));
    desk.row[1].cell[0].view = view_of(0);
    desk.row[1].cell[0].acted = desk.row[1].cell[1].acted = DESK_AN_UNLOCK;
    desk.row[1].cell[0].acted_at = desk.row[1].cell[1].acted_at = NOW;
    desk.row[1].cell[1].result = MK_NO_RIGHT;
    tell(DESK_ACT, MK_OK, 1, 0);
    tell(DESK_ACT, MK_NO_RIGHT, 1, 1);
    desk.acting = false;
    tell(DESK_DONE, MK_NO_RIGHT, 0, 0);
    assert_shows("trên ldap2: Bạn không có quyền mở khoá tài khoản này");
    app.notice[0] = '\0';
    assert_shows("14:03 CHƯA làm: bạn không có quyền");
    assert_shows("14:03 đã mở khoá");
    press(KEYS_ENTER);
    assert_shows("Lúc 14:03: Đã mở khoá: máy chủ không còn báo bị khoá.");
    assert_shows("Lúc 14:03: Bạn không có quyền mở khoá tài khoản này");
    press(KEYS_ESCAPE);
    assert_ptr_equal(app.screen, &screen_card);
    assert_shows("Tình trạng");
}

/* The loser of two operators on one caller is told who was first. */
static void another_desks_reset_is_told(void **state)
{
    (void)state;
    make_card(0);
    app.config.desks = 1;
    snprintf(app.config.desk[0].id, sizeof app.config.desk[0].id, "hue");
    snprintf(app.config.desk[0].name, sizeof app.config.desk[0].name, "Bộ phận hỗ trợ Huế");
    snprintf(desk.row[0].cell[0].view.account.note, MK_NOTE_MAX, "20261122065200Z hue");
    app_go(&app, &screen_card);
    assert_shows("Bộ phận hỗ trợ Huế đặt lại lúc 13:52");
    press(KEYS_ENTER);
    assert_shows("Bộ phận hỗ trợ Huế đặt lại lúc 13:52");
}

static void one_more_wrong_password_is_warned_of(void **state)
{
    (void)state;
    make_card(0);
    desk.row[0].cell[1].view.failures = 4;
    app_go(&app, &screen_card);
    assert_shows("trên ldap2 chỉ một lần gõ sai nữa là bị khoá lại");
}

static void hanging_up_asks_while_it_watches(void **state)
{
    (void)state;
    make_card(1);
    record_call();
    desk.row[1].was_reset = true;
    desk.row[1].reset_at = NOW - 60;
    desk.row[1].watch = DESK_WATCHING;
    app_go(&app, &screen_card);
    assert_shows("chờ người gọi đổi");
    press(KEYS_F(10));
    assert_int_equal(asked.hung_up, 0);
    assert_shows("Người gọi chưa đổi mật khẩu tạm.");
    press(KEYS_DOWN);
    assert_int_equal(asked.hung_up, 0);
    app.calling.row = 1;
    app.calling.has_row = true;
    assert_shows("đang chờ người gọi đổi mật khẩu");
    desk.row[1].watch = DESK_SEEN_CHANGED;
    desk.row[1].changed_at = NOW + 240;
    tell(DESK_CHANGED, MK_OK, 1, 0);
    assert_shows("người gọi đã đổi lúc 14:07");
    press(KEYS_F(10));
    assert_int_equal(asked.hung_up, 1);
    assert_ptr_equal(app.screen, &screen_find);
}

/* Two people of one name: back from the wrong card, the hits are still there. */
static void a_card_left_without_a_call_keeps_the_hits(void **state)
{
    (void)state;
    app_go(&app, &screen_find);
    type("an");
    answer(2, false);
    press(KEYS_DOWN);
    make_card(1);
    press(KEYS_ENTER);
    tell(DESK_CARD, MK_OK, 0, 0);
    press(KEYS_ESCAPE);
    assert_ptr_equal(app.screen, &screen_find);
    assert_shows("annv2");
    draw();
    assert_int_equal(find_line(">"), find_line("annv2"));
}

static void everything_fits(void **state)
{
    static const int sizes[][2] = {{24, 80}, {16, 60}, {25, 80}, {50, 132}};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        fresh(NULL);
        resizeterm(sizes[i][0], sizes[i][1]);
        make_card(MK_SYSTEMS_MAX);
        memset(desk.caller.name, 'N', MK_TEXT_MAX);
        memset(desk.caller.unit, 'U', MK_TEXT_MAX);
        memset(desk.caller.mail, 'm', MK_TEXT_MAX);
        memset(desk.caller.login, 'l', MK_LOGIN_MAX);
        memset(desk.caller.staff, 's', MK_STAFF_MAX);
        app.config.directory[0].request.uris = MK_URIS_MAX;
        for (int s = 2; s < MK_URIS_MAX; s++)
            snprintf(app.config.directory[0].request.uri[s], MK_URI_MAX,
                     "ldaps://ldap%d.moj.example", s + 1);
        app_go(&app, &screen_card);
        for (int row = 0; row <= MK_SYSTEMS_MAX; row++) {
            char name[64];

            snprintf(name, sizeof name, row == 0 ? "Tài khoản" : "Hệ thống thứ %d ", row);
            draw();
            assert_true(line(find_line(">"))[0] == '>');
            assert_non_null(strstr(line(find_line(">")), name));
            assert_non_null(strstr(line(LINES - 1), "F10 Gác máy"));
            assert_non_null(strstr(line(LINES - 1), "F1 Trợ giúp"));
            press(KEYS_DOWN);
        }
        press(KEYS_ENTER);
        for (int s = 0; s < MK_URIS_MAX; s++)
            press(KEYS_DOWN);
        assert_shows("ldap8");
    }
}

/* --- the call --- */

static void a_call_needs_both(void **state)
{
    (void)state;
    make_card(1);
    asked.check = -1;
    app_go(&app, &screen_card);
    press(KEYS_F(3));
    assert_ptr_equal(app.screen, &screen_call);
    assert_shows("1  Gọi lại số trong danh bạ");
    press(KEYS_ENTER);
    assert_shows("Hãy chọn cách đã xác minh");
    type("9");
    press(KEYS_ENTER);
    assert_int_equal(asked.check, -1);
    type("2");
    assert_shows("[x] 2");
    press(KEYS_ENTER);
    type("1. ");
    press(KEYS_ENTER);
    assert_int_equal(asked.check, -1);
    assert_shows("Hãy gõ vài chữ");
    type("quen mk");
    press(KEYS_ENTER);
    assert_int_equal(asked.check, 1);
    assert_string_equal(asked.reason, "1. quen mk");
    assert_shows("Đang ghi cuộc gọi...");
    tell(DESK_CALL, MK_NO_TRAIL, 0, 0);
    assert_ptr_equal(app.screen, &screen_call);
    assert_shows("Hiện không ghi được cuộc gọi vào nhật ký");
    press(KEYS_ESCAPE);
    assert_ptr_equal(app.screen, &screen_card);
    assert_int_equal(asked.unlocked, -2);
}

/* --- the reset --- */

#define SHOWN "b  k  7  m  x  -  4  t  n  2  9"

/* On the reset's page, an account chosen and its password made. */
static void to_confirm(int systems)
{
    make_card(systems);
    record_call();
    app_go(&app, &screen_card);
    draw();
    app.calling.row = 1;
    app.calling.has_row = true;
    press(KEYS_F(7));
    assert_ptr_equal(app.screen, &screen_reset);
    draw();
    press(KEYS_ENTER);
    have_password("bk7mx-4tn29");
}

static void to_done(enum mk_result result)
{
    to_confirm(2);
    press(KEYS_F(7));
    desk.row[1].cell[0].acted = DESK_A_RESET;
    desk.row[1].cell[0].result = result;
    tell(DESK_ACT, result, 1, 0);
    desk.acting = false;
    tell(DESK_DONE, result, 0, 0);
}

static void a_reset_is_chosen_and_confirmed(void **state)
{
    (void)state;
    make_card(3);
    record_call();
    desk.row[2].cell[0].view.account.standing = MK_EXPIRED;
    desk.row[3].cell[0].view.dn[0] = '\0';
    app_go(&app, &screen_card);
    draw();
    press(KEYS_F(7));
    assert_ptr_equal(app.screen, &screen_reset);
    draw();
    /* What is recommended is chosen already. */
    assert_non_null(strstr(line(find_line(">")), "[x]"));
    assert_non_null(strstr(line(find_line(">")), "Hệ thống thứ 2"));
    press(KEYS_DOWN);
    type(" ");
    assert_shows("hiện chưa đặt lại được từ đây");
    press(KEYS_UP);
    press(KEYS_UP);
    type(" ");
    press(KEYS_F(7));
    assert_int_equal(asked.issued, 0);
    press(KEYS_ENTER);
    assert_int_equal(asked.issued, 2);
    assert_shows("Đang tạo mật khẩu tạm");
    press(KEYS_F(7));
    assert_string_equal(asked.password, "");
    have_password("bk7mx-4tn29");
    assert_shows("Bấm F7 thì đặt mật khẩu tạm cho 2 tài khoản sau:");
    assert_shows("Hệ thống thứ 1");
    assert_shows("Hệ thống thứ 2");
    assert_hides("Hệ thống thứ 3");
    assert_hides("bk7mx");
    press(KEYS_ENTER);
    assert_string_equal(asked.password, "");
    press(KEYS_F(7));
    assert_string_equal(asked.password, "bk7mx-4tn29");
    assert_true(asked.reset[1] && asked.reset[2] && !asked.reset[0] && !asked.reset[3]);
    /* Nothing leaves it before every server has answered. */
    press(KEYS_F(10));
    press(KEYS_ESCAPE);
    assert_ptr_equal(app.screen, &screen_reset);
    assert_shows("Đang đặt mật khẩu tạm");
}

static void the_password_is_shown_on_a_key_only(void **state)
{
    (void)state;
    to_done(MK_OK);
    assert_hides(SHOWN);
    assert_shows("đã đặt, phải đổi khi đăng nhập");
    press(KEYS_F(2));
    assert_shows(SHOWN);
    assert_shows("b như Bình");
    press(KEYS_RIGHT);
    assert_hides(SHOWN);
    assert_hides("b như Bình");
    press(KEYS_F(2));
    assert_shows(SHOWN);
    press(KEYS_F(2));
    assert_hides(SHOWN);
    press(KEYS_F(2));
    press(KEYS_F(1));
    assert_true(app.helping);
    assert_hides(SHOWN);
    press(KEYS_F(2));
    press(KEYS_F(10));
    assert_ptr_equal(app.screen, &screen_reset);
    assert_hides(SHOWN);
    press(KEYS_F(2));
    assert_int_equal(app.screen->tick(&app), app.now_ms + 30000);
    app.now_ms += 29999;
    (void)app.screen->tick(&app);
    assert_shows(SHOWN);
    app.now_ms += 1;
    assert_int_equal(app.screen->tick(&app), INT64_MAX);
    assert_hides(SHOWN);
    asked.forgotten = 0;
    press(KEYS_F(10));
    assert_ptr_equal(app.screen, &screen_card);
    assert_int_equal(asked.forgotten, 1);
}

static void leaving_unread_is_asked_about(void **state)
{
    (void)state;
    to_done(MK_OK);
    press(KEYS_ESCAPE);
    assert_ptr_equal(app.screen, &screen_reset);
    assert_shows("Bạn chưa xem mật khẩu tạm");
    press(KEYS_F(10));
    assert_ptr_equal(app.screen, &screen_card);
}

static bool is_bold(int y)
{
    return (mvinch(y, 3) & A_BOLD) != 0;
}

static void what_lasts_or_is_locked_is_said_first(void **state)
{
    static const struct {
        enum mk_result result;
        const char *said;
    } loud[] = {
        {MK_LASTING, "máy chủ KHÔNG bắt buộc đổi mật khẩu này"},
        {MK_STILL_LOCKED, "tài khoản VẪN BỊ KHOÁ"},
        {MK_OUTCOME_UNKNOWN, "chưa rõ đã đặt được mật khẩu này hay chưa"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof loud / sizeof *loud; i++) {
        fresh(NULL);
        to_done(loud[i].result);
        app.notice[0] = '\0';
        assert_shows(loud[i].said);
        assert_int_equal(find_line("CHÚ Ý"), 2);
        assert_true(is_bold(2));
        press(KEYS_F(2));
        assert_shows(SHOWN);
    }
}

/* In the lowest window, below the loudest of warnings. */
static void all_of_the_spelling_is_seen(void **state)
{
    (void)state;
    resizeterm(16, 60);
    to_done(MK_LASTING);
    have_password("bk7mx4-hrt29c-kvn83Hp");
    app.notice[0] = '\0';
    press(KEYS_F(2));
    for (size_t i = 0; i < temporary.length; i++)
        assert_shows(spell(&temporary, i));
}

static void a_password_set_nowhere_is_not_shown(void **state)
{
    (void)state;
    to_done(MK_NO_TRAIL);
    assert_shows("CHƯA làm: không ghi được nhật ký");
    assert_shows("Việc này phải được ghi vào nhật ký trước");
    app.notice[0] = '\0';
    assert_shows("Chưa đặt được mật khẩu tạm ở đâu cả");
    press(KEYS_F(2));
    assert_hides(SHOWN);
    press(KEYS_F(10));
    assert_ptr_equal(app.screen, &screen_card);
}

static void no_password_no_reset(void **state)
{
    (void)state;
    to_confirm(1);
    app.issue.state = ISSUE_FAILED;
    app.issue.why = ISSUE_NONE_FITS;
    assert_shows("Không tạo được mật khẩu tạm");
    press(KEYS_F(7));
    assert_string_equal(asked.password, "");
    app.issue.why = ISSUE_INCOMPLETE;
    app.issue.account = 0;
    assert_shows("Hệ thống thứ 1 có một cái tên rất dài của Cục: hiện không kiểm tra được");
    press(KEYS_ESCAPE);
    assert_shows("Đặt mật khẩu tạm cho những tài khoản nào?");
}

/* Of two that were chosen, one has gone before F7: nothing is done, rather than one of them. */
static void a_server_gone_meanwhile(void **state)
{
    (void)state;
    to_confirm(2);
    press(KEYS_ESCAPE);
    draw();
    press(KEYS_DOWN);
    type(" ");
    press(KEYS_ENTER);
    assert_int_equal(asked.issued, 2);
    have_password("bk7mx-4tn29");
    desk.row[2].cell[0].seen = false;
    press(KEYS_F(7));
    assert_string_equal(asked.password, "");
    assert_shows("Hệ thống thứ 2 có một cái tên rất dài của Cục: hiện chưa đặt lại được từ đây");
    assert_shows("Đặt mật khẩu tạm cho những tài khoản nào?");
    app.notice[0] = '\0';
    press(KEYS_ENTER);
    assert_int_equal(asked.issued, 1);
    have_password("bk7mx-4tn29");
    press(KEYS_F(7));
    assert_true(asked.reset[1] && !asked.reset[2]);
}

static void a_long_password_fits(void **state)
{
    static const int sizes[][2] = {{24, 80}, {16, 60}};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        fresh(NULL);
        resizeterm(sizes[i][0], sizes[i][1]);
        to_confirm(MK_SYSTEMS_MAX);
        press(KEYS_ESCAPE);
        for (int row = 0; row < 5; row++)
            type(" ");
        press(KEYS_ENTER);
        have_password("HNRT2b-kmnx34-tvhc57-xkm892");
        assert_shows("F7 Đặt lại");
        press(KEYS_F(7));
        for (int row = 0; row <= MK_SYSTEMS_MAX; row++)
            if (asked.reset[row]) {
                desk.row[row].cell[0].acted = DESK_A_RESET;
                tell(DESK_ACT, MK_OK, row, 0);
            }
        tell(DESK_DONE, MK_OK, 0, 0);
        press(KEYS_F(2));
        assert_shows("H hoa như Huế");
        assert_shows("k như");
        draw();
        assert_non_null(strstr(line(LINES - 1), "F2 Ẩn"));
    }
}

/* --- before and after --- */

static void speak(const char *language)
{
    setenv("LANGUAGE", language, 1);
    bindtextdomain("matkhau", CATALOGUES);
    bind_textdomain_codeset("matkhau", "UTF-8");
    textdomain("matkhau");
}

static void every_help_fits(void **state)
{
    enum { SCREENS = 4 };
    static const struct screen *const screens[SCREENS] = {&screen_find, &screen_card, &screen_call,
                                                          &screen_reset};
    struct text_line lines[16];

    (void)state;
    for (int l = 0; l < 2; l++) {
        speak(l == 0 ? "en" : "vi");
        for (size_t i = 0; i < SCREENS; i++) {
            assert_in_range(text_wrap(lines, 16, gettext(screens[i]->help), 74), 1, 4);
            for (const struct action *a = screens[i]->actions; a->label != NULL; a++)
                if (a->help[0] != '\0')
                    assert_in_range(text_columns(gettext(a->help)), 1, 80 - 3 - 8);
        }
    }
}

static int start(void **state)
{
    FILE *nowhere = fopen("/dev/null", "r+");

    (void)state;
    setenv("TZ", "<+07>-7", 1);
    tzset();
    unsetenv("LINES");
    unsetenv("COLUMNS");
    setlocale(LC_CTYPE, "C.UTF-8");
    setlocale(LC_MESSAGES, "C.UTF-8");
    text_start(true);
    speak("vi");
    if (nowhere == NULL || newterm("xterm", nowhere, nowhere) == NULL)
        return -1;
    return strcmp(gettext("Password"), "Mật khẩu") == 0 ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    free(app.memory);
    endwin();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(hits_are_told_apart, fresh),
        cmocka_unit_test_setup(more_than_can_be_shown_is_said, fresh),
        cmocka_unit_test_setup(nobody_is_opened_while_searching, fresh),
        cmocka_unit_test_setup(enter_waits_for_the_only_one, fresh),
        cmocka_unit_test_setup(a_search_that_failed_says_why, fresh),
        cmocka_unit_test_setup(what_is_pasted_is_text, fresh),
        cmocka_unit_test_setup(a_card_that_is_not_shown_says_why, fresh),
        cmocka_unit_test_setup(only_locked_is_only_unlocked, fresh),
        cmocka_unit_test_setup(several_locks_are_asked_about, fresh),
        cmocka_unit_test_setup(a_lock_for_good_is_asked_about, fresh),
        cmocka_unit_test_setup(who_is_barred_is_offered_nothing, fresh),
        cmocka_unit_test_setup(what_is_not_known_never_looks_fine, fresh),
        cmocka_unit_test_setup(results_stand_beside_their_servers, fresh),
        cmocka_unit_test_setup(another_desks_reset_is_told, fresh),
        cmocka_unit_test_setup(one_more_wrong_password_is_warned_of, fresh),
        cmocka_unit_test_setup(hanging_up_asks_while_it_watches, fresh),
        cmocka_unit_test_setup(a_card_left_without_a_call_keeps_the_hits, fresh),
        cmocka_unit_test_setup(everything_fits, fresh),
        cmocka_unit_test_setup(a_call_needs_both, fresh),
        cmocka_unit_test_setup(a_reset_is_chosen_and_confirmed, fresh),
        cmocka_unit_test_setup(the_password_is_shown_on_a_key_only, fresh),
        cmocka_unit_test_setup(leaving_unread_is_asked_about, fresh),
        cmocka_unit_test_setup(what_lasts_or_is_locked_is_said_first, fresh),
        cmocka_unit_test_setup(all_of_the_spelling_is_seen, fresh),
        cmocka_unit_test_setup(a_password_set_nowhere_is_not_shown, fresh),
        cmocka_unit_test_setup(no_password_no_reset, fresh),
        cmocka_unit_test_setup(a_server_gone_meanwhile, fresh),
        cmocka_unit_test_setup(a_long_password_fits, fresh),
        cmocka_unit_test_setup(every_help_fits, fresh),
    };

    return cmocka_run_group_tests(tests, start, end);
}
