#include "results.h"

#include "follows.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

static json_t *machine_json(const machine_limits *limits, int32_t threads) {
    return json_pack("{s:i, s:f, s:f, s:f, s:f}", "threads", threads, "read_bytes_per_s", limits->read,
                     "copy_bytes_per_s", limits->copy, "random_updates_per_s", limits->updates,
                     "first_touch_bytes_per_s", limits->touch);
}

static json_t *stage_json(stage which, const stage_figures *figures) {
    return json_pack("{s:s, s:s, s:I, s:i, s:f, s:f, s:f, s:I, s:I, s:I, s:I}", "stage", stage_infos[which].key, "item",
                     stage_infos[which].unit, "items", (json_int_t)figures->items, "warm_runs", figures->warm_runs,
                     "first_s", figures->first, "warm_s", figures->warm, "ns_per_item",
                     figures->warm * 1e9 / (double)figures->items, "input_bytes", (json_int_t)figures->input_bytes,
                     "output_bytes", (json_int_t)figures->output_bytes, "peak_bytes", (json_int_t)figures->peak_bytes,
                     "touched_bytes", (json_int_t)figures->touched_bytes);
}

static json_t *case_json(const case_plan *plan, const case_figures *figures) {
    char hash[24];
    json_t *stages = json_array();
    for (stage which = 0; which < STAGES; which++) {
        if (figures->stages[which].items > 0) {
            json_array_append_new(stages, stage_json(which, &figures->stages[which]));
        }
    }
    snprintf(hash, sizeof hash, "%016" PRIx64, figures->results_hash);
    return json_pack("{s:s, s:I, s:I, s:I, s:i, s:I, s:s, s:s, s:o}", "feed", plan->feed.name, "rows",
                     (json_int_t)figures->rows, "customers", (json_int_t)figures->customers, "facts",
                     (json_int_t)figures->facts, "threads", figures->threads, "kept_bytes",
                     (json_int_t)figures->kept_bytes, "ledger_hash", figures->ledger_hash, "results_hash", hash,
                     "stages", stages);
}

static json_t *follow_json(const follow *one) {
    json_t *low = json_array(), *high = json_array();
    for (int32_t i = 0; i < MOST_THREADS; i++) {
        json_array_append_new(low, json_real(one->low[i]));
        json_array_append_new(high, json_real(one->high[i]));
    }
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:o, s:o}", "key", one->key, "what", one->what, "unit", one->unit,
                     "from_rows", (json_int_t)one->from_rows, "rows", (json_int_t)one->rows, "low", low, "high", high);
}

static json_t *follows_json(const results *all) {
    follow found[MOST_FOLLOWS];
    int32_t count = follows_find(all, found);
    json_t *list = json_array();
    for (int32_t i = 0; i < count; i++) {
        json_array_append_new(list, follow_json(&found[i]));
    }
    return list;
}

bool results_write_json(const results *all, const char *path) {
    char hash[24];
    json_t *machine = json_array(), *cases = json_array();
    for (int32_t threads = 1; threads <= MOST_THREADS; threads++) {
        json_array_append_new(machine, machine_json(&all->limits[threads - 1], threads));
    }
    for (int32_t i = 0; i < all->cases; i++) {
        for (int32_t threads = 1; threads <= MOST_THREADS; threads++) {
            json_array_append_new(cases, case_json(&all->plans[i], &all->figures[i][threads - 1]));
        }
    }
    snprintf(hash, sizeof hash, "%016" PRIx64, all->hash);
    json_t *whole = json_pack("{s:s, s:I, s:s, s:f, s:o, s:o, s:o}", "crmvalue", crmv_version(), "seed",
                              (json_int_t)all->seed, "hash", hash, "seconds", all->seconds, "machine", machine, "cases",
                              cases, "follows", follows_json(all));
    bool done = whole && json_dump_file(whole, path, JSON_INDENT(1)) == 0;
    json_decref(whole);
    if (!done) {
        fprintf(stderr, "bench: cannot write %s\n", path);
    }
    return done;
}

bool results_write_curves(const results *all, const char *path) {
    static const stage shown[] = {STAGE_LEDGER, STAGE_DERIVE, STAGE_SCORE, STAGE_REASONS};
    FILE *file = fopen(path, "w");
    for (int32_t i = 0; file && i < all->cases; i++) {
        if (all->plans[i].kind != FEED_UNIFORM) {
            continue;
        }
        fprintf(file, "%" PRId64, all->plans[i].feed.rows);
        for (size_t j = 0; j < sizeof shown / sizeof *shown; j++) {
            for (int32_t threads = 1; threads <= MOST_THREADS; threads++) {
                const stage_figures *figures = &all->figures[i][threads - 1].stages[shown[j]];
                fprintf(file, "\t%.2f", figures->warm * 1e9 / (double)figures->items);
            }
        }
        fputc('\n', file);
    }
    if (!file || fclose(file)) {
        fprintf(stderr, "bench: cannot write %s\n", path);
        return false;
    }
    return true;
}
