/* SPDX-License-Identifier: MIT */
#include "connection_app.h"

#include <assert.h>
#include <stdlib.h>

#include "http/router.h"
#include "util/alloc.h"

enum {
    BODY_BYTES_MAX = 1 << 14,
    KEPT_BYTES_MAX = 1 << 20 /* more than an input has */
};

static struct app_request *find(const struct app *app, const struct fe_exchange *x)
{
    size_t i = app->count;
    while (i > 0 && app->requests[i - 1].x != x) {
        i--;
    }
    assert(i > 0);
    return &app->requests[i - 1];
}

static void put_number(const struct app *app, struct fe_exchange *x)
{
    size_t number = (size_t)(find(app, x) - app->requests);
    fe_exchange_header(x, FE_SLICE("X-App"), fe_arena_printf(fe_exchange_arena(x), "%zu", number));
}

static int keep(struct app *app, struct fe_exchange *x)
{
    struct app_request *request = find(app, x);
    (void)fe_buf_put(&request->body, fe_exchange_body(x));
    request->body_whole = true;
    put_number(app, x);
    return 200;
}

/* The letter that decides how `path` is answered; behind a "k", the next one. */
static char letter_of(struct fe_slice path)
{
    size_t at = path.len > 1 && path.ptr[1] == 'k' ? 2 : 1;
    return (char)(at < path.len ? path.ptr[at] : '\0');
}

/* ── ways to answer ── */

static int on_any(void *self, struct fe_exchange *x)
{
    int status = keep(self, x);
    (void)fe_buf_put(fe_exchange_out(x), fe_exchange_body(x));
    return status;
}

static int on_park(void *self, struct fe_exchange *x)
{
    (void)keep(self, x);
    find(self, x)->parked = true;
    return FE_LATER;
}

static int on_early(void *self, struct fe_exchange *x)
{
    put_number(self, x);
    return 403;
}

static int on_stream(void *self, struct fe_exchange *x)
{
    static const char bytes[1000] = {'s'};
    put_number(self, x);
    fe_exchange_begin(x, 200, -1);
    for (int i = 0; i < 3; i++) {
        (void)fe_exchange_write(x, (struct fe_slice){bytes, sizeof(bytes)});
    }
    fe_exchange_finish(x);
    return FE_LATER;
}

static void on_data(void *self, struct fe_exchange *x, struct fe_slice data)
{
    (void)fe_buf_put(&find(self, x)->body, data);
    if (!fe_exchange_write(x, data)) {
        fe_exchange_pause_body(x);
    }
}

static void on_data_end(void *self, struct fe_exchange *x)
{
    find(self, x)->body_whole = true;
    fe_exchange_finish(x);
}

static void on_drained(void *self, struct fe_exchange *x)
{
    (void)self;
    fe_exchange_resume_body(x);
}

static int on_pipe(void *self, struct fe_exchange *x)
{
    static const struct fe_body_reader decoded = {.on_data = on_data, .on_end = on_data_end};
    static const struct fe_body_reader framed = {
        .on_data = on_data, .on_end = on_data_end, .as_framed = true};
    struct app_request *request = find(self, x);
    request->framed = letter_of(fe_exchange_request(x)->path) == 'f';
    put_number(self, x);
    fe_exchange_on_drain(x, on_drained, self);
    fe_exchange_begin(x, 200, -1);
    fe_exchange_read_body(x, request->framed ? &framed : &decoded, self);
    return FE_LATER;
}

/* ── requests ── */

static const struct fe_route *route_of(struct fe_slice path)
{
    static const struct fe_route whole = {.handler = on_any, .body_bytes_max = BODY_BYTES_MAX};
    static const struct fe_route park = {.handler = on_park, .body_bytes_max = BODY_BYTES_MAX};
    static const struct fe_route early = {
        .handler = on_early, .body = FE_BODY_STREAM, .body_bytes_max = BODY_BYTES_MAX};
    static const struct fe_route stream = {
        .handler = on_stream, .body = FE_BODY_STREAM, .body_bytes_max = BODY_BYTES_MAX};
    static const struct fe_route pipe = {
        .handler = on_pipe, .body = FE_BODY_STREAM, .body_bytes_max = BODY_BYTES_MAX};
    switch (letter_of(path)) {
    case 'p':
        return &park;
    case 'i':
        return &early;
    case 's':
        return &stream;
    case 'e':
    case 'f':
        return &pipe;
    default:
        return &whole;
    }
}

static void dispatch(struct app *app, struct fe_exchange *x)
{
    const struct fe_route_match match = {.route = route_of(fe_exchange_request(x)->path),
                                         .self = app};
    fe_exchange_dispatch(x, &match);
}

static int on_kept(void *self, struct fe_exchange *x)
{
    dispatch(self, x);
    return FE_LATER;
}

static struct app_request *add(struct app *app)
{
    if (app->count == app->capacity) {
        app->capacity = app->capacity > 0 ? 2 * app->capacity : 8;
        app->requests = fe_alloc_resize(app->requests, app->capacity * sizeof(*app->requests));
        assert(app->requests);
    }
    return &app->requests[app->count++];
}

static void on_request(void *self, struct fe_exchange *x)
{
    struct app *app = self;
    const struct fe_request *request = fe_exchange_request(x);
    struct app_request *seen = add(app);
    *seen = (struct app_request){.x = x,
                                 .method = fe_arena_copy(&app->arena, request->method_text),
                                 .target = fe_arena_copy(&app->arena, request->target),
                                 .minor_version = request->minor_version};
    fe_buf_init(&seen->body, 1 << 20);
    if (fe_slice_starts(request->path, FE_SLICE("/k"))) {
        fe_exchange_keep_body(x, KEPT_BYTES_MAX, on_kept, app);
    } else {
        dispatch(app, x);
    }
}

static void on_end(void *self, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct app_request *request = find(self, x);
    request->x = NULL;
    request->outcome = outcome;
}

bool app_release(struct app *app)
{
    bool released = false;
    for (size_t i = 0; i < app->count; i++) {
        struct app_request *request = &app->requests[i];
        if (request->x && request->parked) {
            request->parked = false;
            fe_exchange_answer(request->x, 200);
            released = true;
        }
    }
    return released;
}

void app_open(struct app *app)
{
    *app = (struct app){
        .app = {.self = app, .source = "emulate", .on_request = on_request, .on_end = on_end}};
}

void app_close(struct app *app)
{
    for (size_t i = 0; i < app->count; i++) {
        assert(app->requests[i].x == NULL);
        fe_buf_done(&app->requests[i].body);
    }
    free(app->requests);
    fe_arena_done(&app->arena);
}
