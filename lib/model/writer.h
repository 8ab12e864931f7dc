/* writer.h - the tree as JSON text again. */
#ifndef CRMVI_MODEL_WRITER_H
#define CRMVI_MODEL_WRITER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Takes in the text piece by piece. */
typedef void (*crmvi_take_text)(void *context, const char *bytes, int64_t length);

/*
 * For people: indented by two blanks, keys in the author's order, on one line what fits there; for machines: sorted
 * keys, no blanks, and neither notes nor, at the top, the name. Numbers are the shortest texts that read back the same.
 */
void crmvi_write_pretty(const json_t *value, crmvi_take_text take, void *context);

/* False where memory is short (for sorting the keys). */
bool crmvi_write_sorted(const json_t *value, crmvi_take_text take, void *context);

#endif
