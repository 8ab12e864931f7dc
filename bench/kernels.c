/*
 * A small fixed feed through the library's stages, once and on one thread, for bench/instructions to count in.
 *
 *     kernels
 *
 * Each stage is a function kernel_NAME of its own, and stage_ends is called after each of them. Prints the compiler,
 * and for each stage a line "NAME ITEM COUNT" with tabs between.
 */
#include "feed.h"
#include "scorecard.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINES = 20000, CUSTOMERS = 2000, PARSES = 10, MOST_REASONS = 16 };

typedef struct bench {
    char *text; /* of the scorecard */
    crmv_model *model;
    feed numbers, texts;
    crmv_options options;
    crmv_error error;
    crmv_ledger *ledger, *text_ledger;
    crmv_frame *frame;
    crmv_scores *scores;
} bench;

static bool append(bench *self, crmv_ledger *ledger, const feed *lines) {
    crmv_column columns[MOST_COLUMNS];
    int32_t count = feed_columns(lines, 0, columns);
    return !crmv_ledger_append(ledger, columns, count, lines->rows, &self->error);
}

static bool kernel_parse(bench *self) {
    bool done = true;
    for (int i = 0; done && i < PARSES; i++) {
        crmv_model *model = NULL;
        done = !crmv_model_parse(self->text, -1, &model, &self->error);
        crmv_model_free(model);
    }
    return done;
}

static bool kernel_append_numbers(bench *self) {
    return append(self, self->ledger, &self->numbers);
}

static bool kernel_append_texts(bench *self) {
    return append(self, self->text_ledger, &self->texts);
}

static bool kernel_end_numbers(bench *self) {
    return !crmv_ledger_end(self->ledger, &self->error);
}

static bool kernel_end_texts(bench *self) {
    return !crmv_ledger_end(self->text_ledger, &self->error);
}

static bool kernel_derive(bench *self) {
    return !crmv_frame_derive(self->model, self->ledger, NULL, 0, 0, feed_last_day(), &self->options, &self->frame,
                              &self->error);
}

static bool kernel_score(bench *self) {
    return !crmv_score(self->model, self->frame, &self->options, &self->scores, &self->error);
}

static bool kernel_reasons(bench *self) {
    crmv_reason reasons[MOST_REASONS];
    bool done = true;
    for (int64_t row = 0; done && row < crmv_scores_rows(self->scores); row++) {
        int32_t count = 0;
        reasons[0].struct_size = sizeof reasons[0];
        done = !crmv_scores_reasons(self->scores, row, reasons, MOST_REASONS, &count);
    }
    return done;
}

typedef struct kernel {
    const char *name, *item;
    int64_t items;
    bool (*work)(bench *self);
} kernel;

static const kernel kernels[] = {
    {"parse", "model", PARSES, kernel_parse},
    {"append_numbers", "line", LINES, kernel_append_numbers},
    {"append_texts", "line", LINES, kernel_append_texts},
    {"end_numbers", "line", LINES, kernel_end_numbers},
    {"end_texts", "line", LINES, kernel_end_texts},
    {"derive", "customer", CUSTOMERS, kernel_derive},
    {"score", "customer", CUSTOMERS, kernel_score},
    {"reasons", "customer", CUSTOMERS, kernel_reasons},
};

/* Where bench/instructions has the counts written down. */
static void stage_ends(const kernel *stage) {
    printf("%s\t%s\t%lld\n", stage->name, stage->item, (long long)stage->items);
}

static bool make_feeds(bench *self) {
    feed_plan plan = {.rows = LINES,
                      .customers = CUSTOMERS, /* each of them buys at least once */
                      .seed = 1,
                      .return_percent = 3,
                      .unknown_cost_percent = 2};
    bool done = feed_make(&self->numbers, &plan);
    plan.texts = true;
    return done && feed_make(&self->texts, &plan);
}

static bool set_up(bench *self) {
    self->options = (crmv_options){.struct_size = sizeof self->options, .threads = 1};
    self->error.struct_size = sizeof self->error;
    self->text = scorecard_text(BENCH_SCORECARD);
    self->model = self->text ? scorecard_parse(self->text) : NULL;
    return self->model && make_feeds(self) &&
           !crmv_ledger_new(self->model, &self->options, &self->ledger, &self->error) &&
           !crmv_ledger_new(self->model, &self->options, &self->text_ledger, &self->error) &&
           !crmv_ledger_begin(self->ledger, "numbers", &self->error) &&
           !crmv_ledger_begin(self->text_ledger, "texts", &self->error);
}

static void clear(bench *self) {
    crmv_scores_free(self->scores);
    crmv_frame_free(self->frame);
    crmv_ledger_free(self->ledger);
    crmv_ledger_free(self->text_ledger);
    crmv_model_free(self->model);
    feed_clear(&self->numbers);
    feed_clear(&self->texts);
    free(self->text);
}

int main(void) {
    bench self = {0};
    bool done = set_up(&self);
#ifdef __clang__
    printf("clang %d.%d.%d\n", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
    printf("gcc %d.%d.%d\n", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
    for (size_t i = 0; done && i < sizeof kernels / sizeof *kernels; i++) {
        /* volatile, so that the functions keep their names and are not merged into this one */
        bool (*volatile work)(bench *) = kernels[i].work;
        void (*volatile end)(const kernel *) = stage_ends;
        done = work(&self);
        end(&kernels[i]);
    }
    done = done && crmv_frame_rows(self.frame) == CUSTOMERS;
    if (!done) {
        fprintf(stderr, "bench: %s %s\n", self.error.place, self.error.message);
    }
    clear(&self);
    return done ? 0 : 1;
}
