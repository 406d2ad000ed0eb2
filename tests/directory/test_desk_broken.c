// SPDX-License-Identifier: MIT

/*
 * A line to OpenLDAP that breaks at any byte of what an operator does: what is told then is true,
 * and nothing is sent twice.
 */

#include <stdlib.h>
#include <unistd.h>

#include "desk.h"
#include "proxy.h"

#define PEOPLE_COUNT 400
#define STEP 29 /* bytes from one break to the next, in each direction */
#define TEMPORARY "tam-7kha-93"
#define NOTE "20261122065200Z hanoi"

static struct slapd slapd;
static struct proxy *proxy;
static unsigned people; /* used so far: each one for one act */

static int set_up(void **state)
{
    const char *const options[] = {"--desk", "write", NULL};
    char *ldif = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&ldif, &size);

    (void)state;
    assert_non_null(out);
    (void)fputs(DESK_TOP DESK_STAFF, out);
    for (unsigned i = 0; i < PEOPLE_COUNT; i++)
        (void)fprintf(out,
                      "dn: uid=p%03u," PEOPLE "\nobjectClass: inetOrgPerson\nuid: p%03u\ncn: P\n"
                      "sn: P\nuserPassword: " PASSWORD
                      "\n" CHANGED("-10d") "pwdAccountLockedTime: 000001010000Z\n\n",
                      i, i);
    assert_int_equal(fclose(out), 0);
    slapd_create(&slapd, SUFFIX, ldif, options);
    free(ldif);
    proxy = proxy_open((unsigned)strtoul(strrchr(slapd.ldap, ':') + 1, NULL, 10));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    proxy_close(proxy);
    slapd_remove(&slapd);
    return 0;
}

/* One act on a person of its own, over a line with that fault. */
struct act {
    bool is_reset;
    struct worker_answer answer;
    size_t seen[PROXY_SIDES]; /* bytes that came */
    int writes;               /* operations that the server began */
    int passwords;
    char dn[64];
};

static void act(struct act *a, const struct proxy_fault *fault)
{
    struct mk_request_directory d;
    struct worker worker;
    struct mk_subject subject;
    struct mk_view seen;
    char uri[64];
    char uid[16];

    assert_true(people < PEOPLE_COUNT);
    (void)snprintf(uid, sizeof uid, "p%03u", people++);
    (void)snprintf(a->dn, sizeof a->dn, "uid=%s," PEOPLE, uid);
    (void)snprintf(uri, sizeof uri, "ldap://127.0.0.1:%u", proxy_port(proxy));
    d = desk_directory(&slapd, uri);
    if (fault->action == PROXY_STALL)
        d.operation_ms = 500;
    proxy_plan(proxy, &(struct proxy_fault){.action = PROXY_PASS});
    worker = desk_login_to(&d, "op");
    subject = desk_subject(uid);
    seen = desk_see(&worker, uid, MK_PERSON);
    assert_int_equal(seen.lock, MK_LOCK_FOR_GOOD);
    a->writes = slapd_operations(&slapd, "Modify");
    a->passwords = slapd_operations(&slapd, "Extended");
    proxy_plan(proxy, fault);
    if (a->is_reset)
        a->answer = worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY);
    else
        a->answer = worker_unlock(&worker, &subject, &seen, false);
    for (int side = 0; side < PROXY_SIDES; side++)
        a->seen[side] = proxy_seen(proxy, side);
    assert_int_equal(worker_stop(&worker), 0);
    proxy_plan(proxy, &(struct proxy_fault){.action = PROXY_PASS});
    a->writes = slapd_operations(&slapd, "Modify") - a->writes;
    a->passwords = slapd_operations(&slapd, "Extended") - a->passwords;
}

static bool is_locked(const struct act *a)
{
    return slapd_count(&slapd, a->dn, "pwdAccountLockedTime") > 0;
}

static bool must_change(const struct act *a)
{
    return slapd_count(&slapd, a->dn, "pwdReset") > 0;
}

/* Whether the password is the temporary one. */
static bool is_set(const struct act *a)
{
    bool locked = is_locked(a);
    bool bound;

    if (locked)
        slapd_set(&slapd, a->dn, "pwdAccountLockedTime", NULL);
    bound = slapd_binds(&slapd, a->dn, TEMPORARY);
    if (!bound)
        assert_true(slapd_binds(&slapd, a->dn, PASSWORD));
    if (locked)
        slapd_set(&slapd, a->dn, "pwdAccountLockedTime", "000001010000Z");
    return bound;
}

static void assert_reset_is_true(const struct act *a)
{
    const struct mk_reply_outcome *told = &a->answer.outcome;

    assert_in_range(a->passwords, 0, 1);
    assert_in_range(a->writes, 0, 2);
    switch (told->result) {
    case MK_OK:
        assert_true(is_set(a) && must_change(a) && !is_locked(a));
        break;
    case MK_LASTING:
        assert_true(is_set(a));
        break;
    case MK_OUTCOME_UNKNOWN:
        assert_int_equal(told->sent, 1);
        (void)is_set(a);
        break;
    default:
        /* Found broken before anything went out. */
        assert_int_equal(told->result, MK_LOST);
        assert_int_equal(told->sent, 0);
        assert_false(is_set(a));
        assert_true(is_locked(a));
        assert_int_equal(slapd_count(&slapd, a->dn, "description"), 0);
    }
}

static void assert_unlock_is_true(const struct act *a)
{
    const struct mk_reply_outcome *told = &a->answer.outcome;

    assert_in_range(a->writes, 0, 1);
    assert_false(is_set(a));
    switch (told->result) {
    case MK_OK:
        assert_false(is_locked(a));
        break;
    case MK_OUTCOME_UNKNOWN:
        assert_int_equal(told->sent, 1);
        break;
    default:
        assert_int_equal(told->result, MK_LOST);
        assert_int_equal(told->sent, 0);
        assert_true(is_locked(a));
    }
}

/* Breaks one act after the other, each a little later; counts what was told by result. */
static void sweep(bool is_reset, enum proxy_action action, size_t step, unsigned told[MK_RESULTS])
{
    struct act whole = {.is_reset = is_reset};

    act(&whole, &(struct proxy_fault){.action = PROXY_PASS});
    assert_int_equal(whole.answer.outcome.result, MK_OK);
    for (int side = 0; side < PROXY_SIDES; side++)
        for (size_t at = 0; at < whole.seen[side]; at += step) {
            struct act a = {.is_reset = is_reset};
            act(&a, &(struct proxy_fault){.action = action, .side = side, .at = at});
            assert_true(a.answer.complete);
            if (is_reset)
                assert_reset_is_true(&a);
            else
                assert_unlock_is_true(&a);
            told[a.answer.outcome.result]++;
        }
    print_message("# %s, %zu and %zu bytes: ok %u, unknown %u, lasting %u, lost %u\n",
                  is_reset ? "reset" : "unlock", whole.seen[0], whole.seen[1], told[MK_OK],
                  told[MK_OUTCOME_UNKNOWN], told[MK_LASTING], told[MK_LOST]);
}

static void reset_broken_off(void **state)
{
    unsigned told[MK_RESULTS] = {0};

    (void)state;
    sweep(true, PROXY_RST, STEP, told);
    assert_true(told[MK_OUTCOME_UNKNOWN] > 0);
    assert_true(told[MK_LASTING] > 0);
}

static void reset_without_an_answer(void **state)
{
    unsigned told[MK_RESULTS] = {0};

    (void)state;
    sweep(true, PROXY_STALL, (size_t)8 * STEP, told);
    assert_true(told[MK_OUTCOME_UNKNOWN] > 0);
    assert_true(told[MK_LASTING] > 0);
}

static void unlock_broken_off(void **state)
{
    unsigned told[MK_RESULTS] = {0};

    (void)state;
    sweep(false, PROXY_RST, STEP, told);
    assert_true(told[MK_OUTCOME_UNKNOWN] > 0);
}

/* The server is gone before anything is sent. */
static void gone_before(void **state)
{
    struct worker worker = desk_login(&slapd, "op");
    struct mk_subject subject = desk_subject("p000");
    struct mk_view seen = desk_see(&worker, "p000", MK_PERSON);
    struct worker_answer answer;

    (void)state;
    slapd_kill(&slapd);
    answer = worker_unlock(&worker, &subject, &seen, true);
    assert_int_equal(answer.outcome.result, MK_LOST);
    assert_int_equal(answer.outcome.sent, 0);
    assert_int_equal(answer.outcomes, 1);
    assert_int_equal(answer.end.bound, 0);
    answer = worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY);
    assert_int_equal(answer.end.result, MK_NOT_ALLOWED_NOW);
    slapd_start_again(&slapd);
    assert_int_equal(worker_stop(&worker), 0);
}

/* The claim was taken so late that others may have looked meanwhile: it is given back. */
static void taken_too_late(void **state)
{
    struct mk_request_directory d = desk_directory(&slapd, slapd.ldapi);
    struct mk_request_reset request = {.note = NOTE};
    struct worker worker;
    struct worker_answer answer;
    struct act a = {.is_reset = true};

    (void)state;
    d.operation_ms = 9000;
    worker = desk_login_to(&d, "op");
    (void)snprintf(a.dn, sizeof a.dn, "uid=p%03u," PEOPLE, people);
    request.subject = worker_subject("x", a.dn, "");
    answer = worker_view(&worker, MK_PERSON, &request.subject);
    request.seen = answer.view[0];
    worker_password(&request.password, TEMPORARY);
    slapd_pause(&slapd);
    worker_send(&worker, &request, sizeof request, MK_REQUEST_RESET);
    (void)usleep(5500000);
    slapd_resume(&slapd);
    answer = worker_collect(&worker, 10000);
    assert_int_equal(answer.outcome.result, MK_SILENT);
    assert_int_equal(answer.view[0].lock, MK_LOCK_FOR_GOOD);
    assert_string_equal(answer.view[0].account.note, "");
    assert_false(is_set(&a));
    assert_int_equal(worker_stop(&worker), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reset_broken_off),  cmocka_unit_test(reset_without_an_answer),
        cmocka_unit_test(unlock_broken_off), cmocka_unit_test(gone_before),
        cmocka_unit_test(taken_too_late),
    };

    return cmocka_run_group_tests_name("desk_broken", tests, set_up, tear_down);
}
