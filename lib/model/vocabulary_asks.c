/* vocabulary_asks.c - the words of requests, and of what was found for them. */
#include "vocabulary.h"

enum {
    OBJECT = CRMVI_TAKES_OBJECT,
    ARRAY = CRMVI_TAKES_ARRAY,
    TEXT = CRMVI_TAKES_TEXT,
    WHOLE = CRMVI_TAKES_WHOLE,
    NUMBER = CRMVI_TAKES_NUMBER
};

#define VOCABULARY(table)                                                                                              \
    { .keys = (table), .count = (int32_t)(sizeof(table) / sizeof(table)[0]) }

#define FIELD(name) offsetof(crmvi_ask, name)

/* ---- Scales ------------------------------------------------------------------------------------------------------ */

/* `points` come behind `classes`, whose number they may have. */
#define ENDS                                                                                                           \
    { "points", ARRAY, crmvi_read_ends, 0, false }

static const crmvi_key percentile_keys[] = {
    {"knots", WHOLE, crmvi_read_knots, FIELD(knots), false},
    ENDS,
};

static const crmvi_key min_max_keys[] = {
    {"winsorise", ARRAY, crmvi_read_winsorise, 0, false},
    ENDS,
};

static const crmvi_key z_score_keys[] = {
    {"spread", NUMBER, crmvi_read_spread, FIELD(spread), false},
    ENDS,
};

static const crmvi_key logarithm_keys[] = {
    {"knots", WHOLE, crmvi_read_knots, FIELD(knots), false},
    {"winsorise", ARRAY, crmvi_read_winsorise, 0, false},
    ENDS,
};

static const crmvi_key quantile_bands_keys[] = {
    {"classes", WHOLE, crmvi_read_classes, FIELD(classes), false},
    ENDS,
};

static const crmvi_key optimal_bands_keys[] = {
    {"outcome", TEXT, crmvi_read_outcome, FIELD(outcome), true},
    {"classes", WHOLE, crmvi_read_classes, FIELD(classes), false},
    {"minimum_share", NUMBER, crmvi_read_percent, FIELD(minimum_share), false},
    ENDS,
};

/* ---- Tiers and classes ------------------------------------------------------------------------------------------- */

static const crmvi_key abc_keys[] = {
    {"names", ARRAY, crmvi_read_abc_names, 0, true},
    {"side", TEXT, crmvi_read_side, FIELD(including), false},
};

/* ---- Weights ----------------------------------------------------------------------------------------------------- */

/* `of` is read before all else, as the members of the index. */
#define OF                                                                                                             \
    { "of", ARRAY, NULL, 0, true }

static const crmvi_key of_keys[] = {
    OF,
};

static const crmvi_key ahp_keys[] = {
    OF,
    {"judgements", ARRAY, crmvi_read_judgements, 0, true},
    {"method", TEXT, crmvi_read_method, FIELD(method), false},
    {"random_index", TEXT, crmvi_read_random_index, FIELD(random_index), false},
};

static const crmvi_key outcome_keys[] = {
    OF,
    {"explain", TEXT, crmvi_read_outcome, FIELD(outcome), true},
    {"by", TEXT, crmvi_read_by, FIELD(by_rank), false},
    {"held_out", NUMBER, crmvi_read_held_out, FIELD(held_out), false},
};

const crmvi_vocabulary crmvi_ask_vocabularies[CRMVI_ASKS] = {
    [CRMVI_ASK_PERCENTILE] = VOCABULARY(percentile_keys),
    [CRMVI_ASK_MIN_MAX] = VOCABULARY(min_max_keys),
    [CRMVI_ASK_Z_SCORE] = VOCABULARY(z_score_keys),
    [CRMVI_ASK_LOGARITHM] = VOCABULARY(logarithm_keys),
    [CRMVI_ASK_QUANTILE_BANDS] = VOCABULARY(quantile_bands_keys),
    [CRMVI_ASK_OPTIMAL_BANDS] = VOCABULARY(optimal_bands_keys),
    [CRMVI_ASK_ABC] = VOCABULARY(abc_keys),
    [CRMVI_ASK_EQUAL] = VOCABULARY(of_keys),
    [CRMVI_ASK_CENTROID] = VOCABULARY(of_keys),
    [CRMVI_ASK_ENTROPY] = VOCABULARY(of_keys),
    [CRMVI_ASK_CRITIC] = VOCABULARY(of_keys),
    [CRMVI_ASK_DEVIATION] = VOCABULARY(of_keys),
    [CRMVI_ASK_AHP] = VOCABULARY(ahp_keys),
    [CRMVI_ASK_OUTCOME] = VOCABULARY(outcome_keys),
};

static const crmvi_key weights_keys[] = {
    {"equal", OBJECT, NULL, 0, false},
    {"rank_order_centroid", OBJECT, NULL, 0, false},
    {"entropy", OBJECT, NULL, 0, false},
    {"critic", OBJECT, NULL, 0, false},
    {"standard_deviation", OBJECT, NULL, 0, false},
    {"ahp", OBJECT, NULL, 0, false},
    {"outcome", OBJECT, NULL, 0, false},
    {"fitted", OBJECT, NULL, 0, false},
};
const crmvi_vocabulary crmvi_weights_vocabulary = VOCABULARY(weights_keys);

/* ---- What was found ---------------------------------------------------------------------------------------------- */

/* The numbers are read once the hash has turned out to be the request's. */
static const crmvi_key fitted_keys[] = {
    {"request", TEXT, NULL, 0, true},
    {"as_of", TEXT, crmvi_read_date, offsetof(crmvi_fitted, as_of), false},
    {"customers", WHOLE, crmvi_read_customers, offsetof(crmvi_fitted, customers), false},
    {"line", ARRAY, NULL, 0, false},
    {"bands", ARRAY, NULL, 0, false},
    {"weights", OBJECT, NULL, 0, false},
    {"cuts", ARRAY, NULL, 0, false},
    {"found", OBJECT, NULL, 0, false},
    {"answer", TEXT, NULL, 0, false},
};
const crmvi_vocabulary crmvi_fitted_vocabulary = VOCABULARY(fitted_keys);

/* ---- Outcomes ---------------------------------------------------------------------------------------------------- */

static const crmvi_key outcomes_keys[] = {
    {"after", OBJECT, crmvi_read_after, 0, true},
    {"metrics", OBJECT, NULL, 0, true},
};
const crmvi_vocabulary crmvi_outcomes_vocabulary = VOCABULARY(outcomes_keys);
