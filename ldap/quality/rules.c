// SPDX-License-Identifier: MIT
#include "rules.h"

#include <pwquality.h>
#include <string.h>

#define CRACKLIB_MIN_LENGTH 6

static const struct {
    int code;
    enum mk_rule rule;
    int numbered;
} codes[] = {
    {PWQ_ERROR_FATAL_FAILURE, MK_RULE_BROKEN, 0},
    {PWQ_ERROR_INTEGER, MK_RULE_BROKEN, 0},
    {PWQ_ERROR_CFGFILE_OPEN, MK_RULE_BROKEN, 0},
    {PWQ_ERROR_CFGFILE_MALFORMED, MK_RULE_BROKEN, 0},
    {PWQ_ERROR_UNKNOWN_SETTING, MK_RULE_BROKEN, 0},
    {PWQ_ERROR_NON_INT_SETTING, MK_RULE_BROKEN, 0},
    {PWQ_ERROR_NON_STR_SETTING, MK_RULE_BROKEN, 0},
    {PWQ_ERROR_MEM_ALLOC, MK_RULE_BROKEN, 0},
    {PWQ_ERROR_TOO_SIMILAR, MK_RULE_SIMILAR, 0},
    {PWQ_ERROR_MIN_DIGITS, MK_RULE_MIN_DIGITS, 1},
    {PWQ_ERROR_MIN_UPPERS, MK_RULE_MIN_UPPERS, 1},
    {PWQ_ERROR_MIN_LOWERS, MK_RULE_MIN_LOWERS, 1},
    {PWQ_ERROR_MIN_OTHERS, MK_RULE_MIN_OTHERS, 1},
    {PWQ_ERROR_MIN_LENGTH, MK_RULE_MIN_LENGTH, 1},
    {PWQ_ERROR_PALINDROME, MK_RULE_PALINDROME, 0},
    {PWQ_ERROR_CASE_CHANGES_ONLY, MK_RULE_CASE_ONLY, 0},
    {PWQ_ERROR_ROTATED, MK_RULE_ROTATED, 0},
    {PWQ_ERROR_MIN_CLASSES, MK_RULE_MIN_CLASSES, 1},
    {PWQ_ERROR_MAX_CONSECUTIVE, MK_RULE_MAX_REPEAT, 1},
    {PWQ_ERROR_EMPTY_PASSWORD, MK_RULE_EMPTY, 0},
    {PWQ_ERROR_SAME_PASSWORD, MK_RULE_SAME, 0},
    {PWQ_ERROR_RNG, MK_RULE_BROKEN, 0},
    {PWQ_ERROR_GENERATION_FAILED, MK_RULE_BROKEN, 0},
    {PWQ_ERROR_USER_CHECK, MK_RULE_USER, 0},
    {PWQ_ERROR_GECOS_CHECK, MK_RULE_GECOS, 0},
    {PWQ_ERROR_MAX_CLASS_REPEAT, MK_RULE_MAX_CLASS_REPEAT, 1},
    {PWQ_ERROR_BAD_WORDS, MK_RULE_BAD_WORD, 0},
    {PWQ_ERROR_MAX_SEQUENCE, MK_RULE_MAX_SEQUENCE, 1},
};

/* Every reason of libcrack 2.9.6. */
static const struct {
    const char *reason;
    enum mk_rule rule;
    int32_t number;
} reasons[] = {
    {"it is based on a dictionary word", MK_RULE_DICTIONARY, 0},
    {"it is based on a (reversed) dictionary word", MK_RULE_DICTIONARY_REVERSED, 0},
    {"it is too simplistic/systematic", MK_RULE_SIMPLISTIC, 0},
    {"it is all whitespace", MK_RULE_SIMPLISTIC, 0},
    {"it does not contain enough DIFFERENT characters", MK_RULE_FEW_DIFFERENT, 0},
    {"it is WAY too short", MK_RULE_MIN_LENGTH, CRACKLIB_MIN_LENGTH},
    {"it is too short", MK_RULE_MIN_LENGTH, CRACKLIB_MIN_LENGTH},
    {"it is based on your username", MK_RULE_ACCOUNT, 0},
    {"it is based upon your password entry", MK_RULE_ACCOUNT, 0},
    {"it is derived from your password entry", MK_RULE_ACCOUNT, 0},
    {"it's derived from your password entry", MK_RULE_ACCOUNT, 0},
    {"it is derivable from your password entry", MK_RULE_ACCOUNT, 0},
    {"it's derivable from your password entry", MK_RULE_ACCOUNT, 0},
    {"it looks like a National Insurance number.", MK_RULE_CRACKLIB, 0},
    /* These say nothing about the password: they would refuse every one. */
    {"you are not registered in the password file", MK_RULE_BROKEN, 0},
    {"error loading dictionary", MK_RULE_BROKEN, 0},
    {"memory allocation error", MK_RULE_BROKEN, 0},
};

static enum mk_rule map_reason(const char *reason, int32_t *number)
{
    for (size_t i = 0; reason != NULL && i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(reason, reasons[i].reason) == 0) {
            *number = reasons[i].number;
            return reasons[i].rule;
        }
    return MK_RULE_CRACKLIB;
}

enum mk_rule rules_map(int code, const void *auxiliary, int32_t *number)
{
    *number = 0;
    if (code >= 0)
        return MK_RULE_OK;
    if (code == PWQ_ERROR_CRACKLIB_CHECK)
        return map_reason(auxiliary, number);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == code) {
            if (codes[i].numbered)
                *number = (int32_t)(intptr_t)auxiliary;
            return codes[i].rule;
        }
    return MK_RULE_BROKEN;
}
