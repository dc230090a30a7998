/* SPDX-License-Identifier: MIT */
/* What a disk, a crash or an editor may do to a cassette. */
#include "../expect.h"

#include "cassette_file.h"
#include "sample.h"
#include "util/random.h"

struct trial {
    struct cassette_file file;
    struct fe_buf sample;
};

static int begin(void **state)
{
    struct trial *trial = calloc(1, sizeof(*trial));
    fe_buf_init(&trial->sample, 1 << 20);
    sample_put(&trial->sample);
    sample_put_since(&trial->sample);
    cassette_file_init(&trial->file);
    *state = trial;
    return 0;
}

static int end(void **state)
{
    struct trial *trial = *state;
    cassette_file_done(&trial->file);
    fe_buf_done(&trial->sample);
    free(trial);
    return 0;
}

/* Looks at everything that the index speaks of. True if all is well. */
static bool is_sound(struct trial *trial)
{
    struct fe_reader *reader = NULL;
    struct fe_arena arena = {NULL};
    struct fe_index index;
    if (cassette_file_open(&trial->file, &reader) < 0) {
        assert_true(strlen(trial->file.why) > 0);
        return false;
    }
    assert_int_equal(fe_index_build(reader, &arena, &index), 0);
    for (size_t i = 0; i < index.count; i++) {
        for (size_t j = 0; j < index.exchanges[i].frame_count; j++) {
            struct fe_frame frame;
            fe_reader_frame_at(reader, index.exchanges[i].frames[j], &arena, &frame);
            assert_true(frame.kind < FE_FRAME_KINDS);
        }
    }
    bool sound = index.damage_count == 0;
    fe_arena_done(&arena);
    fe_reader_free(reader);
    return sound;
}

static void put_byte(struct trial *trial, size_t at, char byte)
{
    assert_int_equal(pwrite(trial->file.fd, &byte, 1, (off_t)at), 1);
}

static void every_flipped_bit_is_found(void **state)
{
    struct trial *trial = *state;
    cassette_file_set(&trial->file, fe_buf_slice(&trial->sample));
    assert_true(is_sound(trial));
    for (size_t at = 0; at < trial->sample.len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            put_byte(trial, at, (char)(trial->sample.ptr[at] ^ (1 << bit)));
            assert_false(is_sound(trial));
        }
        put_byte(trial, at, trial->sample.ptr[at]);
    }
    assert_true(is_sound(trial));
}

/* Exchanges that have their end in front of `length`. */
static size_t whole_before(const struct fe_index *index, const struct fe_reader *reader,
                           uint64_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < index->count; i++) {
        uint64_t offset = index->exchanges[i].end;
        struct fe_arena arena = {NULL};
        struct fe_frame frame;
        const char *why = NULL;
        assert_int_equal(fe_reader_next(reader, &offset, &arena, &frame, &why), 1);
        count += offset <= length;
        fe_arena_done(&arena);
    }
    return count;
}

static size_t ended(const struct fe_index *index)
{
    size_t count = 0;
    for (size_t i = 0; i < index->count; i++) {
        count += index->exchanges[i].ended;
    }
    return count;
}

static void expect_cut(struct trial *trial, size_t length, size_t whole)
{
    struct fe_reader *reader = NULL;
    struct fe_arena arena = {NULL};
    struct fe_index index;
    cassette_file_set(&trial->file, (struct fe_slice){trial->sample.ptr, length});
    if (cassette_file_open(&trial->file, &reader) < 0) {
        assert_int_equal(whole, 0);
        return;
    }
    assert_int_equal(fe_index_build(reader, &arena, &index), 0);
    assert_int_equal(ended(&index), whole);
    assert_true(index.damage_count <= 1);
    if (index.damage_count == 1) {
        assert_true(index.damages[0].torn);
        assert_int_equal(index.damages[0].offset + index.damages[0].bytes, length);
    }
    fe_arena_done(&arena);
    fe_reader_free(reader);
}

static void a_file_cut_anywhere_keeps_what_had_ended(void **state)
{
    struct trial *trial = *state;
    struct cassette_file whole_file;
    struct fe_reader *reader = NULL;
    struct fe_arena arena = {NULL};
    struct fe_index index;
    cassette_file_init(&whole_file);
    cassette_file_set(&whole_file, fe_buf_slice(&trial->sample));
    assert_int_equal(cassette_file_open(&whole_file, &reader), 0);
    assert_int_equal(fe_index_build(reader, &arena, &index), 0);
    assert_int_equal(ended(&index), SAMPLE_EXCHANGES + SAMPLE_SINCE_EXCHANGES);
    for (size_t length = 0; length <= trial->sample.len; length++) {
        expect_cut(trial, length, whole_before(&index, reader, length));
    }
    fe_arena_done(&arena);
    fe_reader_free(reader);
    cassette_file_done(&whole_file);
}

/* Bytes overwritten, moved and repeated at random; the checksums of most are then wrong, and of
 * those that are moved whole right. */
static void mutate(struct trial *trial, struct fe_random *random, struct fe_buf *bytes)
{
    uint32_t draws[4];
    fe_buf_clear(bytes);
    (void)fe_buf_put(bytes, fe_buf_slice(&trial->sample));
    fe_random_bytes(random, draws, sizeof(draws));
    size_t from = draws[0] % bytes->len;
    size_t to = draws[1] % bytes->len;
    size_t len = draws[2] % 64;
    len = from + len > bytes->len ? bytes->len - from : len;
    len = to + len > bytes->len ? bytes->len - to : len;
    if (draws[3] % 3 == 0) {
        memmove(bytes->ptr + to, bytes->ptr + from, len);
    } else if (draws[3] % 3 == 1) {
        fe_random_bytes(random, bytes->ptr + from, len % 5);
    } else {
        fe_buf_consume(bytes, from);
        (void)fe_buf_put(bytes, fe_buf_slice(&trial->sample));
    }
}

static void no_mutation_does_harm(void **state)
{
    struct trial *trial = *state;
    struct fe_random random;
    struct fe_buf bytes;
    size_t unsound = 0;
    fe_random_init_deterministic(&random, 3);
    fe_buf_init(&bytes, 1 << 20);
    for (int i = 0; i < 20000; i++) {
        mutate(trial, &random, &bytes);
        cassette_file_set(&trial->file, fe_buf_slice(&bytes));
        unsound += !is_sound(trial);
    }
    assert_true(unsound > 10000);
    fe_buf_done(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_flipped_bit_is_found, begin, end),
        cmocka_unit_test_setup_teardown(a_file_cut_anywhere_keeps_what_had_ended, begin, end),
        cmocka_unit_test_setup_teardown(no_mutation_does_harm, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
