#include "clv/spending.h"

const crmvi_spending crmvi_spendings[CRMVI_SPENDINGS] = {
    [CRMV_GAMMA_GAMMA] = {.name = "gamma_gamma",
                          .parameter_count = 3,
                          .parameters = {"p", "q", "gamma"},
                          .log_likelihood = crmvi_gamma_gamma_likelihood,
                          .predict = crmvi_gamma_gamma_predict},
    [CRMV_NORMAL_NORMAL] = {.name = "normal_normal",
                            .parameter_count = 3,
                            .parameters = {"mean", "between", "within"},
                            .of_any_sign = {true, false, false},
                            .takes_squares = true,
                            .log_likelihood = crmvi_normal_normal_likelihood,
                            .predict = crmvi_normal_normal_predict},
};
