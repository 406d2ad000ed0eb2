// SPDX-License-Identifier: MIT
#include "entry.h"

#include <string.h>
#include <strings.h>

#include "ldaptime.h"
#include "matkhau/account.h"

/* Longer than any value that is read as a time, a number or a Boolean. */
#define SHORT_VALUE 64

/*
 * The values of `attribute`, which lie in the entry itself: copies of a million empty ones would
 * take a hundred times the room of the message. ber_memfree() ends it; NULL: none, or no memory.
 */
static struct berval *values_of(LDAP *ld, LDAPMessage *entry, const char *attribute)
{
    size_t length = strlen(attribute);
    struct berval *values = NULL;
    struct berval name;
    BerElement *ber = NULL;
    int rc = ldap_get_dn_ber(ld, entry, &ber, &name);

    while (rc == LDAP_SUCCESS) {
        rc = ldap_get_attribute_ber(ld, entry, ber, &name, &values);
        if (rc != LDAP_SUCCESS || name.bv_val == NULL ||
            (name.bv_len == length && strncasecmp(name.bv_val, attribute, length) == 0))
            break;
        ber_memfree(values);
        values = NULL;
    }
    ber_free(ber, 0);
    return rc == LDAP_SUCCESS ? values : NULL;
}

bool entry_text(LDAP *ld, LDAPMessage *entry, const char *attribute, char *out, size_t size,
                bool cut)
{
    struct berval *values = values_of(ld, entry, attribute);
    bool good = false;

    out[0] = '\0';
    if (values != NULL && values[0].bv_val != NULL) {
        size_t length = values[0].bv_len;
        if (length >= size && cut)
            length = size - 1;
        good = length < size && memchr(values[0].bv_val, '\0', length) == NULL;
        if (good) {
            memcpy(out, values[0].bv_val, length);
            out[length] = '\0';
        }
    }
    ber_memfree(values);
    return good;
}

bool entry_dn(LDAP *ld, LDAPMessage *entry, char *out, size_t size)
{
    struct berval dn = {0, NULL};
    bool good = ldap_get_dn_ber(ld, entry, NULL, &dn) == LDAP_SUCCESS && dn.bv_val != NULL &&
                dn.bv_len < size && memchr(dn.bv_val, '\0', dn.bv_len) == NULL;

    out[0] = '\0';
    if (good) {
        memcpy(out, dn.bv_val, dn.bv_len);
        out[dn.bv_len] = '\0';
    }
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

uint32_t entry_times(LDAP *ld, LDAPMessage *entry, const char *attribute, int64_t *times,
                     uint32_t most)
{
    struct berval *values = values_of(ld, entry, attribute);
    uint32_t count = 0;

    for (const struct berval *v = values; v != NULL && v->bv_val != NULL && count < most; v++)
        count += v->bv_len < SHORT_VALUE && ldaptime_parse(v->bv_val, v->bv_len, &times[count]);
    ber_memfree(values);
    return count;
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
    struct berval *values = values_of(ld, entry, attribute);
    size_t length = strlen(value);
    bool found = false;

    for (const struct berval *v = values; v != NULL && v->bv_val != NULL && !found; v++)
        found = v->bv_len == length && memcmp(v->bv_val, value, length) == 0;
    ber_memfree(values);
    return found;
}

/* The digits of "20261122065200Z hanoi"; what stands for a time sorts like the time. */
#define NOTE_DIGITS 14

static bool is_note(const struct berval *value)
{
    const char *text = value->bv_val;

    if (value->bv_len <= NOTE_DIGITS + 2 || value->bv_len > MK_NOTE_MAX)
        return false;
    for (size_t i = 0; i < value->bv_len; i++) {
        bool fits = i < NOTE_DIGITS        ? text[i] >= '0' && text[i] <= '9'
                    : i == NOTE_DIGITS     ? text[i] == 'Z'
                    : i == NOTE_DIGITS + 1 ? text[i] == ' '
                                           : text[i] > ' ' && text[i] <= '~';
        if (!fits)
            return false;
    }
    return true;
}

bool entry_note(LDAP *ld, LDAPMessage *entry, const char *attribute, char out[MK_NOTE_MAX + 1])
{
    struct berval *values = values_of(ld, entry, attribute);

    out[0] = '\0';
    for (const struct berval *v = values; v != NULL && v->bv_val != NULL; v++)
        if (is_note(v) && strncmp(v->bv_val, out, NOTE_DIGITS) > 0) {
            memcpy(out, v->bv_val, v->bv_len);
            out[v->bv_len] = '\0';
        }
    ber_memfree(values);
    return out[0] != '\0';
}

void entry_each(LDAP *ld, LDAPMessage *entry, const char *attribute, uint32_t most, char *value,
                size_t size, void (*take)(void *context, const char *value), void *context)
{
    struct berval *values = values_of(ld, entry, attribute);

    for (const struct berval *v = values; v != NULL && v->bv_val != NULL && most > 0; v++, most--) {
        size_t length = v->bv_len < size ? v->bv_len : size - 1;
        if (memchr(v->bv_val, '\0', length) != NULL)
            continue;
        memcpy(value, v->bv_val, length);
        value[length] = '\0';
        take(context, value);
    }
    ber_memfree(values);
}

uint32_t entry_count(LDAP *ld, LDAPMessage *entry, const char *attribute)
{
    struct berval *values = values_of(ld, entry, attribute);
    uint32_t count = 0;

    for (const struct berval *v = values; v != NULL && v->bv_val != NULL; v++)
        count++;
    ber_memfree(values);
    return count;
}
