/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <dirent.h>
#include <errno.h>

#include "cassette/copy.h"
#include "cassette/encode.h"
#include "cassette/safe.h"
#include "cassette_file.h"
#include "sample.h"

struct trial {
    struct cassette_file file;
    struct fe_buf bytes;
    struct fe_reader *reader;
    struct fe_arena arena;
    struct fe_index index;
};

static int begin(void **state)
{
    struct trial *trial = calloc(1, sizeof(*trial));
    cassette_file_init(&trial->file);
    fe_buf_init(&trial->bytes, 1 << 20);
    *state = trial;
    return 0;
}

static int end(void **state)
{
    struct trial *trial = *state;
    fe_arena_done(&trial->arena);
    fe_reader_free(trial->reader);
    fe_buf_done(&trial->bytes);
    cassette_file_done(&trial->file);
    free(trial);
    return 0;
}

static void index_bytes(struct trial *trial)
{
    cassette_file_set(&trial->file, fe_buf_slice(&trial->bytes));
    assert_int_equal(cassette_file_open(&trial->file, &trial->reader), 0);
    assert_int_equal(fe_index_build(trial->reader, &trial->arena, &trial->index), 0);
}

static void put_line(struct trial *trial, const char *line)
{
    struct fe_safe_frame *frame = fe_safe_frame_new();
    const char *why = NULL;
    assert_int_equal(fe_frame_from_json(fe_slice_cstr(line), frame, &why), 0);
    (void)fe_buf_put(&trial->bytes, fe_buf_slice(&frame->encoded));
    fe_safe_frame_free(frame);
}

static void put_session(struct trial *trial)
{
    put_line(trial, "{\"kind\":\"session\",\"format\":1,\"reader\":1,\"recorder\":\"r\","
                    "\"upstream\":\"u\",\"time\":\"t\",\"redaction\":{\"version\":1,\"secrets\":"
                    "\"replaced\"},\"match\":{\"profile\":\"strict\"}}");
}

static void put_request(struct trial *trial)
{
    put_line(trial, "{\"kind\":\"request\",\"x\":1,\"t\":0,\"method\":\"GET\",\"target\":\"/\","
                    "\"version\":\"1.1\",\"headers\":[],\"framing\":\"none\"}");
}

static void put_response(struct trial *trial)
{
    put_line(trial, "{\"kind\":\"response\",\"x\":1,\"t\":0,\"status\":200,\"reason\":\"\","
                    "\"version\":\"1.1\",\"headers\":[],\"framing\":\"close\"}");
}

static void put_end(struct trial *trial)
{
    put_line(trial, "{\"kind\":\"end\",\"x\":1,\"t\":0,\"outcome\":\"ok\",\"request\":{\"bytes\":0,"
                    "\"wire\":0},\"response\":{\"bytes\":0,\"wire\":0}}");
}

#define RESPONSE_BODY "{\"kind\":\"response_body\",\"x\":1,\"at\":0,\"pace\":[],\"bytes\":\"a\"}"

static void expect_damage(struct trial *trial, const char *why, bool ended)
{
    index_bytes(trial);
    assert_int_equal(trial->index.damage_count, 1);
    assert_string_equal(trial->index.damages[0].why, why);
    assert_false(trial->index.damages[0].torn);
    assert_int_equal(trial->index.exchanges[0].ended, ended);
}

static void gives_the_exchanges_of_the_sample(void **state)
{
    struct trial *trial = *state;
    sample_put(&trial->bytes);
    index_bytes(trial);
    const struct fe_index *index = &trial->index;
    assert_int_equal(index->session_count, 1);
    assert_true(index->session_sealed[0]);
    assert_int_equal(index->frame_count, SAMPLE_FRAMES);
    assert_int_equal(index->damage_count, 0);
    assert_int_equal(index->count, SAMPLE_EXCHANGES);
    const struct fe_recorded *first = &index->exchanges[0];
    assert_int_equal(first->seq, 1);
    assert_int_equal(first->exchange, 1);
    assert_true(first->ended);
    assert_int_equal(first->frame_count, 7);
    assert_int_equal(first->frames[0], first->request);
    assert_int_equal(first->frames[6], first->end);
    assert_int_equal(index->exchanges[1].response, UINT64_MAX);
    struct fe_frame frame;
    fe_reader_frame_at(trial->reader, index->exchanges[1].request, &trial->arena, &frame);
    EXPECT_SLICE(frame.head.target, "/gone");
}

static void two_cassettes_one_behind_the_other_are_one(void **state)
{
    struct trial *trial = *state;
    sample_put(&trial->bytes);
    uint64_t second = trial->bytes.len;
    sample_put(&trial->bytes);
    index_bytes(trial);
    assert_int_equal(trial->index.session_count, 2);
    assert_int_equal(trial->index.session_offsets[1], second);
    assert_int_equal(trial->index.count, 2 * SAMPLE_EXCHANGES);
    assert_int_equal(trial->index.exchanges[2].session, 1);
    assert_int_equal(trial->index.exchanges[2].exchange, 1);
    assert_int_equal(trial->index.damage_count, 0);
}

#define REQUEST_OF                                                                                 \
    "{\"kind\":\"request\",\"t\":0,\"method\":\"GET\",\"target\":\"/"                              \
    "\",\"version\":\"1.1\",\"headers\":[],"                                                       \
    "\"framing\":\"none\",\"x\":"
#define BODY_OF "{\"kind\":\"request_body\",\"at\":0,\"pace\":[],\"bytes\":\"a\",\"x\":"

/* The line but for its last number. */
static void put_line_of(struct trial *trial, const char *beginning, int number)
{
    char line[256];
    (void)snprintf(line, sizeof(line), "%s%d}", beginning, number);
    put_line(trial, line);
}

static void tells_many_exchanges_apart(void **state)
{
    enum {
        EXCHANGES = 1000
    };
    struct trial *trial = *state;
    put_session(trial);
    for (int round = 0; round < 2; round++) {
        for (int i = 1; i <= EXCHANGES; i++) {
            put_line_of(trial, round == 0 ? REQUEST_OF : BODY_OF, i * 1000);
        }
    }
    index_bytes(trial);
    assert_int_equal(trial->index.damage_count, 0);
    assert_int_equal(trial->index.count, EXCHANGES);
    for (size_t i = 0; i < EXCHANGES; i++) {
        const struct fe_recorded *recorded = &trial->index.exchanges[i];
        struct fe_frame frame;
        assert_int_equal(recorded->frame_count, 2);
        fe_reader_frame_at(trial->reader, recorded->frames[1], &trial->arena, &frame);
        assert_int_equal(frame.body.exchange, (i + 1) * 1000);
    }
}

static void goes_on_behind_a_damaged_frame(void **state)
{
    struct trial *trial = *state;
    sample_put(&trial->bytes);
    sample_put(&trial->bytes);
    size_t at = 0;
    while (memcmp(trial->bytes.ptr + at, "abc", 3) != 0) {
        at++;
    }
    trial->bytes.ptr[at] = 'b';
    index_bytes(trial);
    const struct fe_index *index = &trial->index;
    assert_int_equal(index->count, 2 * SAMPLE_EXCHANGES);
    assert_false(index->exchanges[0].ended);
    assert_true(index->exchanges[1].ended);
    assert_true(index->exchanges[2].ended);
    assert_int_equal(index->damage_count, 3);
    assert_string_equal(index->damages[0].why, "the checksum is wrong");
    assert_string_equal(index->damages[1].why, "a body that does not go on where it was");
    assert_string_equal(index->damages[2].why, "an end that counts other bytes than there are");
}

/* Whoever records an upload of a cassette has frames within frames. */
static void a_damaged_body_is_not_searched_for_frames(void **state)
{
    struct trial *trial = *state;
    struct fe_buf inner;
    struct fe_pace pace = {0, 0};
    struct fe_frame_body body = {.exchange = 1, .pace = &pace, .pace_count = 1};
    struct fe_safe_frame *frame = fe_safe_frame_new();
    fe_buf_init(&inner, 1 << 20);
    sample_put(&inner);
    fe_encode_body(FE_FRAME_RESPONSE_BODY, &body, &(struct fe_safe_bytes){fe_buf_slice(&inner)},
                   frame);
    put_session(trial);
    put_request(trial);
    put_response(trial);
    (void)fe_buf_put(&trial->bytes, fe_buf_slice(&frame->encoded));
    trial->bytes.ptr[trial->bytes.len - 1] ^= 1;
    put_line(trial, "{\"kind\":\"seal\",\"frames\":4,\"exchanges\":1}");
    expect_damage(trial, "the checksum is wrong", false);
    assert_int_equal(trial->index.session_count, 1);
    fe_safe_frame_free(frame);
    fe_buf_done(&inner);
}

static void frames_that_do_not_fit_are_damage(void **state)
{
    static const struct {
        const char *line;
        const char *why;
    } cases[] = {
        {"{\"kind\":\"response_body\",\"x\":2,\"at\":0,\"pace\":[],\"bytes\":\"a\"}",
         "a frame of an exchange that has no request"},
        {RESPONSE_BODY, "a body before its answer"},
        {"{\"kind\":\"request_body\",\"x\":1,\"at\":5,\"pace\":[],\"bytes\":\"a\"}",
         "a body that does not go on where it was"},
        {"{\"kind\":\"request\",\"x\":1,\"t\":0,\"method\":\"GET\",\"target\":\"/\",\"version\":"
         "\"1.1\",\"headers\":[],\"framing\":\"none\"}",
         "a second request of the same number"},
        {"{\"kind\":\"seal\",\"frames\":3,\"exchanges\":1}",
         "a seal that counts other frames than there are"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        void *trial = NULL;
        (void)begin(&trial);
        put_session(trial);
        put_request(trial);
        put_line(trial, cases[i].line);
        expect_damage(trial, cases[i].why, false);
        (void)end(&trial);
    }
}

static void an_exchange_ends_once(void **state)
{
    struct trial *trial = *state;
    put_session(trial);
    put_request(trial);
    put_response(trial);
    put_end(trial);
    put_end(trial);
    expect_damage(trial, "a frame behind its exchange's end", true);
}

static void ok_needs_an_answer(void **state)
{
    struct trial *trial = *state;
    put_session(trial);
    put_request(trial);
    put_end(trial);
    expect_damage(trial, "an end that says ok without an answer", false);
}

static void nothing_stands_behind_a_seal_but_a_session(void **state)
{
    struct trial *trial = *state;
    sample_put(&trial->bytes);
    put_request(trial);
    expect_damage(trial, "a frame behind its session's seal", true);
}

static void a_later_session_may_need_a_newer_reader(void **state)
{
    struct trial *trial = *state;
    sample_put(&trial->bytes);
    put_line(trial, "{\"kind\":\"session\",\"format\":9,\"reader\":2,\"recorder\":\"future/9\","
                    "\"upstream\":7}");
    put_request(trial);
    expect_damage(trial, "a session that needs a newer reader", true);
    assert_int_equal(trial->index.count, SAMPLE_EXCHANGES);
}

static void expect_no_cassette(struct trial *trial, struct fe_slice bytes, const char *words)
{
    cassette_file_set(&trial->file, bytes);
    assert_int_equal(cassette_file_open(&trial->file, &trial->reader), -EBADMSG);
    assert_null(trial->reader);
    assert_non_null(strstr(trial->file.why, trial->file.path));
    assert_non_null(strstr(trial->file.why, words));
    assert_null(strchr(trial->file.why, '\n'));
}

static void says_what_a_file_is_that_is_no_cassette(void **state)
{
    struct trial *trial = *state;
    expect_no_cassette(trial, FE_SLICE(""), "it is empty");
    expect_no_cassette(trial, FE_SLICE("{\"log\": {}}"), "import --har");
    expect_no_cassette(trial, FE_SLICE("{\"kind\":\"session\"}"), "import --json");
    expect_no_cassette(trial, FE_SLICE("---\nhttp_interactions:\n"), "YAML");
    expect_no_cassette(trial, FE_SLICE("\x1f\x8b\x08"), "gunzip");
    expect_no_cassette(trial, FE_SLICE("version https://git-lfs.github.com/spec/v1\n"),
                       "git lfs pull");
    expect_no_cassette(trial, FE_SLICE("hello"), "no session frame");
    expect_no_cassette(trial, FE_SLICE("\x93\0\xce"), "damaged in its first frame");
    put_request(trial);
    expect_no_cassette(trial, fe_buf_slice(&trial->bytes), "no session frame");
    fe_buf_clear(&trial->bytes);
    put_line(trial, "{\"kind\":\"session\",\"format\":9,\"reader\":2,\"recorder\":\"future/9\"}");
    expect_no_cassette(trial, fe_buf_slice(&trial->bytes), "use a newer foundry-emulator");
}

static void says_why_a_file_cannot_be_read(void **state)
{
    struct trial *trial = *state;
    char why[512];
    assert_int_equal(fe_reader_open("/tmp", &trial->reader, why, sizeof(why)), -EISDIR);
    assert_string_equal(why, "/tmp: cannot be read: Is a directory; name a file in it");
    assert_int_equal(fe_reader_open("/tmp/fe-none", &trial->reader, why, sizeof(why)), -ENOENT);
    assert_int_equal(fe_reader_open("/dev/null", &trial->reader, why, sizeof(why)), -EBADMSG);
    assert_non_null(strstr(why, "no regular file"));
}

static void what_is_written_later_is_not_seen(void **state)
{
    struct trial *trial = *state;
    struct fe_reader *reader = NULL;
    sample_put(&trial->bytes);
    cassette_file_set(&trial->file, fe_buf_slice(&trial->bytes));
    assert_int_equal(cassette_file_open(&trial->file, &reader), 0);
    size_t before = trial->bytes.len;
    sample_put(&trial->bytes);
    cassette_file_set(&trial->file, fe_buf_slice(&trial->bytes));
    assert_int_equal(fe_reader_bytes(reader).len, before);
    assert_string_equal(fe_reader_path(reader), trial->file.path);
    fe_reader_free(reader);
}

static void every_cassette_of_the_repository_is_sound(void **state)
{
    (void)state;
    DIR *folder = opendir(FE_CASSETTES);
    size_t count = 0;
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        char path[512];
        char why[512];
        struct fe_reader *reader = NULL;
        struct fe_arena arena = {NULL};
        struct fe_index index;
        if (strstr(entry->d_name, ".cassette") == NULL) {
            continue;
        }
        (void)snprintf(path, sizeof(path), "%s/%s", FE_CASSETTES, entry->d_name);
        assert_int_equal(fe_reader_open(path, &reader, why, sizeof(why)), 0);
        assert_int_equal(fe_index_build(reader, &arena, &index), 0);
        assert_int_equal(index.damage_count, 0);
        assert_true(index.count > 0);
        fe_arena_done(&arena);
        fe_reader_free(reader);
        count++;
    }
    (void)closedir(folder);
    assert_true(count > 0);
}

#define TRIAL(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(gives_the_exchanges_of_the_sample),
        TRIAL(two_cassettes_one_behind_the_other_are_one),
        TRIAL(tells_many_exchanges_apart),
        TRIAL(goes_on_behind_a_damaged_frame),
        TRIAL(a_damaged_body_is_not_searched_for_frames),
        cmocka_unit_test(frames_that_do_not_fit_are_damage),
        TRIAL(an_exchange_ends_once),
        TRIAL(ok_needs_an_answer),
        TRIAL(nothing_stands_behind_a_seal_but_a_session),
        TRIAL(a_later_session_may_need_a_newer_reader),
        TRIAL(says_what_a_file_is_that_is_no_cassette),
        TRIAL(says_why_a_file_cannot_be_read),
        TRIAL(what_is_written_later_is_not_seen),
        cmocka_unit_test(every_cassette_of_the_repository_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
