/* SPDX-License-Identifier: MIT */
#ifndef FAULTS_H
#define FAULTS_H

/*
 * One broken line after another, and what the screen claims held against what the server knows:
 *
 *     group set-up        faults_prepare(&stage, seed, seconds)
 *     before the first    faults_measure(line)
 *     each fault          faults_run(&fault)
 *     at the end          faults_say(); faults_wrong() is to be 0
 *     group teardown      faults_clear()
 *
 * Claims are those of the Vietnamese screen. What is under way when a line breaks is a log-in, a
 * change of the log-in's own password, or a change of the account of one system.
 */

#include "proxy.h"
#include "stage.h"

/* Beyond the deadline: what a machine that is busy with other tests may add. */
#ifdef SANITIZED
#define FAULTS_GRACE_MS 2000
#else
#define FAULTS_GRACE_MS 1000
#endif

#define FAULTS_PERSON "tranthiy"
#define FAULTS_PASSWORD_SIZE 16

enum fault_line { LINE_CLEAR, LINE_TLS, LINES };
enum fault_phase { PHASE_LOG_IN, PHASE_OWN, PHASE_SYSTEM, PHASES };

struct fault {
    enum fault_line line;
    enum fault_phase phase;
    struct proxy_fault cut;
};

enum claim {
    CLAIM_NONE, /* still at it when the time was up */
    CLAIM_CHANGED,
    CLAIM_NOT_CHANGED,
    CLAIM_PERHAPS_NOT,
    CLAIM_UNKNOWN,
    CLAIM_NOTHING, /* a sentence about the line, or the table without a word */
    CLAIM_ENTERED,
    CLAIM_WRONG_PASSWORD, /* the log-in's name or password is called wrong */
    CLAIM_NOT_ENTERED,    /* another sentence under the log-in */
    CLAIMS
};

enum truth {
    TRUTH_OLD,     /* a change: not made. A log-in: the server refused no bind */
    TRUTH_NEW,     /* a change: made. A log-in: the server refused a bind */
    TRUTH_ALTERED, /* a change: made, to a password that a flipped byte had altered */
    TRUTHS
};

/*
 * Starts a proxy before the first server of `stage`, which logs its operations from now on. Faults
 * are run with a deadline of so many seconds.
 */
void faults_prepare(struct stage *stage, uint64_t seed, unsigned seconds);
void faults_clear(void);

/* Leaves the second directory out: runs are shorter, and its line is not the one that breaks. */
void faults_leave_second_out(void);

/* Runs each phase without a fault, to know how many bytes a side brings; 0 before. */
void faults_measure(enum fault_line line);
size_t faults_length(enum fault_line line, enum fault_phase phase, enum proxy_side side);

/* One fault: the program from its start to the claim, the judgement, and a second try. */
void faults_run(const struct fault *fault);

/* A number below `bound`, by the seed. */
unsigned faults_random(unsigned bound);

/* Reads "clear own to-client rst 12 [lasting]", as contradictions are named. Fails the test. */
struct fault faults_parse(const char *text);

/*
 * The pieces of which a change is made, for a test that breaks something other than the line. The
 * password becomes another one where a rule refuses it.
 */
void faults_configure(enum fault_line line);
void faults_invent_password(char out[FAULTS_PASSWORD_SIZE]);
struct screen *faults_type_change(enum fault_phase phase, char new_password[FAULTS_PASSWORD_SIZE]);
enum claim faults_wait_claim(struct screen *t);
void faults_judge(struct screen *t, const struct fault *fault, enum claim claim,
                  const char *new_password);
struct proxy *faults_proxy(void);

/* What was found since the start or the last faults_forget(). */
unsigned faults_runs(void);
unsigned faults_wrong(void);
void faults_forget(void);

/* Prints the counts: in words, or one "# count PHASE ACTION CLAIM TRUTH N" for each. */
void faults_say(void);
void faults_say_table(void);

#endif
