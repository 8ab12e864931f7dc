#include "questions.h"

#include "columns.h"
#include "scorecard.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that Q1d asks for, in the order of the answer's columns. */
static const char totals_model[] =
    "{\"crmvalue\": 1, \"metrics\": {\"lines\": {\"count\": \"sale_lines\"}, \"tenure\": {\"tenure\": \"days\"},"
    " \"recency\": {\"recency\": \"days\"}, \"quantity\": {\"sum\": \"quantity\"}, \"revenue\": {\"sum\": \"revenue\"},"
    " \"cost\": {\"sum\": \"cost\"}, \"discount\": {\"sum\": \"discount\"},"
    " \"cost_to_serve\": {\"sum\": \"cost_to_serve\"}%s}}";
static const char days_metric[] = ", \"purchase_days\": {\"count\": \"purchase_days\"}";

struct answerer {
    const feed *lines;
    crmv_options options;
    crmv_error error;
    crmv_model *totals, *totals_and_days, *scorecard;
    crmv_model *attributes;                     /* the scorecard over the summary's columns */
    crmv_model *percentiles, *fifths, *entropy; /* what Q4, Q5 and Q6 request */
    crmv_ledger *ledger;                        /* of the last question; a ledger without lines is none */
    crmv_frame *frame;
    crmv_frame *summary; /* what Q2 begins with */
    crmv_frame *twelve;  /* and Q6 */
    crmv_scores *scores;
};

static crmv_model *parse_totals(const char *more) {
    char text[sizeof totals_model + sizeof days_metric];
    snprintf(text, sizeof text, totals_model, more);
    return scorecard_parse(text);
}

/* A model of the summary's columns, changed further where there is a `change`. */
static crmv_model *read_attributes(char *(*change)(const char *text)) {
    char *text = scorecard_text(BENCH_SCORECARD);
    char *attributes = text ? scorecard_of_attributes(text) : NULL;
    char *changed = attributes && change ? change(attributes) : NULL;
    const char *wanted = change ? changed : attributes;
    crmv_model *model = wanted ? scorecard_parse(wanted) : NULL;
    free(changed);
    free(attributes);
    free(text);
    return model;
}

answerer *answerer_new(const feed *lines, int32_t threads) {
    answerer *self = calloc(1, sizeof *self);
    if (!self) {
        return NULL;
    }
    self->lines = lines;
    self->options = (crmv_options){.struct_size = sizeof self->options, .threads = threads};
    self->error.struct_size = sizeof self->error;
    self->totals = parse_totals("");
    self->totals_and_days = parse_totals(days_metric);
    self->scorecard = scorecard_read(BENCH_SCORECARD);
    self->attributes = read_attributes(NULL);
    self->percentiles = read_attributes(scorecard_of_percentiles);
    self->fifths = read_attributes(scorecard_of_fifths);
    self->entropy = read_attributes(scorecard_of_entropy);
    if (!self->totals || !self->totals_and_days || !self->scorecard || !self->attributes || !self->percentiles ||
        !self->fifths || !self->entropy) {
        answerer_free(self);
        return NULL;
    }
    return self;
}

void answerer_forget(answerer *self) {
    crmv_scores_free(self->scores);
    crmv_frame_free(self->frame);
    crmv_ledger_free(self->ledger);
    self->scores = NULL;
    self->frame = NULL;
    self->ledger = NULL;
}

void answerer_free(answerer *self) {
    if (self) {
        answerer_forget(self);
        crmv_frame_free(self->summary);
        crmv_frame_free(self->twelve);
        crmv_model_free(self->totals);
        crmv_model_free(self->totals_and_days);
        crmv_model_free(self->scorecard);
        crmv_model_free(self->attributes);
        crmv_model_free(self->percentiles);
        crmv_model_free(self->fifths);
        crmv_model_free(self->entropy);
        free(self);
    }
}

/* ---- Answers ----------------------------------------------------------------------------------------------------- */

static bool make_frame(answerer *self, const crmv_model *model, crmv_frame **frame) {
    crmv_column columns[MOST_COLUMNS];
    int32_t count = feed_columns(self->lines, 0, columns);
    return !crmv_ledger_new(model, &self->options, &self->ledger, &self->error) &&
           !crmv_ledger_begin(self->ledger, "lines", &self->error) &&
           !crmv_ledger_append(self->ledger, columns, count, self->lines->rows, &self->error) &&
           !crmv_ledger_end(self->ledger, &self->error) &&
           !crmv_frame_derive(model, self->ledger, NULL, 0, 0, feed_last_day(), &self->options, frame, &self->error);
}

static bool score(answerer *self, const crmv_model *model, const crmv_frame *frame) {
    return !crmv_score(model, frame, &self->options, &self->scores, &self->error);
}

/* What a model requests is found from the summary, and then scores it. */
static bool calibrate(answerer *self, const crmv_model *requests, const crmv_frame *frame) {
    crmv_model *found = NULL;
    const bool done = frame && !crmv_model_calibrate(requests, frame, NULL, &self->options, &found, &self->error) &&
                      score(self, found, frame);
    crmv_model_free(found);
    return done;
}

static bool ask_q1(answerer *self) {
    return make_frame(self, self->totals, &self->frame);
}

static bool ask_q1d(answerer *self) {
    return make_frame(self, self->totals_and_days, &self->frame);
}

static bool ask_q2(answerer *self) {
    return self->summary && score(self, self->attributes, self->summary);
}

static bool ask_q3(answerer *self) {
    return make_frame(self, self->scorecard, &self->frame) && score(self, self->scorecard, self->frame);
}

static bool ask_q4(answerer *self) {
    return calibrate(self, self->percentiles, self->summary);
}

static bool ask_q5(answerer *self) {
    return calibrate(self, self->fifths, self->summary);
}

static bool ask_q6(answerer *self) {
    return calibrate(self, self->entropy, self->twelve);
}

bool answerer_ask(answerer *self, const char *question) {
    static const struct {
        const char *name;
        bool (*ask)(answerer *self);
    } questions[] = {{"Q1", ask_q1}, {"Q1d", ask_q1d}, {"Q2", ask_q2}, {"Q3", ask_q3},
                     {"Q4", ask_q4}, {"Q5", ask_q5},   {"Q6", ask_q6}};
    bool done = false;
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        done = done || (strcmp(question, questions[i].name) == 0 && questions[i].ask(self));
    }
    if (!done) {
        fprintf(stderr, "bench: %s: %s %s\n", question, self->error.place, self->error.message);
    }
    return done;
}

bool answerer_write_summary(answerer *self, const char *folder) {
    bool done =
        make_frame(self, self->scorecard, &self->frame) && columns_write_summary(folder, self->scorecard, self->frame);
    answerer_forget(self);
    return done;
}

static bool make_summary(answerer *self, const crmv_model *model, const summary *read, crmv_frame **frame) {
    return !crmv_frame_derive(model, NULL, read->columns, read->count, read->rows, feed_last_day(), &self->options,
                              frame, &self->error);
}

int64_t answerer_read_summary(answerer *self, const char *folder, bool twelve) {
    summary read;
    bool done = columns_read_summary(folder, self->attributes, &read) &&
                make_summary(self, self->attributes, &read, &self->summary) &&
                (!twelve || make_summary(self, self->entropy, &read, &self->twelve));
    int64_t bytes = done ? (int64_t)read.bytes : -1;
    if (!done) {
        fprintf(stderr, "bench: the summary: %s %s\n", self->error.place, self->error.message);
    }
    columns_clear_summary(&read);
    return bytes;
}

/* ---- On paper ---------------------------------------------------------------------------------------------------- */

static bool write_totals(const answerer *self, const crmv_model *model, FILE *file) {
    double row[16];
    int32_t metrics = crmv_model_count(model, CRMV_METRICS);
    for (int64_t i = 0; i < crmv_frame_rows(self->frame); i++) {
        row[0] = (double)crmv_frame_numbers(self->frame)[i];
        for (int32_t metric = 0; metric < metrics; metric++) {
            const char *name = crmv_model_item(model, CRMV_METRICS, metric);
            double value = crmv_frame_metric(self->frame, name)[i];
            bool day = strcmp(name, "tenure") == 0 || strcmp(name, "recency") == 0;
            bool money = metric > 3 && strcmp(name, "purchase_days") != 0;
            row[metric + 1] = day ? feed_last_day() - value : money ? rint(value * 100) : value;
        }
        fwrite(row, sizeof *row, (size_t)metrics + 1, file);
    }
    return !ferror(file);
}

static bool write_scores(const crmv_frame *frame, const crmv_scores *scores, FILE *file) {
    const int64_t *points = crmv_scores_exact(scores, "score");
    const int32_t *tiers = crmv_scores_codes(scores, "tier");
    for (int64_t i = 0; i < crmv_scores_rows(scores); i++) {
        double row[] = {(double)crmv_frame_numbers(frame)[i], (double)points[i] / 100, tiers[i]};
        fwrite(row, sizeof *row, sizeof row / sizeof *row, file);
    }
    return !ferror(file);
}

bool answerer_write(const answerer *self, const char *question, const char *path) {
    FILE *file = fopen(path, "wb");
    bool done = file != NULL;
    if (done && self->scores) {
        done = write_scores(self->frame ? self->frame : self->summary, self->scores, file);
    } else if (done) {
        done = write_totals(self, strcmp(question, "Q1d") == 0 ? self->totals_and_days : self->totals, file);
    }
    return file && !fclose(file) && done;
}
