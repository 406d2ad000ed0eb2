// SPDX-License-Identifier: MIT
#include "kpasswd.h"

#include <errno.h>
#include <krb5.h>
#include <netinet/in.h>
#include <profile.h>
#include <stdlib.h>
#include <string.h>

#include "ad_code.h"
#include "deadline.h"
#include "kdc.h"

/* How often a KDC may ask back before it gives the ticket. */
#define ROUNDS_MAX 8

/* The password service's message: its length, its version, the length of what comes first. */
#define HEAD 6
#define VERSION 1

struct change {
    krb5_context context;
    krb5_principal client;
    krb5_creds creds; /* the ticket for the password service */
    krb5_auth_context auth;
    const char *host;
    int64_t deadline;
};

/* --- the configuration of libkrb5 --- */

/* All it gets to know. There are no plugins in that folder. */
static const char *const settings[][2] = {
    {"dns_lookup_kdc", "false"},
    {"dns_lookup_realm", "false"},
    {"dns_canonicalize_hostname", "false"},
    {"dns_uri_lookup", "false"},
    {"plugin_base_dir", "/nonexistent"},
};

static long get_values(void *data, const char *const *names, char ***values)
{
    (void)data;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (names[0] == NULL || names[1] == NULL || names[2] != NULL ||
            strcmp(names[0], "libdefaults") != 0 || strcmp(names[1], settings[i][0]) != 0)
            continue;
        *values = calloc(2, sizeof **values);
        if (*values == NULL)
            return ENOMEM;
        (*values)[0] = strdup(settings[i][1]);
        return (*values)[0] == NULL ? ENOMEM : 0;
    }
    return PROF_NO_RELATION;
}

static void free_values(void *data, char **values)
{
    (void)data;
    for (size_t i = 0; values != NULL && values[i] != NULL; i++)
        free(values[i]);
    free(values);
}

static bool init(krb5_context *context)
{
    struct profile_vtable table = {
        .minor_ver = 1, .get_values = get_values, .free_values = free_values};
    profile_t profile = NULL;
    bool good;

    *context = NULL;
    if (profile_init_vtable(&table, NULL, &profile) != 0)
        return false;
    good = krb5_init_context_profile(profile, KRB5_INIT_CONTEXT_SECURE, context) == 0;
    profile_abandon(profile);
    return good;
}

/* --- the ticket --- */

static enum mk_result refusal(krb5_error_code code)
{
    switch (code) {
    case KRB5KDC_ERR_PREAUTH_FAILED:
    case KRB5KRB_AP_ERR_BAD_INTEGRITY:
        return MK_OLD_REFUSED;
    case KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN:
        return MK_PERSON_UNKNOWN;
    case KRB5KDC_ERR_CLIENT_REVOKED:
        return MK_ACCOUNT_LOCKED;
    case KRB5KRB_AP_ERR_SKEW:
        return MK_CLOCK_SKEW;
    default:
        return MK_KDC_REFUSED;
    }
}

/*
 * One connection for each question. MK_KDC_UNREACHABLE: another server may be asked. With anything
 * but the first question goes a proof of the password, and one that is wrong may have been counted.
 */
static enum mk_result ask(const struct change *change, const krb5_data *question, bool is_first,
                          char **answer, size_t *length)
{
    struct kdc kdc;
    enum mk_result result = MK_KDC_UNREACHABLE;

    if (kdc_open(change->host, KDC_PORT, change->deadline, &kdc) != MK_OK)
        return result;
    if (kdc_ask(&kdc, question->data, question->length, change->deadline, answer, length) == MK_OK)
        result = MK_OK;
    else if (!is_first)
        result = MK_SILENT;
    kdc_close(&kdc);
    return result;
}

/* The questions of libkrb5 to the KDC (RFC 4120, 3.1), until it has the ticket or gives up. */
static enum mk_result converse(struct change *change, krb5_init_creds_context dialogue,
                               const char *realm)
{
    char *answer = NULL;
    size_t length = 0;

    for (int round = 0; round < ROUNDS_MAX; round++) {
        krb5_data in = {.length = (unsigned)length, .data = answer};
        krb5_data question = {.length = 0};
        krb5_data asked = {.length = 0};
        unsigned flags = 0;
        enum mk_result result = MK_OK;
        krb5_error_code code =
            krb5_init_creds_step(change->context, dialogue, &in, &question, &asked, &flags);
        bool goes_on = code == 0 && (flags & KRB5_INIT_CREDS_STEP_FLAG_CONTINUE) != 0;

        free(answer);
        answer = NULL;
        if (code != 0)
            result = refusal(code);
        else if (goes_on &&
                 (asked.length != strlen(realm) || memcmp(asked.data, realm, asked.length) != 0))
            result = MK_KDC_REFUSED; /* sent on to another realm */
        else if (goes_on)
            result = ask(change, &question, round == 0, &answer, &length);
        krb5_free_data_contents(change->context, &question);
        krb5_free_data_contents(change->context, &asked);
        if (!goes_on || result != MK_OK)
            return result;
    }
    free(answer);
    return MK_KDC_REFUSED;
}

static enum mk_result get_ticket(struct change *change, const char *realm,
                                 const struct mk_password *password)
{
    krb5_init_creds_context dialogue = NULL;
    krb5_get_init_creds_opt *options = NULL;
    enum mk_result result = MK_WORKER_FAILED;

    if (krb5_get_init_creds_opt_alloc(change->context, &options) != 0)
        goto out;
    krb5_get_init_creds_opt_set_tkt_life(options, 300);
    krb5_get_init_creds_opt_set_forwardable(options, 0);
    krb5_get_init_creds_opt_set_proxiable(options, 0);
    if (krb5_init_creds_init(change->context, change->client, NULL, NULL, 0, options, &dialogue) !=
            0 ||
        krb5_init_creds_set_password(change->context, dialogue, password->text) != 0 ||
        krb5_init_creds_set_service(change->context, dialogue, "kadmin/changepw") != 0)
        goto out;
    result = converse(change, dialogue, realm);
    if (result == MK_OK && krb5_init_creds_get_creds(change->context, dialogue, &change->creds))
        result = MK_KDC_REFUSED;
out:
    krb5_init_creds_free(change->context, dialogue);
    krb5_get_init_creds_opt_free(change->context, options);
    return result;
}

/* --- the password service --- */

static bool set_own_address(struct change *change, const struct kdc *kdc)
{
    struct sockaddr_storage own;
    krb5_address address = {.magic = 0};

    if (!kdc_address(kdc, &own))
        return false;
    if (own.ss_family == AF_INET) {
        address.addrtype = ADDRTYPE_INET;
        address.length = sizeof(struct in_addr);
        address.contents = (krb5_octet *)&((struct sockaddr_in *)&own)->sin_addr;
    } else {
        address.addrtype = ADDRTYPE_INET6;
        address.length = sizeof(struct in6_addr);
        address.contents = (krb5_octet *)&((struct sockaddr_in6 *)&own)->sin6_addr;
    }
    return krb5_auth_con_setaddrs(change->context, change->auth, &address, NULL) == 0;
}

static void put16(unsigned char *at, size_t number)
{
    at[0] = (unsigned char)(number >> 8);
    at[1] = (unsigned char)number;
}

static size_t get16(const char *at)
{
    return (size_t)(unsigned char)at[0] << 8 | (unsigned char)at[1];
}

/* The request: AP-REQ, then the new password in a KRB-PRIV. The caller frees it; NULL: no memory.
 */
static unsigned char *make_request(struct change *change, struct mk_password *password,
                                   size_t *size)
{
    krb5_data clear = {.length = password->length, .data = password->text};
    krb5_data ap_req = {.length = 0};
    krb5_data priv = {.length = 0};
    krb5_replay_data replay;
    unsigned char *request = NULL;

    if (krb5_mk_req_extended(change->context, &change->auth, AP_OPTS_USE_SUBKEY, NULL,
                             &change->creds, &ap_req) != 0 ||
        krb5_auth_con_setflags(change->context, change->auth, KRB5_AUTH_CONTEXT_DO_SEQUENCE) != 0 ||
        krb5_mk_priv(change->context, change->auth, &clear, &priv, &replay) != 0)
        goto out;
    *size = HEAD + ap_req.length + priv.length;
    request = *size <= UINT16_MAX ? malloc(*size) : NULL;
    if (request == NULL)
        goto out;
    put16(request, *size);
    put16(request + 2, VERSION);
    put16(request + 4, ap_req.length);
    memcpy(request + HEAD, ap_req.data, ap_req.length);
    memcpy(request + HEAD + ap_req.length, priv.data, priv.length);
out:
    krb5_free_data_contents(change->context, &ap_req);
    krb5_free_data_contents(change->context, &priv);
    return request;
}

/*
 * What the answer says, in `said`, which the caller frees. False when it does not prove to come
 * from the server: anybody on the line can write an error message in clear, and the change may
 * have been made all the same.
 */
static bool read_answer(struct change *change, char *answer, size_t length, krb5_data *said)
{
    krb5_data ap_rep;
    krb5_data priv;
    krb5_ap_rep_enc_part *part = NULL;
    krb5_key own = NULL;
    krb5_replay_data replay;
    bool good;

    if (length < HEAD || get16(answer) != length || get16(answer + 4) == 0 ||
        get16(answer + 4) > length - HEAD)
        return false;
    ap_rep = (krb5_data){.length = (unsigned)get16(answer + 4), .data = answer + HEAD};
    priv = (krb5_data){.length = (unsigned)(length - HEAD) - ap_rep.length,
                       .data = answer + HEAD + ap_rep.length};
    if (krb5_auth_con_getsendsubkey_k(change->context, change->auth, &own) != 0)
        return false;
    /* The answer comes under the key that the request chose, whatever the AP-REP offers. */
    good = krb5_rd_rep(change->context, change->auth, &ap_rep, &part) == 0 &&
           krb5_auth_con_setrecvsubkey_k(change->context, change->auth, own) == 0 &&
           krb5_rd_priv(change->context, change->auth, &priv, said, &replay) == 0;
    krb5_free_ap_rep_enc_part(change->context, part);
    krb5_k_free_key(change->context, own);
    return good;
}

static enum mk_result judge(const krb5_data *said, const struct mk_password *password)
{
    if (said->length < 2)
        return MK_OUTCOME_UNKNOWN;
    switch (get16(said->data)) {
    case KRB5_KPASSWD_SUCCESS:
        return MK_OK;
    case KRB5_KPASSWD_SOFTERROR:
        return ad_code_kpasswd(said->data + 2, said->length - 2, password);
    case KRB5_KPASSWD_ACCESSDENIED:
        return MK_CHANGE_FORBIDDEN;
    default:
        return MK_KDC_REFUSED;
    }
}

static struct kind_outcome send_change(struct change *change, struct mk_password *password)
{
    struct kind_outcome outcome = {.result = MK_KDC_UNREACHABLE};
    krb5_data said = {.length = 0};
    unsigned char *request = NULL;
    char *answer = NULL;
    size_t size = 0;
    size_t length = 0;
    struct kdc kdc;

    if (kdc_open(change->host, KDC_PASSWORD_PORT, change->deadline, &kdc) != MK_OK)
        return outcome;
    outcome.result = MK_WORKER_FAILED;
    if (krb5_auth_con_init(change->context, &change->auth) == 0 && set_own_address(change, &kdc))
        request = make_request(change, password, &size);
    if (request == NULL)
        goto out;
    outcome = (struct kind_outcome){.result = MK_OUTCOME_UNKNOWN, .sent = true};
    if (kdc_ask(&kdc, request, size, change->deadline, &answer, &length) == MK_OK &&
        read_answer(change, answer, length, &said))
        outcome.result = judge(&said, password);
out:
    krb5_free_data_contents(change->context, &said);
    free(answer);
    free(request);
    kdc_close(&kdc);
    return outcome;
}

static struct kind_outcome change_at(struct change *change, const char *realm,
                                     struct mk_request_change *request)
{
    struct kind_outcome outcome = {.result = get_ticket(change, realm, &request->old_password)};

    if (outcome.result == MK_OK)
        outcome = send_change(change, &request->new_password);
    krb5_auth_con_free(change->context, change->auth);
    krb5_free_cred_contents(change->context, &change->creds);
    change->auth = NULL;
    memset(&change->creds, 0, sizeof change->creds);
    return outcome;
}

bool kpasswd_is_there(const struct mk_request_directory *directory)
{
    return directory->realm[0] != '\0' && directory->kdcs > 0;
}

struct kind_outcome kpasswd_change(const struct mk_request_directory *directory, const char *login,
                                   struct mk_request_change *request, uint32_t milliseconds)
{
    struct kind_outcome outcome = {.result = MK_WORKER_FAILED};
    struct change change = {.context = NULL};
    const char *realm = directory->realm;
    int64_t end = deadline_after(milliseconds);

    if (!init(&change.context))
        return outcome;
    if (krb5_build_principal(change.context, &change.client, (unsigned)strlen(realm), realm, login,
                             NULL) != 0)
        goto out;
    for (uint32_t i = 0; i < directory->kdcs; i++) {
        int64_t share = deadline_left(end) / (int)(directory->kdcs - i);
        change.host = directory->kdc[i];
        change.deadline = deadline_after(share);
        outcome = change_at(&change, realm, request);
        if (outcome.result != MK_KDC_UNREACHABLE)
            break;
    }
out:
    krb5_free_principal(change.context, change.client);
    krb5_free_context(change.context);
    return outcome;
}
