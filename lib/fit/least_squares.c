/* least_squares.c - Lawson & Hanson's active sets, over correlations. */
#include "fit/least_squares.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* On the scale of correlations: a slope below which nothing is gained; slopes that count as equal; the part of a
 * member's squares that must be its own, beside those of the members used, for a system to be solved with it. */
static const double LEAST_SLOPE = 1e-10;
static const double EQUAL_SLOPES = 1e-9;
static const double LEAST_OWN = 1e-9;

/* How many steps at most, times the number of members. Three are usual. */
enum { STEPS_PER_MEMBER = 30 };

typedef struct solver {
    const crmvi_cross_products *products;
    int32_t members;
    int32_t *used; /* members in the system, in the order in which they came in */
    int32_t used_count;
    bool *blocked;  /* members that could not come in since the last step that did */
    double *shares; /* in units of the columns' spreads */
    double *aims;   /* the solution of the system alone, member by member */
    double *factor; /* Cholesky's, members x members, for the rows in `used` */
    double *half;   /* the system half solved */
} solver;

static double with_outcome(const solver *s, int32_t member) {
    return crmvi_correlation(s->products, 1 + member, 0);
}

static double between(const solver *s, int32_t a, int32_t b) {
    return crmvi_correlation(s->products, 1 + a, 1 + b);
}

static bool is_constant(const solver *s, int32_t member) {
    return !(s->products->spreads[1 + member] > 0);
}

static bool is_used(const solver *s, int32_t member) {
    for (int32_t i = 0; i < s->used_count; i++) {
        if (s->used[i] == member) {
            return true;
        }
    }
    return false;
}

/* Row `row` of the factor for a member that would stand there; the part of its squares that the rows above do not
 * have. */
static double factor_row(solver *s, int32_t row, int32_t member) {
    double *own = s->factor + (int64_t)row * s->members;
    double rest = 1;
    for (int32_t i = 0; i < row; i++) {
        const double *above = s->factor + (int64_t)i * s->members;
        double value = between(s, member, s->used[i]);
        for (int32_t k = 0; k < i; k++) {
            value -= own[k] * above[k];
        }
        own[i] = value / above[i];
        rest -= own[i] * own[i];
    }
    return rest;
}

/* Solves for the members used; false where they depend on each other. */
static bool solve_system(solver *s) {
    for (int32_t i = 0; i < s->used_count; i++) {
        const double rest = factor_row(s, i, s->used[i]);
        if (!(rest > LEAST_OWN)) {
            return false;
        }
        double *row = s->factor + (int64_t)i * s->members;
        row[i] = sqrt(rest);
        s->half[i] = with_outcome(s, s->used[i]);
        for (int32_t k = 0; k < i; k++) {
            s->half[i] -= row[k] * s->half[k];
        }
        s->half[i] /= row[i];
    }
    memset(s->aims, 0, (size_t)s->members * sizeof *s->aims);
    for (int32_t i = s->used_count - 1; i >= 0; i--) {
        double value = s->half[i];
        for (int32_t k = i + 1; k < s->used_count; k++) {
            value -= s->factor[(int64_t)k * s->members + i] * s->aims[s->used[k]];
        }
        s->aims[s->used[i]] = value / s->factor[(int64_t)i * s->members + i];
    }
    return true;
}

/* How much a larger share of the member would gain. */
static double slope_of(const solver *s, int32_t member) {
    double slope = with_outcome(s, member);
    for (int32_t i = 0; i < s->used_count; i++) {
        slope -= between(s, member, s->used[i]) * s->shares[s->used[i]];
    }
    return slope;
}

/* The member to come in: the first of those whose slope is the greatest; -1: nothing is gained any more. */
static int32_t next_member(const solver *s) {
    double greatest = LEAST_SLOPE;
    int32_t found = -1;
    for (int32_t j = 0; j < s->members; j++) {
        if (s->blocked[j] || is_constant(s, j) || is_used(s, j)) {
            continue;
        }
        const double slope = slope_of(s, j);
        if (slope > (found < 0 ? greatest : greatest + EQUAL_SLOPES)) {
            greatest = slope;
            found = j;
        }
    }
    return found;
}

/* Goes from the shares towards the aims until the first of them reaches 0, and takes out those that did. */
static void go_to_border(solver *s) {
    double part = 1;
    for (int32_t i = 0; i < s->used_count; i++) {
        const int32_t member = s->used[i];
        if (!(s->aims[member] > 0)) {
            const double way = s->shares[member] - s->aims[member];
            part = fmin(part, way > 0 ? s->shares[member] / way : 0);
        }
    }
    int32_t left = 0;
    for (int32_t i = 0; i < s->used_count; i++) {
        const int32_t member = s->used[i];
        const double way = s->shares[member] - s->aims[member];
        const bool ends = !(s->aims[member] > 0) && (!(way > 0) || s->shares[member] / way <= part);
        s->shares[member] = ends ? 0 : s->shares[member] + part * (s->aims[member] - s->shares[member]);
        if (!ends) {
            s->used[left++] = member;
        }
    }
    s->used_count = left;
}

static bool all_above_zero(const solver *s) {
    for (int32_t i = 0; i < s->used_count; i++) {
        if (!(s->aims[s->used[i]] > 0)) {
            return false;
        }
    }
    return true;
}

/* Takes the member in, and out again where the system does not become a better one with it. */
static bool take_in(solver *s, int32_t member) {
    s->used[s->used_count++] = member;
    if (solve_system(s) && s->aims[member] > 0) {
        return true;
    }
    s->used_count--;
    s->blocked[member] = true;
    return false;
}

/* One member comes in; others may have to go. False where numbers fail. */
static bool step(solver *s, int32_t member) {
    if (!take_in(s, member)) {
        return true;
    }
    while (!all_above_zero(s)) { /* each time one goes */
        go_to_border(s);
        if (!solve_system(s)) {
            return false;
        }
    }
    memcpy(s->shares, s->aims, (size_t)s->members * sizeof *s->shares);
    memset(s->blocked, 0, (size_t)s->members * sizeof *s->blocked);
    return true;
}

static bool settle(solver *s) {
    for (int32_t left = STEPS_PER_MEMBER * (s->members + 1); left > 0; left--) {
        const int32_t member = next_member(s);
        if (member < 0) {
            return true;
        }
        if (!step(s, member)) {
            return false;
        }
    }
    return false;
}

/* What has become of a member that is not used. */
static int32_t state_of(solver *s, int32_t member) {
    if (is_constant(s, member)) {
        return CRMVI_MEMBER_CONSTANT;
    }
    if (is_used(s, member)) {
        return CRMVI_MEMBER_USED;
    }
    const bool depends = s->used_count > 0 && factor_row(s, s->used_count, member) <= LEAST_OWN;
    return depends ? CRMVI_MEMBER_DEPENDENT : CRMVI_MEMBER_NOT_USED;
}

static void tell(solver *s, crmvi_least_squares *out) {
    solve_system(s);
    double explained = 0;
    for (int32_t j = 0; j < s->members; j++) {
        out->state[j] = state_of(s, j);
        explained += s->shares[j] * (with_outcome(s, j) + slope_of(s, j));
        /* A share of a column's spread is a weight on its points once divided by it. */
        out->shares[j] = s->shares[j] > 0 ? s->shares[j] / s->products->spreads[1 + j] : 0;
    }
    out->explained = fmax(0, fmin(1, explained));
}

static void free_solver(solver *s) {
    free(s->used);
    free(s->blocked);
    free(s->shares);
    free(s->aims);
    free(s->factor);
    free(s->half);
}

bool crmvi_least_squares_solve(const crmvi_cross_products *products, crmvi_least_squares *out) {
    const int32_t members = products->columns - 1;
    solver s = {.products = products,
                .members = members,
                .used = crmvi_zeroed(members, sizeof *s.used),
                .blocked = crmvi_zeroed(members, sizeof *s.blocked),
                .shares = crmvi_zeroed(members, sizeof *s.shares),
                .aims = crmvi_zeroed(members, sizeof *s.aims),
                .factor = crmvi_zeroed((int64_t)(members + 1) * members, sizeof *s.factor),
                .half = crmvi_zeroed(members, sizeof *s.half)};
    *out = (crmvi_least_squares){.shares = crmvi_zeroed(members, sizeof *out->shares),
                                 .state = crmvi_zeroed(members, sizeof *out->state)};
    const bool done = s.used && s.blocked && s.shares && s.aims && s.factor && s.half && out->shares && out->state;
    if (done) {
        out->settled = settle(&s);
        tell(&s, out);
    }
    free_solver(&s);
    if (!done) {
        crmvi_least_squares_clear(out);
    }
    return done;
}

void crmvi_least_squares_clear(crmvi_least_squares *squares) {
    free(squares->shares);
    free(squares->state);
    *squares = (crmvi_least_squares){0};
}
