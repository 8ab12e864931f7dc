/*
 * fuzz_lifetime.c - any bytes as a lifetime model and a customer. A call ends with CRMV_OK or CRMV_BAD_ARGUMENT; what
 * is told is no NaN and not infinite unless the customer is not known, probabilities lie in [0, 1], expectations are at
 * least 0 and do not fall with the horizon.
 *
 * The first byte chooses the model and how numbers are read: eight bytes each as a double, whatever it is, or two bytes
 * each as a power of ten that the functions take.
 */
#include "crmvalue/lifetime.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NUMBERS = 9, MODELS = 4 };

static const double ROUNDING = 1e-9;

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

/* Numbers that the bytes end before are 0. */
static void read_doubles(const uint8_t *data, size_t size, double *numbers) {
    for (size_t i = 0; i < NUMBERS; i++) {
        numbers[i] = 0;
        if ((i + 1) * sizeof *numbers <= size) {
            memcpy(&numbers[i], data + i * sizeof *numbers, sizeof *numbers);
        }
    }
}

static void read_powers(const uint8_t *data, size_t size, double *numbers) {
    for (size_t i = 0; i < NUMBERS; i++) {
        const uint32_t bits = 2 * i + 1 < size ? (uint32_t)data[2 * i] << 8 | data[2 * i + 1] : 0;
        numbers[i] = bits == 0 ? 0 : pow(10, bits * (24. / 65536) - 12);
    }
    numbers[4] = floor(numbers[4]);                                            /* x */
    numbers[5] = numbers[4] > 0 ? numbers[6] * ((int32_t)(size % 8) / 7.) : 0; /* t_x, a part of T */
}

typedef struct customer {
    crmv_lifetime lifetime;
    double x, t_x, T, ahead, discount;
} customer;

/* False: refused. */
static bool ask(const customer *c, int32_t what, double ahead, double *value) {
    double error;
    const int32_t status = crmv_lifetime_predict(&c->lifetime, what, ahead, c->discount, &c->x, &c->t_x, &c->T, 1, NULL,
                                                 value, what == CRMV_P_ALIVE ? &error : NULL, NULL);
    require(status == CRMV_OK || status == CRMV_BAD_ARGUMENT);
    require(status != CRMV_OK || isnan(c->x) || isnan(c->t_x) || isnan(c->T) || (isfinite(*value) && *value >= 0));
    return status == CRMV_OK && !isnan(*value);
}

static void ask_all(const customer *c) {
    double now;
    double later;
    double soon;
    if (ask(c, CRMV_P_ALIVE, 0, &now)) {
        require(now <= 1);
        require(!ask(c, CRMV_P_ALIVE, c->ahead, &later) || later <= now);
    }
    for (int32_t what = CRMV_PURCHASES; what <= CRMV_DISCOUNTED_PURCHASES; what++) {
        if (ask(c, what, c->ahead / 2, &soon) && ask(c, what, c->ahead, &later)) {
            require(soon <= later * (1 + ROUNDING));
        }
    }
    ask(c, CRMV_DISCOUNTED_PURCHASES, INFINITY, &later);
    const int32_t status = crmv_lifetime_log_likelihood(&c->lifetime, &c->x, &c->t_x, &c->T, 1, NULL, &later, NULL);
    require(status == CRMV_BAD_ARGUMENT || isnan(c->x) || isnan(c->t_x) || isnan(c->T) || isfinite(later));
    require(crmv_lifetime_expected(&c->lifetime, &c->ahead, 1, &later, NULL) != CRMV_OK || isnan(c->ahead) ||
            (isfinite(later) && later >= 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) {
        return 0;
    }
    double numbers[NUMBERS];
    (data[0] / MODELS % 2 == 0 ? read_powers : read_doubles)(data + 1, size - 1, numbers);
    customer c = {.lifetime = {.struct_size = sizeof c.lifetime, .model = CRMV_BG_NBD + data[0] % MODELS},
                  .x = numbers[4],
                  .t_x = numbers[5],
                  .T = numbers[6],
                  .ahead = numbers[7],
                  .discount = numbers[8]};
    memcpy(c.lifetime.parameters, numbers, sizeof c.lifetime.parameters);
    for (int32_t i = 0; i < CRMV_LIFETIME_PARAMETERS; i++) {
        c.lifetime.covariance[i * (CRMV_LIFETIME_PARAMETERS + 1)] = 0.01;
    }
    ask_all(&c);
    return 0;
}
