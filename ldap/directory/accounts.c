// SPDX-License-Identifier: MIT
#include "accounts.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "deadline.h"
#include "entry.h"
#include "kind.h"
#include "template.h"

/* Those of the account, a helpdesk's note, and the person's mail, name and unit. */
#define ATTRIBUTES_MAX (KIND_ATTRIBUTES_MAX + 4)

enum job_state {
    JOB_NEEDS_MAIL, /* its template waits for the person's entry */
    JOB_ASKED,
    JOB_NEEDS_POLICY,
    JOB_DONE
};

struct job {
    int32_t system;
    enum job_state state;
    int message;      /* id of the search, with JOB_ASKED */
    unsigned entries; /* seen so far */
    bool policy_fits;
    char dn[MK_DN_MAX + 1];
    char policy[MK_DN_MAX + 1];
    char note[MK_NOTE_MAX + 1];
    struct standing_facts facts;
};

struct reading {
    struct session *session;
    LDAP *ld;
    const struct kind *kind;
    bool silent;             /* no packets */
    struct mk_account *seen; /* takes the account instead of the asker; or NULL */
    int64_t deadline;        /* for what has been sent so far */
    unsigned jobs;
    struct job job[]; /* one for each account asked for */
};

/* Whether the session is bound as that account itself. */
static bool is_own(const struct session *s, int32_t system)
{
    return s->bound && s->bound_as == system;
}

/* In another directory, an account opens to its own password only. */
static bool is_closed(const struct session *s, int32_t system)
{
    return !session_is_login(s) && !is_own(s, system);
}

static void finish(struct reading *r, struct job *job, const struct mk_account *account)
{
    job->state = JOB_DONE;
    r->session->changed[job->system + 1] =
        account->changed == MK_TIME_UNKNOWN ? 0 : account->changed;
    if (r->seen != NULL)
        *r->seen = *account;
    else if (!r->silent)
        session_answer_account(r->session, account);
}

static void finish_unknown(struct reading *r, struct job *job, enum mk_unknown why)
{
    struct mk_account account = standing_unknown(job->system, why);

    finish(r, job, &account);
}

static void finish_known(struct reading *r, struct job *job, const struct standing_policy *policy)
{
    const struct session *s = r->session;
    const struct standing_rule rule = {
        .unit = s->directory.max_age_unit,
        .age = s->directory.max_age,
        .warn_seconds = s->directory.warn_seconds,
    };
    const struct standing_server said = is_own(s, job->system) ? s->said : standing_no_server();
    /* Where the server tells its clock, that is the one by which it lets people in or not. */
    int64_t now = (int64_t)time(NULL) + connection_root(s->server)->ahead;
    struct mk_account account = standing_of(job->system, &job->facts, policy, &rule, &said, now);

    memcpy(account.note, job->note, sizeof account.note);
    finish(r, job, &account);
}

/* libldap only reads the names; its prototype is older than const. */
static char *without_const(const char *text)
{
    const union {
        const char *in;
        char *out;
    } both = {text};

    return both.out;
}

/* One search; `attributes` end in NULL. False when the connection is of no more use. */
static bool search(struct reading *r, const char *base, int scope, const char *filter,
                   const char *const *attributes, int *message)
{
    char *list[ATTRIBUTES_MAX + 1];
    size_t n = 0;
    int rc;

    for (; n < ATTRIBUTES_MAX && attributes[n] != NULL; n++)
        list[n] = without_const(attributes[n]);
    list[n] = NULL;
    rc = ldap_search_ext(r->ld, base, scope, filter, list, 0, NULL, NULL, NULL, 2, message);
    r->deadline = deadline_after(r->session->directory.operation_ms);
    if (rc == LDAP_FILTER_ERROR)
        *message = -1;
    return rc == LDAP_SUCCESS || rc == LDAP_FILTER_ERROR;
}

static bool ask_account(struct reading *r, struct job *job, const char *filter)
{
    const struct session *s = r->session;
    const char *attributes[ATTRIBUTES_MAX + 1];
    unsigned n = 0;
    bool sent;

    for (; n < KIND_ATTRIBUTES_MAX && r->kind->account_attributes[n] != NULL; n++)
        attributes[n] = r->kind->account_attributes[n];
    if (s->directory.note_attribute[0] != '\0')
        attributes[n++] = s->directory.note_attribute;
    if (job->system == MK_PERSON) {
        attributes[n++] = "mail";
        if (s->directory.name_attribute[0] != '\0')
            attributes[n++] = s->directory.name_attribute;
        if (s->directory.unit_attribute[0] != '\0')
            attributes[n++] = s->directory.unit_attribute;
    }
    attributes[n] = NULL;
    if (filter == NULL)
        sent = search(r, job->dn, LDAP_SCOPE_BASE, NULL, attributes, &job->message);
    else
        sent = search(r, s->directory.base, LDAP_SCOPE_SUBTREE, filter, attributes, &job->message);
    job->state = JOB_ASKED;
    if (sent && job->message < 0)
        finish_unknown(r, job, MK_UNKNOWN_REFUSED);
    return sent;
}

/* Sends the search for one account, or finishes it where nothing can be asked. */
static bool start(struct reading *r, struct job *job)
{
    const struct session *s = r->session;
    const struct mk_request_system *system;
    char filter[PERSON_FILTER_MAX + 1];
    bool is_person = job->system == MK_PERSON;
    const char *known = is_person ? s->person.dn : s->account_dn[job->system];

    if ((is_person || is_own(s, job->system)) && *known != '\0') {
        memcpy(job->dn, known, sizeof job->dn);
        return ask_account(r, job, NULL);
    }
    if (is_person) {
        finish_unknown(r, job, MK_UNKNOWN_NO_ENTRY);
        return true;
    }
    system = &s->system[job->system];
    if (system->account_dn[0] != '\0' && is_closed(s, job->system)) {
        finish_unknown(r, job, MK_UNKNOWN_NOT_OPENED);
        return true;
    }
    if (system->account_dn[0] != '\0' && person_dn(&s->person, system->account_dn, job->dn))
        return ask_account(r, job, NULL);
    if (system->account_dn[0] == '\0' && person_filter(&s->person, system->account_filter, filter))
        return ask_account(r, job, filter);
    finish_unknown(r, job, MK_UNKNOWN_NO_ENTRY);
    return true;
}

static bool needs_mail(const struct session *s, int32_t system)
{
    return s->person.mail[0] == '\0' && (template_uses(s->system[system].account_dn, 'm') ||
                                         template_uses(s->system[system].account_filter, 'm'));
}

static void add_job(struct reading *r, int32_t system, bool person_comes)
{
    struct job *job = &r->job[r->jobs++];

    job->system = system;
    job->state = system != MK_PERSON && person_comes && needs_mail(r->session, system)
                     ? JOB_NEEDS_MAIL
                     : JOB_ASKED;
    job->message = -1;
}

static size_t jobs_wanted(const struct session *s, int32_t system)
{
    size_t count = 1;

    for (int32_t i = 0; i < MK_SYSTEMS_MAX; i++)
        count += s->has_system[i] && (system == MK_EVERY_SYSTEM || system == i);
    return count;
}

static void add_jobs(struct reading *r, int32_t system)
{
    const struct session *s = r->session;
    bool every = system == MK_EVERY_SYSTEM;
    bool person = session_is_login(s) && (every || system == MK_PERSON);

    if (person)
        add_job(r, MK_PERSON, true);
    for (int32_t i = 0; i < MK_SYSTEMS_MAX; i++)
        if (s->has_system[i] && (every || i == system))
            add_job(r, i, person);
}

static const char *default_policy(const struct reading *r)
{
    return r->kind->default_policy(&r->session->directory, connection_root(r->session->server));
}

/* Asks for a policy that is not known yet. */
static bool ask_policy(struct reading *r, struct policy *policy)
{
    if (policy == NULL || policy->state != POLICY_NEW)
        return true;
    policy->state = POLICY_ASKED;
    policy->rules = (struct standing_policy){.read = false};
    return search(r, policy->dn, LDAP_SCOPE_BASE, NULL, r->kind->policy_attributes,
                  &policy->message);
}

/* Finishes an account whose policy is known by now, or asks for it. */
static bool apply_policy(struct reading *r, struct job *job)
{
    struct session *s = r->session;
    const char *dn = *job->policy != '\0' ? job->policy : default_policy(r);
    struct policy *policy = job->policy_fits ? policies_get(&s->policies, dn) : NULL;

    if (policy == NULL) {
        finish_known(r, job, &(struct standing_policy){.read = false});
        return true;
    }
    job->state = JOB_NEEDS_POLICY;
    if (policy->state == POLICY_ANSWERED)
        finish_known(r, job, &policy->rules);
    return ask_policy(r, policy);
}

static void take_person(struct reading *r, LDAPMessage *entry)
{
    struct session *s = r->session;
    struct mk_reply_person packet;

    memset(&packet, 0, sizeof packet);
    memcpy(packet.dn, s->person.dn, sizeof packet.dn);
    (void)entry_text(r->ld, entry, s->directory.name_attribute, packet.name, sizeof packet.name,
                     true);
    (void)entry_text(r->ld, entry, s->directory.unit_attribute, packet.unit, sizeof packet.unit,
                     true);
    (void)entry_text(r->ld, entry, "mail", packet.mail, sizeof packet.mail, false);
    memcpy(s->person.mail, packet.mail, sizeof s->person.mail);
    if (!r->silent)
        session_answer_person(s, &packet);
}

static void take_entry(struct reading *r, struct job *job, LDAPMessage *entry)
{
    if (++job->entries > 1)
        return;
    job->policy_fits = r->kind->account(r->ld, entry, &job->facts, job->policy, sizeof job->policy);
    if (!entry_dn(r->ld, entry, job->dn, sizeof job->dn))
        job->dn[0] = '\0';
    (void)entry_note(r->ld, entry, r->session->directory.note_attribute, job->note);
    if (job->system == MK_PERSON)
        take_person(r, entry);
}

/* Why an account's search ended without exactly one entry; MK_KNOWN when it did not. */
static enum mk_unknown why_unknown(const struct session *s, const struct job *job, int code)
{
    switch (code) {
    case LDAP_SUCCESS:
    case LDAP_NO_SUCH_OBJECT:
        if (job->entries > 1)
            return MK_UNKNOWN_TWO_ENTRIES;
        if (job->entries == 1 && code == LDAP_SUCCESS)
            return MK_KNOWN;
        /* What a server shows to nobody need not be missing. */
        return is_closed(s, job->system) ? MK_UNKNOWN_NOT_OPENED : MK_UNKNOWN_NO_ENTRY;
    case LDAP_SIZELIMIT_EXCEEDED:
        return MK_UNKNOWN_TWO_ENTRIES;
    case LDAP_OPERATIONS_ERROR: /* Active Directory's word for "log in first" */
    case LDAP_INSUFFICIENT_ACCESS:
    case LDAP_INAPPROPRIATE_AUTH:
    case LDAP_STRONG_AUTH_REQUIRED:
        return is_closed(s, job->system) ? MK_UNKNOWN_NOT_OPENED : MK_UNKNOWN_REFUSED;
    default:
        return MK_UNKNOWN_REFUSED;
    }
}

static bool take_result(struct reading *r, struct job *job, int code)
{
    struct session *s = r->session;
    enum mk_unknown why = why_unknown(s, job, code);

    if (why != MK_KNOWN)
        job->dn[0] = '\0';
    if (job->system >= 0)
        memcpy(s->account_dn[job->system], job->dn, sizeof job->dn);
    if (why == MK_KNOWN && job->facts.changed == MK_TIME_UNKNOWN && is_closed(s, job->system))
        why = MK_UNKNOWN_NOT_OPENED;
    if (why != MK_KNOWN) {
        finish_unknown(r, job, why);
        return true;
    }
    return apply_policy(r, job);
}

/* The person's entry has been answered for: what waited for the mail address goes on. */
static bool start_waiting(struct reading *r)
{
    for (unsigned i = 0; i < r->jobs; i++)
        if (r->job[i].state == JOB_NEEDS_MAIL && !start(r, &r->job[i]))
            return false;
    return true;
}

static bool take_policy_result(struct reading *r, struct policy *policy)
{
    policy->state = POLICY_ANSWERED;
    for (unsigned i = 0; i < r->jobs; i++)
        if (r->job[i].state == JOB_NEEDS_POLICY && !apply_policy(r, &r->job[i]))
            return false;
    return true;
}

static struct job *job_by_message(struct reading *r, int message)
{
    for (unsigned i = 0; i < r->jobs; i++)
        if (r->job[i].state == JOB_ASKED && r->job[i].message == message)
            return &r->job[i];
    return NULL;
}

/* One message of the server, whatever it belongs to. False: the connection is of no more use. */
static bool take_message(struct reading *r, LDAPMessage *message)
{
    struct job *job = job_by_message(r, ldap_msgid(message));
    struct policy *policy = policies_by_message(&r->session->policies, ldap_msgid(message));
    int code = LDAP_OTHER;

    if (ldap_msgtype(message) == LDAP_RES_SEARCH_ENTRY) {
        if (job != NULL)
            take_entry(r, job, message);
        else if (policy != NULL)
            policy->rules = r->kind->policy(r->ld, message);
        return true;
    }
    if (ldap_msgtype(message) != LDAP_RES_SEARCH_RESULT)
        return true;
    if (ldap_parse_result(r->ld, message, &code, NULL, NULL, NULL, NULL, 0) != LDAP_SUCCESS)
        return false;
    if (policy != NULL)
        return take_policy_result(r, policy);
    if (job == NULL)
        return true;
    return take_result(r, job, code) && (job->system != MK_PERSON || start_waiting(r));
}

static bool is_finished(const struct reading *r)
{
    for (unsigned i = 0; i < r->jobs; i++)
        if (r->job[i].state != JOB_DONE)
            return false;
    return true;
}

static enum mk_result collect(struct reading *r)
{
    while (!is_finished(r)) {
        struct timeval tv = deadline_timeval(r->deadline);
        LDAPMessage *message = NULL;
        int n;
        bool good;
        if (deadline_left(r->deadline) <= 1)
            return MK_SILENT;
        n = ldap_result(r->ld, LDAP_RES_ANY, LDAP_MSG_ONE, &tv, &message);
        if (n == 0)
            return MK_SILENT;
        if (n < 0 || message == NULL)
            return MK_LOST;
        good = take_message(r, message);
        ldap_msgfree(message);
        if (!good)
            return MK_LOST;
    }
    return MK_OK;
}

static enum mk_result run(struct reading *r)
{
    struct session *s = r->session;

    r->deadline = deadline_after(s->directory.operation_ms);
    for (unsigned i = 0; i < r->jobs; i++)
        if (r->job[i].state == JOB_ASKED && !start(r, &r->job[i]))
            return MK_LOST;
    if (!is_finished(r) && !ask_policy(r, policies_get(&s->policies, default_policy(r))))
        return MK_LOST;
    return collect(r);
}

static enum mk_result read_accounts(struct session *s, int32_t system, bool silent,
                                    struct mk_account *seen)
{
    struct reading *r = calloc(1, sizeof *r + jobs_wanted(s, system) * sizeof *r->job);
    enum mk_result result;

    if (r == NULL)
        return MK_WORKER_FAILED;
    r->session = s;
    r->ld = connection_ldap(s->server);
    r->kind = connection_kind(s->server);
    r->silent = silent;
    r->seen = seen;
    policies_tidy(&s->policies);
    add_jobs(r, system);
    result = run(r);
    for (unsigned i = 0; i < r->jobs; i++)
        if (r->job[i].state != JOB_DONE)
            finish_unknown(r, &r->job[i], MK_UNKNOWN_NO_ANSWER);
    free(r);
    if (result != MK_OK)
        session_drop(s);
    return result;
}

enum mk_result accounts_read(struct session *session, int32_t system)
{
    return read_accounts(session, system, false, NULL);
}

enum mk_result accounts_look(struct session *session, int32_t system, struct mk_account *account)
{
    return read_accounts(session, system, false, account);
}

enum mk_result accounts_find(struct session *session, int32_t system)
{
    return read_accounts(session, system, true, NULL);
}
