// SPDX-License-Identifier: MIT
#include "dirsrv_code.h"

#include <stddef.h>
#include <string.h>

/* By the beginning of its words (check_pw_syntax_ext). */
static const struct {
    const char *text;
    enum mk_result result;
} reasons[] = {
    {"invalid password syntax - password must be at least ", MK_TOO_SHORT},
    {"invalid password syntax - password must contain at least ", MK_FEW_KINDS},
    {"invalid password syntax - a character cannot be repeated ", MK_PATTERN},
    {"invalid password syntax - password based off of user entry", MK_HOLDS_NAME},
    {"Password contains a monotonic sequence", MK_PATTERN},
    {"Password contains repeated identical sequences", MK_PATTERN},
    {"Password contains too many repeated characters from the same", MK_PATTERN},
    {"Password is a palindrome", MK_PATTERN},
    {"Password contains a restricted word", MK_COMMON_WORD},
    {"Password failed dictionary check", MK_COMMON_WORD},
    {"password in history", MK_IN_HISTORY},
    {"within password minimum age", MK_TOO_YOUNG},
};

enum mk_result dirsrv_code_rule(const char *text, enum mk_result unknown)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strncmp(text, reasons[i].text, strlen(reasons[i].text)) == 0)
            return reasons[i].result;
    return unknown;
}
