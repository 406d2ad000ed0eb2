// SPDX-License-Identifier: MIT
#include "dictionary.h"

#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC 0x70775631
#define BLOCK_WORDS 16

/* In the byte order of the machine that packed it, as libcrack reads it. */
struct index_header {
    uint32_t magic;
    uint32_t words;
    uint16_t block_words;
    uint16_t unused;
};

struct view {
    void *map;
    const char *bytes;
    size_t size;
};

struct dictionary {
    struct index_header header;
    size_t blocks;
    struct view index; /* behind the header */
    struct view data;
};

static bool view_open(struct view *view, const char *prefix, const char *extension)
{
    char path[PATH_MAX];
    struct stat status;
    int fd;

    view->map = MAP_FAILED;
    if (snprintf(path, sizeof path, "%s.%s", prefix, extension) >= (int)sizeof path)
        return false;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0)
        view->map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    (void)close(fd);
    if (view->map == MAP_FAILED)
        return false;
    view->bytes = view->map;
    view->size = (size_t)status.st_size;
    return true;
}

static void view_close(const struct view *view)
{
    if (view->bytes != NULL)
        (void)munmap(view->map, view->size);
}

static uint32_t block_offset(const struct dictionary *d, size_t block)
{
    uint32_t offset;

    memcpy(&offset, d->index.bytes + sizeof d->header + block * sizeof offset, sizeof offset);
    return offset;
}

static bool index_fits(struct dictionary *d)
{
    if (d->index.size < sizeof d->header)
        return false;
    memcpy(&d->header, d->index.bytes, sizeof d->header);
    if (d->header.magic != MAGIC || d->header.words == 0 || d->header.block_words != BLOCK_WORDS)
        return false;
    d->blocks = ((size_t)d->header.words + BLOCK_WORDS - 1) / BLOCK_WORDS;
    if (d->index.size != sizeof d->header + d->blocks * sizeof(uint32_t) || block_offset(d, 0) != 0)
        return false;
    for (size_t i = 1; i < d->blocks; i++)
        if (block_offset(d, i) <= block_offset(d, i - 1))
            return false;
    return block_offset(d, d->blocks - 1) < d->data.size;
}

/* Whether the last block holds the words it should and the file ends with it. */
static bool ends_whole(const struct dictionary *d)
{
    size_t words = d->header.words - (d->blocks - 1) * BLOCK_WORDS;
    const char *at = d->data.bytes + block_offset(d, d->blocks - 1);
    const char *end = d->data.bytes + d->data.size;

    for (size_t i = 0; i < BLOCK_WORDS; i++) {
        if (i > 0 && i < words)
            at++; /* how many letters are those of the word before */
        const char *stop = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;
        if (stop == NULL || (i >= words && stop != at))
            return false;
        at = stop + 1;
    }
    return at == end;
}

/* libcrack looks for small letters only: a word with others in it is never found. */
static bool is_findable(const char *word)
{
    return word[strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789")] == '\0';
}

static void take_samples(const struct dictionary *d, struct dictionary_samples *samples)
{
    size_t step = d->blocks / DICTIONARY_SAMPLES;

    samples->count = 0;
    for (size_t i = 0; i < d->blocks && samples->count < DICTIONARY_SAMPLES;) {
        uint32_t offset = block_offset(d, i);
        const char *word = d->data.bytes + offset;
        size_t length = strnlen(word, d->data.size - offset);
        if (length >= DICTIONARY_SAMPLE_MIN && length < DICTIONARY_WORD && is_findable(word)) {
            memcpy(samples->word[samples->count++], word, length + 1);
            i += step > 0 ? step : 1;
        } else {
            i++;
        }
    }
}

bool dictionary_inspect(const char *prefix, struct dictionary_samples *samples)
{
    struct dictionary d = {0};
    bool whole = false;

    if (view_open(&d.index, prefix, "pwi") && view_open(&d.data, prefix, "pwd") && index_fits(&d) &&
        ends_whole(&d)) {
        take_samples(&d, samples);
        whole = true;
    }
    view_close(&d.index);
    view_close(&d.data);
    return whole;
}
