// SPDX-License-Identifier: MIT
/*
 * Active Directory, by a Samba AD DC: what an operator of a helpdesk sees, unlocks and resets
 * there, and what the server itself leaves to nobody.
 */

#include <ldap.h>
#include <pthread.h>
#include <time.h>

#include "ad_desk.h"
#include "throwaway.h"

#define GIVEN "Tamthoi#4711"
#define NOTE "20261122065200Z hanoi"

static int start(void **state)
{
    (void)state;
    ad_create(true, "A helpdesk of Active Directory is not tested");
    ad_desk_add();
    return 0;
}

/* --- an operator --- */

static struct worker operator(const char *login)
{
    struct mk_request_directory d = ad_desk_directory();

    return fixture_logged_in(&d, login);
}

static struct mk_view see(struct worker *worker, const char *dn)
{
    struct mk_subject whom = worker_subject("", dn, "");
    struct worker_answer answer = worker_view(worker, MK_PERSON, &whom);

    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.views, 1);
    return answer.view[0];
}

static struct worker_answer unlock(struct worker *worker, const struct mk_view *seen)
{
    struct mk_subject whom = worker_subject("", seen->dn, "");

    return worker_unlock(worker, &whom, seen, false);
}

static struct worker_answer reset_with(struct worker *worker, const struct mk_view *seen,
                                       const char *password, const char *note)
{
    struct mk_subject whom = worker_subject("", seen->dn, "");

    return worker_reset(worker, &whom, seen, note, password);
}

static struct worker_answer reset(struct worker *worker, const char *dn)
{
    struct mk_view seen = see(worker, dn);

    return reset_with(worker, &seen, GIVEN, NOTE);
}

/* What an act could change of somebody. */
struct entry {
    char set[32];
    char lock[32];
    char count[16];
    char note[64];
    char version[32]; /* moves with whatever is changed, the password included */
};

static struct entry entry_of(const char *dn)
{
    struct entry e;

    memset(&e, 0, sizeof e);
    samba_value(&samba, dn, "pwdLastSet", e.set, sizeof e.set);
    samba_value(&samba, dn, "lockoutTime", e.lock, sizeof e.lock);
    samba_value(&samba, dn, "badPwdCount", e.count, sizeof e.count);
    samba_value(&samba, dn, "comment", e.note, sizeof e.note);
    samba_value(&samba, dn, "uSNChanged", e.version, sizeof e.version);
    return e;
}

static void assert_same(const struct entry *before, const char *dn)
{
    struct entry now = entry_of(dn);

    assert_string_equal(now.set, before->set);
    assert_string_equal(now.lock, before->lock);
    assert_string_equal(now.count, before->count);
    assert_string_equal(now.note, before->note);
    assert_string_equal(now.version, before->version);
}

static bool said(const char *login, const char *password, const char *data)
{
    char text[256];

    return samba_bind(&samba, login, password, text, sizeof text) == LDAP_INVALID_CREDENTIALS &&
           strstr(text, data) != NULL;
}

static bool lets_in(const char *login, const char *password)
{
    char text[256];

    return samba_bind(&samba, login, password, text, sizeof text) == LDAP_SUCCESS;
}

/* --- what is seen --- */

static void every_state(void **state)
{
    static const struct {
        const char *login;
        enum mk_standing standing;
        enum mk_lock lock;
        enum mk_answer must_change;
        uint32_t failures;
        uint32_t allowed;
    } cases[] = {
        {"fine", MK_FINE, MK_NOT_LOCKED, MK_NO, 2, 3},
        {"soon", MK_DUE_SOON, MK_NOT_LOCKED, MK_NO, 0, 3}, /* those of two hours ago */
        {"expired", MK_EXPIRED, MK_NOT_LOCKED, MK_NO, 0, 3},
        {"must", MK_MUST_CHANGE, MK_NOT_LOCKED, MK_YES, 0, 3},
        {"locked", MK_LOCKED, MK_LOCK_TIMED, MK_NO, 3, 3},
        {"unlocked", MK_FINE, MK_NOT_LOCKED, MK_NO, 0, 3},
        {"forever", MK_LOCKED_FOR_GOOD, MK_LOCK_FOR_GOOD, MK_NO, 0, 3},
        {"disabled", MK_DISABLED, MK_NOT_LOCKED, MK_NO, 0, 3},
        {"ended", MK_DISABLED, MK_NOT_LOCKED, MK_NO, 0, 3},
        {"never", MK_OVERDUE, MK_NOT_LOCKED, MK_NO, 0, 3},
        /* pwdLastSet 0 demands nothing of a password that never expires. */
        {"lasting", MK_UNKNOWN, MK_NOT_LOCKED, MK_NO, 0, 3},
        /* Its policy is for the eyes of administrators only. */
        {"strict", MK_DUE_SOON, MK_NOT_LOCKED, MK_NO, 0, MK_COUNT_UNKNOWN},
    };
    int64_t now = (int64_t)time(NULL);
    struct worker worker;
    struct mk_view view;

    ad_begin(state);
    worker = operator("op");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        view = see(&worker, ad_dn(cases[i].login));
        print_message("# %s: standing %u, lock %u, must change %u, %u of %u\n", cases[i].login,
                      view.account.standing, view.lock, view.must_change, view.failures,
                      view.failures_allowed);
        assert_string_equal(view.dn, ad_dn(cases[i].login));
        assert_int_equal(view.account.standing, cases[i].standing);
        assert_int_equal(view.lock, cases[i].lock);
        assert_int_equal(view.must_change, cases[i].must_change);
        assert_int_equal(view.failures, cases[i].failures);
        assert_int_equal(view.failures_allowed, cases[i].allowed);
    }
    view = see(&worker, AD_DN("locked"));
    assert_in_range(view.locked, now - 180, now - 50);
    assert_in_range(view.failed, now - 180, now - 50);
    assert_true(view.logged_in == MK_TIME_UNKNOWN);
    view = see(&worker, AD_DN("fine"));
    assert_in_range(view.logged_in, now - 3 * DAY - 180, now - 3 * DAY + 10);
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- unlock --- */

static void unlocked(void **state)
{
    struct mk_view seen;
    struct worker worker;
    char set[32];
    char after[32];

    ad_begin(state);
    worker = operator("op");
    samba_value(&samba, AD_DN("rlocked"), "pwdLastSet", set, sizeof set);
    assert_true(said("rlocked", PASSWORD, "data 775,"));
    seen = see(&worker, AD_DN("rlocked"));
    assert_int_equal(seen.lock, MK_LOCK_TIMED);
    for (int again = 0; again < 2; again++) {
        struct worker_answer answer = unlock(&worker, &seen);
        assert_int_equal(answer.outcome.result, MK_OK);
        assert_int_equal(answer.end.result, MK_OK);
        assert_int_equal(answer.views, 1);
        assert_int_equal(answer.view[0].lock, MK_NOT_LOCKED);
        assert_int_equal(answer.view[0].failures, 0);
    }
    samba_value(&samba, AD_DN("rlocked"), "pwdLastSet", after, sizeof after);
    assert_string_equal(after, set);
    assert_true(lets_in("rlocked", PASSWORD));
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- reset --- */

static void reset_in_every_state(void **state)
{
    static const struct {
        const char *login;
        const char *data; /* of a log-in with the temporary password */
    } cases[] = {
        {"rfine", "data 773,"},    {"rlocked", "data 773,"},   {"rforever", "data 773,"},
        {"rexpired", "data 773,"}, {"rmust", "data 773,"},     {"rstrict", "data 773,"},
        {"rnoted", "data 773,"},   {"rdisabled", "data 533,"},
    };
    struct worker worker;

    ad_begin(state);
    samba_modify(&samba, NULL, SET(AD_DN("rlocked"), "lockoutTime", "@-1m@"));
    worker = operator("op");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct worker_answer answer = reset(&worker, ad_dn(cases[i].login));
        print_message("# %s: %u\n", cases[i].login, answer.outcome.result);
        assert_int_equal(answer.outcome.result, MK_OK);
        assert_int_equal(answer.end.result, MK_OK);
        assert_int_equal(answer.views, 1);
        assert_int_equal(answer.view[0].lock, MK_NOT_LOCKED);
        assert_int_equal(answer.view[0].must_change, MK_YES);
        assert_string_equal(answer.view[0].account.note, NOTE);
        assert_true(said(cases[i].login, GIVEN, cases[i].data));
    }
    assert_int_equal(worker_stop(&worker), 0);
}

/* A password, a lock and the demand are one change: what a rule refuses leaves all as it was. */
static void refused_by_a_rule(void **state)
{
    static const struct {
        const char *login;
        const char *password;
        enum mk_result result;
    } cases[] = {
        {"locked", "Ab#1", MK_TOO_SHORT},
        {"locked", "caybuoimoi", MK_FEW_KINDS},
        {"strict", "Caybuoi#27", MK_TOO_SHORT},
    };
    struct worker worker;

    ad_begin(state);
    worker = operator("op");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mk_view seen = see(&worker, ad_dn(cases[i].login));
        struct entry before = entry_of(ad_dn(cases[i].login));
        struct worker_answer answer = reset_with(&worker, &seen, cases[i].password, NOTE);
        assert_int_equal(answer.outcome.result, cases[i].result);
        assert_int_equal(answer.end.result, cases[i].result);
        assert_same(&before, ad_dn(cases[i].login));
    }
    assert_int_equal(worker_stop(&worker), 0);
}

static void lasting(void **state)
{
    struct worker worker;
    struct worker_answer answer;

    ad_begin(state);
    worker = operator("op");
    answer = reset(&worker, AD_DN("rnever"));
    assert_int_equal(answer.outcome.result, MK_LASTING);
    assert_int_equal(answer.view[0].must_change, MK_NO);
    assert_true(lets_in("rnever", GIVEN));
    assert_int_equal(worker_stop(&worker), 0);
}

/* An attribute of a single value that says something else: nothing is changed, and why is told. */
static void no_room_for_the_note(void **state)
{
    struct worker worker;
    struct worker_answer answer;
    struct entry before;

    ad_begin(state);
    worker = operator("op");
    before = entry_of(AD_DN("rtaken"));
    answer = reset(&worker, AD_DN("rtaken"));
    assert_int_equal(answer.outcome.result, MK_SERVER_REFUSED);
    assert_int_equal(answer.end.ldap_code, LDAP_TYPE_OR_VALUE_EXISTS);
    assert_same(&before, AD_DN("rtaken"));
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- rights --- */

static void without_rights(void **state)
{
    struct worker worker;
    struct mk_view seen;
    struct entry before;

    ad_begin(state);
    worker = operator("weak");
    seen = see(&worker, AD_DN("locked"));
    assert_int_equal(seen.lock, MK_LOCK_TIMED);
    before = entry_of(AD_DN("locked"));
    assert_int_equal(unlock(&worker, &seen).outcome.result, MK_NO_RIGHT);
    assert_int_equal(reset_with(&worker, &seen, GIVEN, NOTE).outcome.result, MK_NO_RIGHT);
    assert_same(&before, AD_DN("locked"));
    assert_int_equal(worker_stop(&worker), 0);
}

/* One change of an operator's own LDAP session, without our programs: the code. */
static int by_hand(const char *dn, const char *attribute, char *value, size_t length)
{
    const int hard = LDAP_OPT_X_TLS_DEMAND;
    const int client = 0;
    LDAP *ld = throwaway_handle(samba.ldaps);
    struct berval bytes = {length, value};
    struct berval *values[] = {&bytes, NULL};
    LDAPMod mod = {.mod_op = LDAP_MOD_REPLACE | LDAP_MOD_BVALUES,
                   .mod_type = throwaway_mutable(attribute),
                   .mod_bvalues = values};
    LDAPMod *mods[] = {&mod, NULL};
    int rc;

    assert_int_equal(ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, samba.ca_file), 0);
    assert_int_equal(ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &hard), 0);
    assert_int_equal(ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client), 0);
    assert_int_equal(throwaway_bind(ld, "op@example.test", PASSWORD), LDAP_SUCCESS);
    rc = ldap_modify_ext_s(ld, dn, mods, NULL, NULL);
    (void)ldap_unbind_ext(ld, NULL, NULL);
    return rc;
}

static void the_primary_group(void **state)
{
    struct mk_request_directory d = ad_desk_directory();
    struct mk_subject prime = worker_subject("prime", AD_DN("prime"), "");
    struct mk_subject fine = worker_subject("rfine", AD_DN("rfine"), "");
    struct mk_subject chief = worker_subject("chief", AD_DN("chief"), "");
    struct worker_answer answer;
    struct worker worker;

    ad_begin(state);
    worker = fixture_worker(&d);
    assert_int_equal(
        worker_group(&worker, 48, "CN=Domain Admins,CN=Users," SAMBA_SUFFIX, "").end.result, MK_OK);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "op", PASSWORD).end.result, MK_OK);
    answer = worker_view(&worker, MK_PERSON, &chief);
    assert_int_equal(answer.caller.groups, UINT64_C(1) << 48);
    answer = worker_view(&worker, MK_PERSON, &prime);
    assert_int_equal(answer.caller.groups, UINT64_C(1) << 48);
    answer = worker_view(&worker, MK_PERSON, &fine);
    assert_true(answer.has_caller);
    assert_int_equal(answer.caller.groups, 0);
    assert_int_equal(answer.caller.unread, 0);
    assert_int_equal(worker_stop(&worker), 0);
}

static void the_protected(void **state)
{
    static const char *const people[] = {LEADER_DN("boss"), LEADER_DN("op2"), LEADER_DN("op"),
                                         BOARD_DN("director"), AD_DN("chief")};
    char wide[] = "\"\0C\0a\0y\0#\0t\0r\0e\0"
                  "2\0"
                  "7\0\"";
    char zero[] = "0";
    struct worker worker;

    ad_begin(state);
    worker = operator("op");
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        struct mk_view seen = see(&worker, people[i]);
        struct entry before = entry_of(people[i]);
        /* The account as which the operator is bound is not even asked for. */
        enum mk_result expected =
            strcmp(people[i], LEADER_DN("op")) == 0 ? MK_NOT_ALLOWED_NOW : MK_NO_RIGHT;

        assert_int_equal(unlock(&worker, &seen).outcome.result, expected);
        assert_int_equal(reset_with(&worker, &seen, GIVEN, NOTE).outcome.result, expected);
        assert_int_equal(by_hand(people[i], "unicodePwd", wide, sizeof wide),
                         LDAP_INSUFFICIENT_ACCESS);
        assert_int_equal(by_hand(people[i], "pwdLastSet", zero, 1), LDAP_INSUFFICIENT_ACCESS);
        assert_int_equal(by_hand(people[i], "lockoutTime", zero, 1), LDAP_INSUFFICIENT_ACCESS);
        assert_int_equal(by_hand(people[i], "comment", zero, 1), LDAP_INSUFFICIENT_ACCESS);
        assert_same(&before, people[i]);
    }
    assert_int_equal(worker_stop(&worker), 0);
    /* And of other people no more than what a helpdesk does. */
    assert_int_equal(by_hand(AD_DN("late"), "unicodePwd", wide, sizeof wide), LDAP_SUCCESS);
    assert_int_equal(by_hand(AD_DN("late"), "userAccountControl", zero, 1),
                     LDAP_INSUFFICIENT_ACCESS);
    assert_int_equal(by_hand(AD_DN("late"), "accountExpires", zero, 1), LDAP_INSUFFICIENT_ACCESS);
}

/* --- two at once --- */

static void stale(void **state)
{
    struct worker first;
    struct worker second;
    struct worker_answer answer;
    struct mk_view seen;
    struct entry before;

    ad_begin(state);
    first = operator("op");
    second = operator("op2");
    seen = see(&second, AD_DN("unsure"));
    assert_int_equal(reset(&first, AD_DN("unsure")).outcome.result, MK_OK);
    before = entry_of(AD_DN("unsure"));
    answer = reset_with(&second, &seen, "Tamthoi#4712", "20261122065300Z hanoi");
    assert_int_equal(answer.outcome.result, MK_STALE);
    assert_int_equal(answer.end.result, MK_STALE);
    assert_same(&before, AD_DN("unsure"));
    /* The loser is shown who was first. */
    assert_int_equal(answer.views, 1);
    assert_string_equal(answer.view[0].account.note, NOTE);
    /* One who had to change all the time, so that only the note tells. */
    seen = see(&second, AD_DN("must"));
    assert_int_equal(reset(&first, AD_DN("must")).outcome.result, MK_OK);
    answer = reset_with(&second, &seen, "Tamthoi#4712", "20261122065300Z hanoi");
    assert_int_equal(answer.outcome.result, MK_STALE);
    assert_int_equal(worker_stop(&first), 0);
    assert_int_equal(worker_stop(&second), 0);
}

struct racer {
    pthread_t thread;
    struct worker worker;
    struct mk_view seen;
    char password[32];
    char note[32];
    enum mk_result result;
};

static void *race(void *context)
{
    struct racer *r = context;

    r->result = reset_with(&r->worker, &r->seen, r->password, r->note).outcome.result;
    return NULL;
}

/* Both have seen the same, and both reset; how many have won. */
static int run_race(struct racer racers[2], int number)
{
    int won = 0;

    for (int i = 0; i < 2; i++) {
        racers[i].seen = see(&racers[i].worker, AD_DN("race"));
        (void)snprintf(racers[i].password, sizeof racers[i].password, "Tam%c#%d", 'a' + i,
                       100000 + number);
        (void)snprintf(racers[i].note, sizeof racers[i].note, "20261122%06dZ desk%d", number, i);
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(racers[i].thread, NULL), 0);
    for (int i = 0; i < 2; i++) {
        won += racers[i].result == MK_OK;
        if (racers[i].result != MK_OK && racers[i].result != MK_STALE)
            print_message("# round %d: %d\n", number, (int)racers[i].result);
        assert_true(racers[i].result == MK_OK || racers[i].result == MK_STALE);
        if (racers[i].result == MK_OK)
            assert_true(said("race", racers[i].password, "data 773,"));
    }
    return won;
}

/* After the first round pwdLastSet stays 0, so that the note is what an act is held against. */
static void races(void **state)
{
    struct mk_request_directory d;
    struct racer racers[2];

    ad_begin(state);
    d = ad_desk_directory();
    d.operation_ms = 8000; /* the machine may be busy with other tests */
    racers[0].worker = fixture_logged_in(&d, "op");
    racers[1].worker = fixture_logged_in(&d, "op2");
    for (int i = 0; i < 100; i++)
        assert_int_equal(run_race(racers, i), 1);
    for (int i = 0; i < 2; i++)
        assert_int_equal(worker_stop(&racers[i].worker), 0);
}

/* --- no answer --- */

static void lost(void **state)
{
    struct worker worker;
    struct worker_answer answer;
    struct mk_view seen;

    ad_begin(state);
    worker = operator("op");
    seen = see(&worker, AD_DN("lost"));
    samba_pause(&samba);
    answer = reset_with(&worker, &seen, GIVEN, NOTE);
    samba_resume(&samba);
    assert_int_equal(answer.outcome.result, MK_OUTCOME_UNKNOWN);
    assert_int_equal(answer.outcome.sent, 1);
    assert_int_equal(answer.end.result, MK_OUTCOME_UNKNOWN);
    assert_int_equal(worker_stop(&worker), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state),
        cmocka_unit_test(unlocked),
        cmocka_unit_test(reset_in_every_state),
        cmocka_unit_test(refused_by_a_rule),
        cmocka_unit_test(lasting),
        cmocka_unit_test(no_room_for_the_note),
        cmocka_unit_test(without_rights),
        cmocka_unit_test(the_primary_group),
        cmocka_unit_test(the_protected),
        cmocka_unit_test(stale),
        cmocka_unit_test(races),
        cmocka_unit_test(lost),
    };

    return cmocka_run_group_tests_name("desk on Active Directory", tests, start, ad_remove);
}
