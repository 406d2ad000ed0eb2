/* SPDX-License-Identifier: MIT */
/* Any bytes as a list of leaked hashes: what is said to be in it is in it. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "leaks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
    const char *password;
    const char *hash[2]; /* SHA-1, NT */
} known[] = {
    {"a", {"86F7E437FAA5A7FCE15D1DDCB9EAEAEA377667B8", "186CB09181E2C2ECAAC768C47C729904"}},
    {"b", {"E9D71F5EE7C92D6DC9E92FFDAD17B8BD49418F98", "A047EE4A9DB8BC8B4F3F8A03D72DEB80"}},
    {"c", {"84A516841BA77A5B4648DE2CD0DFCB30EA46DBB4", "93CC2B4D5D1FCCC38FAB249A9AEDB1E3"}},
};

static void look_up(const struct leaks *leaks, int kind, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct mk_password password = {.length = 1};
        const char *hash = known[i].hash[kind];
        password.text[0] = known[i].password[0];
        if (leaks_find(leaks, &password) == LEAKS_PRESENT &&
            memmem(data, size, hash, strlen(hash)) == NULL)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum mk_leak_kind kinds[] = {MK_LEAKS_SHA1, MK_LEAKS_NT};
    int fd = memfd_create("leaks", MFD_CLOEXEC);

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    for (int kind = 0; kind < 2; kind++) {
        struct leaks leaks = {0};
        if (leaks_inspect(&leaks, fd, kinds[kind]) == MK_PART_WORKS)
            look_up(&leaks, kind, data, size);
        else if (leaks.kind != MK_LEAKS_NONE)
            abort();
    }
    (void)close(fd);
    return 0;
}
