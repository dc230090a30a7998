/* SPDX-License-Identifier: MIT */
#include "http/kept_body.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "http/exchange_engine.h"
#include "http/framing.h"
#include "http/loop.h"
#include "http/refusal.h"
#include "http/reply.h"
#include "util/alloc.h"
#include "util/limits.h"
#include "util/spool.h"

enum {
    GIVEN_BYTES = 64 << 10 /* in one piece */
};

struct fe_kept_body {
    struct fe_exchange *x;
    fe_handler_fn *fn;
    void *self;
    struct fe_body_decoder decoder;
    struct fe_spool *data;
    struct fe_spool *framed; /* NULL: it had no framing */
    struct fe_slice bytes;   /* all of `data` */
    struct fe_slice left;    /* to be given */
    bool giving;             /* on the stack */
    bool given;              /* to its end */
    struct fe_timer *timer;  /* gives the rest, after a pause */
};

struct fe_slice fe_kept_body_bytes(const struct fe_kept_body *kept)
{
    return kept->bytes;
}

void fe_kept_body_free(struct fe_kept_body *kept)
{
    if (kept) {
        fe_timer_free(kept->timer);
        fe_spool_free(kept->data);
        fe_spool_free(kept->framed);
        free(kept);
    }
}

/* ── keeping ── */

static int keep(struct fe_kept_body *kept, struct fe_slice bytes)
{
    struct fe_slice data = {NULL, 0};
    if (kept->framed == NULL) {
        return fe_spool_write(kept->data, bytes);
    }
    int r = fe_spool_write(kept->framed, bytes);
    while (r == 0 && bytes.len > 0) {
        int good = fe_body_decode(&kept->decoder, &bytes, &data);
        assert(good == 0); /* the engine has checked it with the same decoder */
        (void)good;
        r = fe_spool_write(kept->data, data);
    }
    return r;
}

/* What has no room is not waited for to its end. */
static void on_data(void *arg, struct fe_exchange *x, struct fe_slice bytes)
{
    int r = keep(arg, bytes);
    if (r < 0) {
        fe_log_printf(&x->env->log, FE_LOG_ERROR, "no room to keep a request's body: %s",
                      strerror(-r));
        fe_exchange_answer(x, fe_reply_no_room(x));
    }
}

static int view(struct fe_kept_body *kept)
{
    struct fe_slice ignored;
    int r = fe_spool_view(kept->data, &kept->bytes);
    return r == 0 && kept->framed ? fe_spool_view(kept->framed, &ignored) : r;
}

static void on_end(void *arg, struct fe_exchange *x)
{
    struct fe_kept_body *kept = arg;
    int status = view(kept) < 0 ? fe_reply_no_room(x) : kept->fn(kept->self, x);
    if (status != FE_LATER) {
        fe_exchange_answer(x, status);
    }
}

static struct fe_spool *new_spool(const struct fe_kept_body *kept)
{
    return fe_spool_new(&kept->x->env->spill, FE_LIMIT_KEPT_BODY_MEMORY_BYTES, INT64_MAX);
}

/* The engine hands chunks on as they are only to who says himself that the client may go on. */
static int start(void *self, struct fe_exchange *x)
{
    static const struct fe_body_reader decoded = {.on_data = on_data, .on_end = on_end};
    static const struct fe_body_reader as_framed = {
        .on_data = on_data, .on_end = on_end, .as_framed = true};
    static const struct fe_headers no_fields = {NULL, 0, 0};
    struct fe_kept_body *kept = self;
    struct fe_framing framing = {FE_FRAMING_NONE, 0};
    const char *why = NULL;
    int status = fe_framing_decide(&x->request, &framing, &why);
    assert(status == 0); /* the engine would have refused it */
    (void)status;
    kept->data = new_spool(kept);
    if (framing.kind != FE_FRAMING_CHUNKED) {
        fe_exchange_read_body(x, &decoded, kept);
        return FE_LATER;
    }
    kept->framed = new_spool(kept);
    fe_body_decoder_init(&kept->decoder, &framing);
    if (fe_exchange_expects_continue(x)) {
        fe_exchange_interim(x, 100, FE_SLICE("Continue"), &no_fields);
    }
    fe_exchange_read_body(x, &as_framed, kept);
    return FE_LATER;
}

void fe_exchange_keep_body(struct fe_exchange *x, uint64_t bytes_max, fe_handler_fn *fn, void *self)
{
    struct fe_kept_body *kept = fe_xalloc(sizeof(*kept));
    struct fe_route *route = fe_arena_alloc(&x->arena, sizeof(*route));
    *route = (struct fe_route){
        .pattern = "",
        .handler = start,
        .access = FE_ACCESS_OPEN,
        .body = FE_BODY_STREAM,
        .body_bytes_max = bytes_max,
    };
    *kept = (struct fe_kept_body){.x = x, .fn = fn, .self = self};
    bool again = x->route != NULL;
    x->route = route;
    x->route_self = kept;
    x->kept = kept;
    fe_exchange_run_handler(x);
    if (again) {
        fe_exchange_catch_up(x);
    }
}

/* ── giving ── */

/* Whoever has answered wants no more of it. */
static bool is_wanted(const struct fe_exchange *x)
{
    return x->reader && !x->finished && !x->aborted;
}

static void give(struct fe_kept_body *kept)
{
    struct fe_exchange *x = kept->x;
    kept->giving = true;
    while (kept->left.len > 0 && is_wanted(x) && !x->body_paused) {
        size_t len = kept->left.len < GIVEN_BYTES ? kept->left.len : GIVEN_BYTES;
        struct fe_slice piece = {kept->left.ptr, len};
        kept->left = fe_slice_from(kept->left, len);
        x->reader->on_data(x->reader_arg, x, piece);
    }
    if (kept->left.len == 0 && is_wanted(x) && !x->body_paused && !kept->given) {
        kept->given = true;
        x->reader->on_end(x->reader_arg, x);
    }
    kept->giving = false;
}

static void on_timer(void *arg)
{
    give(arg);
}

void fe_kept_body_resume(struct fe_kept_body *kept)
{
    if (kept->giving || kept->given) {
        return;
    }
    if (kept->timer == NULL) {
        kept->timer = fe_timer_new(kept->x->loop, on_timer, kept);
    }
    fe_timer_start(kept->timer, 0);
}

void fe_kept_body_dispatch(struct fe_kept_body *kept)
{
    struct fe_exchange *x = kept->x;
    if (kept->bytes.len > fe_exchange_body_max(x)) {
        fe_exchange_answer(x,
                           fe_reply_refusal(x, 413, "The body is larger than this route takes."));
        return;
    }
    x->reader = NULL;
    fe_exchange_run_handler(x);
    kept->left = kept->bytes;
    if (x->reader && x->reader->as_framed && kept->framed) {
        (void)fe_spool_view(kept->framed, &kept->left); /* it has been viewed before */
    }
    give(kept);
}
