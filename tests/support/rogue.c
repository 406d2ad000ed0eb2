/* SPDX-License-Identifier: MIT */
#include "rogue.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define KEPT_MAX ((size_t)1 << 20)
#define STARTTLS_OID "1.3.6.1.4.1.1466.20037"
#define DAY 86400

/* Written by the server; the test reads after a connection of its own has been answered. */
struct kept {
    size_t size;
    unsigned char bytes[KEPT_MAX];
};

struct shared {
    atomic_uint connections;
    atomic_uint handshakes;
    struct kept wire;
    struct kept clear;
};

struct rogue {
    struct shared *shared;
    pid_t pid;
    unsigned port;
    unsigned settled; /* connections of rogue_seen itself */
};

/* The server's side, in its own process. */
struct middle {
    struct shared *shared;
    struct rogue_plan plan;
    gnutls_certificate_credentials_t credentials;
    gnutls_priority_t priorities;
    int listener;
    int client;
    int server; /* -1: not connected yet */
    bool drips;
    gnutls_session_t tls; /* NULL: in clear */
};

static void must(int code)
{
    if (code < 0)
        fail_msg("gnutls: %s", gnutls_strerror(code));
}

/* --- certificates --- */

static void load(const char *stem, const char *suffix, gnutls_datum_t *pem)
{
    char path[256];

    snprintf(path, sizeof path, "%s.%s", stem, suffix);
    must(gnutls_load_file(path, pem));
}

void authority_load(struct authority *authority, const char *stem)
{
    gnutls_datum_t pem;

    must(gnutls_x509_crt_init(&authority->certificate));
    must(gnutls_x509_privkey_init(&authority->key));
    load(stem, "pem", &pem);
    must(gnutls_x509_crt_import(authority->certificate, &pem, GNUTLS_X509_FMT_PEM));
    gnutls_free(pem.data);
    load(stem, "key", &pem);
    must(gnutls_x509_privkey_import2(authority->key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0));
    gnutls_free(pem.data);
}

static gnutls_x509_privkey_t make_key(void)
{
    gnutls_x509_privkey_t key;

    must(gnutls_x509_privkey_init(&key));
    must(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    return key;
}

/* A certificate for `key` that still needs names and a signature. */
static gnutls_x509_crt_t begin_certificate(gnutls_x509_privkey_t key, const char *name)
{
    gnutls_x509_crt_t certificate;
    unsigned char serial[8];

    must(gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial));
    serial[0] &= 0x7f;
    must(gnutls_x509_crt_init(&certificate));
    must(gnutls_x509_crt_set_version(certificate, 3));
    must(gnutls_x509_crt_set_serial(certificate, serial, sizeof serial));
    must(gnutls_x509_crt_set_key(certificate, key));
    must(gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                       (unsigned)strlen(name)));
    return certificate;
}

static void set_days(gnutls_x509_crt_t certificate, int from, int until)
{
    time_t now = time(NULL);

    must(gnutls_x509_crt_set_activation_time(certificate, now + (time_t)from * DAY));
    must(gnutls_x509_crt_set_expiration_time(certificate, now + (time_t)until * DAY));
}

/* As if read from a file: GnuTLS puts no chain together of certificates that it has just made. */
static gnutls_x509_crt_t finish_certificate(gnutls_x509_crt_t certificate)
{
    gnutls_x509_crt_t finished;
    gnutls_datum_t der;

    must(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, &der));
    must(gnutls_x509_crt_init(&finished));
    must(gnutls_x509_crt_import(finished, &der, GNUTLS_X509_FMT_DER));
    gnutls_free(der.data);
    gnutls_x509_crt_deinit(certificate);
    return finished;
}

void authority_make(struct authority *authority, const char *name, const struct authority *issuer)
{
    authority->key = make_key();
    authority->certificate = begin_certificate(authority->key, name);
    set_days(authority->certificate, -1, 30);
    must(gnutls_x509_crt_set_basic_constraints(authority->certificate, 1, -1));
    must(gnutls_x509_crt_set_key_usage(authority->certificate, GNUTLS_KEY_KEY_CERT_SIGN));
    if (issuer == NULL)
        issuer = authority;
    must(gnutls_x509_crt_sign2(authority->certificate, issuer->certificate, issuer->key,
                               GNUTLS_DIG_SHA256, 0));
    authority->certificate = finish_certificate(authority->certificate);
}

void authority_save(const struct authority *authority, const char *file)
{
    gnutls_datum_t pem;
    FILE *out = fopen(file, "we");

    assert_non_null(out);
    must(gnutls_x509_crt_export2(authority->certificate, GNUTLS_X509_FMT_PEM, &pem));
    assert_int_equal(fwrite(pem.data, 1, pem.size, out), pem.size);
    assert_int_equal(fclose(out), 0);
    gnutls_free(pem.data);
}

void authority_forget(struct authority *authority)
{
    gnutls_x509_crt_deinit(authority->certificate);
    gnutls_x509_privkey_deinit(authority->key);
}

static void set_names(gnutls_x509_crt_t certificate, const struct rogue_certificate *wanted)
{
    unsigned char address[4];

    if (wanted->dns != NULL)
        must(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, wanted->dns,
                                                  (unsigned)strlen(wanted->dns),
                                                  GNUTLS_FSAN_APPEND));
    if (wanted->ip == NULL)
        return;
    assert_int_equal(inet_pton(AF_INET, wanted->ip, address), 1);
    must(gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, address,
                                              sizeof address, GNUTLS_FSAN_APPEND));
}

static gnutls_certificate_credentials_t make_credentials(const struct rogue_certificate *wanted)
{
    bool usual = wanted->from_days == 0 && wanted->until_days == 0;
    const char *name = wanted->common_name == NULL ? "ldap" : wanted->common_name;
    gnutls_x509_privkey_t key = make_key();
    gnutls_x509_crt_t certificate = begin_certificate(key, name);
    gnutls_x509_crt_t chain[2];
    gnutls_certificate_credentials_t credentials;

    set_days(certificate, usual ? -1 : wanted->from_days, usual ? 30 : wanted->until_days);
    set_names(certificate, wanted);
    must(gnutls_x509_crt_sign2(certificate,
                               wanted->signer == NULL ? certificate : wanted->signer->certificate,
                               wanted->signer == NULL ? key : wanted->signer->key,
                               wanted->is_sha1 ? GNUTLS_DIG_SHA1 : GNUTLS_DIG_SHA256, 0));
    chain[0] = certificate = finish_certificate(certificate);
    if (wanted->sends_signer)
        chain[1] = wanted->signer->certificate;
    must(gnutls_certificate_allocate_credentials(&credentials));
    must(gnutls_certificate_set_x509_key(credentials, chain, wanted->sends_signer ? 2 : 1, key));
    gnutls_x509_crt_deinit(certificate);
    gnutls_x509_privkey_deinit(key);
    return credentials;
}

/* --- the process in the middle; abort() is its only complaint --- */

static void keep(struct kept *kept, const void *bytes, size_t size)
{
    if (size > KEPT_MAX - kept->size)
        abort();
    memcpy(kept->bytes + kept->size, bytes, size);
    kept->size += size;
}

static ssize_t pull(gnutls_transport_ptr_t transport, void *data, size_t size)
{
    struct middle *middle = transport;
    ssize_t n = recv(middle->client, data, size, 0);

    if (n > 0)
        keep(&middle->shared->wire, data, (size_t)n);
    return n;
}

static ssize_t push(gnutls_transport_ptr_t transport, const void *data, size_t size)
{
    const struct middle *middle = transport;

    if (middle->drips) {
        poll(NULL, 0, ROGUE_DRIP_MS);
        size = 1;
    }
    return send(middle->client, data, size, MSG_NOSIGNAL);
}

static ssize_t read_client(struct middle *middle, void *data, size_t size)
{
    ssize_t n;

    if (middle->tls != NULL) {
        do
            n = gnutls_record_recv(middle->tls, data, size);
        while (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED);
    } else {
        n = pull(middle, data, size);
    }
    if (n > 0)
        keep(&middle->shared->clear, data, (size_t)n);
    return n;
}

static bool write_client(struct middle *middle, const void *data, size_t size)
{
    if (middle->tls != NULL)
        return gnutls_record_send(middle->tls, data, size) == (ssize_t)size;
    return send(middle->client, data, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static bool write_server(struct middle *middle, const void *data, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)middle->plan.target),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    if (middle->server < 0) {
        middle->server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(middle->server, (struct sockaddr *)&address, sizeof address) != 0)
            return false;
    }
    return send(middle->server, data, size, MSG_NOSIGNAL) == (ssize_t)size;
}

/* Reads on until the client has gone, and answers nothing. */
static void fall_silent(struct middle *middle)
{
    char bytes[4096];

    while (read_client(middle, bytes, sizeof bytes) > 0)
        ;
}

static bool shake_hands(struct middle *middle)
{
    int rc;

    if (middle->plan.pace == ROGUE_SILENT) {
        fall_silent(middle);
        return false;
    }
    middle->drips = middle->plan.pace == ROGUE_DRIPS;
    if (gnutls_init(&middle->tls, GNUTLS_SERVER) < 0 ||
        gnutls_priority_set(middle->tls, middle->priorities) < 0 ||
        gnutls_credentials_set(middle->tls, GNUTLS_CRD_CERTIFICATE, middle->credentials) < 0)
        abort();
    gnutls_transport_set_ptr(middle->tls, middle);
    gnutls_transport_set_pull_function(middle->tls, pull);
    gnutls_transport_set_push_function(middle->tls, push);
    do
        rc = gnutls_handshake(middle->tls);
    while (rc < 0 && gnutls_error_is_fatal(rc) == 0);
    if (rc == GNUTLS_E_SUCCESS) {
        atomic_fetch_add(&middle->shared->handshakes, 1);
        return true;
    }
    (void)gnutls_alert_send_appropriate(middle->tls, rc);
    return false;
}

/* Answers to StartTLS, and to the binds that would follow it. */
static size_t put_answer(unsigned char *out, unsigned char id, unsigned char tag, int code)
{
    const unsigned char answer[] = {0x30, 12, 2, 1, id, tag, 7, 10, 1, (unsigned char)code,
                                    4,    0,  4, 0};

    memcpy(out, answer, sizeof answer);
    return sizeof answer;
}

/* False when the connection is over. `id` is that of the request. */
static bool answer_starttls(struct middle *middle, unsigned char id)
{
    const enum rogue_manner manner = middle->plan.manner;
    unsigned char bytes[16384];
    size_t size = put_answer(bytes, id, 0x78, manner == ROGUE_REFUSES ? middle->plan.code : 0);

    if (manner == ROGUE_INJECTS_LATE) {
        if (!write_client(middle, bytes, size))
            return false;
        poll(NULL, 0, 20);
        size = 0;
    }
    if (manner == ROGUE_INJECTS || manner == ROGUE_INJECTS_LATE) {
        size += put_answer(bytes + size, 2, 0x61, 0);
        size += put_answer(bytes + size, 3, 0x61, 0);
    }
    if (!write_client(middle, bytes, size))
        return false;
    if (manner == ROGUE_REFUSES)
        return true;
    if (manner != ROGUE_STRIPS)
        return shake_hands(middle);
    for (id = 2; read_client(middle, bytes, sizeof bytes) > 0; id++)
        if (!write_client(middle, bytes, put_answer(bytes, id, 0x61, 0)))
            break;
    return false;
}

static bool from_client(struct middle *middle)
{
    unsigned char bytes[16384];
    ssize_t n = read_client(middle, bytes, sizeof bytes);

    if (n <= 0)
        return false;
    if (middle->tls == NULL && middle->plan.manner != ROGUE_PLAIN && n > 5 &&
        memmem(bytes, (size_t)n, STARTTLS_OID, strlen(STARTTLS_OID)) != NULL)
        return answer_starttls(middle, bytes[4]);
    return write_server(middle, bytes, (size_t)n);
}

static bool from_server(struct middle *middle)
{
    unsigned char bytes[16384];
    ssize_t n = recv(middle->server, bytes, sizeof bytes, 0);

    return n > 0 && write_client(middle, bytes, (size_t)n);
}

static void serve(struct middle *middle)
{
    for (;;) {
        struct pollfd p[] = {{.fd = middle->client, .events = POLLIN},
                             {.fd = middle->server, .events = POLLIN}};
        bool waits = middle->tls != NULL && gnutls_record_check_pending(middle->tls) > 0;

        if (poll(p, 2, waits ? 0 : -1) < 0)
            abort();
        if ((waits || p[0].revents != 0) && !from_client(middle))
            return;
        if (p[1].revents != 0 && !from_server(middle))
            return;
    }
}

static _Noreturn void run(struct middle *middle)
{
    const int yes = 1;

    for (;;) {
        middle->client = accept4(middle->listener, NULL, NULL, SOCK_CLOEXEC);
        if (middle->client < 0)
            abort();
        setsockopt(middle->client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        middle->server = -1;
        middle->drips = false;
        atomic_fetch_add(&middle->shared->connections, 1);
        if (middle->plan.manner != ROGUE_LDAPS || shake_hands(middle))
            serve(middle);
        if (middle->tls != NULL)
            gnutls_deinit(middle->tls);
        middle->tls = NULL;
        close(middle->client);
        if (middle->server >= 0)
            close(middle->server);
    }
}

/* --- the test's side --- */

static struct sockaddr_in loopback(unsigned port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int listen_anywhere(unsigned *port)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 32), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

struct rogue *rogue_open(const struct rogue_plan *plan)
{
    struct rogue *rogue = calloc(1, sizeof *rogue);
    struct middle middle = {.plan = *plan};

    assert_non_null(rogue);
    rogue->shared = mmap(NULL, sizeof *rogue->shared, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(rogue->shared != MAP_FAILED);
    middle.shared = rogue->shared;
    middle.listener = listen_anywhere(&rogue->port);
    middle.credentials = make_credentials(&plan->certificate);
    must(gnutls_priority_init(&middle.priorities,
                              plan->priorities == NULL ? "NORMAL" : plan->priorities, NULL));
    rogue->pid = fork();
    assert_true(rogue->pid >= 0);
    if (rogue->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        run(&middle);
    }
    close(middle.listener);
    gnutls_certificate_free_credentials(middle.credentials);
    gnutls_priority_deinit(middle.priorities);
    return rogue;
}

unsigned rogue_port(const struct rogue *rogue)
{
    return rogue->port;
}

void rogue_close(struct rogue *rogue)
{
    if (rogue == NULL)
        return;
    kill(rogue->pid, SIGKILL);
    waitpid(rogue->pid, NULL, 0);
    munmap(rogue->shared, sizeof *rogue->shared);
    free(rogue);
}

/* Connections are served in their order: once this one is closed, all before it have been. */
static void settle(struct rogue *rogue)
{
    struct sockaddr_in address = loopback(rogue->port);
    struct timeval patience = {.tv_sec = 10};
    char bytes[256];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ssize_t n;

    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    while ((n = recv(fd, bytes, sizeof bytes, 0)) > 0)
        ; /* an alert */
    if (n < 0 && errno != ECONNRESET)
        fail_msg("the server in the middle does not come to an end: %s", strerror(errno));
    close(fd);
    rogue->settled++;
}

/*
 * Whether a BindRequest of version 3 begins there (RFC 4511, 4.2): its tag, a length, and an
 * INTEGER of 3. Looked for at every byte, so that no framing has to be right.
 */
static bool is_bind(const unsigned char *at, size_t left)
{
    size_t skip;

    if (left < 2 || at[0] != 0x60)
        return false;
    skip = at[1] < 0x80 ? 2 : 2 + (size_t)(at[1] & 0x7f);
    return at[1] != 0x80 && skip <= 6 && left >= skip + 4 && at[skip] == 2 && at[skip + 1] == 1 &&
           at[skip + 2] == 3 && at[skip + 3] == 4;
}

static unsigned count_binds(const struct kept *kept)
{
    unsigned count = 0;

    for (size_t i = 0; i < kept->size; i++)
        count += is_bind(kept->bytes + i, kept->size - i);
    return count;
}

static unsigned count_text(const struct kept *kept, const char *text)
{
    size_t length = strlen(text);
    unsigned count = 0;

    for (size_t i = 0; i + length <= kept->size; i++)
        count += memcmp(kept->bytes + i, text, length) == 0;
    return count;
}

struct rogue_seen rogue_seen(struct rogue *rogue)
{
    const struct shared *shared = rogue->shared;
    unsigned wire;
    unsigned clear;

    settle(rogue);
    wire = count_binds(&shared->wire);
    clear = count_binds(&shared->clear);
    /* What came in clear is in both. */
    return (struct rogue_seen){.connections = atomic_load(&shared->connections) - rogue->settled,
                               .handshakes = atomic_load(&shared->handshakes),
                               .binds = wire > clear ? wire : clear,
                               .wire = shared->wire.size,
                               .clear = shared->clear.size};
}

struct rogue_count rogue_count(struct rogue *rogue, const char *text)
{
    settle(rogue);
    return (struct rogue_count){.wire = count_text(&rogue->shared->wire, text),
                                .clear = count_text(&rogue->shared->clear, text)};
}
