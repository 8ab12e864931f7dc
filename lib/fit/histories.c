/* histories.c - gathering histories for lifetimes, through the public functions of frames. */
#include "fit/histories.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static char *copy_of(const char *text) {
    return crmvi_copy_text(text, (int64_t)strlen(text));
}

bool crmvi_histories_new(const crmv_request *request, const crmv_lifetime_card *card, crmvi_histories_study *out) {
    *out = (crmvi_histories_study){.name = copy_of(card->name),
                                   .place = copy_of(request->place),
                                   .last = card->spend_model != 0 ? CRMV_HISTORY_SQUARES : CRMV_HISTORY_AGE};
    if (out->name == NULL || out->place == NULL) {
        crmvi_histories_clear(out);
        return false;
    }
    return true;
}

void crmvi_histories_clear(crmvi_histories_study *study) {
    for (int32_t which = 0; which < CRMVI_HISTORY_COLUMNS; which++) {
        crmvi_discard(study->columns[which], study->rows, sizeof *study->columns[which]);
    }
    free(study->name);
    free(study->place);
    *study = (crmvi_histories_study){0};
}

/* Room for so many more rows in each column; false where memory is short. */
static bool reserve(crmvi_histories_study *study, int64_t more) {
    bool made = true;
    for (int32_t which = CRMV_HISTORY_REPEATS; made && which <= study->last; which++) {
        made = crmvi_grow(&study->columns[which], &study->capacities[which], study->rows + more,
                          sizeof *study->columns[which]);
    }
    return made;
}

static void take_row(crmvi_histories_study *study, const double *const *columns, int64_t row) {
    for (int32_t which = CRMV_HISTORY_REPEATS; which <= study->last; which++) {
        study->columns[which][study->rows] = columns[which][row];
    }
    study->rows++;
}

int32_t crmvi_histories_gather(crmvi_histories_study *study, const crmv_frame *population, crmv_error *error) {
    const int64_t rows = crmv_frame_rows(population);
    const double *columns[CRMVI_HISTORY_COLUMNS] = {0};
    for (int32_t which = CRMV_HISTORY_REPEATS; which <= study->last; which++) {
        columns[which] = crmv_frame_history(population, study->name, which);
        if (columns[which] == NULL) {
            return crmvi_fail(error, CRMV_BAD_ARGUMENT, "population",
                              "%s is found from transactions, and the population was derived without any",
                              study->place);
        }
    }
    if (!reserve(study, rows)) {
        return crmvi_no_memory(error);
    }
    for (int64_t row = 0; row < rows; row++) {
        if (isnan(columns[CRMV_HISTORY_REPEATS][row])) {
            study->without++;
        } else {
            take_row(study, columns, row);
        }
    }
    return CRMV_OK;
}

bool crmvi_histories_reserve(crmvi_histories_study *into, const crmvi_histories_study *from) {
    return reserve(into, from->rows);
}

void crmvi_histories_add(crmvi_histories_study *into, const crmvi_histories_study *from) {
    for (int32_t which = CRMV_HISTORY_REPEATS; which <= into->last && from->rows > 0; which++) {
        memcpy(into->columns[which] + into->rows, from->columns[which], (size_t)from->rows * sizeof(double));
    }
    into->rows += from->rows;
    into->without += from->without;
}
