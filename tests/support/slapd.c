// SPDX-License-Identifier: MIT
#include "slapd.h"

#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "throwaway.h"

static void start(struct slapd *slapd, const char *how)
{
    throwaway_run((const char *[]){SLAPD_SCRIPT, "start", slapd->directory, how, NULL});
    throwaway_uri(slapd->directory, "ldap", slapd->ldap, sizeof slapd->ldap);
    throwaway_uri(slapd->directory, "ldaps", slapd->ldaps, sizeof slapd->ldaps);
    throwaway_line(slapd->directory, "ldapi.uri", slapd->ldapi, sizeof slapd->ldapi);
    slapd->pid = throwaway_pid(slapd->directory, "slapd.pid");
}

void slapd_start(struct slapd *slapd)
{
    start(slapd, NULL);
}

void slapd_start_again(struct slapd *slapd)
{
    start(slapd, "again");
}

void slapd_create(struct slapd *slapd, const char *suffix, const char *ldif,
                  const char *const *options)
{
    const char *arguments[THROWAWAY_ARGUMENTS_MAX + 1] = {SLAPD_SCRIPT, "create", slapd->directory,
                                                          "--suffix",   suffix,   "--ldif"};
    char path[80];
    size_t n = 6;

    memset(slapd, 0, sizeof *slapd);
    (void)snprintf(slapd->directory, sizeof slapd->directory, "/tmp/matkhau-slapd-XXXXXX");
    (void)snprintf(slapd->suffix, sizeof slapd->suffix, "%s", suffix);
    throwaway_make(SLAPD_SCRIPT, slapd->directory);
    (void)snprintf(slapd->ca_file, sizeof slapd->ca_file, "%s/ca.pem", slapd->directory);
    (void)snprintf(path, sizeof path, "%s/test.ldif", slapd->directory);
    throwaway_write(path, ldif, throwaway_generalized_time);
    arguments[n++] = path;
    while (options != NULL && *options != NULL && n < THROWAWAY_ARGUMENTS_MAX)
        arguments[n++] = *options++;
    throwaway_run(arguments);
    slapd_start(slapd);
}

void slapd_stop(struct slapd *slapd)
{
    if (slapd->pid == 0)
        return;
    slapd->pid = 0;
    throwaway_run((const char *[]){SLAPD_SCRIPT, "stop", slapd->directory, NULL});
}

void slapd_remove(struct slapd *slapd)
{
    slapd->pid = 0;
    throwaway_remove(slapd->directory);
}

void slapd_certificate(struct slapd *slapd, const char *kind)
{
    slapd_stop(slapd);
    throwaway_run((const char *[]){SLAPD_SCRIPT, "cert", slapd->directory, "--ca", kind, NULL});
    slapd_start(slapd);
}

void slapd_kill(struct slapd *slapd)
{
    throwaway_kill(slapd->pid);
    slapd->pid = 0;
}

void slapd_pause(const struct slapd *slapd)
{
    throwaway_pause(slapd->pid);
}

void slapd_resume(const struct slapd *slapd)
{
    throwaway_resume(slapd->pid);
}

void slapd_revive(struct slapd *slapd)
{
    if (slapd->pid == 0)
        slapd_start_again(slapd);
    else
        slapd_resume(slapd);
}

static LDAP *open_as_root(const struct slapd *slapd)
{
    char dn[80];

    (void)snprintf(dn, sizeof dn, "cn=root,%s", slapd->suffix);
    return throwaway_open(slapd->ldapi, dn, "root");
}

bool slapd_binds(const struct slapd *slapd, const char *dn, const char *password)
{
    return throwaway_binds(slapd->ldapi, dn, password);
}

int slapd_count(const struct slapd *slapd, const char *dn, const char *attribute)
{
    return throwaway_value(open_as_root(slapd), dn, attribute, NULL, 0);
}

void slapd_value(const struct slapd *slapd, const char *dn, const char *attribute, char *value,
                 size_t size)
{
    (void)throwaway_value(open_as_root(slapd), dn, attribute, value, size);
}

void slapd_set(const struct slapd *slapd, const char *dn, const char *attribute, const char *value)
{
    char oid[] = LDAP_CONTROL_RELAX;
    LDAPControl relax = {.ldctl_oid = oid, .ldctl_iscritical = 1};
    LDAPControl *controls[] = {&relax, NULL};

    throwaway_replace(open_as_root(slapd), dn, attribute, value, controls);
}

/* A value of its own, for functions that do not promise to leave it alone; ber_bvfree() it. */
static struct berval *copied(const char *text)
{
    struct berval *value = ber_bvstrdup(text);

    if (value == NULL)
        throwaway_fail(text, "no memory");
    return value;
}

void slapd_change(const struct slapd *slapd, const char *dn, const char *old_password,
                  const char *new_password)
{
    LDAP *ld = throwaway_handle(slapd->ldapi);
    struct berval *user = copied(dn);
    struct berval *old_value = copied(old_password);
    struct berval *new_value = copied(new_password);
    struct berval none = {0, NULL};
    int rc = throwaway_bind(ld, dn, old_password);

    if (rc == LDAP_SUCCESS)
        rc = ldap_passwd_s(ld, user, old_value, new_value, &none, NULL, NULL);
    if (rc != LDAP_SUCCESS)
        throwaway_fail(dn, ldap_err2string(rc));
    ber_bvfree(user);
    ber_bvfree(old_value);
    ber_bvfree(new_value);
    (void)ldap_unbind_ext(ld, NULL, NULL);
}

int slapd_operations(const struct slapd *slapd, const char *kind)
{
    char dn[80];
    char value[32];

    (void)snprintf(dn, sizeof dn, "cn=%s,cn=Operations,cn=Monitor", kind);
    /* An operation is completed a moment after its answer, but has begun before. */
    slapd_value(slapd, dn, "monitorOpInitiated", value, sizeof value);
    return (int)strtol(value, NULL, 10);
}

void slapd_become(struct slapd *slapd, enum slapd_role role, const struct slapd *peer,
                  unsigned port)
{
    static const char *const names[] = {"provider", "consumer", "chaining", "partner", "partner"};
    const char *arguments[] = {SLAPD_SCRIPT, "role", slapd->directory, names[role], NULL, NULL,
                               NULL,         NULL};
    char number[12];
    size_t n = 4;

    slapd_stop(slapd);
    if (role >= SLAPD_FIRST)
        arguments[n++] = role == SLAPD_FIRST ? "1" : "2";
    if (peer != NULL)
        arguments[n++] = peer->directory;
    if (port != 0) {
        (void)snprintf(number, sizeof number, "%u", port);
        arguments[n++] = number;
    }
    throwaway_run(arguments);
    slapd_start_again(slapd);
}

/* The contextCSN of the suffix, all its values in a row; "" as long as there is none. */
static void read_csn(const struct slapd *slapd, char *csn, size_t size)
{
    char attribute[] = "contextCSN";
    char *attributes[] = {attribute, NULL};
    LDAP *ld = open_as_root(slapd);
    LDAPMessage *answer = NULL;
    LDAPMessage *entry = NULL;
    struct berval **values = NULL;

    csn[0] = '\0';
    if (ldap_search_ext_s(ld, slapd->suffix, LDAP_SCOPE_BASE, NULL, attributes, 0, NULL, NULL, NULL,
                          0, &answer) == LDAP_SUCCESS)
        entry = ldap_first_entry(ld, answer);
    if (entry != NULL)
        values = ldap_get_values_len(ld, entry, attribute);
    for (int i = 0; values != NULL && values[i] != NULL; i++)
        (void)snprintf(csn + strlen(csn), size - strlen(csn), "%s ", values[i]->bv_val);
    ldap_value_free_len(values);
    ldap_msgfree(answer);
    (void)ldap_unbind_ext(ld, NULL, NULL);
}

/* Whether each of the numbers is reached by the one of the same server (after the second "#"). */
static bool has_reached(const char *there, const char *wanted)
{
    for (const char *w = wanted; *w != '\0'; w = strchr(w, ' ') + 1) {
        const char *server = strchr(strchr(w, '#') + 1, '#');
        const char *t = there;

        while (*t != '\0' && strncmp(strchr(strchr(t, '#') + 1, '#'), server, 4) != 0)
            t = strchr(t, ' ') + 1;
        if (*t == '\0' || strncmp(t, w, (size_t)(server - w)) < 0)
            return false;
    }
    return *wanted != '\0';
}

void slapd_wait_replica(const struct slapd *slapd, const struct slapd *replica)
{
    const struct timespec moment = {.tv_nsec = 5000000};
    char wanted[512];
    char there[512] = "";

    read_csn(slapd, wanted, sizeof wanted);
    for (int i = 0; i < 2000; i++) {
        read_csn(replica, there, sizeof there);
        if (has_reached(there, wanted))
            return;
        (void)nanosleep(&moment, NULL);
    }
    throwaway_fail("a replica stays behind", there);
}
