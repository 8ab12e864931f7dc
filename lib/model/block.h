/* block.h - the memory that a model's structures live in: blocks that are freed together. */
#ifndef CRMVI_MODEL_BLOCK_H
#define CRMVI_MODEL_BLOCK_H

#include "model.h"

/* Zeroed memory for `count` elements that lives as long as the model; NULL where memory is short. */
void *crmvi_model_memory(crmv_model *model, int64_t count, size_t size);

/* Frees a model whose last holder has let go, or one that was not finished. */
void crmvi_model_destroy(crmv_model *model);

#endif
