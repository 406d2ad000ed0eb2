// SPDX-License-Identifier: MIT
#include "template.h"

#include <string.h>

/* What %`letter` stands for; NULL where nothing does. */
static const char *value_of(char letter, const struct template_values *values)
{
    switch (letter) {
    case 'u':
        return values->login;
    case 'd':
        return values->dn;
    case 'm':
        return values->mail;
    case '%':
        return "%";
    default:
        return NULL;
    }
}

bool template_uses(const char *template, char letter)
{
    for (const char *p = strchr(template, '%'); p != NULL && p[1] != '\0'; p = strchr(p + 2, '%'))
        if (p[1] == letter)
            return true;
    return false;
}

bool template_expand(char *out, size_t size, const char *template,
                     const struct template_values *values)
{
    size_t used = 0;

    while (*template != '\0') {
        const char *part = template;
        size_t length = strcspn(template, "%");
        if (length > 0) {
            template += length;
        } else {
            part = value_of(template[1], values);
            if (part == NULL || *part == '\0')
                goto fail;
            length = strlen(part);
            template += 2;
        }
        if (length >= size - used)
            goto fail;
        memcpy(out + used, part, length);
        used += length;
    }
    out[used] = '\0';
    return true;
fail:
    out[0] = '\0';
    return false;
}
