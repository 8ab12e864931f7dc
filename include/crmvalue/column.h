/*
 * column.h - how tables come in: columns as the caller has them.
 *
 * A table is an array of crmv_column, one per column, all with the same number of rows. Nothing is copied before it is
 * read, and nothing is kept after the call; while it lasts, nobody may write to the columns. Values need not be
 * aligned. Arrays of structures (stride), Arrow arrays (offsets, validity bitmap), numpy arrays and plain C strings all
 * fit without conversion.
 *
 * A value is missing where its validity bit is 0, where a double is NaN, where a string pointer is NULL, or where a
 * text is one of the texts that the model's `input` names as missing (without that: the empty text).
 */
#ifndef CRMVALUE_COLUMN_H
#define CRMVALUE_COLUMN_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The type of a column's values. */
enum {
    CRMV_INT32 = 1,  /* int32_t: a whole number; as a date, days since 1970-01-01 */
    CRMV_INT64 = 2,  /* int64_t: a whole number (3 means three pieces, or 3.00 in money); as a date, days likewise */
    CRMV_MINOR = 3,  /* int64_t: an amount in minor units (300 means 3.00 at two decimals); amounts only */
    CRMV_DOUBLE = 4, /* double: an amount or a number in major units; NaN is missing, infinity sets the row aside */
    CRMV_TEXT = 5,   /* UTF-8 bytes in data, int32_t offsets[rows + 1] (Arrow utf8) */
    CRMV_TEXT64 = 6, /* UTF-8 bytes in data, int64_t offsets[rows + 1] (Arrow large_utf8) */
    CRMV_STRINGS = 7 /* const char *[rows]: NUL-terminated UTF-8; NULL is missing */
};

typedef struct crmv_column {
    uint32_t struct_size;    /* sizeof(crmv_column) */
    int32_t type;            /* one of the above */
    const char *name;        /* the name that the model's `input` uses, or the role's own name without `input` */
    const void *data;        /* the first value; may be NULL when there are no rows */
    const void *offsets;     /* CRMV_TEXT and CRMV_TEXT64 only; NULL otherwise */
    int64_t stride;          /* bytes from a value to the next; 0: the type's own size. Not for texts with offsets */
    const uint8_t *validity; /* bitmap, least significant bit first, 1 = present; NULL: all present */
    int64_t validity_offset; /* number of the first row's bit in it */
} crmv_column;

/* Stands for "no date" wherever a day is an int32_t. */
enum { CRMV_NO_DATE = -2147483647 - 1 };

/*
 * Days and calendar dates: days since 1970-01-01 in the proleptic Gregorian calendar, years 1 to 9999.
 * crmv_day gives CRMV_NO_DATE for a date that does not exist; crmv_date writes year, month and day and returns
 * CRMV_BAD_ARGUMENT for a day outside those years. Any thread; no allocation.
 */
CRMV_API int32_t crmv_day(int32_t year, int32_t month, int32_t day);
CRMV_API int32_t crmv_date(int32_t days, int32_t *year, int32_t *month, int32_t *day);

#ifdef __cplusplus
}
#endif

#endif
