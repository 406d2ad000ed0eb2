/* SPDX-License-Identifier: MIT */
#include "sentences.h"

#include <stdio.h>
#include <string.h>

#include "dates.h"
#include "language.h"

static void days_left(char *out, size_t size, int days)
{
    if (days > 0)
        snprintf(out, size, ngettext("%d day", "%d days", (unsigned long)days), days);
    else if (days == 0)
        snprintf(out, size, "%s", _("today"));
    else
        /* TRANSLATORS: 12 columns at most with three digits: how long it is overdue */
        snprintf(out, size, ngettext("%d day ago", "%d days ago", (unsigned long)-days), -days);
}

static void row_locked(struct sentence_row *out, const struct mk_account *state, int64_t now)
{
    char until[DATES_TEXT_MAX];

    snprintf(out->left, sizeof out->left, "%s", _("locked"));
    out->todo = _("Call the helpdesk");
    if (state->standing == MK_LOCKED && state->until != MK_TIME_UNKNOWN) {
        dates_until(until, state->until, now);
        /* TRANSLATORS: a time such as 14:03; 17 columns with it */
        snprintf(out->todo_text, sizeof out->todo_text, _("Wait until %s"), until);
        out->todo = out->todo_text;
    }
}

static const char *todo_unknown(const struct mk_account *state)
{
    switch (state->unknown) {
    case MK_UNKNOWN_NOT_OPENED:
        return _("Enter to open");
    case MK_UNKNOWN_NO_ANSWER:
    case MK_UNKNOWN_BEHIND:
        return _("F9 to ask again");
    default:
        return _("See below");
    }
}

void sentence_row(struct sentence_row *out, const struct row *row, int64_t now)
{
    const struct mk_account *state = &row->state;

    memset(out, 0, sizeof *out);
    out->todo = "-";
    if (row->waiting) {
        out->todo = _("asking...");
        return;
    }
    if (state->expires == MK_TIME_NEVER)
        snprintf(out->expires, sizeof out->expires, "%s", _("no end"));
    else if (state->standing == MK_UNKNOWN || state->expires == MK_TIME_UNKNOWN)
        snprintf(out->expires, sizeof out->expires, "%s", _("unknown"));
    else {
        dates_day(out->expires, state->expires);
        days_left(out->left, sizeof out->left, dates_days(now, state->expires));
    }
    if (row->doubt != MK_OK) {
        out->todo = _("See below");
        return;
    }
    switch ((enum mk_standing)state->standing) {
    case MK_LOCKED_FOR_GOOD:
    case MK_LOCKED:
        row_locked(out, state, now);
        break;
    case MK_DISABLED:
        snprintf(out->left, sizeof out->left, "%s", _("not in use"));
        out->todo = _("Call the helpdesk");
        break;
    case MK_EXPIRED:
        if (state->grace_unseen != 0 || state->changeable != 0) {
            snprintf(out->left, sizeof out->left, "%s", _("past"));
            out->todo = _("Change now");
        } else {
            snprintf(out->left, sizeof out->left, "%s", _("expired"));
            out->todo = _("Call the helpdesk");
        }
        break;
    case MK_GRACE:
        snprintf(out->left, sizeof out->left,
                 ngettext("%d log-in", "%d log-ins", (unsigned long)state->grace),
                 (int)state->grace);
        out->todo = _("Change now");
        break;
    case MK_MUST_CHANGE:
        snprintf(out->left, sizeof out->left, "%s", _("issued"));
        out->todo = _("Change now");
        break;
    case MK_OVERDUE:
        out->todo = _("Change now");
        break;
    case MK_DUE_SOON:
        out->todo = _("Change soon");
        break;
    case MK_UNKNOWN:
        out->todo = todo_unknown(state);
        break;
    case MK_FINE:
    case MK_STANDINGS:
        break;
    }
}

static const char *const unknown[MK_UNKNOWNS] = {
    [MK_UNKNOWN_NO_ENTRY] =
        N_("No account of yours was found in this system. If you use it, please "
           "call the helpdesk."),
    [MK_UNKNOWN_TWO_ENTRIES] =
        N_("More than one account in this system fits you, so none is shown. "
           "Please tell the helpdesk."),
    [MK_UNKNOWN_NO_CHANGE] = N_("The server does not show when this password was changed last, so "
                                "its date is not known. You can change it all the same."),
    [MK_UNKNOWN_POLICY] =
        N_("The rules of the server cannot be read, so the date is not known. You "
           "can change the password all the same."),
    [MK_UNKNOWN_NOT_OPENED] =
        N_("This system has a password of its own: press Enter and type it to "
           "see its date."),
    [MK_UNKNOWN_BEHIND] = N_("The password was changed, but the server that was asked does not "
                             "show it yet. F9 asks again."),
    [MK_UNKNOWN_REFUSED] = N_("The server refused to show this account. Please tell the helpdesk."),
};

#define NO_ENCRYPTION                                                                              \
    N_("No safe encrypted connection to this system's server could be made; nothing was sent to "  \
       "it. Please tell the helpdesk.")

static const char *const no_answer[MK_RESULTS] = {
    [MK_UNREACHABLE] = N_("The server of this system cannot be reached. F9 asks again."),
    [MK_SILENT] = N_("The server of this system did not answer in time. F9 asks again."),
    [MK_BEHIND] = N_("The server that answered may not know your last change yet. F9 asks again."),
    [MK_LOG_IN_GONE] =
        N_("The server no longer accepts the password of this log-in. Please log out "
           "and log in again."),
    [MK_NAME_UNRESOLVED] = N_("The name of this system's server is not known on this network."),
    [MK_CERT_UNTRUSTED] = N_("The certificate of this system's server is not signed by the trusted "
                             "authority; nothing was sent to it. Please tell the helpdesk."),
    [MK_CERT_NAME] = N_("The certificate of this system's server was issued for another name; "
                        "nothing was sent to it. Please tell the helpdesk."),
    [MK_CERT_SELF_SIGNED] =
        N_("The certificate of this system's server was issued by nobody but the server itself; "
           "nothing was sent to it. Please tell the helpdesk."),
    [MK_CERT_COMMON_NAME] =
        N_("The certificate of this system's server gives its name only where that no longer "
           "counts; nothing was sent to it. Please tell the helpdesk."),
    [MK_CERT_EXPIRED] =
        N_("The certificate of this system's server has expired; nothing was sent to "
           "it. Please tell the helpdesk."),
    [MK_CERT_NOT_YET] =
        N_("The certificate of this system's server is not valid yet; nothing was sent to it. "
           "Please tell the helpdesk."),
    [MK_TLS_REFUSED] = NO_ENCRYPTION,
    [MK_TLS_OLD] = NO_ENCRYPTION,
    [MK_TLS_PLAIN_PORT] = NO_ENCRYPTION,
    [MK_TLS_CLEAR_TEXT] = NO_ENCRYPTION,
    [MK_TLS_FAILED] = NO_ENCRYPTION,
};

static void detail_unknown(char *out, size_t size, const struct row *row)
{
    const char *text = unknown[row->state.unknown];

    if (row->state.unknown == MK_UNKNOWN_NO_ANSWER || text == NULL)
        text = no_answer[row->failure];
    if (text == NULL)
        text = N_("This system could not be read. F9 asks again.");
    snprintf(out, size, "%s", _(text));
}

/* Where the date comes from. */
static void detail_reason(char *out, size_t size, const struct mk_account *state,
                          const struct config *config)
{
    const struct mk_request_directory *rule = &config->directory[0].request;
    char changed[DATES_TEXT_MAX] = "";

    if (state->changed != MK_TIME_UNKNOWN)
        dates_day(changed, state->changed);
    if (state->reason == MK_REASON_NONE)
        snprintf(out, size, _("Last changed on %s; no rule sets an end."), changed);
    else if (state->reason == MK_REASON_SERVER)
        snprintf(out, size, "%s", _("The server itself says that the password ends on this date."));
    else if (state->reason == MK_REASON_POLICY)
        snprintf(out, size, _("By the rules of the server; last changed on %s."), changed);
    else if (rule->max_age_unit == MK_AGE_DAYS)
        snprintf(out, size,
                 ngettext("By order of the ministry every %d day; last changed on %s.",
                          "By order of the ministry every %d days; last changed on %s.",
                          rule->max_age),
                 (int)rule->max_age, changed);
    else
        snprintf(out, size,
                 ngettext("By order of the ministry every %d month; last changed on %s.",
                          "By order of the ministry every %d months; last changed on %s.",
                          rule->max_age),
                 (int)rule->max_age, changed);
}

void sentence_detail(char *out, size_t size, const struct row *row, const struct config *config,
                     int64_t now)
{
    const struct mk_account *state = &row->state;
    char until[DATES_TEXT_MAX];

    out[0] = '\0';
    if (row->waiting)
        return;
    if (row->doubt != MK_OK) {
        sentence_change(out, size, row->doubt, 0);
        return;
    }
    switch ((enum mk_standing)state->standing) {
    case MK_LOCKED_FOR_GOOD:
        snprintf(out, size, "%s", _("Locked until somebody unlocks it. Please call the helpdesk."));
        break;
    case MK_LOCKED:
        if (state->until == MK_TIME_UNKNOWN) {
            snprintf(out, size, "%s",
                     _("Locked after wrong passwords; until when is not known. Please call the "
                       "helpdesk."));
            break;
        }
        dates_until(until, state->until, now);
        snprintf(out, size, _("Locked after wrong passwords until %s; it opens by itself then."),
                 until);
        break;
    case MK_DISABLED:
        snprintf(
            out, size, "%s",
            _("This account is not in use: switched off, not yet or no longer valid, or unused "
              "for too long. Please call the helpdesk."));
        break;
    case MK_EXPIRED:
        snprintf(
            out, size, "%s",
            state->changeable != 0
                ? _("The password has expired: nobody is let in with it, but it can still be "
                    "changed here. Change it now.")
            : state->grace_unseen != 0
                ? _("The password has expired, and nobody can tell from here whether the server "
                    "grants further log-ins. Change it now; if that is refused, call the "
                    "helpdesk.")
                : _("The password has expired and the server grants no further log-in. Please "
                    "call the helpdesk."));
        break;
    case MK_GRACE:
        snprintf(out, size,
                 ngettext("The password has expired; the server grants %d further log-in.",
                          "The password has expired; the server grants %d further log-ins.",
                          (unsigned long)state->grace),
                 (int)state->grace);
        break;
    case MK_MUST_CHANGE:
        snprintf(out, size, "%s",
                 _("This password was issued by somebody else; choose your own now."));
        break;
    case MK_UNKNOWN:
        detail_unknown(out, size, row);
        break;
    default:
        detail_reason(out, size, state, config);
        break;
    }
}

const char *sentence_caution(const struct row *row)
{
    bool dated = row->state.standing == MK_OVERDUE || row->state.standing == MK_DUE_SOON ||
                 row->state.standing == MK_FINE;

    if (row->waiting || row->doubt != MK_OK)
        return "";
    if (row->changed_here != MK_TIME_UNKNOWN && row->state.changed != MK_TIME_UNKNOWN &&
        row->state.changed > row->changed_here)
        return _("After you changed it here, it was changed again elsewhere; the password chosen "
                 "here may no longer be the right one.");
    if (!dated)
        return "";
    if (row->state.change_unseen != 0)
        return _("When it was changed last is not shown; the ministry may want a change earlier.");
    if (row->state.policy_unread == 0)
        return "";
    return _("The server's own rules cannot be read; they may ask for a change earlier.");
}
