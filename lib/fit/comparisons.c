#include "fit/comparisons.h"

#include "base/decimal.h"
#include "base/error.h"
#include "base/logarithm.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void crmvi_compare(crmvi_comparisons *c, int32_t i, int32_t j, double logarithm) {
    if (!crmvi_is_given(c, i, j)) {
        c->given[i] |= UINT64_C(1) << j;
        c->given[j] |= UINT64_C(1) << i;
        c->missing--;
    }
    c->logarithm[i * c->n + j] = logarithm;
    c->logarithm[j * c->n + i] = -logarithm;
}

void crmvi_drop_comparison(crmvi_comparisons *c, int32_t i, int32_t j) {
    c->given[i] &= ~(UINT64_C(1) << j);
    c->given[j] &= ~(UINT64_C(1) << i);
    c->logarithm[i * c->n + j] = 0;
    c->logarithm[j * c->n + i] = 0;
    c->missing++;
}

/* ---- Connection -------------------------------------------------------------------------------------------------- */

/* What is reached, and all that is compared with some of it but for what was looked at, directly or by way of others.
 */
static uint64_t reach(const crmvi_comparisons *c, uint64_t reached, uint64_t looked_at) {
    while ((reached & ~looked_at) != 0) {
        const uint64_t fresh = reached & ~looked_at;
        looked_at |= fresh;
        for (int32_t i = 0; i < c->n; i++) {
            if ((fresh >> i & 1) != 0) {
                reached |= c->given[i];
            }
        }
    }
    return reached;
}

bool crmvi_compared_otherwise(const crmvi_comparisons *c, int32_t i, int32_t j) {
    const uint64_t first_steps = c->given[i] & ~(UINT64_C(1) << j);
    return (reach(c, first_steps, UINT64_C(1) << i) >> j & 1) != 0;
}

/* The numbers of a group, as text: "0, 1, 4". */
static void list(uint64_t group, char *text, size_t size) {
    size_t used = 0;
    for (int32_t i = 0; i < CRMVI_COMPARED_MOST; i++) {
        if ((group >> i & 1) != 0) {
            const int written = snprintf(text + used, size - used, "%s%d", used == 0 ? "" : ", ", (int)i);
            used += (size_t)written;
        }
    }
}

static int32_t require_connected(const crmvi_comparisons *c, crmv_error *error) {
    const uint64_t all = UINT64_MAX >> (CRMVI_COMPARED_MOST - c->n);
    const uint64_t reached = reach(c, 1, 0);
    const uint64_t others = all & ~reached;
    if (others == 0) {
        return CRMV_OK;
    }
    char here[4 * CRMVI_COMPARED_MOST];
    char there[4 * CRMVI_COMPARED_MOST];
    list(reached, here, sizeof here);
    list(others, there, sizeof there);
    return crmvi_fail(error, CRMV_NOT_IDENTIFIED, "judgements",
                      "the judgements fall apart: none compares one of %s with one of %s", here, there);
}

/* ---- Reading ----------------------------------------------------------------------------------------------------- */

static int32_t read_judgement(crmvi_comparisons *c, int32_t i, int32_t j, double judgement, crmv_error *error) {
    if (isnan(judgement)) {
        return CRMV_OK;
    }
    if (!(judgement > 0) || isinf(judgement)) {
        char place[48];
        snprintf(place, sizeof place, "judgements[%d][%d]", (int)i, (int)j);
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, place,
                          "the judgement is %s; it tells how many times as much row %d matters as column %d, and must "
                          "be above 0",
                          crmvi_figure_of(judgement).text, (int)i, (int)j);
    }
    crmvi_compare(c, i, j, crmvi_log(judgement));
    return CRMV_OK;
}

int32_t crmvi_comparisons_read(crmvi_comparisons *c, const double *judgements, int32_t n, crmv_error *error) {
    c->n = n;
    c->missing = n * (n - 1) / 2;
    memset(c->given, 0, sizeof c->given);
    memset(c->logarithm, 0, sizeof c->logarithm);
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = i + 1; j < n; j++) {
            const int32_t status = read_judgement(c, i, j, judgements[(int64_t)i * n + j], error);
            if (status != CRMV_OK) {
                return status;
            }
        }
    }
    return require_connected(c, error);
}
