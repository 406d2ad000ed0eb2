// SPDX-License-Identifier: MIT
#include "kind.h"

#include <string.h>

#include "deadline.h"
#include "entry.h"

static const struct kind *const kinds[] = {&kind_openldap, &kind_389, &kind_ad, NULL};

const struct kind *kind_of(enum mk_kind configured, const struct rootdse *root)
{
    enum mk_kind wanted = configured == MK_KIND_ASK ? root->kind : configured;

    for (const struct kind *const *k = kinds; *k != NULL; k++)
        if ((*k)->kind == wanted)
            return *k;
    return &kind_other;
}

enum mk_result kind_judge(const struct kind_refusal *refusals, const struct answer *answer)
{
    if (answer->code == LDAP_SUCCESS)
        return MK_OK;
    if (answer->code < 0)
        return MK_LOST;
    if (answer->code == LDAP_BUSY || answer->code == LDAP_UNAVAILABLE)
        return MK_SERVER_BUSY;
    for (const struct kind_refusal *row = refusals; row->code != LDAP_SUCCESS; row++)
        if (row->code == answer->code &&
            (row->error == answer->said.error || row->error == KIND_ANY))
            return row->result;
    return MK_SERVER_REFUSED;
}

enum mk_result kind_bind_by_ppolicy(const struct answer *answer)
{
    static const struct kind_refusal refusals[] = {
        {LDAP_INVALID_CREDENTIALS, PPOLICY_LOCKED, MK_ACCOUNT_LOCKED},
        {LDAP_INVALID_CREDENTIALS, PPOLICY_EXPIRED, MK_ACCOUNT_EXPIRED},
        {LDAP_INVALID_CREDENTIALS, KIND_ANY, MK_CREDENTIALS},
        {LDAP_CONFIDENTIALITY_REQUIRED, KIND_ANY, MK_NEEDS_TLS},
        {LDAP_SUCCESS},
    };

    return kind_judge(refusals, answer);
}

const char *kind_default_by_setting(const struct mk_request_directory *directory,
                                    const struct rootdse *root)
{
    (void)root;
    return directory->default_policy;
}

static struct berval secret_berval(struct mk_password *password)
{
    return (struct berval){password->length, password->text};
}

/* RFC 3062. */
static int send_exop(LDAP *ld, const char *dn, struct mk_request_change *request,
                     LDAPControl **controls, int *id)
{
    char copy[MK_DN_MAX + 1];
    struct berval user = {strlen(dn), copy};
    struct berval old_password = secret_berval(&request->old_password);
    struct berval new_password = secret_berval(&request->new_password);

    memcpy(copy, dn, user.bv_len + 1);
    return ldap_passwd(ld, &user, &old_password, &new_password, controls, NULL, id);
}

int kind_modify(LDAP *ld, const char *dn, const char *type, const struct berval *old_value,
                const struct berval *new_value, LDAPControl **controls, int *id)
{
    struct modify modify = {.steps = 0};

    modify_bytes(&modify, LDAP_MOD_DELETE, type, *old_value);
    modify_bytes(&modify, LDAP_MOD_ADD, type, *new_value);
    return modify_send(&modify, ld, dn, controls, id);
}

static int send_modify(LDAP *ld, const char *dn, struct mk_request_change *request,
                       LDAPControl **controls, int *id)
{
    struct berval old_password = secret_berval(&request->old_password);
    struct berval new_password = secret_berval(&request->new_password);

    return kind_modify(ld, dn, "userPassword", &old_password, &new_password, controls, id);
}

struct kind_outcome kind_not_handed_over(int rc)
{
    if (rc == LDAP_ENCODING_ERROR || rc == LDAP_NO_MEMORY)
        return (struct kind_outcome){.result = MK_WORKER_FAILED, .sent = false};
    return (struct kind_outcome){.result = MK_OUTCOME_UNKNOWN, .sent = true};
}

struct kind_outcome kind_answered(const struct answer *answer, enum mk_result meaning)
{
    struct kind_outcome outcome = {.result = meaning, .sent = true};

    if (meaning == MK_LOST)
        outcome.result = MK_OUTCOME_UNKNOWN;
    if (meaning == MK_SERVER_REFUSED)
        outcome.ldap_code = answer->code;
    return outcome;
}

struct kind_outcome kind_change_by_exop(const struct verified *server, const char *dn,
                                        struct mk_request_change *request, uint32_t operation_ms)
{
    LDAP *ld = connection_ldap(server);
    struct ppolicy_request control;
    struct answer answer;
    int id;
    int rc;

    ppolicy_ask(&control);
    rc = connection_root(server)->no_passwd ? send_modify(ld, dn, request, control.list, &id)
                                            : send_exop(ld, dn, request, control.list, &id);
    if (rc != LDAP_SUCCESS)
        return kind_not_handed_over(rc);
    answer = answer_wait(ld, id, operation_ms);
    return kind_answered(&answer, kind_judge(connection_kind(server)->refusals, &answer));
}

void kind_note(const struct kind_act *act, struct modify *modify, const char *note)
{
    const char *attribute = act->directory->note_attribute;

    if (attribute[0] == '\0' || note[0] == '\0')
        return;
    if (act->seen->account.note[0] != '\0')
        modify_step(modify, LDAP_MOD_DELETE, attribute, act->seen->account.note);
    modify_step(modify, LDAP_MOD_ADD, attribute, note);
}

/* Whether the account has got another note than the one that was seen. */
static bool is_noted(const struct kind_act *act)
{
    char attribute[MK_ATTRIBUTE_MAX + 1];
    char *attributes[] = {attribute, NULL};
    char note[MK_NOTE_MAX + 1];
    LDAP *ld = connection_ldap(act->server);
    int64_t deadline = deadline_after(act->directory->operation_ms);
    LDAPMessage *entry;
    bool noted;
    int id;

    memcpy(attribute, act->directory->note_attribute, sizeof attribute);
    if (attribute[0] == '\0' ||
        ldap_search_ext(ld, act->seen->dn, LDAP_SCOPE_BASE, NULL, attributes, 0, NULL, NULL, NULL,
                        1, &id) != LDAP_SUCCESS)
        return false;
    entry = answer_entry(ld, id, deadline);
    noted = entry != NULL && entry_note(ld, entry, attribute, note) &&
            strcmp(note, act->seen->account.note) != 0;
    ldap_msgfree(entry);
    return noted;
}

struct kind_outcome kind_act_by_modify(const struct kind_act *act, struct modify *modify,
                                       LDAPControl **controls, const struct kind_refusal *refusals,
                                       struct answer *answer)
{
    LDAP *ld = connection_ldap(act->server);
    struct kind_outcome outcome;
    int id;
    int rc = modify_send(modify, ld, act->seen->dn, controls, &id);

    if (rc != LDAP_SUCCESS)
        return kind_not_handed_over(rc);
    *answer = answer_wait(ld, id, act->directory->operation_ms);
    outcome = kind_answered(answer, kind_judge(refusals, answer));
    if ((answer->code == LDAP_TYPE_OR_VALUE_EXISTS ||
         answer->code == LDAP_OBJECT_CLASS_VIOLATION) &&
        is_noted(act))
        outcome = (struct kind_outcome){.result = MK_STALE, .sent = true};
    return outcome;
}
