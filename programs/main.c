/* The `crmvalue` command: a client of libcrmvalue like any other. */
#include "commands.h"
#include "help.h"
#include "names.h"
#include "output.h"
#include "unfinished.h"

#include <signal.h>
#include <string.h>

typedef struct command {
    const char *name; /* of `crmvalue ledger`: the second word */
    int32_t bit;
    bool (*run)(const options *asked, int *status, failure *why);
} command;

static const command commands[] = {
    {"check", COMMAND_CHECK, command_check},
    {"score", COMMAND_SCORE, command_score},
    {"explain", COMMAND_EXPLAIN, command_explain},
    {"fit", COMMAND_FIT, command_fit},
    {"robustness", COMMAND_ROBUSTNESS, command_robustness},
    {"validate", COMMAND_VALIDATE, command_validate},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static const command ledger_commands[] = {
    {"append", COMMAND_APPEND, command_append}, {"info", COMMAND_INFO, command_info},
    {"merge", COMMAND_MERGE, command_merge},    {"withdraw", COMMAND_WITHDRAW, command_withdraw},
    {"erase", COMMAND_ERASE, command_erase},
};
enum { LEDGER_COMMANDS = sizeof ledger_commands / sizeof ledger_commands[0] };

static const command *find_command(const command *list, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, list[i].name) == 0) {
            return &list[i];
        }
    }
    return NULL;
}

static bool unknown_command(const char *name, failure *why) {
    const char *names[COMMANDS + 2] = {"help", "ledger"};
    char text[SHOWN_BYTES];
    for (size_t i = 0; i < COMMANDS; i++) {
        names[i + 2] = commands[i].name;
    }
    const char *nearest = nearest_name(name, names, COMMANDS + 2);
    shown(name, text);
    return nearest ? failure_usage(why, "unknown command \"%s\"; did you mean %s?", text, nearest)
                   : failure_usage(why,
                                   "unknown command \"%s\"; expected check, score, explain, fit, robustness, validate, "
                                   "ledger or help",
                                   text);
}

static bool unknown_ledger_command(const char *name, failure *why) {
    const char *names[LEDGER_COMMANDS];
    char text[SHOWN_BYTES];
    for (size_t i = 0; i < LEDGER_COMMANDS; i++) {
        names[i] = ledger_commands[i].name;
    }
    const char *nearest = nearest_name(name, names, LEDGER_COMMANDS);
    shown(name, text);
    return nearest ? failure_usage(why, "unknown command \"ledger %s\"; did you mean ledger %s?", text, nearest)
                   : failure_usage(
                         why, "unknown command \"ledger %s\"; expected append, info, merge, withdraw or erase", text);
}

static bool write_help(const char *topic, failure *why) {
    output written = {0};
    return output_open(&written, NULL, why) && help_write(topic, written.file, why) && output_finish(&written, why);
}

static bool write_version(failure *why) {
    output written = {0};
    return output_open(&written, NULL, why) && fprintf(written.file, "crmvalue %s\n", crmv_version()) > 0 &&
           output_finish(&written, why);
}

static bool run_command(const command *chosen, int count, char **arguments, int *status, failure *why) {
    options asked;
    bool done = options_read(&asked, chosen->bit, count, arguments, why) &&
                (asked.help ? write_help(chosen->bit < COMMAND_APPEND ? chosen->name : "ledger", why)
                            : chosen->run(&asked, status, why));
    options_clear(&asked);
    return done;
}

static bool run_on_ledger(int count, char **arguments, int *status, failure *why) {
    if (count == 0) {
        return failure_usage(why, "no command; expected ledger append, info, merge, withdraw or erase");
    }
    if (strcmp(arguments[0], "--help") == 0 || strcmp(arguments[0], "-h") == 0) {
        return write_help("ledger", why);
    }
    const command *chosen = find_command(ledger_commands, LEDGER_COMMANDS, arguments[0]);
    return chosen ? run_command(chosen, count - 1, arguments + 1, status, why)
                  : unknown_ledger_command(arguments[0], why);
}

static bool is_one_of(const char *argument, const char *one, const char *other) {
    return strcmp(argument, one) == 0 || strcmp(argument, other) == 0;
}

static bool run(int count, char **arguments, int *status, failure *why) {
    if (count == 0) {
        return failure_usage(why,
                             "no command; expected check, score, explain, fit, robustness, validate, ledger or help");
    }
    if (is_one_of(arguments[0], "--version", "-V")) {
        return write_version(why);
    }
    if (is_one_of(arguments[0], "--help", "-h")) {
        return write_help(NULL, why);
    }
    if (strcmp(arguments[0], "help") == 0) {
        return count > 2 ? failure_usage(why, "help takes one topic")
                         : write_help(count > 1 ? arguments[1] : NULL, why);
    }
    if (strcmp(arguments[0], "ledger") == 0) {
        return run_on_ledger(count - 1, arguments + 1, status, why);
    }
    const command *chosen = find_command(commands, COMMANDS, arguments[0]);
    return chosen ? run_command(chosen, count - 1, arguments + 1, status, why) : unknown_command(arguments[0], why);
}

int main(int count, char **arguments) {
    failure why = {0};
    int status = EXIT_DONE;
    /* A reader that has gone away and a file that may not grow are errors of writing, told like any other. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    unfinished_watch();
    if (run(count - 1, arguments + 1, &status, &why)) {
        return status;
    }
    fprintf(stderr, "crmvalue: %s\n", why.message);
    if (why.status == EXIT_USAGE) {
        fputs("crmvalue: \"crmvalue help\" tells how to use it\n", stderr);
    }
    return why.status;
}
