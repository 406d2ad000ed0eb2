/* SPDX-License-Identifier: MIT */

/*
 * Two operators and the person on the same account at the same time, each with everything that a
 * terminal has but the screen: who wins, whether what each of them is told is true, and whether the
 * trail has all of it in its order. MATKHAU_SEED and MATKHAU_ROUNDS.
 */

#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chance.h"
#include "desk.h"
#include "desk_stage.h"
#include "text.h"

#ifdef SANITIZED
#define ROUNDS 200
#else
#define ROUNDS 1000
#endif
#define LENGTH 14 /* of a password */

enum { FIRST, SECOND, PERSON, PLAYERS };

/* Callers of desk_stage.c who can get in. */
static const char *const callers[] = {"buithinga", "lehoangcuong", "tranthihoa", "dothitram"};
#define CALLERS (sizeof callers / sizeof *callers)

static struct player {
    struct session session;
    struct desk desk;
    bool logged_in, called, done;
    enum mk_result log_in, result;
    bool acts;     /* in this round */
    int64_t at_ms; /* and when */
    char password[LENGTH + 1];
    char seen[MK_VERSION_MAX + 1]; /* what the card showed of the account */
} player[PLAYERS];

static struct desk_stage stage;
static struct config config;
static char current[CALLERS][LENGTH + 1];
static uint64_t chance;

/* How many rounds came out how, and what the trail has to hold. */
static struct {
    unsigned won, followed, person, nobody, stale, overwritten, slipped, looks, resets, changes;
} tally;

/* --- what is heard --- */

static void on_session(void *context, const struct session_event *event)
{
    struct player *p = context;

    if (event->type == SESSION_LOGGED_IN) {
        p->logged_in = true;
        p->log_in = event->result;
    } else if (event->type == SESSION_CHANGED) {
        p->done = true;
        p->result = event->result;
    }
}

static void on_desk(void *context, const struct desk_event *event)
{
    struct player *p = context;

    if (event->type == DESK_CALL)
        p->called = event->result == MK_OK;
    if (event->type == DESK_DONE) {
        p->done = true;
        p->result = p->desk.row[0].cell[0].result;
    }
}

/* --- the loop --- */

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Everybody goes on for as long as nothing happens, `most` milliseconds at most. */
static void turn(int64_t most)
{
    struct pollfd fds[PLAYERS * (SESSION_FDS_MAX + DESK_FDS_MAX)];
    int64_t now = session_clock_ms();
    int64_t next = now + most;
    nfds_t count = 0;

    for (struct player *p = player; p < player + PLAYERS; p++) {
        next = sooner(next, session_tick(&p->session, now));
        if (p->desk.work != NULL)
            next = sooner(next, desk_tick(&p->desk, now));
    }
    for (struct player *p = player; p < player + PLAYERS; p++) {
        count += (nfds_t)session_poll(&p->session, fds + count);
        if (p->desk.work != NULL)
            count += (nfds_t)desk_poll(&p->desk, fds + count);
    }
    (void)poll(fds, count, next > now ? (int)(next - now) : 0);
    for (struct player *p = player; p < player + PLAYERS; p++) {
        session_ready(&p->session);
        if (p->desk.work != NULL)
            desk_ready(&p->desk);
    }
}

#define wait_until(condition)                                                                      \
    do {                                                                                           \
        int64_t end_ = session_clock_ms() + STAGE_WAIT;                                            \
        while (!(condition)) {                                                                     \
            if (session_clock_ms() > end_)                                                         \
                fail_msg("it did not come to %s", #condition);                                     \
            turn(100);                                                                             \
        }                                                                                          \
    } while (0)

/* --- who takes part --- */

static struct mk_password password_of(const char *text)
{
    struct mk_password password = {.length = (uint32_t)strlen(text)};

    memcpy(password.text, text, password.length + 1);
    return password;
}

static void log_in(struct player *p, const char *login, const char *text)
{
    struct mk_password password = password_of(text);

    p->logged_in = false;
    session_log_in(&p->session, login, &password);
    wait_until(p->logged_in);
    assert_int_equal(p->log_in, MK_OK);
}

static void open_desk(struct player *p, const char *login)
{
    log_in(p, login, STAGE_PASSWORD);
    session_read(&p->session);
    wait_until(p->session.desks_known);
    assert_true(desk_is_there(&p->session));
    assert_true(desk_open(&p->desk, &p->session, on_desk, p));
}

/* The operator has the card, and has recorded the call. */
static void take_call(struct player *p, const char *login)
{
    struct desk *desk = &p->desk;

    desk_find(desk, login);
    wait_until(!desk->searching);
    assert_int_equal(desk->found, 1);
    desk_choose(desk, 0);
    wait_until(desk->has_card && desk->row[0].cell[0].seen && !desk->row[0].cell[0].waiting &&
               desk->bar == DESK_FREE);
    tally.looks++;
    p->called = false;
    assert_true(desk_call(desk, 0, "quên mật khẩu"));
    wait_until(p->called);
    (void)snprintf(p->seen, sizeof p->seen, "%s", desk->row[0].cell[0].view.version);
}

static void act(struct player *p)
{
    struct mk_password password = password_of(p->password);
    bool rows[SESSION_ROWS_MAX] = {true};

    p->at_ms = INT64_MAX;
    if (p == &player[PERSON]) {
        session_change(&p->session, MK_PERSON, NULL, &password);
        tally.changes++;
        return;
    }
    assert_true(desk_reset(&p->desk, rows, &password));
    assert_false(desk_reset(&p->desk, rows, &password));
    tally.resets++;
}

/* --- one round --- */

static void dn_of(size_t caller, char dn[128])
{
    (void)snprintf(dn, 128, "uid=%s,ou=hanoi," DESK_PEOPLE, callers[caller]);
}

static void plan(bool *looks_late)
{
    unsigned most = chance_below(&chance, 4) == 0 ? 25 : 6;

    *looks_late = chance_below(&chance, 3) == 0;
    player[FIRST].acts = true;
    player[SECOND].acts = chance_below(&chance, 10) < 9;
    player[PERSON].acts = chance_below(&chance, 2) == 0;
    for (struct player *p = player; p < player + PLAYERS; p++) {
        chance_password(&chance, "23456789", p->password, LENGTH);
        p->at_ms = p->acts ? (int64_t)chance_below(&chance, most) : INT64_MAX;
        p->done = !p->acts;
        p->result = MK_OUTCOME_UNKNOWN;
        p->seen[0] = '\0';
    }
}

static void play(const char *login)
{
    bool looks_late;
    int64_t start;

    plan(&looks_late);
    take_call(&player[FIRST], login);
    if (player[SECOND].acts && !looks_late)
        take_call(&player[SECOND], login);
    start = session_clock_ms();
    for (;;) {
        int64_t next = INT64_MAX;
        bool all = true;

        for (struct player *p = player; p < player + PLAYERS; p++) {
            if (p->acts && p->at_ms != INT64_MAX && session_clock_ms() >= start + p->at_ms) {
                if (p == &player[SECOND] && looks_late)
                    take_call(p, login);
                act(p);
            }
            next = sooner(next, p->at_ms);
            all = all && p->done;
        }
        if (all)
            break;
        assert_true(session_clock_ms() < start + 2 * STAGE_WAIT);
        next = next == INT64_MAX ? 100 : start + next - session_clock_ms();
        turn(next < 0 ? 0 : next);
    }
}

static bool is_told(int i)
{
    return player[i].acts && player[i].result == MK_OK;
}

static int who_binds(const char *dn, const char *old_password)
{
    for (int i = 0; i < PLAYERS; i++)
        if (player[i].acts && slapd_binds(&stage.stage.main, dn, player[i].password))
            return i;
    assert_true(slapd_binds(&stage.stage.main, dn, old_password));
    return PLAYERS;
}

/* The one who has to have won by what all of them were told, PLAYERS: nobody. */
static int winner_told(bool second_was_later)
{
    if (is_told(FIRST) && is_told(SECOND))
        return second_was_later ? SECOND : FIRST;
    for (int i = 0; i < PLAYERS; i++)
        if (is_told(i))
            return i;
    return PLAYERS;
}

static void judge(unsigned round, size_t caller)
{
    bool both = is_told(FIRST) && is_told(SECOND);
    int binds;
    int told = winner_told(true);
    bool slipped;
    char dn[128];

    dn_of(caller, dn);
    binds = who_binds(dn, current[caller]);
    if (both && binds == FIRST)
        told = winner_told(false);
    /*
     * slapd finds the old password right, sets another one, and then makes the change. The person
     * is told so, or that the account has to be changed all the same.
     */
    slipped = told < PERSON && binds == PERSON &&
              (is_told(PERSON) || player[PERSON].result == MK_OUTCOME_CONTRADICTED);
    if (told != binds && !slipped)
        print_message("# round %u: told %u %u %u, of them %d %d %d act; %d binds\n", round,
                      player[0].result, player[1].result, player[2].result, player[0].acts,
                      player[1].acts, player[2].acts, binds);
    /* Of those who saw the same one wins at most. */
    if (both)
        assert_string_not_equal(player[FIRST].seen, player[SECOND].seen);
    if (!slipped)
        assert_int_equal(binds, told);
    tally.won += told < PERSON;
    tally.followed += both;
    tally.person += told == PERSON;
    tally.nobody += told == PLAYERS;
    tally.slipped += slipped;
    tally.overwritten += is_told(PERSON) && binds != PERSON;
    for (int i = 0; i < PERSON; i++)
        tally.stale += player[i].acts && player[i].result == MK_STALE;
    if (binds != PLAYERS)
        memcpy(current[caller], player[binds].password, sizeof current[caller]);
}

/*
 * The account as it is long after the round before: what was issued has been changed. Notes and
 * times are of a second, and rounds are much shorter.
 */
static void settle(size_t caller)
{
    const struct slapd *slapd = &stage.stage.main;
    char fresh[LENGTH + 1];
    char dn[128];

    dn_of(caller, dn);
    if (slapd_count(slapd, dn, "pwdReset") > 0) {
        chance_password(&chance, "23456789", fresh, LENGTH);
        slapd_change(slapd, dn, current[caller], fresh);
        memcpy(current[caller], fresh, sizeof fresh);
    }
    if (slapd_count(slapd, dn, "description") > 0)
        slapd_set(slapd, dn, "description", NULL);
    slapd_set(slapd, dn, "pwdChangedTime", "20261101000000Z");
}

static void play_round(unsigned round)
{
    size_t caller = round % CALLERS;

    settle(caller);
    log_in(&player[PERSON], callers[caller], current[caller]);
    play(callers[caller]);
    judge(round, caller);
    for (int i = 0; i < PERSON; i++)
        desk_hang_up(&player[i].desk);
    session_log_out(&player[PERSON].session);
}

/* --- the trail --- */

static unsigned count(const char *text, const char *part)
{
    unsigned n = 0;

    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        n++;
    return n;
}

/* No record has a time before that of the one above. */
static void assert_in_order(const char *text)
{
    static const char name[] = "\"time\":\"";
    char last[MK_TRAIL_TIME_MAX + 1] = "";

    while ((text = strstr(text, name)) != NULL) {
        char time[MK_TRAIL_TIME_MAX + 1];

        text += sizeof name - 1;
        (void)snprintf(time, sizeof time, "%s", text);
        assert_true(strcmp(time, last) >= 0);
        memcpy(last, time, sizeof last);
    }
}

static void check_trail(void)
{
    char *text = desk_stage_trail(&stage);

    assert_int_equal(count(text, "\"act\":\"look\""), tally.looks);
    assert_int_equal(count(text, "\"act\":\"call\""), tally.looks);
    assert_int_equal(count(text, "\"step\":\"intent\",\"act\":\"reset\""), tally.resets);
    assert_int_equal(count(text, "\"step\":\"outcome\",\"act\":\"reset\""), tally.resets);
    assert_int_equal(count(text, "\"step\":\"intent\",\"act\":\"change\""), tally.changes);
    assert_int_equal(count(text, "\"step\":\"outcome\",\"act\":\"change\""), tally.changes);
    assert_in_order(text);
    free(text);
    desk_stage_verify(&stage);
}

static void interleaved(void **state)
{
    unsigned long seed = chance_setting("MATKHAU_SEED", 20261122);
    unsigned rounds = (unsigned)chance_setting("MATKHAU_ROUNDS", ROUNDS);
    int64_t start = session_clock_ms();

    (void)state;
    chance = seed;
    for (size_t i = 0; i < CALLERS; i++) {
        char dn[128];

        dn_of(i, dn);
        chance_password(&chance, "23456789", current[i], LENGTH);
        slapd_set(&stage.stage.main, dn, "userPassword", current[i]);
    }
    open_desk(&player[FIRST], "trucban");
    open_desk(&player[SECOND], "nghemay");
    for (unsigned round = 0; round < rounds; round++)
        play_round(round);
    print_message("# seed %lu: %u rounds in %lld s: an operator won %u, one after the other %u, "
                  "the person %u, nobody %u; stale %u; changes of the person overwritten %u, made "
                  "late by the server %u\n",
                  seed, rounds, (long long)(session_clock_ms() - start) / 1000, tally.won,
                  tally.followed, tally.person, tally.nobody, tally.stale, tally.overwritten,
                  tally.slipped);
    check_trail();
}

static int prepare(void **state)
{
    char message[512];

    (void)state;
    assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
    assert_true(secret_start());
    text_start(true);
    desk_stage_prepare(&stage, "manage", NULL);
    if (!config_read(&config, stage.stage.config, message, sizeof message))
        fail_msg("%s", message);
    for (struct player *p = player; p < player + PLAYERS; p++)
        session_start(&p->session, &config, "", on_session, p);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    for (struct player *p = player; p < player + PLAYERS; p++) {
        if (p->desk.work != NULL)
            desk_close(&p->desk);
        session_log_out(&p->session);
        session_end(&p->session);
    }
    desk_stage_remove(&stage);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(interleaved)};

    return cmocka_run_group_tests(tests, prepare, clear);
}
