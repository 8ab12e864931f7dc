/*
 * json_values.h - what reports hold: amounts and points as texts of exact decimals, dates as texts, null for nothing.
 *
 * Jansson's setters take NULL for a value that could not be made, and then fail: so values are made in place, and each
 * function returns NULL where any of its own could not be set.
 */
#ifndef CRMVALUE_PROGRAM_JSON_VALUES_H
#define CRMVALUE_PROGRAM_JSON_VALUES_H

#include "figures.h"

#include <crmvalue/crmvalue.h>
#include <jansson.h>
#include <stdio.h>

json_t *json_amount(const crmv_model *model, wide minor);
json_t *json_points(int64_t points);
json_t *json_date(int32_t day);
json_t *json_text_or_null(const char *text);

/* The name of a file, which need not be UTF-8: null where JSON cannot hold it. */
json_t *json_file_name(const char *name);

/* The object or array if all its members could be set; otherwise it is let go, and NULL. */
json_t *json_kept(json_t *object, int failed);

#endif
