/*
 * generate.c - writes an export as an ERP system would: transactions.csv and customers.csv.
 *
 *     generate DIRECTORY
 *
 * Some 200 invented business customers and their invoice lines of the years 2024 and 2025, with what real exports hold:
 * returns, rebates, cancellations, discounts, articles whose cost nobody entered, a few rows in another currency, and a
 * few that are simply broken. The numbers come from a generator of our own with a fixed seed, in whole numbers only, so
 * that every machine writes the same bytes.
 */
#include "crmvalue/crmvalue.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUSTOMERS = 200, MONTHS = 24, FIRST_YEAR = 2024, ARTICLES = 40, BOUGHT_IN = 36, FIRST_NUMBER = 10001 };

/* ---- Chance ------------------------------------------------------------------------------------------------------ */

static uint64_t state = 20240101;

/* The next number of Vigna's splitmix64. */
static uint64_t draw(void) {
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* The order of draws makes the data: never two of them in one expression, whose order is the compiler's. */
static int32_t between(int32_t lowest, int32_t highest) {
    return lowest + (int32_t)(((draw() >> 32) * (uint64_t)(highest - lowest + 1)) >> 32);
}

static bool chance(int32_t percent) {
    return between(1, 100) <= percent;
}

/* ---- What customers are like ------------------------------------------------------------------------------------- */

/* How a kind of customer buys. */
struct habit {
    int32_t customers;
    int32_t begin, end; /* percent of its usual orders in the first month and in the last */
    int32_t discount;   /* percent, at least */
    int32_t returns;    /* percent of the lines that come back */
    bool seasonal, newcomer, lapsed, large, bought_in;
};

static const struct habit habits[] = {
    {.customers = 78, .begin = 100, .end = 100, .discount = 2, .returns = 2},
    {.customers = 28, .begin = 45, .end = 180, .discount = 2, .returns = 1},
    {.customers = 24, .begin = 160, .end = 35, .discount = 4, .returns = 4},
    {.customers = 18, .begin = 100, .end = 105, .discount = 2, .returns = 2, .seasonal = true},
    {.customers = 18, .begin = 100, .end = 60, .discount = 3, .returns = 3, .lapsed = true},
    {.customers = 6, .begin = 100, .end = 120, .discount = 38, .returns = 3, .large = true},
    {.customers = 14, .begin = 100, .end = 90, .discount = 20, .returns = 2},
    {.customers = 11, .begin = 100, .end = 150, .discount = 3, .returns = 1, .newcomer = true},
    {.customers = 3, .begin = 100, .end = 100, .discount = 2, .returns = 1, .bought_in = true},
};

/* Percent of the usual orders, January to December, for those who buy by the season. */
static const int32_t season[12] = {20, 30, 120, 220, 200, 90, 60, 40, 150, 190, 60, 20};

struct customer {
    const struct habit *habit;
    int32_t size; /* 1 to 21 */
    int32_t first_month, last_month;
    int64_t bought[2]; /* cents in each year */
};

static struct customer customers[CUSTOMERS];

static void invent_customers(void) {
    const struct habit *habit = habits;
    int32_t left = habit->customers;
    for (int32_t i = 0; i < CUSTOMERS; i++) {
        if (left == 0)
            left = (++habit)->customers;
        left--;
        /* 67 shares no divisor with 200: neighbours in the list are of different habits */
        struct customer *customer = &customers[i * 67 % CUSTOMERS];
        customer->habit = habit;
        customer->size = habit->large ? between(15, 21) : between(0, 4);
        if (!habit->large)
            customer->size = 1 + customer->size * between(0, 5);
        customer->first_month = habit->newcomer ? between(14, MONTHS - 1) : 0;
        customer->last_month = habit->lapsed ? between(5, 17) : MONTHS - 1;
    }
}

/* ---- What they buy ----------------------------------------------------------------------------------------------- */

struct article {
    int32_t price, cost; /* cents; a cost of 0 is unknown */
};

static struct article articles[ARTICLES];

static void invent_articles(void) {
    for (int32_t i = 0; i < ARTICLES; i++) {
        articles[i].price = between(4, 60);
        articles[i].price = articles[i].price * between(80, 1500) + 95;
        articles[i].cost = i < BOUGHT_IN ? articles[i].price * between(54, 72) / 100 : 0;
    }
}

/* ---- Lines ------------------------------------------------------------------------------------------------------- */

/* One line of transactions.csv; what is not there is -1. */
struct line {
    int32_t day, document, customer, article;
    const char *kind, *currency;
    int32_t quantity;
    int64_t net, cost, discount, service;
    size_t position; /* in order of entry */
};

static struct line *lines;
static size_t line_count, line_room;
static int32_t documents;

static struct line blank(int32_t day, int32_t document, int32_t customer, const char *kind) {
    return (struct line){day, document, customer, -1, kind, "EUR", -1, -1, -1, -1, -1, 0};
}

static void append(struct line line) {
    if (line_count == line_room) {
        line_room = line_room ? line_room * 2 : 4096;
        lines = realloc(lines, line_room * sizeof *lines);
        if (!lines) {
            fputs("generate: out of memory\n", stderr);
            exit(1);
        }
    }
    line.position = line_count;
    lines[line_count++] = line;
}

static void add_sale(int32_t day, int32_t document, int32_t number) {
    struct customer *customer = &customers[number];
    const struct habit *habit = customer->habit;
    bool bought_in = habit->bought_in && chance(85);
    int32_t percent = habit->discount + between(0, 8);

    struct line line = blank(day, document, number, "INV");
    line.article = bought_in ? between(BOUGHT_IN, ARTICLES - 1) : between(0, ARTICLES - 1);
    line.quantity = between(1, 2 + 3 * customer->size / 2);
    int64_t list = (int64_t)articles[line.article].price * line.quantity;
    line.discount = (list * percent + 50) / 100;
    line.net = list - line.discount;
    line.cost = articles[line.article].cost ? (int64_t)articles[line.article].cost * line.quantity : -1;
    if (customer->size == 9 && chance(2))
        line.currency = "USD";
    append(line);
    customer->bought[day >= crmv_day(FIRST_YEAR + 1, 1, 1)] += line.net;

    int32_t later = day + between(3, 30);
    bool comes_back = chance(habit->returns) && later <= crmv_day(FIRST_YEAR + 1, 12, 31);
    if (comes_back || between(1, 200) == 1) {
        line.day = comes_back ? later : day;
        line.document = documents++;
        line.kind = comes_back ? "CRN" : "CXL";
        append(line);
    }
}

static void add_orders(int32_t number, int32_t month) {
    const struct customer *customer = &customers[number];
    const struct habit *habit = customer->habit;
    int32_t percent = habit->begin + (habit->end - habit->begin) * month / (MONTHS - 1);
    percent = percent * (40 + 20 * customer->size) / 100;
    if (habit->seasonal)
        percent = percent * season[month % 12] / 100;
    int32_t orders = percent / 100 + chance(percent % 100);
    for (int32_t i = 0; i < orders; i++) {
        int32_t day = crmv_day(FIRST_YEAR + month / 12, month % 12 + 1, between(1, 28));
        int32_t document = documents++;
        for (int32_t count = between(1, 5); count > 0; count--)
            add_sale(day, document, number);
        if (chance(habit->large ? 30 : 6)) {
            struct line line = blank(day, document, number, "SRV");
            line.service = between(4000, 60000);
            append(line);
        }
    }
}

/* At the year's end the large ones get two percent back. */
static void add_rebates(void) {
    for (int32_t year = 0; year < 2; year++)
        for (int32_t i = 0; i < CUSTOMERS; i++)
            if (customers[i].bought[year] > 25000000) {
                struct line line = blank(crmv_day(FIRST_YEAR + year, 12, 31), documents++, i, "REB");
                line.net = customers[i].bought[year] / 50;
                append(line);
            }
}

static int by_day(const void *left, const void *right) {
    const struct line *a = left, *b = right;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    return a->position < b->position ? -1 : a->position > b->position;
}

/* ---- Writing ----------------------------------------------------------------------------------------------------- */

static void write_date(FILE *file, int32_t days) {
    int32_t year = 0, month = 0, day = 0;
    crmv_date(days, &year, &month, &day);
    fprintf(file, "%04" PRId32 "-%02" PRId32 "-%02" PRId32, year, month, day);
}

static void write_amount(FILE *file, int64_t cents) {
    fputc(',', file);
    if (cents >= 0)
        fprintf(file, "%" PRId64 ".%02" PRId64, cents / 100, cents % 100);
}

static void write_line(FILE *file, const struct line *line) {
    fprintf(file, "%s,%" PRId32 ",", line->kind, 4000000 + line->document);
    write_date(file, line->day);
    fprintf(file, ",C%" PRId32 ",", FIRST_NUMBER + line->customer);
    if (line->article >= 0)
        fprintf(file, "A%" PRId32, 1001 + line->article);
    fputc(',', file);
    if (line->quantity >= 0)
        fprintf(file, "%" PRId32, line->quantity);
    write_amount(file, line->net);
    write_amount(file, line->cost);
    write_amount(file, line->discount);
    write_amount(file, line->service);
    fprintf(file, ",%s\n", line->currency);
}

/* What nobody wants and every export has. */
static const char broken_rows[] = "INV,4900001,2025-02-30,C10007,A1003,4,212.40,131.00,10.60,,EUR\n"
                                  "INV,4900002,2025-06-17,,A1011,2,98.00,60.10,2.00,,EUR\n"
                                  "PRO,4900003,2025-09-08,C10042,A1020,10,1840.00,1100.00,0.00,,EUR\n"
                                  "INV,4900004,2025-11-20,C10113,A1008,3,12O.50,80.00,0.00,,EUR\n";

static void write_transactions(FILE *file) {
    fputs("DocType,DocNo,PostingDate,CustNo,ItemNo,Qty,NetAmount,CostAmount,DiscountAmount,ServiceCost,Currency\n",
          file);
    for (size_t i = 0; i < line_count; i++)
        write_line(file, &lines[i]);
    fputs(broken_rows, file);
}

static const char *const families[] = {
    "Albrand",  "Bexham",   "Calder",    "Dornfeld", "Ebersol",  "Falkner",  "Gerlach",  "Hollander", "Imhoff",
    "Jansma",   "Kestrel",  "Lindqvist", "Marwick",  "Nordahl",  "Oakridge", "Palmgren", "Quist",     "Rosental",
    "Sandvoss", "Tellmann", "Ullrich",   "Vantage",  "Westerby", "Yardley",  "Zeller",   "Arnhold",   "Brixner",
    "Corvin",   "Dreyer",   "Elmstead",  "Fjellvik", "Grünau",   "Harker",   "Ilmberg",  "Jørgens",   "Köhlbrand",
    "Lassen",   "Møllers",  "Nägele",    "Ostwald",  "Pellworm", "Ravens",   "Stadler",  "Thorsby",   "Uhland",
    "Vogt",     "Wrangel",  "Yssel",     "Zander",   "Östberg"};
static const char *const trades[] = {
    "Pumps",      "Tooling",   "Bearings", "Plastics", "Hydraulics", "Castings",  "Packaging",   "Electric", "Marine",
    "Glassworks", "Textiles",  "Timber",   "Controls", "Paints",     "Fasteners", "Foods",       "Optics",   "Drives",
    "Valves",     "Machinery", "Ceramics", "Seals",    "Conveyors",  "Welding",   "Laboratories"};
static const char *const forms[] = {"GmbH", "Ltd", "AG", "BV", "AB", "& Sons", "KG", "SA"};
static const char *const cities[] = {"Bremen", "Leeds",  "Gent",  "Malmö", "Linz", "Lyon", "Basel",
                                     "Aarhus", "Poznań", "Turin", "Delft", "Kiel", "Graz"};
static const char *const positions[] = {"leader", "major", "major", "regional", "regional", "regional", "local"};

#define ENTRIES(table) ((int32_t)(sizeof(table) / sizeof *(table)))

static void write_customer(FILE *file, int32_t number) {
    const struct customer *customer = &customers[number];
    const char *family = families[number % ENTRIES(families)];
    const char *trade = trades[(number * 7 + number / ENTRIES(families) * 3) % ENTRIES(trades)];
    fprintf(file, "C%" PRId32 ",", FIRST_NUMBER + number);
    if (number % 40 == 11)
        fprintf(file, "\"%s, %s & Co.\"", family, trade);
    else
        fprintf(file, "%s %s %s", family, trade, forms[number * 3 % ENTRIES(forms)]);
    fprintf(file, ",%s,", cities[number * 5 % ENTRIES(cities)]);

    /* the larger the customer, the more often it leads; one in eight was never classified */
    int32_t place = between(0, ENTRIES(positions) - 1) - customer->size / 5;
    fprintf(file, "%s,", chance(12) ? "" : positions[place < 0 ? 0 : place]);
    int32_t satisfaction = between(2, 5);
    satisfaction -= customer->habit->end < 70 && chance(70);
    if (chance(82))
        fprintf(file, "%" PRId32, satisfaction);
    fputc(',', file);
    if (customer->habit->newcomer)
        write_date(file, crmv_day(FIRST_YEAR + customer->first_month / 12, customer->first_month % 12 + 1, 1));
    else if (chance(95)) {
        int32_t day = between(1, 28), month = between(1, 12);
        write_date(file, crmv_day(between(2008, 2023), month, day));
    }
    fputc('\n', file);
}

static void write_customers(FILE *file) {
    fputs("CustNo,CustName,City,Position,Satisfaction,FirstDeal\n", file);
    for (int32_t i = 0; i < CUSTOMERS; i++)
        if (i % 97 != 90) /* two have invoices, but were never entered */
            write_customer(file, i);
    fputs("C10901,Tannhof Brewery GmbH,Ulm,regional,,\nC10902,Merrow Shipyard Ltd,Leeds,leader,,\n", file);
}

static bool write_file(const char *directory, const char *name, void (*write)(FILE *)) {
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = length > 0 && (size_t)length < sizeof path ? fopen(path, "wb") : NULL;
    bool written = file != NULL;
    if (file) {
        write(file);
        written = !ferror(file);
        written = !fclose(file) && written;
    }
    if (!written)
        fprintf(stderr, "generate: cannot write %s/%s\n", directory, name);
    return written;
}

int main(int count, char **arguments) {
    if (count != 2) {
        fputs("usage: generate DIRECTORY\n", stderr);
        return 2;
    }
    invent_articles();
    invent_customers();
    for (int32_t month = 0; month < MONTHS; month++)
        for (int32_t i = 0; i < CUSTOMERS; i++)
            if (customers[i].first_month <= month && month <= customers[i].last_month)
                add_orders(i, month);
    add_rebates();
    qsort(lines, line_count, sizeof *lines, by_day);
    bool written = write_file(arguments[1], "transactions.csv", write_transactions) &&
                   write_file(arguments[1], "customers.csv", write_customers);
    free(lines);
    return written ? 0 : 1;
}
