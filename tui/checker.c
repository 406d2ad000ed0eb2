/* SPDX-License-Identifier: MIT */
#include "checker.h"

#include <string.h>

static void fail(struct checker *checker)
{
    worker_stop(&checker->worker);
    checker->failed = true;
    checker->asked = false;
    checker->waiting = false;
    checker->proposing = false;
}

static bool ask(struct checker *checker, const void *packet, size_t size)
{
    checker->asked = true;
    checker->deadline_ms = session_clock_ms() + CHECKER_WAIT_MS;
    if (worker_send(&checker->worker, packet, size))
        return true;
    fail(checker);
    return false;
}

void checker_settings(struct mk_quality_settings *settings, const struct config *config,
                      int account)
{
    const struct config_rules *rules =
        account == MK_PERSON ? &config->rules : &config->system[account].rules;

    memcpy(settings->config_file, rules->pwquality_file, sizeof settings->config_file);
    memcpy(settings->own_words_dir, config->words_dir, sizeof settings->own_words_dir);
    memcpy(settings->leak_file, config->leak_file, sizeof settings->leak_file);
    memcpy(settings->refused, rules->not_taken, sizeof settings->refused);
    settings->leak_kind = config->leak_kind;
    settings->max_length = rules->max_length;
    settings->allow_non_ascii = rules->accents == CONFIG_YES;
    settings->excuse_length = rules->excuse_length == CONFIG_NEVER ? 0 : rules->excuse_length;
    settings->go_on = config->go_on;
}

/* What does not fit whole is left out. */
static void add_words(char words[MK_TEXT_MAX + 1], const char *more)
{
    size_t used = strlen(words);
    size_t length = strlen(more);

    if (used + 1 + length > MK_TEXT_MAX)
        return;
    if (used > 0)
        words[used++] = ' ';
    memcpy(words + used, more, length + 1);
}

static bool send_person(struct checker *checker, const struct config *config, int account,
                        const struct mk_quality_person *whose)
{
    struct mk_quality_person person = *whose;

    person.header = (struct mk_header){MK_QUALITY_PERSON, 0};
    add_words(person.words, config->ministry);
    add_words(person.words, config->domain);
    if (account != MK_PERSON)
        add_words(person.words, config->system[account].name);
    return worker_send(&checker->worker, &person, sizeof person);
}

void checker_person(struct mk_quality_person *person, const struct session *session)
{
    *person = (struct mk_quality_person){.header = {MK_QUALITY_PERSON, 0}};
    memcpy(person->login, session->login, sizeof person->login);
    memcpy(person->mail, session->mail, sizeof person->mail);
    memcpy(person->name, session->name, sizeof person->name);
    memcpy(person->unit, session->unit, sizeof person->unit);
}

void checker_open(struct checker *checker, const struct config *config, int account,
                  const struct mk_quality_person *person)
{
    struct mk_quality_settings settings = {.header = {MK_QUALITY_SETTINGS, 1}};

    *checker = (struct checker){.worker = WORKER_NONE, .id = 1};
    checker_settings(&settings, config, account);
    if (!worker_start(&checker->worker, LIBEXECDIR "/matkhau-quality") ||
        (ask(checker, &settings, sizeof settings) &&
         !send_person(checker, config, account, person)))
        fail(checker);
}

void checker_forget(struct checker *checker)
{
    for (unsigned i = 0; i < MK_PROPOSALS_MAX; i++) {
        secret_free(checker->proposal[i]);
        checker->proposal[i] = NULL;
    }
    checker->proposals = 0;
    checker->proposing = false;
}

void checker_close(struct checker *checker)
{
    worker_stop(&checker->worker);
    checker_forget(checker);
    *checker = (struct checker){.worker = WORKER_NONE};
}

void checker_given(struct checker *checker, const struct mk_password *password)
{
    struct mk_quality_given given = {.header = {MK_QUALITY_GIVEN, 0}};

    if (checker->failed)
        return;
    secret_copy(&given.password, password);
    if (!worker_send(&checker->worker, &given, sizeof given))
        fail(checker);
    mk_wipe(&given, sizeof given);
}

void checker_ask(struct checker *checker, const struct mk_password *old_password,
                 const struct mk_password *new_password)
{
    struct mk_quality_check check = {.header = {MK_QUALITY_CHECK, 0}};

    if (checker->failed)
        return;
    if (checker->asked) {
        checker->waiting = true;
        return;
    }
    checker->waiting = false;
    check.header.id = ++checker->id;
    if (old_password != NULL)
        secret_copy(&check.old_password, old_password);
    secret_copy(&check.new_password, new_password);
    (void)ask(checker, &check, sizeof check);
    mk_wipe(&check, sizeof check);
}

static void propose(struct checker *checker)
{
    if (checker->failed)
        return;
    checker->proposing = true;
    if (checker->asked)
        return;
    checker->wanted.header = (struct mk_header){MK_QUALITY_PROPOSE, ++checker->id};
    checker->wanted.count = MK_PROPOSALS_MAX;
    (void)ask(checker, &checker->wanted, sizeof checker->wanted);
}

void checker_propose(struct checker *checker)
{
    checker->wanted = (struct mk_quality_propose){.temporary = 0};
    propose(checker);
}

void checker_propose_temporary(struct checker *checker, const struct mk_quality_propose *wanted)
{
    checker->wanted = *wanted;
    checker->wanted.temporary = 1;
    propose(checker);
}

bool checker_settled(const struct checker *checker)
{
    return !checker->failed && !checker->asked && !checker->waiting &&
           checker->verdict.header.type != 0;
}

/* They stay only where somebody still wants them. */
static bool take_proposals(struct checker *checker, const struct mk_quality_proposals *reply)
{
    bool wanted = checker->proposing;

    if (reply->count > MK_PROPOSALS_MAX)
        return false;
    checker_forget(checker);
    if (!wanted)
        return true;
    for (unsigned i = 0; i < reply->count; i++) {
        checker->proposal[i] = secret_new();
        if (checker->proposal[i] == NULL)
            break;
        secret_copy(checker->proposal[i], &reply->password[i]);
        checker->proposals++;
    }
    checker->bits = reply->bits;
    checker->needed = reply->needed;
    return true;
}

static bool take_verdict(struct checker *checker, const struct mk_quality_verdict *reply)
{
    if (reply->rule >= MK_RULES || reply->failed >> MK_RULES != 0 || reply->hits > MK_HITS_MAX)
        return false;
    for (uint32_t i = 0; i < reply->hits; i++)
        if (reply->hit_rule[i] >= MK_RULES)
            return false;
    checker->verdict = *reply;
    return true;
}

static bool take(struct checker *checker, const union mk_quality_reply *reply)
{
    if (!checker->asked || reply->header.id != checker->id)
        return false;
    checker->asked = false;
    switch (reply->header.type) {
    case MK_QUALITY_RULES:
        checker->rules = reply->rules;
        return true;
    case MK_QUALITY_VERDICT:
        return take_verdict(checker, &reply->verdict);
    default:
        return take_proposals(checker, &reply->proposals);
    }
}

bool checker_ready(struct checker *checker)
{
    union mk_quality_reply reply;
    enum mk_received received =
        worker_receive(&checker->worker, &reply, sizeof reply, mk_quality_reply_shapes);

    if (received == MK_RECEIVED_NOTHING)
        return false;
    if (received != MK_RECEIVED || !take(checker, &reply))
        fail(checker);
    else if (checker->proposing)
        propose(checker);
    mk_wipe(&reply, sizeof reply);
    return true;
}

int64_t checker_tick(struct checker *checker, int64_t now_ms)
{
    if (checker->asked && now_ms >= checker->deadline_ms)
        fail(checker);
    return checker->asked ? checker->deadline_ms : INT64_MAX;
}
