// SPDX-License-Identifier: MIT
#include "ppolicy.h"

#include <stddef.h>

void ppolicy_ask(struct ppolicy_request *request)
{
    *request = (struct ppolicy_request){.oid = LDAP_CONTROL_PASSWORDPOLICYREQUEST};
    request->control.ldctl_oid = request->oid;
    request->list[0] = &request->control;
}

struct ppolicy_answer ppolicy_nothing(void)
{
    return (struct ppolicy_answer){.expires_in = -1, .grace = -1, .error = PPOLICY_NONE};
}

struct ppolicy_answer ppolicy_said(LDAP *ld, LDAPControl **controls)
{
    LDAPControl *control = ldap_control_find(LDAP_CONTROL_PASSWORDPOLICYRESPONSE, controls, NULL);
    LDAPPasswordPolicyError error = PP_noError;
    ber_int_t expires_in = -1;
    ber_int_t grace = -1;

    if (control == NULL ||
        ldap_parse_passwordpolicy_control(ld, control, &expires_in, &grace, &error) != LDAP_SUCCESS)
        return ppolicy_nothing();
    return (struct ppolicy_answer){
        .expires_in = expires_in,
        .grace = grace,
        .error = error == PP_noError ? PPOLICY_NONE : (int)error,
    };
}
