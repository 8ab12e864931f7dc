/*
 * random_scorecards.h - models of seven metrics and five indexes by chance, with customers whose values are missing
 * here and there. The sequence is that of random_state, which must not be 0.
 */
#ifndef CRMVALUE_TESTS_RANDOM_SCORECARDS_H
#define CRMVALUE_TESTS_RANDOM_SCORECARDS_H

#include "chance.h"
#include "scoring.h"

/* ---- Random models ----------------------------------------------------------------------------------------------- */

enum { METRICS = 7, INDEXES = 5, BANDS = 6, MEMBERS = METRICS + INDEXES, TEXT = 16384 };
enum { RENORMALISE, FIXED, WORST, POLICIES };

static uint64_t random_state;

static inline uint32_t draw(uint32_t below) {
    return chance_below(&random_state, below);
}

/* Members below METRICS are metrics, the others indexes; an index has only earlier ones, the last is the score. */
typedef struct random_index {
    bool additive;
    int32_t count;
    int32_t members[MEMBERS];
    int64_t weights[MEMBERS];
} random_index;

typedef struct random_model {
    char names[MEMBERS][16];
    int64_t points[METRICS][BANDS]; /* a value of k earns points[k] */
    int32_t policies[METRICS];
    int64_t fixed[METRICS];
    random_index indexes[INDEXES];
} random_model;

/* What points a random scale has. */
typedef enum points_kind { ANY_POINTS, FROM_0_TO_100 } points_kind;

static inline void draw_points(random_model *m, int32_t metric, points_kind kind) {
    for (int32_t k = 0; k < BANDS; k++) {
        int64_t any = (int64_t)draw(200000001) - (draw(3) == 0 ? 100000000 : 0);
        m->points[metric][k] = kind == ANY_POINTS ? (draw(4) == 0 ? any / MICRO * MICRO : any) : draw(100000001);
    }
    if (kind == FROM_0_TO_100) {
        m->points[metric][0] = 0;
        m->points[metric][BANDS - 1] = 100 * MICRO;
    }
    m->policies[metric] = kind == ANY_POINTS && draw(3) == 0 ? (int32_t)draw(POLICIES) : RENORMALISE;
    m->fixed[metric] = m->points[metric][draw(BANDS)];
}

static inline void draw_index(random_model *m, int32_t index, bool additive) {
    random_index *r = &m->indexes[index];
    r->additive = additive;
    r->count = 0;
    for (int32_t member = 0; member < METRICS + index; member++) {
        if (draw(2) == 0) {
            r->members[r->count] = member;
            r->weights[r->count++] = draw(8) == 0 ? 0 : draw(3) == 0 ? 1 + draw(99999999) : (1 + draw(99)) * MICRO;
        }
    }
    if (r->count == 0) {
        r->members[0] = METRICS + index - 1;
        r->weights[0] = MICRO;
        r->count = 1;
    }
}

/* Names in an order of their own, so that the ties are not broken by position. */
static inline void draw_names(random_model *m) {
    int32_t order[MEMBERS];
    for (int32_t i = 0; i < MEMBERS; i++) {
        int32_t k = (int32_t)draw((uint32_t)i + 1);
        order[i] = order[k];
        order[k] = i;
    }
    for (int32_t i = 0; i < MEMBERS; i++) {
        snprintf(m->names[i], sizeof m->names[i], "n%02d", (int)order[i]);
    }
    strcpy(m->names[MEMBERS - 1], "score");
}

static inline random_model draw_model(points_kind kind) {
    random_model m;
    draw_names(&m);
    for (int32_t i = 0; i < METRICS; i++) {
        draw_points(&m, i, kind);
    }
    for (int32_t i = 0; i < INDEXES; i++) {
        draw_index(&m, i, kind == ANY_POINTS && draw(3) == 0);
    }
    return m;
}

/* ---- As JSON ----------------------------------------------------------------------------------------------------- */

/* A text that grows within its room. */
typedef struct text {
    char bytes[TEXT];
    int32_t length;
} text;

static inline void put(text *t, const char *piece) {
    size_t length = strlen(piece);
    assert_true((size_t)t->length + length < sizeof t->bytes);
    memcpy(t->bytes + t->length, piece, length + 1);
    t->length += (int32_t)length;
}

static inline void put_micro(text *t, int64_t micro) {
    char piece[64];
    int64_t size = micro < 0 ? -micro : micro;
    snprintf(piece, sizeof piece, "%s%lld.%06lld", micro < 0 ? "-" : "", (long long)(size / MICRO),
             (long long)(size % MICRO));
    put(t, piece);
}

static inline void put_key(text *t, const char *name) {
    put(t, "'");
    put(t, name);
    put(t, "': ");
}

static inline void put_metric(text *t, const random_model *m, int32_t metric) {
    put_key(t, m->names[metric]);
    put(t, "{'attribute': '");
    put(t, m->names[metric]);
    put(t, "', 'scale': {'bands': [");
    for (int32_t k = 0; k < BANDS; k++) {
        char from[64];
        snprintf(from, sizeof from, "%s{'from': %d, 'points': ", k > 0 ? ", " : "", (int)k);
        put(t, from);
        put_micro(t, m->points[metric][k]);
        put(t, "}");
    }
    put(t, "]}, 'missing': ");
    if (m->policies[metric] == FIXED) {
        put(t, "{'points': ");
        put_micro(t, m->fixed[metric]);
        put(t, "}}");
    } else {
        put(t, m->policies[metric] == WORST ? "'worst'}" : "'renormalise'}");
    }
}

/* Keys come forwards or backwards: only the numbers count. */
static inline int32_t at(int32_t i, int32_t count, bool backwards) {
    return backwards ? count - 1 - i : i;
}

static inline void put_index(text *t, const random_model *m, int32_t index, bool backwards) {
    const random_index *r = &m->indexes[index];
    put_key(t, m->names[METRICS + index]);
    put(t, r->additive ? "{'add': [" : "{'weights': {");
    for (int32_t i = 0; i < r->count; i++) {
        int32_t k = at(i, r->count, backwards);
        put(t, i > 0 ? ", " : "");
        if (r->additive) {
            put(t, "'");
            put(t, m->names[r->members[k]]);
            put(t, "'");
        } else {
            put_key(t, m->names[r->members[k]]);
            put_micro(t, r->weights[k]);
        }
    }
    put(t, r->additive ? "]}" : "}}");
}

/* `rest` stands behind the tiers and closes the model. */
static inline crmv_model *parsed_with(const random_model *m, bool backwards, const char *rest) {
    static text t;
    t.length = 0;
    put(&t, "{'crmvalue': 1, 'metrics': {");
    for (int32_t i = 0; i < METRICS; i++) {
        put(&t, i > 0 ? ", " : "");
        put_metric(&t, m, at(i, METRICS, backwards));
    }
    put(&t, "}, 'indexes': {");
    for (int32_t i = 0; i < INDEXES; i++) {
        put(&t, i > 0 ? ", " : "");
        put_index(&t, m, at(i, INDEXES, backwards), backwards);
    }
    put(&t, "}, 'tiers': {'cuts': [['A', 60], ['B', 40], ['C', null]]},");
    put(&t, rest);
    return model_of(t.bytes);
}

static inline crmv_model *parsed(const random_model *m, bool backwards) {
    return parsed_with(m, backwards,
                       "'rules': [{'name': 'r', 'when': {'coverage': {'below': 50}}, 'then': {'cap': 'B'}}]}");
}

/* ---- Random customers -------------------------------------------------------------------------------------------- */

/* Values by metric, then by customer. */
static inline double *draw_values(int64_t rows) {
    double *values = malloc((size_t)(rows * METRICS) * sizeof *values);
    assert_non_null(values);
    for (int64_t row = 0; row < rows; row++) {
        uint32_t gaps = draw(5); /* from all known to almost nothing */
        for (int32_t i = 0; i < METRICS; i++) {
            values[i * rows + row] = draw(5) < gaps ? (double)NAN : draw(BANDS);
        }
    }
    return values;
}

static inline crmv_frame *frame_with(const random_model *m, const crmv_model *model, const double *values,
                                     int64_t rows) {
    crmv_column columns[METRICS];
    for (int32_t i = 0; i < METRICS; i++) {
        columns[i] = numbers_column(m->names[i], values + i * rows);
    }
    return frame_of(model, columns, METRICS, rows, CRMV_NO_DATE);
}

/* Model, frame and scores of random customers. */
typedef struct sample {
    random_model drawn;
    int64_t rows;
    double *values;
    crmv_model *model;
    crmv_frame *frame;
    crmv_scores *scores;
} sample;

static inline sample draw_sample(points_kind kind, int64_t rows) {
    sample s = {.drawn = draw_model(kind), .rows = rows, .values = draw_values(rows)};
    s.model = parsed(&s.drawn, false);
    s.frame = frame_with(&s.drawn, s.model, s.values, rows);
    s.scores = scores_of(s.model, s.frame);
    return s;
}

static inline void free_sample(sample *s) {
    crmv_scores_free(s->scores);
    crmv_frame_free(s->frame);
    crmv_model_free(s->model);
    free(s->values);
}

#endif
