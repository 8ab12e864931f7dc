#include "feed.h"

#include <stdlib.h>
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

static void put_line(feed *lines, int64_t at, const feed_plan *plan, const population *all, visit who, int64_t row) {
    amounts what = draw_amounts(plan, &all->people[who.buyer], row);
    int64_t number = population_number(who.buyer, plan->numbers);
    if (lines->text) {
        write_text_key(lines->text + at * TEXT_KEY_BYTES, number);
    } else {
        lines->customer[at] = number;
    }
    lines->date[at] = feed_first_day() + who.day;
    lines->quantity[at] = (int32_t)what.quantity;
    lines->revenue[at] = what.revenue;
    lines->cost[at] = what.cost;
    lines->discount[at] = what.discount;
    lines->cost_to_serve[at] = what.cost_to_serve;
    if (lines->cost_known && !what.cost_known) {
        lines->cost_known[at / 8] &= (uint8_t) ~(1U << (at % 8));
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

/* Where the lines of each day begin when they are sorted by date. */
static void count_days(const population *all, const feed_plan *plan, int64_t visits, int64_t begins[PERIOD_DAYS + 1]) {
    memset(begins, 0, (PERIOD_DAYS + 1) * sizeof *begins);
    for (int64_t i = 0; i < visits; i++) {
        begins[draw_visit(all, plan->seed, i).day + 1]++;
    }
    for (int day = 0; day < PERIOD_DAYS; day++) {
        begins[day + 1] += begins[day];
    }
}

static void put_lines(feed *lines, const feed_plan *plan, const population *all) {
    int64_t lines_each = plan->document_lines > 0 ? plan->document_lines : 1;
    int64_t visits = plan->rows / lines_each, at_visit = 0, stride = stride_through(visits);
    int64_t begins[PERIOD_DAYS + 1];
    if (plan->ascending) {
        count_days(all, plan, visits, begins);
    }
    for (int64_t i = 0; i < visits; i++) {
        visit who = draw_visit(all, plan->seed, at_visit);
        int64_t at = plan->ascending ? begins[who.day]++ : i;
        for (int64_t line = 0; line < lines_each; line++) {
            put_line(lines, at * lines_each + line, plan, all, who, at_visit * lines_each + line);
        }
        at_visit = (at_visit + stride) % visits;
    }
}

static bool get_columns(feed *lines, const feed_plan *plan) {
    size_t rows = (size_t)lines->rows;
    if (plan->texts) {
        lines->text = malloc(rows * TEXT_KEY_BYTES);
        lines->text_starts = malloc((rows + 1) * sizeof *lines->text_starts);
        for (size_t i = 0; lines->text_starts && i <= rows; i++) {
            lines->text_starts[i] = (int64_t)i * TEXT_KEY_BYTES;
        }
    } else {
        lines->customer = malloc(rows * sizeof *lines->customer);
    }
    lines->date = malloc(rows * sizeof *lines->date);
    lines->quantity = malloc(rows * sizeof *lines->quantity);
    int64_t **wide[] = {&lines->revenue, &lines->cost, &lines->discount, &lines->cost_to_serve, &lines->document};
    size_t wide_count = sizeof wide / sizeof *wide - (plan->document_lines > 0 ? 0 : 1);
    bool done = (lines->customer || (lines->text && lines->text_starts)) && lines->date && lines->quantity;
    for (size_t i = 0; i < wide_count; i++) {
        *wide[i] = malloc(rows * sizeof **wide[i]);
        done = done && *wide[i];
    }
    if (plan->unknown_cost_percent > 0) {
        lines->cost_known = malloc(rows / 8 + 1);
        if (lines->cost_known) {
            memset(lines->cost_known, 0xff, rows / 8 + 1);
        }
        done = done && lines->cost_known;
    }
    return done;
}

bool feed_make(feed *lines, const feed_plan *plan) {
    population all = {0};
    memset(lines, 0, sizeof *lines);
    int32_t lines_each = plan->document_lines > 0 ? plan->document_lines : 1;
    lines->rows = plan->rows / lines_each * lines_each;
    if (!population_draw(&all, plan->customers, plan->zipf, plan->seed) || !get_columns(lines, plan)) {
        population_clear(&all);
        feed_clear(lines);
        return false;
    }
    put_lines(lines, plan, &all);
    population_clear(&all);
    return true;
}

void feed_clear(feed *lines) {
    void *columns[] = {lines->customer,      lines->text,       lines->text_starts, lines->date,
                       lines->quantity,      lines->revenue,    lines->cost,        lines->discount,
                       lines->cost_to_serve, lines->cost_known, lines->document};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        free(columns[i]);
    }
    memset(lines, 0, sizeof *lines);
}

/* ---- As the library takes them ----------------------------------------------------------------------------------- */

static crmv_column column_of(const char *name, int32_t type, const void *data) {
    return (crmv_column){.struct_size = sizeof(crmv_column), .type = type, .name = name, .data = data};
}

int32_t feed_columns(const feed *lines, int64_t first, crmv_column columns[MOST_COLUMNS]) {
    int32_t count = 0;
    if (lines->text) {
        columns[count] = column_of("customer", CRMV_TEXT64, lines->text);
        columns[count++].offsets = lines->text_starts + first;
    } else {
        columns[count++] = column_of("customer", CRMV_INT64, lines->customer + first);
    }
    columns[count++] = column_of("date", CRMV_INT32, lines->date + first);
    columns[count++] = column_of("quantity", CRMV_INT32, lines->quantity + first);
    columns[count++] = column_of("revenue", CRMV_MINOR, lines->revenue + first);
    columns[count] = column_of("cost", CRMV_MINOR, lines->cost + first);
    columns[count].validity = lines->cost_known;
    columns[count++].validity_offset = first;
    columns[count++] = column_of("discount", CRMV_MINOR, lines->discount + first);
    columns[count++] = column_of("cost_to_serve", CRMV_MINOR, lines->cost_to_serve + first);
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
