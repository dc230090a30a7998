/* SPDX-License-Identifier: MIT */
/* What a reader consists of: for those who read bytes that they have just written. */
#ifndef FE_CASSETTE_READER_PRIVATE_H
#define FE_CASSETTE_READER_PRIVATE_H

#include <sys/types.h>

#include "cassette/reader.h"

struct fe_reader {
    char *path;
    struct fe_slice bytes; /* the map; or, of a view, whatever is read */
    bool trusted;          /* checksums are not verified, so bodies are not looked at */
    dev_t device;
    ino_t inode;
};

#endif
