/* stream.h - writing past the processor's caches, for what is not read again soon. */
#ifndef CRMVI_BASE_STREAM_H
#define CRMVI_BASE_STREAM_H

#include <stddef.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Copies whole lines of 64 bytes between places that are aligned to 64 bytes. Another thread may read them after
 * crmvi_stream_end. */
static inline void crmvi_stream(void *to, const void *from, size_t bytes) {
#if defined(__SSE2__)
    __m128i *out = to;
    const __m128i *in = from;
    for (size_t i = 0; i < bytes / sizeof *in; i++) {
        _mm_stream_si128(out + i, _mm_load_si128(in + i));
    }
#else
    memcpy(to, from, bytes);
#endif
}

static inline void crmvi_stream_end(void) {
#if defined(__SSE2__)
    _mm_sfence();
#endif
}

#endif
