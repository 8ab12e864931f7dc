#include <crmvalue/fit.h>

int main(void) {
    const double judgements[] = {1, 4, 0, 1};
    double weights[2] = {0, 0};
    crmv_ahp ahp = {.struct_size = sizeof ahp, .method = CRMV_AHP_EIGENVECTOR, .random_index = CRMV_RANDOM_SAATY};
    const int32_t status = crmv_ahp_weights(judgements, 2, &ahp, weights, 0);
    return status == CRMV_OK && weights[0] > 0.79 && weights[0] < 0.81 ? 0 : 1;
}
