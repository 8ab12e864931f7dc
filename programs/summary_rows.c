#include "batches.h"
#include "conversions.h"
#include "groups.h"
#include "names.h"
#include "summary.h"
#include "text_table.h"

#include <string.h>

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

/* The first rows of a batch: batch "2024-05-02.csv" rows 3, 9, 12 ... */
static void batch_rows_text(const inputs *taken, const aside *rows, char *text, size_t size) {
    char name[SHOWN_BYTES];
    const crmv_set_aside *counted = &rows->counted;
    const char *batch = crmv_ledger_batch(taken->ledger, counted->batch);
    size_t used = (size_t)snprintf(text, size, "batch \"%s\" %s", shown(batch ? batch : "", name),
                                   counted->rows == 1 ? "row" : "rows");
    for (int32_t i = 0; i < counted->listed && used < size; i++) {
        used +=
            (size_t)snprintf(text + used, size - used, "%s %lld", i == 0 ? "" : ",", (long long)counted->first_rows[i]);
    }
    if (counted->listed < counted->rows && used < size) {
        snprintf(text + used, size - used, " ...");
    }
}

/* Where the first rows set aside stand: "sales.csv lines 3, 9, 12 ...". Of rows that were in the ledger only its own
 * account tells that, by their batch. */
static void lines_text(const inputs *taken, const aside *rows, char *text, size_t size) {
    char name[SHOWN_BYTES];
    const char *file, *before = NULL;
    int64_t line;
    size_t used = 0;
    text[0] = '\0';
    if (taken->asked->command == COMMAND_INFO) {
        batch_rows_text(taken, rows, text, size);
        return;
    }
    for (int32_t i = 0; i < rows->counted.listed && used < size; i++) {
        if (!aside_place(taken, rows, i, &file, &line)) {
            return;
        }
        if (file != before) {
            used += (size_t)snprintf(text + used, size - used, "%s%s %s", before ? "; " : "", shown(file, name),
                                     rows->counted.rows == 1 ? "line" : "lines");
        }
        if (used < size) {
            used += (size_t)snprintf(text + used, size - used, "%s %lld", file == before ? "," : "", (long long)line);
        }
        before = file;
    }
    if (rows->counted.listed < rows->counted.rows && used < size) {
        snprintf(text + used, size - used, " ...");
    }
}

static const char *in_currency(const char *currency, const char *model_currency, char text[FIGURE_BYTES]) {
    const char *named = currency[0] ? currency : model_currency;
    snprintf(text, FIGURE_BYTES, "%s%s", named[0] ? " " : "", named);
    return text;
}

/* The money of rows set aside, in their currency; only where it could be read. */
static void money_text(const inputs *taken, const aside *rows, char *text, size_t size) {
    char amount[FIGURE_BYTES], count[FIGURE_BYTES], currency[FIGURE_BYTES];
    const crmv_model *model = taken->scorecard.model;
    text[0] = '\0';
    if (rows->counted.amounts == 0) {
        return;
    }
    figure_amount(aside_revenue(rows), crmv_model_money_decimals(model), true, amount);
    int used = snprintf(text, size, "%s %s%s", rows->counted.feed == CRMV_RECEIVABLES ? "amount" : "revenue", amount,
                        in_currency(rows->counted.currency, crmv_model_currency(model), currency));
    if (rows->counted.amounts < rows->counted.rows && used > 0) {
        snprintf(text + used, size - (size_t)used, " (readable in %s)", figure_count(rows->counted.amounts, count));
    }
}

/* What the first row failed at: DocType "RE". */
static void culprit_text(const aside *rows, char *text, size_t size) {
    char column[SHOWN_BYTES], value[SHOWN_BYTES];
    text[0] = '\0';
    if (rows->counted.column[0]) {
        snprintf(text, size, "%s \"%s\"", shown(rows->counted.column, column), shown(rows->counted.text, value));
    }
}

static void add_aside(text_table *table, const inputs *taken, const aside *rows) {
    char text[1024], count[FIGURE_BYTES];
    text_table_add(table, crmv_reason_text(rows->counted.reason));
    text_table_add(table, figure_count(rows->counted.rows, count));
    text_table_add(table, rows->counted.rows == 1 ? "row" : "rows");
    money_text(taken, rows, text, sizeof text);
    text_table_add(table, text);
    culprit_text(rows, text, sizeof text);
    text_table_add(table, text);
    lines_text(taken, rows, text, sizeof text);
    text_table_add(table, text);
}

static const char aside_columns[] = "lrllll";

static void write_rows(const char *what, int64_t in, int64_t used, FILE *file) {
    char first[FIGURE_BYTES], second[FIGURE_BYTES], third[FIGURE_BYTES];
    fprintf(file, "%-13s %s row%s in, %s used, %s set aside", what, figure_count(in, first), in == 1 ? "" : "s",
            figure_count(used, second), figure_count(in - used, third));
}

/* An amount of the ledger's money with its currency. */
static void write_amount(const inputs *taken, wide minor, FILE *file) {
    char amount[FIGURE_BYTES], currency[FIGURE_BYTES];
    const crmv_model *model = taken->scorecard.model;
    fprintf(file, "%s%s", figure_amount(minor, crmv_model_money_decimals(model), true, amount),
            in_currency("", crmv_model_currency(model), currency));
}

/* ---- Feeds ------------------------------------------------------------------------------------------------------- */

static void write_rounded(const inputs *taken, FILE *file) {
    char count[FIGURE_BYTES];
    int64_t rounded = crmv_ledger_rounded(taken->ledger);
    if (rounded > 0) {
        fprintf(file, "  %s amount%s more decimals than the model's money or quantity and %s rounded\n",
                figure_count(rounded, count), rounded == 1 ? " has" : "s have", rounded == 1 ? "was" : "were");
    }
}

static void write_later(const inputs *taken, FILE *file) {
    char date[FIGURE_BYTES], count[FIGURE_BYTES];
    later rest;
    if (!later_of(taken, &rest)) {
        return;
    }
    fprintf(file, "  after %s, not looked at: %s sale line%s", figure_date(taken->as_of, date),
            figure_count(rest.sale_lines, count), rest.sale_lines == 1 ? "" : "s");
    if (crmv_ledger_supplies(taken->ledger, "revenue")) {
        fputs(", revenue ", file);
        write_amount(taken, rest.revenue, file);
    }
    fputc('\n', file);
}

/* The total of a feed behind its rows, where it is of these rows. */
static void write_total(const inputs *taken, int32_t feed, FILE *file) {
    static const char *const measures[FEEDS] = {"revenue", "due", NULL};
    static const char *const texts[FEEDS] = {"revenue used", "paid late or open", NULL};
    int64_t total;
    const bool supplied = feed != FEED_TRANSACTIONS || crmv_ledger_supplies(taken->ledger, "revenue");
    if (measures[feed] && supplied && crmv_ledger_total(taken->ledger, measures[feed], &total) == CRMV_OK) {
        fprintf(file, "; %s ", texts[feed]);
        write_amount(taken, total, file);
    }
}

/* Whether anything is to be told of a feed. Transactions are told of where nothing else is. */
static bool is_told(const inputs *taken, int32_t feed, int64_t in) {
    return in > 0 || taken->asked->feeds[feed].count > 0 ||
           (feed == FEED_TRANSACTIONS && options_feed_files(taken->asked) == 0 && !taken->part);
}

static void write_feed(const inputs *taken, int32_t feed, bool of_files, FILE *file) {
    char what[SHOWN_BYTES];
    int64_t in, used;
    aside rows;
    text_table table = text_table_new(aside_columns);
    feed_rows(taken, feed, of_files, &in, &used);
    if (!is_told(taken, feed, in)) {
        return;
    }
    snprintf(what, sizeof what, "%s:", feed_name(feed));
    write_rows(what, in, used, file);
    if (!of_files || !taken->asked->replace) {
        write_total(taken, feed, file);
    }
    fputc('\n', file);
    const bool by_batch = taken->asked->command == COMMAND_INFO;
    for (int64_t i = 0; by_batch ? aside_next(taken, feed, of_files, &i, &rows)
                                 : aside_next_merged(taken, feed, of_files, &i, &rows);) {
        add_aside(&table, taken, &rows);
    }
    text_table_write(&table, "  ", file);
}

static void write_conversions(const inputs *taken, bool of_files, FILE *file) {
    conversion one;
    char text[512];
    for (int32_t i = 0; conversion_of_currency(taken, of_files, i, &one); i++) {
        conversion_text(taken, &one, text, sizeof text);
        fprintf(file, "%s%s\n", i == 0 ? "converted:    " : "              ", text);
    }
}

void summary_of_feeds(const inputs *taken, bool of_files, FILE *file) {
    char name[SHOWN_BYTES], count[FIGURE_BYTES];
    if (!taken->ledger || taken->part) {
        return;
    }
    if (taken->asked->ledger && !of_files) {
        fprintf(file, "ledger:       %s, %s batch%s\n", shown(taken->asked->ledger, name),
                figure_count(taken->standing, count), taken->standing == 1 ? "" : "es");
    }
    for (int32_t feed = 0; feed < FEEDS; feed++) {
        write_feed(taken, feed, of_files, file);
    }
    write_conversions(taken, of_files, file);
    if (!of_files || !taken->asked->replace) {
        write_rounded(taken, file);
    }
    write_later(taken, file);
}

/* ---- The customer table ------------------------------------------------------------------------------------------ */

/* How many of the table's customers are no customers of their own: "10 customers are 7: 3 count as their head offices
 * or other numbers". */
static void write_rolled_up(const inputs *taken, FILE *file) {
    char all[FIGURE_BYTES], left[FIGURE_BYTES], count[FIGURE_BYTES];
    const int64_t used = crmv_frame_table_accepted(taken->frame);
    const int64_t rolled_up = table_rows_rolled_up(taken);
    if (rolled_up > 0) {
        fprintf(file, "  %s customer%s %s: %s %s\n", figure_count(used, all), used == 1 ? " is" : "s are",
                figure_count(used - rolled_up, left), figure_count(rolled_up, count),
                rolled_up == 1 ? "counts as its head office or another number"
                               : "count as their head offices or other numbers");
    }
}

/* Customers whom the transactions know and the table does not: left out, or scored without what it would say. */
static void write_strangers(const inputs *taken, FILE *file) {
    char count[FIGURE_BYTES], revenue[1024];
    aside unknown;
    int64_t without = customers_without_row(taken);
    if (aside_unknown(taken, &unknown)) {
        money_text(taken, &unknown, revenue, sizeof revenue);
        fprintf(file, "  %s customer%s of the transactions without a row in the table, not scored: %s\n",
                figure_count(unknown.counted.rows, count), unknown.counted.rows == 1 ? "" : "s", revenue);
    } else if (without > 0) {
        fprintf(file, "  %s customer%s of the transactions without a row in the table\n", figure_count(without, count),
                without == 1 ? "" : "s");
    }
}

void summary_of_customers(const inputs *taken, FILE *file) {
    if (!taken->customers) {
        return;
    }
    write_rows("customers:", crmv_frame_table_rows(taken->frame), crmv_frame_table_accepted(taken->frame), file);
    fputc('\n', file);
    aside rows;
    text_table table = text_table_new(aside_columns);
    for (int64_t i = 0; aside_of_table(taken, i, &rows); i++) {
        add_aside(&table, taken, &rows);
    }
    text_table_write(&table, "  ", file);
    if (!taken->part) {
        write_rolled_up(taken, file);
        write_strangers(taken, file);
    }
}

/* ---- The date ---------------------------------------------------------------------------------------------------- */

void summary_write_date(const inputs *taken, FILE *file) {
    char date[FIGURE_BYTES];
    fprintf(file, "as of %s%s", figure_date(taken->as_of, date),
            inputs_end_at_last_day(taken) ? ", the last day of the transactions" : "");
}

void summary_of_date(const inputs *taken, FILE *file) {
    summary_write_date(taken, file);
    fputc('\n', file);
}
