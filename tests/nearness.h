/* nearness.h - comparing doubles: cmocka's own comparison makes floats of them. */
#ifndef TESTS_NEARNESS_H
#define TESTS_NEARNESS_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* clang-format off: cmocka.h wants the headers above before it */
#include <cmocka.h>
/* clang-format on */

/* NaN is near nothing. */
static inline void compare_near(double value, double expected, double tolerance, const char *file, int line) {
    if (!(fabs(value - expected) <= tolerance)) {
        print_error("%.17g, expected %.17g +- %g\n", value, expected, tolerance);
        _fail(file, line);
    }
}

#define assert_near(value, expected, tolerance) compare_near(value, expected, tolerance, __FILE__, __LINE__)

#endif
