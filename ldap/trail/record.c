// SPDX-License-Identifier: MIT
#include "record.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "chain.h"
#include "utf8.h"

/* A value's longest text: twice its bytes, as with hexadecimal digits. */
#define TEXT_MAX(bytes) (2 * (size_t)(bytes))

static const char *const steps[MK_TRAIL_STEPS] = {
    [MK_TRAIL_INTENT] = "intent",
    [MK_TRAIL_OUTCOME] = "outcome",
    [MK_TRAIL_FOUND] = "found",
    [MK_TRAIL_NOTED] = "noted",
};

static const char *const acts[MK_TRAIL_ACTS] = {
    [MK_TRAIL_CHANGE] = "change", [MK_TRAIL_LOOK] = "look",   [MK_TRAIL_CALL] = "call",
    [MK_TRAIL_UNLOCK] = "unlock", [MK_TRAIL_RESET] = "reset",
};

bool record_fits(unsigned kind, unsigned step)
{
    if (kind == MK_TRAIL_LOOK || kind == MK_TRAIL_CALL)
        return step == MK_TRAIL_NOTED;
    return kind < MK_TRAIL_ACTS && step < MK_TRAIL_NOTED;
}

struct text {
    size_t length;
    size_t size;
    char *bytes;
};

static void put(struct text *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct text *out, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(out->bytes + out->length, out->size - out->length, format, arguments);
    va_end(arguments);
    out->length += (size_t)length;
    /* The lengths of all members have been added up: see the test of the longest record. */
    if (out->length >= out->size)
        out->length = out->size - 1;
}

/* What would steer a terminal, turn the order of letters round, or not be seen at all. */
static bool is_hidden(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

static void put_letter(struct text *out, uint32_t c, const char *bytes, size_t length)
{
    uint16_t units[2];

    if (c == '"' || c == '\\')
        put(out, "\\%c", (int)c);
    else if (!is_hidden(c))
        put(out, "%.*s", (int)length, bytes);
    else if (utf8_units(c, units) == 1)
        put(out, "\\u%04x", units[0]);
    else
        put(out, "\\u%04x\\u%04x", units[0], units[1]);
}

/* As a JSON string without its quotation marks. False: not UTF-8, or longer than `most`. */
static bool escape(struct text *out, const char *value, size_t most)
{
    while (*value != '\0') {
        uint32_t c;
        size_t length = utf8_take(value, &c);

        if (length == 0)
            return false;
        put_letter(out, c, value, length);
        if (out->length > most)
            return false;
        value += length;
    }
    return true;
}

/* A member, where there is a value, which has at most `most` bytes. */
static void put_value(struct text *out, const char *name, const char *value, size_t most)
{
    char escaped[TEXT_MAX(MK_URI_MAX) + 16];
    struct text text = {.bytes = escaped, .size = sizeof escaped};

    escaped[0] = '\0';
    if (value[0] == '\0')
        return;
    if (escape(&text, value, TEXT_MAX(most))) {
        put(out, ",\"%s\":\"%s\"", name, escaped);
        return;
    }
    put(out, ",\"%s_hex\":\"", name);
    for (; *value != '\0'; value++)
        put(out, "%02x", (unsigned)(unsigned char)*value);
    put(out, "\"");
}

static void put_time(struct text *out, const struct timespec *now)
{
    char text[32] = "";
    struct tm tm;

    if (gmtime_r(&now->tv_sec, &tm) != NULL)
        (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    put(out, ",\"time\":\"%s.%03ldZ\"", text, now->tv_nsec / 1000000);
}

size_t record_write(char line[MK_TRAIL_LINE_MAX + 1], const struct mk_trail_record *record,
                    const char *previous, const struct timespec *now, unsigned uid)
{
    struct text out = {.bytes = line, .size = MK_TRAIL_LINE_MAX + 1};
    char hash[MK_TRAIL_HASH_MAX + 1];

    put(&out, "{\"prev\":\"%s\"", previous);
    put_time(&out, now);
    put(&out, ",\"id\":\"%016llx\",\"step\":\"%s\",\"act\":\"%s\"", (unsigned long long)record->act,
        steps[record->step], acts[record->kind]);
    put_value(&out, "who", record->who, MK_LOGIN_MAX);
    put(&out, ",\"uid\":%u", uid);
    put_value(&out, "tty", record->tty, MK_TRAIL_NAME_MAX);
    if (record->utmp[0] != '\0')
        put_value(&out, "utmp", record->utmp, MK_TRAIL_ADDRESS_MAX);
    else
        put_value(&out, "ssh", record->ssh, MK_TRAIL_ADDRESS_MAX);
    put_value(&out, "desk", record->desk, MK_TRAIL_NAME_MAX);
    put_value(&out, "person", record->person, MK_LOGIN_MAX);
    put_value(&out, "verified", record->verified, MK_TRAIL_VERIFIED_MAX);
    put_value(&out, "reason", record->reason, MK_TRAIL_REASON_MAX);
    put_value(&out, "system", record->system, MK_TRAIL_NAME_MAX);
    put_value(&out, "server", record->server, MK_URI_MAX);
    if (record->step == MK_TRAIL_OUTCOME || record->step == MK_TRAIL_FOUND)
        put_value(&out, "outcome", record_result(record->result), MK_TRAIL_NAME_MAX);
    if (record->ldap_code != 0)
        put(&out, ",\"code\":%d", (int)record->ldap_code);
    chain_hash(hash, "", line, out.length);
    put(&out, CHAIN_HASH_BEFORE "%s" CHAIN_HASH_AFTER "\n", hash);
    return out.length;
}
