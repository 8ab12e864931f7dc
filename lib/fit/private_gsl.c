/*
 * private_gsl.c - what GSL's private copy does when a call of it fails: nothing but return its status.
 *
 * GSL reports through gsl_error, which looks at a process-wide handler and aborts where there is none; its CBLAS
 * reports through cblas_xerbla, which prints and aborts. In the private copy both are ours: the linker takes these
 * instead of the archives' own, and with them the handler, its setters and all printing stay out of the library. So
 * there is no state to set up, none that threads could share, and no way from here to abort(). Should a later GSL need
 * one of the archives' own, the link fails on symbols defined twice.
 */
#include <gsl/gsl_cblas.h>
#include <gsl/gsl_errno.h>

void gsl_error(const char *reason, const char *file, int line, int status) {
    (void)reason;
    (void)file;
    (void)line;
    (void)status;
}

void cblas_xerbla(int parameter, const char *routine, const char *format, ...) {
    (void)parameter;
    (void)routine;
    (void)format;
}
