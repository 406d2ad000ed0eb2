/* SPDX-License-Identifier: MIT */

/*
 * The trail as the terminal program keeps it, for a person's own changes and for a helpdesk: what
 * stands in the file, and when, and what is refused.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trail.h"
#include "verify.h"

#define WAIT_MS 20000
#define CALLS 25

static char folder[] = "/tmp/test-trail-acts-XXXXXX";
static struct config config;
static struct trail trail;

static const struct trail_act look_at = {
    .kind = MK_TRAIL_LOOK, .who = "lethihoa", .desk = "hanoi", .person = "nguyenvanan"};
static const struct trail_act call = {.kind = MK_TRAIL_CALL,
                                      .who = "lethihoa",
                                      .desk = "hanoi",
                                      .person = "nguyenvanan",
                                      .verified = "Gọi lại",
                                      .reason = "quên \"mật khẩu\""};
static const struct trail_act reset = {.kind = MK_TRAIL_RESET,
                                       .who = "lethihoa",
                                       .system = "mail",
                                       .server = "ldaps://ldap1.example.vn",
                                       .desk = "hanoi",
                                       .person = "nguyenvanan",
                                       .verified = "Gọi lại",
                                       .reason = "quên \"mật khẩu\""};

static void empty(void)
{
    int fd = open(config.trail_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
}

static int start(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(config.trail_file, sizeof config.trail_file, "%s/trail.jsonl", folder);
    return 0;
}

static int fresh(void **state)
{
    (void)state;
    empty();
    trail_start(&trail, &config, "192.0.2.7");
    return 0;
}

static int after(void **state)
{
    (void)state;
    trail_stop(&trail);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    (void)unlink(config.trail_file);
    return rmdir(folder);
}

/* The last line of the file without its end, "" where there is none; good until the next call. */
static const char *last_line(void)
{
    static char line[MK_TRAIL_LINE_MAX + 2];
    FILE *f = fopen(config.trail_file, "re");

    assert_non_null(f);
    line[0] = '\0';
    while (fgets(line, sizeof line, f) != NULL)
        line[strcspn(line, "\n")] = '\0';
    assert_int_equal(fclose(f), 0);
    return line;
}

static struct mk_trail_verdict look(void)
{
    struct mk_trail_verify request = {.after = ""};
    struct mk_trail_verdict verdict = {.line = 0};
    struct verify verify = {0};

    memcpy(request.file, config.trail_file, sizeof request.file);
    verify_file(&verify, &request, &verdict);
    verify_end(&verify);
    assert_int_equal(verdict.fault, MK_TRAIL_WORKS);
    assert_int_equal(verdict.broken, MK_CHAIN_WHOLE);
    return verdict;
}

/* Waits as the loop of the program does. */
static enum trail_news wait_for(struct trail *t)
{
    enum trail_news news = TRAIL_NOTHING;

    while (news == TRAIL_NOTHING) {
        struct pollfd fd = {.fd = t->worker.fd, .events = POLLIN};

        assert_true(trail_waits(t));
        assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
        news = trail_ready(t);
    }
    assert_false(trail_waits(t));
    return news;
}

static void write_now(struct trail *t, const struct trail_act *act)
{
    assert_int_equal(trail_intend(t, act), TRAIL_NOTHING);
    assert_int_equal(wait_for(t), TRAIL_WRITTEN);
}

/* Between the step and the hash of the last line stands this, and there is no other member. */
static void assert_says(const char *step, const char *act, const char *rest)
{
    const char *line = last_line();
    const char *at = strstr(line, "\",\"step\":\"");
    char wanted[1024];
    char uid[32];
    const char *from;

    (void)snprintf(wanted, sizeof wanted,
                   "\",\"step\":\"%s\",\"act\":\"%s\",\"who\":\"lethihoa\",\"uid\":", step, act);
    assert_non_null(at);
    assert_memory_equal(at, wanted, strlen(wanted));
    (void)snprintf(uid, sizeof uid, "%u,", (unsigned)getuid());
    assert_memory_equal(at + strlen(wanted), uid, strlen(uid));
    /* A terminal stands there only where this test has one. */
    from = strstr(at, "\"ssh\":");
    if (from == NULL)
        from = strstr(at, "\"utmp\":");
    assert_non_null(from);
    from = strchr(from, ',');
    assert_non_null(from);
    (void)snprintf(wanted, sizeof wanted, "%s,\"hash\":\"", rest);
    if (strncmp(from, wanted, strlen(wanted)) != 0)
        fail_msg("\"%s\" is not in\n%s", wanted, line);
}

#define PERSON ",\"desk\":\"hanoi\",\"person\":\"nguyenvanan\""
#define CALL PERSON ",\"verified\":\"Gọi lại\",\"reason\":\"quên \\\"mật khẩu\\\"\""
#define WHERE CALL ",\"system\":\"mail\",\"server\":\"ldaps://ldap1.example.vn\""

/* Each is on the disk when the answer has come, and nothing can be told of it afterwards. */
static void looks_and_calls_are_noted_first(void **state)
{
    (void)state;
    write_now(&trail, &look_at);
    assert_says("noted", "look", PERSON);
    trail_tell(&trail, MK_OK, 0, "", true);
    write_now(&trail, &call);
    assert_says("noted", "call", CALL);
    trail_tell(&trail, MK_OK, 0, "", true);
    trail_stop(&trail);
    assert_int_equal(look().records, 2);
    assert_int_equal(look().open, 0);
}

static void what_is_done_has_intent_and_outcome(void **state)
{
    (void)state;
    write_now(&trail, &reset);
    assert_says("intent", "reset", WHERE);
    assert_int_equal(look().open, 1);
    trail_tell(&trail, MK_OUTCOME_UNKNOWN, 0, "", false);
    trail_tell(&trail, MK_SERVER_REFUSED, 53, "ldaps://ldap2.example.vn", true);
    trail_tell(&trail, MK_OK, 0, "", true); /* too late: that was the last word */
    trail_stop(&trail);
    assert_says("found", "reset",
                CALL ",\"system\":\"mail\",\"server\":\"ldaps://ldap2.example.vn\","
                     "\"outcome\":\"MK_SERVER_REFUSED\",\"code\":53");
    assert_int_equal(look().records, 3);
    assert_int_equal(look().open, 0);
}

/* The person's own change says nothing of a desk. */
static void own_changes_are_as_before(void **state)
{
    const struct trail_act change = {
        .kind = MK_TRAIL_CHANGE, .who = "lethihoa", .system = "person"};

    (void)state;
    write_now(&trail, &change);
    assert_says("intent", "change", ",\"system\":\"person\"");
    trail_tell(&trail, MK_OK, 0, "ldap://127.0.0.1", true);
    trail_stop(&trail);
    assert_says("outcome", "change",
                ",\"system\":\"person\",\"server\":\"ldap://127.0.0.1\",\"outcome\":\"MK_OK\"");
}

/* The session's and the desk's, in turn, in one process and one chain. */
static void two_trails_write_one_chain(void **state)
{
    const struct trail_act change = {
        .kind = MK_TRAIL_CHANGE, .who = "lethihoa", .system = "person"};
    struct trail own;

    (void)state;
    trail_start(&own, &config, "");
    for (int i = 0; i < CALLS; i++) {
        write_now(&trail, &look_at);
        assert_int_equal(trail_intend(&own, &change), TRAIL_NOTHING);
        assert_int_equal(trail_intend(&trail, &reset), TRAIL_NOTHING);
        assert_int_equal(wait_for(&trail), TRAIL_WRITTEN);
        assert_int_equal(wait_for(&own), TRAIL_WRITTEN);
        trail_tell(&trail, MK_OK, 0, "", true);
        trail_tell(&own, MK_OK, 0, "", true);
    }
    trail_stop(&own);
    trail_stop(&trail);
    assert_int_equal(look().records, 5 * CALLS);
    assert_int_equal(look().open, 0);
}

/* Where nothing can be written, nothing may be shown or done: whatever it is. */
static void refuses_without_a_file(void **state)
{
    const struct trail_act acts[] = {look_at, call, reset};

    (void)state;
    assert_int_equal(unlink(config.trail_file), 0);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        assert_int_equal(trail_intend(&trail, &acts[i]), TRAIL_NOTHING);
        assert_int_equal(wait_for(&trail), TRAIL_REFUSED);
    }
    empty();
    write_now(&trail, &look_at); /* and goes on where it can be */
    trail_stop(&trail);
    assert_int_equal(look().records, 1);
}

static void refuses_when_it_takes_too_long(void **state)
{
    int lock = open(config.trail_file, O_RDWR | O_CLOEXEC);
    int64_t next;

    (void)state;
    assert_int_equal(flock(lock, LOCK_EX), 0);
    assert_int_equal(trail_intend(&trail, &look_at), TRAIL_NOTHING);
    assert_int_equal(trail_late(&trail, trail.deadline_ms - 1, &next), TRAIL_NOTHING);
    assert_true(next == trail.deadline_ms);
    assert_int_equal(trail_late(&trail, trail.deadline_ms, &next), TRAIL_REFUSED);
    assert_false(trail_waits(&trail));
    assert_int_equal(close(lock), 0);
    write_now(&trail, &call);
    trail_stop(&trail);
    assert_says("noted", "call", CALL);
}

static void refuses_when_the_worker_is_killed(void **state)
{
    int lock = open(config.trail_file, O_RDWR | O_CLOEXEC);

    (void)state;
    assert_int_equal(flock(lock, LOCK_EX), 0); /* so that it cannot answer */
    assert_int_equal(trail_intend(&trail, &reset), TRAIL_NOTHING);
    assert_int_equal(kill(trail.worker.pid, SIGKILL), 0);
    assert_int_equal(wait_for(&trail), TRAIL_REFUSED);
    assert_int_equal(close(lock), 0);
    assert_int_equal(look().records, 0);
}

/* kill -9 between intent and outcome leaves the intent open, and what follows whole. */
static void a_killed_program_leaves_the_intent(void **state)
{
    pid_t pid = fork();
    int status;

    (void)state;
    if (pid == 0) {
        write_now(&trail, &look_at);
        write_now(&trail, &call);
        write_now(&trail, &reset);
        (void)raise(SIGKILL);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_says("intent", "reset", WHERE);
    assert_int_equal(look().open, 1);
    write_now(&trail, &look_at);
    trail_stop(&trail);
    assert_int_equal(look().records, 4);
    assert_int_equal(look().open, 1);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, fresh, after)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(looks_and_calls_are_noted_first),
        TEST(what_is_done_has_intent_and_outcome),
        TEST(own_changes_are_as_before),
        TEST(two_trails_write_one_chain),
        TEST(refuses_without_a_file),
        TEST(refuses_when_it_takes_too_long),
        TEST(refuses_when_the_worker_is_killed),
        TEST(a_killed_program_leaves_the_intent),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
