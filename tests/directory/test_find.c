// SPDX-License-Identifier: MIT

/* Finding people in OpenLDAP by whatever an operator types. */

#include "fixture.h"

#define HANOI "ou=hanoi," PEOPLE
#define HUE "ou=hue," PEOPLE

/* The groups of the worker. */
#define ALL 1       /* everybody */
#define IN_HANOI 2  /* below HANOI */
#define AT_HUE 4    /* below HUE */
#define PROTECTED 8 /* no base */

static struct slapd slapd;

#define SOMEBODY(uid, unit, name, staff, phone, more)                                              \
    "dn: uid=" uid "," unit "\nobjectClass: inetOrgPerson\nuid: " uid "\nsn: x\ncn: " name         \
    "\nmail: " uid "@example.vn\nemployeeNumber: " staff "\ntelephoneNumber: " phone               \
    "\nou: Phong Nghiep vu\n" more "\n"

// clang-format off
static const char people[] =
    FIXTURE_TOP
    "dn: " HANOI "\nobjectClass: organizationalUnit\nou: hanoi\n\n"
    "dn: " HUE "\nobjectClass: organizationalUnit\nou: hue\n\n"
    FIXTURE_PERSON("op", "")
    FIXTURE_PERSON("few", "")
    SOMEBODY("annv", HANOI, "Nguyễn Văn An", "100001", "024 3456 7890", "mobile: +84 912 345 678\n")
    SOMEBODY("annv2", HUE, "Nguyễn Văn An", "100002", "0234.3812.345", "mobile: 0912.345.679\n")
    SOMEBODY("anhnv", HANOI, "Nguyễn Văn Anh", "100003", "(024) 3456 7891", "mobile: 84912345680\n")
    SOMEBODY("khangna", HUE, "Nguyễn An Khang", "100004", "024-3456-7892", "")
    /* decomposed: e + circumflex + tilde; and the way of Windows: ê + tilde */
    SOMEBODY("hoand", HUE, "Nguye\xcc\x82\xcc\x83n \xc4\x90oa\xcc\x80n Ho\xc3\xa0", "100005", "1005", "")
    SOMEBODY("hoand2", HUE, "Nguy\xc3\xaa\xcc\x83n \xc4\x90o\xc3\xa0n H\xc3\xb2" "a", "100006", "1006", "")
    SOMEBODY("dungd", HANOI, "Đặng Dũng", "100007", "1007", "")
    SOMEBODY("dungdt", HANOI, "Dang Thi Dung", "100008", "1008", "")
    SOMEBODY("ythit", HANOI, "Trần Thị Ý", "100009", "1009", "")
    SOMEBODY("hnga", HUE, "H'Nga Niê Kđăm", "100010", "1010", "")
    SOMEBODY("thuy", HUE, "Lê Thị Thuý", "100011", "1011", "")
    SOMEBODY("thuy2", HUE, "LÊ THỊ THÚY", "100012", "1012", "cn: Thuy Le\n")
    SOMEBODY("star*", HUE, "Phạm (Văn) Sao*", "CB-77", "1013", "")
    SOMEBODY("mueller", HUE, "Jörg Müller", "100014", "1014", "")
    SOMEBODY("huong", HUE, "Trương Thị Hường", "100015", "1015", "")
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

    (void)snprintf(d.login_attribute, sizeof d.login_attribute, "uid");
    (void)snprintf(d.staff_attribute, sizeof d.staff_attribute, "employeeNumber");
    (void)snprintf(d.phone_attribute[0], sizeof d.phone_attribute[0], "telephoneNumber");
    (void)snprintf(d.phone_attribute[1], sizeof d.phone_attribute[1], "mobile");
    return d;
}

static void tell_groups(struct worker *worker)
{
    static const char *const bases[] = {SUFFIX, "ou=HANOI, " PEOPLE, HUE, ""};

    for (uint32_t i = 0; i < sizeof bases / sizeof *bases; i++)
        assert_int_equal(worker_group(worker, i, "cn=any," SUFFIX, bases[i]).end.result, MK_OK);
}

static struct worker operator(const char *login)
{
    struct mk_request_directory directory = directory_of();
    struct worker worker = fixture_worker(&directory);

    tell_groups(&worker);
    assert_int_equal(worker_bind(&worker, MK_PERSON, login, PASSWORD).end.result, MK_OK);
    return worker;
}

static void assert_counted(const struct worker_answer *answer)
{
    assert_true(answer->complete);
    assert_int_equal(answer->end.result, MK_OK);
    assert_true(answer->has_count);
    assert_int_equal(answer->count.shown, answer->found);
}

/* Who is found, log-in names in order with a space behind each, and whether there may be more. */
static void assert_found(struct worker *worker, uint64_t groups, const char *typed,
                         const char *logins, bool more)
{
    struct worker_answer answer = worker_find(worker, groups, MK_FOUND_MAX, typed);
    char found[4096] = "";

    assert_counted(&answer);
    for (unsigned i = 0; i < answer.found; i++)
        (void)snprintf(found + strlen(found), sizeof found - strlen(found), "%s ",
                       answer.people[i].login);
    if (strcmp(found, logins) != 0)
        fail_msg("\"%s\" finds \"%s\", not \"%s\"", typed, found, logins);
    assert_int_equal(answer.count.more, more);
}

static void by_name(void **state)
{
    static const struct {
        const char *typed;
        const char *logins;
    } cases[] = {
        {"an nguyen van", "annv annv2 anhnv "},
        {"nguyen van an", "annv annv2 anhnv "},
        {"Nguyễn Văn An", "annv annv2 anhnv "},
        {"nguyen van a", "annv annv2 anhnv "},
        {"NGUYEN   VAN,AN ", "annv annv2 anhnv "},
        {"nguye\xcc\x82\xcc\x83n v\xc4\x83n an", "annv annv2 anhnv "},
        {"nguyen an", "khangna annv annv2 anhnv "},
        {"an khang", "khangna "},
        /* what is typed with diacritics has just these */
        {"nguyên van an", ""},
        {"thúy", "thuy2 "},
        {"thuý", "thuy "},
        {"thuy", "thuy thuy2 "},
        {"thuy le", "thuy2 thuy "},
        {"đặng", "dungd "},
        {"dang dung", "dungdt dungd "},
        {"dung dang", "dungdt dungd "},
        {"d dang", "dungdt dungd "},
        {"huong", "huong "},
        {"truong h", "huong "},
        {"tran thi y", "ythit "},
        {"thi y tran", "ythit "},
        {"hoa doan", "hoand hoand2 "},
        {"hnga", "hnga "},
        {"h'nga", "hnga "},
        {"kdam", "hnga "},
        {"nie h", "hnga "},
        {"sao*", "star* "},
        {"joerg", ""},
        {"jörg", "mueller "},
        {"xyz", ""},
        {"", ""},
        {"  , ", ""},
    };
    struct worker worker = operator("op");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_found(&worker, ALL, cases[i].typed, cases[i].logins, false);
    assert_int_equal(worker_stop(&worker), 0);
}

static void by_what_is_unique(void **state)
{
    static const struct {
        const char *typed;
        const char *logins;
    } cases[] = {
        {"annv", "annv annv2 "},
        {"ANNV2", "annv2 "},
        {"annv2@example.vn", "annv2 "},
        {"star*", "star* "},
        {"100002", "annv2 "},
        {"10001", "hnga mueller thuy2 thuy huong "},
        {"cb-7", "star* "},
        {"1007", "dungd "},
        {"0912345678", "annv "},
        {"0912 345 678", "annv "},
        {"0912.345.679", "annv2 "},
        {"0912345679", "annv2 "},
        {"+84912345678", "annv "},
        {"+84 912 345 680", "anhnv "},
        {"84912345678", "annv "},
        {"0912345680", "anhnv "},
        {"0243456", "khangna annv anhnv "},
        {"024 3456 789", "khangna annv anhnv "},
        {"(024) 3456 7891", "anhnv "},
        {"02343812345", "annv2 "},
        {"annv nguyen", "annv annv2 "},
        {"an 0912345678", "annv "},
        {"024 3456 an", "khangna annv anhnv "},
    };
    struct worker worker = operator("op");

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_found(&worker, ALL, cases[i].typed, cases[i].logins, false);
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
    tell_groups(&worker);
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
        "\xe2\x80\xae"
        "an",
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
        cmocka_unit_test(by_name),
        cmocka_unit_test(by_what_is_unique),
        cmocka_unit_test(as_the_directory_describes_them),
        cmocka_unit_test(where_one_may_look),
        cmocka_unit_test(never_cut_in_silence),
        cmocka_unit_test(only_when_bound),
        cmocka_unit_test(whatever_is_typed),
        cmocka_unit_test(a_server_that_says_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
