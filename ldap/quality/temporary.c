// SPDX-License-Identifier: MIT
#include "temporary.h"

#include <math.h>
#include <string.h>

#include "fold.h"

static const char characters[] = MK_TEMPORARY_LETTERS MK_TEMPORARY_DIGITS;

#define CHARACTERS (sizeof characters - 1)

static unsigned larger(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static char choose_sign(const char *refused)
{
    for (const char *sign = MK_TEMPORARY_SIGNS; *sign != '\0'; sign++)
        if (strchr(refused, *sign) == NULL)
            return *sign;
    return '\0';
}

/* How well its signs part a password: groups are good, but not needed. */
enum parting { WHOLE, IN_TWO, IN_GROUPS };

/* As few as hold `length` characters in all, and no fewer than form->drawn. */
static void stretch(struct temporary_form *form, unsigned length, unsigned signs, int parting)
{
    for (;; form->drawn++) {
        form->signs = larger(signs, parting == IN_GROUPS ? (form->drawn - 1) / TEMPORARY_GROUP
                                                         : (unsigned)parting);
        if (form->drawn + form->signs >= length || form->drawn >= TEMPORARY_MOST)
            return;
    }
}

static bool fits(const struct temporary_form *form, unsigned longest)
{
    unsigned length = form->drawn + form->signs;

    return form->drawn <= TEMPORARY_MOST && form->signs < form->drawn &&
           (form->signs == 0 || form->sign != '\0') && length <= MK_PROPOSAL_LETTERS_MAX &&
           (longest == 0 || length <= longest);
}

bool temporary_form(struct temporary_form *form, unsigned drawn, const uint32_t number[MK_RULES],
                    const char *refused)
{
    const unsigned classes = number[MK_RULE_MIN_CLASSES];

    for (int parting = IN_GROUPS; parting >= WHOLE; parting--) {
        unsigned has = FOLD_CLASSES - 2; /* small letters and digits */
        *form = (struct temporary_form){.drawn = larger(drawn, TEMPORARY_FEWEST),
                                        .sign = choose_sign(refused)};
        stretch(form, number[MK_RULE_MIN_LENGTH], number[MK_RULE_MIN_OTHERS], parting);
        has += form->signs > 0;
        form->capitals = larger(number[MK_RULE_MIN_UPPERS], classes > has ? 1 : 0);
        has += form->capitals > 0;
        if (classes <= has && fits(form, number[MK_RULE_MAX_LENGTH]))
            return true;
    }
    return false;
}

/* The first that can be one: it costs words on the telephone, wherever it stands. */
static void raise_letters(char *text, unsigned capitals)
{
    for (; *text != '\0' && capitals > 0; text++)
        if (*text >= 'a' && strchr(MK_TEMPORARY_CAPITALS, *text & ~0x20) != NULL) {
            *text = (char)(*text & ~0x20);
            capitals--;
        }
}

bool temporary_draw(struct mk_password *password, const struct temporary_form *form,
                    propose_chance *chance, void *data)
{
    char *at = password->text;
    uint32_t last = CHARACTERS; /* none */

    for (unsigned i = 0; i < form->drawn; i++) {
        uint32_t index;
        if (!propose_number(&index, CHARACTERS - (i > 0), chance, data)) {
            mk_wipe(password, sizeof *password);
            return false;
        }
        index += index >= last; /* any but the one before */
        /* Groups as long as each other, or the first one longer. */
        for (unsigned sign = 1; sign <= form->signs; sign++)
            if (i == (sign * form->drawn + form->signs) / (form->signs + 1))
                *at++ = form->sign;
        *at++ = characters[index];
        last = index;
    }
    *at = '\0';
    password->length = (uint32_t)(at - password->text);
    raise_letters(password->text, form->capitals);
    return true;
}

bool temporary_has_form(const struct mk_password *password, const struct temporary_form *form)
{
    unsigned capitals = 0;

    for (const char *at = password->text; *at != '\0'; at++)
        capitals += *at >= 'A' && *at <= 'Z';
    return capitals == form->capitals;
}

double temporary_bits(const struct temporary_form *form, unsigned passed, unsigned drawn)
{
    double bits = log2(CHARACTERS) + (form->drawn - 1) * log2(CHARACTERS - 1);

    return passed == 0 ? 0 : bits - log2((double)drawn / passed);
}
