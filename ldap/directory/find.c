// SPDX-License-Identifier: MIT
#include "find.h"

#include <stdlib.h>
#include <string.h>

#include "deadline.h"
#include "dn.h"
#include "entry.h"
#include "find_filter.h"
#include "kind.h"
#include "typed.h"

/* A search runs so long at most, on the server and here. */
#define SERVER_SECONDS 2
#define FIND_MS 2500

/* The search for whole words is an extra: it may take no longer than one waits without noticing. */
#define WORDS_MS 50

/*
 * So many entries are asked for in one round, below all bases together. A slapd sends 500 to those
 * for whom it has no other limit.
 */
#define FETCH_MAX 500
#define FETCH_MIN 20 /* below one base */
#define EXACT_MAX 50

#define HITS_MAX 2000
#define VALUES_MAX 32 /* of one attribute that are looked at */
#define VALUE_SIZE 512

#define SEARCHES_MAX (3 * MK_GROUPS_MAX)
#define ATTRIBUTES_MAX (5 + MK_PHONES_MAX)

struct hit {
    struct mk_caller caller;
    enum typed_rank rank;
    enum typed_rank group; /* the best rank of all with that name */
};

struct place {
    struct hit *hit;
};

enum search_type { SEARCH_EXACT, SEARCH_BEGINS, SEARCH_WORDS };

struct search {
    enum search_type type;
    int message;
    bool ended;
    uint32_t entries;
    uint32_t most;
};

struct finding {
    struct session *session;
    LDAP *ld;
    int64_t deadline;
    bool heard; /* the server has said something */
    bool good;  /* and it has taken a search */
    bool cut;   /* a limit was met by SEARCH_BEGINS */
    bool more;
    int refused; /* the code of a search that was not done, or 0 */
    unsigned bases;
    const char *base[MK_GROUPS_MAX];
    unsigned searches;
    struct search search[SEARCHES_MAX];
    struct find_where where;
    struct typed typed;
    char filter[FIND_FILTER_SIZE];
    size_t hits;
    struct hit hit[HITS_MAX];
    struct place order[HITS_MAX];
};

/* libldap only reads the names; its prototype is older than const. */
static char *without_const(const char *text)
{
    const union {
        const char *in;
        char *out;
    } both = {text};

    return both.out;
}

/* An attribute that can stand in a filter (RFC 4512, 1.4), or "". */
static const char *attribute(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.;";

    return name[strspn(name, allowed)] == '\0' ? name : "";
}

static void look_where(struct finding *f)
{
    const struct mk_request_directory *d = &f->session->directory;
    const struct kind *kind = connection_kind(f->session->server);

    f->where = (struct find_where){
        .people = kind->people_filter,
        .login = attribute(d->login_attribute),
        .mail = "mail",
        .staff = attribute(d->staff_attribute),
        .name = attribute(d->name_attribute),
        .composes = kind->composes,
        .phone_separators = kind->phone_separators,
        .part_min = kind->part_min,
        .begin_max = kind->begin_max,
    };
    for (size_t i = 0; i < MK_PHONES_MAX; i++)
        f->where.phone[i] = attribute(d->phone_attribute[i]);
}

/* A base below another one, or the same again, brings nobody new. */
static bool is_covered(const struct session *s, uint64_t groups, unsigned group)
{
    for (unsigned i = 0; i < MK_GROUPS_MAX; i++)
        if (i != group && (groups >> i & 1) != 0 && s->group[i].there &&
            (dn_below(s->group[group].base, s->group[i].base) ||
             (i < group && dn_same(s->group[group].base, s->group[i].base))))
            return true;
    return false;
}

static void gather_bases(struct finding *f, uint64_t groups)
{
    const struct session *s = f->session;

    for (unsigned i = 0; i < MK_GROUPS_MAX; i++)
        if ((groups >> i & 1) != 0 && s->group[i].there && s->group[i].base[0] != '\0' &&
            !is_covered(s, groups, i))
            f->base[f->bases++] = s->group[i].base;
}

/* Hands the server one search with the present filter below each base. */
static enum mk_result ask(struct finding *f, enum search_type type)
{
    const char *const wanted[] = {f->where.login,    f->where.name,
                                  f->where.mail,     f->where.staff,
                                  f->where.phone[0], f->where.phone[1],
                                  f->where.phone[2], f->session->directory.unit_attribute};
    char *attributes[ATTRIBUTES_MAX + 1];
    uint32_t share = FETCH_MAX / f->bases;
    struct timeval limit = {.tv_sec = SERVER_SECONDS};
    size_t n = 0;

    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (*attribute(wanted[i]) != '\0')
            attributes[n++] = without_const(wanted[i]);
    attributes[n] = NULL;
    for (unsigned i = 0; i < f->bases; i++) {
        struct search *search = &f->search[f->searches];
        int rc;
        *search = (struct search){.type = type, .most = share < FETCH_MIN ? FETCH_MIN : share};
        if (type == SEARCH_EXACT)
            search->most = EXACT_MAX;
        rc = ldap_search_ext(f->ld, f->base[i], LDAP_SCOPE_SUBTREE, f->filter, attributes, 0, NULL,
                             NULL, &limit, (int)search->most, &search->message);
        if (rc == LDAP_FILTER_ERROR) {
            f->refused = LDAP_PROTOCOL_ERROR;
            continue;
        }
        if (rc != LDAP_SUCCESS)
            return MK_LOST;
        f->searches++;
    }
    return MK_OK;
}

struct values {
    const struct typed *typed;
    struct fit *fit;
    void (*take)(struct fit *fit, const struct typed *typed, const char *value);
};

static void take_value(void *context, const char *value)
{
    const struct values *values = context;

    values->take(values->fit, values->typed, value);
}

static void fit_values(const struct finding *f, LDAPMessage *entry, const char *name,
                       struct fit *fit,
                       void (*take)(struct fit *, const struct typed *, const char *))
{
    struct values values = {.typed = &f->typed, .fit = fit, .take = take};
    char value[VALUE_SIZE];

    if (*name != '\0')
        entry_each(f->ld, entry, name, VALUES_MAX, value, sizeof value, take_value, &values);
}

static enum typed_rank rank_of(const struct finding *f, LDAPMessage *entry)
{
    struct fit fit;

    fit_begin(&fit);
    fit_values(f, entry, f->where.login, &fit, fit_login);
    fit_values(f, entry, f->where.mail, &fit, fit_mail);
    fit_values(f, entry, f->where.staff, &fit, fit_staff);
    fit_values(f, entry, f->where.name, &fit, fit_name);
    for (size_t i = 0; i < MK_PHONES_MAX; i++)
        fit_values(f, entry, f->where.phone[i], &fit, fit_phone);
    return fit_rank(&fit, &f->typed);
}

static void take_text(const struct finding *f, LDAPMessage *entry, const char *name, char *out,
                      size_t size, bool cut)
{
    out[0] = '\0';
    if (*name != '\0')
        (void)entry_text(f->ld, entry, name, out, size, cut);
}

static void take_caller(const struct finding *f, LDAPMessage *entry, struct mk_caller *caller)
{
    const struct mk_request_directory *d = &f->session->directory;

    /* What templates are filled with is whole or not there. */
    take_text(f, entry, f->where.login, caller->login, sizeof caller->login, false);
    take_text(f, entry, f->where.mail, caller->mail, sizeof caller->mail, false);
    take_text(f, entry, f->where.name, caller->name, sizeof caller->name, true);
    take_text(f, entry, attribute(d->unit_attribute), caller->unit, sizeof caller->unit, true);
    take_text(f, entry, f->where.staff, caller->staff, sizeof caller->staff, true);
    for (size_t i = 0; i < MK_PHONES_MAX; i++)
        take_text(f, entry, f->where.phone[i], caller->phone[i], sizeof caller->phone[i], true);
}

static bool is_known(const struct finding *f, const char *dn)
{
    for (size_t i = 0; i < f->hits; i++)
        if (strcmp(f->hit[i].caller.dn, dn) == 0)
            return true;
    return false;
}

static void take_entry(struct finding *f, LDAPMessage *entry)
{
    struct hit *hit = &f->hit[f->hits];
    enum typed_rank rank = rank_of(f, entry);

    if (rank == TYPED_FITS_NOT)
        return;
    /* Nothing can be done for somebody whose DN has no room; nor must it be as if nobody was. */
    if (f->hits == HITS_MAX || !entry_dn(f->ld, entry, hit->caller.dn, sizeof hit->caller.dn)) {
        f->more = true;
        return;
    }
    if (is_known(f, hit->caller.dn))
        return;
    hit->rank = rank;
    take_caller(f, entry, &hit->caller);
    f->hits++;
}

static void give_up(struct finding *f, struct search *search)
{
    (void)ldap_abandon_ext(f->ld, search->message, NULL, NULL);
    search->ended = true;
    f->more = true;
    f->cut = f->cut || search->type == SEARCH_BEGINS;
}

static void take_code(struct finding *f, struct search *search, int code)
{
    search->ended = true;
    switch (code) {
    case LDAP_SUCCESS:
        f->good = true;
        break;
    case LDAP_SIZELIMIT_EXCEEDED:
        f->cut = f->cut || search->type == SEARCH_BEGINS;
        f->good = true;
        f->more = true;
        break;
    case LDAP_TIMELIMIT_EXCEEDED:
    case LDAP_ADMINLIMIT_EXCEEDED:
        f->good = true;
        f->more = true;
        break;
    default:
        f->refused = code;
    }
}

static enum mk_result take_message(struct finding *f, LDAPMessage *message)
{
    struct search *search = NULL;
    int code = LDAP_OTHER;

    for (unsigned i = 0; i < f->searches; i++)
        if (!f->search[i].ended && f->search[i].message == ldap_msgid(message))
            search = &f->search[i];
    if (search == NULL)
        return MK_OK;
    f->heard = true;
    if (ldap_msgtype(message) == LDAP_RES_SEARCH_ENTRY) {
        take_entry(f, message);
        /* A server that has never heard of limits. */
        if (++search->entries > search->most)
            give_up(f, search);
        return MK_OK;
    }
    if (ldap_msgtype(message) != LDAP_RES_SEARCH_RESULT)
        return MK_OK;
    if (ldap_parse_result(f->ld, message, &code, NULL, NULL, NULL, NULL, 0) != LDAP_SUCCESS)
        return MK_LOST;
    take_code(f, search, code);
    return MK_OK;
}

static bool is_ended(const struct finding *f)
{
    for (unsigned i = 0; i < f->searches; i++)
        if (!f->search[i].ended)
            return false;
    return true;
}

/* Everything up to the end of all searches or to the deadline, when they are given up. */
static enum mk_result collect(struct finding *f)
{
    while (!is_ended(f)) {
        struct timeval tv = deadline_timeval(f->deadline);
        LDAPMessage *message = NULL;
        enum mk_result result;
        int n = 0;
        if (deadline_left(f->deadline) > 1)
            n = ldap_result(f->ld, LDAP_RES_ANY, LDAP_MSG_ONE, &tv, &message);
        if (n == 0) {
            for (unsigned i = 0; i < f->searches; i++)
                if (!f->search[i].ended)
                    give_up(f, &f->search[i]);
            return f->heard ? MK_OK : MK_SILENT;
        }
        if (n < 0 || message == NULL)
            return MK_LOST;
        result = take_message(f, message);
        ldap_msgfree(message);
        if (result != MK_OK)
            return result;
    }
    return MK_OK;
}

/* Those whose whole words were typed are not to be lost among those who only begin so. */
static enum mk_result search_words(struct finding *f)
{
    int64_t soon = deadline_after(WORDS_MS);
    enum mk_result result;

    if (!f->cut || f->typed.count < 2 || !find_filter_words(&f->where, &f->typed, f->filter))
        return MK_OK;
    if (soon < f->deadline)
        f->deadline = soon;
    result = ask(f, SEARCH_WORDS);
    return result == MK_OK ? collect(f) : result;
}

static enum mk_result search(struct finding *f)
{
    enum mk_result result = MK_OK;
    bool begins;

    f->more = !find_filter_is_enough(&f->where, &f->typed);
    if (find_filter_exact(&f->where, &f->typed, f->filter))
        result = ask(f, SEARCH_EXACT);
    begins = find_filter_begins(&f->where, &f->typed, f->filter);
    if (result == MK_OK && begins)
        result = ask(f, SEARCH_BEGINS);
    if (result == MK_OK && !begins && find_filter_words(&f->where, &f->typed, f->filter))
        result = ask(f, SEARCH_WORDS);
    if (result == MK_OK)
        result = collect(f);
    if (result == MK_OK)
        result = search_words(f);
    if (result != MK_OK)
        return result;
    if (f->refused == 0)
        return MK_OK;
    f->more = true;
    if (f->good)
        return MK_OK;
    return f->refused == LDAP_BUSY || f->refused == LDAP_UNAVAILABLE ? MK_SERVER_BUSY
                                                                     : MK_SERVER_REFUSED;
}

static int by_name(const void *a, const void *b)
{
    const struct hit *x = ((const struct place *)a)->hit;
    const struct hit *y = ((const struct place *)b)->hit;

    return strcmp(x->caller.name, y->caller.name);
}

static int by_rank(const void *a, const void *b)
{
    const struct hit *x = ((const struct place *)a)->hit;
    const struct hit *y = ((const struct place *)b)->hit;
    int order = (x->group > y->group) - (x->group < y->group);

    if (order == 0)
        order = strcmp(x->caller.name, y->caller.name);
    if (order == 0)
        order = (x->rank > y->rank) - (x->rank < y->rank);
    if (order == 0)
        order = strcmp(x->caller.unit, y->caller.unit);
    if (order == 0)
        order = strcmp(x->caller.login, y->caller.login);
    return order != 0 ? order : strcmp(x->caller.dn, y->caller.dn);
}

/* The best first, and with each of them all others of the same name. */
static void put_in_order(struct finding *f)
{
    size_t i = 0;

    for (size_t k = 0; k < f->hits; k++)
        f->order[k].hit = &f->hit[k];
    qsort(f->order, f->hits, sizeof *f->order, by_name);
    while (i < f->hits) {
        enum typed_rank best = TYPED_FITS_NOT;
        size_t end = i;
        for (; end < f->hits && by_name(&f->order[i], &f->order[end]) == 0; end++)
            if (f->order[end].hit->rank < best)
                best = f->order[end].hit->rank;
        for (; i < end; i++)
            f->order[i].hit->group = best;
    }
    qsort(f->order, f->hits, sizeof *f->order, by_rank);
}

static void send_hits(struct finding *f, uint32_t most)
{
    uint32_t shown = f->hits < most ? (uint32_t)f->hits : most;

    put_in_order(f);
    for (uint32_t i = 0; i < shown; i++)
        session_answer_found(f->session, &f->order[i].hit->caller,
                             session_below(f->session, f->order[i].hit->caller.dn));
    session_answer_count(f->session, shown, f->more || f->hits > shown);
}

static enum mk_result find(struct session *session, const struct mk_request_find *request,
                           int32_t *code)
{
    uint32_t ms = session->directory.operation_ms;
    enum mk_result result = session_connect(session, ROUTE_READ);
    struct finding *f;

    if (result != MK_OK)
        return result;
    f = calloc(1, sizeof *f);
    if (f == NULL)
        return MK_WORKER_FAILED;
    f->session = session;
    f->ld = connection_ldap(session->server);
    f->deadline = deadline_after(ms < FIND_MS ? ms : FIND_MS);
    look_where(f);
    typed_read(&f->typed, request->typed);
    gather_bases(f, request->groups);
    result = f->bases > 0 ? search(f) : MK_NOT_ALLOWED_NOW;
    if (result == MK_OK)
        send_hits(f, request->most);
    *code = result == MK_SERVER_REFUSED ? f->refused : 0;
    free(f);
    if (result == MK_LOST || result == MK_SILENT)
        (void)session_failed(session, result);
    return result;
}

void find_request(struct session *session, const struct mk_request_find *request)
{
    int32_t code = 0;
    enum mk_result result = find(session, request, &code);

    session_answer_end(session, result, code);
}
