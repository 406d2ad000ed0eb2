/* SPDX-License-Identifier: MIT */
#ifndef DN_H
#define DN_H

/*
 * Names compared as a server compares them, as far as that can be known without its schema: case,
 * spaces and the order within an RDN do not count (RFC 4514, RFC 4518). Two spellings that only a
 * server knows to be the same (another name of an attribute type, a decomposed letter) are taken
 * for different. Pure.
 */

#include <stdbool.h>

/* Whether both are the same name; false for anything that is no DN, and for "". */
bool dn_same(const char *a, const char *b);

/* Whether `dn` lies below `base`, and is not `base` itself; likewise. */
bool dn_below(const char *dn, const char *base);

#endif
