#include "clv/flaws.h"

#include "base/decimal.h"
#include "base/error.h"

int32_t crmvi_refuse_history(const crmvi_histories *all, crmv_error *error) {
    for (int64_t i = 0; i < all->count; i++) {
        const char *flaw = crmvi_history_flaw(all->x[i], all->t_x[i], all->T[i]);
        if (flaw != NULL) {
            return crmvi_fail_row(error, CRMV_BAD_ARGUMENT, i + 1, "x", "x %s, t_x %s, T %s: %s",
                                  crmvi_figure_of(all->x[i]).text, crmvi_figure_of(all->t_x[i]).text,
                                  crmvi_figure_of(all->T[i]).text, flaw);
        }
    }
    return crmvi_bad_argument(error, "x", "changed while it was read");
}
