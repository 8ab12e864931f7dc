/* memory.h - allocation that may fail, sizes that may not wrap, arrays and texts that grow. */
#ifndef CRMVI_BASE_MEMORY_H
#define CRMVI_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* count x size bytes, zeroed or not; NULL where the product wraps or memory is short. A count of 0 gives one byte, so
 * that NULL always means failure. Free with free(). */
void *crmvi_zeroed(int64_t count, size_t size);
void *crmvi_array(int64_t count, size_t size);

/* Like crmvi_array, for arrays that are written once in full: where they are large, in huge pages if the system has
 * them, since the first touch of fresh memory costs more than the work on it. */
void *crmvi_large_array(int64_t count, size_t size);

/* The same with every element, whose size is a multiple of 64, aligned to 64 bytes. */
void *crmvi_aligned_array(int64_t count, size_t size);

/* Makes room for at least `needed` elements in the array at `*array`; `*capacity` doubles. On failure the array is as
 * it was and the result is false. Where elements move, what they leave behind is overwritten. */
bool crmvi_grow(void *array_pointer, int64_t *capacity, int64_t needed, size_t size);

/* Moves the `count` elements of an array to a piece of memory with room for `capacity`, made as by crmvi_large_array;
 * what they leave behind is overwritten. On failure the array is as it was and the result is false. */
bool crmvi_move(void *array_pointer, int64_t count, int64_t capacity, size_t size);

/* Overwrites bytes with zeros, even where nothing reads them any more. */
void crmvi_wipe(void *memory, size_t size);

/* Overwrites what earlier calls have left on the stack of the calling thread, below the caller: as much as taking in a
 * block of rows needs. There may be keys even where no variable was one: compilers put there what registers held. */
void crmvi_wipe_stack(void);

/* Frees memory that holds what belongs to customers: keys, lines, facts. Its first count x size bytes, all that were
 * written, are overwritten before it is back with the allocator, so that a customer who is erased later is in no free
 * block. From 128 MiB on the allocator itself gives the block back to the system. NULL is fine. */
void crmvi_discard(void *memory, int64_t count, size_t size);

/* A copy of `length` bytes with a NUL behind them; NULL where memory is short. */
char *crmvi_copy_text(const char *text, int64_t length);

/* Texts laid end to end, each with a closing NUL; told by number, or by offset. */
typedef struct crmvi_texts {
    char *bytes;
    int64_t used, capacity;
    int64_t *starts; /* count + 1 of them: text i is bytes[starts[i]] .. bytes[starts[i + 1] - 1), NUL not counted */
    int64_t count, starts_capacity;
} crmvi_texts;

bool crmvi_texts_add(crmvi_texts *texts, const char *text, int64_t length);
void crmvi_texts_clear(crmvi_texts *texts); /* discards all; the structure is as new */

static inline const char *crmvi_texts_get(const crmvi_texts *texts, int64_t i) {
    return texts->bytes + texts->starts[i];
}

static inline int64_t crmvi_texts_length(const crmvi_texts *texts, int64_t i) {
    return texts->starts[i + 1] - texts->starts[i] - 1;
}

/* Texts that are kept once each, numbered from 0 in the order of arrival: a hash table (XXH3) over crmvi_texts. */
typedef struct crmvi_names {
    crmvi_texts texts;
    uint64_t *hashes; /* of each text */
    int64_t hashes_capacity;
    int64_t *slots; /* number + 1 of a text, 0 free; a power of two of them */
    int64_t slot_count;
} crmvi_names;

/* The text's number; it is added if it is new. -1 where memory is short (nothing was changed). */
int64_t crmvi_names_add(crmvi_names *names, const char *text, int64_t length);

/* The text's number, or -1 where it is not there. */
int64_t crmvi_names_find(const crmvi_names *names, const char *text, int64_t length);

void crmvi_names_clear(crmvi_names *names);

#endif
