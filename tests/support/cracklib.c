/* SPDX-License-Identifier: MIT */
#include "cracklib.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MAGIC 0x70775631
#define BLOCK_WORDS 16

void cracklib_open(struct cracklib *c)
{
    static const char folder[] = "/tmp/test-cracklib-XXXXXX";

    memset(c, 0, sizeof *c);
    memcpy(c->prefix, folder, sizeof folder);
    assert_non_null(mkdtemp(c->prefix));
    memcpy(c->prefix + sizeof folder - 1, "/d", sizeof "/d");
}

static void put(struct cracklib *c, uint32_t number)
{
    assert_in_range(c->index_size, 0, sizeof c->index - sizeof number);
    memcpy(c->index + c->index_size, &number, sizeof number);
    c->index_size += sizeof number;
}

void cracklib_pack(struct cracklib *c, unsigned words)
{
    c->index_size = c->data_size = 0;
    put(c, MAGIC);
    put(c, words);
    put(c, BLOCK_WORDS); /* two bytes of it, and two that are not used: little endian machines */
    for (unsigned i = 0; i < words || i % BLOCK_WORDS != 0; i++) {
        assert_in_range(c->data_size, 0, sizeof c->data - 20);
        if (i % BLOCK_WORDS == 0)
            put(c, (uint32_t)c->data_size);
        else if (i < words)
            c->data[c->data_size++] = 0; /* letters shared with the word before */
        if (i < words)
            c->data_size += (size_t)snprintf(c->data + c->data_size, 20, "kwzxbmt%04u", i);
        c->data[c->data_size++] = '\0';
    }
}

static void path_of(const struct cracklib *c, const char *extension, char path[80])
{
    (void)snprintf(path, 80, "%s.%s", c->prefix, extension);
}

static void write_part(const struct cracklib *c, const char *extension, const char *bytes,
                       size_t size)
{
    char path[80];
    FILE *f;

    path_of(c, extension, path);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

void cracklib_write(const struct cracklib *c, size_t index_size, size_t data_size)
{
    write_part(c, "pwi", c->index, index_size);
    write_part(c, "pwd", c->data, data_size);
}

void cracklib_close(struct cracklib *c)
{
    char path[80];

    path_of(c, "pwi", path);
    (void)unlink(path);
    path_of(c, "pwd", path);
    (void)unlink(path);
    *strrchr(c->prefix, '/') = '\0';
    (void)rmdir(c->prefix);
}
