/*
 * flow.h - bytes that follow each other in memory and come a few at a time, written past the processor's caches.
 *
 * They wait until they fill lines of 64 bytes. Lines of which a flow has a part alone, its first and its last, are
 * written the usual way. Another thread may read what was written after crmvi_stream_end.
 */
#ifndef CRMVI_BASE_FLOW_H
#define CRMVI_BASE_FLOW_H

#include <stddef.h>
#include <string.h>

enum { CRMVI_FLOW = 4096 };

typedef struct crmvi_flow {
    char *to;          /* where bytes[0] goes, which begins a line */
    size_t begin, end; /* bytes [begin, end) wait */
    _Alignas(64) char bytes[CRMVI_FLOW];
} crmvi_flow;

/* Begins a flow into memory from `to` on. */
void crmvi_flow_begin(crmvi_flow *flow, void *to);

/* Writes all that waits; must be the last call, too. */
void crmvi_flow_write(crmvi_flow *flow);

static inline void crmvi_flow_put(crmvi_flow *flow, const void *from, size_t bytes) {
    const char *next = from;
    for (size_t room = CRMVI_FLOW - flow->end; bytes > room; room = CRMVI_FLOW) {
        memcpy(flow->bytes + flow->end, next, room);
        flow->end = CRMVI_FLOW;
        crmvi_flow_write(flow);
        next += room;
        bytes -= room;
    }
    memcpy(flow->bytes + flow->end, next, bytes);
    flow->end += bytes;
}

#endif
