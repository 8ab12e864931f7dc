#include "json_values.h"

json_t *json_amount(const crmv_model *model, wide minor) {
    char figure[FIGURE_BYTES];
    return json_string(figure_amount(minor, crmv_model_money_decimals(model), false, figure));
}

json_t *json_points(int64_t points) {
    char figure[FIGURE_BYTES];
    return points == CRMV_MISSING_POINTS ? json_null() : json_string(figure_points(points, figure));
}

json_t *json_date(int32_t day) {
    char figure[FIGURE_BYTES];
    return day == CRMV_NO_DATE ? json_null() : json_string(figure_date(day, figure));
}

json_t *json_text_or_null(const char *text) {
    return text && text[0] ? json_string(text) : json_null();
}

json_t *json_file_name(const char *name) {
    json_t *text = json_text_or_null(name);
    return text ? text : json_null();
}

json_t *json_kept(json_t *object, int failed) {
    if (failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}
