/* SPDX-License-Identifier: MIT */
#ifndef MATKHAU_LIMITS_H
#define MATKHAU_LIMITS_H

/* What every packet has in common: its header, and how long a value can be (bytes without NUL). */

#include <stdint.h>

#define MK_URI_MAX 255
#define MK_URIS_MAX 8
#define MK_DN_MAX 511
#define MK_FILTER_MAX 511
#define MK_FILE_MAX 511
#define MK_LOGIN_MAX 127
#define MK_TEXT_MAX 255
#define MK_ATTRIBUTE_MAX 63
#define MK_SYSTEMS_MAX 48
#define MK_DIRECTORIES_MAX 8
#define MK_NOTE_MAX 63 /* "20261122065200Z hanoi": when, and the desk's name in the configuration  \
                        */

struct mk_header {
    uint32_t type;
    uint32_t id; /* chosen by the asker, repeated in every reply */
};

#endif
