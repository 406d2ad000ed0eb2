// SPDX-License-Identifier: MIT
#include "dn.h"

#include <ldap.h>
#include <stddef.h>
#include <stdint.h>
#include <strings.h>

#include "utf8.h"

/* The small letter of a capital, in the scripts of names written here: Latin with diacritics. */
static uint32_t small(uint32_t code)
{
    if (code >= 'A' && code <= 'Z')
        return code + 0x20;
    if (code >= 0xc0 && code <= 0xde && code != 0xd7)
        return code + 0x20;
    /* Pairs of a capital and its small letter, the capital even, or odd from there on. */
    if ((code >= 0x100 && code <= 0x137) || (code >= 0x14a && code <= 0x177) ||
        (code >= 0x1a0 && code <= 0x1a5) || (code >= 0x1e00 && code <= 0x1e95) ||
        (code >= 0x1ea0 && code <= 0x1eff))
        return code | 1;
    if ((code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17e))
        return code + (code & 1);
    if (code == 0x1af) /* Ư */
        return 0x1b0;
    return code;
}

/* What stands for the end of a value, and for bytes that are no UTF-8 from there on. */
#define END UINT32_MAX
#define BYTES 0x110000

/* The next letter of a value; spaces in a row count as one, those at the end as none. */
static uint32_t next(const char **text, const char *end)
{
    uint32_t code;
    size_t length;

    if (*text == end)
        return END;
    if (**text == ' ') {
        while (*text < end && **text == ' ')
            (*text)++;
        return *text == end ? END : ' ';
    }
    length = utf8_take(*text, &code);
    if (length == 0) {
        code = BYTES + (unsigned char)**text;
        length = 1;
    }
    *text += length;
    return small(code);
}

static bool same_value(const struct berval *a, const struct berval *b)
{
    const char *at = a->bv_val;
    const char *bt = b->bv_val;
    const char *a_end = at + a->bv_len;
    const char *b_end = bt + b->bv_len;
    uint32_t code;

    while (at < a_end && *at == ' ')
        at++;
    while (bt < b_end && *bt == ' ')
        bt++;
    do {
        code = next(&at, a_end);
        if (code != next(&bt, b_end))
            return false;
    } while (code != END);
    return true;
}

static bool same_ava(const LDAPAVA *a, const LDAPAVA *b)
{
    return a->la_attr.bv_len == b->la_attr.bv_len &&
           strncasecmp(a->la_attr.bv_val, b->la_attr.bv_val, a->la_attr.bv_len) == 0 &&
           (a->la_flags & LDAP_AVA_BINARY) == (b->la_flags & LDAP_AVA_BINARY) &&
           same_value(&a->la_value, &b->la_value);
}

static size_t avas(LDAPRDN rdn)
{
    size_t n = 0;

    while (rdn[n] != NULL)
        n++;
    return n;
}

/* A type stands in an RDN only once: each of the one has to be in the other. */
static bool same_rdn(LDAPRDN a, LDAPRDN b)
{
    if (avas(a) != avas(b))
        return false;
    for (size_t i = 0; a[i] != NULL; i++) {
        size_t j = 0;
        while (b[j] != NULL && !same_ava(a[i], b[j]))
            j++;
        if (b[j] == NULL)
            return false;
    }
    return true;
}

static size_t rdns(LDAPDN dn)
{
    size_t n = 0;

    while (dn != NULL && dn[n] != NULL)
        n++;
    return n;
}

/* How many RDNs `dn` has above those of `base`, which are its last ones; -1 where they are not. */
static int depth(const char *dn, const char *base)
{
    LDAPDN of_dn = NULL;
    LDAPDN of_base = NULL;
    int result = -1;

    if (ldap_str2dn(dn, &of_dn, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
        ldap_str2dn(base, &of_base, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS) {
        size_t n = rdns(of_dn);
        size_t last = rdns(of_base);
        bool same = last > 0 && last <= n;
        for (size_t i = 0; same && i < last; i++)
            same = same_rdn(of_dn[n - last + i], of_base[i]);
        if (same)
            result = (int)(n - last);
    }
    ldap_dnfree(of_dn);
    ldap_dnfree(of_base);
    return result;
}

bool dn_same(const char *a, const char *b)
{
    return depth(a, b) == 0;
}

bool dn_below(const char *dn, const char *base)
{
    return depth(dn, base) > 0;
}
