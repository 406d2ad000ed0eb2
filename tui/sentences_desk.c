/* SPDX-License-Identifier: MIT */
#include "sentences_desk.h"

#include <stdio.h>

#include "language.h"

/* What several results have in common. */
#define OWN_LOG_IN                                                                                 \
    N_("This server does not accept your own log-in, so nothing was done there. Log out and log "  \
       "in again; if that does not help, tell the administrator.")
#define NO_ENCRYPTION                                                                              \
    N_("No safe encrypted connection to this server could be made, so nothing was sent to it. "    \
       "Please tell the administrator.")
#define PROGRAM_FAULT                                                                              \
    N_("A part of the program failed on this machine, so nothing was done. Try again; if it "      \
       "happens once more, tell the administrator.")
#define PASSWORD_REFUSED                                                                           \
    N_("The server refused the temporary password by one of its rules. Nothing was changed "       \
       "there; "                                                                                   \
       "reset once more, with another password, or tell the administrator.")
#define NOT_NOW                                                                                    \
    N_("This server takes no changes at present. Nothing was changed there; try again later, or "  \
       "tell the administrator.")

/* True whatever was asked of the server: nothing was done. */
static const char *const common[MK_RESULTS] = {
    [MK_UNREACHABLE] = N_("This server cannot be reached, so nothing was read or changed there. "
                          "Wait a little and try again; if that does not help, tell the "
                          "administrator."),
    [MK_SILENT] = N_("This server did not answer in time, so nothing was read or changed there. "
                     "Wait a little and try again; if that does not help, tell the "
                     "administrator."),
    [MK_LOST] = N_("The connection to this server broke before anything was sent. Please try "
                   "again."),
    [MK_NAME_UNRESOLVED] = N_("The name of this server is not known on this network, so nothing "
                              "was sent to it. Please tell the administrator."),
    [MK_CERT_UNTRUSTED] = N_("The certificate of this server is not signed by the trusted "
                             "authority, so nothing was sent to it. Please tell the "
                             "administrator."),
    [MK_CERT_SELF_SIGNED] = N_("The certificate of this server was issued by nobody but the server "
                               "itself, so nothing was sent to it. Please tell the "
                               "administrator."),
    [MK_CERT_NAME] = N_("The certificate of this server was issued for another name, so nothing "
                        "was sent to it. Please tell the administrator."),
    [MK_CERT_COMMON_NAME] = N_("The certificate of this server gives its name only where that no "
                               "longer counts, so nothing was sent to it. Please tell the "
                               "administrator."),
    [MK_CERT_EXPIRED] = N_("The certificate of this server has expired, so nothing was sent to "
                           "it. Please tell the administrator."),
    [MK_CERT_NOT_YET] = N_("The certificate of this server is not valid yet, so nothing was sent "
                           "to it; the clock of this machine may be wrong. Please tell the "
                           "administrator."),
    [MK_CA_FILE] = N_("The file with the trusted authority cannot be used on this machine, so "
                      "nothing was sent. Please tell the administrator."),
    [MK_TLS_REFUSED] = NO_ENCRYPTION,
    [MK_TLS_OLD] = NO_ENCRYPTION,
    [MK_TLS_PLAIN_PORT] = NO_ENCRYPTION,
    [MK_TLS_CLEAR_TEXT] = NO_ENCRYPTION,
    [MK_TLS_FAILED] = NO_ENCRYPTION,
    [MK_NEEDS_TLS] = NO_ENCRYPTION,
    [MK_SERVER_BUSY] = N_("This server is busy, so nothing was done there. Wait a little and try "
                          "again."),
    [MK_CREDENTIALS] = OWN_LOG_IN,
    [MK_WRONG_PASSWORD] = OWN_LOG_IN,
    [MK_ACCOUNT_LOCKED] = OWN_LOG_IN,
    [MK_LOCKED_OUT] = OWN_LOG_IN,
    [MK_ACCOUNT_EXPIRED] = OWN_LOG_IN,
    [MK_ACCOUNT_DISABLED] = OWN_LOG_IN,
    [MK_ACCOUNT_ENDED] = OWN_LOG_IN,
    [MK_NOT_AT_THIS_TIME] = OWN_LOG_IN,
    [MK_NOT_FROM_HERE] = OWN_LOG_IN,
    [MK_CHANGE_FIRST] = OWN_LOG_IN,
    [MK_EXPIRED_FIRST] = OWN_LOG_IN,
    [MK_OLD_WRONG] = OWN_LOG_IN,
    [MK_OLD_REFUSED] = OWN_LOG_IN,
    [MK_CHANGED_MEANWHILE] = OWN_LOG_IN,
    [MK_CHANGED_ELSEWHERE] = OWN_LOG_IN,
    [MK_LOG_IN_GONE] = OWN_LOG_IN,
    [MK_LOST_GRACE] = OWN_LOG_IN,
    [MK_EMPTY_PASSWORD] = OWN_LOG_IN,
    [MK_PERSON_UNKNOWN] = N_("No account of this person was found there, or you may not see it. "
                             "Nothing was changed; if there should be one, tell the "
                             "administrator."),
    [MK_PERSON_AMBIGUOUS] = N_("More than one account fits this person there, so nothing was done. "
                               "Please tell the administrator."),
    [MK_NO_RIGHT] = N_("You lack the right to do this on this server. Nothing was changed; please "
                       "tell the administrator."),
    [MK_CHANGE_FORBIDDEN] = N_("The server does not let anybody change this password. Nothing was "
                               "changed; please tell the administrator."),
    [MK_MUST_SUPPLY_OLD] = N_("The server wants the current password as well, which only the "
                              "caller knows. Nothing was changed; please tell the administrator."),
    [MK_TOO_YOUNG] = N_("The password was changed only a short time ago, and the server does not "
                        "allow another change yet. Nothing was changed; please tell the "
                        "administrator."),
    [MK_TOO_SHORT] = PASSWORD_REFUSED,
    [MK_TOO_LONG] = PASSWORD_REFUSED,
    [MK_IN_HISTORY] = PASSWORD_REFUSED,
    [MK_FEW_KINDS] = PASSWORD_REFUSED,
    [MK_HOLDS_NAME] = PASSWORD_REFUSED,
    [MK_COMMON_WORD] = PASSWORD_REFUSED,
    [MK_PATTERN] = PASSWORD_REFUSED,
    [MK_QUALITY] = PASSWORD_REFUSED,
    [MK_SOME_RULE] = PASSWORD_REFUSED,
    [MK_KDC_UNREACHABLE] = NOT_NOW,
    [MK_KDC_REFUSED] = NOT_NOW,
    [MK_CLOCK_SKEW] = NOT_NOW,
    [MK_READ_ONLY] = NOT_NOW,
    [MK_NO_WRITER] = NOT_NOW,
    [MK_NO_CHANGES_NOW] = NOT_NOW,
    [MK_BEHIND] = NOT_NOW,
    [MK_OUTCOME_UNKNOWN] = N_("No answer came, and nobody can tell yet whether it was done. Ask "
                              "the servers again (F9) before you do anything else."),
    [MK_OUTCOME_UNSEEN] = N_("No answer came, and a later look found everything as before, so it "
                             "was most likely not done. Please try again."),
    [MK_OUTCOME_CONTRADICTED] = N_("The server's answer does not fit what it shows afterwards, and "
                                   "nobody can tell whether it was done. Ask the servers again "
                                   "(F9) before you do anything else."),
    [MK_STALE] = N_("The account is no longer as it was shown to you: somebody else has changed "
                    "it meanwhile. Nothing was changed from here; look at it again (F9)."),
    [MK_LASTING] = N_("It was done, but the server does not demand that the password be changed. "
                      "Please tell the administrator."),
    [MK_STILL_LOCKED] = N_("The server accepted it, but the account is still locked there. Try "
                           "once more; if that does not help, tell the administrator."),
    [MK_NOT_OFFERED] = N_("This kind of server offers no such thing to a helpdesk. Nothing was "
                          "changed; please tell the administrator."),
    [MK_NO_TRAIL] = N_("It has to be recorded first, and that is not possible at present, so "
                       "nothing was sent. Please tell the administrator."),
    [MK_NOT_ALLOWED_NOW] = PROGRAM_FAULT,
    [MK_WORKER_FAILED] = PROGRAM_FAULT,
};

static const char *const finding[MK_RESULTS] = {
    [MK_NO_RIGHT] = N_("You lack the right to look for people on this server. Please tell the "
                       "administrator."),
    [MK_PERSON_UNKNOWN] = N_("Nobody was found. Try fewer letters, or another mark: log-in name, "
                             "mail, staff number, telephone."),
    [MK_LOST] = N_("The connection to this server broke. Type on, or take a letter away, and it "
                   "is asked again."),
};

static const char *const viewing[MK_RESULTS] = {
    [MK_NO_RIGHT] = N_("You lack the right to read this account on this server. Please tell the "
                       "administrator."),
    [MK_LOST] = N_("The connection to this server broke. Ask again (F9)."),
    [MK_NOT_OFFERED] = N_("This kind of server shows nothing of this to a helpdesk."),
    [MK_NO_TRAIL] = N_("Every look at a card has to be recorded, and that is not possible at "
                       "present, so it is not shown. Please tell the administrator."),
};

static const char *const calling[MK_RESULTS] = {
    [MK_NO_TRAIL] = N_("The call cannot be recorded at present, so nothing can be done for the "
                       "caller from here. Please tell the administrator."),
};

static const char *const unlocking[MK_RESULTS] = {
    [MK_OK] = N_("Unlocked: the server shows no lock any more."),
    [MK_NO_RIGHT] = N_("You lack the right to unlock this account on this server. Nothing was "
                       "changed; please tell the administrator."),
    [MK_OUTCOME_UNKNOWN] = N_("No answer came to the unlocking, and nobody can tell yet whether it "
                              "was done. Ask the servers again (F9)."),
    [MK_OUTCOME_UNSEEN] = N_("No answer came to the unlocking, and the server still shows the "
                             "lock. Please try again."),
    [MK_OUTCOME_CONTRADICTED] = N_("The server says that the account is unlocked, but still shows "
                                   "the lock. Ask the servers again (F9); if it stays so, tell "
                                   "the administrator."),
    [MK_NOT_OFFERED] = N_("This kind of server has nothing that a helpdesk could unlock. Nothing "
                          "was changed; if the caller cannot get in, tell the administrator."),
    [MK_READ_ONLY] = N_("This server only reads, so its own lock cannot be taken away from here. "
                        "It ends by itself or with the next change of the password."),
};

static const char *const resetting[MK_RESULTS] = {
    [MK_OK] = N_("The temporary password is set, and it must be changed at the next log-in."),
    [MK_NO_RIGHT] = N_("You lack the right to reset this password on this server. Nothing was "
                       "changed; please tell the administrator."),
    [MK_OUTCOME_UNKNOWN] = N_("No answer came to the reset, and nobody can tell yet whether it was "
                              "made. Let the caller try the temporary password once; if it is "
                              "refused, ask the servers again (F9)."),
    [MK_OUTCOME_UNSEEN] = N_("No answer came to the reset, and a later look still found the old "
                             "password, so it was most likely not made. Please reset once more."),
    [MK_OUTCOME_CONTRADICTED] =
        N_("The server's answer to the reset does not fit what it shows afterwards. Let the caller "
           "try the temporary password once; if it is refused, reset once more."),
    [MK_LASTING] = N_("The temporary password is set, but the server does NOT demand that it be "
                      "changed. Stay on the line until the caller has changed it."),
    [MK_STILL_LOCKED] = N_("The temporary password is set, but the account is STILL LOCKED. Unlock "
                           "it (F5 on the card) before the caller tries."),
    [MK_NOT_OFFERED] = N_("Passwords of this kind of server cannot be reset from here. Nothing was "
                          "changed; please tell the administrator."),
};

static const char *const *const tables[SENTENCE_ACTS] = {
    [SENTENCE_FIND] = finding,     [SENTENCE_VIEW] = viewing,    [SENTENCE_CALL] = calling,
    [SENTENCE_UNLOCK] = unlocking, [SENTENCE_RESET] = resetting,
};

void sentence_act(char *out, size_t size, enum sentence_act act, enum mk_result result,
                  int ldap_code)
{
    const char *text = tables[act][result] != NULL ? tables[act][result] : common[result];

    if (text != NULL)
        snprintf(out, size, "%s", _(text));
    else
        snprintf(out, size,
                 _("The server refused for a reason of its own (LDAP code %d), and nothing was "
                   "changed. Please tell the administrator this number."),
                 ldap_code);
}

/* --- in a few words --- */

#define FEW_CONNECTION N_("NOT done: no connection")
#define FEW_LOG_IN N_("NOT done: your log-in is not accepted")
#define FEW_RULE N_("NOT done: a rule for passwords")
#define FEW_NOT_NOW N_("NOT done: no changes at present")
#define FEW_NO_RIGHT N_("NOT done: you lack the right")
#define FEW_ACCOUNT N_("NOT done: not one account that fits")
#define FEW_FAULT N_("NOT done: a fault of this program")

static const char *const few[MK_RESULTS] = {
    [MK_CREDENTIALS] = FEW_LOG_IN,
    [MK_WRONG_PASSWORD] = FEW_LOG_IN,
    [MK_ACCOUNT_LOCKED] = FEW_LOG_IN,
    [MK_LOCKED_OUT] = FEW_LOG_IN,
    [MK_ACCOUNT_EXPIRED] = FEW_LOG_IN,
    [MK_ACCOUNT_DISABLED] = FEW_LOG_IN,
    [MK_ACCOUNT_ENDED] = FEW_LOG_IN,
    [MK_NOT_AT_THIS_TIME] = FEW_LOG_IN,
    [MK_NOT_FROM_HERE] = FEW_LOG_IN,
    [MK_CHANGE_FIRST] = FEW_LOG_IN,
    [MK_EXPIRED_FIRST] = FEW_LOG_IN,
    [MK_OLD_WRONG] = FEW_LOG_IN,
    [MK_OLD_REFUSED] = FEW_LOG_IN,
    [MK_CHANGED_MEANWHILE] = FEW_LOG_IN,
    [MK_CHANGED_ELSEWHERE] = FEW_LOG_IN,
    [MK_LOG_IN_GONE] = FEW_LOG_IN,
    [MK_LOST_GRACE] = FEW_LOG_IN,
    [MK_EMPTY_PASSWORD] = FEW_LOG_IN,
    [MK_PERSON_UNKNOWN] = FEW_ACCOUNT,
    [MK_PERSON_AMBIGUOUS] = FEW_ACCOUNT,
    [MK_NO_RIGHT] = FEW_NO_RIGHT,
    [MK_CHANGE_FORBIDDEN] = FEW_NO_RIGHT,
    [MK_MUST_SUPPLY_OLD] = FEW_NO_RIGHT,
    [MK_TOO_YOUNG] = FEW_RULE,
    [MK_TOO_SHORT] = FEW_RULE,
    [MK_TOO_LONG] = FEW_RULE,
    [MK_IN_HISTORY] = FEW_RULE,
    [MK_FEW_KINDS] = FEW_RULE,
    [MK_HOLDS_NAME] = FEW_RULE,
    [MK_COMMON_WORD] = FEW_RULE,
    [MK_PATTERN] = FEW_RULE,
    [MK_QUALITY] = FEW_RULE,
    [MK_SOME_RULE] = FEW_RULE,
    [MK_KDC_UNREACHABLE] = FEW_NOT_NOW,
    [MK_KDC_REFUSED] = FEW_NOT_NOW,
    [MK_CLOCK_SKEW] = FEW_NOT_NOW,
    [MK_READ_ONLY] = FEW_NOT_NOW,
    [MK_NO_WRITER] = FEW_NOT_NOW,
    [MK_NO_CHANGES_NOW] = FEW_NOT_NOW,
    [MK_BEHIND] = FEW_NOT_NOW,
    [MK_SERVER_BUSY] = N_("NOT done: the server is busy"),
    [MK_SERVER_REFUSED] = N_("NOT done: refused by the server"),
    [MK_OUTCOME_UNSEEN] = N_("no answer, most likely not done"),
    [MK_STALE] = N_("NOT done: changed by somebody meanwhile"),
    [MK_NOT_OFFERED] = N_("NOT done: not offered by the server"),
    [MK_NO_TRAIL] = N_("NOT done: it cannot be recorded"),
    [MK_NOT_ALLOWED_NOW] = FEW_FAULT,
    [MK_WORKER_FAILED] = FEW_FAULT,
};

static const char *const few_unlocking[MK_RESULTS] = {
    [MK_OK] = N_("unlocked"),
    [MK_OUTCOME_UNKNOWN] = N_("NOT KNOWN whether it was unlocked"),
    [MK_OUTCOME_CONTRADICTED] = N_("NOT KNOWN whether it was unlocked"),
    [MK_LASTING] = N_("unlocked"),
    [MK_STILL_LOCKED] = N_("STILL LOCKED"),
};

static const char *const few_resetting[MK_RESULTS] = {
    [MK_OK] = N_("set, to be changed at the log-in"),
    [MK_OUTCOME_UNKNOWN] = N_("NOT KNOWN whether it was set"),
    [MK_OUTCOME_CONTRADICTED] = N_("NOT KNOWN whether it was set"),
    [MK_LASTING] = N_("set, but the change is NOT demanded"),
    [MK_STILL_LOCKED] = N_("set, but STILL LOCKED"),
};

const char *sentence_act_outcome(enum sentence_act act, enum mk_result result)
{
    const char *text = act == SENTENCE_RESET ? few_resetting[result] : few_unlocking[result];

    if (text == NULL)
        text = few[result];
    return _(text != NULL ? text : FEW_CONNECTION);
}

#define UNREAD_CERTIFICATE N_("not known: certificate not trusted")
#define UNREAD_LOG_IN N_("not known: your log-in is not accepted")

static const char *const unread[MK_RESULTS] = {
    [MK_UNREACHABLE] = N_("not known: cannot be reached"),
    [MK_SILENT] = N_("not known: no answer in time"),
    [MK_LOST] = N_("not known: the connection broke"),
    [MK_NAME_UNRESOLVED] = N_("not known: no such server name"),
    [MK_CERT_UNTRUSTED] = UNREAD_CERTIFICATE,
    [MK_CERT_SELF_SIGNED] = UNREAD_CERTIFICATE,
    [MK_CERT_NAME] = UNREAD_CERTIFICATE,
    [MK_CERT_COMMON_NAME] = UNREAD_CERTIFICATE,
    [MK_CERT_EXPIRED] = UNREAD_CERTIFICATE,
    [MK_CERT_NOT_YET] = UNREAD_CERTIFICATE,
    [MK_CREDENTIALS] = UNREAD_LOG_IN,
    [MK_WRONG_PASSWORD] = UNREAD_LOG_IN,
    [MK_ACCOUNT_LOCKED] = UNREAD_LOG_IN,
    [MK_LOCKED_OUT] = UNREAD_LOG_IN,
    [MK_ACCOUNT_EXPIRED] = UNREAD_LOG_IN,
    [MK_LOG_IN_GONE] = UNREAD_LOG_IN,
    [MK_NO_RIGHT] = N_("not known: you may not read it"),
    [MK_PERSON_UNKNOWN] = N_("not known: no account found"),
    [MK_PERSON_AMBIGUOUS] = N_("not known: more than one account"),
    [MK_SERVER_BUSY] = N_("not known: the server is busy"),
    [MK_NOT_OFFERED] = N_("not known: not offered by the server"),
};

const char *sentence_unread(enum mk_result result)
{
    return unread[result] != NULL ? _(unread[result]) : _("not known: it could not be read");
}

static const char *const alarms[MK_RESULTS] = {
    [MK_LASTING] = N_("CAUTION - %s: the server does not demand that this password be changed. "
                      "Whoever has heard it can use it for ever. Stay on the line until the caller "
                      "has changed it."),
    [MK_STILL_LOCKED] = N_("CAUTION - %s: the password is set, but the account is still locked and "
                           "the caller cannot get in. Unlock it on the card first (F5)."),
    [MK_OUTCOME_UNKNOWN] = N_("CAUTION - %s: nobody can tell whether this password was set. Let "
                              "the caller try it once only, and ask the servers again on the card "
                              "(F9)."),
    [MK_OUTCOME_CONTRADICTED] =
        N_("CAUTION - %s: the server's answer does not fit what it shows. Let the caller try this "
           "password once only, and ask the servers again on the card (F9)."),
};

void sentence_alarm(char *out, size_t size, enum mk_result result, const char *name)
{
    out[0] = '\0';
    if (alarms[result] != NULL)
        snprintf(out, size, _(alarms[result]), name);
}
