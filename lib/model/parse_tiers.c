#include "asks.h"

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

static bool set_tiers(crmvi_parser *parser, const crmvi_class *classes, int32_t count) {
    crmv_model *model = parser->model;
    model->tier_count = count;
    model->tiers = crmvi_parser_memory(parser, count, sizeof *model->tiers);
    parser->tiers = crmvi_parser_memory(parser, count, sizeof *parser->tiers);
    if (model->tiers == NULL || parser->tiers == NULL) {
        return false;
    }
    for (int32_t i = 0; i < count; i++) {
        const crmvi_limit *cut = &classes[i].cut;
        model->tiers[i] = (crmvi_tier){.name = classes[i].name, .cut = cut->set ? cut->micro : INT64_MIN};
        parser->tiers[i] = classes[i].name;
    }
    return true;
}

bool crmvi_read_tiers(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const forms[] = {"cuts"};
    const crmvi_spot cuts = crmvi_member_of(spot, "cuts");
    crmvi_class *classes = NULL;
    int32_t count = 0;
    (void)field;
    if (!check_root(parser, spot) || !crmvi_check_object(parser, spot, &crmvi_tiers_vocabulary) ||
        !crmvi_check_ask_forms(parser, spot, forms, 1, &crmvi_class_asks)) {
        return false;
    }
    if (cuts.value != NULL) {
        return crmvi_read_class_cuts(parser, &cuts, CRMVI_ON_INDEX, "tier", &classes, &count) &&
               set_tiers(parser, classes, count);
    }
    crmvi_asked *asked = crmvi_read_class_ask(parser, spot, CRMVI_ASK_FOR_TIERS, -1);
    return asked != NULL && crmvi_settle_classes(parser, spot, asked, NULL) &&
           crmvi_asked_classes(parser, spot, &asked->ask, CRMVI_ON_INDEX, "tier", &classes) &&
           set_tiers(parser, classes, asked->ask.classes);
}
