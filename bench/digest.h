/*
 * digest.h - one number over all results, so that two runs can be held against each other.
 */
#ifndef CRMVALUE_BENCH_DIGEST_H
#define CRMVALUE_BENCH_DIGEST_H

#include <crmvalue/crmvalue.h>
#include <stddef.h>

typedef uint64_t digest;

/* FNV-1a over 64-bit words. */
digest digest_begin(void);
digest digest_words(digest so_far, const void *words, size_t bytes);

/* Every column of a frame and of scores. */
digest digest_frame(digest so_far, const crmv_model *model, const crmv_frame *frame);
digest digest_scores(digest so_far, const crmv_model *model, const crmv_scores *scores);

#endif
