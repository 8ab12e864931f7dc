#define _DEFAULT_SOURCE /* realpath, flock */

#include "base/disk.h"

#include "base/column_read.h"
#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Failures ---------------------------------------------------------------------------------------------------- */

void crmvi_disk_path_text(const char *path, char *out, size_t size) {
    const int64_t length = (int64_t)strlen(path);
    const int64_t kept = crmvi_utf8_cut(path, length, (int64_t)size - 1);
    memcpy(out, path, (size_t)kept);
    out[kept] = '\0';
    crmvi_utf8_mend(out, kept);
}

int32_t crmvi_disk_fail(crmv_error *error, const char *doing, const char *path, int code) {
    char shown[200];
    char words[128];
    if (code == ENOMEM) {
        return crmvi_no_memory(error);
    }
    crmvi_disk_path_text(path, shown, sizeof shown);
    if (strerror_r(code, words, sizeof words) != 0) {
        snprintf(words, sizeof words, "error %d", code);
    }
    return crmvi_fail(error, CRMV_IO, "path", "cannot %s %s: %s", doing, shown, words);
}

/* ---- Paths ------------------------------------------------------------------------------------------------------- */

/* The directory of a path: "." where it names none. */
static char *directory_of(const char *path) {
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return crmvi_copy_text(".", 1);
    }
    return crmvi_copy_text(path, slash == path ? 1 : slash - path);
}

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

/* A path from the root on, links followed. NULL where the system says no (errno) or memory is short (ENOMEM). */
static char *whole_path(const char *path) {
    char *whole = crmvi_array(PATH_MAX, 1);
    if (whole == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    if (realpath(path, whole) == NULL) {
        const int code = errno;
        free(whole);
        errno = code;
        return NULL;
    }
    return whole;
}

/* The path of a file that is not there: that of its directory, and its name. */
static int32_t resolve_by_directory(const char *path, char **out, crmv_error *error) {
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    if (name[0] == '\0') {
        return crmvi_disk_fail(error, "open", path, path[0] == '\0' ? ENOENT : EISDIR);
    }
    char *directory = directory_of(path);
    if (directory == NULL) {
        return crmvi_no_memory(error);
    }
    char *whole = whole_path(directory);
    const int code = errno;
    free(directory);
    if (whole == NULL) {
        return crmvi_disk_fail(error, "open", path, code);
    }
    const size_t length = strlen(whole);
    const size_t name_length = strlen(name);
    char *joined = crmvi_array((int64_t)(length + name_length + 2), 1);
    if (joined != NULL) {
        const bool is_root = whole[length - 1] == '/';
        snprintf(joined, length + name_length + 2, "%s%s%s", whole, is_root ? "" : "/", name);
        *out = joined;
    }
    free(whole);
    return joined == NULL ? crmvi_no_memory(error) : CRMV_OK;
}

int32_t crmvi_disk_resolve(const char *path, char **out, crmv_error *error) {
    char *whole = whole_path(path);
    if (whole != NULL) {
        *out = whole;
        return CRMV_OK;
    }
    return errno == ENOENT ? resolve_by_directory(path, out, error) : crmvi_disk_fail(error, "open", path, errno);
}

/* ---- Opening and closing ----------------------------------------------------------------------------------------- */

/* A device or a pipe is no place for a ledger: it cannot be renamed over, and reading from it may never end. */
static int32_t check_kind(int fd, const char *path, int64_t *size, crmv_error *error) {
    struct stat found;
    if (fstat(fd, &found) != 0) {
        return crmvi_disk_fail(error, "open", path, errno);
    }
    if (!S_ISREG(found.st_mode)) {
        char shown[200];
        crmvi_disk_path_text(path, shown, sizeof shown);
        return crmvi_fail(error, CRMV_IO, "path", "cannot open %s: it is no regular file", shown);
    }
    *size = found.st_size;
    return CRMV_OK;
}

static int open_again(const char *path, int flags, mode_t mode) {
    int fd;
    do {
        fd = open(path, flags | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

int32_t crmvi_disk_open(const char *path, bool to_write, crmvi_disk *out, bool *missing, crmv_error *error) {
    *out = (crmvi_disk){.fd = -1, .path = path};
    /* Without O_NONBLOCK a pipe would wait for its other end; regular files do not know the difference. */
    const int fd = open_again(path, (to_write ? O_RDWR : O_RDONLY) | O_NONBLOCK, 0);
    if (missing != NULL) {
        *missing = fd < 0 && errno == ENOENT;
    }
    if (fd < 0) {
        return missing != NULL && *missing ? CRMV_OK : crmvi_disk_fail(error, "open", path, errno);
    }
    const int32_t status = check_kind(fd, path, &out->size, error);
    if (status != CRMV_OK) {
        close(fd);
        return status;
    }
    out->fd = fd;
    return CRMV_OK;
}

/* Gives the new file the owner and the permissions of the one whose place it will take. What may not be given is left:
 * then the file is its writer's alone. */
static void inherit(int fd, const struct stat *old) {
    const bool is_owned = fchown(fd, old->st_uid, old->st_gid) == 0;
    if (is_owned || old->st_uid == geteuid()) {
        fchmod(fd, old->st_mode & (is_owned ? 0777 : 0700));
    }
}

int32_t crmvi_disk_create(const char *path, const char *target, crmvi_disk *out, crmv_error *error) {
    struct stat old;
    const bool has_old = stat(target, &old) == 0;
    *out = (crmvi_disk){.fd = -1, .path = path};
    if (has_old && !S_ISREG(old.st_mode)) {
        char shown[200];
        crmvi_disk_path_text(target, shown, sizeof shown);
        return crmvi_fail(error, CRMV_IO, "path", "cannot replace %s: it is no regular file", shown);
    }
    crmvi_disk_remove(path);
    const int fd = open_again(path, O_RDWR | O_CREAT | O_EXCL, has_old ? 0600 : 0666);
    if (fd < 0) {
        return crmvi_disk_fail(error, "create", path, errno);
    }
    if (has_old) {
        inherit(fd, &old);
    }
    out->fd = fd;
    return CRMV_OK;
}

int32_t crmvi_disk_close(crmvi_disk *disk, crmv_error *error) {
    if (disk->fd < 0) {
        return CRMV_OK;
    }
    /* Interrupted or not, the descriptor is gone: a second call could close another thread's. */
    const bool closed = close(disk->fd) == 0 || errno == EINTR;
    const int code = errno;
    disk->fd = -1;
    return closed ? CRMV_OK : crmvi_disk_fail(error, "close", disk->path, code);
}

/* ---- Bytes ------------------------------------------------------------------------------------------------------- */

/* Systems cut single calls off at 2^31 bytes or so. */
enum { MOST_AT_ONCE = 1 << 30 };

static size_t portion_of(int64_t bytes) {
    return (size_t)(bytes < MOST_AT_ONCE ? bytes : MOST_AT_ONCE);
}

int32_t crmvi_disk_read(const crmvi_disk *disk, int64_t at, void *out, int64_t bytes, crmv_error *error) {
    char *to = out;
    while (bytes > 0) {
        const ssize_t got = pread(disk->fd, to, portion_of(bytes), (off_t)at);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return crmvi_disk_fail(error, "read", disk->path, errno);
        }
        if (got == 0) {
            char shown[200];
            crmvi_disk_path_text(disk->path, shown, sizeof shown);
            return crmvi_fail(error, CRMV_BAD_FILE, "length", "%s ends at byte %lld, where more must follow", shown,
                              (long long)at);
        }
        to += got;
        at += got;
        bytes -= got;
    }
    return CRMV_OK;
}

int32_t crmvi_disk_write(const crmvi_disk *disk, int64_t at, const void *from, int64_t bytes, crmv_error *error) {
    const char *next = from;
    while (bytes > 0) {
        const ssize_t put = pwrite(disk->fd, next, portion_of(bytes), (off_t)at);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return crmvi_disk_fail(error, "write", disk->path, put < 0 ? errno : ENOSPC);
        }
        next += put;
        at += put;
        bytes -= put;
    }
    return CRMV_OK;
}

static int sync_again(int fd) {
    int result;
    do {
        result = fsync(fd);
    } while (result != 0 && errno == EINTR);
    return result;
}

int32_t crmvi_disk_sync(const crmvi_disk *disk, crmv_error *error) {
    return sync_again(disk->fd) == 0 ? CRMV_OK : crmvi_disk_fail(error, "sync", disk->path, errno);
}

int32_t crmvi_disk_measure(crmvi_disk *disk, crmv_error *error) {
    struct stat found;
    if (fstat(disk->fd, &found) != 0) {
        return crmvi_disk_fail(error, "read", disk->path, errno);
    }
    disk->size = found.st_size;
    return CRMV_OK;
}

int32_t crmvi_disk_cut(const crmvi_disk *disk, int64_t size, crmv_error *error) {
    int result;
    do {
        result = ftruncate(disk->fd, (off_t)size);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? CRMV_OK : crmvi_disk_fail(error, "cut off", disk->path, errno);
}

/* ---- Directories ------------------------------------------------------------------------------------------------- */

/* A file system that cannot sync a directory says EINVAL: it has no better way, and neither have we. A directory that
 * may be written but not read cannot be opened for this. */
static int32_t sync_directory(const char *directory, crmv_error *error) {
    const int fd = open_again(directory, O_RDONLY | O_DIRECTORY, 0);
    bool synced = fd < 0 && errno == EACCES;
    int code = errno;
    if (fd >= 0) {
        synced = sync_again(fd) == 0 || errno == EINVAL || errno == ENOTSUP;
        code = errno;
        close(fd);
    }
    return synced ? CRMV_OK : crmvi_disk_fail(error, "sync the directory", directory, code);
}

int32_t crmvi_disk_replace(const char *from, const char *to, crmv_error *error) {
    char *directory = directory_of(to);
    if (directory == NULL) {
        return crmvi_no_memory(error);
    }
    const bool replaced = rename(from, to) == 0;
    const int code = errno;
    const int32_t status = replaced ? sync_directory(directory, error) : crmvi_disk_fail(error, "replace", to, code);
    free(directory);
    return status;
}

void crmvi_disk_remove(const char *path) {
    unlink(path);
}

/* ---- The lock ---------------------------------------------------------------------------------------------------- */

/* Whether the lock file is still the one that stands under its name: its last holder removed it before letting go. */
static bool is_current(int fd, const char *path) {
    struct stat locked;
    struct stat standing;
    return fstat(fd, &locked) == 0 && lstat(path, &standing) == 0 && locked.st_ino == standing.st_ino &&
           locked.st_dev == standing.st_dev;
}

static int lock_again(int fd) {
    int result;
    do {
        result = flock(fd, LOCK_EX | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    return result;
}

int32_t crmvi_disk_lock(const char *path, int *lock, crmv_error *error) {
    for (;;) {
        const int fd = open_again(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0666);
        if (fd < 0) {
            return crmvi_disk_fail(error, "open", path, errno);
        }
        const bool locked = lock_again(fd) == 0;
        const int code = errno;
        if (locked && is_current(fd, path)) {
            *lock = fd;
            return CRMV_OK;
        }
        close(fd);
        if (!locked && code != EWOULDBLOCK) {
            return crmvi_disk_fail(error, "lock", path, code);
        }
        if (!locked) {
            char shown[200];
            crmvi_disk_path_text(path, shown, sizeof shown);
            return crmvi_fail(error, CRMV_BUSY, "path", "another writer holds %s", shown);
        }
    }
}

void crmvi_disk_unlock(const char *path, int lock) {
    /* Removed before it is let go of, so that whoever locks it next sees that it is gone; but not a file that another
     * writer made because somebody had removed this one. */
    if (is_current(lock, path)) {
        unlink(path);
    }
    close(lock);
}
