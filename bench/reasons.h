/*
 * reasons.h - the reasons of customers, asked for by some threads of the caller's at once.
 */
#ifndef CRMVALUE_BENCH_REASONS_H
#define CRMVALUE_BENCH_REASONS_H

#include "digest.h"

#include <stdbool.h>

enum { MOST_ASKED = 50000 };

/* Asks for the first `rows` customers. Gives a digest of their contributions that is the same at any number of threads;
 * false where a call fails. */
bool reasons_ask(const crmv_model *model, const crmv_scores *scores, int64_t rows, int32_t threads, digest *found);

#endif
