#include "clv/gamma.h"

#include "clv/special.h"

#include <math.h>
#include <stdbool.h>

/*
 * From LARGE on, Stirling's series (Abramowitz & Stegun 6.1.41 and 6.3.18), whose terms left out are below 1e-17; an
 * argument below is raised by whole steps first. Differences of two arguments are worked out term by term from what
 * both have in common, so that no two large numbers cancel.
 */

/* B(2k) / (2k (2k - 1)) and B(2k) / (2k). */
enum { TERMS = 9 };
static const double log_gamma_terms[TERMS] = {
    1.0 / 12,        -1.0 / 360, 1.0 / 1260,       -1.0 / 1680,      1.0 / 1188,
    -691.0 / 360360, 1.0 / 156,  -3617.0 / 122400, 43867.0 / 244188,
};
static const double digamma_terms[TERMS] = {
    1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12, -3617.0 / 8160, 43867.0 / 14364,
};

static const double HALF_LN_2_PI = 0x1.d67f1c864beb5p-1;

/* ln Gamma(2 + e) / e for e from -1/2 to 1/2, to 3e-18: Chebyshev's polynomial of it, worked out to 60 digits. */
static const double about_two[] = {
    0x1.b0ee6072093cep-2,   0x1.4a34cc4a60fa6p-2,  -0x1.13e001a55760ap-4,  0x1.51322ac7d848ap-6,
    -0x1.e404fc218dbaep-8,  0x1.7add6eadb5317p-9,  -0x1.38ac5c2d48207p-10, 0x1.0b36af8779ca0p-11,
    -0x1.d3fd4b679c1c4p-13, 0x1.a127afee53e7dp-14, -0x1.78de9ab752b81p-15, 0x1.580e0afa55850p-16,
    -0x1.3cb3be36ad88bp-17, 0x1.258f3057730fap-18, -0x1.1276ebd557fb0p-19, 0x1.012012be3900ap-20,
    -0x1.ce17528bcf460p-22, 0x1.b40adb09a1e12p-23, -0x1.2009c1a550d0dp-23, 0x1.11fa5e7c86f7bp-24,
};
enum { ABOUT_TWO = sizeof about_two / sizeof about_two[0] };

double crmvi_stirling_rest(double a) {
    const double inverse = 1 / a;
    const double square = inverse * inverse;
    double sum = 0;
    for (int32_t k = TERMS - 1; k >= 0; k--) {
        sum = sum * square + log_gamma_terms[k];
    }
    return sum * inverse;
}

static double log_gamma_about_two(double e) {
    double sum = 0;
    for (int32_t k = ABOUT_TWO - 1; k >= 0; k--) {
        sum = sum * e + about_two[k];
    }
    return e * sum;
}

/* By Gamma(a + 1) = a Gamma(a) to or from where the polynomial holds: what is added on the way has its sign, or there
 * is no zero near. */
double crmvi_log_gamma(double a) {
    if (isnan(a) || isinf(a)) {
        return a;
    }
    if (a >= CRMVI_LARGE) {
        return (a - 0.5) * (crmvi_log(a) - 1) + (HALF_LN_2_PI - 0.5) + crmvi_stirling_rest(a);
    }
    if (a < 0.5) {
        return log_gamma_about_two(a) - crmvi_log1p(a) - crmvi_log(a);
    }
    if (a < 1.5) {
        return log_gamma_about_two(a - 1) - crmvi_log1p(a - 1);
    }
    const int32_t steps = (int32_t)(a - 1.5);
    double product = 1;
    for (int32_t i = 1; i <= steps; i++) {
        product *= a - i;
    }
    return log_gamma_about_two(a - steps - 2) + crmvi_log(product);
}

static int32_t steps_to_large(double a) {
    return a < CRMVI_LARGE ? (int32_t)ceil(CRMVI_LARGE - a) : 0;
}

double crmvi_digamma(double a) {
    const int32_t steps = steps_to_large(a);
    double below = 0;
    for (int32_t i = 0; i < steps; i++) {
        below += 1 / (a + i);
    }
    a += steps;
    const double inverse = 1 / a;
    const double square = inverse * inverse;
    double sum = 0;
    for (int32_t k = TERMS - 1; k >= 0; k--) {
        sum = sum * square + digamma_terms[k];
    }
    return crmvi_log(a) - inverse / 2 - sum * square - below;
}

/* What Stirling's series gives for a + n less what it gives for a: u^p - v^p = (u - v) (u^(p-1) + ... + v^(p-1)), where
 * u = 1 / (a + n), v = 1 / a. */
static double difference_of_rests(const double *terms, double u, double v) {
    double power = v; /* v^(2k + 1) */
    double both = 1;  /* the sum of all u^i v^(2k - i) */
    double sum = 0;
    for (int32_t k = 0; k < TERMS; k++) {
        sum += terms[k] * both;
        both = u * u * both + power * (u + v);
        power *= v * v;
    }
    return sum;
}

static double log_rising_of_large(double a, double n) {
    const double sum = a + n;
    const double u = 1 / sum;
    const double v = 1 / a;
    return (a - 0.5) * crmvi_log1p(n / a) + n * (crmvi_log(sum) - 1) -
           n * u * v * difference_of_rests(log_gamma_terms, u, v);
}

/* ln of the product of (a + n + i) / (a + i) over i = 0 .. steps - 1. */
static double log_of_ratios(double a, double n, int32_t steps) {
    if (n >= 0.5) {
        double above = 1;
        double below = 1;
        for (int32_t i = 0; i < steps; i++) {
            above *= a + n + i;
            below *= a + i;
        }
        return crmvi_log(above / below);
    }
    double beyond_one = 0;
    for (int32_t i = 0; i < steps; i++) {
        const double step = n / (a + i);
        beyond_one += step + beyond_one * step;
    }
    return crmvi_log1p(beyond_one);
}

/* ln of a (a + 1) ... (a + n - 1). */
static double log_of_product(double a, int32_t n) {
    double product = a;
    for (int32_t i = 1; i < n; i++) {
        product *= a + i;
    }
    return crmvi_log(product);
}

static bool is_few(double n) {
    return n <= CRMVI_FEW && n == floor(n);
}

double crmvi_log_rising(double a, double n) {
    const double least = 1e-100; /* between these no product leaves the range of doubles */
    const double most = 1e18;
    if (isnan(a) || isnan(n)) {
        return NAN;
    }
    if (n == 0) {
        return 0;
    }
    if (a < least || a > most || n > most) {
        return crmvi_log_gamma(a + n) - crmvi_log_gamma(a);
    }
    if (is_few(n)) {
        return log_of_product(a, (int32_t)n);
    }
    if (a >= CRMVI_LARGE) {
        return log_rising_of_large(a, n);
    }
    const int32_t steps = steps_to_large(a);
    return log_rising_of_large(a + steps, n) - log_of_ratios(a, n, steps);
}

static double digamma_rising_of_large(double a, double n) {
    const double u = 1 / (a + n);
    const double v = 1 / a;
    double power = v * v; /* v^2k */
    double both = u + v;  /* the sum of all u^i v^(2k - 1 - i) */
    double sum = 0.5;
    for (int32_t k = 0; k < TERMS; k++) {
        sum += digamma_terms[k] * both;
        both = u * u * both + power * (u + v);
        power *= v * v;
    }
    return crmvi_log1p(n * v) + n * u * v * sum;
}

double crmvi_digamma_rising(double a, double n) {
    double sum = 0;
    if (is_few(n)) {
        for (int32_t i = 0; i < (int32_t)n; i++) {
            sum += 1 / (a + i);
        }
        return sum;
    }
    const int32_t steps = steps_to_large(a);
    for (int32_t i = 0; i < steps; i++) {
        sum += n / ((a + i) * (a + n + i));
    }
    return sum + digamma_rising_of_large(a + steps, n);
}

/* Both large: Stirling's series for all three, put together so that the large terms have one sign. Otherwise the lesser
 * one's gamma is small beside nothing. */
double crmvi_log_beta(double a, double b) {
    const double less = a < b ? a : b;
    const double more = a < b ? b : a;
    if (less < CRMVI_LARGE) {
        return crmvi_log_gamma(less) - crmvi_log_rising(more, less);
    }
    const double rests = crmvi_stirling_rest(less) + (crmvi_stirling_rest(more) - crmvi_stirling_rest(less + more));
    return HALF_LN_2_PI + rests - (less - 0.5) * crmvi_log1p(more / less) - more * crmvi_log1p(less / more) -
           0.5 * crmvi_log(more);
}
