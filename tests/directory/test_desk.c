// SPDX-License-Identifier: MIT

/* What an operator of a helpdesk sees in OpenLDAP: groups, the caller, and every account. */

#include <stdlib.h>

#include "desk.h"
#include "proxy.h"

#define FORGED "*)(uid=*"

static struct slapd slapd;

// clang-format off
/* Somebody with more log-in names than one. */
#define PERSON_OF(uid, names)                                                                      \
    "dn: " PERSON_DN(uid) "\nobjectClass: inetOrgPerson\nuid: " uid "\n" names "cn: " uid         \
    "\nsn: " uid "\nuserPassword: " PASSWORD "\n" CHANGED("-10d") "\n"

static const char entries[] =
    DESK_TOP
    FIXTURE_POLICY("forgiving", "pwdLockout: TRUE\npwdMaxFailure: 4\npwdFailureCountInterval: 600\n"
                                "pwdMustChange: FALSE\npwdMaxAge: 0\n")
    FIXTURE_POLICY("open", "pwdLockout: FALSE\n")
    DESK_STAFF
    /* groups of other kinds, and those that do not show whom they have */
    "dn: cn=unique," GROUPS "\nobjectClass: groupOfUniqueNames\ncn: unique\n"
    "uniqueMember: " PERSON_DN("op") "\n\n"
    "dn: cn=posix," GROUPS "\nobjectClass: posixGroup\ncn: posix\ngidNumber: 7\nmemberUid: op\n\n"
    "dn: cn=guards," GROUPS "\nobjectClass: posixGroup\ncn: guards\ngidNumber: 8\n"
    "memberUid: second\nmemberUid: cased\nmemberUid: last\n\n"
    "dn: cn=mute," GROUPS "\nobjectClass: groupOfNames\ncn: mute\nmember: " PERSON_DN("op2") "\n\n"
    "dn: cn=hidden," GROUPS "\nobjectClass: groupOfNames\ncn: hidden\n"
    "member: " PERSON_DN("op") "\n\n"
    /* callers */
    DESK_PERSON("fine", CHANGED("-10d") "description: Ph\xc3\xb2ng 203\n"
                                        "description: 20261101010203Z hanoi\n")
    DESK_PERSON("timed", CHANGED("-10d") "pwdAccountLockedTime: @-60s@\n"
                                         "pwdFailureTime: @-80s@\npwdFailureTime: @-70s@\n")
    DESK_PERSON("forgood", CHANGED("-10d") "pwdAccountLockedTime: 000001010000Z\n")
    DESK_PERSON("over", CHANGED("-10d") "pwdAccountLockedTime: @-6000s@\n")
    DESK_PERSON("reset", CHANGED("-1d") "pwdReset: TRUE\n")
    DESK_PERSON("lasting", CHANGED("-1d") POLICY("forgiving")
        "pwdReset: TRUE\npwdFailureTime: @-700s@\npwdFailureTime: @-30s@\npwdLastSuccess: @-2h@\n")
    DESK_PERSON("free", CHANGED("-1d") POLICY("open") "pwdAccountLockedTime: 000001010000Z\n")
    DESK_PERSON("expired", CHANGED("-100d"))
    DESK_PERSON("clear", CHANGED("-10d") "pwdReset: TRUE\n")
    DESK_PERSON("dark", CHANGED("-10d") "pwdAccountLockedTime: 000001010000Z\npwdReset: TRUE\n")
    PERSON_OF("first", "uid: second\n")
    PERSON_OF("cased", "")
    PERSON_OF("many", "uid: m1\nuid: m2\nuid: m3\nuid: m4\nuid: m5\nuid: m6\nuid: m7\n"
                      "uid: m8\nuid: m9\nuid: last\n")
    DESK_PERSON("must", CHANGED("-10d") "pwdReset: TRUE\n")
    "dn: ou=hanoi," PEOPLE "\nobjectClass: organizationalUnit\nou: hanoi\n\n"
    "dn: uid=hai,ou=hanoi," PEOPLE "\nobjectClass: inetOrgPerson\nuid: hai\n"
    "cn:: TMOqIFRo4buLIEjhuqNp\nsn: Le\nou: Phong Ke toan\nmail: hai@example.vn\n"
    "employeeNumber: 10042\ntelephoneNumber: +84 24 3943 0001\nmobile: 0912 000 001\n"
    "userPassword: " PASSWORD "\n" CHANGED("-10d") "\n";
// clang-format on

static int set_up(void **state)
{
    const char *const options[] = {"--desk", "manage", "--conf", TEST_DIRECTORY "/desk.conf", NULL};

    (void)state;
    slapd_create(&slapd, SUFFIX, entries, options);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    slapd_remove(&slapd);
    return 0;
}

/* --- groups --- */

static void who_is_an_operator(void **state)
{
    struct worker worker = desk_login(&slapd, "op");
    struct worker_answer answer = worker_member(&worker);

    (void)state;
    assert_int_equal(answer.end.result, MK_OK);
    assert_true(answer.has_member);
    assert_int_equal(answer.member.groups, BIT(DESK) | BIT(HANOI));
    assert_int_equal(answer.member.unread, 0);
    assert_int_equal(worker_stop(&worker), 0);
    worker = desk_login(&slapd, "op2");
    assert_int_equal(worker_member(&worker).member.groups, BIT(DESK) | BIT(HANOI));
    assert_int_equal(worker_stop(&worker), 0);
    worker = desk_login(&slapd, "boss");
    assert_int_equal(worker_member(&worker).member.groups, BIT(PROTECTED));
    assert_int_equal(worker_stop(&worker), 0);
    worker = desk_login(&slapd, "fine");
    answer = worker_member(&worker);
    assert_int_equal(answer.member.groups, 0);
    assert_int_equal(answer.member.unread, 0);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Every kind of group; and what is hidden, missing or no DN is never "not a member". */
static void groups_of_all_kinds(void **state)
{
    static const struct {
        uint32_t group;
        const char *dn;
    } groups[] = {{2, "cn=unique," GROUPS},   {3, "cn=posix," GROUPS}, {4, "cn=mute," GROUPS},
                  {5, "cn=hidden," GROUPS},   {6, "cn=none," GROUPS},  {7, "not a name"},
                  {63, "CN=Unique , " GROUPS}};
    struct mk_request_directory d = desk_directory(&slapd, slapd.ldapi);
    struct worker worker = fixture_worker(&d);
    struct worker_answer answer;

    (void)state;
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        assert_int_equal(worker_group(&worker, groups[i].group, groups[i].dn, "").end.result,
                         MK_OK);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "op", PASSWORD).end.result, MK_OK);
    answer = worker_member(&worker);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.member.groups, BIT(2) | BIT(3) | BIT(63));
    assert_int_equal(answer.member.unread, BIT(4) | BIT(5) | BIT(6) | BIT(7));
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- views --- */

struct expected {
    const char *uid;
    uint32_t standing;
    uint32_t lock;
    uint32_t must_change;
    uint32_t failures;
    uint32_t failures_allowed;
};

static void assert_seen(const struct mk_view *view, const struct expected *e)
{
    print_message("# %s: standing %u, lock %u, must change %u, failures %u of %u\n", e->uid,
                  view->account.standing, view->lock, view->must_change, view->failures,
                  view->failures_allowed);
    assert_int_equal(view->account.standing, e->standing);
    assert_int_equal(view->lock, e->lock);
    assert_int_equal(view->must_change, e->must_change);
    assert_int_equal(view->failures, e->failures);
    assert_int_equal(view->failures_allowed, e->failures_allowed);
}

static void every_state(void **state)
{
    static const struct expected all[] = {
        {"fine", MK_FINE, MK_NOT_LOCKED, MK_NO, 0, 5},
        {"timed", MK_LOCKED, MK_LOCK_TIMED, MK_NO, 2, 5},
        {"forgood", MK_LOCKED_FOR_GOOD, MK_LOCK_FOR_GOOD, MK_NO, 0, 5},
        {"over", MK_FINE, MK_NOT_LOCKED, MK_NO, 0, 5},
        {"reset", MK_MUST_CHANGE, MK_NOT_LOCKED, MK_YES, 0, 5},
        {"lasting", MK_FINE, MK_NOT_LOCKED, MK_NO, 1, 4},
        {"free", MK_FINE, MK_NOT_LOCKED, MK_NO, 0, 0},
        {"expired", MK_EXPIRED, MK_NOT_LOCKED, MK_NO, 0, 5},
    };
    struct worker worker = desk_login(&slapd, "op");
    struct mk_view view;

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (int32_t system = MK_PERSON; system <= MAIL; system++) {
            view = desk_see(&worker, all[i].uid, system);
            assert_seen(&view, &all[i]);
        }
    view = desk_see(&worker, "timed", MK_PERSON);
    assert_in_range(view.account.until - (int64_t)time(NULL), 820, 845);
    assert_in_range((int64_t)time(NULL) - view.locked, 60, 80);
    assert_in_range((int64_t)time(NULL) - view.failed, 70, 90);
    assert_string_equal(view.dn, PERSON_DN("timed"));
    view = desk_see(&worker, "lasting", MAIL);
    assert_in_range((int64_t)time(NULL) - view.logged_in, 7200, 7230);
    assert_string_equal(view.dn, MAIL_DN("lasting"));
    view = desk_see(&worker, "fine", MAIL);
    assert_string_equal(view.account.note, "20261101010203Z hanoi");
    assert_true(view.logged_in == MK_TIME_UNKNOWN);
    assert_int_equal(worker_stop(&worker), 0);
}

/* What may not be read is never shown as free, not even where it may be searched for. */
static void hidden_is_not_missing(void **state)
{
    static const struct expected hidden[] = {
        {"clear", MK_FINE, MK_NOT_LOCKED, MK_NOT_KNOWN, 0, 5},
        {"dark", MK_FINE, MK_LOCK_UNSEEN, MK_NOT_KNOWN, MK_COUNT_UNKNOWN, 5},
    };
    static const struct expected nobody = {"boss",       MK_UNKNOWN,       MK_LOCK_UNSEEN,
                                           MK_NOT_KNOWN, MK_COUNT_UNKNOWN, 5};
    static const struct expected user = {"forgood",    MK_UNKNOWN,       MK_LOCK_UNSEEN,
                                         MK_NOT_KNOWN, MK_COUNT_UNKNOWN, 5};
    struct worker worker = desk_login(&slapd, "op");
    struct mk_view view;

    (void)state;
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        view = desk_see(&worker, hidden[i].uid, MK_PERSON);
        assert_seen(&view, &hidden[i]);
    }
    /* Protected people show their state to no operator. */
    for (int32_t system = MK_PERSON; system <= MAIL; system++) {
        view = desk_see(&worker, "boss", system);
        assert_seen(&view, &nobody);
    }
    assert_int_equal(worker_stop(&worker), 0);
    /* Nor does anybody to somebody who is no operator. */
    worker = desk_login(&slapd, "fine");
    view = desk_see(&worker, "forgood", MK_PERSON);
    assert_seen(&view, &user);
    assert_int_equal(worker_stop(&worker), 0);
}

static void no_account(void **state)
{
    struct worker worker = desk_login(&slapd, "op");
    struct mk_subject subject = desk_subject("nobody");
    struct worker_answer answer = worker_view(&worker, MK_EVERY_SYSTEM, &subject);

    (void)state;
    assert_int_equal(answer.end.result, MK_OK);
    assert_false(answer.has_caller);
    assert_int_equal(answer.views, 3);
    for (unsigned i = 0; i < answer.views; i++) {
        assert_int_equal(answer.view[i].account.unknown, MK_UNKNOWN_NO_ENTRY);
        assert_string_equal(answer.view[i].dn, "");
        assert_int_equal(answer.view[i].lock, MK_LOCK_UNSEEN);
        assert_int_equal(answer.view[i].must_change, MK_NOT_KNOWN);
        assert_int_equal(answer.view[i].failures, MK_COUNT_UNKNOWN);
    }
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- the caller --- */

static void the_caller(void **state)
{
    struct worker worker = desk_login(&slapd, "op");
    struct mk_subject subject =
        worker_subject("hai", "UID=Hai, ou=HANOI,ou=people," SUFFIX, "hai@example.vn");
    struct worker_answer answer = worker_view(&worker, MK_EVERY_SYSTEM, &subject);
    const struct mk_reply_caller *caller = &answer.caller;

    (void)state;
    assert_true(answer.has_caller);
    assert_string_equal(caller->caller.login, "hai");
    assert_string_equal(caller->caller.dn, "uid=hai,ou=hanoi," PEOPLE);
    assert_string_equal(caller->caller.name, "L\xc3\xaa Th\xe1\xbb\x8b H\xe1\xba\xa3i");
    assert_string_equal(caller->caller.unit, "Phong Ke toan");
    assert_string_equal(caller->caller.mail, "hai@example.vn");
    assert_string_equal(caller->caller.staff, "10042");
    assert_string_equal(caller->caller.phone[0], "+84 24 3943 0001");
    assert_string_equal(caller->caller.phone[1], "0912 000 001");
    assert_string_equal(caller->caller.phone[2], "");
    assert_int_equal(caller->groups, 0);
    assert_int_equal(caller->unread, 0);
    assert_int_equal(caller->below, BIT(DESK) | BIT(HANOI));
    assert_int_equal(caller->own, 0);

    subject = desk_subject("boss");
    answer = worker_view(&worker, MK_PERSON, &subject);
    assert_int_equal(caller->groups, BIT(PROTECTED));
    assert_int_equal(caller->below, BIT(DESK));
    subject = worker_subject("op2", "uid=op2," PEOPLE, "");
    answer = worker_view(&worker, MK_PERSON, &subject);
    assert_int_equal(caller->groups, BIT(DESK) | BIT(HANOI));
    assert_int_equal(caller->own, 0);
    subject = worker_subject("op", "uid=OP,OU=people, " SUFFIX, "");
    answer = worker_view(&worker, MK_PERSON, &subject);
    assert_int_equal(caller->own, 1);
    /* A system's account alone says nothing about the person. */
    assert_false(worker_view(&worker, MAIL, &subject).has_caller);
    assert_int_equal(worker_stop(&worker), 0);
}

/*
 * Somebody with several log-in names is a member by any of them, whichever was typed; with more of
 * them than are asked for, nobody can tell.
 */
static void members_by_another_name(void **state)
{
    struct mk_request_directory d = desk_directory(&slapd, slapd.ldapi);
    struct worker worker = fixture_worker(&d);
    struct mk_subject subject = desk_subject("first");
    struct worker_answer answer;

    (void)state;
    assert_int_equal(worker_group(&worker, 2, "cn=guards," GROUPS, "").end.result, MK_OK);
    assert_int_equal(worker_group(&worker, 3, "cn=unique," GROUPS, "").end.result, MK_OK);
    assert_int_equal(worker_group(&worker, 4, "cn=hidden," GROUPS, "").end.result, MK_OK);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "op", PASSWORD).end.result, MK_OK);
    answer = worker_view(&worker, MK_PERSON, &subject);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.caller.groups, BIT(2));
    assert_int_equal(answer.caller.unread, BIT(4));
    assert_int_equal(answer.views, 1);
    subject = worker_subject("CASED", PERSON_DN("cased"), "");
    assert_int_equal(worker_view(&worker, MK_PERSON, &subject).caller.groups, BIT(2));
    subject = desk_subject("fine");
    answer = worker_view(&worker, MK_PERSON, &subject);
    assert_int_equal(answer.caller.groups, 0);
    assert_int_equal(answer.caller.unread, BIT(4));
    subject = desk_subject("many");
    answer = worker_view(&worker, MK_PERSON, &subject);
    assert_int_equal((answer.caller.groups | answer.caller.unread) & BIT(2), BIT(2));
    assert_int_equal(worker_stop(&worker), 0);
}

/* Looking at others leaves what is known of the operator as it was. */
static void the_operator_stays(void **state)
{
    struct worker worker = desk_login(&slapd, "op");
    struct mk_subject subject = desk_subject("expired");
    struct worker_answer answer = worker_read(&worker, MK_EVERY_SYSTEM);

    (void)state;
    assert_int_equal(answer.accounts, 3);
    assert_int_equal(worker_view(&worker, MK_EVERY_SYSTEM, &subject).views, 3);
    answer = worker_change(&worker, MAIL, PASSWORD, NEW_PASSWORD);
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.account[0].standing, MK_FINE);
    assert_true(slapd_binds(&slapd, MAIL_DN("op"), NEW_PASSWORD));
    assert_true(slapd_binds(&slapd, MAIL_DN("fine"), PASSWORD));
    answer = worker_read(&worker, MK_PERSON);
    assert_string_equal(answer.person.dn, PERSON_DN("op"));
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- one round trip --- */

/*
 * The answers come by a hundred bytes a second, which is not one of an account before the time is
 * over: everything has been asked nevertheless.
 */
static void in_one_round_trip(void **state)
{
    struct proxy *proxy = proxy_open((unsigned)strtoul(strrchr(slapd.ldap, ':') + 1, NULL, 10));
    struct mk_request_directory d;
    struct mk_subject subject = desk_subject("timed");
    struct worker worker;
    struct worker_answer answer;
    char uri[64];
    int before;

    (void)state;
    (void)snprintf(uri, sizeof uri, "ldap://127.0.0.1:%u", proxy_port(proxy));
    d = desk_directory(&slapd, uri);
    d.operation_ms = 1000;
    worker = desk_login_to(&d, "op");
    before = slapd_operations(&slapd, "Search");
    proxy_plan(proxy, &(struct proxy_fault){.action = PROXY_DRIP, .side = PROXY_TO_CLIENT});
    answer = worker_view(&worker, MK_EVERY_SYSTEM, &subject);
    assert_int_equal(answer.end.result, MK_SILENT);
    assert_int_equal(answer.views, 3);
    assert_int_equal(answer.view[0].account.unknown, MK_UNKNOWN_NO_ANSWER);
    /* Three accounts with three signs each, three groups asked both ways, the policy; this look. */
    assert_int_equal(slapd_operations(&slapd, "Search") - before, 3 * (1 + 3) + 3 * 2 + 1 + 1);
    assert_int_equal(worker_stop(&worker), 0);
    proxy_close(proxy);
}

/* --- what should not be asked --- */

static void when_it_is_not_allowed(void **state)
{
    struct mk_request_directory d = desk_directory(&slapd, slapd.ldapi);
    struct worker worker = fixture_worker(&d);
    struct mk_subject subject = desk_subject("fine");

    (void)state;
    assert_int_equal(worker_member(&worker).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_view(&worker, MK_PERSON, &subject).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "must", PASSWORD).end.must_change,
                     MK_FORCED_ISSUED);
    assert_int_equal(worker_member(&worker).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_view(&worker, MK_PERSON, &subject).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "op", PASSWORD).end.result, MK_OK);
    assert_int_equal(worker_group(&worker, 2, HELPDESK, "").end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_view(&worker, 7, &subject).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_view(&worker, -3, &subject).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_view(&worker, 1 << 20, &subject).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_view(&worker, MK_PERSON, &subject).end.result, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
    worker = fixture_worker(&d);
    assert_false(worker_group(&worker, MK_GROUPS_MAX, HELPDESK, "").complete);
    assert_int_equal(worker_wait(&worker), 1);
}

/* Values that would be something else in a filter or a name find nobody. */
static void values_that_forge(void **state)
{
    static const struct {
        const char *login, *dn, *mail;
    } forged[] = {
        {FORGED, "uid=" FORGED "," PEOPLE, FORGED},
        {"fine,ou=people", PERSON_DN("fine") ")(objectClass=*", "a@b)(uid=op"},
        {"fine", "no name at all", ""},
        {"", "", ""},
        {"\\2a", "uid=\\2a," PEOPLE, "\\"},
    };
    struct worker worker = desk_login(&slapd, "op");

    (void)state;
    for (size_t i = 0; i < sizeof forged / sizeof *forged; i++) {
        struct mk_subject subject = worker_subject(forged[i].login, forged[i].dn, forged[i].mail);
        struct worker_answer answer = worker_view(&worker, MK_EVERY_SYSTEM, &subject);
        assert_int_equal(answer.end.result, MK_OK);
        assert_false(answer.has_caller);
        assert_int_equal(answer.views, 3);
        for (unsigned v = 0; v < answer.views; v++) {
            assert_int_equal(answer.view[v].account.standing, MK_UNKNOWN);
            assert_string_equal(answer.view[v].dn, "");
        }
    }
    assert_int_equal(worker_stop(&worker), 0);
}

/* In another directory the operator is in with an account of the own there. */
static void another_directory(void **state)
{
    struct mk_request_directory d = desk_directory(&slapd, slapd.ldapi);
    struct worker worker;
    struct mk_subject subject = desk_subject("timed");
    struct worker_answer answer;

    (void)state;
    d.person_dn[0] = '\0';
    worker = fixture_worker(&d);
    assert_int_equal(worker_system(&worker, ERP, "uid=%u," PEOPLE, "").end.result, MK_OK);
    assert_int_equal(worker_person(&worker, "op", PERSON_DN("op"), "").end.result, MK_OK);
    assert_int_equal(worker_bind(&worker, ERP, "", PASSWORD).end.result, MK_OK);
    answer = worker_view(&worker, MK_EVERY_SYSTEM, &subject);
    assert_int_equal(answer.end.result, MK_OK);
    assert_false(answer.has_caller);
    assert_int_equal(answer.views, 1);
    assert_int_equal(answer.view[0].account.system, ERP);
    assert_int_equal(answer.view[0].lock, MK_LOCK_TIMED);
    assert_string_equal(answer.view[0].dn, PERSON_DN("timed"));
    assert_int_equal(worker_view(&worker, MK_PERSON, &subject).end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_read(&worker, ERP).account[0].standing, MK_FINE);
    assert_int_equal(worker_stop(&worker), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_an_operator),
        cmocka_unit_test(groups_of_all_kinds),
        cmocka_unit_test(every_state),
        cmocka_unit_test(hidden_is_not_missing),
        cmocka_unit_test(no_account),
        cmocka_unit_test(the_caller),
        cmocka_unit_test(members_by_another_name),
        cmocka_unit_test(the_operator_stays),
        cmocka_unit_test(in_one_round_trip),
        cmocka_unit_test(when_it_is_not_allowed),
        cmocka_unit_test(values_that_forge),
        cmocka_unit_test(another_directory),
    };

    return cmocka_run_group_tests_name("desk", tests, set_up, tear_down);
}
