/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "desk_work.h"

static const struct mk_request_directory *directory(const struct desk *desk, int index)
{
    return &desk->session->config->directory[index].request;
}

/* --- rows --- */

static int count_shared(const struct session *session, int account)
{
    int shared = 0;

    for (int i = 0; i < session->config->systems; i++)
        if (i != account && session_account(session, i) == account)
            shared++;
    return shared;
}

static void add_row(struct desk *desk, int account)
{
    const struct config *config = desk->session->config;

    desk->row[desk->rows++] = (struct desk_row){
        .system = account,
        .shared = count_shared(desk->session, account),
        .directory =
            account == MK_PERSON ? config->login_directory : config->system[account].directory,
    };
}

static void make_rows(struct desk *desk)
{
    const struct config *config = desk->session->config;

    desk->rows = 0;
    add_row(desk, MK_PERSON);
    for (int i = 0; i < config->systems; i++)
        if (config->system[i].same_as == CONFIG_OWN_ACCOUNT)
            add_row(desk, i);
}

bool desk_card_is_writer(const struct desk *desk, int row, int server)
{
    return (directory(desk, desk->row[row].directory)->writable >> server & 1) != 0;
}

/* How much the word of a server counts for the standing; the first of the best is the main one. */
static int weight(const struct desk *desk, int row, int server)
{
    const struct desk_cell *cell = &desk->row[row].cell[server];
    bool writes = desk_card_is_writer(desk, row, server);

    if (cell->seen)
        return writes ? 4 : 2;
    if (cell->waiting)
        return writes ? 3 : 1;
    return 0;
}

static void choose_main(struct desk *desk, int row)
{
    int best = -1;

    for (int i = 0; i < (int)directory(desk, desk->row[row].directory)->uris; i++)
        if (weight(desk, row, i) > best) {
            best = weight(desk, row, i);
            desk->row[row].main = i;
        }
}

/* --- whether anything may be done --- */

static uint64_t bits(int from, int count)
{
    return count == 0 ? 0 : (UINT64_MAX >> (64 - count)) << from;
}

static bool is_asked_for(const struct desk *desk)
{
    for (int i = 0; i < MK_URIS_MAX; i++)
        if (desk->row[0].cell[i].waiting)
            return true;
    return false;
}

static enum desk_bar find_bar(const struct desk *desk)
{
    const struct config *config = desk->session->config;
    const struct desk_work *work = desk->work;
    uint64_t guarded = bits(0, config->desks) | bits(CONFIG_DESKS_MAX, config->protected_groups);

    if (!work->told)
        return is_asked_for(desk) ? DESK_ASKED : DESK_NOT_KNOWN;
    if (work->own)
        return DESK_OWN;
    if ((work->groups & guarded) != 0)
        return DESK_PROTECTED;
    if ((work->unread & guarded) != 0)
        return DESK_NOT_KNOWN;
    return (work->below & desk->session->desks) == 0 ? DESK_OUTSIDE : DESK_FREE;
}

static int lowest(uint64_t set)
{
    return set == 0 ? 0 : __builtin_ctzll(set);
}

/* A membership that one server shows is one; what none of them can show is not known. */
void desk_card_caller(struct desk *desk, const struct mk_reply_caller *caller)
{
    struct desk_work *work = desk->work;

    work->unread = work->told ? work->unread & caller->unread : caller->unread;
    work->groups |= caller->groups;
    work->below |= caller->below;
    work->own = work->own || caller->own != 0;
    work->told = true;
    desk->bar = find_bar(desk);
    if ((work->below & desk->session->desks) != 0)
        desk->unit = lowest(work->below & desk->session->desks);
    desk_show_caller(&desk->caller, &(struct mk_subject){.dn = ""}, &caller->caller);
    desk_tell(desk, (struct desk_event){.type = DESK_CARD, .row = -1});
}

/* --- choosing --- */

static void prepare_links(struct desk *desk)
{
    for (int i = 0; i < desk->rows; i++) {
        int at = desk->row[i].directory;

        if (desk_links_account(desk, at) == CONFIG_OWN_ACCOUNT)
            continue;
        for (int k = 0; k < (int)directory(desk, at)->uris; k++)
            desk_links_prepare(desk, &desk->work->at[at][k]);
    }
}

void desk_choose(struct desk *desk, int index)
{
    uint64_t below;

    if (index < 0 || index >= desk->found || desk->looking || desk->has_card)
        return;
    below = desk->work->found_below[index] & desk->session->desks;
    desk->caller = desk->hit[index];
    desk->subject = desk->work->subject[index];
    /* The look is recorded before any server has told more. */
    desk->unit = lowest(below != 0 ? below : desk->session->desks);
    desk->bar = DESK_ASKED;
    make_rows(desk);
    desk->looking = true;
    if (desk_record(desk, DESK_RECORD_LOOK, NULL))
        prepare_links(desk);
    else
        desk_card_recorded(desk, false);
}

void desk_card_recorded(struct desk *desk, bool written)
{
    desk->looking = false;
    desk->has_card = written;
    if (written)
        desk_card_ask(desk, -1);
    desk_tell(desk, (struct desk_event){
                        .type = DESK_CARD, .result = written ? MK_OK : MK_NO_TRAIL, .row = -1});
}

/* --- asking --- */

static void await(struct desk *desk, int at, bool closed)
{
    for (int i = 0; i < desk->rows; i++) {
        struct desk_row *row = &desk->row[i];

        if (row->directory != at)
            continue;
        row->closed = closed;
        for (int k = 0; k < (int)directory(desk, at)->uris; k++)
            row->cell[k].waiting = !closed;
        choose_main(desk, i);
    }
}

static bool has_rows(const struct desk *desk, int at)
{
    for (int i = 0; i < desk->rows; i++)
        if (desk->row[i].directory == at)
            return true;
    return false;
}

void desk_card_ask(struct desk *desk, int only)
{
    for (int i = 0; i < desk->session->config->directories; i++) {
        bool closed = desk_links_account(desk, i) == CONFIG_OWN_ACCOUNT;

        if ((only >= 0 && i != only) || !has_rows(desk, i))
            continue;
        await(desk, i, closed);
        for (int k = 0; k < (int)directory(desk, i)->uris && !closed; k++)
            desk_links_ask(desk, &desk->work->at[i][k], ASK_VIEW, MK_EVERY_SYSTEM);
    }
    desk->bar = find_bar(desk);
}

void desk_refresh(struct desk *desk)
{
    if (desk->has_card)
        desk_card_ask(desk, -1);
}

/* --- answers --- */

static int find_row(const struct desk *desk, int at, int system)
{
    for (int i = 0; i < desk->rows; i++)
        if (desk->row[i].system == system && desk->row[i].directory == at)
            return i;
    return -1;
}

bool desk_card_view(struct desk *desk, const struct desk_link *link, const struct mk_view *view)
{
    int row = find_row(desk, link->link.directory, view->account.system);
    struct desk_cell *cell;

    if (row < 0 || link->server < 0 || view->account.standing >= MK_STANDINGS ||
        view->account.unknown >= MK_UNKNOWNS || view->account.reason >= MK_REASONS ||
        view->lock >= MK_LOCKS || view->must_change >= MK_ANSWERS)
        return false;
    cell = &desk->row[row].cell[link->server];
    cell->view = *view;
    cell->seen = true;
    cell->waiting = false;
    cell->failure = MK_OK;
    choose_main(desk, row);
    desk_watch_look(desk, row, link->server);
    desk_tell(desk, (struct desk_event){.type = DESK_CARD, .row = row, .server = link->server});
    return true;
}

void desk_card_ended(struct desk *desk, const struct desk_link *link, int system,
                     enum mk_result result)
{
    for (int i = 0; i < desk->rows; i++) {
        struct desk_cell *cell = &desk->row[i].cell[link->server];

        if (desk->row[i].directory != link->link.directory ||
            (system != MK_EVERY_SYSTEM && desk->row[i].system != system))
            continue;
        /* What it had told before it failed is true all the same. */
        if (cell->waiting || (system != MK_EVERY_SYSTEM && result != MK_OK)) {
            cell->seen = false;
            cell->failure = result != MK_OK ? result : MK_WORKER_FAILED;
        }
        cell->waiting = false;
        choose_main(desk, i);
    }
    desk->bar = find_bar(desk);
    desk_tell(desk, (struct desk_event){.type = DESK_CARD, .row = -1, .server = link->server});
}
