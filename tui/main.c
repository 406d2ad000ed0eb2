/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app.h"
#include "audit.h"
#include "environment.h"
#include "language.h"
#include "selfcheck.h"
#include "terminal.h"
#include "text.h"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2 };

#define FILES_MAX 64

struct options {
    char config[MK_FILE_MAX + 1]; /* absolute: we leave the folder we were started in */
    enum language language;
    bool plain; /* without diacritics */
    int files;  /* of `matkhau audit verify` */
    char file[FILES_MAX][MK_FILE_MAX + 1];
    bool check; /* instead of the screen: is everything in order? */
    bool help;
    bool version;
    bool wrong;
};

/* No core file, no debugger of the same user, no file of whoever started us. */
static void protect(void)
{
    struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)close_range(3, ~0U, 0);
    /* Without the three standard files the next open() would take their place. */
    for (int i = 0; i < 3; i++)
        if (fcntl(i, F_GETFD) < 0 && open("/dev/null", O_RDWR) != i)
            abort();
}

static bool absolute(char *out, size_t size, const char *file)
{
    size_t length = 0;

    if (file[0] != '/') {
        if (getcwd(out, size) == NULL)
            return false;
        length = strlen(out);
    }
    return (size_t)snprintf(out + length, size - length, "%s%s", length > 0 ? "/" : "", file) <
           size - length;
}

/* What stands there besides options: nothing, or "audit verify FILE...". */
static bool read_command(struct options *options, int count, char **words)
{
    if (count <= 0)
        return count == 0;
    if (count < 3 || count - 2 > FILES_MAX || strcmp(words[0], "audit") != 0 ||
        strcmp(words[1], "verify") != 0)
        return false;
    for (options->files = 0; options->files < count - 2; options->files++)
        if (!absolute(options->file[options->files], sizeof options->file[0],
                      words[options->files + 2]))
            return false;
    return true;
}

static void read_options(struct options *options, int argc, char **argv)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'},
        {"lang", required_argument, NULL, 'l'},
        {"check", no_argument, NULL, 'C'},
        {"khong-dau", no_argument, NULL, 'k'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    int option;

    opterr = 0;
    memcpy(options->config, SYSCONFDIR "/matkhau.conf", sizeof SYSCONFDIR "/matkhau.conf");
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
        switch (option) {
        case 'c':
            if (!absolute(options->config, sizeof options->config, optarg))
                options->wrong = true;
            break;
        case 'l':
            if (strcmp(optarg, "en") == 0)
                options->language = LANGUAGE_ENGLISH;
            else if (strcmp(optarg, "vi") != 0)
                options->wrong = true;
            break;
        case 'C':
            options->check = true;
            break;
        case 'k':
            options->plain = true;
            break;
        case 'h':
            options->help = true;
            break;
        case 'V':
            options->version = true;
            break;
        default:
            options->wrong = true;
        }
    if (argc < 1 || !read_command(options, argc - optind, argv + optind))
        options->wrong = true;
}

static void usage(FILE *out)
{
    fputs(_("Usage: matkhau [--config=FILE] [--lang=vi|en] [--khong-dau] [--check]\n"
            "       matkhau audit verify FILE...\n"
            "\n"
            "Shows when the password of each of your systems expires, and changes what is due.\n"
            "\n"
            "  --config=FILE  read this file instead of the installed one\n"
            "  --lang=vi|en   language of the screen (vi)\n"
            "  --khong-dau    Vietnamese without diacritics\n"
            "  --check        says what is wrong with the configuration, and nothing else\n"
            "  --help         this text\n"
            "  --version      the version\n"
            "  audit verify   says whether the trail in these files is as it was written\n"),
          out);
}

static int check(const struct config *config)
{
    bool good = selfcheck_run(config);

    if (!audit_try(config) || !good)
        return EXIT_FAILED;
    puts(_("matkhau: the configuration and the check of new passwords are in order."));
    return EXIT_SUCCESS;
}

static int run(struct app *app, const struct environment *environment)
{
    if (!secret_start()) {
        fprintf(stderr, "%s\n", _("matkhau: there is not enough memory for passwords."));
        return EXIT_FAILED;
    }
    switch (terminal_start(environment->term)) {
    case TERMINAL_OK:
        break;
    case TERMINAL_NOT_A_TTY:
        fprintf(stderr, "%s\n",
                _("matkhau: this program needs a terminal for its input and output; please start "
                  "it from one, not through a pipe or a file."));
        return EXIT_FAILED;
    case TERMINAL_DUMB:
        fprintf(stderr, "%s\n",
                _("matkhau: this kind of terminal cannot show a screen; please set TERM to its "
                  "real type, such as vt100 or xterm."));
        return EXIT_FAILED;
    }
    app_run(app, environment->ssh);
    terminal_stop();
    secret_wipe_all();
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct environment environment;
    struct options options = {.language = LANGUAGE_VIETNAMESE};
    struct app *app;
    char message[1024];
    bool utf8;
    int status;

    read_options(&options, argc, argv);
    environment_scrub(&environment);
    protect();
    utf8 = language_start(environment.locale, options.language, options.plain);
    text_start(utf8);
    if (options.wrong || options.help) {
        usage(options.wrong ? stderr : stdout);
        return options.wrong ? EXIT_USAGE : EXIT_SUCCESS;
    }
    if (options.version) {
        puts("matkhau " VERSION);
        return EXIT_SUCCESS;
    }
    if (options.files > 0)
        return audit_verify(options.file, options.files) ? EXIT_SUCCESS : EXIT_FAILED;
    app = calloc(1, sizeof *app);
    if (app == NULL)
        return EXIT_FAILED;
    if (config_read(&app->config, options.config, message, sizeof message)) {
        status = options.check ? check(&app->config) : run(app, &environment);
    } else {
        fprintf(stderr, "matkhau: %s\n", message);
        status = EXIT_USAGE;
    }
    free(app);
    return status;
}
