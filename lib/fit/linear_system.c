#include "fit/linear_system.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

bool crmvi_solve_system(double *a, double *b, double *work, int32_t n) {
    const size_t size = (size_t)n;
    gsl_matrix_view matrix = gsl_matrix_view_array(a, size, size);
    gsl_vector_view right = gsl_vector_view_array(b, size);
    gsl_vector_view tau = gsl_vector_view_array(work, size);
    gsl_linalg_QR_decomp(&matrix.matrix, &tau.vector);
    for (size_t i = 0; i < size; i++) {
        const double pivot = a[i * size + i];
        if (!isfinite(pivot) || pivot == 0) {
            return false;
        }
    }
    gsl_linalg_QR_QTvec(&matrix.matrix, &tau.vector, &right.vector);
    gsl_blas_dtrsv(CblasUpper, CblasNoTrans, CblasNonUnit, &matrix.matrix, &right.vector);
    for (size_t i = 0; i < size; i++) {
        if (!isfinite(b[i])) {
            return false;
        }
    }
    return true;
}
