#include "ledger/misfits.h"

#include "ledger/fact_column.h"
#include "ledger/sparse.h"

bool crmvi_misfits_make(crmvi_misfits *misfits, crmvi_facts *facts) {
    *misfits = (crmvi_misfits){.facts = facts};
    return pthread_mutex_init(&misfits->mutex, NULL) == 0;
}

void crmvi_misfits_clear(crmvi_misfits *misfits) {
    crmvi_discard(misfits->items, misfits->count, sizeof *misfits->items);
    pthread_mutex_destroy(&misfits->mutex);
}

static bool add_misfit(crmvi_misfits *misfits, int32_t column, int64_t at, int64_t value) {
    pthread_mutex_lock(&misfits->mutex);
    const bool added = crmvi_grow(&misfits->items, &misfits->capacity, misfits->count + 1, sizeof *misfits->items);
    if (added) {
        misfits->items[misfits->count++] = (crmvi_misfit){at, value, column};
    }
    pthread_mutex_unlock(&misfits->mutex);
    return added;
}

bool crmvi_misfits_put(crmvi_misfits *misfits, int32_t column, int64_t at, int64_t value) {
    const crmvi_fact_column *out = &misfits->facts->columns[column];
    crmvi_fact_column_put(out, at, value);
    return crmvi_fact_width(value) <= out->width || add_misfit(misfits, column, at, value);
}

bool crmvi_misfits_settle(const crmvi_misfits *misfits) {
    crmvi_facts *facts = misfits->facts;
    int32_t widths[CRMVI_FACTS] = {0};
    for (int64_t i = 0; i < misfits->count; i++) {
        const crmvi_misfit *misfit = &misfits->items[i];
        const int32_t width = crmvi_fact_width(misfit->value);
        widths[misfit->column] = width > widths[misfit->column] ? width : widths[misfit->column];
    }
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        if (widths[column] > 0 &&
            !crmvi_fact_column_widen(&facts->columns[column], crmvi_fact_values(facts, column), widths[column])) {
            return false;
        }
    }
    for (int64_t i = 0; i < misfits->count; i++) {
        const crmvi_misfit *misfit = &misfits->items[i];
        crmvi_fact_column_put(&facts->columns[misfit->column], misfit->at, misfit->value);
    }
    return true;
}
