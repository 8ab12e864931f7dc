/*
 * workbench.h - what the stages of a case work with, and how they are timed.
 */
#ifndef CRMVALUE_BENCH_WORKBENCH_H
#define CRMVALUE_BENCH_WORKBENCH_H

#include "digest.h"
#include "receivables.h"
#include "stages.h"

/* A first run and the warm ones. */
enum { MOST_RUNS = 16 };

typedef struct workbench {
    const case_plan *plan;
    case_figures *figures;
    crmv_model *model;
    crmv_options options;
    crmv_error error;
    const feed *lines; /* one in a hundred more than the case has: the further batch */
    crmv_ledger *ledger;
    crmv_frame *frame;
    crmv_scores *scores;
    crmv_model *requests;          /* the scorecard with percentiles and fifths to be found */
    crmv_model *receivables_model; /* NULL, and no items, where the case has none */
    receivables items;
    crmv_model *lifetimes_model; /* the scorecard with lifetimes to be fitted; NULL where the case has none */
    crmv_model *fitted_model;    /* and with those that were found */
    char path[1024];             /* of the ledger's file; "" where the case has none */
    char first_hash[HASH_TEXT];  /* of the ledger without the further batch, where it is saved */
    char ledger_hash[HASH_TEXT]; /* and with it */
    digest hash;                 /* of everything else that a run finds */
    int64_t own_bytes;           /* what the benchmark holds itself */
    double begin;                /* of the case */
    int32_t run;
    double seconds[STAGES][MOST_RUNS];
} workbench;

/* Notes why the case fails: what, and the library's last error. Gives false. */
bool workbench_fails(workbench *bench, const char *what);

/* Runs a stage and notes its time, and in the first run its memory. */
bool workbench_timed(workbench *bench, stage which, bool (*work)(workbench *));

/* In the first run gives freed memory back to the system, so that the next stage finds fresh one. */
void workbench_give_back(const workbench *bench);

/* Takes rows of the lines into a ledger as one batch; false, with the error, where that fails. */
bool workbench_take_in(workbench *bench, crmv_ledger *ledger, const char *batch, int64_t first, int64_t rows);

/* Derives the frame with a model. */
bool workbench_derive(workbench *bench, const crmv_model *model);

/* What facts take at least, each for its day and five sums, and customers' keys and metrics. */
int64_t workbench_facts_bytes(int64_t facts);
int64_t workbench_frame_bytes(const crmv_model *model, int64_t customers);

/* Lets go of scores and frame, and of the ledger. */
void workbench_drop_results(workbench *bench);
void workbench_drop_ledger(workbench *bench);

#endif
