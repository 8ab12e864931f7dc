/*
 * text.h - JSON text to a tree of Jansson's values.
 *
 * The text is read here and not by json_loadb: where memory runs short within a token, that one loses bytes of it or
 * stops the process by an assertion; it passes over NUL bytes behind numbers; and it cannot say at which path of the
 * document it stood.
 */
#ifndef CRMVI_MODEL_TEXT_H
#define CRMVI_MODEL_TEXT_H

#include "crmvalue/status.h"

#include <jansson.h>

/* How deep objects and arrays may be nested, and how long a text may be. */
enum { CRMVI_TEXT_DEPTH = 64, CRMVI_TEXT_BYTES = 1 << 26 };

/*
 * Reads a JSON text (RFC 8259, UTF-8, a byte-order mark is skipped); a key given twice in an object is an error. NUL
 * characters are none. Errors: CRMV_BAD_SYNTAX, CRMV_BAD_MODEL (a key given twice, a number past 1e300, too deep a
 * nesting), CRMV_TOO_LARGE, CRMV_OUT_OF_MEMORY; the first two tell line and column.
 */
int32_t crmvi_text_read(const char *json, int64_t length, json_t **out, crmv_error *error);

#endif
