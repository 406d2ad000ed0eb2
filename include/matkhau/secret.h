/* SPDX-License-Identifier: MIT */
#ifndef MATKHAU_SECRET_H
#define MATKHAU_SECRET_H

#include <stdint.h>
#include <string.h>

/* Longest password, in bytes of UTF-8. Longer ones are refused, never cut. */
#define MK_PASSWORD_MAX 255

/* A password in a bounded buffer. text[length] is NUL; no other NUL is in it. */
struct mk_password {
    uint32_t length;
    char text[MK_PASSWORD_MAX + 1];
};

/* Overwrites a secret so that the compiler cannot leave the write out. */
static inline void mk_wipe(void *secret, size_t size)
{
    explicit_bzero(secret, size);
}

#endif
