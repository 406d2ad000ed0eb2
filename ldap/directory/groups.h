/* SPDX-License-Identifier: MIT */
#ifndef GROUPS_H
#define GROUPS_H

/*
 * In which of the groups of the configuration somebody is. Two questions for each group, so that
 * a group that hides its members is never taken for one without the person: that somebody is a
 * member, and that somebody is not.
 *
 *   groups_ask -> reading.h asks the questions -> groups_told
 */

#include <stdbool.h>
#include <stdint.h>

#include "matkhau/desk.h"
#include "person.h"
#include "reading.h"

/* What is asked about one person. It is large, and must stay in its place between both calls. */
struct groups_asked {
    unsigned count;
    struct question questions[2 * MK_GROUPS_MAX];
    char member[PERSON_FILTER_MAX + 1];
    char no_member[PERSON_FILTER_MAX + 8];
};

/*
 * What has to be asked about `person`, whose name and DN are known, with the filter of a kind
 * (kind.h); no question at all where there is no such filter or a value is missing.
 */
void groups_ask(struct groups_asked *asked, const struct group groups[MK_GROUPS_MAX],
                const char *member_filter, const struct person *person);

/* What has to be asked where `filter` is true of a group's entry that has the person; it fits. */
void groups_ask_filter(struct groups_asked *asked, const struct group groups[MK_GROUPS_MAX],
                       const char *filter);

/* Those of the groups that have the person, and those of which nobody can tell. */
void groups_told(const struct groups_asked *asked, const struct group groups[MK_GROUPS_MAX],
                 uint64_t *member, uint64_t *unread);

#endif
