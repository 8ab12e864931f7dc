/* findings.h - a list of findings, filled by the checks of this room and of those above. */
#ifndef CRMVI_MODEL_FINDINGS_H
#define CRMVI_MODEL_FINDINGS_H

#include "base/error.h"
#include "crmvalue/model.h"

#include <stdbool.h>

crmv_findings *crmvi_findings_new(void);

/* Adds a finding; false where memory is short. */
bool crmvi_findings_add(crmv_findings *findings, int32_t severity, const char *place, const char *format, ...)
    CRMVI_PRINTF(4, 5);

/* What can be seen in the model alone. False where memory is short. */
bool crmvi_model_examine(const crmv_model *model, crmv_findings *findings);

#endif
