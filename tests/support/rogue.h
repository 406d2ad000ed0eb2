/* SPDX-License-Identifier: MIT */
#ifndef TESTS_ROGUE_H
#define TESTS_ROGUE_H

/*
 * A man in the middle, for tests: a server on 127.0.0.1 with a TLS of its own and, behind it, a
 * real server to which it passes on whatever it gets. It keeps every byte that comes from a client,
 * as seen on the wire and as it reads after decryption. A client that trusts it therefore gets its
 * answers, and is caught with its password.
 *
 *     authority_make(&stranger, "Somebody else");
 *     rogue = rogue_open(&(struct rogue_plan){.certificate = {.signer = &stranger, ...}, ...});
 *     ... a client is sent to rogue_port(rogue), and has ended
 *     assert_int_equal(rogue_binds(rogue), 0);
 *     rogue_close(rogue);
 *
 * A process that takes one connection after the other and ends with the test program. What goes
 * wrong with it fails the cmocka test.
 */

#include <gnutls/x509.h>
#include <stdbool.h>
#include <stddef.h>

/* --- certificates --- */

struct authority {
    gnutls_x509_crt_t certificate;
    gnutls_x509_privkey_t key;
};

/*
 * From `stem`.pem and `stem`.key; or a new one, signed by `issuer`, or by itself where that is
 * NULL. Its certificate can be saved as PEM.
 */
void authority_load(struct authority *authority, const char *stem);
void authority_make(struct authority *authority, const char *name, const struct authority *issuer);
void authority_save(const struct authority *authority, const char *file);
void authority_forget(struct authority *authority);

struct rogue_certificate {
    const struct authority *signer; /* NULL: signed with its own key */
    const char *common_name;        /* NULL: "ldap" */
    const char *dns, *ip;           /* subjectAltName of that type; NULL: none */
    int from_days, until_days;      /* counted from today; both 0: -1 and 30 */
    bool is_sha1;                   /* signed with SHA-1 */
    bool sends_signer;              /* the certificate of `signer` is shown as well */
};

/* --- the server --- */

enum rogue_manner {
    ROGUE_LDAPS,        /* TLS from the first byte */
    ROGUE_STARTTLS,     /* TLS after StartTLS */
    ROGUE_REFUSES,      /* answers StartTLS itself, with `code`, and passes on the rest in clear */
    ROGUE_STRIPS,       /* accepts StartTLS and answers what follows in clear, as to a bind */
    ROGUE_INJECTS,      /* accepts StartTLS, with answers to binds in clear in the same packet */
    ROGUE_INJECTS_LATE, /* likewise, a moment later */
    ROGUE_PLAIN,        /* TLS for nobody: passes on everything, StartTLS included */
};

enum rogue_pace {
    ROGUE_PROMPT,
    ROGUE_SILENT, /* says nothing more where the handshake begins */
    ROGUE_DRIPS,  /* from there on, a byte every ROGUE_DRIP_MS */
};

#define ROGUE_DRIP_MS 20

struct rogue_plan {
    enum rogue_manner manner;
    enum rogue_pace pace;
    struct rogue_certificate certificate;
    const char *priorities; /* gnutls_priority_init(3); NULL: "NORMAL" */
    int code;               /* LDAP result for ROGUE_REFUSES */
    unsigned target;        /* port of the real server in clear, on 127.0.0.1 */
};

struct rogue;

struct rogue *rogue_open(const struct rogue_plan *plan);
unsigned rogue_port(const struct rogue *rogue);
void rogue_close(struct rogue *rogue); /* NULL is fine */

/*
 * What it has seen since it was opened. Call when the clients have ended: it waits until all that
 * they sent has been read. Handshakes are those that the client completed.
 */
struct rogue_seen {
    unsigned connections;
    unsigned handshakes;
    unsigned binds;     /* bind requests, on the wire or decrypted */
    size_t wire, clear; /* bytes from clients; what came in clear is in both */
};
struct rogue_seen rogue_seen(struct rogue *rogue);

/* How often `text` stands in what clients sent, on the wire and decrypted. */
struct rogue_count {
    unsigned wire, clear;
};
struct rogue_count rogue_count(struct rogue *rogue, const char *text);

#endif
