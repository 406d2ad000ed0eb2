/* SPDX-License-Identifier: MIT */
#include "stage.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define ZONE "Asia/Ho_Chi_Minh"
#define ARGUMENTS_MAX 16

const struct stage_terminal stage_xterm = {"xterm-256color", "C.UTF-8", true, {NULL}, 0, 0, NULL};
const struct stage_terminal stage_vt100 = {"vt100", "C", false, {NULL}, 0, 0, NULL};

static char *read_all(int fd)
{
    size_t size = 0;
    size_t capacity = 65536;
    char *text = malloc(capacity);
    ssize_t n;

    assert_non_null(text);
    while ((n = read(fd, text + size, capacity - size - 1)) > 0) {
        size += (size_t)n;
        if (capacity - size < 2) {
            capacity *= 2;
            text = realloc(text, capacity);
            assert_non_null(text);
        }
    }
    assert_int_equal(n, 0);
    text[size] = '\0';
    return text;
}

static char *read_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *text;

    assert_true(fd >= 0);
    text = read_all(fd);
    close(fd);
    return text;
}

/* What tests/support/people prints; free() it. */
static char *people(const char *which)
{
    char program[] = PEOPLE_SCRIPT;
    char *argument = strdup(which);
    char *argv[] = {program, argument, NULL};
    posix_spawn_file_actions_t actions;
    int ends[2];
    int status;
    pid_t pid;
    char *text;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    assert_int_equal(posix_spawn(&pid, program, &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    free(argument);
    close(ends[1]);
    text = read_all(ends[0]);
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    return text;
}

static void write_config(const struct stage *stage, const char *text)
{
    FILE *file = fopen(stage->config, "we");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(stage->config, 0600), 0);
}

/* `text` with every `from` replaced; frees `text`. */
static char *substitute(char *text, const char *from, const char *to, int *count)
{
    size_t size = 0;
    char *out = NULL;
    FILE *stream = open_memstream(&out, &size);
    const char *rest = text;

    assert_non_null(stream);
    *count = 0;
    for (const char *at; (at = strstr(rest, from)) != NULL; rest = at + strlen(from)) {
        fwrite(rest, 1, (size_t)(at - rest), stream);
        fputs(to, stream);
        ++*count;
    }
    fputs(rest, stream);
    fclose(stream);
    free(text);
    return out;
}

static const char *port_of(const char *uri)
{
    return strrchr(uri, ':') + 1;
}

void stage_configure(struct stage *stage)
{
    char *text = read_file(DEMO_CONF);
    int count;

    text = substitute(text, "@DIR@/main", stage->main.directory, &count);
    assert_int_equal(count, 1);
    text = substitute(text, "@DIR@/second", stage->second.directory, &count);
    assert_int_equal(count, 1);
    text = substitute(text, "@MAIN_PORT@", port_of(stage->main.ldap), &count);
    assert_int_equal(count, 1);
    text = substitute(text, "@SECOND_PORT@", port_of(stage->second.ldaps), &count);
    assert_int_equal(count, 1);
    write_config(stage, text);
    free(text);
}

void stage_replace(struct stage *stage, const char *from, const char *to)
{
    int count;
    char *text = substitute(read_file(stage->config), from, to, &count);

    assert_int_equal(count, 1);
    write_config(stage, text);
    free(text);
}

void stage_make_home(struct stage *stage)
{
    snprintf(stage->directory, sizeof stage->directory, "/tmp/matkhau-stage-XXXXXX");
    assert_non_null(mkdtemp(stage->directory));
    snprintf(stage->config, sizeof stage->config, "%s/matkhau.conf", stage->directory);
}

void stage_prepare(struct stage *stage, const char *const *main_options)
{
    static const char *const usual[] = {"--anonymous-search", NULL};
    char *ldif;

    memset(stage, 0, sizeof *stage);
    setenv("TZ", ZONE, 1);
    tzset();
    stage_make_home(stage);
    ldif = people("main");
    slapd_create(&stage->main, STAGE_MAIN, ldif, main_options == NULL ? usual : main_options);
    free(ldif);
    ldif = people("second");
    slapd_create(&stage->second, STAGE_SECOND, ldif, NULL);
    free(ldif);
    stage_configure(stage);
}

void stage_close(struct stage *stage)
{
    if (stage->main.pid > 0)
        kill(stage->main.pid, SIGCONT);
    if (stage->second.pid > 0)
        kill(stage->second.pid, SIGCONT);
    screen_close(stage->screen);
    stage->screen = NULL;
}

void stage_remove(struct stage *stage)
{
    char command[] = "rm";
    char option[] = "-rf";
    char *argv[] = {command, option, stage->directory, NULL};
    pid_t pid;

    stage_close(stage);
    slapd_remove(&stage->main);
    slapd_remove(&stage->second);
    if (posix_spawnp(&pid, command, NULL, NULL, argv, environ) == 0)
        waitpid(pid, NULL, 0);
}

struct screen *stage_open(struct stage *stage, const struct stage_terminal *terminal)
{
    char term[64];
    char lang[64];
    char home[80];
    char zone[] = "TZ=" ZONE;
    char config[128];
    const char *env[] = {term, lang, home, zone, "PATH=/usr/bin:/bin", NULL};
    const char *argv[ARGUMENTS_MAX + 1];
    int count = 0;

    snprintf(term, sizeof term, "TERM=%s", terminal->term);
    snprintf(lang, sizeof lang, "LANG=%s", terminal->lang);
    snprintf(home, sizeof home, "HOME=%s", stage->directory);
    snprintf(config, sizeof config, "--config=%s", stage->config);
    for (int i = 0; terminal->under != NULL && terminal->under[i] != NULL; i++) {
        assert_in_range(count, 0, ARGUMENTS_MAX - 6);
        argv[count++] = terminal->under[i];
    }
    argv[count++] = MATKHAU;
    argv[count++] = config;
    for (int i = 0; i < 3 && terminal->arguments[i] != NULL; i++)
        argv[count++] = terminal->arguments[i];
    argv[count] = NULL;
    assert_null(stage->screen);
    stage->screen = screen_open(&(struct screen_options){.argv = argv,
                                                         .env = env,
                                                         .utf8 = terminal->utf8,
                                                         .rows = terminal->rows,
                                                         .columns = terminal->columns});
    return stage->screen;
}

void stage_log_in(struct screen *t, const char *login, const char *password)
{
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    screen_send(t, login);
    screen_send(t, SCREEN_TAB);
    screen_send(t, password);
    screen_send(t, SCREEN_ENTER);
}

void stage_enter(struct screen *t, const char *login, const char *password)
{
    stage_log_in(t, login, password);
    screen_wait(t, "Việc cần làm", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    screen_wait_gone(t, "đang đọc", STAGE_WAIT);
}

/* The line of the table that begins with `name`: 1 column for the choice, 1 for the mark. */
static int find_row(struct screen *t, const char *name)
{
    for (int y = 0; y < 24; y++) {
        const char *row = screen_row(t, y);

        if (strlen(row) > 3 && strncmp(row + 3, name, strlen(name)) == 0 &&
            (row[0] == ' ' || row[0] == '>'))
            return y;
    }
    return -1;
}

const char *stage_row(struct screen *t, const char *name)
{
    return screen_row(t, find_row(t, name));
}

static int chosen_row(struct screen *t)
{
    for (int y = 0; y < 24; y++)
        if (screen_row(t, y)[0] == '>')
            return y;
    return -1;
}

void stage_choose(struct screen *t, const char *name)
{
    int64_t end = stage_clock_ms() + STAGE_WAIT;

    /* One step at a time: the rows may change their order while answers come in. */
    for (;;) {
        int from;
        int to;

        screen_settle(t, STAGE_QUIET);
        from = chosen_row(t);
        to = find_row(t, name);
        assert_true(from >= 0);
        assert_true(to >= 0);
        if (from == to)
            return;
        screen_send(t, from < to ? SCREEN_DOWN : SCREEN_UP);
        while (chosen_row(t) == from && find_row(t, name) == to) {
            if (stage_clock_ms() >= end)
                stage_fail(t, name);
            screen_settle(t, 1);
        }
    }
}

void stage_change(struct screen *t, const char *old_password, const char *new_password)
{
    if (old_password != NULL) {
        screen_send(t, old_password);
        screen_send(t, SCREEN_TAB);
    }
    screen_send(t, new_password);
    screen_send(t, SCREEN_TAB);
    screen_send(t, new_password);
    screen_send(t, SCREEN_ENTER);
}

bool stage_has_sentence(struct screen *t, const char *text)
{
    const char *from = screen_text(t);
    char *joined = malloc(strlen(from) + 1);
    char *to = joined;
    bool found;

    assert_non_null(joined);
    for (; *from != '\0'; from++)
        if (*from != ' ' && *from != '\n')
            *to++ = *from;
        else if (to > joined && to[-1] != ' ')
            *to++ = ' ';
    *to = '\0';
    found = strstr(joined, text) != NULL;
    free(joined);
    return found;
}

_Noreturn void stage_fail_at(struct screen *t, const char *text, const char *file, int line)
{
    fprintf(stderr, "%s\n%s", text, screen_text(t));
    _fail(file, line);
    abort(); /* not reached */
}

static _Noreturn void missing(struct screen *t, const char *text, const char *file, int line)
{
    fprintf(stderr, "\"%s\" is missing:\n", text);
    stage_fail_at(t, "", file, line);
}

void stage_wait_sentence_at(struct screen *t, const char *text, const char *file, int line)
{
    int64_t end = stage_clock_ms() + STAGE_WAIT;

    while (!stage_has_sentence(t, text)) {
        if (stage_clock_ms() >= end)
            missing(t, text, file, line);
        screen_settle(t, 10);
    }
}

void stage_wait_row_at(struct screen *t, const char *name, const char *text, const char *file,
                       int line)
{
    int64_t end = stage_clock_ms() + STAGE_WAIT;

    while (strstr(stage_row(t, name), text) == NULL) {
        if (stage_clock_ms() >= end)
            missing(t, text, file, line);
        screen_settle(t, 10);
    }
}

void stage_log_operations(struct stage *stage)
{
    char program[] = "/usr/sbin/slapd";
    char options[] = "-dstats";
    char file[] = "-f";
    char addresses[] = "-h";
    char conf[96];
    char uris[512];
    char log[96];
    char *argv[] = {program, options, file, conf, addresses, uris, NULL};
    posix_spawn_file_actions_t actions;
    int64_t end = stage_clock_ms() + STAGE_WAIT;

    slapd_stop(&stage->main);
    snprintf(conf, sizeof conf, "%s/slapd.conf", stage->main.directory);
    snprintf(log, sizeof log, "%s/slapd.log", stage->directory);
    snprintf(uris, sizeof uris, "%s/ %s/ %s", stage->main.ldap, stage->main.ldaps,
             stage->main.ldapi);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    assert_int_equal(posix_spawn(&stage->main.pid, program, &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    for (bool started = false; !started;) {
        char *text;

        assert_true(stage_clock_ms() < end);
        poll(NULL, 0, 5);
        text = stage_operations(stage);
        started = strstr(text, "slapd starting") != NULL;
        free(text);
    }
}

char *stage_operations(const struct stage *stage)
{
    char log[96];

    snprintf(log, sizeof log, "%s/slapd.log", stage->directory);
    return read_file(log);
}

void stage_lasts_until(const struct slapd *slapd, const char *dn, char date[16])
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    char value[32];
    struct tm tm = {0};
    time_t by_policy;
    time_t by_order;
    int last;

    slapd_value(slapd, dn, "pwdChangedTime", value, sizeof value);
    assert_non_null(strptime(value, "%Y%m%d%H%M%SZ", &tm));
    by_policy = timegm(&tm) + (time_t)90 * 86400;
    tm.tm_year += (tm.tm_mon + 3) / 12;
    tm.tm_mon = (tm.tm_mon + 3) % 12;
    last = days[tm.tm_mon];
    if (tm.tm_mon == 1 && tm.tm_year % 4 == 0)
        last++; /* right until 2099 */
    if (tm.tm_mday > last)
        tm.tm_mday = last;
    by_order = timegm(&tm);
    if (by_policy < by_order)
        by_order = by_policy;
    localtime_r(&by_order, &tm);
    strftime(date, 16, "%d/%m/%Y", &tm);
}

/* The parent of a process; 0 when it has ended, waited for or not. */
static pid_t parent_of(long pid)
{
    char path[64];
    char line[512];
    const char *after;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    file = fopen(path, "re");
    if (file == NULL)
        return 0;
    if (fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    fclose(file);
    after = strrchr(line, ')'); /* the name before it may hold anything */
    if (after == NULL || strlen(after) < 5 || after[2] == 'Z')
        return 0;
    return (pid_t)strtol(after + 3, NULL, 10);
}

int stage_children(pid_t parent, pid_t *children, int max)
{
    DIR *proc = opendir("/proc");
    int count = 0;

    assert_non_null(proc);
    for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        long pid = strtol(entry->d_name, NULL, 10);

        if (pid <= 0 || parent_of(pid) != parent)
            continue;
        if (count < max)
            children[count] = (pid_t)pid;
        count++;
    }
    closedir(proc);
    return count;
}

bool stage_is(pid_t pid, const char *name)
{
    char path[64];
    char line[64] = "";
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    file = fopen(path, "re");
    if (file == NULL)
        return false;
    if (fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    fclose(file);
    line[strcspn(line, "\n")] = '\0';
    return strncmp(line, name, 15) == 0 && line[0] != '\0';
}

bool stage_gone(pid_t pid, int ms)
{
    int64_t end = stage_clock_ms() + ms;

    while (parent_of(pid) != 0) {
        if (stage_clock_ms() >= end)
            return false;
        poll(NULL, 0, 5);
    }
    return true;
}

int64_t stage_clock_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * (int64_t)1000 + t.tv_nsec / 1000000;
}
