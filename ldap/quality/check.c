// SPDX-License-Identifier: MIT
#include "check.h"

#include <string.h>

void check_open(struct check *check, const struct mk_quality_settings *settings)
{
    check->open = true;
    check->settings = *settings;
    library_open(&check->library, settings->config_file, &check->rules);
    check->rules.in_force |= MK_RULE_BIT(MK_RULE_GIVEN);
}

void check_person(struct check *check, const struct mk_quality_person *person)
{
    check->person = *person;
}

void check_given(struct check *check, const struct mk_password *password)
{
    if (check->given_count == MK_SYSTEMS_MAX) {
        memmove(check->given, check->given + 1, sizeof check->given - sizeof *check->given);
        check->given_count--;
    }
    check->given[check->given_count++] = *password;
}

static bool was_given(const struct check *check, const struct mk_password *password)
{
    for (unsigned i = 0; i < check->given_count; i++)
        if (strcmp(check->given[i].text, password->text) == 0)
            return true;
    return false;
}

static uint64_t own_rules(const struct check *check, const struct mk_quality_check *request)
{
    uint64_t failed = 0;

    if (was_given(check, &request->new_password))
        failed |= MK_RULE_BIT(MK_RULE_GIVEN);
    return failed;
}

void check_password(const struct check *check, const struct mk_quality_check *request,
                    struct mk_quality_verdict *verdict)
{
    verdict->broken = check->rules.broken;
    verdict->rule = MK_RULE_OK;
    verdict->score = -1;
    verdict->failed = own_rules(check, request);
    if (verdict->broken != 0 && check->settings.go_on == 0)
        verdict->failed |= MK_RULE_BIT(MK_RULE_BROKEN);
    if (verdict->failed != 0)
        return;
    library_ask(&check->library, check->person.login, &request->old_password,
                &request->new_password, verdict);
    if (verdict->rule != MK_RULE_OK)
        verdict->failed |= MK_RULE_BIT(verdict->rule);
}

void check_forget(const struct check *check)
{
    library_forget(&check->library);
}

void check_close(struct check *check)
{
    library_close(&check->library);
    mk_wipe(check, sizeof *check);
}
