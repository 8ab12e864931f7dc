#include "paths.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LINKS = 40 };

/* ---- Links ------------------------------------------------------------------------------------------------------- */

/* How many bytes of a path come before its last name, slash included. */
static size_t directory_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* What a link says, as seen from where the link was seen from. */
static char *joined(const char *link, const char *says) {
    size_t before = says[0] == '/' ? 0 : directory_length(link);
    char *path = malloc(before + strlen(says) + 1);
    if (path) {
        memcpy(path, link, before);
        strcpy(path + before, says);
    }
    return path;
}

char *path_target(const char *path) {
    char says[PATH_MAX];
    char *target = joined("", path);
    for (int followed = 0; target && followed < MOST_LINKS; followed++) {
        ssize_t length = readlink(target, says, sizeof says - 1);
        if (length < 0) {
            return target;
        }
        says[length] = '\0';
        char *next = joined(target, says);
        free(target);
        target = next;
    }
    errno = target ? ELOOP : ENOMEM;
    free(target);
    return NULL;
}

/* ---- Files ------------------------------------------------------------------------------------------------------- */

static bool look_at(const char *path, bool written, struct stat *about) {
    if (strcmp(path, "-") == 0) {
        return fstat(written ? STDOUT_FILENO : STDIN_FILENO, about) == 0;
    }
    return stat(path, about) == 0;
}

/* The directory that a path's last name stands in. */
static bool look_at_directory(const char *path, struct stat *about) {
    size_t length = directory_length(path);
    char *directory = length > 0 ? joined(path, "") : joined("", ".");
    bool found = directory && stat(directory, about) == 0;
    free(directory);
    return found;
}

static bool same_inode(const struct stat *one, const struct stat *other) {
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

/* Files that are not there yet are the same where they would get the same name in the same directory. */
static bool same_to_be(const char *one, const char *other) {
    struct stat first, second;
    char *target = path_target(one);
    char *other_target = path_target(other);
    bool same = target && other_target &&
                strcmp(target + directory_length(target), other_target + directory_length(other_target)) == 0 &&
                look_at_directory(target, &first) && look_at_directory(other_target, &second) &&
                same_inode(&first, &second);
    free(target);
    free(other_target);
    return same;
}

bool path_same(const char *one, bool one_is_written, const char *other, bool other_is_written) {
    struct stat first, second;
    if (strcmp(one, other) == 0 && (strcmp(one, "-") != 0 || one_is_written == other_is_written)) {
        return true;
    }
    bool there = look_at(one, one_is_written, &first);
    bool other_there = look_at(other, other_is_written, &second);
    if (there && other_there) {
        return S_ISREG(first.st_mode) && same_inode(&first, &second);
    }
    return !there && !other_there && same_to_be(one, other);
}
