/* asks.h - what the files that read requests share. Functions return false, or NULL, after a refusal. */
#ifndef CRMVI_MODEL_ASKS_H
#define CRMVI_MODEL_ASKS_H

#include "parse.h"

/* A span of kinds of requests: those of scales, of tiers and classes, of weights. */
typedef struct crmvi_ask_span {
    int32_t first, end;
} crmvi_ask_span;

extern const crmvi_ask_span crmvi_scale_asks, crmvi_class_asks, crmvi_weight_asks;

/* The kind of the first request that stands in an object, CRMVI_ASK_NOTHING where none does. */
int32_t crmvi_ask_in(const json_t *holder, const crmvi_ask_span *span);

/* Exactly one of the plain forms and the requests stands there, and `fitted` goes with requests only. */
bool crmvi_check_ask_forms(crmvi_parser *parser, const crmvi_spot *spot, const char *const *plain, int32_t count,
                           const crmvi_ask_span *span);

/* A new request that stands at `holder`, with defaults; what it says of itself is still to be read. */
crmvi_asked *crmvi_add_ask(crmvi_parser *parser, const crmvi_spot *holder, int32_t kind, int32_t target,
                           int32_t position);

/* The request's own object or array: the member of the holder that its kind names. A lifetime has none: all that the
 * holder says, but what was fitted, is the request. */
crmvi_spot crmvi_ask_spot(const crmvi_spot *holder, const crmvi_ask *ask);

/* The hash that goes with an answer, of all of its members but the hashes; false where memory is short. */
bool crmvi_answer_hash(const json_t *fitted, char hash[33]);

/* ---- Whether it was found ---------------------------------------------------------------------------------------- */

/* What is told of metrics and indexes is worked out once. */
bool crmvi_know_metrics(crmvi_parser *parser);
bool crmvi_know_indexes(crmvi_parser *parser);

/* A member's name, its source, and the hashes of all members' points by their names; NULL where memory is short. */
const char *crmvi_member_name(const crmv_model *model, const crmvi_member *member);
const crmvi_source *crmvi_member_source(const crmvi_parser *parser, const crmvi_member *member);
json_t *crmvi_member_hashes(const crmvi_parser *parser, const crmvi_index *index);

/*
 * Works out the request's hash, and from what stands beside it the state: fitted if that has the same hash and
 * everything it was found from is there (`found`). `from`, which is taken, tells what the request is found from beside
 * its own words; NULL: memory was short. `round` is when all that is there.
 */
bool crmvi_settle_ask(crmvi_parser *parser, const crmvi_spot *holder, crmvi_asked *asked, json_t *from, bool found,
                      int32_t round);

/* The numbers of a fitted request: `form` is "line", "cuts" ...; no other form stands beside them. */
bool crmvi_fitted_form(crmvi_parser *parser, const crmvi_spot *holder, const crmvi_ask *ask, const char *form,
                       crmvi_spot *fitted, crmvi_spot *out);

/* fitted_lifetimes.c: the parameters of a lifetime whose request is fitted. */
bool crmvi_read_fitted_lifetime(crmvi_parser *parser, const crmvi_spot *holder, crmvi_lifetime_card *card);

/* Puts the requests in the order in which they can be answered. */
bool crmvi_finish_asks(crmvi_parser *parser);

/* Percent of the customers that weights by outcome hold out unless the request says otherwise. */
enum { CRMVI_HELD_OUT_UNLESS_SAID = 30 };

/* ---- Parts ------------------------------------------------------------------------------------------------------- */

/* ask_scales.c: of a card that was read, and what was found for all of them once all cards were. */
bool crmvi_read_scale_ask(crmvi_parser *parser, const crmvi_spot *card, int32_t metric);
bool crmvi_settle_scales(crmvi_parser *parser, const crmvi_spot *metrics);

/* parse_scales.c: the lowest and highest points of a scale that was read. */
void crmvi_set_extremes(crmvi_scale *scale);

/* ask_weights.c: whether weights are requested; the request, whose members the index has already, in the order of
 * `of`; what depends on the order of members, once they are sorted; and what was found. */
bool crmvi_asks_weights(const json_t *weights);
bool crmvi_read_weights_ask(crmvi_parser *parser, const crmvi_spot *weights, crmvi_index *index);
bool crmvi_place_members(crmvi_parser *parser, const crmvi_spot *weights, crmvi_index *index);
bool crmvi_settle_weights(crmvi_parser *parser, int32_t index);

/* While weights are still to be found, the index is anywhere between its members. */
void crmvi_bound_open(crmvi_parser *parser, int32_t index);

/* parse_indexes.c: the members that an array names, each with the same weight; `how` completes "is ... twice". */
bool crmvi_read_members(crmvi_parser *parser, const crmvi_spot *spot, crmvi_index *index, crmvi_micro weight,
                        const char *how);

/* ask_classes.c: a request for cuts, with the classes' names; whether they were found, for those of a segment by the
 * number that is cut, NULL for tiers. */
crmvi_asked *crmvi_read_class_ask(crmvi_parser *parser, const crmvi_spot *holder, int32_t target, int32_t position);
bool crmvi_settle_classes(crmvi_parser *parser, const crmvi_spot *holder, crmvi_asked *asked, const crmvi_side *by);

/* A class, or a tier. */
typedef struct crmvi_class {
    const char *name;
    crmvi_limit cut; /* not set: the last one's */
} crmvi_class;

/* Classes [name, cut] as they stand in the model, best first; `on` says what is cut (crmvi_read_limit), and `what`,
 * "tier" or "class", names them in messages. */
bool crmvi_read_class_cuts(crmvi_parser *parser, const crmvi_spot *spot, int32_t on, const char *what,
                           crmvi_class **out, int32_t *count);

/* Those that a request asks for: as they were found, if it is fitted, else with cuts that nobody reaches. */
bool crmvi_asked_classes(crmvi_parser *parser, const crmvi_spot *holder, const crmvi_ask *ask, int32_t on,
                         const char *what, crmvi_class **out);

/* ---- Segments ---------------------------------------------------------------------------------------------------- */

/* parse_segments.c: a number to cut, a metric or an index. */
bool crmvi_find_side(crmvi_parser *parser, const crmvi_spot *spot, crmvi_side *side);

/* parse_classes.c: a segment whose classes are `by` one number. */
bool crmvi_read_classes_by(crmvi_parser *parser, const crmvi_spot *spot, crmvi_segment *segment);

#endif
