/* SPDX-License-Identifier: MIT */
/* Cassettes that are opened by their index: what is read then, and what is believed. */
#include "library_rig.h"

#include <errno.h>

#include "cassette/decode.h"
#include "cassette/encode.h"
#include "cassette/index/recorded_read.h"
#include "cassette/safe.h"

enum {
    KEY_AT = 3 /* in a row: behind its flags and its status */
};

/* ── what is read ── */

static int open_unverified(struct rig *rig)
{
    const char *path = rig->files[0].path;
    const struct fe_library_options options = {
        .paths = &path,
        .path_count = 1,
        .verified_bytes_max = 1,
    };
    fe_errors_done(&rig->errors);
    fe_errors_init(&rig->errors);
    return fe_library_open(&options, &rig->random, &rig->library, &rig->errors);
}

/* Where the n-th frame of that kind begins in what has been recorded. */
static size_t frame_at(const struct rig *rig, enum fe_frame_kind kind, size_t n)
{
    struct fe_slice rest = fe_buf_slice(&rig->bytes);
    const char *why = NULL;
    for (;;) {
        uint64_t found = 0;
        ptrdiff_t length = fe_frame_length(rest, &found, &why);
        assert_true(length > 0);
        if (found == (uint64_t)kind && n-- == 0) {
            return rig->bytes.len - rest.len;
        }
        rest = fe_slice_from(rest, (size_t)length);
    }
}

/* The bytes of every frame but the session's are spoilt, so that none of them can be read. */
static void no_frame_of_an_exchange_is_read(void **state)
{
    struct rig *rig = *state;
    struct fe_library_facts facts;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "one");
    record(rig, "PUT /a x", 204, NULL);
    record(rig, "GET /job", 200, "same");
    record(rig, "GET /job", 200, "same");
    size_t first = frame_at(rig, FE_FRAME_REQUEST, 0);
    size_t last = rig->bytes.len;
    seal(rig);
    for (size_t at = first; at < last; at++) {
        rig->bytes.ptr[at] = (char)~rig->bytes.ptr[at];
    }
    cassette_file_set(&rig->files[0], fe_buf_slice(&rig->bytes));
    assert_int_equal(open_unverified(rig), 0);
    fe_library_facts(rig->library, 0, &facts);
    assert_int_equal(facts.exchanges, 4);
    assert_int_equal(ask(rig, "GET /a"), FE_FOUND);
    assert_int_equal(ask(rig, "PUT /a x"), FE_FOUND);
    assert_int_equal(ask(rig, "GET /job"), FE_FOUND);
    assert_int_equal(ask(rig, "GET /job"), FE_FOUND_IDLE);
    assert_int_equal(rig->take.recorded->frame_count, 0);
}

/* Too long for the index to have looked at: then the frames are read. */
static void what_has_no_key_in_the_index_is_found_all_the_same(void **state)
{
    enum {
        LONG = (1 << 20) + 1
    };
    struct rig *rig = *state;
    char *asked = calloc(1, LONG + 16);
    char *answer = calloc(1, LONG + 1);
    assert_true(asked && answer);
    (void)memset(answer, 'a', LONG);
    (void)snprintf(asked, LONG + 16, "POST /a %s", answer);
    begin_session(rig, 1, NULL);
    record(rig, asked, 200, "");
    record(rig, "GET /job", 200, answer);
    record(rig, "GET /job", 200, answer);
    seal(rig);
    load(rig);
    EXPECT_NEW(rig, asked, 1);
    EXPECT_NEW(rig, "GET /job", 2);
    assert_int_equal(ask(rig, "GET /job"), FE_FOUND_IDLE);
    assert_int_equal(rig->take.seq, 3);
    free(asked);
    free(answer);
}

/* ── what is believed ── */

/* Recorded, with an index by rules of that number whose only key is spoilt. */
static void record_with_spoilt_key(struct rig *rig, uint64_t canonical)
{
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "one");
    seal(rig);
    struct fe_arena arena = {NULL};
    struct fe_frame frame;
    const char *why = NULL;
    size_t at = frame_at(rig, FE_FRAME_INDEX, 0);
    assert_true(
        fe_frame_decode(fe_slice_from(fe_buf_slice(&rig->bytes), at), &arena, &frame, &why) > 0);
    struct fe_slice rows = fe_arena_copy(&arena, frame.index.rows);
    ((char *)(uintptr_t)rows.ptr)[KEY_AT] ^= 1;
    frame.index.rows = rows;
    frame.index.canonical = canonical;
    fe_encode_index(&frame.index, rig->frame);
    assert_int_equal(fe_buf_slice(&rig->frame->encoded).len, frame_at(rig, FE_FRAME_SEAL, 0) - at);
    memcpy(rig->bytes.ptr + at, rig->frame->encoded.ptr, rig->frame->encoded.len);
    fe_arena_done(&arena);
}

static void the_key_is_the_index_s(void **state)
{
    struct rig *rig = *state;
    record_with_spoilt_key(rig, FE_CANONICAL_VERSION);
    load(rig);
    EXPECT_MISS(rig, "GET /a", FE_MISS_UNKNOWN);
}

static void a_key_that_was_made_in_another_way_is_made_anew(void **state)
{
    struct rig *rig = *state;
    record_with_spoilt_key(rig, FE_CANONICAL_VERSION + 1);
    load(rig);
    EXPECT_NEW(rig, "GET /a", 1);
}

static void a_key_of_another_profile_is_made_anew(void **state)
{
    struct rig *rig = *state;
    record_with_spoilt_key(rig, FE_CANONICAL_VERSION);
    finish(rig);
    assert_int_equal(try_to_load(rig, FE_MATCH_LENIENT), 0);
    EXPECT_NEW(rig, "GET /a", 1);
}

static void with_a_person_s_rules_keys_are_made_anew(void **state)
{
    struct rig *rig = *state;
    record_with_spoilt_key(rig, FE_CANONICAL_VERSION);
    finish(rig);
    const char *path = rig->files[0].path;
    const struct fe_match_rule rule = {.path = FE_SLICE("/b")};
    const struct fe_library_options options = {
        .paths = &path, .path_count = 1, .rules = &rule, .rule_count = 1};
    assert_int_equal(fe_library_open(&options, &rig->random, &rig->library, &rig->errors), 0);
    EXPECT_NEW(rig, "GET /a", 1);
}

/* Whoever changes a session and leaves its index in. */
static void an_index_of_another_session_is_damage(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "one");
    size_t end = rig->bytes.len;
    seal(rig);
    struct fe_buf tail;
    fe_buf_init(&tail, 1 << 20);
    (void)fe_buf_put(&tail, fe_slice_from(fe_buf_slice(&rig->bytes), end));
    fe_buf_clear(&rig->bytes);
    begin_session(rig, 1, NULL);
    record(rig, "GET /b", 200, "two");
    assert_int_equal(rig->bytes.len, end);
    (void)fe_buf_put(&rig->bytes, fe_buf_slice(&tail));
    fe_buf_done(&tail);
    finish(rig);
    assert_int_equal(try_to_load(rig, FE_MATCH_STRICT), -EINVAL);
    assert_non_null(strstr(rig->errors.text.ptr, "an index of other frames than there are"));
}

/* ── what a disk may do ── */

static const char *const asks[] = {"GET /job", "POST /a {\"b\":[1]}", "GET /c?d=e"};
static const char *const answers[] = {"job", "second", "third"};

static void record_sample(struct rig *rig)
{
    begin_session(rig, 1, NULL);
    for (size_t i = 0; i < 2; i++) {
        record(rig, asks[i], 200, answers[i]);
    }
    seal(rig);
    begin_session(rig, 1, "pin");
    for (size_t i = 2; i < COUNT_OF(asks); i++) {
        record(rig, asks[i], 200, answers[i]);
    }
    record_said(rig, &(struct said){.asked = "GET /cut", .cut_off = true});
    seal(rig);
}

/* Every frame of what was taken is what was recorded, or none at all. */
static void expect_sound(const struct rig *rig, size_t i)
{
    const struct fe_recorded *recorded = rig->take.recorded;
    struct fe_arena arena = {NULL};
    for (size_t k = 0; k < recorded->frame_count; k++) {
        struct fe_frame frame;
        fe_reader_frame_at(rig->take.reader, recorded->frames[k], &arena, &frame);
        if (frame.kind == FE_FRAME_RESPONSE_BODY) {
            EXPECT_SLICE(frame.body.bytes, answers[i]);
        }
        assert_true(frame.kind != FE_FRAME_SESSION && frame.kind != FE_FRAME_SEAL);
    }
    struct fe_recorded_ends ends;
    fe_recorded_ends(rig->take.reader, recorded, &arena, &ends);
    fe_arena_done(&arena);
}

static void look_for_near(struct rig *rig, const char *asked)
{
    struct fe_near near[2];
    struct fe_arena arena = {NULL};
    struct fe_frame_head head = {.exchange = 0};
    struct fe_slice body;
    put_asked(asked, &head, &body);
    (void)fe_library_nearest(rig->library, &head, &body, &arena, near, COUNT_OF(near));
    fe_arena_done(&arena);
}

/* Opens what is in the file and plays all of it; how many answers were found. */
static size_t play_all(struct rig *rig, int opened)
{
    size_t found = 0;
    for (size_t i = 0; opened == 0 && i < COUNT_OF(asks); i++) {
        if (ask(rig, asks[i]) == FE_FOUND) {
            expect_sound(rig, i);
            found++;
        }
    }
    if (opened == 0) {
        look_for_near(rig, "GET /other");
    }
    assert_true(opened == 0 || rig->errors.count > 0);
    fe_library_free(rig->library);
    rig->library = NULL;
    return found;
}

static int open_verified(struct rig *rig)
{
    rig->count = 1;
    fe_errors_done(&rig->errors);
    fe_errors_init(&rig->errors);
    return try_to_load(rig, FE_MATCH_STRICT);
}

static void flip(struct rig *rig, size_t at, unsigned bit)
{
    char byte = (char)(rig->bytes.ptr[at] ^ (1 << bit));
    assert_int_equal(pwrite(rig->files[0].fd, &byte, 1, (off_t)at), 1);
}

static void restore(struct rig *rig, size_t at)
{
    assert_int_equal(pwrite(rig->files[0].fd, rig->bytes.ptr + at, 1, (off_t)at), 1);
}

/* In a seal at the very end it is a torn tail, and all that had ended is there. */
static void nothing_is_served_from_a_file_with_a_flipped_bit(void **state)
{
    struct rig *rig = *state;
    record_sample(rig);
    size_t tail = frame_at(rig, FE_FRAME_SEAL, 1);
    cassette_file_set(&rig->files[0], fe_buf_slice(&rig->bytes));
    assert_int_equal(play_all(rig, open_verified(rig)), COUNT_OF(asks));
    for (size_t at = 0; at < rig->bytes.len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            flip(rig, at, bit);
            int opened = open_verified(rig);
            size_t found = play_all(rig, opened);
            assert_true(opened < 0 || (at >= tail && found == COUNT_OF(asks)));
        }
        restore(rig, at);
    }
}

static void no_flipped_bit_does_harm_in_a_file_that_is_not_verified(void **state)
{
    struct rig *rig = *state;
    size_t opened = 0;
    record_sample(rig);
    cassette_file_set(&rig->files[0], fe_buf_slice(&rig->bytes));
    assert_int_equal(play_all(rig, open_unverified(rig)), COUNT_OF(asks));
    for (size_t at = 0; at < rig->bytes.len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            flip(rig, at, bit);
            int r = open_unverified(rig);
            opened += r == 0;
            (void)play_all(rig, r);
        }
        restore(rig, at);
    }
    assert_true(opened > rig->bytes.len);
}

/* Its checksum is right, and what it says is not: it leads to where no frame is, or another's. */
static void put_false_index(struct rig *rig, size_t at, struct fe_frame_index *index,
                            uint32_t draws[4])
{
    char *rows = (char *)(uintptr_t)index->rows.ptr;
    for (size_t i = 0; i < 1 + draws[0] % 3; i++) {
        rows[draws[1 + i] % index->rows.len] = (char)(draws[0] >> 8 * i);
    }
    fe_encode_index(index, rig->frame);
    memcpy(rig->bytes.ptr + at, rig->frame->encoded.ptr, rig->frame->encoded.len);
    cassette_file_set(&rig->files[0], fe_buf_slice(&rig->bytes));
}

static void no_index_that_says_what_is_not_so_does_harm(void **state)
{
    struct rig *rig = *state;
    struct fe_arena arena = {NULL};
    struct fe_frame frame;
    struct fe_buf rows;
    const char *why = NULL;
    fe_buf_init(&rows, 1 << 20);
    record_sample(rig);
    size_t at = frame_at(rig, FE_FRAME_INDEX, 1);
    assert_true(
        fe_frame_decode(fe_slice_from(fe_buf_slice(&rig->bytes), at), &arena, &frame, &why) > 0);
    (void)fe_buf_put(&rows, frame.index.rows);
    for (int i = 0; i < 2000; i++) {
        uint32_t draws[4];
        frame.index.rows = fe_arena_copy(&arena, fe_buf_slice(&rows));
        fe_random_bytes(&rig->random, draws, sizeof(draws));
        put_false_index(rig, at, &frame.index, draws);
        (void)play_all(rig, i % 2 ? open_verified(rig) : open_unverified(rig));
        fe_arena_done(&arena);
    }
    fe_buf_done(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST_ONCE(no_frame_of_an_exchange_is_read),
        RIG_TEST_ONCE(what_has_no_key_in_the_index_is_found_all_the_same),
        RIG_TEST_ONCE(the_key_is_the_index_s),
        RIG_TEST_ONCE(a_key_that_was_made_in_another_way_is_made_anew),
        RIG_TEST_ONCE(a_key_of_another_profile_is_made_anew),
        RIG_TEST_ONCE(with_a_person_s_rules_keys_are_made_anew),
        RIG_TEST_ONCE(an_index_of_another_session_is_damage),
        RIG_TEST_ONCE(nothing_is_served_from_a_file_with_a_flipped_bit),
        RIG_TEST_ONCE(no_flipped_bit_does_harm_in_a_file_that_is_not_verified),
        RIG_TEST_ONCE(no_index_that_says_what_is_not_so_does_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
