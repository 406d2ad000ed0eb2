/* SPDX-License-Identifier: MIT */
#ifndef DRAW_H
#define DRAW_H

/* What the screens have in common. All positions in lines and columns of the whole window. */

#include "app.h"

/* At most `columns` columns of `text`; "..." marks a cut. */
void draw_text(int y, int x, int columns, const char *text);

/* The same in bold: what the eye should find first. Never the only sign of anything. */
void draw_strong(int y, int x, int columns, const char *text);

/* How many lines draw_wrapped() needs for `text`. */
int draw_lines(const char *text);

/*
 * Wraps `text` to the width of the window less the margins, on at most `lines` lines; returns how
 * many were used.
 */
int draw_wrapped(int y, int lines, const char *text);

/* The first line: `left`, and `right` flush with the right margin. */
void draw_title(const char *left, const char *right);

/* What became of one change of the batch: the system's name, and the outcome beside it. */
void draw_result(const struct app *app, int index, int y);

/* The last line: the keys of the screen that apply now. */
void draw_footer(const struct app *app);

/* The key's name as the footer and the help show it. */
const char *draw_key_name(const struct action *action);

/* The help of the present screen, over the whole window. */
void draw_help(const struct app *app);

/* Instead of any screen, where the window is too small for one. */
void draw_too_small(void);

/* Columns from the left edge to the texts. */
#define DRAW_MARGIN 3

#endif
