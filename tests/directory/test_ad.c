// SPDX-License-Identifier: MIT

/* Active Directory: what a Samba AD DC answers, and what the worker makes of it. */

#include <ldap.h>
#include <time.h>

#include "ad.h"

static int start(void **state)
{
    (void)state;
    ad_create(true, "Active Directory is not tested");
    return 0;
}

/* The people are in the state that their name says: by the server's own data code. */
static void test_the_people_are_what_they_are_called(void **state)
{
    static const struct {
        const char *login;
        const char *data; /* NULL: the bind succeeds */
    } cases[] = {
        {"fine", NULL},           {"soon", NULL},
        {"expired", "data 532,"}, {"must", "data 773,"},
        {"locked", "data 775,"},  {"unlocked", NULL},
        {"forever", "data 775,"}, {"disabled", "data 533,"},
        {"ended", "data 701,"},   {"never", NULL},
        {"lasting", NULL},        {"strict", NULL},
        {"young", NULL},          {"fixed", NULL},
        {"hidden", NULL},         {"twin", NULL},
        {"hours", "data 530,"},   {"place", "data 531,"},
        {"nobody", "data 52e,"},
    };

    ad_begin(state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        int rc = samba_bind(&samba, cases[i].login, PASSWORD, text, sizeof text);
        assert_int_equal(rc, cases[i].data == NULL ? LDAP_SUCCESS : LDAP_INVALID_CREDENTIALS);
        if (cases[i].data != NULL)
            assert_non_null(strstr(text, cases[i].data));
    }
}

/* --- logging in --- */

static void test_what_a_log_in_tells(void **state)
{
    static const struct {
        const char *login;
        const char *password;
        enum mk_result result;
    } cases[] = {
        {"fine", PASSWORD, MK_OK},
        {"fine", "Sai#matkhau1", MK_CREDENTIALS},
        {"nobody", PASSWORD, MK_CREDENTIALS},
        {"soon", PASSWORD, MK_OK},
        {"expired", PASSWORD, MK_EXPIRED_FIRST},
        {"expired", "Sai#matkhau1", MK_CREDENTIALS},
        {"must", PASSWORD, MK_CHANGE_FIRST},
        {"must", "Sai#matkhau1", MK_CREDENTIALS},
        {"locked", PASSWORD, MK_LOCKED_OUT},
        {"locked", "Sai#matkhau1", MK_LOCKED_OUT},
        {"unlocked", PASSWORD, MK_OK},
        {"forever", PASSWORD, MK_LOCKED_OUT},
        {"disabled", PASSWORD, MK_ACCOUNT_DISABLED},
        {"disabled", "Sai#matkhau1", MK_CREDENTIALS},
        {"ended", PASSWORD, MK_ACCOUNT_ENDED},
        {"hours", PASSWORD, MK_NOT_AT_THIS_TIME},
        {"place", PASSWORD, MK_NOT_FROM_HERE},
        {"never", PASSWORD, MK_OK},
        {"strict", PASSWORD, MK_OK},
    };
    struct mk_request_directory directory;

    ad_begin(state);
    directory = ad_directory(samba.ldaps);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct worker worker = fixture_worker(&directory);
        int binds = samba_logged(&samba, "Auth: [LDAP", cases[i].login);
        struct worker_answer a = worker_bind(&worker, MK_PERSON, cases[i].login, cases[i].password);

        assert_true(a.complete);
        assert_int_equal(a.end.result, cases[i].result);
        assert_int_equal(a.end.bound, cases[i].result == MK_OK);
        assert_string_equal(a.end.dn, cases[i].result == MK_OK ? ad_dn(cases[i].login) : "");
        assert_int_equal(samba_logged(&samba, "Auth: [LDAP", cases[i].login), binds + 1);
        assert_int_equal(worker_stop(&worker), 0);
    }
}

static void test_names_to_log_in_with(void **state)
{
    static const struct {
        const char *name;
        const char *uri;
    } cases[] = {
        {"%u@example.test", "ldaps"}, {"%u@example.test", "ldap"}, {"EXAMPLE\\%u", "ldaps"}};

    ad_begin(state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mk_request_directory directory =
            ad_directory(strcmp(cases[i].uri, "ldap") == 0 ? samba.ldap : samba.ldaps);
        struct worker worker;
        struct worker_answer a;

        (void)snprintf(directory.log_in_name, sizeof directory.log_in_name, "%s", cases[i].name);
        worker = fixture_worker(&directory);
        a = worker_bind(&worker, MK_PERSON, "fine", PASSWORD);
        assert_int_equal(a.end.result, MK_OK);
        assert_string_equal(a.end.dn, AD_DN("fine"));
        assert_int_equal(worker_stop(&worker), 0);
    }
}

/* Two entries for one login, and one that the person may not see: not logged in, and told so. */
static void test_a_log_in_without_one_entry(void **state)
{
    static const struct {
        const char *login;
        enum mk_result result;
    } cases[] = {{"twin", MK_PERSON_AMBIGUOUS}, {"hidden", MK_PERSON_UNKNOWN}};
    struct mk_request_directory directory;

    ad_begin(state);
    directory = ad_directory(samba.ldaps);
    (void)snprintf(directory.person_filter, sizeof directory.person_filter,
                   "(|(sAMAccountName=%%u)(employeeID=%%u))");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct worker worker = fixture_worker(&directory);
        struct worker_answer a = worker_bind(&worker, MK_PERSON, cases[i].login, PASSWORD);
        assert_int_equal(a.end.result, cases[i].result);
        assert_int_equal(a.end.bound, 0);
        assert_int_equal(worker_stop(&worker), 0);
    }
}

/* --- the table --- */

static void test_the_person(void **state)
{
    struct worker worker;
    struct worker_answer a;

    ad_begin(state);
    worker = ad_login("fine");
    a = worker_read(&worker, MK_PERSON);
    assert_int_equal(a.end.result, MK_OK);
    assert_true(a.has_person);
    assert_string_equal(a.person.name, "Lê Thị fine");
    assert_string_equal(a.person.unit, "Phòng Nghiệp vụ 3");
    assert_string_equal(a.person.mail, "fine@moj.example.test");
    assert_int_equal(worker_stop(&worker), 0);
}

static enum mk_result add_system(struct worker *worker, int32_t system, const char *login)
{
    char filter[128];

    (void)snprintf(filter, sizeof filter, "(&(objectClass=user)(sAMAccountName=%s))", login);
    return worker_system(worker, system, "", filter).end.result;
}

/* Each account as the person "fine" sees it: dates in days from now, or one of the two words. */
#define NO_DATE INT64_MIN
#define NEVER INT64_MAX

static void check_day(const char *login, const char *what, int64_t is, int64_t days)
{
    int64_t now = (int64_t)time(NULL);

    if (days == NO_DATE || days == NEVER) {
        assert_true(is == (days == NEVER ? MK_TIME_NEVER : MK_TIME_UNKNOWN));
        return;
    }
    if (is < now + days * DAY - 600 || is > now + days * DAY + 600)
        print_message("# %s, %s: %lld, now %lld\n", login, what, (long long)is, (long long)now);
    assert_in_range(is - now - days * DAY + 600, 0, 1200);
}

static void test_standings(void **state)
{
    static const struct {
        const char *login;
        enum mk_standing standing;
        enum mk_unknown unknown;
        enum mk_reason reason;
        int64_t changed;
        int64_t expires;
    } cases[] = {
        {"fine", MK_FINE, MK_KNOWN, MK_REASON_SERVER, -10, 80},
        {"soon", MK_DUE_SOON, MK_KNOWN, MK_REASON_SERVER, -85, 5},
        {"expired", MK_EXPIRED, MK_KNOWN, MK_REASON_SERVER, -100, -10},
        {"must", MK_MUST_CHANGE, MK_KNOWN, MK_REASON_NONE, NO_DATE, NO_DATE},
        {"locked", MK_LOCKED, MK_KNOWN, MK_REASON_SERVER, -10, 80},
        {"unlocked", MK_FINE, MK_KNOWN, MK_REASON_SERVER, -10, 80},
        {"forever", MK_LOCKED_FOR_GOOD, MK_KNOWN, MK_REASON_SERVER, -10, 80},
        {"disabled", MK_DISABLED, MK_KNOWN, MK_REASON_SERVER, 0, 90},
        {"ended", MK_DISABLED, MK_KNOWN, MK_REASON_SERVER, 0, 90},
        {"never", MK_FINE, MK_KNOWN, MK_REASON_NONE, -400, NEVER},
        {"lasting", MK_FINE, MK_KNOWN, MK_REASON_NONE, NO_DATE, NEVER},
        {"strict", MK_DUE_SOON, MK_KNOWN, MK_REASON_SERVER, -25, 5},
        {"nobody", MK_UNKNOWN, MK_UNKNOWN_NO_ENTRY, MK_REASON_NONE, NO_DATE, NO_DATE},
        {"hidden", MK_UNKNOWN, MK_UNKNOWN_NO_ENTRY, MK_REASON_NONE, NO_DATE, NO_DATE},
    };
    struct mk_request_directory directory;
    struct worker worker;
    struct worker_answer a;

    ad_begin(state);
    directory = ad_directory(samba.ldaps);
    directory.max_age_unit = MK_AGE_NONE;
    worker = fixture_worker(&directory);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(add_system(&worker, (int32_t)i, cases[i].login), MK_OK);
    }
    assert_int_equal(worker_bind(&worker, MK_PERSON, "fine", PASSWORD).end.result, MK_OK);
    a = worker_read(&worker, MK_EVERY_SYSTEM);
    assert_int_equal(a.end.result, MK_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct mk_account *account = worker_account(&a, (int32_t)i);
        assert_non_null(account);
        assert_int_equal(account->standing, cases[i].standing);
        assert_int_equal(account->unknown, cases[i].unknown);
        assert_int_equal(account->reason, cases[i].reason);
        check_day(cases[i].login, "changed", account->changed, cases[i].changed);
        check_day(cases[i].login, "expires", account->expires, cases[i].expires);
        if (strcmp(cases[i].login, "locked") == 0)
            assert_in_range(account->until, time(NULL) + 1500, time(NULL) + 1800);
        else
            check_day(cases[i].login, "until", account->until, NO_DATE);
    }
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- the change --- */

static void test_refused_changes(void **state)
{
    static const struct {
        const char *login;
        const char *old_password;
        const char *new_password;
        enum mk_result result;
        int bad; /* wrong passwords that the server has counted for it */
    } cases[] = {
        {"fine", "Sai#matkhau1", NEW_PASSWORD, MK_OLD_REFUSED, 1},
        {"soon", PASSWORD, "Ab#1", MK_TOO_SHORT, 0},
        {"soon", PASSWORD, "caybuoimoi", MK_FEW_KINDS, 0},
        {"soon", PASSWORD, PASSWORD, MK_IN_HISTORY, 0},
        {"strict", PASSWORD, "Caybuoi#27", MK_TOO_SHORT, 0},
        {"young", PASSWORD, NEW_PASSWORD, MK_TOO_YOUNG, 0},
        {"fixed", PASSWORD, NEW_PASSWORD, MK_CHANGE_FORBIDDEN, 0},
    };

    ad_begin(state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct worker worker = ad_login(cases[i].login);
        long long before = samba_number(&samba, ad_dn(cases[i].login), "pwdLastSet");
        struct worker_answer a =
            worker_change(&worker, MK_PERSON, cases[i].old_password, cases[i].new_password);
        assert_true(a.complete && a.has_outcome);
        assert_int_equal(a.outcome.result, cases[i].result);
        assert_int_equal(a.end.result, cases[i].result);
        assert_int_equal(a.accounts, 1); /* the state as it stayed */
        assert_int_equal(samba_number(&samba, ad_dn(cases[i].login), "badPwdCount"), cases[i].bad);
        assert_int_equal(samba_number(&samba, ad_dn(cases[i].login), "pwdLastSet"), before);
        assert_int_equal(worker_stop(&worker), 0);
    }
}

static void test_a_change(void **state)
{
    struct worker worker;
    struct worker_answer a;
    char text[256];

    ad_begin(state);
    worker = ad_login("change");
    a = worker_change(&worker, MK_PERSON, PASSWORD, "Đổi mật khẩu 1");
    assert_int_equal(a.outcome.result, MK_OK);
    assert_int_equal(a.end.result, MK_OK);
    assert_int_equal(a.accounts, 1);
    assert_int_equal(a.account[0].system, MK_PERSON);
    check_day("change", "expires", a.account[0].expires, 90);
    assert_int_equal(samba_bind(&samba, "change", "Đổi mật khẩu 1", text, sizeof text), 0);
    /* The one before still binds: nothing can be concluded from that. */
    assert_int_equal(samba_bind(&samba, "change", PASSWORD, text, sizeof text), 0);
    a = worker_change(&worker, MK_PERSON, "Đổi mật khẩu 1", PASSWORD);
    assert_int_equal(a.outcome.result, MK_IN_HISTORY);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Who is in may change what has expired elsewhere: the old password is all the server asks for. */
static void test_changes_of_accounts(void **state)
{
    static const struct {
        const char *login;
        enum mk_result result;
        enum mk_standing standing; /* before it */
    } cases[] = {
        {"unsure", MK_OK, MK_FINE},       {"expired", MK_OK, MK_EXPIRED},
        {"must", MK_OK, MK_MUST_CHANGE},  {"locked", MK_LOCKED_OUT, MK_LOCKED},
        {"disabled", MK_OK, MK_DISABLED}, {"ended", MK_OK, MK_DISABLED},
    };
    struct mk_request_directory directory;
    struct worker worker;
    struct worker_answer a;

    ad_begin(state);
    directory = ad_directory(samba.ldaps);
    worker = fixture_worker(&directory);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(add_system(&worker, (int32_t)i, cases[i].login), MK_OK);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "fine", PASSWORD).end.result, MK_OK);
    a = worker_read(&worker, MK_EVERY_SYSTEM);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct mk_account *account = worker_account(&a, (int32_t)i);
        assert_int_equal(account->standing, cases[i].standing);
        assert_int_equal(account->changeable, cases[i].standing == MK_EXPIRED);
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        a = worker_change(&worker, (int32_t)i, PASSWORD, NEW_PASSWORD);

        assert_int_equal(a.outcome.result, cases[i].result);
    }
    assert_int_equal(worker_stop(&worker), 0);
}

/* A directory where somebody who has logged in elsewhere has an account with its own password. */
static void test_an_account_elsewhere(void **state)
{
    struct mk_request_directory directory;
    struct worker worker;
    struct worker_answer a;

    ad_begin(state);
    directory = ad_directory(samba.ldaps);
    directory.person_filter[0] = '\0';
    worker = fixture_worker(&directory);
    a = worker_system(&worker, 0, "", "(sAMAccountName=%u)");
    assert_int_equal(a.end.result, MK_OK);
    assert_int_equal(worker_person(&worker, "history", "", "").end.result, MK_OK);
    a = worker_read(&worker, 0);
    assert_int_equal(a.account[0].unknown, MK_UNKNOWN_NOT_OPENED);
    assert_int_equal(worker_bind(&worker, 0, "", "Sai#matkhau1").end.result, MK_CREDENTIALS);
    a = worker_bind(&worker, 0, "", PASSWORD);
    assert_int_equal(a.end.result, MK_OK);
    assert_string_equal(a.end.dn, AD_DN("history"));
    a = worker_read(&worker, 0);
    assert_int_equal(a.account[0].standing, MK_FINE);
    a = worker_change(&worker, 0, PASSWORD, NEW_PASSWORD);
    assert_int_equal(a.outcome.result, MK_OK);
    assert_int_equal(a.accounts, 1);
    assert_int_equal(worker_stop(&worker), 0);
    /* Another worker, which has not seen the log-in. */
    worker = fixture_worker(&directory);
    a = worker_system(&worker, 0, "", "(sAMAccountName=%u)");
    assert_int_equal(a.end.result, MK_OK);
    assert_int_equal(worker_person(&worker, "history", "", "").end.result, MK_OK);
    a = worker_change(&worker, 0, NEW_PASSWORD, "Caybuoi#2031");
    assert_int_equal(a.outcome.result, MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
    assert_int_equal(samba_number(&samba, AD_DN("history"), "badPwdCount"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_people_are_what_they_are_called),
        cmocka_unit_test(test_what_a_log_in_tells),
        cmocka_unit_test(test_names_to_log_in_with),
        cmocka_unit_test(test_a_log_in_without_one_entry),
        cmocka_unit_test(test_the_person),
        cmocka_unit_test(test_standings),
        cmocka_unit_test(test_refused_changes),
        cmocka_unit_test(test_a_change),
        cmocka_unit_test(test_changes_of_accounts),
        cmocka_unit_test(test_an_account_elsewhere),
    };

    return cmocka_run_group_tests_name("ad", tests, start, ad_remove);
}
