/* test_exponential.c - e to a power. */
#include "base/exponential.h"
#include "base/guest.h"
#include "base/logarithm.h"
#include "tables.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

/* x, and e^x as the sum of two doubles: worked out to 60 digits by Python's decimal. About 0 and the borders between
 * two powers of 2, the ends on both sides, and some by chance. */
static const struct {
    double x, high, low;
} references[] = {
    {0x0.0p+0, 0x1.0000000000000p+0, 0x0.0p+0},
    {-0x0.0p+0, 0x1.0000000000000p+0, 0x0.0p+0},
    {0x0.0000000000001p-1022, 0x1.0000000000000p+0, 0x0.0p+0},
    {-0x0.0000000000001p-1022, 0x1.0000000000000p+0, 0x0.0p+0},
    {0x1.56e1fc2f8f359p-997, 0x1.0000000000000p+0, 0x0.0p+0},
    {0x1.0000000000000p-53, 0x1.0000000000001p+0, -0x1.fffffffffffffp-54},
    {-0x1.0000000000000p-53, 0x1.fffffffffffffp-1, 0x1.0000000000000p-107},
    {0x1.0000000000000p-54, 0x1.0000000000000p+0, 0x1.0000000000000p-54},
    {-0x1.0000000000000p-54, 0x1.0000000000000p+0, -0x1.0000000000000p-54},
    {0x1.8000000000000p-53, 0x1.0000000000001p+0, -0x1.ffffffffffffep-55},
    {0x1.0000000000000p+0, 0x1.5bf0a8b145769p+1, 0x1.4d57ee2b1013ap-53},
    {-0x1.0000000000000p+0, 0x1.78b56362cef38p-2, -0x1.ca8a4270fadf5p-57},
    {0x1.0000000000000p-1, 0x1.a61298e1e069cp+0, -0x1.b4690082a4906p-55},
    {-0x1.0000000000000p-1, 0x1.368b2fc6f960ap-1, -0x1.85314b9559e64p-61},
    {0x1.62e42fefa39efp-1, 0x1.0000000000000p+1, -0x1.abc9e3b39803fp-55},
    {-0x1.62e42fefa39efp-1, 0x1.0000000000000p-1, 0x1.abc9e3b39803fp-57},
    {0x1.62e42fefa39efp-2, 0x1.6a09e667f3bccp+0, 0x1.f68d3de197eeap-54},
    {0x1.62e42fefa39f0p-2, 0x1.6a09e667f3bcdp+0, -0x1.3ed1b76ce8a92p-55},
    {-0x1.62e42fefa39efp-2, 0x1.6a09e667f3bcdp-1, -0x1.7233c057e4796p-55},
    {-0x1.62e42fefa39f0p-2, 0x1.6a09e667f3bccp-1, 0x1.23c2594027c9ep-55},
    {0x1.26bb1bbb55516p+1, 0x1.4000000000001p+3, 0x1.c6b626e893394p-52},
    {0x1.4b927f32bffb8p+4, 0x1.dcd64fffffffap+29, 0x1.2e709adce2db5p-28},
    {-0x1.4b927f32bffb8p+4, 0x1.12e0be826d698p-30, 0x1.172813075cacap-85},
    {0x1.f000000000000p+5, 0x1.5d009394c5c27p+89, 0x1.e9a5abaa8131bp+35},
    {-0x1.f000000000000p+5, 0x1.778fe2497184cp-90, 0x1.6e5850b13aaefp-145},
    {0x1.9000000000000p+6, 0x1.3494a9b171bf5p+144, -0x1.4cf76bdb3376fp+90},
    {0x1.2c00000000000p+9, 0x1.88a122d234b39p+865, 0x1.2e21a5ab69fdfp+811},
    {-0x1.2c00000000000p+9, 0x1.4dd4d0d12c071p-866, 0x1.2167a13398003p-921},
    {0x1.5e00000000000p+9, 0x1.d945df4f8ec8ep+1009, 0x1.183392684a46ep+954},
    {-0x1.5e00000000000p+9, 0x1.14f2b0fb9307fp-1010, 0x0.00000000000acp-1022},
    {-0x1.6232bdd7abcd2p+9, 0x1.000000000007cp-1022, -0x0.0p+0},
    {-0x1.6233333333333p+9, 0x0.ff15b469edf89p-1022, -0x0.0p+0},
    {-0x1.6280000000000p+9, 0x0.8bfe55de02338p-1022, 0x0.0p+0},
    {-0x1.6800000000000p+9, 0x0.0000993b4dc95p-1022, 0x0.0p+0},
    {-0x1.7400000000000p+9, 0x0.0000000000002p-1022, -0x0.0p+0},
    {-0x1.7480000000000p+9, 0x0.0000000000001p-1022, -0x0.0p+0},
    {-0x1.74910d52d3051p+9, 0x0.0000000000001p-1022, -0x0.0p+0},
    {0x1.6280000000000p+9, 0x1.d422d2be5dc9bp+1022, -0x1.916aa7a2c8d07p+967},
    {0x1.62c0000000000p+9, 0x1.81e9b4b52d0c9p+1023, -0x1.40367ff946b15p+964},
    {0x1.62e42fefa39efp+9, 0x1.fffffffffff2ap+1023, 0x1.b0e263400d160p+967},
    {0x1.12e0be826d695p-30, 0x1.000000044b830p+0, -0x1.7b444af5c26a7p-54},
    {-0x1.12e0be826d695p-30, 0x1.fffffff768fa1p-1, -0x1.003e3b2b92095p-55},
    {0x1.4f8b588e368f1p-17, 0x1.0000a7c5e340ep+0, 0x1.bf6ba1f2a2657p-54},
    {-0x1.4f8b588e368f1p-17, 0x1.fffeb07515653p-1, 0x1.a6d17a564b029p-58},
    {0x1.999999999999ap-4, 0x1.1aec7b35a00d4p+0, -0x1.77d498b0e382ap-54},
    {-0x1.999999999999ap-4, 0x1.cf46d99d52b3ap-1, 0x1.d255100c4c1e2p-55},
    {0x1.0000000000000p-2, 0x1.48b5e3c3e8186p+0, 0x1.9d9ef0eda6eabp-54},
    {0x1.62d0e56041893p-2, 0x1.6a03146cf6eadp+0, -0x1.d74b6e597eccbp-56},
    {-0x1.62d0e56041893p-2, 0x1.6a10b883d5676p-1, 0x1.f96832aedbf43p-56},
    {0x1.62eb1c432ca58p-2, 0x1.6a0c5906bc779p+0, 0x1.f736045a854d8p-56},
    {-0x1.6305532617c1cp-2, 0x1.69fe2f53b6b54p-1, -0x1.92cd6def5ca08p-65},
    {-0x1.68ca5e0d58b24p-2, 0x1.67f58176a7af6p-1, 0x1.edf4a48d79599p-56},
    {-0x1.6587cb4d766c8p-1, 0x1.fd5e219d89f9fp-2, -0x1.6411be035651bp-57},
    {0x1.351d220c5c7fcp-2, 0x1.5a35d62530552p+0, 0x1.96862cc09bf01p-58},
    {-0x1.b5d34316e07c0p-1, 0x1.b36f3b45997dcp-2, -0x1.83a12da383378p-56},
    {0x1.25f2046063a00p-4, 0x1.130bfe79a4670p+0, -0x1.abd4517c2dca5p-56},
    {-0x1.1311b06ace67cp-2, 0x1.8763a28c4d9eep-1, 0x1.94232af023446p-56},
    {-0x1.c49bee0b8ed14p-1, 0x1.a70a8e5673f74p-2, 0x1.35f87d859a72dp-56},
    {0x1.e74ee6deceb80p-7, 0x1.03d5e64372ae2p+0, -0x1.57cadee670632p-54},
    {-0x1.d99abcf4ffae6p-1, 0x1.960b6e02d1222p-2, -0x1.ecca1eb52907dp-56},
    {-0x1.0fc98b29e5570p-3, 0x1.c05e66470fbe3p-1, 0x1.4c5a30e225bccp-57},
    {-0x1.b877d1e131f48p-1, 0x1.b131547a5302dp-2, 0x1.09e32688e6021p-57},
    {-0x1.a31c20b97748ap-1, 0x1.c3a546f3ffde2p-2, -0x1.bc551fd8ec57ap-57},
    {-0x1.8276355a2b560p+1, 0x1.90162883e170bp-5, 0x1.9202dfcda1236p-61},
    {0x1.a25ee77a78fbcp+3, 0x1.d1448f610977ep+18, 0x1.638dd264dacc3p-36},
    {-0x1.e18892c86875ep+3, 0x1.39174b5be47e4p-22, -0x1.d96fc3357922dp-81},
    {-0x1.62410e5b19902p+3, 0x1.0526214e217f5p-16, 0x1.4634d208db22fp-70},
    {0x1.463aa2fa8f1b0p+2, 0x1.472b32db1b7d1p+7, 0x1.7094b0e6c631cp-47},
    {0x1.1e88a214f2ef4p+4, 0x1.c91426f5ca5f0p+25, -0x1.59c7669ed7f83p-30},
    {0x1.8ac46076bf1b0p+1, 0x1.5d922c908042cp+4, 0x1.a693c2f722833p-51},
    {-0x1.087f7bf021a4ep+2, 0x1.06c5256b5dcd5p-6, -0x1.bce6d588ab548p-60},
    {0x1.30cda2f1afc18p+4, 0x1.65f486e981c74p+27, 0x1.7addb8568ff6bp-30},
    {-0x1.222fe4c37780dp+4, 0x1.c870ca5c4e66bp-27, 0x1.0beced702209fp-84},
    {0x1.cad6f1d54ed70p+3, 0x1.9bfa9ad4dbea6p+20, 0x1.9b9c3709b3570p-34},
    {-0x1.0d4cd43cf010ap+3, 0x1.d044a3f6e6ad3p-13, 0x1.c05230465f8dfp-69},
    {-0x1.0ba065de7d7bep+9, 0x1.bb900e9d4f304p-773, 0x1.4eb4ea70c6472p-829},
    {-0x1.1edd7373de439p+9, 0x1.375cbe39feeb6p-828, -0x1.a40e441f7abbdp-883},
    {-0x1.2877a9586c598p+8, 0x1.388b14a8d3c5cp-428, 0x1.d606a60ccc525p-483},
    {0x1.b9a5d161b438cp+8, 0x1.1e9e278739648p+637, 0x1.4f1354ae4a7b5p+583},
    {-0x1.e2394dd045064p+8, 0x1.3abf6c873dd2bp-696, 0x1.b880023923e64p-751},
    {0x1.9296284343fd8p+6, 0x1.268eb84984b86p+145, 0x1.d40971b225b58p+91},
    {0x1.6ff5daa74a86cp+7, 0x1.583f24a5714d5p+265, -0x1.84ef84d6e4ba3p+210},
    {-0x1.971164e495804p+7, 0x1.49233466f17fdp-294, 0x1.534da10125c52p-348},
    {0x1.9b5d168968b70p+5, 0x1.22d480fe27bbap+74, 0x1.de0f5cf7f4336p+20},
    {-0x1.46da37e1d6894p+9, 0x1.decd1c34ed9e2p-944, 0x1.b4ed0585e9dd3p-999},
    {-0x1.492b81ce5f5c7p+9, 0x1.2968149f56452p-950, -0x1.8957f18e81feep-1006},
    {-0x1.bd89395d46d3bp+8, 0x1.2bb347071d4a3p-643, -0x1.9b8ababec63e9p-701},
};

/* One unit in the last place. */
static double unit_of(double x) {
    int exponent;
    frexp(x, &exponent);
    return fmax(ldexp(1, exponent - DBL_MANT_DIG), 0x1p-1074);
}

static void a_power_of_e_is_within_a_unit_in_the_last_place(void **state) {
    (void)state;
    double worst = 0;
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        const double got = crmvi_exp(references[i].x);
        const double error = fabs((got - references[i].high) - references[i].low) / unit_of(references[i].high);
        worst = error > worst ? error : worst;
    }
    assert_true(worst < 0.75);
}

static void the_ends_are_zero_and_infinite(void **state) {
    (void)state;
    assert_true(crmvi_exp(-INFINITY) == 0);
    assert_true(crmvi_exp(-746) == 0);
    assert_true(crmvi_exp(-1e300) == 0);
    assert_true(crmvi_exp(INFINITY) == INFINITY);
    assert_true(crmvi_exp(709.8) == INFINITY);
    assert_true(crmvi_exp(711) == INFINITY);
    assert_true(crmvi_exp(1e300) == INFINITY);
    assert_true(isnan(crmvi_exp(NAN)));
}

static void the_power_of_zero_is_one_exactly(void **state) {
    (void)state;
    assert_true(crmvi_exp(0) == 1);
    assert_true(crmvi_exp(-0.0) == 1);
}

static void it_takes_back_the_logarithm(void **state) {
    (void)state;
    double x = 1e-9;
    for (int32_t i = 0; i < 4000; i++) {
        assert_true(fabs(crmvi_exp(crmvi_log(x)) - x) <= 12 * DBL_EPSILON * x); /* ln x has a unit of up to 2^-48 */
        x *= 1.01;
    }
}

/* As inside a public function: what is too large for a double is infinite, and no trap. */
int main(void) {
    crmvi_guest host;
    crmvi_enter(&host);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_power_of_e_is_within_a_unit_in_the_last_place),
        cmocka_unit_test(the_ends_are_zero_and_infinite),
        cmocka_unit_test(the_power_of_zero_is_one_exactly),
        cmocka_unit_test(it_takes_back_the_logarithm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
