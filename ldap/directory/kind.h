/* SPDX-License-Identifier: MIT */
#ifndef KIND_H
#define KIND_H

/*
 * What one kind of directory server does otherwise than another: one table of operations for each
 * kind, in a file of its own. The rest of this folder knows no kind by name.
 *
 *   rootdse_read -> kind_of       once for each connection; connection_kind gives it
 *   kind->account, kind->policy   from entries to facts
 *   kind->bind, kind->change      what a refusal means; how a password is changed
 */

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "connection.h"
#include "matkhau/message.h"
#include "modify.h"
#include "rootdse.h"
#include "standing.h"

/* How many attributes of an account a kind may ask for, those of a view included. */
#define KIND_ATTRIBUTES_MAX 24

/* Bytes of the filter for a person's first group. */
#define KIND_FIRST_GROUP_MAX 255

#define KIND_ANY (-2)

/*
 * What a refusal means: the first row that fits. A table of them ends in a row of code
 * LDAP_SUCCESS.
 */
struct kind_refusal {
    int code;  /* LDAP result code (RFC 4511, 4.1.9) */
    int error; /* enum ppolicy_error or KIND_ANY */
    enum mk_result result;
};

struct kind_outcome {
    enum mk_result result; /* as in mk_reply_outcome */
    int32_t ldap_code;     /* with MK_SERVER_REFUSED */
    bool sent;             /* the change may have reached the server */
};

/* One act of a helpdesk. */
struct kind_act {
    const struct verified *server;
    const struct mk_request_directory *directory; /* operation_ms for each step, note_attribute */
    const struct mk_view *seen;                   /* as the operator saw the account */
    const char *person_dn;                        /* of the one it belongs to */
    void *context;
    /*
     * Told before each step what holds if nothing more comes. Before the first one that changes
     * something: MK_OUTCOME_UNKNOWN. Once the password is known to be set: MK_LASTING.
     */
    void (*holds)(void *context, enum mk_result result);
};

struct kind {
    enum mk_kind kind;

    /* Attributes to ask for, NULL at the end; of a policy none at all where it has no entry. */
    const char *const *account_attributes;
    const char *const *policy_attributes;

    /* What a helpdesk asks for besides, or NULL; account takes it along where it is there. */
    const char *const *view_attributes;

    /*
     * By enum standing_sign: the attribute that is not there where the account is not locked, need
     * not be changed, or has had no wrong passwords. Whether it is missing or hidden is asked, and
     * facts.seen set; with NULL the kind does so itself in `account`.
     */
    const char *sign_attributes[STANDING_SIGNS];

    /* Which entry of a group has somebody as a member: a filter with %d and %u (template.h). */
    const char *member_filter;

    /*
     * The filter that is true of the group which the person's entry names as its first, without
     * being named by it; NULL: the kind has no such thing. False: it cannot be told.
     */
    bool (*first_group)(LDAP *ld, LDAPMessage *entry, char filter[KIND_FIRST_GROUP_MAX + 1]);

    /* Which entries are people: a filter. */
    const char *people_filter;

    /* Whether the server composes letters before it compares them (RFC 4518, 2.3). */
    bool composes;

    /* Signs between digits that count where the server compares telephone numbers. */
    const char *phone_separators;

    /* A substring between two wildcards of a filter is served by an index from so many bytes on. */
    size_t part_min;

    /* Of the beginning of a value it looks at so many bytes, where that is all; 0: at all of it. */
    size_t begin_max;

    /*
     * The facts of an account's entry. `policy` (`size` bytes) becomes the DN of the policy that
     * the entry names, "" where it names none. False when it names one that does not fit.
     */
    bool (*account)(LDAP *ld, LDAPMessage *entry, struct standing_facts *facts, char *policy,
                    size_t size);

    /* The rules of a policy's entry; `read` is false when it does not show itself as one. */
    struct standing_policy (*policy)(LDAP *ld, LDAPMessage *entry);

    /* DN of the policy of accounts that name none, or ""; lives as long as both arguments. */
    const char *(*default_policy)(const struct mk_request_directory *directory,
                                  const struct rootdse *root);

    /* The meaning of an answer to a bind: MK_OK, a refusal of logging in, or MK_LOST. */
    enum mk_result (*bind)(const struct answer *answer);

    /* What the refusals of Password Modify mean here, for kind_change_by_exop; or NULL. */
    const struct kind_refusal *refusals;

    /*
     * Changes the password of `dn` over the present bind, answered within `operation_ms`. From the
     * moment it is handed to libldap, everything but an answer is MK_OUTCOME_UNKNOWN. The caller
     * wipes the passwords.
     */
    struct kind_outcome (*change)(const struct verified *server, const char *dn,
                                  struct mk_request_change *request, uint32_t operation_ms);

    /*
     * What a helpdesk does to an account, over the present bind; NULL: MK_NOT_OFFERED. MK_OK when
     * the server has confirmed every step; reading back is the caller's. MK_STALE and refusals:
     * nothing was changed, and what had been is as before. Where no answer comes, the result is
     * what was passed to act->holds last. The caller wipes the password.
     */
    struct kind_outcome (*unlock)(const struct kind_act *act, bool refresh);
    struct kind_outcome (*reset)(const struct kind_act *act, struct mk_password *password,
                                 const char *note);
};

extern const struct kind kind_openldap;
extern const struct kind kind_ad;
extern const struct kind kind_389;
extern const struct kind kind_other;

/* The table for a kind that is configured, or with MK_KIND_ASK for what the root DSE shows. */
const struct kind *kind_of(enum mk_kind configured, const struct rootdse *root);

/*
 * MK_OK, MK_LOST (of a bind: the password had been sent), MK_SERVER_BUSY, which is the same for
 * every kind, or the meaning that `refusals` gives; MK_SERVER_REFUSED without one.
 */
enum mk_result kind_judge(const struct kind_refusal *refusals, const struct answer *answer);

/* For kinds where a bind is refused as draft-behera-ldap-password-policy-10, 9.1 says. */
enum mk_result kind_bind_by_ppolicy(const struct answer *answer);

/*
 * Hands libldap one Modify that deletes `old_value` of the attribute `type` and adds `new_value`,
 * so that the old one must be right (RFC 4511, 4.6). The code and the message `id` of
 * ldap_modify_ext.
 */
int kind_modify(LDAP *ld, const char *dn, const char *type, const struct berval *old_value,
                const struct berval *new_value, LDAPControl **controls, int *id);

/*
 * The outcome of a change that libldap did not take, by its code `rc`: what it could not encode has
 * not been sent; of anything else it is not known.
 */
struct kind_outcome kind_not_handed_over(int rc);

/* The outcome of a change that was answered, or was not (`meaning` is MK_LOST then). */
struct kind_outcome kind_answered(const struct answer *answer, enum mk_result meaning);

/*
 * kind->change by the Password Modify operation (RFC 3062), or where the server does not offer it
 * by a Modify that deletes the old value and adds the new one; judged by kind->refusals.
 */
struct kind_outcome kind_change_by_exop(const struct verified *server, const char *dn,
                                        struct mk_request_change *request, uint32_t operation_ms);

/*
 * Puts the note of a reset into the Modify, so that it is made only where the note that was seen is
 * still the one that is there; nothing where the directory keeps none.
 */
void kind_note(const struct kind_act *act, struct modify *modify, const char *note);

/*
 * Sends one Modify of an act, to act->seen->dn, and judges the answer, which is left in `answer`,
 * by `refusals`. An attribute of a single value that has got a note meanwhile is MK_STALE.
 */
struct kind_outcome kind_act_by_modify(const struct kind_act *act, struct modify *modify,
                                       LDAPControl **controls, const struct kind_refusal *refusals,
                                       struct answer *answer);

/* kind->member_filter by RFC 4519 and RFC 2307. */
#define KIND_MEMBER_FILTER "(|(member=%d)(uniqueMember=%d)(memberUid=%u))"

/* kind->people_filter by RFC 4519. */
#define KIND_PEOPLE_FILTER "(objectClass=person)"

/* kind->default_policy where it is a setting: the server does not tell which one it is. */
const char *kind_default_by_setting(const struct mk_request_directory *directory,
                                    const struct rootdse *root);

#endif
