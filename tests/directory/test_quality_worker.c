/* SPDX-License-Identifier: MIT */
/* The real matkhau-quality at the other end of a pair, with a dictionary and settings of our own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cracklib.h"
#include "matkhau/channel.h"

#define WORDS 100
#define WAIT_MS 10000
#define GOOD "Xk7#qpLw92z"
#define GOOD_SHA1 "51117D2C054C70A641080296F84377F20111CE3C"

struct fixture {
    struct cracklib dictionary;
    char config[128];
    pid_t pid;
    int fd;
    int standard_error; /* what the worker was given as such */
    uint32_t id;
    bool go_on;
    char list[128]; /* a file for a list of leaked passwords */
    enum mk_leak_kind leak_kind;
    const char *words_dir; /* the administrator's, or NULL */
};

/* Writes pwquality.conf(5): `lines`, and our dictionary unless they name another. */
static void configure(struct fixture *f, const char *lines)
{
    FILE *file = fopen(f->config, "w");

    assert_non_null(file);
    if (strstr(lines, "dictpath") == NULL)
        assert_true(fprintf(file, "dictpath = %s\n", f->dictionary.prefix) > 0);
    assert_true(fputs(lines, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void start(struct fixture *f)
{
    int channel[2];
    int pipe_ends[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel), 0);
    assert_int_equal(pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK), 0);
    f->pid = fork();
    assert_int_not_equal(f->pid, -1);
    if (f->pid == 0) {
        int fd = fcntl(channel[1], F_DUPFD_CLOEXEC, 10); /* not at its place already */
        if (fd < 0 || dup2(pipe_ends[1], STDERR_FILENO) < 0 || dup2(fd, MK_CHANNEL_FD) < 0)
            _exit(127);
        (void)execl(QUALITY_PROGRAM, "matkhau-quality", (char *)NULL);
        _exit(127);
    }
    (void)close(channel[1]);
    (void)close(pipe_ends[1]);
    f->fd = channel[0];
    f->standard_error = pipe_ends[0];
}

static bool receive(struct fixture *f, union mk_quality_reply *reply)
{
    struct pollfd p = {f->fd, POLLIN, 0};

    assert_int_equal(poll(&p, 1, WAIT_MS), 1);
    return mk_receive(f->fd, reply, sizeof *reply, 0, mk_quality_reply_shapes) == MK_RECEIVED;
}

static struct mk_quality_rules settle(struct fixture *f, const char *config)
{
    struct mk_quality_settings request = {.header = {MK_QUALITY_SETTINGS, ++f->id}};
    struct mk_quality_person person = {.header = {MK_QUALITY_PERSON, 0}, .login = "nguyenvanan"};
    union mk_quality_reply reply;

    (void)snprintf(request.config_file, sizeof request.config_file, "%s", config);
    (void)snprintf(request.words_dir, sizeof request.words_dir, "%s", WORD_LISTS);
    if (f->words_dir != NULL)
        (void)snprintf(request.own_words_dir, sizeof request.own_words_dir, "%s", f->words_dir);
    if (f->leak_kind != MK_LEAKS_NONE)
        (void)snprintf(request.leak_file, sizeof request.leak_file, "%s", f->list);
    request.leak_kind = f->leak_kind;
    request.go_on = f->go_on;
    assert_int_equal(mk_send(f->fd, &request, sizeof request), 0);
    assert_true(receive(f, &reply));
    assert_int_equal(reply.header.type, MK_QUALITY_RULES);
    assert_int_equal(reply.header.id, f->id);
    assert_int_equal(mk_send(f->fd, &person, sizeof person), 0);
    return reply.rules;
}

static void set_password(struct mk_password *password, const char *text)
{
    password->length = (uint32_t)strlen(text);
    assert_in_range(password->length, 0, MK_PASSWORD_MAX);
    memcpy(password->text, text, password->length + 1);
}

static struct mk_quality_verdict check(struct fixture *f, const char *old, const char *new)
{
    struct mk_quality_check request = {.header = {MK_QUALITY_CHECK, ++f->id}};
    union mk_quality_reply reply;

    set_password(&request.old_password, old);
    set_password(&request.new_password, new);
    assert_int_equal(mk_send(f->fd, &request, sizeof request), 0);
    assert_true(receive(f, &reply));
    assert_int_equal(reply.header.type, MK_QUALITY_VERDICT);
    assert_int_equal(reply.header.id, f->id);
    return reply.verdict;
}

/* Waits for the end: its exit status, or -1 for a signal. Whatever it printed is a fault. */
static int finish(struct fixture *f)
{
    struct pollfd p = {f->standard_error, POLLIN, 0};
    char byte;
    int status;

    (void)close(f->fd);
    assert_int_equal(poll(&p, 1, WAIT_MS), 1);
    assert_int_equal(read(f->standard_error, &byte, 1), 0);
    (void)close(f->standard_error);
    assert_int_equal(waitpid(f->pid, &status, 0), f->pid);
    f->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void has_our_defaults(void **state)
{
    struct fixture *f = *state;
    struct mk_quality_rules rules;

    configure(f, "");
    start(f);
    rules = settle(f, f->config);
    assert_int_equal(rules.broken, 0);
    assert_int_equal(rules.number[MK_RULE_MIN_LENGTH], 8);
    assert_int_equal(rules.number[MK_RULE_MIN_CLASSES], 3);
    assert_int_equal(finish(f), 0);

    configure(f, "minlen = 12\nminclass = 2\n");
    start(f);
    rules = settle(f, f->config);
    assert_int_equal(rules.number[MK_RULE_MIN_LENGTH], 12);
    assert_int_equal(rules.number[MK_RULE_MIN_CLASSES], 2);
    assert_int_equal(finish(f), 0);

    configure(f, "ocredit = 1\n");
    start(f);
    rules = settle(f, f->config);
    assert_int_equal(rules.broken, 0);
    assert_int_equal(rules.number[MK_RULE_MIN_LENGTH],
                     0); /* a sign makes up for a letter: no one length */
    assert_int_equal(finish(f), 0);
}

#define BIT(rule) MK_RULE_BIT(MK_RULE_##rule)

/* What pwquality.conf says, with letters for bytes, and beside it what nobody can configure away.
 */
static void does_what_is_configured(void **state)
{
    static const struct {
        const char *config;
        const char *old;
        const char *new;
        uint64_t failed;
    } cases[] = {
        {"", "", GOOD, 0},
        {"", "Cu#matkhau1", GOOD, 0},
        {"", "", "", BIT(EMPTY) | BIT(MIN_LENGTH) | BIT(MIN_CLASSES)},
        {"", GOOD, GOOD, BIT(SAME)},
        {"", GOOD, "xK7#QPlW92Z", BIT(CASE_ONLY)},
        {"difok = 5\n", GOOD, "Xk7#qpLw92za_", BIT(SIMILAR)},
        {"difok = 1\n", GOOD, "Xk7#qpLw92zab", 0},
        {"", GOOD, "#qpLw92zXk7", BIT(ROTATED)},
        {"", "", "Xk7#qpL", BIT(MIN_LENGTH)},
        {"minlen = 15\n", "", GOOD, BIT(MIN_LENGTH)},
        {"dcredit = -2\n", "", "Xk7#qpLwcvz", BIT(MIN_DIGITS)},
        {"ucredit = -3\n", "", GOOD, BIT(MIN_UPPERS)},
        {"lcredit = -7\n", "", GOOD, BIT(MIN_LOWERS)},
        {"ocredit = -2\n", "", GOOD, BIT(MIN_OTHERS)},
        {"", "", "xkqpLwvnzMd", BIT(MIN_CLASSES)},
        {"", "", "Xk7#qpLLLw92z", BIT(MAX_REPEAT)},
        {"maxrepeat = 0\n", "", "Xk7#qpLLLw92z", 0},
        {"maxclassrepeat = 2\n", "", "Xk7#qpwL92", BIT(MAX_CLASS_REPEAT)},
        {"maxsequence = 3\n", "", "Xk7#qpLw1234", BIT(MAX_SEQUENCE) | BIT(RUN)},
        {"", "", "Xk7#pqp#7kX", BIT(PALINDROME)},
        {"", "", "Nguyenvanan#92", BIT(USER)},
        {"badwords = xmopq\n", "", "Xmopq@8w4T", BIT(BAD_WORD)},
        {"minclass = 0\n", "", "matkhau0007", BIT(COMMON) | BIT(MAX_REPEAT)},
        {"minclass = 0\n", "", "kwzxbmt0099", BIT(DICTIONARY)},
        {"", "", "KwZxbmt0042", BIT(DICTIONARY)},
        {"", "", "5500tmbxzwK", BIT(DICTIONARY_REVERSED)},
        {"", "", "Abcdefgh123", BIT(RUN)},
        {"", "", "aA1aA1aA1aA1", BIT(REPEATS)},
        {"", "", "bBx11xbB1xb1", BIT(FEW_DIFFERENT)},
        {"dictcheck = 0\n", "", "KwZxbmt0042", 0},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mk_quality_verdict verdict;
        configure(f, cases[i].config);
        start(f);
        assert_int_equal(settle(f, f->config).broken, 0);
        verdict = check(f, cases[i].old, cases[i].new);
        if (verdict.failed != cases[i].failed)
            fail_msg("\"%s\": %#" PRIx64 " where %#" PRIx64 " was wanted", cases[i].new,
                     verdict.failed, cases[i].failed);
        if (verdict.failed == 0)
            assert_in_range(verdict.score, 0, 100);
        else
            assert_int_equal(verdict.score, -1);
        assert_int_equal(finish(f), 0);
    }
}

static void answers_again_and_again(void **state)
{
    struct fixture *f = *state;
    static const char signs[] = "k7Qz!mV2x#Rb9@Ht4&Ws6*Jd3%Fp8^Lc5+Yg";
    char longest[MK_PASSWORD_MAX + 1];

    configure(f, "");
    start(f);
    (void)settle(f, f->config);
    for (size_t i = 0; i < MK_PASSWORD_MAX; i++)
        longest[i] = signs[(i * 5 + i / strlen(signs)) % strlen(signs)];
    longest[MK_PASSWORD_MAX] = '\0';
    for (int i = 0; i < 20; i++) {
        assert_int_equal(check(f, "", "KwZxbmt0021").failed, BIT(DICTIONARY));
        assert_int_equal(check(f, "", GOOD).failed, 0);
        assert_true((check(f, longest, longest).failed & BIT(SAME)) != 0);
        assert_int_equal(check(f, "", longest).failed, 0);
    }
    assert_int_equal(finish(f), 0);
}

/* With a part that does not work, no password passes, and none is given a reason that is false. */
static void expect_broken(struct fixture *f, const char *config, enum mk_quality_part part,
                          enum mk_part_fault fault, const char *file)
{
    static const char *const any[] = {GOOD, "KwZxbmt0042", ""};
    struct mk_quality_rules rules;

    start(f);
    rules = settle(f, config);
    assert_int_equal(rules.broken, 1U << part);
    assert_int_equal(rules.part[part].fault, fault);
    assert_string_equal(rules.part[part].file, file);
    for (size_t i = 0; i < sizeof any / sizeof *any; i++) {
        struct mk_quality_verdict verdict = check(f, "", any[i]);
        assert_true((verdict.failed & MK_RULE_BIT(MK_RULE_BROKEN)) != 0);
        assert_int_equal(verdict.broken, 1U << part);
        assert_int_equal(verdict.rule, MK_RULE_OK);
        assert_int_equal(verdict.asked, 0);
    }
    assert_int_equal(finish(f), 0);
    f->go_on = true; /* then the rest decides, and the verdict says what is missing from it */
    start(f);
    assert_int_equal(settle(f, config).broken, 1U << part);
    assert_int_equal(check(f, "", GOOD).failed, 0);
    assert_int_equal(check(f, "", GOOD).broken, 1U << part);
    assert_true((check(f, "", "Xk7#qpL").failed & MK_RULE_BIT(MK_RULE_MIN_LENGTH)) != 0);
    assert_int_equal(finish(f), 0);
    f->go_on = false;
}

static void says_when_its_settings_are_wrong(void **state)
{
    static const char *const wrong[] = {"minlen = many\n", "minlength = 8\n", "minlen\n"};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        configure(f, wrong[i]);
        expect_broken(f, f->config, MK_PART_SETTINGS, MK_PART_FORMAT, f->config);
    }
    expect_broken(f, "/nonexistent/pwquality.conf", MK_PART_SETTINGS, MK_PART_UNREADABLE,
                  "/nonexistent/pwquality.conf");
}

static void says_when_its_dictionary_is_broken(void **state)
{
    struct fixture *f = *state;
    const struct cracklib *d = &f->dictionary;
    char data[256];

    (void)snprintf(data, sizeof data, "%s.pwd", d->prefix);
    configure(f, "dictpath = /nonexistent/words\n");
    expect_broken(f, f->config, MK_PART_DICTIONARY, MK_PART_MISSING, "/nonexistent/words.pwd");
    configure(f, "");
    cracklib_write(d, d->index_size, 0);
    expect_broken(f, f->config, MK_PART_DICTIONARY, MK_PART_FORMAT, data);
    cracklib_write(d, d->index_size, d->data_size / 2);
    expect_broken(f, f->config, MK_PART_DICTIONARY, MK_PART_FORMAT, data);
    cracklib_write(d, d->index_size, d->data_size - 1);
    expect_broken(f, f->config, MK_PART_DICTIONARY, MK_PART_FORMAT, data);
    cracklib_write(d, 0, d->data_size);
    expect_broken(f, f->config, MK_PART_DICTIONARY, MK_PART_FORMAT, data);
    cracklib_write(d, d->index_size - 4, d->data_size);
    expect_broken(f, f->config, MK_PART_DICTIONARY, MK_PART_FORMAT, data);
    configure(f, "dictcheck = 0\n"); /* then nobody needs it */
    start(f);
    assert_int_equal(settle(f, f->config).broken, 0);
    assert_int_equal(check(f, "", GOOD).rule, MK_RULE_OK);
    assert_int_equal(finish(f), 0);
}

static void write_list(struct fixture *f, const char *text)
{
    FILE *file = fopen(f->list, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void looks_into_a_list_of_leaked_passwords(void **state)
{
    /* SHA-1 of GOOD. */
    static const char hash[] = GOOD_SHA1 ":3\n";
    struct fixture *f = *state;

    configure(f, "");
    f->leak_kind = MK_LEAKS_SHA1;
    write_list(f, hash);
    start(f);
    assert_int_equal(settle(f, f->config).broken, 0);
    assert_int_equal(check(f, "", GOOD).failed, BIT(LEAKED));
    assert_int_equal(check(f, "", "Vt4$kQz8mW1x").failed, 0);
    assert_int_equal(finish(f), 0);

    write_list(f, "matkhau\n");
    expect_broken(f, f->config, MK_PART_LEAKS, MK_PART_FORMAT, f->list);
    write_list(f, "");
    expect_broken(f, f->config, MK_PART_LEAKS, MK_PART_MISSING, f->list);
    assert_int_equal(unlink(f->list), 0);
    expect_broken(f, f->config, MK_PART_LEAKS, MK_PART_MISSING, f->list);
}

/* In the memory that a worker may have. */
static void reads_the_longest_plain_list(void **state)
{
    struct fixture *f = *state;
    FILE *file = fopen(f->list, "w");

    assert_non_null(file);
    for (int i = 0; i < 999999; i++)
        assert_true(fprintf(file, "matkhau-cu-%d\n", i) > 0);
    assert_true(fputs(GOOD "\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    configure(f, "");
    f->leak_kind = MK_LEAKS_PLAIN;
    start(f);
    assert_int_equal(settle(f, f->config).broken, 0);
    assert_int_equal(check(f, "", GOOD).failed, BIT(LEAKED));
    assert_int_equal(check(f, "", "Vt4$kQz8mW1x").failed, 0);
    assert_int_equal(finish(f), 0);
}

static void takes_the_administrators_words(void **state)
{
    struct fixture *f = *state;
    char folder[] = "/tmp/matkhau-own-XXXXXX";
    char path[64];
    FILE *file;

    configure(f, "");
    assert_non_null(mkdtemp(folder));
    f->words_dir = folder;
    start(f);
    assert_int_equal(settle(f, f->config).broken, 0); /* it may be empty */
    assert_int_equal(check(f, "", "Xk-CayBuoiNha-7").failed, 0);
    assert_int_equal(finish(f), 0);

    (void)snprintf(path, sizeof path, "%s/own.txt", folder);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("[common]\nCây Bưởi Nhà\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    start(f);
    assert_int_equal(settle(f, f->config).broken, 0);
    assert_int_equal(check(f, "", "Xk-CayBuoiNha-7").failed, BIT(COMMON));
    assert_string_equal(check(f, "", "Xk-C@yBu0iNha-7").hit_word[0], "Cây Bưởi Nhà");
    assert_int_equal(finish(f), 0);

    file = fopen(path, "a");
    assert_non_null(file);
    assert_true(fputs("2024\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    expect_broken(f, f->config, MK_PART_WORDS, MK_PART_FORMAT, path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void proposes_and_remembers_what_was_given(void **state)
{
    struct mk_quality_propose propose = {.header = {MK_QUALITY_PROPOSE, 77}};
    struct mk_quality_given given = {.header = {MK_QUALITY_GIVEN, 0}};
    struct fixture *f = *state;
    union mk_quality_reply reply;

    configure(f, "");
    start(f);
    (void)settle(f, f->config);
    propose.count = 3;
    assert_int_equal(mk_send(f->fd, &propose, sizeof propose), 0);
    assert_true(receive(f, &reply));
    assert_int_equal(reply.header.type, MK_QUALITY_PROPOSALS);
    assert_int_equal(reply.header.id, 77);
    assert_int_equal(reply.proposals.count, 3);
    assert_in_range(reply.proposals.bits, 60, 64);
    given.password = reply.proposals.password[2];
    assert_int_equal(check(f, "", given.password.text).failed, 0);
    assert_int_equal(mk_send(f->fd, &given, sizeof given), 0);
    assert_int_equal(check(f, "", given.password.text).failed, BIT(GIVEN));
    propose.count = MK_PROPOSALS_MAX + 1; /* a surprise */
    assert_int_equal(mk_send(f->fd, &propose, sizeof propose), 0);
    assert_false(receive(f, &reply));
    assert_int_equal(finish(f), 1);
}

static void makes_temporary_ones(void **state)
{
    struct mk_quality_propose propose = {
        .header = {MK_QUALITY_PROPOSE, 78}, .count = 2, .temporary = 1};
    struct fixture *f = *state;
    union mk_quality_reply reply;

    configure(f, "");
    start(f);
    (void)settle(f, f->config);
    assert_int_equal(mk_send(f->fd, &propose, sizeof propose), 0);
    assert_true(receive(f, &reply));
    assert_int_equal(reply.header.type, MK_QUALITY_PROPOSALS);
    assert_int_equal(reply.proposals.count, 2);
    assert_in_range(reply.proposals.bits, 40, 41);
    assert_int_equal(reply.proposals.password[0].length, 11);
    propose.longer = MK_LONGER_MAX;
    assert_int_equal(mk_send(f->fd, &propose, sizeof propose), 0);
    assert_true(receive(f, &reply));
    assert_int_equal(reply.proposals.count, 2);
    assert_in_range(reply.proposals.bits, 56, 57);
    propose.longer = MK_LONGER_MAX + 1; /* a surprise */
    assert_int_equal(mk_send(f->fd, &propose, sizeof propose), 0);
    assert_false(receive(f, &reply));
    assert_int_equal(finish(f), 1);
}

static void ends_at_a_surprise(void **state)
{
    struct mk_quality_settings settings = {.header = {MK_QUALITY_SETTINGS, 1}};
    struct mk_quality_check early = {.header = {MK_QUALITY_CHECK, 1}};
    struct mk_quality_person person = {.header = {MK_QUALITY_PERSON, 0}};
    struct fixture *f = *state;
    union mk_quality_reply reply;

    configure(f, "");
    start(f); /* a check before the settings */
    assert_int_equal(mk_send(f->fd, &early, sizeof early), 0);
    assert_false(receive(f, &reply));
    assert_int_equal(finish(f), 1);

    start(f); /* a person before the settings */
    assert_int_equal(mk_send(f->fd, &person, sizeof person), 0);
    assert_false(receive(f, &reply));
    assert_int_equal(finish(f), 1);

    start(f); /* settings for the second time */
    (void)settle(f, f->config);
    assert_int_equal(mk_send(f->fd, &settings, sizeof settings), 0);
    assert_false(receive(f, &reply));
    assert_int_equal(finish(f), 1);

    start(f); /* a packet too short */
    (void)settle(f, f->config);
    assert_int_equal(mk_send(f->fd, &early, sizeof early - 1), 0);
    assert_false(receive(f, &reply));
    assert_int_equal(finish(f), 1);

    start(f); /* a password without an end */
    (void)settle(f, f->config);
    early.new_password.length = MK_PASSWORD_MAX + 1;
    assert_int_equal(mk_send(f->fd, &early, sizeof early), 0);
    assert_false(receive(f, &reply));
    assert_int_equal(finish(f), 1);

    start(f); /* nothing at all */
    assert_int_equal(finish(f), 0);
}

#ifndef __SANITIZE_ADDRESS__
#define PART 8 /* this many letters of a password in a row are a copy */

/* Whether `secret`'s letters `from` on stand at `at`, in any case, forwards or backwards. */
static bool is_copy(const unsigned char *at, const char *secret, size_t from)
{
    size_t same = 0;
    size_t turned = 0;

    for (size_t i = 0; i < PART; i++) {
        same += (at[i] | 0x20) == ((unsigned char)secret[from + i] | 0x20);
        turned += (at[i] | 0x20) == ((unsigned char)secret[from + PART - 1 - i] | 0x20);
    }
    return same == PART || turned == PART;
}

static unsigned count_copies(const unsigned char *memory, size_t size, const char *secret)
{
    unsigned copies = 0;

    for (size_t from = 0; from + PART <= strlen(secret); from += PART)
        for (size_t i = 0; i + PART <= size; i++)
            copies += is_copy(memory + i, secret, from);
    return copies;
}

/* Copies of `secret` in what the process may write to. */
static unsigned copies_in(pid_t pid, const char *secret)
{
    char path[64];
    char line[512];
    unsigned copies = 0;
    FILE *maps;
    int memory;

    (void)snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    memory = open(path, O_RDONLY | O_CLOEXEC);
    (void)snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    maps = fopen(path, "re");
    if (memory < 0 || maps == NULL) {
        print_message("the worker's memory cannot be looked at without rights to do so\n");
        skip();
    }
    while (fgets(line, sizeof line, maps) != NULL) {
        char *end;
        unsigned long first = strtoul(line, &end, 16);
        unsigned long last = strtoul(end + 1, &end, 16);
        unsigned char *bytes;
        if (strncmp(end, " rw", 3) != 0)
            continue;
        bytes = malloc(last - first);
        assert_non_null(bytes);
        assert_int_equal(pread(memory, bytes, last - first, (off_t)first), last - first);
        copies += count_copies(bytes, last - first, secret);
        free(bytes);
    }
    (void)fclose(maps);
    (void)close(memory);
    return copies;
}

static void keeps_no_password(void **state)
{
    static const char *const secrets[] = {"Vt4$kQz8mW1x", "Hn3@tP5$yR0sGb7!cL2#dJ6&fK9*wZ1%vX8^",
                                          "Bq7 mX2-tR9+zL4=nW6_pK3:hC8;jF5,vD1.sG0/yM2 aT5",
                                          "M@tkh4u-2024-H4noi-Nguyenvanan"};
    static const char old[] = "Ce6%hU9&oA2*";
    struct fixture *f = *state;

    configure(f, "maxrepeat = 2\nmaxclassrepeat = 4\nmaxsequence = 3\n");
    start(f);
    (void)settle(f, f->config);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        struct mk_quality_check request = {.header = {MK_QUALITY_CHECK, ++f->id}};
        union mk_quality_reply reply;
        struct pollfd p = {f->fd, POLLIN, 0};
        set_password(&request.old_password, old);
        set_password(&request.new_password, secrets[i]);
        assert_int_equal(mk_send(f->fd, &request, sizeof request), 0);
        assert_int_equal(poll(&p, 1, WAIT_MS), 1);
        assert_true(receive(f, &reply));
        (void)check(f, "", ""); /* once this is answered, the one before has been cleared away */
        assert_int_equal(copies_in(f->pid, secrets[i]), 0);
        assert_int_equal(copies_in(f->pid, old), 0);
    }
    assert_int_equal(finish(f), 0);
}

/* Until it waits for the next packet. */
static void wait_until_idle(pid_t pid)
{
    char path[64];
    char state = 'R';

    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    for (int i = 0; i < WAIT_MS && state != 'S'; i++) {
        FILE *file = fopen(path, "re");
        assert_non_null(file);
        assert_int_equal(fscanf(file, "%*d %*s %c", &state), 1);
        (void)fclose(file);
        (void)poll(NULL, 0, 1);
    }
    assert_int_equal(state, 'S');
}

/* Those it has made itself, once somebody has them. */
static void keeps_no_password_it_made(void **state)
{
    struct fixture *f = *state;

    configure(f, "maxclassrepeat = 4\n"); /* so that some are refused */
    start(f);
    (void)settle(f, f->config);
    for (uint32_t i = 0; i < 6; i++) {
        struct mk_quality_propose propose = {
            .header = {MK_QUALITY_PROPOSE, ++f->id}, .count = MK_PROPOSALS_MAX, .temporary = i % 2};
        union mk_quality_reply made;
        assert_int_equal(mk_send(f->fd, &propose, sizeof propose), 0);
        assert_true(receive(f, &made));
        assert_int_equal(made.header.type, MK_QUALITY_PROPOSALS);
        assert_int_equal(made.proposals.count, MK_PROPOSALS_MAX);
        wait_until_idle(f->pid);
        for (uint32_t k = 0; k < made.proposals.count; k++)
            assert_int_equal(copies_in(f->pid, made.proposals.password[k].text), 0);
    }
    assert_int_equal(finish(f), 0);
}
#endif

static int set_up(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;

    cracklib_open(&f->dictionary);
    cracklib_pack(&f->dictionary, WORDS);
    cracklib_write(&f->dictionary, f->dictionary.index_size, f->dictionary.data_size);
    assert_in_range(snprintf(f->config, sizeof f->config, "%s.conf", f->dictionary.prefix), 1,
                    sizeof f->config - 1);
    assert_in_range(snprintf(f->list, sizeof f->list, "%s.leaks", f->dictionary.prefix), 1,
                    sizeof f->list - 1);
    f->leak_kind = MK_LEAKS_NONE;
    f->words_dir = NULL;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    if (f->pid > 0) {
        (void)kill(f->pid, SIGKILL);
        (void)waitpid(f->pid, NULL, 0);
        f->pid = 0;
    }
    (void)unlink(f->config);
    (void)unlink(f->list);
    cracklib_close(&f->dictionary);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(has_our_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(does_what_is_configured, set_up, tear_down),
        cmocka_unit_test_setup_teardown(answers_again_and_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_when_its_settings_are_wrong, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_when_its_dictionary_is_broken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(looks_into_a_list_of_leaked_passwords, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_the_longest_plain_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(takes_the_administrators_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(proposes_and_remembers_what_was_given, set_up, tear_down),
        cmocka_unit_test_setup_teardown(makes_temporary_ones, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ends_at_a_surprise, set_up, tear_down),
#ifndef __SANITIZE_ADDRESS__
        cmocka_unit_test_setup_teardown(keeps_no_password, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keeps_no_password_it_made, set_up, tear_down),
#endif
    };

    return cmocka_run_group_tests_name("quality_worker", tests, NULL, NULL);
}
