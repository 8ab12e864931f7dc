/* check.h - a model held against data: what its parts share. */
#ifndef CRMVI_SCORE_CHECK_H
#define CRMVI_SCORE_CHECK_H

#include "crmvalue/frame.h"
#include "crmvalue/ledger.h"
#include "model/findings.h"
#include "model/model.h"
#include "model/path.h"

/* What is checked, and where to tell; false from any check: memory is short. */
typedef struct crmvi_checking {
    const crmv_model *model;
    const crmv_ledger *ledger; /* NULL: none */
    const crmv_frame *frame;   /* likewise */
    crmv_findings *findings;
} crmvi_checking;

static inline crmvi_path crmvi_path_of_metric(const crmvi_metric *metric) {
    crmvi_path path = {.length = 0};
    crmvi_path_key(&path, "metrics");
    crmvi_path_key(&path, metric->name);
    return path;
}

/* check_ledger.c: what no feed supplies, and what the history of the feeds is too short for. */
bool crmvi_check_ledger(const crmvi_checking *c);

#endif
