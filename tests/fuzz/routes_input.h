/* SPDX-License-Identifier: MIT */
/* Requests, out of the bytes of an input.
 *
 * A request is two bytes that choose the route, one of flags, and lines: parameters (divided by
 * commas), query, fields (divided by bars), and the body, up to a zero byte. "$0" to "$9" stand for
 * what was learned from answers, the newest first. */
#ifndef FE_TESTS_FUZZ_ROUTES_INPUT_H
#define FE_TESTS_FUZZ_ROUTES_INPUT_H

#include "http/loopback.h"
#include "http/router.h"

enum {
    MEMORY_TEXTS = 10,
    INPUT_FIELDS_MAX = 8
};

/* A zeroed one is empty. Its owner ends the arena, in which requests live, too. */
struct memory {
    struct fe_arena arena;
    struct fe_slice texts[MEMORY_TEXTS]; /* the newest at `count - 1`, modulo */
    size_t count;
};

/* Unless it is too short or too long to be of use. */
void memory_learn(struct memory *memory, struct fe_slice text);

struct input_request {
    const struct fe_route *route; /* NULL: the path is the input's own */
    bool later;                   /* time is to pass before it */
    bool leaves; /* the client does not wait for an answer that does not come at once */
    const char *fields[2 * INPUT_FIELDS_MAX + 1];
    struct fe_loopback_request request; /* points to `fields` */
};

struct fe_emulator;

/* Takes the next one off the front of *input; any bytes are one. */
void input_take(struct memory *memory, const struct fe_emulator *emulator, struct fe_slice *input,
                struct input_request *request_out);

#endif
