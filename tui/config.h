/* SPDX-License-Identifier: MIT */
#ifndef CONFIG_H
#define CONFIG_H

/* The configuration file, matkhau.conf(5), as one plain struct. Read once, never written. */

#include <stdbool.h>
#include <stddef.h>

#include "matkhau/quality.h"

#define CONFIG_ID_MAX 31

/* `same_as` of a system that has an account of its own. */
#define CONFIG_OWN_ACCOUNT (-3)

struct config_directory {
    char id[CONFIG_ID_MAX + 1];
    /* Everything that goes to the worker, header unset; the ministry's rule and times included. */
    struct mk_request_directory request;
};

/* `excuse_length` where no length excuses anything. */
#define CONFIG_NEVER UINT32_MAX

enum config_choice { CONFIG_NOT_GIVEN, CONFIG_NO, CONFIG_YES };

/* What a new password of one account has to keep to. */
struct config_rules {
    char pwquality_file[MK_FILE_MAX + 1]; /* "": the system's own */
    char not_taken[MK_REFUSED_MAX + 1];   /* ASCII characters that the system cannot take */
    uint32_t max_length;                  /* letters; 0: as long as a password can be */
    uint32_t accents;                     /* enum config_choice: letters beyond ASCII */
    uint32_t excuse_length; /* letters from which weak words and patterns pass, or CONFIG_NEVER */
};

struct config_system {
    char id[CONFIG_ID_MAX + 1];
    char name[MK_TEXT_MAX + 1]; /* printable UTF-8 */
    int same_as;                /* index of a system, MK_PERSON, or CONFIG_OWN_ACCOUNT */
    int directory;              /* index; that of the account it stands for, with same_as */
    char account_dn[MK_DN_MAX + 1];
    char account_filter[MK_FILTER_MAX + 1];
    struct config_rules rules; /* those of [ministry] where it has none of its own */
};

#define CONFIG_DESKS_MAX 48
#define CONFIG_PROTECTED_MAX 16
#define CONFIG_CHECKS_MAX 8
#define CONFIG_CHECK_MAX 127

_Static_assert(CONFIG_DESKS_MAX + CONFIG_PROTECTED_MAX <= MK_GROUPS_MAX, "one set holds them all");

/* A helpdesk: who works there, and whom it looks after. All in the log-in directory. */
struct config_desk {
    char id[CONFIG_ID_MAX + 1];
    char name[MK_TEXT_MAX + 1]; /* printable UTF-8; callers and operators see it */
    char group[MK_DN_MAX + 1];  /* of its operators */
    char base[MK_DN_MAX + 1];   /* people below this; that of the directory where none is given */
};

struct config {
    char ministry[MK_TEXT_MAX + 1];     /* [ministry] name */
    char account_name[MK_TEXT_MAX + 1]; /* what the table calls the log-in account; "" : built in */
    char domain[MK_TEXT_MAX + 1];       /* mail domain that may follow the login name, or "" */
    char helpdesk[MK_TEXT_MAX + 1];     /* telephone of the helpdesk, or "" */
    struct config_rules rules;          /* of the log-in account */
    char words_dir[MK_FILE_MAX + 1];    /* the administrator's own words; may be missing */
    uint32_t leak_kind;                 /* enum mk_leak_kind */
    char leak_file[MK_FILE_MAX + 1];    /* "" without one */
    bool trail_log;                     /* the trail goes to the system log */
    char trail_file[MK_FILE_MAX + 1];   /* and, or, to this file; "": to none */
    bool go_on; /* an incomplete check still lets a password pass that the rest of it finds good */
    unsigned deadline_ms;  /* longest wait for any answer of a directory worker */
    unsigned idle_seconds; /* log out after so long without a key; 0: never */
    /* The helpdesk; no desk: there is none. Group i of desk.h is that of desk[i], and
       CONFIG_DESKS_MAX + i that of protected_group[i]. */
    int desks;
    struct config_desk desk[CONFIG_DESKS_MAX];
    int protected_groups;
    char protected_group[CONFIG_PROTECTED_MAX][MK_DN_MAX + 1];
    int checks; /* how a caller can be verified: the script of the call */
    char check[CONFIG_CHECKS_MAX][CONFIG_CHECK_MAX + 1]; /* printable UTF-8 */
    unsigned watch_seconds; /* how long a card waits for the caller to change a password */
    int directories;
    int systems;
    int login_directory; /* index of the one directory that says how a person is found */
    struct config_directory directory[MK_DIRECTORIES_MAX];
    struct config_system system[MK_SYSTEMS_MAX];
};

/*
 * Reads `file` into `*config`, which is all zeros before: most of it stays untouched, and costs no
 * memory. True when every line is right. Otherwise `message` holds one whole sentence in the user's
 * language with file, line and what to write instead (cut to `size` bytes, NUL included), and
 * `*config` is not to be used.
 */
bool config_read(struct config *config, const char *file, char *message, size_t size);

#endif
