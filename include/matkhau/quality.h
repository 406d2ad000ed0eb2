/* SPDX-License-Identifier: MIT */
#ifndef MATKHAU_QUALITY_H
#define MATKHAU_QUALITY_H

/*
 * The boundary between the terminal program and the quality worker: as message.h. One worker judges
 * for one system and lives as long as the change screen is open.
 *
 *   SETTINGS -> RULES        the first packet, once
 *   PERSON, GIVEN            any number, at any time afterwards, not answered
 *   CHECK -> VERDICT         as often as the password changes
 *   PROPOSE -> PROPOSALS     F4
 */

#include <stdint.h>

#include "matkhau/message.h"
#include "matkhau/secret.h"

/*
 * What can be wrong with a new password. MK_RULE_BIT() makes a set of them. A rule that
 * mk_quality_rules.in_force does not hold is never broken. "Letters" are Unicode code points in
 * NFC.
 */
enum mk_rule {
    MK_RULE_OK,
    MK_RULE_EMPTY,
    MK_RULE_SAME,       /* the current password again */
    MK_RULE_CASE_ONLY,  /* differs from the current one in case only */
    MK_RULE_SIMILAR,    /* too close to the current one (difok) */
    MK_RULE_ROTATED,    /* the current one rotated */
    MK_RULE_MIN_LENGTH, /* number: letters wanted */
    MK_RULE_MAX_LENGTH, /* number: letters that the system takes */
    MK_RULE_MIN_DIGITS, /* number: digits wanted */
    MK_RULE_MIN_UPPERS,
    MK_RULE_MIN_LOWERS,
    MK_RULE_MIN_OTHERS,
    MK_RULE_MIN_CLASSES,      /* number: classes wanted, of 4 */
    MK_RULE_CHARACTERS,       /* holds a character that the system cannot take */
    MK_RULE_MAX_REPEAT,       /* number: same letters in a row allowed */
    MK_RULE_MAX_CLASS_REPEAT, /* number: letters of one class in a row allowed */
    MK_RULE_MAX_SEQUENCE,     /* number: length of a run like 1234 or abcd allowed (maxsequence) */
    MK_RULE_REPEATS,          /* one piece over and over */
    MK_RULE_RUN,              /* holds keys side by side or digits in steps: qwerty, 2468, 147258 */
    MK_RULE_DATE,             /* holds a date or a year */
    MK_RULE_PALINDROME,
    MK_RULE_USER,       /* holds the login or the mail name; has a word */
    MK_RULE_NAME,       /* holds the person's name or a part of it; has a word */
    MK_RULE_UNIT,       /* holds a word of the unit or the ministry; has a word */
    MK_RULE_PLACE,      /* holds the name of a place; has a word */
    MK_RULE_COMMON,     /* a usual choice, or built on one; has a word */
    MK_RULE_GIVEN,      /* was just given to another system */
    MK_RULE_LEAKED,     /* is in the list of leaked passwords */
    MK_RULE_GECOS,      /* holds a word of the account's description on this machine */
    MK_RULE_BAD_WORD,   /* holds a word that pwquality.conf forbids */
    MK_RULE_DICTIONARY, /* cracklib: based on a dictionary word */
    MK_RULE_DICTIONARY_REVERSED,
    MK_RULE_SIMPLISTIC,    /* cracklib: too simplistic or systematic */
    MK_RULE_FEW_DIFFERENT, /* cracklib: too few different letters */
    MK_RULE_ACCOUNT,       /* cracklib: derived from the account running the program */
    MK_RULE_CRACKLIB,      /* any other reason of cracklib */
    MK_RULE_BROKEN, /* the check is not possible, or not complete where it must be: see parts */
    MK_RULES
};

#define MK_RULE_BIT(rule) (UINT64_C(1) << (rule))

_Static_assert(MK_RULES <= 64, "a set of rules is one uint64_t");

/* What the check is made of; a set is 1u << part. */
enum mk_quality_part {
    MK_PART_SETTINGS,   /* pwquality.conf */
    MK_PART_DICTIONARY, /* cracklib's */
    MK_PART_WORDS,      /* the word lists */
    MK_PART_LEAKS,      /* the list of leaked passwords */
    MK_PARTS
};

/* What is wrong with a part. */
enum mk_part_fault {
    MK_PART_WORKS,
    MK_PART_MISSING,    /* no such file or folder, or an empty one */
    MK_PART_UNREADABLE, /* cannot be read: rights, or not a file */
    MK_PART_FORMAT,   /* a line is not what it should be; for the dictionary: truncated, damaged */
    MK_PART_UNSORTED, /* the leak list is not in ascending order */
};

enum mk_leak_kind {
    MK_LEAKS_NONE,
    MK_LEAKS_SHA1,  /* "HASH" or "HASH:COUNT" in capital hex, ascending; of UTF-8 */
    MK_LEAKS_NT,    /* likewise, MD4 of UTF-16LE */
    MK_LEAKS_PLAIN, /* one password a line, any order; at most 1,000,000, read at start */
};

enum mk_quality_request_type {
    MK_QUALITY_SETTINGS = 201,
    MK_QUALITY_PERSON,
    MK_QUALITY_GIVEN,
    MK_QUALITY_CHECK,
    MK_QUALITY_PROPOSE,
};
enum mk_quality_reply_type { MK_QUALITY_RULES = 301, MK_QUALITY_VERDICT, MK_QUALITY_PROPOSALS };

#define MK_REFUSED_MAX 95 /* every printable ASCII character */
#define MK_WORD_MAX 63    /* bytes of a word that can be shown */
#define MK_HITS_MAX 5     /* rules that have a word */
#define MK_PROPOSALS_MAX 6
#define MK_PROPOSAL_LETTERS_MAX 32 /* what a field shows at once */
#define MK_LONGER_MAX 4

/* MK_QUALITY_SETTINGS: what holds for this system. */
struct mk_quality_settings {
    struct mk_header header;
    char config_file[MK_FILE_MAX + 1];   /* pwquality.conf(5); "": the system's own */
    char words_dir[MK_FILE_MAX + 1];     /* our word lists, *.txt; "": as installed */
    char own_words_dir[MK_FILE_MAX + 1]; /* the administrator's, *.txt; "" or missing: none */
    char leak_file[MK_FILE_MAX + 1];     /* "" with MK_LEAKS_NONE */
    uint32_t leak_kind;                  /* enum mk_leak_kind */
    uint32_t max_length;      /* letters that the system takes; 0: MK_PASSWORD_MAX bytes */
    uint32_t allow_non_ascii; /* 1: any letter; 0: printable ASCII only */
    uint32_t excuse_length;   /* letters from which words, names of places, runs, dates and repeats
                                 are let pass (never login, name, leaked); 0: never */
    uint32_t go_on;           /* 1: with a broken part the rest decides; 0: nothing passes */
    char refused[MK_REFUSED_MAX + 1]; /* ASCII characters that the system cannot take */
};

/* MK_QUALITY_PERSON: whose password; raw from the directory. Replaces what was sent before. */
struct mk_quality_person {
    struct mk_header header;
    char login[MK_LOGIN_MAX + 1];
    char mail[MK_TEXT_MAX + 1];
    char name[MK_TEXT_MAX + 1]; /* full name, in the order it is written */
    char unit[MK_TEXT_MAX + 1];
    char words[MK_TEXT_MAX + 1]; /* more of that kind: ministry, system, place; "" : none */
    uint32_t birth_year;         /* 0: not known */
};

/* MK_QUALITY_GIVEN: was given to another system in this log-in. The last MK_SYSTEMS_MAX count. */
struct mk_quality_given {
    struct mk_header header;
    struct mk_password password;
};

/* MK_QUALITY_CHECK: answered by MK_QUALITY_VERDICT with the same id. */
struct mk_quality_check {
    struct mk_header header;
    struct mk_password old_password; /* length 0: not known */
    struct mk_password new_password;
};

/*
 * What a temporary password is made of: see ldap/quality/temporary.h for the reasons. The signs in
 * the order in which they are preferred.
 */
#define MK_TEMPORARY_LETTERS "bchkmnprtvx"
#define MK_TEMPORARY_CAPITALS "HNRT"
#define MK_TEMPORARY_DIGITS "2345789"
#define MK_TEMPORARY_SIGNS "-.@="

/*
 * MK_QUALITY_PROPOSE: answered by MK_QUALITY_PROPOSALS with the same id. A temporary password is to
 * be said on the telephone, and changed at the next log-in: short, no sign that looks or sounds
 * like another, nothing that an input method turns into something else. It may have to pass the
 * rules of other systems as well, which other workers check: `number` and `refused` let it be made
 * in a form that these can take.
 */
struct mk_quality_propose {
    struct mk_header header;
    uint32_t count;            /* 1..MK_PROPOSALS_MAX */
    uint32_t temporary;        /* 1: temporary, 0: to be kept; nothing else matters then */
    uint32_t longer;           /* 0..MK_LONGER_MAX characters more than the fewest that would do */
    uint32_t number[MK_RULES]; /* of mk_quality_rules, the largest of the other systems; the
                                  smallest with MK_RULE_MAX_LENGTH; 0: none */
    char refused[MK_REFUSED_MAX + 1]; /* what other systems cannot take */
};

struct mk_quality_fault {
    uint32_t fault;             /* enum mk_part_fault */
    uint32_t line;              /* of `file`, from 1; 0: the file as a whole */
    char file[MK_FILE_MAX + 1]; /* the one at fault, or "" */
};

/* The settings in force, to be shown before the first key. */
struct mk_quality_rules {
    struct mk_header header;
    uint32_t broken;           /* set of parts that do not work */
    uint32_t words;            /* how many were read */
    uint64_t in_force;         /* set of rules that are looked at */
    uint32_t number[MK_RULES]; /* what the rule asks for, 0 where it has no number */
    struct mk_quality_fault part[MK_PARTS];
};

/*
 * A password may be sent when `failed` is empty. libpwquality is asked when no rule of our own
 * stands against the password; what it finds is in `failed` as well.
 */
struct mk_quality_verdict {
    struct mk_header header;
    uint64_t failed; /* set of rules */
    uint32_t asked;  /* 1: libpwquality was asked */
    uint32_t rule;   /* enum mk_rule: what libpwquality found, MK_RULE_OK when it was not asked */
    int32_t number;  /* what `rule` asks for, 0 where it has no number */
    int32_t score;   /* 0..100 as pwquality_check(3), -1 unless `failed` is empty */
    uint32_t broken; /* set of parts that were left out of this verdict */
    uint32_t hits;   /* of the two below */
    uint32_t hit_rule[MK_HITS_MAX];              /* enum mk_rule, each at most once */
    char hit_word[MK_HITS_MAX][MK_WORD_MAX + 1]; /* as it stands in the list or in the name, with
                                                    its diacritics; never text of the password */
};

/* Passwords that break no rule of this system. Fewer than asked for where its rules are too narrow.
 */
struct mk_quality_proposals {
    struct mk_header header;
    uint32_t count;
    uint32_t bits;   /* of chance in each, at least 60, or 40 in a temporary one */
    uint32_t needed; /* of temporary ones: so many of these must pass whatever else they have to
                        pass, or else there are less than 40 bits in each that does */
    struct mk_password password[MK_PROPOSALS_MAX];
};

union mk_quality_request {
    struct mk_header header;
    struct mk_quality_settings settings;
    struct mk_quality_person person;
    struct mk_quality_given given;
    struct mk_quality_check check;
    struct mk_quality_propose propose;
};

union mk_quality_reply {
    struct mk_header header;
    struct mk_quality_rules rules;
    struct mk_quality_verdict verdict;
    struct mk_quality_proposals proposals;
};

#endif
