// SPDX-License-Identifier: MIT
#include "desk.h"

#include <stdlib.h>
#include <string.h>

#include "dn.h"
#include "entry.h"
#include "groups.h"
#include "kind.h"
#include "reading.h"
#include "template.h"

/* So many log-in names of one entry are looked for in the groups. */
#define NAMES_MAX 8

/* Everything of one look; it is sent when all of it is there, the person first. */
struct look {
    struct session *session;
    struct subject subject;
    struct groups_asked groups;
    bool met;       /* the person's own entry has been read */
    unsigned names; /* that the entry has beside the one of the subject */
    char name[NAMES_MAX + 1][MK_LOGIN_MAX + 2];
    char first_group[KIND_FIRST_GROUP_MAX + 1]; /* kind.h; "": none, or it cannot be told */
    struct mk_reply_caller caller;
    unsigned views;
    struct mk_view view[MK_SYSTEMS_MAX + 1];
};

static void copy(char *out, size_t size, const char *text)
{
    size_t length = strnlen(text, size - 1);

    memcpy(out, text, length);
    out[length] = '\0';
}

bool desk_has(const struct session *session, int32_t system)
{
    return session_has_system(session, system) ||
           (system == MK_PERSON && session_is_login(session));
}

static void take_text(LDAP *ld, LDAPMessage *entry, const char *attribute, char *out, size_t size)
{
    out[0] = '\0';
    if (attribute[0] != '\0')
        (void)entry_text(ld, entry, attribute, out, size, true);
}

/* As they are written: memberUid is of those that differ by case (RFC 2307). */
static void take_name(void *context, const char *name)
{
    struct look *look = context;

    if (strcmp(name, look->subject.person.login) != 0 && look->names <= NAMES_MAX)
        copy(look->name[look->names++], sizeof look->name[0], name);
}

static void take_names(struct look *look, LDAP *ld, LDAPMessage *entry)
{
    const char *attribute = look->session->directory.login_attribute;
    char name[MK_LOGIN_MAX + 2]; /* one byte more, so that one which has no room is seen */

    if (attribute[0] != '\0')
        entry_each(ld, entry, attribute, NAMES_MAX + 2, name, sizeof name, take_name, look);
}

static void take_person(void *context, LDAP *ld, LDAPMessage *entry)
{
    struct look *look = context;
    const struct mk_request_directory *d = &look->session->directory;
    const struct kind *kind = connection_kind(look->session->server);
    struct mk_caller *caller = &look->caller.caller;

    look->met = entry_dn(ld, entry, caller->dn, sizeof caller->dn);
    copy(caller->mail, sizeof caller->mail, look->subject.person.mail);
    take_text(ld, entry, d->login_attribute, caller->login, sizeof caller->login);
    if (caller->login[0] == '\0')
        copy(caller->login, sizeof caller->login, look->subject.person.login);
    take_text(ld, entry, d->name_attribute, caller->name, sizeof caller->name);
    take_text(ld, entry, d->unit_attribute, caller->unit, sizeof caller->unit);
    take_text(ld, entry, d->staff_attribute, caller->staff, sizeof caller->staff);
    for (size_t i = 0; i < MK_PHONES_MAX; i++)
        take_text(ld, entry, d->phone_attribute[i], caller->phone[i], sizeof caller->phone[i]);
    take_names(look, ld, entry);
    if (kind->first_group != NULL && !kind->first_group(ld, entry, look->first_group))
        look->first_group[0] = '\0';
}

static void take_view(void *context, const struct mk_view *view)
{
    struct look *look = context;

    look->view[look->views++] = *view;
}

static struct reading_wish wish_of(struct look *look)
{
    const struct mk_request_directory *d = &look->session->directory;

    return (struct reading_wish){
        .subject = &look->subject,
        .view = true,
        .person_attributes = {d->name_attribute, d->unit_attribute, d->login_attribute,
                              d->staff_attribute, d->phone_attribute[0], d->phone_attribute[1],
                              d->phone_attribute[2]},
        .questions = look->groups.questions,
        .count = look->groups.count,
        .context = look,
        .person = take_person,
        .account = take_view,
    };
}

static struct look *look_at(struct session *session, const struct mk_subject *subject)
{
    struct look *look = calloc(1, sizeof *look);

    if (look == NULL)
        return NULL;
    look->session = session;
    copy(look->subject.person.login, sizeof look->subject.person.login, subject->login);
    copy(look->subject.person.dn, sizeof look->subject.person.dn, subject->dn);
    copy(look->subject.person.mail, sizeof look->subject.person.mail, subject->mail);
    return look;
}

static void send_caller(struct look *look)
{
    const struct session *s = look->session;
    struct mk_reply_caller *packet = &look->caller;

    packet->below = session_below(s, packet->caller.dn);
    packet->own = dn_same(packet->caller.dn, s->self.person.dn);
    session_answer_caller(look->session, packet);
}

/* Asks what look->groups holds, and adds the groups to those that are known. */
static enum mk_result ask_groups(struct look *look)
{
    struct session *s = look->session;
    enum mk_result result = reading_ask(s, look->groups.questions, look->groups.count);
    uint64_t member;
    uint64_t unread;

    groups_told(&look->groups, s->group, &member, &unread);
    look->caller.groups |= member;
    look->caller.unread |= unread;
    return result;
}

/* The groups of one more of the person's names. */
static enum mk_result ask_name(struct look *look, const char *name)
{
    const struct session *s = look->session;
    struct person *person = &look->subject.person;

    copy(person->login, sizeof person->login, name);
    groups_ask(&look->groups, s->group, connection_kind(s->server)->member_filter, person);
    return ask_groups(look);
}

static uint64_t there(const struct session *session)
{
    uint64_t set = 0;

    for (unsigned i = 0; i < MK_GROUPS_MAX; i++)
        if (session->group[i].there)
            set |= UINT64_C(1) << i;
    return set;
}

/*
 * Of which groups the person is a member, by any of the names that the entry has: whoever is
 * protected as one of them is protected. With too many of them, nobody can tell.
 */
static enum mk_result tell_groups(struct look *look, enum mk_result result)
{
    const struct session *s = look->session;
    struct mk_reply_caller *packet = &look->caller;
    bool by_name = result == MK_OK && s->server != NULL &&
                   template_uses(connection_kind(s->server)->member_filter, 'u');

    bool by_entry =
        result == MK_OK && s->server != NULL && connection_kind(s->server)->first_group != NULL;

    groups_told(&look->groups, s->group, &packet->groups, &packet->unread);
    if (by_entry && look->first_group[0] == '\0') {
        packet->unread |= there(s);
    } else if (by_entry) {
        groups_ask_filter(&look->groups, s->group, look->first_group);
        result = ask_groups(look);
    }
    for (unsigned i = 0; by_name && i < look->names && result == MK_OK; i++) {
        if (i < NAMES_MAX && strlen(look->name[i]) <= MK_LOGIN_MAX)
            result = ask_name(look, look->name[i]);
        else
            packet->unread |= there(s);
    }
    packet->unread &= ~packet->groups;
    return result;
}

static enum mk_result view(struct session *session, const struct mk_request_view *request)
{
    bool with_person = session_is_login(session) &&
                       (request->system == MK_EVERY_SYSTEM || request->system == MK_PERSON);
    enum mk_result result;
    struct reading_wish wish;
    struct look *look;

    if (request->system != MK_EVERY_SYSTEM && !desk_has(session, request->system))
        return MK_NOT_ALLOWED_NOW;
    result = session_connect(session, ROUTE_READ);
    if (result != MK_OK)
        return result;
    look = look_at(session, &request->subject);
    if (look == NULL)
        return MK_WORKER_FAILED;
    if (with_person)
        groups_ask(&look->groups, session->group, connection_kind(session->server)->member_filter,
                   &look->subject.person);
    wish = wish_of(look);
    result = reading_run(session, request->system, &wish);
    if (look->met) {
        result = tell_groups(look, result);
        send_caller(look);
    }
    for (unsigned i = 0; i < look->views; i++)
        session_answer_view(session, &look->view[i]);
    free(look);
    (void)session_failed(session, result);
    return result;
}

void desk_view(struct session *session, const struct mk_request_view *request)
{
    session_answer_end(session, view(session, request), 0);
}

enum mk_result desk_look(struct session *session, const struct mk_subject *subject,
                         struct mk_view *view)
{
    int32_t system = view->account.system;
    struct look *look = look_at(session, subject);
    enum mk_result result = MK_WORKER_FAILED;
    struct reading_wish wish;

    if (look == NULL)
        return result;
    /* The entry that was acted on, whatever a template would find by now. */
    copy(system == MK_PERSON ? look->subject.person.dn : look->subject.account_dn[system],
         MK_DN_MAX + 1, view->dn);
    wish = wish_of(look);
    result = reading_run(session, system, &wish);
    *view = look->view[0];
    free(look);
    return result;
}

static enum mk_result member(struct session *session, struct mk_reply_member *packet)
{
    enum mk_result result = MK_NOT_ALLOWED_NOW;
    struct groups_asked *asked;

    if (!session_is_login(session) || !session->has_person)
        return result;
    result = session_connect(session, ROUTE_READ);
    if (result != MK_OK)
        return result;
    asked = calloc(1, sizeof *asked);
    if (asked == NULL)
        return MK_WORKER_FAILED;
    groups_ask(asked, session->group, connection_kind(session->server)->member_filter,
               &session->self.person);
    result = reading_ask(session, asked->questions, asked->count);
    groups_told(asked, session->group, &packet->groups, &packet->unread);
    free(asked);
    (void)session_failed(session, result);
    return result;
}

void desk_member(struct session *session)
{
    struct mk_reply_member packet = {.groups = 0};
    enum mk_result result = member(session, &packet);

    if (result == MK_OK)
        session_answer_member(session, &packet);
    session_answer_end(session, result, 0);
}
