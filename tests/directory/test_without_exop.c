// SPDX-License-Identifier: MIT
/*
 * A server that does not offer Password Modify (RFC 3062): a real one, with the one name taken out
 * of the list of operations in its root DSE on the way.
 */

#include <arpa/inet.h>
#include <lber.h>
#include <ldap.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fixture.h"
#include "proxy.h"

static struct slapd slapd;
static struct proxy *proxy;

// clang-format off
static const char people[] =
    FIXTURE_TOP
    FIXTURE_POLICY("nothing", "pwdMaxAge: 0\n")
    FIXTURE_PERSON("an", CHANGED("-85d"))
    FIXTURE_PERSON("binh", CHANGED("-85d") POLICY("nowhere"));
// clang-format on

static unsigned port(void)
{
    return (unsigned)strtoul(strrchr(slapd.ldap, ':') + 1, NULL, 10);
}

static int set_up(void **state)
{
    (void)state;
    slapd_create(&slapd, SUFFIX, people, NULL);
    proxy = proxy_open(port());
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    proxy_close(proxy);
    slapd_remove(&slapd);
    return 0;
}

/* The search that the worker begins with, as message 1. */
static struct berval *root_search(void)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    struct berval *bytes = NULL;

    assert_non_null(ber);
    assert_true(ber_printf(ber, "{it{seeiibts{ssssss}N}}", 1, LDAP_REQ_SEARCH, "", LDAP_SCOPE_BASE,
                           LDAP_DEREF_NEVER, 1, 0, 0, LDAP_FILTER_PRESENT, "objectClass",
                           "objectClass", "vendorName", "supportedCapabilities",
                           "supportedExtension", "defaultNamingContext", "currentTime") >= 0);
    assert_int_equal(ber_flatten(ber, &bytes), 0);
    ber_free(ber, 1);
    return bytes;
}

/* Where in the bytes of the answer the name of the operation ends. */
static size_t place_of_exop(void)
{
    static char answer[16384];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port())};
    struct berval *question = root_search();
    const char *name;
    size_t size = 0;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(write(fd, question->bv_val, question->bv_len), (long)question->bv_len);
    ber_bvfree(question);
    do {
        ssize_t n = read(fd, answer + size, sizeof answer - size);
        assert_true(n > 0);
        size += (size_t)n;
        name = memmem(answer, size, LDAP_EXOP_MODIFY_PASSWD, strlen(LDAP_EXOP_MODIFY_PASSWD));
    } while (name == NULL);
    (void)close(fd);
    return (size_t)(name - answer) + strlen(LDAP_EXOP_MODIFY_PASSWD) - 1;
}

/* A worker logged in where Password Modify is not offered. */
static struct worker logged_in(const char *login)
{
    struct mk_request_directory d = fixture_directory(&slapd, "");
    struct worker worker;

    d.tls = MK_TLS_NONE_ON_LOOPBACK;
    (void)snprintf(d.uri[0], sizeof d.uri[0], "ldap://127.0.0.1:%u", proxy_port(proxy));
    proxy_plan(proxy, &(struct proxy_fault){
                          .action = PROXY_FLIP, .side = PROXY_TO_CLIENT, .at = place_of_exop()});
    worker = fixture_worker(&d);
    assert_int_equal(worker_connect(&worker).end.result, MK_OK);
    assert_true(proxy_struck(proxy));
    assert_int_equal(worker_bind(&worker, MK_PERSON, login, PASSWORD).end.result, MK_OK);
    return worker;
}

static void changes_by_modify(void **state)
{
    struct worker worker = logged_in("an");
    int extended = slapd_operations(&slapd, "Extended");
    int modified = slapd_operations(&slapd, "Modify");
    struct worker_answer answer = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);

    (void)state;
    assert_int_equal(answer.outcome.result, MK_OK);
    assert_int_equal(answer.account[0].standing, MK_FINE);
    assert_int_equal(slapd_operations(&slapd, "Extended"), extended);
    assert_int_equal(slapd_operations(&slapd, "Modify"), modified + 1);
    assert_true(slapd_binds(&slapd, PERSON_DN("an"), NEW_PASSWORD));
    assert_int_equal(slapd_count(&slapd, PERSON_DN("an"), "userPassword"), 1);
    assert_int_equal(worker_change(&worker, MK_PERSON, "wrong", "Caykhe#2028").outcome.result,
                     MK_OLD_WRONG);
    assert_int_equal(worker_change(&worker, MK_PERSON, NEW_PASSWORD, "Kh#4").outcome.result,
                     MK_TOO_SHORT);
    assert_int_equal(worker_change(&worker, MK_PERSON, NEW_PASSWORD, PASSWORD).outcome.result,
                     MK_IN_HISTORY);
    assert_int_equal(worker_stop(&worker), 0);
}

/* Without a policy it is the Modify itself that finds the old value missing: 16. */
static void old_wrong_without_policy(void **state)
{
    struct worker worker = logged_in("binh");

    (void)state;
    assert_int_equal(worker_change(&worker, MK_PERSON, "wrong", NEW_PASSWORD).outcome.result,
                     MK_OLD_WRONG);
    assert_true(slapd_binds(&slapd, PERSON_DN("binh"), PASSWORD));
    assert_int_equal(worker_stop(&worker), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_by_modify),
        cmocka_unit_test(old_wrong_without_policy),
    };

    return cmocka_run_group_tests_name("without exop", tests, set_up, tear_down);
}
