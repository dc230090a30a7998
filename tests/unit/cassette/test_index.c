/* SPDX-License-Identifier: MIT */
/* Indices in files: the golden ones, which shall mean the same for ever. */
#include "cassette_file.h"

#include <errno.h>

#include "cassette/index/sealed.h"
#include "cassette/index/session_rows.h"
#include "util/random.h"

struct trial {
    struct cassette_file file;
    struct fe_buf bytes;
    struct fe_arena arena;
    struct fe_reader *reader;
    struct fe_index index;
    struct fe_sealed_session *sealed;
};

static void add_file(struct trial *trial, const char *name)
{
    char path[256];
    char *room = NULL;
    (void)snprintf(path, sizeof(path), "%s/%s", FE_CASSETTES, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fe_buf_reserve(&trial->bytes, 1 << 16, &room), 0);
    trial->bytes.len += fread(room, 1, 1 << 16, file);
    assert_int_equal(fclose(file), 0);
}

static int begin(void **state)
{
    struct trial *trial = calloc(1, sizeof(*trial));
    fe_buf_init(&trial->bytes, 1 << 20);
    cassette_file_init(&trial->file);
    *state = trial;
    return 0;
}

static int end(void **state)
{
    struct trial *trial = *state;
    fe_reader_free(trial->reader);
    fe_arena_done(&trial->arena);
    cassette_file_done(&trial->file);
    fe_buf_done(&trial->bytes);
    free(trial);
    return 0;
}

static int open_bytes(struct trial *trial, size_t len)
{
    fe_reader_free(trial->reader);
    trial->reader = NULL;
    cassette_file_set(&trial->file, (struct fe_slice){trial->bytes.ptr, len});
    if (cassette_file_open(&trial->file, &trial->reader) < 0) {
        return -ENOENT;
    }
    assert_int_equal(fe_index_build(trial->reader, &trial->arena, &trial->index), 0);
    return fe_sealed_read(trial->reader, true, &trial->arena, &trial->sealed);
}

/* ── what it says ── */

/* Were requests made canonical in another way, FE_CANONICAL_VERSION would have to be another. */
static void the_golden_indices_are_what_is_made_today(void **state)
{
    struct trial *trial = *state;
    add_file(trial, "golden-2.cassette");
    assert_int_equal(open_bytes(trial, trial->bytes.len), 0);
    assert_int_equal(trial->index.damage_count, 0);
    assert_int_equal(trial->index.session_count, 2);
    for (size_t i = 0; i < trial->index.session_count; i++) {
        assert_true(trial->index.session_sealed[i]);
        assert_true(fe_session_rows_hold(trial->reader, trial->index.session_offsets[i],
                                         trial->index.session_indices[i]));
    }
}

static void expect_same(const struct fe_recorded *a, const struct fe_recorded *b)
{
    assert_int_equal(a->exchange, b->exchange);
    assert_int_equal(a->ended, b->ended);
    assert_int_equal(a->status, b->status);
    assert_true(a->request == b->request && a->response == b->response && a->end == b->end);
    assert_int_equal(a->frame_count, b->frame_count);
    assert_memory_equal(a->frames, b->frames, a->frame_count * sizeof(*a->frames));
}

/* Each session's rows against what reading it has found, from the `at`-th exchange on. */
static size_t expect_rows(struct trial *trial, const struct fe_sealed_session *session, size_t at)
{
    for (const struct fe_sealed_rows *rows = session->rows; rows; rows = rows->next) {
        struct fe_slice rest = rows->rows;
        assert_true(rows->keys_hold);
        while (rest.len > 0) {
            struct fe_packed_row packed;
            struct fe_recorded recorded;
            assert_int_equal(fe_row_unpack(&rest, &packed), 0);
            assert_int_equal(
                fe_row_recorded(&packed, trial->reader, session->offset, &trial->arena, &recorded),
                0);
            expect_same(&recorded, &trial->index.exchanges[at++]);
        }
    }
    return at;
}

static void what_an_index_says_is_true_wherever_it_stands(void **state)
{
    struct trial *trial = *state;
    size_t exchanges = 0;
    size_t sessions = 0;
    for (int i = 0; i < 3; i++) {
        add_file(trial, "golden-2.cassette");
    }
    assert_int_equal(open_bytes(trial, trial->bytes.len), 0);
    for (const struct fe_sealed_session *s = trial->sealed; s; s = s->next) {
        assert_int_equal(s->offset, trial->index.session_offsets[sessions++]);
        exchanges = expect_rows(trial, s, exchanges);
    }
    assert_int_equal(sessions, trial->index.session_count);
    assert_int_equal(exchanges, trial->index.count);
}

/* ── where there is none ── */

static void a_session_without_an_index_wants_all_to_be_read(void **state)
{
    struct trial *trial = *state;
    add_file(trial, "golden-2.cassette");
    size_t indexed = trial->bytes.len;
    add_file(trial, "golden-1.cassette");
    assert_int_equal(open_bytes(trial, trial->bytes.len), -ENOENT);
    add_file(trial, "golden-2.cassette");
    assert_int_equal(open_bytes(trial, trial->bytes.len), -ENOENT);
    assert_int_equal(open_bytes(trial, indexed), 0);
}

static void a_file_that_is_cut_has_one_only_at_a_session_s_end(void **state)
{
    struct trial *trial = *state;
    add_file(trial, "golden-2.cassette");
    assert_int_equal(open_bytes(trial, trial->bytes.len), 0);
    size_t second = (size_t)trial->index.session_offsets[1];
    for (size_t len = 0; len < trial->bytes.len; len++) {
        assert_int_equal(open_bytes(trial, len), len == second ? 0 : -ENOENT);
        fe_arena_done(&trial->arena);
    }
}

static void rows_of_anything_do_no_harm(void **state)
{
    struct fe_random random;
    char bytes[64];
    (void)state;
    fe_random_init_deterministic(&random, 7);
    for (int i = 0; i < 100000; i++) {
        struct fe_packed_row packed;
        fe_random_bytes(&random, bytes, sizeof(bytes));
        struct fe_slice rest = {bytes, (size_t)((unsigned char)bytes[0] % sizeof(bytes))};
        while (fe_row_unpack(&rest, &packed) == 0) {
            assert_true(packed.frame_count > packed.response && packed.last >= packed.first);
        }
    }
}

/* ── what none can be made of ── */

static void of_frames_that_do_not_fit_together_there_is_no_index(void **state)
{
    struct trial *trial = *state;
    struct fe_buf rows;
    add_file(trial, "golden-2.cassette");
    assert_int_equal(open_bytes(trial, trial->bytes.len), 0);
    struct fe_slice whole = fe_buf_slice(&trial->bytes);
    struct fe_slice session = {whole.ptr, (size_t)trial->index.session_indices[0]};
    fe_buf_init(&rows, FE_SESSION_ROWS_BYTES_MAX);
    assert_int_equal(fe_session_rows(session, &rows), 0);
    session.len--;
    assert_int_equal(fe_session_rows(session, &rows), -EBADMSG);
    assert_int_equal(fe_session_rows(whole, &rows), -EBADMSG);
    fe_buf_done(&rows);
    fe_buf_init(&rows, 10);
    session.len++;
    assert_int_equal(fe_session_rows(session, &rows), -E2BIG);
    fe_buf_done(&rows);
}

#define TRIAL(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(the_golden_indices_are_what_is_made_today),
        TRIAL(what_an_index_says_is_true_wherever_it_stands),
        TRIAL(a_session_without_an_index_wants_all_to_be_read),
        TRIAL(a_file_that_is_cut_has_one_only_at_a_session_s_end),
        TRIAL(rows_of_anything_do_no_harm),
        TRIAL(of_frames_that_do_not_fit_together_there_is_no_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
