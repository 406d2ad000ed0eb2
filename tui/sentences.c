/* SPDX-License-Identifier: MIT */
#include "sentences.h"

#include <stdio.h>
#include <string.h>

#include "dates.h"
#include "language.h"

/* What is the same whatever was wanted of the server. NULL where it depends. */
static const char *const connection[MK_RESULTS] = {
    [MK_UNREACHABLE] = N_("The server cannot be reached. Wait a little and try again; if that does "
                          "not help, call the helpdesk."),
    [MK_SILENT] = N_("The server did not answer in time. Wait a little and try again; if that does "
                     "not help, call the helpdesk."),
    [MK_NAME_UNRESOLVED] = N_("The server's name is not known on this network. Please tell the "
                              "helpdesk."),
    [MK_CERT_UNTRUSTED] = N_(
        "The server's certificate is not signed by the trusted authority, so nothing was sent to "
        "it. Do not try again; please tell the helpdesk."),
    [MK_CERT_SELF_SIGNED] = N_(
        "The server's certificate was issued by nobody but the server itself, so nothing was sent "
        "to it. Do not try again; please tell the helpdesk."),
    [MK_CERT_NAME] = N_(
        "The server's certificate was issued for another name, so nothing was sent to it. Do not "
        "try again; please tell the helpdesk."),
    [MK_CERT_COMMON_NAME] =
        N_("The server's certificate gives its name only where that no longer counts (it lacks a "
           "subjectAltName), so nothing was sent to it. Please tell the helpdesk."),
    [MK_CERT_EXPIRED] =
        N_("The server's certificate has expired, so nothing was sent to it. Please "
           "tell the helpdesk."),
    [MK_CERT_NOT_YET] = N_(
        "The server's certificate is not valid yet, so nothing was sent to it; the clock of this "
        "machine may be wrong. Please tell the helpdesk."),
    [MK_CA_FILE] = N_("The file with the trusted authority cannot be used on this machine, so "
                      "nothing was sent. Please tell the helpdesk."),
    [MK_TLS_REFUSED] = N_("The server refused an encrypted connection, so nothing was sent to it. "
                          "Please tell the helpdesk."),
    [MK_TLS_OLD] = N_("The server offers only an outdated kind of encryption, so nothing was sent "
                      "to it. Please tell the helpdesk."),
    [MK_TLS_PLAIN_PORT] = N_(
        "The server does not encrypt at this address, so nothing was sent to it; the address may "
        "be set wrongly on this machine. Please tell the helpdesk."),
    [MK_TLS_CLEAR_TEXT] =
        N_("The server agreed to encrypt, but what followed was not encrypted: somebody may be on "
           "the line. Nothing was sent to it. Do not try again; please tell the helpdesk."),
    [MK_TLS_FAILED] = N_("No safe encrypted connection to the server could be made, so nothing was "
                         "sent to it. Please tell the helpdesk."),
    [MK_LOST] = N_("The connection to the server broke. Please try again."),
    [MK_NEEDS_TLS] = N_("The server takes passwords over an encrypted connection only, and this "
                        "program is set up to use none. Please tell the helpdesk."),
    [MK_SERVER_BUSY] = N_("The server is busy. Wait a little and try again."),
    [MK_NOT_ALLOWED_NOW] = N_("The program made a mistake. Please log in again, and tell the "
                              "helpdesk if it happens once more."),
    [MK_WORKER_FAILED] = N_("A part of the program failed on this machine. Please try again, and "
                            "tell the helpdesk if it happens once more."),
};

static const char *const log_in[MK_RESULTS] = {
    [MK_CREDENTIALS] =
        N_("The server did not accept this name and password: one of them is wrong, or the account "
           "is locked. Check both and try again, but not more than twice: after several wrong "
           "tries the server locks the account."),
    [MK_WRONG_PASSWORD] =
        N_("The server did not accept the password: it is wrong, or the account is locked. Check "
           "Caps Lock and the input method and try again, but not more than twice: after several "
           "wrong tries the server locks the account."),
    [MK_PERSON_UNKNOWN] = N_("Nobody has this log-in name. Check the spelling and try again."),
    [MK_PERSON_AMBIGUOUS] = N_("More than one account has this log-in name, so nobody was logged "
                               "in. Please tell the helpdesk."),
    [MK_ACCOUNT_LOCKED] =
        N_("This account is locked or not in use at present. Trying again does not help; please "
           "call the helpdesk."),
    [MK_LOCKED_OUT] = N_("This account is locked after several wrong passwords. Trying again now "
                         "does not help; wait a while, or call the helpdesk."),
    [MK_ACCOUNT_EXPIRED] =
        N_("The password has expired and the server grants no further log-in. Please call the "
           "helpdesk to have a new one issued."),
    [MK_ACCOUNT_DISABLED] = N_("This account has been switched off. Trying again does not help; "
                               "please call the helpdesk."),
    [MK_ACCOUNT_ENDED] = N_("This account is not valid at present: its time has ended or has not "
                            "begun. Please call the helpdesk."),
    [MK_NOT_AT_THIS_TIME] = N_("This account may not log in at this time of the day or week. "
                               "Please try later, or call the helpdesk."),
    [MK_NOT_FROM_HERE] = N_("This account may log in at certain machines only, and this is none of "
                            "them. Please call the helpdesk."),
    [MK_CHANGE_FIRST] =
        N_("The password is right, but it was set by the helpdesk and must be changed before "
           "anybody gets in. This program has not been set up to do that; please call the "
           "helpdesk."),
    [MK_EXPIRED_FIRST] =
        N_("The password is right, but it has expired and must be changed before anybody gets in. "
           "This program has not been set up to do that; please call the helpdesk."),
    [MK_EMPTY_PASSWORD] = N_("Please type the password."),
    [MK_BEHIND] =
        N_("Your password was changed a short while ago, and the server that answered may not "
           "know the new one yet. Wait a minute and try again."),
};

static const char *const change[MK_RESULTS] = {
    [MK_OLD_WRONG] =
        N_("The server did not make the change: the current password is wrong, or it takes no "
           "changes at present. Nothing was changed. Type the current password once more; if it is "
           "right all the same, please tell the helpdesk."),
    [MK_OLD_REFUSED] =
        N_("Current password: wrong. Nothing was changed. Type it again, but not more than twice: "
           "after several wrong tries the server locks the account."),
    [MK_CHANGED_MEANWHILE] =
        N_("This password was changed elsewhere after you had logged in. Nothing was changed here. "
           "If that was you, type the newest one as the current password; if not, call the "
           "helpdesk at once."),
    [MK_NO_CHANGES_NOW] =
        N_("The server did not make the change although it had accepted the current password "
           "before; perhaps it takes no changes at present. Nothing was changed. Try again later, "
           "or call the helpdesk."),
    [MK_LOG_IN_GONE] = N_("The server no longer accepts the password of this log-in. Nothing was "
                          "changed; please log out and log in again."),
    [MK_MUST_SUPPLY_OLD] = N_("The server wants the current password as well. Nothing was changed; "
                              "please tell the helpdesk."),
    [MK_CHANGE_FORBIDDEN] = N_("The server does not let you change this password yourself. Nothing "
                               "was changed; please call the helpdesk."),
    [MK_NO_RIGHT] = N_("You lack the right to change this password on the server; the new password "
                       "itself is not at fault. Nothing was changed; please call the helpdesk."),
    [MK_TOO_YOUNG] = N_("The password was changed only a short time ago, and the server does not "
                        "allow another change yet. Nothing was changed; try again tomorrow."),
    [MK_TOO_SHORT] = N_("New password: too short for this server. Nothing was changed; choose a "
                        "longer one."),
    [MK_TOO_LONG] = N_("New password: too long for this server. Nothing was changed; choose a "
                       "shorter one."),
    [MK_IN_HISTORY] = N_("New password: it was used before. Nothing was changed; choose one that "
                         "you have never used here."),
    [MK_FEW_KINDS] = N_(
        "New password: the server wants more kinds of characters. Nothing was changed; choose one "
        "with capital and small letters, digits and signs."),
    [MK_HOLDS_NAME] = N_("New password: it holds your name or your log-in. Nothing was changed; "
                         "choose one without them."),
    [MK_COMMON_WORD] =
        N_("New password: it holds a word that the server does not allow. Nothing was "
           "changed; choose another one."),
    [MK_PATTERN] = N_(
        "New password: too regular for this server: the same character several times, a run like "
        "1234, or the same forwards and backwards. Nothing was changed; choose another one."),
    [MK_QUALITY] =
        N_("New password: the server refused it as too weak. Nothing was changed; choose "
           "a longer one with more kinds of characters."),
    [MK_SOME_RULE] =
        N_("New password: the server refused it and does not say by which of its rules: too short, "
           "too simple, used before, or changed too recently. Nothing was changed; choose a longer "
           "one that you have never used here."),
    [MK_READ_ONLY] = N_("This server cannot change passwords; it only reads. Nothing was changed; "
                        "please tell the helpdesk."),
    [MK_UNREACHABLE] =
        N_("The server cannot be reached. Nothing was changed; wait a little and try "
           "again, and if that does not help, call the helpdesk."),
    [MK_SILENT] =
        N_("The server did not answer in time. Nothing was changed; wait a little and try "
           "again, and if that does not help, call the helpdesk."),
    [MK_SERVER_BUSY] = N_("The server is busy. Nothing was changed; wait a little and try again."),
    [MK_WORKER_FAILED] =
        N_("A part of the program failed on this machine. Nothing was changed; please try again, "
           "and tell the helpdesk if it happens once more."),
    [MK_NO_WRITER] =
        N_("Passwords can be looked at but not changed at present: no server that takes changes "
           "can be used. Nothing was changed; try again later, or call the helpdesk."),
    [MK_BEHIND] = N_("The server that answered may not know your last change yet. Nothing was "
                     "changed; wait a minute and try again."),
    [MK_OUTCOME_UNKNOWN] =
        N_("No answer came to the change, and nobody can tell yet whether it was made. At the next "
           "log-in try the new password once, then the old one."),
    [MK_OUTCOME_UNSEEN] =
        N_("No answer came to the change. A look at the server still found the old password, so it "
           "was most likely not changed. If the old one is refused at the next log-in, try the new "
           "one once."),
    [MK_OUTCOME_CONTRADICTED] = N_(
        "The server's answer to the change does not fit what it shows of the account afterwards, "
        "and nobody can tell yet whether it was made. At the next log-in try the new password "
        "once, then the old one."),
    [MK_LOST] = N_("The connection broke before anything was sent. Nothing was changed; please try "
                   "again."),
    [MK_NO_TRAIL] =
        N_("Every change has to be recorded, and that is not possible at present, so nothing was "
           "sent. Nothing was changed; please tell the helpdesk."),
    [MK_LOST_GRACE] =
        N_("The connection broke before anything was sent. Nothing was changed. Trying again costs "
           "one more of the log-ins that are left; if none is left, call the helpdesk."),
    [MK_CREDENTIALS] =
        N_("Current password: the server did not accept it, or the account is locked. "
           "Nothing was changed."),
    [MK_WRONG_PASSWORD] = N_("Current password: the server did not accept it, or the account is "
                             "locked. Nothing was changed."),
    [MK_ACCOUNT_LOCKED] =
        N_("This account is locked or not in use at present. Nothing was changed; "
           "please call the helpdesk."),
    [MK_LOCKED_OUT] = N_("This account is locked after several wrong passwords. Nothing was "
                         "changed; wait a while, or call the helpdesk."),
    [MK_ACCOUNT_EXPIRED] = N_("The password has expired and the server grants no further log-in. "
                              "Nothing was changed; please call the helpdesk."),
    [MK_ACCOUNT_DISABLED] = N_("This account has been switched off. Nothing was changed; please "
                               "call the helpdesk."),
    [MK_ACCOUNT_ENDED] = N_("This account is not valid at present. Nothing was changed; please "
                            "call the helpdesk."),
    [MK_NOT_AT_THIS_TIME] = N_("This account may not log in at this time of the day or week. "
                               "Nothing was changed; please try later, or call the helpdesk."),
    [MK_NOT_FROM_HERE] = N_("This account may log in at certain machines only, and this is none of "
                            "them. Nothing was changed; please call the helpdesk."),
    [MK_CHANGE_FIRST] =
        N_("The password was set by the helpdesk, and this program has not been set up to change "
           "such a one. Nothing was changed; please call the helpdesk."),
    [MK_EXPIRED_FIRST] =
        N_("The password has expired, and this program has not been set up to change such a one. "
           "Nothing was changed; please call the helpdesk."),
    [MK_KDC_UNREACHABLE] =
        N_("The server that changes expired passwords cannot be reached. Nothing was changed; "
           "please try again later, or call the helpdesk."),
    [MK_KDC_REFUSED] = N_("The server that changes expired passwords refused for a reason of its "
                          "own. Nothing was changed; please call the helpdesk."),
    [MK_CLOCK_SKEW] = N_("The clock of this machine differs too much from the server's, so that "
                         "the password cannot be changed from here. Nothing was changed; please "
                         "tell the helpdesk."),
    [MK_PERSON_UNKNOWN] =
        N_("No account of yours was found there. Nothing was changed; please call "
           "the helpdesk."),
    [MK_PERSON_AMBIGUOUS] = N_("More than one account fits there. Nothing was changed; please tell "
                               "the helpdesk."),
    [MK_EMPTY_PASSWORD] = N_("Please type the current password."),
};

static void choose(char *out, size_t size, const char *const *first, enum mk_result result,
                   int ldap_code)
{
    const char *text = first[result] != NULL ? first[result] : connection[result];

    if (text != NULL)
        snprintf(out, size, "%s", _(text));
    else
        snprintf(out, size,
                 _("The server refused for a reason of its own (LDAP code %d). Please tell the "
                   "helpdesk this number."),
                 ldap_code);
}

void sentence_log_in(char *out, size_t size, enum mk_result result, int ldap_code)
{
    choose(out, size, log_in, result, ldap_code);
}

void sentence_open(char *out, size_t size, enum mk_result result, int ldap_code, const char *name)
{
    char why[SENTENCE_MAX];

    if (result == MK_CREDENTIALS || result == MK_WRONG_PASSWORD)
        snprintf(
            out, size,
            _("%s: this password was not accepted, or the account is locked. This system has a "
              "password of its own; try again, but not more than twice."),
            name);
    else if (result == MK_PERSON_UNKNOWN)
        snprintf(out, size,
                 _("%s: no account of yours was found there, or the server does not show "
                   "it. Please call the helpdesk."),
                 name);
    else {
        choose(why, sizeof why, log_in, result, ldap_code);
        /* TRANSLATORS: a system's name, then a whole sentence about it */
        snprintf(out, size, _("%s: %s"), name, why);
    }
}

void sentence_change(char *out, size_t size, enum mk_result result, int ldap_code)
{
    choose(out, size, change, result, ldap_code);
}

void sentence_changed_elsewhere(char *out, size_t size, int64_t when, int64_t now)
{
    char text[DATES_TEXT_MAX];

    dates_until(text, when, now);
    /* TRANSLATORS: a time such as 14:03, or 14:03 23/11/2026 */
    snprintf(
        out, size,
        _("This password was changed elsewhere at %s; nothing was changed from here. If it was "
          "you, type that newest password as the current one; if not, call the helpdesk."),
        text);
}

const char *sentence_detour(enum mk_result why)
{
    switch (why) {
    case MK_SERVER_BUSY:
        return _("A server was busy, so another one was asked.");
    case MK_UNREACHABLE:
    case MK_SILENT:
    case MK_LOST:
    case MK_NAME_UNRESOLVED:
        return _("A server did not answer, so another one was asked.");
    default:
        return _("A server could not prove that it is the right one. Nothing was sent to it and "
                 "another one was asked; please tell the helpdesk.");
    }
}

const char *sentence_outcome(enum mk_result result)
{
    switch (result) {
    case MK_OK:
        return _("changed");
    case MK_OUTCOME_UNKNOWN:
    case MK_OUTCOME_CONTRADICTED:
        return _("not known whether it was changed");
    case MK_OUTCOME_UNSEEN:
        return _("not answered, most likely not changed");
    case MK_LOG_IN_GONE:
        return _("NOT changed: log in again first");
    case MK_CHANGED_ELSEWHERE:
        return _("NOT changed: changed elsewhere");
    case MK_NO_TRAIL:
        return _("NOT changed: it cannot be recorded");
    case MK_OLD_WRONG:
    case MK_OLD_REFUSED:
    case MK_CHANGED_MEANWHILE:
    case MK_CREDENTIALS:
    case MK_WRONG_PASSWORD:
        return _("NOT changed: current password refused");
    case MK_MUST_SUPPLY_OLD:
    case MK_CHANGE_FORBIDDEN:
    case MK_NO_RIGHT:
    case MK_READ_ONLY:
        return _("NOT changed: not allowed by the server");
    case MK_TOO_YOUNG:
        return _("NOT changed: last change too recent");
    case MK_TOO_SHORT:
        return _("NOT changed: too short for the server");
    case MK_TOO_LONG:
        return _("NOT changed: too long for the server");
    case MK_IN_HISTORY:
        return _("NOT changed: used before");
    case MK_SOME_RULE:
        return _("NOT changed: a rule of the server");
    case MK_FEW_KINDS:
        return _("NOT changed: too few character kinds");
    case MK_HOLDS_NAME:
        return _("NOT changed: holds your name");
    case MK_COMMON_WORD:
        return _("NOT changed: holds a forbidden word");
    case MK_PATTERN:
        return _("NOT changed: too regular for the server");
    case MK_QUALITY:
        return _("NOT changed: too weak for the server");
    case MK_ACCOUNT_LOCKED:
    case MK_LOCKED_OUT:
        return _("NOT changed: account locked");
    case MK_ACCOUNT_DISABLED:
    case MK_ACCOUNT_ENDED:
    case MK_NOT_AT_THIS_TIME:
    case MK_NOT_FROM_HERE:
        return _("NOT changed: account not in use");
    case MK_CHANGE_FIRST:
    case MK_EXPIRED_FIRST:
        return _("NOT changed: not possible from here");
    case MK_ACCOUNT_EXPIRED:
        return _("NOT changed: expired, no log-in left");
    case MK_PERSON_UNKNOWN:
    case MK_PERSON_AMBIGUOUS:
        return _("NOT changed: not one account that fits");
    case MK_NO_WRITER:
    case MK_BEHIND:
        return _("NOT changed: not possible at present");
    case MK_NOT_ALLOWED_NOW:
    case MK_WORKER_FAILED:
    case MK_EMPTY_PASSWORD:
        return _("NOT changed: a fault of this program");
    case MK_SERVER_REFUSED:
    case MK_SERVER_BUSY:
    case MK_NEEDS_TLS:
    case MK_NO_CHANGES_NOW:
    case MK_KDC_REFUSED:
    case MK_CLOCK_SKEW:
        return _("NOT changed: refused by the server");
    default:
        return _("NOT changed: no connection");
    }
}

void sentence_forced(char *out, size_t size, enum mk_forced must_change, int grace)
{
    if (must_change == MK_FORCED_EXPIRED)
        snprintf(out, size, "%s",
                 _("The password has expired, so you must choose a new one before you go on."));
    else if (must_change != MK_NOT_FORCED)
        snprintf(out, size, "%s",
                 _("This password was issued by somebody else, so you must choose your own before "
                   "you go on."));
    else if (grace == 0)
        snprintf(out, size, "%s",
                 _("The password has expired, and this is the last log-in that the server grants. "
                   "Change it now."));
    else
        snprintf(
            out, size,
            ngettext("The password has expired; the server grants %d further log-in after this "
                     "one. Change it now.",
                     "The password has expired; the server grants %d further log-ins after "
                     "this one. Change it now.",
                     (unsigned long)grace),
            grace);
}
