/* SPDX-License-Identifier: MIT */
#ifndef MATKHAU_QUALITY_H
#define MATKHAU_QUALITY_H

/*
 * The boundary between the terminal program and the quality worker: as message.h, one packet each
 * way. The worker lives as long as a change screen is open.
 */

#include <stdint.h>

#include "matkhau/message.h"
#include "matkhau/secret.h"

/* What libpwquality found, one for each of its codes and for each reason of cracklib. */
enum mk_rule {
    MK_RULE_OK,
    MK_RULE_EMPTY,
    MK_RULE_SAME,       /* the current password again */
    MK_RULE_CASE_ONLY,  /* differs from the current one in case only */
    MK_RULE_SIMILAR,    /* too close to the current one (difok) */
    MK_RULE_ROTATED,    /* the current one rotated */
    MK_RULE_MIN_LENGTH, /* number: letters wanted */
    MK_RULE_MIN_DIGITS, /* number: digits wanted */
    MK_RULE_MIN_UPPERS,
    MK_RULE_MIN_LOWERS,
    MK_RULE_MIN_OTHERS,
    MK_RULE_MIN_CLASSES,      /* number: classes wanted, of 4 */
    MK_RULE_MAX_REPEAT,       /* number: same letters in a row allowed */
    MK_RULE_MAX_CLASS_REPEAT, /* number: letters of one class in a row allowed */
    MK_RULE_MAX_SEQUENCE,     /* number: length of a run like 1234 or abcd allowed */
    MK_RULE_PALINDROME,
    MK_RULE_USER,       /* holds the login name */
    MK_RULE_GECOS,      /* holds a word of the account's description on this machine */
    MK_RULE_BAD_WORD,   /* holds a word that the administrator forbids */
    MK_RULE_DICTIONARY, /* based on a dictionary word */
    MK_RULE_DICTIONARY_REVERSED,
    MK_RULE_SIMPLISTIC,    /* cracklib: too simplistic or systematic */
    MK_RULE_FEW_DIFFERENT, /* cracklib: too few different letters */
    MK_RULE_ACCOUNT,       /* cracklib: derived from the account running the program */
    MK_RULE_CRACKLIB,      /* any other reason of cracklib */
    MK_RULE_BROKEN, /* the check itself is not possible: no dictionary, no memory, bad file */
    MK_RULES
};

/* Why the check as a whole cannot be trusted. */
enum mk_quality_fault {
    MK_QUALITY_WORKS,
    MK_QUALITY_CONFIG,     /* pwquality.conf cannot be read or holds a wrong line */
    MK_QUALITY_DICTIONARY, /* cracklib's dictionary is missing, unreadable or truncated */
};

enum mk_quality_request_type { MK_QUALITY_SETTINGS = 201, MK_QUALITY_CHECK };
enum mk_quality_reply_type { MK_QUALITY_RULES = 301, MK_QUALITY_VERDICT };

/* MK_QUALITY_SETTINGS: the first packet, once; answered by MK_QUALITY_RULES. */
struct mk_quality_settings {
    struct mk_header header;
    char config_file[MK_FILE_MAX + 1]; /* pwquality.conf(5); "": the system's own */
};

/* The settings in force, to be shown before the first key. 0: no such rule. */
struct mk_quality_rules {
    struct mk_header header;
    uint32_t fault; /* enum mk_quality_fault */
    uint32_t min_length;
    uint32_t min_classes;
};

/* MK_QUALITY_CHECK: answered by MK_QUALITY_VERDICT with the same id. */
struct mk_quality_check {
    struct mk_header header;
    char login[MK_LOGIN_MAX + 1];
    struct mk_password old_password; /* length 0: not known */
    struct mk_password new_password;
};

struct mk_quality_verdict {
    struct mk_header header;
    uint32_t rule;  /* enum mk_rule: the first that failed, or MK_RULE_OK */
    int32_t number; /* what the rule asks for, 0 where it has no number */
    int32_t score;  /* 0..100 as pwquality_check(3), -1 unless rule is MK_RULE_OK */
};

union mk_quality_request {
    struct mk_header header;
    struct mk_quality_settings settings;
    struct mk_quality_check check;
};

union mk_quality_reply {
    struct mk_header header;
    struct mk_quality_rules rules;
    struct mk_quality_verdict verdict;
};

#endif
