#include "parse.h"

static bool check_root(crmvi_parser *parser, const crmvi_spot *spot) {
    return parser->model->root >= 0 ||
           crmvi_refuse(parser, spot, "`%s` needs the index `" CRMVI_ROOT "`, and the model has none", spot->key);
}

bool crmvi_read_unrated(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_unrated *unrated = field;
    if (!check_root(parser, spot) || !crmvi_read_object(parser, spot, &crmvi_unrated_vocabulary, unrated)) {
        return false;
    }
    unrated->by_tenure = json_object_get(spot->value, "tenure_below") != NULL;
    unrated->by_coverage = json_object_get(spot->value, "coverage_below") != NULL;
    return true;
}

/* A tier's cut: a number below the one before, and null for the last. */
static bool read_cut(crmvi_parser *parser, const crmvi_spot *spot, int32_t position) {
    crmv_model *model = parser->model;
    crmvi_micro *cut = &model->tiers[position].cut;
    const bool is_last = position == model->tier_count - 1;
    if (is_last) {
        *cut = INT64_MIN;
        return json_is_null(spot->value) ||
               crmvi_refuse_value(parser, spot, "null, as the last tier takes whatever is left");
    }
    if (!crmvi_read_points(parser, spot, cut)) {
        return false;
    }
    if (position > 0 && *cut >= model->tiers[position - 1].cut) {
        char above[32];
        crmvi_shortest((double)model->tiers[position - 1].cut / 1e6, above);
        return crmvi_refuse(parser, spot, "cuts must descend: this one must lie below %s", above);
    }
    return true;
}

static bool read_tier(crmvi_parser *parser, const crmvi_spot *spot, int32_t position) {
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_ARRAY)) {
        return false;
    }
    if (json_array_size(spot->value) != 2) {
        return crmvi_refuse(parser, spot, "expected a tier [name, cut], found %lld items",
                            (long long)json_array_size(spot->value));
    }
    crmvi_tier *tier = &parser->model->tiers[position];
    const crmvi_spot name = crmvi_item_of(spot, 0);
    const crmvi_spot cut = crmvi_item_of(spot, 1);
    if (!crmvi_read_text(parser, &name, &tier->name) || !read_cut(parser, &cut, position)) {
        return false;
    }
    const int64_t number = crmvi_count_name(parser, tier->name);
    if (number != position) {
        char quoted[CRMVI_QUOTED_SIZE];
        return number >= 0 && crmvi_refuse(parser, &name, "two tiers are called %s", crmvi_quoted(tier->name, quoted));
    }
    return true;
}

bool crmvi_read_cuts(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmv_model *model = field;
    model->tier_count = (int32_t)json_array_size(spot->value);
    if (model->tier_count == 0) {
        return crmvi_refuse(parser, spot, "expected at least one tier, found none");
    }
    model->tiers = crmvi_parser_memory(parser, model->tier_count, sizeof *model->tiers);
    parser->tiers = crmvi_parser_memory(parser, model->tier_count, sizeof *parser->tiers);
    if (model->tiers == NULL || parser->tiers == NULL) {
        return false;
    }
    crmvi_names_clear(&parser->scratch);
    for (int32_t i = 0; i < model->tier_count; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!read_tier(parser, &item, i)) {
            return false;
        }
        parser->tiers[i] = model->tiers[i].name;
    }
    return true;
}

bool crmvi_read_tiers(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return check_root(parser, spot) && crmvi_read_object(parser, spot, &crmvi_tiers_vocabulary, field);
}
