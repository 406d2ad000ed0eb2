/* SPDX-License-Identifier: MIT */
#ifndef TESTS_EVIL_VALUES_H
#define TESTS_EVIL_VALUES_H

/* What a hostile directory puts into values, each with the word EVIL where it does its harm. */

#include <stdlib.h>
#include <string.h>

#include "evil.h"

struct evil_value {
    const char *name;
    struct berval value;
    size_t times; /* how often it is repeated; 0: once */
};

// clang-format off
static const struct evil_value evil_values[] = {
    {"CSI", EVIL_STATIC("An\033[2J\033[HEVI"), 0},
    {"OSC title", EVIL_STATIC("An\033]0;EVIL\007Binh"), 0},
    {"DCS, APC, PM", EVIL_STATIC("\033P1EVIL\033\\\033_EVIL\033\\\033^"), 0},
    {"alternate screen", EVIL_STATIC("\033[?1049lEVIL\033[?2"), 0},
    {"line ends", EVIL_STATIC("\r\n\b\b\tEVIL\v\f\0"), 0},
    {"every C0", EVIL_STATIC("\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24\25\26\27"
                                        "\30\31\32\33\34\35\36\37\177EVI"), 0},
    {"C1 in UTF-8", EVIL_STATIC("An\xc2\x9b" "2J\xc2\x9d" "EVIL"), 0},
    {"C1 in bytes", EVIL_STATIC("\x9b" "2J\x9d" "EVIL\x9c"), 0},
    {"bidi", EVIL_STATIC("An\xe2\x80\xaeLIVE\xe2\x81\xa6\xe2\x81\xa9\xd8\x9c\xe2"), 0},
    {"right to left", EVIL_STATIC("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d" "EVIL"), 0},
    {"zero width", EVIL_STATIC("E\xe2\x80\x8bV\xe2\x80\x8dI\xef\xbb\xbfL\xe2\x81\xa0\xf3\xa0\x81\x81\0"), 0},
    {"combining flood", EVIL_STATIC("\xcc\x81"), 500},
    {"wide flood", EVIL_STATIC("\xe7\x95\x8c"), 500},
    {"invalid", EVIL_STATIC("\xff\xfe" "EVIL\xc3\xe2\x82\xf0\x9f"), 0},
    {"overlong", EVIL_STATIC("\xc0\x9b[2J\xe0\x80\x9b" "EVIL"), 0},
    {"surrogates, beyond", EVIL_STATIC("\xed\xa0\x80\xed\xb0\x80\xf4\x90\x80\x80" "EVIL"), 0},
    {"NUL", EVIL_STATIC("An\0\033[EVIL"), 0},
    {"empty", EVIL_STATIC(""), 0},
    {"percents", EVIL_STATIC("%s%n%99999999d%nEVIL"), 0},
    {"negative", EVIL_STATIC("-1"), 0},
    {"huge number", EVIL_STATIC("9"), 400},
    {"far time", EVIL_STATIC("99991231235959Z"), 0},
    {"year zero", EVIL_STATIC("000001010000Z"), 0},
    {"time and escape", EVIL_STATIC("20261101000000Z\033[2J"), 0},
    {"a DN that is none", EVIL_STATIC(",=,=\\\\zz+\"\"EVIL"), 0},
    {"1 MB of letters", EVIL_STATIC("A"), 1 << 20},
    {"1 MB of marks", EVIL_STATIC("\xcc\x81"), 1 << 19},
    {"1 MB of escapes", EVIL_STATIC("\033[2J"), 1 << 18},
};
// clang-format on

#define EVIL_VALUES (sizeof evil_values / sizeof *evil_values)

/* The value at its full length; free() its bytes. */
static inline struct berval evil_value_bytes(const struct evil_value *value)
{
    size_t times = value->times == 0 ? 1 : value->times;
    struct berval bytes = {times * value->value.bv_len, malloc(times * value->value.bv_len + 1)};

    if (bytes.bv_val == NULL)
        abort();
    for (size_t i = 0; i < times; i++)
        memcpy(bytes.bv_val + i * value->value.bv_len, value->value.bv_val, value->value.bv_len);
    bytes.bv_val[bytes.bv_len] = '\0';
    return bytes;
}

/* Every attribute that a worker reads, and of what. */
struct evil_place {
    enum evil_flavour flavour;
    enum evil_kind kind;
    const char *attribute;
};

static const struct evil_place evil_places[] = {
    {EVIL_OPENLDAP, EVIL_ROOT, "objectClass"},
    {EVIL_OPENLDAP, EVIL_ROOT, "vendorName"},
    {EVIL_OPENLDAP, EVIL_ROOT, "supportedCapabilities"},
    {EVIL_OPENLDAP, EVIL_ROOT, "supportedExtension"},
    {EVIL_OPENLDAP, EVIL_ROOT, "defaultNamingContext"},
    {EVIL_OPENLDAP, EVIL_ROOT, "currentTime"},
    {EVIL_OPENLDAP, EVIL_READ, "cn"},
    {EVIL_OPENLDAP, EVIL_READ, "ou"},
    {EVIL_OPENLDAP, EVIL_READ, "mail"},
    {EVIL_OPENLDAP, EVIL_READ, "pwdChangedTime"},
    {EVIL_OPENLDAP, EVIL_READ, "pwdAccountLockedTime"},
    {EVIL_OPENLDAP, EVIL_READ, "pwdReset"},
    {EVIL_OPENLDAP, EVIL_READ, "pwdGraceUseTime"},
    {EVIL_OPENLDAP, EVIL_READ, "pwdStartTime"},
    {EVIL_OPENLDAP, EVIL_READ, "pwdEndTime"},
    {EVIL_OPENLDAP, EVIL_READ, "pwdLastSuccess"},
    {EVIL_OPENLDAP, EVIL_READ, "pwdPolicySubentry"},
    {EVIL_OPENLDAP, EVIL_POLICY, "pwdAttribute"},
    {EVIL_OPENLDAP, EVIL_POLICY, "pwdMaxAge"},
    {EVIL_OPENLDAP, EVIL_POLICY, "pwdMaxIdle"},
    {EVIL_OPENLDAP, EVIL_POLICY, "pwdLockout"},
    {EVIL_OPENLDAP, EVIL_POLICY, "pwdLockoutDuration"},
    {EVIL_OPENLDAP, EVIL_POLICY, "pwdMustChange"},
    {EVIL_OPENLDAP, EVIL_POLICY, "pwdGraceAuthnLimit"},
    {EVIL_OPENLDAP, EVIL_POLICY, "pwdGraceExpiry"},
    {EVIL_389, EVIL_READ, "passwordExpirationTime"},
    {EVIL_389, EVIL_READ, "accountUnlockTime"},
    {EVIL_389, EVIL_READ, "passwordRetryCount"},
    {EVIL_389, EVIL_READ, "nsAccountLock"},
    {EVIL_389, EVIL_READ, "passwordGraceUserTime"},
    {EVIL_389, EVIL_READ, "pwdUpdateTime"},
    {EVIL_389, EVIL_READ, "pwdTPRReset"},
    {EVIL_389, EVIL_READ, "pwdTPRValidFrom"},
    {EVIL_389, EVIL_READ, "pwdTPRExpireAt"},
    {EVIL_389, EVIL_READ, "pwdpolicysubentry"},
    {EVIL_389, EVIL_POLICY, "objectClass"},
    {EVIL_389, EVIL_POLICY, "passwordExp"},
    {EVIL_389, EVIL_POLICY, "passwordMaxAge"},
    {EVIL_389, EVIL_POLICY, "passwordMustChange"},
    {EVIL_389, EVIL_POLICY, "passwordGraceLimit"},
    {EVIL_389, EVIL_POLICY, "passwordLockout"},
    {EVIL_389, EVIL_POLICY, "passwordUnlock"},
    {EVIL_389, EVIL_POLICY, "passwordMaxFailure"},
    {EVIL_389, EVIL_POLICY, "passwordLockoutDuration"},
    {EVIL_AD, EVIL_ROOT, "defaultNamingContext"},
    {EVIL_AD, EVIL_ROOT, "currentTime"},
    {EVIL_AD, EVIL_READ, "pwdLastSet"},
    {EVIL_AD, EVIL_READ, "msDS-UserPasswordExpiryTimeComputed"},
    {EVIL_AD, EVIL_READ, "msDS-User-Account-Control-Computed"},
    {EVIL_AD, EVIL_READ, "msDS-ResultantPSO"},
    {EVIL_AD, EVIL_READ, "userAccountControl"},
    {EVIL_AD, EVIL_READ, "accountExpires"},
    {EVIL_AD, EVIL_READ, "lockoutTime"},
    {EVIL_AD, EVIL_POLICY, "maxPwdAge"},
    {EVIL_AD, EVIL_POLICY, "lockoutDuration"},
    {EVIL_AD, EVIL_POLICY, "msDS-MaximumPasswordAge"},
    {EVIL_AD, EVIL_POLICY, "msDS-LockoutDuration"},
    {EVIL_AD, EVIL_POLICY, "minPwdLength"},
    {EVIL_AD, EVIL_POLICY, "minPwdAge"},
    {EVIL_AD, EVIL_POLICY, "pwdProperties"},
};

#define EVIL_PLACES (sizeof evil_places / sizeof *evil_places)

#endif
