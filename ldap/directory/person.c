// SPDX-License-Identifier: MIT
#include "person.h"

#include <string.h>

#include "answer.h"
#include "deadline.h"
#include "entry.h"
#include "template.h"

static bool copy_value(char *out, size_t size, const char *text)
{
    size_t length = strlen(text);

    if (length >= size)
        return false;
    memcpy(out, text, length + 1);
    return true;
}

/* `value` as an attribute value in a DN; libldap has no function for one alone. */
static bool escape_dn(const char *value, char *out, size_t size)
{
    char type[] = "uid";
    char copy[MK_DN_MAX + 1];
    LDAPAVA ava = {.la_flags = LDAP_AVA_STRING};
    LDAPAVA *rdn[] = {&ava, NULL};
    char *text = NULL;
    bool good;

    out[0] = '\0';
    if (*value == '\0')
        return true;
    if (!copy_value(copy, sizeof copy, value))
        return false;
    ava.la_attr = (struct berval){sizeof type - 1, type};
    ava.la_value = (struct berval){strlen(copy), copy};
    good = ldap_rdn2str(rdn, &text, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS && text != NULL &&
           copy_value(out, size, text + sizeof type);
    ldap_memfree(text);
    return good;
}

static bool escape_filter(const char *value, char *out, size_t size)
{
    char copy[MK_DN_MAX + 1];
    struct berval in;
    struct berval escaped = {0, NULL};
    bool good;

    out[0] = '\0';
    /* For an empty value libldap succeeds and gives nothing. */
    if (*value == '\0')
        return true;
    if (!copy_value(copy, sizeof copy, value))
        return false;
    in = (struct berval){strlen(copy), copy};
    good = ldap_bv2escaped_filter_value(&in, &escaped) == 0 && escaped.bv_val != NULL &&
           copy_value(out, size, escaped.bv_val);
    ber_memfree(escaped.bv_val);
    return good;
}

bool person_dn(const struct person *person, const char *template, char *dn)
{
    char login[3 * MK_LOGIN_MAX + 1];
    char mail[3 * MK_TEXT_MAX + 1];
    LDAPDN parsed = NULL;
    bool good;

    if (!escape_dn(person->login, login, sizeof login) ||
        !escape_dn(person->mail, mail, sizeof mail) ||
        !template_expand(dn, MK_DN_MAX + 1, template,
                         &(struct template_values){login, person->dn, mail}))
        return false;
    good = ldap_str2dn(dn, &parsed, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS;
    ldap_dnfree(parsed);
    return good;
}

bool person_filter(const struct person *person, const char *template, char *filter)
{
    char login[3 * MK_LOGIN_MAX + 1];
    char dn[3 * MK_DN_MAX + 1];
    char mail[3 * MK_TEXT_MAX + 1];

    return *template != '\0' && escape_filter(person->login, login, sizeof login) &&
           escape_filter(person->dn, dn, sizeof dn) &&
           escape_filter(person->mail, mail, sizeof mail) &&
           template_expand(filter, PERSON_FILTER_MAX + 1, template,
                           &(struct template_values){login, dn, mail});
}

/* Takes the messages that answer the search, up to its result. */
static enum mk_result collect(LDAP *ld, int id, uint32_t operation_ms, struct person_found *found)
{
    int64_t deadline = deadline_after(operation_ms);
    LDAPMessage *message = NULL;
    enum mk_result result;
    unsigned entries = 0;
    bool fits = false;
    int code;

    while ((result = answer_next(ld, id, deadline, &message)) == MK_OK &&
           ldap_msgtype(message) == LDAP_RES_SEARCH_ENTRY) {
        if (entries < 2 && ++entries == 1)
            fits = entry_dn(ld, message, found->dn, sizeof found->dn);
        ldap_msgfree(message);
    }
    if (result != MK_OK)
        return result;
    code = answer_search_code(ld, message);
    ldap_msgfree(message);
    if (code < 0)
        return MK_LOST;
    if (entries > 1 || code == LDAP_SIZELIMIT_EXCEEDED)
        return MK_PERSON_AMBIGUOUS;
    if (code == LDAP_BUSY || code == LDAP_UNAVAILABLE)
        return MK_SERVER_BUSY;
    if (code != LDAP_SUCCESS) {
        found->ldap_code = code;
        return MK_SERVER_REFUSED;
    }
    return fits ? MK_OK : MK_PERSON_UNKNOWN;
}

static enum mk_result search(const struct verified *server,
                             const struct mk_request_directory *directory, const char *filter,
                             struct person_found *found)
{
    LDAP *ld = connection_ldap(server);
    char none[] = LDAP_NO_ATTRS;
    char *attributes[] = {none, NULL};
    int id;
    int rc;

    rc = ldap_search_ext(ld, directory->base, LDAP_SCOPE_SUBTREE, filter, attributes, 0, NULL, NULL,
                         NULL, 2, &id);
    if (rc == LDAP_FILTER_ERROR) {
        found->ldap_code = LDAP_PROTOCOL_ERROR;
        return MK_SERVER_REFUSED;
    }
    if (rc != LDAP_SUCCESS)
        return MK_LOST;
    return collect(ld, id, directory->operation_ms, found);
}

enum mk_result person_find(const struct verified *server,
                           const struct mk_request_directory *directory,
                           const struct person *person, struct person_found *found)
{
    char filter[PERSON_FILTER_MAX + 1];

    *found = (struct person_found){.searched = false};
    if (*directory->person_dn != '\0')
        return person_dn(person, directory->person_dn, found->dn) ? MK_OK : MK_PERSON_UNKNOWN;
    if (!person_filter(person, directory->person_filter, filter))
        return MK_PERSON_UNKNOWN;
    found->searched = true;
    return search(server, directory, filter, found);
}
