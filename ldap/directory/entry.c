// SPDX-License-Identifier: MIT
#include "entry.h"

#include <string.h>

#include "ldaptime.h"
#include "matkhau/account.h"

/* Longer than any value that is read as a time, a number or a Boolean. */
#define SHORT_VALUE 64

bool entry_text(LDAP *ld, LDAPMessage *entry, const char *attribute, char *out, size_t size,
                bool cut)
{
    struct berval **values = ldap_get_values_len(ld, entry, attribute);
    bool good = false;

    out[0] = '\0';
    if (values != NULL && values[0] != NULL) {
        size_t length = values[0]->bv_len;
        if (length >= size && cut)
            length = size - 1;
        good = length < size && memchr(values[0]->bv_val, '\0', length) == NULL;
        if (good) {
            memcpy(out, values[0]->bv_val, length);
            out[length] = '\0';
        }
    }
    ldap_value_free_len(values);
    return good;
}

bool entry_dn(LDAP *ld, LDAPMessage *entry, char *out, size_t size)
{
    char *dn = ldap_get_dn(ld, entry);
    size_t length = dn == NULL ? 0 : strlen(dn);
    bool good = dn != NULL && length < size;

    out[0] = '\0';
    if (good)
        memcpy(out, dn, length + 1);
    ldap_memfree(dn);
    return good;
}

int64_t entry_time(LDAP *ld, LDAPMessage *entry, const char *attribute)
{
    char text[SHORT_VALUE];
    int64_t time;

    if (!entry_text(ld, entry, attribute, text, sizeof text, false) ||
        !ldaptime_parse(text, strlen(text), &time))
        return MK_TIME_UNKNOWN;
    return time;
}

bool entry_true(LDAP *ld, LDAPMessage *entry, const char *attribute)
{
    char text[SHORT_VALUE];

    return entry_text(ld, entry, attribute, text, sizeof text, false) && strcmp(text, "TRUE") == 0;
}

bool entry_number(LDAP *ld, LDAPMessage *entry, const char *attribute, int64_t *number)
{
    char text[SHORT_VALUE];

    *number = 0;
    if (!entry_text(ld, entry, attribute, text, sizeof text, false))
        return entry_count(ld, entry, attribute) == 0;
    if (text[0] == '\0')
        return false;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < '0' || *p > '9')
            return false;
        *number = *number * 10 + (*p - '0');
        if (*number > INT32_MAX)
            return false;
    }
    return true;
}

bool entry_integer(LDAP *ld, LDAPMessage *entry, const char *attribute, int64_t *number)
{
    char text[SHORT_VALUE];
    const char *p = text;
    int64_t value = 0;

    *number = 0;
    if (!entry_text(ld, entry, attribute, text, sizeof text, false))
        return false;
    p += *p == '-';
    if (*p == '\0')
        return false;
    /* Counted downwards, where there is room for one more. */
    for (; *p != '\0'; p++) {
        if (*p < '0' || *p > '9' || value < (INT64_MIN + (*p - '0')) / 10)
            return false;
        value = value * 10 - (*p - '0');
    }
    if (text[0] != '-' && value == INT64_MIN)
        return false;
    *number = text[0] == '-' ? value : -value;
    return true;
}

bool entry_has(LDAP *ld, LDAPMessage *entry, const char *attribute, const char *value)
{
    struct berval **values = ldap_get_values_len(ld, entry, attribute);
    size_t length = strlen(value);
    bool found = false;

    for (size_t i = 0; values != NULL && values[i] != NULL; i++)
        found =
            found || (values[i]->bv_len == length && memcmp(values[i]->bv_val, value, length) == 0);
    ldap_value_free_len(values);
    return found;
}

uint32_t entry_count(LDAP *ld, LDAPMessage *entry, const char *attribute)
{
    struct berval **values = ldap_get_values_len(ld, entry, attribute);
    int count = ldap_count_values_len(values);

    ldap_value_free_len(values);
    return count < 0 ? 0 : (uint32_t)count;
}
