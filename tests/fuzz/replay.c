/* SPDX-License-Identifier: MIT */
/* Runs a fuzzer once over each file of the folders and files that it is given: so a corpus is a
 * test, with any compiler. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

/* Runs it over `len` bytes of a file. They have no room behind them, so that reading past them
 * shows. */
static int replay_bytes(FILE *file, size_t len)
{
    uint8_t *bytes = malloc(len);
    int r = fread(bytes, 1, len, file) == len ? 0 : -EIO;
    if (r == 0) {
        (void)LLVMFuzzerTestOneInput(bytes, len);
    }
    free(bytes);
    return r;
}

static int replay_file(const char *path)
{
    struct stat status = {0};
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return -errno;
    }
    int r = fstat(fileno(file), &status) == 0 ? replay_bytes(file, (size_t)status.st_size) : -errno;
    (void)fclose(file);
    return r;
}

/* How many files; -1 after saying which could not be read. */
static long replay(const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    long files = 0;
    if (count < 0) {
        int r = replay_file(path);
        if (r < 0) {
            (void)fprintf(stderr, "%s: %s\n", path, strerror(-r));
        }
        return r < 0 ? -1 : 1;
    }
    for (int i = 0; i < count; i++) {
        char inner[4096];
        (void)snprintf(inner, sizeof(inner), "%s/%s", path, entries[i]->d_name);
        long more = entries[i]->d_name[0] == '.' || files < 0 ? 0 : replay(inner);
        files = more < 0 ? -1 : files + more;
        free(entries[i]);
    }
    free(entries);
    return files;
}

int main(int argc, char **argv)
{
    long files = 0;
    for (int i = 1; i < argc && files >= 0; i++) {
        long more = replay(argv[i]);
        files = more < 0 ? -1 : files + more;
    }
    (void)printf("%ld files\n", files);
    return files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
