// SPDX-License-Identifier: MIT
#include "kpasswd.h"

/* For the program that goes without libkrb5, which would cost every directory its memory. */

bool kpasswd_is_there(const struct mk_request_directory *directory)
{
    (void)directory;
    return false;
}

struct kind_outcome kpasswd_change(const struct mk_request_directory *directory, const char *login,
                                   struct mk_request_change *request, uint32_t milliseconds)
{
    (void)directory;
    (void)login;
    (void)request;
    (void)milliseconds;
    return (struct kind_outcome){.result = MK_WORKER_FAILED};
}
