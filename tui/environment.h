/* SPDX-License-Identifier: MIT */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

/*
 * The environment is the user's word, and libraries obey it: TERMINFO puts bytes on the terminal,
 * LANGUAGE leads out of the catalogue's folder, LDAPTLS_REQCERT switches verification off. So
 * everything is dropped before any library looks, but a few values that pass a narrow test.
 */

#define ENVIRONMENT_VALUE_MAX 63

/* "" where the variable was not set or did not look right. */
struct environment {
    char term[ENVIRONMENT_VALUE_MAX + 1];   /* [A-Za-z0-9._+-] */
    char locale[ENVIRONMENT_VALUE_MAX + 1]; /* the one of LC_ALL, LC_CTYPE, LANG that counts */
    char ssh[ENVIRONMENT_VALUE_MAX + 1];    /* the client's address in SSH_CONNECTION (ssh(1)) */
};

/* Call first of all in main(). Keeps TERM, the locale and TZ, clears the rest, goes to "/". */
void environment_scrub(struct environment *kept);

#endif
