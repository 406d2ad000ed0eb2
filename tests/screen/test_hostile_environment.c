/* SPDX-License-Identifier: MIT */

/*
 * Variables and files that mean harm (tests/support/hostile) change nothing: the screens are those
 * of a run without them, no process of the program so much as asks for one of their files, and a
 * server that they lead to is neither reached nor trusted. Programs that obey them show that the
 * traps work.
 */

#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"
#include "rogue.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define LOGIN "dangthikimlien"
#define NEW_PASSWORD "Khe-chin5b"
#define STATS "Báo cáo thống kê"
#define STATS_ACCOUNT STAGE_ACCOUNT("stats", LOGIN)
#define NOT_TRUSTED "Chứng thư số của máy chủ không do cơ quan tin cậy cấp"

/* Under strace, and with a name to be resolved: nothing here is about time. */
#define SLOW "warn = 14 days\ndeadline = 60 seconds"

enum { PICTURES = 5 };

/* What a whole run has shown. */
struct run {
    char *first; /* every byte of the first screen */
    size_t size;
    char *picture[PICTURES]; /* the screens after it, as text */
    int pictures;
};

static char hostile[80];
static struct authority stranger;
static struct rogue *rogue;

static bool has_strace(void)
{
    char program[] = "/usr/bin/strace";
    char option[] = "-o/dev/null";
    char nothing[] = "/bin/true";
    char *argv[] = {program, option, nothing, NULL};
    int status;
    pid_t pid;

    return posix_spawn(&pid, program, NULL, NULL, argv, environ) == 0 &&
           waitpid(pid, &status, 0) == pid && status == 0;
}

static void plant(void)
{
    char ca[160];
    char port[16];
    const char *argv[] = {HOSTILE_SCRIPT, "plant", hostile, port, ca, NULL};

    snprintf(hostile, sizeof hostile, "%s-hostile", stage.directory);
    snprintf(ca, sizeof ca, "%s/stranger.pem", stage.directory);
    snprintf(port, sizeof port, "%u", rogue_port(rogue));
    authority_save(&stranger, ca);
    stage.screen = screen_open(&(struct screen_options){
        .argv = argv, .env = (const char *[]){"PATH=/usr/bin:/bin", "TERM=xterm", NULL}});
    assert_int_equal(screen_wait_exit(stage.screen, STAGE_WAIT), 0);
    stage_close(&stage);
}

static int prepare_traps(void **state)
{
    struct rogue_plan plan = {.manner = ROGUE_LDAPS,
                              .certificate = {.signer = &stranger, .ip = "127.0.0.1"}};

    prepare(state);
    if (!has_strace())
        return 0;
    stage_replace(&stage, "warn = 14 days", SLOW);
    authority_make(&stranger, "Somebody else's CA", NULL);
    plan.target = (unsigned)strtoul(strrchr(stage.main.ldap, ':') + 1, NULL, 10);
    rogue = rogue_open(&plan);
    plant();
    return 0;
}

static int clear_traps(void **state)
{
    char command[] = "rm";
    char option[] = "-rf";
    char *argv[] = {command, option, hostile, NULL};
    pid_t pid;

    if (hostile[0] != '\0' && posix_spawnp(&pid, command, NULL, NULL, argv, environ) == 0)
        waitpid(pid, NULL, 0);
    rogue_close(rogue);
    return clear(state);
}

static void need_strace(void)
{
    if (rogue != NULL)
        return;
    print_message("# strace is missing or may not trace: hostile environment not tested\n");
    skip();
}

static void trace_of(char *path, size_t size, const char *name)
{
    snprintf(path, size, "%s/trace-%s", stage.directory, name);
}

/* Starts the program in one of the ways of the script; `name` is that of its trace. */
static struct screen *open_in(const char *way, const char *name)
{
    char trace[128];
    const char *const under[] = {HOSTILE_SCRIPT, way, hostile, trace, NULL};
    struct stage_terminal terminal = stage_xterm;

    trace_of(trace, sizeof trace, name);
    terminal.under = under;
    return stage_open(&stage, &terminal);
}

/* --- the trace --- */

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Where files may be that the program and its workers look for. */
static bool is_allowed(const char *path)
{
    static const char *const folders[] = {
        "/etc/", "/usr/", "/lib", "/proc/", "/dev/", "/nonexistent/", "/var/cache/cracklib/",
        PREFIX};

    for (size_t i = 0; i < COUNT(folders); i++)
        if (begins_with(path, folders[i]))
            return true;
    return strcmp(path, "/") == 0 || strcmp(path, "/nonexistent") == 0 ||
           strcmp(path, stage.config) == 0 || strcmp(path, stage.main.ca_file) == 0 ||
           strcmp(path, stage.second.ca_file) == 0;
}

/* A sanitizer makes the folder of its reports. */
static bool is_of_a_sanitizer(const char *call)
{
#ifdef SANITIZED
    return begins_with(call, "mkdir(");
#else
    (void)call;
    return false;
#endif
}

/* The end of a call that was printed in two pieces, the end of a process, and what names no file.
 */
static bool is_no_call(const char *line)
{
    static const char *const starts[] = {"<...", "+++", "???", "getcwd(", "prctl("};

    for (size_t i = 0; i < COUNT(starts); i++)
        if (begins_with(line, starts[i]))
            return true;
    return false;
}

/* The first name in a line of strace, or NULL when it has none. */
static char *name_in(char *line)
{
    char *name = strchr(line, '"');
    char *end = name == NULL ? NULL : strchr(name + 1, '"');

    if (end == NULL)
        return NULL;
    *end = '\0';
    return name + 1;
}

struct trace {
    int names;
    int wrong; /* names outside of the folders above; they are printed */
    bool directory, quality, config;
};

static struct trace read_trace(const char *name)
{
    struct trace trace = {0};
    char *line = NULL;
    size_t size = 0;
    char path[128];
    FILE *file;

    trace_of(path, sizeof path, name);
    file = fopen(path, "re");
    assert_non_null(file);
    while (getline(&line, &size, file) > 0) {
        const char *call = line + strspn(line, "0123456789 ");
        bool is_start = begins_with(call, "execve(");
        bool is_hostile = strstr(line, hostile) != NULL;
        const char *file_name;

        if (is_no_call(call))
            continue;
        file_name = name_in(line);
        if (file_name != NULL && file_name[0] == '\0') /* of an open file: fstat(2) */
            continue;
        trace.names++;
        if (file_name == NULL || is_hostile ||
            (!is_allowed(file_name) && !is_of_a_sanitizer(call))) {
            print_message("# %s: %s\n", name, line); /* up to the name */
            trace.wrong++;
            continue;
        }
        trace.directory |= is_start && strstr(file_name, "matkhau-directory") != NULL;
        trace.quality |= is_start && strstr(file_name, "matkhau-quality") != NULL;
        trace.config |= strcmp(file_name, stage.config) == 0;
    }
    free(line);
    fclose(file);
    return trace;
}

static bool trace_names(const char *name, const char *text)
{
    char path[128];
    char *line = NULL;
    size_t size = 0;
    bool found = false;
    FILE *file;

    trace_of(path, sizeof path, name);
    file = fopen(path, "re");
    assert_non_null(file);
    while (!found && getline(&line, &size, file) > 0)
        found = strstr(line, text) != NULL;
    free(line);
    fclose(file);
    return found;
}

/* --- a run --- */

/* The hour is not the same in two runs. */
static void take_picture(struct run *run, struct screen *t)
{
    char *text;

    screen_settle(t, 100);
    text = strdup(screen_text(t));
    assert_non_null(text);
    for (char *colon = strchr(text, ':'); colon != NULL; colon = strchr(colon + 1, ':'))
        if (colon - text >= 2 && strspn(colon - 2, "0123456789") == 2 &&
            strspn(colon + 1, "0123456789") == 2)
            colon[-2] = colon[-1] = colon[1] = colon[2] = '-';
    assert_true(run->pictures < PICTURES);
    run->picture[run->pictures++] = text;
}

static void take_first_screen(struct run *run, struct screen *t)
{
    const char *bytes;

    take_picture(run, t);
    bytes = screen_output(t, &run->size);
    run->first = malloc(run->size);
    assert_non_null(run->first);
    memcpy(run->first, bytes, run->size);
}

static void whole_run(struct run *run, struct screen *t)
{

    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    take_first_screen(run, t);
    stage_enter(t, LOGIN, STAGE_PASSWORD);
    take_picture(run, t);
    stage_choose(t, STATS);
    screen_send(t, SCREEN_ENTER);
    screen_wait(t, "Mật khẩu hiện tại", STAGE_WAIT);
    screen_send(t, STAGE_SYSTEM_PASSWORD SCREEN_TAB NEW_PASSWORD SCREEN_TAB NEW_PASSWORD);
    screen_wait(t, "]  khớp", STAGE_WAIT);
    screen_wait(t, "Độ mạnh", STAGE_WAIT);
    screen_settle(t, 400); /* the checks of the letters typed before */
    take_picture(run, t);
    screen_send(t, SCREEN_ENTER);
    stage_wait_sentence(t, STATS ": đã đổi mật khẩu");
    take_picture(run, t);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, "Tên đăng nhập", STAGE_WAIT);
    take_picture(run, t);
    screen_send(t, SCREEN_F(10));
    assert_int_equal(screen_wait_exit(t, STAGE_WAIT), 0);
    stage_close(&stage);
}

static void forget(struct run *run)
{
    free(run->first);
    for (int i = 0; i < PICTURES; i++)
        free(run->picture[i]);
}

static void assert_same(const struct run *run, const struct run *usual, int pictures)
{
    assert_int_equal(run->size, usual->size);
    assert_memory_equal(run->first, usual->first, usual->size);
    assert_int_equal(run->pictures, pictures);
    for (int i = 0; i < pictures; i++)
        assert_string_equal(run->picture[i], usual->picture[i]);
}

/* The account is as it was before a change. */
static void put_back(const char *password, const char *changed)
{
    slapd_set(&stage.main, STATS_ACCOUNT, "userPassword", password);
    slapd_set(&stage.main, STATS_ACCOUNT, "pwdHistory", NULL);
    slapd_set(&stage.main, STATS_ACCOUNT, "pwdReset", NULL);
    slapd_set(&stage.main, STATS_ACCOUNT, "pwdChangedTime", changed);
}

static void assert_untouched(const char *name)
{
    struct trace trace = read_trace(name);
    char path[128];

    print_message("# %s: %d files named, %d of them where they should not be\n", name, trace.names,
                  trace.wrong);
    assert_int_equal(trace.wrong, 0);
    assert_true(trace.names > 20);
    assert_true(trace.config);
    snprintf(path, sizeof path, "%s/keylog", hostile);
    assert_int_not_equal(access(path, F_OK), 0);
    snprintf(path, sizeof path, "%s/ran", hostile);
    assert_int_not_equal(access(path, F_OK), 0);
}

/* Programs that do obey: what is proved of the others below would be seen. */
static void test_the_traps_work(void **state)
{
    static const char *const obeyed[] = {
        "/home/ldaprc\"",  "/home/.ldaprc\"",        "\"ldaprc\"",        "/home/hostilerc\"",
        "\"hostilerc\"",   "/ldap.conf\"",           "/ca.pem\"",         "/sasl",
        "/keylog\"",       "/gnutls.conf\"",         "/aliases\"",        "/terminfo/x/",
        "/locale/C.utf8/", "/zone/Asia/Ho_Chi_Minh", "/language/LC_MESS",
    };
    char trace[128];
    char keys[128];
    const char *env[] = {"PATH=/usr/bin:/bin", "TERM=xterm", "TZ=Asia/Ho_Chi_Minh", NULL};
    const char *person = STAGE_PERSON(LOGIN);
    const char *argv[] = {HOSTILE_SCRIPT, "run",   hostile, trace,          HOSTILE_SCRIPT,
                          "control",      hostile, person,  STAGE_PASSWORD, NULL};

    (void)state;
    need_strace();
    trace_of(trace, sizeof trace, "control");
    stage.screen = screen_open(&(struct screen_options){.argv = argv, .env = env});
    assert_int_equal(screen_wait_exit(stage.screen, STAGE_WAIT), 0);
    if (!screen_has(stage.screen, "hostile"))
        stage_fail(stage.screen, "The terminal's description was not obeyed.");
    for (size_t i = 0; i < COUNT(obeyed); i++)
        if (!trace_names("control", obeyed[i]))
            fail_msg("no program asked for %s", obeyed[i]);
    assert_int_equal(rogue_seen(rogue).binds, 1);
    assert_int_equal(rogue_count(rogue, STAGE_PASSWORD).clear, 1);
    snprintf(keys, sizeof keys, "%s/keylog", hostile);
    assert_int_equal(unlink(keys), 0);
}

static void test_nothing_changes(void **state)
{
    unsigned connections;
    struct run usual = {0};
    struct run harmed = {0};
    char password[128];
    char changed[32];

    (void)state;
    need_strace();
    connections = rogue_seen(rogue).connections;
    slapd_value(&stage.main, STATS_ACCOUNT, "userPassword", password, sizeof password);
    slapd_value(&stage.main, STATS_ACCOUNT, "pwdChangedTime", changed, sizeof changed);
    whole_run(&usual, open_in("clean", "clean"));
    assert_true(slapd_binds(&stage.main, STATS_ACCOUNT, NEW_PASSWORD));
    put_back(password, changed);
    whole_run(&harmed, open_in("run", "harmed"));
    assert_true(slapd_binds(&stage.main, STATS_ACCOUNT, NEW_PASSWORD));

    assert_same(&harmed, &usual, PICTURES);
    assert_untouched("harmed");
    assert_true(read_trace("harmed").directory);
    assert_true(read_trace("harmed").quality);
    assert_int_equal(rogue_seen(rogue).connections, connections);
    forget(&usual);
    forget(&harmed);
}

/* A short run in ASCII, up to the table, which needs the time. */
static void short_run(struct run *run, struct screen *t)
{

    screen_wait(t, "Ten dang nhap", STAGE_WAIT);
    take_first_screen(run, t);
    screen_send(t, LOGIN SCREEN_TAB STAGE_PASSWORD SCREEN_ENTER);
    screen_wait(t, "Viec can lam", STAGE_WAIT);
    screen_settle(t, STAGE_QUIET);
    screen_wait_gone(t, "dang doc", STAGE_WAIT);
    take_picture(run, t);
    screen_send(t, SCREEN_F(10));
    screen_wait(t, "Ten dang nhap", STAGE_WAIT);
    screen_send(t, SCREEN_F(10));
    assert_int_equal(screen_wait_exit(t, STAGE_WAIT), 0);
    stage_close(&stage);
}

/* Values that are kept when they look right, but name files: as if they were not set. */
static void test_a_locale_and_a_zone_are_no_files(void **state)
{
    struct run usual = {0};
    struct run harmed = {0};

    (void)state;
    need_strace();
    short_run(&usual, open_in("bare", "bare"));
    short_run(&harmed, open_in("paths", "paths"));
    assert_same(&harmed, &usual, 2);
    assert_untouched("paths");
    forget(&usual);
    forget(&harmed);
}

/* Where the configured server itself is the stranger's, the variables would have it trusted. */
static void test_the_strangers_server_gets_nothing(void **state)
{
    struct rogue_seen before;
    struct rogue_seen after;
    unsigned secrets;
    char uris[160];
    char uri[80];
    struct screen *t;

    (void)state;
    need_strace();
    before = rogue_seen(rogue);
    secrets = rogue_count(rogue, STAGE_PASSWORD).clear;
    snprintf(uri, sizeof uri, "uri = %s", stage.main.ldap);
    /* A name without a dot is what HOSTALIASES is about. */
    snprintf(uris, sizeof uris, "uri = ldaps://ldap-chinh:%u ldaps://127.0.0.1:%u",
             rogue_port(rogue), rogue_port(rogue));
    stage_replace(&stage, uri, uris);
    t = open_in("run", "stranger");
    stage_log_in(t, LOGIN, STAGE_PASSWORD);
    stage_wait_sentence(t, NOT_TRUSTED);
    screen_send(t, SCREEN_F(10));
    assert_int_equal(screen_wait_exit(t, STAGE_WAIT), 0);
    stage_close(&stage);
    stage_replace(&stage, uris, uri);
    assert_untouched("stranger");
    after = rogue_seen(rogue);
    assert_true(after.connections > before.connections);
    assert_int_equal(after.binds, before.binds);
    assert_int_equal(rogue_count(rogue, STAGE_PASSWORD).clear, secrets);
    assert_int_equal(rogue_count(rogue, STAGE_PASSWORD).wire, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCREEN_TEST(test_the_traps_work),
        SCREEN_TEST(test_nothing_changes),
        SCREEN_TEST(test_a_locale_and_a_zone_are_no_files),
        SCREEN_TEST(test_the_strangers_server_gets_nothing),
    };

    return cmocka_run_group_tests(tests, prepare_traps, clear_traps);
}
