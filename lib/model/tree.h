/* tree.h - trees of JSON values as wholes. */
#ifndef CRMVI_MODEL_TREE_H
#define CRMVI_MODEL_TREE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* A copy that shares nothing with the tree but true, false and null; NULL where memory is short. Jansson's own copies
 * do not tell where memory ran short within them. */
json_t *crmvi_tree_copy(const json_t *value);

/* The members of an object but for some keys, of the same values; NULL where memory is short. */
json_t *crmvi_tree_without(const json_t *object, const char *const *keys, int32_t count);

/* The hash of the sorted text (crmvi_write_sorted). False where memory is short; then `hash` is as it was. */
bool crmvi_tree_hash(const json_t *value, char hash[33]);

#endif
