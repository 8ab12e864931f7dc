#include "base/flow.h"

#include "base/stream.h"

#include <stdint.h>

enum { LINE = 64 };

void crmvi_flow_begin(crmvi_flow *flow, void *to) {
    flow->begin = flow->end = (uintptr_t)to % LINE;
    flow->to = (char *)to - flow->begin;
}

void crmvi_flow_write(crmvi_flow *flow) {
    const size_t whole = flow->end / LINE * LINE;
    size_t at = flow->begin;
    if (at > 0) {
        const size_t first = flow->end < LINE ? flow->end : LINE;
        memcpy(flow->to + at, flow->bytes + at, first - at);
        at = first;
    }
    if (whole > at) {
        crmvi_stream(flow->to + at, flow->bytes + at, whole - at);
        at = whole;
    }
    memcpy(flow->to + at, flow->bytes + at, flow->end - at);
    flow->to += flow->end;
    flow->begin = flow->end = 0;
}
