/* SPDX-License-Identifier: MIT */
#include "secret.h"

#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

struct slot {
    struct mk_password password;
    bool taken;
};

static struct slot *slots;

static size_t region_size(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (sizeof(struct slot) * SECRETS_MAX + page - 1) / page * page;
}

bool secret_start(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = region_size();
    char *map = mmap(NULL, size + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (map == MAP_FAILED || mprotect(map + page, size, PROT_READ | PROT_WRITE) != 0)
        return false;
    /* A machine that forbids locking still keeps them out of core dumps. */
    (void)mlock(map + page, size);
    (void)madvise(map + page, size, MADV_DONTDUMP);
    slots = (struct slot *)(void *)(map + page);
    return true;
}

struct mk_password *secret_new(void)
{
    for (size_t i = 0; i < SECRETS_MAX; i++)
        if (!slots[i].taken) {
            slots[i].taken = true;
            return &slots[i].password;
        }
    return NULL;
}

void secret_free(struct mk_password *secret)
{
    if (secret == NULL)
        return;
    mk_wipe(secret, sizeof *secret);
    for (size_t i = 0; i < SECRETS_MAX; i++)
        if (&slots[i].password == secret)
            slots[i].taken = false;
}

void secret_wipe_all(void)
{
    if (slots == NULL)
        return;
    for (size_t i = 0; i < SECRETS_MAX; i++)
        mk_wipe(&slots[i].password, sizeof slots[i].password);
}

void secret_copy(struct mk_password *to, const struct mk_password *from)
{
    memcpy(to, from, sizeof *to);
}

bool secret_equal(const struct mk_password *a, const struct mk_password *b)
{
    unsigned difference = a->length ^ b->length;

    for (size_t i = 0; i < sizeof a->text; i++)
        difference |= (unsigned char)a->text[i] ^ (unsigned char)b->text[i];
    return difference == 0;
}
