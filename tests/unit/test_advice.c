/* SPDX-License-Identifier: MIT */

/* What is recommended to an operator, for every state that the servers can show. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "desk_work.h"

static struct config config;
static struct session session = {.config = &config};
static struct desk *desk;

/* Two servers, of which the second takes no changes; the person, a system there and one elsewhere.
 */
static int start(void **state)
{
    (void)state;
    desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    config.directories = 2;
    config.systems = 2;
    config.directory[0].request.uris = 2;
    config.directory[0].request.writable = 1;
    config.directory[1].request.uris = 1;
    config.directory[1].request.writable = 1;
    desk->session = &session;
    desk->rows = 3;
    desk->row[0] = (struct desk_row){.system = MK_PERSON};
    desk->row[1] = (struct desk_row){.system = 0};
    desk->row[2] = (struct desk_row){.system = 1, .directory = 1};
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 2; k++)
            desk->row[i].cell[k] = (struct desk_cell){
                .seen = true,
                .view = {.account = {.standing = MK_FINE}, .dn = "uid=somebody"},
            };
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(desk);
    return 0;
}

static struct mk_view *view(int row, int server)
{
    return &desk->row[row].cell[server].view;
}

static void expect(enum desk_advice_kind kind, int row, int server)
{
    struct desk_advice advice = desk_advise(desk);

    if (advice.kind != kind || advice.row != row || advice.server != server)
        fail_msg("advice %d for row %d at server %d; expected %d, %d, %d", (int)advice.kind,
                 advice.row, advice.server, (int)kind, row, server);
}

/* What the standing alone calls for, and with a lock at the second server besides. */
static const struct {
    enum desk_advice_kind alone;
    enum desk_advice_kind locked;
} by_standing[MK_STANDINGS] = {
    [MK_LOCKED_FOR_GOOD] = {DESK_UNLOCK, DESK_UNLOCK},
    [MK_LOCKED] = {DESK_UNLOCK, DESK_UNLOCK},
    [MK_DISABLED] = {DESK_ADMINISTRATOR, DESK_ADMINISTRATOR},
    [MK_EXPIRED] = {DESK_RESET, DESK_RESET},
    [MK_GRACE] = {DESK_LET_CHANGE, DESK_UNLOCK},
    [MK_MUST_CHANGE] = {DESK_LET_CHANGE, DESK_UNLOCK},
    [MK_OVERDUE] = {DESK_NOTHING, DESK_UNLOCK},
    [MK_DUE_SOON] = {DESK_NOTHING, DESK_UNLOCK},
    [MK_FINE] = {DESK_NOTHING, DESK_UNLOCK},
    [MK_UNKNOWN] = {DESK_CANNOT_TELL, DESK_UNLOCK},
};

static void every_standing(void **state)
{
    (void)state;
    for (int row = 0; row < 3; row++)
        for (uint32_t standing = 0; standing < MK_STANDINGS; standing++) {
            enum desk_advice_kind kind = by_standing[standing].alone;

            view(row, 0)->account.standing = standing;
            view(row, 0)->account.unknown = standing == MK_UNKNOWN ? MK_UNKNOWN_REFUSED : MK_KNOWN;
            view(row, 0)->lock = standing == MK_LOCKED_FOR_GOOD ? MK_LOCK_FOR_GOOD
                                 : standing == MK_LOCKED        ? MK_LOCK_TIMED
                                                                : MK_NOT_LOCKED;
            if (kind == DESK_NOTHING)
                expect(kind, -1, -1);
            else
                expect(kind, row, 0);
            view(row, 0)->account.standing = MK_FINE;
            view(row, 0)->account.unknown = MK_KNOWN;
            view(row, 0)->lock = MK_NOT_LOCKED;
        }
}

/* Every standing at the first server with every lock at each of both. */
static void a_lock_alone_never_asks_for_a_reset(void **state)
{
    (void)state;
    for (uint32_t standing = 0; standing < MK_STANDINGS; standing++)
        for (uint32_t first = 0; first < MK_LOCKS; first++)
            for (uint32_t second = 0; second < MK_LOCKS; second++) {
                bool at_first = first == MK_LOCK_TIMED || first == MK_LOCK_FOR_GOOD;
                bool at_second = second == MK_LOCK_TIMED || second == MK_LOCK_FOR_GOOD;
                enum desk_advice_kind kind;

                view(1, 0)->account.standing = standing;
                view(1, 0)->account.unknown =
                    standing == MK_UNKNOWN ? MK_UNKNOWN_REFUSED : MK_KNOWN;
                view(1, 0)->lock = first;
                view(1, 1)->lock = second;
                kind = desk_advise(desk).kind;
                if (standing != MK_EXPIRED)
                    assert_int_not_equal(kind, DESK_RESET);
                if (at_first || at_second)
                    expect(by_standing[standing].locked, 1,
                           by_standing[standing].locked != DESK_UNLOCK || at_first ? 0
                           : standing <= MK_LOCKED && first == MK_LOCK_UNSEEN      ? 0
                                                                                   : 1);
            }
}

static void a_lock_that_cannot_be_seen_is_not_none(void **state)
{
    (void)state;
    view(1, 0)->lock = MK_LOCK_UNSEEN;
    expect(DESK_CANNOT_TELL, 1, 0);
    assert_false(desk_is_locked(desk, 1));
    /* The bind had said so. */
    view(1, 0)->account.standing = MK_LOCKED;
    expect(DESK_UNLOCK, 1, 0);
    assert_true(desk_is_locked(desk, 1));
}

static void must_change_wins_over_a_date(void **state)
{
    static const uint32_t standings[] = {MK_FINE, MK_DUE_SOON, MK_OVERDUE, MK_UNKNOWN};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        view(0, 0)->account.standing = standings[i];
        view(0, 0)->account.unknown = standings[i] == MK_UNKNOWN ? MK_UNKNOWN_NO_CHANGE : MK_KNOWN;
        view(0, 0)->must_change = MK_YES;
        expect(DESK_LET_CHANGE, 0, 0);
        view(0, 0)->must_change = MK_NOT_KNOWN;
        expect(DESK_NOTHING, -1, -1);
    }
}

static void what_is_not_known(void **state)
{
    static const enum desk_advice_kind of_person[MK_UNKNOWNS] = {
        [MK_UNKNOWN_NO_ENTRY] = DESK_CANNOT_TELL,   [MK_UNKNOWN_TWO_ENTRIES] = DESK_ADMINISTRATOR,
        [MK_UNKNOWN_NO_CHANGE] = DESK_NOTHING,      [MK_UNKNOWN_POLICY] = DESK_NOTHING,
        [MK_UNKNOWN_NOT_OPENED] = DESK_CANNOT_TELL, [MK_UNKNOWN_REFUSED] = DESK_CANNOT_TELL,
        [MK_UNKNOWN_BEHIND] = DESK_CANNOT_TELL,     [MK_UNKNOWN_NO_ANSWER] = DESK_CANNOT_TELL,
    };

    (void)state;
    for (uint32_t unknown = MK_KNOWN + 1; unknown < MK_UNKNOWNS; unknown++) {
        view(0, 0)->account.standing = MK_UNKNOWN;
        view(0, 0)->account.unknown = unknown;
        if (of_person[unknown] == DESK_NOTHING)
            expect(DESK_NOTHING, -1, -1);
        else
            expect(of_person[unknown], 0, 0);
    }
    /* Not everybody has an account in every system. */
    view(0, 0)->account = (struct mk_account){.standing = MK_FINE};
    view(1, 0)->account =
        (struct mk_account){.standing = MK_UNKNOWN, .unknown = MK_UNKNOWN_NO_ENTRY};
    expect(DESK_NOTHING, -1, -1);
}

static void expired(void **state)
{
    (void)state;
    view(0, 0)->account.standing = MK_EXPIRED;
    expect(DESK_RESET, 0, 0);
    view(0, 0)->account.changeable = 1;
    expect(DESK_LET_CHANGE, 0, 0);
    view(0, 0)->account.changeable = 0;
    view(0, 0)->account.grace_unseen = 1;
    expect(DESK_RESET_IF_FORGOTTEN, 0, 0);
}

static void wrong_passwords_tell_of_forgetting(void **state)
{
    (void)state;
    view(1, 0)->failures = 3;
    expect(DESK_RESET_IF_FORGOTTEN, 1, 0);
    view(1, 0)->failures = MK_COUNT_UNKNOWN;
    expect(DESK_NOTHING, -1, -1);
}

static void answers_that_are_missing(void **state)
{
    (void)state;
    /* A replica that has not answered may have a lock. */
    desk->row[1].cell[1] = (struct desk_cell){.waiting = true};
    expect(DESK_WAIT, 1, 1);
    desk->row[1].cell[1] = (struct desk_cell){.failure = MK_SILENT};
    expect(DESK_CANNOT_TELL, 1, 1);
    desk->row[1].cell[1] = (struct desk_cell){
        .seen = true,
        .view = {.account = {.standing = MK_FINE}, .lock = MK_LOCK_UNSEEN, .dn = "uid=somebody"},
    };
    expect(DESK_CANNOT_TELL, 1, 1);
    /* What is known to be wrong is told before all answers are there, ... */
    view(2, 0)->account.standing = MK_EXPIRED;
    desk->row[1].cell[1] = (struct desk_cell){.waiting = true};
    expect(DESK_RESET, 2, 0);
    /* ... but nothing before the person's own account has been seen. */
    desk->row[0].cell[0] = (struct desk_cell){.waiting = true};
    expect(DESK_WAIT, 0, 0);
    desk->row[0].cell[0] = (struct desk_cell){.failure = MK_SILENT};
    expect(DESK_RESET, 2, 0);
}

static void the_word_of_the_server_that_takes_changes_counts(void **state)
{
    (void)state;
    view(0, 1)->account.standing = MK_EXPIRED;
    expect(DESK_NOTHING, -1, -1);
    desk->row[0].main = 1;
    expect(DESK_RESET, 0, 1);
}

static void the_most_helpful_comes_first(void **state)
{
    (void)state;
    view(1, 0)->account.standing = MK_GRACE;
    expect(DESK_LET_CHANGE, 1, 0);
    view(2, 0)->account.standing = MK_DISABLED;
    expect(DESK_ADMINISTRATOR, 2, 0);
    view(0, 0)->account.standing = MK_EXPIRED;
    expect(DESK_RESET, 0, 0);
    view(1, 1)->lock = MK_LOCK_TIMED;
    expect(DESK_UNLOCK, 1, 1);
    /* Without the own account nothing else helps. */
    view(0, 0)->account.standing = MK_DISABLED;
    expect(DESK_ADMINISTRATOR, 0, 0);
}

static void what_the_operator_has_not_opened_is_left_out(void **state)
{
    (void)state;
    desk->row[2].closed = true;
    desk->row[2].cell[0] = (struct desk_cell){.seen = false};
    expect(DESK_NOTHING, -1, -1);
}

static void why_nothing_may_be_done(void **state)
{
    (void)state;
    assert_int_equal(desk_refusal(desk), DESK_NO_CARD);
    desk->has_card = true;
    for (int bar = DESK_FREE + 1; bar < DESK_BARS; bar++) {
        desk->bar = (enum desk_bar)bar;
        assert_int_equal(desk_refusal(desk), DESK_BARRED);
    }
    desk->bar = DESK_FREE;
    assert_int_equal(desk_refusal(desk), DESK_NO_CALL);
    desk->calling = true;
    assert_int_equal(desk_refusal(desk), DESK_BUSY);
    desk->calling = false;
    desk->called = true;
    assert_int_equal(desk_refusal(desk), DESK_MAY_ACT);
    desk->acting = true;
    assert_int_equal(desk_refusal(desk), DESK_BUSY);
}

static void where_a_reset_goes(void **state)
{
    (void)state;
    assert_int_equal(desk_reset_server(desk, 0), 0);
    desk->row[0].cell[0].seen = false;
    assert_int_equal(desk_reset_server(desk, 0), -1);
    config.directory[0].request.writable = 3;
    assert_int_equal(desk_reset_server(desk, 0), 1);
    desk->row[0].cell[1].view.dn[0] = '\0';
    assert_int_equal(desk_reset_server(desk, 0), -1);
}

/* --- a reset without an answer --- */

#define NOTE "20261122065200Z hanoi"

static void what_became_of_a_reset(void **state)
{
    static const struct {
        int64_t before;
        uint32_t must_before;
        int64_t changed;
        uint32_t must;
        const char *note; /* that is there now */
        const char *kept; /* that of this reset */
        uint32_t lock;
        enum mk_result result;
    } all[] = {
        {50, MK_NO, 50, MK_NO, "", NOTE, MK_NOT_LOCKED, MK_OUTCOME_UNSEEN},
        {50, MK_NO, 60, MK_YES, NOTE, NOTE, MK_NOT_LOCKED, MK_OK},
        {50, MK_NO, 60, MK_YES, NOTE, NOTE, MK_LOCK_TIMED, MK_STILL_LOCKED},
        {50, MK_NO, 60, MK_NO, NOTE, NOTE, MK_NOT_LOCKED, MK_LASTING},
        {50, MK_NO, 60, MK_NOT_KNOWN, NOTE, NOTE, MK_NOT_LOCKED, MK_LASTING},
        /* somebody else's reset, and the person's own change, without any note of theirs */
        {50, MK_NO, 60, MK_YES, "", NOTE, MK_NOT_LOCKED, MK_OUTCOME_CONTRADICTED},
        {50, MK_NO, 60, MK_NO, "", NOTE, MK_NOT_LOCKED, MK_OUTCOME_CONTRADICTED},
        {50, MK_NO, 60, MK_YES, "20261122065207Z hcm", NOTE, MK_NOT_LOCKED,
         MK_OUTCOME_CONTRADICTED},
        /* where no note is kept, nobody can tell those apart */
        {50, MK_NO, 60, MK_YES, "", "", MK_NOT_LOCKED, MK_OK},
        /* the first time of a change; and Active Directory, which takes it away */
        {MK_TIME_UNKNOWN, MK_NO, 60, MK_YES, NOTE, NOTE, MK_NOT_LOCKED, MK_OK},
        {50, MK_NO, MK_TIME_UNKNOWN, MK_YES, NOTE, NOTE, MK_NOT_LOCKED, MK_OK},
        {MK_TIME_UNKNOWN, MK_YES, MK_TIME_UNKNOWN, MK_YES, NOTE, NOTE, MK_NOT_LOCKED,
         MK_OUTCOME_UNKNOWN},
        {MK_TIME_UNKNOWN, MK_YES, MK_TIME_UNKNOWN, MK_YES, "", NOTE, MK_NOT_LOCKED,
         MK_OUTCOME_UNSEEN},
        {MK_TIME_UNKNOWN, MK_YES, MK_TIME_UNKNOWN, MK_YES, "", "", MK_NOT_LOCKED,
         MK_OUTCOME_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct mk_view before = {.account.changed = all[i].before,
                                 .must_change = all[i].must_before};
        struct mk_view now = {
            .account.changed = all[i].changed, .must_change = all[i].must, .lock = all[i].lock};
        enum mk_result result;

        snprintf(now.account.note, sizeof now.account.note, "%s", all[i].note);
        result = desk_found_reset(&before, &now, all[i].kept);
        if (result != all[i].result)
            fail_msg("row %zu: %d, expected %d", i, (int)result, (int)all[i].result);
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_standing),
        TEST(a_lock_alone_never_asks_for_a_reset),
        TEST(a_lock_that_cannot_be_seen_is_not_none),
        TEST(must_change_wins_over_a_date),
        TEST(what_is_not_known),
        TEST(expired),
        TEST(wrong_passwords_tell_of_forgetting),
        TEST(answers_that_are_missing),
        TEST(the_word_of_the_server_that_takes_changes_counts),
        TEST(the_most_helpful_comes_first),
        TEST(what_the_operator_has_not_opened_is_left_out),
        TEST(why_nothing_may_be_done),
        TEST(where_a_reset_goes),
        TEST(what_became_of_a_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
