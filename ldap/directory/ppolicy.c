// SPDX-License-Identifier: MIT
#include "ppolicy.h"

#include <stddef.h>

void ppolicy_ask(struct ppolicy_request *request)
{
    *request = (struct ppolicy_request){.oid = LDAP_CONTROL_PASSWORDPOLICYREQUEST};
    request->control.ldctl_oid = request->oid;
    request->list[0] = &request->control;
}

int ppolicy_result(LDAP *ld, LDAPMessage *answer, struct ppolicy_answer *said)
{
    LDAPControl **controls = NULL;
    LDAPControl *control;
    LDAPPasswordPolicyError error = PP_noError;
    ber_int_t expires_in = -1;
    ber_int_t grace = -1;
    int code = LDAP_OTHER;
    int rc;

    *said = (struct ppolicy_answer){.expires_in = -1, .grace = -1, .error = PPOLICY_NONE};
    rc = ldap_parse_result(ld, answer, &code, NULL, NULL, NULL, &controls, 1);
    if (rc != LDAP_SUCCESS)
        return rc;
    control = ldap_control_find(LDAP_CONTROL_PASSWORDPOLICYRESPONSE, controls, NULL);
    if (control != NULL && ldap_parse_passwordpolicy_control(ld, control, &expires_in, &grace,
                                                             &error) == LDAP_SUCCESS) {
        said->expires_in = expires_in;
        said->grace = grace;
        said->error = error == PP_noError ? PPOLICY_NONE : (int)error;
    }
    ldap_controls_free(controls);
    return code;
}
