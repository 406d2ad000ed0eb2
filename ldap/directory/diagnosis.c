// SPDX-License-Identifier: MIT
#include "diagnosis.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <ldap.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "handle.h"

/* Whether the certificate names any DNS host; if not, GnuTLS would fall back to the subject's CN.
 */
static bool names_dns_host(gnutls_x509_crt_t certificate)
{
    char name[256];

    for (unsigned i = 0;; i++) {
        size_t size = sizeof name;
        int type = gnutls_x509_crt_get_subject_alt_name(certificate, i, name, &size, NULL);
        if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            return false;
        if (type == GNUTLS_SAN_DNSNAME)
            return true;
    }
}

static bool is_made_out_to(gnutls_x509_crt_t certificate, const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];

    if (inet_pton(AF_INET, host, address) == 1)
        return gnutls_x509_crt_check_ip(certificate, address, sizeof(struct in_addr), 0) != 0;
    if (inet_pton(AF_INET6, host, address) == 1)
        return gnutls_x509_crt_check_ip(certificate, address, sizeof(struct in6_addr), 0) != 0;
    return names_dns_host(certificate) &&
           gnutls_x509_crt_check_hostname2(certificate, host, 0) != 0;
}

/*
 * Whether a CA of `ca_file` itself signed the certificate, whatever the dates. Negative when the
 * file holds no certificate.
 */
static int is_signed_by(gnutls_x509_crt_t certificate, const char *ca_file)
{
    gnutls_x509_crt_t *list = NULL;
    gnutls_datum_t pem = {NULL, 0};
    unsigned count = 0;
    unsigned status = GNUTLS_CERT_INVALID;
    int result = -1;

    if (gnutls_load_file(ca_file, &pem) != GNUTLS_E_SUCCESS)
        return -1;
    if (gnutls_x509_crt_list_import2(&list, &count, &pem, GNUTLS_X509_FMT_PEM, 0) < 0)
        goto out;
    result = gnutls_x509_crt_verify(certificate, list, count, GNUTLS_VERIFY_DISABLE_TIME_CHECKS,
                                    &status) >= 0 &&
             status == 0;
    for (unsigned i = 0; i < count; i++)
        gnutls_x509_crt_deinit(list[i]);
    gnutls_free(list);
out:
    gnutls_free(pem.data);
    return result;
}

static enum mk_result judge(gnutls_x509_crt_t certificate, const char *host, const char *ca_file)
{
    time_t now = time(NULL);
    int is_signed = is_signed_by(certificate, ca_file);

    if (is_signed < 0)
        return MK_CA_FILE;
    if (now < gnutls_x509_crt_get_activation_time(certificate))
        return MK_CERT_NOT_YET;
    if (now > gnutls_x509_crt_get_expiration_time(certificate))
        return MK_CERT_EXPIRED;
    if (!is_made_out_to(certificate, host))
        return MK_CERT_NAME;
    /* libldap puts this machine's own name in the place of "localhost" (tls_g.c). */
    if (strcasecmp(host, "localhost") == 0 && is_signed > 0)
        return MK_CERT_NAME;
    return MK_CERT_UNTRUSTED;
}

enum mk_result diagnosis_of_handshake(const struct mk_request_directory *directory, const char *uri)
{
    enum mk_result result;
    struct handle handle;
    struct berval der = {0, NULL};
    gnutls_x509_crt_t certificate = NULL;
    LDAPURLDesc *url = NULL;

    result = handle_open(directory, uri, HANDLE_PEEK, &handle);
    if (result != MK_OK)
        return result;
    result = MK_TLS_FAILED;
    if (ldap_get_option(handle.ld, LDAP_OPT_X_TLS_PEERCERT, &der) != 0 || der.bv_val == NULL ||
        ldap_url_parse(uri, &url) != LDAP_URL_SUCCESS ||
        gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS)
        goto out;
    gnutls_datum_t datum = {(unsigned char *)der.bv_val, (unsigned)der.bv_len};
    if (gnutls_x509_crt_import(certificate, &datum, GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS)
        result = judge(certificate, url->lud_host, directory->ca_file);
out:
    if (certificate != NULL)
        gnutls_x509_crt_deinit(certificate);
    ldap_free_urldesc(url);
    ldap_memfree(der.bv_val);
    handle_close(&handle);
    return result;
}
