/* SPDX-License-Identifier: MIT */
#ifndef SANDBOX_H
#define SANDBOX_H

/*
 * What every worker does before it looks at its first packet: it ends with its parent, leaves no
 * core dump, is not dumpable, gains no privileges, has bounded memory and files, overwrites freed
 * memory, ignores SIGPIPE, and lives behind a system-call filter that kills on execve, fork,
 * ptrace, signals to others, and on opening or creating anything for writing. Not fatal where the
 * kernel lacks a part (Debian 12's kernel has them all).
 */

#include <stddef.h>

/* `memory` bounds the address space in bytes (0: not bounded, as sanitizers need it). */
void sandbox_enter(size_t memory);

/*
 * The same for a worker that writes: it may open files that exist for reading and writing, though
 * not make or empty any, and does not end with its parent but with its channel, so that it finishes
 * what it was given.
 */
void sandbox_enter_writer(size_t memory);

/*
 * Bounds in bytes what the process may allocate (RLIMIT_DATA, setrlimit(2)), which unlike address
 * space is memory that it can fill. Does nothing with sanitizers.
 */
void sandbox_bound_data(size_t data);

#endif
