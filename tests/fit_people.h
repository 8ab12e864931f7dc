/* fit_people.h - customers by chance, what they did afterwards, and models that are to be fitted to them. */
#ifndef TESTS_FIT_PEOPLE_H
#define TESTS_FIT_PEOPLE_H

#include "chance.h"
#include "crmvalue/fit.h"
#include "model_texts.h"

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { PEOPLE = 600, AS_OF = 20000, DAYS_AFTER = 100 };

/* Customers 10, 13, 16 ...: four numbers of 0 to 100, and an outcome of 3a + b and a noise of 0 to 40. */
typedef struct people {
    int64_t keys[PEOPLE];
    char texts[PEOPLE][16];
    const char *text_keys[PEOPLE];
    double a[PEOPLE], b[PEOPLE], c[PEOPLE], d[PEOPLE], later[PEOPLE];
    int32_t since[PEOPLE];
} people;

static inline double part_of(uint64_t *chance, int32_t limit) {
    return (double)(chance_bits(chance) % (uint64_t)(limit * 100)) / 100;
}

static inline void fill_people(people *p) {
    uint64_t chance = 20260101;
    for (int32_t i = 0; i < PEOPLE; i++) {
        p->keys[i] = 10 + 3 * i;
        snprintf(p->texts[i], sizeof p->texts[i], "K%06d", (int)i);
        p->text_keys[i] = p->texts[i];
        p->a[i] = part_of(&chance, 100);
        p->b[i] = part_of(&chance, 100);
        p->c[i] = part_of(&chance, 100);
        p->d[i] = exp2(part_of(&chance, 16));
        p->later[i] = 3 * p->a[i] + p->b[i] + part_of(&chance, 40);
        p->since[i] = AS_OF - 2000;
    }
}

#define OUTCOMES "'outcomes': {'after': {'days': 100}, 'metrics': {'later': {'attribute': 'Later'}}}"
#define MEMBER(name, column) "'" name "': {'attribute': '" column "', 'scale': {'line': [[0, 0], [100, 100]]}}"
#define BY_OUTCOME(request)                                                                                            \
    MODEL(OUTCOMES ", 'metrics': {" MEMBER("a", "A") ", " MEMBER("b", "B") ", " MEMBER(                                \
        "c", "C") "}, 'indexes': {'score': {'weights': {'outcome': {" request "}}}}")

/* One of each kind, and what needs what: weights the scales, an index other indexes, tiers the score. */
#define ALL_KINDS                                                                                                      \
    MODEL(OUTCOMES                                                                                                     \
          ", 'metrics': {"                                                                                             \
          "'a': {'attribute': 'A', 'scale': {'percentile': {'knots': 16}}}, "                                          \
          "'b': {'attribute': 'B', 'scale': {'min_max': {}}}, "                                                        \
          "'c': {'attribute': 'C', 'scale': {'quantile_bands': {'classes': 5}}}, "                                     \
          "'d': {'attribute': 'D', 'scale': {'logarithm': {}}}}, "                                                     \
          "'indexes': {"                                                                                               \
          "'spread': {'weights': {'entropy': {'of': ['a', 'b']}}}, "                                                   \
          "'judged': {'weights': {'ahp': {'of': ['c', 'd'], 'judgements': [['c', 'd', 3]]}}}, "                        \
          "'score': {'weights': {'outcome': {'of': ['spread', 'judged'], 'explain': 'later', 'held_out': 20}}}}, "     \
          "'tiers': {'natural_breaks': ['gold', 'silver', 'basic']}, "                                                 \
          "'segments': {'abc': {'by': 'd', 'abc': {'names': [['A', 80], ['B', 95], ['C', null]]}}}")

/* Frames of the customers [begin, end): what is known of them, and what they did afterwards. */
typedef struct frames {
    crmv_frame *population, *outcome;
} frames;

static inline frames frames_of(const crmv_model *model, const people *p, int32_t begin, int32_t end, bool by_text) {
    const crmv_column columns[] = {by_text ? strings("customer", p->text_keys + begin)
                                           : wholes("customer", p->keys + begin),
                                   doubles("A", p->a + begin),
                                   doubles("B", p->b + begin),
                                   doubles("C", p->c + begin),
                                   doubles("D", p->d + begin),
                                   doubles("Later", p->later + begin),
                                   days("since", p->since + begin)};
    crmv_error error = {.struct_size = sizeof error};
    crmv_model *outcomes;
    int32_t until;
    frames f = {NULL, NULL};
    if (crmv_model_outcomes(model, AS_OF, &outcomes, &until, &error) != CRMV_OK ||
        crmv_frame_derive(model, NULL, columns, COUNT(columns), end - begin, AS_OF, NULL, &f.population, &error) !=
            CRMV_OK ||
        crmv_frame_derive(outcomes, NULL, columns, COUNT(columns), end - begin, until, NULL, &f.outcome, &error) !=
            CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    crmv_model_free(outcomes);
    return f;
}

static inline void free_frames(frames *f) {
    crmv_frame_free(f->population);
    crmv_frame_free(f->outcome);
}

/* The model's text, to be freed. */
static inline char *printed(const crmv_model *model) {
    int64_t length = 0;
    crmv_model_print(model, NULL, 0, &length);
    char *text = malloc((size_t)length + 1);
    assert_non_null(text);
    assert_int_equal(crmv_model_print(model, text, length + 1, NULL), CRMV_OK);
    return text;
}

static inline void check_same_text(const crmv_model *a, const crmv_model *b) {
    char *one = printed(a);
    char *other = printed(b);
    assert_string_equal(one, other);
    free(one);
    free(other);
}

static inline crmv_model *fitted_with(const crmv_model *model, const frames *f, int32_t threads) {
    const crmv_options options = {.struct_size = sizeof options, .threads = threads};
    crmv_error error = {.struct_size = sizeof error};
    crmv_model *fitted = NULL;
    if (crmv_fit_model(model, f->population, f->outcome, &options, &fitted, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    return fitted;
}

/* The model in a text, fitted to all customers. */
static inline crmv_model *fitted_of(const char *text, const people *p) {
    crmv_model *model = model_of_text(text);
    frames f = frames_of(model, p, 0, PEOPLE, false);
    crmv_model *fitted = fitted_with(model, &f, 1);
    free_frames(&f);
    crmv_model_free(model);
    return fitted;
}

/* What stands beside an index's request for weights, to be let go of. */
static inline json_t *fitted_weights(const crmv_model *model, const char *index) {
    char *text = printed(model);
    json_t *root = json_loads(text, 0, NULL);
    assert_non_null(root);
    json_t *weights = json_object_get(json_object_get(json_object_get(root, "indexes"), index), "weights");
    json_t *fitted = json_incref(json_object_get(weights, "fitted"));
    assert_non_null(fitted);
    json_decref(root);
    free(text);
    return fitted;
}

static inline double number_at(const json_t *object, const char *key, const char *inner) {
    const json_t *value = json_object_get(object, key);
    value = inner == NULL ? value : json_object_get(value, inner);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

#endif
