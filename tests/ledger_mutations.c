/*
 * Files of ledgers changed at random, given their checksums again and handed to the fuzz target: what a fuzzer without
 * a compiler's help would try.
 *
 *     ledger_mutations FOLDER TIMES [SEED]
 */
#include "chance.h"
#include "ledger/file_format.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_FILES = 64, LONGEST = 1 << 16 };

/* The files that are changed. */
static struct {
    unsigned char *bytes;
    size_t length;
} files[MOST_FILES];
static int32_t file_count;

static void read_folder(const char *path) {
    char name[4096];
    DIR *folder = opendir(path);
    for (const struct dirent *entry = folder ? readdir(folder) : NULL; entry != NULL; entry = readdir(folder)) {
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        FILE *file = entry->d_name[0] != '.' && file_count < MOST_FILES ? fopen(name, "rb") : NULL;
        if (file != NULL) {
            files[file_count].bytes = malloc(LONGEST);
            if (files[file_count].bytes != NULL) {
                files[file_count].length = fread(files[file_count].bytes, 1, LONGEST, file);
                file_count++;
            }
            fclose(file);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
}

/* Numbers at which counts and places go wrong. */
static uint64_t number_by_chance(uint64_t *chance) {
    static const uint64_t edges[] = {0,
                                     1,
                                     2,
                                     0x7F,
                                     0x80,
                                     0xFF,
                                     0x7FFF,
                                     0xFFFF,
                                     INT32_MAX,
                                     UINT64_C(0x80000000),
                                     UINT32_MAX,
                                     UINT64_MAX,
                                     UINT64_C(1) << 63,
                                     INT64_MAX,
                                     UINT64_C(1) << 60};
    const uint64_t bits = chance_bits(chance);
    return bits % 4 == 0 ? bits >> 32 : edges[bits / 4 % (sizeof edges / sizeof edges[0])];
}

/* One change; the header page is mostly zeros, so that most changes go behind it. */
static void change(unsigned char *bytes, size_t length, uint64_t *chance) {
    const uint64_t bits = chance_bits(chance);
    const size_t first = bits % 16 == 0 || length < 5000 ? 0 : 1 + CRMVI_FILE_HEADER;
    const size_t at = first + (size_t)(chance_bits(chance) % (length - first));
    const size_t left = length - at;
    switch (bits / 16 % 5) {
    case 0:
        bytes[at] = (unsigned char)(bits >> 32);
        break;
    case 1:
        bytes[at] ^= (unsigned char)(1u << (bits >> 32) % 8);
        break;
    case 2:
        if (left >= 4) {
            crmvi_put_u32(bytes + at, (uint32_t)number_by_chance(chance));
        }
        break;
    case 3: /* where numbers stand: behind the first byte, which is no part of the file */
        if (left >= 16) {
            crmvi_put_u64(bytes + (at + 7) / 8 * 8 + 1, number_by_chance(chance));
        }
        break;
    default:
        if (left >= 2) {
            const size_t from = first + (size_t)(chance_bits(chance) % (length - first));
            const size_t most = left < length - from ? left : length - from;
            memmove(bytes + at, bytes + from, (bits >> 40) % most);
        }
        break;
    }
}

int main(int count, char **arguments) {
    const long times = count > 2 ? strtol(arguments[2], NULL, 10) : 1000;
    uint64_t chance = count > 3 ? strtoull(arguments[3], NULL, 10) : 1;
    unsigned char *bytes = malloc(LONGEST);
    if (count > 1) {
        read_folder(arguments[1]);
    }
    if (file_count == 0 || bytes == NULL) {
        fprintf(stderr, "ledger_mutations FOLDER TIMES [SEED]: no files\n");
        return 2;
    }
    for (long i = 0; i < times; i++) {
        const int32_t which = (int32_t)(chance_bits(&chance) % (uint64_t)file_count);
        const size_t length = files[which].length;
        memcpy(bytes, files[which].bytes, length);
        for (uint64_t changes = 1 + chance_bits(&chance) % 4; changes > 0; changes--) {
            change(bytes, length, &chance);
        }
        bytes[0] = 1; /* checksums again */
        /* An exact copy, so that a step beyond the end is one beyond the allocation. */
        unsigned char *exact = malloc(length);
        if (exact != NULL) {
            memcpy(exact, bytes, length);
            LLVMFuzzerTestOneInput(exact, length);
        }
        free(exact);
    }
    printf("%ld files tried\n", times);
    for (int32_t i = 0; i < file_count; i++) {
        free(files[i].bytes);
    }
    free(bytes);
    return 0;
}
