// SPDX-License-Identifier: MIT
#include "ad_code.h"

#include <string.h>

#include "utf8.h"

/* [MS-ERREF] 2.2 */
enum win32 {
    WIN32_ACCESS_DENIED = 0x5,
    WIN32_INVALID_PASSWORD = 0x56,
    WIN32_NO_SUCH_USER = 0x525,
    WIN32_LOGON_FAILURE = 0x52e,
    WIN32_PASSWORD_RESTRICTION = 0x52d,
    WIN32_INVALID_LOGON_HOURS = 0x530,
    WIN32_INVALID_WORKSTATION = 0x531,
    WIN32_PASSWORD_EXPIRED = 0x532,
    WIN32_ACCOUNT_DISABLED = 0x533,
    WIN32_ACCOUNT_EXPIRED = 0x701,
    WIN32_PASSWORD_MUST_CHANGE = 0x773,
    WIN32_ACCOUNT_LOCKED_OUT = 0x775,
};

struct meaning {
    unsigned code;
    enum mk_result result;
};

static int hexadecimal(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The number of `least` to `most` digits before `end`; false for anything else. */
static bool read_code(const char *text, unsigned least, unsigned most, char end, unsigned *code)
{
    unsigned digits = 0;

    *code = 0;
    while (digits < most && hexadecimal(text[digits]) >= 0)
        *code = *code * 16 + (unsigned)hexadecimal(text[digits++]);
    return digits >= least && text[digits] == end;
}

static enum mk_result look_up(const struct meaning *meanings, size_t count, unsigned code,
                              enum mk_result otherwise)
{
    for (size_t i = 0; i < count; i++)
        if (meanings[i].code == code)
            return meanings[i].result;
    return otherwise;
}

enum mk_result ad_code_bind(const char *text)
{
    static const struct meaning meanings[] = {
        {WIN32_PASSWORD_EXPIRED, MK_EXPIRED_FIRST},
        {WIN32_PASSWORD_MUST_CHANGE, MK_CHANGE_FIRST},
        {WIN32_ACCOUNT_DISABLED, MK_ACCOUNT_DISABLED},
        {WIN32_ACCOUNT_EXPIRED, MK_ACCOUNT_ENDED},
        {WIN32_ACCOUNT_LOCKED_OUT, MK_LOCKED_OUT},
        {WIN32_INVALID_LOGON_HOURS, MK_NOT_AT_THIS_TIME},
        {WIN32_INVALID_WORKSTATION, MK_NOT_FROM_HERE},
        {WIN32_LOGON_FAILURE, MK_CREDENTIALS},
        {WIN32_NO_SUCH_USER, MK_CREDENTIALS},
    };
    static const char before[] = ", data ";
    const char *data = strstr(text, before);
    unsigned code;

    if (data == NULL || !read_code(data + sizeof before - 1, 1, 8, ',', &code))
        return MK_CREDENTIALS;
    return look_up(meanings, sizeof meanings / sizeof *meanings, code, MK_CREDENTIALS);
}

enum mk_result ad_code_change(const char *text)
{
    static const struct meaning meanings[] = {
        {WIN32_INVALID_PASSWORD, MK_OLD_REFUSED},  {WIN32_PASSWORD_RESTRICTION, MK_SOME_RULE},
        {WIN32_ACCOUNT_LOCKED_OUT, MK_LOCKED_OUT}, {WIN32_ACCOUNT_DISABLED, MK_ACCOUNT_DISABLED},
        {WIN32_ACCESS_DENIED, MK_NO_RIGHT},
    };
    unsigned code;

    if (!read_code(text, 8, 8, ':', &code))
        return strstr(text, "error in module acl:") != NULL ? MK_CHANGE_FORBIDDEN
                                                            : MK_SERVER_REFUSED;
    return look_up(meanings, sizeof meanings / sizeof *meanings, code, MK_SERVER_REFUSED);
}

enum mk_result ad_code_rule(const char *text, const struct mk_password *password)
{
    /* Samba 4.17.12, in the answer to LDAP and to the Kerberos password service. */
    static const struct {
        const char *words;
        enum mk_result result;
    } known[] = {
        {"the password is too short", MK_TOO_SHORT},
        {"Password too short", MK_TOO_SHORT},
        {"the password does not meet the complexity criteria", MK_QUALITY},
        {"Password does not meet complexity requirements", MK_QUALITY},
        {"the password was already used", MK_IN_HISTORY},
        {"Password is already in password history", MK_IN_HISTORY},
        {"password is too young to change", MK_TOO_YOUNG},
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strstr(text, known[i].words) != NULL)
            return known[i].result == MK_QUALITY && !ad_code_is_complex(password) ? MK_FEW_KINDS
                                                                                  : known[i].result;
    return MK_SOME_RULE;
}

/* Both zero bytes, minimum length, history, properties, then two durations; no document has it. */
#define POLICY_SIZE 30
#define POLICY_LENGTH 2
#define POLICY_PROPERTIES 10

static uint32_t get32(const char *at)
{
    const unsigned char *p = (const unsigned char *)at;

    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

enum mk_result ad_code_kpasswd(const char *bytes, size_t size, const struct mk_password *password)
{
    char text[256];

    if (size == POLICY_SIZE && bytes[0] == 0 && bytes[1] == 0) {
        if (ad_code_units(password) < (int64_t)get32(bytes + POLICY_LENGTH))
            return MK_TOO_SHORT;
        return (get32(bytes + POLICY_PROPERTIES) & AD_CODE_COMPLEX) != 0 &&
                       !ad_code_is_complex(password)
                   ? MK_FEW_KINDS
                   : MK_SOME_RULE;
    }
    if (size >= sizeof text)
        size = sizeof text - 1;
    memcpy(text, bytes, size);
    text[size] = '\0';
    return ad_code_rule(text, password);
}

static size_t put(char *wide, uint16_t unit)
{
    wide[0] = (char)(unit & 0xff);
    wide[1] = (char)(unit >> 8);
    return 2;
}

size_t ad_code_wide(const struct mk_password *password, char *wide)
{
    size_t used = put(wide, '"');
    size_t length;

    for (const char *text = password->text; *text != '\0'; text += length) {
        uint16_t units[2];
        uint32_t code;

        length = utf8_take(text, &code);
        if (length == 0)
            return 0;
        for (int i = 0, count = utf8_units(code, units); i < count; i++)
            used += put(wide + used, units[i]);
    }
    return used + put(wide + used, '"');
}

int64_t ad_code_units(const struct mk_password *password)
{
    char wide[AD_CODE_WIDE_MAX];
    size_t length = ad_code_wide(password, wide);

    mk_wipe(wide, sizeof wide);
    return length == 0 ? 0 : (int64_t)length / 2 - 2;
}

bool ad_code_is_complex(const struct mk_password *password)
{
    enum { CAPITAL = 1, SMALL = 2, DIGIT = 4, SIGN = 8, OTHER = 16 };
    unsigned kinds = 0;
    int count = 0;

    for (uint32_t i = 0; i < password->length; i++) {
        unsigned char c = (unsigned char)password->text[i];
        if (c >= 0x80)
            kinds |= OTHER | CAPITAL | SMALL;
        else if (c >= 'A' && c <= 'Z')
            kinds |= CAPITAL;
        else if (c >= 'a' && c <= 'z')
            kinds |= SMALL;
        else
            kinds |= c >= '0' && c <= '9' ? DIGIT : SIGN;
    }
    for (; kinds != 0; kinds &= kinds - 1)
        count++;
    return count >= 3;
}
