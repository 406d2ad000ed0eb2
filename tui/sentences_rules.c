/* SPDX-License-Identifier: MIT */
#include "sentences.h"

#include <stdio.h>
#include <string.h>

#include "language.h"
#include "text.h"

/* What each rule says where it has neither a number nor a word to show. */
static const char *const rules[MK_RULES] = {
    [MK_RULE_EMPTY] = N_("Please type a new password."),
    [MK_RULE_SAME] = N_("The new password is the current one. Choose another."),
    [MK_RULE_CASE_ONLY] = N_("Only capitals and small letters differ from the current password. "
                             "Change more than that."),
    [MK_RULE_SIMILAR] = N_("Too much like the current password. Choose a new one altogether."),
    [MK_RULE_ROTATED] = N_("The current password turned round is not a new one. Choose another."),
    [MK_RULE_CHARACTERS] = N_("It holds a character that this system cannot take. Replace it."),
    [MK_RULE_REPEATS] = N_("The same piece stands in it over and over. Use different ones."),
    [MK_RULE_RUN] = N_("It holds a run of keys or digits such as qwerty, 1234 or 2468. Break it "
                       "up."),
    [MK_RULE_DATE] = N_("It holds a date or a year. Leave it out."),
    [MK_RULE_PALINDROME] = N_("It reads the same from both ends. Change one half."),
    [MK_RULE_USER] = N_("It must not hold your log-in or mail name. Leave it out."),
    [MK_RULE_NAME] = N_("It must not hold your name or a part of it. Leave it out."),
    [MK_RULE_UNIT] = N_("It must not hold words of your unit or of the ministry. Leave them out."),
    [MK_RULE_PLACE] = N_("It must not hold the name of a place. Leave it out."),
    [MK_RULE_COMMON] = N_("It is built on a choice that many people make. Choose other words."),
    [MK_RULE_GIVEN] = N_("Another system has just been given this password. Each needs its own."),
    [MK_RULE_LEAKED] = N_("It is in the list of leaked passwords. Never use it anywhere."),
    [MK_RULE_GECOS] = N_("It must not hold your name. Leave it out."),
    [MK_RULE_BAD_WORD] = N_("It holds a word that is not allowed here. Choose other words."),
    [MK_RULE_DICTIONARY] = N_("It is built on a common word and easy to guess. Put several words "
                              "together."),
    [MK_RULE_DICTIONARY_REVERSED] = N_("It is a common word written backwards. Put several words "
                                       "together."),
    [MK_RULE_SIMPLISTIC] = N_("It follows too simple a pattern. Mix letters, digits and signs."),
    [MK_RULE_FEW_DIFFERENT] = N_("It has too few different characters. Use more of them."),
    [MK_RULE_ACCOUNT] = N_("It is built on the name of an account. Choose other words."),
    [MK_RULE_CRACKLIB] = N_("It is easy to guess. Choose other words."),
    [MK_RULE_BROKEN] = N_("New passwords cannot be checked on this machine at present, so none can "
                          "be set. Please tell the helpdesk."),
};

/* The rules that can show the word that was found. */
static const char *const found[MK_RULES] = {
    [MK_RULE_USER] = N_("It holds \"%s\", your log-in or mail name. Leave it out."),
    [MK_RULE_NAME] = N_("It holds \"%s\" from your name. Leave it out."),
    [MK_RULE_UNIT] = N_("It holds \"%s\", a word of your unit or of the ministry. Leave it out."),
    [MK_RULE_PLACE] = N_("It holds \"%s\", the name of a place. Leave it out."),
    [MK_RULE_COMMON] = N_("It is built on \"%s\", which many people choose. Choose other words."),
};

static const char *counted(enum mk_rule rule, unsigned long n)
{
    switch (rule) {
    case MK_RULE_MIN_LENGTH:
        return ngettext("Too short: at least %lu character.", "Too short: at least %lu characters.",
                        n);
    case MK_RULE_MAX_LENGTH:
        return ngettext("Too long for this system: at most %lu character.",
                        "Too long for this system: at most %lu characters.", n);
    case MK_RULE_MIN_DIGITS:
        return ngettext("At least %lu digit is needed.", "At least %lu digits are needed.", n);
    case MK_RULE_MIN_UPPERS:
        return ngettext("At least %lu capital letter is needed.",
                        "At least %lu capital letters are needed.", n);
    case MK_RULE_MIN_LOWERS:
        return ngettext("At least %lu small letter is needed.",
                        "At least %lu small letters are needed.", n);
    case MK_RULE_MIN_OTHERS:
        return ngettext("At least %lu sign such as @ # - is needed.",
                        "At least %lu signs such as @ # - are needed.", n);
    case MK_RULE_MIN_CLASSES:
        return ngettext("At least %lu kind of characters is needed: capitals, small letters, "
                        "digits, signs.",
                        "At least %lu kinds of characters are needed: capitals, small letters, "
                        "digits, signs.",
                        n);
    case MK_RULE_MAX_REPEAT:
        return ngettext("No character more than %lu time in a row.",
                        "No character more than %lu times in a row.", n);
    case MK_RULE_MAX_CLASS_REPEAT:
        return ngettext("Not more than %lu character of one kind in a row.",
                        "Not more than %lu characters of one kind in a row.", n);
    case MK_RULE_MAX_SEQUENCE:
        return ngettext("No run like 1234 or abcd longer than %lu character.",
                        "No run like 1234 or abcd longer than %lu characters.", n);
    default:
        return NULL;
    }
}

void sentence_rule(char *out, size_t size, enum mk_rule rule, uint32_t number, const char *word)
{
    const char *text = counted(rule, number);

    if (text != NULL)
        snprintf(out, size, text, (unsigned long)number);
    else if (found[rule] != NULL && word[0] != '\0')
        snprintf(out, size, _(found[rule]), word);
    else
        snprintf(out, size, "%s", _(rules[rule]));
}

const char *sentence_strength(int score)
{
    if (score < 35)
        return _("Strength: weak");
    if (score < 65)
        return _("Strength: fair");
    return _("Strength: strong");
}

const char *sentence_incomplete(enum mk_quality_part part, bool goes_on)
{
    static const char *const stops[MK_PARTS] = {
        [MK_PART_SETTINGS] = N_("The rules for new passwords cannot be read on this machine, so "
                                "that none can be set. Please tell the helpdesk."),
        [MK_PART_DICTIONARY] =
            N_("The dictionary for checking new passwords is missing or damaged on this machine, "
               "so that none can be set. Please tell the helpdesk."),
        [MK_PART_WORDS] = N_("The word lists for checking new passwords are missing or damaged on "
                             "this machine, so that none can be set. Please tell the helpdesk."),
        [MK_PART_LEAKS] = N_("The list of leaked passwords is missing or damaged on this machine, "
                             "so that no new password can be set. Please tell the helpdesk."),
    };
    static const char *const continues[MK_PARTS] = {
        [MK_PART_SETTINGS] = N_("The check is incomplete: the rules for new passwords cannot be "
                                "read, and usual ones hold instead. You can change the password "
                                "all the same; please tell the helpdesk."),
        [MK_PART_DICTIONARY] = N_("The check is incomplete: the dictionary is missing or damaged. "
                                  "You can change the password all the same, but choose with care, "
                                  "and please tell the helpdesk."),
        [MK_PART_WORDS] = N_("The check is incomplete: the word lists are missing or damaged. You "
                             "can change the password all the same, but choose with care, and "
                             "please tell the helpdesk."),
        [MK_PART_LEAKS] = N_("The check is incomplete: the list of leaked passwords is missing or "
                             "damaged. You can change the password all the same, but choose with "
                             "care, and please tell the helpdesk."),
    };

    return _(goes_on ? continues[part] : stops[part]);
}

/* Each with the file's name; those about a line with its number as well. */
static const struct {
    const char *whole;
    const char *line;
} faults[MK_PARTS][MK_PART_UNSORTED + 1] = {
    [MK_PART_SETTINGS] =
        {
            [MK_PART_MISSING] = {N_("%s: this file of rules for new passwords does not exist."),
                                 NULL},
            [MK_PART_UNREADABLE] = {N_("%s: this file of rules for new passwords cannot be read."),
                                    NULL},
            [MK_PART_FORMAT] = {N_("%s: a line is not right; see pwquality.conf(5)."),
                                N_("%s, line %u: not right; see pwquality.conf(5).")},
        },
    [MK_PART_DICTIONARY] =
        {
            [MK_PART_MISSING] = {N_("%s: there is no dictionary; install cracklib-runtime or run "
                                    "update-cracklib."),
                                 NULL},
            [MK_PART_UNREADABLE] = {N_("%s: the dictionary cannot be read; make it readable for "
                                       "everybody."),
                                    NULL},
            [MK_PART_FORMAT] = {N_("%s: the dictionary is truncated or damaged; run "
                                   "update-cracklib."),
                                NULL},
        },
    [MK_PART_WORDS] =
        {
            [MK_PART_MISSING] = {N_("%s: there are no word lists; install the program again, or "
                                    "correct \"words\"."),
                                 NULL},
            [MK_PART_UNREADABLE] = {N_("%s: this word list cannot be read; make it readable for "
                                       "everybody."),
                                    NULL},
            [MK_PART_FORMAT] = {N_("%s: this word list is not right; see matkhau.conf(5)."),
                                N_("%s, line %u: not a line of a word list; see "
                                   "matkhau.conf(5).")},
        },
    [MK_PART_LEAKS] =
        {
            [MK_PART_MISSING] = {N_("%s: the list of leaked passwords does not exist."), NULL},
            [MK_PART_UNREADABLE] = {N_("%s: the list of leaked passwords cannot be read; make it "
                                       "readable for everybody."),
                                    NULL},
            [MK_PART_FORMAT] = {N_("%s: this list of leaked passwords is not of the kind that "
                                   "\"leaks\" names."),
                                N_("%s, line %u: not a line of the kind that \"leaks\" names.")},
            [MK_PART_UNSORTED] = {N_("%s: this list of leaked passwords is not sorted by hash."),
                                  N_("%s, line %u: the list of leaked passwords is not sorted by "
                                     "hash.")},
        },
};

void sentence_part(char *out, size_t size, enum mk_quality_part part,
                   const struct mk_quality_fault *fault)
{
    char file[MK_FILE_MAX + 1];

    (void)text_printable(file, sizeof file, fault->file);
    if (fault->fault > MK_PART_UNSORTED || faults[part][fault->fault].whole == NULL)
        snprintf(out, size, _("%s: a part of the check of new passwords does not work."), file);
    else if (fault->line > 0 && faults[part][fault->fault].line != NULL)
        snprintf(out, size, _(faults[part][fault->fault].line), file, fault->line);
    else
        snprintf(out, size, _(faults[part][fault->fault].whole), file);
}
