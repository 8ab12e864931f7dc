/*
 * Summaries: customers, exact money and mean points per tier, per segment and over all, compared with sums that are
 * made here row by row.
 */
#include "failing_memory.h"
#include "scoring.h"

__extension__ typedef __int128 wide;

enum { CUSTOMERS = 5000, MOST_GROUPS = 8 };

static const char card[] =
    "{'crmvalue': 1, 'metrics': {'revenue': {'sum': 'revenue', 'scale': {'line': [[-50000, 0], [100000, 100]]}},"
    "'kind': {'attribute': 'kind', 'scale': {'bands': [{'from': 0, 'points': 10}, {'from': 2, 'points': 77.7}]}, "
    "'missing': 'refuse'}, 'mood': {'attribute': 'mood', 'scale': {'line': [[0, 0], [3, 99]]}}},"
    "'indexes': {'score': {'weights': {'revenue': 3, 'kind': 1, 'mood': 2}}},"
    "'unrated': {'coverage_below': 60}, 'tiers': {'cuts': [['A', 60], ['B', 45], ['C', null]]},"
    "'segments': {'level': {'cases': [{'is': 'low', 'when': {'kind': {'below': 1}}}, {'is': 'high', 'when': {'kind': "
    "{'at_least': 2}}}]}}, 'rules': [{'name': 'r', 'when': {'mood': {'below': 1}}, 'then': {'cap': 'B'}}]}";

/* What the customers bought, and the frame and scores of them. */
typedef struct book {
    int64_t revenue[CUSTOMERS], cost[CUSTOMERS];
    crmv_model *model;
    crmv_frame *frame;
    crmv_scores *scores;
} book;

static void fill_book(book *b, int64_t magnitude) {
    static int64_t keys[CUSTOMERS];
    static int32_t days[CUSTOMERS];
    static double kinds[CUSTOMERS], moods[CUSTOMERS];
    static uint8_t known[CUSTOMERS / 8 + 1];
    memset(known, 0, sizeof known);
    for (int32_t i = 0; i < CUSTOMERS; i++) {
        keys[i] = i;
        days[i] = 100 + i % 50;
        b->revenue[i] = (i % 7 == 3 ? -1 : 1) * (magnitude - (int64_t)i * 977);
        b->cost[i] = b->revenue[i] / 3;
        known[i / 8] |= (uint8_t)((i % 5 != 0) << (i % 8));
        kinds[i] = i % 11 == 0 ? (double)NAN : i % 3;
        moods[i] = i % 4 == 1 ? (double)NAN : i % 5;
    }
    crmv_column lines[] = {
        {.struct_size = sizeof *lines, .type = CRMV_INT64, .name = "customer", .data = keys},
        {.struct_size = sizeof *lines, .type = CRMV_INT32, .name = "date", .data = days},
        {.struct_size = sizeof *lines, .type = CRMV_MINOR, .name = "revenue", .data = b->revenue},
        {.struct_size = sizeof *lines, .type = CRMV_MINOR, .name = "cost", .data = b->cost, .validity = known}};
    crmv_column table[] = {{.struct_size = sizeof *table, .type = CRMV_INT64, .name = "customer", .data = keys},
                           numbers_column("kind", kinds),
                           numbers_column("mood", moods)};
    crmv_ledger *ledger = NULL;
    b->model = model_of(card);
    assert_int_equal(crmv_ledger_new(b->model, NULL, &ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_begin(ledger, "book", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, lines, COUNT_OF(lines), CUSTOMERS, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    assert_int_equal(
        crmv_frame_derive(b->model, ledger, table, COUNT_OF(table), CUSTOMERS, 1000, NULL, &b->frame, NULL), CRMV_OK);
    crmv_ledger_free(ledger);
    b->scores = scores_of(b->model, b->frame);
}

static void clear_book(book *b) {
    crmv_scores_free(b->scores);
    crmv_frame_free(b->frame);
    crmv_model_free(b->model);
}

/* ---- Sums made here ---------------------------------------------------------------------------------------------- */

typedef struct sums {
    int64_t customers, scored, unrated[5];
    wide revenue, gross_profit, unknown, points, coverage;
} sums;

static sums sums_of(const book *b, const int32_t *codes, int32_t code) {
    sums s = {0};
    for (int64_t row = 0; row < CUSTOMERS; row++) {
        if (codes && codes[row] != code) {
            continue;
        }
        const int64_t score = exact(b->scores, "score", row);
        const bool costed = row % 5 != 0;
        s.customers++;
        s.unrated[crmv_scores_codes(b->scores, "unrated")[row]]++;
        s.revenue += b->revenue[row];
        s.gross_profit += costed ? b->revenue[row] - b->cost[row] : 0;
        s.unknown += costed ? 0 : b->revenue[row];
        s.scored += score != MISSING;
        s.points += score != MISSING ? score : 0;
        s.coverage += exact(b->scores, "coverage", row);
    }
    return s;
}

static wide rounded(wide sum, wide count) {
    wide below = sum / count, rest = sum % count;
    if (rest < 0) {
        below--;
        rest += count;
    }
    return below + (2 * rest > count || (2 * rest == count && below % 2 != 0));
}

static void assert_wide(int64_t high, uint64_t low, wide expected) {
    assert_int_equal(high, (int64_t)(expected >> 64));
    assert_int_equal(low, (uint64_t)expected);
}

static void assert_group(const crmv_group *group, const sums *s) {
    assert_int_equal(group->has_amounts, 1);
    assert_int_equal(group->customers, s->customers);
    assert_int_equal(group->scored, s->scored);
    assert_int_equal(group->too_new, s->unrated[CRMV_TOO_NEW]);
    assert_int_equal(group->too_little_coverage, s->unrated[CRMV_TOO_LITTLE_COVERAGE]);
    assert_int_equal(group->metric_refused, s->unrated[CRMV_METRIC_REFUSED]);
    assert_int_equal(group->nothing_known, s->unrated[CRMV_NOTHING_KNOWN]);
    assert_wide(group->revenue_high, group->revenue_low, s->revenue);
    assert_wide(group->gross_profit_high, group->gross_profit_low, s->gross_profit);
    assert_wide(group->contribution_high, group->contribution_low, s->gross_profit);
    assert_wide(group->unknown_cost_revenue_high, group->unknown_cost_revenue_low, s->unknown);
    assert_int_equal(group->mean_score, s->scored > 0 ? (int64_t)rounded(s->points, s->scored) : MISSING);
    assert_int_equal(group->mean_coverage, s->customers > 0 ? (int64_t)rounded(s->coverage, s->customers) : MISSING);
}

/* ---- Tests ------------------------------------------------------------------------------------------------------- */

static void groups_are_the_sums_of_their_customers(void **state) {
    (void)state;
    static book b;
    fill_book(&b, 9000000);
    crmv_group groups[MOST_GROUPS] = {{.struct_size = sizeof(crmv_group)}};
    static const char *const tiers[] = {"A", "B", "C", NULL}, *const levels[] = {"low", "high", NULL};
    int32_t count = 0;
    assert_int_equal(crmv_scores_summary(b.scores, CRMV_TIERS, -5, groups, MOST_GROUPS, &count), CRMV_OK);
    assert_int_equal(count, 4);
    for (int32_t i = 0; i < count; i++) {
        const sums s = sums_of(&b, crmv_scores_codes(b.scores, "tier"), i < 3 ? i : -1);
        assert_true(s.customers > 50);
        assert_group(&groups[i], &s);
        assert_true(tiers[i] ? strcmp(groups[i].name, tiers[i]) == 0 : groups[i].name == NULL);
    }
    assert_int_equal(crmv_scores_summary(b.scores, CRMV_SEGMENTS, 0, groups, MOST_GROUPS, &count), CRMV_OK);
    assert_int_equal(count, 3);
    for (int32_t i = 0; i < count; i++) {
        const sums s = sums_of(&b, crmv_scores_codes(b.scores, "level"), i < 2 ? i : -1);
        assert_true(s.customers > 50);
        assert_group(&groups[i], &s);
        assert_true(levels[i] ? strcmp(groups[i].name, levels[i]) == 0 : groups[i].name == NULL);
    }
    assert_int_equal(crmv_scores_summary(b.scores, 0, 0, groups, 1, &count), CRMV_OK);
    const sums all = sums_of(&b, NULL, 0);
    assert_int_equal(count, 1);
    assert_group(&groups[0], &all);
    assert_null(groups[0].name);
    clear_book(&b);
}

static void money_beyond_64_bits_is_exact(void **state) {
    (void)state;
    static book b;
    fill_book(&b, (INT64_C(1) << 53) - 1);
    crmv_group all = {.struct_size = sizeof all};
    int32_t count = 0;
    const sums s = sums_of(&b, NULL, 0);
    assert_true(s.revenue > (wide)INT64_MAX);
    assert_int_equal(crmv_scores_summary(b.scores, 0, 0, &all, 1, &count), CRMV_OK);
    assert_group(&all, &s);
    clear_book(&b);
}

static void a_frame_without_a_ledger_has_no_amounts_and_a_model_without_a_score_no_means(void **state) {
    (void)state;
    crmv_model *model = model_of("{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a'}}}");
    const double a[] = {1, 2};
    const crmv_column columns[] = {numbers_column("a", a)};
    crmv_frame *frame = frame_of(model, columns, 1, 2, CRMV_NO_DATE);
    crmv_scores *scores = scores_of(model, frame);
    crmv_group groups[2] = {{.struct_size = sizeof(crmv_group), .revenue_low = 9}};
    int32_t count = 0;
    assert_int_equal(crmv_scores_summary(scores, CRMV_TIERS, 0, groups, 2, &count), CRMV_OK);
    assert_int_equal(count, 1);
    assert_int_equal(groups[0].customers, 2);
    assert_int_equal(groups[0].has_amounts, 0);
    assert_int_equal(groups[0].revenue_low, 0);
    assert_int_equal(groups[0].mean_score, MISSING);
    assert_int_equal(groups[0].mean_coverage, MISSING);
    crmv_scores_free(scores);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void groups_follow_at_the_distance_that_the_caller_names(void **state) {
    (void)state;
    static book b;
    fill_book(&b, 9000000);
    struct {
        crmv_group group;
        int64_t more;
    } larger[MOST_GROUPS];
    memset(larger, 0x55, sizeof larger);
    larger[0].group.struct_size = sizeof larger[0];
    int32_t count = 0;
    assert_int_equal(crmv_scores_summary(b.scores, CRMV_TIERS, 0, &larger[0].group, MOST_GROUPS, &count), CRMV_OK);
    for (int32_t i = 0; i < count; i++) {
        assert_int_equal(larger[i].group.struct_size, sizeof larger[0]);
        assert_int_equal(larger[i].more, INT64_C(0x5555555555555555));
        assert_true(larger[i].group.customers > 0);
    }
    clear_book(&b);
}

static void what_is_not_there_is_refused(void **state) {
    (void)state;
    static book b;
    fill_book(&b, 9000000);
    crmv_group groups[MOST_GROUPS] = {{.struct_size = sizeof(crmv_group)}};
    crmv_group small = {.struct_size = sizeof small - 8};
    int32_t count = 0;
    assert_int_equal(crmv_scores_summary(NULL, 0, 0, groups, 1, &count), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_summary(b.scores, 0, 0, NULL, 1, &count), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_summary(b.scores, 0, 0, groups, -1, &count), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_summary(b.scores, 0, 0, groups, 1, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_summary(b.scores, 0, 0, &small, 1, &count), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_summary(b.scores, CRMV_METRICS, 0, groups, 8, &count), CRMV_NOT_FOUND);
    assert_int_equal(crmv_scores_summary(b.scores, CRMV_SEGMENTS, 1, groups, 8, &count), CRMV_NOT_FOUND);
    assert_int_equal(crmv_scores_summary(b.scores, CRMV_SEGMENTS, -1, groups, 8, &count), CRMV_NOT_FOUND);
    assert_int_equal(count, 0);
    assert_int_equal(crmv_scores_summary(b.scores, CRMV_TIERS, 0, NULL, 0, &count), CRMV_BUFFER_TOO_SMALL);
    assert_int_equal(count, 4);
    assert_int_equal(crmv_scores_summary(b.scores, CRMV_TIERS, 0, groups, 3, &count), CRMV_BUFFER_TOO_SMALL);
    assert_int_equal(groups[1].customers, 0);
    clear_book(&b);
}

/* Each column and each block of memory that a summary takes fails once; asked again it succeeds. */
static void memory_that_is_short_leaves_the_groups_alone(void **state) {
    (void)state;
    if (!OWN_MALLOC) {
        print_message("the sanitizer has a malloc of its own\n");
        skip();
    }
    static book b;
    fill_book(&b, 9000000);
    int32_t status = CRMV_OUT_OF_MEMORY, failures = 0;
    for (long nth = 0; status != CRMV_OK; nth++) {
        crmv_scores *scores = scores_of(b.model, b.frame);
        crmv_group groups[MOST_GROUPS] = {{.struct_size = sizeof(crmv_group)}};
        int32_t count = 0;
        const long before = standing;
        has_failed = false;
        until_failure = nth;
        armed = true;
        status = crmv_scores_summary(scores, CRMV_SEGMENTS, 0, groups, MOST_GROUPS, &count);
        armed = false;
        if (status != CRMV_OK) {
            failures++;
            assert_int_equal(status, CRMV_OUT_OF_MEMORY);
            assert_int_equal(groups[0].customers, 0);
            assert_true(standing >= before);
            assert_int_equal(crmv_scores_summary(scores, CRMV_SEGMENTS, 0, groups, MOST_GROUPS, &count), CRMV_OK);
        }
        assert_int_equal(count, 3);
        crmv_scores_free(scores);
    }
    assert_true(failures >= 4);
    clear_book(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_the_sums_of_their_customers),
        cmocka_unit_test(money_beyond_64_bits_is_exact),
        cmocka_unit_test(a_frame_without_a_ledger_has_no_amounts_and_a_model_without_a_score_no_means),
        cmocka_unit_test(groups_follow_at_the_distance_that_the_caller_names),
        cmocka_unit_test(what_is_not_there_is_refused),
        cmocka_unit_test(memory_that_is_short_leaves_the_groups_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
