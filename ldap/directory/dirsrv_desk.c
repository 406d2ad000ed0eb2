// SPDX-License-Identifier: MIT
#include "dirsrv_desk.h"

#include <time.h>

#include "deadline.h"
#include "dirsrv_code.h"
#include "entry.h"

/*
 * A Modify is answered as a change is (kind_389.c), and 16 is for a value that is not there any
 * more. An entry that has gone is 32, or 50 to those who may not see that.
 */
static const struct kind_refusal act_refusals[] = {
    {LDAP_NO_SUCH_ATTRIBUTE, KIND_ANY, MK_STALE},
    {LDAP_NO_SUCH_OBJECT, KIND_ANY, MK_STALE},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_IN_HISTORY, MK_IN_HISTORY},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_YOUNG, MK_TOO_YOUNG},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_SHORT, MK_TOO_SHORT},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_QUALITY, MK_QUALITY},
    {LDAP_CONSTRAINT_VIOLATION, KIND_ANY, MK_SOME_RULE},
    {LDAP_INSUFFICIENT_ACCESS, KIND_ANY, MK_NO_RIGHT},
    {LDAP_CONFIDENTIALITY_REQUIRED, KIND_ANY, MK_NEEDS_TLS},
    {LDAP_REFERRAL, KIND_ANY, MK_READ_ONLY},
    {LDAP_SUCCESS},
};

static struct kind_outcome send_act(const struct kind_act *act, struct modify *modify,
                                    struct answer *answer)
{
    struct ppolicy_request control;

    ppolicy_ask(&control);
    return kind_act_by_modify(act, modify, control.list, act_refusals, answer);
}

/* The count is what locks; the time alone means nothing, but other programs show it as a lock. */
struct kind_outcome dirsrv_unlock(const struct kind_act *act, bool refresh)
{
    struct modify modify = {.steps = 0};
    struct answer answer;

    (void)refresh; /* it is written in any case */
    modify_step(&modify, LDAP_MOD_REPLACE, "passwordRetryCount", "0");
    modify_step(&modify, LDAP_MOD_REPLACE, "accountUnlockTime", NULL);
    act->holds(act->context, MK_OUTCOME_UNKNOWN);
    return send_act(act, &modify, &answer);
}

/*
 * What passwordExpirationTime is between a reset and what the server makes of it: long past, so
 * that nobody gets in with a password that nobody has to change.
 */
#define BEING_RESET "19700101000002Z"
#define BEING_RESET_TIME 2

/* Set by somebody else, and to be changed first. */
#define MUST_CHANGE "19700101000000Z"
#define MUST_CHANGE_TIME 0

/*
 * The server confirms a new password first, and then sets passwordExpirationTime by its policy;
 * what is written before that is lost. MK_TIME_UNKNOWN while its date is not there, MK_TIME_NEVER
 * where nobody can tell.
 */
static int64_t date_set(const struct kind_act *act, int64_t deadline)
{
    char name[] = "passwordExpirationTime";
    char *attributes[] = {name, NULL};
    LDAP *ld = connection_ldap(act->server);
    LDAPMessage *entry;
    int64_t date;
    int id;

    if (ldap_search_ext(ld, act->seen->dn, LDAP_SCOPE_BASE, NULL, attributes, 0, NULL, NULL, NULL,
                        1, &id) != LDAP_SUCCESS)
        return MK_TIME_NEVER;
    entry = answer_entry(ld, id, deadline);
    if (entry == NULL)
        return MK_TIME_NEVER;
    date = entry_time(ld, entry, name);
    ldap_msgfree(entry);
    return date == BEING_RESET_TIME ? MK_TIME_UNKNOWN : date;
}

/*
 * The server demands by itself that a password be changed which one of its password administrators
 * has set by a Modify (passwordAdminDN), and nobody else's; it does so for anybody's with RFC 3062,
 * which could carry neither the note nor what the entry is held against. So it is written.
 */
static enum mk_result demand_change(const struct kind_act *act)
{
    int64_t deadline = deadline_after(act->directory->operation_ms);
    struct timespec pause = {.tv_nsec = 1000000};
    struct modify modify = {.steps = 0};
    struct answer answer;
    int64_t date = date_set(act, deadline);

    while (date == MK_TIME_UNKNOWN && deadline_left(deadline) > 1) {
        (void)nanosleep(&pause, NULL);
        if (pause.tv_nsec < 100000000)
            pause.tv_nsec *= 2;
        date = date_set(act, deadline);
    }
    if (date == MUST_CHANGE_TIME)
        return MK_OK;
    modify_step(&modify, LDAP_MOD_REPLACE, "passwordExpirationTime", MUST_CHANGE);
    return send_act(act, &modify, &answer).result == MK_OK ? MK_OK : MK_LASTING;
}

/* All or nothing; a new password sets passwordRetryCount to 0, with which a lock ends. */
struct kind_outcome dirsrv_reset(const struct kind_act *act, struct mk_password *password,
                                 const char *note)
{
    const char *seen = act->seen->version;
    struct modify modify = {.steps = 0};
    struct kind_outcome outcome;
    struct answer answer;

    if (seen[0] != '\0')
        modify_step(&modify, LDAP_MOD_DELETE, "passwordExpirationTime", seen);
    modify_step(&modify, seen[0] != '\0' ? LDAP_MOD_ADD : LDAP_MOD_REPLACE,
                "passwordExpirationTime", BEING_RESET);
    kind_note(act, &modify, note);
    modify_bytes(&modify, LDAP_MOD_REPLACE, "userPassword",
                 (struct berval){password->length, password->text});
    act->holds(act->context, MK_OUTCOME_UNKNOWN);
    outcome = send_act(act, &modify, &answer);
    if (outcome.result == MK_SOME_RULE || outcome.result == MK_QUALITY)
        outcome.result = dirsrv_code_rule(answer.text, outcome.result);
    if (outcome.result != MK_OK)
        return outcome;
    act->holds(act->context, MK_LASTING);
    outcome.result = demand_change(act);
    return outcome;
}
