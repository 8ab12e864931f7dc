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

static void *read_next(void *context) {
    read_ahead *ahead = context;
    file_chunk *next = &ahead->next;
    ahead->good = reader_chunk(ahead->table, ahead->wanted, &next->rows, &ahead->why);
    next->columns = reader_columns(ahead->table, &next->count);
    next->part = part_read(ahead->file);
    return NULL;
}

void read_ahead_begin(read_ahead *ahead, reader *table, FILE *file, int64_t wanted, bool beside) {
    *ahead = (read_ahead){.table = table, .file = file, .wanted = wanted, .beside = beside};
}

bool read_ahead_take(read_ahead *ahead, file_chunk *out, failure *why) {
    if (ahead->under_way) {
        read_ahead_end(ahead);
    } else {
        read_next(ahead);
    }
    if (!ahead->good) {
        *why = ahead->why;
        return false;
    }
    *out = ahead->next;
    ahead->under_way = ahead->beside && out->rows > 0 && pthread_create(&ahead->thread, NULL, read_next, ahead) == 0;
    return true;
}

void read_ahead_end(read_ahead *ahead) {
    if (ahead->under_way) {
        pthread_join(ahead->thread, NULL);
        ahead->under_way = false;
    }
}
