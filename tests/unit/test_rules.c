/* SPDX-License-Identifier: MIT */
/* The whole check of a password, in one process: which rules each password breaks, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "check.h"
#include "passwords.h"
#include "proposals.h"
#include "temporary.h"

#define DICTIONARY "/var/cache/cracklib/cracklib_dict.pwd"

static struct check check;
static struct mk_quality_settings settings;

static void set_up_settings(void)
{
    settings = (struct mk_quality_settings){
        .header = {MK_QUALITY_SETTINGS, 1}, .config_file = "/dev/null", .words_dir = WORD_LISTS};
}

/* As `settings` say, for this person. */
static void reopen(int person)
{
    if (access(DICTIONARY, R_OK) != 0) {
        print_message("no dictionary: cracklib-runtime is not installed\n");
        skip();
    }
    check_close(&check);
    check_open(&check, &settings);
    assert_int_equal(check.rules.broken, 0);
    assert_true(check_person(&check, &people[person]));
}

static int restore(void **state)
{
    (void)state;
    check_close(&check);
    set_up_settings();
    return 0;
}

static void set(struct mk_password *password, const char *text)
{
    assert_in_range(strlen(text), 0, MK_PASSWORD_MAX);
    password->length = (uint32_t)strlen(text);
    memcpy(password->text, text, password->length + 1);
}

static struct mk_quality_verdict judge(const char *old, const char *new)
{
    struct mk_quality_check request = {.header = {MK_QUALITY_CHECK, 1}};
    struct mk_quality_verdict verdict = {.header = {MK_QUALITY_VERDICT, 1}};

    set(&request.old_password, old);
    set(&request.new_password, new);
    check_password(&check, &request, &verdict);
    check_forget(&check);
    return verdict;
}

static void expect_rules(const char *old, const char *new, uint64_t failed)
{
    struct mk_quality_verdict verdict = judge(old, new);

    if (verdict.failed != failed)
        fail_msg("\"%s\" after \"%s\": %#" PRIx64 " where %#" PRIx64 " was wanted", new, old,
                 verdict.failed, failed);
}

static void each_password_breaks_exactly_its_rules(void **state)
{
    unsigned good = 0;
    unsigned wrong = 0;

    (void)state;
    for (int person = 0; person < PEOPLE; person++) {
        reopen(person);
        for (size_t i = 0; i < PASSWORDS; i++) {
            struct mk_quality_verdict verdict;
            if (passwords[i].person != person)
                continue;
            good += passwords[i].failed == 0;
            verdict = judge("", passwords[i].password);
            if (verdict.failed != passwords[i].failed) {
                print_message("\"%s\": %#" PRIx64 " where %#" PRIx64 " was wanted\n",
                              passwords[i].password, verdict.failed, passwords[i].failed);
                wrong++;
            }
            assert_int_equal(verdict.failed & ~check.rules.in_force, 0);
        }
    }
    assert_int_equal(wrong, 0);
    assert_in_range(good, 60, PASSWORDS);
    assert_in_range(PASSWORDS, 300, 10000);
}

static void the_word_is_named_as_it_is_written(void **state)
{
    static const struct {
        const char *password;
        enum mk_rule rule;
        const char *word;
    } cases[] = {
        {"M@tkh4u-79", MK_RULE_COMMON, "mật khẩu"},
        {"Maatjkhaaur-79", MK_RULE_COMMON, "mật khẩu"},
        {"Hanoi@2024", MK_RULE_PLACE, "Hà Nội"},
        {"Xk-BoTuPhap7", MK_RULE_UNIT, "bộ tư pháp"},
        {"Vanan-7Xkq", MK_RULE_NAME, "Văn An"},
        {"Nva1985kqT#", MK_RULE_NAME, "NVA"},
        {"nguyenvanan-7Xk", MK_RULE_USER, "nguyenvanan"},
    };

    (void)state;
    reopen(AN);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mk_quality_verdict verdict = judge("", cases[i].password);
        const char *word = NULL;
        assert_in_range(verdict.hits, 1, MK_HITS_MAX);
        for (uint32_t k = 0; k < verdict.hits; k++)
            if (verdict.hit_rule[k] == cases[i].rule)
                word = verdict.hit_word[k];
        assert_non_null(word);
        assert_string_equal(word, cases[i].word);
    }
}

static void the_current_password_is_not_come_back_to(void **state)
{
    static const struct {
        const char *old;
        const char *new;
        uint64_t failed;
    } cases[] = {
        {"Xk7#qpLw92z", "Xk7#qpLw92z", BIT(SAME)},
        {"Xk7#qpLw92z", "xK7#QPlW92Z", BIT(CASE_ONLY)},
        {"Xk7#qpLw92z", "#qpLw92zXk7", BIT(ROTATED)},
        {"Xk7#qpLw92z", "z29wLpq#7kX", BIT(ROTATED)},
        {"Xk7#qpLw92z", "Xk7#qpLw9", BIT(SIMILAR)},
        {"Xk7#qpLw92z", "Xk7#qpLw92z+-", BIT(SIMILAR)},
        {"Xk7#qpLw92z", "Bk7#zpLw32z", BIT(SIMILAR)},
        {"Ruong#01gach", "Ruong#02gach", BIT(SIMILAR)},
        {"Ruong#01gach", "Ruong-98-gach!", BIT(SIMILAR)},
        {"Xk7#qpLw92z", "Bk7#zpTw32q", 0},
        {"Vb7", "Xk7#qpLw92z", 0},
        {"", "Xk7#qpLw92z", 0},
    };

    (void)state;
    reopen(AN);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_rules(cases[i].old, cases[i].new, cases[i].failed);
}

static void what_was_given_elsewhere_is_not_given_again(void **state)
{
    struct mk_password given = {0};

    (void)state;
    reopen(AN);
    expect_rules("", "Xk7#qpLw92z", 0);
    set(&given, "Xk7#qpLw92z");
    check_given(&check, &given);
    expect_rules("", "Xk7#qpLw92z", BIT(GIVEN));
    expect_rules("", "Vt4$kQz8mW1x", 0);
    /* As many as there can be systems; then the oldest is forgotten. */
    for (int i = 1; i < MK_SYSTEMS_MAX; i++) {
        char text[32];
        (void)snprintf(text, sizeof text, "Vt4$kQ-%d", i);
        set(&given, text);
        check_given(&check, &given);
    }
    expect_rules("", "Xk7#qpLw92z", BIT(GIVEN));
    check_given(&check, &given);
    expect_rules("", "Xk7#qpLw92z", 0);
}

static void a_system_takes_what_it_can(void **state)
{
    (void)state;
    settings.max_length = 10;
    (void)snprintf(settings.refused, sizeof settings.refused, "\"' \\");
    reopen(AN);
    assert_int_equal(check.rules.number[MK_RULE_MAX_LENGTH], 10);
    expect_rules("", "Xk7#qpLw92", 0);
    expect_rules("", "Xk7#qpLw92z", BIT(MAX_LENGTH));
    expect_rules("", "Xk7\"qpLw", BIT(CHARACTERS));
    expect_rules("", "Xk 7#qpLw", BIT(CHARACTERS));
    settings.max_length = 0;
    settings.refused[0] = '\0';
    settings.allow_non_ascii = 1;
    reopen(AN);
    assert_int_equal(check.rules.in_force & BIT(MAX_LENGTH), 0);
    expect_rules("", "Xk 7\"#qpLw", 0);
    expect_rules("", "Xưởng-gỗ-7kq", 0);
    expect_rules("", "ậếộ7X", BIT(MIN_LENGTH)); /* nine bytes of five letters */
    expect_rules("", "Mậtkhẩu-79k", BIT(COMMON));
    expect_rules("", "Xk7#qp\xff\xfeLw", BIT(CHARACTERS));
}

static void length_excuses_only_where_it_is_allowed_to(void **state)
{
    static const char *const words[] = {"Matkhau-2024-qwerty-Hanoi",
                                        "Thads-79-thads-79-Hanoi-1234"};

    (void)state;
    reopen(AN);
    for (size_t i = 0; i < 2; i++)
        assert_true(judge("", words[i]).failed != 0);
    settings.excuse_length = 20;
    reopen(AN);
    for (size_t i = 0; i < 2; i++) {
        struct mk_quality_verdict verdict = judge("", words[i]);
        assert_int_equal(verdict.failed, 0);
        assert_int_equal(verdict.hits, 0);
    }
    expect_rules("", "Nguyenvanan-qwerty-2024", BIT(USER) | BIT(NAME));
    expect_rules("", "Hanoi@2024", BIT(PLACE) | BIT(DATE));
}

static void proposals_pass_in_every_system(void **state)
{
    static const struct {
        uint32_t max_length;
        const char *refused;
        const char *sign; /* expected between the words, or NULL */
    } systems[] = {{0, "", "-"},       {0, "-", "."},  {0, "-.", "_"}, {32, "", "-"},
                   {0, "-._+=", NULL}, {16, "", NULL}, {13, "", NULL}};

    (void)state;
    /* Several times, as each draw is another one. */
    for (size_t n = 0; n < 8 * sizeof systems / sizeof *systems; n++) {
        size_t i = n / 8;
        struct mk_quality_proposals proposals = {.header = {MK_QUALITY_PROPOSALS, 1}};
        settings.max_length = systems[i].max_length;
        (void)snprintf(settings.refused, sizeof settings.refused, "%s", systems[i].refused);
        reopen(AN);
        proposals_make(&check, MK_PROPOSALS_MAX, propose_kernel, NULL, &proposals);
        assert_int_equal(proposals.count, MK_PROPOSALS_MAX);
        assert_in_range(proposals.bits, PROPOSE_BITS_MIN, 65);
        for (uint32_t k = 0; k < proposals.count; k++) {
            const char *text = proposals.password[k].text;
            assert_int_equal(strlen(text), proposals.password[k].length);
            assert_in_range(strlen(text), 8, MK_PROPOSAL_LETTERS_MAX);
            expect_rules("", text, 0);
            assert_null(strpbrk(text, "lI1O0"));
            if (systems[i].sign != NULL)
                assert_non_null(strstr(text, systems[i].sign));
            if (systems[i].max_length > 0)
                assert_in_range(strlen(text), 8, systems[i].max_length);
            for (uint32_t other = 0; other < k; other++)
                assert_string_not_equal(text, proposals.password[other].text);
        }
    }
}

/* A file of pwquality.conf(5) with these lines; unlinked by the caller. */
static void configure(const char *lines)
{
    int fd;

    (void)snprintf(settings.config_file, sizeof settings.config_file, "/tmp/matkhau-rules-XXXXXX");
    fd = mkstemp(settings.config_file);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, lines, strlen(lines)), strlen(lines));
    assert_int_equal(close(fd), 0);
}

static unsigned count_of(const char *text, const char *set)
{
    unsigned count = 0;

    for (; *text != '\0'; text++)
        count += strchr(set, *text) != NULL;
    return count;
}

/* As short as can be said, with no more capitals than are asked for; or none at all. */
static void temporary_ones_pass_in_every_system(void **state)
{
    static const struct {
        const char *lines;
        const char *refused;
        uint32_t max_length;
        int person;
        uint32_t shortest; /* characters, signs included; 0: nothing fits in */
        uint32_t longest;
        unsigned capitals;
    } systems[] = {
        {"", "", 0, AN, 11, 11, 0},
        {"", "", 0, HOA, 11, 11, 0},
        {"", "", 0, TRAM, 11, 11, 0},
        {"", "", 0, CUONG, 11, 11, 0},
        {"", "", 12, AN, 11, 11, 0},
        {"", "", 10, AN, 10, 10, 1},
        {"", "", 9, AN, 0, 0, 0},
        {"", "", 8, AN, 0, 0, 0},
        {"", MK_TEMPORARY_SIGNS, 0, AN, 10, 10, 1},
        {"minclass = 4\n", "", 0, AN, 11, 11, 1},
        {"minclass = 4\n", MK_TEMPORARY_SIGNS, 0, AN, 0, 0, 0},
        {"minlen = 14\n", "", 0, AN, 15, 15, 0},
        {"minlen = 24\n", "", 0, AN, 24, 24, 0},
        {"maxclassrepeat = 2\n", "", 0, AN, 12, 12, 0},
        {"maxclassrepeat = 2\n", "", 10, AN, 0, 0, 0},
        {"dcredit = -2\nucredit = -2\nocredit = -2\nlcredit = -2\n", "", 0, AN, 12, 13, 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        const struct mk_quality_propose request = {.count = MK_PROPOSALS_MAX, .temporary = 1};
        struct mk_quality_proposals made = {.header = {MK_QUALITY_PROPOSALS, 1}};
        configure(systems[i].lines);
        settings.max_length = systems[i].max_length;
        (void)snprintf(settings.refused, sizeof settings.refused, "%s", systems[i].refused);
        reopen(systems[i].person);
        assert_int_equal(unlink(settings.config_file), 0);
        proposals_make_temporary(&check, &request, propose_kernel, NULL, &made);
        if ((made.count > 0) != (systems[i].shortest > 0))
            fail_msg("system %zu: %" PRIu32 " passwords", i, made.count);
        if (made.count == 0)
            continue;
        assert_int_equal(made.count, MK_PROPOSALS_MAX);
        assert_true(made.bits >= TEMPORARY_BITS_MIN);
        assert_in_range(made.needed, 1, MK_PROPOSALS_MAX);
        for (uint32_t k = 0; k < made.count; k++) {
            const char *text = made.password[k].text;
            assert_int_equal(strlen(text), made.password[k].length);
            if (strlen(text) < systems[i].shortest || strlen(text) > systems[i].longest)
                fail_msg("system %zu: %zu characters", i, strlen(text));
            expect_rules("", text, 0);
            assert_int_equal(count_of(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), systems[i].capitals);
            for (uint32_t other = 0; other < k; other++)
                assert_string_not_equal(text, made.password[other].text);
        }
    }
}

/* What others ask for shapes a temporary password; it is not what this system checks. */
static void temporary_ones_suit_other_systems(void **state)
{
    struct mk_quality_propose request = {
        .count = MK_PROPOSALS_MAX,
        .temporary = 1,
        .number = {[MK_RULE_MIN_CLASSES] = 4, [MK_RULE_MAX_LENGTH] = 14, [MK_RULE_MIN_LENGTH] = 13},
        .refused = "-@"};
    struct mk_quality_proposals made = {.header = {MK_QUALITY_PROPOSALS, 1}};

    (void)state;
    (void)snprintf(settings.refused, sizeof settings.refused, ".!");
    settings.max_length = 20;
    reopen(AN);
    proposals_make_temporary(&check, &request, propose_kernel, NULL, &made);
    assert_int_equal(made.count, MK_PROPOSALS_MAX);
    for (uint32_t k = 0; k < made.count; k++) {
        assert_int_equal(made.password[k].length, 13);
        assert_int_equal(count_of(made.password[k].text, "="), 1);
        assert_int_equal(count_of(made.password[k].text, MK_TEMPORARY_CAPITALS), 1);
    }
    request.number[MK_RULE_MIN_LENGTH] = 0;
    for (uint32_t longer = 0; longer <= MK_LONGER_MAX; longer++) {
        request.longer = longer;
        proposals_make_temporary(&check, &request, propose_kernel, NULL, &made);
        assert_int_equal(made.count, MK_PROPOSALS_MAX);
        /* Fourteen hold no more than thirteen and a sign. */
        assert_int_equal(made.password[0].length, longer < 3 ? 11 + longer : 14);
        if (longer > 0)
            assert_int_equal(made.needed, 1);
    }
    request.number[MK_RULE_MAX_LENGTH] = 9;
    proposals_make_temporary(&check, &request, propose_kernel, NULL, &made);
    assert_int_equal(made.count, 0);
}

static bool no_chance(void *bytes, size_t size, void *data)
{
    (void)bytes;
    (void)size;
    (void)data;
    return false;
}

static void there_is_no_proposal_without_enough_chance(void **state)
{
    const struct mk_quality_propose temporary = {.count = 1, .temporary = 1};
    struct mk_quality_proposals proposals = {.header = {MK_QUALITY_PROPOSALS, 1}};

    (void)state;
    settings.max_length = 12; /* 60 bits do not go in */
    reopen(AN);
    proposals_make(&check, MK_PROPOSALS_MAX, propose_kernel, NULL, &proposals);
    assert_int_equal(proposals.count, 0);
    settings.max_length = 0;
    reopen(AN);
    proposals_make(&check, MK_PROPOSALS_MAX, no_chance, NULL, &proposals);
    assert_int_equal(proposals.count, 0);
    assert_int_equal(proposals.password[0].length, 0);
    proposals_make_temporary(&check, &temporary, no_chance, NULL, &proposals);
    assert_int_equal(proposals.count, 0);
    assert_int_equal(proposals.password[0].length, 0);
}

static void forgets_when_it_is_closed(void **state)
{
    struct mk_password given = {0};
    static const struct check nothing;

    (void)state;
    reopen(AN);
    set(&given, "Xk7#qpLw92z");
    check_given(&check, &given);
    check_close(&check);
    assert_memory_equal(&check, &nothing, sizeof check);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_password_breaks_exactly_its_rules, restore),
        cmocka_unit_test_setup(the_word_is_named_as_it_is_written, restore),
        cmocka_unit_test_setup(the_current_password_is_not_come_back_to, restore),
        cmocka_unit_test_setup(what_was_given_elsewhere_is_not_given_again, restore),
        cmocka_unit_test_setup(a_system_takes_what_it_can, restore),
        cmocka_unit_test_setup(length_excuses_only_where_it_is_allowed_to, restore),
        cmocka_unit_test_setup(proposals_pass_in_every_system, restore),
        cmocka_unit_test_setup(temporary_ones_pass_in_every_system, restore),
        cmocka_unit_test_setup(temporary_ones_suit_other_systems, restore),
        cmocka_unit_test_setup(there_is_no_proposal_without_enough_chance, restore),
        cmocka_unit_test_setup_teardown(forgets_when_it_is_closed, restore, restore),
    };

    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
