/* SPDX-License-Identifier: MIT */
#include "syntax.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

#include "matkhau/limits.h"

/* By hand, because <ctype.h> depends on the locale. */
#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define CAPITALS 26 /* where they begin */
#define HEX DIGITS "abcdefABCDEF"

#define DOMAIN_MAX 253
#define LABEL_MAX 63
#define NESTING_MAX 20

/* strchr(3) finds the NUL as well. */
static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool is_hex_pair(const char *text)
{
    return is_one_of(text[0], HEX) && is_one_of(text[1], HEX);
}

/* Length in bytes of the letter at `text`, 0 when it is none. */
static size_t letter(const unsigned char *text, size_t size)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = text[0];
    size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t value;

    if (length == 1)
        return 1;
    if (first < 0xc2 || first > 0xf4 || length > size)
        return 0;
    value = first & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (text[i] & 0x3f);
    }
    if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    /* C1, in letters of two bytes. */
    return value < 0xa0 ? 0 : length;
}

bool syntax_text(const char *text, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)text;

    for (size_t i = 0; i < size;) {
        size_t length = letter(bytes + i, size - i);
        if (length == 0 || (bytes[i] < ' ' && bytes[i] != '\t') || bytes[i] == 0x7f)
            return false;
        i += length;
    }
    return true;
}

bool syntax_id(const char *text)
{
    return is_one_of(text[0], LETTERS) && text[strspn(text, LETTERS DIGITS "-_.")] == '\0';
}

/* Labels of letters, digits and hyphens with dots between; `*labels` becomes how many. */
static bool is_host_name(const char *text, size_t size, int *labels)
{
    size_t start = 0;

    *labels = 0;
    if (size == 0 || size > DOMAIN_MAX)
        return false;
    for (size_t i = 0; i <= size; i++) {
        if (i < size && text[i] != '.') {
            if (!is_one_of(text[i], LETTERS DIGITS "-"))
                return false;
            continue;
        }
        if (i == start || i - start > LABEL_MAX || text[start] == '-' || text[i - 1] == '-')
            return false;
        ++*labels;
        start = i + 1;
    }
    return true;
}

bool syntax_domain(const char *text)
{
    int labels;

    return is_host_name(text, strlen(text), &labels) && labels >= 2;
}

/* Behind an attribute's name or OID at `text`; NULL when there is none. */
static const char *attribute(const char *text)
{
    if (is_one_of(*text, LETTERS))
        return text + strspn(text, LETTERS DIGITS "-");
    for (int parts = 0;; parts++) {
        size_t digits = strspn(text, DIGITS);
        if (digits == 0)
            return NULL;
        text += digits;
        if (*text != '.')
            return parts > 0 ? text : NULL;
        text++;
    }
}

bool syntax_attribute(const char *text)
{
    const char *end = attribute(text);

    return end != NULL && *end == '\0';
}

bool syntax_amount(const char *text, const char *unit, unsigned *amount)
{
    size_t digits = strspn(text, DIGITS);
    size_t length = strlen(unit);

    if (digits == 0 || digits > 6)
        return false;
    *amount = (unsigned)strtoul(text, NULL, 10);
    text += digits;
    if (*text != ' ')
        return false;
    text += strspn(text, " ");
    if (strncmp(text, unit, length) != 0)
        return false;
    text += length;
    return *text == '\0' || strcmp(text, "s") == 0;
}

bool syntax_template(const char *text, const char *letters)
{
    for (const char *p = strchr(text, '%'); p != NULL; p = strchr(p + 2, '%'))
        if (p[1] != '%' && !is_one_of(p[1], letters))
            return false;
    return true;
}

bool syntax_uses(const char *text, const char *letters)
{
    for (const char *p = strchr(text, '%'); p != NULL && p[1] != '\0'; p = strchr(p + 2, '%'))
        if (is_one_of(p[1], letters))
            return true;
    return false;
}

/* Behind the value of an attribute in a name; NULL when it is wrong. */
static const char *dn_value(const char *text)
{
    const char *start = text;

    if (*text == '#') {
        for (text++; is_hex_pair(text); text += 2)
            ;
        return text > start + 1 ? text : NULL;
    }
    while (*text != '\0' && *text != ',' && *text != '+') {
        if (is_one_of(*text, "\";<>"))
            return NULL;
        if (*text != '\\')
            text++;
        else if (is_hex_pair(text + 1))
            text += 3;
        else if (is_one_of(text[1], " \"#+,;<=>\\"))
            text += 2;
        else
            return NULL;
    }
    return text > start ? text : NULL;
}

/* Behind one part of a name, attribute=value with + between several; NULL when it is wrong. */
static const char *rdn(const char *text)
{
    for (;;) {
        text = attribute(text + strspn(text, " "));
        if (text == NULL)
            return NULL;
        text += strspn(text, " ");
        if (*text != '=')
            return NULL;
        text++;
        text = dn_value(text + strspn(text, " "));
        if (text == NULL || *text != '+')
            return text;
        text++;
    }
}

bool syntax_dn(const char *text, bool template)
{
    for (;;) {
        if (template && strcmp(text, "%d") == 0)
            return true;
        text = rdn(text);
        if (text == NULL)
            return false;
        if (*text == '\0')
            return true;
        text++;
        text += strspn(text, " ");
    }
}

/* What an escape stands for, in a name that has been found right; `*text` goes behind it. */
static char unescape(const char **text)
{
    char digits[3] = "";
    const char *start = *text + 1;

    if (!is_hex_pair(start)) {
        *text += 2;
        return *start;
    }
    memcpy(digits, start, 2);
    *text += 3;
    return (char)strtoul(digits, NULL, 16);
}

#define BETWEEN_PARTS '\001'

/* What separates the parts of a name, as a byte that no value has; 0: nothing does. */
static char separator(char c)
{
    switch (c) {
    case ',':
        return BETWEEN_PARTS;
    case '+':
        return '\002';
    case '=':
        return '\003';
    default:
        return '\0';
    }
}

static char small_letter(char c)
{
    const char *at = c == '\0' ? NULL : strchr(LETTERS + CAPITALS, c);

    if (at != NULL)
        c = at[-CAPITALS];
    return c;
}

/* A name to be compared: in small letters, without escapes and without spaces beside separators. */
static void fold_dn(char out[MK_DN_MAX + 1], const char *dn)
{
    size_t length = 0;
    size_t kept = 0; /* without spaces at the end */

    while (*dn != '\0' && length < MK_DN_MAX) {
        bool is_escaped = *dn == '\\';
        char c = *dn;

        if (is_escaped)
            c = unescape(&dn);
        else
            dn++;
        if (!is_escaped && separator(c) != '\0') {
            out[kept++] = separator(c);
            length = kept;
            dn += strspn(dn, " ");
            continue;
        }
        out[length++] = small_letter(c);
        if (c != ' ' || is_escaped)
            kept = length;
    }
    out[kept] = '\0';
}

bool syntax_dn_below(const char *dn, const char *base)
{
    char below[MK_DN_MAX + 1];
    char above[MK_DN_MAX + 1];
    size_t length;
    size_t end;

    fold_dn(below, dn);
    fold_dn(above, base);
    length = strlen(below);
    end = strlen(above);
    return length >= end && strcmp(below + length - end, above) == 0 &&
           (length == end || below[length - end - 1] == BETWEEN_PARTS);
}

/* Behind the attribute, the matching rule and the operator of a filter's item. */
static const char *filter_operator(const char *text)
{
    if (*text != ':') {
        text = attribute(text);
        while (text != NULL && *text == ';') {
            size_t option = strspn(text + 1, LETTERS DIGITS "-");
            text = option == 0 ? NULL : text + 1 + option;
        }
        if (text == NULL)
            return NULL;
    }
    if (*text == '=')
        return text + 1;
    if (is_one_of(*text, "~<>") && text[1] == '=')
        return text + 2;
    while (*text == ':') {
        if (text[1] == '=')
            return text + 2;
        text = attribute(text + 1); /* "dn" or a rule */
        if (text == NULL)
            return NULL;
    }
    return NULL;
}

static const char *filter_item(const char *text)
{
    const char *start;

    start = text = filter_operator(text);
    if (text == NULL)
        return NULL;
    while (*text != '\0' && *text != ')') {
        if (*text == '(' || (*text == '\\' && !is_hex_pair(text + 1)))
            return NULL;
        text++;
    }
    return text > start ? text : NULL;
}

/* Behind the filter at `text`; NULL when it is wrong. Nested at most `depth` deep. */
static const char *filter(const char *text, int depth)
{
    int wanted = 0;
    int found = 0;

    if (*text != '(' || depth == 0)
        return NULL;
    text++;
    if (!is_one_of(*text, "&|!")) {
        text = filter_item(text);
    } else {
        wanted = *text == '!' ? 1 : INT16_MAX;
        text++;
        for (text += strspn(text, " "); text != NULL && *text == '('; found++) {
            text = filter(text, depth - 1);
            if (text != NULL)
                text += strspn(text, " ");
        }
        if (found == 0 || found > wanted)
            return NULL;
    }
    return text != NULL && *text == ')' ? text + 1 : NULL;
}

bool syntax_filter(const char *text)
{
    const char *end = filter(text, NESTING_MAX);

    return end != NULL && *end == '\0';
}

static enum syntax_uri socket_path(const char *text)
{
    const size_t longest = sizeof((struct sockaddr_un *)0)->sun_path - 1;
    size_t length = 0;

    if (strncasecmp(text, "%2f", 3) != 0)
        return SYNTAX_BAD_SOCKET;
    for (; *text != '\0'; length++) {
        if (*text != '%' && !is_one_of(*text, LETTERS DIGITS "-._~"))
            return SYNTAX_BAD_SOCKET;
        if (*text == '%' && (!is_hex_pair(text + 1) || strncmp(text, "%00", 3) == 0))
            return SYNTAX_BAD_SOCKET;
        text += *text == '%' ? 3 : 1;
    }
    return length <= longest ? SYNTAX_LDAPI : SYNTAX_BAD_SOCKET;
}

/* SYNTAX_LDAP, SYNTAX_LDAP_LOOPBACK or what is wrong. */
static enum syntax_uri host(const char *text, size_t size, bool bracketed)
{
    char name[DOMAIN_MAX + 1];
    struct in_addr v4;
    struct in6_addr v6;
    int labels;

    if (size == 0 || size >= sizeof name)
        return SYNTAX_BAD_HOST;
    memcpy(name, text, size);
    name[size] = '\0';
    if (bracketed) {
        if (inet_pton(AF_INET6, name, &v6) != 1)
            return SYNTAX_BAD_HOST;
        return IN6_IS_ADDR_LOOPBACK(&v6) ? SYNTAX_LDAP_LOOPBACK : SYNTAX_LDAP;
    }
    if (name[strspn(name, DIGITS ".")] == '\0') {
        if (inet_pton(AF_INET, name, &v4) != 1)
            return SYNTAX_BAD_HOST;
        return ntohl(v4.s_addr) >> 24 == 127 ? SYNTAX_LDAP_LOOPBACK : SYNTAX_LDAP;
    }
    if (strcasecmp(name, "localhost") == 0)
        return SYNTAX_LOCALHOST;
    return is_host_name(name, size, &labels) ? SYNTAX_LDAP : SYNTAX_BAD_HOST;
}

static bool is_port(const char *text)
{
    size_t digits = strspn(text, DIGITS);
    unsigned long port = strtoul(text, NULL, 10);

    return digits > 0 && digits <= 5 && text[digits] == '\0' && port >= 1 && port <= 65535;
}

static enum syntax_uri server(const char *text)
{
    bool bracketed = *text == '[';
    const char *start = bracketed ? text + 1 : text;
    const char *end = start + strcspn(start, bracketed ? "]" : ":/?#@[]");
    enum syntax_uri kind = host(start, (size_t)(end - start), bracketed);

    if (kind >= SYNTAX_URI_FAULTS)
        return kind;
    if (bracketed && *end++ != ']')
        return SYNTAX_BAD_HOST;
    if (*end == '\0')
        return kind;
    if (*end != ':' || strpbrk(end, "/?#@") != NULL)
        return SYNTAX_BAD_REST;
    return is_port(end + 1) ? kind : SYNTAX_BAD_PORT;
}

enum syntax_uri syntax_uri(const char *text)
{
    enum syntax_uri kind;

    if (strncmp(text, "ldapi://", 8) == 0)
        return socket_path(text + 8);
    if (strncmp(text, "ldap://", 7) == 0)
        return server(text + 7);
    if (strncmp(text, "ldaps://", 8) != 0)
        return SYNTAX_BAD_SCHEME;
    kind = server(text + 8);
    return kind < SYNTAX_URI_FAULTS ? SYNTAX_LDAPS : kind;
}
