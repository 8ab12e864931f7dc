#include "line_map.h"

#include <stdlib.h>

static bool make_room(line_map *map) {
    if (map->count < map->capacity) {
        return true;
    }
    int64_t capacity = map->capacity > 0 ? map->capacity * 2 : 16;
    line_jump *jumps = realloc(map->jumps, (size_t)capacity * sizeof *jumps);
    if (!jumps) {
        return false;
    }
    map->jumps = jumps;
    map->capacity = capacity;
    return true;
}

bool line_map_add_rows(line_map *map, int64_t line, int64_t rows) {
    int64_t row = map->rows + 1;
    const line_jump *last = map->count > 0 ? &map->jumps[map->count - 1] : NULL;
    if (!last || last->line + (row - last->row) != line) {
        if (!make_room(map)) {
            return false;
        }
        map->jumps[map->count++] = (line_jump){row, line};
    }
    map->rows += rows;
    return true;
}

bool line_map_add(line_map *map, int64_t line) {
    return line_map_add_rows(map, line, 1);
}

int64_t line_map_line(const line_map *map, int64_t row) {
    if (row < 1 || row > map->rows) {
        return 0;
    }
    int64_t low = 0;
    int64_t high = map->count - 1;
    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2;
        if (map->jumps[middle].row <= row) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return map->jumps[low].line + (row - map->jumps[low].row);
}

void line_map_clear(line_map *map) {
    free(map->jumps);
    *map = (line_map){0};
}
