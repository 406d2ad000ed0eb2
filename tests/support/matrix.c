/* SPDX-License-Identifier: MIT */
#include "matrix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "sentences.h"
#include "spoken.h"

static FILE *column;

static const char *const kinds[MK_KINDS] = {
    [MK_KIND_OPENLDAP] = "openldap",
    [MK_KIND_389] = "389ds",
    [MK_KIND_AD] = "ad",
    [MK_KIND_OTHER] = "other",
};

void matrix_open(enum mk_kind kind)
{
    char path[512];

    spoken_start();
    (void)mkdir(MATRIX_FOLDER, 0755);
    snprintf(path, sizeof path, "%s/%s", MATRIX_FOLDER, kinds[kind]);
    column = fopen(path, "w");
    assert_non_null(column);
}

static void note(enum matrix_state state, const char *part, const char *text)
{
    assert_non_null(column);
    assert_true(strlen(text) > 0);
    fprintf(column, "%d\t%s\t%s\n", (int)state, part, text);
    fflush(column);
}

void matrix_log_in(enum matrix_state state, enum mk_result expected, const struct mk_reply_end *end)
{
    char text[SENTENCE_MAX] = "(vào được)";

    assert_int_equal(end->header.type, MK_REPLY_END);
    assert_int_equal(end->result, expected);
    if (expected != MK_OK)
        sentence_log_in(text, sizeof text, expected, end->ldap_code);
    else if (end->must_change != 0 || end->grace >= 0)
        sentence_forced(text, sizeof text, end->must_change, end->grace);
    note(state, "log-in", text);
}

void matrix_table(enum matrix_state state, enum mk_standing expected,
                  enum mk_unknown expected_unknown, const struct mk_account *account)
{
    static struct config config;
    struct row row = {.doubt_before = MK_TIME_UNKNOWN, .changed_here = MK_TIME_UNKNOWN};
    struct sentence_row cells;
    char detail[SENTENCE_MAX];
    char text[3 * SENTENCE_MAX];
    int64_t now = (int64_t)time(NULL);

    assert_non_null(account);
    assert_int_equal(account->standing, expected);
    assert_int_equal(account->unknown, expected_unknown);
    row.state = *account;
    config.directory[0].request.max_age_unit = MK_AGE_MONTHS;
    config.directory[0].request.max_age = 3;
    sentence_row(&cells, &row, now);
    sentence_detail(detail, sizeof detail, &row, &config, now);
    snprintf(text, sizeof text, "%s | %s | %s | %s %s", cells.expires, cells.left, cells.todo,
             detail, sentence_caution(&row));
    note(state, "table", text);
}

void matrix_change(enum matrix_state state, enum mk_result expected,
                   const struct mk_reply_outcome *outcome, const struct mk_reply_end *end)
{
    char text[SENTENCE_MAX];

    assert_int_equal(end->header.type, MK_REPLY_END);
    assert_int_equal(outcome->header.type, MK_REPLY_OUTCOME);
    assert_int_equal(outcome->result, expected);
    if (expected == MK_OK)
        snprintf(text, sizeof text, "%s", sentence_outcome(MK_OK));
    else
        sentence_change(text, sizeof text, expected, end->ldap_code);
    note(state, "change", text);
}

void matrix_without(enum matrix_state state, const char *why)
{
    note(state, "none", why);
}

void matrix_close(void)
{
    assert_int_equal(fclose(column), 0);
    column = NULL;
}
