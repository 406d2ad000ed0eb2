// SPDX-License-Identifier: MIT
#include "diagnosis.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <ldap.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "deadline.h"
#include "handle.h"

/* More than is ever agreed to in earnest, so that a server can show how old it is. */
#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:+VERS-TLS1.1:+VERS-TLS1.0"

#define CHAIN_MAX 16

/* The content types of TLS records (RFC 8446, 5.1); an LDAP message begins with 0x30. */
enum { RECORD_FIRST = 20, RECORD_LAST = 23 };

/* What came from the server, below TLS. */
struct line {
    int fd;
    size_t received;
    unsigned char first;
};

struct chain {
    gnutls_x509_crt_t certificate[CHAIN_MAX];
    unsigned count;
};

/* --- the certificate --- */

/* Whether the certificate has an alternative name of that type. */
static bool has_name(gnutls_x509_crt_t certificate, int wanted)
{
    char name[256];

    for (unsigned i = 0;; i++) {
        size_t size = sizeof name;
        int type = gnutls_x509_crt_get_subject_alt_name(certificate, i, name, &size, NULL);
        if (type == wanted)
            return true;
        if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            return false;
    }
}

static bool is_made_out_to(gnutls_x509_crt_t certificate, const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];

    if (inet_pton(AF_INET, host, address) == 1)
        return gnutls_x509_crt_check_ip(certificate, address, sizeof(struct in_addr), 0) != 0;
    if (inet_pton(AF_INET6, host, address) == 1)
        return gnutls_x509_crt_check_ip(certificate, address, sizeof(struct in6_addr), 0) != 0;
    /* Without such a name GnuTLS would fall back to the subject's. */
    return has_name(certificate, GNUTLS_SAN_DNSNAME) &&
           gnutls_x509_crt_check_hostname2(certificate, host, 0) != 0;
}

static bool has_common_name_only(gnutls_x509_crt_t certificate, const char *host)
{
    char name[256];
    size_t size = sizeof name;

    return !has_name(certificate, GNUTLS_SAN_DNSNAME) &&
           !has_name(certificate, GNUTLS_SAN_IPADDRESS) &&
           gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name,
                                         &size) == GNUTLS_E_SUCCESS &&
           strcasecmp(name, host) == 0;
}

/* What is wrong with the way from the certificate up to a CA of `ca_file`; MK_OK: nothing. */
static enum mk_result judge_chain(const struct chain *chain, const char *ca_file)
{
    gnutls_x509_crt_t server = chain->certificate[0];
    gnutls_x509_crt_t *list = NULL;
    gnutls_datum_t pem = {NULL, 0};
    unsigned count = 0;
    unsigned timeless = GNUTLS_CERT_INVALID;
    unsigned today = GNUTLS_CERT_INVALID;
    enum mk_result result = MK_CA_FILE;

    if (gnutls_load_file(ca_file, &pem) != GNUTLS_E_SUCCESS)
        return MK_CA_FILE;
    if (gnutls_x509_crt_list_import2(&list, &count, &pem, GNUTLS_X509_FMT_PEM, 0) < 0)
        goto out;
    (void)gnutls_x509_crt_list_verify(chain->certificate, (int)chain->count, list, (int)count, NULL,
                                      0, GNUTLS_VERIFY_DISABLE_TIME_CHECKS, &timeless);
    (void)gnutls_x509_crt_list_verify(chain->certificate, (int)chain->count, list, (int)count, NULL,
                                      0, 0, &today);
    if ((timeless & GNUTLS_CERT_INSECURE_ALGORITHM) != 0)
        result = MK_TLS_OLD;
    else if (timeless != 0)
        result = gnutls_x509_crt_check_issuer(server, server) != 0 ? MK_CERT_SELF_SIGNED
                                                                   : MK_CERT_UNTRUSTED;
    else if ((today & GNUTLS_CERT_NOT_ACTIVATED) != 0)
        result = MK_CERT_NOT_YET;
    else if ((today & GNUTLS_CERT_EXPIRED) != 0)
        result = MK_CERT_EXPIRED;
    else
        result = MK_OK;
    for (unsigned i = 0; i < count; i++)
        gnutls_x509_crt_deinit(list[i]);
    gnutls_free(list);
out:
    gnutls_free(pem.data);
    return result;
}

/* What a certificate says counts only once it is known who says so: the signature comes first. */
static enum mk_result judge(const struct chain *chain, const char *host, const char *ca_file)
{
    enum mk_result result = judge_chain(chain, ca_file);

    if (result != MK_OK)
        return result;
    if (is_made_out_to(chain->certificate[0], host))
        return MK_TLS_FAILED;
    return has_common_name_only(chain->certificate[0], host) ? MK_CERT_COMMON_NAME : MK_CERT_NAME;
}

static enum mk_result judge_peer(gnutls_session_t session, const char *host, const char *ca_file)
{
    unsigned count = 0;
    const gnutls_datum_t *der = gnutls_certificate_get_peers(session, &count);
    struct chain chain = {.count = 0};
    enum mk_result result = MK_TLS_FAILED;

    while (chain.count < count && chain.count < CHAIN_MAX) {
        gnutls_x509_crt_t *next = &chain.certificate[chain.count];
        if (gnutls_x509_crt_init(next) != GNUTLS_E_SUCCESS)
            break;
        chain.count++;
        if (gnutls_x509_crt_import(*next, &der[chain.count - 1], GNUTLS_X509_FMT_DER) !=
            GNUTLS_E_SUCCESS)
            goto out;
    }
    if (chain.count > 0)
        result = judge(&chain, host, ca_file);
out:
    while (chain.count > 0)
        gnutls_x509_crt_deinit(chain.certificate[--chain.count]);
    return result;
}

/* --- the handshake --- */

static ssize_t pull(gnutls_transport_ptr_t transport, void *data, size_t size)
{
    struct line *line = transport;
    ssize_t n = recv(line->fd, data, size, 0);

    if (n > 0 && line->received == 0)
        line->first = *(const unsigned char *)data;
    if (n > 0)
        line->received += (size_t)n;
    return n;
}

static ssize_t push(gnutls_transport_ptr_t transport, const void *data, size_t size)
{
    const struct line *line = transport;

    return send(line->fd, data, size, MSG_NOSIGNAL);
}

/* GNUTLS_E_TIMEDOUT, GNUTLS_E_SUCCESS, or why it failed. */
static int shake_hands(gnutls_session_t session, int fd, int64_t deadline)
{
    for (;;) {
        int rc = gnutls_handshake(session);
        struct pollfd p = {.fd = fd};

        if (rc == GNUTLS_E_SUCCESS || gnutls_error_is_fatal(rc) != 0)
            return rc;
        if (rc != GNUTLS_E_AGAIN)
            continue;
        p.events = gnutls_record_get_direction(session) == 0 ? POLLIN : POLLOUT;
        if (deadline_left(deadline) <= 1 || poll(&p, 1, deadline_left(deadline)) == 0)
            return GNUTLS_E_TIMEDOUT;
    }
}

/* Whether the host speaks LDAP in clear where ldaps was expected. */
static bool is_plain_port(const struct mk_request_directory *directory, const LDAPURLDesc *url,
                          int64_t deadline)
{
    const char *form = strchr(url->lud_host, ':') != NULL ? "ldap://[%s]:%d" : "ldap://%s:%d";
    char uri[MK_URI_MAX + 32];
    struct handle handle;
    enum mk_result result;

    (void)snprintf(uri, sizeof uri, form, url->lud_host,
                   url->lud_port == 0 ? LDAPS_PORT : url->lud_port);
    result = handle_open(directory, uri, HANDLE_BEFORE_TLS, deadline, &handle);
    handle_close(&handle);
    return result == MK_OK || result == MK_TLS_REFUSED;
}

/* Why a handshake failed in which nothing was verified. */
static enum mk_result judge_failure(const struct mk_request_directory *directory,
                                    const LDAPURLDesc *url, int64_t deadline,
                                    const struct line *line, int rc, int alert)
{
    bool is_ldaps = strcmp(url->lud_scheme, "ldaps") == 0;

    if (rc == GNUTLS_E_TIMEDOUT)
        return MK_SILENT;
    if (line->received > 0 && (line->first < RECORD_FIRST || line->first > RECORD_LAST))
        return is_ldaps ? MK_TLS_PLAIN_PORT : MK_TLS_CLEAR_TEXT;
    if (rc == GNUTLS_E_UNSUPPORTED_VERSION_PACKET ||
        (rc == GNUTLS_E_FATAL_ALERT_RECEIVED && alert == GNUTLS_A_PROTOCOL_VERSION))
        return MK_TLS_OLD;
    if (line->received == 0 && is_ldaps && is_plain_port(directory, url, deadline))
        return MK_TLS_PLAIN_PORT;
    return MK_TLS_FAILED;
}

static bool start_session(gnutls_session_t session, gnutls_certificate_credentials_t credentials,
                          struct line *line, const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];
    bool is_address =
        inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;

    gnutls_transport_set_ptr(session, line);
    gnutls_transport_set_pull_function(session, pull);
    gnutls_transport_set_push_function(session, push);
    gnutls_handshake_set_timeout(session, GNUTLS_INDEFINITE_TIMEOUT);
    return gnutls_priority_set_direct(session, PRIORITIES, NULL) == GNUTLS_E_SUCCESS &&
           gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials) ==
               GNUTLS_E_SUCCESS &&
           (is_address || gnutls_server_name_set(session, GNUTLS_NAME_DNS, host, strlen(host)) ==
                              GNUTLS_E_SUCCESS);
}

static enum mk_result look(const struct mk_request_directory *directory, const LDAPURLDesc *url,
                           int fd, int64_t deadline)
{
    gnutls_certificate_credentials_t credentials = NULL;
    gnutls_session_t session = NULL;
    struct line line = {.fd = fd};
    enum mk_result result = MK_TLS_FAILED;
    int rc;

    if (gnutls_certificate_allocate_credentials(&credentials) != GNUTLS_E_SUCCESS ||
        gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NONBLOCK) != GNUTLS_E_SUCCESS ||
        !start_session(session, credentials, &line, url->lud_host))
        goto out;
    rc = shake_hands(session, fd, deadline);
    if (rc != GNUTLS_E_SUCCESS)
        result = judge_failure(directory, url, deadline, &line, rc, gnutls_alert_get(session));
    else if (gnutls_protocol_get_version(session) < GNUTLS_TLS1_2)
        result = MK_TLS_OLD;
    else
        result = judge_peer(session, url->lud_host, directory->ca_file);
out:
    if (session != NULL)
        gnutls_deinit(session);
    if (credentials != NULL)
        gnutls_certificate_free_credentials(credentials);
    return result;
}

enum mk_result diagnosis_of_handshake(const struct mk_request_directory *directory, const char *uri,
                                      int64_t deadline)
{
    enum mk_result result;
    struct handle handle;
    LDAPURLDesc *url = NULL;

    result = handle_open(directory, uri, HANDLE_BEFORE_TLS, deadline, &handle);
    if (result != MK_OK)
        return result;
    result = ldap_url_parse(uri, &url) == LDAP_URL_SUCCESS
                 ? look(directory, url, handle.fd, deadline)
                 : MK_TLS_FAILED;
    ldap_free_urldesc(url);
    handle_close(&handle);
    return result;
}
