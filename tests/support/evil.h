/* SPDX-License-Identifier: MIT */
#ifndef TESTS_EVIL_H
#define TESTS_EVIL_H

/*
 * A directory server that says what a test wants, in raw BER (RFC 4511) and in clear text on the
 * loopback. It is a process of the test, with one more for each connection:
 *
 *     static void answer(struct evil_line *line, const struct evil_request *request)
 *     {
 *         if (request->kind == EVIL_FIND)
 *             for (;;)
 *                 evil_entry(line, request->id, "uid=an,dc=example,dc=vn", NULL);
 *         evil_usual(line, request, NULL);
 *     }
 *     evil = evil_open(answer);  ... evil_port(evil) ...  evil_close(evil);
 *
 * The function runs in the process of the connection, which has the test's memory as it was at
 * evil_open() and ends when the other side has gone. What goes wrong with the server itself fails
 * the cmocka test.
 */

#include <lber.h>
#include <stdbool.h>
#include <stddef.h>

enum evil_kind {
    EVIL_CONNECTED, /* before the first request; id 0 */
    EVIL_ROOT,      /* search of the root DSE */
    EVIL_FIND,      /* search for whoever logs in: no attributes asked for */
    EVIL_BIND,
    EVIL_READ,   /* search for an account */
    EVIL_POLICY, /* search for a policy */
    EVIL_CHANGE, /* Password Modify or Modify */
    EVIL_OTHER,  /* unbind, abandon... */
    EVIL_KINDS
};

/* What kind of server it shows itself as in its root DSE; set before evil_open(). */
enum evil_flavour { EVIL_OPENLDAP, EVIL_389, EVIL_AD, EVIL_FLAVOURS };

extern enum evil_flavour evil_flavour;

struct evil_request {
    enum evil_kind kind;
    int id;
    bool has_filter; /* the base alone does not say whose account is read */
};

/* An attribute of an entry; a list of them ends in one without a name. */
struct evil_attribute {
    const char *name;
    struct berval value;
    unsigned copies; /* how many of that value; 0: one */
};

/* An answer that is no entry. */
struct evil_result {
    int code;
    struct berval matched, text;
    struct berval referral; /* bv_val NULL: none */
    struct berval control;  /* value of a ppolicy control; bv_val NULL: no control */
};

#define EVIL_DN "uid=an,ou=people,dc=example,dc=vn"
#define EVIL_CHANGED "20261101000000Z" /* when the password had been changed */
#define EVIL_POLICY_DN "cn=default,ou=policies,dc=example,dc=vn"

struct evil;
struct evil_line;

/* Starts it. `answer` is called for each connection and for each request. */
struct evil *evil_open(void (*answer)(struct evil_line *line, const struct evil_request *request));
unsigned evil_port(const struct evil *evil);
void evil_close(struct evil *evil);

/* What the server has been asked so far, over all connections. */
unsigned evil_asked(const struct evil *evil, enum evil_kind kind);

/*
 * As a good server with one person, one account and one policy would; `more` (or NULL) are
 * attributes that take the place of the usual ones of that name, and are added where there is none.
 */
void evil_usual(struct evil_line *line, const struct evil_request *request,
                const struct evil_attribute *more);

/* One searchResultEntry. `attributes` NULL: none. */
void evil_entry(struct evil_line *line, int id, struct berval dn,
                const struct evil_attribute *attributes);

/* The answer that fits the kind of request, with that result; searchResultDone for a search. */
void evil_result(struct evil_line *line, const struct evil_request *request,
                 const struct evil_result *result);

/* Any message: `tag` of the operation, `body` its content. */
void evil_message(struct evil_line *line, int id, unsigned tag, struct berval body);

/* Any bytes. Ends the process of the connection when the other side has gone. */
void evil_bytes(struct evil_line *line, const void *bytes, size_t size);

/* Closes the connection and ends its process. */
_Noreturn void evil_hang_up(struct evil_line *line);

/* Says nothing more until the other side has gone. */
_Noreturn void evil_silence(struct evil_line *line);

/* Messages that no server should send; each is an answer to any request. A name NULL ends them. */
struct evil_strike {
    const char *name;
    void (*answer)(struct evil_line *line, const struct evil_request *request);
};

extern const struct evil_strike evil_strikes[];

/* A berval of a string literal, NULs inside included: as an initializer outside of functions. */
#define EVIL_STATIC(text)                                                                          \
    {                                                                                              \
        sizeof(text) - 1, (char[])                                                                 \
        {                                                                                          \
            text                                                                                   \
        }                                                                                          \
    }

/* The same as an expression. */
#define EVIL_TEXT(text)                                                                            \
    (struct berval)                                                                                \
    {                                                                                              \
        sizeof(text) - 1, (char *)(size_t)(text)                                                   \
    }

#endif
