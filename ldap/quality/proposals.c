// SPDX-License-Identifier: MIT
#include "proposals.h"

#include <string.h>

#include "fold.h"

/* Draws for one packet of proposals; each costs a check. */
#define DRAWS_MAX 100

/* The first that the system takes; '\0' where it takes none, or none is needed. */
static char choose_sign(const struct check *check, enum propose_form form)
{
    static const char signs[] = "-._+=";
    const uint32_t *number = check->rules.number;

    if (form == PROPOSE_CONSONANTS && number[MK_RULE_MIN_CLASSES] < FOLD_CLASSES &&
        number[MK_RULE_MIN_OTHERS] == 0)
        return '\0';
    for (const char *sign = signs; *sign != '\0'; sign++)
        if (strchr(check->settings.refused, *sign) == NULL)
            return *sign;
    return '\0';
}

static bool passes(struct check *check, const struct mk_password *password)
{
    struct mk_quality_check request = {.header = {MK_QUALITY_CHECK, 0}};
    struct mk_quality_verdict verdict = {.header = {MK_QUALITY_VERDICT, 0}};

    request.new_password = *password;
    check_password(check, &request, &verdict);
    mk_wipe(&request, sizeof request);
    return verdict.failed == 0;
}

static bool make(struct check *check, enum propose_form form, uint32_t count,
                 propose_chance *chance, void *data, struct mk_quality_proposals *proposals)
{
    const char sign = choose_sign(check, form);
    unsigned drawn = 0;
    double bits;

    proposals->count = 0;
    while (proposals->count < count && drawn < DRAWS_MAX) {
        struct mk_password *password = &proposals->password[proposals->count];
        if (!propose_draw(password, form, sign, chance, data))
            break;
        drawn++;
        if (password->length <= MK_PROPOSAL_LETTERS_MAX && passes(check, password))
            proposals->count++;
        else
            mk_wipe(password, sizeof *password);
    }
    /* Of a few draws: one more that was refused would not have been a surprise. */
    bits = propose_bits(form, proposals->count, drawn + 1);
    if (bits < PROPOSE_BITS_MIN) {
        mk_wipe(proposals->password, sizeof proposals->password);
        proposals->count = 0;
        return false;
    }
    proposals->bits = (uint32_t)bits;
    return true;
}

void proposals_make(struct check *check, uint32_t count, propose_chance *chance, void *data,
                    struct mk_quality_proposals *proposals)
{
    for (int form = 0; form < PROPOSE_FORMS; form++)
        if (make(check, (enum propose_form)form, count, chance, data, proposals))
            return;
}
