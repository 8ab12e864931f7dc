/* Runs a fuzz target over the files and folders that are given as arguments, so that what a fuzzer found stays found.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST_INPUT = 16 * 1024 * 1024 };

static int run_file(const char *path) {
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(LARGEST_INPUT);
    if (!file || !data) {
        fprintf(stderr, "%s: cannot be read\n", path);
        return 1;
    }
    size_t size = fread(data, 1, LARGEST_INPUT, file);
    fclose(file);
    /* An exact copy, so that a step beyond the end is one beyond the allocation. */
    uint8_t *exact = realloc(data, size > 0 ? size : 1);
    LLVMFuzzerTestOneInput(exact ? exact : data, size);
    free(exact ? exact : data);
    return 0;
}

static int run_folder(const char *path, DIR *folder, int *count) {
    char name[4096];
    int failed = 0;
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        if (entry->d_name[0] != '.') {
            snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
            failed |= run_file(name);
            ++*count;
        }
    }
    return failed;
}

int main(int count, char **arguments) {
    int failed = 0;
    int inputs = 0;
    for (int i = 1; i < count; i++) {
        DIR *folder = opendir(arguments[i]);
        if (folder) {
            failed |= run_folder(arguments[i], folder, &inputs);
            closedir(folder);
        } else {
            failed |= run_file(arguments[i]);
            inputs++;
        }
    }
    printf("%d inputs replayed\n", inputs);
    return failed || inputs == 0;
}
