/* score.c - invoice lines from memory: into a ledger, a frame, scores, tiers and reasons. */
#include <crmvalue/crmvalue.h>
#include <math.h>
#include <stdio.h>

/* A missing metric's weight goes to the others unless its card says otherwise: unknown costs must make nobody gold. */
static const char card[] =
    "{\"crmvalue\": 1, \"money\": {\"currency\": \"EUR\"}, \"window\": {\"months\": 12},"
    " \"metrics\": {"
    "   \"gross_profit\": {\"sum\": \"gross_profit\", \"missing\": \"worst\","
    "                      \"scale\": {\"line\": [[0, 0], [5000, 100]]}},"
    "   \"purchase_days\": {\"count\": \"purchase_days\", \"scale\": {\"line\": [[0, 0], [4, 100]]}},"
    "   \"recency\": {\"label\": \"time since the last purchase\", \"recency\": \"days\","
    "                 \"scale\": {\"bands\": [{\"points\": 100}, {\"from\": 60, \"points\": 50},"
    "                                         {\"from\": 180, \"points\": 0}]}}},"
    " \"indexes\": {\"score\": {\"weights\": {\"gross_profit\": 50, \"purchase_days\": 20, \"recency\": 30}}},"
    " \"tiers\": {\"cuts\": [[\"gold\", 70], [\"silver\", 40], [\"basic\", null]]}}";

#define ROWS 8
#define COLUMN(kind, array)                                                                                            \
    { .struct_size = sizeof(crmv_column), .type = (kind), .name = #array, .data = (array) }

int main(void) {
    const char *customer[ROWS] = {"Adler", "Birch", "Adler", "Cedar", "Adler", "Birch", "Dogwood", "Adler"};
    int32_t date[ROWS] = {crmv_day(2025, 1, 15), crmv_day(2025, 3, 3),  crmv_day(2025, 4, 9),   crmv_day(2025, 5, 20),
                          crmv_day(2025, 8, 1),  crmv_day(2025, 10, 7), crmv_day(2025, 11, 28), crmv_day(2025, 12, 12)};
    double revenue[ROWS] = {4200.00, 1890.50, 3100.00, 12750.00, 2800.00, 940.25, 615.90, -310.00};
    double cost[ROWS] = {2650.00, 1210.00, 1985.00, 13020.00, 1700.00, 610.40, NAN, -196.00};
    crmv_column columns[] = {COLUMN(CRMV_STRINGS, customer), COLUMN(CRMV_INT32, date), COLUMN(CRMV_DOUBLE, revenue),
                             COLUMN(CRMV_DOUBLE, cost)};

    crmv_error error = {.struct_size = sizeof error};
    crmv_model *model = NULL;
    crmv_ledger *ledger = NULL;
    crmv_frame *frame = NULL;
    crmv_scores *scores = NULL;
    if (crmv_model_parse(card, -1, &model, &error) || crmv_ledger_new(model, NULL, &ledger, &error) ||
        crmv_ledger_begin(ledger, "invoices of 2025", &error) || crmv_ledger_append(ledger, columns, 4, ROWS, &error) ||
        crmv_ledger_end(ledger, &error) ||
        crmv_frame_derive(model, ledger, NULL, 0, 0, crmv_day(2025, 12, 31), NULL, &frame, &error) ||
        crmv_score(model, frame, NULL, &scores, &error))
        fprintf(stderr, "%s: %s: %s\n", crmv_status_text(error.status), error.place, error.message);

    for (int64_t row = 0; row < crmv_scores_rows(scores); row++) {
        char key[1025], why[256];
        crmv_reason reasons[3] = {{.struct_size = sizeof *reasons}};
        int32_t count = 0;
        int64_t length = 0;
        crmv_frame_key(frame, row, key, sizeof key, NULL);
        crmv_scores_reasons(scores, row, reasons, 3, &count);
        crmv_scores_reason_text(scores, &reasons[0], why, sizeof why, &length);
        const char *tier = crmv_model_label(model, CRMV_TIERS, 0, crmv_scores_codes(scores, "tier")[row]);
        if (tier == NULL)
            tier = crmv_unrated_text(crmv_scores_codes(scores, "unrated")[row]);
        printf("%-8s %6.2f  %-6s  %s\n", key, (double)crmv_scores_exact(scores, "score")[row] / 1e6, tier, why);
    }
    int end = scores ? 0 : 1;
    crmv_scores_free(scores);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
    return end;
}
