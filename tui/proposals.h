/* SPDX-License-Identifier: MIT */
#ifndef PROPOSALS_H
#define PROPOSALS_H

/* The list of proposed passwords, in the place of the checklist. */

#include "checker.h"

/*
 * Draws it from line `y` on, the proposal `at` marked; returns the line of that one, for the
 * cursor. The proposals go straight from locked memory to curses.
 */
int proposals_draw(const struct checker *checker, unsigned at, int y);

#endif
