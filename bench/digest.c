#include "digest.h"

#include <stdio.h>
#include <string.h>

digest digest_begin(void) {
    return UINT64_C(0xcbf29ce484222325);
}

digest digest_words(digest so_far, const void *words, size_t bytes) {
    const unsigned char *from = words;
    for (size_t at = 0; at < bytes; at += sizeof(uint64_t)) {
        uint64_t word = 0;
        size_t left = bytes - at;
        memcpy(&word, from + at, left < sizeof word ? left : sizeof word);
        so_far = (so_far ^ word) * UINT64_C(0x100000001b3);
        so_far ^= so_far >> 32;
    }
    return so_far;
}

digest digest_frame(digest so_far, const crmv_model *model, const crmv_frame *frame) {
    size_t bytes = (size_t)crmv_frame_rows(frame) * sizeof(double);
    if (crmv_frame_numbers(frame)) {
        so_far = digest_words(so_far, crmv_frame_numbers(frame), bytes);
    }
    for (int32_t i = 0; i < crmv_model_count(model, CRMV_METRICS); i++) {
        so_far = digest_words(so_far, crmv_frame_metric(frame, crmv_model_item(model, CRMV_METRICS, i)), bytes);
    }
    return so_far;
}

digest digest_scores(digest so_far, const crmv_model *model, const crmv_scores *scores) {
    static const char *const columns[] = {"score", "score_low", "score_high", "coverage"};
    static const char *const codes[] = {"tier", "tier_uncapped", "unrated"};
    size_t rows = (size_t)crmv_scores_rows(scores);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        so_far = digest_words(so_far, crmv_scores_exact(scores, columns[i]), rows * sizeof(int64_t));
    }
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        so_far = digest_words(so_far, crmv_scores_codes(scores, codes[i]), rows * sizeof(int32_t));
    }
    for (int32_t i = 0; i < crmv_model_count(model, CRMV_INDEXES); i++) {
        const int64_t *points = crmv_scores_exact(scores, crmv_model_item(model, CRMV_INDEXES, i));
        so_far = digest_words(so_far, points, rows * sizeof *points);
    }
    return so_far;
}
