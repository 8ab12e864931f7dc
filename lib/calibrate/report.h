/*
 * report.h - the report of a fit while it is made: one tree of JSON, section by section, and the table of it.
 *
 * Sections add to the tree in the order in which they stand there. What cannot be added because memory is short is
 * noted and found out in the end, so that sections need not ask after every member.
 */
#ifndef CRMVI_CALIBRATE_REPORT_H
#define CRMVI_CALIBRATE_REPORT_H

#include "base/error.h"
#include "base/page.h"
#include "base/parallel.h"
#include "crmvalue/calibrate.h"
#include "frame/frame.h"
#include "score/scores.h"

#include <jansson.h>

/* Of fewer customers than these, what is found is hardly more than what they happened to do. */
enum { CRMVI_FEW_CUSTOMERS = 30 };

/* What the sections work from, and on. */
typedef struct crmvi_reporting {
    const crmv_model *model;
    const crmv_frame *frame;   /* the population */
    const crmv_frame *outcome; /* NULL: none */
    const char *input;         /* NULL: not said */
    const crmv_options *options;
    crmvi_runner runner;
    crmv_scores *scores;
    uint8_t *keep;      /* per row: 1 in the population, 0 too new */
    int64_t population; /* customers in it */
    json_t *tree;
    bool no_memory;
    crmv_error *error;
} crmvi_reporting;

/* ---- Building the tree ------------------------------------------------------------------------------------------- */

/* Each adds a member to an object, or, where `key` is NULL, an item to an array. `to` may be NULL where memory was
 * short before. Values are taken over; a value that is NULL means that memory was short. */
void crmvi_put(crmvi_reporting *r, json_t *to, const char *key, json_t *value);
void crmvi_put_text(crmvi_reporting *r, json_t *to, const char *key, const char *text); /* NULL: null */
void crmvi_put_count(crmvi_reporting *r, json_t *to, const char *key, int64_t count);
void crmvi_put_number(crmvi_reporting *r, json_t *to, const char *key, double number);      /* not finite: null */
void crmvi_put_points(crmvi_reporting *r, json_t *to, const char *key, crmvi_micro points); /* missing: null */
void crmvi_put_percent(crmvi_reporting *r, json_t *to, const char *key, int64_t part, int64_t whole);
void crmvi_put_date(crmvi_reporting *r, json_t *to, const char *key, int32_t day); /* CRMV_NO_DATE: null */

/* A sum in the model's money as a text of exact decimals, as the command's reports have it. */
void crmvi_put_money(crmvi_reporting *r, json_t *to, const char *key, crmvi_wide minor);

/* A new object or array at that place, which belongs to the tree; NULL where memory is short. */
json_t *crmvi_put_object(crmvi_reporting *r, json_t *to, const char *key);
json_t *crmvi_put_array(crmvi_reporting *r, json_t *to, const char *key);

/* Adds to the report's warnings. */
void crmvi_warn(crmvi_reporting *r, const char *place, const char *format, ...) CRMVI_PRINTF(3, 4);

/* ---- Sections ---------------------------------------------------------------------------------------------------- */

/* The caller's name for the data, and hashes of the population's and the outcome's frames. */
void crmvi_report_source(crmvi_reporting *r);

/* Errors: as crmv_report_make; where memory was short for the tree that is noted instead. */
int32_t crmvi_report_customers(crmvi_reporting *r);    /* "customers" */
int32_t crmvi_report_requests(crmvi_reporting *r);     /* "requests", with warnings of what was found */
int32_t crmvi_report_findings(crmvi_reporting *r);     /* warnings of what crmv_model_check finds in the population */
int32_t crmvi_report_points(crmvi_reporting *r);       /* "points", with warnings */
int32_t crmvi_report_correlations(crmvi_reporting *r); /* "correlations" */
int32_t crmvi_report_tiers(crmvi_reporting *r);        /* "tiers" */
int32_t crmvi_report_robustness(crmvi_reporting *r);   /* "robustness" */
int32_t crmvi_report_prediction(crmvi_reporting *r);   /* "prediction" */

/* The part numbers whose points are told: metrics with a scale, then indexes. `parts` has room for all of the tree's.
 * How many. */
int32_t crmvi_report_parts(const crmvi_reporting *r, int32_t *parts);
const char *crmvi_part_name(const crmv_model *model, int32_t part);

/* The points of a part. Never NULL once crmvi_report_prepare has made them. */
const int64_t *crmvi_part_points(const crmvi_reporting *r, int32_t part);

/* The first lines of the report. */
void crmvi_report_verdict(crmvi_reporting *r, json_t *tree);

/* The answer to a request, and a number to six digits, as they stand in the table. */
void crmvi_write_answer(crmvi_writing *to, const json_t *fitted);
void crmvi_write_number(crmvi_writing *to, const json_t *number);

/* The table for people, made of the tree; NULL where memory is short. Free with free(). */
char *crmvi_report_page(const json_t *tree);

#endif
