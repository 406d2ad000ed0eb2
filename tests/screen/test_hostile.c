/* SPDX-License-Identifier: MIT */

/*
 * A directory that means harm, and what of it reaches the terminal: nothing that moves the cursor,
 * changes direction, hides or is no letter; and a keyboard that is answered all the time.
 */

#include <ldap.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "evil.h"
#include "evil_values.h"
#include "stage.h"

#define DEADLINE_MAX 3 /* seconds */
#define GRACE_MS 3000
#define NEW_PASSWORD "Khe-chin5b"
#define STATS "Báo cáo thống kê"
#define MEMORY_KB (64L * 1024)

/* Answers to keys meanwhile: 100 ms are asked for, a busy machine is given more. */
#define AT_ONCE 1000

static struct stage stage; /* its home only: there are no servers but the hostile one */
static struct evil *evil;

/* What the server is to do: set before evil_open(), which copies it. */
static enum evil_kind place;
static const struct evil_strike *strike;
static struct berval value;

static int deadline = DEADLINE_MAX; /* of the program, in seconds */
static int worst_ms;                /* the longest wait for an answer to a key */

static int make_home(void **state)
{
    (void)state;
    stage_make_home(&stage);
    return 0;
}

static int remove_home(void **state)
{
    (void)state;
    unlink(stage.config);
    rmdir(stage.directory);
    print_message("# keys under attack: answered within %d ms\n", worst_ms);
    return 0;
}

static int end_program(void **state)
{
    (void)state;
    stage_close(&stage);
    evil_close(evil);
    evil = NULL;
    return 0;
}

static void configure(unsigned port)
{
    FILE *file = fopen(stage.config, "we");

    assert_non_null(file);
    fprintf(file,
            "[ministry]\nname = Bộ Tư pháp\ndomain = example.vn\nhelpdesk = 024 1234 5678\n"
            "max_age = 3 months\nwarn = 14 days\ndeadline = %d seconds\n"
            "[directory main]\nuri = ldap://127.0.0.1:%u\ntls = clear text on loopback\n"
            "base = dc=example,dc=vn\nperson = (&(objectClass=inetOrgPerson)(uid=%%u))\n"
            "default_policy = " EVIL_POLICY_DN "\n"
            "[system stats]\nname = " STATS "\naccount = (&(seeAlso=%%d)(host=stats))\n",
            deadline, port);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(stage.config, 0600), 0);
}

static struct screen *open_against(void (*answer)(struct evil_line *line,
                                                  const struct evil_request *request))
{
    evil = evil_open(answer);
    configure(evil_port(evil));
    return stage_open(&stage, &stage_xterm);
}

/* --- what may reach a terminal --- */

static bool is_within(uint32_t c, uint32_t first, uint32_t last)
{
    return c >= first && c <= last;
}

/* Controls, what hides, what changes direction, what has no letter. */
static bool is_harmful(uint32_t c)
{
    return c < ' ' || is_within(c, 0x7f, 0x9f) || c == 0xad || is_within(c, 0x590, 0x8ff) ||
           c == 0x180e || is_within(c, 0x200b, 0x200f) || is_within(c, 0x2028, 0x202e) ||
           is_within(c, 0x2060, 0x206f) || is_within(c, 0xd800, 0xf8ff) ||
           is_within(c, 0xfb1d, 0xfdff) || is_within(c, 0xfe00, 0xfe0f) ||
           is_within(c, 0xfe70, 0xfeff) || is_within(c, 0xfff0, 0xfffc) || c >= 0xe0000;
}

/* One character of UTF-8 in its shortest form; 0 for anything else. */
static size_t decode(const unsigned char *s, size_t size, uint32_t *c)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = s[0] < 0x80             ? 1
                    : (s[0] & 0xe0) == 0xc0 ? 2
                    : (s[0] & 0xf0) == 0xe0 ? 3
                    : (s[0] & 0xf8) == 0xf0 ? 4
                                            : 0;

    if (length == 0 || length > size)
        return 0;
    *c = length == 1 ? s[0] : s[0] & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        *c = *c << 6 | (s[i] & 0x3f);
    }
    return *c < least[length] && length > 1 ? 0 : length;
}

/* The length of a sequence that ncurses writes for this terminal; 0 for any other. */
static size_t sequence(const char *s, size_t size)
{
    size_t n = 2;

    if (size < 2)
        return 0;
    if (s[1] == '(' || s[1] == ')')
        return 3;
    if (s[1] != '[')
        return strchr("78=>M", s[1]) != NULL ? 2 : 0;
    while (n < size && strchr("0123456789;?>", s[n]) != NULL)
        n++;
    return n < size && strchr("@ABCDGHJKLMPSTXbdhlmrtu", s[n]) != NULL ? n + 1 : 0;
}

/* Where `text` holds what must not reach a terminal; NULL: nowhere. */
static const char *find_harm(const char *text, size_t size, bool cells)
{
    unsigned marks = 0;

    for (size_t i = 0; i < size;) {
        uint32_t c = 0;
        size_t n = decode((const unsigned char *)text + i, size - i, &c);

        if (n == 0)
            return text + i;
        marks = is_within(c, 0x300, 0x36f) ? marks + 1 : 0;
        if (!cells && c == '\033')
            n = sequence(text + i, size - i);
        else if (is_harmful(c) && !(c == '\n' || (!cells && (c == '\r' || c == '\b'))))
            n = 0;
        if (n == 0 || marks > 2)
            return text + i;
        i += n;
    }
    return NULL;
}

static void show_harm(struct screen *t, const char *name, const char *harm)
{
    fprintf(stderr, "%s:", name);
    for (int i = 0; i < 24 && harm[i] != '\0'; i++)
        fprintf(stderr, " %02x", (unsigned char)harm[i]);
    stage_fail(t, " has reached the terminal");
}

/* The screen's cells as they are, and every byte that has been sent so far. */
static void assert_clean(struct screen *t, const char *name)
{
    const char *text = screen_text(t);
    const char *harm = find_harm(text, strlen(text), true);
    size_t size;
    const char *bytes;

    if (harm != NULL)
        show_harm(t, name, harm);
    bytes = screen_output(t, &size);
    harm = find_harm(bytes, size, false);
    if (harm == NULL && value.bv_len > 0 && memchr(value.bv_val, '\033', value.bv_len) != NULL)
        harm = memmem(bytes, size, value.bv_val, value.bv_len);
    if (harm != NULL)
        show_harm(t, name, harm);
}

/* --- values --- */

/* Waits until the screen asks nothing of the server any more. */
static void wait_idle(struct screen *t, const char *name)
{
    int64_t end = stage_clock_ms() + 3000 * DEADLINE_MAX + GRACE_MS;

    do {
        screen_settle(t, STAGE_QUIET);
        if (stage_clock_ms() >= end)
            stage_fail(t, name);
    } while (screen_has(t, "Đang ") || screen_has(t, "đang đọc"));
}

/* Keys of which the last one changes something on the screen; how soon is the machine's affair. */
static void press(struct screen *t, const char *keys)
{
    int64_t end = stage_clock_ms() + STAGE_WAIT;
    size_t before;
    size_t now;

    screen_settle(t, STAGE_QUIET);
    (void)screen_output(t, &before);
    screen_send(t, keys);
    do {
        screen_settle(t, STAGE_QUIET);
        (void)screen_output(t, &now);
    } while (now == before && stage_clock_ms() < end);
}

/* Logs in, and where that leads to the table, changes the log-in's own password and comes back. */
static void use(struct screen *t, const char *name)
{
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    press(t, "an" SCREEN_TAB STAGE_PASSWORD);
    press(t, SCREEN_ENTER);
    wait_idle(t, name);
    assert_clean(t, name);
    if (screen_has(t, "Việc cần làm")) {
        press(t, SCREEN_ENTER);
        assert_clean(t, name);
    }
    if (screen_has(t, "Nhập lại mật khẩu mới")) {
        screen_send(t, NEW_PASSWORD SCREEN_TAB NEW_PASSWORD);
        screen_wait(t, "]  khớp", STAGE_WAIT);
        press(t, SCREEN_ENTER);
        wait_idle(t, name);
        assert_clean(t, name);
    }
}

static void put_in_texts(struct evil_line *line, const struct evil_request *request)
{
    const struct evil_attribute root[] = {{"vendorName", value, 0},
                                          {"defaultNamingContext", value, 0},
                                          {"supportedExtension", value, 0},
                                          {NULL, {0, NULL}, 0}};
    const struct evil_attribute account[] = {
        {"cn", value, 0}, {"ou", value, 0}, {"mail", value, 0}, {NULL, {0, NULL}, 0}};

    if (request->kind == EVIL_CHANGE)
        evil_result(line, request,
                    &(struct evil_result){
                        .code = LDAP_CONSTRAINT_VIOLATION, .matched = value, .text = value});
    else
        evil_usual(line, request,
                   request->kind == EVIL_ROOT   ? root
                   : request->kind == EVIL_READ ? account
                                                : NULL);
}

static void put_in_numbers(struct evil_line *line, const struct evil_request *request)
{
    static const char *const names[] = {"pwdChangedTime", "pwdAccountLockedTime", "pwdReset",
                                        "pwdStartTime",   "pwdEndTime",           "pwdLastSuccess",
                                        "pwdGraceUseTime"};
    struct evil_attribute account[sizeof names / sizeof *names + 1] = {{NULL, {0, NULL}, 0}};
    const struct evil_attribute policy[] = {
        {"pwdMaxAge", value, 0}, {"pwdGraceAuthnLimit", value, 0}, {NULL, {0, NULL}, 0}};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        account[i] = (struct evil_attribute){names[i], value, 0};
    evil_usual(line, request,
               request->kind == EVIL_READ     ? account
               : request->kind == EVIL_POLICY ? policy
                                              : NULL);
}

static void put_in_refusals(struct evil_line *line, const struct evil_request *request)
{
    const struct evil_result result = {
        .code = LDAP_OTHER, .matched = value, .text = value, .referral = value, .control = value};

    if (request->kind == EVIL_FIND)
        evil_entry(line, request->id, value, NULL);
    if (request->kind == EVIL_FIND || request->kind == EVIL_BIND)
        evil_result(line, request, &result);
    else
        evil_usual(line, request, NULL);
}

static void test_nothing_of_a_value_reaches_the_terminal(void **state)
{
    static const struct {
        const char *name;
        void (*answer)(struct evil_line *line, const struct evil_request *request);
    } places[] = {{"texts", put_in_texts},
                  {"times and numbers", put_in_numbers},
                  {"DN and refusal", put_in_refusals}};

    for (size_t v = 0; v < EVIL_VALUES; v++)
        for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
            char name[96];

            value = evil_value_bytes(&evil_values[v]);
            snprintf(name, sizeof name, "%s in %s", evil_values[v].name, places[p].name);
            use(open_against(places[p].answer), name);
            end_program(state);
            free(value.bv_val);
            value = (struct berval){0, NULL};
        }
}

/* --- messages --- */

static void strike_at_place(struct evil_line *line, const struct evil_request *request)
{
    if (request->kind == place)
        strike->answer(line, request);
    else
        evil_usual(line, request, NULL);
}

static void assert_at_once(struct screen *t, const char *keys, const char *text)
{
    int64_t from = stage_clock_ms();
    int took;

    screen_send(t, keys);
    screen_wait(t, text, STAGE_WAIT);
    took = (int)(stage_clock_ms() - from);
    if (took > worst_ms)
        worst_ms = took;
    if (took > AT_ONCE)
        stage_fail(t, "a key is answered late");
}

static void assert_memory(struct screen *t)
{
    pid_t children[8];
    int count = stage_children(screen_pid(t), children, 8);

    for (int i = 0; i < count && i < 8; i++) {
        char path[64];
        char line[128];
        FILE *file;

        snprintf(path, sizeof path, "/proc/%d/status", (int)children[i]);
        file = fopen(path, "re");
        while (file != NULL && fgets(line, sizeof line, file) != NULL)
            if (strncmp(line, "VmHWM:", 6) == 0 && strtol(line + 6, NULL, 10) > MEMORY_KB)
#ifndef SANITIZED
                stage_fail(t, line);
#else
                print_message("# %s", line);
#endif
        if (file != NULL)
            fclose(file);
    }
}

/* Help and back, again and again, until the deadline has ended it. */
static void press_keys(struct screen *t)
{
    for (int i = 0; i < 3; i++) {
        assert_at_once(t, SCREEN_F(1), "Nhấn phím bất kỳ");
        assert_memory(t);
        screen_send(t, " ");
        screen_wait_gone(t, "Nhấn phím bất kỳ", STAGE_WAIT);
    }
}

static void test_keys_are_answered_whatever_comes(void **state)
{
    static const enum evil_kind places[] = {EVIL_ROOT, EVIL_FIND, EVIL_READ, EVIL_CHANGE};

    for (strike = evil_strikes; strike->name != NULL; strike++)
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            struct screen *t;

            place = places[i];
            /* The log-in before a change is to succeed on a busy machine, too. */
            deadline = place == EVIL_CHANGE ? DEADLINE_MAX : 1;
            t = open_against(strike_at_place);
            screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
            screen_send(t, "an" SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
            if (place == EVIL_CHANGE) {
                screen_wait(t, "Việc cần làm", STAGE_WAIT);
                wait_idle(t, strike->name);
                screen_send(t, SCREEN_ENTER);
                screen_wait(t, "Nhập lại mật khẩu mới", STAGE_WAIT);
                screen_send(t, NEW_PASSWORD SCREEN_TAB NEW_PASSWORD);
                screen_wait(t, "]  khớp", STAGE_WAIT);
                screen_send(t, SCREEN_ENTER);
            }
            press_keys(t);
            wait_idle(t, strike->name);
            assert_clean(t, strike->name);
            end_program(state);
        }
}

/* --- answers that contradict what is shown --- */

struct contradiction {
    const char *name;
    int code;          /* of the answer to the change */
    const char *shown; /* pwdChangedTime from then on; NULL: as before */
    const char *sentence;
};

#define DOUBT "không khớp với trạng thái mà máy chủ cho thấy sau đó, chưa biết đã đổi hay chưa"
#define CHANGED ": đã đổi mật khẩu"

static const struct contradiction contradictions[] = {
    {"success, old state", LDAP_SUCCESS, EVIL_CHANGED, DOUBT},
    {"success, older state", LDAP_SUCCESS, "20260901000000Z", DOUBT},
    {"success, new state", LDAP_SUCCESS, "20261102000000Z", CHANGED},
    {"success, no state", LDAP_SUCCESS, "", CHANGED},
    {"refused, new state", LDAP_NO_SUCH_OBJECT, "20261102000000Z", DOUBT},
    {"no right, new state", LDAP_STRONG_AUTH_REQUIRED, "20261102000000Z", DOUBT},
    {"refused, old state", LDAP_NO_SUCH_OBJECT, NULL,
     "Máy chủ từ chối vì lý do riêng (mã LDAP 32)"},
    {"in history, new state", LDAP_CONSTRAINT_VIOLATION, "20261102000000Z", "Chưa có gì thay đổi"},
};

static const struct contradiction *contradiction;

static void contradict(struct evil_line *line, const struct evil_request *request)
{
    static bool changed; /* of this connection, which is a process */
    struct evil_attribute state[2] = {{"pwdChangedTime", {0, NULL}, 0}, {NULL, {0, NULL}, 0}};

    if (request->kind == EVIL_CHANGE) {
        changed = true;
        evil_result(line, request, &(struct evil_result){.code = contradiction->code});
        return;
    }
    if (changed && contradiction->shown != NULL)
        state[0].value =
            (struct berval){strlen(contradiction->shown), strdup(contradiction->shown)};
    evil_usual(line, request,
               state[0].value.bv_val != NULL && request->kind == EVIL_READ ? state : NULL);
}

static void test_an_answer_is_held_against_what_is_shown(void **state)
{
    for (size_t i = 0; i < sizeof contradictions / sizeof *contradictions; i++) {
        struct screen *t;

        contradiction = &contradictions[i];
        t = open_against(contradict);
        use(t, contradiction->name);
        if (!stage_has_sentence(t, contradiction->sentence))
            stage_fail(t, contradiction->name);
        if (strcmp(contradiction->sentence, CHANGED) != 0)
            assert_false(stage_has_sentence(t, CHANGED));
        end_program(state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_nothing_of_a_value_reaches_the_terminal, end_program),
        cmocka_unit_test_teardown(test_an_answer_is_held_against_what_is_shown, end_program),
        cmocka_unit_test_teardown(test_keys_are_answered_whatever_comes, end_program),
    };

    return cmocka_run_group_tests(tests, make_home, remove_home);
}
