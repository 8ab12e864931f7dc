/* `crmvalue fit`: a model with requests and a population, and what comes out: a model of plain numbers. */
#include "commands.h"
#include "figures.h"
#include "findings.h"
#include "fitter.h"
#include "intake.h"
#include "names.h"
#include "output.h"
#include "report_fit.h"

#include <jansson.h>
#include <stdlib.h>

/* What a fit is made from beside the inputs, and what it comes to. */
typedef struct fitting {
    crmv_model *outcomes; /* the model of what happened afterwards; NULL where there is none */
    crmv_frame *outcome;
    int32_t until; /* the last day of the outcomes; CRMV_NO_DATE where these are of no day */
    crmv_model *fitted;
    crmv_report *report; /* NULL without a population */
} fitting;

static void fitting_clear(fitting *made) {
    crmv_report_free(made->report);
    crmv_model_free(made->fitted);
    crmv_frame_free(made->outcome);
    crmv_model_free(made->outcomes);
}

/* ---- What it is found from --------------------------------------------------------------------------------------- */

static bool has_inputs(const options *asked) {
    return options_feed_files(asked) > 0 || asked->ledger || asked->customers;
}

/* The first request that is found from a population; judgements need none. */
static bool needs_population(const inputs *taken, crmv_request *request) {
    const crmv_model *model = taken->scorecard.model;
    *request = (crmv_request){.struct_size = sizeof *request};
    for (int32_t i = 0; i < crmv_model_requests(model); i++) {
        if (crmv_model_request(model, i, request) == CRMV_OK && request->needs_frame) {
            return true;
        }
    }
    return false;
}

/* Without inputs there is no population. */
static bool allow_no_inputs(const inputs *taken, failure *why) {
    crmv_request request;
    return !needs_population(taken, &request) ||
           failure_usage(why,
                         "%s: \"%s\" is found from a population; expected --transactions FILE, --customers FILE, or "
                         "both, or --ledger FILE in the transactions' place",
                         request.place, request.operation);
}

static bool has_requests(const inputs *taken, failure *why) {
    char name[SHOWN_BYTES];
    return crmv_model_requests(taken->scorecard.model) > 0 ||
           failure_data(why, "%s: the model requests nothing; there is nothing to fit",
                        shown(path_name(taken->asked->model), name));
}

static bool has_outcomes(const inputs *taken) {
    return crmv_model_outcome_day(taken->scorecard.model, 0) != CRMV_NO_DATE;
}

static bool outcomes_need_feeds(const inputs *taken) {
    return has_outcomes(taken) && !model_outcomes_in_table(&taken->scorecard);
}

/* Where transactions tell the outcomes and no day was asked for, the population's is the last that leaves room for
 * them. What the customer table tells of happened whenever it did. */
static bool settle_day(inputs *taken, failure *why) {
    char last[FIGURE_BYTES], day[FIGURE_BYTES];
    if (!outcomes_need_feeds(taken)) {
        return true;
    }
    const int32_t end = crmv_ledger_last_day(taken->ledger);
    if (end == CRMV_NO_DATE) {
        return failure_usage(why, "the model looks at what happened afterwards, which only transactions tell; expected "
                                  "--transactions FILE or --ledger FILE");
    }
    if (taken->asked->as_of == CRMV_NO_DATE) {
        taken->as_of = crmv_model_outcome_day(taken->scorecard.model, end);
    }
    return taken->as_of < end || failure_data(why,
                                              "the transactions end on %s, so that nothing is known of what happened "
                                              "after %s; expected an earlier --as-of",
                                              figure_date(end, last), figure_date(taken->as_of, day));
}

static bool make_outcomes(const inputs *taken, fitting *made, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    if (taken->as_of == CRMV_NO_DATE && crmv_model_needs_date(taken->scorecard.outcomes) != 0) {
        return failure_usage(why, "the model's outcomes need a date; expected --as-of YYYY-MM-DD");
    }
    return crmv_model_outcomes(taken->scorecard.model, taken->as_of, &made->outcomes, &made->until, &error) ==
               CRMV_OK ||
           failure_library(why, NULL, 0, &error);
}

/* What happened after the population's day, for the same customers. */
static bool derive_outcomes(inputs *taken, fitting *made, failure *why) {
    char last[FIGURE_BYTES], until[FIGURE_BYTES];
    if (!has_outcomes(taken)) {
        return true;
    }
    if (!make_outcomes(taken, made, why)) {
        return false;
    }
    if (outcomes_need_feeds(taken) && made->until > crmv_ledger_last_day(taken->ledger)) {
        warnings_add(&taken->warned, "outcomes are counted up to %s, and the transactions end on %s",
                     figure_date(made->until, until), figure_date(crmv_ledger_last_day(taken->ledger), last));
    }
    return inputs_derive_also(taken, made->outcomes, made->until, &made->outcome, why);
}

/* Without a customer table those who had bought by that day are all that there are. Of a day that was asked for it is
 * warned that it lies before all transactions; one that leaves room for outcomes may do so unasked. */
static bool has_customers(const inputs *taken, failure *why) {
    char name[SHOWN_BYTES], day[FIGURE_BYTES], first[FIGURE_BYTES];
    crmv_request request;
    if (crmv_frame_rows(taken->frame) > 0 || !taken->ledger || taken->customers || !needs_population(taken, &request)) {
        return true;
    }
    const int32_t begin = crmv_ledger_first_day(taken->ledger);
    if (begin == CRMV_NO_DATE || begin <= taken->as_of || taken->asked->as_of != CRMV_NO_DATE) {
        return failure_data(why, "%s: there are no customers to find anything from", shown(inputs_book(taken), name));
    }
    return failure_data(why,
                        "outcomes are counted from %s on, and nobody had bought by then: the first transaction is of "
                        "%s; expected a longer history, or another --as-of",
                        figure_date(taken->as_of, day), figure_date(begin, first));
}

static bool take_population(inputs *taken, fitting *made, failure *why) {
    if (!findings_allow(taken, stderr, why)) {
        return false;
    }
    if (!has_inputs(taken->asked)) {
        return allow_no_inputs(taken, why);
    }
    return settle_day(taken, why) && intake_derive(taken, why) && has_customers(taken, why) &&
           derive_outcomes(taken, made, why);
}

/* ---- What it comes to -------------------------------------------------------------------------------------------- */

/* The population was derived before anything was known of its customers' lifetimes. */
static bool foretell(inputs *taken, const crmv_model *fitted, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_frame *foretold;
    if (!taken->frame || crmv_model_lifetimes(fitted) == 0) {
        return true;
    }
    if (crmv_frame_with(taken->frame, fitted, &taken->running, &foretold, &error) != CRMV_OK) {
        return failure_library(why, NULL, 0, &error);
    }
    crmv_frame_free(taken->frame);
    taken->frame = foretold;
    return true;
}

static bool make_report(const inputs *taken, fitting *made, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    char hash[33] = "";
    if (!taken->frame) {
        return true;
    }
    if (taken->ledger) {
        crmv_ledger_hash(taken->ledger, hash);
    }
    return crmv_report_make(made->fitted, taken->frame, made->outcome, hash[0] ? hash : NULL, &taken->running,
                            &made->report, &error) == CRMV_OK ||
           failure_library(why, NULL, 0, &error);
}

/* The model's text, to be freed; NULL where memory is short. */
static char *model_text(const crmv_model *model, size_t *length) {
    int64_t bytes = 0;
    crmv_model_print(model, NULL, 0, &bytes);
    char *text = malloc((size_t)bytes + 1);
    if (text) {
        crmv_model_print(model, text, bytes + 1, &bytes);
        *length = (size_t)bytes;
    }
    return text;
}

static bool write_model(const crmv_model *model, FILE *file, failure *why) {
    size_t length;
    char *text = model_text(model, &length);
    if (!text) {
        return failure_memory(why);
    }
    fputs(text, file);
    if (length > 0 && text[length - 1] != '\n') {
        fputc('\n', file);
    }
    free(text);
    return true;
}

/* What is remarked on an index's weights as a whole, and on each of its members. */
static void tell_index(const char *name, const json_t *found) {
    char index[SHOWN_BYTES], shown_member[SHOWN_BYTES];
    const char *remark = json_string_value(json_object_get(found, "remark"));
    const char *member;
    const json_t *about;
    shown(name, index);
    if (remark) {
        fprintf(stderr, "warning: indexes.%s.weights: %s\n", index, remark);
    }
    json_object_foreach(json_object_get(found, "members"), member, about) {
        remark = json_string_value(json_object_get(about, "remark"));
        if (remark) {
            fprintf(stderr, "warning: indexes.%s.weights.members.%s: %s\n", index, shown(member, shown_member), remark);
        }
    }
}

/* Without a population there is no report, and what is remarked on judgements is told all the same. */
static bool tell_remarks(const crmv_model *model, failure *why) {
    size_t length;
    char *text = model_text(model, &length);
    json_t *tree = text ? json_loadb(text, length, JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL) : NULL;
    const char *name;
    const json_t *index;
    free(text);
    json_object_foreach(json_object_get(tree, "indexes"), name, index) {
        const json_t *fitted = json_object_get(json_object_get(index, "weights"), "fitted");
        tell_index(name, json_object_get(fitted, "found"));
    }
    const bool done = tree != NULL;
    json_decref(tree);
    return done || failure_memory(why);
}

/* Both files are brought onto the disk before either takes its name. */
static bool write_files(const inputs *taken, const fitting *made, output *model, output *report, failure *why) {
    const options *asked = taken->asked;
    if (!output_open(model, asked->out, why) || (asked->report && !output_open(report, asked->report, why))) {
        return false;
    }
    /* Each is finished as soon as it is written: why that failed stands in errno no longer than that. */
    if (!write_model(made->fitted, model->file, why) || !output_finish(model, why)) {
        return false;
    }
    if (asked->report && (!report_fit_write(taken, made->report, report->file, why) || !output_finish(report, why))) {
        return false;
    }
    return output_publish(model, why) && (!asked->report || output_publish(report, why));
}

/* What is wrong with the data stands before what was made of them. Who wants to hear nothing hears that a baseline
 * wins or the score orders the wrong way round, with which the report begins. */
static bool tell_report(inputs *taken, const crmv_report *report, failure *why) {
    if (taken->asked->quiet && !report_fit_warn(taken, report, why)) {
        return false;
    }
    warnings_tell(&taken->warned);
    if (!taken->asked->quiet) {
        fputs(crmv_report_table(report), stderr);
    }
    return true;
}

/* Without a population there is no report that tells what is found in the model. */
static bool tell_findings(const inputs *taken, const crmv_model *fitted, failure *why) {
    return tell_remarks(fitted, why) && (taken->asked->quiet || findings_warn(fitted, stderr, why));
}

static bool fit(inputs *taken, fitting *made, failure *why) {
    output model = {0};
    output report = {0};
    if (!has_requests(taken, why) || !take_population(taken, made, why)) {
        return false;
    }
    if (taken->asked->report && !taken->frame) {
        return failure_usage(why, "--report tells of a population, and there is none; expected --transactions FILE or "
                                  "--customers FILE");
    }
    bool done = fitter_fit(taken->scorecard.model, taken->frame, made->outcome, &taken->running, &made->fitted, why) &&
                foretell(taken, made->fitted, why) && make_report(taken, made, why);
    progress_clear(&taken->progress);
    done = done && write_files(taken, made, &model, &report, why);
    output_drop(&model);
    output_drop(&report);
    return done && (made->report ? tell_report(taken, made->report, why) : tell_findings(taken, made->fitted, why));
}

bool command_fit(const options *asked, int *status, failure *why) {
    inputs taken;
    fitting made = {0};
    const bool read = has_inputs(asked) ? intake_read(&taken, asked, why) : inputs_begin(&taken, asked, why);
    const bool done = read && fit(&taken, &made, why);
    fitting_clear(&made);
    inputs_clear(&taken);
    *status = EXIT_DONE;
    return done;
}
