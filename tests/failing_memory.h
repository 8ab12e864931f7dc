/*
 * failing_memory.h - memory of which one allocation fails: the program that includes this brings its own malloc.
 *
 * Under sanitizers that have a malloc of their own, OWN_MALLOC is 0 and nothing fails.
 */
#ifndef TESTS_FAILING_MEMORY_H
#define TESTS_FAILING_MEMORY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OWN_MALLOC 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OWN_MALLOC 0
#endif
#endif
#ifndef OWN_MALLOC
#define OWN_MALLOC 1
#endif

static atomic_bool armed;
static atomic_long until_failure; /* allocations that still succeed while armed */
static atomic_bool has_failed;
static atomic_long standing; /* allocations made and not freed */

#if OWN_MALLOC
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

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
#endif

#endif
