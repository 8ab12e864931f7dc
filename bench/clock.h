/*
 * clock.h - seconds, medians, and the memory of this process.
 */
#ifndef CRMVALUE_BENCH_CLOCK_H
#define CRMVALUE_BENCH_CLOCK_H

#include <stdint.h>

double clock_now(void);

/* The median; sorts the values. */
double clock_median(double *values, int32_t count);

/* Bytes that the process has in memory, and the most since clock_forget_peak; 0 where the system does not tell. */
int64_t clock_resident(void);
int64_t clock_peak(void);
void clock_forget_peak(void);

/* Bytes that processes may still take on this machine; 0 where the system does not tell. */
int64_t clock_available(void);

#endif
