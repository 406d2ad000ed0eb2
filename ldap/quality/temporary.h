/* SPDX-License-Identifier: MIT */
#ifndef TEMPORARY_H
#define TEMPORARY_H

/*
 * Temporary passwords: said on the telephone by one person, written down and typed by another, and
 * changed at the next log-in. "bk7mx-4tn29".
 *
 * Their characters are those of MK_TEMPORARY_*. The 26 letters without
 *   a e i o u y   an input method turns these, by a letter or digit anywhere behind them in a word;
 *                 without any of them it has nothing to put a tone or a hook on
 *   d             Telex dd and VNI d9 are đ
 *   w             alone it is ư in Telex; looks like vv
 *   f j           with w and z the letters that Vietnamese has not: they have no name that all
 *                 know, and typing aids make ph and gi of them
 *   l i o z       look like 1, 1, 0 and 2
 *   s             looks like 5, sounds like x
 *   g q           look like 9
 * and the ten digits without
 *   0 1           look like letters
 *   6             looks like b, as the caller writes it down
 * so that of two that look alike the one that is shorter to say has stayed. b and p, c and k, m and
 * n sound alike; the word that goes with each (tui/spell.h) cannot be written with the other.
 * Capitals are those that look neither like their small letter nor like a digit (B), and there is
 * none where the rules ask for none: lower case, digits and one sign are three classes. Signs stand
 * on every keyboard, need no dead key, have a name that everybody knows, and do not look like a
 * letter (+); input methods leave them alone.
 *
 * No character stands beside itself: nobody hears how often, and typing aids make nh, ng, kh ... of
 * two consonants (Quick Telex).
 *
 * The bits are those of what is drawn: log2(18) + (n - 1) log2(17) for n characters, 40.96 for ten;
 * all passwords of a form are as likely. Signs stand at fixed places, and which letters are
 * capitals follows from the letters: they count nothing.
 */

#include "propose.h"
#include "matkhau/quality.h"

#define TEMPORARY_BITS_MIN 40

/* Letters and digits, signs not counted. Ten are the fewest that hold 40 bits. */
#define TEMPORARY_FEWEST 10
#define TEMPORARY_MOST 24

/* Longest run of letters and digits where signs can part them. */
#define TEMPORARY_GROUP 6

struct temporary_form {
    unsigned drawn;    /* letters and digits */
    unsigned signs;    /* parting them into signs + 1 groups */
    unsigned capitals; /* the first so many letters that can be */
    char sign;         /* '\0': the systems take none */
};

/*
 * The shortest form with at least `drawn` letters and digits that can satisfy `number` (by rule, as
 * in mk_quality_rules) without the characters of `refused`. False where there is none.
 */
bool temporary_form(struct temporary_form *form, unsigned drawn, const uint32_t number[MK_RULES],
                    const char *refused);

/* Draws one. Where too few of its letters can be capitals it is to be refused. False without
 * chance. */
bool temporary_draw(struct mk_password *password, const struct temporary_form *form,
                    propose_chance *chance, void *data);

/* Whether it has the capitals that its form asks for. */
bool temporary_has_form(const struct mk_password *password, const struct temporary_form *form);

/* The bits that were drawn for one of `passed` passwords that came out of `drawn`. */
double temporary_bits(const struct temporary_form *form, unsigned passed, unsigned drawn);

#endif
