/*
 * guest.h - the floating-point environment at the door.
 *
 * A host may have traps unmasked (Delphi), another rounding mode, or flush-to-zero; Jansson, strtod and snprintf may
 * raise what traps. Each public function that touches a double enters the default environment first and puts the
 * caller's back before it returns; workers start in between and inherit the default one.
 */
#ifndef CRMVI_BASE_GUEST_H
#define CRMVI_BASE_GUEST_H

#include <fenv.h>

typedef fenv_t crmvi_guest;

static inline void crmvi_enter(crmvi_guest *host) {
    fegetenv(host);
    fesetenv(FE_DFL_ENV);
}

static inline void crmvi_leave(const crmvi_guest *host) {
    fesetenv(host);
}

#endif
