/* SPDX-License-Identifier: MIT */
#include "play_rig.h"

#include <stdlib.h>

#include "cassette/copy.h"
#include "cassette/encode.h"
#include "cassette/safe.h"

static int on_route(void *self, struct fe_exchange *x)
{
    struct play_rig *f = self;
    const struct fe_recorded *recorded = &f->index.exchanges[0];
    struct fe_frame *request = fe_arena_alloc(fe_exchange_arena(x), sizeof(*request));
    const struct fe_play_source source = {f->reader, recorded, request,
                                          FE_SLICE("https://stack.example")};
    fe_reader_frame_at(f->reader, recorded->request, fe_exchange_arena(x), request);
    f->x = x;
    fe_play(x, &source, &f->pace, f->hooks);
    return FE_LATER;
}

static const struct fe_route route = {
    .pattern = "", .handler = on_route, .body_bytes_max = 1 << 20};

static void on_request(void *self, struct fe_exchange *x)
{
    const struct fe_route_match match = {.self = self, .route = &route};
    fe_exchange_dispatch(x, &match);
}

static void on_end(void *self, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct play_rig *f = self;
    (void)x;
    f->x = NULL;
    f->rig->sent += outcome == FE_SENT;
    f->rig->gone += outcome == FE_GONE;
}

int play_setup(void **state)
{
    struct play_rig *f = calloc(1, sizeof(*f));
    void *rig = NULL;
    assert_non_null(f);
    assert_int_equal(rig_setup(&rig), 0);
    f->rig = rig;
    f->rig->app =
        (struct fe_app){.self = f, .source = "replay", .on_request = on_request, .on_end = on_end};
    f->pace = (struct fe_pace_options){.fast = true, .speed = 1};
    cassette_file_init(&f->file);
    *state = f;
    return 0;
}

int play_teardown(void **state)
{
    struct play_rig *f = *state;
    void *rig = f->rig;
    assert_int_equal(rig_teardown(&rig), 0);
    fe_reader_free(f->reader);
    fe_arena_done(&f->arena);
    cassette_file_done(&f->file);
    free(f);
    return 0;
}

void play_use(struct play_rig *f, struct fe_slice twin)
{
    struct fe_safe_frame *frame = fe_safe_frame_new();
    struct fe_slice line = FE_SLICE("");
    struct fe_buf bytes;
    const char *why = NULL;
    fe_buf_init(&bytes, 256 << 20);
    while (fe_slice_split(&twin, '\n', &line)) {
        assert_int_equal(fe_frame_from_json(line, frame, &why), 0);
        assert_int_equal(fe_buf_put(&bytes, fe_buf_slice(&frame->encoded)), 0);
    }
    fe_reader_free(f->reader);
    fe_arena_done(&f->arena);
    cassette_file_set(&f->file, fe_buf_slice(&bytes));
    assert_int_equal(cassette_file_open(&f->file, &f->reader), 0);
    assert_int_equal(fe_index_build(f->reader, &f->arena, &f->index), 0);
    assert_int_equal(f->index.damage_count, 0);
    assert_true(f->index.exchanges[0].ended);
    fe_buf_done(&bytes);
    fe_safe_frame_free(frame);
}

void play_expect(struct play_rig *f, const char *request, const char *answer, bool closed)
{
    struct client client;
    size_t len = strlen(answer);
    client_open(&client, f->rig);
    client_send(&client, request);
    WAIT_FOR(&client, client.in.len >= len || client.eof);
    client_settle(&client);
    assert_string_equal(client.in.len > 0 ? client.in.ptr : "", answer);
    assert_int_equal(client.eof, closed);
    client_close(&client);
}
