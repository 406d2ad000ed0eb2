/* SPDX-License-Identifier: MIT */
#include "proposals.h"

#include <stdio.h>

#include <curses.h>

#include "draw.h"
#include "language.h"

int proposals_draw(const struct checker *checker, unsigned at, int y)
{
    char text[SENTENCE_MAX];
    int marked;

    if (checker->proposing) {
        (void)draw_wrapped(y, 1, _("Making proposals..."));
        return y;
    }
    y += draw_wrapped(y, 3,
                      _("Each of these satisfies every rule. Choose one by its number, or by the "
                        "arrows and Enter; then type it once more yourself, so that you remember "
                        "it."));
    marked = ++y + (int)at;
    for (unsigned i = 0; i < checker->proposals; i++, y++) {
        mvprintw(y, DRAW_MARGIN, "%c %u  ", i == at ? '>' : ' ', i + 1);
        addnstr(checker->proposal[i]->text, COLS - DRAW_MARGIN - 6);
    }
    snprintf(text, sizeof text,
             ngettext("Strength of each: very strong, %u bit of pure chance.",
                      "Strength of each: very strong, %u bits of pure chance.", checker->bits),
             checker->bits);
    (void)draw_wrapped(y + 1, LINES - 2 - y, text);
    return marked;
}
