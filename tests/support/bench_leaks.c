/* SPDX-License-Identifier: MIT */
/*
 * bench_leaks FILE MEGABYTES: a list of leaked hashes of that size, in the format and order of the
 * well-known service, of hashes that nobody's password has.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 46

/* splitmix64: the rest of a hash. */
static uint64_t mix(uint64_t z)
{
    z = (z + 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static void put_hex(char *out, uint64_t value, int digits)
{
    for (int i = digits - 1; i >= 0; i--) {
        out[i] = "0123456789ABCDEF"[value & 15];
        value >>= 4;
    }
}

int main(int argc, char **argv)
{
    uint64_t lines = argc == 3 ? strtoull(argv[2], NULL, 10) * 1000000 / LINE_BYTES : 0;
    FILE *file = lines > 0 ? fopen(argv[1], "w") : NULL;
    char line[LINE_BYTES + 1];

    if (file == NULL)
        return 2;
    for (uint64_t i = 0; i < lines; i++) {
        uint64_t step = UINT64_MAX / lines;
        put_hex(line, step * i + mix(i) % step, 16);
        put_hex(line + 16, mix(i ^ 0x5555), 16);
        put_hex(line + 32, mix(i ^ 0x3333), 8);
        (void)snprintf(line + 40, sizeof line - 40, ":%04u\n", (unsigned)(mix(i) % 10000));
        if (fwrite(line, 1, LINE_BYTES, file) != LINE_BYTES)
            return 1;
    }
    return fclose(file) == 0 ? 0 : 1;
}
