/*
 * population.h - the customers that buy: when they came, when they left, how often and for how much they buy.
 *
 * A Pareto/NBD population with gamma spend: each customer comes on a day of the period, buys at a rate of his own
 * (gamma) until he leaves after a lifetime of his own (exponential, its rate gamma), and has a price level of his own
 * (gamma). Or a Zipf one, where the customer of rank k buys 1/k as often as the first.
 */
#ifndef CRMVALUE_BENCH_POPULATION_H
#define CRMVALUE_BENCH_POPULATION_H

#include "draws.h"

#include <stdbool.h>

/* How customers are numbered. */
typedef enum numbering {
    NUMBERED_UNIFORM,    /* numbers of up to 13 digits, spread evenly */
    NUMBERED_SEQUENTIAL, /* 1, 2, 3 ... */
    NUMBERED_CLUSTERED   /* half of the customers in one dense range, a quarter in another far away, an eighth ... */
} numbering;

/* One of them; small, since a feed of 10^8 rows reads them at random. */
typedef struct person {
    float kept;      /* Walker's alias method: the part of the draws that stay here */
    uint32_t alias;  /* where the others go */
    int16_t arrival; /* day of the period */
    int16_t days;    /* how many days he buys, at least 1 */
    float price;     /* the middle price of his lines, in minor units */
} person;

typedef struct population {
    int64_t count;
    person *people;
} population;

enum { PERIOD_DAYS = 1096 }; /* 2023-01-01 to 2025-12-31 */

/* Draws a population; false where memory is short. */
bool population_draw(population *all, int64_t count, bool zipf, uint64_t seed);
void population_clear(population *all);

/* Draws a buyer: his position, with the probability that his rate gives him. */
int64_t population_buyer(const population *all, draws *stream);

/* A customer's number. */
int64_t population_number(int64_t position, numbering how);

#endif
