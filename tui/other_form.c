/* SPDX-License-Identifier: MIT */
#include "other_form.h"

#include "compose.h"

void other_form_enter(struct other_form *form)
{
    form->password = secret_new();
    form->offered = false;
}

void other_form_leave(struct other_form *form)
{
    secret_free(form->password);
    form->password = NULL;
}

void other_form_sent(struct other_form *form, const struct mk_password *password)
{
    form->offered = false;
    (void)compose_apart(form->password, password);
}

bool other_form_refused(struct other_form *form)
{
    form->offered = form->password->length > 0;
    return form->offered;
}

void other_form_drop(struct other_form *form)
{
    mk_wipe(form->password, sizeof *form->password);
    form->offered = false;
}

void other_form_take(struct other_form *form, struct mk_password *to)
{
    secret_copy(to, form->password);
    other_form_drop(form);
}
