// SPDX-License-Identifier: MIT

/*
 * A helpdesk of several OpenLDAP servers: a consumer counts failed log-ins by itself, and keeps a
 * lock that its provider knows nothing of.
 */

#include "desk.h"

#define TEMPORARY "tam-7kha-93"
#define NOTE "20261122065200Z hanoi"

enum { PROVIDER, CONSUMER, CHAINING, SERVERS };

static struct slapd server[SERVERS];

// clang-format off
static const char entries[] =
    DESK_TOP
    DESK_STAFF
    DESK_PERSON("here", CHANGED("-10d"))
    DESK_PERSON("there", CHANGED("-10d"))
    DESK_PERSON("reset", CHANGED("-10d"))
    DESK_PERSON("seen", CHANGED("-10d"))
    DESK_PERSON("passed", CHANGED("-10d") "pwdAccountLockedTime: 000001010000Z\n")
    DESK_PERSON("passed2", CHANGED("-10d"));
// clang-format on

static int set_up(void **state)
{
    const char *const options[] = {"--desk", "write", NULL};

    (void)state;
    for (int i = 0; i < SERVERS; i++) {
        slapd_create(&server[i], SUFFIX, entries, options);
        slapd_become(&server[i],
                     i == PROVIDER   ? SLAPD_PROVIDER
                     : i == CONSUMER ? SLAPD_CONSUMER
                                     : SLAPD_CHAINING,
                     i == PROVIDER ? NULL : &server[PROVIDER], 0);
    }
    for (int i = 1; i < SERVERS; i++)
        slapd_wait_replica(&server[PROVIDER], &server[i]);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < SERVERS; i++)
        slapd_remove(&server[i]);
    return 0;
}

/* An operator at that server, as at one of its own. */
static struct worker at(int where)
{
    return desk_login(&server[where], "op");
}

static void lock_by_failing(int where, const char *dn)
{
    for (int i = 0; i < 5; i++)
        assert_false(slapd_binds(&server[where], dn, "wrong"));
    assert_int_equal(slapd_count(&server[where], dn, "pwdAccountLockedTime"), 1);
}

static int is_locked(int where, const char *dn)
{
    return slapd_count(&server[where], dn, "pwdAccountLockedTime");
}

static struct mk_view see(int where, const char *uid)
{
    struct worker worker = at(where);
    struct mk_view view = desk_see(&worker, uid, MK_PERSON);

    assert_int_equal(worker_stop(&worker), 0);
    return view;
}

static struct worker_answer unlock(int where, const char *uid, const struct mk_view *seen,
                                   bool refresh)
{
    struct worker worker = at(where);
    struct mk_subject subject = desk_subject(uid);
    struct worker_answer answer = worker_unlock(&worker, &subject, seen, refresh);

    assert_true(answer.complete);
    assert_int_equal(worker_stop(&worker), 0);
    return answer;
}

static struct worker_answer reset(int where, const char *uid, const struct mk_view *seen)
{
    struct worker worker = at(where);
    struct mk_subject subject = desk_subject(uid);
    struct worker_answer answer = worker_reset(&worker, &subject, seen, NOTE, TEMPORARY);

    assert_true(answer.complete);
    assert_int_equal(worker_stop(&worker), 0);
    return answer;
}

/* The lock of a consumer alone goes when its provider writes the entry, whatever is written. */
static void locked_at_the_consumer(void **state)
{
    const char *dn = PERSON_DN("there");
    struct mk_view seen;
    struct mk_view there;

    (void)state;
    lock_by_failing(CONSUMER, dn);
    seen = see(PROVIDER, "there");
    there = see(CONSUMER, "there");
    assert_int_equal(seen.lock, MK_NOT_LOCKED);
    assert_int_equal(there.lock, MK_LOCK_TIMED);
    /* It takes no changes itself. */
    assert_int_equal(unlock(CONSUMER, "there", &there, false).end.result, MK_READ_ONLY);
    /* The provider has nothing to take away, and says so. */
    assert_int_equal(unlock(PROVIDER, "there", &seen, false).end.result, MK_OK);
    slapd_wait_replica(&server[PROVIDER], &server[CONSUMER]);
    assert_int_equal(is_locked(CONSUMER, dn), 1);
    /* Unless it is asked to write. */
    assert_int_equal(unlock(PROVIDER, "there", &seen, true).end.result, MK_OK);
    slapd_wait_replica(&server[PROVIDER], &server[CONSUMER]);
    assert_int_equal(is_locked(CONSUMER, dn), 0);
    assert_int_equal(see(CONSUMER, "there").lock, MK_NOT_LOCKED);
    assert_true(slapd_binds(&server[CONSUMER], dn, PASSWORD));
}

static void locked_at_the_provider(void **state)
{
    const char *dn = PERSON_DN("here");
    struct mk_view seen;

    (void)state;
    lock_by_failing(PROVIDER, dn);
    slapd_wait_replica(&server[PROVIDER], &server[CONSUMER]);
    seen = see(PROVIDER, "here");
    assert_int_equal(seen.lock, MK_LOCK_TIMED);
    assert_int_equal(see(CONSUMER, "here").lock, MK_LOCK_TIMED);
    assert_int_equal(unlock(PROVIDER, "here", &seen, false).end.result, MK_OK);
    slapd_wait_replica(&server[PROVIDER], &server[CONSUMER]);
    assert_int_equal(is_locked(CONSUMER, dn), 0);
}

/* A reset takes the locks of all of them away, and holds whichever server had been looked at. */
static void reset_for_all(void **state)
{
    struct worker_answer answer;
    struct mk_view seen;

    (void)state;
    lock_by_failing(CONSUMER, PERSON_DN("reset"));
    seen = see(CONSUMER, "reset");
    assert_int_equal(reset(CONSUMER, "reset", &seen).end.result, MK_READ_ONLY);
    assert_true(slapd_binds(&server[PROVIDER], PERSON_DN("reset"), PASSWORD));
    /* What was seen at the consumer: it has its own failures, and is no other entry for that. */
    answer = reset(PROVIDER, "reset", &seen);
    assert_int_equal(answer.end.result, MK_OK);
    slapd_wait_replica(&server[PROVIDER], &server[CONSUMER]);
    assert_int_equal(is_locked(CONSUMER, PERSON_DN("reset")), 0);
    assert_true(slapd_binds(&server[CONSUMER], PERSON_DN("reset"), TEMPORARY));
    assert_int_equal(see(CONSUMER, "reset").must_change, MK_YES);
    /* The old state of a consumer is none to hold an act against. */
    answer = reset(PROVIDER, "reset", &seen);
    assert_int_equal(answer.end.result, MK_STALE);
}

/* A server that the configuration calls read-only is not even asked. */
static void not_configured_for_changes(void **state)
{
    struct mk_request_directory d = desk_directory(&server[CONSUMER], server[CONSUMER].ldapi);
    struct mk_subject subject = desk_subject("seen");
    struct mk_view seen;
    struct worker worker;
    int writes;

    (void)state;
    (void)snprintf(d.uri[1], sizeof d.uri[1], "%s", server[PROVIDER].ldapi);
    d.uris = 2;
    d.writable = 2;
    d.only = 1;
    worker = desk_login_to(&d, "op");
    seen = desk_see(&worker, "seen", MK_PERSON);
    writes = slapd_operations(&server[CONSUMER], "Modify");
    assert_int_equal(worker_unlock(&worker, &subject, &seen, true).end.result, MK_READ_ONLY);
    assert_int_equal(worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY).end.result,
                     MK_READ_ONLY);
    assert_int_equal(slapd_operations(&server[CONSUMER], "Modify"), writes);
    assert_int_equal(worker_stop(&worker), 0);
}

/* A consumer that passes changes on, what they are held against included. */
static void passed_on(void **state)
{
    struct mk_view seen = see(CHAINING, "passed");
    struct worker_answer answer = unlock(CHAINING, "passed", &seen, false);

    (void)state;
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.view[0].lock, MK_NOT_LOCKED);
    assert_int_equal(is_locked(PROVIDER, PERSON_DN("passed")), 0);
    seen = see(CHAINING, "passed2");
    answer = reset(CHAINING, "passed2", &seen);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.view[0].must_change, MK_YES);
    assert_int_equal(see(PROVIDER, "passed2").must_change, MK_YES);
    assert_true(slapd_binds(&server[PROVIDER], PERSON_DN("passed2"), TEMPORARY));
    assert_int_equal(reset(CHAINING, "passed2", &seen).end.result, MK_STALE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locked_at_the_consumer),
        cmocka_unit_test(locked_at_the_provider),
        cmocka_unit_test(reset_for_all),
        cmocka_unit_test(not_configured_for_changes),
        cmocka_unit_test(passed_on),
    };

    return cmocka_run_group_tests_name("desk_replicas", tests, set_up, tear_down);
}
