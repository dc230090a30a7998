/* SPDX-License-Identifier: MIT */
/* A recording in a folder of the test's own, under a clock that stands still, and what is told to
 * it. */
#ifndef FE_TESTS_UNIT_CASSETTE_RECORDING_FIXTURE_H
#define FE_TESTS_UNIT_CASSETTE_RECORDING_FIXTURE_H

#include "cassette_folder.h"

#include "cassette/recording.h"

#define SECRET "5ecret-bearer-value"

struct fixture {
    struct folder folder;
    struct fe_env env;
    struct fe_buf log; /* what the environment's own sink was given */
    struct fe_recording *recording;
    char why[FE_WRITER_WHY_BYTES];
};

static inline void keep_line(struct fe_slice line, void *arg)
{
    assert_int_equal(fe_buf_put(arg, line), 0);
}

static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    folder_make(&f->folder);
    fe_buf_init(&f->log, 1 << 20);
    fe_clock_init(&f->env.clock);
    fe_clock_freeze(&f->env.clock, INT64_C(1769860800) * FE_NS_PER_S);
    fe_random_init_deterministic(&f->env.random, 4);
    f->env.log = (struct fe_log){FE_LOG_INFO, false, keep_line, &f->log};
    *state = f;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    folder_remove(&f->folder);
    fe_buf_done(&f->log);
    free(f);
    return 0;
}

static inline int open_as(struct fixture *f, enum fe_writer_mode mode, enum fe_sync sync)
{
    const struct fe_recording_options options = {
        .file = {f->folder.file, mode, false},
        .sync = sync,
        .session = {.recorder = FE_SLICE("test/1"),
                    .upstream = FE_SLICE("http://upstream.example"),
                    .match_profile = FE_SLICE("strict")}};
    return fe_recording_open(&options, &f->env, &f->recording, f->why);
}

static inline void begin(struct fixture *f)
{
    assert_int_equal(open_as(f, FE_WRITER_CREATE, FE_SYNC_NONE), 0);
    assert_string_equal(f->why, "");
}

static inline struct frames *end(struct fixture *f)
{
    assert_int_equal(fe_recording_close(f->recording), 0);
    f->recording = NULL;
    struct frames *frames = frames_read(f->folder.file);
    assert_false(frames->torn);
    assert_int_equal(frames->items[0].kind, FE_FRAME_SESSION);
    return frames;
}

/* A head with one field. */
static inline struct fe_frame_head head_with(struct fe_header *field, const char *name,
                                             const char *value)
{
    *field = (struct fe_header){fe_slice_cstr(name), fe_slice_cstr(value)};
    return (struct fe_frame_head){.minor_version = 1, .headers = {field, 1, 1}};
}

/* The method and a field; or, without a method, an answer. */
static inline uint64_t request(struct fixture *f, enum fe_recorded_framing framing,
                               const char *name, const char *value)
{
    struct fe_header field;
    struct fe_frame_head head = head_with(&field, name, value);
    head.method = FE_SLICE("POST");
    head.target = FE_SLICE("/a?b=c");
    head.framing = framing;
    return fe_recording_request(f->recording, &head);
}

static inline uint64_t bare_request(struct fixture *f)
{
    return request(f, FE_RECORDED_NONE, "Authorization", "Bearer " SECRET);
}

static inline void respond(struct fixture *f, uint64_t x, enum fe_recorded_framing framing,
                           const char *name, const char *value)
{
    struct fe_header field;
    struct fe_frame_head head = head_with(&field, name, value);
    head.status = 200;
    head.reason = FE_SLICE("OK");
    head.framing = framing;
    fe_recording_response(f->recording, x, &head);
}

static inline void finish(struct fixture *f, uint64_t x, enum fe_recorded_outcome outcome)
{
    const struct fe_recording_end ended = {.outcome = outcome};
    fe_recording_end(f->recording, x, &ended);
}

static inline bool has(struct fe_slice text, const char *what)
{
    return memmem(text.ptr, text.len, what, strlen(what)) != NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
