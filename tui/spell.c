/* SPDX-License-Identifier: MIT */
#include "spell.h"

#include "language.h"

/*
 * TRANSLATORS: What is said on the telephone for one character of a password. The language's own
 * words: known to everybody, short, each beginning with this letter as it is written, with no other
 * way to write it, and not the name of a digit. At most 24 columns.
 */
static const struct {
    char character;
    const char *phrase;
} phrases[] = {
    {'b', N_("b as in Bravo")},
    {'c', N_("c as in Charlie")},
    {'h', N_("h as in Hotel")},
    {'k', N_("k as in Kilo")},
    {'m', N_("m as in Mike")},
    {'n', N_("n as in November")},
    {'p', N_("p as in Papa")},
    {'r', N_("r as in Romeo")},
    {'t', N_("t as in Tango")},
    {'v', N_("v as in Victor")},
    {'x', N_("x as in X-ray")},
    {'H', N_("capital H as in Hotel")},
    {'N', N_("capital N as in November")},
    {'R', N_("capital R as in Romeo")},
    {'T', N_("capital T as in Tango")},
    {'2', N_("digit 2")},
    {'3', N_("digit 3")},
    {'4', N_("digit 4")},
    {'5', N_("digit 5")},
    {'7', N_("digit 7")},
    {'8', N_("digit 8")},
    {'9', N_("digit 9")},
    {'-', N_("hyphen")},
    {'.', N_("full stop")},
    {'@', N_("at sign")},
    {'=', N_("equals sign")},
};

const char *spell(const struct mk_password *password, size_t index)
{
    if (index >= password->length)
        return NULL;
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (phrases[i].character == password->text[index])
            return _(phrases[i].phrase);
    return NULL;
}
