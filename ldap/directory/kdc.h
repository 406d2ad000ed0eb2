/* SPDX-License-Identifier: MIT */
#ifndef KDC_H
#define KDC_H

/*
 * One question to a Kerberos server and its answer, over TCP (RFC 4120, 7.2.2; the password service
 * frames its messages the same way). libkrb5 does none of this here: it would ask the DNS for
 * servers, and over UDP repeat a change whose answer got lost.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "matkhau/result.h"

#define KDC_PORT 88
#define KDC_PASSWORD_PORT 464

/* Longer than any answer: a ticket of somebody in very many groups has 64 KB at most. */
#define KDC_ANSWER_MAX 131072

struct kdc {
    int fd; /* -1: not open */
};

/*
 * Connects by `deadline` (deadline.h). On MK_OK the caller ends it with kdc_close; otherwise as
 * transport_connect.
 */
enum mk_result kdc_open(const char *host, int port, int64_t deadline, struct kdc *kdc);

/* Our own address on that connection. */
bool kdc_address(const struct kdc *kdc, struct sockaddr_storage *address);

/*
 * Sends `size` bytes and receives the answer into `*answer`, of `*length` bytes, which the caller
 * wipes and frees. MK_OK; MK_SILENT or MK_LOST, also when nothing of the question has gone out.
 */
enum mk_result kdc_ask(const struct kdc *kdc, const void *question, size_t size, int64_t deadline,
                       char **answer, size_t *length);

void kdc_close(struct kdc *kdc);

#endif
