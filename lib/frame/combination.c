/* combination.c - metrics made of two other metrics of the same customer. */
#include "frame/catalogue.h"

#include <math.h>

/* The values of both operands, which were derived before; false where one is missing. */
static bool operands_of(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *a, double *b) {
    double *const *metrics = slice->whole->frame->metrics;
    *a = metrics[recipe->card->operands[0]][row];
    *b = metrics[recipe->card->operands[1]][row];
    return !isnan(*a) && !isnan(*b);
}

int32_t crmvi_derive_share(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    double a;
    double b;
    if (!operands_of(slice, recipe, row, &a, &b)) {
        return CRMVI_OPERAND;
    }
    if (b <= 0) {
        return CRMVI_UNDEFINED;
    }
    *value = a / b;
    return CRMVI_VALUE;
}

int32_t crmvi_derive_ratio(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    double a;
    double b;
    if (!operands_of(slice, recipe, row, &a, &b)) {
        return CRMVI_OPERAND;
    }
    if (b == 0) {
        return CRMVI_UNDEFINED;
    }
    *value = a / b;
    return CRMVI_VALUE;
}

int32_t crmvi_derive_difference(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    double a;
    double b;
    if (!operands_of(slice, recipe, row, &a, &b)) {
        return CRMVI_OPERAND;
    }
    *value = a - b;
    return CRMVI_VALUE;
}
