/*
 * stages.h - a feed goes through all stages, some times over, and what that took.
 */
#ifndef CRMVALUE_BENCH_STAGES_H
#define CRMVALUE_BENCH_STAGES_H

#include "feed.h"

typedef enum stage {
    STAGE_LEDGER,       /* append and end: lines to customer-day facts */
    STAGE_DERIVE,       /* facts to metrics */
    STAGE_SCORE,        /* metrics to scores and tiers */
    STAGE_CALIBRATE,    /* metrics to percentile scales, and scores on them to the cuts of their fifths */
    STAGE_REASONS,      /* the reasons of every customer, or of the first MOST_ASKED */
    STAGE_ONE,          /* customers one by one: extracted from the ledger, derived, scored */
    STAGE_SCORE_ONE,    /* rows of metrics one by one to scores */
    STAGE_MORE,         /* a further batch of 1 % of the lines, then derive and score */
    STAGE_SAVE,         /* the ledger to a file */
    STAGE_LOAD,         /* and back */
    STAGE_EXTEND,       /* the further batch into a ledger of its own, and behind what the file has */
    STAGE_ITEMS,        /* receivables to facts, in a ledger of their own */
    STAGE_DERIVE_ITEMS, /* facts of lines and receivables to metrics, with finance cost and days overdue */
    STAGE_FIT,          /* histories to a model of lifetimes and spend */
    STAGE_FORETELL,     /* facts to metrics, with what lifetimes foretell */
    STAGE_CSV_IN,       /* the command: a CSV file in, one customer's page out */
    STAGE_CSV,          /* the command: a CSV file in, the scores of all customers as CSV out */
    STAGES
} stage;

typedef struct stage_info {
    const char *name; /* in tables */
    const char *key;  /* in JSON */
    const char *unit; /* what is counted */
} stage_info;

extern const stage_info stage_infos[STAGES];

/* What a stage took. Nothing of it is there where `items` is 0. */
typedef struct stage_figures {
    int64_t items;         /* lines, customers or receivables */
    int32_t warm_runs;     /* that the median is of */
    double first, warm;    /* seconds: of the first run, in fresh memory; the median of those in memory used before */
    int64_t input_bytes;   /* of what is read */
    int64_t output_bytes;  /* of what comes out */
    int64_t peak_bytes;    /* most memory during the first run, without the feed */
    int64_t touched_bytes; /* memory that the first run took */
} stage_figures;

enum { HASH_TEXT = 33 };

typedef struct case_figures {
    char failed[256]; /* why there are no figures; "" where there are */
    int64_t rows, customers, facts;
    int32_t threads;
    int64_t kept_bytes; /* that the process keeps for its warm runs, without the feed */
    stage_figures stages[STAGES];
    char ledger_hash[HASH_TEXT]; /* with the further batch in it: the same lines in another order give the same */
    uint64_t results_hash;       /* of frames, scores, tiers and reasons before and after it, and so on */
} case_figures;

/* What is special about a feed. */
typedef enum feed_kind {
    FEED_UNIFORM,
    FEED_ASCENDING,
    FEED_ZIPF,
    FEED_CLUSTERED,
    FEED_SEQUENTIAL,
    FEED_TEXTS,
    FEED_DOUBLES,
    FEED_DOCUMENTS,
    FEED_KINDS
} feed_kind;

typedef struct case_plan {
    feed_kind kind;
    feed_plan feed; /* its rows without the further batch */
    bool only_ledger;
    bool singles;     /* whether customers are asked for one by one */
    bool receivables; /* whether there are receivables beside the lines */
    bool lifetimes;   /* whether lifetimes are fitted */
    int32_t threads;
    int32_t warm_runs;         /* at most */
    double patience;           /* seconds after which no further run begins, but for the first warm one */
    const char *ledger_folder; /* where to save the ledger; NULL: no stages of its file */
    const char *csv_folder;    /* where to write a CSV file; NULL: no stages of the command */
} case_plan;

/* How many lines a case's feed has with the further batch. */
int64_t stages_rows(const case_plan *plan);

/* Runs a case on its lines. To be called in a process of its own, which it leaves full of used memory. */
void stages_run(const case_plan *plan, const feed *lines, case_figures *figures);

#endif
