/* frame.h - a derived frame, as the score reads it. */
#ifndef CRMVI_FRAME_FRAME_H
#define CRMVI_FRAME_FRAME_H

#include "base/memory.h"
#include "crmvalue/frame.h"
#include "ledger/aside.h"
#include "model/model.h"

/* Amounts that every frame with a ledger carries for reports. */
enum {
    CRMVI_AMOUNT_REVENUE,
    CRMVI_AMOUNT_GROSS_PROFIT,
    CRMVI_AMOUNT_CONTRIBUTION,
    CRMVI_AMOUNT_UNKNOWN_COST_REVENUE,
    CRMVI_AMOUNTS
};

/* The categories of a metric that the model does not name, with the customers that had them. */
typedef struct crmvi_unlisted {
    crmvi_texts texts; /* by descending count, then by text */
    int64_t *counts;
} crmvi_unlisted;

/* Keys that have no row of their own, ascending, and the rows that they are rolled up into. */
typedef struct crmvi_leaves {
    int64_t count;
    int64_t *numbers;  /* whole-number keys */
    crmvi_texts texts; /* text keys */
    int64_t *rows;
} crmvi_leaves;

/* A lifetime's histories, by CRMV_HISTORY_...: columns of doubles, those of spend NULL without it. */
enum { CRMVI_HISTORIES = CRMV_HISTORY_SQUARES + 1 };
typedef struct crmvi_histories_of {
    double *columns[CRMVI_HISTORIES];
} crmvi_histories_of;

struct crmv_frame {
    atomic_int holders;
    const crmv_model *model; /* held */
    int32_t as_of;
    int32_t key_kind; /* CRMVI_KEYS_... */
    int64_t rows;
    int64_t *numbers;                /* whole-number keys */
    crmvi_texts texts;               /* text keys */
    crmvi_texts names;               /* rows of them, or none at all */
    double **metrics;                /* metric_count columns of rows values */
    int32_t *starts;                 /* the day tenure counts from, CRMV_NO_DATE where unknown */
    int64_t *amounts[CRMVI_AMOUNTS]; /* NULL without ledger; contribution may be gross profit's */
    crmv_missing *missing;           /* per metric */
    crmvi_unlisted *unlisted;        /* per metric */
    int64_t *members;                /* per row: the customers that it stands for; NULL: one each */
    crmvi_histories_of *histories;   /* per lifetime of the model; NULL without a ledger */
    crmvi_leaves leaves;
    int64_t table_rows;
    crmvi_asides asides;
    const crmv_frame *origin; /* held: it owns all but the model, `metrics` with the columns that it does not have,
                                 and `missing`; NULL: nobody else owns anything */
};

/* One more holder of the frame; let go with crmv_frame_free. */
const crmv_frame *crmvi_frame_hold(const crmv_frame *frame);

/* Lets go of the rows of a frame that is being made: keys and columns. */
void crmvi_frame_empty(crmv_frame *frame);

#endif
