/* SPDX-License-Identifier: MIT */
#include "desk_stage.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define FILE_MAX (64L << 20)
#define FRAGMENT 4

/* --- who is there --- */

#define FINE "pwdChangedTime: @-20d@\n"
#define LOCKED FINE "pwdAccountLockedTime: @-60s@\npwdFailureTime: @-60s@\n"
#define UNDER(policy) "pwdPolicySubentry: cn=" policy ",ou=policies," STAGE_MAIN "\n"

struct somebody {
    const char *uid;
    const char *name;
    const char *unit; /* of the tree */
    const char *ou;
    const char *own; /* operational attributes of the log-in account, of mail and of cases */
    const char *mail;
    const char *cases;
};

static const struct somebody people[] = {
    /* At work. */
    {"trucban", "Trần Thị Trực", "hanoi", "Tổ hỗ trợ", FINE, FINE, FINE},
    {"nghemay", "Lê Văn Nghe", "hanoi", "Tổ hỗ trợ", FINE, FINE, FINE},
    {"huetruc", "Hồ Thị Huệ", "hue", "Tổ hỗ trợ", FINE, FINE, FINE},
    {"quantri", "Phạm Văn Quản", "hanoi", "Phòng Công nghệ", FINE, FINE, FINE},
    /* On the telephone, one for each test. */
    {"nguyenvanan", "Nguyễn Văn An", "hanoi", "Phòng Nghiệp vụ 1", LOCKED, FINE, FINE},
    {"nguyenvanan2", "Nguyễn Văn An", "hanoi", "Phòng Nghiệp vụ 3", FINE, FINE, FINE},
    {"dinhvanan", "Đinh Văn Ân", "hanoi", "Phòng Nghiệp vụ 1", LOCKED, FINE, FINE},
    {"caothian", "Cao Thị Ẩn", "hanoi", "Phòng Nghiệp vụ 1", LOCKED, FINE, FINE},
    {"tranthihoa", "Trần Thị Hoà", "hanoi", "Phòng Nghiệp vụ 2", FINE, FINE, FINE},
    {"lythuy", "Lý Thị Thuỷ", "hanoi", "Phòng Nghiệp vụ 2", FINE, FINE, FINE},
    {"maitoan", "Mai Văn Toàn", "hanoi", "Phòng Nghiệp vụ 2", FINE, FINE, FINE},
    {"phanvanhai", "Phan Văn Hải", "hanoi", "Văn phòng", FINE UNDER("lasting"), FINE, FINE},
    {"lehoangcuong", "Lê Hoàng Cường", "hanoi", "Văn phòng", FINE, FINE, FINE},
    {"phamthidung", "Phạm Thị Dung", "hanoi", "Văn phòng", LOCKED, FINE, FINE},
    {"dothitram", "Đỗ Thị Trâm", "hanoi", "Văn phòng", FINE, FINE, FINE},
    {"hoangminhduc", "Hoàng Minh Đức", "hanoi", "Kế toán", FINE, FINE, FINE},
    {"buithinga", "Bùi Thị Nga", "hanoi", "Kế toán", FINE, FINE, FINE},
    {"ngothiphuong", "Ngô Thị Phượng", "hanoi", "Kế toán", LOCKED, FINE, FINE},
    {"hovanvu", "Hồ Văn Vũ", "hanoi", "Kế toán", LOCKED, FINE, FINE},
    {"vuthilan", "Vũ Thị Lan", "hanoi", "Kế toán", FINE, FINE, FINE},
    {"duongvanquy", "Dương Văn Quý", "hanoi", "Kế toán", FINE, FINE, FINE},
    {"kieuminh", "Kiều Minh", "hanoi", "Văn phòng", UNDER("lasting"), FINE, FINE},
    {"tonthathue", "Tôn Thất Huế", "hue", "Phòng Nghiệp vụ 1", LOCKED, FINE, FINE},
};

#define PEOPLE ((int)(sizeof people / sizeof *people))

static void write_person(FILE *out, int i)
{
    const struct somebody *p = &people[i];

    (void)fprintf(out,
                  "dn: uid=%s,ou=%s," DESK_PEOPLE "\nobjectClass: inetOrgPerson\nuid: %s\ncn: %s\n"
                  "sn: %.*s\nou: %s\nmail: %s@moj.example.vn\nemployeeNumber: %06d\n"
                  "telephoneNumber: 024 3333 %04d\nuserPassword: " STAGE_PASSWORD "\n%s\n",
                  p->uid, p->unit, p->uid, p->name, (int)strcspn(p->name, " "), p->name, p->ou,
                  p->uid, 200000 + 37 * i, 5600 + i, p->own);
}

static void write_account(FILE *out, const struct somebody *p, const char *system,
                          const char *state)
{
    (void)fprintf(out,
                  "dn: uid=%s,ou=%s,ou=systems," STAGE_MAIN "\nobjectClass: account\n"
                  "objectClass: simpleSecurityObject\nuid: %s\nhost: %s\n"
                  "seeAlso: uid=%s,ou=%s," DESK_PEOPLE "\nuserPassword: " STAGE_SYSTEM_PASSWORD
                  "\n%s\n",
                  p->uid, system, p->uid, system, p->uid, p->unit, state);
}

static void write_unit(FILE *out, const char *dn, const char *ou)
{
    (void)fprintf(out, "dn: %s\nobjectClass: organizationalUnit\nou: %s\n\n", dn, ou);
}

static void write_policy(FILE *out, const char *name, const char *must_change)
{
    (void)fprintf(out,
                  "dn: cn=%s,ou=policies," STAGE_MAIN "\nobjectClass: namedPolicy\n"
                  "objectClass: pwdPolicy\ncn: %s\npwdAttribute: userPassword\n"
                  "pwdMaxAge: 7776000\npwdExpireWarning: 1209600\npwdMinLength: 8\n"
                  "pwdCheckQuality: 2\npwdInHistory: 5\npwdLockout: TRUE\npwdMaxFailure: 5\n"
                  "pwdFailureCountInterval: 900\npwdLockoutDuration: 900\npwdMustChange: %s\n"
                  "pwdSafeModify: FALSE\npwdAllowUserChange: TRUE\n\n",
                  name, name, must_change);
}

static void write_group(FILE *out, const char *name, const char *const *members)
{
    (void)fprintf(out, "dn: cn=%s,ou=groups," STAGE_MAIN "\nobjectClass: groupOfNames\ncn: %s\n",
                  name, name);
    for (; *members != NULL; members++)
        (void)fprintf(out, "member: %s\n", *members);
    (void)fputc('\n', out);
}

/* free() it */
static char *entries(void)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    (void)fputs("dn: " STAGE_MAIN "\nobjectClass: dcObject\nobjectClass: organization\ndc: moj\n"
                "o: Bộ Tư pháp\n\n",
                out);
    write_unit(out, DESK_PEOPLE, "people");
    write_unit(out, "ou=hanoi," DESK_PEOPLE, "hanoi");
    write_unit(out, "ou=hue," DESK_PEOPLE, "hue");
    write_unit(out, "ou=groups," STAGE_MAIN, "groups");
    write_unit(out, "ou=policies," STAGE_MAIN, "policies");
    write_unit(out, "ou=systems," STAGE_MAIN, "systems");
    write_unit(out, "ou=mail,ou=systems," STAGE_MAIN, "mail");
    write_unit(out, "ou=cases,ou=systems," STAGE_MAIN, "cases");
    write_policy(out, "default", "TRUE");
    write_policy(out, "lasting", "FALSE");
    /* The server's rules know one group of operators; the program knows two desks. */
    write_group(out, "helpdesk",
                (const char *[]){DESK_PERSON("trucban"), DESK_PERSON("nghemay"),
                                 DESK_ELSEWHERE("huetruc"), NULL});
    write_group(out, "hanoi",
                (const char *[]){DESK_PERSON("trucban"), DESK_PERSON("nghemay"), NULL});
    write_group(out, "hue", (const char *[]){DESK_ELSEWHERE("huetruc"), NULL});
    write_group(out, "admins", (const char *[]){DESK_PERSON("quantri"), NULL});
    for (int i = 0; i < PEOPLE; i++) {
        write_person(out, i);
        write_account(out, &people[i], "mail", people[i].mail);
        write_account(out, &people[i], "cases", people[i].cases);
    }
    assert_int_equal(fclose(out), 0);
    return text;
}

/* --- set-up --- */

static time_t started;

static void write_config(const struct desk_stage *desk)
{
    FILE *file = fopen(desk->stage.config, "we");

    assert_non_null(file);
    (void)fprintf(
        file,
        "[ministry]\nname = Bộ Tư pháp\ndomain = moj.example.vn\nhelpdesk = 024 1234 5678\n"
        "max_age = 3 months\nwarn = 14 days\ntrail = %s\n\n"
        "[directory main]\nuri = %s",
        desk->trail, desk->stage.main.ldap);
    if (desk->replica.pid != 0)
        (void)fprintf(file, " %s\nwritable = %s", desk->replica.ldap, desk->stage.main.ldap);
    (void)fprintf(file,
                  "\ntls = starttls\nca_file = %s\nbase = " STAGE_MAIN "\n"
                  "person = (&(objectClass=inetOrgPerson)(uid=%%u))\n"
                  "default_policy = cn=default,ou=policies," STAGE_MAIN "\n"
                  "login_attribute = uid\nstaff_attribute = employeeNumber\n"
                  "phone_attributes = telephoneNumber mobile\nnote_attribute = description\n\n"
                  "[system mail]\nname = " DESK_MAIL "\n"
                  "account = (&(objectClass=account)(seeAlso=%%d)(host=mail))\n\n"
                  "[system cases]\nname = " DESK_CASES "\n"
                  "account = (&(objectClass=account)(seeAlso=%%d)(host=cases))\n\n"
                  "[helpdesk]\nprotected = cn=admins,ou=groups," STAGE_MAIN "\n"
                  "verify = " DESK_CHECK "\n    Mã cán bộ và đơn vị công tác\n"
                  "watch = 15 minutes\n\n"
                  "[desk hanoi]\nname = " DESK_NAME "\n"
                  "group = cn=hanoi,ou=groups," STAGE_MAIN "\nbase = ou=hanoi," DESK_PEOPLE "\n\n"
                  "[desk hue]\nname = Bộ phận hỗ trợ Huế\n"
                  "group = cn=hue,ou=groups," STAGE_MAIN "\nbase = ou=hue," DESK_PEOPLE "\n",
                  desk->stage.main.ca_file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(desk->stage.config, 0600), 0);
}

static void create(struct slapd *slapd, const char *ldif, const char *rights, const char *conf)
{
    const char *options[] = {"--anonymous-search", "--desk", rights, "--conf", conf, NULL};

    if (conf == NULL)
        options[3] = NULL;
    slapd_create(slapd, STAGE_MAIN, ldif, options);
}

static void empty_trail(const struct desk_stage *desk)
{
    int fd = open(desk->trail, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    close(fd);
}

void desk_stage_make_home(struct desk_stage *desk)
{
    memset(desk, 0, sizeof *desk);
    started = time(NULL);
    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    tzset();
    stage_make_home(&desk->stage);
    (void)snprintf(desk->trail, sizeof desk->trail, "%s/trail.jsonl", desk->stage.directory);
    empty_trail(desk);
}

static char given_rights[16];

void desk_stage_prepare(struct desk_stage *desk, const char *rights, const char *conf)
{
    char *ldif = entries();
    char path[128];

    desk_stage_make_home(desk);
    (void)snprintf(given_rights, sizeof given_rights, "%s", rights);
    (void)snprintf(path, sizeof path, "%s/extra.conf", desk->stage.directory);
    if (conf != NULL) {
        FILE *file = fopen(path, "we");

        assert_non_null(file);
        assert_true(fputs(conf, file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
    create(&desk->stage.main, ldif, rights, conf != NULL ? path : NULL);
    free(ldif);
    desk_stage_reset(desk);
}

void desk_stage_add_replica(struct desk_stage *desk)
{
    static const char top[] = "dn: " STAGE_MAIN "\nobjectClass: dcObject\n"
                              "objectClass: organization\ndc: moj\no: Example\n";

    slapd_become(&desk->stage.main, SLAPD_PROVIDER, NULL, 0);
    create(&desk->replica, top, given_rights, NULL);
    slapd_become(&desk->replica, SLAPD_CONSUMER, &desk->stage.main, 0);
    slapd_wait_replica(&desk->stage.main, &desk->replica);
    desk_stage_reset(desk);
}

void desk_stage_reset(struct desk_stage *desk)
{
    empty_trail(desk);
    write_config(desk);
}

struct screen *desk_stage_operator(struct desk_stage *desk, const struct stage_terminal *terminal,
                                   const char *login)
{
    struct screen *t = stage_open(&desk->stage, terminal);

    stage_enter(t, login, STAGE_PASSWORD);
    return t;
}

struct screen *desk_stage_caller(struct desk_stage *desk, const struct stage_terminal *terminal)
{
    desk->second = desk->stage;
    desk->second.screen = NULL;
    return stage_open(&desk->second, terminal);
}

void desk_stage_close(struct desk_stage *desk)
{
    if (desk->replica.pid > 0)
        kill(desk->replica.pid, SIGCONT);
    stage_close(&desk->stage);
    screen_close(desk->second.screen);
    desk->second.screen = NULL;
}

void desk_stage_remove(struct desk_stage *desk)
{
    desk_stage_close(desk);
    if (desk->replica.pid != 0)
        slapd_remove(&desk->replica);
    stage_remove(&desk->stage);
}

/* --- the trail --- */

char *desk_stage_trail(const struct desk_stage *desk)
{
    FILE *f = fopen(desk->trail, "re");
    struct stat file;
    char *text;

    assert_non_null(f);
    assert_int_equal(fstat(fileno(f), &file), 0);
    text = calloc(1, (size_t)file.st_size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)file.st_size, f), file.st_size);
    fclose(f);
    return text;
}

static bool has_line(char *text, const char *const *parts)
{
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        const char *const *part = parts;

        while (*part != NULL && strstr(line, *part) != NULL)
            part++;
        if (*part == NULL)
            return true;
    }
    return false;
}

void desk_stage_wait_line(const struct desk_stage *desk, const char *const *parts)
{
    int64_t end = stage_clock_ms() + STAGE_WAIT;

    for (;;) {
        char *all = desk_stage_trail(desk);
        bool there = has_line(all, parts);

        free(all);
        if (there)
            return;
        if (stage_clock_ms() >= end) {
            all = desk_stage_trail(desk);
            print_error("no line with \"%s\", ... in:\n%s", parts[0], all);
            free(all);
            fail();
        }
        (void)poll(NULL, 0, 10);
    }
}

static bool is_whole(const struct desk_stage *desk, char *said, size_t size)
{
    char command[512];
    FILE *f;
    size_t n;

    (void)snprintf(command, sizeof command, "LANG=C.UTF-8 %s --lang=en audit verify %s 2>&1",
                   MATKHAU, desk->trail);
    f = popen(command, "re");
    assert_non_null(f);
    n = fread(said, 1, size - 1, f);
    said[n] = '\0';
    return pclose(f) == 0 && strstr(said, "the chain is whole") != NULL &&
           strstr(said, "has no outcome") == NULL;
}

void desk_stage_verify(const struct desk_stage *desk)
{
    int64_t end = stage_clock_ms() + 5000;
    char said[4096];

    /* The screen tells an outcome while it is still being written. */
    while (!is_whole(desk, said, sizeof said)) {
        if (stage_clock_ms() >= end)
            fail_msg("%s", said);
        (void)poll(NULL, 0, 50);
    }
}

/* --- what must be nowhere --- */

static const char *const *sought;
static size_t sought_count;
static size_t fragment; /* so many letters in a row are too many; 0: only all of them are */

static bool holds(const char *bytes, size_t size, const char *text, size_t length)
{
    return memmem(bytes, size, text, length) != NULL;
}

/* What chance or the clock has written becomes blanks. */
static void blank_values(char *bytes, size_t size)
{
    static const char *const keys[] = {"\"prev\":\"", "\"hash\":\"", "\"id\":\"", "\"time\":\""};

    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        for (char *at = bytes;
             (at = memmem(at, size - (size_t)(at - bytes), keys[k], strlen(keys[k]))) != NULL;)
            for (at += strlen(keys[k]); at < bytes + size && *at != '"'; at++)
                *at = ' ';
}

/* Whether `length` letters in a row of a password are there. */
static bool holds_part(const char *bytes, size_t size, const char *password, size_t length)
{
    for (size_t i = 0; i + length <= strlen(password); i++)
        if (holds(bytes, size, password + i, length))
            return true;
    return false;
}

static int look_into(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    bool is_log = strcmp(path + walk->base, "slapd.log") == 0;
    size_t size = (size_t)status->st_size;
    int found = 0;
    char *bytes;
    FILE *f;

    if (type != FTW_F || !S_ISREG(status->st_mode) || status->st_size > FILE_MAX ||
        status->st_mtime < started || (f = fopen(path, "re")) == NULL)
        return 0;
    bytes = calloc(1, size + 1);
    assert_non_null(bytes);
    size = fread(bytes, 1, size, f);
    fclose(f);
    blank_values(bytes, size);
    for (size_t i = 0; i < sought_count; i++) {
        size_t whole = strlen(sought[i]);
        /* The log is full of numbers that the clock and the kernel have made. */
        size_t length = fragment == 0 ? whole : is_log ? fragment + 2 : fragment;

        if (holds_part(bytes, size, sought[i], length)) {
            print_error("%zu letters of password %zu are in %s\n", length, i, path);
            found = 1;
        }
    }
    free(bytes);
    return found; /* anything but 0 ends the walk */
}

void desk_stage_assert_nowhere(const struct desk_stage *desk, const char *const *passwords,
                               size_t count)
{
    static const char *const places[] = {"/tmp", "/var/tmp", "/var/log", "/dev/shm", "/run", "."};

    sought = passwords;
    sought_count = count;
    fragment = FRAGMENT;
    assert_int_equal(nftw(desk->stage.directory, look_into, 16, FTW_PHYS), 0);
    fragment = 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        assert_in_range(nftw(places[i], look_into, 32, FTW_PHYS | FTW_MOUNT) + 1, 0, 1);
}
