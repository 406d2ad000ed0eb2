/* SPDX-License-Identifier: MIT */
#ifndef AUDIT_H
#define AUDIT_H

/* What the administrator is told of the trail, on the command line. */

#include "config.h"

/*
 * `matkhau audit verify FILE...`: looks through the files (absolute paths), which are one chain in
 * the order of their age, and writes to standard output what was found. True when the chain is
 * whole.
 */
bool audit_verify(char (*files)[MK_FILE_MAX + 1], int count);

/*
 * `matkhau --check`: whether a record could be written now; otherwise a sentence goes to standard
 * error. True where no trail is kept.
 */
bool audit_try(const struct config *config);

#endif
