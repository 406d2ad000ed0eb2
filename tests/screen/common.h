/* SPDX-License-Identifier: MIT */
#ifndef COMMON_H
#define COMMON_H

/* The frame of every program here: one stage for all its tests, one program run per test. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stage.h"

#define SCREEN_TEST(test) cmocka_unit_test_teardown(test, close_screen)

static struct stage stage;

static int prepare(void **state)
{
    (void)state;
    stage_prepare(&stage, NULL);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    stage_remove(&stage);
    return 0;
}

static int close_screen(void **state)
{
    (void)state;
    stage_close(&stage);
    return 0;
}

#endif
