/* SPDX-License-Identifier: MIT */
#ifndef SENTENCES_TRAIL_H
#define SENTENCES_TRAIL_H

/* Sentences about the trail, for the administrator: as in sentences.h. */

#include <stddef.h>

#include "matkhau/trail.h"

/* Why nothing can be written to `file` (printable); not for MK_TRAIL_WORKS. */
void sentence_trail_fault(char *out, size_t size, enum mk_trail_fault fault, const char *file);

/* What a look through `file` (printable) has found, good or not. */
void sentence_trail_verdict(char *out, size_t size, const struct mk_trail_verdict *verdict,
                            const char *file);

#endif
