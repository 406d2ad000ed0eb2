/* SPDX-License-Identifier: MIT */
#ifndef TEMPLATE_H
#define TEMPLATE_H

/* Templates of names and filters, as matkhau.conf(5) describes them. Pure. */

#include <stdbool.h>
#include <stddef.h>

/* What stands for %u, %d and %m, already escaped for the place it goes to. "" is: not known. */
struct template_values {
    const char *login;
    const char *dn;
    const char *mail;
};

/* Whether `template` holds `%` followed by `letter`. */
bool template_uses(const char *template, char letter);

/*
 * Writes `template` with %u, %d, %m and %% replaced into `out` of `size` bytes, NUL included. False
 * when it does not fit, when it holds another % sequence, or when a value is needed that is not
 * known: a filter with an empty value would match somebody else. `out` is then "".
 */
bool template_expand(char *out, size_t size, const char *template,
                     const struct template_values *values);

#endif
