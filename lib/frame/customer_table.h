/*
 * customer_table.h - the customer table as it was read: keys, start days, and one value per row for each metric that
 * takes a column of it. It refers to the caller's columns and lives no longer than the call.
 */
#ifndef CRMVI_FRAME_CUSTOMER_TABLE_H
#define CRMVI_FRAME_CUSTOMER_TABLE_H

#include "base/memory.h"
#include "base/parallel.h"
#include "crmvalue/column.h"
#include "frame/keys.h"
#include "model/model.h"

/* A category that the model does not name. */
#define CRMVI_UNLISTED_CODE (-1.0)

/* What a metric takes from the table. */
typedef struct crmvi_attribute {
    const crmv_column *column; /* NULL where the metric takes none */
    crmvi_names labels;        /* of a metric with categories, without `other` */
    double *values;            /* per row: number, code or day; NaN where missing */
} crmvi_attribute;

/* Whom a row names. */
enum { CRMVI_NAMES_PARENT, CRMVI_NAMES_ALIAS, CRMVI_NAMES_DEALER, CRMVI_RELATIONS };

typedef struct crmvi_relation {
    const crmv_column *column; /* NULL where the model has none */
    crmvi_key *keys;           /* per row: whom it names; length -1 where it names nobody, or itself */
} crmvi_relation;

/* A dealer's share that is missing. */
#define CRMVI_NO_SHARE INT64_C(-1)

typedef struct crmvi_customer_table {
    const crmv_model *model;
    int64_t rows;
    const crmv_column *key, *name, *since; /* the last two may be NULL */
    int32_t key_kind;                      /* CRMVI_KEYS_NUMBERS or CRMVI_KEYS_TEXTS */
    crmvi_key *keys;                       /* per row; text NULL and length -1 where there is none */
    int64_t used;                          /* once sorted: the keys of rows that are used, which come first */
    const crmvi_key *joined;               /* the keys that are joined with the ledger, ascending: those, or groups */
    int64_t joined_count;
    int32_t *starts;             /* per row: the `since` day, CRMV_NO_DATE where it is missing */
    uint8_t *reasons;            /* per row: why it is set aside, 0 where it is not */
    crmvi_attribute *attributes; /* per metric */
    crmvi_relation relations[CRMVI_RELATIONS];
    const crmv_column *share; /* NULL where the model has none */
    crmvi_micro *shares;      /* per row that names a dealer: percent; NULL where no row can */
} crmvi_customer_table;

/*
 * Finds the columns and reads the rows. Fails with CRMV_BAD_COLUMN where a column that the model needs is missing or of
 * a type that cannot serve, and with CRMV_OUT_OF_MEMORY and CRMV_CANCELLED; the table is then empty.
 */
int32_t crmvi_customer_table_read(const crmv_model *model, const crmv_column *columns, int32_t count, int64_t rows,
                                  const crmvi_runner *runner, crmvi_customer_table *table, crmv_error *error);

/* Sorts the keys by key, marks in the reasons those that stand in two rows, and moves those of the rows that are used
 * to the front. False where memory is short. */
bool crmvi_customer_table_sort(crmvi_customer_table *table);

/* The column that a row was set aside for; NULL where it was not. */
const crmv_column *crmvi_customer_table_culprit(const crmvi_customer_table *table, int64_t row);

void crmvi_customer_table_clear(crmvi_customer_table *table);

/* ---- Values of any column type (attribute.c) --------------------------------------------------------------------- */

/* Whether the row has a value; a text that means missing is none. */
bool crmvi_attribute_present(const crmv_column *column, const crmvi_reading *reading, int64_t row);

/* The row's day, CRMV_NO_DATE where it is missing. Returns 0 or why the row must be set aside. */
int32_t crmvi_attribute_day(const crmv_column *column, const crmvi_reading *reading, int64_t row, int32_t *day);

/* The row's value for a metric. Returns 0 or why the row must be set aside. */
int32_t crmvi_attribute_read(const crmvi_customer_table *table, int32_t metric, int64_t row, double *value);

/* The row's value as a percentage from 0 to 100, CRMVI_NO_SHARE where it is missing. Returns 0 or why the row must be
 * set aside. */
int32_t crmvi_attribute_percent(const crmvi_customer_table *table, const crmv_column *column, int64_t row,
                                crmvi_micro *percent);

/* The row's value as a category's text: the caller's bytes, or a number written into `buffer` (of 64 bytes). */
void crmvi_attribute_text(const crmv_column *column, int32_t decimals, int64_t row, char *buffer, const char **text,
                          int64_t *length);

#endif
