#include "base/logarithm.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/*
 * x = 2^k m with m about 1, c = the 64th nearest to m, s = (m - c) / (m + c): ln x = k ln 2 + ln c + 2 artanh s. As s
 * is at most 1/180 in magnitude, four terms behind the first are more than enough; the first is carried in two doubles,
 * like ln 2 and ln c, so that the only rounding that counts is the last.
 */

enum { FRACTION_BITS = 52, EXPONENT_BIAS = 1023, PARTS = 64, FIRST_PART = 45, LAST_PART = 91 };

/* A number as the sum of two doubles, the second below half a unit in the last place of the first. */
typedef struct pair {
    double high, low;
} pair;

/* ln 2; twelve bits of the high part are 0, so that whole multiples of it are exact. */
static const pair ln_2 = {0x1.62e42fefa3000p-1, 0x1.3de6af278ece6p-42};

/* ln (i / 64) for i from FIRST_PART to LAST_PART, worked out to 90 digits by Python's decimal. */
static const pair ln_part[LAST_PART - FIRST_PART + 1] = {
    {-0x1.68ac83e9c6a14p-2, -0x1.a64eadd740178p-58}, {-0x1.522ae0738a3d8p-2, 0x1.8f7e9b38a6979p-57},
    {-0x1.3c25277333184p-2, 0x1.2ad27e50a8ec6p-56},  {-0x1.269621134db92p-2, -0x1.e0efadd9db02bp-56},
    {-0x1.1178e8227e47cp-2, 0x1.0e63a5f01c691p-57},  {-0x1.f991c6cb3b379p-3, -0x1.f665066f980a2p-57},
    {-0x1.d1037f2655e7bp-3, -0x1.60629242471a2p-57}, {-0x1.a93ed3c8ad9e3p-3, -0x1.bcafa9de97203p-57},
    {-0x1.823c16551a3c2p-3, 0x1.1232ce70be781p-57},  {-0x1.5bf406b543db2p-3, 0x1.1f5b44c0df7e7p-61},
    {-0x1.365fcb0159016p-3, -0x1.7d411a5b944adp-58}, {-0x1.1178e8227e47cp-3, 0x1.0e63a5f01c691p-58},
    {-0x1.da727638446a2p-4, -0x1.401fa71733019p-58}, {-0x1.9335e5d594989p-4, 0x1.478a85704ccb7p-58},
    {-0x1.4d3115d207eacp-4, -0x1.769f42c7842ccp-58}, {-0x1.08598b59e3a07p-4, 0x1.dd7009902bf32p-58},
    {-0x1.894aa149fb343p-5, -0x1.a8be97660a23dp-60}, {-0x1.0415d89e74444p-5, -0x1.c05cf1d753622p-59},
    {-0x1.0205658935847p-6, -0x1.27c8e8416e71fp-60}, {0, 0},
    {0x1.fc0a8b0fc03e4p-7, -0x1.83092c59642a1p-62},  {0x1.f829b0e783300p-6, 0x1.33e3f04f1ef23p-60},
    {0x1.77458f632dcfcp-5, 0x1.18d3ca87b9296p-59},   {0x1.f0a30c01162a6p-5, 0x1.85f325c5bbacdp-59},
    {0x1.341d7961bd1d1p-4, -0x1.b599f227becbbp-58},  {0x1.6f0d28ae56b4cp-4, -0x1.906d99184b992p-58},
    {0x1.a926d3a4ad563p-4, 0x1.942f48aa70ea9p-58},   {0x1.e27076e2af2e6p-4, -0x1.61578001e0162p-60},
    {0x1.0d77e7cd08e59p-3, 0x1.9a5dc5e9030acp-57},   {0x1.29552f81ff523p-3, 0x1.301771c407dbfp-57},
    {0x1.44d2b6ccb7d1ep-3, 0x1.9f4f6543e1f88p-57},   {0x1.5ff3070a793d4p-3, -0x1.bc60efafc6f6ep-58},
    {0x1.7ab890210d909p-3, 0x1.be36b2d6a0608p-59},   {0x1.9525a9cf456b4p-3, 0x1.d904c1d4e2e26p-57},
    {0x1.af3c94e80bff3p-3, -0x1.398cff3641985p-58},  {0x1.c8ff7c79a9a22p-3, -0x1.4f689f8434012p-57},
    {0x1.e27076e2af2e6p-3, -0x1.61578001e0162p-59},  {0x1.fb9186d5e3e2bp-3, -0x1.caaae64f21acbp-57},
    {0x1.0a324e27390e3p-2, 0x1.7dcfde8061c03p-56},   {0x1.1675cababa60ep-2, 0x1.ce63eab883717p-61},
    {0x1.22941fbcf7966p-2, -0x1.76f5eb09628afp-56},  {0x1.2e8e2bae11d31p-2, -0x1.8f4cdb95ebdf9p-56},
    {0x1.3a64c556945eap-2, -0x1.c68651945f97cp-57},  {0x1.4618bc21c5ec2p-2, 0x1.f42decdeccf1dp-56},
    {0x1.51aad872df82dp-2, 0x1.3927ac19f55e3p-59},   {0x1.5d1bdbf5809cap-2, 0x1.4236383dc7fe1p-56},
    {0x1.686c81e9b14afp-2, -0x1.ddea0f7f58e3dp-57},
};

/* a + b where a is 0 or not below b in magnitude (Dekker 1971). */
static pair sum_of(double a, double b) {
    const double high = a + b;
    return (pair){high, b - (high - a)};
}

/* a b, exactly, of numbers whose product neither overflows nor comes near the least ones (Veltkamp 1968, Dekker 1971).
 */
static pair product_of(double a, double b) {
    const double splitter = 134217729; /* 2^27 + 1 */
    const double a_high = splitter * a - (splitter * a - a);
    const double b_high = splitter * b - (splitter * b - b);
    const double a_low = a - a_high;
    const double b_low = b - b_high;
    const double high = a * b;
    return (pair){high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

/* x (normal, above 0) as 2^k m with m from about 0.7071 to 1.4142. */
static double mantissa_of(double x, int32_t *k) {
    const double root_2 = 0x1.6a09e667f3bcdp+0;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    *k = (int32_t)(bits >> FRACTION_BITS) - EXPONENT_BIAS;
    bits = (bits & ((UINT64_C(1) << FRACTION_BITS) - 1)) | (uint64_t)EXPONENT_BIAS << FRACTION_BITS;
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m >= root_2) {
        m /= 2;
        *k += 1;
    }
    return m;
}

/* (m - c) / (m + c). */
static pair slope_of(double m, double c) {
    const double above = m - c; /* exact, as they are near each other */
    const pair below = m < c ? sum_of(c, m) : sum_of(m, c);
    const double s = above / below.high;
    const pair back = product_of(s, below.high);
    return (pair){s, ((above - back.high) - back.low - s * below.low) / below.high};
}

static double log_of_normal(double x, int32_t k_more) {
    int32_t k;
    const double m = mantissa_of(x, &k);
    k += k_more;
    const int32_t part = (int32_t)(m * PARTS + 0.5);
    const pair s = slope_of(m, (double)part / PARTS);
    const pair *ln_c = &ln_part[part - FIRST_PART];
    const double s_2 = s.high * s.high;
    const double rest = s_2 * (2.0 / 3 + s_2 * (2.0 / 5 + s_2 * (2.0 / 7 + s_2 * (2.0 / 9)))) * s.high;
    const pair whole = sum_of(k * ln_2.high, ln_c->high);
    const pair most = sum_of(whole.high, 2 * s.high);
    return most.high + (most.low + (whole.low + (rest + (2 * s.low + (ln_c->low + k * ln_2.low)))));
}

double crmvi_log(double x) {
    if (isnan(x) || x < 0) {
        return NAN;
    }
    if (x == 0) {
        return -INFINITY;
    }
    if (isinf(x)) {
        return x;
    }
    if (x < 0x1p-1022) {
        return log_of_normal(x * 0x1p54, -54);
    }
    return log_of_normal(x, 0);
}

/* u = 1 + x rounds; what it loses is a part of 1 / u of it (Kahan 1976 has the idea, with a quotient instead). */
double crmvi_log1p(double x) {
    if (isnan(x) || isinf(x)) {
        return isinf(x) && x < 0 ? NAN : x;
    }
    const double u = 1 + x;
    if (u <= 0) {
        return u == 0 ? -INFINITY : NAN;
    }
    if (u == 1) {
        return x;
    }
    const double lost = x < 1 ? x - (u - 1) : 1 - (u - x);
    return crmvi_log(u) + lost / u;
}

void crmvi_logs(const double *from, int64_t count, double *to) {
    for (int64_t i = 0; i < count; i++) {
        to[i] = crmvi_log(from[i]);
    }
}
