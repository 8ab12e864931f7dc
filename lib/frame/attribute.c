/* attribute.c - numbers, dates and categories of the customer table, whatever type their column has. */
#include "base/column_read.h"
#include "frame/catalogue.h"

#include <math.h>
#include <string.h>

bool crmvi_attribute_present(const crmv_column *column, const crmvi_reading *reading, int64_t row) {
    if (!crmvi_column_present(column, row)) {
        return false;
    }
    if (!crmvi_column_is_text(column)) {
        return true;
    }
    const char *text;
    int64_t length;
    crmvi_column_text(column, row, &text, &length);
    return !crmvi_reading_missing(reading, text, length);
}

/* ---- Dates ------------------------------------------------------------------------------------------------------- */

int32_t crmvi_attribute_day(const crmv_column *column, const crmvi_reading *reading, int64_t row, int32_t *day) {
    *day = CRMV_NO_DATE;
    if (!crmvi_attribute_present(column, reading, row)) {
        return 0;
    }
    if (crmvi_column_is_text(column)) {
        const char *text;
        int64_t length;
        crmvi_column_text(column, row, &text, &length);
        return crmvi_date_read(text, length, &reading->dates, day) ? 0 : CRMV_BAD_DATE;
    }
    const int64_t number = crmvi_column_whole(column, row);
    if (number == CRMV_NO_DATE) {
        return 0;
    }
    if (number < CRMVI_FIRST_DAY || number > CRMVI_LAST_DAY) {
        return CRMV_BAD_DATE;
    }
    *day = (int32_t)number;
    return 0;
}

/* ---- Numbers ----------------------------------------------------------------------------------------------------- */

/* The number of a present row of a column that holds no texts; minor units become major ones. */
static double number_of(const crmv_column *column, int32_t decimals, int64_t row) {
    if (column->type == CRMV_DOUBLE) {
        return crmvi_column_double(column, row);
    }
    const double whole = (double)crmvi_column_whole(column, row);
    return column->type == CRMV_MINOR ? whole / (double)crmvi_power_of_ten(decimals) : whole;
}

static int32_t read_number(const crmvi_customer_table *table, const crmv_column *column, int64_t row, double *value) {
    if (crmvi_column_is_text(column)) {
        const char *text;
        int64_t length;
        crmvi_column_text(column, row, &text, &length);
        const crmvi_notation *notation = &table->model->table.reading.notation;
        return crmvi_decimal_double(text, length, notation, value) == CRMVI_NUMBER_OK ? 0 : CRMV_BAD_AMOUNT;
    }
    *value = number_of(column, table->model->money.decimals, row);
    return isfinite(*value) ? 0 : CRMV_BAD_AMOUNT;
}

int32_t crmvi_attribute_percent(const crmvi_customer_table *table, const crmv_column *column, int64_t row,
                                crmvi_micro *percent) {
    enum { DECIMALS = 6 };
    *percent = CRMVI_NO_SHARE;
    if (!crmvi_attribute_present(column, &table->model->table.reading, row)) {
        return 0;
    }
    int64_t number = 0;
    bool read = true;
    bool rounded;
    if (crmvi_column_is_text(column)) {
        const char *text;
        int64_t length;
        crmvi_column_text(column, row, &text, &length);
        const crmvi_notation *notation = &table->model->table.reading.notation;
        read = crmvi_decimal_amount(text, length, notation, DECIMALS, &number, &rounded) == CRMVI_NUMBER_OK;
    } else if (column->type == CRMV_DOUBLE) {
        read = crmvi_double_amount(crmvi_column_double(column, row), DECIMALS, &number) == CRMVI_NUMBER_OK;
    } else {
        const int32_t decimals = column->type == CRMV_MINOR ? table->model->money.decimals : 0;
        const crmvi_wide micro = (crmvi_wide)crmvi_column_whole(column, row) * CRMVI_ONE;
        read = crmvi_narrow(crmvi_divide(micro, crmvi_power_of_ten(decimals)), &number);
    }
    if (!read || number < 0 || number > 100 * CRMVI_ONE) {
        return CRMV_BAD_AMOUNT;
    }
    *percent = number;
    return 0;
}

/* ---- Categories -------------------------------------------------------------------------------------------------- */

void crmvi_attribute_text(const crmv_column *column, int32_t decimals, int64_t row, char *buffer, const char **text,
                          int64_t *length) {
    if (crmvi_column_is_text(column)) {
        crmvi_column_text(column, row, text, length);
        return;
    }
    *text = buffer;
    if (column->type == CRMV_DOUBLE || column->type == CRMV_MINOR) {
        const double number = number_of(column, decimals, row);
        *length = crmvi_shortest(number == 0 ? 0 : number, buffer); /* -0 is 0 */
    } else {
        *length = crmvi_amount_text(crmvi_column_whole(column, row), 0, 0, false, buffer);
    }
}

static int32_t read_category(const crmvi_customer_table *table, const crmvi_attribute *attribute, int64_t row,
                             double *value) {
    const crmv_column *column = attribute->column;
    if (column->type == CRMV_DOUBLE && !isfinite(crmvi_column_double(column, row))) {
        return CRMV_BAD_AMOUNT;
    }
    char buffer[64];
    const char *text;
    int64_t length;
    crmvi_attribute_text(column, table->model->money.decimals, row, buffer, &text, &length);
    const int64_t code = crmvi_names_find(&attribute->labels, text, length);
    *value = code < 0 ? CRMVI_UNLISTED_CODE : (double)code;
    return 0;
}

/* ---- What a metric takes ----------------------------------------------------------------------------------------- */

int32_t crmvi_attribute_read(const crmvi_customer_table *table, int32_t metric, int64_t row, double *value) {
    const crmvi_metric *card = &table->model->metrics[metric];
    const crmvi_attribute *attribute = &table->attributes[metric];
    const crmvi_reading *reading = &table->model->table.reading;
    *value = NAN;
    if (!crmvi_attribute_present(attribute->column, reading, row)) {
        return 0;
    }
    if (card->operation == CRMVI_SINCE) {
        int32_t day;
        const int32_t reason = crmvi_attribute_day(attribute->column, reading, row, &day);
        if (day != CRMV_NO_DATE) {
            *value = day;
        }
        return reason;
    }
    if (card->scale.kind == CRMVI_CATEGORIES) {
        return read_category(table, attribute, row, value);
    }
    return read_number(table, attribute->column, row, value);
}

bool crmvi_attribute_value(const crmvi_derivation *whole, int32_t metric, int64_t row, double *value) {
    const int64_t table_row = crmvi_table_row_of(whole, row);
    if (table_row < 0) {
        return false;
    }
    *value = whole->table->attributes[metric].values[table_row];
    return !isnan(*value);
}

int32_t crmvi_derive_attribute(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    if (!crmvi_attribute_value(slice->whole, recipe->metric, row, value)) {
        return CRMVI_NOT_GIVEN;
    }
    const crmvi_scale *scale = &recipe->card->scale;
    if (scale->kind != CRMVI_CATEGORIES || *value != CRMVI_UNLISTED_CODE) {
        return CRMVI_VALUE;
    }
    *value = scale->count - 1; /* `other` is the last one */
    return scale->has_other ? CRMVI_VALUE : CRMVI_UNLISTED;
}
