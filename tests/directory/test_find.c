// SPDX-License-Identifier: MIT

/* Finding people in OpenLDAP by whatever an operator types. */

#include "finding.h"
#include "fixture.h"

#define HANOI "ou=hanoi," PEOPLE
#define HUE "ou=hue," PEOPLE

static struct slapd slapd;

// clang-format off
#define SOMEBODY(uid, unit, name, staff, phone, more)                                              \
    "dn: uid=" uid ",ou=" unit "," PEOPLE "\nobjectClass: inetOrgPerson\nuid: " uid                 \
    "\nsn: x\ncn: " name "\nmail: " uid "@example.vn\nemployeeNumber: " staff                     \
    "\ntelephoneNumber: " phone "\nou: Phong Nghiep vu\n" more "\n"

static const char people[] =
    FIXTURE_TOP
    "dn: " HANOI "\nobjectClass: organizationalUnit\nou: hanoi\n\n"
    "dn: " HUE "\nobjectClass: organizationalUnit\nou: hue\n\n"
    FIXTURE_PERSON("op", "")
    FIXTURE_PERSON("few", "")
    FINDING_PEOPLE(SOMEBODY)
    SOMEBODY("twonames", "hue", "Lý Ánh", "XY-78", "1100", "cn: Anh Ly\n")
    SOMEBODY("star*", "hue", "Sao", "XY-79", "1101", "")
    /* an account of a system is nobody */
    FIXTURE_ACCOUNT("mail", "annv", "");
// clang-format on

static int set_up(void **state)
{
    (void)state;
    slapd_create(&slapd, SUFFIX, people,
                 (const char *[]){"--conf", TEST_DIRECTORY "/find.conf", NULL});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    slapd_remove(&slapd);
    return 0;
}

static struct mk_request_directory directory_of(void)
{
    struct mk_request_directory d = fixture_directory(&slapd, slapd.ldapi);

    finding_attributes(&d, "uid");
    return d;
}

static struct worker operator(const char *login)
{
    struct mk_request_directory directory = directory_of();
    struct worker worker = fixture_worker(&directory);

    finding_groups(&worker, PEOPLE);
    assert_int_equal(worker_bind(&worker, MK_PERSON, login, PASSWORD).end.result, MK_OK);
    return worker;
}

static void whoever_is_meant(void **state)
{
    struct worker worker = operator("op");

    (void)state;
    assert_findings(&worker);
    assert_found(&worker, ALL, "anh ly", "twonames ", false);
    assert_found(&worker, ALL, "ánh", "twonames ", false);
    assert_found(&worker, ALL, "star*", "star* ", false);
    assert_int_equal(worker_stop(&worker), 0);
}

static void as_the_directory_describes_them(void **state)
{
    struct worker worker = operator("op");
    struct worker_answer answer = worker_find(&worker, ALL, 1, "100001");

    (void)state;
    assert_counted(&answer);
    assert_int_equal(answer.found, 1);
    assert_string_equal(answer.people[0].dn, "uid=annv," HANOI);
    assert_string_equal(answer.people[0].name, "Nguyễn Văn An");
    assert_string_equal(answer.people[0].unit, "Phong Nghiep vu");
    assert_string_equal(answer.people[0].mail, "annv@example.vn");
    assert_string_equal(answer.people[0].staff, "100001");
    assert_string_equal(answer.people[0].phone[0], "024 3456 7890");
    assert_string_equal(answer.people[0].phone[1], "+84 912 345 678");
    assert_string_equal(answer.people[0].phone[2], "");
    assert_int_equal(worker_stop(&worker), 0);
}

static void where_one_may_look(void **state)
{
    struct worker worker = operator("op");

    (void)state;
    assert_found(&worker, IN_HANOI, "nguyen", "annv anhnv ", false);
    assert_found(&worker, AT_HUE, "an nguyen", "khangna annv2 ", false);
    assert_found(&worker, IN_HANOI | AT_HUE, "van an", "annv annv2 anhnv ", false);
    assert_found(&worker, ALL | IN_HANOI | AT_HUE | PROTECTED, "van an", "annv annv2 anhnv ",
                 false);
    assert_int_equal(worker_find(&worker, PROTECTED, 10, "an").end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_find(&worker, 0, 10, "an").end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_find(&worker, UINT64_C(1) << 63, 10, "an").end.result,
                     MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_stop(&worker), 0);
}

static void never_cut_in_silence(void **state)
{
    struct worker worker = operator("op");
    struct worker_answer answer = worker_find(&worker, ALL, 2, "nguyen");

    (void)state;
    assert_counted(&answer);
    assert_int_equal(answer.found, 2);
    assert_int_equal(answer.count.more, 1);
    /* half of all people have a word with such a letter: it waits for the next one */
    assert_found(&worker, ALL, "y", "ythit ", true);
    assert_found(&worker, ALL, "n", "", true);
    assert_int_equal(worker_stop(&worker), 0);
    /* the server sends three entries at most */
    worker = operator("few");
    assert_found(&worker, ALL, "van an", "annv annv2 anhnv ", false);
    answer = worker_find(&worker, ALL, MK_FOUND_MAX, "nguyen");
    assert_counted(&answer);
    assert_int_equal(answer.found, 3);
    assert_int_equal(answer.count.more, 1);
    /* and still what fits exactly is among them, and comes first */
    answer = worker_find(&worker, ALL, MK_FOUND_MAX, "thuy2");
    assert_counted(&answer);
    assert_string_equal(answer.people[0].login, "thuy2");
    assert_int_equal(worker_stop(&worker), 0);
}

static void only_when_bound(void **state)
{
    struct mk_request_directory directory = directory_of();
    struct worker worker = fixture_worker(&directory);

    (void)state;
    finding_groups(&worker, PEOPLE);
    assert_int_equal(worker_find(&worker, ALL, 10, "an").end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_connect(&worker).end.result, MK_OK);
    assert_int_equal(worker_find(&worker, ALL, 10, "an").end.result, MK_NOT_ALLOWED_NOW);
    assert_int_equal(worker_stop(&worker), 0);
    worker = operator("op");
    assert_false(worker_find(&worker, ALL, 0, "an").complete);
    assert_int_not_equal(worker_wait(&worker), 0);
    worker = operator("op");
    assert_false(worker_find(&worker, ALL, MK_FOUND_MAX + 1, "an").complete);
    assert_int_not_equal(worker_wait(&worker), 0);
}

static void whatever_is_typed(void **state)
{
    static const char *const typed[] = {
        "*",
        "**",
        "(",
        ")",
        "\\",
        "*)(uid=*",
        "an)(|(uid=*",
        "\\2a",
        "\xff\xfe",
        "an\xc3",
        "\x01",
        "\xcc\x83",
        "\xe2\x80\xae" /* right to left */,
        "+",
        "+84",
        "0",
        "@",
        "''",
        "-- --",
        "\xd0\x9a",
    };
    struct worker worker = operator("op");
    struct worker_answer answer;
    char longest[MK_TYPED_MAX + 1];

    (void)state;
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        answer = worker_find(&worker, ALL, MK_FOUND_MAX, typed[i]);
        assert_counted(&answer);
        if (answer.found > 1)
            fail_msg("\"%s\" finds %u", typed[i], answer.found);
    }
    memset(longest, 'a', MK_TYPED_MAX);
    longest[MK_TYPED_MAX] = '\0';
    assert_found(&worker, ALL, longest, "", false);
    for (size_t i = 1; i < MK_TYPED_MAX; i += 2)
        longest[i] = ' ';
    assert_found(&worker, ALL, longest, "", true);
    for (size_t i = 0; i < MK_TYPED_MAX; i += 3)
        longest[i] = ' ';
    answer = worker_find(&worker, ALL, 10, longest);
    assert_counted(&answer);
    assert_int_equal(worker_stop(&worker), 0);
}

static void a_server_that_says_nothing(void **state)
{
    struct worker worker = operator("op");
    struct worker_answer answer;

    (void)state;
    slapd_pause(&slapd);
    answer = worker_find(&worker, ALL, 10, "nguyen van an");
    slapd_resume(&slapd);
    assert_true(answer.complete);
    assert_int_equal(answer.end.result, MK_SILENT);
    assert_int_equal(answer.end.bound, 0);
    assert_false(answer.has_count);
    assert_in_range(answer.milliseconds, 900, 2500);
    assert_int_equal(worker_stop(&worker), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_is_meant),
        cmocka_unit_test(as_the_directory_describes_them),
        cmocka_unit_test(where_one_may_look),
        cmocka_unit_test(never_cut_in_silence),
        cmocka_unit_test(only_when_bound),
        cmocka_unit_test(whatever_is_typed),
        cmocka_unit_test(a_server_that_says_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
