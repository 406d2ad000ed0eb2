// SPDX-License-Identifier: MIT
#include "answer.h"

#include <string.h>

#include "deadline.h"

static void keep_text(struct answer *answer, const char *text)
{
    size_t length = text == NULL ? 0 : strnlen(text, ANSWER_TEXT_MAX);

    if (length > 0)
        memcpy(answer->text, text, length);
    answer->text[length] = '\0';
}

struct answer answer_wait(LDAP *ld, int id, uint32_t milliseconds)
{
    struct answer answer = {.said = ppolicy_nothing()};
    struct timeval tv = deadline_timeval(deadline_after(milliseconds));
    LDAPMessage *message = NULL;
    LDAPControl **controls = NULL;
    char *text = NULL;
    int rc;

    if (ldap_result(ld, id, LDAP_MSG_ALL, &tv, &message) <= 0 || message == NULL) {
        answer.code = LDAP_TIMEOUT;
        return answer;
    }
    rc = ldap_parse_result(ld, message, &answer.code, NULL, &text, NULL, &controls, 1);
    if (rc == LDAP_SUCCESS) {
        keep_text(&answer, text);
        answer.said = ppolicy_said(ld, controls);
    } else {
        answer.code = rc < 0 ? rc : LDAP_DECODING_ERROR;
    }
    ldap_memfree(text);
    ldap_controls_free(controls);
    return answer;
}
