/*
 * misfits.h - values that their columns are too narrow for.
 *
 * Columns of facts are made as wide as most likely they have to be, before the values are known. Those that do not fit
 * stand on a list until all are written; then their columns are widened.
 */
#ifndef CRMVI_LEDGER_MISFITS_H
#define CRMVI_LEDGER_MISFITS_H

#include "ledger/ledger.h"

#include <pthread.h>

typedef struct crmvi_misfit {
    int64_t at, value; /* its place in the column */
    int32_t column;
} crmvi_misfit;

typedef struct crmvi_misfits {
    crmvi_facts *facts;
    pthread_mutex_t mutex; /* holds what follows */
    crmvi_misfit *items;
    int64_t count, capacity;
} crmvi_misfits;

/* Of a run's columns. False where memory is short. */
bool crmvi_misfits_make(crmvi_misfits *misfits, crmvi_facts *facts);
void crmvi_misfits_clear(crmvi_misfits *misfits);

/* Writes a value into its column, or lists it; any thread. False where memory is short. */
bool crmvi_misfits_put(crmvi_misfits *misfits, int32_t column, int64_t at, int64_t value);

/* Widens the columns that are too narrow, and writes what is listed. False where memory is short. */
bool crmvi_misfits_settle(const crmvi_misfits *misfits);

#endif
