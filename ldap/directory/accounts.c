// SPDX-License-Identifier: MIT
#include "accounts.h"

#include <string.h>

#include "entry.h"
#include "reading.h"

/* Where the account goes to: the asker, or with `account` whoever looks. */
struct sink {
    struct session *session;
    struct mk_account *account;
};

static void send_person(void *context, LDAP *ld, LDAPMessage *entry)
{
    const struct sink *sink = context;
    struct session *s = sink->session;
    struct mk_reply_person packet;

    memset(&packet, 0, sizeof packet);
    memcpy(packet.dn, s->self.person.dn, sizeof packet.dn);
    (void)entry_text(ld, entry, s->directory.name_attribute, packet.name, sizeof packet.name, true);
    (void)entry_text(ld, entry, s->directory.unit_attribute, packet.unit, sizeof packet.unit, true);
    memcpy(packet.mail, s->self.person.mail, sizeof packet.mail);
    session_answer_person(s, &packet);
}

static void take_account(void *context, const struct mk_view *view)
{
    const struct sink *sink = context;

    if (sink->account != NULL)
        *sink->account = view->account;
    else
        session_answer_account(sink->session, &view->account);
}

static void pass_over(void *context, const struct mk_view *view)
{
    (void)context;
    (void)view;
}

static struct reading_wish own_accounts(struct session *session, struct sink *sink)
{
    return (struct reading_wish){
        .subject = &session->self,
        .own = true,
        .person_attributes = {session->directory.name_attribute, session->directory.unit_attribute},
        .context = sink,
        .person = send_person,
        .account = take_account,
    };
}

enum mk_result accounts_read(struct session *session, int32_t system)
{
    return accounts_look(session, system, NULL);
}

enum mk_result accounts_look(struct session *session, int32_t system, struct mk_account *account)
{
    struct sink sink = {session, account};
    struct reading_wish wish = own_accounts(session, &sink);

    return reading_run(session, system, &wish);
}

enum mk_result accounts_find(struct session *session, int32_t system)
{
    const struct reading_wish wish = {.subject = &session->self, .own = true, .account = pass_over};

    return reading_run(session, system, &wish);
}
