// SPDX-License-Identifier: MIT
/*
 * matkhau-trail: writes the trail, or looks through one, as asked on MK_CHANNEL_FD. It ends when
 * the terminal program goes, after what that had handed over before, and on the first packet that
 * does not belong.
 */
#include <stdbool.h>
#include <unistd.h>

#include "chain.h"
#include "file.h"
#include "log.h"
#include "record.h"
#include "sandbox.h"
#include "verify.h"

#ifdef __SANITIZE_ADDRESS__
#define MEMORY 0
#else
#define MEMORY ((size_t)64 << 20)
#endif

struct trail {
    bool open;
    struct mk_trail_settings settings;
    char last[MK_TRAIL_HASH_MAX + 1]; /* without a file: this process's own chain */
    struct verify verify;
};

static bool answer_settings(struct trail *trail, const struct mk_trail_settings *settings)
{
    struct mk_trail_written written = {.header = {MK_TRAIL_WRITTEN, settings->header.id}};

    if (trail->open || (settings->file[0] != '/' && settings->file[0] != '\0') ||
        (settings->file[0] == '\0' && settings->to_log == 0))
        return false;
    trail->open = true;
    trail->settings = *settings;
    if (settings->file[0] != '\0')
        written.fault = file_try(settings->file);
    if (written.fault == MK_TRAIL_WORKS && settings->to_log != 0)
        written.fault = log_try(LOG_PATH);
    return mk_send(MK_CHANNEL_FD, &written, sizeof written) == 0;
}

static enum mk_trail_fault append_to_log_alone(struct trail *trail,
                                               const struct mk_trail_record *record)
{
    char line[MK_TRAIL_LINE_MAX + 1];
    enum mk_trail_fault fault;
    struct timespec now;
    size_t length;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    length = record_write(line, record, trail->last, &now, (unsigned)getuid());
    fault = log_append(LOG_PATH, line);
    if (fault == MK_TRAIL_WORKS)
        chain_follow(trail->last, line, length - 1);
    return fault;
}

static enum mk_trail_fault append(struct trail *trail, const struct mk_trail_record *record)
{
    char line[MK_TRAIL_LINE_MAX + 1];
    enum mk_trail_fault fault;

    if (trail->settings.file[0] == '\0')
        return append_to_log_alone(trail, record);
    fault = file_append(trail->settings.file, record, line);
    if (fault == MK_TRAIL_WORKS && trail->settings.to_log != 0)
        fault = log_append(LOG_PATH, line);
    return fault;
}

/* The answer may find nobody any more; what is still to be read is written all the same. */
static bool answer_record(struct trail *trail, const struct mk_trail_record *record)
{
    struct mk_trail_written written = {.header = {MK_TRAIL_WRITTEN, record->header.id}};

    if (!trail->open || !record_fits(record->kind, record->step) ||
        record_result(record->result) == NULL)
        return false;
    written.fault = append(trail, record);
    (void)mk_send(MK_CHANNEL_FD, &written, sizeof written);
    return true;
}

static bool answer_verify(struct trail *trail, const struct mk_trail_verify *request)
{
    struct mk_trail_verdict verdict = {.header = {MK_TRAIL_VERDICT, request->header.id}};

    if (trail->open)
        return false;
    verify_file(&trail->verify, request, &verdict);
    return mk_send(MK_CHANNEL_FD, &verdict, sizeof verdict) == 0;
}

static bool answer(struct trail *trail, const union mk_trail_request *request)
{
    switch (request->header.type) {
    case MK_TRAIL_SETTINGS:
        return answer_settings(trail, &request->settings);
    case MK_TRAIL_RECORD:
        return answer_record(trail, &request->record);
    default:
        return answer_verify(trail, &request->verify);
    }
}

int main(void)
{
    union mk_trail_request request;
    struct trail trail = {.last = CHAIN_START};
    enum mk_received received;

    sandbox_enter_writer(MEMORY);
    do
        received = mk_receive(MK_CHANNEL_FD, &request, sizeof request, 0, mk_trail_request_shapes);
    while (received == MK_RECEIVED && answer(&trail, &request));
    verify_end(&trail.verify);
    return received == MK_RECEIVED_END ? 0 : 1;
}
