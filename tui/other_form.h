/* SPDX-License-Identifier: MIT */
#ifndef OTHER_FORM_H
#define OTHER_FORM_H

/*
 * A current password with accented letters is sent in NFC. Where it was refused, the same password
 * in NFD may be right: some systems were given it that way. It is offered, and tried only when the
 * person asks for it, because every try counts at the server.
 *
 *     other_form_sent() -> refused: other_form_refused() -> offered -> other_form_take()
 */

#include <stdbool.h>

#include "secret.h"

/* Zero before other_form_enter(). */
struct other_form {
    struct mk_password *password; /* what to try next, in locked memory */
    bool offered;
};

void other_form_enter(struct other_form *form);
void other_form_leave(struct other_form *form);

/* This password is on its way to the server. */
void other_form_sent(struct other_form *form, const struct mk_password *password);

/* It was refused. True when there is another form, which is now offered. */
bool other_form_refused(struct other_form *form);

/* It was accepted, or something else is being typed: nothing to offer. */
void other_form_drop(struct other_form *form);

/* The offer is taken: fills `to`, after which nothing more is offered. */
void other_form_take(struct other_form *form, struct mk_password *to);

#endif
