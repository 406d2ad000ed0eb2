/* SPDX-License-Identifier: MIT */
#include "config_reader.h"

#include <string.h>

#include "language.h"
#include "syntax.h"
#include "text.h"

#define WARN_DAYS_MAX 365
#define AGE_DAYS_MAX 3650
#define AGE_MONTHS_MAX 120
#define DEADLINE_SECONDS_MAX 60
#define IDLE_SECONDS_MAX 86400

void *reader_target(const struct reader *r, const struct key *key)
{
    struct config *c = r->config;

    switch (r->kind) {
    case READER_DIRECTORY:
        return (char *)&c->directory[c->directories - 1] + key->offset;
    case READER_SYSTEM:
        return (char *)&c->system[c->systems - 1] + key->offset;
    case READER_DESK:
        return (char *)&c->desk[c->desks - 1] + key->offset;
    default:
        return (char *)c + key->offset;
    }
}

static struct mk_request_directory *request(const struct reader *r)
{
    return &r->config->directory[r->config->directories - 1].request;
}

bool reader_store(struct reader *r, const struct key *key, const char *value)
{
    size_t length = strlen(value);

    if (length >= key->size)
        return reader_fail(r,
                           _("%s, line %u: the value of \"%s\" is too long; at most %zu bytes are "
                             "possible."),
                           r->file, r->line, key->name, key->size - 1);
    memcpy(reader_target(r, key), value, length + 1);
    return true;
}

/* A text for the screen: kept as it will be shown. */
static bool take_text(struct reader *r, const struct key *key, const char *value)
{
    if (!reader_store(r, key, value))
        return false;
    (void)text_printable(reader_target(r, key), key->size, value);
    return true;
}

static bool take_domain(struct reader *r, const struct key *key, const char *value)
{
    if (!syntax_domain(value))
        return reader_fail(r,
                           _("%s, line %u: \"%s\" is not a mail domain; write it without \"@\", as "
                             "in example.vn."),
                           r->file, r->line, reader_show(r, value));
    return reader_store(r, key, value);
}

static bool take_max_age(struct reader *r, const struct key *key, const char *value)
{
    (void)key;
    if (strcmp(value, "none") == 0) {
        r->max_age_unit = MK_AGE_NONE;
        r->max_age = 0;
        return true;
    }
    r->max_age_unit = MK_AGE_MONTHS;
    if (syntax_amount(value, "month", &r->max_age) && r->max_age >= 1 &&
        r->max_age <= AGE_MONTHS_MAX)
        return true;
    r->max_age_unit = MK_AGE_DAYS;
    if (syntax_amount(value, "day", &r->max_age) && r->max_age >= 1 && r->max_age <= AGE_DAYS_MAX)
        return true;
    return reader_fail(r,
                       _("%s, line %u: \"%s\" is not a longest age; write 1 to 120 months, 1 to "
                         "3650 days, or none, as in \"3 months\"."),
                       r->file, r->line, reader_show(r, value));
}

static bool take_warn(struct reader *r, const struct key *key, const char *value)
{
    (void)key;
    if (syntax_amount(value, "day", &r->warn_days) && r->warn_days <= WARN_DAYS_MAX)
        return true;
    return reader_fail(r,
                       _("%s, line %u: \"%s\" is not a time to warn ahead; write 0 to 365 days, as "
                         "in \"14 days\"."),
                       r->file, r->line, reader_show(r, value));
}

static bool take_deadline(struct reader *r, const struct key *key, const char *value)
{
    unsigned seconds;

    (void)key;
    if (!syntax_amount(value, "second", &seconds) || seconds < 1 || seconds > DEADLINE_SECONDS_MAX)
        return reader_fail(r,
                           _("%s, line %u: \"%s\" is not a longest wait; write 1 to 60 seconds, as "
                             "in \"10 seconds\"."),
                           r->file, r->line, reader_show(r, value));
    r->config->deadline_ms = seconds * 1000;
    return true;
}

static bool take_idle(struct reader *r, const struct key *key, const char *value)
{
    unsigned *seconds = &r->config->idle_seconds;

    (void)key;
    if (strcmp(value, "never") == 0) {
        *seconds = 0;
        return true;
    }
    if (syntax_amount(value, "minute", seconds))
        *seconds *= 60;
    else if (!syntax_amount(value, "second", seconds))
        *seconds = 0;
    if (*seconds >= 1 && *seconds <= IDLE_SECONDS_MAX)
        return true;
    return reader_fail(r,
                       _("%s, line %u: \"%s\" is not a time without keys; write seconds, minutes "
                         "up to one day, or never, as in \"5 minutes\"."),
                       r->file, r->line, reader_show(r, value));
}

static bool refuse_uri(struct reader *r, const char *uri, enum syntax_uri fault)
{
    const char *shown = reader_show(r, uri);

    switch (fault) {
    case SYNTAX_BAD_SCHEME:
        return reader_fail(r,
                           _("%s, line %u: \"%s\" is not the address of a server; begin it with "
                             "ldap://, ldaps:// or ldapi://."),
                           r->file, r->line, shown);
    case SYNTAX_LOCALHOST:
        return reader_fail(r,
                           _("%s, line %u: write 127.0.0.1 instead of \"localhost\" in \"%s\"; the "
                             "certificate must name it too."),
                           r->file, r->line, shown);
    case SYNTAX_BAD_PORT:
        return reader_fail(r, _("%s, line %u: the port in \"%s\" is not a number from 1 to 65535."),
                           r->file, r->line, shown);
    case SYNTAX_BAD_SOCKET:
        return reader_fail(r,
                           _("%s, line %u: \"%s\" names no socket; write its path with %%2F for "
                             "each slash, as in ldapi://%%2Frun%%2Fslapd%%2Fldapi."),
                           r->file, r->line, shown);
    case SYNTAX_BAD_REST:
        return reader_fail(r,
                           _("%s, line %u: nothing may follow the host and port in \"%s\"; the "
                             "search base goes to \"base\"."),
                           r->file, r->line, shown);
    default:
        return reader_fail(r,
                           _("%s, line %u: \"%s\" holds no good host; write a name, an IPv4 "
                             "address, or an IPv6 address in brackets."),
                           r->file, r->line, shown);
    }
}

/* Adds each of the addresses in `value`, which spaces separate, to a list of MK_URIS_MAX. */
static bool add_uris(struct reader *r, const struct key *key, const char *value,
                     char (*list)[MK_URI_MAX + 1], uint32_t *count)
{
    while (*value != '\0') {
        size_t length = strcspn(value, " \t");
        char uri[MK_URI_MAX + 1];
        enum syntax_uri kind;

        if (*count == MK_URIS_MAX)
            return reader_fail(r, _("%s, line %u: more than %d servers; leave some out of \"%s\"."),
                               r->file, r->line, MK_URIS_MAX, key->name);
        if (length >= sizeof uri)
            return reader_fail(r,
                               _("%s, line %u: the value of \"%s\" is too long; at most %zu bytes "
                                 "are possible."),
                               r->file, r->line, key->name, sizeof uri - 1);
        memcpy(uri, value, length);
        uri[length] = '\0';
        kind = syntax_uri(uri);
        if (kind >= SYNTAX_URI_FAULTS)
            return refuse_uri(r, uri, kind);
        memcpy(list[(*count)++], uri, length + 1);
        value += length;
        value += strspn(value, " \t");
    }
    return true;
}

static bool take_uri(struct reader *r, const struct key *key, const char *value)
{
    return add_uris(r, key, value, request(r)->uri, &request(r)->uris);
}

static bool take_writable(struct reader *r, const struct key *key, const char *value)
{
    return add_uris(r, key, value, r->writable, &r->writables);
}

static bool take_kind(struct reader *r, const struct key *key, const char *value)
{
    static const char *const names[MK_KINDS] = {
        [MK_KIND_ASK] = "ask", [MK_KIND_OPENLDAP] = "openldap", [MK_KIND_389] = "389ds",
        [MK_KIND_AD] = "ad",   [MK_KIND_OTHER] = "other",
    };

    (void)key;
    for (uint32_t i = 0; i < MK_KINDS; i++)
        if (strcmp(value, names[i]) == 0) {
            request(r)->kind = i;
            return true;
        }
    return reader_fail(r,
                       _("%s, line %u: \"%s\" is not a kind of directory; write ask, openldap, "
                         "389ds, ad or other."),
                       r->file, r->line, reader_show(r, value));
}

static bool take_tls(struct reader *r, const struct key *key, const char *value)
{
    (void)key;
    if (strcmp(value, "starttls") == 0)
        request(r)->tls = MK_TLS_STARTTLS;
    else if (strcmp(value, "clear text on loopback") == 0)
        request(r)->tls = MK_TLS_NONE_ON_LOOPBACK;
    else
        return reader_fail(r,
                           _("%s, line %u: \"%s\" is not a way to protect the connection; write "
                             "\"starttls\" or \"clear text on loopback\"."),
                           r->file, r->line, reader_show(r, value));
    return true;
}

bool reader_check_dn(struct reader *r, const struct key *key, const char *value)
{
    return syntax_dn(value, false) ||
           reader_fail(r,
                       _("%s, line %u: \"%s\" of \"%s\" is not a distinguished name; write it as "
                         "in ou=people,dc=example,dc=vn."),
                       r->file, r->line, reader_show(r, value), key->name);
}

static bool take_dn(struct reader *r, const struct key *key, const char *value)
{
    return reader_check_dn(r, key, value) && reader_store(r, key, value);
}

/* What %u, %d and %m may stand in, and the %u that makes one person's out of it. */
static bool check_template(struct reader *r, const struct key *key, const char *value)
{
    bool person = r->kind == READER_DIRECTORY;

    if (!syntax_template(value, person ? "u" : "udm"))
        return person ? reader_fail(r,
                                    _("%s, line %u: in \"%s\" only %%u (the log-in name) and %%%% "
                                      "(a percent sign) may follow a \"%%\"."),
                                    r->file, r->line, key->name)
                      : reader_fail(r,
                                    _("%s, line %u: in \"%s\" only %%u (the log-in name), %%d (the "
                                      "person's DN), %%m (the mail address) and %%%% (a percent "
                                      "sign) may follow a \"%%\"."),
                                    r->file, r->line, key->name);
    if (!syntax_uses(value, person ? "u" : "udm"))
        return person ? reader_fail(r,
                                    _("%s, line %u: \"%s\" would be the same for everybody; put "
                                      "%%u where the log-in name belongs."),
                                    r->file, r->line, key->name)
                      : reader_fail(r,
                                    _("%s, line %u: \"%s\" would be the same for everybody; put "
                                      "%%u, %%d or %%m where the person belongs."),
                                    r->file, r->line, key->name);
    return true;
}

static bool take_name_template(struct reader *r, const struct key *key, const char *value)
{
    return check_template(r, key, value) && reader_store(r, key, value);
}

static bool take_dn_template(struct reader *r, const struct key *key, const char *value)
{
    if (!check_template(r, key, value))
        return false;
    if (!syntax_dn(value, r->kind == READER_SYSTEM))
        return reader_fail(r,
                           _("%s, line %u: \"%s\" of \"%s\" is not a distinguished name; write it "
                             "as in uid=%%u,ou=people,dc=example,dc=vn."),
                           r->file, r->line, reader_show(r, value), key->name);
    return reader_store(r, key, value);
}

static bool take_filter_template(struct reader *r, const struct key *key, const char *value)
{
    if (!check_template(r, key, value))
        return false;
    if (!syntax_filter(value))
        return reader_fail(r,
                           _("%s, line %u: \"%s\" of \"%s\" is not a search filter; check its "
                             "parentheses and write it as in (&(objectClass=person)(uid=%%u))."),
                           r->file, r->line, reader_show(r, value), key->name);
    return reader_store(r, key, value);
}

static bool take_attribute(struct reader *r, const struct key *key, const char *value)
{
    if (!syntax_attribute(value))
        return reader_fail(r,
                           _("%s, line %u: \"%s\" of \"%s\" is not the name of an attribute; write "
                             "one, as in cn."),
                           r->file, r->line, reader_show(r, value), key->name);
    return reader_store(r, key, value);
}

static bool take_directory(struct reader *r, const struct key *key, const char *value)
{
    struct reader_reference *reference = &r->reference[r->config->systems - 1];

    if (!syntax_id(value) || strlen(value) > CONFIG_ID_MAX)
        return reader_fail(r,
                           _("%s, line %u: \"%s\" of \"%s\" is not the name of a section; write "
                             "the word behind \"directory\" in its brackets."),
                           r->file, r->line, reader_show(r, value), key->name);
    reference->directory_line = r->line;
    memcpy(reference->directory, value, strlen(value) + 1);
    return true;
}

static bool take_same_as(struct reader *r, const struct key *key, const char *value)
{
    struct reader_reference *reference = &r->reference[r->config->systems - 1];

    if (!syntax_id(value) || strlen(value) > CONFIG_ID_MAX)
        return reader_fail(r,
                           _("%s, line %u: \"%s\" of \"%s\" is not the name of a section; write "
                             "person, or the word behind \"system\" in its brackets."),
                           r->file, r->line, reader_show(r, value), key->name);
    reference->same_as_line = r->line;
    memcpy(reference->same_as, value, strlen(value) + 1);
    return true;
}

#define AT(type, member) offsetof(struct type, member), sizeof(((struct type *)0)->member), false
#define NOWHERE 0, 0, false

static const struct key keys[READER_SECTIONS][READER_KEYS_MAX] =
    {
        [READER_MINISTRY] =
            {
                {"name", take_text, AT(config, ministry)},
                {"account_name", take_text, AT(config, account_name)},
                {"domain", take_domain, AT(config, domain)},
                {"helpdesk", take_text, AT(config, helpdesk)},
                {"max_age", take_max_age, NOWHERE},
                {"warn", take_warn, NOWHERE},
                {"deadline", take_deadline, NOWHERE},
                {"idle", take_idle, NOWHERE},
                {"pwquality", reader_take_file, AT(config, rules.pwquality_file)},
                {"words", reader_take_folder, AT(config, words_dir)},
                {"leaks", reader_take_leaks, AT(config, leak_file)},
                {"incomplete_check", reader_take_incomplete, NOWHERE},
                {"trail", reader_take_trail, AT(config, trail_file)},
                {"accents", reader_take_accents, AT(config, rules.accents)},
                {"longest", reader_take_longest, AT(config, rules.max_length)},
                {"not_taken", reader_take_not_taken, AT(config, rules.not_taken)},
                {"excuse_length", reader_take_excuse, AT(config, rules.excuse_length)},
            },
        [READER_DIRECTORY] =
            {
                {"uri", take_uri, 0, 0, true},
                {"writable", take_writable, 0, 0, true},
                {"kind", take_kind, NOWHERE},
                {"tls", take_tls, NOWHERE},
                {"ca_file", reader_take_ca_file, AT(config_directory, request.ca_file)},
                {"base", take_dn, AT(config_directory, request.base)},
                {"person_dn", take_dn_template, AT(config_directory, request.person_dn)},
                {"person", take_filter_template, AT(config_directory, request.person_filter)},
                {"log_in_name", take_name_template, AT(config_directory, request.log_in_name)},
                {"realm", reader_take_realm, AT(config_directory, request.realm)},
                {"kdc", reader_take_kdc, 0, 0, true},
                {"default_policy", take_dn, AT(config_directory, request.default_policy)},
                {"name_attribute", take_attribute, AT(config_directory, request.name_attribute)},
                {"unit_attribute", take_attribute, AT(config_directory, request.unit_attribute)},
                {"login_attribute", take_attribute, AT(config_directory, request.login_attribute)},
                {"staff_attribute", take_attribute, AT(config_directory, request.staff_attribute)},
                {"phone_attributes", reader_take_phones, NOWHERE},
                {"note_attribute", take_attribute, AT(config_directory, request.note_attribute)},
            },
        [READER_SYSTEM] =
            {
                {"name", take_text, AT(config_system, name)},
                {"same_as", take_same_as, NOWHERE},
                {"directory", take_directory, NOWHERE},
                {"account_dn", take_dn_template, AT(config_system, account_dn)},
                {"account", take_filter_template, AT(config_system, account_filter)},
                {"pwquality", reader_take_file, AT(config_system, rules.pwquality_file)},
                {"accents", reader_take_accents, AT(config_system, rules.accents)},
                {"longest", reader_take_longest, AT(config_system, rules.max_length)},
                {"not_taken", reader_take_not_taken, AT(config_system, rules.not_taken)},
                {"excuse_length", reader_take_excuse, AT(config_system, rules.excuse_length)},
            },
        [READER_HELPDESK] =
            {
                {"protected", reader_take_protected, 0, 0, true},
                {"verify", reader_take_verify, 0, 0, true},
                {"watch", reader_take_watch, NOWHERE},
            },
        [READER_DESK] =
            {
                {"name", take_text, AT(config_desk, name)},
                {"group", take_dn, AT(config_desk, group)},
                {"base", take_dn, AT(config_desk, base)},
            },
};

static const struct key *find_key(enum reader_section kind, const char *name)
{
    for (const struct key *key = keys[kind]; key->name != NULL; key++)
        if (strcmp(key->name, name) == 0)
            return key;
    return NULL;
}

static bool refuse_unknown(struct reader *r, const char *name)
{
    char known[READER_SHOWN_MAX] = "";
    size_t used = 0;

    for (const struct key *key = keys[r->kind]; key->name != NULL; key++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", used > 0 ? ", " : "",
                                 key->name);
    return reader_fail(r, _("%s, line %u: unknown key \"%s\" in [%s]; known keys: %s."), r->file,
                       r->line, reader_show(r, name), r->section, known);
}

unsigned reader_key_line(const struct reader *r, const char *name)
{
    const struct key *key = find_key(r->kind, name);

    return key == NULL ? 0 : r->key_line[key - keys[r->kind]];
}

bool reader_key(struct reader *r, const char *name, const char *value)
{
    const struct key *key = find_key(r->kind, name);
    size_t length = strlen(value);
    unsigned *line;

    if (key == NULL)
        return refuse_unknown(r, name);
    line = &r->key_line[key - keys[r->kind]];
    if (*line != 0 && !r->indented)
        return reader_fail(r,
                           _("%s, line %u: \"%s\" is given twice in [%s], first on line %u; keep "
                             "one of the two."),
                           r->file, r->line, key->name, r->section, *line);
    if (length == 0)
        return reader_fail(r,
                           _("%s, line %u: \"%s\" has no value; write one or leave the line out."),
                           r->file, r->line, key->name);
    if (length >= 2 && value[0] == '"' && value[length - 1] == '"')
        return reader_fail(r,
                           _("%s, line %u: the value of \"%s\" stands in quotation marks; leave "
                             "them out."),
                           r->file, r->line, key->name);
    if (*line == 0)
        *line = r->line;
    r->last_continues = key->continues;
    return key->take(r, key, value);
}
