/* SPDX-License-Identifier: MIT */
#include "evil.h"

#include <arpa/inet.h>
#include <ldap.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ATTRIBUTES_MAX 24

struct shared {
    atomic_uint asked[EVIL_KINDS];
};

struct evil {
    struct shared *shared;
    pid_t pid;
    unsigned port;
};

struct evil_line {
    int fd;
    Sockbuf *sockbuf;
};

/* --- sending --- */

_Noreturn void evil_hang_up(struct evil_line *line)
{
    close(line->fd);
    _exit(0);
}

_Noreturn void evil_silence(struct evil_line *line)
{
    struct pollfd p = {.fd = line->fd, .events = POLLRDHUP};

    while (poll(&p, 1, -1) <= 0)
        ;
    _exit(0);
}

void evil_bytes(struct evil_line *line, const void *bytes, size_t size)
{
    const char *rest = bytes;

    while (size > 0) {
        ssize_t n = send(line->fd, rest, size, MSG_NOSIGNAL);

        if (n <= 0)
            _exit(0);
        rest += n;
        size -= (size_t)n;
    }
}

static BerElement *new_ber(void)
{
    BerElement *ber = ber_alloc_t(LBER_USE_DER);

    if (ber == NULL)
        abort();
    return ber;
}

static void send_ber(struct evil_line *line, BerElement *ber)
{
    struct berval bytes;

    if (ber_flatten2(ber, &bytes, 0) != 0)
        abort();
    evil_bytes(line, bytes.bv_val, bytes.bv_len);
    ber_free(ber, 1);
}

void evil_message(struct evil_line *line, int id, unsigned tag, struct berval body)
{
    BerElement *ber = new_ber();
    unsigned char head[6] = {(unsigned char)tag, 0x84};

    head[2] = (unsigned char)(body.bv_len >> 24);
    head[3] = (unsigned char)(body.bv_len >> 16);
    head[4] = (unsigned char)(body.bv_len >> 8);
    head[5] = (unsigned char)body.bv_len;
    ber_printf(ber, "{i", id);
    ber_write(ber, (const char *)head, sizeof head, 0);
    ber_write(ber, body.bv_val, body.bv_len, 0);
    ber_printf(ber, "N}");
    send_ber(line, ber);
}

void evil_entry(struct evil_line *line, int id, struct berval dn,
                const struct evil_attribute *attributes)
{
    BerElement *ber = new_ber();

    ber_printf(ber, "{it{O{", id, (ber_tag_t)LDAP_RES_SEARCH_ENTRY, &dn);
    for (; attributes != NULL && attributes->name != NULL; attributes++) {
        ber_printf(ber, "{s[", attributes->name);
        for (unsigned i = 0; i < attributes->copies + (attributes->copies == 0); i++)
            ber_printf(ber, "O", &attributes->value);
        ber_printf(ber, "]}");
    }
    ber_printf(ber, "N}N}N}");
    send_ber(line, ber);
}

static ber_tag_t answer_to(enum evil_kind kind)
{
    switch (kind) {
    case EVIL_BIND:
        return LDAP_RES_BIND;
    case EVIL_CHANGE:
    case EVIL_CONNECTED:
    case EVIL_OTHER:
        return LDAP_RES_EXTENDED;
    default:
        return LDAP_RES_SEARCH_RESULT;
    }
}

void evil_result(struct evil_line *line, const struct evil_request *request,
                 const struct evil_result *result)
{
    BerElement *ber = new_ber();

    ber_printf(ber, "{it{eOO", request->id, answer_to(request->kind), (ber_int_t)result->code,
               &result->matched, &result->text);
    if (result->referral.bv_val != NULL)
        ber_printf(ber, "t{ON}", (ber_tag_t)LDAP_TAG_REFERRAL, &result->referral);
    ber_printf(ber, "N}");
    if (result->control.bv_val != NULL)
        ber_printf(ber, "t{{sON}N}", (ber_tag_t)LDAP_TAG_CONTROLS,
                   LDAP_CONTROL_PASSWORDPOLICYRESPONSE, &result->control);
    ber_printf(ber, "N}");
    send_ber(line, ber);
}

/* --- the usual --- */

enum evil_flavour evil_flavour;

static const struct evil_attribute root_attributes[EVIL_FLAVOURS][4] = {
    [EVIL_OPENLDAP] = {{"objectClass", EVIL_STATIC("OpenLDAProotDSE"), 0},
                       {"supportedExtension", EVIL_STATIC(LDAP_EXOP_MODIFY_PASSWD), 0}},
    [EVIL_389] = {{"vendorName", EVIL_STATIC("389 Project"), 0},
                  {"supportedExtension", EVIL_STATIC(LDAP_EXOP_MODIFY_PASSWD), 0}},
    [EVIL_AD] = {{"supportedCapabilities", EVIL_STATIC("1.2.840.113556.1.4.800"), 0},
                 {"defaultNamingContext", EVIL_STATIC("dc=example,dc=vn"), 0},
                 {"currentTime", EVIL_STATIC("20261122000000.0Z"), 0}},
};
static const struct evil_attribute account_attributes[] = {
    {"cn", EVIL_STATIC("Nguyen Van An"), 0},
    {"ou", EVIL_STATIC("Phong Nghiep vu"), 0},
    {"mail", EVIL_STATIC("an@example.vn"), 0},
    {"passwordExpirationTime", EVIL_STATIC("20270101000000Z"), 0},
    {"msDS-UserPasswordExpiryTimeComputed", EVIL_STATIC("134450000000000000"), 0},
    {NULL, {0, NULL}, 0},
};
/* Those that a change moves, before it and after it. */
static const struct evil_attribute changed_attributes[2][2] = {
    {{"pwdChangedTime", EVIL_STATIC(EVIL_CHANGED), 0},
     {"pwdLastSet", EVIL_STATIC("134390000000000000"), 0}},
    {{"pwdChangedTime", EVIL_STATIC("20261102000000Z"), 0},
     {"pwdLastSet", EVIL_STATIC("134391000000000000"), 0}},
};
static const struct evil_attribute policy_attributes[] = {
    {"pwdAttribute", EVIL_STATIC("2.5.4.35"), 0},
    {"pwdMaxAge", EVIL_STATIC("7776000"), 0},
    {"objectClass", EVIL_STATIC("passwordPolicy"), 0},
    {"passwordExp", EVIL_STATIC("on"), 0},
    {"maxPwdAge", EVIL_STATIC("-36288000000000"), 0},
    {"lockoutDuration", EVIL_STATIC("-18000000000"), 0},
    {NULL, {0, NULL}, 0},
};

/* The first attribute of each search for a policy, of every flavour, and of the domain's rules. */
static bool is_of_policy(const char *first_attribute)
{
    static const char *const first[] = {"pwdAttribute", "objectClass", "maxPwdAge", "minPwdLength"};

    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        if (strcmp(first[i], first_attribute) == 0)
            return true;
    return false;
}

static const struct evil_attribute *usual_attributes(enum evil_kind kind)
{
    switch (kind) {
    case EVIL_ROOT:
        return root_attributes[evil_flavour];
    case EVIL_READ:
        return account_attributes;
    case EVIL_POLICY:
        return policy_attributes;
    default:
        return NULL;
    }
}

static bool has(const struct evil_attribute *list, const char *name)
{
    for (; list != NULL && list->name != NULL; list++)
        if (strcmp(list->name, name) == 0)
            return true;
    return false;
}

void evil_usual(struct evil_line *line, const struct evil_request *request,
                const struct evil_attribute *more)
{
    static bool changed; /* over this connection, which is a process */
    const struct evil_attribute *usual = usual_attributes(request->kind);
    struct evil_attribute list[ATTRIBUTES_MAX + 1] = {{NULL, {0, NULL}, 0}};
    struct berval dn = EVIL_TEXT(EVIL_DN);
    int count = 0;

    if (request->kind == EVIL_CONNECTED || request->kind == EVIL_OTHER)
        return;
    for (const struct evil_attribute *a = more; a != NULL && a->name != NULL; a++)
        list[count++] = *a;
    for (; usual != NULL && usual->name != NULL; usual++)
        if (!has(more, usual->name))
            list[count++] = *usual;
    for (size_t i = 0; request->kind == EVIL_READ && i < 2; i++)
        if (!has(more, changed_attributes[changed][i].name))
            list[count++] = changed_attributes[changed][i];
    changed = changed || request->kind == EVIL_CHANGE;
    if (request->kind == EVIL_ROOT)
        dn = EVIL_TEXT("");
    if (request->kind == EVIL_POLICY)
        dn = EVIL_TEXT(EVIL_POLICY_DN);
    if (request->kind != EVIL_BIND && request->kind != EVIL_CHANGE)
        evil_entry(line, request->id, dn, list);
    evil_result(line, request, &(struct evil_result){.matched = EVIL_TEXT("")});
}

/* --- receiving --- */

static enum evil_kind search_kind(BerElement *ber, bool *has_filter)
{
    struct berval base;
    struct berval filter;
    struct berval attribute = {0, NULL};
    ber_len_t length;
    char *last;
    ber_int_t scope;
    ber_tag_t tag;

    if (ber_scanf(ber, "{mexxxx", &base, &scope) == LBER_ERROR)
        return EVIL_OTHER;
    *has_filter = scope != LDAP_SCOPE_BASE;
    if (ber_skip_element(ber, &filter) == LBER_ERROR)
        return EVIL_OTHER;
    tag = ber_first_element(ber, &length, &last);
    if (tag == LBER_DEFAULT || ber_scanf(ber, "m", &attribute) == LBER_ERROR)
        return EVIL_OTHER;
    if (base.bv_len == 0)
        return EVIL_ROOT;
    if (strcmp(attribute.bv_val, LDAP_NO_ATTRS) == 0)
        return EVIL_FIND;
    return is_of_policy(attribute.bv_val) ? EVIL_POLICY : EVIL_READ;
}

static struct evil_request read_request(BerElement *ber)
{
    struct evil_request request = {.kind = EVIL_OTHER};
    ber_int_t id = 0;
    ber_len_t length;

    if (ber_scanf(ber, "i", &id) == LBER_ERROR)
        return request;
    request.id = (int)id;
    switch (ber_peek_tag(ber, &length)) {
    case LDAP_REQ_BIND:
        request.kind = EVIL_BIND;
        break;
    case LDAP_REQ_EXTENDED:
    case LDAP_REQ_MODIFY:
        request.kind = EVIL_CHANGE;
        break;
    case LDAP_REQ_SEARCH:
        request.kind = search_kind(ber, &request.has_filter);
        break;
    default:
        break;
    }
    return request;
}

typedef void answer_function(struct evil_line *line, const struct evil_request *request);

static _Noreturn void serve(int fd, struct shared *shared, answer_function *answer)
{
    struct evil_line line = {.fd = fd, .sockbuf = ber_sockbuf_alloc()};
    struct evil_request request = {.kind = EVIL_CONNECTED};

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    ber_sockbuf_add_io(line.sockbuf, &ber_sockbuf_io_tcp, LBER_SBIOD_LEVEL_PROVIDER, &fd);
    for (;;) {
        BerElement *ber;
        ber_len_t length;

        atomic_fetch_add(&shared->asked[request.kind], 1);
        answer(&line, &request);
        ber = new_ber();
        if (ber_get_next(line.sockbuf, &length, ber) != LDAP_TAG_MESSAGE)
            _exit(0);
        request = read_request(ber);
        ber_free(ber, 1);
    }
}

static _Noreturn void run(int listener, struct shared *shared, answer_function *answer)
{
    const int yes = 1;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

        if (fd < 0)
            continue;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        if (fork() == 0) {
            close(listener);
            serve(fd, shared, answer);
        }
        close(fd);
    }
}

struct evil *evil_open(answer_function *answer)
{
    struct evil *evil = calloc(1, sizeof *evil);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_non_null(evil);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 16), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    evil->port = ntohs(address.sin_port);
    evil->shared =
        mmap(NULL, sizeof *evil->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(evil->shared != MAP_FAILED);
    evil->pid = fork();
    assert_true(evil->pid >= 0);
    if (evil->pid == 0)
        run(listener, evil->shared, answer);
    close(listener);
    return evil;
}

unsigned evil_port(const struct evil *evil)
{
    return evil->port;
}

unsigned evil_asked(const struct evil *evil, enum evil_kind kind)
{
    return atomic_load(&evil->shared->asked[kind]);
}

void evil_close(struct evil *evil)
{
    if (evil == NULL)
        return;
    kill(evil->pid, SIGKILL);
    waitpid(evil->pid, NULL, 0);
    munmap(evil->shared, sizeof *evil->shared);
    free(evil);
}
