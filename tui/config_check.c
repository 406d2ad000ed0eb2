/* SPDX-License-Identifier: MIT */
#include "config_reader.h"

#include <string.h>

#include "language.h"
#include "syntax.h"

#define DAY_SECONDS 86400U

/* The shortest month, for comparing with a number of days. */
#define MONTH_DAYS 28U

/* One server's share of the deadline, at most (milliseconds). */
#define SERVER_MS_MAX 3500U

bool reader_missing(struct reader *r, const char *key, const char *example)
{
    return reader_fail(r, _("%s, line %u: [%s] lacks \"%s\"; add a line such as \"%s = %s\"."),
                       r->file, r->section_line, r->section, key, key, reader_show(r, example));
}

static bool end_ministry(struct reader *r)
{
    unsigned line = reader_key_line(r, "warn");
    unsigned days = r->max_age * (r->max_age_unit == MK_AGE_MONTHS ? MONTH_DAYS : 1);

    if (reader_key_line(r, "name") == 0)
        return reader_missing(r, "name", "Bộ Tư pháp");
    if (r->max_age_unit != MK_AGE_NONE && r->warn_days >= days)
        return reader_fail(r,
                           _("%s, line %u: \"warn\" is not shorter than \"max_age\", so that every "
                             "password would always be due; make it shorter."),
                           r->file, line != 0 ? line : reader_key_line(r, "max_age"));
    return true;
}

/* What kinds of address the directory has. */
struct uses {
    bool ldap;
    bool ldap_elsewhere; /* not on this machine */
    bool ldaps;
};

static struct uses uses_of(const struct mk_request_directory *d)
{
    struct uses uses = {false, false, false};

    for (uint32_t i = 0; i < d->uris; i++) {
        enum syntax_uri kind = syntax_uri(d->uri[i]);
        uses.ldap = uses.ldap || kind == SYNTAX_LDAP || kind == SYNTAX_LDAP_LOOPBACK;
        uses.ldap_elsewhere = uses.ldap_elsewhere || kind == SYNTAX_LDAP;
        uses.ldaps = uses.ldaps || kind == SYNTAX_LDAPS;
    }
    return uses;
}

static bool check_protection(struct reader *r, const struct mk_request_directory *d)
{
    struct uses uses = uses_of(d);
    bool clear = d->tls == MK_TLS_NONE_ON_LOOPBACK;

    if (clear && uses.ldap_elsewhere)
        return reader_fail(
            r,
            _("%s, line %u: clear text is possible only to this machine itself, given "
              "as 127.0.0.1 or [::1]; use \"tls = starttls\" for the others."),
            r->file, reader_key_line(r, "tls"));
    if (clear && !uses.ldap)
        return reader_fail(r,
                           _("%s, line %u: no ldap:// address in [%s] could use clear text; leave "
                             "\"tls\" out."),
                           r->file, reader_key_line(r, "tls"), r->section);
    if ((uses.ldaps || (uses.ldap && !clear)) && d->ca_file[0] == '\0')
        return reader_missing(r, "ca_file", "/etc/matkhau/ca.pem");
    return true;
}

/* The servers that take changes: those of "writable", behind the others where they are new. */
static bool note_writable(struct reader *r, struct mk_request_directory *d)
{
    d->log_in_uris = d->uris;
    if (r->writables == 0)
        d->writable = (UINT32_C(1) << d->uris) - 1;
    for (uint32_t i = 0; i < r->writables; i++) {
        uint32_t at = 0;
        while (at < d->uris && strcmp(d->uri[at], r->writable[i]) != 0)
            at++;
        if (at == MK_URIS_MAX)
            return reader_fail(r, _("%s, line %u: more than %d servers; leave some out of \"%s\"."),
                               r->file, reader_key_line(r, "writable"), MK_URIS_MAX, "writable");
        if (at == d->uris)
            memcpy(d->uri[d->uris++], r->writable[i], sizeof d->uri[at]);
        d->writable |= UINT32_C(1) << at;
    }
    return true;
}

static bool end_directory(struct reader *r)
{
    int directory = r->config->directories - 1;
    unsigned by_dn = reader_key_line(r, "person_dn");
    unsigned by_filter = reader_key_line(r, "person");

    if (reader_key_line(r, "uri") == 0)
        return reader_missing(r, "uri", "ldaps://ldap.example.vn");
    if (reader_key_line(r, "base") == 0)
        return reader_missing(r, "base", "dc=example,dc=vn");
    if (by_dn != 0 && by_filter != 0)
        return reader_fail(
            r,
            _("%s, line %u: \"person\" and \"person_dn\" exclude each other in [%s]; "
              "keep one of the two."),
            r->file, by_dn > by_filter ? by_dn : by_filter, r->section);
    if (!note_writable(r, &r->config->directory[directory].request) || !reader_end_kerberos(r) ||
        !reader_end_people(r))
        return false;
    r->person_line[directory] = by_dn != 0 ? by_dn : by_filter;
    return check_protection(r, &r->config->directory[directory].request);
}

static bool end_system(struct reader *r)
{
    static const char *const own[] = {"directory", "account_dn", "account",   "pwquality",
                                      "accents",   "longest",    "not_taken", "excuse_length"};
    unsigned by_dn = reader_key_line(r, "account_dn");
    unsigned by_filter = reader_key_line(r, "account");

    if (reader_key_line(r, "name") == 0)
        return reader_missing(r, "name", "Thư điện tử công vụ");
    for (size_t i = 0; reader_key_line(r, "same_as") != 0 && i < sizeof own / sizeof *own; i++)
        if (reader_key_line(r, own[i]) != 0)
            return reader_fail(r,
                               _("%s, line %u: \"%s\" and \"same_as\" exclude each other in [%s]; "
                                 "keep one of the two."),
                               r->file, reader_key_line(r, own[i]), own[i], r->section);
    if (by_dn != 0 && by_filter != 0)
        return reader_fail(r,
                           _("%s, line %u: \"account\" and \"account_dn\" exclude each other in "
                             "[%s]; keep one of the two."),
                           r->file, by_dn > by_filter ? by_dn : by_filter, r->section);
    if (reader_key_line(r, "same_as") == 0 && by_dn == 0 && by_filter == 0)
        return reader_fail(r,
                           _("%s, line %u: [%s] does not say which account it means; add "
                             "\"same_as\", \"account\" or \"account_dn\"."),
                           r->file, r->section_line, r->section);
    return true;
}

bool reader_end_section(struct reader *r)
{
    if (r->section_line == 0)
        return true;
    switch (r->kind) {
    case READER_MINISTRY:
        return end_ministry(r);
    case READER_DIRECTORY:
        return end_directory(r);
    case READER_HELPDESK:
        return reader_end_helpdesk(r);
    case READER_DESK:
        return reader_end_desk(r);
    default:
        return end_system(r);
    }
}

/* Exactly one directory says how to find the person: that is where one logs in. */
static bool find_login_directory(struct reader *r)
{
    struct config *c = r->config;

    c->login_directory = -1;
    for (int i = 0; i < c->directories; i++) {
        if (r->person_line[i] == 0)
            continue;
        if (c->login_directory >= 0)
            return reader_fail(r,
                               _("%s, line %u: only one directory can be the one to log in to, and "
                                 "that is [directory %s]; leave \"person\" and \"person_dn\" out "
                                 "here."),
                               r->file, r->person_line[i], c->directory[c->login_directory].id);
        c->login_directory = i;
    }
    if (c->login_directory < 0)
        return reader_fail(r,
                           _("%s: no directory says how to find a person; add a line such as "
                             "\"person = (uid=%%u)\" to the one to log in to."),
                           r->file);
    return true;
}

static bool find_directory(struct reader *r, int system)
{
    const struct reader_reference *reference = &r->reference[system];
    struct config *c = r->config;

    c->system[system].directory = c->login_directory;
    if (reference->directory[0] == '\0')
        return true;
    for (int i = 0; i < c->directories; i++)
        if (strcmp(c->directory[i].id, reference->directory) == 0) {
            c->system[system].directory = i;
            return true;
        }
    return reader_fail(r,
                       _("%s, line %u: there is no [directory %s]; correct the name or add the "
                         "section."),
                       r->file, reference->directory_line, reference->directory);
}

static bool find_same_as(struct reader *r, int system)
{
    const struct reader_reference *reference = &r->reference[system];
    struct config *c = r->config;

    c->system[system].same_as = CONFIG_OWN_ACCOUNT;
    if (reference->same_as[0] == '\0')
        return true;
    c->system[system].same_as = MK_PERSON;
    if (strcmp(reference->same_as, "person") == 0)
        return true;
    for (int i = 0; i < c->systems; i++)
        if (strcmp(c->system[i].id, reference->same_as) == 0) {
            c->system[system].same_as = i;
            return true;
        }
    return reader_fail(
        r,
        _("%s, line %u: there is no [system %s]; correct the name, add the section, or "
          "write person."),
        r->file, reference->same_as_line, reference->same_as);
}

/* Follows `same_as` to the account that is meant in the end. */
static bool follow_same_as(struct reader *r, int system)
{
    struct config *c = r->config;
    int at = system;

    for (int steps = 0; at != MK_PERSON && c->system[at].same_as != CONFIG_OWN_ACCOUNT; steps++) {
        if (steps == c->systems)
            return reader_fail(
                r,
                _("%s, line %u: \"same_as\" of [system %s] leads back to itself; name "
                  "a system with an account of its own, or person."),
                r->file, r->reference[system].same_as_line, c->system[system].id);
        at = c->system[at].same_as;
    }
    if (at == system)
        return true;
    c->system[system].same_as = at;
    c->system[system].directory = at == MK_PERSON ? c->login_directory : c->system[at].directory;
    return true;
}

/*
 * Shares the deadline out so that a worker can report by itself before it is killed, with one
 * server silent and the next one not answering. What each of several servers gets is the worker's
 * business: the more of them are left, the less.
 */
static void set_times(const struct reader *r, struct mk_request_directory *d)
{
    uint32_t deadline = r->config->deadline_ms;

    d->total_ms = deadline;
    d->operation_ms = deadline / 2;
    d->server_ms = deadline * 4 / 10;
    if (d->server_ms > SERVER_MS_MAX)
        d->server_ms = SERVER_MS_MAX;
    d->max_age_unit = r->max_age_unit;
    d->max_age = r->max_age;
    d->warn_seconds = r->warn_days * DAY_SECONDS;
}

bool reader_end_file(struct reader *r)
{
    struct config *c = r->config;

    if (!reader_end_section(r))
        return false;
    if (!r->has_ministry)
        return reader_fail(r, _("%s: section [ministry] is missing; add it with its \"name\"."),
                           r->file);
    if (!find_login_directory(r))
        return false;
    for (int i = 0; i < c->systems; i++)
        if (!find_directory(r, i) || !find_same_as(r, i))
            return false;
    for (int i = 0; i < c->systems; i++)
        if (!follow_same_as(r, i))
            return false;
    if (!reader_end_desks(r))
        return false;
    reader_inherit_rules(c);
    for (int i = 0; i < c->directories; i++)
        set_times(r, &c->directory[i].request);
    return true;
}
