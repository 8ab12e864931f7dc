/* report_answers.c - what was found for requests, in words and numbers for people. */
#include "base/decimal.h"
#include "base/page.h"
#include "calibrate/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A number to six digits, or to a whole one; the tree has all of its digits. What is so small that nothing would be
 * left has those. */
void crmvi_write_number(crmvi_writing *to, const json_t *number) {
    char text[32];
    const double value = json_number_value(number);
    double parts = 1; /* of one, to which it is rounded: a power of ten that a double holds exactly */
    while (fabs(value) * parts < 1e5 && parts < 1e12) {
        parts *= 10;
    }
    const double rounded = nearbyint(value * parts) / parts + 0.0;
    crmvi_shortest(rounded == 0 ? value + 0.0 : rounded, text);
    crmvi_write(to, "%s", text);
}

/* ---- Kinds of answers ---------------------------------------------------------------------------------------------
 */

static void write_weights(crmvi_writing *to, const json_t *fitted) {
    const json_t *weights = json_object_get(fitted, "weights");
    const char *key;
    json_t *weight;
    bool is_first = true;
    json_object_foreach((json_t *)weights, key, weight) {
        crmvi_write(to, "%s%s %s", is_first ? "" : ", ", key, crmvi_ratio_of(json_number_value(weight), 2).text);
        is_first = false;
    }
}

/* Whether two numbers look the same to six digits. */
static bool look_alike(const json_t *one, const json_t *other) {
    crmvi_writing first = {0}, second = {0};
    if (!json_is_number(one) || !json_is_number(other)) {
        return false;
    }
    crmvi_write_number(&first, one);
    crmvi_write_number(&second, other);
    const bool alike = !first.failed && !second.failed && strcmp(first.bytes, second.bytes) == 0;
    free(first.bytes);
    free(second.bytes);
    return alike;
}

/* Names and the value from which each holds; the last one takes what is below. Cuts have six digits, or all of them
 * where one would look like a neighbour's, or as if it were reached though nobody does. Where classes fall together,
 * those that have nobody are said to. */
static void write_cuts(crmvi_writing *to, const json_t *fitted) {
    const json_t *cuts = json_object_get(fitted, "cuts");
    const json_t *customers = json_object_get(json_object_get(fitted, "found"), "customers");
    const json_t *before = NULL;
    size_t i;
    const json_t *cut;
    json_array_foreach(cuts, i, cut) {
        const json_t *from = json_array_get(cut, 1), *count = json_array_get(customers, i);
        const json_t *behind = json_array_get(json_array_get(cuts, i + 1), 1);
        const bool nobody = json_is_integer(count) && json_integer_value(count) == 0;
        crmvi_write(to, "%s%s", i == 0 ? "" : ", ", json_string_value(json_array_get(cut, 0)));
        if (json_is_number(from) && (nobody || look_alike(from, before) || look_alike(from, behind))) {
            char whole[32];
            crmvi_shortest(json_number_value(from), whole);
            crmvi_write(to, " from %s", whole);
        } else if (json_is_number(from)) {
            crmvi_write(to, " from ");
            crmvi_write_number(to, from);
        }
        crmvi_write(to, "%s", nobody ? " (nobody)" : "");
        before = from;
    }
}

static void write_line(crmvi_writing *to, const json_t *fitted) {
    const json_t *line = json_object_get(fitted, "line");
    const json_t *error = json_object_get(json_object_get(fitted, "found"), "largest_error");
    const size_t count = json_array_size(line);
    crmvi_write(to, "a line through %lld knots", (long long)count);
    for (size_t i = 0; i<count; i += count> 1 ? count - 1 : 1) {
        const json_t *knot = json_array_get(line, i);
        crmvi_write(to, "%s", i == 0 ? ", from " : " to ");
        crmvi_write_number(to, json_array_get(knot, 0));
        crmvi_write(to, " (");
        crmvi_write_number(to, json_array_get(knot, 1));
        crmvi_write(to, " points)");
    }
    if (json_is_number(error)) { /* of a percentile in percent; of a logarithm, which tells its ends too, in points */
        crmvi_write(to, "; largest error ");
        crmvi_write_number(to, error);
        crmvi_write(to, json_object_get(json_object_get(fitted, "found"), "low") != NULL ? " points" : " percent");
    }
}

static void write_bands(crmvi_writing *to, const json_t *fitted) {
    const json_t *bands = json_object_get(fitted, "bands");
    size_t i;
    const json_t *band;
    json_array_foreach(bands, i, band) {
        const json_t *from = json_object_get(band, "from");
        crmvi_write(to, "%s", i == 0 ? "" : ", ");
        crmvi_write_number(to, json_object_get(band, "points"));
        crmvi_write(to, "%s%s", i == 0 ? " points" : "", json_is_number(from) ? " from " : "");
        if (json_is_number(from)) {
            crmvi_write_number(to, from);
        }
    }
}

/* Parameters with their standard errors, and how the search for them ended. */
static void write_parameters(crmvi_writing *to, const json_t *parameters, const json_t *found) {
    const json_t *errors = json_object_get(found, "standard_errors");
    const char *ending = json_string_value(json_object_get(found, "ending"));
    const char *name;
    json_t *parameter;
    bool is_first = true;
    json_object_foreach((json_t *)parameters, name, parameter) {
        const json_t *error = json_object_get(errors, name);
        crmvi_write(to, "%s%s ", is_first ? "" : ", ", name);
        crmvi_write_number(to, parameter);
        if (json_is_number(error)) {
            crmvi_write(to, " (standard error ");
            crmvi_write_number(to, error);
            crmvi_write(to, ")");
        }
        is_first = false;
    }
    crmvi_write(to, "%s%s", ending != NULL ? "; " : "", ending != NULL ? ending : "");
}

/* The BIC of all that were tried, with how the fits of those ended that did not converge. */
static void write_candidates(crmvi_writing *to, const json_t *candidates) {
    const char *name;
    json_t *one;
    bool is_first = true;
    json_object_foreach((json_t *)candidates, name, one) {
        const char *ending = json_string_value(json_object_get(one, "ending"));
        const double bic = json_number_value(json_object_get(one, "bic"));
        crmvi_write(to, "%s%s %s", is_first ? "; BIC " : ", ", name, crmvi_ratio_of(bic, 1).text);
        if (ending != NULL && strcmp(ending, "converged") != 0) {
            crmvi_write(to, " (%s)", ending);
        }
        is_first = false;
    }
}

static void write_lifetime(crmvi_writing *to, const json_t *fitted) {
    const json_t *found = json_object_get(fitted, "found"), *spend = json_object_get(fitted, "spend");
    const char *model = json_string_value(json_object_get(fitted, "model"));
    crmvi_write(to, "%s: ", model != NULL ? model : "");
    write_parameters(to, json_object_get(fitted, "parameters"), found);
    write_candidates(to, json_object_get(found, "candidates"));
    if (spend != NULL) {
        crmvi_write(to, "; spend: ");
        write_parameters(to, json_object_get(spend, "parameters"), json_object_get(found, "spend"));
    }
}

/* How much judgements contradict each other, and the one that agrees least with the others. */
static void write_consistency(crmvi_writing *to, const json_t *found) {
    const json_t *ratio = json_object_get(found, "consistency_ratio"), *worst = json_object_get(found, "worst");
    const json_t *judgement = json_object_get(worst, "judgement");
    const char *first = json_string_value(json_array_get(judgement, 0));
    const char *second = json_string_value(json_array_get(judgement, 1));
    if (json_is_number(ratio)) {
        crmvi_write(to, "; consistency ratio %s", crmvi_ratio_of(json_number_value(ratio), 3).text);
    }
    if (first != NULL && second != NULL) {
        crmvi_write(to, "; least in agreement [\"%s\", \"%s\", ", first, second);
        crmvi_write_number(to, json_array_get(judgement, 2));
        crmvi_write(to, "], where ");
        crmvi_write_number(to, json_object_get(worst, "would_agree"));
        crmvi_write(to, " would agree with the others");
    }
}

void crmvi_write_answer(crmvi_writing *to, const json_t *fitted) {
    static const struct {
        const char *key;
        void (*write)(crmvi_writing *to, const json_t *fitted);
    } kinds[] = {{"weights", write_weights},
                 {"cuts", write_cuts},
                 {"line", write_line},
                 {"bands", write_bands},
                 {"parameters", write_lifetime}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (json_object_get(fitted, kinds[i].key) != NULL) {
            kinds[i].write(to, fitted);
        }
    }
    write_consistency(to, json_object_get(fitted, "found"));
}
