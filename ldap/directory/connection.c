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

/* So much is given to finding out why a handshake failed, if nothing is left. */
#define DIAGNOSIS_MS 500

static enum mk_result open_uri(const struct mk_request_directory *directory, const char *uri,
                               int64_t deadline, struct verified *server)
{
    enum mk_result result = handle_open(directory, uri, HANDLE_VERIFIED, deadline, &server->handle);

    if (result == MK_TLS_FAILED) {
        int64_t later = deadline_after(DIAGNOSIS_MS);
        return diagnosis_of_handshake(directory, uri, later > deadline ? later : deadline);
    }
    if (result != MK_OK)
        return result;
    /* A server that takes connections may still be one that answers nothing. */
    result = rootdse_read(server->handle.ld, (uint32_t)deadline_left(deadline), &server->root);
    if (result != MK_OK)
        handle_close(&server->handle);
    server->kind = kind_of(directory->kind, &server->root);
    return result;
}

enum mk_result connection_open(const struct mk_request_directory *directory, uint32_t index,
                               uint32_t milliseconds, struct verified **server)
{
    struct verified *candidate = calloc(1, sizeof *candidate);
    enum mk_result result;

    *server = NULL;
    if (candidate == NULL)
        return MK_WORKER_FAILED;
    result = open_uri(directory, directory->uri[index], deadline_after(milliseconds), candidate);
    if (result == MK_OK)
        *server = candidate;
    else
        free(candidate);
    return result;
}

enum mk_result connection_probe(const struct verified *server, uint32_t milliseconds)
{
    struct rootdse root;

    return rootdse_read(server->handle.ld, milliseconds, &root);
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
