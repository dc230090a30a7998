/* SPDX-License-Identifier: MIT */
/* One answer of HTTP/1.1 as it comes, held against what was to come. */
#ifndef FE_BENCH_LOAD_ANSWER_H
#define FE_BENCH_LOAD_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ask;

enum answer_part {
    ANSWER_HEAD,
    ANSWER_BODY,
    ANSWER_CHUNK_SIZE,
    ANSWER_CHUNK,
    ANSWER_CHUNK_END,
    ANSWER_TRAILER,
    ANSWER_WHOLE
};

enum {
    ANSWER_TEXT_BYTES = 16384
};

struct answer {
    enum answer_part part;
    char text[ANSWER_TEXT_BYTES]; /* the head, or a line */
    size_t text_bytes;
    uint64_t left; /* of the body, or of the chunk */
    uint64_t at;   /* how much of the body has come */
};

void answer_begin(struct answer *answer);

/* Takes what has come. Returns whether the answer is whole; one that is not what `ask` expects, or
 * goes on behind its end, ends the program and is shown. */
bool answer_take(struct answer *answer, const struct ask *ask, const char *data, size_t bytes);

#endif
