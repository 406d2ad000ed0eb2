/* SPDX-License-Identifier: MIT */
#ifndef VERIFY_H
#define VERIFY_H

/* Whether a trail is as it was written, and which intents have no outcome. */

#include "matkhau/trail.h"

struct verify_open {
    char id[MK_TRAIL_ID_MAX + 1];
    char time[MK_TRAIL_TIME_MAX + 1];
};

/* Goes on from file to file. Start from zeros. */
struct verify {
    struct verify_open *open; /* intents without an outcome so far, in their order */
    size_t count;
    size_t room;
};

/* Looks through one file, the header of `verdict` left alone. */
void verify_file(struct verify *verify, const struct mk_trail_verify *request,
                 struct mk_trail_verdict *verdict);

void verify_end(struct verify *verify);

#endif
