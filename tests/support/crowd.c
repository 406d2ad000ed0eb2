// SPDX-License-Identifier: MIT
/*
 * crowd NUMBER SUFFIX: a directory of so many invented people as LDIF, the same every time.
 *
 * Names are about as frequent as in Viet Nam (38 in a hundred are Nguyễn), log-in names are made as
 * offices make them ("annv", "annv2"), units uid=...,ou=u00..u19,ou=people,SUFFIX are of unequal
 * size. Above them the policy of the throw-away server (tests/support/slapd), and an operator
 * uid=operator,ou=desks,SUFFIX, password Matkhau#01.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"

#define NAME_SIZE 128
#define LOGIN_SIZE 64
#define UNITS 20
#define SAME_MAX (1 << 16) /* slots for counting how often a log-in name has been wanted */

struct syllable {
    const char *text;
    unsigned weight;
};

static const struct syllable families[] = {
    {"Nguyễn", 380}, {"Trần", 110}, {"Lê", 95},    {"Phạm", 70}, {"Hoàng", 27}, {"Huỳnh", 24},
    {"Phan", 45},    {"Vũ", 20},    {"Võ", 19},    {"Đặng", 21}, {"Bùi", 20},   {"Đỗ", 14},
    {"Hồ", 13},      {"Ngô", 13},   {"Dương", 10}, {"Lý", 5},    {"Đinh", 9},   {"Đoàn", 8},
    {"Lương", 8},    {"Mai", 8},    {"Trương", 9}, {"Trịnh", 7}, {"Hà", 6},     {"Cao", 6},
    {"Tạ", 5},       {"Tô", 4},     {"Châu", 4},   {"Quách", 3}, {"La", 2},     {"Thái", 4},
    {"Tống", 3},     {"Vương", 3},  {"Chu", 4},    {"Lâm", 5},   {"Kiều", 2},   {"Phùng", 4},
    {"Ông", 1},      {"Ung", 1},    {"Âu", 1},     {"Từ", 2},    {"Giang", 1},  {"Nghiêm", 2},
};

static const struct syllable men[] = {
    {"Văn", 330},  {"Đức", 60},  {"Hữu", 55},  {"Minh", 60},  {"Quang", 50}, {"Quốc", 50},
    {"Đình", 40},  {"Xuân", 40}, {"Ngọc", 40}, {"Thanh", 45}, {"Công", 30},  {"Anh", 25},
    {"Trọng", 20}, {"Tuấn", 25}, {"Duy", 20},  {"Hoàng", 20}, {"Mạnh", 15},  {"Viết", 12},
    {"Bá", 10},    {"Thế", 15},  {"Tiến", 15}, {"Việt", 10},  {"Nhật", 8},   {"An", 4},
};

static const struct syllable women[] = {
    {"Thị", 600},   {"Ngọc", 50}, {"Thu", 40},  {"Thanh", 45}, {"Kim", 30}, {"Minh", 25},
    {"Phương", 25}, {"Hồng", 30}, {"Bích", 20}, {"Thuỳ", 15},  {"Mai", 15}, {"Khánh", 10},
    {"Quỳnh", 10},  {"Diệu", 10}, {"Như", 8},   {"Tuyết", 8},  {"Lan", 8},  {"Hoài", 8},
    {"Yến", 6},     {"Ánh", 8},   {"Ái", 3},    {"An", 4},
};

static const struct syllable given[] = {
    {"Anh", 48},    {"An", 13},    {"Ân", 5},     {"Ánh", 9},    {"Ba", 3},     {"Bắc", 3},
    {"Bách", 3},    {"Bảo", 10},   {"Bích", 6},   {"Bình", 20},  {"Cảnh", 4},   {"Chi", 8},
    {"Chiến", 9},   {"Chính", 5},  {"Chung", 6},  {"Công", 5},   {"Cúc", 4},    {"Cường", 20},
    {"Danh", 4},    {"Diễm", 4},   {"Diệp", 4},   {"Diệu", 3},   {"Dung", 15},  {"Dũng", 24},
    {"Duy", 9},     {"Duyên", 8},  {"Dương", 12}, {"Đại", 4},    {"Đạt", 13},   {"Điệp", 4},
    {"Đông", 6},    {"Đức", 18},   {"Đăng", 4},   {"Giang", 14}, {"Giàu", 2},   {"Gấm", 1},
    {"Hà", 30},     {"Hải", 22},   {"Hạnh", 18},  {"Hằng", 18},  {"Hậu", 7},    {"Hân", 4},
    {"Hiền", 22},   {"Hiếu", 18},  {"Hiệp", 8},   {"Hoa", 16},   {"Hoà", 12},   {"Hòa", 4},
    {"Hoàn", 5},    {"Hoàng", 16}, {"Hoài", 6},   {"Hồng", 18},  {"Hợp", 3},    {"Huế", 6},
    {"Huệ", 9},     {"Hùng", 24},  {"Huy", 16},   {"Huyền", 15}, {"Hưng", 13},  {"Hương", 28},
    {"Hường", 9},   {"Hữu", 3},    {"Khanh", 6},  {"Khánh", 9},  {"Khải", 4},   {"Khôi", 4},
    {"Khoa", 9},    {"Kiên", 11},  {"Kiệt", 5},   {"Kim", 5},    {"Kỳ", 2},     {"Lan", 20},
    {"Lâm", 10},    {"Liên", 12},  {"Linh", 30},  {"Loan", 13},  {"Long", 20},  {"Lộc", 8},
    {"Lợi", 7},     {"Luân", 4},   {"Lực", 4},    {"Lý", 3},     {"Mai", 18},   {"Mạnh", 12},
    {"Mẫn", 2},     {"Minh", 30},  {"My", 6},     {"Mỹ", 5},     {"Nam", 20},   {"Nga", 16},
    {"Ngà", 3},     {"Ngân", 12},  {"Nghĩa", 9},  {"Ngọc", 18},  {"Nguyên", 9}, {"Nguyệt", 8},
    {"Nhàn", 5},    {"Nhân", 7},   {"Nhi", 6},    {"Nhung", 14}, {"Như", 4},    {"Oanh", 10},
    {"Ơn", 1},      {"Phát", 7},   {"Phong", 14}, {"Phú", 8},    {"Phúc", 12},  {"Phượng", 11},
    {"Phương", 28}, {"Quân", 14},  {"Quang", 14}, {"Quế", 3},    {"Quốc", 6},   {"Quý", 8},
    {"Quyên", 8},   {"Quyết", 5},  {"Quỳnh", 10}, {"Sáng", 4},   {"Sơn", 20},   {"Sang", 6},
    {"Sinh", 4},    {"Tài", 10},   {"Tâm", 16},   {"Tân", 8},    {"Tấn", 3},    {"Thái", 9},
    {"Thảo", 20},   {"Thắm", 6},   {"Thắng", 18}, {"Thanh", 24}, {"Thành", 22}, {"Thạch", 2},
    {"Thêm", 2},    {"Thiện", 7},  {"Thịnh", 8},  {"Thoa", 6},   {"Thơ", 3},    {"Thơm", 5},
    {"Thu", 18},    {"Thuận", 7},  {"Thuý", 14},  {"Thúy", 8},   {"Thuỷ", 12},  {"Thủy", 9},
    {"Thương", 10}, {"Tiến", 11},  {"Tín", 4},    {"Tình", 4},   {"Toàn", 11},  {"Tú", 12},
    {"Trang", 22},  {"Trâm", 7},   {"Trí", 6},    {"Triều", 2},  {"Trinh", 6},  {"Trung", 20},
    {"Trường", 12}, {"Tuấn", 24},  {"Tùng", 14},  {"Tuyền", 5},  {"Tuyết", 10}, {"Tươi", 4},
    {"Út", 2},      {"Uyên", 7},   {"Vân", 20},   {"Vi", 3},     {"Việt", 10},  {"Vinh", 11},
    {"Vũ", 9},      {"Vui", 2},    {"Vượng", 3},  {"Vy", 6},     {"Xuân", 10},  {"Ý", 2},
    {"Yên", 3},     {"Yến", 14},
};

#define PICK(state, table) pick(state, table, sizeof(table) / sizeof *(table))

static const char *pick(uint64_t *state, const struct syllable *table, size_t count)
{
    unsigned sum = 0;
    unsigned at;

    for (size_t i = 0; i < count; i++)
        sum += table[i].weight;
    at = chance_below(state, sum);
    for (size_t i = 0; i + 1 < count; i++) {
        if (at < table[i].weight)
            return table[i].text;
        at -= table[i].weight;
    }
    return table[count - 1].text;
}

/* RFC 2849: a value with a byte outside ASCII goes in base64. */
static void put(const char *attribute, const char *value)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t length = strlen(value);
    bool plain = true;

    for (size_t i = 0; i < length; i++)
        plain = plain && (unsigned char)value[i] < 0x80;
    printf(plain ? "%s: " : "%s:: ", attribute);
    if (plain) {
        puts(value);
        return;
    }
    for (size_t i = 0; i < length; i += 3) {
        const unsigned char *at = (const unsigned char *)value + i;
        size_t left = length - i;
        uint32_t three =
            (uint32_t)at[0] << 16 | (left > 1 ? (uint32_t)at[1] << 8 : 0) | (left > 2 ? at[2] : 0);
        putchar(digits[three >> 18]);
        putchar(digits[three >> 12 & 63]);
        putchar(left > 1 ? digits[three >> 6 & 63] : '=');
        putchar(left > 2 ? digits[three & 63] : '=');
    }
    putchar('\n');
}

/* The letters of `text` in small ASCII; what the tables above need of Vietnamese. */
static void append_plain(char *out, const char *text, size_t most)
{
    static const struct {
        const char *letters;
        char base;
    } bases[] = {
        {"áàảãạăắằẳẵặâấầẩẫậÁÀẢÃẠÂẤẦÂ", 'a'},
        {"éèẻẽẹêếềểễệÊ", 'e'},
        {"íìỉĩị", 'i'},
        {"óòỏõọôốồổỗộơớờởỡợÔƠ", 'o'},
        {"úùủũụưứừửữựÚƯ", 'u'},
        {"ýỳỷỹỵÝ", 'y'},
        {"đĐ", 'd'},
    };
    size_t used = strlen(out);

    for (size_t step; *text != '\0' && most > 0; text += step, most--) {
        char letter[5] = "";
        step = (unsigned char)*text < 0x80 ? 1 : (unsigned char)*text < 0xe0 ? 2 : 3;
        memcpy(letter, text, step);
        out[used] = (char)(*text | 0x20);
        for (size_t i = 0; step > 1 && i < sizeof bases / sizeof *bases; i++)
            if (strstr(bases[i].letters, letter) != NULL)
                out[used] = bases[i].base;
        out[++used] = '\0';
    }
}

/* How often `login` has been wanted before; logins that share a slot get a number each. */
static unsigned wanted_before(const char *login)
{
    static unsigned short times[SAME_MAX];
    uint32_t hash = 2166136261;

    for (; *login != '\0'; login++)
        hash = (hash ^ (unsigned char)*login) * 16777619;
    return times[(hash ^ hash >> 16) % SAME_MAX]++;
}

static void print_person(uint64_t *state, unsigned number, const char *suffix)
{
    bool woman = chance_below(state, 2) == 0;
    const char *family = PICK(state, families);
    const char *middle = woman ? PICK(state, women) : PICK(state, men);
    const char *third = chance_below(state, 4) == 0 ? PICK(state, given) : NULL;
    const char *last = PICK(state, given);
    unsigned unit = chance_below(state, 1 + chance_below(state, UNITS));
    char name[NAME_SIZE];
    char login[LOGIN_SIZE] = "";
    unsigned before;

    (void)snprintf(name, sizeof name, "%s %s%s%s %s", family, middle, third != NULL ? " " : "",
                   third != NULL ? third : "", last);
    append_plain(login, last, LOGIN_SIZE);
    append_plain(login, family, 1);
    append_plain(login, middle, 1);
    append_plain(login, third != NULL ? third : "", 1);
    before = wanted_before(login);
    if (before > 0)
        (void)snprintf(login + strlen(login), sizeof login - strlen(login), "%u", before + 1);
    printf("\ndn: uid=%s,ou=u%02u,ou=people,%s\nobjectClass: inetOrgPerson\nuid: %s\n", login, unit,
           suffix, login);
    put("cn", name);
    put("sn", family);
    put("givenName", last);
    printf("mail: %s@moj.example.vn\nemployeeNumber: %06u\n", login, 200000 + number * 7);
    printf("telephoneNumber: 024 %04u %04u\n", 3000 + chance_below(state, 1000), number % 10000);
    printf("mobile: +84 9%02u %03u %03u\n", chance_below(state, 100), chance_below(state, 1000),
           number % 1000);
    printf("ou: Phong Nghiep vu %u\n", unit + 1);
}

static void print_top(const char *suffix)
{
    printf("dn: %s\nobjectClass: organization\nobjectClass: dcObject\no: Example\ndc: %.*s\n",
           suffix, (int)strcspn(suffix + 3, ","), suffix + 3);
    printf("\ndn: ou=policies,%s\nobjectClass: organizationalUnit\nou: policies\n", suffix);
    printf("\ndn: cn=default,ou=policies,%s\nobjectClass: namedPolicy\nobjectClass: pwdPolicy\n"
           "cn: default\npwdAttribute: userPassword\npwdMinLength: 8\npwdCheckQuality: 2\n",
           suffix);
    printf("\ndn: ou=desks,%s\nobjectClass: organizationalUnit\nou: desks\n", suffix);
    printf("\ndn: uid=operator,ou=desks,%s\nobjectClass: inetOrgPerson\nuid: operator\n"
           "cn: operator\nsn: operator\nuserPassword: Matkhau#01\n",
           suffix);
    printf("\ndn: ou=people,%s\nobjectClass: organizationalUnit\nou: people\n", suffix);
    for (unsigned unit = 0; unit < UNITS; unit++)
        printf("\ndn: ou=u%02u,ou=people,%s\nobjectClass: organizationalUnit\nou: u%02u\n", unit,
               suffix, unit);
}

int main(int argc, char **argv)
{
    uint64_t state = 1;
    unsigned long number = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;

    if (number < 1 || number > 100000 || strncmp(argv[2], "dc=", 3) != 0) {
        fputs("usage: crowd NUMBER SUFFIX (1 to 100000, dc=...)\n", stderr);
        return 2;
    }
    print_top(argv[2]);
    for (unsigned i = 0; i < number; i++)
        print_person(&state, i, argv[2]);
    return fflush(stdout) == 0 ? 0 : 1;
}
