#include "output.h"

#include "paths.h"
#include "unfinished.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool cannot(const output *written, const char *what, failure *why) {
    char name[SHOWN_BYTES];
    int reason = errno;
    return failure_data(why, "%s: cannot be %s: %s", written->path ? shown(written->path, name) : "standard output",
                        what, strerror(reason));
}

/* The access rights of the file that is replaced, or those that a new file gets. */
static mode_t rights(const char *path) {
    struct stat about;
    if (stat(path, &about) == 0) {
        return about.st_mode & 0777;
    }
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static bool open_beside(output *written, failure *why) {
    static const char ending[] = ".tmp-XXXXXX";
    written->target = path_target(written->path);
    if (!written->target) {
        return cannot(written, "written", why);
    }
    size_t length = strlen(written->target);
    written->beside = malloc(length + sizeof ending);
    if (!written->beside) {
        return failure_memory(why);
    }
    memcpy(written->beside, written->target, length);
    memcpy(written->beside + length, ending, sizeof ending);
    int descriptor = unfinished_make(written->beside);
    if (descriptor < 0) {
        cannot(written, "written", why);
        free(written->beside);
        written->beside = NULL;
        return false;
    }
    fchmod(descriptor, rights(written->target));
    written->file = fdopen(descriptor, "wb");
    if (!written->file) {
        close(descriptor);
        return cannot(written, "written", why);
    }
    return true;
}

bool output_open(output *written, const char *path, failure *why) {
    struct stat about;
    *written = (output){.path = path && strcmp(path, "-") != 0 ? path : NULL};
    if (!written->path) {
        written->file = stdout;
        errno = 0;
        return true;
    }
    bool beside = stat(path, &about) != 0 || S_ISREG(about.st_mode);
    if (!beside) {
        written->file = fopen(path, "wb");
    }
    bool opened = beside ? open_beside(written, why) : written->file || cannot(written, "written", why);
    errno = opened ? 0 : errno;
    return opened;
}

/* A write that failed midway has left its reason in errno: nothing has been asked of the system since. */
bool output_finish(output *written, failure *why) {
    bool failed = ferror(written->file);
    errno = failed && errno != 0 ? errno : EIO;
    if (failed || fflush(written->file) != 0) {
        return cannot(written, "written", why);
    }
    if (written->beside && fsync(fileno(written->file)) != 0) {
        return cannot(written, "written", why);
    }
    FILE *file = written->file;
    written->file = NULL;
    return fclose(file) == 0 || cannot(written, "written", why);
}

bool output_publish(output *written, failure *why) {
    if (written->beside && rename(written->beside, written->target) != 0) {
        return cannot(written, "renamed", why);
    }
    if (written->beside) {
        unfinished_forget(written->beside);
    }
    free(written->beside);
    written->beside = NULL;
    return true;
}

void output_drop(output *written) {
    if (written->file && written->file != stdout) {
        fclose(written->file);
    }
    if (written->beside) {
        unlink(written->beside);
        unfinished_forget(written->beside);
        free(written->beside);
    }
    free(written->target);
    *written = (output){0};
}
