/*
 * failing_memory.h - memory of which one allocation fails: the program that includes this brings its own malloc.
 *
 * Under sanitizers that have a malloc of their own, OWN_MALLOC is 0 and nothing fails. Shared libraries see it too:
 * what Jansson asks for fails in its turn.
 */
#ifndef TESTS_FAILING_MEMORY_H
#define TESTS_FAILING_MEMORY_H

#include "own_malloc.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

static atomic_bool armed;
static atomic_long until_failure; /* allocations that still succeed while armed */
static atomic_bool has_failed;
static atomic_long standing; /* allocations made and not freed */

#if OWN_MALLOC
#pragma GCC visibility push(default)

/* Whether this allocation is the one that fails. */
static bool is_turn(void) {
    return armed && atomic_fetch_sub(&until_failure, 1) == 0 && !atomic_exchange(&has_failed, true);
}

static void *counted(void *memory) {
    standing += memory != NULL;
    return memory;
}

void *malloc(size_t size) {
    return is_turn() ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size) {
    return is_turn() ? NULL : counted(__libc_calloc(count, size));
}

void *aligned_alloc(size_t alignment, size_t size) {
    return is_turn() ? NULL : counted(__libc_memalign(alignment, size));
}

void *realloc(void *old, size_t size) {
    if (is_turn()) {
        return NULL;
    }
    standing += old == NULL;
    return __libc_realloc(old, size);
}

void free(void *memory) {
    standing -= memory != NULL;
    __libc_free(memory);
}

#pragma GCC visibility pop
#endif

#endif
