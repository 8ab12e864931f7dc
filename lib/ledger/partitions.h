/*
 * partitions.h - a batch's lines, partition by partition in the order of keys.
 *
 * What was dealt as it came in is taken as it is; the lines that wait are dealt now. A partition that has become too
 * large, since later chunks had other keys than the first, is divided again, and one that is too large because one
 * customer has so many lines is divided by days.
 */
#ifndef CRMVI_LEDGER_PARTITIONS_H
#define CRMVI_LEDGER_PARTITIONS_H

#include "ledger/batch.h"

/* Deals that were made by one division, of keys or of one customer's days. */
typedef struct crmvi_dealt {
    crmvi_division division;  /* of its own, or none */
    const crmvi_division *by; /* that, or the batch's */
    crmvi_deal own[2];        /* narrow and wide lines dealt here */
    const crmvi_deal **deals; /* all of them */
    int64_t count;
} crmvi_dealt;

/* The lines of a range of keys, or those of one customer on a range of days; no customer-day has lines in two of them.
 */
typedef struct crmvi_partition {
    const crmvi_dealt *from;
    int64_t number;
    int64_t rows;
    bool is_final;     /* dividing it by keys would be of no use */
    bool is_of_days;   /* of one customer, */
    uint64_t customer; /* which is this one */
    bool continues;    /* the same customer's earlier days are the partition before */
} crmvi_partition;

typedef struct crmvi_partitions {
    crmvi_partition *items;
    int64_t count, capacity;
    crmvi_dealt **dealt;
    int64_t dealt_count, dealt_capacity;
    int64_t rows;      /* of all */
    int64_t most_rows; /* of one */
} crmvi_partitions;

/* `ranking`: of the batch's text keys, whose ranks then stand in the rows; NULL for whole numbers. The batch stays as
 * it is. Errors: CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. */
int32_t crmvi_partitions_make(const crmvi_batch *batch, const crmvi_ranking *ranking, const crmvi_runner *runner,
                              crmvi_partitions *out);
void crmvi_partitions_clear(crmvi_partitions *partitions);

/* How many sheets a partition has, and the sheets; those of narrow lines first. *narrow gets how many these are. */
int64_t crmvi_partition_sheet_limit(const crmvi_partition *partition);
int64_t crmvi_partition_sheets(const crmvi_partition *partition, crmvi_sheet *sheets, int64_t *narrow);

#endif
