// SPDX-License-Identifier: MIT
#include "openldap_desk.h"

#include <stdio.h>
#include <string.h>

#include "deadline.h"
#include "dn.h"
#include "entry.h"
#include "ldaptime.h"

/*
 * Measured with slapd 2.5.13:
 *
 *   The assertion control (RFC 4528) holds for Modify, and is looked at before any right. Password
 *   Modify (RFC 3062) does not take it, and a Modify of userPassword is stored in clear where
 *   ppolicy_hash_cleartext is off. So a reset begins with a claim, a Modify of the note with the
 *   assertion that the entry is as it was seen: of two operators who saw the same, one gets it.
 *
 *   entryCSN moves with every Modify, and with every bind that fails or ends failures. Somebody who
 *   tries passwords meanwhile must not keep the helpdesk from its work.
 *
 *   With the right "manage" Password Modify sets pwdReset (if pwdMustChange) and takes any
 *   password. With "write" it keeps the policy and takes pwdReset away, so that it is written
 *   afterwards. Both take away the lock and the failures.
 */

/* Of two who hold the entry against the same state, the second one looks so often again. */
#define CLAIM_TRIES 5

/* A claim that is as old as that is not made use of. */
#define CLAIM_MS 5000

/* Whoever sees a note that is less old, and no password that is newer, keeps away. */
#define UNDER_WAY_SECONDS 10

#define CSN_MAX 63
#define TIME_MAX 31

static const struct kind_refusal refusals[] = {
    {LDAP_ASSERTION_FAILED, KIND_ANY, MK_STALE},
    {LDAP_NO_SUCH_ATTRIBUTE, KIND_ANY, MK_STALE},
    {LDAP_NO_SUCH_OBJECT, KIND_ANY, MK_STALE},
    /* Of Password Modify: another one was made between its reading and its writing. */
    {LDAP_TYPE_OR_VALUE_EXISTS, KIND_ANY, MK_STALE},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_SHORT, MK_TOO_SHORT},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_LONG, MK_TOO_LONG},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_IN_HISTORY, MK_IN_HISTORY},
    {LDAP_CONSTRAINT_VIOLATION, PPOLICY_TOO_YOUNG, MK_TOO_YOUNG},
    {LDAP_CONSTRAINT_VIOLATION, KIND_ANY, MK_QUALITY},
    {LDAP_INSUFFICIENT_ACCESS, PPOLICY_FORBIDDEN, MK_CHANGE_FORBIDDEN},
    {LDAP_INSUFFICIENT_ACCESS, PPOLICY_MUST_SUPPLY_OLD, MK_MUST_SUPPLY_OLD},
    {LDAP_INSUFFICIENT_ACCESS, KIND_ANY, MK_NO_RIGHT},
    {LDAP_STRONG_AUTH_REQUIRED, KIND_ANY, MK_NO_RIGHT},
    {LDAP_CONFIDENTIALITY_REQUIRED, KIND_ANY, MK_NEEDS_TLS},
    {LDAP_REFERRAL, KIND_ANY, MK_READ_ONLY},
    {LDAP_SUCCESS},
};

/* --- what was seen --- */

/* mk_view.version taken apart. */
struct version {
    char csn[CSN_MAX + 1];   /* "": not known, and neither is the rest */
    char lock[TIME_MAX + 1]; /* pwdAccountLockedTime, or "-" */
    bool reset;
};

/* Whether a value of the server may stand in the version, and in a filter as it is. */
static bool is_plain(const char *text)
{
    return strspn(text, "0123456789abcdefABCDEF.Z#+-") == strlen(text);
}

void openldap_version(LDAP *ld, LDAPMessage *entry, char version[MK_VERSION_MAX + 1])
{
    char csn[CSN_MAX + 1];
    char lock[TIME_MAX + 1];

    version[0] = '\0';
    if (!entry_text(ld, entry, "entryCSN", csn, sizeof csn, false) || csn[0] == '\0' ||
        !is_plain(csn))
        return;
    if (!entry_text(ld, entry, "pwdAccountLockedTime", lock, sizeof lock, false) ||
        lock[0] == '\0' || !is_plain(lock))
        (void)snprintf(lock, sizeof lock, "-");
    (void)snprintf(version, MK_VERSION_MAX + 1, "%s %s %d", csn, lock,
                   entry_true(ld, entry, "pwdReset"));
}

static struct version version_of(const char *text)
{
    struct version v = {.lock = "-"};
    char reset[2];

    /* The widths are CSN_MAX and TIME_MAX. */
    if (sscanf(text, "%63s %31s %1[01]", v.csn, v.lock, reset) != 3 || !is_plain(v.csn))
        return (struct version){.lock = "-"};
    v.reset = reset[0] == '1';
    return v;
}

static bool is_for_good(const char *lock)
{
    int64_t time;

    return ldaptime_parse(lock, strlen(lock), &time) && time <= LDAPTIME_YEAR_ZERO;
}

/*
 * Whether the entry, which has been written to since it was seen, is still what was seen: the
 * password, whether it must be changed, and the note, which every claim replaces. That locks come
 * and go by log-ins does not matter; that somebody has locked it for good does. `version` becomes
 * the new one.
 */
static bool is_as_seen(const struct kind_act *act, struct version *version)
{
    char note_attribute[MK_ATTRIBUTE_MAX + 1];
    char csn[] = "entryCSN";
    char changed[] = "pwdChangedTime";
    char lock[] = "pwdAccountLockedTime";
    char reset[] = "pwdReset";
    char writer[] = "modifiersName";
    char *attributes[] = {csn, changed, lock, reset, writer, note_attribute, NULL};
    int64_t deadline = deadline_after(act->directory->operation_ms);
    LDAP *ld = connection_ldap(act->server);
    char note[MK_NOTE_MAX + 1];
    char text[MK_VERSION_MAX + 1] = "";
    char who[MK_DN_MAX + 1];
    struct version now;
    LDAPMessage *entry;
    bool same;
    int id;

    memcpy(note_attribute, act->directory->note_attribute, sizeof note_attribute);
    if (ldap_search_ext(ld, act->seen->dn, LDAP_SCOPE_BASE, NULL, attributes, 0, NULL, NULL, NULL,
                        1, &id) != LDAP_SUCCESS)
        return false;
    entry = answer_entry(ld, id, deadline);
    if (entry == NULL)
        return false;
    openldap_version(ld, entry, text);
    now = version_of(text);
    (void)entry_note(ld, entry, note_attribute, note);
    /* Times are of a second: a change by the person within the same one shows nowhere else. */
    (void)entry_text(ld, entry, writer, who, sizeof who, false);
    same = !dn_same(who, act->person_dn) && !dn_same(who, act->seen->dn) && now.csn[0] != '\0' &&
           now.reset == version->reset &&
           entry_time(ld, entry, changed) == act->seen->account.changed &&
           strcmp(note, act->seen->account.note) == 0 &&
           (!is_for_good(now.lock) || is_for_good(version->lock));
    ldap_msgfree(entry);
    *version = now;
    return same;
}

/* --- one Modify with an assertion --- */

/* Sends it if `filter` is true of the entry; "": in any case. */
static struct kind_outcome modify_if(const struct kind_act *act, const char *filter,
                                     struct modify *modify, struct answer *answer)
{
    char text[3 * MK_NOTE_MAX + MK_ATTRIBUTE_MAX + 8];
    LDAPControl *controls[] = {NULL, NULL};
    struct kind_outcome outcome;
    int rc = LDAP_SUCCESS;

    if (filter[0] != '\0') {
        (void)snprintf(text, sizeof text, "%s", filter);
        rc = ldap_create_assertion_control(connection_ldap(act->server), text, 1, &controls[0]);
    }
    if (rc != LDAP_SUCCESS)
        return kind_not_handed_over(LDAP_ENCODING_ERROR);
    outcome = kind_act_by_modify(act, modify, controls, refusals, answer);
    ldap_control_free(controls[0]);
    return outcome;
}

/* --- unlocking --- */

struct kind_outcome openldap_unlock(const struct kind_act *act, bool refresh)
{
    struct version version = version_of(act->seen->version);
    struct modify modify = {.steps = 0};
    const char *filter = "";
    struct answer answer;

    if (act->seen->lock == MK_NOT_LOCKED && !refresh)
        return (struct kind_outcome){.result = MK_OK, .sent = false};
    /* The very lock that was seen, and no later one. */
    if (strcmp(version.lock, "-") != 0) {
        modify_step(&modify, LDAP_MOD_DELETE, "pwdAccountLockedTime", version.lock);
    } else {
        modify_step(&modify, LDAP_MOD_REPLACE, "pwdAccountLockedTime", NULL);
        if (act->seen->lock == MK_NOT_LOCKED)
            filter = "(!(pwdAccountLockedTime=*))";
    }
    act->holds(act->context, MK_OUTCOME_UNKNOWN);
    return modify_if(act, filter, &modify, &answer);
}

/* --- resetting --- */

static bool is_noted(const struct kind_act *act, const char *note)
{
    return act->directory->note_attribute[0] != '\0' && note[0] != '\0';
}

/* The time at the beginning of a note. */
static bool note_time(const char *note, int64_t *time)
{
    const char *space = strchr(note, ' ');

    return space != NULL && ldaptime_parse(note, (size_t)(space - note), time);
}

/*
 * Whether what was seen is the claim of somebody else, whose password is still to come, or who has
 * claimed it within this very second. Notes are written by the clock of those who ask. A password
 * of the same second is theirs if it must be changed.
 */
static bool is_under_way(const struct kind_act *act, const char *note)
{
    const struct mk_account *seen = &act->seen->account;
    int64_t theirs;
    int64_t ours;

    if (strcmp(note, seen->note) == 0)
        return true;
    if (!note_time(seen->note, &theirs) || !note_time(note, &ours))
        return false;
    if (ours - theirs > UNDER_WAY_SECONDS || theirs - ours > UNDER_WAY_SECONDS)
        return false;
    return seen->changed == MK_TIME_UNKNOWN || seen->changed < theirs ||
           (seen->changed == theirs && !version_of(act->seen->version).reset);
}

static struct kind_outcome claim(const struct kind_act *act, const char *note)
{
    struct version version = version_of(act->seen->version);
    const bool noted = is_noted(act, note);
    struct kind_outcome outcome = {.result = MK_STALE};

    for (int i = 0; i < CLAIM_TRIES; i++) {
        struct modify modify = {.steps = 0};
        struct answer answer = {.code = LDAP_OTHER};
        char filter[CSN_MAX + 16] = "";

        if (version.csn[0] != '\0')
            (void)snprintf(filter, sizeof filter, "(entryCSN=%s)", version.csn);
        if (noted)
            kind_note(act, &modify, note);
        else /* what is there already, so that entryCSN moves */
            modify_step(&modify, LDAP_MOD_REPLACE, "pwdReset", version.reset ? "TRUE" : NULL);
        outcome = modify_if(act, filter, &modify, &answer);
        /* Then the assertion was true, and nobody needs the right to write what is there. */
        if (!noted && outcome.result == MK_NO_RIGHT)
            outcome.result = MK_OK;
        /* Without a note nobody can tell a claim from a failed log-in. */
        if (answer.code != LDAP_ASSERTION_FAILED || !noted || !is_as_seen(act, &version))
            return outcome;
    }
    return outcome;
}

/* The note as it was before a claim that came to nothing. */
static void give_back(const struct kind_act *act, const char *note)
{
    struct modify modify = {.steps = 0};
    struct answer answer;
    const char *attribute = act->directory->note_attribute;

    if (!is_noted(act, note))
        return;
    modify_step(&modify, LDAP_MOD_DELETE, attribute, note);
    if (act->seen->account.note[0] != '\0')
        modify_step(&modify, LDAP_MOD_ADD, attribute, act->seen->account.note);
    (void)modify_if(act, "", &modify, &answer);
}

/* RFC 3062, without an old password. */
static struct kind_outcome set_password(const struct kind_act *act, struct mk_password *password)
{
    LDAP *ld = connection_ldap(act->server);
    char dn[MK_DN_MAX + 1];
    struct berval user = {strlen(act->seen->dn), dn};
    struct berval new_password = {password->length, password->text};
    struct ppolicy_request control;
    struct answer answer;
    int id;
    int rc;

    memcpy(dn, act->seen->dn, user.bv_len + 1);
    ppolicy_ask(&control);
    rc = ldap_passwd(ld, &user, NULL, &new_password, control.list, NULL, &id);
    if (rc != LDAP_SUCCESS)
        return kind_not_handed_over(rc);
    answer = answer_wait(ld, id, act->directory->operation_ms);
    return kind_answered(&answer, kind_judge(refusals, &answer));
}

/*
 * The password is set; now it is demanded that it be changed, if the claim still stands. A server
 * that has seen to it by itself need not give the right to write it: reading back tells.
 */
static struct kind_outcome demand_change(const struct kind_act *act, const char *note)
{
    struct modify modify = {.steps = 0};
    struct kind_outcome outcome = {.result = MK_LASTING, .sent = true};
    struct berval value = {strlen(note), NULL};
    struct berval escaped = {0, NULL};
    char copy[MK_NOTE_MAX + 1];
    char filter[3 * MK_NOTE_MAX + MK_ATTRIBUTE_MAX + 8] = "";
    struct answer answer = {.code = LDAP_OTHER};

    (void)snprintf(copy, sizeof copy, "%s", note);
    value.bv_val = copy;
    if (is_noted(act, note) && ldap_bv2escaped_filter_value(&value, &escaped) == 0)
        (void)snprintf(filter, sizeof filter, "(%s=%s)", act->directory->note_attribute,
                       escaped.bv_val);
    ber_memfree(escaped.bv_val);
    modify_step(&modify, LDAP_MOD_REPLACE, "pwdReset", "TRUE");
    (void)modify_if(act, filter, &modify, &answer);
    if (answer.code == LDAP_ASSERTION_FAILED)
        outcome.result = MK_OUTCOME_CONTRADICTED;
    else if (answer.code >= 0)
        outcome.result = MK_OK;
    return outcome;
}

struct kind_outcome openldap_reset(const struct kind_act *act, struct mk_password *password,
                                   const char *note)
{
    int64_t deadline = deadline_after(CLAIM_MS);
    struct kind_outcome outcome = {.result = MK_NOT_OFFERED};

    if (connection_root(act->server)->no_passwd)
        return outcome;
    outcome.result = MK_STALE;
    if (is_noted(act, note) && is_under_way(act, note))
        return outcome;
    act->holds(act->context, MK_OUTCOME_UNKNOWN);
    outcome = claim(act, note);
    if (outcome.result != MK_OK)
        return outcome;
    if (deadline_left(deadline) <= 1)
        outcome.result = MK_SILENT;
    else
        outcome = set_password(act, password);
    if (outcome.result == MK_OUTCOME_UNKNOWN)
        return outcome;
    if (outcome.result != MK_OK) {
        act->holds(act->context, outcome.result);
        give_back(act, note);
        return outcome;
    }
    act->holds(act->context, MK_LASTING);
    return demand_change(act, note);
}
