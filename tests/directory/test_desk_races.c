// SPDX-License-Identifier: MIT

/*
 * Two operators and the person at once, each with a worker of their own, by chance: who of those
 * that saw the same wins, and whether what each of them was told is true. MATKHAU_SEED and
 * MATKHAU_ROUNDS.
 */

#include <stdlib.h>
#include <unistd.h>

#include "chance.h"
#include "desk.h"

#define PEOPLE_COUNT 40
#define ROUNDS 500 /* for each right */
#define LIMIT_MS 10000

enum { FIRST, SECOND, PERSON, PLAYERS };

struct round {
    struct mk_subject subject;
    struct mk_view seen[PERSON];
    char password[PLAYERS][32]; /* what each of them sets */
    char note[PERSON][MK_NOTE_MAX + 1];
    bool plays[PLAYERS];
    uint32_t result[PLAYERS];
};

/* How many rounds came out how. */
struct tally {
    unsigned won, nobody, person, stale, contradicted, followed, overwritten, slipped, other;
};

struct table {
    struct slapd slapd;
    struct worker worker[PLAYERS];
    char current[PEOPLE_COUNT][32]; /* the person's password */
    uint64_t chance;
    unsigned sets; /* passwords so far */
    struct tally tally;
};

static struct table table;

static void uid_of(unsigned person, char uid[16])
{
    (void)snprintf(uid, 16, "p%02u", person);
}

static void create(struct slapd *slapd, const char *right)
{
    const char *const options[] = {"--desk", right, NULL};
    char *ldif = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&ldif, &size);

    assert_non_null(out);
    (void)fputs(DESK_TOP DESK_STAFF, out);
    for (unsigned i = 0; i < PEOPLE_COUNT; i++)
        (void)fprintf(out,
                      "dn: uid=p%02u," PEOPLE "\nobjectClass: inetOrgPerson\nuid: p%02u\ncn: P\n"
                      "sn: P\nuserPassword: " PASSWORD "\n" CHANGED("-10d") "\n",
                      i, i);
    assert_int_equal(fclose(out), 0);
    slapd_create(slapd, SUFFIX, ldif, options);
    free(ldif);
}

static void nap(unsigned most_us)
{
    (void)usleep(chance_below(&table.chance, most_us));
}

static struct mk_view look(int player, const struct mk_subject *subject)
{
    struct worker_answer answer = worker_view(&table.worker[player], MK_PERSON, subject);

    assert_int_equal(answer.end.result, MK_OK);
    return answer.view[0];
}

static void send_reset(struct round *r, int player)
{
    struct mk_request_reset request = {.subject = r->subject, .seen = r->seen[player]};

    (void)snprintf(request.note, sizeof request.note, "%s", r->note[player]);
    worker_password(&request.password, r->password[player]);
    worker_send(&table.worker[player], &request, sizeof request, MK_REQUEST_RESET);
}

static void send_change(struct round *r, const char *old_password)
{
    struct mk_request_change request = {.system = MK_PERSON};

    worker_password(&request.old_password, old_password);
    worker_password(&request.new_password, r->password[PERSON]);
    worker_send(&table.worker[PERSON], &request, sizeof request, MK_REQUEST_CHANGE);
}

/* The person is in with the present password, and has changed it first where that is demanded. */
static void log_person_in(unsigned person, const char *uid)
{
    struct worker *worker = &table.worker[PERSON];
    struct worker_answer answer = worker_bind(worker, MK_PERSON, uid, table.current[person]);
    char fresh[32];

    assert_int_equal(answer.end.result, MK_OK);
    if (answer.end.must_change == MK_NOT_FORCED)
        return;
    (void)snprintf(fresh, sizeof fresh, "Fresh-Mk-%u", ++table.sets);
    answer = worker_change(worker, MK_PERSON, table.current[person], fresh);
    assert_int_equal(answer.outcome.result, MK_OK);
    (void)snprintf(table.current[person], sizeof table.current[person], "%s", fresh);
}

static void prepare(struct round *r, const char *uid)
{
    static const char *const desks[] = {"hanoi", "hcm"};
    char now[24];
    time_t t = time(NULL);
    struct tm tm;

    memset(r, 0, sizeof *r);
    r->subject = desk_subject(uid);
    (void)strftime(now, sizeof now, "%Y%m%d%H%M%SZ", gmtime_r(&t, &tm));
    for (int i = 0; i < PLAYERS; i++)
        (void)snprintf(r->password[i], sizeof r->password[i], "Mk-Tam-%d-%u", i, ++table.sets);
    for (int i = 0; i < PERSON; i++)
        (void)snprintf(r->note[i], sizeof r->note[i], "%s %s", now, desks[i]);
    r->plays[FIRST] = true;
    r->plays[SECOND] = chance_below(&table.chance, 10) < 9;
    r->plays[PERSON] = chance_below(&table.chance, 2) == 0;
}

/*
 * Everybody acts in an order and at a distance that chance gives. The second operator has looked
 * before the first one acts, or looks while that one does.
 */
static void play(struct round *r, const char *old_password)
{
    bool looks_late = chance_below(&table.chance, 3) == 0;
    unsigned person_at = chance_below(&table.chance, 3);
    unsigned most = chance_below(&table.chance, 4) == 0 ? 6000 : 1500;

    r->seen[FIRST] = look(FIRST, &r->subject);
    if (!looks_late)
        r->seen[SECOND] = look(SECOND, &r->subject);
    for (unsigned i = 0; i < 3; i++) {
        if (i == person_at && r->plays[PERSON])
            send_change(r, old_password);
        nap(most);
        if (i == 0)
            send_reset(r, FIRST);
        if (i == 1 && r->plays[SECOND]) {
            if (looks_late)
                r->seen[SECOND] = look(SECOND, &r->subject);
            nap(most);
            send_reset(r, SECOND);
        }
    }
    for (int i = 0; i < PLAYERS; i++) {
        struct worker_answer answer;
        if (!r->plays[i])
            continue;
        answer = worker_collect(&table.worker[i], LIMIT_MS);
        assert_true(answer.complete);
        r->result[i] = answer.outcome.result;
    }
}

static bool is_told_ok(const struct round *r, int player)
{
    return r->plays[player] && r->result[player] == MK_OK;
}

/* Whose password binds: a player, or PLAYERS for the old one. */
static int who_binds(const struct round *r, const char *dn, const char *old_password, int likely)
{
    if (likely < PLAYERS && slapd_binds(&table.slapd, dn, r->password[likely]))
        return likely;
    for (int i = 0; i < PLAYERS; i++)
        if (i != likely && slapd_binds(&table.slapd, dn, r->password[i]))
            return i;
    assert_true(slapd_binds(&table.slapd, dn, old_password));
    return PLAYERS;
}

static void explain(const struct round *r, unsigned number, int binds)
{
    print_message("# round %u: results %u %u %u, of them %d %d %d play; %d binds; seen %s and %s\n",
                  number, r->result[0], r->result[1], r->result[2], r->plays[0], r->plays[1],
                  r->plays[2], binds, r->seen[0].version, r->seen[1].version);
}

/*
 * Who must have won by what they were told: the second operator, who saw what the first one had
 * done, or else either, or the person, or nobody.
 */
static int winner_told(const struct round *r)
{
    if (is_told_ok(r, SECOND))
        return SECOND;
    if (is_told_ok(r, FIRST))
        return FIRST;
    return is_told_ok(r, PERSON) ? PERSON : PLAYERS;
}

static void count_result(uint32_t result)
{
    switch (result) {
    case MK_OK:
        break;
    case MK_STALE:
        table.tally.stale++;
        break;
    case MK_OUTCOME_CONTRADICTED:
        table.tally.contradicted++;
        break;
    default:
        table.tally.other++;
    }
}

static void judge(const struct round *r, unsigned number, const char *dn, unsigned person)
{
    int told = winner_told(r);
    int binds = who_binds(r, dn, table.current[person], told);
    bool both = is_told_ok(r, FIRST) && is_told_ok(r, SECOND);
    /* slapd finds the old password right, sets another one, and then makes the change. */
    bool slipped = told < PERSON && binds == PERSON && is_told_ok(r, PERSON);

    if (told != binds && !slipped)
        explain(r, number, binds);
    /* Of those who saw the same one wins at most. */
    if (both)
        assert_string_not_equal(r->seen[FIRST].version, r->seen[SECOND].version);
    /* An operator who was told that it is done holds the password that lets in. */
    if (told < PERSON && !slipped)
        assert_int_equal(binds, told);
    /* Nobody else has a password that lets in. */
    if (told >= PERSON)
        assert_int_equal(binds, told);
    for (int i = 0; i < PERSON; i++)
        if (r->plays[i])
            count_result(r->result[i]);
    table.tally.won += told < PERSON;
    table.tally.slipped += slipped;
    table.tally.followed += both;
    table.tally.nobody += told == PLAYERS;
    table.tally.person += told == PERSON;
    /* The person's own change fell between a claim and its password. */
    table.tally.overwritten += is_told_ok(r, PERSON) && binds != PERSON;
    if (binds != PLAYERS)
        (void)snprintf(table.current[person], sizeof table.current[person], "%s",
                       r->password[binds]);
}

static void interleave(const char *right)
{
    unsigned rounds = (unsigned)chance_setting("MATKHAU_ROUNDS", ROUNDS);
    unsigned long seed = chance_setting("MATKHAU_SEED", 20261122);
    time_t start = time(NULL);
    const struct tally *t = &table.tally;

    memset(&table, 0, sizeof table);
    table.chance = seed;
    create(&table.slapd, right);
    table.worker[FIRST] = desk_login(&table.slapd, "op");
    table.worker[SECOND] = desk_login(&table.slapd, "op2");
    table.worker[PERSON] = desk_login(&table.slapd, "p00");
    for (unsigned i = 0; i < PEOPLE_COUNT; i++)
        (void)snprintf(table.current[i], sizeof table.current[i], PASSWORD);
    for (unsigned n = 0; n < rounds; n++) {
        unsigned person = n % PEOPLE_COUNT;
        struct round r;
        char uid[16];
        uid_of(person, uid);
        log_person_in(person, uid);
        prepare(&r, uid);
        play(&r, table.current[person]);
        judge(&r, n, r.subject.dn, person);
    }
    print_message(
        "# %s, seed %lu: %u rounds in %lld s: an operator won %u, one after the other %u, "
        "the person %u, nobody %u\n",
        right, seed, rounds, (long long)(time(NULL) - start), t->won, t->followed, t->person,
        t->nobody);
    print_message("# told: stale %u, contradicted %u, something else %u\n", t->stale,
                  t->contradicted, t->other);
    print_message("# changes of the person between a claim and its password: %u overwritten, %u "
                  "made after it by the server\n",
                  t->overwritten, t->slipped);
    for (int i = 0; i < PLAYERS; i++)
        assert_int_equal(worker_stop(&table.worker[i]), 0);
    slapd_remove(&table.slapd);
}

static void with_manage(void **state)
{
    (void)state;
    interleave("manage");
}

static void with_write(void **state)
{
    (void)state;
    interleave("write");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_manage),
        cmocka_unit_test(with_write),
    };

    return cmocka_run_group_tests_name("desk_races", tests, NULL, NULL);
}
