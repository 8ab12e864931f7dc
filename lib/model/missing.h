/* missing.h - texts of a feed that stand for no value. */
#ifndef CRMVI_MODEL_MISSING_H
#define CRMVI_MODEL_MISSING_H

#include "base/column_texts.h"
#include "model/model.h"

/* Says which texts mean missing; they are not copied. */
void crmvi_reading_miss(crmvi_reading *reading, const char **texts, int32_t count);

/* The texts of a block of rows of a text column, at most CRMVI_TEXTS_ROWS, without those that mean missing. */
void crmvi_reading_texts(const crmvi_reading *reading, const crmv_column *column, int64_t begin, int64_t count,
                         crmvi_block_texts *out);

#endif
