/* SPDX-License-Identifier: MIT */
#ifndef CHANGE_H
#define CHANGE_H

/*
 * The memory of the change screen, shared by what it does (screen_change.c) and how it looks
 * (change_draw.c).
 */

#include "app.h"
#include "checklist.h"
#include "other_form.h"

enum input { INPUT_OLD, INPUT_NEW, INPUT_AGAIN, INPUTS };

struct change {
    int system;
    struct mk_password *secret[INPUTS];
    struct other_form other; /* of the current password */
    enum input at;
    bool needs_old; /* the current password is not known */
    bool shown;     /* the new password is readable, until `hide_ms` */
    int64_t hide_ms;
    bool choosing; /* among proposed passwords, until `hide_ms` */
    bool left_new; /* the new password has been left, so that what it lacks is said */
    unsigned choice;
    bool submitting; /* Enter was pressed while the check was under way */
    bool working;    /* for the server */
    bool verifying;  /* the outcome is unknown and is being looked up */
    struct forced forced;
};

/* The memory of the present screen, which is the change screen. */
struct change *change_of(const struct app *app);

struct field change_field(const struct change *change, enum input input);

/* What the checklist is to show now. */
struct checklist change_checklist(const struct app *app);

/* The screen's operation: see struct screen. */
void change_draw(struct app *app);

#endif
