/*
 * rate_table.h - at what rate a customer of a given x purchases who is active now and may drop out.
 *
 * In units of alpha + T that rate depends on x and the parameters alone: R(s) = D E[(1 + p s)^-(D + 1)], p beta (a, b)
 * distributed. Its integrals, discounted or not, are what most customers of that x ask for, each with another end.
 */
#ifndef CRMVI_CLV_RATE_TABLE_H
#define CRMVI_CLV_RATE_TABLE_H

#include <stdint.h>

enum {
    CRMVI_DROPOUT_NODES = 640, /* of p, at most */
    CRMVI_RATE_PANELS = 20,    /* of time, at most */
    CRMVI_RATE_NODES = 14      /* in each */
};

typedef struct crmvi_rate_table {
    double shape; /* D */
    double scale; /* of time: panels are of equal widths in v = ln(1 + s / scale) */
    int32_t dropouts;
    double dropout[CRMVI_DROPOUT_NODES], share[CRMVI_DROPOUT_NODES]; /* p and how likely it is */
    int32_t panels;                                                  /* worked out so far */
    double times[CRMVI_RATE_PANELS][CRMVI_RATE_NODES];
    double rates[CRMVI_RATE_PANELS][CRMVI_RATE_NODES]; /* R / D, times ds / dv */
} crmvi_rate_table;

void crmvi_rate_table_begin(crmvi_rate_table *table, double shape, double a, double b);

/* The integral of R(s) e^(-discount s) for s from 0 to `end`, which may be infinite where the discount is above 0: to
 * 1e-12 of it. */
double crmvi_rate_integral(crmvi_rate_table *table, double end, double discount);

#endif
