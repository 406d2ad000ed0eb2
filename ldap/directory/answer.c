// SPDX-License-Identifier: MIT
#include "answer.h"

#include <stdbool.h>
#include <string.h>

#include "deadline.h"

static void keep_text(struct answer *answer, const char *text)
{
    size_t length = text == NULL ? 0 : strnlen(text, ANSWER_TEXT_MAX);

    if (length > 0)
        memcpy(answer->text, text, length);
    answer->text[length] = '\0';
}

enum mk_result answer_next(LDAP *ld, int id, int64_t deadline, LDAPMessage **message)
{
    for (;;) {
        struct timeval tv = deadline_timeval(deadline);
        int type;

        *message = NULL;
        /* There is always a next one where entries come without end. */
        if (deadline_left(deadline) <= 1)
            return MK_SILENT;
        type = ldap_result(ld, id, LDAP_MSG_ONE, &tv, message);
        if (type == 0)
            return MK_SILENT;
        if (type < 0 || *message == NULL)
            return MK_LOST;
        if (type != LDAP_RES_INTERMEDIATE && type != LDAP_RES_SEARCH_REFERENCE)
            return MK_OK;
        ldap_msgfree(*message);
    }
}

LDAPMessage *answer_entry(LDAP *ld, int id, int64_t deadline)
{
    LDAPMessage *message = NULL;
    LDAPMessage *entry = NULL;
    bool ended = false;

    while (!ended && answer_next(ld, id, deadline, &message) == MK_OK) {
        ended = ldap_msgtype(message) != LDAP_RES_SEARCH_ENTRY;
        if (ended || entry != NULL)
            ldap_msgfree(message);
        else
            entry = message;
    }
    return entry;
}

int answer_search_code(LDAP *ld, LDAPMessage *message)
{
    int code = LDAP_OTHER;
    int rc;

    if (ldap_msgtype(message) != LDAP_RES_SEARCH_RESULT)
        return LDAP_DECODING_ERROR;
    rc = ldap_parse_result(ld, message, &code, NULL, NULL, NULL, NULL, 0);
    return rc == LDAP_SUCCESS ? code : LDAP_DECODING_ERROR;
}

static bool is_search(LDAPMessage *message)
{
    int type = ldap_msgtype(message);

    return type == LDAP_RES_SEARCH_RESULT || type == LDAP_RES_SEARCH_ENTRY;
}

struct answer answer_wait(LDAP *ld, int id, uint32_t milliseconds)
{
    struct answer answer = {.code = LDAP_DECODING_ERROR, .said = ppolicy_nothing()};
    LDAPMessage *message = NULL;
    LDAPControl **controls = NULL;
    char *text = NULL;

    if (answer_next(ld, id, deadline_after(milliseconds), &message) != MK_OK) {
        answer.code = LDAP_TIMEOUT;
        return answer;
    }
    if (is_search(message)) {
        ldap_msgfree(message);
        return answer;
    }
    if (ldap_parse_result(ld, message, &answer.code, NULL, &text, NULL, &controls, 1) ==
        LDAP_SUCCESS) {
        keep_text(&answer, text);
        answer.said = ppolicy_said(ld, controls);
    } else {
        answer.code = LDAP_DECODING_ERROR;
    }
    ldap_memfree(text);
    ldap_controls_free(controls);
    return answer;
}
