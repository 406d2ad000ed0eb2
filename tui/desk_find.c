/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "desk_work.h"
#include "text.h"

bool desk_find_send(struct desk *desk, struct desk_link *link, uint32_t id)
{
    struct desk_work *work = desk->work;
    struct mk_request_find request = {
        .header = {MK_REQUEST_FIND, id}, .groups = desk->session->desks, .most = MK_FOUND_MAX};

    memcpy(request.typed, work->typed, sizeof request.typed);
    work->find_again = false;
    work->arrived = 0;
    work->arrived_more = false;
    return worker_send(&link->link.worker, &request, sizeof request);
}

void desk_find(struct desk *desk, const char *typed)
{
    struct desk_work *work = desk->work;
    size_t length = strnlen(typed, MK_TYPED_MAX);

    memcpy(work->typed, typed, length);
    work->typed[length] = '\0';
    /* One search at a time; the newest text is asked for when that has ended. */
    if (desk->searching) {
        work->find_again = true;
        return;
    }
    desk->searching = true;
    if (length > 0)
        desk_links_ask(desk, &work->search, ASK_FIND, MK_PERSON);
    else
        desk_find_ended(desk, MK_OK, 0);
}

static void show(struct mk_caller *shown, const struct mk_caller *raw)
{
    text_printable(shown->login, sizeof shown->login, raw->login);
    text_printable(shown->dn, sizeof shown->dn, raw->dn);
    text_printable(shown->name, sizeof shown->name, raw->name);
    text_printable(shown->unit, sizeof shown->unit, raw->unit);
    text_printable(shown->mail, sizeof shown->mail, raw->mail);
    text_printable(shown->staff, sizeof shown->staff, raw->staff);
    for (int i = 0; i < MK_PHONES_MAX; i++)
        text_printable(shown->phone[i], sizeof shown->phone[i], raw->phone[i]);
}

void desk_show_caller(struct mk_caller *shown, struct mk_subject *subject,
                      const struct mk_caller *raw)
{
    memcpy(subject->login, raw->login, sizeof subject->login);
    memcpy(subject->dn, raw->dn, sizeof subject->dn);
    memcpy(subject->mail, raw->mail, sizeof subject->mail);
    show(shown, raw);
}

bool desk_find_found(struct desk *desk, const struct mk_reply_found *found)
{
    struct desk_work *work = desk->work;

    if (work->arrived >= MK_FOUND_MAX)
        return false;
    desk_show_caller(&work->arrived_hit[work->arrived], &work->arrived_subject[work->arrived],
                     &found->caller);
    work->arrived_below[work->arrived] = found->below;
    work->arrived++;
    return true;
}

void desk_find_count(struct desk *desk, const struct mk_reply_count *count)
{
    desk->work->arrived_more = count->more != 0;
}

void desk_find_ended(struct desk *desk, enum mk_result result, int ldap_code)
{
    struct desk_work *work = desk->work;

    desk->searching = false;
    if (work->find_again && work->typed[0] != '\0') {
        desk->searching = true;
        work->find_again = false;
        desk_links_ask(desk, &work->search, ASK_FIND, MK_PERSON);
        return;
    }
    /* Nothing was asked for an empty text, or what has come is for an older one. */
    if (work->find_again || work->typed[0] == '\0') {
        work->arrived = 0;
        work->arrived_more = false;
        result = MK_OK;
    }
    work->find_again = false;
    desk->find_result = result;
    desk->find_code = ldap_code;
    desk->more = work->arrived_more || (result != MK_OK && work->arrived > 0);
    desk->found = work->arrived;
    memcpy(desk->hit, work->arrived_hit, (size_t)work->arrived * sizeof desk->hit[0]);
    memcpy(work->found_below, work->arrived_below,
           (size_t)work->arrived * sizeof work->found_below[0]);
    memcpy(work->subject, work->arrived_subject, (size_t)work->arrived * sizeof work->subject[0]);
    desk_tell(desk, (struct desk_event){
                        .type = DESK_FOUND, .result = result, .ldap_code = ldap_code, .row = -1});
}
