/* SPDX-License-Identifier: MIT */

/*
 * The trail below the terminal program: its lines, its chain, what is found when somebody changes
 * it, and what becomes of it when the disk, the log or a process goes away.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chain.h"
#include "chance.h"
#include "file.h"
#include "log.h"
#include "record.h"
#include "verify.h"

#define NAMES 100000
#define WRITERS 20
#define RECORDS 200
#define KILLS 40

static char folder[] = "/tmp/test-trail-XXXXXX";
static char trail[64];
static char older[64]; /* what logrotate(8) calls the file before */

/* Takes any bytes that fit; what is in front of a NUL counts. */
#define SET(member, text) (void)snprintf(member, sizeof(member), "%s", text)

static struct mk_trail_record intent(void)
{
    struct mk_trail_record record = {.step = MK_TRAIL_INTENT, .act = 0x0123456789abcdef};

    SET(record.who, "nguyenvanan");
    SET(record.tty, "pts/3");
    SET(record.ssh, "192.0.2.7");
    SET(record.system, "mail");
    return record;
}

static struct mk_trail_record outcome(enum mk_result result)
{
    struct mk_trail_record record = intent();

    record.step = MK_TRAIL_OUTCOME;
    record.result = result;
    SET(record.server, "ldaps://ldap1.example.vn");
    return record;
}

static struct mk_trail_record of_a_desk(enum mk_trail_act kind, enum mk_trail_step step)
{
    struct mk_trail_record record = {.kind = kind, .step = step, .act = 0xfedcba9876543210};

    SET(record.who, "lethihoa");
    SET(record.tty, "pts/4");
    SET(record.desk, "hanoi");
    SET(record.person, "nguyenvanan");
    return record;
}

static void fill(char *member, size_t size, char with)
{
    memset(member, with, size - 1);
    member[size - 1] = '\0';
}

/* Every member of a record at its longest, all of them with the same byte. */
static struct mk_trail_record longest(enum mk_trail_act kind, enum mk_trail_step step, char with)
{
    struct mk_trail_record record = {.kind = kind, .step = step, .act = UINT64_MAX};

    record.ldap_code = INT32_MIN;
    fill(record.who, sizeof record.who, with);
    fill(record.tty, sizeof record.tty, with);
    fill(record.ssh, sizeof record.ssh, with);
    fill(record.utmp, sizeof record.utmp, with);
    fill(record.desk, sizeof record.desk, with);
    fill(record.person, sizeof record.person, with);
    fill(record.verified, sizeof record.verified, with);
    fill(record.reason, sizeof record.reason, with);
    fill(record.system, sizeof record.system, with);
    fill(record.server, sizeof record.server, with);
    return record;
}

/* --- files --- */

static void write_bytes(const char *path, const char *bytes, size_t size)
{
    FILE *f = fopen(path, "we");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

/* The whole file, with a NUL behind it; free() it. */
static char *read_bytes(const char *path, size_t *size)
{
    FILE *f = fopen(path, "re");
    char *bytes;

    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    *size = (size_t)ftell(f);
    rewind(f);
    bytes = malloc(*size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, f), *size);
    bytes[*size] = '\0';
    assert_int_equal(fclose(f), 0);
    return bytes;
}

static void empty(void)
{
    write_bytes(trail, "", 0);
    assert_int_equal(chmod(trail, 0600), 0);
}

static int start(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    SET(trail, folder);
    strncat(trail, "/trail.jsonl", sizeof trail - strlen(trail) - 1);
    (void)snprintf(older, sizeof older, "%s.1", trail);
    return 0;
}

static int fresh(void **state)
{
    (void)state;
    (void)unlink(older);
    (void)unlink(trail);
    empty();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    (void)unlink(older);
    (void)unlink(trail);
    return rmdir(folder);
}

static void append(const struct mk_trail_record *record)
{
    char line[MK_TRAIL_LINE_MAX + 1];

    assert_int_equal(file_append(trail, record, line), MK_TRAIL_WORKS);
}

/* An act with its outcome, `count` times. */
static void append_acts(unsigned count)
{
    struct mk_trail_record before = intent();
    struct mk_trail_record after = outcome(MK_OK);

    for (unsigned i = 0; i < count; i++) {
        before.act = after.act = before.act + 1;
        append(&before);
        append(&after);
    }
}

/* What a helpdesk leaves of one call. */
static void append_call(void)
{
    static const enum mk_trail_act kinds[] = {MK_TRAIL_LOOK, MK_TRAIL_CALL, MK_TRAIL_UNLOCK,
                                              MK_TRAIL_RESET};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        bool is_act = kinds[i] == MK_TRAIL_UNLOCK || kinds[i] == MK_TRAIL_RESET;
        struct mk_trail_record record =
            of_a_desk(kinds[i], is_act ? MK_TRAIL_INTENT : MK_TRAIL_NOTED);

        record.act += i;
        SET(record.verified, "Gọi lại số trong danh bạ");
        SET(record.reason, "quên \"mật khẩu\"\n");
        append(&record);
        record.step = MK_TRAIL_OUTCOME;
        if (is_act)
            append(&record);
    }
}

static struct mk_trail_verdict look_after(struct verify *verify, const char *path,
                                          const char *after)
{
    struct mk_trail_verify request = {.file = ""};
    struct mk_trail_verdict verdict = {.line = 0};

    SET(request.file, path);
    SET(request.after, after);
    verify_file(verify, &request, &verdict);
    return verdict;
}

static struct mk_trail_verdict look(const char *path)
{
    struct verify verify = {0};
    struct mk_trail_verdict verdict = look_after(&verify, path, "");

    verify_end(&verify);
    return verdict;
}

/* --- lines --- */

static void a_line_of_each_step(void **state)
{
    static const struct timespec now = {1795330980, 7999999};
    static const char first[] =
        "{\"prev\":\"" CHAIN_START "\",\"time\":\"2026-11-22T07:03:00.007Z\","
        "\"id\":\"0123456789abcdef\",\"step\":\"intent\",\"act\":\"change\","
        "\"who\":\"nguyenvanan\",\"uid\":1000,\"tty\":\"pts/3\",\"ssh\":\"192.0.2.7\","
        "\"system\":\"mail\"";
    static const char middle[] =
        ",\"step\":\"outcome\",\"act\":\"change\",\"who\":\"nguyenvanan\",\"uid\":0,"
        "\"tty\":\"pts/3\",\"utmp\":\"198.51.100.9\",\"system\":\"mail\","
        "\"server\":\"ldaps://ldap1.example.vn\",\"outcome\":\"MK_SERVER_REFUSED\",\"code\":53,"
        "\"hash\":\"";
    struct mk_trail_record record = intent();
    char line[MK_TRAIL_LINE_MAX + 1];
    char whole[MK_TRAIL_LINE_MAX + 1];
    char hash[MK_TRAIL_HASH_MAX + 1];

    (void)state;
    chain_hash(hash, "", "abc", 3); /* FIPS 180-4's own example */
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    chain_hash(hash, "", first, sizeof first - 1);
    (void)snprintf(whole, sizeof whole, "%s,\"hash\":\"%s\"}\n", first, hash);
    assert_int_equal(record_write(line, &record, CHAIN_START, &now, 1000), strlen(whole));
    assert_string_equal(line, whole);
    record = outcome(MK_SERVER_REFUSED);
    record.ldap_code = 53;
    SET(record.utmp, "198.51.100.9"); /* root's word goes before the environment's */
    assert_in_range(record_write(line, &record, hash, &now, 0), 1, MK_TRAIL_LINE_MAX);
    assert_memory_equal(line + sizeof "{\"prev\":\"" - 1, hash, MK_TRAIL_HASH_MAX);
    assert_non_null(strstr(line, middle));
    record.step = MK_TRAIL_FOUND;
    (void)record_write(line, &record, hash, &now, 0);
    assert_non_null(strstr(line, "\"step\":\"found\""));
}

/* A look says for whom, a call how and why as well, and what is done says all of it. */
static void a_line_of_each_act(void **state)
{
    static const struct timespec now = {1795330980, 0};
    static const struct {
        enum mk_trail_act kind;
        enum mk_trail_step step;
        const char *wanted; /* between the name of the act and the hash */
    } lines[] = {
        {MK_TRAIL_LOOK, MK_TRAIL_NOTED, "noted\",\"act\":\"look\","},
        {MK_TRAIL_CALL, MK_TRAIL_NOTED, "noted\",\"act\":\"call\","},
        {MK_TRAIL_UNLOCK, MK_TRAIL_INTENT, "intent\",\"act\":\"unlock\","},
        {MK_TRAIL_UNLOCK, MK_TRAIL_OUTCOME, "outcome\",\"act\":\"unlock\","},
        {MK_TRAIL_RESET, MK_TRAIL_INTENT, "intent\",\"act\":\"reset\","},
        {MK_TRAIL_RESET, MK_TRAIL_FOUND, "found\",\"act\":\"reset\","},
    };
    char line[MK_TRAIL_LINE_MAX + 1];
    char wanted[512];

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct mk_trail_record record = of_a_desk(lines[i].kind, lines[i].step);
        bool is_act = lines[i].kind == MK_TRAIL_UNLOCK || lines[i].kind == MK_TRAIL_RESET;
        bool is_told = is_act && lines[i].step != MK_TRAIL_INTENT;

        if (lines[i].kind != MK_TRAIL_LOOK) {
            SET(record.verified, "Gọi lại số trong danh bạ");
            SET(record.reason, "Bị khoá, \"quên\" mật khẩu");
        }
        if (is_act)
            SET(record.system, "mail");
        if (is_act)
            SET(record.server, "ldaps://ldap1.example.vn");
        record.result = MK_NO_RIGHT;
        (void)record_write(line, &record, CHAIN_START, &now, 1000);
        (void)snprintf(
            wanted, sizeof wanted,
            ",\"id\":\"fedcba9876543210\",\"step\":\"%s\"who\":\"lethihoa\",\"uid\":1000,"
            "\"tty\":\"pts/4\",\"desk\":\"hanoi\",\"person\":\"nguyenvanan\"%s%s%s,\"hash\":\"",
            lines[i].wanted,
            lines[i].kind == MK_TRAIL_LOOK ? ""
                                           : ",\"verified\":\"Gọi lại số trong danh bạ\","
                                             "\"reason\":\"Bị khoá, \\\"quên\\\" mật khẩu\"",
            is_act ? ",\"system\":\"mail\",\"server\":\"ldaps://ldap1.example.vn\"" : "",
            is_told ? ",\"outcome\":\"MK_NO_RIGHT\"" : "");
        if (strstr(line, wanted) == NULL)
            fail_msg("%s is not in\n%s", wanted, line);
    }
}

static void every_result_has_its_own_name(void **state)
{
    (void)state;
    for (unsigned r = 0; r < MK_RESULTS; r++) {
        assert_non_null(record_result(r));
        assert_memory_equal(record_result(r), "MK_", 3);
        for (unsigned other = 0; other < r; other++)
            assert_string_not_equal(record_result(r), record_result(other));
    }
    assert_null(record_result(MK_RESULTS));
    assert_string_equal(record_result(MK_OK), "MK_OK");
    assert_string_equal(record_result(MK_WORKER_FAILED), "MK_WORKER_FAILED");
}

static void the_longest_one_fits(void **state)
{
    static const char worst[] = {'\001', '"', '\xff', 'a'};
    static const struct timespec now = {253402300799, 999999999};
    char line[MK_TRAIL_LINE_MAX + 1];
    struct chain_record read;
    size_t most = 0;
    size_t most_ascii = 0;

    (void)state;
    for (size_t i = 0; i < sizeof worst; i++)
        for (unsigned r = 0; r < MK_RESULTS; r++) {
            struct mk_trail_record record = longest(MK_TRAIL_UNLOCK, MK_TRAIL_OUTCOME, worst[i]);
            size_t length;

            record.result = r;
            length = record_write(line, &record, CHAIN_START, &now, UINT32_MAX);
            assert_in_range(length, 1000, MK_TRAIL_LINE_MAX - 1); /* nothing was cut */
            assert_true(chain_read(&read, line, length - 1));
            assert_string_equal(line + length - 3, "\"}\n");
            most = length > most ? length : most;
            fill(record.server, sizeof record.server, 'l');
            length = record_write(line, &record, CHAIN_START, &now, UINT32_MAX);
            most_ascii = length > most_ascii ? length : most_ascii;
        }
    print_message("# the longest record: %zu bytes, with a server in ASCII %zu\n", most,
                  most_ascii);
    assert_in_range(most_ascii, 1500, 2048 - 40);
}

/* Letters that somebody might hope to do harm with, and any bytes, `most` of them. */
static void make_text(uint64_t *chance, char *text, size_t most)
{
    static const char *const parts[] = {
        "\"",
        "\\",
        "\",\"who\":\"root",
        "\n",
        "\r\n",
        "\033[2J",
        "\x7f",
        "\xc2\x9b",
        "\xe2\x80\xae",
        "\xe2\x80\x8b",
        "\xef\xbb\xbf",
        "\xc0\xaf",
        "\xed\xa0\x80",
        "\xf0\x9f\x98\x80",
        "\xe1\xba",
        "\xf3\xa0\x81\x81",
        "Nguyễn",
        "/",
        "\\u0000",
        "</script>",
        "\xff",
        "\xf4\x90\x80\x80",
        "\xe2\x80\xa8",
        "\"}\n{\"prev\":\"",
        "an",
        "\xc2\xad",
    };
    size_t length = 0;

    for (unsigned count = 1 + chance_below(chance, 40); count > 0; count--) {
        char one[2] = {(char)(1 + chance_below(chance, 255)), '\0'};
        const char *part = chance_below(chance, 3) == 0
                               ? one
                               : parts[chance_below(chance, sizeof parts / sizeof *parts)];

        if (length + strlen(part) > most)
            break;
        memcpy(text + length, part, strlen(part) + 1);
        length += strlen(part);
    }
}

/* One value in hexadecimal digits. */
static void put_hex(FILE *out, const char *value, char end)
{
    for (; *value != '\0'; value++) {
        (void)fputc("0123456789abcdef"[(unsigned char)*value >> 4], out);
        (void)fputc("0123456789abcdef"[*value & 15], out);
    }
    assert_int_equal(fputc(end, out), end);
}

/* A parser that is not ours gives every one of them back, byte by byte. */
static void hostile_values_read_back_equal(void **state)
{
    static const struct timespec now = {1795330980, 0};
    uint64_t chance = 20261122;
    char line[MK_TRAIL_LINE_MAX + 1];
    char command[256];
    char answer[64] = "";
    FILE *names = fopen(older, "we");
    FILE *lines = fopen(trail, "we");
    FILE *python;

    (void)state;
    if (access("/usr/bin/python3", X_OK) != 0) {
        print_message("# skipped: python3 is not installed\n");
        skip();
    }
    assert_non_null(names);
    assert_non_null(lines);
    for (int i = 0; i < NAMES; i++) {
        struct mk_trail_record record = of_a_desk(MK_TRAIL_RESET, MK_TRAIL_OUTCOME);
        size_t length;

        make_text(&chance, record.who, MK_LOGIN_MAX);
        make_text(&chance, record.person, MK_LOGIN_MAX);
        make_text(&chance, record.verified, MK_TRAIL_VERIFIED_MAX);
        make_text(&chance, record.reason, MK_TRAIL_REASON_MAX);
        put_hex(names, record.who, ' ');
        put_hex(names, record.person, ' ');
        put_hex(names, record.verified, ' ');
        put_hex(names, record.reason, '\n');
        length = record_write(line, &record, CHAIN_START, &now, 1000);
        assert_int_equal(fwrite(line, 1, length, lines), length);
    }
    assert_int_equal(fclose(names), 0);
    assert_int_equal(fclose(lines), 0);
    (void)snprintf(command, sizeof command, "%s %s %s 2>&1", JSONBACK, older, trail);
    python = popen(command, "re");
    assert_non_null(python);
    assert_non_null(fgets(answer, sizeof answer, python));
    assert_int_equal(pclose(python), 0);
    assert_string_equal(answer, "100000\n");
}

/* --- the chain --- */

static void a_chain_is_whole(void **state)
{
    struct mk_trail_verdict verdict;

    (void)state;
    verdict = look(trail);
    assert_int_equal(verdict.broken, MK_CHAIN_WHOLE);
    assert_int_equal(verdict.records, 0);
    append_acts(10);
    verdict = look(trail);
    assert_int_equal(verdict.fault, MK_TRAIL_WORKS);
    assert_int_equal(verdict.broken, MK_CHAIN_WHOLE);
    assert_int_equal(verdict.records, 20);
    assert_int_equal(verdict.open, 0);
    assert_string_equal(verdict.first, CHAIN_START);
    assert_int_equal(strlen(verdict.last), MK_TRAIL_HASH_MAX);
}

/* Each byte of a file in turn is made another one, in several ways; here and there it is taken
 * away.
 */
static void every_byte_counts(void **state)
{
    static const char other[] = {1, 0x20, (char)0x80};
    int fd = open(trail, O_RDWR | O_CLOEXEC);
    size_t size;
    char *bytes;

    (void)state;
    append_acts(1);
    append_call();
    bytes = read_bytes(trail, &size);
    for (size_t i = 0; i < size; i++) {
        for (size_t k = 0; k <= sizeof other; k++) {
            char changed = k < sizeof other ? (char)(bytes[i] ^ other[k]) : '\n';

            if (changed == bytes[i])
                continue;
            assert_int_equal(pwrite(fd, &changed, 1, (off_t)i), 1);
            if (look(trail).broken == MK_CHAIN_WHOLE)
                fail_msg("byte %zu as %02x is not noticed", i, (unsigned)(unsigned char)changed);
        }
        assert_int_equal(pwrite(fd, &bytes[i], 1, (off_t)i), 1);
    }
    assert_int_equal(look(trail).broken, MK_CHAIN_WHOLE);
    for (size_t i = 0; i < size; i += 31) {
        FILE *f = fopen(older, "we");

        assert_non_null(f);
        assert_int_equal(fwrite(bytes, 1, i, f), i);
        assert_int_equal(fwrite(bytes + i + 1, 1, size - i - 1, f), size - i - 1);
        assert_int_equal(fclose(f), 0);
        if (look(older).broken == MK_CHAIN_WHOLE)
            fail_msg("byte %zu is not missed", i);
    }
    assert_int_equal(close(fd), 0);
    free(bytes);
}

/* The line with this number, from 1; its length with the end goes to `*length`. */
static char *line_at(char *bytes, int number, size_t *length)
{
    for (; number > 1; number--)
        bytes = strchr(bytes, '\n') + 1;
    *length = strcspn(bytes, "\n") + 1;
    return bytes;
}

static void the_place_of_a_break_is_told(void **state)
{
    struct mk_trail_verdict verdict;
    struct chain_record second;
    struct chain_record fourth;
    size_t length;
    size_t size;
    char *bytes;
    char *line;

    (void)state;
    append_acts(3);
    bytes = read_bytes(trail, &size);
    line = line_at(bytes, 4, &length);
    assert_true(chain_read(&fourth, line, length - 1));
    line = line_at(bytes, 2, &length);
    assert_true(chain_read(&second, line, length - 1));

    /* A word of the third. */
    *strstr(line_at(bytes, 3, &length), "mail") = 'n';
    write_bytes(trail, bytes, size);
    verdict = look(trail);
    assert_int_equal(verdict.broken, MK_CHAIN_CHANGED);
    assert_int_equal(verdict.line, 3);
    assert_int_equal(verdict.records, 2);
    assert_string_equal(verdict.found, fourth.prev);
    assert_string_not_equal(verdict.wanted, verdict.found);
    *strstr(line_at(bytes, 3, &length), "nail") = 'm';

    /* The third taken away. */
    line = line_at(bytes, 3, &length);
    memmove(line, line + length, size - (size_t)(line - bytes) - length);
    write_bytes(trail, bytes, size - length);
    verdict = look(trail);
    assert_int_equal(verdict.broken, MK_CHAIN_LINK);
    assert_int_equal(verdict.line, 3);
    assert_string_equal(verdict.wanted, second.hash);
    assert_string_equal(verdict.found, fourth.prev);

    /* Cut in the middle of the last one. */
    write_bytes(trail, bytes, size - length - 40);
    bytes[size - length - 40] = '\0';
    verdict = look(trail);
    assert_int_equal(verdict.broken, MK_CHAIN_LINK); /* the first break is told */
    free(bytes);
}

static void a_cut_last_line_is_told(void **state)
{
    struct mk_trail_verdict verdict;
    size_t size;
    char *bytes;

    (void)state;
    append_acts(2);
    bytes = read_bytes(trail, &size);
    write_bytes(trail, bytes, size - 1);
    verdict = look(trail);
    assert_int_equal(verdict.broken, MK_CHAIN_CUT);
    assert_int_equal(verdict.line, 4);
    assert_int_equal(verdict.records, 3);
    free(bytes);
}

/* What is no trail is called so, with the line: text, an endless line, zeros. */
static void what_is_no_trail_is_told(void **state)
{
    static char zeros[4096];
    char line[MK_TRAIL_LINE_MAX + 1];
    struct mk_trail_record record = intent();
    struct mk_trail_verdict verdict;

    (void)state;
    write_bytes(trail, "[ministry]\nname = x\n", 20);
    verdict = look(trail);
    assert_int_equal(verdict.broken, MK_CHAIN_FOREIGN);
    assert_int_equal(verdict.line, 1);
    assert_int_equal(file_append(trail, &record, line), MK_TRAIL_FOREIGN);
    assert_string_equal(line, "");
    write_bytes(trail, zeros, sizeof zeros);
    assert_int_equal(look(trail).broken, MK_CHAIN_FOREIGN);
    assert_int_equal(file_append(trail, &record, line), MK_TRAIL_FOREIGN);
    (void)unlink(trail);
    assert_int_equal(look(trail).fault, MK_TRAIL_MISSING);
}

/* An intent is open until its outcome; the look afterwards belongs to the same act. */
static void intents_without_an_outcome_are_counted(void **state)
{
    struct mk_trail_record before = intent();
    struct mk_trail_record after = outcome(MK_OUTCOME_UNKNOWN);
    struct mk_trail_verdict verdict;

    (void)state;
    append_acts(1);
    before.act = after.act = 7;
    append(&before);
    append(&after);
    after.step = MK_TRAIL_FOUND;
    after.result = MK_OK;
    append(&after);
    for (before.act = 0x100; before.act < 0x100 + 100; before.act++)
        append(&before);
    after.act = 0x100;
    append(&after);
    verdict = look(trail);
    assert_int_equal(verdict.broken, MK_CHAIN_WHOLE);
    assert_int_equal(verdict.open, 99);
    assert_string_equal(verdict.open_act[0], "0000000000000101");
    assert_int_equal(strlen(verdict.open_time[0]), MK_TRAIL_TIME_MAX);
    assert_string_equal(verdict.open_act[MK_TRAIL_OPEN_MAX - 1], "0000000000000108");
}

/* A look and a call are whole in one record: they open nothing, and end nothing. */
static void what_is_noted_is_no_intent(void **state)
{
    struct mk_trail_record look_at = of_a_desk(MK_TRAIL_LOOK, MK_TRAIL_NOTED);
    struct mk_trail_record call = of_a_desk(MK_TRAIL_CALL, MK_TRAIL_NOTED);
    struct mk_trail_record reset = of_a_desk(MK_TRAIL_RESET, MK_TRAIL_INTENT);
    struct mk_trail_verdict verdict;

    (void)state;
    append(&look_at);
    append(&call);
    assert_int_equal(look(trail).open, 0);
    append(&reset);
    append(&look_at);
    verdict = look(trail);
    assert_int_equal(verdict.open, 1);
    assert_string_equal(verdict.open_act[0], "fedcba9876543210");
    reset.step = MK_TRAIL_OUTCOME;
    append(&reset);
    verdict = look(trail);
    assert_int_equal(verdict.open, 0);
    assert_int_equal(verdict.records, 5);
    assert_int_equal(verdict.broken, MK_CHAIN_WHOLE);
}

/* Somebody died in the middle of a line: the next one gets past it, and nothing is lost. */
static void a_piece_is_accounted_for(void **state)
{
    size_t size;
    char *bytes;

    (void)state;
    append_acts(1);
    bytes = read_bytes(trail, &size);
    for (size_t kept = 1; kept <= size; kept += 37) {
        struct mk_trail_verdict verdict;
        size_t length;
        bool whole;

        write_bytes(trail, bytes, kept);
        whole = bytes[kept - 1] == '\n';
        append_acts(1);
        verdict = look(trail);
        if (verdict.broken != MK_CHAIN_WHOLE)
            fail_msg("after %zu bytes: %u in line %u", kept, verdict.broken,
                     (unsigned)verdict.line);
        (void)line_at(bytes, 1, &length);
        assert_int_equal(verdict.pieces, whole ? 0 : 1);
        assert_int_equal(verdict.piece, whole ? 0 : kept < length ? 1 : 2);
        assert_int_equal(verdict.records, kept < length ? 2 : 3);
    }
    free(bytes);
}

/* Not even a piece can be changed. */
static void every_byte_of_a_piece_counts(void **state)
{
    size_t length;
    size_t size;
    char *bytes;
    char *line;

    (void)state;
    append_acts(1);
    bytes = read_bytes(trail, &size);
    write_bytes(trail, bytes, size - 100);
    free(bytes);
    append_acts(1);
    assert_int_equal(look(trail).pieces, 1);
    bytes = read_bytes(trail, &size);
    line = line_at(bytes, 2, &length);
    for (size_t i = 0; i < length; i++) {
        line[i] ^= 1;
        write_bytes(trail, bytes, size);
        if (look(trail).broken == MK_CHAIN_WHOLE)
            fail_msg("byte %zu of the piece is not noticed", i);
        line[i] ^= 1;
    }
    free(bytes);
}

/* As logrotate(8) does it: the new file goes on with the chain of the old one. */
static void rotation_goes_on(void **state)
{
    struct verify verify = {0};
    struct mk_trail_record record = intent();
    struct mk_trail_verdict first;
    struct mk_trail_verdict second;

    (void)state;
    append_acts(2);
    record.act = 0x77;
    append(&record);
    assert_int_equal(rename(trail, older), 0);
    empty();
    record = outcome(MK_OK);
    record.act = 0x77;
    append(&record);
    append_acts(1);
    first = look_after(&verify, older, "");
    assert_int_equal(first.broken, MK_CHAIN_WHOLE);
    assert_int_equal(first.open, 1);
    second = look_after(&verify, trail, first.last);
    assert_int_equal(second.broken, MK_CHAIN_WHOLE);
    assert_int_equal(second.open, 0);
    assert_string_equal(second.first, first.last);
    assert_int_equal(look(trail).broken, MK_CHAIN_WHOLE);
    /* In the wrong order, or with one left out, it is none. */
    assert_int_equal(look_after(&verify, older, second.last).broken, MK_CHAIN_LINK);
    verify_end(&verify);
}

/* --- what can be wrong with the place --- */

static void places_that_cannot_be_written(void **state)
{
    struct mk_trail_record record = intent();
    char line[MK_TRAIL_LINE_MAX + 1];

    (void)state;
    assert_int_equal(file_try(trail), MK_TRAIL_WORKS);
    assert_int_equal(chmod(trail, 0602), 0);
    assert_int_equal(file_append(trail, &record, line), MK_TRAIL_LOOSE);
    assert_int_equal(unlink(trail), 0);
    assert_int_equal(file_append(trail, &record, line), MK_TRAIL_MISSING);
    assert_int_equal(access(trail, F_OK), -1); /* and is not made */
    assert_int_equal(file_append(folder, &record, line), MK_TRAIL_SPECIAL);
    assert_int_equal(file_append("/dev/full", &record, line), MK_TRAIL_SPECIAL);
    assert_int_equal(mkfifo(trail, 0600), 0);
    assert_int_equal(file_append(trail, &record, line), MK_TRAIL_SPECIAL);
    assert_int_equal(unlink(trail), 0);
    write_bytes(older, "", 0);
    assert_int_equal(symlink(older, trail), 0);
    assert_int_equal(file_append(trail, &record, line), MK_TRAIL_SPECIAL);
    assert_int_equal(file_try(trail), MK_TRAIL_SPECIAL);
}

/* What a child finds that has become something else before; 99 where it could not become that. */
static int found_by(bool (*become)(void), struct mk_trail_record *record)
{
    char line[MK_TRAIL_LINE_MAX + 1];
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        if (!become())
            _exit(99);
        _exit((int)file_append(trail, record, line));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static bool become_nobody(void)
{
    return geteuid() != 0 || (setgroups(0, NULL) == 0 && setgid(65534) == 0 && setuid(65534) == 0);
}

static void a_file_without_the_right(void **state)
{
    struct mk_trail_record record = intent();
    int found;

    (void)state;
    assert_int_equal(chmod(folder, 0711), 0);
    assert_int_equal(chmod(trail, 0400), 0);
    found = found_by(become_nobody, &record);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(found, MK_TRAIL_NO_RIGHT);
}

static size_t file_limit;

static bool become_limited(void)
{
    struct rlimit limit = {file_limit, file_limit};

    return signal(SIGXFSZ, SIG_IGN) != SIG_ERR && setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

/* The limit strikes at every place of a line; the chain goes on when there is room again. */
static void a_limit_of_the_size(void **state)
{
    struct mk_trail_record records[] = {intent(), of_a_desk(MK_TRAIL_LOOK, MK_TRAIL_NOTED),
                                        longest(MK_TRAIL_RESET, MK_TRAIL_INTENT, 'a')};
    static const struct timespec now = {1795330980, 0};
    char line[MK_TRAIL_LINE_MAX + 1];
    size_t before;
    size_t after;

    (void)state;
    append_acts(2);
    free(read_bytes(trail, &before));
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        size_t length = record_write(line, &records[i], CHAIN_START, &now, (unsigned)getuid());

        for (file_limit = before; file_limit < before + length; file_limit += 23) {
            assert_int_equal(found_by(become_limited, &records[i]), MK_TRAIL_FULL);
            free(read_bytes(trail, &after));
            assert_int_equal(after, before); /* what was begun is taken back */
        }
    }
    append_acts(1);
    append_call();
    assert_int_equal(look(trail).broken, MK_CHAIN_WHOLE);
    assert_int_equal(look(trail).records, 12);
}

/* Where nothing can be taken back (chattr +a), the piece stays, and is accounted for. */
static void an_append_only_file(void **state)
{
    struct mk_trail_record record = intent();
    struct mk_trail_verdict verdict;
    int append_only = FS_APPEND_FL;
    int none = 0;
    size_t before;
    int found;
    int fd;

    (void)state;
    append_acts(2);
    free(read_bytes(trail, &before));
    fd = open(trail, O_RDONLY | O_CLOEXEC);
    if (ioctl(fd, FS_IOC_SETFLAGS, &append_only) != 0) {
        close(fd);
        print_message("# skipped: this file system or this user cannot chattr +a\n");
        skip();
    }
    file_limit = before + 100;
    found = found_by(become_limited, &record);
    append_acts(1);
    verdict = look(trail);
    assert_int_equal(ioctl(fd, FS_IOC_SETFLAGS, &none), 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(found, MK_TRAIL_FULL);
    assert_int_equal(verdict.broken, MK_CHAIN_WHOLE);
    assert_int_equal(verdict.pieces, 1);
    assert_int_equal(verdict.piece, 5);
    assert_int_equal(verdict.records, 6);
}

/* A file system of 16 KiB in a mount namespace, filled up with records. */
static bool become_confined(void)
{
    struct mk_trail_record record = intent();
    char line[MK_TRAIL_LINE_MAX + 1];
    enum mk_trail_fault fault = MK_TRAIL_WORKS;
    struct mk_trail_verdict verdict;
    unsigned written = 0;

    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", folder, "tmpfs", 0, "size=16k") != 0)
        return false;
    close(open(trail, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    while (fault == MK_TRAIL_WORKS && written < 1000) {
        fault = file_append(trail, &record, line);
        written += fault == MK_TRAIL_WORKS;
    }
    verdict = look(trail);
    if (fault != MK_TRAIL_FULL || written < 20 || verdict.broken != MK_CHAIN_WHOLE ||
        verdict.records != written)
        _exit(98);
    return true; /* once more, and refused again */
}

static void a_full_disk(void **state)
{
    struct mk_trail_record record = of_a_desk(MK_TRAIL_CALL, MK_TRAIL_NOTED);
    int found = found_by(become_confined, &record);

    (void)state;
    if (found == 99) {
        print_message("# skipped: no mount namespace for a small disk\n");
        skip();
    }
    assert_int_equal(found, MK_TRAIL_FULL);
}

/* --- the system log --- */

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    SET(address.sun_path, path);
    (void)unlink(path);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void the_system_log(void **state)
{
    static const struct timespec now = {1795330980, 0};
    struct mk_trail_record record = longest(MK_TRAIL_RESET, MK_TRAIL_OUTCOME, '\xff');
    char line[MK_TRAIL_LINE_MAX + 1];
    char got[2 * MK_TRAIL_LINE_MAX];
    char wanted[64];
    ssize_t n;
    int fd;

    (void)state;
    (void)record_write(line, &record, CHAIN_START, &now, 1000);
    assert_int_equal(unlink(trail), 0);
    assert_int_equal(log_try(trail), MK_TRAIL_NO_LOG);
    assert_int_equal(log_append(trail, line), MK_TRAIL_NO_LOG);
    fd = listen_at(trail);
    assert_int_equal(log_try(trail), MK_TRAIL_WORKS);
    assert_int_equal(log_append(trail, line), MK_TRAIL_WORKS);
    n = recv(fd, got, sizeof got - 1, MSG_DONTWAIT);
    assert_true(n > 0);
    got[n] = '\0';
    (void)snprintf(wanted, sizeof wanted, "<85>matkhau-trail[%d]: {", (int)getpid());
    assert_memory_equal(got, wanted, strlen(wanted));
    assert_memory_equal(got + strlen(wanted) - 1, line, strlen(line) - 1);
    assert_int_equal((size_t)n, strlen(wanted) - 1 + strlen(line) - 1);
    close(fd); /* the socket's name stays, as after a crash of the log */
    assert_int_equal(log_append(trail, line), MK_TRAIL_NO_LOG);
}

/* --- the program --- */

/* The real worker; returns our end of the channel. */
static int start_worker(pid_t *pid)
{
    char name[] = "matkhau-trail";
    char *const arguments[] = {name, NULL};
    char *const environment[] = {NULL};
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        abort();
    *pid = fork();
    if (*pid == 0) {
        if (pair[1] == MK_CHANNEL_FD)
            (void)fcntl(pair[1], F_SETFD, 0);
        else
            (void)dup2(pair[1], MK_CHANNEL_FD);
        (void)execve(TRAIL_PROGRAM, arguments, environment);
        _exit(127);
    }
    close(pair[1]);
    return pair[0];
}

/* The fault in the answer, or -1 when the worker has gone. */
static int ask(int fd, const void *packet, size_t size)
{
    union mk_trail_reply reply;

    if (mk_send(fd, packet, size) != 0 ||
        mk_receive(fd, &reply, sizeof reply, 0, mk_trail_reply_shapes) != MK_RECEIVED)
        return -1;
    return (int)reply.written.fault;
}

static int set_up(int fd, const char *path)
{
    struct mk_trail_settings settings = {.header = {MK_TRAIL_SETTINGS, 1}};

    SET(settings.file, path);
    return ask(fd, &settings, sizeof settings);
}

/* Every second act is a helpdesk's. */
static int send_record(int fd, uint64_t act, enum mk_trail_step step)
{
    struct mk_trail_record record = act % 2 == 0 ? intent() : of_a_desk(MK_TRAIL_RESET, step);

    record.header = (struct mk_header){MK_TRAIL_RECORD, 2};
    record.act = act;
    record.step = step;
    return ask(fd, &record, sizeof record);
}

static int wait_for(pid_t pid)
{
    int status;

    if (waitpid(pid, &status, 0) != pid)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void write_many(uint64_t base, unsigned count)
{
    pid_t pid;
    int fd = start_worker(&pid);
    bool good = set_up(fd, trail) == MK_TRAIL_WORKS;

    for (unsigned i = 0; good && i < count; i++)
        good = send_record(fd, base + i / 2, i % 2 == 0 ? MK_TRAIL_INTENT : MK_TRAIL_OUTCOME) ==
               MK_TRAIL_WORKS;
    close(fd);
    _exit(good && wait_for(pid) == 0 ? 0 : 1);
}

static void many_writers(void **state)
{
    struct mk_trail_verdict verdict;
    pid_t pids[WRITERS];

    (void)state;
    for (unsigned i = 0; i < WRITERS; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            write_many((uint64_t)(i + 1) << 32, RECORDS);
    }
    for (unsigned i = 0; i < WRITERS; i++)
        assert_int_equal(wait_for(pids[i]), 0);
    verdict = look(trail);
    assert_int_equal(verdict.broken, MK_CHAIN_WHOLE);
    assert_int_equal(verdict.records, WRITERS * RECORDS);
    assert_int_equal(verdict.open, 0);
    assert_int_equal(verdict.pieces, 0);
}

/* The file is renamed again and again while they write; the chain goes on from file to file. */
static void many_writers_and_a_rotation(void **state)
{
    struct verify verify = {0};
    struct mk_trail_verdict first;
    struct mk_trail_verdict second;
    pid_t pids[4];

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            write_many((uint64_t)(i + 1) << 32, 300);
    }
    for (struct stat status = {0}; status.st_size < 20000;) { /* they are at it */
        (void)poll(NULL, 0, 1);
        assert_int_equal(stat(trail, &status), 0);
    }
    assert_int_equal(rename(trail, older), 0);
    (void)poll(NULL, 0, 20); /* nobody finds any file for a moment */
    empty();
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(wait_for(pids[i]), 0);
    first = look_after(&verify, older, CHAIN_START);
    second = look_after(&verify, trail, first.last);
    assert_int_equal(first.broken, MK_CHAIN_WHOLE);
    assert_int_equal(second.broken, MK_CHAIN_WHOLE);
    assert_int_equal(first.records + second.records, 1200);
    assert_int_equal(second.open, 0);
    verify_end(&verify);
}

/* Writers that are killed wherever they are: what was answered is there, and the chain is whole. */
static void killed_writers(void **state)
{
    uint64_t chance = 9;
    uint64_t answered = 0;
    struct mk_trail_verdict verdict;

    (void)state;
    for (int i = 0; i < KILLS; i++) {
        pid_t pid;
        int fd = start_worker(&pid);
        unsigned good = chance_below(&chance, 4);

        assert_int_equal(set_up(fd, trail), MK_TRAIL_WORKS);
        for (unsigned k = 0; k < good; k++)
            assert_int_equal(send_record(fd, ++answered, MK_TRAIL_INTENT), MK_TRAIL_WORKS);
        if (good > 0) {
            struct mk_trail_record record = intent();

            record.header = (struct mk_header){MK_TRAIL_RECORD, 3};
            record.act = 0;
            assert_int_equal(mk_send(fd, &record, sizeof record), 0);
            (void)usleep(chance_below(&chance, 600));
        }
        assert_int_equal(kill(pid, SIGKILL), 0);
        (void)wait_for(pid);
        close(fd);
    }
    append_acts(1);
    verdict = look(trail);
    assert_int_equal(verdict.broken, MK_CHAIN_WHOLE);
    assert_in_range(verdict.open, answered, answered + KILLS);
    assert_string_equal(verdict.open_act[0], "0000000000000001");
}

/* Whoever asked is gone: what had been handed over is written all the same. */
static void an_orphan_finishes(void **state)
{
    struct mk_trail_record record = intent();
    pid_t pid;
    int fd = start_worker(&pid);
    int lock = open(trail, O_RDWR | O_CLOEXEC);

    (void)state;
    assert_int_equal(set_up(fd, trail), MK_TRAIL_WORKS);
    assert_int_equal(flock(lock, LOCK_EX), 0); /* so that it has to wait */
    record.header = (struct mk_header){MK_TRAIL_RECORD, 2};
    assert_int_equal(mk_send(fd, &record, sizeof record), 0);
    close(fd);
    (void)poll(NULL, 0, 50);
    close(lock);
    assert_int_equal(wait_for(pid), 0);
    assert_int_equal(look(trail).records, 1);
}

/* Out of order, or with numbers that are none: it ends, and writes nothing. */
static void packets_that_do_not_belong(void **state)
{
    struct mk_trail_record record = intent();
    struct mk_trail_verify verify = {.header = {MK_TRAIL_VERIFY, 2}};
    struct mk_trail_settings settings = {.header = {MK_TRAIL_SETTINGS, 1}};
    pid_t pid;
    int fd = start_worker(&pid);

    (void)state;
    assert_int_equal(send_record(fd, 1, MK_TRAIL_INTENT), -1); /* without settings */
    close(fd);
    assert_int_equal(wait_for(pid), 1);
    fd = start_worker(&pid);
    assert_int_equal(ask(fd, &settings, sizeof settings), -1); /* nowhere to write */
    close(fd);
    assert_int_equal(wait_for(pid), 1);
    fd = start_worker(&pid);
    assert_int_equal(set_up(fd, trail), MK_TRAIL_WORKS);
    assert_int_equal(send_record(fd, 1, MK_TRAIL_STEPS), -1);
    close(fd);
    assert_int_equal(wait_for(pid), 1);
    for (unsigned kind = 0; kind <= MK_TRAIL_ACTS; kind++)
        for (unsigned step = 0; step <= MK_TRAIL_STEPS; step++)
            assert_int_equal(record_fits(kind, step),
                             kind < MK_TRAIL_ACTS && step < MK_TRAIL_STEPS &&
                                 (kind == MK_TRAIL_LOOK || kind == MK_TRAIL_CALL) ==
                                     (step == MK_TRAIL_NOTED));
    fd = start_worker(&pid);
    assert_int_equal(set_up(fd, trail), MK_TRAIL_WORKS);
    record.header = (struct mk_header){MK_TRAIL_RECORD, 2};
    record.kind = MK_TRAIL_ACTS;
    assert_int_equal(ask(fd, &record, sizeof record), -1);
    close(fd);
    assert_int_equal(wait_for(pid), 1);
    record.kind = MK_TRAIL_CHANGE;
    fd = start_worker(&pid);
    assert_int_equal(set_up(fd, trail), MK_TRAIL_WORKS);
    record.header = (struct mk_header){MK_TRAIL_RECORD, 2};
    record.step = MK_TRAIL_OUTCOME;
    record.result = MK_RESULTS;
    assert_int_equal(ask(fd, &record, sizeof record), -1);
    close(fd);
    assert_int_equal(wait_for(pid), 1);
    fd = start_worker(&pid);
    assert_int_equal(set_up(fd, trail), MK_TRAIL_WORKS);
    assert_int_equal(ask(fd, &verify, sizeof verify), -1); /* a writer does not look */
    close(fd);
    assert_int_equal(wait_for(pid), 1);
    assert_int_equal(look(trail).records, 0);
}

#define TEST(test) cmocka_unit_test_setup(test, fresh)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_line_of_each_step),
        TEST(a_line_of_each_act),
        TEST(every_result_has_its_own_name),
        TEST(the_longest_one_fits),
        TEST(hostile_values_read_back_equal),
        TEST(a_chain_is_whole),
        TEST(every_byte_counts),
        TEST(the_place_of_a_break_is_told),
        TEST(a_cut_last_line_is_told),
        TEST(what_is_no_trail_is_told),
        TEST(intents_without_an_outcome_are_counted),
        TEST(what_is_noted_is_no_intent),
        TEST(a_piece_is_accounted_for),
        TEST(every_byte_of_a_piece_counts),
        TEST(rotation_goes_on),
        TEST(places_that_cannot_be_written),
        TEST(a_file_without_the_right),
        TEST(a_limit_of_the_size),
        TEST(an_append_only_file),
        TEST(a_full_disk),
        TEST(the_system_log),
        TEST(many_writers),
        TEST(many_writers_and_a_rotation),
        TEST(killed_writers),
        TEST(an_orphan_finishes),
        TEST(packets_that_do_not_belong),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
