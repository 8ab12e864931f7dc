#include "options.h"

#include "demands.h"
#include "names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the value of an option is. */
enum { TAKES_TEXT, TAKES_TEXTS, TAKES_DATE, TAKES_THREADS, TAKES_CHANGE, TAKES_NOTHING };

typedef struct option {
    const char *name;
    const char *value; /* what to write behind it, for people */
    int32_t commands;
    int32_t takes;
    size_t offset;
} option;

enum {
    SCORERS = COMMAND_CHECK | COMMAND_SCORE | COMMAND_EXPLAIN | COMMAND_FIT | COMMAND_ROBUSTNESS | COMMAND_VALIDATE,
    LEDGERS = COMMAND_APPEND | COMMAND_INFO | COMMAND_MERGE | COMMAND_WITHDRAW | COMMAND_ERASE,
    ALL_COMMANDS = SCORERS | LEDGERS,
    FEEDERS = SCORERS | COMMAND_APPEND,
    REPORTERS = COMMAND_SCORE | COMMAND_FIT | COMMAND_VALIDATE | LEDGERS,
    WRITERS = COMMAND_SCORE | COMMAND_FIT | COMMAND_ROBUSTNESS | COMMAND_VALIDATE | COMMAND_MERGE
};

static const option known[] = {
    {"--model", "a model file", ALL_COMMANDS, TAKES_TEXT, offsetof(options, model)},
    {"--ledger", "a ledger file", ALL_COMMANDS & ~COMMAND_MERGE, TAKES_TEXT, offsetof(options, ledger)},
    {"--transactions", "a CSV file or -", FEEDERS, TAKES_TEXTS, offsetof(options, feeds[FEED_TRANSACTIONS])},
    {"--receivables", "a CSV file or -", FEEDERS, TAKES_TEXTS, offsetof(options, feeds[FEED_RECEIVABLES])},
    {"--events", "a CSV file or -", FEEDERS, TAKES_TEXTS, offsetof(options, feeds[FEED_EVENTS])},
    {"--rates", "a CSV file or -", FEEDERS, TAKES_TEXTS, offsetof(options, rates)},
    {"--customers", "a CSV file or -", SCORERS, TAKES_TEXT, offsetof(options, customers)},
    {"--as-of", "a date, YYYY-MM-DD", SCORERS, TAKES_DATE, offsetof(options, as_of)},
    {"--split", "a date, YYYY-MM-DD", COMMAND_VALIDATE, TAKES_DATE, offsetof(options, split)},
    {"--out", "a file to write", WRITERS, TAKES_TEXT, offsetof(options, out)},
    {"--report", "a file to write", REPORTERS, TAKES_TEXT, offsetof(options, report)},
    {"--customer", "a customer's key", COMMAND_EXPLAIN | COMMAND_ROBUSTNESS | COMMAND_ERASE, TAKES_TEXT,
     offsetof(options, customer)},
    {"--change", "percent above 0 and below 100", COMMAND_ROBUSTNESS, TAKES_CHANGE, offsetof(options, change)},
    {"--batch", "a batch's name", COMMAND_APPEND | COMMAND_WITHDRAW, TAKES_TEXT, offsetof(options, batch)},
    {"--replace", NULL, COMMAND_APPEND, TAKES_NOTHING, offsetof(options, replace)},
    {"--values", NULL, COMMAND_SCORE, TAKES_NOTHING, offsetof(options, values)},
    {"--threads", "a number from 1 to 1024", ALL_COMMANDS, TAKES_THREADS, offsetof(options, threads)},
    {"--quiet", NULL, ALL_COMMANDS, TAKES_NOTHING, offsetof(options, quiet)},
    {"--help", NULL, ALL_COMMANDS, TAKES_NOTHING, offsetof(options, help)},
};
enum { KNOWN = sizeof known / sizeof known[0] };

/* ---- Values ------------------------------------------------------------------------------------------------------ */

const char *command_name(int32_t command) {
    static const struct {
        int32_t command;
        const char *name;
    } names[] = {{COMMAND_CHECK, "check"},           {COMMAND_SCORE, "score"},
                 {COMMAND_EXPLAIN, "explain"},       {COMMAND_FIT, "fit"},
                 {COMMAND_ROBUSTNESS, "robustness"}, {COMMAND_VALIDATE, "validate"},
                 {COMMAND_APPEND, "ledger append"},  {COMMAND_INFO, "ledger info"},
                 {COMMAND_MERGE, "ledger merge"},    {COMMAND_WITHDRAW, "ledger withdraw"},
                 {COMMAND_ERASE, "ledger erase"}};
    const char *found = "";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        found = names[i].command == command ? names[i].name : found;
    }
    return found;
}

const char *feed_name(int32_t feed) {
    return feed == FEED_TRANSACTIONS ? "transactions" : feed == FEED_RECEIVABLES ? "receivables" : "events";
}

const char *feed_option(int32_t feed) {
    return feed == FEED_TRANSACTIONS ? "--transactions" : feed == FEED_RECEIVABLES ? "--receivables" : "--events";
}

int32_t options_feed_files(const options *asked) {
    int32_t count = 0;
    for (int32_t feed = 0; feed < FEEDS; feed++) {
        count += asked->feeds[feed].count;
    }
    return count;
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

/* Percent of up to two digits before and six behind the point. */
static bool read_change(const char *text, double *change) {
    const size_t whole = strspn(text, "0123456789");
    const size_t part = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    const size_t length = whole + (text[whole] == '.' ? 1 + part : 0);
    if (whole < 1 || whole > 2 || part > 6 || (text[whole] == '.' && part == 0) || text[length] != '\0') {
        return false;
    }
    int64_t micro = 0;
    for (size_t i = 0; i < whole + 6; i++) {
        const char digit = i < whole ? text[i] : i < whole + part ? text[i + 1] : '0';
        micro = micro * 10 + (digit - '0');
    }
    *change = (double)micro / 1e6;
    return micro > 0;
}

/* Takes a value into the field of the options that it belongs to; false where it is no such value. */
static bool take(const option *given, const char *value, options *asked) {
    void *field = (char *)asked + given->offset;
    switch (given->takes) {
    case TAKES_DATE:
        return read_date(value, field);
    case TAKES_THREADS:
        return read_threads(value, field);
    case TAKES_CHANGE:
        return read_change(value, field);
    case TAKES_TEXTS:
        ((paths *)field)->items[((paths *)field)->count++] = value;
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
                                   command >= COMMAND_APPEND ? "ledger" : command_name(command));
}

/* Reads the option at `*position` and moves past it and its value. */
static bool read_option(options *asked, int count, char **arguments, int *position, int32_t *seen, failure *why) {
    const char *argument = arguments[(*position)++];
    size_t length = strcspn(argument, "=");
    if (asked->command == COMMAND_MERGE && strncmp(argument, "--", 2) != 0) {
        asked->parts.items[asked->parts.count++] = argument;
        return true;
    }
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

static int32_t processors(void) {
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online > 1024 ? 1024 : (int32_t)online;
}

/* Each list holds as many paths as there are arguments. */
static bool make_room(options *asked, size_t each) {
    paths *lists[FEEDS + 2] = {&asked->rates, &asked->parts};
    for (int32_t feed = 0; feed < FEEDS; feed++) {
        lists[2 + feed] = &asked->feeds[feed];
    }
    asked->memory = calloc((FEEDS + 2) * each, sizeof *asked->memory);
    for (size_t i = 0; asked->memory && i < FEEDS + 2; i++) {
        lists[i]->items = asked->memory + i * each;
    }
    return asked->memory;
}

bool options_read(options *asked, int32_t command, int count, char **arguments, failure *why) {
    *asked = (options){
        .command = command, .as_of = CRMV_NO_DATE, .split = CRMV_NO_DATE, .threads = processors(), .change = 10};
    if (!make_room(asked, (size_t)count + 1)) {
        return failure_memory(why);
    }
    int32_t seen = 0;
    for (int position = 0; position < count;) {
        if (!read_option(asked, count, arguments, &position, &seen, why)) {
            return false;
        }
    }
    return asked->help || demands_met(asked, why);
}

void options_clear(options *asked) {
    free(asked->memory);
    asked->memory = NULL;
}
