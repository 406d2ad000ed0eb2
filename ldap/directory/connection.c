// SPDX-License-Identifier: MIT
#include "connection.h"

#include <poll.h>
#include <stdlib.h>

#include "deadline.h"
#include "diagnosis.h"
#include "handle.h"
#include "kind.h"
#include "rootdse.h"

struct verified {
    struct handle handle;
    struct rootdse root;
    const struct kind *kind;
};

/* How much a failure tells the person who has to repair it. */
static int telling(enum mk_result result)
{
    switch (result) {
    case MK_CERT_UNTRUSTED:
    case MK_CERT_SELF_SIGNED:
    case MK_CERT_NAME:
    case MK_CERT_COMMON_NAME:
    case MK_CERT_EXPIRED:
    case MK_CERT_NOT_YET:
    case MK_CA_FILE:
        return 5;
    case MK_TLS_REFUSED:
    case MK_TLS_OLD:
    case MK_TLS_PLAIN_PORT:
    case MK_TLS_CLEAR_TEXT:
    case MK_TLS_FAILED:
        return 4;
    case MK_SILENT:
        return 3;
    case MK_UNREACHABLE:
        return 2;
    default:
        return 1;
    }
}

static enum mk_result open_uri(const struct mk_request_directory *directory, const char *uri,
                               struct verified *server)
{
    enum mk_result result = handle_open(directory, uri, HANDLE_VERIFIED,
                                        deadline_after(directory->server_ms), &server->handle);

    if (result == MK_TLS_FAILED)
        return diagnosis_of_handshake(directory, uri, deadline_after(directory->server_ms));
    if (result != MK_OK)
        return result;
    /* A server that takes connections may still be one that answers nothing. */
    result = rootdse_read(server->handle.ld, directory->server_ms, &server->root);
    if (result != MK_OK)
        handle_close(&server->handle);
    server->kind = kind_of(directory->kind, &server->root);
    return result;
}

enum mk_result connection_open(const struct mk_request_directory *directory,
                               struct verified **server, uint32_t *index)
{
    enum mk_result worst = MK_UNREACHABLE;
    struct verified *candidate = calloc(1, sizeof *candidate);

    *server = NULL;
    *index = 0;
    if (candidate == NULL)
        return MK_WORKER_FAILED;
    for (uint32_t i = 0; i < directory->log_in_uris; i++) {
        enum mk_result result = open_uri(directory, directory->uri[i], candidate);
        if (result == MK_OK) {
            *server = candidate;
            *index = i;
            return MK_OK;
        }
        if (i == 0 || telling(result) > telling(worst)) {
            worst = result;
            *index = i;
        }
    }
    free(candidate);
    return worst;
}

void connection_close(struct verified **server)
{
    if (*server == NULL)
        return;
    handle_close(&(*server)->handle);
    free(*server);
    *server = NULL;
}

const struct rootdse *connection_root(const struct verified *server)
{
    return &server->root;
}

const struct kind *connection_kind(const struct verified *server)
{
    return server->kind;
}

LDAP *connection_ldap(const struct verified *server)
{
    return server->handle.ld;
}

bool connection_alive(const struct verified *server)
{
    struct pollfd p = {.fd = server->handle.fd, .events = POLLRDHUP};

    /* Not POLLIN: what a TLS server sends of its own accord after the handshake is no end. */
    return poll(&p, 1, 0) == 0;
}
