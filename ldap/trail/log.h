/* SPDX-License-Identifier: MIT */
#ifndef LOG_H
#define LOG_H

/* The trail in the system log. */

#include "matkhau/trail.h"

/* Where the system log listens (syslog(3)). */
#define LOG_PATH "/dev/log"

/*
 * Sends `line` (its end is left out) to the system log at `path`, in the form of syslog(3),
 * facility authpriv, level notice. Taken by the log is what is known then, not that it is on a
 * disk. Waits at most two seconds for a log that is behind.
 */
enum mk_trail_fault log_append(const char *path, const char *line);

/* Whether somebody listens there. */
enum mk_trail_fault log_try(const char *path);

#endif
