/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "matkhau/channel.h"

/* Room for the largest packet and one byte more. */
union packet {
    struct mk_header header;
    union mk_request request;
    union mk_reply reply;
    union mk_quality_request quality_request;
    union mk_quality_reply quality_reply;
    char bytes[sizeof(union mk_request) + 1];
};

#define TABLES 4

static const struct mk_shape *const tables[TABLES] = {
    mk_request_shapes, mk_reply_shapes, mk_quality_request_shapes, mk_quality_reply_shapes};

static union packet packet;

/* A packet of this shape in which every string and password is empty. */
static void make(const struct mk_shape *shape)
{
    memset(&packet, 0, sizeof packet);
    packet.header.type = shape->type;
    packet.header.id = 7;
}

static struct mk_password *password(const struct mk_shape *shape, size_t i)
{
    return (struct mk_password *)(void *)(packet.bytes + shape->passwords[i]);
}

static void for_each_shape(void (*check)(const struct mk_shape *shape,
                                         const struct mk_shape *table))
{
    for (size_t t = 0; t < TABLES; t++)
        for (const struct mk_shape *shape = tables[t]; shape->type != 0; shape++) {
            make(shape);
            assert_true(mk_packet_valid(&packet, shape->size, tables[t]));
            check(shape, tables[t]);
        }
}

static void check_size(const struct mk_shape *shape, const struct mk_shape *table)
{
    assert_in_range(shape->size, sizeof(struct mk_header), sizeof packet - 1);
    assert_false(mk_packet_valid(&packet, shape->size - 1, table));
    assert_false(mk_packet_valid(&packet, shape->size + 1, table));
    assert_false(mk_packet_valid(&packet, 0, table));
    assert_false(mk_packet_valid(&packet, sizeof(struct mk_header) - 1, table));
}

static void refuses_a_wrong_size(void **state)
{
    (void)state;
    for_each_shape(check_size);
}

static void check_type(const struct mk_shape *shape, const struct mk_shape *table)
{
    static const uint32_t wrong[] = {0, MK_REQUEST_TYPES, 99, 199, 299, 399, UINT32_MAX};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        packet.header.type = wrong[i];
        assert_false(mk_packet_valid(&packet, shape->size, table));
    }
    /* A packet of another conversation, or one that goes the other way. */
    packet.header.type = shape->type;
    for (size_t t = 0; t < TABLES; t++)
        assert_int_equal(mk_packet_valid(&packet, shape->size, tables[t]), tables[t] == table);
}

static void refuses_a_wrong_type(void **state)
{
    (void)state;
    for_each_shape(check_type);
}

static void check_strings(const struct mk_shape *shape, const struct mk_shape *table)
{
    for (size_t i = 0; i < MK_SHAPE_STRINGS; i++) {
        const struct mk_span *s = &shape->strings[i];
        for (size_t k = 0; k < s->count; k++) {
            char *string = packet.bytes + s->offset + k * s->size;
            assert_in_range(s->offset + (k + 1) * s->size, 1, shape->size);
            memset(string, 'x', s->size - 1);
            assert_true(mk_packet_valid(&packet, shape->size, table));
            string[s->size - 1] = 'x';
            assert_false(mk_packet_valid(&packet, shape->size, table));
            string[0] = '\0';
            assert_true(mk_packet_valid(&packet, shape->size, table));
            memset(string, 0, s->size);
        }
    }
}

static void refuses_an_unended_string(void **state)
{
    (void)state;
    for_each_shape(check_strings);
}

static void check_passwords(const struct mk_shape *shape, const struct mk_shape *table)
{
    for (size_t i = 0; i < MK_SHAPE_PASSWORDS && shape->passwords[i] != 0; i++) {
        struct mk_password *p = password(shape, i);
        assert_in_range(shape->passwords[i] + sizeof *p, 1, shape->size);
        memset(p->text, 'x', MK_PASSWORD_MAX);
        p->length = MK_PASSWORD_MAX;
        assert_true(mk_packet_valid(&packet, shape->size, table));
        p->length = MK_PASSWORD_MAX - 1; /* more text than length */
        assert_false(mk_packet_valid(&packet, shape->size, table));
        p->length = MK_PASSWORD_MAX;
        p->text[10] = '\0'; /* less */
        assert_false(mk_packet_valid(&packet, shape->size, table));
        p->length = 10;
        assert_true(mk_packet_valid(&packet, shape->size, table));
        p->text[10] = 'x';
        p->text[MK_PASSWORD_MAX] = 'x'; /* no end at all */
        p->length = MK_PASSWORD_MAX;
        assert_false(mk_packet_valid(&packet, shape->size, table));
        p->length = MK_PASSWORD_MAX + 1;
        assert_false(mk_packet_valid(&packet, shape->size, table));
        p->length = UINT32_MAX;
        assert_false(mk_packet_valid(&packet, shape->size, table));
        memset(p, 0, sizeof *p);
    }
}

static void refuses_a_bad_password(void **state)
{
    (void)state;
    for_each_shape(check_passwords);
}

/* A member that the table forgets would pass unchecked. */
static void knows_every_string(void **state)
{
    static const struct {
        const struct mk_shape *table;
        uint32_t type;
        unsigned strings;
        unsigned passwords;
    } expected[] = {
        {mk_request_shapes, MK_REQUEST_DIRECTORY, 31, 0},
        {mk_request_shapes, MK_REQUEST_SYSTEM, 2, 0},
        {mk_request_shapes, MK_REQUEST_PERSON, 3, 0},
        {mk_request_shapes, MK_REQUEST_CONNECT, 0, 0},
        {mk_request_shapes, MK_REQUEST_BIND, 1, 1},
        {mk_request_shapes, MK_REQUEST_READ, 0, 0},
        {mk_request_shapes, MK_REQUEST_CHANGE, 0, 3},
        {mk_request_shapes, MK_REQUEST_GROUP, 2, 0},
        {mk_request_shapes, MK_REQUEST_MEMBER, 0, 0},
        {mk_request_shapes, MK_REQUEST_FIND, 1, 0},
        {mk_request_shapes, MK_REQUEST_VIEW, 3, 0},
        {mk_request_shapes, MK_REQUEST_UNLOCK, 6, 0},
        {mk_request_shapes, MK_REQUEST_RESET, 7, 1},
        {mk_reply_shapes, MK_REPLY_PERSON, 4, 0},
        {mk_reply_shapes, MK_REPLY_OUTCOME, 0, 0},
        {mk_reply_shapes, MK_REPLY_ACCOUNT, 1, 0},
        {mk_reply_shapes, MK_REPLY_END, 1, 0},
        {mk_reply_shapes, MK_REPLY_MEMBER, 0, 0},
        {mk_reply_shapes, MK_REPLY_FOUND, 6 + MK_PHONES_MAX, 0},
        {mk_reply_shapes, MK_REPLY_COUNT, 0, 0},
        {mk_reply_shapes, MK_REPLY_CALLER, 6 + MK_PHONES_MAX, 0},
        {mk_reply_shapes, MK_REPLY_VIEW, 3, 0},
        {mk_quality_request_shapes, MK_QUALITY_SETTINGS, 5, 0},
        {mk_quality_request_shapes, MK_QUALITY_PERSON, 5, 0},
        {mk_quality_request_shapes, MK_QUALITY_GIVEN, 0, 1},
        {mk_quality_request_shapes, MK_QUALITY_CHECK, 0, 2},
        {mk_quality_request_shapes, MK_QUALITY_PROPOSE, 1, 0},
        {mk_quality_reply_shapes, MK_QUALITY_RULES, MK_PARTS, 0},
        {mk_quality_reply_shapes, MK_QUALITY_VERDICT, MK_HITS_MAX, 0},
        {mk_quality_reply_shapes, MK_QUALITY_PROPOSALS, 0, MK_PROPOSALS_MAX},
    };
    size_t shapes = 0;

    (void)state;
    for (size_t t = 0; t < TABLES; t++)
        for (const struct mk_shape *shape = tables[t]; shape->type != 0; shape++)
            shapes++;
    assert_int_equal(shapes, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < shapes; i++) {
        const struct mk_shape *shape = expected[i].table;
        unsigned strings = 0;
        unsigned passwords = 0;
        while (shape->type != 0 && shape->type != expected[i].type)
            shape++;
        assert_int_equal(shape->type, expected[i].type);
        for (size_t k = 0; k < MK_SHAPE_STRINGS; k++)
            strings += shape->strings[k].count;
        for (size_t k = 0; k < MK_SHAPE_PASSWORDS; k++)
            passwords += shape->passwords[k] != 0;
        assert_int_equal(strings, expected[i].strings);
        assert_int_equal(passwords, expected[i].passwords);
    }
}

static void carries_packets(void **state)
{
    struct mk_request_read read = {.header = {MK_REQUEST_READ, 5}, .system = MK_EVERY_SYSTEM};
    union mk_request got;
    char large[sizeof(union mk_request) + 1] = {0};
    int fd[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), 0);
    assert_int_equal(mk_receive(fd[1], &got, sizeof got, MSG_DONTWAIT, mk_request_shapes),
                     MK_RECEIVED_NOTHING);
    assert_int_equal(mk_send(fd[0], &read, sizeof read), 0);
    assert_int_equal(mk_send(fd[0], &read, sizeof read - 1), 0);
    assert_int_equal(mk_send(fd[0], large, sizeof large), 0);
    assert_int_equal(mk_receive(fd[1], &got, sizeof got, 0, mk_request_shapes), MK_RECEIVED);
    assert_int_equal(got.header.id, 5);
    assert_int_equal(got.read.system, MK_EVERY_SYSTEM);
    assert_int_equal(mk_receive(fd[1], &got, sizeof got, 0, mk_request_shapes),
                     MK_RECEIVED_SURPRISE);
    assert_int_equal(mk_receive(fd[1], &got, sizeof got, 0, mk_request_shapes),
                     MK_RECEIVED_SURPRISE);
    assert_int_equal(close(fd[0]), 0);
    assert_int_equal(mk_receive(fd[1], &got, sizeof got, 0, mk_request_shapes), MK_RECEIVED_END);
    assert_int_equal(mk_send(fd[1], &read, sizeof read), -1); /* and no SIGPIPE */
    assert_int_equal(close(fd[1]), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_a_wrong_size),      cmocka_unit_test(refuses_a_wrong_type),
        cmocka_unit_test(refuses_an_unended_string), cmocka_unit_test(refuses_a_bad_password),
        cmocka_unit_test(knows_every_string),        cmocka_unit_test(carries_packets),
    };

    return cmocka_run_group_tests_name("channel", tests, NULL, NULL);
}
