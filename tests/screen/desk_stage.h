/* SPDX-License-Identifier: MIT */
#ifndef DESK_STAGE_H
#define DESK_STAGE_H

/*
 * What a walk with a helpdesk stands on: a server whose rules give two desks their rights, a trail,
 * and two terminals, the operator's and the caller's. For cmocka tests:
 *
 *     group set-up        desk_stage_prepare(&desk, "manage", NULL)
 *     a test              t = desk_stage_operator(&desk, &stage_xterm, "trucban")
 *                         c = desk_stage_caller(&desk, &stage_xterm)
 *     its teardown        desk_stage_close(&desk)
 *     group teardown      desk_stage_remove(&desk)
 *
 * Whoever works there is in the tables of desk_stage.c; every test takes another caller.
 */

#include "stage.h"

#define DESK_PEOPLE "ou=people," STAGE_MAIN
#define DESK_PERSON(uid) "uid=" uid ",ou=hanoi," DESK_PEOPLE
#define DESK_ELSEWHERE(uid) "uid=" uid ",ou=hue," DESK_PEOPLE
#define DESK_ACCOUNT(system, uid) "uid=" uid ",ou=" system ",ou=systems," STAGE_MAIN

#define DESK_MAIL "Thư điện tử công vụ"
#define DESK_CASES "Quản lý thụ lý, tổ chức thi hành án"
#define DESK_NAME "Bộ phận hỗ trợ Hà Nội"

/* The first way to verify a caller, as the configuration has it. */
#define DESK_CHECK "Gọi lại theo số trong danh bạ"

struct desk_stage {
    struct stage stage;   /* home, configuration, server, and the operator's terminal */
    struct stage second;  /* the same, with the terminal of the caller or of a second operator */
    struct slapd replica; /* pid 0 without one */
    char trail[96];
};

/*
 * Starts the server and writes the configuration and an empty trail. `rights` as `slapd create
 * --desk` takes them; `conf`: directives that come before the access rules, or NULL.
 */
void desk_stage_prepare(struct desk_stage *desk, const char *rights, const char *conf);

/*
 * The home with an empty trail only, for a test that has a server and a configuration of its own;
 * desk_stage_reset() and those that start and remove servers are not for that one.
 */
void desk_stage_make_home(struct desk_stage *desk);

/* A server more, which follows the first and refers changes to it; and the configuration anew. */
void desk_stage_add_replica(struct desk_stage *desk);

/* The configuration and the trail as they were at the beginning. */
void desk_stage_reset(struct desk_stage *desk);

/* Starts the program, logs an operator in and waits for the table. */
struct screen *desk_stage_operator(struct desk_stage *desk, const struct stage_terminal *terminal,
                                   const char *login);

/* Starts the program on the second terminal. */
struct screen *desk_stage_caller(struct desk_stage *desk, const struct stage_terminal *terminal);

/* Ends both programs, lets paused servers go on. */
void desk_stage_close(struct desk_stage *desk);

void desk_stage_remove(struct desk_stage *desk);

/* --- the trail --- */

/* The whole trail; free() it. */
char *desk_stage_trail(const struct desk_stage *desk);

/* Waits until the trail has a line with all of `parts` (NULL at the end). */
void desk_stage_wait_line(const struct desk_stage *desk, const char *const *parts);

/* Fails unless `matkhau audit verify` finds the chain whole, and every intent with its outcome. */
void desk_stage_verify(const struct desk_stage *desk);

/*
 * Fails when four letters in a row of one of `count` passwords stand in the trail or another file
 * of the programs' home, six in the log of the server, or a whole one in any file that was written
 * since the beginning. What chance and the clock have put into the trail is left out: anything
 * would be found there.
 */
void desk_stage_assert_nowhere(const struct desk_stage *desk, const char *const *passwords,
                               size_t count);

#endif
