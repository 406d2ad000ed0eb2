// SPDX-License-Identifier: MIT
#include "chain.h"

#include <nettle/sha2.h>
#include <string.h>

#define START "{\"prev\":\""
#define AFTER_HASH (sizeof CHAIN_HASH_AFTER - 1)
#define TAIL (sizeof CHAIN_HASH_BEFORE - 1 + MK_TRAIL_HASH_MAX + AFTER_HASH)

void chain_hash(char hash[MK_TRAIL_HASH_MAX + 1], const char *first, const char *bytes,
                size_t length)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SHA256_DIGEST_SIZE];
    struct sha256_ctx context;

    sha256_init(&context);
    sha256_update(&context, strlen(first), (const uint8_t *)first);
    sha256_update(&context, length, (const uint8_t *)bytes);
    sha256_digest(&context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        hash[2 * i] = digits[digest[i] >> 4];
        hash[2 * i + 1] = digits[digest[i] & 15];
    }
    hash[MK_TRAIL_HASH_MAX] = '\0';
}

/* What is left of a line that is read from its beginning. */
struct rest {
    const char *at;
    size_t left;
};

static bool skip(struct rest *rest, const char *text)
{
    size_t length = strlen(text);

    if (rest->left < length || memcmp(rest->at, text, length) != 0)
        return false;
    rest->at += length;
    rest->left -= length;
    return true;
}

/* Takes `length` letters out of `letters`, and ends them with a NUL. */
static bool take(struct rest *rest, char *out, size_t length, const char *letters)
{
    if (rest->left < length)
        return false;
    for (size_t i = 0; i < length; i++)
        if (rest->at[i] == '\0' || strchr(letters, rest->at[i]) == NULL)
            return false;
    memcpy(out, rest->at, length);
    out[length] = '\0';
    rest->at += length;
    rest->left -= length;
    return true;
}

#define HEX "0123456789abcdef"

bool chain_read(struct chain_record *record, const char *line, size_t length)
{
    struct rest head = {line, length};
    struct rest tail = {line + length - TAIL, TAIL};

    if (length < TAIL || !skip(&tail, CHAIN_HASH_BEFORE) ||
        !take(&tail, record->hash, MK_TRAIL_HASH_MAX, HEX) || !skip(&tail, CHAIN_HASH_AFTER))
        return false;
    head.left -= TAIL;
    if (!skip(&head, START) || !take(&head, record->prev, MK_TRAIL_HASH_MAX, HEX) ||
        !skip(&head, "\",\"time\":\"") ||
        !take(&head, record->time, MK_TRAIL_TIME_MAX, "0123456789-T:.Z") ||
        !skip(&head, "\",\"id\":\"") || !take(&head, record->id, MK_TRAIL_ID_MAX, HEX) ||
        !skip(&head, "\",\"step\":\"") || head.left == 0)
        return false;
    record->step = *head.at;
    return true;
}

void chain_own_hash(char hash[MK_TRAIL_HASH_MAX + 1], const char *line, size_t length)
{
    chain_hash(hash, "", line, length - TAIL);
}

void chain_follow(char link[MK_TRAIL_HASH_MAX + 1], const char *line, size_t length)
{
    struct chain_record record;
    char next[MK_TRAIL_HASH_MAX + 1];

    if (chain_read(&record, line, length))
        memcpy(next, record.hash, sizeof next);
    else
        chain_hash(next, link, line, length);
    memcpy(link, next, sizeof next);
}

bool chain_is_piece(const char *line, size_t length)
{
    size_t common = length < sizeof START - 1 ? length : sizeof START - 1;

    return length < MK_TRAIL_LINE_MAX && memcmp(line, START, common) == 0;
}
