#include "population.h"

#include "pages.h"
#include "parts.h"

#include <string.h>

/* Rates are per day. Half of the customers stay longer than about a year. */
static const double rate_shape = 0.9, rate_scale = 40;
static const double leave_shape = 0.8, leave_scale = 400;
static const double price_shape = 2, price_scale = 0.0008;

static double draw_person(person *one, draws *stream) {
    double rate = draws_gamma(stream, rate_shape, rate_scale);
    double leaves = draws_exponential(stream, draws_gamma(stream, leave_shape, leave_scale));
    one->arrival = (int16_t)draws_below(stream, PERIOD_DAYS);
    int left = PERIOD_DAYS - one->arrival;
    one->days = (int16_t)(leaves < left ? 1 + (int)leaves : left);
    one->days = one->days > left ? (int16_t)left : one->days;
    one->price = (float)(100 + draws_gamma(stream, price_shape, price_scale));
    return rate * one->days;
}

/* Walker's alias method (1977) in Vose's form: draws by weight in one step. `weights` is used up. */
static bool share_out(population *all, double *weights, double total) {
    int64_t count = all->count, small = 0, large = 0;
    size_t bytes = (size_t)count * sizeof(uint32_t);
    uint32_t *waiting = pages_get(bytes);
    if (!waiting) {
        return false;
    }
    /* those below the mean wait at the front, the others at the back */
    for (int64_t i = 0; i < count; i++) {
        weights[i] *= (double)count / total;
        waiting[weights[i] < 1 ? small++ : count - ++large] = (uint32_t)i;
    }
    while (small > 0 && large > 0) {
        uint32_t poor = waiting[--small], rich = waiting[count - large];
        all->people[poor].kept = (float)weights[poor];
        all->people[poor].alias = rich;
        weights[rich] -= 1 - weights[poor];
        if (weights[rich] < 1) {
            large--;
            waiting[small++] = rich;
        }
    }
    pages_free(waiting, bytes);
    return true;
}

/* What the threads that draw a population share. */
typedef struct drawing {
    population *all;
    double *weights;
    uint64_t seed;
    bool zipf;
    int32_t parts;
} drawing;

static void draw_people(void *context, int32_t part) {
    const drawing *job = context;
    int64_t count = job->all->count;
    for (int64_t i = count * part / job->parts; i < count * (part + 1) / job->parts; i++) {
        draws stream = draws_at(job->seed, (uint64_t)i);
        double weight = draw_person(&job->all->people[i], &stream);
        job->weights[i] = job->zipf ? 1 / (double)(i + 1) : weight;
        job->all->people[i].kept = 1;
        job->all->people[i].alias = (uint32_t)i;
    }
}

bool population_draw(population *all, int64_t count, bool zipf, uint64_t seed) {
    size_t bytes = (size_t)count * sizeof(double);
    all->count = count;
    all->people = pages_get((size_t)count * sizeof *all->people);
    drawing job = {.all = all, .weights = pages_get(bytes), .seed = seed, .zipf = zipf, .parts = parts_at_hand()};
    bool done = job.weights && all->people && parts_run(job.parts, draw_people, &job);
    double total = 0;
    for (int64_t i = 0; done && i < count; i++) {
        total += job.weights[i]; /* in one order, so that the sum is the same at any number of threads */
    }
    done = done && share_out(all, job.weights, total);
    pages_free(job.weights, bytes);
    if (!done) {
        population_clear(all);
    }
    return done;
}

void population_clear(population *all) {
    pages_free(all->people, (size_t)all->count * sizeof *all->people);
    memset(all, 0, sizeof *all);
}

int64_t population_buyer(const population *all, draws *stream) {
    int64_t position = draws_below(stream, all->count);
    const person *one = &all->people[position];
    return draws_unit(stream) <= (double)one->kept ? position : (int64_t)one->alias;
}

/* One to one on 43 bits: odd factors and shifts. */
static int64_t spread(int64_t position) {
    const uint64_t mask = (UINT64_C(1) << 43) - 1;
    uint64_t bits = ((uint64_t)position * UINT64_C(0x9e3779b97f4a7c15) + 1) & mask;
    bits = ((bits ^ (bits >> 22)) * UINT64_C(0xbf58476d1ce4e5b9)) & mask;
    return (int64_t)(bits ^ (bits >> 22));
}

int64_t population_number(int64_t position, numbering how) {
    if (how == NUMBERED_UNIFORM) {
        return spread(position);
    }
    int64_t cluster = 0, within = position + 1;
    for (; how == NUMBERED_CLUSTERED && within % 2 == 0; within /= 2) {
        cluster++;
    }
    return cluster * INT64_C(100000000000000) + within;
}
