// SPDX-License-Identifier: MIT
#include "match.h"

#include <string.h>

#include "patterns.h"

/* Digits or signs between two letters of a word. */
#define GAP_MAX 2

/* From one letter on; more is needed only by signs that can be many letters. */
#define STEPS_MAX 4000

/* Costs of a way to hold all letters with words; the cheapest way is the one reported. */
#define COST_LEFT 100000U
#define COST_WORD 1000U
#define COST_NONE UINT32_MAX

struct step {
    uint32_t cost;
    size_t from;
    const struct words *list;
    uint32_t entry; /* 0: a letter left over, or no letter */
};

struct search {
    struct match *match;
    const struct fold *password;
    const struct words *list;
    uint32_t birth_year;
    size_t start;
    unsigned steps;
    bool reversed; /* then only words that count anywhere are of interest */
    struct step best[FOLD_LETTERS + 1];
};

static const char *swaps(uint32_t code)
{
    switch (code) {
    case '@':
    case '4':
        return "a";
    case '8':
        return "b";
    case '(':
        return "c";
    case '3':
        return "e";
    case '6':
    case '9':
        return "g";
    case '1':
    case '!':
    case '|':
        return "il";
    case '0':
        return "o";
    case '$':
    case '5':
        return "s";
    case '7':
    case '+':
        return "t";
    default:
        return "";
    }
}

static bool is_letter(const struct fold *p, size_t at)
{
    return at < p->count && p->base[at] != '\0';
}

/* A capital after a small letter begins a word. */
static bool is_hump(const struct fold *p, size_t at)
{
    return at > 0 && at < p->count && fold_class(p->code[at]) == FOLD_UPPER &&
           fold_class(p->code[at - 1]) == FOLD_LOWER;
}

static bool begins(const struct fold *p, size_t at)
{
    return at == 0 || !is_letter(p, at - 1) || is_hump(p, at);
}

static bool ends(const struct fold *p, size_t at)
{
    return !is_letter(p, at) || is_hump(p, at);
}

static bool counts(const struct search *s, enum words_mode mode, size_t end)
{
    const struct fold *p = s->password;

    if (mode == WORDS_ANYWHERE)
        return true;
    if (s->reversed)
        return false;
    switch (mode) {
    case WORDS_EDGE:
        return begins(p, s->start) || !is_letter(p, end);
    case WORDS_ALONE:
        return begins(p, s->start) && ends(p, end);
    case WORDS_WITH_YEAR:
        return (s->start == 0 || !is_letter(p, s->start - 1)) && !is_letter(p, end) &&
               patterns_year_beside(p, s->start, end, s->birth_year);
    default:
        return false;
    }
}

static void hit(struct match *match, const struct words *list, uint32_t entry)
{
    const struct words_entry *e = &list->entries[entry];

    match->failed |= MK_RULE_BIT(e->rule);
    if (e->letters <= match->word[e->rule].letters)
        return;
    match->word[e->rule].letters = e->letters;
    match->word[e->rule].text = words_text(list, entry);
}

/* One way to the end of a word: it may count by itself, and may be part of the whole. */
static void take(struct search *s, uint32_t entry, size_t end)
{
    for (; entry != 0; entry = s->list->entries[entry].also) {
        const struct words_entry *e = &s->list->entries[entry];
        uint32_t from = s->best[s->start].cost;
        uint32_t cost = from + COST_WORD + e->rule;
        if (counts(s, (enum words_mode)e->mode, end))
            hit(s->match, s->list, entry);
        if (from != COST_NONE && cost < s->best[end].cost)
            s->best[end] = (struct step){cost, s->start, s->list, entry};
    }
}

struct path {
    uint32_t node;
    size_t at;
    unsigned letters;
    unsigned swapped; /* of the letters */
    unsigned gap;     /* characters passed over since the last letter */
    bool gaps;        /* some were, anywhere */
};

/* Signs for letters, and between letters, must not make a word of what only looks like one. */
static bool is_readable(const struct search *s, const struct path *path)
{
    if (path->gap > 0 ||
        (path->gaps && !(begins(s->password, s->start) && ends(s->password, path->at))))
        return false;
    /* Two thirds of the letters, one of three: more would make words of any signs. */
    return path->letters >= 3 ? 3 * path->swapped <= (path->letters > 3 ? 2U : 1U) * path->letters
                              : path->swapped == 0;
}

/* On from `path`, letter by letter, as far as there are words. */
static void walk(struct search *s, struct path path)
{
    const struct fold *p = s->password;
    const size_t at = path.at;
    struct path next = {path.node, at + 1, path.letters + 1, path.swapped, 0, path.gaps};

    if (++s->steps > STEPS_MAX)
        return;
    if (path.node != 0 && s->list->nodes[path.node].entry != 0 && is_readable(s, &path))
        take(s, s->list->nodes[path.node].entry, at);
    if (at == p->count)
        return;
    if (p->base[at] != '\0') {
        next.node = words_child(s->list, path.node, p->base[at]);
        if (next.node != 0)
            walk(s, next);
        return;
    }
    next.swapped++;
    /* Never right behind what was passed over: the last sign of "Mai97!" is no l. */
    for (const char *swap = path.gap == 0 ? swaps(p->code[at]) : ""; *swap != '\0'; swap++) {
        next.node = words_child(s->list, path.node, *swap);
        if (next.node != 0)
            walk(s, next);
    }
    if (path.node != 0 && path.gap < GAP_MAX)
        walk(s, (struct path){path.node, at + 1, path.letters, path.swapped, path.gap + 1, true});
}

static void look(struct search *s, const struct words *const *lists, size_t count)
{
    const struct fold *p = s->password;

    for (size_t i = 1; i <= p->count; i++)
        s->best[i].cost = COST_NONE;
    s->best[0] = (struct step){0};
    for (s->start = 0; s->start < p->count; s->start++) {
        const struct step *here = &s->best[s->start];
        struct step *next = &s->best[s->start + 1];
        uint32_t cost = here->cost + (p->base[s->start] != '\0' ? COST_LEFT : 0);
        if (cost < next->cost)
            *next = (struct step){cost, s->start, NULL, 0};
        for (size_t i = 0; i < count; i++) {
            s->list = lists[i];
            s->steps = 0;
            walk(s, (struct path){.at = s->start});
        }
    }
}

/* Digits, and signs twice, that are not behind letters of the words chosen. */
static unsigned weigh_rest(const struct search *s)
{
    const struct fold *p = s->password;
    unsigned rest = 0;

    for (size_t at = p->count; at > 0; at = s->best[at].from)
        if (s->best[at].entry == 0 && p->base[at - 1] == '\0')
            rest += fold_class(p->code[at - 1]) == FOLD_DIGIT ? 1 : 2;
    return rest;
}

static bool is_made_of_words(const struct search *s)
{
    unsigned words = 0;
    unsigned left = 0;
    unsigned longest = 0;

    for (size_t at = s->password->count; at > 0; at = s->best[at].from) {
        const struct step *step = &s->best[at];
        if (step->entry == 0) {
            left += s->password->base[at - 1] != '\0';
            continue;
        }
        words++;
        if (step->list->entries[step->entry].letters > longest)
            longest = step->list->entries[step->entry].letters;
    }
    return words > 0 && words <= MATCH_WORDS_MAX &&
           (left == 0 || (left <= MATCH_LEFT_MAX && longest >= MATCH_LONG)) &&
           weigh_rest(s) <= MATCH_REST_MAX;
}

void match_words(struct match *match, const struct fold *password, const struct words *const *lists,
                 size_t count, uint32_t birth_year)
{
    struct search s = {.match = match, .password = password, .birth_year = birth_year};
    struct fold back = {.count = password->count};

    look(&s, lists, count);
    if (is_made_of_words(&s))
        for (size_t at = password->count; at > 0; at = s.best[at].from)
            if (s.best[at].entry != 0)
                hit(match, s.best[at].list, s.best[at].entry);
    for (size_t i = 0; i < password->count; i++) {
        back.code[i] = password->code[password->count - 1 - i];
        back.base[i] = password->base[password->count - 1 - i];
    }
    s.password = &back;
    s.reversed = true;
    look(&s, lists, count);
    mk_wipe(&back, sizeof back);
    mk_wipe(&s, sizeof s);
}
