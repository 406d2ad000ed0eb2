/* SPDX-License-Identifier: MIT */
#ifndef MEMORY_H
#define MEMORY_H

/* The memory of another process, looked through for what should not be there. */

#include <stddef.h>
#include <sys/types.h>

/*
 * Adds up what `count` finds in every readable part of it. What is sought is at most `longest`
 * bytes long; one that lies across two looks is found, and found once. -1: it may not be read here,
 * or is a sanitizer's.
 */
int memory_count(pid_t pid, size_t longest, int (*count)(const char *bytes, size_t size));

#endif
