/* SPDX-License-Identifier: MIT */
#include "selfcheck.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "language.h"
#include "sentences.h"

/* One account after the other; what several of them share is said once. */
struct report {
    bool good;
    int seen_count;
    struct mk_quality_fault seen[MK_PARTS * (MK_SYSTEMS_MAX + 1)];
};

static bool is_new(struct report *report, const struct mk_quality_fault *fault)
{
    for (int i = 0; i < report->seen_count; i++)
        if (report->seen[i].fault == fault->fault && report->seen[i].line == fault->line &&
            strcmp(report->seen[i].file, fault->file) == 0)
            return false;
    report->seen[report->seen_count++] = *fault;
    return true;
}

/* Waits for the answer to the settings. False when the worker does not give one. */
static bool ask(const struct mk_quality_settings *settings, struct mk_quality_rules *rules)
{
    union mk_quality_reply reply;
    struct worker worker = WORKER_NONE;
    bool answered;

    answered = worker_start(&worker, LIBEXECDIR "/matkhau-quality") &&
               worker_ask(&worker, settings, sizeof *settings, &reply, sizeof reply,
                          mk_quality_reply_shapes, CHECKER_WAIT_MS) &&
               reply.header.type == MK_QUALITY_RULES;
    worker_stop(&worker);
    if (answered)
        *rules = reply.rules;
    return answered;
}

static void check_account(struct report *report, const struct config *config, int account)
{
    struct mk_quality_settings settings = {.header = {MK_QUALITY_SETTINGS, 1}};
    struct mk_quality_rules rules;
    char text[SENTENCE_MAX + MK_FILE_MAX];

    checker_settings(&settings, config, account);
    if (!ask(&settings, &rules)) {
        if (report->good)
            fprintf(stderr, _("matkhau: %s, which checks new passwords, does not work.\n"),
                    LIBEXECDIR "/matkhau-quality");
        report->good = false;
        return;
    }
    for (int part = 0; part < MK_PARTS; part++) {
        if ((rules.broken & (1U << part)) == 0)
            continue;
        report->good = false;
        if (!is_new(report, &rules.part[part]))
            continue;
        sentence_part(text, sizeof text, (enum mk_quality_part)part, &rules.part[part]);
        fprintf(stderr, "matkhau: %s\n", text);
    }
}

bool selfcheck_run(const struct config *config)
{
    struct report report = {.good = true};

    check_account(&report, config, MK_PERSON);
    for (int i = 0; i < config->systems; i++)
        if (config->system[i].same_as == CONFIG_OWN_ACCOUNT)
            check_account(&report, config, i);
    return report.good;
}

void selfcheck_log(const char *path, const struct mk_quality_rules *rules)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return;
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    for (int part = 0; part < MK_PARTS; part++) {
        char text[SENTENCE_MAX + MK_FILE_MAX];
        char line[SENTENCE_MAX + MK_FILE_MAX + 64];
        int length;

        if ((rules->broken & (1U << part)) == 0)
            continue;
        sentence_part(text, sizeof text, (enum mk_quality_part)part, &rules->part[part]);
        length = snprintf(line, sizeof line, "<%d>matkhau[%d]: %s", LOG_AUTHPRIV | LOG_ERR,
                          (int)getpid(), text);
        (void)sendto(fd, line, (size_t)length, MSG_NOSIGNAL, (const struct sockaddr *)&address,
                     sizeof address);
    }
    (void)close(fd);
}
