// SPDX-License-Identifier: MIT
#include "proposals.h"

#include <stdio.h>
#include <string.h>

#include "fold.h"
#include "temporary.h"

/* Draws for one packet of proposals; each costs a check. */
#define DRAWS_MAX 100

/* How one of a packet is made. */
struct recipe {
    bool temporary;
    struct temporary_form short_form;
    enum propose_form form;
    char sign;
    propose_chance *chance;
    void *data;
};

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

static bool passes(struct check *check, const struct recipe *recipe,
                   const struct mk_password *password)
{
    struct mk_quality_check request = {.header = {MK_QUALITY_CHECK, 0}};
    struct mk_quality_verdict verdict = {.header = {MK_QUALITY_VERDICT, 0}};

    if (password->length > MK_PROPOSAL_LETTERS_MAX ||
        (recipe->temporary && !temporary_has_form(password, &recipe->short_form)))
        return false;
    request.new_password = *password;
    check_password(check, &request, &verdict);
    mk_wipe(&request, sizeof request);
    return verdict.failed == 0;
}

static bool draw(const struct recipe *recipe, struct mk_password *password)
{
    return recipe->temporary
               ? temporary_draw(password, &recipe->short_form, recipe->chance, recipe->data)
               : propose_draw(password, recipe->form, recipe->sign, recipe->chance, recipe->data);
}

static double bits_of(const struct recipe *recipe, unsigned passed, unsigned drawn)
{
    return recipe->temporary ? temporary_bits(&recipe->short_form, passed, drawn)
                             : propose_bits(recipe->form, passed, drawn);
}

/* Draws one, and keeps it where there is room and it passes. False without chance. */
static bool try_one(struct check *check, const struct recipe *recipe, uint32_t count,
                    struct mk_quality_proposals *proposals, unsigned *passed)
{
    struct mk_password password = {0};
    bool drawn = draw(recipe, &password);

    if (drawn && passes(check, recipe, &password)) {
        (*passed)++;
        if (proposals->count < count)
            proposals->password[proposals->count++] = password;
    }
    mk_wipe(&password, sizeof password);
    return drawn;
}

/* Of so many, how many others may refuse: again with one more than has been seen. */
static uint32_t needed_of(const struct recipe *recipe, uint32_t count, double lost, unsigned least)
{
    uint32_t needed = 1;

    while (needed < count && bits_of(recipe, needed, count + 1) - lost < least)
        needed++;
    return needed;
}

static bool make(struct check *check, const struct recipe *recipe, uint32_t count,
                 struct mk_quality_proposals *proposals)
{
    const unsigned least = recipe->temporary ? TEMPORARY_BITS_MIN : PROPOSE_BITS_MIN;
    unsigned drawn = 0;
    unsigned passed = 0;
    double bits;

    proposals->count = 0;
    /* Temporary ones have next to no bits to spare: how many are refused is measured. */
    while ((proposals->count < count || recipe->temporary) && drawn < DRAWS_MAX &&
           try_one(check, recipe, count, proposals, &passed))
        drawn++;
    /* Of a few draws: one more that was refused would not have been a surprise. */
    bits = bits_of(recipe, passed, drawn + 1);
    if (bits < least) {
        mk_wipe(proposals->password, sizeof proposals->password);
        proposals->count = 0;
        return false;
    }
    proposals->bits = (uint32_t)bits;
    proposals->needed = needed_of(recipe, proposals->count, bits_of(recipe, 1, 1) - bits, least);
    return true;
}

void proposals_make(struct check *check, uint32_t count, propose_chance *chance, void *data,
                    struct mk_quality_proposals *proposals)
{
    struct recipe recipe = {.chance = chance, .data = data};

    for (int form = 0; form < PROPOSE_FORMS; form++) {
        recipe.form = (enum propose_form)form;
        recipe.sign = choose_sign(check, recipe.form);
        if (make(check, &recipe, count, proposals))
            return;
    }
}

/* What this system asks for, and the others. */
static void merge(uint32_t number[MK_RULES], const struct check *check,
                  const struct mk_quality_propose *request)
{
    for (int rule = 0; rule < MK_RULES; rule++) {
        uint32_t own = check->rules.number[rule];
        uint32_t other = request->number[rule];
        number[rule] = (own > other) == (rule != MK_RULE_MAX_LENGTH) ? own : other;
        if (own == 0 || other == 0)
            number[rule] = own + other;
    }
}

void proposals_make_temporary(struct check *check, const struct mk_quality_propose *request,
                              propose_chance *chance, void *data,
                              struct mk_quality_proposals *proposals)
{
    struct recipe recipe = {.temporary = true, .chance = chance, .data = data};
    char refused[sizeof check->settings.refused + sizeof request->refused];
    uint32_t number[MK_RULES];
    unsigned letters = TEMPORARY_FEWEST + request->longer;

    proposals->count = 0;
    merge(number, check, request);
    (void)snprintf(refused, sizeof refused, "%s%s", check->settings.refused, request->refused);
    while (letters > TEMPORARY_FEWEST &&
           !temporary_form(&recipe.short_form, letters, number, refused))
        letters--;
    for (unsigned last = letters + MK_LONGER_MAX; letters <= last; letters++)
        if (!temporary_form(&recipe.short_form, letters, number, refused) ||
            make(check, &recipe, request->count, proposals))
            return;
}
