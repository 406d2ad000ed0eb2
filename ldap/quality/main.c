// SPDX-License-Identifier: MIT
/*
 * matkhau-quality: answers on MK_CHANNEL_FD whether a password is good enough. It ends when the
 * terminal program goes, and on the first packet that does not belong.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "proposals.h"
#include "sandbox.h"
#include "matkhau/channel.h"

#ifdef __SANITIZE_ADDRESS__
#define MEMORY 0
#else
#define MEMORY ((size_t)64 << 20)
#endif

/* libcrack writes to standard error; whatever it is, it must not be the person's screen. */
static bool silence(void)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool silent;

    if (fd < 0)
        return false;
    silent =
        dup2(fd, STDIN_FILENO) >= 0 && dup2(fd, STDOUT_FILENO) >= 0 && dup2(fd, STDERR_FILENO) >= 0;
    if (fd > STDERR_FILENO)
        (void)close(fd);
    return silent;
}

static bool answer_settings(struct check *check, const struct mk_quality_settings *settings)
{
    if (check->open)
        return false;
    check_open(check, settings);
    check->rules.header = (struct mk_header){MK_QUALITY_RULES, settings->header.id};
    return mk_send(MK_CHANNEL_FD, &check->rules, sizeof check->rules) == 0;
}

/* Wipes the passwords in `request` as soon as they are judged. */
static bool answer_check(struct check *check, struct mk_quality_check *request)
{
    struct mk_quality_verdict verdict = {.header = {MK_QUALITY_VERDICT, request->header.id}};
    bool sent;

    check_password(check, request, &verdict);
    mk_wipe(request, sizeof *request);
    sent = mk_send(MK_CHANNEL_FD, &verdict, sizeof verdict) == 0;
    check_forget(check); /* after the answer: nobody has to wait for it */
    return sent;
}

static bool answer_propose(struct check *check, const struct mk_quality_propose *request)
{
    struct mk_quality_proposals proposals = {.header = {MK_QUALITY_PROPOSALS, request->header.id}};
    bool sent;

    if (request->count < 1 || request->count > MK_PROPOSALS_MAX || request->longer > MK_LONGER_MAX)
        return false;
    if (request->temporary != 0)
        proposals_make_temporary(check, request, propose_kernel, NULL, &proposals);
    else
        proposals_make(check, request->count, propose_kernel, NULL, &proposals);
    sent = mk_send(MK_CHANNEL_FD, &proposals, sizeof proposals) == 0;
    mk_wipe(&proposals, sizeof proposals);
    check_forget(check);
    return sent;
}

static bool answer(struct check *check, union mk_quality_request *request)
{
    if (!check->open && request->header.type != MK_QUALITY_SETTINGS)
        return false;
    switch (request->header.type) {
    case MK_QUALITY_SETTINGS:
        return answer_settings(check, &request->settings);
    case MK_QUALITY_PERSON:
        return check_person(check, &request->person);
    case MK_QUALITY_GIVEN:
        check_given(check, &request->given.password);
        mk_wipe(request, sizeof *request);
        return true;
    case MK_QUALITY_CHECK:
        return answer_check(check, &request->check);
    case MK_QUALITY_PROPOSE:
        return answer_propose(check, &request->propose);
    default:
        return false;
    }
}

int main(void)
{
    struct {
        union mk_quality_request request;
        struct check check;
    } secrets = {0};
    enum mk_received received;

    if (!silence())
        return 1;
    sandbox_enter(MEMORY);
    (void)mlock(&secrets, sizeof secrets);
    do
        received = mk_receive(MK_CHANNEL_FD, &secrets.request, sizeof secrets.request, 0,
                              mk_quality_request_shapes);
    while (received == MK_RECEIVED && answer(&secrets.check, &secrets.request));
    check_close(&secrets.check);
    mk_wipe(&secrets, sizeof secrets);
    return received == MK_RECEIVED_END ? 0 : 1;
}
