/* SPDX-License-Identifier: MIT */
#ifndef FIXTURE_WORKER_H
#define FIXTURE_WORKER_H

/* What the tests of the worker share, whatever the kind of directory: passwords, and beginnings. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "matkhau/message.h"
#include "worker.h"

#define DAY INT64_C(86400)
#define PASSWORD "Matkhau#01"
#define NEW_PASSWORD "Caybuoi#2027"

/* Tells a worker that has just been started about `directory`. */
static inline void fixture_tell(struct worker *worker, const struct mk_request_directory *directory)
{
    struct worker_answer answer = worker_directory(worker, directory);

    assert_true(answer.complete);
    assert_int_equal(answer.end.result, MK_OK);
}

/* A worker that has been told about `directory`. */
static inline struct worker fixture_worker(const struct mk_request_directory *directory)
{
    struct worker worker;

    worker_start(&worker);
    fixture_tell(&worker, directory);
    return worker;
}

/* The same, and it has logged `login` in with PASSWORD. */
static inline struct worker fixture_logged_in(const struct mk_request_directory *directory,
                                              const char *login)
{
    struct worker worker = fixture_worker(directory);
    struct worker_answer answer = worker_bind(&worker, MK_PERSON, login, PASSWORD);

    assert_true(answer.complete);
    assert_int_equal(answer.end.result, MK_OK);
    return worker;
}

#endif
