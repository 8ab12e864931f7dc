#include "options.h"

#include "names.h"
#include "paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the value of an option is. */
enum { TAKES_TEXT, TAKES_TEXTS, TAKES_DATE, TAKES_THREADS, TAKES_NOTHING };

typedef struct option {
    const char *name;
    const char *value; /* what to write behind it, for people */
    int32_t commands;
    int32_t takes;
    size_t offset;
} option;

enum { ALL_COMMANDS = COMMAND_CHECK | COMMAND_SCORE | COMMAND_EXPLAIN };

static const option known[] = {
    {"--model", "a model file", ALL_COMMANDS, TAKES_TEXT, offsetof(options, model)},
    {"--transactions", "a CSV file or -", ALL_COMMANDS, TAKES_TEXTS, offsetof(options, transactions)},
    {"--customers", "a CSV file or -", ALL_COMMANDS, TAKES_TEXT, offsetof(options, customers)},
    {"--as-of", "a date, YYYY-MM-DD", ALL_COMMANDS, TAKES_DATE, offsetof(options, as_of)},
    {"--out", "a file to write", COMMAND_SCORE, TAKES_TEXT, offsetof(options, out)},
    {"--report", "a file to write", COMMAND_SCORE, TAKES_TEXT, offsetof(options, report)},
    {"--customer", "a customer's key", COMMAND_EXPLAIN, TAKES_TEXT, offsetof(options, customer)},
    {"--values", NULL, COMMAND_SCORE, TAKES_NOTHING, offsetof(options, values)},
    {"--threads", "a number from 1 to 1024", ALL_COMMANDS, TAKES_THREADS, offsetof(options, threads)},
    {"--quiet", NULL, ALL_COMMANDS, TAKES_NOTHING, offsetof(options, quiet)},
    {"--help", NULL, ALL_COMMANDS, TAKES_NOTHING, offsetof(options, help)},
};
enum { KNOWN = sizeof known / sizeof known[0] };

/* ---- Values ------------------------------------------------------------------------------------------------------ */

static const char *command_name(int32_t command) {
    return command == COMMAND_CHECK ? "check" : command == COMMAND_SCORE ? "score" : "explain";
}

/* Digits from `text` on as a number; false where there are others. */
static bool digits(const char *text, int32_t count, int32_t *number) {
    *number = 0;
    for (int32_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        *number = *number * 10 + (text[i] - '0');
    }
    return true;
}

static bool read_date(const char *text, int32_t *day) {
    int32_t year, month, day_of_month;
    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' || !digits(text, 4, &year) ||
        !digits(text + 5, 2, &month) || !digits(text + 8, 2, &day_of_month)) {
        return false;
    }
    *day = crmv_day(year, month, day_of_month);
    return *day != CRMV_NO_DATE;
}

static bool read_threads(const char *text, int32_t *threads) {
    size_t length = strlen(text);
    return length >= 1 && length <= 4 && digits(text, (int32_t)length, threads) && *threads >= 1 && *threads <= 1024;
}

/* Takes a value into the field of the options that it belongs to; false where it is no such value. */
static bool take(const option *given, const char *value, options *asked) {
    void *field = (char *)asked + given->offset;
    switch (given->takes) {
    case TAKES_DATE:
        return read_date(value, field);
    case TAKES_THREADS:
        return read_threads(value, field);
    case TAKES_TEXTS:
        asked->transactions[asked->transaction_count++] = value;
        return value[0] != '\0';
    case TAKES_NOTHING:
        *(bool *)field = true;
        return true;
    default:
        *(const char **)field = value;
        return value[0] != '\0';
    }
}

/* ---- The command line -------------------------------------------------------------------------------------------- */

/* The option that an argument names, up to its end or to '='. */
static const option *find(const char *argument, size_t length) {
    for (size_t i = 0; i < KNOWN; i++) {
        if (strlen(known[i].name) == length && memcmp(known[i].name, argument, length) == 0) {
            return &known[i];
        }
    }
    return NULL;
}

static bool unknown(const char *argument, size_t length, int32_t command, failure *why) {
    const char *names[KNOWN];
    int32_t count = 0;
    for (size_t i = 0; i < KNOWN; i++) {
        if (known[i].commands & command) {
            names[count++] = known[i].name;
        }
    }
    char name[SHOWN_BYTES];
    shown_part(argument, length, name);
    if (argument[0] != '-' || argument[1] == '\0') {
        return failure_usage(why,
                             "\"%s\" is no option of crmvalue %s; files are given behind an option, as in "
                             "--transactions FILE",
                             name, command_name(command));
    }
    const char *nearest = nearest_name(name, names, count);
    return nearest ? failure_usage(why, "unknown option %s; did you mean %s?", name, nearest)
                   : failure_usage(why, "unknown option %s; \"crmvalue help %s\" lists the options", name,
                                   command_name(command));
}

/* Reads the option at `*position` and moves past it and its value. */
static bool read_option(options *asked, int count, char **arguments, int *position, int32_t *seen, failure *why) {
    const char *argument = arguments[(*position)++];
    size_t length = strcspn(argument, "=");
    const option *given = find(argument, length);
    if (!given || !(given->commands & asked->command)) {
        return given ? failure_usage(why, "crmvalue %s takes no %s", command_name(asked->command), given->name)
                     : unknown(argument, length, asked->command, why);
    }
    int32_t bit = 1 << (given - known);
    if ((*seen & bit) && given->takes != TAKES_TEXTS && given->takes != TAKES_NOTHING) {
        return failure_usage(why, "%s is given twice", given->name);
    }
    *seen |= bit;
    const char *value = argument[length] == '=' ? argument + length + 1 : NULL;
    if (given->takes == TAKES_NOTHING) {
        return value ? failure_usage(why, "%s takes no value", given->name) : take(given, "", asked);
    }
    if (!value && *position < count && strncmp(arguments[*position], "--", 2) != 0) {
        value = arguments[(*position)++];
    }
    if (!value) {
        return failure_usage(why, "%s needs a value: %s", given->name, given->value);
    }
    char text[SHOWN_BYTES];
    return take(given, value, asked) ||
           failure_usage(why, "%s is \"%s\"; expected %s", given->name, shown(value, text), given->value);
}

/* An input that the command line names, by its option. */
typedef struct named_input {
    const char *option;
    const char *path;
} named_input;

/* The input at a position: the model, the customer table, then the transactions; false past the last. */
static bool input_at(const options *asked, int32_t position, named_input *input) {
    if (position >= asked->transaction_count + 2) {
        return false;
    }
    *input = position == 0   ? (named_input){"--model", asked->model}
             : position == 1 ? (named_input){"--customers", asked->customers}
                             : (named_input){"--transactions", asked->transactions[position - 2]};
    return true;
}

/* A file that is written must be none of the inputs, under whatever path. */
static bool not_an_input(const options *asked, const char *writer, const char *path, failure *why) {
    named_input input;
    char written[SHOWN_BYTES], read[SHOWN_BYTES];
    for (int32_t i = 0; path && input_at(asked, i, &input); i++) {
        if (input.path && path_same(path, true, input.path, false)) {
            return failure_usage(why, "%s %s would be written over, but is an input: %s %s; expected another file",
                                 writer, shown(path, written), input.option, shown(input.path, read));
        }
    }
    return true;
}

/* What is written must be none of the other files. */
static bool written_apart(const options *asked, failure *why) {
    char path[SHOWN_BYTES], other[SHOWN_BYTES];
    const char *out = asked->out ? asked->out : "-";
    if (asked->report && strcmp(asked->report, "-") == 0 && strcmp(out, "-") == 0) {
        return failure_usage(why,
                             "the scores and the report cannot both go to the standard output; expected --out FILE");
    }
    if (asked->report && path_same(out, true, asked->report, true)) {
        return failure_usage(why, "--out and --report name the same file, %s%s%s; expected two", shown(out, path),
                             strcmp(out, asked->report) == 0 ? "" : " and ",
                             strcmp(out, asked->report) == 0 ? "" : shown(asked->report, other));
    }
    return not_an_input(asked, "--out", asked->command == COMMAND_SCORE ? out : NULL, why) &&
           not_an_input(asked, "--report", asked->report, why);
}

/* The same file twice would count its revenue twice. */
static bool transactions_apart(const options *asked, failure *why) {
    char name[SHOWN_BYTES], earlier[SHOWN_BYTES];
    for (int32_t i = 0; i < asked->transaction_count; i++) {
        for (int32_t j = 0; j < i; j++) {
            if (path_same(asked->transactions[i], false, asked->transactions[j], false)) {
                return failure_usage(why, "--transactions %s is the same file as --transactions %s; expected each once",
                                     shown(asked->transactions[i], name), shown(asked->transactions[j], earlier));
            }
        }
    }
    return true;
}

/* What must be there for the command to do anything. */
static bool complete(const options *asked, failure *why) {
    const char *name = command_name(asked->command);
    int32_t standard_input = asked->customers && strcmp(asked->customers, "-") == 0;
    for (int32_t i = 0; i < asked->transaction_count; i++) {
        standard_input += strcmp(asked->transactions[i], "-") == 0;
    }
    standard_input += asked->model && strcmp(asked->model, "-") == 0;
    if (standard_input > 1) {
        return failure_usage(why, "only one input can be \"-\", the standard input");
    }
    if (!asked->model) {
        return failure_usage(why, "crmvalue %s needs --model FILE", name);
    }
    if (asked->command != COMMAND_CHECK && asked->transaction_count == 0 && !asked->customers) {
        return failure_usage(why, "crmvalue %s needs --transactions FILE, --customers FILE, or both", name);
    }
    if (asked->command == COMMAND_EXPLAIN && !asked->customer) {
        return failure_usage(why, "crmvalue explain needs --customer KEY");
    }
    return transactions_apart(asked, why) && written_apart(asked, why);
}

static int32_t processors(void) {
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online > 1024 ? 1024 : (int32_t)online;
}

bool options_read(options *asked, int32_t command, int count, char **arguments, failure *why) {
    *asked = (options){.command = command, .as_of = CRMV_NO_DATE, .threads = processors()};
    asked->transactions = calloc((size_t)count + 1, sizeof *asked->transactions);
    if (!asked->transactions) {
        return failure_memory(why);
    }
    int32_t seen = 0;
    for (int position = 0; position < count;) {
        if (!read_option(asked, count, arguments, &position, &seen, why)) {
            return false;
        }
    }
    return asked->help || complete(asked, why);
}

void options_clear(options *asked) {
    free(asked->transactions);
    asked->transactions = NULL;
}
