/* SPDX-License-Identifier: MIT */
#ifndef SELFCHECK_H
#define SELFCHECK_H

/* What the administrator is told of the check of new passwords, beside the screen. */

#include <stdbool.h>

#include "checker.h"

/*
 * `matkhau --check`: starts the quality worker with the settings of every account, one after the
 * other, and writes a sentence to standard error for each part that does not work. True when all
 * of them do.
 */
bool selfcheck_run(const struct config *config);

/* Where the system log listens (syslog(3)). */
#define SELFCHECK_LOG "/dev/log"

/*
 * Writes the same sentences to the system log at `path` (RFC 3164 as in syslog(3), facility
 * authpriv, level err). Never waits for it: a log that does not take them is left alone.
 */
void selfcheck_log(const char *path, const struct mk_quality_rules *rules);

#endif
