#include "read_ahead.h"

#include <sys/stat.h>

static double part_read(FILE *file) {
    struct stat about;
    off_t at = ftello(file);
    if (at < 0 || fstat(fileno(file), &about) != 0 || about.st_size <= 0) {
        return 0;
    }
    return (double)at / (double)about.st_size;
}

static void read_next(read_ahead *ahead) {
    file_chunk *next = &ahead->next;
    ahead->good = reader_chunk(ahead->table, ahead->wanted, &next->rows, &ahead->why);
    next->columns = reader_columns(ahead->table, &next->count);
    next->part = part_read(ahead->file);
}

/* Reads a chunk whenever one is asked for. What it reads is the caller's to look at until he asks again. */
static void *read_on(void *context) {
    read_ahead *ahead = context;
    pthread_mutex_lock(&ahead->mutex);
    while (!ahead->ended) {
        if (!ahead->asked) {
            pthread_cond_wait(&ahead->changed, &ahead->mutex);
            continue;
        }
        pthread_mutex_unlock(&ahead->mutex);
        read_next(ahead);
        pthread_mutex_lock(&ahead->mutex);
        ahead->asked = false;
        pthread_cond_signal(&ahead->changed);
    }
    pthread_mutex_unlock(&ahead->mutex);
    return NULL;
}

void read_ahead_begin(read_ahead *ahead, reader *table, FILE *file, int64_t wanted, bool beside) {
    *ahead = (read_ahead){.table = table, .file = file, .wanted = wanted, .beside = beside};
}

/* Starts the thread. Where there is none to be had, the caller reads himself. */
static void start(read_ahead *ahead) {
    if (pthread_mutex_init(&ahead->mutex, NULL) != 0) {
        ahead->beside = false;
        return;
    }
    if (pthread_cond_init(&ahead->changed, NULL) != 0) {
        pthread_mutex_destroy(&ahead->mutex);
        ahead->beside = false;
        return;
    }
    ahead->under_way = pthread_create(&ahead->thread, NULL, read_on, ahead) == 0;
    if (!ahead->under_way) {
        pthread_cond_destroy(&ahead->changed);
        pthread_mutex_destroy(&ahead->mutex);
        ahead->beside = false;
    }
}

static void ask(read_ahead *ahead) {
    pthread_mutex_lock(&ahead->mutex);
    ahead->asked = true;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->mutex);
}

static void wait_for_next(read_ahead *ahead) {
    pthread_mutex_lock(&ahead->mutex);
    while (ahead->asked) {
        pthread_cond_wait(&ahead->changed, &ahead->mutex);
    }
    pthread_mutex_unlock(&ahead->mutex);
}

bool read_ahead_take(read_ahead *ahead, file_chunk *out, failure *why) {
    if (ahead->under_way) {
        wait_for_next(ahead);
    } else {
        read_next(ahead);
    }
    if (!ahead->good) {
        *why = ahead->why;
        return false;
    }
    *out = ahead->next;
    if (ahead->beside && !ahead->under_way && out->rows > 0) {
        start(ahead);
    }
    if (ahead->under_way && out->rows > 0) {
        ask(ahead);
    }
    return true;
}

void read_ahead_end(read_ahead *ahead) {
    if (!ahead->under_way) {
        return;
    }
    wait_for_next(ahead);
    pthread_mutex_lock(&ahead->mutex);
    ahead->ended = true;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->mutex);
    pthread_join(ahead->thread, NULL);
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->mutex);
    ahead->under_way = false;
}
