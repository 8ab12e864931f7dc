/* histories.h - a model whose lifetimes look at histories in each way, and what they are. */
#ifndef CRMVALUE_TESTS_HISTORIES_H
#define CRMVALUE_TESTS_HISTORIES_H

#include "book.h"

#define HEAD "{'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, "
#define LIFETIMES                                                                                                      \
    "'lifetimes': {"                                                                                                   \
    "'plain': {'model': 'nbd', 'time_unit': 'day'}, "                                                                  \
    "'net': {'model': 'bg_nbd', 'spend': {'model': 'gamma_gamma', 'of': 'revenue'}}, "                                 \
    "'all': {'model': 'bg_nbd', 'time_unit': 'year', "                                                                 \
    "'spend': {'model': 'gamma_gamma', 'of': 'revenue', 'first_purchase': true}}, "                                    \
    "'profit': {'model': 'bg_nbd', "                                                                                   \
    "'spend': {'model': 'normal_normal', 'of': 'contribution', 'first_purchase': true}}}, "
#define METRICS "'metrics': {'days': {'count': 'purchase_days'}}}"

enum { NAMES = 4, HISTORIES = CRMV_HISTORY_SQUARES };
static const char *const names[NAMES] = {"plain", "net", "all", "profit"};

static inline double history_of(const crmv_frame *frame, const char *customer, const char *lifetime, int32_t column) {
    int64_t row = -1;
    const double *values = crmv_frame_history(frame, lifetime, column);
    assert_non_null(values);
    assert_int_equal(crmv_frame_find(frame, customer, &row), CRMV_OK);
    return values[row];
}

#define assert_history(frame, customer, lifetime, column, expected)                                                    \
    do {                                                                                                               \
        const double found_ = history_of((frame), (customer), (lifetime), (column));                                   \
        const double wanted_ = (expected);                                                                             \
        if (memcmp(&found_, &wanted_, sizeof found_) != 0) {                                                           \
            fail_msg("%s of customer %s is %.17g, not %.17g", #column, (customer), found_, wanted_);                   \
        }                                                                                                              \
    } while (0)

#endif
