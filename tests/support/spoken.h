/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SPOKEN_H
#define TESTS_SPOKEN_H

/*
 * The sentences of the terminal program, for tests of the workers, whose headers and its own do not
 * mix. In Vietnamese, by the catalogue of this build.
 */

#include "matkhau/message.h"

/* From here on every sentence is Vietnamese, and every time that of Hanoi. */
void spoken_start(void);

/* What a person is told when a log-in has ended so. Good until the next call. */
const char *spoken_log_in(const struct mk_reply_end *end);

#endif
