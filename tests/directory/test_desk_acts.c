// SPDX-License-Identifier: MIT

/*
 * What an operator of a helpdesk does in OpenLDAP: unlocking and resetting, with the right "manage"
 * and with "write" only; and what nobody may do.
 */

#include <ldap.h>
#include <stdlib.h>

#include "desk.h"
#include "memory.h"

#define TEMPORARY "tam-7kha-93"
#define NOTE "20261122065200Z hanoi"
#define OLD_NOTE "20261101010203Z hcm"

/* Both servers have the same entries. */
enum right { MANAGE, WRITE, RIGHTS };
static struct slapd servers[RIGHTS];
static const char *const names[RIGHTS] = {"manage", "write"};
static const char conf[] = TEST_DIRECTORY "/desk_rights.conf";

#define LOCKED_FOR_GOOD "pwdAccountLockedTime: 000001010000Z\n"
#define LOCKED_NOW "pwdAccountLockedTime: @-60s@\npwdFailureTime: @-80s@\npwdFailureTime: @-70s@\n"

// clang-format off
static const char entries[] =
    DESK_TOP
    FIXTURE_POLICY("forgiving", "pwdLockout: TRUE\npwdMustChange: FALSE\n")
    FIXTURE_POLICY("old", "pwdMustChange: TRUE\npwdMinAge: 864000\n")
    DESK_STAFF
    DESK_PERSON("forgotten", CHANGED("-10d") "description: Ph\xc3\xb2ng 203\n"
                                             "description: " OLD_NOTE "\n")
    DESK_PERSON("both", CHANGED("-100d") LOCKED_NOW)
    DESK_PERSON("forgood", CHANGED("-10d") LOCKED_FOR_GOOD)
    DESK_PERSON("timed", CHANGED("-10d") LOCKED_NOW)
    DESK_PERSON("over", CHANGED("-10d") "pwdAccountLockedTime: @-6000s@\n")
    DESK_PERSON("reset", CHANGED("-1d") "pwdReset: TRUE\n")
    DESK_PERSON("weak", CHANGED("-10d") LOCKED_NOW "description: " OLD_NOTE "\n")
    DESK_PERSON("young", CHANGED("-1d") POLICY("old"))
    DESK_PERSON("lasting", CHANGED("-10d") POLICY("forgiving"))
    DESK_PERSON("raced", CHANGED("-10d"))
    DESK_PERSON("typing", CHANGED("-10d"))
    DESK_PERSON("changer", CHANGED("-10d"))
    DESK_PERSON("plain", CHANGED("-10d"))
    /* desk_rights.conf takes a right away from operators at each of these */
    DESK_PERSON("nonote", CHANGED("-10d") LOCKED_NOW)
    DESK_PERSON("noreset", CHANGED("-10d") LOCKED_NOW)
    DESK_PERSON("nolock", CHANGED("-10d") LOCKED_NOW)
    DESK_PERSON("nopassword", CHANGED("-10d") LOCKED_NOW "description: " OLD_NOTE "\n")
    DESK_PERSON("blind", CHANGED("-10d") LOCKED_NOW)
    DESK_PERSON("nocsn", CHANGED("-10d"))
    DESK_PERSON("kept", CHANGED("-10d"))
    /* whom operators do not look after */
    "dn: ou=partners," SUFFIX "\nobjectClass: organizationalUnit\nou: partners\n\n"
    "dn: uid=far,ou=partners," SUFFIX "\nobjectClass: inetOrgPerson\nuid: far\ncn: Far\nsn: Far\n"
    "userPassword: " PASSWORD "\n" LOCKED_FOR_GOOD "\n"
    "dn: uid=robot," SYSTEMS "\nobjectClass: account\nobjectClass: simpleSecurityObject\n"
    "uid: robot\nuserPassword: " PASSWORD "\n" LOCKED_FOR_GOOD "\n";
// clang-format on

static int set_up(void **state)
{
    (void)state;
    for (int i = 0; i < RIGHTS; i++) {
        const char *const options[] = {"--desk", names[i], "--conf", conf, NULL};
        slapd_create(&servers[i], SUFFIX, entries, options);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < RIGHTS; i++)
        slapd_remove(&servers[i]);
    return 0;
}

static const char *dn_of(const char *uid, int32_t system, char dn[128])
{
    (void)snprintf(dn, 128, system == MK_PERSON ? "uid=%s," PEOPLE : "uid=%s-mail," SYSTEMS, uid);
    return dn;
}

/* Whether the temporary password lets the account in, and demands to be changed. */
static void assert_temporary(const struct slapd *slapd, const char *dn, const char *password)
{
    struct mk_request_directory d = desk_directory(slapd, slapd->ldapi);
    struct worker worker;
    struct worker_answer answer;

    (void)snprintf(d.person_dn, sizeof d.person_dn, "%s", dn);
    worker = fixture_worker(&d);
    answer = worker_bind(&worker, MK_PERSON, "x", password);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.end.must_change, MK_FORCED_ISSUED);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Everything that an act could change, as the root DN sees it. */
static void dump(const struct slapd *slapd, const char *dn, char *text, size_t size)
{
    static const char *const attributes[] = {"userPassword",   "pwdReset",   "pwdAccountLockedTime",
                                             "pwdChangedTime", "pwdHistory", "description"};
    char value[512];

    text[0] = '\0';
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        int count = slapd_count(slapd, dn, attributes[i]);
        slapd_value(slapd, dn, attributes[i], value, sizeof value);
        (void)snprintf(text + strlen(text), size - strlen(text), "%s %d %s\n", attributes[i], count,
                       value);
    }
}

/* --- unlocking --- */

static void unlock_takes_the_lock_only(void **state)
{
    static const char *const people[] = {"timed", "forgood"};

    (void)state;
    for (int i = 0; i < RIGHTS; i++) {
        struct worker worker = desk_login(&servers[i], "op");
        for (size_t p = 0; p < sizeof people / sizeof *people; p++)
            for (int32_t system = MK_PERSON; system <= MAIL; system++) {
                struct mk_subject subject = desk_subject(people[p]);
                struct mk_view seen = desk_see(&worker, people[p], system);
                struct worker_answer answer;
                char dn[128];
                assert_int_not_equal(seen.lock, MK_NOT_LOCKED);
                /* Twice: the second time there is nothing to do, whatever had been seen. */
                for (int again = 0; again < 2; again++) {
                    answer = worker_unlock(&worker, &subject, &seen, false);
                    assert_int_equal(answer.end.result, MK_OK);
                    assert_int_equal(answer.outcome.result, MK_OK);
                    assert_int_equal(answer.outcomes, 2); /* unknown is sent ahead */
                    assert_int_equal(answer.views, 1);
                    assert_int_equal(answer.view[0].account.system, system);
                    assert_int_equal(answer.view[0].lock, MK_NOT_LOCKED);
                    assert_int_equal(answer.view[0].account.standing, MK_FINE);
                }
                (void)dn_of(people[p], system, dn);
                assert_true(slapd_binds(&servers[i], dn, PASSWORD));
                assert_int_equal(slapd_count(&servers[i], dn, "pwdReset"), 0);
            }
        assert_int_equal(worker_stop(&worker), 0);
    }
}

static void nothing_to_unlock(void **state)
{
    struct worker worker = desk_login(&servers[MANAGE], "op");
    struct mk_subject subject = desk_subject("over");
    struct mk_view seen = desk_see(&worker, "over", MK_PERSON);
    struct worker_answer answer;
    int writes = slapd_operations(&servers[MANAGE], "Modify");
    char before[64];
    char after[64];

    (void)state;
    answer = worker_unlock(&worker, &subject, &seen, false);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.outcome.sent, 0);
    assert_int_equal(slapd_operations(&servers[MANAGE], "Modify"), writes);
    /* Written in any case, for those that follow this server. */
    slapd_value(&servers[MANAGE], PERSON_DN("over"), "entryCSN", before, sizeof before);
    answer = worker_unlock(&worker, &subject, &seen, true);
    assert_int_equal(answer.end.result, MK_OK);
    slapd_value(&servers[MANAGE], PERSON_DN("over"), "entryCSN", after, sizeof after);
    assert_string_not_equal(before, after);
    assert_int_equal(slapd_count(&servers[MANAGE], PERSON_DN("over"), "pwdAccountLockedTime"), 0);
    seen = desk_see(&worker, "over", MK_PERSON);
    answer = worker_unlock(&worker, &subject, &seen, true);
    assert_int_equal(answer.end.result, MK_OK);
    slapd_value(&servers[MANAGE], PERSON_DN("over"), "entryCSN", before, sizeof before);
    assert_string_not_equal(before, after);
    /* A lock that came later is not the one that was seen. */
    slapd_set(&servers[MANAGE], PERSON_DN("over"), "pwdAccountLockedTime", "000001010000Z");
    for (int refresh = 0; refresh < 2; refresh++) {
        answer = worker_unlock(&worker, &subject, &seen, refresh != 0);
        assert_int_equal(answer.end.result, MK_STALE);
        assert_int_equal(answer.view[0].lock, MK_LOCK_FOR_GOOD);
    }
    assert_int_equal(worker_stop(&worker), 0);
}

/* --- resetting --- */

static void reset_in_every_state(void **state)
{
    static const char *const people[] = {"forgotten", "both", "reset"};

    (void)state;
    for (int i = 0; i < RIGHTS; i++) {
        struct worker worker = desk_login(&servers[i], "op");
        for (size_t p = 0; p < sizeof people / sizeof *people; p++)
            for (int32_t system = MK_PERSON; system <= MAIL; system++) {
                struct mk_subject subject = desk_subject(people[p]);
                struct mk_view seen = desk_see(&worker, people[p], system);
                struct worker_answer answer =
                    worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY);
                const struct mk_view *view = &answer.view[0];
                char dn[128];
                print_message("# %s, %s: result %u, %lld ms\n", names[i], people[p],
                              answer.end.result, (long long)answer.milliseconds);
                assert_int_equal(answer.end.result, MK_OK);
                assert_int_equal(answer.outcome.result, MK_OK);
                assert_int_equal(answer.views, 1);
                assert_int_equal(view->must_change, MK_YES);
                assert_int_equal(view->lock, MK_NOT_LOCKED);
                assert_int_equal(view->account.standing, MK_MUST_CHANGE);
                assert_string_equal(view->account.note, NOTE);
                assert_temporary(&servers[i], dn_of(people[p], system, dn), TEMPORARY);
                assert_false(slapd_binds(&servers[i], dn, PASSWORD));
            }
        /* What else stood there stays, and one note takes the place of the other. */
        assert_int_equal(slapd_count(&servers[i], PERSON_DN("forgotten"), "description"), 2);
        assert_int_equal(worker_stop(&worker), 0);
    }
}

/* Refused by a rule, which the right "manage" does not know: all is as it was, the note too. */
static void refused_by_a_rule(void **state)
{
    static const struct {
        const char *uid, *password;
        uint32_t result;
    } all[] = {
        {"weak", "ab", MK_TOO_SHORT},
        {"weak", PASSWORD, MK_IN_HISTORY},
        {"weak", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnop",
         MK_TOO_LONG},
        {"young", TEMPORARY, MK_TOO_YOUNG},
    };
    struct worker worker = desk_login(&servers[WRITE], "op");
    char before[4096];
    char after[4096];
    char dn[128];

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct mk_subject subject = desk_subject(all[i].uid);
        struct mk_view seen = desk_see(&worker, all[i].uid, MK_PERSON);
        struct worker_answer answer;
        (void)dn_of(all[i].uid, MK_PERSON, dn);
        dump(&servers[WRITE], dn, before, sizeof before);
        answer = worker_reset(&worker, &subject, &seen, NOTE, all[i].password);
        assert_int_equal(answer.end.result, all[i].result);
        assert_int_equal(answer.view[0].lock, seen.lock);
        dump(&servers[WRITE], dn, after, sizeof after);
        assert_string_equal(before, after);
    }
    assert_int_equal(worker_stop(&worker), 0);
    worker = desk_login(&servers[MANAGE], "op");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct mk_subject subject = desk_subject(all[i].uid);
        struct mk_view seen = desk_see(&worker, all[i].uid, MK_PERSON);
        char note[32];
        (void)snprintf(note, sizeof note, "202611220652%02zuZ hanoi", i);
        /* A note of the same second would be the claim of somebody else. */
        assert_int_equal(worker_reset(&worker, &subject, &seen, note, all[i].password).end.result,
                         MK_OK);
    }
    assert_int_equal(worker_stop(&worker), 0);
}

/* pwdReset without pwdMustChange demands nothing of anybody. */
static void the_server_lets_it_stay(void **state)
{
    (void)state;
    for (int i = 0; i < RIGHTS; i++) {
        struct worker worker = desk_login(&servers[i], "op");
        struct mk_subject subject = desk_subject("lasting");
        struct mk_view seen = desk_see(&worker, "lasting", MK_PERSON);
        struct worker_answer answer = worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY);
        assert_int_equal(answer.end.result, MK_LASTING);
        assert_int_equal(answer.view[0].must_change, MK_NO);
        assert_true(slapd_binds(&servers[i], PERSON_DN("lasting"), TEMPORARY));
        assert_int_equal(worker_stop(&worker), 0);
    }
}

/* Two who saw the same: the second changes nothing, and is shown who was first. */
static void the_second_one_is_told(void **state)
{
    (void)state;
    for (int i = 0; i < RIGHTS; i++) {
        struct worker first = desk_login(&servers[i], "op");
        struct worker second = desk_login(&servers[i], "op2");
        struct mk_subject subject = desk_subject("raced");
        struct mk_view seen = desk_see(&first, "raced", MK_PERSON);
        struct mk_view too = desk_see(&second, "raced", MK_PERSON);
        struct worker_answer answer;
        char before[4096];
        char after[4096];
        answer = worker_reset(&first, &subject, &seen, NOTE, TEMPORARY);
        assert_int_equal(answer.end.result, MK_OK);
        dump(&servers[i], PERSON_DN("raced"), before, sizeof before);
        answer = worker_reset(&second, &subject, &too, "20261122065201Z hcm", "other-7kha-93");
        assert_int_equal(answer.end.result, MK_STALE);
        assert_string_equal(answer.view[0].account.note, NOTE);
        /* The same of two of one desk within the same second. */
        answer = worker_reset(&second, &subject, &too, NOTE, "other-7kha-93");
        assert_int_equal(answer.end.result, MK_STALE);
        dump(&servers[i], PERSON_DN("raced"), after, sizeof after);
        assert_string_equal(before, after);
        assert_temporary(&servers[i], PERSON_DN("raced"), TEMPORARY);
        assert_int_equal(worker_stop(&first), 0);
        assert_int_equal(worker_stop(&second), 0);
    }
}

/* The person was first. */
static void changed_meanwhile(void **state)
{
    struct worker worker = desk_login(&servers[MANAGE], "op");
    struct mk_subject subject = desk_subject("changer");
    struct mk_view seen = desk_see(&worker, "changer", MK_PERSON);
    struct worker_answer answer;

    (void)state;
    slapd_change(&servers[MANAGE], PERSON_DN("changer"), PASSWORD, NEW_PASSWORD);
    answer = worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY);
    assert_int_equal(answer.end.result, MK_STALE);
    assert_int_equal(answer.view[0].account.standing, MK_FINE);
    assert_true(slapd_binds(&servers[MANAGE], PERSON_DN("changer"), NEW_PASSWORD));
    assert_int_equal(slapd_count(&servers[MANAGE], PERSON_DN("changer"), "description"), 0);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Wrong passwords meanwhile, right ones, even a lock, keep nobody from a reset. */
static void somebody_keeps_typing(void **state)
{
    (void)state;
    for (int i = 0; i < RIGHTS; i++) {
        struct worker worker = desk_login(&servers[i], "op");
        struct mk_subject subject = desk_subject("typing");
        struct mk_view seen = desk_see(&worker, "typing", MK_PERSON);
        for (int n = 0; n < 6; n++)
            assert_false(slapd_binds(&servers[i], PERSON_DN("typing"), "wrong"));
        assert_int_equal(worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY).end.result, MK_OK);
        assert_temporary(&servers[i], PERSON_DN("typing"), TEMPORARY);
        /* That an administrator has locked it for good is another matter. */
        seen = desk_see(&worker, "typing", MK_PERSON);
        slapd_set(&servers[i], PERSON_DN("typing"), "pwdAccountLockedTime", "000001010000Z");
        assert_int_equal(
            worker_reset(&worker, &subject, &seen, "20261122070000Z hanoi", NEW_PASSWORD)
                .end.result,
            MK_STALE);
        assert_int_equal(worker_stop(&worker), 0);
    }
}

/* --- what nobody may do --- */

/* The operator's own session, as any other program could use it: ldappasswd, ldapmodify. */
static int raw_password(LDAP *ld, const char *dn)
{
    struct berval *user = ber_bvstrdup(dn);
    struct berval *value = ber_bvstrdup(NEW_PASSWORD);
    struct berval none = {0, NULL};
    int rc = ldap_passwd_s(ld, user, NULL, value, &none, NULL, NULL);

    ber_bvfree(user);
    ber_bvfree(value);
    return rc;
}

static int raw_modify(LDAP *ld, const char *dn, int operation, const char *attribute,
                      const char *value)
{
    char type[64];
    char text[64];
    char *values[] = {text, NULL};
    LDAPMod step = {
        .mod_op = operation, .mod_type = type, .mod_values = value == NULL ? NULL : values};
    LDAPMod *steps[] = {&step, NULL};

    (void)snprintf(type, sizeof type, "%s", attribute);
    (void)snprintf(text, sizeof text, "%s", value == NULL ? "" : value);
    return ldap_modify_ext_s(ld, dn, steps, NULL, NULL);
}

static LDAP *bound(const struct slapd *slapd, const char *dn)
{
    const int version = LDAP_VERSION3;
    struct berval *password = ber_bvstrdup(PASSWORD);
    LDAP *ld = NULL;

    assert_int_equal(ldap_initialize(&ld, slapd->ldapi), LDAP_SUCCESS);
    assert_int_equal(ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version), LDAP_SUCCESS);
    assert_int_equal(ldap_sasl_bind_s(ld, dn, LDAP_SASL_SIMPLE, password, NULL, NULL, NULL),
                     LDAP_SUCCESS);
    ber_bvfree(password);
    return ld;
}

static void nobody_acts_on_the_protected(void **state)
{
    static const char *const targets[] = {PERSON_DN("boss"),    MAIL_DN("boss"),
                                          PERSON_DN("op2"),     MAIL_DN("op2"),
                                          MAIL_DN("op"),        "uid=far,ou=partners," SUFFIX,
                                          "uid=robot," SYSTEMS, HELPDESK};
    char before[4096];
    char after[4096];

    (void)state;
    for (int i = 0; i < RIGHTS; i++) {
        LDAP *ld = bound(&servers[i], PERSON_DN("op"));
        for (size_t t = 0; t < sizeof targets / sizeof *targets; t++) {
            dump(&servers[i], targets[t], before, sizeof before);
            /* The own accounts' password is the one thing an operator may change, as everybody. */
            if (strcmp(targets[t], MAIL_DN("op")) != 0) {
                assert_int_equal(raw_password(ld, targets[t]), LDAP_INSUFFICIENT_ACCESS);
                assert_int_equal(
                    raw_modify(ld, targets[t], LDAP_MOD_REPLACE, "userPassword", NEW_PASSWORD),
                    LDAP_INSUFFICIENT_ACCESS);
            }
            assert_int_equal(raw_modify(ld, targets[t], LDAP_MOD_REPLACE, "pwdReset", "TRUE"),
                             LDAP_INSUFFICIENT_ACCESS);
            assert_int_equal(
                raw_modify(ld, targets[t], LDAP_MOD_REPLACE, "pwdAccountLockedTime", NULL),
                LDAP_INSUFFICIENT_ACCESS);
            assert_int_equal(raw_modify(ld, targets[t], LDAP_MOD_REPLACE, "pwdAccountLockedTime",
                                        "000001010000Z"),
                             LDAP_INSUFFICIENT_ACCESS);
            assert_int_equal(raw_modify(ld, targets[t], LDAP_MOD_REPLACE, "description", NOTE),
                             LDAP_INSUFFICIENT_ACCESS);
            dump(&servers[i], targets[t], after, sizeof after);
            assert_string_equal(before, after);
        }
        /* Nor make somebody else an operator, or unprotect a boss, or take an account over. */
        assert_int_equal(raw_modify(ld, ADMINS, LDAP_MOD_DELETE, "member", PERSON_DN("boss")),
                         LDAP_INSUFFICIENT_ACCESS);
        assert_int_equal(raw_modify(ld, HELPDESK, LDAP_MOD_ADD, "member", PERSON_DN("plain")),
                         LDAP_INSUFFICIENT_ACCESS);
        assert_int_equal(
            raw_modify(ld, MAIL_DN("plain"), LDAP_MOD_REPLACE, "seeAlso", PERSON_DN("op")),
            LDAP_INSUFFICIENT_ACCESS);
        assert_int_equal(
            raw_modify(ld, PERSON_DN("plain"), LDAP_MOD_REPLACE, "pwdPolicySubentry", ADMINS),
            LDAP_INSUFFICIENT_ACCESS);
        (void)ldap_unbind_ext(ld, NULL, NULL);
    }
}

/* The same through the worker, which is told what an operator could not have seen. */
static void the_worker_is_refused(void **state)
{
    static const char *const people[] = {"boss", "op2", "op"};
    char before[4096];
    char after[4096];

    (void)state;
    for (int i = 0; i < RIGHTS; i++) {
        struct worker worker = desk_login(&servers[i], "op");
        for (size_t p = 0; p < sizeof people / sizeof *people; p++) {
            struct mk_subject subject = desk_subject(people[p]);
            struct mk_view seen = desk_see(&worker, people[p], MK_PERSON);
            struct worker_answer answer;
            char dn[128];
            /* The account as which the operator is bound is not even asked for. */
            enum mk_result expected =
                strcmp(people[p], "op") == 0 ? MK_NOT_ALLOWED_NOW : MK_NO_RIGHT;
            (void)dn_of(people[p], MK_PERSON, dn);
            dump(&servers[i], dn, before, sizeof before);
            seen.lock = MK_LOCK_FOR_GOOD;
            answer = worker_unlock(&worker, &subject, &seen, true);
            assert_int_equal(answer.end.result, expected);
            answer = worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY);
            assert_int_equal(answer.end.result, expected);
            dump(&servers[i], dn, after, sizeof after);
            assert_string_equal(before, after);
        }
        assert_int_equal(worker_stop(&worker), 0);
        /* Nor can somebody who is no operator. */
        worker = desk_login(&servers[i], "plain");
        struct mk_subject subject = desk_subject("changer");
        struct mk_view seen = desk_see(&worker, "changer", MK_PERSON);
        dump(&servers[i], PERSON_DN("changer"), before, sizeof before);
        assert_int_equal(worker_unlock(&worker, &subject, &seen, true).end.result, MK_NO_RIGHT);
        assert_int_equal(worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY).end.result,
                         MK_NO_RIGHT);
        dump(&servers[i], PERSON_DN("changer"), after, sizeof after);
        assert_string_equal(before, after);
        assert_int_equal(worker_stop(&worker), 0);
    }
}

/* An operator without one of the rights: what that one makes of both acts. */
static void a_right_is_missing(void **state)
{
    static const struct {
        const char *uid;
        uint32_t unlock;
        uint32_t reset[RIGHTS];
    } all[] = {
        {"nonote", MK_OK, {MK_NO_RIGHT, MK_NO_RIGHT}},
        {"nopassword", MK_OK, {MK_NO_RIGHT, MK_NO_RIGHT}},
        {"nolock", MK_NO_RIGHT, {MK_OK, MK_OK}},
        /* The server demands the change by itself of whom it lets do everything. */
        {"noreset", MK_OK, {MK_OK, MK_LASTING}},
        /* What is not shown has not been enforced for anybody to see. */
        {"blind", MK_OK, {MK_LASTING, MK_LASTING}},
    };
    char before[4096];
    char after[4096];

    (void)state;
    for (int i = 0; i < RIGHTS; i++) {
        struct worker worker = desk_login(&servers[i], "op");
        for (size_t n = 0; n < sizeof all / sizeof *all; n++) {
            struct mk_subject subject = desk_subject(all[n].uid);
            struct mk_view seen = desk_see(&worker, all[n].uid, MK_PERSON);
            struct worker_answer answer;
            char dn[128];
            print_message("# %s, %s\n", names[i], all[n].uid);
            answer = worker_unlock(&worker, &subject, &seen, false);
            assert_int_equal(answer.end.result, all[n].unlock);
            (void)dn_of(all[n].uid, MK_PERSON, dn);
            assert_int_equal(slapd_count(&servers[i], dn, "pwdAccountLockedTime"),
                             all[n].unlock == MK_OK ? 0 : 1);
            dump(&servers[i], dn, before, sizeof before);
            seen = desk_see(&worker, all[n].uid, MK_PERSON);
            answer = worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY);
            assert_int_equal(answer.end.result, all[n].reset[i]);
            dump(&servers[i], dn, after, sizeof after);
            if (all[n].reset[i] == MK_NO_RIGHT)
                assert_string_equal(before, after);
            else
                assert_true(slapd_binds(&servers[i], dn, TEMPORARY));
        }
        assert_int_equal(worker_stop(&worker), 0);
    }
}

/* Where entryCSN is hidden, nothing can be held against anything but the note. */
static void no_version(void **state)
{
    struct worker worker = desk_login(&servers[WRITE], "op");
    struct mk_subject subject = desk_subject("nocsn");
    struct mk_view seen = desk_see(&worker, "nocsn", MK_PERSON);

    (void)state;
    assert_string_equal(seen.version, "");
    assert_int_equal(worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY).end.result, MK_OK);
    seen = desk_see(&worker, "nocsn", MK_PERSON);
    assert_int_equal(
        worker_reset(&worker, &subject, &seen, "20261122065300Z hcm", "neu-7kha-93").end.result,
        MK_OK);
    assert_int_equal(
        worker_reset(&worker, &subject, &seen, "20261122065400Z hanoi", TEMPORARY).end.result,
        MK_STALE);
    assert_temporary(&servers[WRITE], PERSON_DN("nocsn"), "neu-7kha-93");
    assert_int_equal(worker_stop(&worker), 0);
}

/* A directory that keeps no note: the second of two is told all the same. */
static void without_a_note(void **state)
{
    (void)state;
    for (int i = 0; i < RIGHTS; i++) {
        struct mk_request_directory d = desk_directory(&servers[i], servers[i].ldapi);
        struct mk_subject subject = desk_subject("plain");
        struct worker worker;
        struct mk_view seen;
        struct worker_answer answer;
        d.note_attribute[0] = '\0';
        worker = desk_login_to(&d, "op");
        seen = desk_see(&worker, "plain", MK_PERSON);
        answer = worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY);
        assert_int_equal(answer.end.result, MK_OK);
        assert_int_equal(slapd_count(&servers[i], PERSON_DN("plain"), "description"), 0);
        answer = worker_reset(&worker, &subject, &seen, NOTE, NEW_PASSWORD);
        assert_int_equal(answer.end.result, MK_STALE);
        assert_temporary(&servers[i], PERSON_DN("plain"), TEMPORARY);
        assert_int_equal(worker_stop(&worker), 0);
    }
}

/* Values that would be something else in a filter, a name or an attribute. */
static void values_that_forge(void **state)
{
    /* No version at all is none to hold the entry against; one that it never had is. */
    static const struct {
        const char *version;
        uint32_t result;
    } versions[] = {
        {"20260101000000.000000Z)(objectClass=* - 0", MK_TOO_YOUNG},
        {"* * 0", MK_TOO_YOUNG},
        {"*", MK_TOO_YOUNG},
        {"- - -", MK_TOO_YOUNG},
        {"%s%s%n", MK_TOO_YOUNG},
        {"20260101000000.000000Z#000000#000#000000 *)(uid=* 1", MK_STALE},
    };
    struct worker worker = desk_login(&servers[WRITE], "op");
    struct mk_subject subject = desk_subject("young");
    struct mk_view honest = desk_see(&worker, "young", MK_PERSON);
    struct mk_view seen;
    char before[4096];
    char after[4096];

    (void)state;
    dump(&servers[WRITE], PERSON_DN("young"), before, sizeof before);
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        seen = honest;
        (void)snprintf(seen.version, sizeof seen.version, "%s", versions[i].version);
        assert_int_equal(worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY).end.result,
                         versions[i].result);
    }
    seen = honest;
    (void)snprintf(seen.dn, sizeof seen.dn, "uid=*," PEOPLE);
    assert_int_equal(worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY).end.result, MK_STALE);
    seen = honest;
    (void)snprintf(seen.account.note, sizeof seen.account.note, "20260101000000Z *");
    assert_int_equal(worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY).end.result, MK_STALE);
    dump(&servers[WRITE], PERSON_DN("young"), after, sizeof after);
    assert_string_equal(before, after);
    assert_int_equal(worker_stop(&worker), 0);
    /* A note with every sign that a filter knows is a note. */
    worker = desk_login(&servers[MANAGE], "op");
    seen = desk_see(&worker, "plain", MAIL);
    subject = desk_subject("plain");
    assert_int_equal(
        worker_reset(&worker, &subject, &seen, "20271122065200Z a*)(&|=\\,", TEMPORARY).end.result,
        MK_OK);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Any other kind of server: nobody knows how it locks, and nothing is sent. */
static void not_offered(void **state)
{
    struct mk_request_directory d = desk_directory(&servers[MANAGE], servers[MANAGE].ldapi);
    struct mk_subject subject = desk_subject("changer");
    struct worker worker;
    struct mk_view seen;
    int writes;

    (void)state;
    d.kind = MK_KIND_OTHER;
    worker = desk_login_to(&d, "op");
    seen = desk_see(&worker, "changer", MK_PERSON);
    assert_int_equal(seen.lock, MK_LOCK_UNSEEN);
    assert_int_equal(seen.must_change, MK_NOT_KNOWN);
    writes = slapd_operations(&servers[MANAGE], "Modify");
    assert_int_equal(worker_unlock(&worker, &subject, &seen, true).end.result, MK_NOT_OFFERED);
    assert_int_equal(worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY).end.result,
                     MK_NOT_OFFERED);
    assert_int_equal(slapd_operations(&servers[MANAGE], "Modify"), writes);
    assert_int_equal(worker_stop(&worker), 0);
}

static const char *sought;

static int count_sought(const char *bytes, size_t size)
{
    const size_t length = strlen(sought);
    int count = 0;

    for (const char *at = bytes;
         (at = memmem(at, size - (size_t)(at - bytes), sought, length)) != NULL; at++)
        count++;
    return count;
}

static int copies(const struct worker *worker, const char *text)
{
    sought = text;
    return memory_count(worker->pid, strlen(text), count_sought);
}

/* However a reset ends, the worker does not keep the password. */
static void nothing_is_kept(void **state)
{
    static const char canary[] = "Qv3Hz8Kt5Wn";

    (void)state;
    for (int i = 0; i < RIGHTS; i++)
        for (int line = 0; line < 2; line++) {
            struct mk_request_directory d =
                desk_directory(&servers[i], line == 0 ? servers[i].ldapi : servers[i].ldap);
            struct worker worker = desk_login_to(&d, "op");
            struct mk_subject subject = desk_subject("kept");
            struct mk_view seen = desk_see(&worker, "kept", line == 0 ? MK_PERSON : MAIL);
            char note[32];
            int found;
            (void)snprintf(note, sizeof note, "2026112206521%dZ hanoi", line);
            assert_int_equal(worker_reset(&worker, &subject, &seen, note, canary).end.result,
                             MK_OK);
            assert_int_equal(
                worker_reset(&worker, &subject, &seen, "20261122070000Z hcm", canary).end.result,
                MK_STALE);
            subject = desk_subject("boss");
            (void)snprintf(seen.dn, sizeof seen.dn, PERSON_DN("boss"));
            assert_int_equal(worker_reset(&worker, &subject, &seen, note, canary).end.result,
                             MK_STALE);
            found = copies(&worker, canary);
            print_message("# copies in the memory of the worker: %d\n", found);
            /* -1: nobody may look. What it does keep is found. */
            if (found >= 0)
                assert_true(copies(&worker, HELPDESK) > 0);
            assert_in_range(found + 1, 0, 1);
            assert_int_equal(worker_stop(&worker), 0);
        }
}

static void what_is_not_asked(void **state)
{
    struct worker worker = desk_login(&servers[MANAGE], "op");
    struct mk_subject subject = desk_subject("plain");
    struct mk_view seen = desk_see(&worker, "plain", MK_PERSON);
    struct worker_answer answer = worker_reset(&worker, &subject, &seen, NOTE, "");
    int writes = slapd_operations(&servers[MANAGE], "Extended");

    (void)state;
    assert_int_equal(answer.end.result, MK_EMPTY_PASSWORD);
    assert_int_equal(answer.outcome.sent, 0);
    seen.account.system = 7;
    assert_int_equal(worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY).end.result,
                     MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_unlock(&worker, &subject, &seen, false).end.result, MK_NOT_ALLOWED_NOW);
    seen.account.system = MK_PERSON;
    seen.dn[0] = '\0';
    assert_int_equal(worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY).end.result,
                     MK_NOT_ALLOWED_NOW);
    /* What the templates find for the caller is the operator's own. */
    seen.account.system = MAIL;
    (void)snprintf(seen.dn, sizeof seen.dn, "UID=Op, ou=people," SUFFIX);
    answer = worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY);
    assert_int_equal(answer.end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(answer.outcome.sent, 0);
    assert_int_equal(worker_unlock(&worker, &subject, &seen, true).end.result, MK_NOT_ALLOWED_NOW);
    seen.account.system = MK_PERSON;
    (void)snprintf(seen.dn, sizeof seen.dn, "uid=gone," PEOPLE);
    assert_int_equal(worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY).end.result, MK_STALE);
    (void)snprintf(seen.dn, sizeof seen.dn, "no name");
    assert_int_equal(worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY).end.result,
                     MK_SERVER_REFUSED);
    assert_int_equal(slapd_operations(&servers[MANAGE], "Extended"), writes);
    assert_int_equal(worker_stop(&worker), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unlock_takes_the_lock_only),
        cmocka_unit_test(nothing_to_unlock),
        cmocka_unit_test(reset_in_every_state),
        cmocka_unit_test(refused_by_a_rule),
        cmocka_unit_test(the_server_lets_it_stay),
        cmocka_unit_test(the_second_one_is_told),
        cmocka_unit_test(changed_meanwhile),
        cmocka_unit_test(somebody_keeps_typing),
        cmocka_unit_test(nobody_acts_on_the_protected),
        cmocka_unit_test(the_worker_is_refused),
        cmocka_unit_test(a_right_is_missing),
        cmocka_unit_test(no_version),
        cmocka_unit_test(values_that_forge),
        cmocka_unit_test(what_is_not_asked),
        cmocka_unit_test(without_a_note),
        cmocka_unit_test(not_offered),
        cmocka_unit_test(nothing_is_kept),
    };

    return cmocka_run_group_tests_name("desk_acts", tests, set_up, tear_down);
}
