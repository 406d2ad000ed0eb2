/* SPDX-License-Identifier: MIT */
#ifndef PROPOSALS_H
#define PROPOSALS_H

/* Passwords to choose from, each of which passes the whole check of one system. */

#include "check.h"
#include "propose.h"

/*
 * Fills `proposals`, header excepted, with `count` passwords (1..MK_PROPOSALS_MAX) of
 * PROPOSE_BITS_MIN bits or more and MK_PROPOSAL_LETTERS_MAX letters or fewer. With none where the
 * rules let too few pass, or where there is no chance. `check` is asked about each; wipe
 * `proposals` afterwards.
 */
void proposals_make(struct check *check, uint32_t count, propose_chance *chance, void *data,
                    struct mk_quality_proposals *proposals);

/*
 * The same with temporary passwords of TEMPORARY_BITS_MIN bits or more, the shortest that will do,
 * as `request` asks for.
 */
void proposals_make_temporary(struct check *check, const struct mk_quality_propose *request,
                              propose_chance *chance, void *data,
                              struct mk_quality_proposals *proposals);

#endif
