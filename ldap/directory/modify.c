// SPDX-License-Identifier: MIT
#include "modify.h"

#include <stdlib.h>
#include <string.h>

/* libldap only reads what it is given; its prototypes are older than const. */
static char *without_const(const char *text)
{
    const union {
        const char *in;
        char *out;
    } both = {text};

    return both.out;
}

static void put(struct modify *modify, int operation, const char *type, struct berval value)
{
    /* The steps are written down in the code that calls this: too many are a fault there. */
    if (modify->steps == MODIFY_STEPS_MAX)
        abort();
    modify->value[modify->steps] = value;
    modify->step[modify->steps] =
        (LDAPMod){.mod_op = operation | LDAP_MOD_BVALUES, .mod_type = without_const(type)};
    modify->steps++;
}

void modify_step(struct modify *modify, int operation, const char *type, const char *value)
{
    put(modify, operation, type,
        (struct berval){value == NULL ? 0 : strlen(value), without_const(value)});
}

void modify_bytes(struct modify *modify, int operation, const char *type, struct berval value)
{
    put(modify, operation, type, value);
}

int modify_send(struct modify *modify, LDAP *ld, const char *dn, LDAPControl **controls, int *id)
{
    struct berval *values[MODIFY_STEPS_MAX][2];
    LDAPMod *steps[MODIFY_STEPS_MAX + 1];

    for (unsigned i = 0; i < modify->steps; i++) {
        values[i][0] = modify->value[i].bv_val == NULL ? NULL : &modify->value[i];
        values[i][1] = NULL;
        modify->step[i].mod_bvalues = values[i];
        steps[i] = &modify->step[i];
    }
    steps[modify->steps] = NULL;
    return ldap_modify_ext(ld, dn, steps, controls, NULL, id);
}
