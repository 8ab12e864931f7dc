/*
 * paths.h - which file a path stands for, whatever it is written like.
 */
#ifndef CRMVALUE_PROGRAM_PATHS_H
#define CRMVALUE_PROGRAM_PATHS_H

#include <stdbool.h>

/*
 * Whether two paths are the same file: through other directories, symbolic links and hard links, and also where the
 * file is not there yet. "-" is the standard input for what is read, the standard output for what is written. Pipes and
 * devices are the same only where both texts are.
 */
bool path_same(const char *one, bool one_is_written, const char *other, bool other_is_written);

/* The path that symbolic links at its end lead to, which need not exist; the caller's to free. NULL where memory is
 * short or the links go in a circle, with errno. */
char *path_target(const char *path);

#endif
