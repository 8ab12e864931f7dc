/*
 * linear_system.h - a system of linear equations, by GSL.
 *
 * All calls of GSL for it are those that neither allocate nor fail: views of the caller's memory and Householder's QR
 * factors, with sizes that fit each other. So nothing of it can reach GSL's error handler (docs/fit.md, "The guard").
 */
#ifndef CRMVI_FIT_LINEAR_SYSTEM_H
#define CRMVI_FIT_LINEAR_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Solves a x = b for a square matrix of n > 0 rows, given row by row. `a` and `work` (n numbers) are overwritten, `b`
 * becomes x. False where the matrix is singular or not all is finite; `b` is then of no use.
 */
bool crmvi_solve_system(double *a, double *b, double *work, int32_t n);

#endif
