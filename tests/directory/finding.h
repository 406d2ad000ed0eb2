/* SPDX-License-Identifier: MIT */
#ifndef FINDING_H
#define FINDING_H

/* People who are to be found, whatever the kind of directory, and what finds them. */

#include "fixture_worker.h"

/* The groups of the worker. */
#define ALL 1       /* everybody */
#define IN_HANOI 2  /* below ou=hanoi */
#define AT_HUE 4    /* below ou=hue */
#define PROTECTED 8 /* no base */

// clang-format off

/* SOMEBODY(log-in name, unit, name, staff number, telephone number, another one as lines) */
#define FINDING_PEOPLE(SOMEBODY)                                                                   \
    SOMEBODY("annv", "hanoi", "Nguyễn Văn An", "100001", "024 3456 7890", "mobile: +84 912 345 678\n") \
    SOMEBODY("annv2", "hue", "Nguyễn Văn An", "100002", "0234.3812.345", "mobile: 0912.345.679\n") \
    SOMEBODY("anhnv", "hanoi", "Nguyễn Văn Anh", "100003", "(024) 3456 7891", "mobile: 84912345680\n") \
    SOMEBODY("khangna", "hue", "Nguyễn An Khang", "100004", "024-3456-7892", "")                   \
    /* decomposed: e + circumflex + tilde; and the way of Windows: ê + tilde */                    \
    SOMEBODY("hoand", "hue", "Nguye\xcc\x82\xcc\x83n \xc4\x90oa\xcc\x80n Ho\xc3\xa0", "100005", "1005", "") \
    SOMEBODY("hoand2", "hue", "Nguy\xc3\xaa\xcc\x83n \xc4\x90o\xc3\xa0n H\xc3\xb2" "a", "100006", "1006", "") \
    SOMEBODY("dungd", "hanoi", "Đặng Dũng", "100007", "1007", "")                                  \
    SOMEBODY("dungdt", "hanoi", "Dang Thi Dung", "100008", "1008", "")                             \
    SOMEBODY("ythit", "hanoi", "Trần Thị Ý", "100009", "1009", "")                                 \
    SOMEBODY("hnga", "hue", "H'Nga Niê Kđăm", "100010", "1010", "")                                \
    SOMEBODY("thuy", "hue", "Lê Thị Thuý", "100011", "1011", "")                                   \
    SOMEBODY("thuy2", "hue", "LÊ THỊ THÚY", "100012", "1012", "")                                  \
    SOMEBODY("sao", "hue", "Phạm (Văn) Sao*", "CB-77", "1013", "")                                 \
    SOMEBODY("mueller", "hue", "Jörg Müller", "100014", "1014", "")                                \
    SOMEBODY("huong", "hue", "Trương Thị Hường", "100015", "1015", "")

// clang-format on

static const struct finding {
    const char *typed;
    const char *logins; /* in order, a space behind each */
} findings[] = {
    /* names */
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
    {"sao*", "sao "},
    {"joerg", ""},
    {"jörg", "mueller "},
    {"xyz", ""},
    {"", ""},
    {"  , ", ""},
    /* what is unique */
    {"annv", "annv annv2 "},
    {"ANNV2", "annv2 "},
    {"annv2@example.vn", "annv2 "},
    {"100002", "annv2 "},
    {"10001", "hnga mueller thuy2 thuy huong "},
    {"cb-7", "sao "},
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

static inline void assert_counted(const struct worker_answer *answer)
{
    assert_true(answer->complete);
    assert_int_equal(answer->end.result, MK_OK);
    assert_true(answer->has_count);
    assert_int_equal(answer->count.shown, answer->found);
}

/* Who is found, log-in names in order with a space behind each, and whether there may be more. */
static inline void assert_found(struct worker *worker, uint64_t groups, const char *typed,
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

/* Everything above. */
static inline void assert_findings(struct worker *worker)
{
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++)
        assert_found(worker, ALL, findings[i].typed, findings[i].logins, false);
}

/* Tells the worker its groups; `below` is what all the people are below. */
static inline void finding_groups(struct worker *worker, const char *below)
{
    const char *const formats[] = {"%s", "ou=HANOI, %s", "ou=hue,%s", ""};
    char base[MK_DN_MAX + 1];

    for (uint32_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        (void)snprintf(base, sizeof base, formats[i], below);
        assert_int_equal(worker_group(worker, i, "cn=any,dc=any", base).end.result, MK_OK);
    }
}

/* Where a directory has what one is found by. */
static inline void finding_attributes(struct mk_request_directory *directory, const char *login)
{
    (void)snprintf(directory->login_attribute, sizeof directory->login_attribute, "%s", login);
    (void)snprintf(directory->staff_attribute, sizeof directory->staff_attribute, "employeeNumber");
    (void)snprintf(directory->phone_attribute[0], sizeof directory->phone_attribute[0],
                   "telephoneNumber");
    (void)snprintf(directory->phone_attribute[1], sizeof directory->phone_attribute[1], "mobile");
}

#endif
