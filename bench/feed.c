#include "feed.h"

#include "pages.h"
#include "parts.h"

#include <stdatomic.h>
#include <string.h>

int32_t feed_first_day(void) {
    return crmv_day(2023, 1, 1);
}

int32_t feed_last_day(void) {
    return feed_first_day() + PERIOD_DAYS - 1;
}

/* ---- One line ---------------------------------------------------------------------------------------------------- */

/* Who buys and when. The first purchases of all customers come first, then those by rate. */
typedef struct visit {
    int64_t buyer;
    int32_t day; /* of the period */
} visit;

static visit draw_visit(const population *all, uint64_t seed, int64_t position) {
    draws stream = draws_at(seed + 1, (uint64_t)position);
    visit drawn = {.buyer = position};
    bool first = position < all->count;
    if (!first) {
        drawn.buyer = population_buyer(all, &stream);
    }
    const person *one = &all->people[drawn.buyer];
    drawn.day = one->arrival + (first ? 0 : (int32_t)draws_below(&stream, one->days));
    return drawn;
}

/* What a line sells: a price around the buyer's own, a discount of up to a fifth, a cost of half to nine tenths. */
typedef struct amounts {
    int64_t quantity, revenue, cost, discount, cost_to_serve;
    bool cost_known;
} amounts;

static amounts draw_amounts(const feed_plan *plan, const person *one, int64_t row) {
    draws stream = draws_at(plan->seed + 2, (uint64_t)row);
    amounts drawn = {.quantity = 1 + draws_below(&stream, 12)};
    int64_t list = drawn.quantity * (1 + (int64_t)((double)one->price * draws_exponential(&stream, 1)));
    drawn.discount = list * draws_below(&stream, 20) / 100;
    drawn.revenue = list - drawn.discount;
    drawn.cost = list * (50 + draws_below(&stream, 40)) / 100;
    drawn.cost_to_serve = draws_below(&stream, 500);
    drawn.cost_known = draws_below(&stream, 100) >= plan->unknown_cost_percent;
    if (draws_below(&stream, 100) < plan->return_percent) {
        drawn.quantity = -drawn.quantity;
        drawn.revenue = -drawn.revenue;
        drawn.cost = -drawn.cost;
        drawn.discount = -drawn.discount;
    }
    return drawn;
}

/* ---- All of them ------------------------------------------------------------------------------------------------- */

static void write_text_key(char *out, int64_t number) {
    for (int digit = TEXT_KEY_BYTES - 1; digit > 0; digit--, number /= 10) {
        out[digit] = (char)('0' + number % 10);
    }
    out[0] = 'C';
}

/* Minor units, or the double of as many major ones. */
static void put_money(int64_t *cell, int64_t minor, bool doubles) {
    double major = (double)minor / 100;
    *cell = minor;
    if (doubles) {
        memcpy(cell, &major, sizeof major);
    }
}

static void put_line(feed *lines, int64_t at, const feed_plan *plan, const population *all, visit who, int64_t row) {
    amounts what = draw_amounts(plan, &all->people[who.buyer], row);
    int64_t number = population_number(who.buyer, plan->numbers);
    if (lines->text) {
        write_text_key(lines->text + at * TEXT_KEY_BYTES, number);
        lines->text_starts[at] = at * TEXT_KEY_BYTES;
    } else {
        lines->customer[at] = number;
    }
    lines->date[at] = feed_first_day() + who.day;
    lines->quantity[at] = (int32_t)what.quantity;
    put_money(&lines->revenue[at], what.revenue, plan->doubles);
    put_money(&lines->cost[at], what.cost, plan->doubles);
    put_money(&lines->discount[at], what.discount, plan->doubles);
    put_money(&lines->cost_to_serve[at], what.cost_to_serve, plan->doubles);
    if (lines->cost_known && !what.cost_known) {
        atomic_fetch_and_explicit(&lines->cost_known[at / 8], (uint8_t) ~(1U << (at % 8)), memory_order_relaxed);
    }
    if (lines->document) {
        lines->document[at] = row / plan->document_lines;
    }
}

static int64_t common_divisor(int64_t a, int64_t b) {
    return b == 0 ? a : common_divisor(b, a % b);
}

/* A stride that visits all of `count` positions, far apart: near the golden section of them. */
static int64_t stride_through(int64_t count) {
    int64_t stride = (int64_t)((double)count * 0.6180339887498949) | 1;
    while (common_divisor(stride, count) != 1) {
        stride++;
    }
    return stride;
}

/* What the threads that make a feed share. */
typedef struct making {
    feed *lines;
    const feed_plan *plan;
    const population *all;
    int64_t visits, lines_each, stride;
    int32_t parts;
    int64_t begins[MOST_PARTS][PERIOD_DAYS]; /* by date: where a part puts its next lines of a day */
} making;

/* Visits are made in an order that looks shuffled; a part makes those from one place of it to another. */
static int64_t part_begin(const making *job, int32_t part) {
    return job->visits * part / job->parts;
}

static void count_days(void *context, int32_t part) {
    making *job = context;
    int64_t at_visit = part_begin(job, part) * job->stride % job->visits;
    for (int64_t i = part_begin(job, part); i < part_begin(job, part + 1); i++) {
        job->begins[part][draw_visit(job->all, job->plan->seed, at_visit).day]++;
        at_visit = (at_visit + job->stride) % job->visits;
    }
}

/* Counts of days become places: day by day, and within a day part by part, as one thread would have put them. */
static void place_days(making *job) {
    int64_t place = 0;
    for (int day = 0; day < PERIOD_DAYS; day++) {
        for (int32_t part = 0; part < job->parts; part++) {
            int64_t count = job->begins[part][day];
            job->begins[part][day] = place;
            place += count;
        }
    }
}

static void put_visits(void *context, int32_t part) {
    making *job = context;
    int64_t at_visit = part_begin(job, part) * job->stride % job->visits;
    for (int64_t i = part_begin(job, part); i < part_begin(job, part + 1); i++) {
        visit who = draw_visit(job->all, job->plan->seed, at_visit);
        int64_t at = job->plan->ascending ? job->begins[part][who.day]++ : i;
        for (int64_t line = 0; line < job->lines_each; line++) {
            put_line(job->lines, at * job->lines_each + line, job->plan, job->all, who,
                     at_visit * job->lines_each + line);
        }
        at_visit = (at_visit + job->stride) % job->visits;
    }
}

static bool put_lines(feed *lines, const feed_plan *plan, const population *all) {
    making job = {.lines = lines, .plan = plan, .all = all, .parts = parts_at_hand()};
    job.lines_each = plan->document_lines > 0 ? plan->document_lines : 1;
    job.visits = lines->rows / job.lines_each;
    job.stride = stride_through(job.visits);
    if (plan->ascending) {
        if (!parts_run(job.parts, count_days, &job)) {
            return false;
        }
        place_days(&job);
    }
    return parts_run(job.parts, put_visits, &job);
}

/* Cuts a column off the feed's memory, at a cache line; without memory, only counts what it takes. */
static void *cut_column(feed *lines, size_t size) {
    enum { CACHE_LINE = 64 };
    char *column = lines->memory ? (char *)lines->memory + lines->bytes : NULL;
    lines->bytes += (size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    return column;
}

static void cut_columns(feed *lines, const feed_plan *plan) {
    size_t rows = (size_t)lines->rows;
    lines->bytes = 0;
    if (plan->texts) {
        lines->text = cut_column(lines, rows * TEXT_KEY_BYTES);
        lines->text_starts = cut_column(lines, (rows + 1) * sizeof *lines->text_starts);
    } else {
        lines->customer = cut_column(lines, rows * sizeof *lines->customer);
    }
    lines->date = cut_column(lines, rows * sizeof *lines->date);
    lines->quantity = cut_column(lines, rows * sizeof *lines->quantity);
    lines->revenue = cut_column(lines, rows * sizeof *lines->revenue);
    lines->cost = cut_column(lines, rows * sizeof *lines->cost);
    lines->discount = cut_column(lines, rows * sizeof *lines->discount);
    lines->cost_to_serve = cut_column(lines, rows * sizeof *lines->cost_to_serve);
    lines->document = plan->document_lines > 0 ? cut_column(lines, rows * sizeof *lines->document) : NULL;
    lines->cost_known = plan->unknown_cost_percent > 0 ? cut_column(lines, rows / 8 + 1) : NULL;
}

bool feed_make_columns(feed *lines, const feed_plan *plan) {
    int32_t lines_each = plan->document_lines > 0 ? plan->document_lines : 1;
    memset(lines, 0, sizeof *lines);
    lines->rows = plan->rows / lines_each * lines_each;
    lines->doubles = plan->doubles;
    cut_columns(lines, plan);
    lines->memory = pages_get(lines->bytes);
    if (!lines->memory) {
        return false;
    }
    cut_columns(lines, plan);
    if (lines->text) {
        lines->text_starts[lines->rows] = lines->rows * TEXT_KEY_BYTES;
    }
    if (lines->cost_known) {
        memset((void *)lines->cost_known, 0xff, (size_t)lines->rows / 8 + 1);
    }
    return true;
}

bool feed_make(feed *lines, const feed_plan *plan) {
    population all = {0};
    bool done = feed_make_columns(lines, plan) && population_draw(&all, plan->customers, plan->zipf, plan->seed) &&
                put_lines(lines, plan, &all);
    population_clear(&all);
    if (!done) {
        feed_clear(lines);
    }
    return done;
}

void feed_clear(feed *lines) {
    pages_free(lines->memory, lines->bytes);
    memset(lines, 0, sizeof *lines);
}

/* ---- As the library takes them ----------------------------------------------------------------------------------- */

static crmv_column column_of(const char *name, int32_t type, const void *data) {
    return (crmv_column){.struct_size = sizeof(crmv_column), .type = type, .name = name, .data = data};
}

int32_t feed_columns(const feed *lines, int64_t first, crmv_column columns[MOST_COLUMNS]) {
    int32_t count = 0, money = lines->doubles ? CRMV_DOUBLE : CRMV_MINOR;
    if (lines->text) {
        columns[count] = column_of("customer", CRMV_TEXT64, lines->text);
        columns[count++].offsets = lines->text_starts + first;
    } else {
        columns[count++] = column_of("customer", CRMV_INT64, lines->customer + first);
    }
    columns[count++] = column_of("date", CRMV_INT32, lines->date + first);
    columns[count++] = column_of("quantity", CRMV_INT32, lines->quantity + first);
    columns[count++] = column_of("revenue", money, lines->revenue + first);
    columns[count] = column_of("cost", money, lines->cost + first);
    columns[count].validity = (const uint8_t *)lines->cost_known;
    columns[count++].validity_offset = first;
    columns[count++] = column_of("discount", money, lines->discount + first);
    columns[count++] = column_of("cost_to_serve", money, lines->cost_to_serve + first);
    if (lines->document) {
        columns[count++] = column_of("document", CRMV_INT64, lines->document + first);
    }
    return count;
}

int64_t feed_row_bytes(const feed *lines) {
    int64_t key = lines->text ? TEXT_KEY_BYTES + (int64_t)sizeof *lines->text_starts : (int64_t)sizeof *lines->customer;
    return key + 2 * (int64_t)sizeof *lines->date + 4 * (int64_t)sizeof *lines->revenue +
           (lines->document ? (int64_t)sizeof *lines->document : 0);
}
