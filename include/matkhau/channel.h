/* SPDX-License-Identifier: MIT */
#ifndef MATKHAU_CHANNEL_H
#define MATKHAU_CHANNEL_H

/*
 * Sending and receiving packets of fixed size over a SOCK_SEQPACKET pair (unix(7)). There is
 * nothing to parse; what can be wrong with a packet is its type, its size, an unended string or an
 * inconsistent password, and each of these ends the conversation.
 */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "matkhau/message.h"
#include "matkhau/quality.h"

#define MK_SHAPE_STRINGS 16
#define MK_SHAPE_PASSWORDS MK_PROPOSALS_MAX

struct mk_span {
    uint32_t offset;
    uint32_t size;  /* of one string */
    uint32_t count; /* strings in a row, 1 unless the member is an array of them */
};

/* What a packet of one type looks like. Unused spans and offsets are zero; the header is at 0. */
struct mk_shape {
    uint32_t type;
    uint32_t size;
    struct mk_span strings[MK_SHAPE_STRINGS];
    uint32_t passwords[MK_SHAPE_PASSWORDS];
};

#define MK_SPAN(s, m)                                                                              \
    {                                                                                              \
        offsetof(struct s, m), sizeof(((struct s *)0)->m), 1                                       \
    }

/* The strings of `subject`, `seen` and `caller` in a packet of desk.h. */
#define MK_SUBJECT(s) MK_SPAN(s, subject.login), MK_SPAN(s, subject.dn), MK_SPAN(s, subject.mail)
#define MK_SEEN(s) MK_SPAN(s, seen.account.note), MK_SPAN(s, seen.dn), MK_SPAN(s, seen.version)
#define MK_CALLER(s)                                                                               \
    MK_SPAN(s, caller.login), MK_SPAN(s, caller.dn), MK_SPAN(s, caller.name),                      \
        MK_SPAN(s, caller.unit), MK_SPAN(s, caller.mail), MK_SPAN(s, caller.staff),                \
    {                                                                                              \
        offsetof(struct s, caller.phone), MK_PHONE_MAX + 1, MK_PHONES_MAX                          \
    }

static const struct mk_shape mk_request_shapes[] = {
    {MK_REQUEST_DIRECTORY,
     sizeof(struct mk_request_directory),
     {{offsetof(struct mk_request_directory, uri), MK_URI_MAX + 1, MK_URIS_MAX},
      MK_SPAN(mk_request_directory, ca_file),
      MK_SPAN(mk_request_directory, base),
      MK_SPAN(mk_request_directory, person_dn),
      MK_SPAN(mk_request_directory, person_filter),
      MK_SPAN(mk_request_directory, log_in_name),
      MK_SPAN(mk_request_directory, realm),
      {offsetof(struct mk_request_directory, kdc), MK_URI_MAX + 1, MK_URIS_MAX},
      MK_SPAN(mk_request_directory, default_policy),
      MK_SPAN(mk_request_directory, name_attribute),
      MK_SPAN(mk_request_directory, unit_attribute),
      MK_SPAN(mk_request_directory, login_attribute),
      MK_SPAN(mk_request_directory, staff_attribute),
      {offsetof(struct mk_request_directory, phone_attribute), MK_ATTRIBUTE_MAX + 1, MK_PHONES_MAX},
      MK_SPAN(mk_request_directory, note_attribute)},
     {0}},
    {MK_REQUEST_SYSTEM,
     sizeof(struct mk_request_system),
     {MK_SPAN(mk_request_system, account_dn), MK_SPAN(mk_request_system, account_filter)},
     {0}},
    {MK_REQUEST_PERSON,
     sizeof(struct mk_request_person),
     {MK_SPAN(mk_request_person, login), MK_SPAN(mk_request_person, dn),
      MK_SPAN(mk_request_person, mail)},
     {0}},
    {MK_REQUEST_CONNECT, sizeof(struct mk_request_connect), {{0, 0, 0}}, {0}},
    {MK_REQUEST_BIND,
     sizeof(struct mk_request_bind),
     {MK_SPAN(mk_request_bind, login)},
     {offsetof(struct mk_request_bind, password)}},
    {MK_REQUEST_READ, sizeof(struct mk_request_read), {{0, 0, 0}}, {0}},
    {MK_REQUEST_CHANGE,
     sizeof(struct mk_request_change),
     {{0, 0, 0}},
     {offsetof(struct mk_request_change, old_password),
      offsetof(struct mk_request_change, new_password),
      offsetof(struct mk_request_change, log_in_password)}},
    {MK_REQUEST_GROUP,
     sizeof(struct mk_request_group),
     {MK_SPAN(mk_request_group, dn), MK_SPAN(mk_request_group, base)},
     {0}},
    {MK_REQUEST_MEMBER, sizeof(struct mk_request_member), {{0, 0, 0}}, {0}},
    {MK_REQUEST_FIND, sizeof(struct mk_request_find), {MK_SPAN(mk_request_find, typed)}, {0}},
    {MK_REQUEST_VIEW, sizeof(struct mk_request_view), {MK_SUBJECT(mk_request_view)}, {0}},
    {MK_REQUEST_UNLOCK,
     sizeof(struct mk_request_unlock),
     {MK_SUBJECT(mk_request_unlock), MK_SEEN(mk_request_unlock)},
     {0}},
    {MK_REQUEST_RESET,
     sizeof(struct mk_request_reset),
     {MK_SUBJECT(mk_request_reset), MK_SEEN(mk_request_reset), MK_SPAN(mk_request_reset, note)},
     {offsetof(struct mk_request_reset, password)}},
    {0, 0, {{0, 0, 0}}, {0}},
};

static const struct mk_shape mk_reply_shapes[] = {
    {MK_REPLY_PERSON,
     sizeof(struct mk_reply_person),
     {MK_SPAN(mk_reply_person, dn), MK_SPAN(mk_reply_person, name), MK_SPAN(mk_reply_person, unit),
      MK_SPAN(mk_reply_person, mail)},
     {0}},
    {MK_REPLY_OUTCOME, sizeof(struct mk_reply_outcome), {{0, 0, 0}}, {0}},
    {MK_REPLY_ACCOUNT,
     sizeof(struct mk_reply_account),
     {MK_SPAN(mk_reply_account, account.note)},
     {0}},
    {MK_REPLY_END, sizeof(struct mk_reply_end), {MK_SPAN(mk_reply_end, dn)}, {0}},
    {MK_REPLY_MEMBER, sizeof(struct mk_reply_member), {{0, 0, 0}}, {0}},
    {MK_REPLY_FOUND, sizeof(struct mk_reply_found), {MK_CALLER(mk_reply_found)}, {0}},
    {MK_REPLY_COUNT, sizeof(struct mk_reply_count), {{0, 0, 0}}, {0}},
    {MK_REPLY_CALLER, sizeof(struct mk_reply_caller), {MK_CALLER(mk_reply_caller)}, {0}},
    {MK_REPLY_VIEW,
     sizeof(struct mk_reply_view),
     {MK_SPAN(mk_reply_view, view.account.note), MK_SPAN(mk_reply_view, view.dn),
      MK_SPAN(mk_reply_view, view.version)},
     {0}},
    {0, 0, {{0, 0, 0}}, {0}},
};

static const struct mk_shape mk_quality_request_shapes[] = {
    {MK_QUALITY_SETTINGS,
     sizeof(struct mk_quality_settings),
     {MK_SPAN(mk_quality_settings, config_file), MK_SPAN(mk_quality_settings, words_dir),
      MK_SPAN(mk_quality_settings, own_words_dir), MK_SPAN(mk_quality_settings, leak_file),
      MK_SPAN(mk_quality_settings, refused)},
     {0}},
    {MK_QUALITY_PERSON,
     sizeof(struct mk_quality_person),
     {MK_SPAN(mk_quality_person, login), MK_SPAN(mk_quality_person, mail),
      MK_SPAN(mk_quality_person, name), MK_SPAN(mk_quality_person, unit),
      MK_SPAN(mk_quality_person, words)},
     {0}},
    {MK_QUALITY_GIVEN,
     sizeof(struct mk_quality_given),
     {{0, 0, 0}},
     {offsetof(struct mk_quality_given, password)}},
    {MK_QUALITY_CHECK,
     sizeof(struct mk_quality_check),
     {{0, 0, 0}},
     {offsetof(struct mk_quality_check, old_password),
      offsetof(struct mk_quality_check, new_password)}},
    {MK_QUALITY_PROPOSE,
     sizeof(struct mk_quality_propose),
     {MK_SPAN(mk_quality_propose, refused)},
     {0}},
    {0, 0, {{0, 0, 0}}, {0}},
};

#define MK_PROPOSAL(i) offsetof(struct mk_quality_proposals, password[i])

static const struct mk_shape mk_quality_reply_shapes[] = {
    {MK_QUALITY_RULES,
     sizeof(struct mk_quality_rules),
     {MK_SPAN(mk_quality_rules, part[0].file), MK_SPAN(mk_quality_rules, part[1].file),
      MK_SPAN(mk_quality_rules, part[2].file), MK_SPAN(mk_quality_rules, part[3].file)},
     {0}},
    {MK_QUALITY_VERDICT,
     sizeof(struct mk_quality_verdict),
     {{offsetof(struct mk_quality_verdict, hit_word), MK_WORD_MAX + 1, MK_HITS_MAX}},
     {0}},
    {MK_QUALITY_PROPOSALS,
     sizeof(struct mk_quality_proposals),
     {{0, 0, 0}},
     {MK_PROPOSAL(0), MK_PROPOSAL(1), MK_PROPOSAL(2), MK_PROPOSAL(3), MK_PROPOSAL(4),
      MK_PROPOSAL(5)}},
    {0, 0, {{0, 0, 0}}, {0}},
};

/* Whether `packet` of `size` bytes is one of `shapes` (a table that ends in type 0). */
static inline bool mk_packet_valid(const void *packet, size_t size, const struct mk_shape *shapes)
{
    const char *bytes = packet;
    struct mk_header header;

    if (size < sizeof header)
        return false;
    memcpy(&header, packet, sizeof header);
    while (shapes->type != 0 && shapes->type != header.type)
        shapes++;
    if (shapes->type == 0 || shapes->size != size)
        return false;
    for (size_t i = 0; i < MK_SHAPE_STRINGS; i++) {
        const struct mk_span *s = &shapes->strings[i];
        for (size_t k = 0; k < s->count; k++)
            if (memchr(bytes + s->offset + k * s->size, '\0', s->size) == NULL)
                return false;
    }
    for (size_t i = 0; i < MK_SHAPE_PASSWORDS && shapes->passwords[i] != 0; i++) {
        struct mk_password const *p = (const void *)(bytes + shapes->passwords[i]);
        if (p->length > MK_PASSWORD_MAX || strnlen(p->text, sizeof p->text) != p->length)
            return false;
    }
    return true;
}

/* Sends one packet whole. 0, or -1 with errno. Never raises SIGPIPE. */
static inline int mk_send(int fd, const void *packet, size_t size)
{
    ssize_t n;

    do
        n = send(fd, packet, size, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)size ? 0 : -1;
}

enum mk_received { MK_RECEIVED, MK_RECEIVED_NOTHING, MK_RECEIVED_END, MK_RECEIVED_SURPRISE };

/*
 * Receives one packet into `packet` (aligned for any of the unions above, `capacity` bytes).
 * `flags` as recv(2): with MSG_DONTWAIT, MK_RECEIVED_NOTHING when none is there. MK_RECEIVED_END:
 * the peer has gone. MK_RECEIVED_SURPRISE: not one of `shapes`; the caller ends the conversation.
 */
static inline enum mk_received mk_receive(int fd, void *packet, size_t capacity, int flags,
                                          const struct mk_shape *shapes)
{
    ssize_t n;

    do
        n = recv(fd, packet, capacity, flags | MSG_TRUNC);
    while (n < 0 && errno == EINTR);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return MK_RECEIVED_NOTHING;
    if (n <= 0)
        return MK_RECEIVED_END;
    if ((size_t)n > capacity || !mk_packet_valid(packet, (size_t)n, shapes))
        return MK_RECEIVED_SURPRISE;
    return MK_RECEIVED;
}

#endif
