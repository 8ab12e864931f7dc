/* lifetime_texts.h - models with lifetimes, for tests. */
#ifndef TESTS_LIFETIME_TEXTS_H
#define TESTS_LIFETIME_TEXTS_H

#include "asks.h"

/* A lifetime without spend and one with it, and what they foretell; a metric of the ledger; and what is found from
 * all of them. */
#define FORETOLD                                                                                                       \
    MODEL("'money': {'currency': 'EUR'}, 'lifetimes': {'orders': {'model': ['bg_nbd', 'nbd'], 'time_unit': 'day', "    \
          "'penalty': 0.5}, 'worth': {'model': 'pareto_nbd', 'spend': {'model': 'gamma_gamma', 'of': ['revenue', "     \
          "'discount'], 'first_purchase': true, 'penalty': 2}}}, 'metrics': {'alive': {'lifetime': ['orders', "        \
          "'p_alive'], 'ahead': {'months': 6}, 'scale': {'percentile': {}}}, 'value': {'lifetime': ['worth', "         \
          "'value'], 'discount': 0.1, 'scale': {'line': [[0, 0], [1000, 100]]}}, 'both': {'ratio': ['value', "         \
          "'alive'], 'scale': {'quantile_bands': {}}}, 'lines': {'count': 'lines', 'scale': {'min_max': {}}}}, "       \
          "'indexes': {'told': {'weights': {'critic': {'of': ['alive', 'value']}}}, 'score': {'weights': {'lines': "   \
          "1, 'told': 2}}}, 'tiers': {'quantiles': ['x', 'y']}, 'segments': {'s': {'by': 'value', 'k_means': ['u', "   \
          "'v']}, 't': {'by': 'lines', 'k_means': ['w', 'z']}}")

#define ORDERS_ANSWER                                                                                                  \
    "{'as_of': '1997-09-30', 'customers': 2357, 'model': 'bg_nbd', 'parameters': {'r': 0.243, 'alpha': 4.414, 'a': "   \
    "0.793, 'b': 2.426}, 'covariance': [[0.4, 0.3, 0, 0], [0.3, 0.6, 0, 0], [0, 0, 5, null], [0, 0, null, 7]], "       \
    "'found': {'ending': 'converged', 'bic': 19200.5}}"
#define WORTH_ANSWER                                                                                                   \
    "{'model': 'pareto_nbd', 'parameters': {'r': 0.553, 'alpha': 10.578, 's': 0.606, 'beta': 11.669}, 'spend': "       \
    "{'parameters': {'p': 6.25, 'q': 3.744, 'gamma': 15.447}}}"

/* Both lifetimes answered. */
static inline crmv_model *lifetimes_answered(void) {
    crmv_model *model = model_of_text(FORETOLD);
    model = answered(model, "lifetimes.orders", ORDERS_ANSWER);
    return answered(model, "lifetimes.worth", WORTH_ANSWER);
}

/* Everything answered, in the order of the requests. */
static inline crmv_model *foretold_answered(void) {
    crmv_model *model = lifetimes_answered();
    model = answered(model, "metrics.lines.scale", "{'line': [[0, 0], [50, 100]]}");
    model = answered(model, "metrics.alive.scale", "{'line': [[0, 0], [1, 100]]}");
    model = answered(model, "metrics.both.scale", "{'bands': [{'points': 0}, {'from': 30, 'points': 100}]}");
    model = answered(model, "indexes.told.weights", "{'weights': {'alive': 40, 'value': 60}}");
    model = answered(model, "tiers", "{'cuts': [['x', 50.5], ['y', null]]}");
    model = answered(model, "segments.s", "{'cuts': [['u', 70.25], ['v', null]]}");
    return answered(model, "segments.t", "{'cuts': [['w', 7], ['z', null]]}");
}

/* One lifetime, with spend, and one metric that it foretells. */
#define LIFETIME(members) MODEL("'lifetimes': {'l': {" members "}}, 'metrics': {}")
#define BOUGHT "'l': {'model': 'bg_nbd', 'spend': {'model': 'normal_normal', 'of': 'revenue'}}"
#define TOLD(card) MODEL("'lifetimes': {" BOUGHT "}, 'metrics': {'a': {" card "}}")

#endif
