/* SPDX-License-Identifier: MIT */
#ifndef DESK_H
#define DESK_H

/* A directory with a helpdesk, and workers of its operators. */

#include <time.h>

#include "fixture.h"

#define GROUPS "ou=groups," SUFFIX
#define HELPDESK "cn=helpdesk," GROUPS
#define ADMINS "cn=admins," GROUPS
#define MAIL 0 /* the system of uid=X-mail */
#define ERP 4
#define DESK 0       /* the group of operators, for all people */
#define HANOI 1      /* one that looks after a unit; its members are the same */
#define PROTECTED 48 /* administrators */
#define BIT(group) (UINT64_C(1) << (group))
#define MAIL_DN(uid) "uid=" uid "-mail," SYSTEMS

// clang-format off
/* Operators: op and op2; an administrator: boss. The groups are written as nobody types them. */
#define DESK_TOP                                                                                   \
    FIXTURE_TOP                                                                                    \
    "dn: " GROUPS "\nobjectClass: organizationalUnit\nou: groups\n\n"                              \
    "dn: " HELPDESK "\nobjectClass: groupOfNames\ncn: helpdesk\n"                                  \
    "member: " PERSON_DN("op") "\nmember: UID=OP2, OU=People," SUFFIX "\n\n"                       \
    "dn: " ADMINS "\nobjectClass: groupOfNames\ncn: admins\n"                                      \
    "member: uid=Boss,ou=people," SUFFIX "\n\n"

/* A person and the account for mail, both in one state. */
#define DESK_PERSON(uid, state) FIXTURE_PERSON(uid, state) FIXTURE_ACCOUNT("mail", uid, state)

#define DESK_STAFF                                                                                 \
    DESK_PERSON("op", CHANGED("-10d"))                                                             \
    DESK_PERSON("op2", CHANGED("-10d"))                                                            \
    DESK_PERSON("boss", CHANGED("-10d"))
// clang-format on

/* As fixture_directory, with what a helpdesk needs, and time for a machine that is busy. */
static inline struct mk_request_directory desk_directory(const struct slapd *slapd, const char *uri)
{
    struct mk_request_directory d = fixture_directory(slapd, uri);

    d.server_ms = d.operation_ms = 3000;
    d.total_ms = 10000;
    (void)snprintf(d.login_attribute, sizeof d.login_attribute, "uid");
    (void)snprintf(d.staff_attribute, sizeof d.staff_attribute, "employeeNumber");
    (void)snprintf(d.phone_attribute[0], sizeof d.phone_attribute[0], "telephoneNumber");
    (void)snprintf(d.phone_attribute[1], sizeof d.phone_attribute[1], "mobile");
    (void)snprintf(d.note_attribute, sizeof d.note_attribute, "description");
    return d;
}

/* A worker that knows the systems and the groups, and has logged `login` in. */
static inline struct worker desk_login_to(const struct mk_request_directory *directory,
                                          const char *login)
{
    struct worker worker = fixture_worker(directory);

    assert_int_equal(
        worker_system(&worker, MAIL, "", "(&(objectClass=account)(seeAlso=%d)(host=mail))")
            .end.result,
        MK_OK);
    assert_int_equal(worker_system(&worker, ERP, "uid=%u-erp," SYSTEMS, "").end.result, MK_OK);
    assert_int_equal(worker_group(&worker, DESK, HELPDESK, PEOPLE).end.result, MK_OK);
    assert_int_equal(worker_group(&worker, HANOI, HELPDESK, "ou=Hanoi, " PEOPLE).end.result, MK_OK);
    assert_int_equal(worker_group(&worker, PROTECTED, ADMINS, "").end.result, MK_OK);
    assert_int_equal(worker_bind(&worker, MK_PERSON, login, PASSWORD).end.result, MK_OK);
    return worker;
}

static inline struct worker desk_login(const struct slapd *slapd, const char *login)
{
    struct mk_request_directory directory = desk_directory(slapd, slapd->ldapi);

    return desk_login_to(&directory, login);
}

static inline struct mk_subject desk_subject(const char *uid)
{
    char dn[MK_DN_MAX + 1];

    (void)snprintf(dn, sizeof dn, "uid=%s," PEOPLE, uid);
    return worker_subject(uid, dn, "");
}

/* What the operator sees of one account now. */
static inline struct mk_view desk_see(struct worker *worker, const char *uid, int32_t system)
{
    struct mk_subject subject = desk_subject(uid);
    struct worker_answer answer = worker_view(worker, system, &subject);

    assert_true(answer.complete);
    assert_int_equal(answer.end.result, MK_OK);
    assert_int_equal(answer.views, 1);
    assert_int_equal(answer.view[0].account.system, system);
    return answer.view[0];
}

#endif
