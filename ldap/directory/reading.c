// SPDX-License-Identifier: MIT
#include "reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "deadline.h"
#include "entry.h"
#include "kind.h"
#include "template.h"

/* Those of the account, a helpdesk's note, the person's mail, and what else is wished for. */
#define ATTRIBUTES_MAX (KIND_ATTRIBUTES_MAX + 2 + READING_ATTRIBUTES_MAX)

/* Of a filter that holds one of a template and asks whether an attribute is missing. */
#define FILTER_MAX (PERSON_FILTER_MAX + 2 * MK_ATTRIBUTE_MAX)

enum job_state {
    JOB_NEEDS_MAIL, /* its template waits for the person's entry */
    JOB_ASKED,
    JOB_NEEDS_SIGNS, /* its entry has been answered for, a question about it has not */
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
    struct question missing[STANDING_SIGNS]; /* whether the entry is without that attribute */
};

struct reading {
    struct session *session;
    const struct reading_wish *wish;
    LDAP *ld;
    const struct kind *kind;
    int64_t deadline; /* for what has been sent so far */
    unsigned jobs;
    struct job job[]; /* one for each account asked for */
};

/* Whether the session is bound as that account itself. */
static bool is_own(const struct reading *r, int32_t system)
{
    return r->wish->own && r->session->bound && r->session->bound_as == system;
}

/* In another directory, an account opens to its own password only, or to a helpdesk. */
static bool is_closed(const struct reading *r, int32_t system)
{
    return r->wish->own && !session_is_login(r->session) && !is_own(r, system);
}

static void finish(struct reading *r, struct job *job, struct mk_view *view)
{
    job->state = JOB_DONE;
    r->wish->subject->changed[job->system + 1] =
        view->account.changed == MK_TIME_UNKNOWN ? 0 : view->account.changed;
    memcpy(view->dn, job->dn, sizeof view->dn);
    r->wish->account(r->wish->context, view);
}

static void finish_unknown(struct reading *r, struct job *job, enum mk_unknown why)
{
    struct standing_facts nothing = standing_no_facts();
    struct mk_account account = standing_unknown(job->system, why);
    struct mk_view view =
        standing_view(&account, &nothing, &(struct standing_policy){.read = false}, 0);

    job->dn[0] = '\0';
    finish(r, job, &view);
}

static void finish_known(struct reading *r, struct job *job, const struct standing_policy *policy)
{
    const struct session *s = r->session;
    const struct standing_rule rule = {
        .unit = s->directory.max_age_unit,
        .age = s->directory.max_age,
        .warn_seconds = s->directory.warn_seconds,
    };
    const struct standing_server said = is_own(r, job->system) ? s->said : standing_no_server();
    /* Where the server tells its clock, that is the one by which it lets people in or not. */
    int64_t now = (int64_t)time(NULL) + connection_root(s->server)->ahead;
    struct mk_account account = standing_of(job->system, &job->facts, policy, &rule, &said, now);
    struct mk_view view;

    memcpy(account.note, job->note, sizeof account.note);
    view = standing_view(&account, &job->facts, policy, now);
    finish(r, job, &view);
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

static bool ask(struct reading *r, struct question *question, int scope)
{
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};

    question->yes = false;
    if (!search(r, question->base, scope, question->filter, nothing, &question->message))
        return false;
    question->answered = question->message < 0;
    return true;
}

/* Adds the names up to NULL, without "", as long as there are less than `most`. */
static unsigned add_names(const char **list, unsigned n, unsigned most, const char *const *names)
{
    for (; names != NULL && *names != NULL && n < most; names++)
        if (**names != '\0')
            list[n++] = *names;
    return n;
}

/*
 * An attribute that is not shown is not there, or hidden. A negated presence is true where it is
 * not there and nobody hides it: what may not be looked at makes a filter undefined (RFC 4511,
 * 4.5.1.7; so does slapd 2.5.13).
 */
static bool ask_signs(struct reading *r, struct job *job, const char *filter)
{
    char text[FILTER_MAX + 1];

    for (unsigned i = 0; i < STANDING_SIGNS; i++) {
        struct question *question = &job->missing[i];
        const char *attribute = r->wish->view ? r->kind->sign_attributes[i] : NULL;
        int n;

        *question = (struct question){.message = -1, .answered = true};
        if (attribute == NULL)
            continue;
        n = snprintf(text, sizeof text, "(&%s(!(%s=*)))", filter == NULL ? "" : filter, attribute);
        if (n < 0 || (size_t)n >= sizeof text)
            continue;
        question->base = filter == NULL ? job->dn : r->session->directory.base;
        question->filter = text;
        if (!ask(r, question, filter == NULL ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE))
            return false;
        question->filter = NULL;
    }
    return true;
}

static bool ask_account(struct reading *r, struct job *job, const char *filter)
{
    const struct session *s = r->session;
    const char *attributes[ATTRIBUTES_MAX + 1];
    unsigned n = add_names(attributes, 0, KIND_ATTRIBUTES_MAX, r->kind->account_attributes);
    bool sent;

    if (r->wish->view)
        n = add_names(attributes, n, KIND_ATTRIBUTES_MAX, r->kind->view_attributes);
    if (s->directory.note_attribute[0] != '\0')
        attributes[n++] = s->directory.note_attribute;
    if (job->system == MK_PERSON) {
        attributes[n++] = "mail";
        n = add_names(attributes, n, ATTRIBUTES_MAX, r->wish->person_attributes);
    }
    attributes[n] = NULL;
    if (filter == NULL)
        sent = search(r, job->dn, LDAP_SCOPE_BASE, NULL, attributes, &job->message);
    else
        sent = search(r, s->directory.base, LDAP_SCOPE_SUBTREE, filter, attributes, &job->message);
    job->state = JOB_ASKED;
    if (sent && job->message < 0) {
        finish_unknown(r, job, MK_UNKNOWN_REFUSED);
        return true;
    }
    return sent && ask_signs(r, job, filter);
}

/* Sends the search for one account, or finishes it where nothing can be asked. */
static bool start(struct reading *r, struct job *job)
{
    const struct session *s = r->session;
    const struct mk_request_system *system;
    char filter[PERSON_FILTER_MAX + 1];
    bool is_person = job->system == MK_PERSON;
    const struct subject *subject = r->wish->subject;
    const char *known = is_person ? subject->person.dn : subject->account_dn[job->system];

    if ((is_person || !r->wish->own || is_own(r, job->system)) && *known != '\0') {
        memcpy(job->dn, known, sizeof job->dn);
        return ask_account(r, job, NULL);
    }
    if (is_person) {
        finish_unknown(r, job, MK_UNKNOWN_NO_ENTRY);
        return true;
    }
    system = &s->system[job->system];
    if (system->account_dn[0] != '\0' && is_closed(r, job->system)) {
        finish_unknown(r, job, MK_UNKNOWN_NOT_OPENED);
        return true;
    }
    if (system->account_dn[0] != '\0' && person_dn(&subject->person, system->account_dn, job->dn))
        return ask_account(r, job, NULL);
    if (system->account_dn[0] == '\0' &&
        person_filter(&subject->person, system->account_filter, filter))
        return ask_account(r, job, filter);
    finish_unknown(r, job, MK_UNKNOWN_NO_ENTRY);
    return true;
}

static bool needs_mail(const struct reading *r, int32_t system)
{
    const struct mk_request_system *templates = &r->session->system[system];

    return r->wish->subject->person.mail[0] == '\0' &&
           (template_uses(templates->account_dn, 'm') ||
            template_uses(templates->account_filter, 'm'));
}

static void add_job(struct reading *r, int32_t system, bool person_comes)
{
    struct job *job = &r->job[r->jobs++];

    job->system = system;
    job->state =
        system != MK_PERSON && person_comes && needs_mail(r, system) ? JOB_NEEDS_MAIL : JOB_ASKED;
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
    struct person *person = &r->wish->subject->person;

    (void)entry_text(r->ld, entry, "mail", person->mail, sizeof person->mail, false);
    if (r->wish->person != NULL)
        r->wish->person(r->wish->context, r->ld, entry);
}

static void take_entry(struct reading *r, struct job *job, LDAPMessage *entry)
{
    if (++job->entries > 1)
        return;
    job->policy_fits = r->kind->account(r->ld, entry, &job->facts, job->policy, sizeof job->policy);
    for (unsigned i = 0; i < STANDING_SIGNS; i++)
        if (r->kind->sign_attributes[i] != NULL)
            job->facts.seen[i] = entry_count(r->ld, entry, r->kind->sign_attributes[i]) > 0;
    if (!entry_dn(r->ld, entry, job->dn, sizeof job->dn))
        job->dn[0] = '\0';
    (void)entry_note(r->ld, entry, r->session->directory.note_attribute, job->note);
    if (job->system == MK_PERSON)
        take_person(r, entry);
}

/* Why an account's search ended without exactly one entry; MK_KNOWN when it did not. */
static enum mk_unknown why_unknown(const struct reading *r, const struct job *job, int code)
{
    switch (code) {
    case LDAP_SUCCESS:
    case LDAP_NO_SUCH_OBJECT:
        if (job->entries > 1)
            return MK_UNKNOWN_TWO_ENTRIES;
        if (job->entries == 1 && code == LDAP_SUCCESS)
            return MK_KNOWN;
        /* What a server shows to nobody need not be missing. */
        return is_closed(r, job->system) ? MK_UNKNOWN_NOT_OPENED : MK_UNKNOWN_NO_ENTRY;
    case LDAP_SIZELIMIT_EXCEEDED:
        return MK_UNKNOWN_TWO_ENTRIES;
    case LDAP_OPERATIONS_ERROR: /* Active Directory's word for "log in first" */
    case LDAP_INSUFFICIENT_ACCESS:
    case LDAP_INAPPROPRIATE_AUTH:
    case LDAP_STRONG_AUTH_REQUIRED:
        return is_closed(r, job->system) ? MK_UNKNOWN_NOT_OPENED : MK_UNKNOWN_REFUSED;
    default:
        return MK_UNKNOWN_REFUSED;
    }
}

/* Goes on with an account whose entry has come, once it is known what is hidden of it. */
static bool take_signs(struct reading *r, struct job *job)
{
    for (unsigned i = 0; i < STANDING_SIGNS; i++)
        if (!job->missing[i].answered)
            return true;
    for (unsigned i = 0; i < STANDING_SIGNS; i++)
        if (job->missing[i].yes)
            job->facts.seen[i] = true;
    return apply_policy(r, job);
}

static bool take_result(struct reading *r, struct job *job, int code)
{
    struct subject *subject = r->wish->subject;
    enum mk_unknown why = why_unknown(r, job, code);

    if (why != MK_KNOWN)
        job->dn[0] = '\0';
    if (job->system >= 0)
        memcpy(subject->account_dn[job->system], job->dn, sizeof job->dn);
    if (why == MK_KNOWN && job->facts.changed == MK_TIME_UNKNOWN && is_closed(r, job->system))
        why = MK_UNKNOWN_NOT_OPENED;
    if (why != MK_KNOWN) {
        finish_unknown(r, job, why);
        return true;
    }
    job->state = JOB_NEEDS_SIGNS;
    return take_signs(r, job);
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

/* The question that is asked with that message id, or NULL; `*owner` is the account it is about. */
static struct question *question_by_message(struct reading *r, int message, struct job **owner)
{
    *owner = NULL;
    for (unsigned i = 0; i < r->wish->count; i++)
        if (!r->wish->questions[i].answered && r->wish->questions[i].message == message)
            return &r->wish->questions[i];
    for (unsigned i = 0; i < r->jobs; i++)
        for (unsigned sign = 0; sign < STANDING_SIGNS; sign++) {
            struct question *question = &r->job[i].missing[sign];
            if (!question->answered && question->message == message) {
                *owner = &r->job[i];
                return question;
            }
        }
    return NULL;
}

static bool take_answer(struct reading *r, struct question *question, struct job *owner, int code)
{
    question->answered = true;
    question->yes = question->yes && code == LDAP_SUCCESS;
    return owner == NULL || owner->state != JOB_NEEDS_SIGNS || take_signs(r, owner);
}

/* One message of the server, whatever it belongs to. False: the connection is of no more use. */
static bool take_message(struct reading *r, LDAPMessage *message)
{
    struct job *job = job_by_message(r, ldap_msgid(message));
    struct policy *policy = policies_by_message(&r->session->policies, ldap_msgid(message));
    struct job *owner;
    struct question *question = question_by_message(r, ldap_msgid(message), &owner);
    int code = LDAP_OTHER;

    if (ldap_msgtype(message) == LDAP_RES_SEARCH_ENTRY) {
        if (job != NULL)
            take_entry(r, job, message);
        else if (policy != NULL)
            policy->rules = r->kind->policy(r->ld, message);
        else if (question != NULL)
            question->yes = true;
        return true;
    }
    if (ldap_msgtype(message) != LDAP_RES_SEARCH_RESULT)
        return true;
    if (ldap_parse_result(r->ld, message, &code, NULL, NULL, NULL, NULL, 0) != LDAP_SUCCESS)
        return false;
    if (policy != NULL)
        return take_policy_result(r, policy);
    if (question != NULL)
        return take_answer(r, question, owner, code);
    if (job == NULL)
        return true;
    return take_result(r, job, code) && (job->system != MK_PERSON || start_waiting(r));
}

static bool is_finished(const struct reading *r)
{
    for (unsigned i = 0; i < r->jobs; i++)
        if (r->job[i].state != JOB_DONE)
            return false;
    for (unsigned i = 0; i < r->wish->count; i++)
        if (!r->wish->questions[i].answered)
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
    for (unsigned i = 0; i < r->wish->count; i++)
        if (!ask(r, &r->wish->questions[i], LDAP_SCOPE_BASE))
            return MK_LOST;
    for (unsigned i = 0; i < r->jobs; i++)
        if (r->job[i].state == JOB_ASKED && !start(r, &r->job[i]))
            return MK_LOST;
    if (r->jobs > 0 && !is_finished(r) &&
        !ask_policy(r, policies_get(&s->policies, default_policy(r))))
        return MK_LOST;
    return collect(r);
}

static enum mk_result read_all(struct session *session, int32_t system, size_t jobs,
                               const struct reading_wish *wish)
{
    struct reading *r = calloc(1, sizeof *r + jobs * sizeof *r->job);
    enum mk_result result;

    if (r == NULL)
        return MK_WORKER_FAILED;
    r->session = session;
    r->wish = wish;
    r->ld = connection_ldap(session->server);
    r->kind = connection_kind(session->server);
    policies_tidy(&session->policies);
    for (unsigned i = 0; i < wish->count; i++)
        wish->questions[i].answered = wish->questions[i].yes = false;
    if (jobs > 0)
        add_jobs(r, system);
    result = run(r);
    for (unsigned i = 0; i < r->jobs; i++)
        if (r->job[i].state != JOB_DONE)
            finish_unknown(r, &r->job[i], MK_UNKNOWN_NO_ANSWER);
    free(r);
    if (result != MK_OK)
        session_drop(session);
    return result;
}

enum mk_result reading_run(struct session *session, int32_t system, const struct reading_wish *wish)
{
    return read_all(session, system, jobs_wanted(session, system), wish);
}

enum mk_result reading_ask(struct session *session, struct question *questions, unsigned count)
{
    const struct reading_wish wish = {.questions = questions, .count = count};

    return read_all(session, MK_EVERY_SYSTEM, 0, &wish);
}
