/*
 * disk.h - files by the system's calls: whole reads and writes, syncing, putting one file in the place of another, and
 * a lock between writers.
 *
 * Signals, umask and the working directory are the host's and are left alone: a call that a signal interrupts goes on.
 * Failures are CRMV_IO with the path and the system's words (CRMV_OUT_OF_MEMORY where it is short of that).
 */
#ifndef CRMVI_BASE_DISK_H
#define CRMVI_BASE_DISK_H

#include "crmvalue/status.h"

#include <stdbool.h>
#include <stddef.h>

/* An open file. The path is the caller's, and must outlive it. */
typedef struct crmvi_disk {
    int fd; /* -1: none */
    const char *path;
    int64_t size; /* when it was opened */
} crmvi_disk;

/* "cannot DOING PATH: " and what the system says of `code`, an errno. */
int32_t crmvi_disk_fail(crmv_error *error, const char *doing, const char *path, int code);

/* A path as text for messages: UTF-8, cut at a character. */
void crmvi_disk_path_text(const char *path, char *out, size_t size);

/*
 * The path from the root on, links followed, so that it stands for the same file whatever becomes of the working
 * directory; the file itself need not be there, its directory must. Free with free().
 */
int32_t crmvi_disk_resolve(const char *path, char **out, crmv_error *error);

/*
 * Opens a regular file for reading, or for reading and writing. With `missing`, a file that is not there is no failure:
 * it is told there, and `out` holds none.
 */
int32_t crmvi_disk_open(const char *path, bool to_write, crmvi_disk *out, bool *missing, crmv_error *error);

/*
 * Makes a fresh file that will take the place of `target`, in the same directory, so that it can be renamed; what a
 * killed writer left under its name is thrown away. Where `target` is there, the new file belongs to whom that belongs
 * to, and no one else may read it.
 */
int32_t crmvi_disk_create(const char *path, const char *target, crmvi_disk *out, crmv_error *error);

/* `bytes` bytes at a place. A file that ends before is CRMV_BAD_FILE. Any number of threads. */
int32_t crmvi_disk_read(const crmvi_disk *disk, int64_t at, void *out, int64_t bytes, crmv_error *error);
int32_t crmvi_disk_write(const crmvi_disk *disk, int64_t at, const void *from, int64_t bytes, crmv_error *error);

/* Waits until what was written has reached the device. */
int32_t crmvi_disk_sync(const crmvi_disk *disk, crmv_error *error);

/* Looks at the size again. */
int32_t crmvi_disk_measure(crmvi_disk *disk, crmv_error *error);

/* Cuts the file off. */
int32_t crmvi_disk_cut(const crmvi_disk *disk, int64_t size, crmv_error *error);

/* Closes it; what the system says then is heard only where something was written. */
int32_t crmvi_disk_close(crmvi_disk *disk, crmv_error *error);

/* Puts a closed file in the place of another one of the same directory, and waits until the directory has reached the
 * device. */
int32_t crmvi_disk_replace(const char *from, const char *to, crmv_error *error);

/* Removes a file of which nobody needs to know whether it was there. */
void crmvi_disk_remove(const char *path);

/*
 * Takes a lock file of its own, made if need be, so that the lock holds across renaming what it protects; it excludes
 * other processes and other callers in this one. It is gone when the process is. Errors: also CRMV_BUSY.
 */
int32_t crmvi_disk_lock(const char *path, int *lock, crmv_error *error);
void crmvi_disk_unlock(const char *path, int lock);

#endif
