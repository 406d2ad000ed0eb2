/* SPDX-License-Identifier: MIT */
#include <ldap.h>
#include <string.h>

#include "evil.h"

#define OTHER_ID 77777

static void endless_entries(struct evil_line *line, const struct evil_request *request)
{
    const struct evil_attribute one[] = {{"cn", EVIL_TEXT("EVIL"), 0}, {NULL, {0, NULL}, 0}};

    for (;;)
        evil_entry(line, request->id, EVIL_TEXT(EVIL_DN), one);
}

static void endless_large_entries(struct evil_line *line, const struct evil_request *request)
{
    static char large[1 << 20];
    const struct evil_attribute one[] = {{"cn", {sizeof large, large}, 0}, {NULL, {0, NULL}, 0}};

    for (;;)
        evil_entry(line, request->id, EVIL_TEXT(EVIL_DN), one);
}

static void endless_entries_for_nobody(struct evil_line *line, const struct evil_request *request)
{
    (void)request;
    for (int id = OTHER_ID;; id++)
        evil_entry(line, id, EVIL_TEXT(EVIL_DN), NULL);
}

static void endless_negative_ids(struct evil_line *line, const struct evil_request *request)
{
    (void)request;
    for (int id = -1;; id--)
        evil_entry(line, id, EVIL_TEXT(EVIL_DN), NULL);
}

static void endless(struct evil_line *line, int id, unsigned tag, struct berval body)
{
    for (;;)
        evil_message(line, id, tag, body);
}

static void endless_references(struct evil_line *line, const struct evil_request *request)
{
    endless(line, request->id, LDAP_RES_SEARCH_REFERENCE, EVIL_TEXT("\x04\x0dldap://evil/x"));
}

static void endless_intermediate(struct evil_line *line, const struct evil_request *request)
{
    endless(line, request->id, LDAP_RES_INTERMEDIATE,
            EVIL_TEXT("\x80\x03"
                      "1.2\x81\x04"
                      "EVIL"));
}

static void endless_unknown(struct evil_line *line, const struct evil_request *request)
{
    endless(line, request->id, 0x7e,
            EVIL_TEXT("\x04\x04"
                      "EVIL"));
}

static void endless_unsolicited(struct evil_line *line, const struct evil_request *request)
{
    (void)request;
    endless(line, 0, LDAP_RES_EXTENDED,
            EVIL_TEXT("\x0a\x01\x00\x04\x00\x04\x04"
                      "EVIL\x8a\x03"
                      "1.2"));
}

static void endless_large_unsolicited(struct evil_line *line, const struct evil_request *request)
{
    static char large[1 << 16];
    const struct evil_request nobody = {.kind = EVIL_OTHER, .id = 0};
    const struct evil_result result = {
        .code = LDAP_OTHER, .matched = {sizeof large, large}, .text = {sizeof large, large}};

    (void)request;
    memset(large, 'E', sizeof large);
    for (;;)
        evil_result(line, &nobody, &result);
}

static void endless_results_for_nobody(struct evil_line *line, const struct evil_request *request)
{
    (void)request;
    endless(line, OTHER_ID, LDAP_RES_SEARCH_RESULT, EVIL_TEXT("\x0a\x01\x00\x04\x00\x04\x00"));
}

static void another_operation(struct evil_line *line, const struct evil_request *request)
{
    const struct berval success = EVIL_TEXT("\x0a\x01\x00\x04\x00\x04\x00");

    evil_message(line, request->id,
                 request->kind == EVIL_BIND ? LDAP_RES_SEARCH_RESULT : LDAP_RES_BIND, success);
    evil_silence(line);
}

static void notice_of_disconnection(struct evil_line *line, const struct evil_request *request)
{
    (void)request;
    evil_message(
        line, 0, LDAP_RES_EXTENDED,
        EVIL_TEXT("\x0a\x01\x34\x04\x00\x04\x05\033[2JE\x8a\x16" LDAP_NOTICE_OF_DISCONNECTION));
    evil_hang_up(line);
}

static void two_gigabytes(struct evil_line *line, const struct evil_request *request)
{
    static const char more[65536];

    (void)request;
    evil_bytes(line, "\x30\x84\x7f\xff\xff\xff\x02\x01\x01", 9);
    for (;;)
        evil_bytes(line, more, sizeof more);
}

/* As much as a message may be, of nothing but empty values. */
static void four_megabytes(struct evil_line *line, const struct evil_request *request)
{
    const struct evil_attribute all[] = {{"pwdChangedTime", EVIL_TEXT(""), (4U << 20) / 2 - 100},
                                         {NULL, {0, NULL}, 0}};

    evil_entry(line, request->id, EVIL_TEXT(EVIL_DN), all);
    evil_result(line, request, &(struct evil_result){.code = 0});
    evil_silence(line);
}

static void deep_nesting(struct evil_line *line, const struct evil_request *request)
{
    static char deep[1 << 18];

    for (size_t i = 0; i < sizeof deep; i += 2) {
        deep[i] = 0x30;
        deep[i + 1] = (char)0x80;
    }
    evil_message(line, request->id, LDAP_RES_SEARCH_ENTRY, (struct berval){sizeof deep, deep});
    evil_bytes(line, deep, sizeof deep);
    evil_silence(line);
}

static void indefinite_length(struct evil_line *line, const struct evil_request *request)
{
    (void)request;
    evil_bytes(line, "\x30\x80\x02\x01\x01\x61\x80\x0a\x01\x00\x04\x00\x04\x00\x00\x00\x00\x00",
               18);
    evil_silence(line);
}

static void broken_entry(struct evil_line *line, const struct evil_request *request)
{
    const struct berval bodies[] = {
        EVIL_TEXT(""),
        EVIL_TEXT("\x04"),
        EVIL_TEXT("\x04\x7f"
                  "x"),
        EVIL_TEXT("\x04\x01x\x30\x84\x7f\xff\xff\xff"),
        EVIL_TEXT("\x04\x01x\x30\x05\x30\x03\x04\x7f"
                  "c"),
        EVIL_TEXT("\x04\x01x\x30\x06\x30\x04\x04\x02"
                  "cn"),
        EVIL_TEXT("\x04\x01x\x30\x0a\x30\x08\x04\x02"
                  "cn\x31\x02\x04\x7f"),
        EVIL_TEXT("\x04\x01x\x30\x04\x04\x02"
                  "cn"),
    };

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        evil_message(line, request->id, LDAP_RES_SEARCH_ENTRY, bodies[i]);
    evil_usual(line, request, NULL);
}

static void broken_result(struct evil_line *line, const struct evil_request *request)
{
    static const char tags[] = {LDAP_RES_BIND, LDAP_RES_SEARCH_RESULT, LDAP_RES_EXTENDED};

    for (size_t i = 0; i < sizeof tags; i++)
        evil_message(line, request->id, (unsigned char)tags[i], EVIL_TEXT("\x0a\x7f"));
    evil_silence(line);
}

static void no_operation(struct evil_line *line, const struct evil_request *request)
{
    (void)request;
    evil_bytes(line, "\x30\x00\x30\x03\x02\x01\x01\x30\x02\x02\x00\x30\x03\x04\x01x", 16);
    evil_silence(line);
}

static void other_protocol(struct evil_line *line, const struct evil_request *request)
{
    (void)request;
    evil_bytes(line, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
    evil_silence(line);
}

static void silence(struct evil_line *line, const struct evil_request *request)
{
    (void)request;
    evil_silence(line);
}

static void hanging_up(struct evil_line *line, const struct evil_request *request)
{
    (void)request;
    evil_hang_up(line);
}

#define STRIKE(function)                                                                           \
    {                                                                                              \
#function, function                                                                        \
    }

const struct evil_strike evil_strikes[] = {
    STRIKE(endless_entries),
    STRIKE(endless_large_entries),
    STRIKE(endless_entries_for_nobody),
    STRIKE(endless_negative_ids),
    STRIKE(endless_references),
    STRIKE(endless_intermediate),
    STRIKE(endless_unknown),
    STRIKE(endless_unsolicited),
    STRIKE(endless_large_unsolicited),
    STRIKE(endless_results_for_nobody),
    STRIKE(another_operation),
    STRIKE(notice_of_disconnection),
    STRIKE(two_gigabytes),
    STRIKE(four_megabytes),
    STRIKE(deep_nesting),
    STRIKE(indefinite_length),
    STRIKE(broken_entry),
    STRIKE(broken_result),
    STRIKE(no_operation),
    STRIKE(other_protocol),
    STRIKE(silence),
    STRIKE(hanging_up),
    {NULL, NULL},
};
