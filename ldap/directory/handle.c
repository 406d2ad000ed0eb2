// SPDX-License-Identifier: MIT
#include "handle.h"

#include <errno.h>
#include <fcntl.h>
#include <lber.h>
#include <openldap.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "answer.h"
#include "deadline.h"
#include "guard.h"
#include "transport.h"

/* LDAP_OPT_X_TLS_PROTOCOL_MIN does nothing in a libldap built with GnuTLS. */
#define PRIORITIES "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

/* A server may announce a message of 2 GiB, and libldap would wait for it. */
#define MESSAGE_MAX (4U << 20)

static bool set_options(LDAP *ld, const struct mk_request_directory *directory)
{
    const int version = LDAP_VERSION3;
    const int never = LDAP_DEREF_NEVER;
    const struct timeval operation = {.tv_sec = directory->operation_ms / 1000,
                                      .tv_usec = directory->operation_ms % 1000 * 1000L};
    ber_len_t max = MESSAGE_MAX;
    Sockbuf *sockbuf = NULL;

    return ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) == 0 &&
           ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == 0 &&
           ldap_set_option(ld, LDAP_OPT_DEREF, &never) == 0 &&
           ldap_set_option(ld, LDAP_OPT_RESTART, LDAP_OPT_ON) == 0 &&
           ldap_set_option(ld, LDAP_OPT_TIMEOUT, &operation) == 0 &&
           /* Without it a handshake that stalls spins for ever (ITS#8047). */
           ldap_set_option(ld, LDAP_OPT_CONNECT_ASYNC, LDAP_OPT_ON) == 0 &&
           ldap_get_option(ld, LDAP_OPT_SOCKBUF, &sockbuf) == 0 && sockbuf != NULL &&
           ber_sockbuf_ctrl(sockbuf, LBER_SB_OPT_SET_MAX_INCOMING, &max) == 1;
}

static enum mk_result set_tls_options(LDAP *ld, const char *ca_file)
{
    const int demand = LDAP_OPT_X_TLS_DEMAND;
    const int client = 0;

    if (*ca_file == '\0' || access(ca_file, R_OK) != 0 ||
        ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, ca_file) != 0)
        return MK_CA_FILE;
    if (ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) != 0 ||
        ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_SAN, &demand) != 0 ||
        ldap_set_option(ld, LDAP_OPT_X_TLS_CIPHER_SUITE, PRIORITIES) != 0)
        return MK_TLS_FAILED;
    /* Last: only a new context obeys the options set before it. It reads the CA file. */
    return ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client) == 0 ? MK_OK : MK_CA_FILE;
}

/* RFC 4511, 4.14: asks for TLS and waits for the answer. */
static enum mk_result request_tls(LDAP *ld, int64_t deadline)
{
    LDAPMessage *answer = NULL;
    enum mk_result result;
    int id;
    int code = LDAP_OTHER;

    if (ldap_start_tls(ld, NULL, NULL, &id) != LDAP_SUCCESS)
        return MK_UNREACHABLE;
    result = answer_next(ld, id, deadline, &answer);
    if (result != MK_OK)
        return result == MK_SILENT || deadline_left(deadline) <= 1 ? MK_SILENT : MK_UNREACHABLE;
    if (ldap_parse_result(ld, answer, &code, NULL, NULL, NULL, NULL, 1) != LDAP_SUCCESS)
        return MK_TLS_FAILED;
    return code == LDAP_SUCCESS ? MK_OK : MK_TLS_REFUSED;
}

/* The priorities forbid older versions; a library that ignores them must not pass unseen. */
static bool is_recent_tls(LDAP *ld)
{
    char *version = NULL;
    bool recent;

    if (ldap_get_option(ld, LDAP_OPT_X_TLS_VERSION, &version) != 0 || version == NULL)
        return false;
    recent = strcmp(version, "TLS1.3") == 0 || strcmp(version, "TLS1.2") == 0;
    ldap_memfree(version);
    return recent;
}

/* In TLS the client speaks first: whatever is there already was put between by somebody. */
static bool has_clear_text(int fd)
{
    char byte;

    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

static enum mk_result handshake(LDAP *ld, int64_t deadline)
{
    struct timeval tv = deadline_timeval(deadline);

    if (ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &tv) != 0)
        return MK_TLS_FAILED;
    if (ldap_install_tls(ld) == LDAP_SUCCESS)
        return is_recent_tls(ld) ? MK_OK : MK_TLS_FAILED;
    /* The code does not tell: "timeout" is also said of a connection closed in mid-handshake. */
    return deadline_left(deadline) <= 1 ? MK_SILENT : MK_TLS_FAILED;
}

static enum mk_result secure(const struct mk_request_directory *directory, const LDAPURLDesc *url,
                             enum handle_goal goal, int64_t deadline, const struct handle *handle)
{
    bool is_plain = strcmp(url->lud_scheme, "ldap") == 0;
    enum mk_result result = MK_OK;
    struct guard guard;

    if (goal == HANDLE_VERIFIED) {
        if (strcmp(url->lud_scheme, "ldapi") == 0 ||
            (is_plain && directory->tls == MK_TLS_NONE_ON_LOOPBACK))
            return MK_OK;
        result = set_tls_options(handle->ld, directory->ca_file);
        if (result != MK_OK)
            return result;
    }
    guard_start(&guard, handle->fd, deadline);
    if (is_plain)
        result = request_tls(handle->ld, deadline);
    if (result == MK_OK && is_plain && has_clear_text(handle->fd))
        result = MK_TLS_CLEAR_TEXT;
    if (result == MK_OK && goal == HANDLE_VERIFIED)
        result = handshake(handle->ld, deadline);
    guard_stop(&guard);
    return result;
}

enum mk_result handle_open(const struct mk_request_directory *directory, const char *uri,
                           enum handle_goal goal, int64_t deadline, struct handle *handle)
{
    LDAPURLDesc *url = NULL;
    enum mk_result result = MK_UNREACHABLE;
    int protocol;

    *handle = (struct handle){.fd = -1};
    if (ldap_url_parse(uri, &url) != LDAP_URL_SUCCESS)
        return MK_UNREACHABLE;
    result = transport_connect(
        url, directory->tls == MK_TLS_NONE_ON_LOOPBACK && strcmp(url->lud_scheme, "ldap") == 0,
        deadline, &handle->fd);
    if (result != MK_OK)
        goto out;
    transport_bound(handle->fd, directory->server_ms);
    protocol = strcmp(url->lud_scheme, "ldapi") == 0 ? LDAP_PROTO_IPC : LDAP_PROTO_TCP;
    if (ldap_init_fd(handle->fd, protocol, uri, &handle->ld) != LDAP_SUCCESS ||
        !set_options(handle->ld, directory)) {
        result = MK_WORKER_FAILED;
        goto out;
    }
    result = secure(directory, url, goal, deadline, handle);
    /*
     * libldap has made the socket blocking during the handshake. Without blocking, a message that
     * stops in its middle is waited for with the time-out of ldap_result, and not for ever.
     */
    if (result == MK_OK && fcntl(handle->fd, F_SETFL, O_NONBLOCK) != 0)
        result = MK_WORKER_FAILED;
out:
    if (result != MK_OK)
        handle_close(handle);
    ldap_free_urldesc(url);
    return result;
}

void handle_close(struct handle *handle)
{
    /*
     * libldap writes its unbind again as long as that fails and errno is EINTR, and its GnuTLS
     * layer leaves errno as a signal in the handshake has set it: for ever.
     */
    errno = 0;
    if (handle->ld != NULL)
        (void)ldap_unbind_ext(handle->ld, NULL, NULL);
    else if (handle->fd >= 0)
        (void)close(handle->fd);
    *handle = (struct handle){.fd = -1};
}
