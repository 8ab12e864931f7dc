/* events.h - the events of a run of facts: making, merging, choosing. */
#ifndef CRMVI_LEDGER_EVENTS_H
#define CRMVI_LEDGER_EVENTS_H

#include "ledger/ledger.h"

void crmvi_events_clear(crmvi_events *events);

/*
 * The events of `into`'s customers, taken from several runs: `sources` are the runs, `customers[i]` the positions in
 * sources[i] that go into each of `into->customers`, -1 for none, or NULL where they are the same positions. Writes
 * into->events; names and texts that no event uses any more are left out. False where memory is short; then
 * into->events is as it was.
 */
bool crmvi_events_gather(crmvi_facts *into, const crmvi_facts *const *sources, const int64_t *const *customers,
                         int32_t count);

/* All events of a source's customer going to one of `into`. The source must have events. */
typedef struct crmvi_event_pick {
    int64_t to, customer;
    int32_t source;
} crmvi_event_pick;

/* The same with any number of customers going into one: picks in ascending order of `to`. */
bool crmvi_events_pick(crmvi_facts *into, const crmvi_facts *const *sources, int32_t source_count,
                       const crmvi_event_pick *picks, int64_t pick_count);

/* All events of two runs, whose customers have become those of `into`. */
bool crmvi_events_merge(crmvi_facts *into, const crmvi_facts *a, const crmvi_facts *b);

#endif
