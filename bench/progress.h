/*
 * progress.h - what is being done, on a terminal: one line, drawn over itself. Elsewhere nothing.
 */
#ifndef CRMVALUE_BENCH_PROGRESS_H
#define CRMVALUE_BENCH_PROGRESS_H

/* Says where the benchmark is, and what it does there; a child process knows what its parent said. */
void progress_at(const char *where);
void progress_doing(const char *what);
void progress_clear(void);

#endif
