/* SPDX-License-Identifier: MIT */
#include "audit.h"

#include <stdio.h>
#include <string.h>

#include "language.h"
#include "sentences.h"
#include "sentences_trail.h"
#include "text.h"
#include "trail.h"

#define WAIT_MS 5000
#define FOR_EVER (-1)

static const char program[] = LIBEXECDIR "/matkhau-trail";

static void say_open(const struct mk_trail_verdict *verdict)
{
    unsigned long open = (unsigned long)verdict->open;

    if (open == 0)
        return;
    printf(ngettext("%lu act was begun and has no outcome: the program was ended, or the trail "
                    "could not be written afterwards.\n",
                    "%lu acts were begun and have no outcome: the program was ended, or the trail "
                    "could not be written afterwards.\n",
                    open),
           open);
    for (unsigned long i = 0; i < open && i < MK_TRAIL_OPEN_MAX; i++)
        printf("  %s  id %s\n", verdict->open_time[i], verdict->open_act[i]);
}

static void say_notes(const struct mk_trail_verdict *verdict, const char *name, bool is_first)
{
    if (verdict->pieces > 0)
        printf(ngettext("%s, line %lu: the writing of a record broke off here, as with a full "
                        "disk; what follows accounts for it.\n",
                        "%s, line %lu and further ones: the writing of records broke off here, as "
                        "with a full disk; what follows accounts for it.\n",
                        (unsigned long)verdict->pieces),
               name, (unsigned long)verdict->piece);
    if (is_first && verdict->records > 0 && strspn(verdict->first, "0") != MK_TRAIL_HASH_MAX)
        printf(_("%s: the chain begins in an older file, whose last hash has to be %s.\n"), name,
               verdict->first);
}

static bool verify_one(struct worker *worker, const char *file, struct mk_trail_verify *request,
                       bool is_first, struct mk_trail_verdict *verdict)
{
    char name[MK_FILE_MAX + 1];
    char text[2 * SENTENCE_MAX + MK_FILE_MAX];
    union mk_trail_reply reply;

    (void)text_printable(name, sizeof name, file);
    memcpy(request->file, file, strlen(file) + 1);
    if (!worker_ask(worker, request, sizeof *request, &reply, sizeof reply, mk_trail_reply_shapes,
                    FOR_EVER) ||
        reply.header.type != MK_TRAIL_VERDICT || reply.verdict.fault >= MK_TRAIL_FAULTS) {
        fprintf(stderr, _("matkhau: %s, which looks after the trail, does not work.\n"), program);
        return false;
    }
    *verdict = reply.verdict;
    if (verdict->fault != MK_TRAIL_WORKS) {
        fprintf(stderr,
                _("matkhau: %s: cannot be read: there is no such file, it is not a regular file, "
                  "or the right to read it is missing.\n"),
                name);
        return false;
    }
    sentence_trail_verdict(text, sizeof text, verdict, name);
    printf("%s\n", text);
    say_notes(verdict, name, is_first);
    return verdict->broken == MK_CHAIN_WHOLE;
}

bool audit_verify(char (*files)[MK_FILE_MAX + 1], int count)
{
    struct worker worker = WORKER_NONE;
    struct mk_trail_verify request = {.header = {MK_TRAIL_VERIFY, 1}};
    struct mk_trail_verdict verdict = {.open = 0};
    bool whole = true;

    (void)worker_start(&worker, program);
    for (int i = 0; i < count && whole; i++) {
        whole = verify_one(&worker, files[i], &request, i == 0, &verdict);
        memcpy(request.after, verdict.last, sizeof request.after);
    }
    worker_stop(&worker);
    if (!whole)
        return false;
    say_open(&verdict);
    puts(_("Records that were cut off the end leave no trace in the file: compare the last hash "
           "with the one in the system log, or with one noted earlier."));
    return true;
}

bool audit_try(const struct config *config)
{
    struct worker worker = WORKER_NONE;
    struct mk_trail_settings settings = {.header = {MK_TRAIL_SETTINGS, 1},
                                         .to_log = config->trail_log};
    enum mk_trail_fault fault = MK_TRAIL_LATE;
    char name[MK_FILE_MAX + 1] = "/dev/log";
    char text[SENTENCE_MAX + MK_FILE_MAX];
    union mk_trail_reply reply;

    if (!config->trail_log && config->trail_file[0] == '\0')
        return true;
    memcpy(settings.file, config->trail_file, sizeof settings.file);
    if (worker_start(&worker, program) &&
        worker_ask(&worker, &settings, sizeof settings, &reply, sizeof reply, mk_trail_reply_shapes,
                   WAIT_MS) &&
        reply.header.type == MK_TRAIL_WRITTEN && reply.written.fault < MK_TRAIL_FAULTS)
        fault = (enum mk_trail_fault)reply.written.fault;
    worker_stop(&worker);
    if (fault == MK_TRAIL_WORKS)
        return true;
    if (fault != MK_TRAIL_NO_LOG && settings.file[0] != '\0')
        (void)text_printable(name, sizeof name, settings.file);
    sentence_trail_fault(text, sizeof text, fault, name);
    fprintf(stderr, "matkhau: %s\n", text);
    return false;
}
