#define _DEFAULT_SOURCE /* madvise, sbrk */

#include "heap.h"

#include <stdlib.h> /* tells whose library it is */

#if defined(__GLIBC__)

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

/* A file's rows, on their way to facts, take three to four times its bytes. Larger arrays have pages of their own. */
enum { TIMES = 4, SMALL_FILES = 1 << 20, MOST = 256 << 20, LARGEST_ARRAY = 32 << 20 };
enum { HUGE_PAGE = 2 << 20, TOP_PAD = 128 << 10, MORE_THAN_AT_HAND = 1 << 20 };

void heap_expect(int64_t file_bytes) {
    if (file_bytes < SMALL_FILES) {
        return;
    }
    const int claim = file_bytes < MOST / TIMES ? (int)file_bytes * TIMES : MOST;
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, LARGEST_ARRAY);
    mallopt(M_TRIM_THRESHOLD, MOST);
    mallopt(M_TOP_PAD, claim);
    void *volatile more = malloc(MORE_THAN_AT_HAND); /* volatile, or compilers leave it out */
    free(more);
    mallopt(M_TOP_PAD, TOP_PAD);
    const uintptr_t end = (uintptr_t)sbrk(0) / HUGE_PAGE * HUGE_PAGE;
    const uintptr_t begin = (end - (uintptr_t)claim) / HUGE_PAGE * HUGE_PAGE + HUGE_PAGE;
    if (more && begin < end) {
        madvise((void *)begin, end - begin, MADV_HUGEPAGE);
    }
}

#else

void heap_expect(int64_t file_bytes) {
    (void)file_bytes;
}

#endif
