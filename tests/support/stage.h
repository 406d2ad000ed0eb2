/* SPDX-License-Identifier: MIT */
#ifndef STAGE_H
#define STAGE_H

/*
 * What a test of the screens stands on: the two private servers with the invented staff of
 * tests/support/people, the configuration of the demo, and the installed program on a terminal of
 * its own. For cmocka tests:
 *
 *     group set-up        stage_prepare(&stage, NULL)
 *     a test              t = stage_open(&stage, &stage_xterm); stage_log_in(t, ...); screen_...
 *     its teardown        stage_close(&stage)
 *     group teardown      stage_remove(&stage)
 *
 * Every test of a program takes another person, so that none disturbs the other. Times of the
 * screen are those of Vietnam, whatever the machine's zone is.
 */

#include <stdint.h>
#include <sys/types.h>

#include "screen.h"
#include "slapd.h"

#define STAGE_MAIN "dc=moj,dc=example,dc=vn"
#define STAGE_SECOND "dc=kbnn,dc=example,dc=vn"
#define STAGE_PERSON(uid) "uid=" uid ",ou=people," STAGE_MAIN
#define STAGE_ACCOUNT(system, uid) "uid=" uid ",ou=" system ",ou=systems," STAGE_MAIN
#define STAGE_PAYMENTS(uid) "uid=" uid ",ou=people," STAGE_SECOND

#define STAGE_PASSWORD "Matkhau#01"        /* of a person */
#define STAGE_SYSTEM_PASSWORD "Hethong#01" /* of a system account */
#define STAGE_SECOND_PASSWORD "Khobac#01"

/* Longest wait for a screen; generous for builds with sanitizers. */
#define STAGE_WAIT 20000

/*
 * A frame may arrive in several reads: so much silence tells that it is whole, before looking for
 * what is not there or measuring anything.
 */
#define STAGE_QUIET 30

struct stage {
    char directory[64]; /* home of the configuration, of HOME and of nothing else */
    char config[96];
    struct slapd main;
    struct slapd second;
    struct screen *screen;
};

struct stage_terminal {
    const char *term;
    const char *lang;
    bool utf8;
    const char *arguments[3]; /* besides --config */
    int rows, columns;        /* 0: 24 and 80 */
    /* A program to run it under, with its path and arguments, NULL at the end; or NULL. */
    const char *const *under;
};

extern const struct stage_terminal stage_xterm; /* xterm-256color, C.UTF-8 */
extern const struct stage_terminal stage_vt100; /* vt100, C, shows no UTF-8 */

/* Starts both servers and writes the configuration. `main_options` for `slapd create`, or NULL. */
void stage_prepare(struct stage *stage, const char *const *main_options);

/* The directory and the configuration's name only, for a test that has servers of its own. */
void stage_make_home(struct stage *stage);

/* Writes the configuration anew; needed after a server has got other ports. */
void stage_configure(struct stage *stage);

/* Puts `to` in the place of `from`, which stands exactly once in the configuration. */
void stage_replace(struct stage *stage, const char *from, const char *to);

/* Ends the program, lets paused servers go on. Does nothing without a program. */
void stage_close(struct stage *stage);

/* Ends everything and removes what it left. */
void stage_remove(struct stage *stage);

/* Starts the installed program with the configuration. stage_close() ends it. */
struct screen *stage_open(struct stage *stage, const struct stage_terminal *terminal);

/* Waits for the log-in screen in Vietnamese, types both and Enter. */
void stage_log_in(struct screen *t, const char *login, const char *password);

/* The same, and waits until the table is there and no row is still asked for. */
void stage_enter(struct screen *t, const char *login, const char *password);

/* In the table, moves to the row that begins with `name`, and waits until it is chosen. */
void stage_choose(struct screen *t, const char *name);

/* The row that begins with `name`, after its mark; "" when there is none. As screen_row(). */
const char *stage_row(struct screen *t, const char *name);

/* Waits until that row contains `text`. Fails the test, showing the screen, when it does not. */
#define stage_wait_row(t, name, text) stage_wait_row_at(t, name, text, __FILE__, __LINE__)
void stage_wait_row_at(struct screen *t, const char *name, const char *text, const char *file,
                       int line);

/* Types into the fields of a change, NULL for one that is not asked for, and Enter. */
void stage_change(struct screen *t, const char *old_password, const char *new_password);

/*
 * Waits until the screen shows `text`, a whole sentence, however it was broken into lines. Fails
 * the test, showing the screen, when it does not.
 */
#define stage_wait_sentence(t, text) stage_wait_sentence_at(t, text, __FILE__, __LINE__)
void stage_wait_sentence_at(struct screen *t, const char *text, const char *file, int line);

/* Whether it does now. */
bool stage_has_sentence(struct screen *t, const char *text);

/* Fails the test with a sentence and the whole screen, which fail_msg() would cut. */
#define stage_fail(t, text) stage_fail_at(t, text, __FILE__, __LINE__)
_Noreturn void stage_fail_at(struct screen *t, const char *text, const char *file, int line);

/*
 * Starts the first server anew at the addresses it had, with a log of every operation
 * (slapd.conf(5), loglevel stats) in `directory`/slapd.log.
 */
void stage_log_operations(struct stage *stage);

/* That log as it is now; free() it. */
char *stage_operations(const struct stage *stage);

/*
 * The date, as DD/MM/YYYY, until which the password of `dn` lasts when it was changed at the
 * server's pwdChangedTime: 90 days by policy or three months by order, whichever is first.
 */
void stage_lasts_until(const struct slapd *slapd, const char *dn, char date[16]);

/* The processes that a process has started and that still run; how many, at most `max` are named.
 */
int stage_children(pid_t parent, pid_t *children, int max);

/* Whether a process runs the program `name` (of which /proc knows 15 letters). */
bool stage_is(pid_t pid, const char *name);

/* Waits until a process is gone, at most `ms`; false when it is still there. */
bool stage_gone(pid_t pid, int ms);

int64_t stage_clock_ms(void);

#endif
