#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "pages.h"

#include <sys/mman.h>

void *pages_get(size_t bytes) {
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void pages_free(void *memory, size_t bytes) {
    if (memory) {
        munmap(memory, bytes);
    }
}
