/* SPDX-License-Identifier: MIT */
#ifndef CHECKLIST_H
#define CHECKLIST_H

/*
 * What a new password has to be like, as the person sees it: a list in two columns that is there
 * before the first key and flips item by item, and below it a sentence for every rule that is
 * broken, with the word that was found.
 *
 *   [ ] not yet    [x] good    [!] broken: a sentence below says why
 */

#include <stdbool.h>

#include "checker.h"

/* What is to be shown. */
struct checklist {
    const struct checker *checker;
    const struct config_rules *rules;
    bool goes_on; /* an incomplete check decides all the same */
    bool typed;   /* there is something to judge */
    bool given;   /* other systems got a password in this log-in */
    bool left;    /* the field has been left: what is still lacking is said in sentences too */
};

/* Draws the items from line `y` on; returns how many lines they take. */
int checklist_draw(const struct checklist *list, int y);

/*
 * Draws which part of the check does not work; then the sentences, or how strong the password is
 * when nothing is wrong with it; on at most `lines` lines from `y` on. Returns how many were used.
 */
int checklist_draw_verdict(const struct checklist *list, int y, int lines);

/* The parts of the check that do not work, as far as it is known by now: a set of 1u << part. */
uint32_t checklist_broken(const struct checker *checker);

/* Whether no password can be set because the check does not work. */
bool checklist_stops(const struct checklist *list);

#endif
