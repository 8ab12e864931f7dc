/*
 * model.h - the model: one JSON text that says what is measured, how it is scored, and into which tiers.
 *
 * A model names the metrics (how each is derived, on which scale it earns points, what happens when it is missing), the
 * indexes that weigh them (the one called `score` is the root), the tiers, segments and rules, and how the columns of
 * the export at hand are called and written. docs/model.md describes every key.
 *
 * A model is immutable once parsed. Ledgers, frames and scores keep what they need of it, so it may be freed in any
 * order.
 */
#ifndef CRMVALUE_MODEL_H
#define CRMVALUE_MODEL_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crmv_model crmv_model;
typedef struct crmv_findings crmv_findings;
struct crmv_ledger;
struct crmv_frame;

/*
 * Reads a model. `json` is UTF-8 (a byte-order mark is skipped) of `length` bytes, or NUL-terminated with length -1.
 * On CRMV_OK `*out` is a new model, to be freed with crmv_model_free.
 *
 * Strict: a key given twice, an unknown key, a number with more decimals than its place can hold, a name that is not
 * defined: each is an error. Errors: CRMV_BAD_SYNTAX with line and column, where the text is no JSON; CRMV_BAD_MODEL
 * with the JSON path in `place` ("metrics.tenure.scale.line[2]"), what was expected and the nearest known name (line
 * and column too for a key given twice, a number past 1e300 and a nesting deeper than 64); CRMV_TOO_LARGE past 64 MiB;
 * CRMV_BAD_ARGUMENT, CRMV_OUT_OF_MEMORY. Any thread. Cost: linear in the text.
 */
CRMV_API int32_t crmv_model_parse(const char *json, int64_t length, crmv_model **out, crmv_error *error);

/* Lets go of a model. NULL is fine. */
CRMV_API void crmv_model_free(crmv_model *model);

/*
 * Writes the model as JSON, indented by two blanks, keys in the author's order, each number as the shortest text that
 * reads back the same; parsing what was printed gives the same model and prints the same bytes. `*length` gets the
 * number of bytes without the closing NUL (NULL: not told). Where `capacity` (bytes, NUL included) is too small the
 * buffer is left alone and CRMV_BUFFER_TOO_SMALL is returned; buffer NULL with capacity 0 asks for the length.
 */
CRMV_API int32_t crmv_model_print(const crmv_model *model, char *buffer, int64_t capacity, int64_t *length);

/*
 * The model's hash: 32 hexadecimal digits and NUL, XXH3 (128 bits) of the compact text with sorted keys and without
 * `name` and `notes`. Two models with the same hash score alike, whatever their key order and layout; a default that is
 * written out is another text, and another hash.
 */
CRMV_API int32_t crmv_model_hash(const crmv_model *model, char hash[33]);

/* The model's `name`, or "" if it has none. Valid while the model is. */
CRMV_API const char *crmv_model_name(const crmv_model *model);

/* The lists that a model holds, for crmv_model_count and crmv_model_item. */
enum {
    CRMV_METRICS = 1, /* in the author's order, as are all of these */
    CRMV_INDEXES = 2,
    CRMV_TIERS = 3, /* best first */
    CRMV_SEGMENTS = 4,
    CRMV_RULES = 5
};

/* How many metrics, indexes, tiers, segments or rules there are; 0 for NULL or an unknown list. */
CRMV_API int32_t crmv_model_count(const crmv_model *model, int32_t list);

/* The name of the item at `position` (from 0) of a list; NULL if there is none. Valid while the model is. */
CRMV_API const char *crmv_model_item(const crmv_model *model, int32_t list, int32_t position);

/* A metric's name for people, by its position in CRMV_METRICS: its card's `label`, else its name with blanks for
 * underscores. NULL if there is none. Valid while the model is. */
CRMV_API const char *crmv_model_metric_label(const crmv_model *model, int32_t position);

/*
 * The labels behind codes: those of a metric's categories (list CRMV_METRICS), a segment's names (CRMV_SEGMENTS) or the
 * tiers (CRMV_TIERS, item ignored). NULL if there is none at `code`. Valid while the model is.
 */
CRMV_API const char *crmv_model_label(const crmv_model *model, int32_t list, int32_t item, int32_t code);

/*
 * How a feed's columns are called and written. `feed` is "transactions", "customers", "receivables", "events" or
 * "rates".
 * crmv_model_column: the name of the column that plays a role ("customer", "date", "revenue" ...): the one that `input`
 * maps; without `input` for that feed, the role's own name; NULL where `input` leaves the role out (or gives a number
 * for all instead: the dealer's share) or there is no such role or feed. For "customers", each attribute that a metric
 * reads is a role of its own name.
 * crmv_model_role: the role at `position` (from 0) of a feed; NULL past the last.
 * crmv_model_setting: a setting that concerns whoever decodes a file, as text: "encoding" ("UTF-8" unless the model
 * says otherwise), "delimiter" (one character, "," by default). NULL for an unknown feed or setting.
 */
CRMV_API const char *crmv_model_role(const crmv_model *model, const char *feed, int32_t position);
CRMV_API const char *crmv_model_column(const crmv_model *model, const char *feed, const char *role);
CRMV_API const char *crmv_model_setting(const crmv_model *model, const char *feed, const char *setting);

/* Decimals of money, price and quantity, and the currency ("" if the model names none). */
CRMV_API int32_t crmv_model_money_decimals(const crmv_model *model);
CRMV_API int32_t crmv_model_price_decimals(const crmv_model *model);
CRMV_API int32_t crmv_model_quantity_decimals(const crmv_model *model);
CRMV_API const char *crmv_model_currency(const crmv_model *model);

/* 1 where deriving this model needs an as-of date (a window, recency, tenure, what is overdue, interest ... without
 * from-to dates), else 0. */
CRMV_API int32_t crmv_model_needs_date(const crmv_model *model);

/*
 * The first and the last day that a metric's window holds as of `as_of`, both included: its card's window, or the
 * model's where the metric looks at that. `metric` is a position in CRMV_METRICS, or -1 for the model's own window.
 * With `before` not 0 it is the window before, as long and ending the day before, which growth compares with.
 * CRMV_NO_DATE in `*first` is all history; CRMV_NO_DATE as `as_of` is allowed where the window is from-to or all
 * history, and `*last` is then the window's own end, CRMV_NO_DATE of all history. Errors: CRMV_NOT_FOUND (no day: the
 * window begins after as_of, or nothing lies before all history), CRMV_BAD_ARGUMENT; both days are then as they were.
 */
CRMV_API int32_t crmv_model_window_days(const crmv_model *model, int32_t metric, int32_t as_of, int32_t before,
                                        int32_t *first, int32_t *last);

/* ---- Checking ---------------------------------------------------------------------------------------------------- */

/* How grave a finding is. */
enum {
    CRMV_FINDING_ERROR = 1,   /* the model cannot mean this: the result would be wrong */
    CRMV_FINDING_WARNING = 2, /* probably not what its author meant */
    CRMV_FINDING_NOTE = 3     /* worth knowing */
};

typedef struct crmv_finding {
    uint32_t struct_size; /* sizeof(crmv_finding) */
    int32_t severity;     /* one of the above */
    const char *place;    /* JSON path; valid while the findings are */
    const char *message;  /* one English sentence; valid while the findings are */
} crmv_finding;

/*
 * Looks for what parses but cannot be meant: holes and overlaps between bands, weights that add up to zero, tiers that
 * no score can reach, points against the stated direction, scales that no index uses, receivables and events that
 * metrics want and `input` does not map, interest above 100 % a year, parameters of lifetimes that nothing can be
 * foretold from and covariances that are none. With a ledger (may be NULL): measures,
 * receivables and events that no feed supplies; events of a name that the ledger does not have; a history of 60 days or
 * more in whose first 30 more than a fifth of the customers bought for the first time, so that it was probably cut off
 * there: a warning where a metric suffers from it. With a frame (may be NULL): categories that the model does not name,
 * metrics that hardly vary or are mostly missing, tiers and segments' names that stay empty. What the model alone shows
 * comes first, then what the ledger does, then the frame, each in the model's order, errors among the others; the
 * status is CRMV_OK however many there are. Errors: CRMV_BAD_ARGUMENT (NULL, or the frame has other metrics),
 * CRMV_OUT_OF_MEMORY. Any thread. Cost: with a ledger, linear in its facts; with a frame, about that of scoring it.
 */
CRMV_API int32_t crmv_model_check(const crmv_model *model, const struct crmv_ledger *ledger,
                                  const struct crmv_frame *frame, crmv_findings **out, crmv_error *error);

/* How many findings there are; 0 for NULL. */
CRMV_API int64_t crmv_findings_count(const crmv_findings *findings);

/* The finding at `position` (from 0). Errors: CRMV_BAD_ARGUMENT. */
CRMV_API int32_t crmv_findings_get(const crmv_findings *findings, int64_t position, crmv_finding *out);

/* Lets go of findings. NULL is fine. */
CRMV_API void crmv_findings_free(crmv_findings *findings);

#ifdef __cplusplus
}
#endif

#endif
