#include "demands.h"

#include "paths.h"

#include <string.h>

/* ---- Files ------------------------------------------------------------------------------------------------------- */

/* An input that the command line names, by its option. */
typedef struct named_input {
    const char *option;
    const char *path; /* NULL: not given */
} named_input;

/* One of several paths at a position, which is moved behind them if it lies there. */
static bool among(const paths *given, const char *option, int32_t *position, named_input *input) {
    if (*position >= given->count) {
        *position -= given->count;
        return false;
    }
    *input = (named_input){option, given->items[*position]};
    return true;
}

/* The input at a position; false past the last. A ledger that is changed is an input, too. */
static bool input_at(const options *asked, int32_t position, named_input *input) {
    const named_input single[] = {
        {"--model", asked->model}, {"--customers", asked->customers}, {"--ledger", asked->ledger}};
    enum { SINGLE = sizeof single / sizeof single[0] };
    if (position < SINGLE) {
        *input = single[position];
        return true;
    }
    position -= SINGLE;
    for (int32_t feed = 0; feed < FEEDS; feed++) {
        if (among(&asked->feeds[feed], feed_option(feed), &position, input)) {
            return true;
        }
    }
    return among(&asked->rates, "--rates", &position, input) || among(&asked->parts, "the ledger", &position, input);
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
    const int32_t writers = COMMAND_SCORE | COMMAND_FIT | COMMAND_ROBUSTNESS | COMMAND_VALIDATE | COMMAND_MERGE;
    const bool writes_out = (asked->command & writers) != 0;
    const char *out = asked->out ? asked->out : "-";
    if (asked->report && strcmp(asked->report, "-") == 0 && strcmp(out, "-") == 0) {
        return asked->command == COMMAND_SCORE || asked->command == COMMAND_FIT
                   ? failure_usage(why,
                                   "the %s and the report cannot both go to the standard output; expected "
                                   "--out FILE",
                                   asked->command == COMMAND_SCORE ? "scores" : "model")
                   : failure_usage(why,
                                   "--report is \"-\"; expected a file, as the standard output tells what was done");
    }
    if (asked->report && path_same(out, true, asked->report, true)) {
        return failure_usage(why, "--out and --report name the same file, %s%s%s; expected two", shown(out, path),
                             strcmp(out, asked->report) == 0 ? "" : " and ",
                             strcmp(out, asked->report) == 0 ? "" : shown(asked->report, other));
    }
    return not_an_input(asked, "--out", writes_out ? out : NULL, why) &&
           not_an_input(asked, "--report", asked->report, why);
}

/* The same file twice behind one option would count twice. Behind two options it may be: an export can hold both the
 * invoices and when they were paid. */
static bool each_once(const char *option, const paths *given, failure *why) {
    char name[SHOWN_BYTES], earlier[SHOWN_BYTES];
    for (int32_t i = 0; i < given->count; i++) {
        for (int32_t j = 0; j < i; j++) {
            if (path_same(given->items[i], false, given->items[j], false)) {
                return failure_usage(why, "%s %s is the same file as %s %s; expected each once", option,
                                     shown(given->items[i], name), option, shown(given->items[j], earlier));
            }
        }
    }
    return true;
}

static bool inputs_apart(const options *asked, failure *why) {
    bool apart = each_once("--rates", &asked->rates, why) && each_once("the ledger", &asked->parts, why);
    for (int32_t feed = 0; apart && feed < FEEDS; feed++) {
        apart = each_once(feed_option(feed), &asked->feeds[feed], why);
    }
    return apart;
}

/* A ledger is looked up and changed in place, which a pipe does not allow. */
static bool standard_input_once(const options *asked, failure *why) {
    named_input input;
    int32_t count = 0;
    for (int32_t i = 0; input_at(asked, i, &input); i++) {
        if (input.path && strcmp(input.path, "-") == 0) {
            count++;
            if (input.path == asked->ledger || strcmp(input.option, "the ledger") == 0) {
                return failure_usage(why, "a ledger cannot be \"-\", the standard input; expected a file");
            }
        }
    }
    return count <= 1 || failure_usage(why, "only one input can be \"-\", the standard input");
}

/* ---- What a command needs ---------------------------------------------------------------------------------------- */

static bool score_complete(const options *asked, failure *why) {
    /* A model can be checked, and its judgements can be weighed, without data. */
    const bool needs_data = asked->command != COMMAND_CHECK && asked->command != COMMAND_FIT;
    if (needs_data && options_feed_files(asked) == 0 && !asked->ledger && !asked->customers) {
        return failure_usage(why,
                             "crmvalue %s needs --transactions FILE, --customers FILE, or both, or --ledger FILE in "
                             "the transactions' place",
                             command_name(asked->command));
    }
    if (asked->command == COMMAND_EXPLAIN && !asked->customer) {
        return failure_usage(why, "crmvalue explain needs --customer KEY");
    }
    if (asked->command == COMMAND_VALIDATE && asked->split == CRMV_NO_DATE) {
        return failure_usage(why, "crmvalue validate needs --split YYYY-MM-DD, the last day that the fit may know of");
    }
    if (asked->command == COMMAND_ROBUSTNESS && asked->customer && asked->out) {
        return failure_usage(why, "--out lists the customers who would move, and --customer shows one; expected one of "
                                  "them");
    }
    return true;
}

/* Where there is no name to take from a file, or one batch to be replaced, it must be given. */
static bool append_complete(const options *asked, failure *why) {
    if (options_feed_files(asked) == 0) {
        return failure_usage(why,
                             "crmvalue ledger append needs --transactions FILE, --receivables FILE or --events FILE");
    }
    for (int32_t feed = 0; !asked->batch && feed < FEEDS; feed++) {
        for (int32_t i = 0; i < asked->feeds[feed].count; i++) {
            if (strcmp(asked->feeds[feed].items[i], "-") == 0) {
                return failure_usage(why, "the standard input has no name to call its batch by; expected --batch NAME");
            }
        }
    }
    return true;
}

static bool ledger_complete(const options *asked, failure *why) {
    const char *name = command_name(asked->command);
    switch (asked->command) {
    case COMMAND_MERGE:
        if (!asked->out) {
            return failure_usage(why, "crmvalue ledger merge needs --out FILE");
        }
        return asked->parts.count >= 2 || failure_usage(why, "crmvalue ledger merge needs the ledgers to merge, two or "
                                                             "more files behind the options");
    case COMMAND_APPEND:
        return append_complete(asked, why);
    case COMMAND_WITHDRAW:
        return asked->batch || failure_usage(why, "crmvalue %s needs --batch NAME", name);
    case COMMAND_ERASE:
        return asked->customer || failure_usage(why, "crmvalue %s needs --customer KEY", name);
    default:
        return true;
    }
}

bool demands_met(const options *asked, failure *why) {
    const bool on_ledger = asked->command >= COMMAND_APPEND;
    if (!standard_input_once(asked, why)) {
        return false;
    }
    if (!asked->model) {
        return failure_usage(why, "crmvalue %s needs --model FILE", command_name(asked->command));
    }
    if (on_ledger && !asked->ledger && asked->command != COMMAND_MERGE) {
        return failure_usage(why, "crmvalue %s needs --ledger FILE", command_name(asked->command));
    }
    if (asked->rates.count > 0 && options_feed_files(asked) == 0) {
        return failure_usage(why, "--rates has nothing to convert; expected --transactions FILE or --receivables FILE");
    }
    return (on_ledger ? ledger_complete(asked, why) : score_complete(asked, why)) && inputs_apart(asked, why) &&
           written_apart(asked, why);
}
