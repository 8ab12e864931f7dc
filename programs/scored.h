/* scored.h - scores with every column that there is. */
#ifndef CRMVALUE_PROGRAMS_SCORED_H
#define CRMVALUE_PROGRAMS_SCORED_H

#include "failure.h"
#include "inputs.h"

/* Scores the frame that was taken in, and works out all columns (the metrics' points only where they are wanted), so
 * that those that are asked for later and are not there do not exist. NULL on failure. */
crmv_scores *scored(const inputs *taken, bool with_points, failure *why);

#endif
