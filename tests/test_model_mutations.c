#include "lifetime_texts.h"

/* Ends the process where a promise does not hold; see fuzz/fuzz_model.c. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Models that parse, to be broken. */
static const char *const models[] = {
    BESIDE("'unrated': {'tenure_below': {'months': 3}, 'coverage_below': 60}, " TIERS
           ", 'segments': {'g': {'grid': {'rows': 'a', 'columns': 'score', 'cuts': [[1.5], [60, 80]], 'names': [['p', "
           "'q', 'r'], ['r', 's', 't']]}}, 's': {'cases': [{'is': 'x', 'when': {'g': {'is': ['p', 'q']}, 'c': {'is': "
           "'big', 'missing': false}}, 'treatment': 'call'}, {'is': 'y'}]}}, 'rules': [{'name': 'n', 'when': {'tier': "
           "{'is': 'gold'}, 'coverage': {'below': 50.5}}, 'then': {'cap': 'basic', 'flag': true}}]"),
    MODEL(
        "'name': '\\u00e4\\ud83d\\ude00 \xC3\xA4', 'notes': [1, {'x': null}], 'money': {'currency': 'EUR', "
        "'decimals': 3}, 'input': {'decimal': ',', 'thousands': '.', 'dates': 'dd.mm.yy', 'missing': ['-'], "
        "'transactions': {'customer': 'c', 'date': 'd', 'kind': 'k', 'kinds': {'I': 'sale', 'R': 'return'}, 'revenue': "
        "'r', 'gross_profit': 'g'}, 'customers': {'customer': 'c', 'since': 's'}}, 'window': {'months': 12}, "
        "'population': 'all', 'metrics': {'m': {'mean': ['revenue', 'cost'], 'window': {'from': '2024-01-01', 'to': "
        "'2024-12-31'}, 'scale': {'bands': [{'points': -1.5}, {'from': 1e3, 'to': 2e3, 'points': 20}, {'from': 5000, "
        "'points': 30}]}, 'missing': {'points': 2.5}, 'better': 'higher'}, 'n': {'since': 'Born', 'in': 'years'}, "
        "'o': {'difference': ['m', 'n']}, 'p': {'growth': 'quantity', 'window': {'days': 9}}}, 'indexes': {'i': "
        "{'add': ['m']}, 'score': {'weights': {'i': 0.25, 'm': 3}}}"),
    MODEL("'money': {'currency': 'EUR'}, 'input': {'customers': {'customer': 'c', 'parent': 'p', 'alias_of': 'o', "
          "'dealer': 'd', 'dealer_share': 2.5}, 'receivables': {'customer': 'c', 'amount': 'a', 'due': 'u', 'paid': "
          "'p', 'date': 'i'}, 'events': {'customer': 'c', 'date': 'd', 'event': 'e', 'value': 'v', 'kinds': {'C': "
          "'complaint', 'L': 'churn'}}, 'rates': {'currency': 'c', 'date': 'd', 'rate': 'r', 'quoted': 'foreign', "
          "'maximum_age': {'days': 9}}}, 'calendar': {'weeks': '4-4-5', 'year_ends': {'weekday': 'friday', 'month': "
          "12, 'which': 'nearest'}}, 'finance_cost': {'yearly_rate': [{'rate': 0.05}, {'from': '2024-01-01', 'rate': "
          "0.06}], 'days_in_year': 360}, 'window': {'fiscal_periods': 12, 'to_date': true}, 'metrics': {'m': "
          "{'overdue': 'days', 'scale': {'line': [[0, 100], [60, 0]]}}, 'n': {'event': ['complaint', 'count'], "
          "'per': 'year'}, 'o': {'event': ['churn', 'last'], 'scale': {'categories': {'fault': 1}, 'other': 2}}, "
          "'p': {'sum': ['discount', 'finance_cost']}, 'q': {'receivables': 'days_sales_outstanding', 'window': "
          "{'fiscal_quarters': 1}}, 'r': {'growth': 'contribution', 'window': {'fiscal_years': 1}}, 's': "
          "{'receivables': 'days_late'}}, 'indexes': {'score': {'weights': {'m': 1, 'o': 2}}}"),
    EVERYTHING,
    FORETOLD,
};

/* What a mutation may put in. */
static const char *const pieces[] = {"{",        "}",          "[",         "]",         ",",
                                     ":",        "\"",         "null",      "-1",        "0.1",
                                     "1e999",    "\"a\"",      "{}",        "[]",        "true",
                                     "1e9",      "\"score\"",  "\"notes\"", "\"x-\":",   "\\u0000",
                                     "\\ud800",  "\xFF",       "\xC3",      "-0.0",      "999999999999999999999",
                                     "\"tier\"", "\"m\"",      "\"\"",      "\"last\"",  "\"02-29\"",
                                     "\"of\"",   "\"fitted\"", "\"abc\"",   "\"ahp\"",   "\"shares\"",
                                     "\"nbd\"",  "\"spend\"",  "\"month\"", "\"churn\"", "\"horizon\": {\"days\": 9}"};

enum { PIECES = sizeof pieces / sizeof pieces[0], GIVEN = sizeof models / sizeof models[0], ROOM = 8192 };

/* And one whose requests are all fitted. */
enum { MODELS = GIVEN + 1 };

/* xorshift64: the same numbers on every machine. */
static uint64_t draw(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static size_t draw_below(uint64_t *state, size_t limit) {
    return limit == 0 ? 0 : (size_t)(draw(state) % limit);
}

/* Replaces `gone` bytes at a place by others, where there is room. */
static void replace(uint8_t *text, size_t *length, size_t at, size_t gone, const void *bytes, size_t count) {
    if (*length - gone + count > ROOM) {
        return;
    }
    memmove(text + at + count, text + at + gone, *length - at - gone);
    memcpy(text + at, bytes, count);
    *length = *length - gone + count;
}

static void mutate(uint8_t *text, size_t *length, const char *other, uint64_t *state) {
    const size_t at = draw_below(state, *length);
    const size_t rest = *length - at;
    const size_t few = draw_below(state, rest < 12 ? rest : 12);
    switch (draw(state) % 5) {
    case 0:
        text[at] ^= (uint8_t)(1u << draw_below(state, 8));
        break;
    case 1:
        replace(text, length, at, few, "", 0);
        break;
    case 2: {
        const char *piece = pieces[draw_below(state, PIECES)];
        replace(text, length, at, few / 4, piece, strlen(piece));
        break;
    }
    case 3: {
        const size_t from = draw_below(state, strlen(other));
        const size_t count = draw_below(state, strlen(other) - from < 40 ? strlen(other) - from : 40);
        replace(text, length, at, few, other + from, count);
        break;
    }
    default: {
        const uint8_t digit = (uint8_t)('0' + draw_below(state, 10));
        if (text[at] >= '0' && text[at] <= '9') {
            text[at] = digit;
        }
        break;
    }
    }
}

static void mutated_models_are_refused_cleanly_or_print_to_what_they_are(void **state) {
    (void)state;
    enum { ROUNDS = 20000, MOST_STEPS = 4 };
    uint64_t random = UINT64_C(0x9E3779B97F4A7C15);
    char *texts[MODELS];
    for (size_t i = 0; i < GIVEN; i++) {
        texts[i] = quoted_text(models[i]);
        crmv_model_free(model_of(texts[i]));
    }
    crmv_model *fitted = everything_answered();
    texts[GIVEN] = printed_model(fitted);
    crmv_model_free(fitted);
    int32_t parsed = 0;
    for (int round = 0; round < ROUNDS; round++) {
        const char *base = texts[draw_below(&random, MODELS)];
        const char *other = texts[draw_below(&random, MODELS)];
        uint8_t text[ROOM];
        size_t length = strlen(base);
        memcpy(text, base, length);
        const size_t steps = 1 + draw_below(&random, MOST_STEPS);
        for (size_t i = 0; i < steps; i++) {
            mutate(text, &length, other, &random);
        }
        LLVMFuzzerTestOneInput(text, length);
        crmv_model *model = NULL;
        parsed += crmv_model_parse((const char *)text, (int64_t)length, &model, NULL) == CRMV_OK;
        crmv_model_free(model);
    }
    assert_true(parsed > ROUNDS / 100 && parsed < ROUNDS / 2); /* both ways were walked */
    for (size_t i = 0; i < MODELS; i++) {
        free(texts[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mutated_models_are_refused_cleanly_or_print_to_what_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
