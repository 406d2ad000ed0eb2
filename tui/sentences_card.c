/* SPDX-License-Identifier: MIT */
#include "sentences_desk.h"

#include <stdio.h>
#include <string.h>

#include "dates.h"
#include "language.h"

/* --- servers --- */

/* Of an ldap URI, as slapd's own tools show it: no scheme, no port that goes without saying. */
static void host_of(char out[SENTENCE_SERVER_MAX], const char *uri)
{
    const char *host = strstr(uri, "://");
    size_t length;

    snprintf(out, SENTENCE_SERVER_MAX, "%s", host != NULL ? host + 3 : uri);
    length = strcspn(out, "/");
    out[length] = '\0';
    if (length > 4 &&
        (strcmp(out + length - 4, ":389") == 0 || strcmp(out + length - 4, ":636") == 0))
        out[length - 4] = '\0';
}

static size_t label_of(const char *host)
{
    return strcspn(host, ".:");
}

static bool is_address(const char *host)
{
    return host[0] == '[' || strspn(host, "0123456789.:") == strlen(host);
}

void sentence_server(char out[SENTENCE_SERVER_MAX], const struct mk_request_directory *directory,
                     int server)
{
    char other[SENTENCE_SERVER_MAX];
    size_t label;

    host_of(out, directory->uri[server]);
    label = label_of(out);
    if (is_address(out))
        return;
    for (int i = 0; i < (int)directory->uris; i++) {
        host_of(other, directory->uri[i]);
        if (i != server && label_of(other) == label && strncmp(other, out, label) == 0)
            return;
    }
    out[label] = '\0';
}

/* --- what to do --- */

static const char *const advices[DESK_ADVICES] = {
    [DESK_WAIT] = N_("The servers are still being asked: wait before you tell the caller "
                     "anything."),
    [DESK_NOTHING] = N_("Everything is in order: ask the caller what exactly the screen says at "
                        "the log-in."),
    [DESK_UNLOCK] = N_("Only locked: unlocking is enough, no reset is needed."),
    [DESK_RESET] = N_("Nobody gets in with the present password any more: reset it."),
    [DESK_RESET_IF_FORGOTTEN] = N_("Who still knows the password gets in: reset it only if the "
                                   "caller has forgotten it."),
    [DESK_LET_CHANGE] = N_("The present password still opens and leads to the change: no reset is "
                           "needed."),
    [DESK_ADMINISTRATOR] = N_("The account is switched off or has ended: the helpdesk cannot help; "
                              "pass the call on to the administrator."),
    [DESK_CANNOT_TELL] = N_("What is needed cannot be read, so nothing can be recommended; the "
                            "lines below say why."),
};

const char *sentence_advice(enum desk_advice_kind kind)
{
    return _(advices[kind]);
}

static const char *const bars[DESK_BARS] = {
    [DESK_OWN] = N_("This is yourself: operators cannot use the helpdesk for their own accounts. "
                    "Ask a colleague."),
    [DESK_PROTECTED] = N_("This person is protected (an administrator or an operator): nothing can "
                          "be done from here. Pass the call on to the administrator."),
    [DESK_NOT_KNOWN] = N_("Whether this person is protected cannot be read, so nothing can be done "
                          "from here. Pass the call on to the administrator."),
    [DESK_OUTSIDE] = N_("This person is not in a unit that you look after, so nothing can be done "
                        "from here. Pass the call on to the helpdesk of that unit."),
    [DESK_ASKED] = N_("No server has told yet whether you may act for this person. Please wait, or "
                      "ask again (F9)."),
};

const char *sentence_bar(enum desk_bar bar)
{
    return bars[bar] != NULL ? _(bars[bar]) : "";
}

/* --- one line for an account --- */

struct sum {
    int servers;
    int waiting;
    int locked;
    int unread; /* not seen, or the lock is not */
    int first_locked;
    int first_unread;
};

/* A server may tell of a lock by the standing alone. */
static enum mk_lock lock_of(const struct mk_view *view)
{
    if (view->lock != MK_LOCK_UNSEEN)
        return view->lock;
    return view->account.standing == MK_LOCKED_FOR_GOOD ? MK_LOCK_FOR_GOOD
           : view->account.standing == MK_LOCKED        ? MK_LOCK_TIMED
                                                        : MK_LOCK_UNSEEN;
}

static bool is_locked(const struct desk_cell *cell)
{
    return cell->seen &&
           (lock_of(&cell->view) == MK_LOCK_TIMED || lock_of(&cell->view) == MK_LOCK_FOR_GOOD);
}

static struct sum sum_up(const struct desk_row *row, const struct mk_request_directory *directory)
{
    struct sum sum = {.servers = (int)directory->uris};

    for (int i = sum.servers - 1; i >= 0; i--) {
        const struct desk_cell *cell = &row->cell[i];

        if (is_locked(cell)) {
            sum.locked++;
            sum.first_locked = i;
        } else if (!cell->seen) {
            sum.waiting += cell->waiting;
            sum.unread += !cell->waiting;
            if (!cell->waiting)
                sum.first_unread = i;
        }
    }
    return sum;
}

void sentence_lock_few(char *out, size_t size, const struct mk_view *view, int64_t now)
{
    enum mk_lock lock = lock_of(view);
    char until[DATES_TEXT_MAX];

    if (lock == MK_LOCK_TIMED && view->account.until != MK_TIME_UNKNOWN) {
        dates_until(until, view->account.until, now);
        /* TRANSLATORS: a time such as 14:03, or 14:03 23/11/2026; 26 columns with the longer one */
        snprintf(out, size, _("locked to %s"), until);
        return;
    }
    snprintf(out, size, "%s",
             lock == MK_NOT_LOCKED      ? _("not locked")
             : lock == MK_LOCK_TIMED    ? _("locked")
             : lock == MK_LOCK_FOR_GOOD ? _("locked without end")
                                        : _("locked or not: unknown"));
}

static void standing_locked(char *out, size_t size, const struct desk_row *row,
                            const struct mk_request_directory *directory, const struct sum *sum,
                            int64_t now)
{
    char server[SENTENCE_SERVER_MAX];

    if (sum->servers == 1) {
        sentence_lock_few(out, size, &row->cell[0].view, now);
    } else if (sum->locked == 1) {
        sentence_server(server, directory, sum->first_locked);
        /* TRANSLATORS: the name of a server; 26 columns with 14 for it */
        snprintf(out, size, _("locked on %s"), server);
    } else {
        /* TRANSLATORS: 26 columns */
        snprintf(out, size,
                 ngettext("locked on %d/%d server", "locked on %d/%d servers",
                          (unsigned long)sum->servers),
                 sum->locked, sum->servers);
    }
}

static const char *const standings[MK_STANDINGS] = {
    [MK_LOCKED_FOR_GOOD] = N_("locked without end"),  [MK_LOCKED] = N_("locked"),
    [MK_DISABLED] = N_("switched off or ended"),      [MK_EXPIRED] = N_("expired, lets nobody in"),
    [MK_MUST_CHANGE] = N_("to be changed at log-in"), [MK_OVERDUE] = N_("overdue by order"),
};

static const char *const unknowns[MK_UNKNOWNS] = {
    [MK_UNKNOWN_NO_ENTRY] = N_("no account found"),
    [MK_UNKNOWN_TWO_ENTRIES] = N_("more than one account"),
    [MK_UNKNOWN_NO_CHANGE] = N_("date not known"),
    [MK_UNKNOWN_POLICY] = N_("date not known"),
    [MK_UNKNOWN_NOT_OPENED] = N_("not opened by you"),
    [MK_UNKNOWN_REFUSED] = N_("you may not read it"),
    [MK_UNKNOWN_BEHIND] = N_("server is behind"),
    [MK_UNKNOWN_NO_ANSWER] = N_("no answer"),
};

static void standing_account(char *out, size_t size, const struct mk_account *account)
{
    const char *text = standings[account->standing];
    char day[DATES_TEXT_MAX];

    if (account->standing == MK_EXPIRED && account->grace_unseen != 0)
        text = N_("expired");
    else if (account->standing == MK_EXPIRED && account->changeable != 0)
        text = N_("expired, can be changed");
    else if (account->standing == MK_UNKNOWN)
        text = account->unknown < MK_UNKNOWNS && unknowns[account->unknown] != NULL
                   ? unknowns[account->unknown]
                   : N_("not known");
    if (text != NULL) {
        snprintf(out, size, "%s", _(text));
    } else if (account->standing == MK_GRACE) {
        /* TRANSLATORS: 26 columns */
        snprintf(out, size,
                 ngettext("expired, %d log-in left", "expired, %d log-ins left",
                          (unsigned long)account->grace),
                 (int)account->grace);
    } else if (account->expires == MK_TIME_NEVER) {
        snprintf(out, size, "%s", _("no end"));
    } else if (account->expires == MK_TIME_UNKNOWN) {
        snprintf(out, size, "%s", _("date not known"));
    } else {
        dates_day(day, account->expires);
        /* TRANSLATORS: a date such as 22/11/2026; 26 columns with it */
        snprintf(out, size, _("good until %s"), day);
    }
}

static void standing_unread(char *out, size_t size, const struct mk_request_directory *directory,
                            const struct sum *sum)
{
    char server[SENTENCE_SERVER_MAX];

    if (sum->servers == 1) {
        snprintf(out, size, "%s", _("not known"));
    } else if (sum->unread == 1) {
        sentence_server(server, directory, sum->first_unread);
        /* TRANSLATORS: the name of a server; 26 columns with 14 for it */
        snprintf(out, size, _("not known: %s"), server);
    } else {
        /* TRANSLATORS: 26 columns */
        snprintf(out, size,
                 ngettext("not known: %d/%d server", "not known: %d/%d servers",
                          (unsigned long)sum->servers),
                 sum->unread, sum->servers);
    }
}

/* Whether something is wrong with it, or not known, which a silent replica must not hide. */
static bool is_in_order(const struct mk_account *account)
{
    return account->standing == MK_FINE || account->standing == MK_DUE_SOON ||
           account->standing == MK_OVERDUE;
}

/* After a reset, until the caller has a password of the own. False: nothing to say. */
static bool standing_watched(char *out, size_t size, const struct desk_row *row, int64_t now)
{
    char when[DATES_TEXT_MAX];

    if (row->watch == DESK_NO_WATCH)
        return false;
    if (row->watch == DESK_SEEN_CHANGED) {
        dates_until(when, row->changed_at, now);
        /* TRANSLATORS: a time such as 14:07; 26 columns */
        snprintf(out, size, _("changed at %s"), when);
    } else {
        snprintf(out, size, "%s",
                 row->watch == DESK_WATCHING ? _("waiting for the change") : _("not changed yet"));
    }
    return true;
}

void sentence_standing(char *out, size_t size, const struct desk_row *row,
                       const struct mk_request_directory *directory, int64_t now)
{
    struct sum sum = sum_up(row, directory);
    const struct desk_cell *main = &row->cell[row->main];
    bool is_bad = main->seen && !is_in_order(&main->view.account);

    if (row->closed)
        snprintf(out, size, "%s", _("not opened by you"));
    else if (sum.locked > 0)
        standing_locked(out, size, row, directory, &sum, now);
    else if (standing_watched(out, size, row, now))
        return;
    else if (sum.waiting > 0 && !is_bad)
        snprintf(out, size, "%s", _("asking..."));
    else if (sum.unread > 0 && !is_bad)
        standing_unread(out, size, directory, &sum);
    else if (main->view.lock == MK_LOCK_UNSEEN && !is_bad)
        snprintf(out, size, "%s", _("locked or not: unknown"));
    else
        standing_account(out, size, &main->view.account);
}

/* --- whole sentences --- */

void sentence_lock(char *out, size_t size, const struct mk_view *view, int64_t now)
{
    enum mk_lock lock = lock_of(view);
    bool timed = lock == MK_LOCK_TIMED && view->account.until != MK_TIME_UNKNOWN;
    bool dated = view->locked != MK_TIME_UNKNOWN;
    char since[DATES_TEXT_MAX] = "";
    char until[DATES_TEXT_MAX] = "";

    if (dated)
        dates_until(since, view->locked, now);
    if (timed)
        dates_until(until, view->account.until, now);
    if (lock == MK_NOT_LOCKED)
        snprintf(out, size, "%s", _("Not locked on this server."));
    else if (lock == MK_LOCK_UNSEEN)
        snprintf(out, size, "%s",
                 _("Whether it is locked is not known: you may not read it, or this kind of server "
                   "does not show it."));
    else if (timed && dated)
        snprintf(out, size, _("Locked since %s; it opens by itself at %s."), since, until);
    else if (timed)
        snprintf(out, size, _("Locked; it opens by itself at %s."), until);
    else if (lock == MK_LOCK_FOR_GOOD && dated)
        snprintf(out, size,
                 _("Locked since %s, until somebody unlocks it; an administrator may have meant "
                   "it."),
                 since);
    else if (lock == MK_LOCK_FOR_GOOD)
        snprintf(out, size, "%s",
                 _("Locked until somebody unlocks it; an administrator may have meant it."));
    else if (dated)
        snprintf(out, size, _("Locked since %s; until when is not known."), since);
    else
        snprintf(out, size, "%s", _("Locked; until when is not known."));
}

void sentence_failures_few(char *out, size_t size, const struct mk_view *view)
{
    if (view->failures == MK_COUNT_UNKNOWN)
        snprintf(out, size, "?");
    else if (view->failures_allowed == MK_COUNT_UNKNOWN || view->failures_allowed == 0)
        snprintf(out, size, "%u", view->failures);
    else
        snprintf(out, size, "%u/%u", view->failures, view->failures_allowed);
}

void sentence_failures(char *out, size_t size, const struct mk_view *view, int64_t now)
{
    char last[DATES_TEXT_MAX] = "";

    if (view->failed != MK_TIME_UNKNOWN)
        dates_until(last, view->failed, now);
    if (view->failures == MK_COUNT_UNKNOWN)
        snprintf(out, size, "%s", _("How many wrong passwords there were is not known."));
    else if (view->failures == 0)
        snprintf(out, size, "%s", _("No wrong password counts at present."));
    else if (view->failures_allowed == 0)
        snprintf(out, size,
                 ngettext("%u wrong password; this server never locks for that.",
                          "%u wrong passwords; this server never locks for that.", view->failures),
                 view->failures);
    else if (view->failures_allowed == MK_COUNT_UNKNOWN && last[0] != '\0')
        snprintf(out, size,
                 ngettext("%u wrong password, at %s; how many lock is not known.",
                          "%u wrong passwords, the last at %s; how many lock is not known.",
                          view->failures),
                 view->failures, last);
    else if (view->failures_allowed == MK_COUNT_UNKNOWN)
        snprintf(out, size,
                 ngettext("%u wrong password; how many lock is not known.",
                          "%u wrong passwords; how many lock is not known.", view->failures),
                 view->failures);
    else if (last[0] != '\0')
        snprintf(out, size,
                 ngettext("%u wrong password, at %s; %u lock the account.",
                          "%u wrong passwords, the last at %s; %u lock the account.",
                          view->failures),
                 view->failures, last, view->failures_allowed);
    else
        snprintf(out, size,
                 ngettext("%u wrong password; %u lock the account.",
                          "%u wrong passwords; %u lock the account.", view->failures),
                 view->failures, view->failures_allowed);
}

static const char *const accounts[MK_STANDINGS] = {
    [MK_DISABLED] = N_("Switched off, not yet or no longer valid, or unused for too long: only an "
                       "administrator can help."),
    [MK_EXPIRED] = N_("The password has expired, and the server lets nobody in with it any more."),
    [MK_MUST_CHANGE] = N_("The password was set by somebody else and must be changed at the next "
                          "log-in."),
    [MK_OVERDUE] = N_("The password is older than the ministry allows; the server still lets the "
                      "caller in."),
};

static const char *const accounts_unknown[MK_UNKNOWNS] = {
    [MK_UNKNOWN_NO_ENTRY] = N_("No account of the caller was found here, or you may not see it."),
    [MK_UNKNOWN_TWO_ENTRIES] = N_("More than one account fits the caller here, so none is shown. "
                                  "Please tell the administrator."),
    [MK_UNKNOWN_NO_CHANGE] = N_("When the password was changed last is not shown, so its date is "
                                "not known."),
    [MK_UNKNOWN_POLICY] = N_("The rules of the server cannot be read, so the date is not known."),
    [MK_UNKNOWN_NOT_OPENED] = N_("This system has log-ins of its own: open your own account there "
                                 "first (Enter)."),
    [MK_UNKNOWN_REFUSED] = N_("The server did not let you read this account. Please tell the "
                              "administrator."),
};

void sentence_account(char *out, size_t size, const struct mk_account *account, int64_t now)
{
    const char *text = accounts[account->standing];
    char until[DATES_TEXT_MAX];

    if (account->standing == MK_UNKNOWN)
        text = account->unknown < MK_UNKNOWNS ? accounts_unknown[account->unknown] : NULL;
    else if (account->standing == MK_EXPIRED && account->changeable != 0)
        text = N_("The password has expired: nobody is let in with it, but it can still be changed "
                  "with this program.");
    else if (account->standing == MK_EXPIRED && account->grace_unseen != 0)
        text = N_("The password has expired; whether the server grants further log-ins is not "
                  "known.");
    if (text != NULL) {
        snprintf(out, size, "%s", _(text));
    } else if (account->standing == MK_UNKNOWN) {
        snprintf(out, size, "%s", _("How this account stands could not be read."));
    } else if (account->standing == MK_GRACE) {
        snprintf(out, size,
                 ngettext("The password has expired; the server grants %d further log-in.",
                          "The password has expired; the server grants %d further log-ins.",
                          (unsigned long)account->grace),
                 (int)account->grace);
    } else if (account->expires == MK_TIME_NEVER) {
        snprintf(out, size, "%s", _("The password is good; no rule sets an end."));
    } else if (account->expires == MK_TIME_UNKNOWN) {
        snprintf(out, size, "%s", _("Until when the password is good is not known."));
    } else {
        dates_until(until, account->expires, now);
        snprintf(out, size, _("The password is good until %s."), until);
    }
}

void sentence_watch(char *out, size_t size, const struct desk_row *row, int64_t now)
{
    char reset[DATES_TEXT_MAX];
    char changed[DATES_TEXT_MAX];

    out[0] = '\0';
    if (!row->was_reset)
        return;
    dates_until(reset, row->reset_at, now);
    if (row->watch == DESK_SEEN_CHANGED) {
        dates_until(changed, row->changed_at, now);
        snprintf(out, size, _("Reset at %s; the caller has changed it at %s."), reset, changed);
    } else if (row->watch == DESK_WATCHING) {
        snprintf(out, size, _("Reset at %s; waiting for the caller to change it."), reset);
    } else if (row->watch == DESK_GAVE_UP) {
        snprintf(out, size,
                 _("Reset at %s; no change by the caller was seen so far, and nobody watches any "
                   "more. F9 asks again."),
                 reset);
    } else {
        snprintf(out, size, _("Reset at %s."), reset);
    }
}
