/* conversions.h - amounts that were converted from other currencies, with the rates' days. */
#ifndef CRMVALUE_PROGRAM_CONVERSIONS_H
#define CRMVALUE_PROGRAM_CONVERSIONS_H

#include "asides.h"

/* What was converted from one currency. */
typedef struct conversion {
    crmv_conversion counted;
    wide before, after; /* in minor units */
} conversion;

/* The one of a batch at a position in the ledger's list; false past the last. */
bool conversion_at(const inputs *taken, int64_t position, conversion *out);

/* Those of all batches (`of_files`: of the files of this run) taken together by currency, in the order in which the
 * currencies first come; false past the last. */
bool conversion_of_currency(const inputs *taken, bool of_files, int32_t position, conversion *out);

/* "USD 1,400.00 in 2 rows are 1,260.00 EUR, at rates of 2024-09-30 to 2024-10-02, at most 1 day old" */
void conversion_text(const inputs *taken, const conversion *one, char *text, size_t size);

#endif
