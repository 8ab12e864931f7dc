#include "help.h"

#include "names.h"

#include <string.h>

static const char overview[] =
    "crmvalue: which customers are worth what, and why\n"
    "\n"
    "    crmvalue check   --model M.json [inputs]                   is the model what its author meant?\n"
    "    crmvalue score   --model M.json inputs [--out S.csv]       scores, tiers and reasons of all customers\n"
    "    crmvalue explain --model M.json inputs --customer KEY      one customer on a page\n"
    "    crmvalue help TOPIC                                        check, score, explain, model, csv or report\n"
    "    crmvalue --version\n"
    "\n"
    "Inputs, either or both of them:\n"
    "    --transactions T.csv   invoice lines: who bought what, when, for how much. Can be given several times,\n"
    "                           a file for each export; the same file twice is refused\n"
    "    --customers C.csv      a row for each customer: name, attributes, or metrics that are ready-made\n"
    "    --as-of YYYY-MM-DD     the day to look back from; without it the last day of the transactions\n"
    "\n"
    "The model, a JSON file, says how the columns of these files are called and written, what is measured, how it\n"
    "earns points, and which tiers and rules follow. A file \"-\" is the standard input; --opt=value is as good as\n"
    "--opt value.\n"
    "\n"
    "    --threads N            workers, 1 to 1024; without it one for each processor. The result is the same\n"
    "    --quiet                no summary on the standard error, only warnings of the data and errors\n"
    "\n"
    "Example:\n"
    "    crmvalue score --model six-indicators.json --transactions invoices.csv --customers customers.csv \\\n"
    "                   --as-of 2024-12-31 --out scores.csv\n"
    "\n"
    "Exit status: 0 done; 1 the data or the model are wrong; 2 the command line is wrong.\n";

static const char check[] =
    "crmvalue check --model M.json [--transactions T.csv]... [--customers C.csv] [--as-of YYYY-MM-DD]\n"
    "\n"
    "Looks for what a model says and cannot mean: holes and overlaps between bands, weights that add up to nothing,\n"
    "tiers that no score reaches, points against the direction that the card states. With data it also finds measures\n"
    "that no column supplies, categories that the model does not name, metrics that hardly vary or are mostly "
    "missing,\n"
    "and tiers that stay empty.\n"
    "\n"
    "Writes to the standard output one finding a line, errors first, then the verdict:\n"
    "    warning: metrics.tenure.scale: no index uses this scale\n"
    "    the model can be used: 0 errors, 1 warning, 0 notes\n"
    "\n"
    "Example:\n"
    "    crmvalue check --model six-indicators.json --customers customers.csv --as-of 2024-12-31\n"
    "\n"
    "Exit status: 0 no error found; 1 an error found, or the model or the data cannot be read; 2 wrong usage.\n";

static const char score[] =
    "crmvalue score --model M.json [--transactions T.csv]... [--customers C.csv] [--as-of YYYY-MM-DD]\n"
    "               [--out S.csv] [--report R.json] [--values] [--threads N] [--quiet]\n"
    "\n"
    "Writes one row for each customer, in ascending order of their keys, to --out or to the standard output:\n"
    "    customer, name         the key as it came in; the name where the customer table has one\n"
    "    score                  points; exact, with up to six decimals, as all points are\n"
    "    score_low, score_high  what it could be if missing values stood at their worst and at their best\n"
    "    coverage               percent of the score's weight whose metric was known\n"
    "    tier, unrated          the tier, or why there is none\n"
    "    each other index, each segment, by its name\n"
    "    flags                  the rules that hold and flag, joined by \"; \", where the model has any\n"
    "    treatment              what rules and segments say to do, where the model says any\n"
    "    reason_1 ... reason_3  the strongest reasons, in words\n"
    "    points_METRIC          the points of each metric that has a scale\n"
    "    with --values          revenue and gross_profit of the model's window, to the cent (gross profit of the "
    "lines\n"
    "                           whose cost is known), and value_METRIC, what each metric is: a number or a category\n"
    "Columns that the model has nothing for are left out; what is missing is an empty field.\n"
    "\n"
    "The summary on the standard error tells rows in, used and set aside with their lines and money, and for each "
    "tier\n"
    "and segment its customers, revenue and gross profit. --report writes it as JSON too (crmvalue help report).\n"
    "Rows that cannot be used are left out; where there are more than a tenth of a file's, a warning says so, and "
    "where\n"
    "there are no others nothing is scored. Nor is anything where crmvalue check finds an error.\n"
    "A file appears under its name when it is complete, and not at all where something fails. A symbolic link stays,\n"
    "and what it leads to is written.\n"
    "\n"
    "Example:\n"
    "    crmvalue score --model rfm.json --transactions 2023.csv --transactions 2024.csv --out scores.csv\n"
    "\n"
    "Exit status: 0 done; 1 the data or the model are wrong, or a file cannot be written; 2 wrong usage.\n";

static const char explain[] =
    "crmvalue explain --model M.json [--transactions T.csv]... [--customers C.csv] [--as-of YYYY-MM-DD]\n"
    "                 --customer KEY\n"
    "\n"
    "Writes one customer's page to the standard output: the score and what it could be, the tier and the points to "
    "the\n"
    "next one, and for each metric its value, the band that it lies in, its points, its weight, what it contributes "
    "to\n"
    "the score and what it costs against full points. The contributions add up to the score to the last digit. Then "
    "the\n"
    "segments with their treatment, and the rules that hold.\n"
    "\n"
    "A key that begins with two dashes is given as --customer=KEY.\n"
    "\n"
    "Example:\n"
    "    crmvalue explain --model six-indicators.json --transactions invoices.csv --customer C-1042\n"
    "\n"
    "Exit status: 0 done; 1 no such customer, or the data or the model are wrong; 2 wrong usage.\n";

static const char csv[] =
    "How CSV files are read\n"
    "\n"
    "The first row is the header. Which column is what, the model says:\n"
    "    \"input\": {\"encoding\": \"windows-1252\", \"delimiter\": \";\", \"decimal\": \",\", \"dates\": "
    "\"dd.mm.yyyy\",\n"
    "              \"transactions\": {\"customer\": \"CustNo\", \"date\": \"PostingDate\", \"revenue\": "
    "\"NetAmount\"},\n"
    "              \"customers\": {\"customer\": \"CustNo\", \"name\": \"CustName\"}}\n"
    "Every column that is named there must be in the header; other columns are left alone. Without it the columns "
    "bear\n"
    "the roles' own names: customer, date, quantity, revenue, unit_price, cost, unit_cost, gross_profit, discount,\n"
    "discount_rate, cost_to_serve, document, kind, currency.\n"
    "\n"
    "Rows end with LF, CRLF or CR; a byte-order mark is skipped, and so are blank lines. A field may stand in double\n"
    "quotes, with delimiters, line ends and doubled quotes in it. Blanks belong to the field. Encodings: all that "
    "iconv\n"
    "knows (iconv -l), UTF-8 without any.\n"
    "\n"
    "A file whose structure is broken (a row of another length than the header, a quote out of place, bytes that are\n"
    "not in the encoding, a NUL byte, a field over 1 MiB) is an error with file and line, and nothing is written. A\n"
    "value that cannot be read, a date that does not exist for instance, sets its row aside: it is counted by reason,\n"
    "with the first lines, what the first of them could not be read for, and its money, and everything else goes on.\n";

static const char model[] =
    "The model file\n"
    "\n"
    "One JSON object; docs/model.md has every key, examples/models/ six to start from. The smallest that scores:\n"
    "    {\"crmvalue\": 1,\n"
    "     \"metrics\": {\"revenue\": {\"sum\": \"revenue\", \"scale\": {\"line\": [[0, 0], [1000, 100]]}}},\n"
    "     \"indexes\": {\"score\": {\"weights\": {\"revenue\": 1}}}}\n"
    "How files are read (\"input\") is told by crmvalue help csv. Beside it stand\n"
    "    \"money\": {\"currency\": \"EUR\", \"decimals\": 2}    \"window\": {\"months\": 12}    \"population\": "
    "\"customers\"\n"
    "the window being the days that count, up to the as-of date; without it all of them do.\n"
    "\n"
    "metrics: each has one operator\n"
    "    \"sum\": \"revenue\"              over the window; also a list of measures\n"
    "    \"mean\", \"minimum\", \"maximum\"  of a measure's totals of purchase days\n"
    "    \"count\": \"documents\"          or lines, sale_lines, return_lines, purchase_days, repeat_days ...\n"
    "    \"recency\": \"days\"             since the last purchase; also weeks, months, years\n"
    "    \"tenure\": \"years\"             since the first purchase, or since the customer table's date\n"
    "    \"since\": COLUMN, \"in\": \"days\" since another date of the customer table\n"
    "    \"gap\": \"mean\"                 days between purchases; also spread, relative_recency\n"
    "    \"growth\": \"revenue\"           against the window before\n"
    "    \"return_rate\": \"revenue\"      part of what was sold that came back; also quantity\n"
    "    \"share\": [\"a\", \"b\"]           metric a / metric b, where b is above 0\n"
    "    \"ratio\": [\"a\", \"b\"]           metric a / metric b, where b is not 0\n"
    "    \"difference\": [\"a\", \"b\"]      metric a - metric b\n"
    "    \"attribute\": COLUMN           a number or a category of the customer table\n"
    "  Measures: quantity, revenue, cost, gross_profit, discount, cost_to_serve, contribution,\n"
    "    returned_quantity, returned_revenue, returned_cost, returned_discount, unknown_cost_revenue\n"
    "  Beside the operator: \"scale\", \"label\", \"window\", \"per\": \"year\", \"better\": \"higher\",\n"
    "    \"minimum_coverage\": 50, and \"missing\": \"renormalise\" (its weight goes to the others),\n"
    "    {\"points\": 50}, \"worst\" or \"refuse\"\n"
    "\n"
    "scale: how a value earns points\n"
    "    {\"bands\": [{\"points\": 0}, {\"from\": 0, \"points\": 30}, {\"from\": 10000, \"points\": 100}]}\n"
    "    {\"line\": [[0, 0], [10, 100]]}     straight between the knots, flat outside them\n"
    "    {\"categories\": {\"leader\": 100, \"major\": 75}, \"other\": 25}\n"
    "\n"
    "indexes: how points are weighed; \"score\" is the root\n"
    "    {\"now\":   {\"weights\": {\"revenue\": 60, \"margin\": 40}},\n"
    "     \"later\": {\"add\": [\"position\", \"growth\"]},\n"
    "     \"score\": {\"weights\": {\"now\": 70, \"later\": 30}}}\n"
    "\n"
    "tiers: from the score, best first. unrated: who gets none\n"
    "    {\"cuts\": [[\"gold\", 70], [\"silver\", 40], [\"basic\", null]]}\n"
    "    {\"tenure_below\": {\"months\": 3}, \"coverage_below\": 60}\n"
    "\n"
    "segments: a grid of two metrics or indexes, or the first case that holds\n"
    "    {\"matrix\": {\"grid\": {\"rows\": \"now\", \"columns\": \"later\", \"cuts\": [[60], [60]],\n"
    "                         \"names\": [[\"general\", \"potential\"], [\"cash cow\", \"star\"]]}},\n"
    "     \"class\": {\"cases\": [{\"is\": \"loss\", \"when\": {\"margin\": {\"below\": 0}}, \"treatment\": "
    "\"talk\"},\n"
    "                         {\"is\": \"profit\"}]}}\n"
    "  Conditions: at_least, above, below, at_most; {\"is\": [\"a\", \"b\"]}; {\"missing\": true}\n"
    "\n"
    "rules: what caps the tier, flags the customer, or says what to do\n"
    "    [{\"name\": \"below cost\", \"when\": {\"margin\": {\"below\": 0}},\n"
    "      \"then\": {\"cap\": \"silver\", \"flag\": true, \"treatment\": \"review prices\"}}]\n";

static const char report[] =
    "The report of crmvalue score --report R.json\n"
    "\n"
    "One JSON object. Counts are numbers; amounts, points and percents are texts that hold exact decimals; what there\n"
    "is nothing for is null.\n"
    "    crmvalue        version\n"
    "    as_of           the day, YYYY-MM-DD; as_of_asked: false where it is the last day of the transactions\n"
    "    model           name, hash, currency\n"
    "    transactions    files [name, rows]; rows, accepted, set_aside; rounded: amounts with more decimals than the\n"
    "                    model's money or quantity; after_as_of {sale_lines, revenue: not looked at}; customers,\n"
    "                    customer_days, first_day, last_day;\n"
    "                    totals {amounts that the files supply: revenue, cost, gross_profit, discount, cost_to_serve,\n"
    "                    contribution, returned_cost, returned_discount, returned_revenue, unknown_cost_revenue; "
    "counts:\n"
    "                    lines, sale_lines, cancelled_lines, return_lines, unknown_cost_lines, documents,\n"
    "                    purchase_days}; hash\n"
    "    customer_table  file; rows, accepted, set_aside; customers_without_row {customers: those of the transactions\n"
    "                    that the table does not know; scored: false where the model's population is the table's;\n"
    "                    revenue: theirs, where they are not scored}\n"
    "      set_aside     [reason, rows, currency, amounts: rows whose revenue could be read, revenue, column, text: "
    "what\n"
    "                    the first row failed at, file, lines: the first ones, at most 8]; an entry for each reason,\n"
    "                    currency and file\n"
    "    all             customers, revenue, gross_profit, unknown_cost_revenue, mean_score\n"
    "    tiers           [name, customers, revenue, gross_profit, unknown_cost_revenue, mean_score, from: the score],\n"
    "                    best first; behind them, with the name null, the unrated ones\n"
    "    unrated         [reason, customers]\n"
    "    segments        for each its names, in the form of tiers without from\n"
    "    rules           [name, holds, undecided: customers for whom a value was missing; flag, cap, treatment]\n"
    "    metrics         [name, missing, and of these not_given, no_history, undefined, cost_unknown, unlisted, "
    "operand;\n"
    "                    unlisted_categories [category, customers]]\n";

static const struct {
    const char *name;
    const char *text;
} topics[] = {{"check", check}, {"score", score}, {"explain", explain},
              {"model", model}, {"csv", csv},     {"report", report}};
enum { TOPICS = sizeof topics / sizeof topics[0] };

bool help_write(const char *topic, FILE *file, failure *why) {
    const char *names[TOPICS];
    char text[SHOWN_BYTES];
    if (!topic) {
        fputs(overview, file);
        return true;
    }
    for (size_t i = 0; i < TOPICS; i++) {
        names[i] = topics[i].name;
        if (strcmp(topic, topics[i].name) == 0) {
            fputs(topics[i].text, file);
            return true;
        }
    }
    const char *nearest = nearest_name(topic, names, TOPICS);
    shown(topic, text);
    return nearest
               ? failure_usage(why, "no help on \"%s\"; did you mean %s?", text, nearest)
               : failure_usage(why, "no help on \"%s\"; expected check, score, explain, model, csv or report", text);
}
