/* SPDX-License-Identifier: MIT */
/* The app behind the connection that fuzz_connection.c speaks on. It answers in every way that
 * there is, by the first letter of the path, and remembers what it was asked:
 *
 *   /p  kept until app_release()        /e  the body comes back as it comes
 *   /s  an answer in pieces             /f  the same, its framing on
 *   /i  answered before its body        /k  the body is kept first
 *   any other: at once, when its body is whole
 *
 * Every answer has its request's number in the field X-App. */
#ifndef FE_TESTS_FUZZ_CONNECTION_APP_H
#define FE_TESTS_FUZZ_CONNECTION_APP_H

#include "http/exchange.h"

struct app_request {
    struct fe_exchange *x; /* NULL: it has ended */
    struct fe_slice method;
    struct fe_slice target;
    int minor_version;
    struct fe_buf body;
    bool framed;     /* `body` has its framing on */
    bool body_whole; /* it came to its end */
    bool parked;
    enum fe_outcome outcome; /* once it has ended */
};

struct app {
    struct fe_app app;
    struct fe_arena arena;
    struct app_request *requests;
    size_t count;
    size_t capacity;
};

void app_open(struct app *app);
void app_close(struct app *app);

/* Answers all that are kept; false: there were none. */
bool app_release(struct app *app);

#endif
