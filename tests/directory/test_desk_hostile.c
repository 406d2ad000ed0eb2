// SPDX-License-Identifier: MIT

/*
 * A directory that means harm to an operator of a helpdesk: whatever it answers to looking,
 * unlocking and resetting, the worker answers in time and ends well.
 */

#include <ldap.h>
#include <stdlib.h>

#include "evil.h"
#include "evil_values.h"
#include "fixture.h"

#define TIME_MS 1000
#define SHORT_TIME_MS 120
#define ANSWER_MS 3000
#define TEMPORARY "tam-7kha-93"
#define NOTE "20261122065200Z hanoi"

#ifdef __SANITIZE_ADDRESS__
#define THIN 8
#else
#define THIN 1
#endif

/* What the server is to do: set before evil_open(), which copies it. */
static enum evil_kind place;
static const struct evil_strike *strike;
static struct evil_attribute attribute[2];
static int change_code; /* the answer to whatever changes something */
static uint32_t time_ms = TIME_MS;

static void assert_answered(const struct worker_answer *answer, const char *name, const char *what)
{
    if (!answer->complete)
        fail_msg("%s, at %s: %s got no answer", name, strike == NULL ? "" : strike->name, what);
    if (answer->milliseconds > ANSWER_MS)
        fail_msg("%s: %s took %d ms", name, what, (int)answer->milliseconds);
}

static struct worker log_in(const struct evil *evil)
{
    struct mk_request_directory d = {
        .uris = 1,
        .log_in_uris = 1,
        .writable = 1,
        .tls = MK_TLS_NONE_ON_LOOPBACK,
        .base = SUFFIX,
        .person_dn = BY_DN,
        .default_policy = EVIL_POLICY_DN,
        .name_attribute = "cn",
        .unit_attribute = "ou",
        .login_attribute = "uid",
        .staff_attribute = "employeeNumber",
        .phone_attribute = {"telephoneNumber", "mobile", "cn"},
        .note_attribute = "description",
        .server_ms = time_ms,
        .operation_ms = time_ms,
        .total_ms = 5000,
    };
    struct worker worker;

    (void)snprintf(d.uri[0], sizeof d.uri[0], "ldap://127.0.0.1:%u", evil_port(evil));
    worker = fixture_worker(&d);
    for (uint32_t group = 0; group < 3; group++)
        assert_int_equal(worker_group(&worker, group, "cn=g," SUFFIX, SUFFIX).end.result, MK_OK);
    assert_int_equal(worker_system(&worker, 0, "", BY_FILTER).end.result, MK_OK);
    return worker;
}

/* Everything that an operator asks for; a worker that has lost its connection is not asked more. */
static void use(void (*answer)(struct evil_line *line, const struct evil_request *request),
                const char *name)
{
    struct evil *evil = evil_open(answer);
    struct worker worker = log_in(evil);
    struct mk_subject subject = worker_subject("an", EVIL_DN, "an@example.vn");
    struct mk_view seen = {.account = {.system = MK_PERSON}, .lock = MK_LOCK_FOR_GOOD};
    struct worker_answer said = worker_bind(&worker, MK_PERSON, "an", PASSWORD);

    assert_answered(&said, name, "logging in");
    if (said.end.bound) {
        said = worker_member(&worker);
        assert_answered(&said, name, "groups");
    }
    if (said.end.bound) {
        said = worker_view(&worker, MK_EVERY_SYSTEM, &subject);
        assert_answered(&said, name, "looking");
        assert_int_equal(said.views, 2);
        seen = said.view[0];
    }
    (void)snprintf(seen.dn, sizeof seen.dn, EVIL_DN);
    seen.account.system = MK_PERSON;
    if (said.end.bound) {
        said = worker_unlock(&worker, &subject, &seen, true);
        assert_answered(&said, name, "unlocking");
        assert_true(said.has_outcome);
    }
    if (said.end.bound) {
        said = worker_reset(&worker, &subject, &seen, NOTE, TEMPORARY);
        assert_answered(&said, name, "resetting");
        assert_true(said.has_outcome);
    }
    if (worker_stop(&worker) != 0)
        fail_msg("%s: the worker ended badly", name);
    evil_close(evil);
}

static void put_attribute(struct evil_line *line, const struct evil_request *request)
{
    if (request->kind == EVIL_CHANGE)
        evil_result(line, request, &(struct evil_result){.code = change_code});
    else
        evil_usual(line, request, request->kind == place ? attribute : NULL);
}

/* What only a helpdesk reads; and every claim is told that it comes late, and looks again. */
static void values_everywhere(void **state)
{
    static const struct evil_place places[] = {
        {EVIL_OPENLDAP, EVIL_READ, "entryCSN"},
        {EVIL_OPENLDAP, EVIL_READ, "pwdFailureTime"},
        {EVIL_OPENLDAP, EVIL_READ, "pwdAccountLockedTime"},
        {EVIL_OPENLDAP, EVIL_READ, "authTimestamp"},
        {EVIL_OPENLDAP, EVIL_READ, "description"},
        {EVIL_OPENLDAP, EVIL_READ, "modifiersName"},
        {EVIL_OPENLDAP, EVIL_READ, "uid"},
        {EVIL_OPENLDAP, EVIL_READ, "employeeNumber"},
        {EVIL_OPENLDAP, EVIL_READ, "telephoneNumber"},
        {EVIL_OPENLDAP, EVIL_POLICY, "pwdMaxFailure"},
        {EVIL_OPENLDAP, EVIL_POLICY, "pwdFailureCountInterval"},
        {EVIL_389, EVIL_READ, "retryCountResetTime"},
        {EVIL_389, EVIL_READ, "lastLoginTime"},
        {EVIL_389, EVIL_READ, "passwordRetryCount"},
        {EVIL_AD, EVIL_READ, "badPwdCount"},
        {EVIL_AD, EVIL_READ, "badPasswordTime"},
        {EVIL_AD, EVIL_READ, "lastLogon"},
        {EVIL_AD, EVIL_POLICY, "lockoutThreshold"},
        {EVIL_AD, EVIL_POLICY, "lockOutObservationWindow"},
    };

    (void)state;
    change_code = LDAP_ASSERTION_FAILED;
    for (size_t p = 0; p < sizeof places / sizeof *places; p++)
        for (size_t v = 0; v < EVIL_VALUES; v++) {
            struct berval bytes;
            char name[96];
            if ((p + v) % THIN != 0)
                continue;
            bytes = evil_value_bytes(&evil_values[v]);
            (void)snprintf(name, sizeof name, "%s in %s", evil_values[v].name, places[p].attribute);
            evil_flavour = places[p].flavour;
            place = places[p].kind;
            attribute[0] = (struct evil_attribute){places[p].attribute, bytes, 0};
            use(put_attribute, name);
            free(bytes.bv_val);
        }
}

/* More failures than anybody counts, more notes than anybody reads. */
static void many_values(void **state)
{
    static const struct {
        const char *name, *value;
    } many[] = {{"pwdFailureTime", "20261101000000Z"}, {"description", "20261101000000Z hanoi"}};

    (void)state;
    evil_flavour = EVIL_OPENLDAP;
    place = EVIL_READ;
    change_code = LDAP_ASSERTION_FAILED;
    for (size_t i = 0; i < sizeof many / sizeof *many; i++) {
        struct berval bytes = {strlen(many[i].value), strdup(many[i].value)};
        attribute[0] = (struct evil_attribute){many[i].name, bytes, 5000};
        use(put_attribute, many[i].name);
        free(bytes.bv_val);
    }
}

/* Every result code to whatever changes something. */
static void every_code(void **state)
{
    static const int codes[] = {-1, 1,  3,  8,  10, 12, 14, 16,  19,  20,  32,
                                34, 50, 51, 52, 53, 65, 80, 118, 121, 122, 2147483647};

    (void)state;
    place = EVIL_CONNECTED;
    for (size_t f = 0; f < EVIL_FLAVOURS; f++)
        for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
            evil_flavour = (enum evil_flavour)f;
            change_code = codes[i];
            use(put_attribute, "a result code");
        }
    evil_flavour = EVIL_OPENLDAP;
}

static void strike_at_place(struct evil_line *line, const struct evil_request *request)
{
    if (request->kind == place)
        strike->answer(line, request);
    else
        evil_usual(line, request, NULL);
}

/* EVIL_FIND is here what only a filter answers: groups, and what is missing. */
static void messages_anywhere(void **state)
{
    static const enum evil_kind kinds[] = {EVIL_FIND, EVIL_READ, EVIL_POLICY, EVIL_CHANGE};

    (void)state;
    evil_flavour = EVIL_OPENLDAP;
    time_ms = SHORT_TIME_MS;
    for (strike = evil_strikes; strike->name != NULL; strike++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            place = kinds[k];
            use(strike_at_place, "a message");
        }
    strike = NULL;
    time_ms = TIME_MS;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_everywhere),
        cmocka_unit_test(many_values),
        cmocka_unit_test(every_code),
        cmocka_unit_test(messages_anywhere),
    };

    return cmocka_run_group_tests_name("desk_hostile", tests, NULL, NULL);
}
