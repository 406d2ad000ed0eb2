// SPDX-License-Identifier: MIT
#include "ad_desk.h"

#include "ad_code.h"
#include "ad_rules.h"

static const struct kind_refusal act_refusals[] = {
    {LDAP_NO_SUCH_ATTRIBUTE, KIND_ANY, MK_STALE},
    {LDAP_NO_SUCH_OBJECT, KIND_ANY, MK_STALE},
    {LDAP_INSUFFICIENT_ACCESS, KIND_ANY, MK_NO_RIGHT},
    {LDAP_REFERRAL, KIND_ANY, MK_READ_ONLY},
    {LDAP_SUCCESS},
};

/* It sets badPwdCount to 0 as well ([MS-SAMR] 3.1.1.8.7), and may be written where there is none.
 */
struct kind_outcome ad_unlock(const struct kind_act *act, bool refresh)
{
    struct modify modify = {.steps = 0};
    struct answer answer;

    (void)refresh; /* it is written in any case */
    modify_step(&modify, LDAP_MOD_REPLACE, "lockoutTime", "0");
    act->holds(act->context, MK_OUTCOME_UNKNOWN);
    return kind_act_by_modify(act, &modify, NULL, act_refusals, &answer);
}

/*
 * All of it or nothing: the server makes no difference between these and other values. pwdLastSet 0
 * demands a change; what was seen there is taken away first, which no longer works after another
 * reset or a change.
 */
struct kind_outcome ad_reset(const struct kind_act *act, struct mk_password *password,
                             const char *note)
{
    const char *seen = act->seen->version;
    struct modify modify = {.steps = 0};
    struct kind_outcome outcome;
    struct answer answer;
    char text[AD_CODE_WIDE_MAX];
    struct berval wide = {0, text};

    wide.bv_len = ad_code_wide(password, text);
    if (wide.bv_len == 0)
        return kind_not_handed_over(LDAP_ENCODING_ERROR);
    if (seen[0] != '\0')
        modify_step(&modify, LDAP_MOD_DELETE, "pwdLastSet", seen);
    modify_step(&modify, seen[0] != '\0' ? LDAP_MOD_ADD : LDAP_MOD_REPLACE, "pwdLastSet", "0");
    kind_note(act, &modify, note);
    modify_step(&modify, LDAP_MOD_REPLACE, "lockoutTime", "0");
    modify_bytes(&modify, LDAP_MOD_REPLACE, "unicodePwd", wide);
    act->holds(act->context, MK_OUTCOME_UNKNOWN);
    outcome = kind_act_by_modify(act, &modify, NULL, act_refusals, &answer);
    mk_wipe(text, sizeof text);
    if (outcome.result == MK_SERVER_REFUSED)
        outcome = kind_answered(&answer, ad_rules_refusal(&answer));
    outcome.result = ad_rules_which(act->server, act->seen->dn, password, &answer, outcome.result,
                                    act->directory->operation_ms);
    return outcome;
}
