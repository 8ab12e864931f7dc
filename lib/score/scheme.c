#include "score/scheme.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* What is known of one number of a part without looking at a customer. */
typedef struct reach {
    bool defined;             /* false: always missing */
    bool lacks;               /* it can be missing */
    int32_t terms;            /* it is a sum of so many step functions; 0: it is none */
    crmvi_wide rise, divisor; /* these have no larger rise times weight, and no larger divisor */
    crmvi_wide lowest, highest;
    crmvi_wide grain; /* all that it can be are multiples of it; 0: it can only be 0 */
} reach;

/* A scheme on its way. */
typedef struct drafting {
    const crmvi_tree *tree;
    const crmv_frame *frame;
    crmvi_scheme *scheme;
    reach *reaches; /* per part, of the number at hand */
    int32_t number;
    crmvi_term *next_term;
    crmvi_step *next_step;
} drafting;

static crmvi_wide magnitude(crmvi_wide value) {
    return value < 0 ? -value : value;
}

static crmvi_wide common(crmvi_wide a, crmvi_wide b) {
    a = magnitude(a);
    b = magnitude(b);
    while (b != 0) {
        const crmvi_wide rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static crmvi_wide larger(crmvi_wide a, crmvi_wide b) {
    return a > b ? a : b;
}

/* ---- What a metric can be ---------------------------------------------------------------------------------------- */

/* Whether a missing metric leaves its weight to the others. */
static bool gives_way(const crmvi_metric *metric) {
    return metric->missing != CRMVI_FIXED_POINTS && metric->missing != CRMVI_WORST;
}

/* What stands for a number of a metric that is missing; 0 where nothing does. */
static crmvi_micro absent_number(const crmvi_metric *metric, int32_t number) {
    switch (number) {
    case CRMVI_LOWEST:
        return metric->scale.lowest;
    case CRMVI_HIGHEST:
        return metric->scale.highest;
    case CRMVI_POINTS:
        return gives_way(metric) ? 0 : metric->missing_points;
    default:
        return 0;
    }
}

static crmvi_micro number_at(const crmvi_scale *scale, int32_t band, int32_t number) {
    return number == CRMVI_COVERAGE ? CRMVI_WHOLE : scale->points[band];
}

static reach reach_of_metric(const drafting *p, int32_t metric) {
    const crmvi_metric *card = &p->tree->model->metrics[metric];
    const crmvi_micro absent = absent_number(card, p->number);
    reach r = {.defined = true, .lowest = card->scale.lowest, .highest = card->scale.highest, .grain = absent};
    for (int32_t i = 0; i < card->scale.count; i++) {
        r.grain = common(r.grain, number_at(&card->scale, i, p->number));
    }
    r.terms = card->scale.kind == CRMVI_BANDS;
    r.divisor = 1;
    if (p->number == CRMVI_COVERAGE) {
        r.lowest = 0;
        r.highest = CRMVI_WHOLE;
    } else if (card->scale.kind == CRMVI_LINE || card->scale.kind == CRMVI_ITSELF) {
        r.grain = 1;
    }
    if (p->number == CRMVI_POINTS && crmvi_may_miss(p->tree->model, p->frame, metric)) {
        r.lacks = gives_way(card);
        r.lowest = r.lacks || r.lowest < absent ? r.lowest : absent;
        r.highest = r.lacks || r.highest > absent ? r.highest : absent;
    }
    r.rise = 2 * larger(larger(magnitude(r.lowest), magnitude(r.highest)), magnitude(absent));
    return r;
}

/* ---- Steps ------------------------------------------------------------------------------------------------------- */

/* The step function of a metric on bands on its way: a rise from `level` at each border. */
typedef struct stairs {
    crmvi_step *steps;
    int32_t count;
    crmvi_wide level;
} stairs;

static void step_to(stairs *s, double from, crmvi_wide level) {
    if (level != s->level) {
        s->steps[s->count++] = (crmvi_step){from, (double)(level - s->level)};
        s->level = level;
    }
}

/* Whether a hole begins where the band ends. */
static bool ends_before_next(const crmvi_scale *scale, int32_t band) {
    return band + 1 < scale->count ? scale->to[band] < scale->from[band + 1] : !isinf(scale->to[band]);
}

/*
 * Sets the steps of weight x number / divisor, from `absent` where a value is missing, and returns where they begin.
 * In a frame that misses no value the lowest band needs no step.
 */
static double climb(drafting *p, int32_t metric, crmvi_wide weight, crmvi_wide divisor, bool bulk,
                    const crmvi_step **steps, int32_t *count) {
    const crmvi_metric *card = &p->tree->model->metrics[metric];
    const crmvi_scale *scale = &card->scale;
    const crmvi_wide absent = bulk ? 0 : weight * absent_number(card, p->number) / divisor;
    stairs s = {.steps = p->next_step, .level = absent};
    crmvi_wide base = absent;
    for (int32_t i = 0; i < scale->count; i++) {
        const crmvi_wide level = bulk ? weight : weight * number_at(scale, i, p->number) / divisor;
        if (i == 0 && isinf(scale->from[0]) && p->frame->missing[metric].missing == 0) {
            s.level = base = level;
        }
        step_to(&s, scale->from[i], level);
        if (ends_before_next(scale, i)) {
            step_to(&s, scale->to[i], absent);
        }
    }
    p->next_step += s.count;
    *steps = s.steps;
    *count = s.count;
    return (double)base;
}

/* ---- Sums -------------------------------------------------------------------------------------------------------- */

/* What is known of the sum over the branches of an index. */
typedef struct sum {
    const crmvi_node *node;
    crmvi_wide shared;          /* all bulks are multiples of it, and are taken as such */
    crmvi_wide bulk, least;     /* of all branches, and the smallest above 0 */
    crmvi_wide lowest, highest; /* of any branch with a bulk */
    crmvi_wide most;            /* magnitude of the sum */
    crmvi_wide grain;           /* the sum is a multiple of it */
    bool lacks_some, lacks_all; /* of the branches with a bulk */
    bool in_steps;              /* all branches are metrics on bands, */
    bool in_sums;               /* or sums of step functions that can be taken for them */
    int64_t terms;              /* of so many in all */
    crmvi_wide rise, divisor;
} sum;

/* Sums of points count each branch once; all else is weighed. */
static bool is_weighed(const drafting *p, const crmvi_node *node) {
    return node->kind == CRMVI_WEIGHTED || p->number == CRMVI_COVERAGE;
}

static crmvi_wide weight_of(const drafting *p, const sum *s, const crmvi_branch *branch) {
    return is_weighed(p, s->node) ? branch->bulk / s->shared : 1;
}

static bool is_stepped(const drafting *p, int32_t part) {
    const crmv_model *model = p->tree->model;
    return part < model->metric_count && model->metrics[part].scale.kind == CRMVI_BANDS;
}

/* Takes in the step functions that a branch is a sum of. */
static void take_terms(const drafting *p, const crmvi_branch *branch, crmvi_wide weight, sum *s) {
    const reach *r = &p->reaches[branch->part];
    const bool stepped = is_stepped(p, branch->part);
    s->terms += r->terms;
    s->rise = larger(s->rise, weight * r->rise);
    s->divisor = larger(s->divisor, r->divisor);
    s->in_steps = s->in_steps && stepped;
    s->in_sums = s->in_sums && r->terms > 0;
}

/* Whether the step functions of its branches can stand in the sum themselves, exact in weights and divisors, too. */
static bool can_be_flat(const drafting *p, const sum *s) {
    return s->in_steps || (s->in_sums && s->terms <= p->tree->model->metric_count && s->rise <= CRMVI_EXACT_LIMIT &&
                           s->divisor * s->bulk <= CRMVI_EXACT_LIMIT);
}

static void take_in(const drafting *p, const crmvi_branch *branch, sum *s) {
    const reach *r = &p->reaches[branch->part];
    const crmvi_wide weight = weight_of(p, s, branch), bulk = branch->bulk / s->shared;
    if (!r->defined) {
        return;
    }
    s->most += weight * larger(magnitude(r->lowest), magnitude(r->highest));
    s->grain = common(s->grain, weight * r->grain);
    take_terms(p, branch, weight, s);
    if (bulk == 0) {
        return;
    }
    s->lowest = s->bulk == 0 || r->lowest < s->lowest ? r->lowest : s->lowest;
    s->highest = s->bulk == 0 || r->highest > s->highest ? r->highest : s->highest;
    s->least = s->bulk == 0 || bulk < s->least ? bulk : s->least;
    s->lacks_some = s->lacks_some || r->lacks;
    s->lacks_all = s->lacks_all && r->lacks;
    s->bulk += bulk;
}

static sum sum_of(const drafting *p, const crmvi_node *node) {
    sum s = {.node = node, .lacks_all = true, .in_steps = true, .in_sums = true};
    for (int32_t i = 0; i < node->count; i++) {
        s.shared = common(s.shared, node->branches[i].bulk);
    }
    s.shared = s.shared == 0 ? 1 : s.shared;
    for (int32_t i = 0; i < node->count; i++) {
        take_in(p, &node->branches[i], &s);
    }
    s.in_sums = can_be_flat(p, &s);
    return s;
}

/* ---- Formulas ---------------------------------------------------------------------------------------------------- */

/* Where the weights are divided beforehand, each product is off by its own rounding, and all of them by less than half
 * a unit: so many terms, and no more than that in magnitude. */
enum { ROUNDED_TERMS = 64 };
static const crmvi_wide rounded_limit = (crmvi_wide)1 << 44;

/* What a formula divides its terms by, and its sums. */
typedef struct division {
    int32_t kind;
    crmvi_wide of_terms;
    crmvi_wide factor, divisor;
} division;

/* A mean over weights that do not change. Where it is whole anyway, the weights are divided instead. */
static division mean_of(const sum *s) {
    if (s->bulk == 1) {
        return (division){CRMVI_AS_IT_IS, 1, 1, 1};
    }
    if (s->grain % s->bulk == 0 && s->node->count <= ROUNDED_TERMS && s->most / s->bulk <= rounded_limit) {
        return (division){s->in_sums ? CRMVI_AS_IT_IS : CRMVI_WHOLE_QUOTIENT, s->bulk, 1, 1};
    }
    if (!s->in_steps || s->grain == 0) {
        return (division){CRMVI_BY_DIVISOR, 1, 1, s->bulk};
    }
    const crmvi_wide both = common(s->grain, s->bulk);
    return (division){CRMVI_BY_DIVISOR, s->grain, s->grain / both, s->bulk / both};
}

static division division_of(const drafting *p, const sum *s) {
    const bool varies = p->number == CRMVI_POINTS && s->lacks_some;
    if (s->bulk == 0) {
        return (division){p->number == CRMVI_COVERAGE ? CRMVI_AS_IT_IS : CRMVI_NOWHERE, 1, 1, 1};
    }
    if (!varies) {
        return is_weighed(p, s->node) ? mean_of(s) : (division){CRMVI_AS_IT_IS, 1, 1, 1};
    }
    switch (s->node->kind) {
    case CRMVI_WEIGHTED:
        return (division){CRMVI_BY_BULK, 1, 1, 1};
    case CRMVI_SCALED_SUM:
        return (division){CRMVI_BY_BULK, 1, s->bulk, 1};
    default:
        return (division){CRMVI_WHERE_BULK, 1, 1, 1};
    }
}

/* What the number of an index can be. */
static reach reach_of_sum(const drafting *p, const sum *s, const division *d) {
    const bool varies = d->kind == CRMVI_BY_BULK || d->kind == CRMVI_WHERE_BULK;
    reach r = {.defined = d->kind != CRMVI_NOWHERE, .lacks = varies && s->lacks_all, .grain = 1};
    if (is_weighed(p, s->node)) {
        r.lowest = s->lowest;
        r.highest = s->highest;
    } else {
        r.highest = d->kind == CRMVI_BY_BULK ? s->most * s->bulk / s->least + 1 : s->most;
        r.lowest = -r.highest;
    }
    if (d->kind == CRMVI_AS_IT_IS || d->kind == CRMVI_WHOLE_QUOTIENT) {
        r.grain = s->grain / d->of_terms;
    }
    if (d->kind == CRMVI_AS_IT_IS && s->in_sums) {
        r.terms = (int32_t)s->terms;
        r.rise = s->rise;
        r.divisor = s->in_steps ? 1 : s->divisor * d->of_terms;
    }
    return r;
}

/* Whether doubles are exact in all that the formula does. */
static bool is_exact(const sum *s, const division *d) {
    return s->most / d->of_terms * d->factor <= CRMVI_EXACT_LIMIT && s->bulk <= CRMVI_EXACT_LIMIT;
}

/*
 * Splits weights until their products have small sums. What is left of them, and of the first division, must be exact
 * together. Not split are sums that are scaled by other numbers, too.
 */
static crmvi_wide split_of(const sum *s, division *d) {
    const bool divided = d->kind == CRMVI_BY_DIVISOR || (d->kind == CRMVI_BY_BULK && d->factor == 1);
    const crmvi_wide largest = larger(magnitude(s->lowest), magnitude(s->highest));
    crmvi_wide split = 2;
    while (s->most / split > CRMVI_EXACT_LIMIT / 2) {
        split *= 2;
    }
    if (!divided || split * (s->bulk + s->node->count * largest) > CRMVI_EXACT_LIMIT) {
        return 0;
    }
    *d = (division){d->kind, 1, 1, d->kind == CRMVI_BY_DIVISOR ? s->bulk : 1};
    return split;
}

/* Adds the step functions that an index is a sum of. */
static void add_flat(drafting *p, const crmvi_formula *inner, crmvi_wide weight, const division *d,
                     crmvi_formula *formula) {
    formula->base += inner->base * (double)weight / (double)d->of_terms;
    for (int32_t i = 0; i < inner->count; i++) {
        crmvi_term *term = p->next_term++;
        *term = inner->terms[i];
        term->weight *= (double)weight;
        term->divisor *= (double)d->of_terms;
    }
    formula->count += inner->count;
}

static void add_term(drafting *p, const sum *s, const division *d, const crmvi_branch *branch, crmvi_formula *formula) {
    const crmvi_wide split = formula->split > 0 ? (crmvi_wide)formula->split : 1;
    const crmvi_wide weight = weight_of(p, s, branch) / split, low = weight_of(p, s, branch) % split;
    const crmvi_wide bulk = branch->bulk / s->shared;
    const bool varies = d->kind == CRMVI_BY_BULK || d->kind == CRMVI_WHERE_BULK;
    const reach *r = &p->reaches[branch->part];
    const crmv_model *model = p->tree->model;
    if (d->kind == CRMVI_AS_IT_IS && s->in_sums && branch->part >= model->metric_count) {
        add_flat(p, &p->scheme->formulas[p->number][branch->part], weight, d, formula);
        return;
    }
    crmvi_term *term = p->next_term++;
    formula->count++;
    *term = (crmvi_term){
        .part = branch->part, .lacks = varies && r->lacks && bulk > 0, .bulk = (double)bulk, .weight = 1, .divisor = 1};
    if (is_stepped(p, branch->part)) {
        formula->base += climb(p, branch->part, weight, d->of_terms, false, &term->steps, &term->step_count);
        formula->low += climb(p, branch->part, low, 1, false, &term->lows, &term->low_count);
    } else {
        term->low = (double)low;
        term->weight = (double)weight / (double)d->of_terms;
        term->absent =
            branch->part < model->metric_count ? (double)absent_number(&model->metrics[branch->part], p->number) : 0;
    }
    if (term->lacks && term->steps) {
        formula->bulk += climb(p, branch->part, bulk, 1, true, &term->bulks, &term->bulk_count);
    } else if (!term->lacks) {
        formula->bulk += (double)bulk;
    }
}

/* Makes the formula of a part; false where doubles do not do. */
static bool make_formula(drafting *p, int32_t part, const crmvi_node *node) {
    crmvi_formula *formula = &p->scheme->formulas[p->number][part];
    const sum s = sum_of(p, node);
    division d = division_of(p, &s);
    const bool exact = is_exact(&s, &d);
    const crmvi_wide split = exact ? 0 : split_of(&s, &d);
    const reach r = reach_of_sum(p, &s, &d);
    if (!exact && split == 0) {
        return false;
    }
    *formula = (crmvi_formula){.kind = d.kind,
                               .lacks = r.lacks || !r.defined,
                               .split = (double)split,
                               .terms = p->next_term,
                               .factor = (double)d.factor,
                               .divisor = (double)d.divisor};
    for (int32_t i = 0; i < node->count; i++) {
        if (s.bulk > 0 && p->reaches[node->branches[i].part].defined) {
            add_term(p, &s, &d, &node->branches[i], formula);
        }
    }
    if (part >= p->tree->model->metric_count) {
        p->reaches[part] = r;
    }
    return true;
}

/* ---- The scheme -------------------------------------------------------------------------------------------------- */

/* A metric's own points are a sum of one. */
static bool make_metric(drafting *p, int32_t metric) {
    crmvi_branch alone = {.part = metric, .bulk = 1};
    const crmvi_node node = {.kind = CRMVI_PLAIN_SUM, .count = 1, .branches = &alone, .bulk = 1};
    return p->number != CRMVI_POINTS || make_formula(p, metric, &node);
}

static bool make_number(drafting *p) {
    const crmv_model *model = p->tree->model;
    for (int32_t i = 0; i < model->metric_count; i++) {
        if (model->metrics[i].scale.kind != CRMVI_NO_SCALE) {
            p->reaches[i] = reach_of_metric(p, i);
            if (!make_metric(p, i)) {
                return false;
            }
        }
    }
    for (int32_t i = 0; i < model->index_count; i++) {
        const int32_t index = model->score_order[i];
        if (!make_formula(p, model->metric_count + index, &p->tree->nodes[index])) {
            return false;
        }
    }
    return true;
}

/* Cuts descend from the best tier on; the last one, INT64_MIN, takes all that has a score. */
static void make_tiers(const crmv_model *model, crmvi_step *tiers) {
    for (int32_t i = 0; i < model->tier_count; i++) {
        const int32_t tier = model->tier_count - 1 - i;
        tiers[i] = (crmvi_step){(double)model->tiers[tier].cut, i == 0 ? model->tier_count : -1};
    }
}

/* Each band has its own step and the end of a hole, of the sums, of what is left, and of the bulks. */
static int64_t count_steps(const crmvi_scale *scale) {
    return scale->kind == CRMVI_BANDS ? 6 * (int64_t)scale->count : 0;
}

static void count_room(const crmvi_tree *tree, int64_t *terms, int64_t *steps) {
    const crmv_model *model = tree->model;
    for (int32_t i = 0; i < model->metric_count; i++) {
        *terms += 1;
        *steps += count_steps(&model->metrics[i].scale);
    }
    for (int32_t i = 0; i < model->index_count; i++) {
        *terms += CRMVI_NUMBERS * (int64_t)model->metric_count; /* of indexes that are sums of step functions */
        for (int32_t k = 0; k < tree->nodes[i].count; k++) {
            const int32_t part = tree->nodes[i].branches[k].part;
            *terms += CRMVI_NUMBERS;
            *steps += part < model->metric_count ? CRMVI_NUMBERS * count_steps(&model->metrics[part].scale) : 0;
        }
    }
}

static bool allocate(drafting *p) {
    const crmvi_tree *tree = p->tree;
    int64_t terms = 0, steps = 0;
    count_room(tree, &terms, &steps);
    p->scheme = crmvi_zeroed(1, sizeof *p->scheme);
    p->reaches = crmvi_zeroed(tree->part_count, sizeof *p->reaches);
    if (!p->scheme || !p->reaches) {
        return false;
    }
    p->scheme->all_formulas = crmvi_zeroed((int64_t)tree->part_count * CRMVI_NUMBERS, sizeof *p->scheme->all_formulas);
    p->scheme->terms = p->next_term = crmvi_zeroed(terms, sizeof *p->next_term);
    p->scheme->steps = p->next_step = crmvi_zeroed(steps, sizeof *p->next_step);
    p->scheme->tiers = crmvi_zeroed(tree->model->tier_count, sizeof *p->scheme->tiers);
    for (int32_t i = 0; p->scheme->all_formulas && i < CRMVI_NUMBERS; i++) {
        p->scheme->formulas[i] = p->scheme->all_formulas + (int64_t)i * tree->part_count;
    }
    return p->scheme->all_formulas && p->scheme->terms && p->scheme->steps && p->scheme->tiers;
}

bool crmvi_scheme_make(const crmvi_tree *tree, const crmv_frame *frame, crmvi_scheme **out) {
    drafting p = {.tree = tree, .frame = frame};
    const bool allocated = allocate(&p);
    bool exact = allocated && FLT_EVAL_METHOD == 0; /* wider intermediate results would round twice */
    for (p.number = 0; exact && p.number < CRMVI_NUMBERS; p.number++) {
        exact = make_number(&p);
    }
    if (exact) {
        make_tiers(tree->model, p.scheme->tiers);
        *out = p.scheme;
    } else {
        crmvi_scheme_free(p.scheme);
        *out = NULL;
    }
    free(p.reaches);
    return allocated;
}

void crmvi_scheme_free(crmvi_scheme *scheme) {
    if (scheme) {
        free(scheme->all_formulas);
        free(scheme->terms);
        free(scheme->steps);
        free(scheme->tiers);
        free(scheme);
    }
}
