/*
 * json_text.h - reading a request's JSON where it stands.
 *
 * The text comes from a model, whose parser has looked at all of it: nothing here refuses anything, and what is not as
 * expected is as if it were not there. A parser that makes a tree would have to survive memory that fails it half-way
 * through a token; this allocates nothing but the texts that it hands out.
 */
#ifndef CRMVI_FIT_JSON_TEXT_H
#define CRMVI_FIT_JSON_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* The value of a key (of plain ASCII) in the object that begins at `object`; NULL where it has none. */
const char *crmvi_json_member(const char *object, const char *key);

/* The first item of the array that begins at `array`, and the one behind `item`; NULL where there is none. */
const char *crmvi_json_first(const char *array);
const char *crmvi_json_next(const char *item);

/* How many items an array has. */
int32_t crmvi_json_count(const char *array);

/* The string that begins at `value`, as UTF-8 with a NUL behind it, to be freed; NULL where memory is short. */
char *crmvi_json_string(const char *value);

/* Whether the string at `value` is this text of plain ASCII. */
bool crmvi_json_is(const char *value, const char *text);

/* How many bytes the value at `value` has. */
int64_t crmvi_json_length(const char *value);

/* The number that begins at `value`. */
double crmvi_json_number(const char *value);

#endif
