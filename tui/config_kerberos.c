/* SPDX-License-Identifier: MIT */
#include "config_reader.h"

#include <string.h>

#include "language.h"
#include "syntax.h"

#define LDAPS "ldaps://"

static struct mk_request_directory *request(struct reader *r)
{
    return &r->config->directory[r->config->directories - 1].request;
}

bool reader_take_realm(struct reader *r, const struct key *key, const char *value)
{
    if (!syntax_domain(value))
        return reader_fail(r,
                           _("%s, line %u: \"%s\" is not a Kerberos realm; write it as in "
                             "EXAMPLE.VN."),
                           r->file, r->line, reader_show(r, value));
    return reader_store(r, key, value);
}

/* Whether `host` can stand between "ldaps://" and the end, with nothing but a name in between. */
static bool is_host(const char *host)
{
    char uri[sizeof LDAPS + MK_URI_MAX];
    size_t length = strlen(host);

    if (length > MK_URI_MAX || strpbrk(host, ":/[") != NULL)
        return false;
    memcpy(uri, LDAPS, sizeof LDAPS - 1);
    memcpy(uri + sizeof LDAPS - 1, host, length + 1);
    return syntax_uri(uri) == SYNTAX_LDAPS;
}

bool reader_take_kdc(struct reader *r, const struct key *key, const char *value)
{
    struct mk_request_directory *d = request(r);

    while (*value != '\0') {
        size_t length = strcspn(value, " \t");
        char host[MK_URI_MAX + 1];

        if (d->kdcs == MK_URIS_MAX)
            return reader_fail(r, _("%s, line %u: more than %d servers; leave some out of \"%s\"."),
                               r->file, r->line, MK_URIS_MAX, key->name);
        if (length >= sizeof host)
            length = sizeof host - 1; /* no host has so long a name */
        memcpy(host, value, length);
        host[length] = '\0';
        if (!is_host(host))
            return reader_fail(r,
                               _("%s, line %u: \"%s\" is not a host of \"%s\"; write its name or "
                                 "IPv4 address alone."),
                               r->file, r->line, reader_show(r, host), key->name);
        memcpy(d->kdc[d->kdcs++], host, length + 1);
        value += length;
        value += strspn(value, " \t");
    }
    return true;
}

/* The host of a server's address, which has been found right; "" for a socket or IPv6. */
static void host_of(const char *uri, char *host)
{
    const char *start = strstr(uri, "://") + 3;
    size_t length = strcspn(start, ":/");

    host[0] = '\0';
    if (*start == '[' || strncmp(uri, "ldapi", 5) == 0)
        return;
    memcpy(host, start, length);
    host[length] = '\0';
}

bool reader_end_kerberos(struct reader *r)
{
    struct mk_request_directory *d = request(r);
    unsigned line = reader_key_line(r, "kdc");

    if (d->realm[0] == '\0' && line != 0)
        return reader_fail(r, _("%s, line %u: \"kdc\" is of no use without \"realm\" in [%s]."),
                           r->file, line, r->section);
    if (d->realm[0] == '\0' || line != 0)
        return true;
    for (uint32_t i = 0; i < d->log_in_uris; i++) {
        host_of(d->uri[i], d->kdc[d->kdcs]);
        d->kdcs += d->kdc[d->kdcs][0] != '\0';
    }
    return true;
}
