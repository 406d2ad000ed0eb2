/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <curses.h>

#include "app.h"
#include "draw.h"
#include "language.h"

/* A line of results at the top of the list. */
struct results {
    int top;
};

enum { SUMMARY_LINE = 2, FIRST_LINE = 5, BELOW = 3 };

static struct results *mine(const struct app *app)
{
    return app->memory;
}

static int visible(void)
{
    return LINES - FIRST_LINE - BELOW;
}

static void draw_summary(const struct app *app)
{
    const struct batch *batch = &app->batch;
    char text[APP_NOTICE_MAX];
    int done = 0;

    for (int i = 0; i < batch->count; i++)
        done += batch->tried[i] && batch->result[i] == MK_OK;
    if (done == batch->count)
        snprintf(text, sizeof text,
                 ngettext("%d password was changed.", "All %d passwords were changed.",
                          (unsigned long)done),
                 done);
    else
        snprintf(text, sizeof text,
                 ngettext("%d of %d was changed. What was not stays marked in the table.",
                          "%d of %d were changed. What was not stays marked in the table.",
                          (unsigned long)done),
                 done, batch->count);
    draw_wrapped(SUMMARY_LINE, 2, text);
}

static void draw(struct app *app)
{
    struct results *results = mine(app);

    draw_title(_("Results"), "");
    draw_summary(app);
    for (int i = 0; i < visible() && results->top + i < app->batch.count; i++)
        draw_result(app, results->top + i, FIRST_LINE + i);
    draw_footer(app);
    move(LINES - 1, 0);
}

static void go_up(struct app *app)
{
    if (mine(app)->top > 0)
        mine(app)->top--;
}

static void go_down(struct app *app)
{
    if (mine(app)->top + visible() < app->batch.count)
        mine(app)->top++;
}

static void go_back(struct app *app)
{
    app_go(app, &screen_table);
}

static const struct action actions[] = {
    {KEYS_ENTER, 0, true, N_("To the table"), N_("Back to the table."), go_back, NULL},
    {KEYS_ESCAPE, 0, false, "", "", go_back, NULL},
    {KEYS_UP, 0, false, "", N_("To the row above."), go_up, NULL},
    {KEYS_DOWN, 0, false, "", N_("To the row below."), go_down, NULL},
    {KEYS_F(1), 0, true, N_("Help"), N_("This page."), app_help, NULL},
    {0, 0, false, NULL, NULL, NULL, NULL},
};

const struct screen screen_results = {
    .help = N_("What became of each change. Only what the server confirmed is shown as changed."),
    .actions = actions,
    .memory = sizeof(struct results),
    .draw = draw,
};
