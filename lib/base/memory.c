#if defined(__linux__)
#define _DEFAULT_SOURCE /* madvise */
#endif

#include "base/memory.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

void *crmvi_zeroed(int64_t count, size_t size) {
    if (count < 0 || (uint64_t)count > SIZE_MAX) {
        return NULL;
    }
    return calloc(count == 0 ? 1 : (size_t)count, size);
}

void *crmvi_array(int64_t count, size_t size) {
    size_t bytes;
    if (count < 0 || __builtin_mul_overflow((uint64_t)count, size, &bytes) || bytes > PTRDIFF_MAX) {
        return NULL;
    }
    return malloc(bytes == 0 ? 1 : bytes);
}

enum { LINE = 64, HUGE_PAGE = 2 << 20, LEAST_LARGE = 2 * HUGE_PAGE };

#if defined(__linux__)
/* Pieces from here on the C library takes from the system one by one, so that each can begin with a huge page of its
 * own. Among smaller ones, which it keeps for later, such an alignment would leave holes that nothing fits into. */
enum { LEAST_OF_ITS_OWN = 32 << 20, SMALL_PAGE = 4096 };

void *crmvi_large_array(int64_t count, size_t size) {
    size_t bytes;
    if (count < 0 || __builtin_mul_overflow((uint64_t)count, size, &bytes) || bytes > PTRDIFF_MAX - HUGE_PAGE) {
        return NULL;
    }
    if (bytes < LEAST_LARGE) {
        return crmvi_array(count, size);
    }
    const size_t alignment = bytes < LEAST_OF_ITS_OWN ? LINE : HUGE_PAGE;
    const size_t whole = (bytes + alignment - 1) / alignment * alignment;
    char *memory = aligned_alloc(alignment, whole);
    if (memory != NULL) {
        const size_t before = (uintptr_t)memory % SMALL_PAGE;
        madvise(memory - before, before + whole, MADV_HUGEPAGE); /* advice: where it is not taken pages are small */
    }
    return memory;
}
#else
void *crmvi_large_array(int64_t count, size_t size) {
    size_t bytes;
    if (count < 0 || __builtin_mul_overflow((uint64_t)count, size, &bytes) || bytes > PTRDIFF_MAX - HUGE_PAGE) {
        return NULL;
    }
    return aligned_alloc(LINE, bytes / LINE * LINE + LINE);
}
#endif

void *crmvi_aligned_array(int64_t count, size_t size) {
    size_t bytes;
    if (count < 0 || __builtin_mul_overflow((uint64_t)count, size, &bytes) || bytes > PTRDIFF_MAX - LINE) {
        return NULL;
    }
    return bytes < LEAST_LARGE ? aligned_alloc(LINE, bytes == 0 ? LINE : bytes) : crmvi_large_array(count, size);
}

bool crmvi_grow(void *array_pointer, int64_t *capacity, int64_t needed, size_t size) {
    if (needed <= *capacity) {
        return true;
    }
    int64_t wanted = *capacity < 8 ? 8 : *capacity;
    while (wanted < needed) {
        if (wanted > INT64_MAX / 2) {
            return false;
        }
        wanted *= 2;
    }
    size_t bytes;
    if (__builtin_mul_overflow((uint64_t)wanted, size, &bytes) || bytes > PTRDIFF_MAX) {
        return false;
    }
    void *old;
    memcpy(&old, array_pointer, sizeof old);
    void *grown = malloc(bytes);
    if (grown == NULL) {
        return false;
    }
    if (old != NULL) {
        memcpy(grown, old, (size_t)*capacity * size);
    }
    crmvi_discard(old, *capacity, size);
    memcpy(array_pointer, &grown, sizeof grown);
    *capacity = wanted;
    return true;
}

bool crmvi_move(void *array_pointer, int64_t count, int64_t capacity, size_t size) {
    void *old;
    memcpy(&old, array_pointer, sizeof old);
    void *moved = crmvi_large_array(capacity, size);
    if (moved == NULL) {
        return false;
    }
    if (count > 0) {
        memcpy(moved, old, (size_t)count * size);
    }
    crmvi_discard(old, count, size);
    memcpy(array_pointer, &moved, sizeof moved);
    return true;
}

/* ---- Overwriting ------------------------------------------------------------------------------------------------- */

/* Called through a pointer that may have changed, so that no compiler can know what the call does, and leave it out. */
void crmvi_wipe(void *memory, size_t size) {
    static void *(*const volatile overwrite)(void *, int, size_t) = memset;
    if (size > 0) {
        overwrite(memory, 0, size);
    }
}

void crmvi_wipe_stack(void) {
    unsigned char below[96 << 10];
    crmvi_wipe(below, sizeof below);
}

/* Smaller blocks may be kept by the C library for whoever asks next, so they are overwritten; that is quick, since much
 * of them is in the caches. One of 128 MiB and more it takes from the system and gives back as a whole: to overwrite it
 * would cost as much again as writing it did, and to give its pages back first would make hosts that have told their
 * allocator to keep such blocks pay for the first touch of fresh memory again and again. */
void crmvi_discard(void *memory, int64_t count, size_t size) {
    enum { LARGE = 128 << 20 };
    const size_t bytes = (size_t)count * size;
    if (memory != NULL && bytes < LARGE) {
        crmvi_wipe(memory, bytes);
    }
    free(memory);
}

char *crmvi_copy_text(const char *text, int64_t length) {
    char *copy = crmvi_array(length + 1, 1);
    if (copy != NULL) {
        if (length > 0) {
            memcpy(copy, text, (size_t)length);
        }
        copy[length] = '\0';
    }
    return copy;
}

/* ---- Texts ------------------------------------------------------------------------------------------------------- */

bool crmvi_texts_add(crmvi_texts *texts, const char *text, int64_t length) {
    if (!crmvi_grow(&texts->starts, &texts->starts_capacity, texts->count + 2, sizeof *texts->starts) ||
        !crmvi_grow(&texts->bytes, &texts->capacity, texts->used + length + 1, 1)) {
        return false;
    }
    if (length > 0) {
        memcpy(texts->bytes + texts->used, text, (size_t)length);
    }
    texts->bytes[texts->used + length] = '\0';
    texts->starts[texts->count] = texts->used;
    texts->used += length + 1;
    texts->count++;
    texts->starts[texts->count] = texts->used;
    return true;
}

void crmvi_texts_clear(crmvi_texts *texts) {
    crmvi_discard(texts->bytes, texts->used, 1);
    free(texts->starts);
    *texts = (crmvi_texts){0};
}

/* ---- Names ------------------------------------------------------------------------------------------------------- */

/* The slot that holds the text, or the free one where it would go. */
static int64_t slot_of(const crmvi_names *names, const char *text, int64_t length, uint64_t hash) {
    const uint64_t mask = (uint64_t)names->slot_count - 1;
    uint64_t slot = hash & mask;
    while (names->slots[slot] != 0) {
        const int64_t number = names->slots[slot] - 1;
        if (names->hashes[number] == hash && crmvi_texts_length(&names->texts, number) == length &&
            memcmp(crmvi_texts_get(&names->texts, number), text, (size_t)length) == 0) {
            break;
        }
        slot = (slot + 1) & mask;
    }
    return (int64_t)slot;
}

/* Keeps the table at most half full. */
static bool make_slots(crmvi_names *names) {
    if ((names->texts.count + 1) * 2 <= names->slot_count) {
        return true;
    }
    const int64_t count = names->slot_count == 0 ? 16 : names->slot_count * 2;
    int64_t *slots = crmvi_zeroed(count, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    const uint64_t mask = (uint64_t)count - 1;
    for (int64_t i = 0; i < names->texts.count; i++) {
        uint64_t slot = names->hashes[i] & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = i + 1;
    }
    free(names->slots);
    names->slots = slots;
    names->slot_count = count;
    return true;
}

int64_t crmvi_names_find(const crmvi_names *names, const char *text, int64_t length) {
    if (names->slot_count == 0) {
        return -1;
    }
    return names->slots[slot_of(names, text, length, crmvi_hash_of(text, (size_t)length))] - 1;
}

int64_t crmvi_names_add(crmvi_names *names, const char *text, int64_t length) {
    const uint64_t hash = crmvi_hash_of(text, (size_t)length);
    if (!make_slots(names)) {
        return -1;
    }
    const int64_t slot = slot_of(names, text, length, hash);
    if (names->slots[slot] != 0) {
        return names->slots[slot] - 1;
    }
    const int64_t number = names->texts.count;
    if (!crmvi_grow(&names->hashes, &names->hashes_capacity, number + 1, sizeof *names->hashes) ||
        !crmvi_texts_add(&names->texts, text, length)) {
        return -1;
    }
    names->hashes[number] = hash;
    names->slots[slot] = number + 1;
    return number;
}

void crmvi_names_clear(crmvi_names *names) {
    crmvi_texts_clear(&names->texts);
    free(names->hashes);
    free(names->slots);
    *names = (crmvi_names){0};
}
