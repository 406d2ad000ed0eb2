/* SPDX-License-Identifier: MIT */
#ifndef PROPOSALS_H
#define PROPOSALS_H

/* The list of proposed passwords, in the place of the checklist. */

#include "checker.h"

/*
 * Draws it from line `y` on, the proposal `at` marked. The proposals go straight from locked memory
 * to curses.
 */
void proposals_draw(const struct checker *checker, unsigned at, int y);

#endif
