/* seats.h - working memory that outlives a piece of work: each worker takes a free seat for as long as the piece lasts.
 */
#ifndef CRMVI_BASE_SEATS_H
#define CRMVI_BASE_SEATS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* At least as many seats as workers, so that one is always free. */
typedef struct crmvi_seats {
    atomic_flag *taken;
    int32_t count;
} crmvi_seats;

bool crmvi_seats_make(crmvi_seats *seats, int32_t count); /* false where memory is short */
void crmvi_seats_clear(crmvi_seats *seats);
int32_t crmvi_seat_take(crmvi_seats *seats);
void crmvi_seat_leave(crmvi_seats *seats, int32_t seat);

/*
 * Pieces of work that have to do one thing in their order: each waits for its turn, and passes it on whatever happens.
 * Blocks are handed to workers in ascending order, so that the one whose turn it is always runs.
 */
typedef struct crmvi_turns {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int64_t next;
} crmvi_turns;

bool crmvi_turns_make(crmvi_turns *turns);
void crmvi_turns_clear(crmvi_turns *turns);
void crmvi_turn_wait(crmvi_turns *turns, int64_t turn);
void crmvi_turn_pass(crmvi_turns *turns);

#endif
