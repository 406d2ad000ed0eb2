// SPDX-License-Identifier: MIT

/*
 * Active Directory, people whose password has expired or must be changed: nobody lets them in, and
 * the change goes over the Kerberos password service (RFC 3244).
 */

#include <ldap.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "ad.h"

static int start(void **state)
{
    (void)state;
    ad_create(WORKER_AD_PROGRAM[0] != '\0', "Expired passwords in Active Directory are not tested");
    return 0;
}

static struct worker start_worker(const struct mk_request_directory *directory)
{
    struct worker worker;

    worker_start_program(&worker, WORKER_AD_PROGRAM);
    fixture_tell(&worker, directory);
    return worker;
}

/* Back to a password that has expired, or to one that must be changed. */
static void set_back(const char *login, const char *password, bool expired)
{
    const char *dn = ad_dn(login);
    char ldif[512];

    (void)snprintf(ldif, sizeof ldif,
                   "dn: %s\nchangetype: modify\nreplace: unicodePwd\nunicodePwd:: @\"%s\"@\n\n", dn,
                   password);
    samba_modify(&samba, ldif, NULL);
    samba_set(&samba, dn, "pwdLastSet", expired ? "@-100d@" : "0");
}

static long long number(const char *login, const char *attribute)
{
    return samba_number(&samba, ad_dn(login), attribute);
}

/* One that nobody has had. */
static const char *fresh(void)
{
    static char password[32];
    static unsigned number_of;

    (void)snprintf(password, sizeof password, "Caybuoi#%u", 3000 + ++number_of);
    return password;
}

/* The end of a test that has left its traces on "must". */
static void stop_and_set_back(struct worker *worker)
{
    assert_int_equal(worker_stop(worker), 0);
    set_back("must", PASSWORD, false);
}

/* The directory, with two servers to change passwords at. */
static struct mk_request_directory with_kdcs(const char *first, const char *second)
{
    struct mk_request_directory directory = ad_directory(samba.ldaps);

    directory.kdcs = 2;
    (void)snprintf(directory.kdc[0], sizeof directory.kdc[0], "%s", first);
    (void)snprintf(directory.kdc[1], sizeof directory.kdc[1], "%s", second);
    return directory;
}

/* The log-in finds the password right and lets nobody in. */
static struct worker let_in_front(const struct mk_request_directory *directory, const char *login,
                                  const char *password)
{
    struct worker worker = start_worker(directory);
    struct worker_answer a = worker_bind(&worker, MK_PERSON, login, password);

    assert_true(a.complete);
    assert_int_equal(a.end.result, MK_OK);
    assert_int_equal(a.end.must_change,
                     strcmp(login, "expired") == 0 ? MK_FORCED_EXPIRED : MK_FORCED_ISSUED);
    assert_int_equal(a.end.bound, 0);
    assert_string_equal(a.end.dn, "");
    return worker;
}

static void check_change(const char *login)
{
    const struct mk_request_directory directory = ad_directory(samba.ldaps);
    struct worker worker = let_in_front(&directory, login, PASSWORD);
    int binds = samba_logged(&samba, "Auth: [LDAP", login);
    const char *password = fresh();
    struct worker_answer a;
    char text[256];

    /* Nothing can be read, and nothing is sent in trying. */
    assert_int_equal(worker_read(&worker, MK_PERSON).end.result, MK_LOST);
    a = worker_change(&worker, MK_PERSON, PASSWORD, password);
    assert_true(a.complete && a.has_outcome);
    assert_int_equal(a.outcome.result, MK_OK);
    assert_int_equal(a.outcome.sent, 1);
    assert_int_equal(a.end.result, MK_OK);
    assert_int_equal(a.accounts, 0);
    /* No bind but the one of the log-in, and no wrong password. */
    assert_int_equal(samba_logged(&samba, "Auth: [LDAP", login), binds);
    assert_int_equal(number(login, "badPwdCount"), 0);
    assert_true(number(login, "pwdLastSet") != 0);
    /* The same worker logs the person in with the new password, and sees the new date. */
    a = worker_bind(&worker, MK_PERSON, login, password);
    assert_int_equal(a.end.result, MK_OK);
    assert_int_equal(a.end.bound, 1);
    assert_int_equal(a.end.must_change, 0);
    a = worker_read(&worker, MK_PERSON);
    assert_int_equal(a.accounts, 1);
    assert_int_equal(a.account[0].standing, MK_FINE);
    assert_in_range(a.account[0].expires - time(NULL), 90 * DAY - 600, 90 * DAY + 600);
    assert_int_equal(worker_stop(&worker), 0);
    assert_int_equal(samba_bind(&samba, login, password, text, sizeof text), LDAP_SUCCESS);
    set_back(login, PASSWORD, strcmp(login, "expired") == 0);
}

static void test_expired(void **state)
{
    ad_begin(state);
    check_change("expired");
}

static void test_must_change(void **state)
{
    ad_begin(state);
    check_change("must");
}

static void test_refusals(void **state)
{
    static const struct {
        const char *old_password;
        const char *new_password;
        enum mk_result result;
        int bad;
    } cases[] = {
        {PASSWORD, "Ab#1", MK_TOO_SHORT, 0},
        {PASSWORD, "caybuoimoi", MK_FEW_KINDS, 0},
        {PASSWORD, PASSWORD, MK_IN_HISTORY, 0},
        {"Sai#matkhau1", NEW_PASSWORD, MK_OLD_REFUSED, 1},
    };
    struct mk_request_directory directory;

    ad_begin(state);
    directory = ad_directory(samba.ldaps);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct worker worker = let_in_front(&directory, "must", PASSWORD);
        struct worker_answer a =
            worker_change(&worker, MK_PERSON, cases[i].old_password, cases[i].new_password);
        assert_int_equal(a.outcome.result, cases[i].result);
        assert_int_equal(a.end.result, cases[i].result);
        assert_int_equal(number("must", "badPwdCount"), cases[i].bad);
        assert_int_equal(number("must", "pwdLastSet"), 0);
        assert_int_equal(worker_stop(&worker), 0);
    }
    set_back("must", PASSWORD, false);
}

/* A worker that was started in the place of another has not seen the log-in. */
static void test_a_new_worker_finds_the_way(void **state)
{
    struct mk_request_directory directory;
    struct worker worker;
    struct worker_answer a;

    ad_begin(state);
    directory = ad_directory(samba.ldaps);
    worker = start_worker(&directory);
    assert_int_equal(worker_person(&worker, "must", "", "").end.result, MK_OK);
    a = worker_change(&worker, MK_PERSON, PASSWORD, "Caybuoi#2028");
    assert_int_equal(a.outcome.result, MK_OK);
    assert_int_equal(number("must", "badPwdCount"), 0);
    /* Nobody has to change anything any more: over the bind, as ever. */
    a = worker_change(&worker, MK_PERSON, "Caybuoi#2028", "Caybuoi#2029");
    assert_int_equal(a.outcome.result, MK_OK);
    assert_int_equal(a.accounts, 1);
    stop_and_set_back(&worker);
}

/* --- servers that are not there --- */

static void test_no_kdc(void **state)
{
    static const char *const hosts[][2] = {
        {"127.255.255.250", "127.255.255.251"},
        {"kdc.nowhere.invalid", "127.255.255.251"},
    };

    ad_begin(state);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct mk_request_directory directory = with_kdcs(hosts[i][0], hosts[i][1]);
        struct worker worker = let_in_front(&directory, "must", PASSWORD);
        struct worker_answer a = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
        assert_int_equal(a.outcome.result, MK_KDC_UNREACHABLE);
        assert_int_equal(a.outcome.sent, 0);
        assert_int_equal(worker_stop(&worker), 0);
    }
    assert_int_equal(number("must", "pwdLastSet"), 0);
}

static void test_the_next_kdc(void **state)
{
    struct mk_request_directory directory;
    struct worker worker;

    ad_begin(state);
    directory = with_kdcs("127.255.255.250", samba.address);
    worker = let_in_front(&directory, "must", PASSWORD);
    assert_int_equal(worker_change(&worker, MK_PERSON, PASSWORD, fresh()).outcome.result, MK_OK);
    stop_and_set_back(&worker);
}

static void test_a_silent_kdc(void **state)
{
    struct mk_request_directory directory;
    struct worker worker;
    struct worker_answer a;

    ad_begin(state);
    directory = ad_directory(samba.ldaps);
    worker = let_in_front(&directory, "must", PASSWORD);
    samba_pause(&samba);
    a = worker_change(&worker, MK_PERSON, PASSWORD, NEW_PASSWORD);
    samba_resume(&samba);
    assert_int_equal(a.outcome.result, MK_KDC_UNREACHABLE);
    assert_int_equal(a.outcome.sent, 0);
    assert_in_range(a.milliseconds, directory.operation_ms - 100, directory.operation_ms + 500);
    assert_int_equal(worker_stop(&worker), 0);
    assert_int_equal(number("must", "pwdLastSet"), 0);
}

/* --- an answer that does not come --- */

/* Stands before the server on both its ports, and keeps the answers of the second to itself. */
struct thief {
    char address[32];
    int listener[2];
    const char *instead; /* what is answered, or NULL: the connection is closed */
    bool takes_ticket; /* the answer that it keeps is the one before: the ticket, or the refusal */
    pthread_t thread;
};

static int listen_at(const char *address, uint16_t port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
    const int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(inet_pton(AF_INET, address, &in.sin_addr), 1);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&in, sizeof in), 0);
    assert_int_equal(listen(fd, 8), 0);
    return fd;
}

static int connect_to(const char *address, uint16_t port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (inet_pton(AF_INET, address, &in.sin_addr) != 1 ||
        connect(fd, (const struct sockaddr *)&in, sizeof in) != 0)
        abort();
    return fd;
}

static size_t receive_message(int fd, unsigned char *bytes, size_t size)
{
    size_t have = 0;
    size_t want = 4;

    while (have < want) {
        ssize_t n = recv(fd, bytes + have, size - have, 0);
        if (n <= 0)
            return 0;
        have += (size_t)n;
        if (have >= 4)
            want = 4 + ((size_t)bytes[2] << 8 | bytes[3]);
    }
    return have;
}

/* One question and its answer; the answer goes back, unless it is to be stolen. */
static void pass(const struct thief *thief, int listener, uint16_t port, bool steal)
{
    static unsigned char bytes[65536];
    int client = accept(listener, NULL, NULL);
    int server;
    size_t n;

    if (client < 0)
        return;
    n = receive_message(client, bytes, sizeof bytes);
    server = connect_to(samba.address, port);
    (void)!write(server, bytes, n);
    n = receive_message(server, bytes, sizeof bytes);
    if (!steal)
        (void)!write(client, bytes, n);
    else if (thief->instead != NULL)
        (void)!write(client, thief->instead, 4 + (size_t)thief->instead[3]);
    (void)close(server);
    (void)close(client);
}

/* Two questions for the ticket, then the change. */
static void *run(void *argument)
{
    const struct thief *thief = argument;

    pass(thief, thief->listener[0], 88, false);
    pass(thief, thief->listener[0], 88, thief->takes_ticket);
    if (!thief->takes_ticket)
        pass(thief, thief->listener[1], 464, true);
    return NULL;
}

static void start_thief(struct thief *thief, const char *instead, bool takes_ticket)
{
    thief->takes_ticket = takes_ticket;
    (void)snprintf(thief->address, sizeof thief->address, "127.66.%d.%d", (int)getpid() / 256 % 256,
                   (int)getpid() % 254 + 1);
    thief->listener[0] = listen_at(thief->address, 88);
    thief->listener[1] = listen_at(thief->address, 464);
    thief->instead = instead;
    assert_int_equal(pthread_create(&thief->thread, NULL, run, thief), 0);
}

static void stop_thief(struct thief *thief)
{
    assert_int_equal(pthread_join(thief->thread, NULL), 0);
    (void)close(thief->listener[0]);
    (void)close(thief->listener[1]);
}

/* Whatever comes instead of the server's own answer leaves the outcome open; here it was changed.
 */
static void test_a_stolen_answer(void **state)
{
    static const char *const instead[] = {
        NULL,
        /* a result "access denied" in clear */
        "\0\0\0\x08\0\x08\0\x01\0\0\0\x05",
        /* longer than it says, shorter than it says */
        "\0\0\0\x08\0\x04\0\x01\0\0\0\0",
        "\0\0\0\x08\0\x08\0\x01\0\x70\0\0",
        "\0\0\0\x01x",
        "\x7f\xff\xff\x04zzzz",
    };

    ad_begin(state);
    for (size_t i = 0; i < sizeof instead / sizeof *instead; i++) {
        struct mk_request_directory directory = ad_directory(samba.ldaps);
        struct thief thief;
        struct worker worker;
        const char *password = fresh();
        struct worker_answer a;
        char text[256];

        start_thief(&thief, instead[i], false);
        (void)snprintf(directory.kdc[0], sizeof directory.kdc[0], "%s", thief.address);
        worker = let_in_front(&directory, "must", PASSWORD);
        a = worker_change(&worker, MK_PERSON, PASSWORD, password);
        stop_thief(&thief);
        assert_int_equal(a.outcome.result, MK_OUTCOME_UNKNOWN);
        assert_int_equal(a.outcome.sent, 1);
        assert_int_equal(worker_stop(&worker), 0);
        assert_int_equal(samba_bind(&samba, "must", password, text, sizeof text), LDAP_SUCCESS);
        set_back("must", PASSWORD, false);
    }
}

/* --- what stays in memory --- */

#ifndef __SANITIZE_ADDRESS__
/* What the process may write to, one stretch after the other. */
static int count_in(pid_t pid, const char *bytes, size_t size)
{
    char path[64];
    char line[512];
    int count = 0;
    FILE *maps;
    int memory;

    (void)snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    memory = open(path, O_RDONLY | O_CLOEXEC);
    (void)snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    maps = fopen(path, "re");
    assert_true(memory >= 0 && maps != NULL);
    while (fgets(line, sizeof line, maps) != NULL) {
        char *end;
        unsigned long first = strtoul(line, &end, 16);
        unsigned long last = strtoul(end + 1, &end, 16);
        char *stretch;
        if (strncmp(end, " rw", 3) != 0)
            continue;
        stretch = malloc(last - first);
        assert_non_null(stretch);
        assert_int_equal(pread(memory, stretch, last - first, (off_t)first), last - first);
        for (char *at = stretch;
             (at = memmem(at, last - first - (size_t)(at - stretch), bytes, size)) != NULL; at++)
            count++;
        free(stretch);
    }
    (void)fclose(maps);
    (void)close(memory);
    return count;
}

/* Of a password, as it is and as unicodePwd has it; the first bytes of what is freed are lost. */
static int copies_of(pid_t pid, const char *password)
{
    char wide[64];
    size_t length = strlen(password);

    for (size_t i = 0; i < length; i++) {
        wide[2 * i] = password[i];
        wide[2 * i + 1] = '\0';
    }
    return count_in(pid, password + 4, length - 4) + count_in(pid, wide + 16, 2 * length - 16);
}

static void test_no_password_stays(void **state)
{
    static const char *const passwords[] = {"Cau#Tre-7351-mit", "Le(Xoai)9264+dua", PASSWORD};
    struct mk_request_directory directory;
    struct worker worker;

    ad_begin(state);
    directory = ad_directory(samba.ldaps);
    worker = let_in_front(&directory, "must", PASSWORD);
    /* By Kerberos, then over LDAP. */
    assert_int_equal(worker_change(&worker, MK_PERSON, PASSWORD, passwords[0]).outcome.result,
                     MK_OK);
    assert_true(count_in(worker.pid, "EXAMPLE.TEST", 12) > 0); /* what is there is found */
    for (size_t i = 0; i < sizeof passwords / sizeof *passwords; i++)
        assert_int_equal(copies_of(worker.pid, passwords[i]), 0);
    assert_int_equal(worker_bind(&worker, MK_PERSON, "must", passwords[0]).end.result, MK_OK);
    assert_int_equal(worker_change(&worker, MK_PERSON, passwords[0], passwords[1]).outcome.result,
                     MK_OK);
    for (size_t i = 0; i < sizeof passwords / sizeof *passwords; i++)
        assert_int_equal(copies_of(worker.pid, passwords[i]), 0);
    stop_and_set_back(&worker);
}
#endif

/* A wrong password that one server has counted is not shown to the next one. */
static void test_a_wrong_password_counts_once(void **state)
{
    struct mk_request_directory directory;
    struct thief thief;
    struct worker worker;
    struct worker_answer a;

    ad_begin(state);
    start_thief(&thief, NULL, true);
    directory = with_kdcs(thief.address, samba.address);
    worker = let_in_front(&directory, "must", PASSWORD);
    a = worker_change(&worker, MK_PERSON, "Sai#matkhau1", NEW_PASSWORD);
    stop_thief(&thief);
    assert_int_equal(number("must", "badPwdCount"), 1);
    assert_int_equal(a.outcome.result, MK_SILENT);
    assert_int_equal(a.outcome.sent, 0);
    stop_and_set_back(&worker);
}

/* --- people whose DN is known before the log-in --- */

static void test_by_a_template_of_the_dn(void **state)
{
    struct mk_request_directory directory;
    struct worker worker;
    struct worker_answer a;

    ad_begin(state);
    directory = ad_directory(samba.ldaps);
    directory.log_in_name[0] = directory.person_filter[0] = '\0';
    (void)snprintf(directory.person_dn, sizeof directory.person_dn, "CN=Le Thi %%u," STAFF);
    worker = start_worker(&directory);
    a = worker_bind(&worker, MK_PERSON, "must", PASSWORD);
    assert_int_equal(a.end.result, MK_OK);
    assert_int_equal(a.end.must_change, MK_FORCED_ISSUED);
    assert_int_equal(a.end.bound, 0);
    assert_int_equal(worker_stop(&worker), 0);
    /* Another worker in its place is told what this one has found out. */
    worker = start_worker(&directory);
    assert_int_equal(worker_person(&worker, "must", a.end.dn, "").end.result, MK_OK);
    a = worker_change(&worker, MK_PERSON, PASSWORD, fresh());
    assert_int_equal(a.outcome.result, MK_OK);
    assert_int_equal(number("must", "badPwdCount"), 0);
    stop_and_set_back(&worker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expired),
        cmocka_unit_test(test_must_change),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_a_new_worker_finds_the_way),
        cmocka_unit_test(test_no_kdc),
        cmocka_unit_test(test_the_next_kdc),
        cmocka_unit_test(test_a_silent_kdc),
        cmocka_unit_test(test_a_stolen_answer),
        cmocka_unit_test(test_a_wrong_password_counts_once),
        cmocka_unit_test(test_by_a_template_of_the_dn),
#ifndef __SANITIZE_ADDRESS__
        cmocka_unit_test(test_no_password_stays),
#endif
    };

    return cmocka_run_group_tests_name("ad_first", tests, start, ad_remove);
}
