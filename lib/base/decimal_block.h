/* decimal_block.h - decimal texts of a block of rows, as most of them are written. */
#ifndef CRMVI_BASE_DECIMAL_BLOCK_H
#define CRMVI_BASE_DECIMAL_BLOCK_H

#include "base/column_texts.h"

/*
 * Reads the texts of which crmvi_decimal_amount would make the same number without looking twice: `read` is 1 for them,
 * and 0, with a value of 0, for all others. Whether these are all.
 */
bool crmvi_decimal_block(const crmvi_block_texts *texts, char point, int32_t decimals, int64_t *values, uint8_t *read);

#endif
