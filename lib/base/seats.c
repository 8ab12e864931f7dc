#include "base/seats.h"

#include "base/memory.h"

#include <stdlib.h>

bool crmvi_seats_make(crmvi_seats *seats, int32_t count) {
    seats->count = count;
    seats->taken = crmvi_array(count, sizeof *seats->taken);
    for (int32_t i = 0; seats->taken != NULL && i < count; i++) {
        atomic_flag_clear(&seats->taken[i]);
    }
    return seats->taken != NULL;
}

void crmvi_seats_clear(crmvi_seats *seats) {
    free(seats->taken);
    *seats = (crmvi_seats){0};
}

int32_t crmvi_seat_take(crmvi_seats *seats) {
    int32_t seat = 0;
    while (atomic_flag_test_and_set_explicit(&seats->taken[seat], memory_order_acquire)) {
        seat = seat + 1 < seats->count ? seat + 1 : 0;
    }
    return seat;
}

void crmvi_seat_leave(crmvi_seats *seats, int32_t seat) {
    atomic_flag_clear_explicit(&seats->taken[seat], memory_order_release);
}

bool crmvi_turns_make(crmvi_turns *turns) {
    turns->next = 0;
    if (pthread_mutex_init(&turns->mutex, NULL) != 0) {
        return false;
    }
    if (pthread_cond_init(&turns->changed, NULL) != 0) {
        pthread_mutex_destroy(&turns->mutex);
        return false;
    }
    return true;
}

void crmvi_turns_clear(crmvi_turns *turns) {
    pthread_cond_destroy(&turns->changed);
    pthread_mutex_destroy(&turns->mutex);
}

void crmvi_turn_wait(crmvi_turns *turns, int64_t turn) {
    pthread_mutex_lock(&turns->mutex);
    while (turns->next != turn) {
        pthread_cond_wait(&turns->changed, &turns->mutex);
    }
    pthread_mutex_unlock(&turns->mutex);
}

void crmvi_turn_pass(crmvi_turns *turns) {
    pthread_mutex_lock(&turns->mutex);
    turns->next++;
    pthread_cond_broadcast(&turns->changed);
    pthread_mutex_unlock(&turns->mutex);
}
