/* bg_nbd.c - the BG/NBD: each repeat purchase is a chance to drop out (Fader, Hardie & Lee 2005). */
#include "clv/beta_geometric.h"

static crmvi_beta_geometric model_of(const double *parameters) {
    return (crmvi_beta_geometric){
        .r = parameters[0], .alpha = parameters[1], .a = parameters[2], .b = parameters[3], .first = 0};
}

void crmvi_bg_nbd_likelihood(const double *parameters, const crmvi_histories *histories, double *values,
                             double *slopes) {
    const crmvi_beta_geometric model = model_of(parameters);
    crmvi_beta_geometric_likelihood(&model, histories, values, slopes);
}

void crmvi_bg_nbd_predict(const double *parameters, const crmvi_question *question, const crmvi_histories *histories,
                          double *values) {
    const crmvi_beta_geometric model = model_of(parameters);
    crmvi_beta_geometric_predict(&model, question, histories, values);
}

double crmvi_bg_nbd_expected(const double *parameters, double t) {
    const crmvi_beta_geometric model = model_of(parameters);
    return crmvi_beta_geometric_expected(&model, t);
}
