/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "note.h"
#include "sentences.h"
#include "sentences_desk.h"
#include "text.h"

/* The columns that the table has for them at 80. */
enum { EXPIRES_COLUMNS = 10, LEFT_COLUMNS = 12, TODO_COLUMNS = 17, OUTCOME_COLUMNS = 39 };

/* Three lines of 74 columns, which every screen has for a notice. */
enum { NOTICE_COLUMNS = 80 - 6, NOTICE_LINES = 4 };

#define NOW INT64_C(1795330980)
#define DAY INT64_C(86400)

static const char *const languages[] = {"en", "vi"};

static void speak(const char *language)
{
    setenv("LANGUAGE", language, 1);
    /* gettext looks at LANGUAGE anew when a domain is bound. */
    bindtextdomain("matkhau", CATALOGUES);
    bind_textdomain_codeset("matkhau", "UTF-8");
    textdomain("matkhau");
}

static void assert_sentence(const char *text)
{
    struct text_line lines[16];

    assert_true(strlen(text) > 10);
    assert_true(strlen(text) < SENTENCE_MAX - 1);
    assert_in_range(text_wrap(lines, 16, text, NOTICE_COLUMNS), 1, NOTICE_LINES);
}

static void every_result_has_a_sentence_that_fits(void **state)
{
    char text[SENTENCE_MAX];

    (void)state;
    for (size_t l = 0; l < 2; l++) {
        speak(languages[l]);
        for (int r = MK_OK + 1; r < MK_RESULTS; r++) {
            sentence_log_in(text, sizeof text, r, 53);
            assert_sentence(text);
            sentence_change(text, sizeof text, r, 53);
            assert_sentence(text);
            sentence_open(text, sizeof text, r, 53, "Quản lý thụ lý, tổ chức thi hành án");
            assert_sentence(text);
            assert_in_range(text_columns(sentence_outcome(r)), 1, OUTCOME_COLUMNS);
        }
        for (int r = MK_RULE_OK + 1; r < MK_RULES; r++) {
            sentence_rule(text, sizeof text, r, 3, "");
            assert_sentence(text);
        }
    }
}

static void the_unnamed_code_goes_with_its_number(void **state)
{
    char text[SENTENCE_MAX];

    (void)state;
    speak("vi");
    sentence_log_in(text, sizeof text, MK_SERVER_REFUSED, 53);
    assert_non_null(strstr(text, "53"));
}

static void only_ok_is_called_changed(void **state)
{
    (void)state;
    speak("en");
    for (int r = MK_OK + 1; r < MK_RESULTS; r++)
        if (r != MK_OUTCOME_UNKNOWN && r != MK_OUTCOME_UNSEEN && r != MK_OUTCOME_CONTRADICTED)
            assert_memory_equal(sentence_outcome(r), "NOT changed", 11);
    assert_string_equal(sentence_outcome(MK_OK), "changed");
}

/* Few words, but none that the whole sentence speaks against. */
static void only_what_did_not_connect_is_called_so(void **state)
{
    static const enum mk_result others[] = {
        MK_PERSON_UNKNOWN,  MK_PERSON_AMBIGUOUS, MK_NO_WRITER,     MK_BEHIND,
        MK_NOT_ALLOWED_NOW, MK_WORKER_FAILED,    MK_EMPTY_PASSWORD};

    (void)state;
    speak("en");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_null(strstr(sentence_outcome(others[i]), "connection"));
    assert_non_null(strstr(sentence_outcome(MK_UNREACHABLE), "connection"));
    assert_non_null(strstr(sentence_outcome(MK_ACCOUNT_EXPIRED), "no log-in left"));
    assert_null(strstr(sentence_outcome(MK_CHANGE_FIRST), "expired"));
    assert_null(strstr(sentence_outcome(MK_EXPIRED_FIRST), "no log-in left"));
}

static struct row row_of(enum mk_standing standing, enum mk_unknown unknown, int64_t expires)
{
    return (struct row){.state = {.standing = standing,
                                  .unknown = unknown,
                                  .reason = MK_REASON_MINISTRY,
                                  .grace = 2,
                                  .expires = expires,
                                  .changed = NOW - 30 * DAY,
                                  .until = NOW + 600}};
}

static void assert_row_fits(const struct row *row)
{
    struct sentence_row text;

    sentence_row(&text, row, NOW);
    assert_in_range(text_columns(text.expires), 0, EXPIRES_COLUMNS);
    assert_in_range(text_columns(text.left), 0, LEFT_COLUMNS);
    assert_in_range(text_columns(text.todo), 1, TODO_COLUMNS);
}

static void every_standing_fits_its_columns(void **state)
{
    static const int days[] = {-365, -12, -1, 0, 1, 90, 365};
    static struct config config;
    char text[SENTENCE_MAX];

    (void)state;
    config.directory[0].request.max_age = 3;
    config.directory[0].request.max_age_unit = MK_AGE_MONTHS;
    for (size_t l = 0; l < 2; l++) {
        speak(languages[l]);
        for (int s = 0; s < MK_STANDINGS; s++)
            for (int u = 0; u < (s == MK_UNKNOWN ? MK_UNKNOWNS : 1); u++)
                for (size_t d = 0; d < sizeof days / sizeof days[0]; d++) {
                    struct row row = row_of(s, u, NOW + days[d] * DAY);

                    assert_row_fits(&row);
                    sentence_detail(text, sizeof text, &row, &config, NOW);
                    assert_sentence(text);
                }
    }
}

static void what_is_not_known_never_looks_fine(void **state)
{
    struct row row = row_of(MK_UNKNOWN, MK_UNKNOWN_POLICY, NOW + 30 * DAY);
    struct sentence_row text;

    (void)state;
    speak("en");
    sentence_row(&text, &row, NOW);
    assert_string_equal(text.expires, "unknown");
    assert_string_equal(text.left, "");
    assert_string_not_equal(text.todo, "-");
}

static void no_answer_says_why(void **state)
{
    static struct config config;
    struct row row = row_of(MK_UNKNOWN, MK_UNKNOWN_NO_ANSWER, MK_TIME_UNKNOWN);
    char text[SENTENCE_MAX];

    (void)state;
    speak("en");
    row.failure = MK_SILENT;
    sentence_detail(text, sizeof text, &row, &config, NOW);
    assert_non_null(strstr(text, "did not answer in time"));
    row.failure = MK_CERT_EXPIRED;
    sentence_detail(text, sizeof text, &row, &config, NOW);
    assert_non_null(strstr(text, "certificate"));
}

/* Who was at work is told by the configuration alone, whatever the entry says. */
static void a_reset_is_told_with_its_desk(void **state)
{
    static struct config config = {.desks = 1,
                                   .desk = {{.id = "hanoi", .name = "Bộ phận hỗ trợ Hà Nội"}}};
    struct note note = {.when = NOW};
    struct row row = row_of(MK_FINE, MK_KNOWN, NOW + 30 * DAY);
    char text[SENTENCE_MAX];

    (void)state;
    speak("vi");
    sentence_note(text, sizeof text, &row, &config, NOW);
    assert_string_equal(text, "");
    (void)snprintf(row.state.note, sizeof row.state.note, "20261122070300Z hanoi");
    sentence_note(text, sizeof text, &row, &config, NOW);
    assert_string_equal(text, "Mật khẩu này đã được Bộ phận hỗ trợ Hà Nội đặt lại lúc 14:03 ngày "
                              "22/11/2026.");
    (void)snprintf(row.state.note, sizeof row.state.note, "20261122070300Z \033[2Jhanoi");
    sentence_note(text, sizeof text, &row, &config, NOW);
    assert_string_equal(text, "Mật khẩu này đã được bộ phận hỗ trợ đặt lại lúc 14:03 ngày "
                              "22/11/2026.");
    sentence_note(text, sizeof text, &row, &config, NOW + 31 * DAY);
    assert_string_equal(text, "");
    for (size_t l = 0; l < 2; l++) {
        speak(languages[l]);
        sentence_resets(text, sizeof text, 1, "Thư điện tử công vụ", &note, &config);
        assert_sentence(text);
        assert_non_null(strstr(text, "Thư điện tử công vụ"));
        assert_non_null(strstr(text, "Bộ phận hỗ trợ Hà Nội"));
        assert_non_null(strstr(text, "14:03"));
        assert_non_null(strstr(text, "22/11/2026"));
        sentence_resets(text, sizeof text, 12, "", &note, &config);
        assert_sentence(text);
        assert_non_null(strstr(text, "12"));
        (void)snprintf(config.helpdesk, sizeof config.helpdesk, "024 1234 5678");
        sentence_resets_doubt(text, sizeof text, &config);
        assert_non_null(strstr(text, "024 1234 5678"));
        config.helpdesk[0] = '\0';
        sentence_resets_doubt(text, sizeof text, &config);
        assert_sentence(text);
    }
}

/* --- the helpdesk's --- */

enum { FEW_COLUMNS = 40, LOCK_COLUMNS = 26, STANDING_COLUMNS = 26, FAILURES_COLUMNS = 7 };

static void assert_act(enum sentence_act act, enum mk_result result)
{
    char text[SENTENCE_MAX];

    sentence_act(text, sizeof text, act, result, 53);
    assert_sentence(text);
    if (act != SENTENCE_UNLOCK && act != SENTENCE_RESET)
        return;
    assert_in_range(text_columns(sentence_act_outcome(act, result)), 1, FEW_COLUMNS);
    sentence_alarm(text, sizeof text, result, "Quản lý thụ lý, tổ chức thi hành án");
    if (text[0] != '\0')
        assert_sentence(text);
}

static void every_act_of_a_helpdesk_has_a_sentence(void **state)
{
    (void)state;
    for (size_t l = 0; l < 2; l++) {
        speak(languages[l]);
        for (int act = 0; act < SENTENCE_ACTS; act++)
            for (int r = act < SENTENCE_UNLOCK ? MK_OK + 1 : MK_OK; r < MK_RESULTS; r++)
                assert_act(act, r);
        for (int r = MK_OK + 1; r < MK_RESULTS; r++)
            assert_in_range(text_columns(sentence_unread(r)), 1, FEW_COLUMNS);
    }
}

/* Whoever reads "done" in a list hangs up. */
static void only_what_was_done_is_called_so(void **state)
{
    char text[SENTENCE_MAX];

    (void)state;
    speak("en");
    for (int r = MK_OK + 1; r < MK_RESULTS; r++) {
        bool done = r == MK_LASTING || r == MK_STILL_LOCKED;
        bool unsure = r == MK_OUTCOME_UNKNOWN || r == MK_OUTCOME_CONTRADICTED;

        if (!done && !unsure && r != MK_OUTCOME_UNSEEN) {
            assert_memory_equal(sentence_act_outcome(SENTENCE_RESET, r), "NOT done", 8);
            assert_memory_equal(sentence_act_outcome(SENTENCE_UNLOCK, r), "NOT done", 8);
        }
        sentence_alarm(text, sizeof text, r, "Mail");
        assert_int_equal(text[0] != '\0', done || unsure);
    }
}

static void advice_takes_two_lines_at_most(void **state)
{
    struct text_line lines[16];

    (void)state;
    for (size_t l = 0; l < 2; l++) {
        speak(languages[l]);
        for (int kind = 0; kind < DESK_ADVICES; kind++)
            assert_in_range(text_wrap(lines, 16, sentence_advice(kind), NOTICE_COLUMNS), 1, 2);
        for (int bar = DESK_FREE + 1; bar < DESK_BARS; bar++)
            assert_in_range(text_wrap(lines, 16, sentence_bar(bar), NOTICE_COLUMNS), 1, 2);
        assert_string_equal(sentence_bar(DESK_FREE), "");
    }
}

static void assert_view_fits(const struct mk_view *view, const struct mk_request_directory *two)
{
    struct desk_row row = {.cell = {{.seen = true, .view = *view}, {.seen = true, .view = *view}}};
    struct mk_request_directory one = *two;
    char text[SENTENCE_MAX];

    one.uris = 1;
    sentence_standing(text, sizeof text, &row, two, NOW);
    assert_in_range(text_columns(text), 1, STANDING_COLUMNS);
    sentence_standing(text, sizeof text, &row, &one, NOW);
    assert_in_range(text_columns(text), 1, STANDING_COLUMNS);
    sentence_lock_few(text, sizeof text, view, NOW);
    assert_in_range(text_columns(text), 1, LOCK_COLUMNS);
    sentence_lock(text, sizeof text, view, NOW);
    assert_sentence(text);
    sentence_failures_few(text, sizeof text, view);
    assert_in_range(text_columns(text), 1, FAILURES_COLUMNS);
    sentence_failures(text, sizeof text, view, NOW);
    assert_sentence(text);
    sentence_account(text, sizeof text, &view->account, NOW);
    assert_sentence(text);
}

static void every_view_fits_its_columns(void **state)
{
    static struct mk_request_directory directory = {
        .uris = 2, .uri = {"ldaps://ldap1.moj.example", "ldap://ldap2.moj.example:1389"}};
    static const uint32_t counts[] = {0, 1, 999, MK_COUNT_UNKNOWN};
    static const int64_t times[] = {NOW - 60, NOW - 9 * DAY, MK_TIME_UNKNOWN};

    (void)state;
    for (size_t l = 0; l < 2; l++) {
        speak(languages[l]);
        for (int s = 0; s < MK_STANDINGS; s++)
            for (int u = 0; u < (s == MK_UNKNOWN ? MK_UNKNOWNS : 1); u++)
                for (int k = 0; k < MK_LOCKS; k++)
                    for (size_t c = 0; c < 16; c++)
                        for (size_t t = 0; t < 3; t++) {
                            struct mk_view view = {
                                .account = {.standing = s,
                                            .unknown = u,
                                            .grace = 12,
                                            .expires = times[t] + (t < 2 ? 20 * DAY : 0),
                                            .until = times[t]},
                                .lock = k,
                                .locked = times[t],
                                .failures = counts[c % 4],
                                .failures_allowed = counts[c / 4],
                                .failed = times[t]};

                            assert_view_fits(&view, &directory);
                        }
    }
}

static void assert_server(const char *first, const char *second, const char *name)
{
    static struct mk_request_directory directory = {.uris = 2};
    char text[SENTENCE_SERVER_MAX];

    snprintf(directory.uri[0], sizeof directory.uri[0], "%s", first);
    snprintf(directory.uri[1], sizeof directory.uri[1], "%s", second);
    sentence_server(text, &directory, 0);
    assert_string_equal(text, name);
}

static void servers_are_told_apart(void **state)
{
    (void)state;
    assert_server("ldaps://ldap1.moj.example", "ldaps://ldap2.moj.example", "ldap1");
    assert_server("ldaps://ldap1.moj.example:636", "ldap://ldap1.hue.example:389",
                  "ldap1.moj.example");
    assert_server("ldap://localhost:1389", "ldap://localhost:2389", "localhost:1389");
    assert_server("ldap://127.0.0.1:1389", "ldap://ldap2:2389", "127.0.0.1:1389");
    assert_server("ldaps://[::1]:1636/", "ldap://ldap2", "[::1]:1636");
    assert_server("ldapi://%2Frun%2Fslapd%2Fldapi", "ldap://ldap2", "%2Frun%2Fslapd%2Fldapi");
}

static int start(void **state)
{
    (void)state;
    setenv("TZ", "<+07>-7", 1);
    tzset();
    setlocale(LC_CTYPE, "C.UTF-8");
    setlocale(LC_MESSAGES, "C.UTF-8");
    text_start(true);
    speak("vi");
    /* Without its catalogue this would test English twice. */
    return strcmp(gettext("Password"), "Mật khẩu") == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_result_has_a_sentence_that_fits),
        cmocka_unit_test(the_unnamed_code_goes_with_its_number),
        cmocka_unit_test(only_ok_is_called_changed),
        cmocka_unit_test(only_what_did_not_connect_is_called_so),
        cmocka_unit_test(every_standing_fits_its_columns),
        cmocka_unit_test(what_is_not_known_never_looks_fine),
        cmocka_unit_test(no_answer_says_why),
        cmocka_unit_test(every_act_of_a_helpdesk_has_a_sentence),
        cmocka_unit_test(only_what_was_done_is_called_so),
        cmocka_unit_test(advice_takes_two_lines_at_most),
        cmocka_unit_test(every_view_fits_its_columns),
        cmocka_unit_test(servers_are_told_apart),
        cmocka_unit_test(a_reset_is_told_with_its_desk),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
