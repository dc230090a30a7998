/* SPDX-License-Identifier: MIT */
/* The end of a session: its index, and its seal. */
#include "cassette_folder.h"

#include "cassette/copy.h"
#include "cassette/encode.h"
#include "cassette/index/session_rows.h"
#include "cassette/writer.h"

#define SESSION                                                                                    \
    "{\"kind\":\"session\",\"format\":1,\"reader\":1,\"recorder\":\"test/1\","                     \
    "\"upstream\":\"http://upstream.example\",\"time\":\"2026-01-31T12:00:00.000Z\","              \
    "\"redaction\":{\"version\":1,\"secrets\":\"replaced\"},\"match\":{\"profile\":\"strict\"}}"
#define REQUEST                                                                                    \
    "{\"kind\":\"request\",\"x\":%d,\"t\":0,\"method\":\"GET\",\"target\":\"/a/%d\","              \
    "\"version\":\"1.1\",\"headers\":[],\"framing\":\"none\"}"
#define END                                                                                        \
    "{\"kind\":\"end\",\"x\":%d,\"t\":0,\"outcome\":\"refused\","                                  \
    "\"request\":{\"bytes\":%d,\"wire\":0},\"response\":{\"bytes\":0,\"wire\":0}}"

struct fixture {
    struct folder folder;
    struct fe_safe_frame *frame;
    struct fe_writer *writer;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    folder_make(&f->folder);
    f->frame = fe_safe_frame_new();
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    fe_safe_frame_free(f->frame);
    folder_remove(&f->folder);
    free(f);
    return 0;
}

static void open_file(struct fixture *f, enum fe_writer_mode mode)
{
    const struct fe_writer_options options = {f->folder.file, mode, false};
    char why[FE_WRITER_WHY_BYTES];
    assert_int_equal(fe_writer_open(&options, &f->writer, why), 0);
}

static void put(struct fixture *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct fixture *f, const char *format, ...)
{
    char line[512];
    const char *why = NULL;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    assert_int_equal(fe_frame_from_json(fe_slice_cstr(line), f->frame, &why), 0);
    assert_int_equal(fe_writer_put(f->writer, f->frame), 0);
}

static void put_session(struct fixture *f, int exchanges)
{
    put(f, "%s", SESSION);
    for (int i = 1; i <= exchanges; i++) {
        put(f, REQUEST, i, i);
        put(f, END, i, 0);
    }
}

static void close_sealed(struct fixture *f)
{
    assert_int_equal(fe_writer_seal(f->writer), 0);
    assert_int_equal(fe_writer_close(f->writer), 0);
}

/* Every session has an index that says what is in it; there are so many index frames in all. */
static void expect_indices(struct fixture *f, size_t sessions, size_t index_frames)
{
    struct fe_reader *reader = NULL;
    struct fe_arena arena = {NULL};
    struct fe_index index;
    char why[FE_WRITER_WHY_BYTES];
    assert_int_equal(fe_reader_open(f->folder.file, &reader, why, sizeof(why)), 0);
    assert_int_equal(fe_index_build(reader, &arena, &index), 0);
    assert_int_equal(index.damage_count, 0);
    assert_int_equal(index.session_count, sessions);
    for (size_t i = 0; i < sessions; i++) {
        assert_true(index.session_sealed[i] && index.session_indices[i] > 0);
        assert_true(
            fe_session_rows_hold(reader, index.session_offsets[i], index.session_indices[i]));
    }
    assert_int_equal(index.frame_count - sessions, 2 * index.count + index_frames + sessions);
    fe_arena_done(&arena);
    fe_reader_free(reader);
}

static void a_seal_has_an_index_before_it(void **state)
{
    struct fixture *f = *state;
    open_file(f, FE_WRITER_CREATE);
    put_session(f, 3);
    close_sealed(f);
    expect_indices(f, 1, 1);
    struct frames *frames = frames_read(f->folder.file);
    const struct fe_frame_seal *seal = &frame_of(frames, FE_FRAME_SEAL, 0)->seal;
    assert_true(seal->frames == 8 && seal->exchanges == 3 && seal->index_bytes > 0);
    frames_free(frames);
}

static void a_session_without_exchanges_has_one_too(void **state)
{
    struct fixture *f = *state;
    open_file(f, FE_WRITER_CREATE);
    put_session(f, 0);
    close_sealed(f);
    expect_indices(f, 1, 1);
}

static void each_session_has_its_own(void **state)
{
    struct fixture *f = *state;
    open_file(f, FE_WRITER_CREATE);
    put_session(f, 2);
    assert_int_equal(fe_writer_seal(f->writer), 0);
    put_session(f, 1);
    close_sealed(f);
    open_file(f, FE_WRITER_APPEND);
    put_session(f, 4);
    close_sealed(f);
    expect_indices(f, 3, 3);
}

static void many_rows_are_divided(void **state)
{
    struct fixture *f = *state;
    open_file(f, FE_WRITER_CREATE);
    put_session(f, 40000);
    close_sealed(f);
    expect_indices(f, 1, 2);
}

static void an_index_from_elsewhere_is_made_anew(void **state)
{
    struct fixture *f = *state;
    open_file(f, FE_WRITER_CREATE);
    put_session(f, 2);
    put(f, "{\"kind\":\"index\",\"canonical\":9,\"covers\":1,\"crc\":2,\"bytes\":\"\"}");
    put(f, "{\"kind\":\"seal\",\"frames\":99,\"exchanges\":98,\"index\":97}");
    assert_int_equal(fe_writer_close(f->writer), 0);
    expect_indices(f, 1, 1);
}

static void where_there_was_none_a_seal_is_put_as_it_is(void **state)
{
    struct fixture *f = *state;
    open_file(f, FE_WRITER_CREATE);
    put_session(f, 1);
    put(f, "{\"kind\":\"seal\",\"frames\":99,\"exchanges\":98}");
    assert_int_equal(fe_writer_close(f->writer), 0);
    struct frames *frames = frames_read(f->folder.file);
    assert_int_equal(frames->count, 4);
    assert_true(frames->items[3].seal.frames == 99);
    frames_free(frames);
}

static void what_does_not_fit_together_is_sealed_without(void **state)
{
    struct fixture *f = *state;
    open_file(f, FE_WRITER_CREATE);
    put_session(f, 1);
    put(f, REQUEST, 2, 2);
    put(f, END, 2, 77);
    close_sealed(f);
    struct frames *frames = frames_read(f->folder.file);
    const struct fe_frame_seal *seal = &frame_of(frames, FE_FRAME_SEAL, 0)->seal;
    assert_int_equal(frames_of(frames, FE_FRAME_INDEX), 0);
    assert_true(seal->frames == 5 && seal->exchanges == 2 && seal->index_bytes == 0);
    frames_free(frames);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_seal_has_an_index_before_it),
        TEST(a_session_without_exchanges_has_one_too),
        TEST(each_session_has_its_own),
        TEST(many_rows_are_divided),
        TEST(an_index_from_elsewhere_is_made_anew),
        TEST(where_there_was_none_a_seal_is_put_as_it_is),
        TEST(what_does_not_fit_together_is_sealed_without),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
