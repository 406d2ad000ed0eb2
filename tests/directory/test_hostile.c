// SPDX-License-Identifier: MIT
/*
 * A directory that means harm: whatever it answers, the worker answers its own asker in time, in
 * packets of the right shape, and within bounded memory; it neither crashes nor hangs.
 */

#include <ldap.h>
#include <stdlib.h>

#include "evil.h"
#include "evil_values.h"
#include "fixture.h"

/* The times given to the worker, and what it may take for one request. */
#define TIME_MS 1000
#define SHORT_TIME_MS 120 /* where it will be used up */
#define ANSWER_MS 3000
#define MEMORY_KB (64L * 1024)

#define STATS 0

/* With sanitizers every so-maniest value in a place is enough time spent. */
#ifdef __SANITIZE_ADDRESS__
#define THIN 8
#else
#define THIN 1
#endif

/* What the server is to do: set before evil_open(), which copies it. */
static enum evil_kind place;
static const struct evil_strike *strike;
static struct evil_attribute attribute[2];
static struct evil_result result;
static uint32_t time_ms = TIME_MS; /* for the worker */
static bool asks_for_tls;          /* EVIL_CHANGE comes first then: it is any extended operation */
static struct slapd authority;     /* for its ca.pem */

static long memory_kb; /* the most that any worker took */
static const char *memory_name = "nothing";

static long peak_kb(pid_t pid)
{
    char path[64];
    char line[128];
    long kb = 0;
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    file = fopen(path, "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0)
            kb = strtol(line + 6, NULL, 10);
    (void)fclose(file);
    return kb;
}

static void assert_memory(const struct worker *worker, const char *name)
{
    long kb = peak_kb(worker->pid);

    if (kb > memory_kb) {
        memory_kb = kb;
        memory_name = name;
    }
#ifndef __SANITIZE_ADDRESS__
    if (kb > MEMORY_KB)
        fail_msg("%s: the worker took %ld KB", name, kb);
#endif
}

static void assert_answered(const struct worker_answer *answer, const char *name, const char *what)
{
    if (!answer->complete)
        fail_msg("%s, at %s: %s got no answer", name, strike == NULL ? "" : strike->name, what);
    if (answer->milliseconds > ANSWER_MS)
        fail_msg("%s: %s took %d ms", name, what, (int)answer->milliseconds);
}

/* Logs in, reads and changes, as far as the server lets one; what came of the last of these. */
static enum mk_result
use(void (*answer)(struct evil_line *line, const struct evil_request *request), const char *name)
{
    struct evil *evil = evil_open(answer);
    struct mk_request_directory d = fixture_directory(&authority, "");
    struct worker worker;
    struct worker_answer said;

    (void)snprintf(d.uri[0], sizeof d.uri[0], "ldap://127.0.0.1:%u", evil_port(evil));
    (void)snprintf(d.person_filter, sizeof d.person_filter, "%s", BY_FILTER);
    d.person_dn[0] = '\0';
    d.tls = asks_for_tls ? MK_TLS_STARTTLS : MK_TLS_NONE_ON_LOOPBACK;
    d.server_ms = d.operation_ms = time_ms;
    worker = fixture_worker(&d);
    assert_int_equal(worker_system(&worker, STATS, "", BY_FILTER).end.result, MK_OK);
    said = worker_connect(&worker);
    assert_answered(&said, name, "connecting");
    said = worker_bind(&worker, MK_PERSON, "an", PASSWORD);
    assert_answered(&said, name, "logging in");
    if (said.end.result == MK_OK && !said.end.must_change) {
        said = worker_read(&worker, MK_EVERY_SYSTEM);
        assert_answered(&said, name, "reading");
    }
    if (said.end.bound) {
        said = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
        assert_answered(&said, name, "changing");
        assert_true(said.has_outcome);
    }
    assert_memory(&worker, name);
    if (worker_stop(&worker) != 0)
        fail_msg("%s: the worker ended badly", name);
    evil_close(evil);
    return said.end.result;
}

static void use_usual(struct evil_line *line, const struct evil_request *request)
{
    evil_usual(line, request, NULL);
}

/* The frame: a server that does no harm lets all of it happen. */
static void harmless(void **state)
{
    (void)state;
    assert_int_equal(use(use_usual, "harmless"), MK_OK);
}

/* --- values --- */

static void put_attribute(struct evil_line *line, const struct evil_request *request)
{
    evil_usual(line, request, request->kind == place ? attribute : NULL);
}

static void values_everywhere(void **state)
{
    (void)state;
    for (size_t p = 0; p < EVIL_PLACES; p++)
        for (size_t v = 0; v < EVIL_VALUES; v++) {
            struct berval bytes;
            char name[96];

            if ((p + v) % THIN != 0)
                continue;
            bytes = evil_value_bytes(&evil_values[v]);

            (void)snprintf(name, sizeof name, "%s in %s", evil_values[v].name,
                           evil_places[p].attribute);
            evil_flavour = evil_places[p].flavour;
            place = evil_places[p].kind;
            attribute[0] = (struct evil_attribute){evil_places[p].attribute, bytes, 0};
            use(put_attribute, name);
            free(bytes.bv_val);
        }
}

/* A million of them takes a while: for the first attribute of each search only. */
static void many_values(void **state)
{
    static const unsigned copies[] = {2, 5000, 1000000};

    (void)state;
    for (size_t p = 0; p < EVIL_PLACES; p++) {
        bool first = p == 0 || evil_places[p].kind != evil_places[p - 1].kind;

        for (size_t c = 0; c < sizeof copies / sizeof *copies - !first; c++) {
            evil_flavour = evil_places[p].flavour;
            place = evil_places[p].kind;
            attribute[0] =
                (struct evil_attribute){evil_places[p].attribute, EVIL_TEXT(""), copies[c]};
            use(put_attribute, evil_places[p].attribute);
        }
    }
}

/* The same values as the DN of an entry. */
static void put_dn(struct evil_line *line, const struct evil_request *request)
{
    if (request->kind != place) {
        evil_usual(line, request, NULL);
        return;
    }
    evil_entry(line, request->id, attribute[0].value, NULL);
    evil_result(line, request, &(struct evil_result){.code = 0});
}

static void values_as_dn(void **state)
{
    static const enum evil_kind kinds[] = {EVIL_ROOT, EVIL_FIND, EVIL_READ, EVIL_POLICY};

    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t v = 0; v < EVIL_VALUES; v++) {
            attribute[0].value = evil_value_bytes(&evil_values[v]);
            place = kinds[k];
            use(put_dn, evil_values[v].name);
            free(attribute[0].value.bv_val);
        }
}

/* --- results --- */

static void put_result(struct evil_line *line, const struct evil_request *request)
{
    if (request->kind == place)
        evil_result(line, request, &result);
    else
        evil_usual(line, request, NULL);
}

static void values_in_results(void **state)
{
    static const int codes[] = {0, 1, 10, 19, 49, 53, -1, 118, 2147483647};

    (void)state;
    for (size_t i = 0; i < EVIL_FLAVOURS * (EVIL_CHANGE + 1); i++)
        for (size_t v = 0; v < EVIL_VALUES; v++) {
            struct berval bytes = evil_value_bytes(&evil_values[v]);

            evil_flavour = (enum evil_flavour)(i / (EVIL_CHANGE + 1));
            place = (enum evil_kind)(i % (EVIL_CHANGE + 1));
            result = (struct evil_result){.code = codes[v % (sizeof codes / sizeof *codes)],
                                          .matched = bytes,
                                          .text = bytes,
                                          .referral = bytes,
                                          .control = bytes};
            use(put_result, evil_values[v].name);
            free(bytes.bv_val);
        }
}

static void policy_controls(void **state)
{
    const struct berval bytes[] = {
        EVIL_TEXT(""),
        EVIL_TEXT("\x30"),
        EVIL_TEXT("\x30\x00"),
        EVIL_TEXT("\x30\x80"),
        EVIL_TEXT("\x30\x84\x7f\xff\xff\xff"),
        EVIL_TEXT("\x04\x01x"),
        EVIL_TEXT("\x30\x05\xa0\x03\x80\x01\xff"),             /* expires in -1 s */
        EVIL_TEXT("\x30\x08\xa0\x06\x80\x04\x80\x00\x00\x00"), /* -2^31 */
        EVIL_TEXT("\x30\x08\xa0\x06\x80\x04\x7f\xff\xff\xff"), /* 2^31 - 1 */
        EVIL_TEXT("\x30\x0c\xa0\x0a\x80\x08\x7f\xff\xff\xff\xff\xff\xff\xff"),
        EVIL_TEXT("\x30\x05\xa0\x03\x81\x01\xff"), /* -1 grace log-ins */
        EVIL_TEXT("\x30\x08\xa0\x06\x81\x04\x80\x00\x00\x00"),
        EVIL_TEXT("\x30\x08\xa0\x06\x81\x04\x7f\xff\xff\xff"),
        EVIL_TEXT("\x30\x04\xa0\x02\x81\x00"), /* a number of no bytes */
        EVIL_TEXT("\x30\x03\x81\x01\x7f"),     /* error 127 */
        EVIL_TEXT("\x30\x03\x81\x01\xff"),
        EVIL_TEXT("\x30\x06\x81\x04\x7f\xff\xff\xff"),
        EVIL_TEXT("\x30\x0a\xa0\x03\x81\x01\x02\xa0\x03\x80\x01\x05"), /* two warnings */
        EVIL_TEXT("\x30\x06\x81\x01\x02\x81\x01\x00"),                 /* two errors */
        EVIL_TEXT("\x30\x04\x30\x02\x30\x00"),
        EVIL_TEXT("\x30\x03\xa0\x7f\x81"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
        char name[32];

        (void)snprintf(name, sizeof name, "control %zu", i);
        result = (struct evil_result){.control = bytes[i]};
        place = EVIL_BIND;
        use(put_result, name);
        place = EVIL_CHANGE;
        result.code = LDAP_CONSTRAINT_VIOLATION;
        use(put_result, name);
    }
}

/* --- messages --- */

static void strike_at_place(struct evil_line *line, const struct evil_request *request)
{
    if (request->kind == place)
        strike->answer(line, request);
    else
        evil_usual(line, request, NULL);
}

static void messages_anywhere(void **state)
{
    static const char *const names[] = {
        [EVIL_CONNECTED] = "the start",      [EVIL_ROOT] = "the root DSE",
        [EVIL_FIND] = "the log-in's search", [EVIL_BIND] = "the bind",
        [EVIL_READ] = "the accounts",        [EVIL_POLICY] = "the policy",
        [EVIL_CHANGE] = "the change"};

    (void)state;
    time_ms = SHORT_TIME_MS;
    for (size_t i = 0; evil_strikes[i].name != NULL; i++)
        for (place = EVIL_CONNECTED; place <= EVIL_CHANGE; place++) {
            strike = &evil_strikes[i];
            use(strike_at_place, names[place]);
        }
    strike = NULL;
    time_ms = TIME_MS;
}

/* The first answer, before anybody knows whose it is, and what follows a granted one. */
static void messages_before_tls(void **state)
{
    (void)state;
    time_ms = SHORT_TIME_MS;
    asks_for_tls = true;
    place = EVIL_CHANGE;
    for (strike = evil_strikes; strike->name != NULL; strike++)
        assert_int_not_equal(use(strike_at_place, "the answer to StartTLS"), MK_OK);
    strike = NULL;
    assert_int_not_equal(use(use_usual, "a handshake with nobody"), MK_OK);
    asks_for_tls = false;
    time_ms = TIME_MS;
}

/* --- policies --- */

static void policy_of_itself(void **state)
{
    static const char *const dns[] = {EVIL_DN, EVIL_POLICY_DN, "", ",", "cn=default"};

    (void)state;
    for (size_t i = 0; i < sizeof dns / sizeof *dns; i++)
        for (place = EVIL_READ; place <= EVIL_POLICY; place++) {
            struct berval dn = {strlen(dns[i]), strdup(dns[i])};

            attribute[0] = (struct evil_attribute){"pwdPolicySubentry", dn, 0};
            use(put_attribute, "a policy that points to itself");
            free(dn.bv_val);
        }
}

static int as_openldap(void **state)
{
    (void)state;
    evil_flavour = EVIL_OPENLDAP;
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    slapd_create(&authority, SUFFIX, FIXTURE_TOP, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    slapd_remove(&authority);
    print_message("# most memory of a worker: %ld KB, at \"%s\"\n", memory_kb, memory_name);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(harmless, as_openldap),
        cmocka_unit_test_setup(values_everywhere, as_openldap),
        cmocka_unit_test_setup(many_values, as_openldap),
        cmocka_unit_test_setup(values_as_dn, as_openldap),
        cmocka_unit_test_setup(values_in_results, as_openldap),
        cmocka_unit_test_setup(policy_controls, as_openldap),
        cmocka_unit_test_setup(messages_anywhere, as_openldap),
        cmocka_unit_test_setup(messages_before_tls, as_openldap),
        cmocka_unit_test_setup(policy_of_itself, as_openldap),

    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
