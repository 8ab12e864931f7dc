/* parse.h - what the files that read the parts of a model call of each other. */
#ifndef CRMVI_MODEL_PARSE_H
#define CRMVI_MODEL_PARSE_H

#include "vocabulary.h"

/* Takes in the names of metrics, where nothing else has names: those of outcomes. */
bool crmvi_name_metrics(crmvi_parser *parser, const crmvi_spot *metrics);

/* The model of a tree, which is taken. `seals`: an empty hash beside a request stands for the right one. */
int32_t crmvi_model_of_tree(json_t *text, bool seals, crmv_model **out, crmv_error *error);

/* Feeds that the model does not map: columns bear the roles' names. */
bool crmvi_default_feeds(crmvi_parser *parser);

/* Whether what is said of how numbers are written fits together. */
bool crmvi_check_notation(crmvi_parser *parser, const crmvi_spot *spot, const crmvi_notation *notation);

/* The feeds of items: as they are without `input`, and as `input` maps them; `shared` holds its settings. */
void crmvi_default_items(crmv_model *model, const crmvi_reading *reading);
bool crmvi_read_items(crmvi_parser *parser, const crmvi_spot *input, const crmvi_reading *shared);

/* Exactly one of the forms stands in the object; `expected` lists them for the refusal. */
bool crmvi_check_forms(crmvi_parser *parser, const crmvi_spot *spot, const char *const *forms, int32_t count,
                       const char *expected);

/* Which position the metric, index or segment of a name has among all of them (parser->names), or -1. */
int32_t crmvi_number_of(const crmvi_parser *parser, const char *name);

/* The number of a name among those counted since parser->scratch was cleared; a new one is added. -1 after a refusal.
 */
int64_t crmvi_count_name(crmvi_parser *parser, const char *name);

/* One text, or each of an array of texts; `read` gets the spot of each. Refuses an empty array. */
bool crmvi_each_text(crmvi_parser *parser, const crmvi_spot *spot, crmvi_read *read, void *field);

/* A limit on a metric (CRMVI_ON_METRIC: any number), or on an index or the coverage (at most six decimals). */
bool crmvi_read_limit(crmvi_parser *parser, const crmvi_spot *spot, int32_t on, crmvi_limit *limit);

/* parse_foretold.c: whether the card of a metric has what a lifetime needs to foretell it, and no metric has such keys
 * that takes none; and the direction of one whose card says nothing. `word` is what the card measures. */
bool crmvi_finish_foretold(crmvi_parser *parser, const crmvi_spot *card, crmvi_metric *metric, const char *word);

/* ---- Orders ------------------------------------------------------------------------------------------------------ */

/* Where in a node's list of references a walk is. */
typedef struct crmvi_cursor {
    int32_t outer, inner;
} crmvi_cursor;

/* Things that refer to others of their kind. */
typedef struct crmvi_graph {
    int32_t count;
    const crmvi_spot *section; /* where they stand */
    const char *(*name)(const crmv_model *model, int32_t node);
    /* The next node that this one refers to, moving the cursor on; -1 behind the last. */
    int32_t (*next)(const crmv_model *model, int32_t node, crmvi_cursor *cursor);
} crmvi_graph;

/* All positions, each behind those that it refers to; a cycle is refused, named by its path. */
bool crmvi_order(crmvi_parser *parser, const crmvi_graph *graph, int32_t **out);

#endif
