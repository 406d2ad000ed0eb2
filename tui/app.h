/* SPDX-License-Identifier: MIT */
#ifndef APP_H
#define APP_H

/*
 * The running program: one loop, one screen at a time.
 *
 * A screen is a filled table of operations at the end of its file. Drawing is done anew after every
 * event; ncurses sends only what differs. A screen's memory is its own, comes zeroed, and is wiped
 * when the screen is left. Keys, footer and help come from one table of actions per screen.
 */

#include "checker.h"
#include "desk.h"
#include "field.h"
#include "issue.h"
#include "keys.h"
#include "sentences.h"
#include "session.h"

struct app;

struct action {
    enum keys_key key;
    char character; /* instead of `key`: a printable ASCII key, e.g. ' ' */
    bool in_footer;
    const char *label; /* N_: a word or two for the footer */
    const char *help;  /* N_: a sentence for the help screen */
    void (*run)(struct app *app);
    bool (*applies)(const struct app *app); /* NULL: always */
};

struct screen {
    const char *help;              /* N_: what this screen is for, shown above the keys */
    const struct action *actions;  /* ends with a NULL label */
    size_t memory;                 /* bytes of private memory */
    void (*draw)(struct app *app); /* leaves the cursor where it belongs */
    /* All of these may be NULL. */
    void (*enter)(struct app *app);
    void (*type)(struct app *app, const struct keys_event *event); /* what is no action's key */
    void (*event)(struct app *app, const struct session_event *event);
    void (*checked)(struct app *app); /* news from the checker */
    void (*desk)(struct app *app, const struct desk_event *event);
    int64_t (*tick)(struct app *app); /* returns the next moment wanted (now_ms), or INT64_MAX */
    void (*leave)(struct app *app);
};

/* Room for two sentences, one below the other. */
enum { APP_NOTICE_MAX = 2 * SENTENCE_MAX };

/* What is being changed one after the other. */
struct batch {
    int count;
    int next; /* index of the one on the screen */
    int system[SESSION_ROWS_MAX];
    bool tried[SESSION_ROWS_MAX];
    enum mk_result result[SESSION_ROWS_MAX]; /* of the last try */
};

/* What the helpdesk's screens hand to one another. */
enum calling_next { CALLING_NOTHING, CALLING_UNLOCK, CALLING_RESET };
struct calling {
    char typed[MK_TYPED_MAX + 1]; /* of what to find the caller by */
    int hit;                      /* on which the cursor stood */
    int row;                      /* of the card; likewise */
    bool has_row;                 /* by a key; until then it stands where something is to be done */
    enum calling_next next;       /* what waits for the call to be recorded */
};

struct app {
    struct config config;
    struct session session;
    struct checker checker;
    struct batch batch;
    struct calling calling;
    struct issue issue; /* the temporary password of the reset screen */
    struct desk *desk;  /* NULL until an operator has opened it; until the log-out */

    /* By account + 1: what it was given in this log-in. In locked memory, until the log-out. */
    struct mk_password *given[SESSION_ROWS_MAX];

    /* By account + 1, of this log-in: the last reset by a helpdesk that was told; and whether the
       password had been issued by somebody and was changed before anything else. */
    int64_t told_reset[SESSION_ROWS_MAX];
    bool was_issued[SESSION_ROWS_MAX];

    const struct screen *screen;
    void *memory; /* of `screen` */
    bool helping; /* the help screen lies over it */
    bool quit;
    bool logged_faults; /* the system log knows what part of the check does not work */
    bool drops_input; /* what was read and not yet looked at was meant for a screen that is gone */
    /* Why the next change screen comes by itself; taken over by it. */
    struct forced {
        bool is;
        enum mk_forced must_change;
        int grace; /* grace log-ins left */
    } forced;
    int selected;                /* the system on which the table's cursor stands */
    bool has_selected;           /* by a key; until then the cursor stands on the most urgent row */
    char notice[APP_NOTICE_MAX]; /* for the screen to show until the next key */

    int64_t now;    /* wall clock, seconds; set before every event */
    int64_t now_ms; /* monotonic; likewise */
    int64_t last_key_ms;
};

extern const struct screen screen_login;
extern const struct screen screen_table;
extern const struct screen screen_change;
extern const struct screen screen_results;
extern const struct screen screen_account;
extern const struct screen screen_find;
extern const struct screen screen_card;
extern const struct screen screen_call;
extern const struct screen screen_reset;

/* The name of a system, or of the ministry account, as the screens show it. */
const char *app_system_name(const struct app *app, int system);

/* Starts changing what `batch` holds, or ends it: the next change screen, the results, the table.
 */
void app_next_change(struct app *app);

/* Leaves the present screen and enters `screen`. */
void app_go(struct app *app, const struct screen *screen);

/* To the card while there is a caller, else to the table. */
void app_go_home(struct app *app);

/* Kills the workers, wipes everything of the person, and goes to the log-in screen. */
void app_log_out(struct app *app);

/* Opens the desk where it is not open yet. False: there is no memory for it. */
bool app_open_desk(struct app *app);

/* Shows `text`, a whole sentence, until the next key that does something. */
void app_say(struct app *app, const char *text);

/* Shows `text` in a line below what is shown already. */
void app_say_more(struct app *app, const char *text);

/* The password was refused, and F3 tries its accented letters in the other form. */
void app_say_other_form(struct app *app);

/*
 * Types into a field for a password that exists already, and says so when what arrives is not what
 * fingers meant: a letter with its accent comes from an input method, other bytes from a bad line.
 */
void app_type_password(struct app *app, struct field *field, const struct keys_event *event);

/* For the actions of every screen. */
void app_quit(struct app *app);
void app_help(struct app *app);

/*
 * Runs until the person leaves, the terminal hangs up, or a signal ends it. The config is filled;
 * `ssh` is where the person comes from, as far as SSH_CONNECTION says, or "".
 */
void app_run(struct app *app, const char *ssh);

#endif
