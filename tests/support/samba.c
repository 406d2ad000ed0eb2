// SPDX-License-Identifier: MIT
#include "samba.h"

#include <ldap.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "throwaway.h"

#define ADMINISTRATOR "Administrator@example.test"
#define ADMINISTRATOR_PASSWORD "Quantri#2027"
#define PASSWORD_MAX 64
#define DESK_MAX 16 /* words of `samba desk` */

/* RFC 4648, 4. */
static void write_base64(FILE *file, const unsigned char *bytes, size_t count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < count; i += 3) {
        uint32_t group = (uint32_t)bytes[i] << 16;
        if (i + 1 < count)
            group |= (uint32_t)bytes[i + 1] << 8;
        if (i + 2 < count)
            group |= bytes[i + 2];
        (void)fputc(digits[group >> 18], file);
        (void)fputc(digits[group >> 12 & 63], file);
        (void)fputc(i + 1 < count ? digits[group >> 6 & 63] : '=', file);
        (void)fputc(i + 2 < count ? digits[group & 63] : '=', file);
    }
}

/* A password in its quotes, every character as two bytes, the lower one first (MS-ADTS 3.1.1.3). */
static const char *write_password(FILE *file, const char *text)
{
    unsigned char wide[2 * PASSWORD_MAX] = {0};
    const char *end = strstr(text, "\"@");
    size_t length = end == NULL ? 0 : (size_t)(end + 1 - text);

    if (length < 2 || length > PASSWORD_MAX)
        return NULL;
    for (size_t i = 0; i < length; i++)
        wide[2 * i] = (unsigned char)text[i];
    write_base64(file, wide, 2 * length);
    return end + 2;
}

static const char *write_value(FILE *file, const char *text)
{
    time_t then;
    const char *end;

    if (*text == '"')
        return write_password(file, text);
    end = throwaway_time(text, &then);
    if (end != NULL)
        (void)fprintf(file, "%lld", ((long long)then + 11644473600) * 10000000);
    return end;
}

const char *samba_missing(void)
{
    if (access("/usr/sbin/samba", X_OK) != 0)
        return "no package samba: see tests/support/install";
    if (access("/usr/share/samba/setup/provision.ldif", R_OK) != 0)
        return "no package samba-ad-provision: see tests/support/install";
    if (access("/usr/bin/ldbmodify", X_OK) != 0)
        return "no package ldb-tools: see tests/support/install";
    return geteuid() == 0 ? NULL : "a domain controller can be run by root only";
}

static void write_ldif(const struct samba *samba, const char *ldif, char *path, size_t size)
{
    (void)snprintf(path, size, "%s/test.ldif", samba->directory);
    throwaway_write(path, ldif, write_value);
}

void samba_start(struct samba *samba)
{
    throwaway_run((const char *[]){SAMBA_SCRIPT, "start", samba->directory, NULL});
    samba->pid = throwaway_pid(samba->directory, "samba.pid");
}

void samba_create(struct samba *samba, const char *ldif, const char *raw)
{
    char path[80];

    memset(samba, 0, sizeof *samba);
    (void)snprintf(samba->directory, sizeof samba->directory, "/tmp/matkhau-samba-XXXXXX");
    throwaway_make(SAMBA_SCRIPT, samba->directory);
    (void)snprintf(samba->ca_file, sizeof samba->ca_file, "%s/ca.pem", samba->directory);
    write_ldif(samba, ldif, path, sizeof path);
    throwaway_run((const char *[]){SAMBA_SCRIPT, "create", samba->directory, "--ldif", path, NULL});
    throwaway_line(samba->directory, "address", samba->address, sizeof samba->address);
    (void)snprintf(samba->ldap, sizeof samba->ldap, "ldap://%s", samba->address);
    (void)snprintf(samba->ldaps, sizeof samba->ldaps, "ldaps://%s", samba->address);
    samba_modify(samba, NULL, raw);
    samba_start(samba);
}

void samba_stop(struct samba *samba)
{
    if (samba->pid == 0)
        return;
    samba->pid = 0;
    throwaway_run((const char *[]){SAMBA_SCRIPT, "stop", samba->directory, NULL});
}

void samba_remove(struct samba *samba)
{
    samba->pid = 0;
    throwaway_remove(samba->directory);
}

void samba_pause(const struct samba *samba)
{
    throwaway_pause(samba->pid);
}

void samba_resume(const struct samba *samba)
{
    throwaway_resume(samba->pid);
}

void samba_modify(const struct samba *samba, const char *ldif, const char *raw)
{
    char path[80];

    if (ldif != NULL) {
        write_ldif(samba, ldif, path, sizeof path);
        throwaway_run((const char *[]){SAMBA_SCRIPT, "modify", samba->directory, path, NULL});
    }
    if (raw != NULL) {
        write_ldif(samba, raw, path, sizeof path);
        throwaway_run(
            (const char *[]){SAMBA_SCRIPT, "modify", samba->directory, "--raw", path, NULL});
    }
}

void samba_set(const struct samba *samba, const char *dn, const char *attribute, const char *value)
{
    char ldif[1024];

    (void)snprintf(ldif, sizeof ldif, "dn: %s\nchangetype: modify\nreplace: %s\n%s%s%s\n", dn,
                   attribute, value == NULL ? "" : attribute, value == NULL ? "" : ": ",
                   value == NULL ? "" : value);
    samba_modify(samba, NULL, ldif);
}

void samba_desk(const struct samba *samba, const char *ou, const char *group,
                const char *const *protected)
{
    const char *command[DESK_MAX] = {SAMBA_SCRIPT, "desk", samba->directory, ou, group};
    size_t n = 5;

    for (; *protected != NULL && n < DESK_MAX - 1; protected ++)
        command[n++] = *protected;
    command[n] = NULL;
    throwaway_run(command);
}

static LDAP *open_handle(const struct samba *samba)
{
    const int hard = LDAP_OPT_X_TLS_DEMAND;
    const int client = 0;
    LDAP *ld = throwaway_handle(samba->ldaps);

    if (ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) != 0 ||
        ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, samba->ca_file) != 0 ||
        ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &hard) != 0 ||
        ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client) != 0)
        throwaway_fail(samba->ldaps, "no TLS");
    return ld;
}

void samba_value(const struct samba *samba, const char *dn, const char *attribute, char *value,
                 size_t size)
{
    LDAP *ld = open_handle(samba);
    int rc = throwaway_bind(ld, ADMINISTRATOR, ADMINISTRATOR_PASSWORD);

    if (rc != LDAP_SUCCESS)
        throwaway_fail(ADMINISTRATOR, ldap_err2string(rc));
    (void)throwaway_value(ld, dn, attribute, value, size);
}

long long samba_number(const struct samba *samba, const char *dn, const char *attribute)
{
    char value[32];

    samba_value(samba, dn, attribute, value, sizeof value);
    return strtoll(value, NULL, 10);
}

int samba_bind(const struct samba *samba, const char *login, const char *password, char *text,
               size_t size)
{
    LDAP *ld = open_handle(samba);
    char name[128];
    char *said = NULL;
    int rc;

    (void)snprintf(name, sizeof name, "%s@example.test", login);
    rc = throwaway_bind(ld, name, password);
    (void)ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &said);
    (void)snprintf(text, size, "%s", said == NULL ? "" : said);
    ldap_memfree(said);
    (void)ldap_unbind_ext(ld, NULL, NULL);
    return rc;
}

int samba_logged(const struct samba *samba, const char *text, const char *other)
{
    char path[80];
    char line[2048];
    int count = 0;
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/samba.log", samba->directory);
    file = fopen(path, "re");
    if (file == NULL)
        throwaway_fail(path, "cannot be read");
    while (fgets(line, sizeof line, file) != NULL)
        count += strstr(line, text) != NULL && strstr(line, other) != NULL;
    (void)fclose(file);
    return count;
}
