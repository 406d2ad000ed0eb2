/* SPDX-License-Identifier: MIT */
/*
 * weak KIND COUNT [SEED]: passwords for tests/weak, one a line.
 *
 *   name       a name and a year or a date        Nguyenvanan1985, lan@2024
 *   place      a place, a sign, digits            Hanoi@2024
 *   ministry   a word of the service, a sign, digits
 *   common     a usual choice, letters swapped for signs, digits
 *   f4         what the program proposes
 *   english    three words of cracklib's dictionary, taken from standard input
 *   syllables  three Vietnamese words of two syllables, drawn by chance
 *
 * The lists here are not those of the program: they were written down by asking what people choose,
 * before looking what is caught. The same seed gives the same passwords, but for f4.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "propose.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define WORD_MAX 64
#define WORDS_READ_MAX 100000

static const char *const surnames[] = {"nguyen", "tran", "le",    "pham", "hoang", "huynh",
                                       "phan",   "vu",   "vo",    "dang", "bui",   "do",
                                       "ho",     "ngo",  "duong", "ly",   "mai",   "dinh"};
static const char *const middles[] = {"van", "thi",  "duc",    "minh", "quang", "thanh",
                                      "huu", "ngoc", "thu",    "hong", "xuan",  "bao",
                                      "gia", "quoc", "phuong", "kim",  "anh",   "tuan"};
static const char *const givens[] = {
    "an",   "anh",  "binh", "chi",   "cuong", "dung",  "duc",    "giang", "ha",    "hai",
    "hanh", "hieu", "hoa",  "hung",  "huong", "khanh", "lan",    "linh",  "long",  "mai",
    "minh", "nam",  "nga",  "ngoc",  "nhung", "phuc",  "phuong", "quan",  "quyen", "son",
    "tam",  "thao", "thuy", "trang", "trung", "tu",    "tuan",   "tung",  "van",   "yen"};
static const char *const places[] = {
    "hanoi",     "saigon",    "danang",    "hue",      "haiphong", "cantho",    "nghean",
    "thanhhoa",  "namdinh",   "thaibinh",  "haiduong", "hungyen",  "bacninh",   "bacgiang",
    "langson",   "caobang",   "laocai",    "yenbai",   "sonla",    "hoabinh",   "phutho",
    "vinhphuc",  "quangninh", "ninhbinh",  "hanam",    "hatinh",   "quangbinh", "quangtri",
    "quangnam",  "binhdinh",  "phuyen",    "nhatrang", "dalat",    "vungtau",   "bienhoa",
    "binhduong", "longan",    "tiengiang", "bentre",   "camau",    "hoankiem",  "caugiay",
    "thuduc",    "govap",     "longbien",  "sapa",     "halong",   "vinh",      "vietnam",
    "hcm",       "hn",        "tayninh"};
static const char *const ministry[] = {
    "thads",    "tcthads",  "thihanhan", "thihanhandansu", "tongcuc",   "cucthads",     "chicuc",
    "btp",      "botuphap", "tuphap",    "sotuphap",       "moj",       "chaphanhvien", "chv",
    "thamtra",  "vanphong", "ketoan",    "thuquy",         "vanthu",    "chuyenvien",   "canbo",
    "congchuc", "nghiepvu", "tochuc",    "thanhtra",       "banan",     "cuongche",     "kebien",
    "hoso",     "thuly",    "phapluat",  "dansu",          "luatsu",    "toaan",        "vks",
    "congan",   "ubnd",     "quanly",    "hethong",        "admin",     "user",         "phongnv",
    "mailbtp",  "congvu",   "thuky",     "lanhdao",        "cuctruong", "baocao"};
static const char *const commons[] = {
    "matkhau",      "matkhaumoi", "doimatkhau", "anhyeuem", "emyeuanh",  "yeuem",    "yeuanh",
    "nhoem",        "tinhyeu",    "giadinh",    "hanhphuc", "conyeu",    "meyeucon", "bome",
    "vochong",      "vitcon",     "meomeo",     "cuncon",   "khongbiet", "khongnho", "quenroi",
    "password",     "iloveyou",   "welcome",    "abcxyz",   "xinchao",   "mothaiba", "batdau",
    "maimai",       "maiyeuem",   "thanhcong",  "mayman",   "phattai",   "binhan",   "vuive",
    "hoahong",      "hoamai",     "mattroi",    "bongda",   "sontung",   "ronaldo",  "messi",
    "bachho",       "bacho",      "doclap",     "tudo",     "anhem",     "banbe",    "hocsinh",
    "tetnguyendan", "chucmung",   "namoi",      "sinhnhat", "cafe",      "trada",    "phobo"};

static const char *one(uint64_t *chance, const char *const *list, size_t count)
{
    return list[chance_below(chance, (unsigned)count)];
}
#define ONE(chance, list) one(chance, list, COUNT(list))

static bool now_and_then(uint64_t *chance, unsigned in)
{
    return chance_below(chance, in) == 0;
}

static void add(char *out, const char *text)
{
    memcpy(out + strlen(out), text, strlen(text) + 1);
}

static void capital(char *word)
{
    word[0] = (char)toupper((unsigned char)word[0]);
}

static void add_sign(uint64_t *chance, char *out)
{
    static const char *const signs[] = {"@", "@", "@", "@", "#", "!", "", "", "$", "."};

    add(out, ONE(chance, signs));
}

static void add_digits(uint64_t *chance, char *out)
{
    char *at = out + strlen(out);

    switch (chance_below(chance, 6)) {
    case 0:
    case 1:
        (void)sprintf(at, "%u", 2018 + chance_below(chance, 9));
        break;
    case 2:
        (void)sprintf(at, "%u", 1965 + chance_below(chance, 40));
        break;
    case 3:
        (void)sprintf(at, "%s",
                      ONE(chance, ((const char *const[]){"123", "1234", "12345", "123456", "321",
                                                         "111", "888", "789"})));
        break;
    case 4:
        (void)sprintf(at, "%02u%02u%u", 1 + chance_below(chance, 28), 1 + chance_below(chance, 12),
                      1970 + chance_below(chance, 35));
        break;
    default:
        (void)sprintf(at, "%02u", chance_below(chance, 100));
        break;
    }
}

/* 8 characters and 3 classes, as everybody is told; signs go where people put them. */
static void make_acceptable(uint64_t *chance, char *out)
{
    bool upper = false;
    bool other = false;

    for (const char *at = out; *at != '\0'; at++) {
        upper = upper || isupper((unsigned char)*at);
        other = other || ispunct((unsigned char)*at);
    }
    if (!upper && !other)
        capital(out);
    while (strlen(out) < 8)
        add(out, now_and_then(chance, 2) ? "1" : "!");
    if (now_and_then(chance, 6))
        add(out, now_and_then(chance, 2) ? "!" : "@");
}

static void make_name(uint64_t *chance, char *out)
{
    switch (chance_below(chance, 5)) {
    case 0:
        add(out, ONE(chance, surnames));
        add(out, ONE(chance, middles));
        add(out, ONE(chance, givens));
        break;
    case 1:
    case 2:
        add(out, ONE(chance, middles));
        add(out, ONE(chance, givens));
        break;
    case 3:
        add(out, ONE(chance, surnames));
        add(out, ONE(chance, givens));
        break;
    default:
        add(out, ONE(chance, givens));
        break;
    }
    capital(out);
    add_sign(chance, out);
    add_digits(chance, out);
}

static void make_word(uint64_t *chance, char *out, const char *word)
{
    add(out, word);
    if (!now_and_then(chance, 4))
        capital(out);
    add_sign(chance, out);
    add_digits(chance, out);
}

static void make_common(uint64_t *chance, char *out)
{
    static const char from[] = "aoeist";
    static const char to[] = "@031$7";

    add(out, ONE(chance, commons));
    for (char *at = out; *at != '\0'; at++) {
        const char *swap = strchr(from, *at);
        if (swap != NULL && now_and_then(chance, 3))
            *at = to[swap - from];
    }
    capital(out);
    if (now_and_then(chance, 2))
        add_sign(chance, out);
    add_digits(chance, out);
}

/* Three words with a hyphen between, a capital and a digit. */
static void join(uint64_t *chance, char *out, char words[3][WORD_MAX])
{
    char digit[2] = {(char)('2' + chance_below(chance, 8)), '\0'};

    capital(words[0]);
    for (int i = 0; i < 3; i++) {
        add(out, words[i]);
        add(out, i < 2 ? "-" : digit);
    }
}

static void make_syllables(uint64_t *chance, char *out)
{
    char words[3][WORD_MAX];

    for (int i = 0; i < 3; i++) {
        propose_syllable(words[i], chance_below(chance, PROPOSE_SYLLABLES));
        propose_syllable(words[i] + strlen(words[i]), chance_below(chance, PROPOSE_SYLLABLES));
    }
    join(chance, out, words);
}

static char (*read_words(size_t *count))[WORD_MAX]
{
    char(*words)[WORD_MAX] = calloc(WORDS_READ_MAX, sizeof *words);

    *count = 0;
    if (words == NULL)
        return NULL;
    while (*count < WORDS_READ_MAX && fgets(words[*count], WORD_MAX, stdin) != NULL) {
        char *word = words[*count];
        size_t length = strspn(word, "abcdefghijklmnopqrstuvwxyz");
        if (word[length] == '\n' && length >= 4 && length <= 9) {
            word[length] = '\0';
            (*count)++;
        }
    }
    return words;
}

static void make_english(uint64_t *chance, char *out, char (*words)[WORD_MAX], size_t count)
{
    char three[3][WORD_MAX];

    for (int i = 0; i < 3; i++)
        memcpy(three[i], words[chance_below(chance, (unsigned)count)], WORD_MAX);
    join(chance, out, three);
}

static bool make(uint64_t *chance, const char *kind, char *out)
{
    if (strcmp(kind, "name") == 0)
        make_name(chance, out);
    else if (strcmp(kind, "place") == 0)
        make_word(chance, out, ONE(chance, places));
    else if (strcmp(kind, "ministry") == 0)
        make_word(chance, out, ONE(chance, ministry));
    else if (strcmp(kind, "common") == 0)
        make_common(chance, out);
    else if (strcmp(kind, "syllables") == 0) {
        make_syllables(chance, out);
        return true;
    } else
        return false;
    make_acceptable(chance, out);
    return true;
}

int main(int argc, char **argv)
{
    uint64_t chance;
    long count = argc >= 3 ? strtol(argv[2], NULL, 10) : 0;
    char(*words)[WORD_MAX] = NULL;
    size_t word_count = 0;

    if (argc < 3 || argc > 4 || count < 1)
        return 2;
    chance = argc == 4 ? strtoul(argv[3], NULL, 10) : 1;
    if (strcmp(argv[1], "english") == 0) {
        words = read_words(&word_count);
        if (word_count < 1000) {
            free(words);
            return 1;
        }
    }
    for (long i = 0; i < count; i++) {
        struct mk_password f4 = {0};
        char out[4 * WORD_MAX] = "";
        if (words != NULL)
            make_english(&chance, out, words, word_count);
        else if (strcmp(argv[1], "f4") != 0) {
            if (!make(&chance, argv[1], out)) {
                free(words);
                return 2;
            }
        } else if (!propose_draw(&f4, PROPOSE_WORDS, '-', propose_kernel, NULL)) {
            free(words);
            return 1;
        }
        puts(f4.length > 0 ? f4.text : out);
    }
    free(words);
    return 0;
}
