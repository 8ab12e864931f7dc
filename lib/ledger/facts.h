/* facts.h - making sorted runs of facts, and merging two. */
#ifndef CRMVI_LEDGER_FACTS_H
#define CRMVI_LEDGER_FACTS_H

#include "base/parallel.h"
#include "ledger/batch.h"
#include "ledger/ledger.h"

/* The facts of a batch. Errors: CRMV_OUT_OF_MEMORY, CRMV_CANCELLED, CRMV_OVERFLOW. */
int32_t crmvi_facts_of_batch(const crmvi_batch *batch, const crmvi_runner *runner, crmvi_facts *out, crmv_error *error);

/* Gives back most of the memory beyond what a run holds that has room for so many customers, facts and rows of its
 * sparse columns. */
void crmvi_facts_shrink(crmvi_facts *facts, int64_t customers, int64_t room, int64_t sparse);

/* Puts the text keys of a ranking in the place of their ranks, which stand in `numbers`. Errors: CRMV_OUT_OF_MEMORY,
 * CRMV_CANCELLED. */
int32_t crmvi_facts_write_texts(crmvi_facts *facts, const crmvi_ranking *ranking, const crmvi_runner *runner);

/* The facts of two runs of one key kind as one run. Errors: CRMV_OUT_OF_MEMORY, CRMV_CANCELLED, CRMV_OVERFLOW, which
 * names the first customer and day whose sum does not fit. */
int32_t crmvi_facts_merge(const crmvi_facts *a, const crmvi_facts *b, const crmvi_runner *runner, crmvi_facts *out,
                          crmv_error *error);

/* A customer's key as text, for messages. */
void crmvi_facts_key_text(const crmvi_facts *facts, int64_t customer, char *out, size_t size);

/* The order of two customers by key, of runs of one kind: < 0, 0, > 0. */
int32_t crmvi_facts_compare(const crmvi_facts *a, int64_t i, const crmvi_facts *b, int64_t j);

/* The customer of a key, given as text (whole numbers in decimal); -1 where there is none. */
int64_t crmvi_facts_find(const crmvi_facts *facts, const char *key);

/* A run of some customers of another, with their facts and events: `count` positions in ascending order. False where
 * memory is short. */
bool crmvi_facts_choose(const crmvi_facts *from, const int64_t *customers, int64_t count, crmvi_facts *out);

/* Takes a customer out of a run, in place, and overwrites what is left behind. `marks` has room for as many numbers as
 * the run's events have names or texts, whichever are more. */
void crmvi_facts_remove(crmvi_facts *facts, int64_t customer, int32_t *marks);

#endif
