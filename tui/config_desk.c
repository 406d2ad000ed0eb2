/* SPDX-License-Identifier: MIT */
#include "config_reader.h"

#include <string.h>
#include <strings.h>

#include "language.h"
#include "syntax.h"
#include "text.h"

#define WATCH_MINUTES_MAX 60

static struct mk_request_directory *request(struct reader *r)
{
    return &r->config->directory[r->config->directories - 1].request;
}

static bool is_same(const char *dn, const char *other)
{
    return syntax_dn_below(dn, other) && syntax_dn_below(other, dn);
}

static bool add_phone(struct reader *r, const struct key *key, const char *name)
{
    struct mk_request_directory *d = request(r);
    int at = 0;

    if (!syntax_attribute(name))
        return reader_fail(r,
                           _("%s, line %u: \"%s\" of \"%s\" is not the name of an attribute; write "
                             "one, as in cn."),
                           r->file, r->line, reader_show(r, name), key->name);
    for (; at < MK_PHONES_MAX && d->phone_attribute[at][0] != '\0'; at++)
        if (strcasecmp(d->phone_attribute[at], name) == 0)
            return reader_fail(r,
                               _("%s, line %u: \"%s\" stands twice in \"%s\"; leave one of the two "
                                 "out."),
                               r->file, r->line, name, key->name);
    if (at == MK_PHONES_MAX)
        return reader_fail(r, _("%s, line %u: more than %d attributes; leave some out of \"%s\"."),
                           r->file, r->line, MK_PHONES_MAX, key->name);
    memcpy(d->phone_attribute[at], name, strlen(name) + 1);
    return true;
}

bool reader_take_phones(struct reader *r, const struct key *key, const char *value)
{
    while (*value != '\0') {
        size_t length = strcspn(value, " \t");
        char name[MK_ATTRIBUTE_MAX + 1];

        if (length >= sizeof name)
            return reader_fail(r,
                               _("%s, line %u: the value of \"%s\" is too long; at most %zu bytes "
                                 "are possible."),
                               r->file, r->line, key->name, sizeof name - 1);
        memcpy(name, value, length);
        name[length] = '\0';
        if (!add_phone(r, key, name))
            return false;
        value += length;
        value += strspn(value, " \t");
    }
    return true;
}

/* What a helpdesk writes there would take the place of something that is needed. */
static bool check_note(struct reader *r, const struct mk_request_directory *d)
{
    const char *const taken[] = {
        d->name_attribute,     d->unit_attribute,     d->login_attribute,
        d->staff_attribute,    d->phone_attribute[0], d->phone_attribute[1],
        d->phone_attribute[2], "userPassword",        "mail"};

    for (size_t i = 0; d->note_attribute[0] != '\0' && i < sizeof taken / sizeof *taken; i++)
        if (strcasecmp(d->note_attribute, taken[i]) == 0)
            return reader_fail(r,
                               _("%s, line %u: notes would be written over the attribute %s, which "
                                 "holds something else; name one that nothing else uses, as in "
                                 "description."),
                               r->file, reader_key_line(r, "note_attribute"), taken[i]);
    return true;
}

bool reader_end_people(struct reader *r)
{
    static const char phones[][MK_ATTRIBUTE_MAX + 1] = {"telephoneNumber", "mobile"};
    struct mk_request_directory *d = request(r);
    const char *login = d->kind == MK_KIND_AD ? "sAMAccountName" : "uid";

    if (d->login_attribute[0] == '\0')
        memcpy(d->login_attribute, login, strlen(login) + 1);
    if (d->phone_attribute[0][0] == '\0')
        memcpy(d->phone_attribute, phones, sizeof phones);
    return check_note(r, d);
}

bool reader_take_protected(struct reader *r, const struct key *key, const char *value)
{
    struct config *c = r->config;

    if (!reader_check_dn(r, key, value))
        return false;
    if (strlen(value) > MK_DN_MAX)
        return reader_fail(r,
                           _("%s, line %u: the value of \"%s\" is too long; at most %zu bytes "
                             "are possible."),
                           r->file, r->line, key->name, (size_t)MK_DN_MAX);
    for (int i = 0; i < c->protected_groups; i++)
        if (is_same(c->protected_group[i], value))
            return reader_fail(r,
                               _("%s, line %u: \"%s\" stands twice in \"%s\"; leave one of the two "
                                 "out."),
                               r->file, r->line, reader_show(r, value), key->name);
    if (c->protected_groups == CONFIG_PROTECTED_MAX)
        return reader_fail(r, _("%s, line %u: more than %d groups; leave some out of \"%s\"."),
                           r->file, r->line, CONFIG_PROTECTED_MAX, key->name);
    memcpy(c->protected_group[c->protected_groups++], value, strlen(value) + 1);
    return true;
}

bool reader_take_verify(struct reader *r, const struct key *key, const char *value)
{
    struct config *c = r->config;
    char text[CONFIG_CHECK_MAX + 1];

    if (strlen(value) > CONFIG_CHECK_MAX)
        return reader_fail(r,
                           _("%s, line %u: the value of \"%s\" is too long; at most %zu bytes "
                             "are possible."),
                           r->file, r->line, key->name, (size_t)CONFIG_CHECK_MAX);
    (void)text_printable(text, sizeof text, value);
    for (int i = 0; i < c->checks; i++)
        if (strcmp(c->check[i], text) == 0)
            return reader_fail(r,
                               _("%s, line %u: \"%s\" stands twice in \"%s\"; leave one of the two "
                                 "out."),
                               r->file, r->line, text, key->name);
    if (c->checks == CONFIG_CHECKS_MAX)
        return reader_fail(r,
                           _("%s, line %u: more than %d ways to verify a caller; leave some out."),
                           r->file, r->line, CONFIG_CHECKS_MAX);
    memcpy(c->check[c->checks++], text, sizeof text);
    return true;
}

bool reader_take_watch(struct reader *r, const struct key *key, const char *value)
{
    unsigned minutes;

    (void)key;
    if (!syntax_amount(value, "minute", &minutes) || minutes < 1 || minutes > WATCH_MINUTES_MAX)
        return reader_fail(r,
                           _("%s, line %u: \"%s\" is not a time to wait for a caller; write 1 to "
                             "60 minutes, as in \"15 minutes\"."),
                           r->file, r->line, reader_show(r, value));
    r->config->watch_seconds = minutes * 60;
    return true;
}

bool reader_end_helpdesk(struct reader *r)
{
    r->helpdesk_line = r->section_line;
    return reader_key_line(r, "verify") != 0 ||
           reader_missing(r, "verify", "Gọi lại số điện thoại trong danh bạ");
}

bool reader_end_desk(struct reader *r)
{
    struct reader_desk *lines = &r->desk[r->config->desks - 1];

    if (reader_key_line(r, "name") == 0)
        return reader_missing(r, "name", "Bộ phận hỗ trợ Hà Nội");
    if (reader_key_line(r, "group") == 0)
        return reader_missing(r, "group", "cn=hanoi,ou=groups,dc=example,dc=vn");
    *lines = (struct reader_desk){r->section_line, reader_key_line(r, "group"),
                                  reader_key_line(r, "base")};
    return true;
}

static bool check_group(struct reader *r, int desk)
{
    const struct config_desk *d = r->config->desk;

    for (int i = 0; i < desk; i++)
        if (is_same(d[i].group, d[desk].group))
            return reader_fail(r,
                               _("%s, line %u: the group of [desk %s] is that of [desk %s] as "
                                 "well; give each desk a group of its own."),
                               r->file, r->desk[desk].group_line, d[desk].id, d[i].id);
    return true;
}

static bool set_base(struct reader *r, int desk)
{
    const struct config_directory *directory = &r->config->directory[r->config->login_directory];
    struct config_desk *d = &r->config->desk[desk];

    if (d->base[0] == '\0')
        memcpy(d->base, directory->request.base, sizeof d->base);
    if (syntax_dn_below(d->base, directory->request.base))
        return true;
    return reader_fail(r,
                       _("%s, line %u: \"base\" of [desk %s] does not end as that of [directory "
                         "%s], where the people are; write it as in %s."),
                       r->file, r->desk[desk].base_line, d->id, directory->id,
                       directory->request.base);
}

bool reader_end_desks(struct reader *r)
{
    const struct config *c = r->config;

    if (c->desks == 0)
        return r->helpdesk_line == 0 ||
               reader_fail(r,
                           _("%s, line %u: [helpdesk] is of no use without operators; add a "
                             "section such as [desk hanoi]."),
                           r->file, r->helpdesk_line);
    if (c->checks == 0)
        return reader_fail(r,
                           _("%s, line %u: [desk %s] needs to know how a caller is verified; add "
                             "[helpdesk] with a line \"verify = ...\"."),
                           r->file, r->desk[0].line, c->desk[0].id);
    if (!c->trail_log && c->trail_file[0] == '\0')
        return reader_fail(r,
                           _("%s, line %u: [desk %s] needs a trail; add a line such as \"trail = "
                             "syslog\" to [ministry]."),
                           r->file, r->desk[0].line, c->desk[0].id);
    for (int i = 0; i < c->desks; i++)
        if (!check_group(r, i) || !set_base(r, i))
            return false;
    return true;
}
