/*
 * machine.h - what this machine can do at most: the measure for everything else.
 */
#ifndef CRMVALUE_BENCH_MACHINE_H
#define CRMVALUE_BENCH_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

enum { MOST_THREADS = 2 };

typedef struct machine_limits {
    double read;    /* bytes/s, from one end to the other */
    double copy;    /* bytes/s that arrive */
    double updates; /* 8-byte cells/s, each at random in memory that no cache holds */
    double touch;   /* bytes/s of fresh memory that are written for the first time */
} machine_limits;

/* Measures with so many workers; false where memory or a thread is missing. */
bool machine_measure(int32_t threads, machine_limits *limits);

#endif
