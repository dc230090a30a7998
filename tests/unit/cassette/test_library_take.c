/* SPDX-License-Identifier: MIT */
#include "library_rig.h"

#include "util/alloc.h"

/* ── in their order ── */

static void the_kth_equal_request_gets_the_kth_answer(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "GET /state", 200, "running");
    record(rig, "GET /other", 200, "other");
    record(rig, "GET /state", 200, "running");
    record(rig, "GET /state", 200, "done");
    load(rig);
    EXPECT_NEW(rig, "GET /state", 1);
    EXPECT_NEW(rig, "GET /state", 3);
    EXPECT_NEW(rig, "GET /other", 2);
    EXPECT_NEW(rig, "GET /state", 4);
    assert_int_equal(rig->take.recorded->seq, 4);
    assert_string_equal(fe_reader_path(rig->take.reader), rig->files[0].path);
}

static void a_request_that_was_not_recorded_is_unknown(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "POST /a one", 200, "");
    load(rig);
    EXPECT_MISS(rig, "GET /a", FE_MISS_UNKNOWN);
    EXPECT_MISS(rig, "POST /a two", FE_MISS_UNKNOWN);
    EXPECT_MISS(rig, "POST /a?b=c one", FE_MISS_UNKNOWN);
    EXPECT_NEW(rig, "POST /a one", 1);
}

static void behind_the_last_a_read_repeats_and_a_write_misses(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "1");
    record(rig, "GET /a", 200, "2");
    record(rig, "POST /b", 200, "");
    record(rig, "OPTIONS /c", 200, "");
    load(rig);
    EXPECT_NEW(rig, "GET /a", 1);
    EXPECT_NEW(rig, "GET /a", 2);
    EXPECT_AGAIN(rig, "GET /a", 2);
    EXPECT_AGAIN(rig, "GET /a", 2);
    EXPECT_NEW(rig, "POST /b", 3);
    EXPECT_MISS(rig, "POST /b", FE_MISS_USED_UP);
    EXPECT_NEW(rig, "OPTIONS /c", 4);
    EXPECT_AGAIN(rig, "OPTIONS /c", 4);
}

static void cassettes_are_one_row(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "1");
    record(rig, "GET /a", 200, "2");
    finish(rig);
    begin_session(rig, 1, NULL);
    record(rig, "GET /b", 200, "3");
    record(rig, "GET /a", 200, "4");
    load(rig);
    EXPECT_NEW(rig, "GET /a", 1);
    EXPECT_NEW(rig, "GET /a", 2);
    EXPECT_NEW(rig, "GET /a", 4);
    assert_int_equal(rig->take.recorded->seq, 2);
    assert_string_equal(fe_reader_path(rig->take.reader), rig->files[1].path);
    EXPECT_AGAIN(rig, "GET /a", 4);
}

/* The first cassette took what "pin" says for a secret, the second did not. */
static void each_cassette_is_asked_by_its_own_rules(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, "pin");
    record(rig, "GET /a?pin=fe~pin~k3j9w2m5x7q1r8t4", 200, "1");
    record(rig, "GET /plain", 200, "2");
    finish(rig);
    begin_session(rig, 1, NULL);
    record(rig, "GET /a?pin=1234", 200, "3");
    record(rig, "GET /plain", 200, "4");
    load(rig);
    EXPECT_NEW(rig, "GET /a?pin=1234", 1);
    EXPECT_NEW(rig, "GET /a?pin=1234", 3);
    EXPECT_AGAIN(rig, "GET /a?pin=1234", 3);
    EXPECT_AGAIN(rig, "GET /a?pin=9999", 1);
    EXPECT_NEW(rig, "GET /plain", 2);
    EXPECT_NEW(rig, "GET /plain", 4);
}

static void a_session_may_have_other_rules_than_the_one_before(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a?pin=1234", 200, "1");
    begin_session(rig, 1, "pin");
    record(rig, "GET /a?pin=fe~pin~k3j9w2m5x7q1r8t4", 200, "2");
    load(rig);
    EXPECT_NEW(rig, "GET /a?pin=9999", 2);
    EXPECT_NEW(rig, "GET /a?pin=1234", 1);
}

static void a_body_of_many_frames_is_one(void **state)
{
    enum {
        LEN = 3 * FE_FRAME_BODY_BYTES / 2
    };
    struct rig *rig = *state;
    char *asked = fe_xalloc(LEN + 9);
    memset(asked, 'x', LEN + 8);
    memcpy(asked, "POST /a ", 8);
    asked[LEN + 8] = '\0';
    begin_session(rig, 1, NULL);
    record(rig, asked, 200, "");
    load(rig);
    EXPECT_NEW(rig, asked, 1);
    asked[LEN] = 'y';
    EXPECT_MISS(rig, asked, FE_MISS_UNKNOWN);
    free(asked);
}

/* ── 401s and failures ── */

static void a_401_is_repeated_only_as_the_last_answer(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "");
    record(rig, "GET /a", 401, "");
    record(rig, "PUT /a", 200, "");
    record(rig, "GET /a", 200, "");
    record(rig, "GET /b", 401, "");
    record(rig, "PUT /b", 200, "");
    record(rig, "GET /b", 200, "");
    record(rig, "GET /c", 401, "");
    load(rig);
    EXPECT_NEW(rig, "GET /a", 1);
    EXPECT_NEW(rig, "GET /a", 2);
    EXPECT_AGAIN(rig, "GET /a", 1);
    EXPECT_NEW(rig, "GET /b", 5);
    EXPECT_MISS(rig, "GET /b", FE_MISS_TOO_EARLY);
    EXPECT_NEW(rig, "GET /c", 8);
    EXPECT_AGAIN(rig, "GET /c", 8);
}

static void failures_are_played_in_their_turn(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record_said(rig, &(struct said){.asked = "GET /a", .outcome = FE_RECORDED_REFUSED});
    record_said(rig, &(struct said){.asked = "GET /a",
                                    .status = 200,
                                    .answer = "ha",
                                    .length = "4",
                                    .outcome = FE_RECORDED_TRUNCATED});
    record(rig, "PUT /a", 200, "");
    record(rig, "GET /a", 200, "");
    load(rig);
    EXPECT_NEW(rig, "GET /a", 1);
    EXPECT_NEW(rig, "GET /a", 2);
    EXPECT_MISS(rig, "GET /a", FE_MISS_TOO_EARLY);
    EXPECT_NEW(rig, "PUT /a", 3);
    EXPECT_NEW(rig, "GET /a", 4);
}

/* ── the barrier ── */

static void record_read_write_read(struct rig *rig)
{
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "old");
    record(rig, "GET /a", 200, "old");
    record(rig, "PUT /a", 200, "");
    record(rig, "GET /a", 200, "new");
    record(rig, "GET /a", 200, "new");
    load(rig);
}

static void who_reads_as_often_gets_the_same(void **state)
{
    struct rig *rig = *state;
    record_read_write_read(rig);
    EXPECT_NEW(rig, "GET /a", 1);
    EXPECT_NEW(rig, "GET /a", 2);
    EXPECT_NEW(rig, "PUT /a", 3);
    EXPECT_NEW(rig, "GET /a", 4);
    EXPECT_NEW(rig, "GET /a", 5);
}

static void who_reads_more_often_hears_nothing_of_the_future(void **state)
{
    struct rig *rig = *state;
    record_read_write_read(rig);
    EXPECT_NEW(rig, "GET /a", 1);
    EXPECT_NEW(rig, "GET /a", 2);
    EXPECT_AGAIN(rig, "GET /a", 2);
    EXPECT_AGAIN(rig, "GET /a", 2);
    EXPECT_NEW(rig, "PUT /a", 3);
    EXPECT_NEW(rig, "GET /a", 4);
}

static void who_reads_less_often_hears_nothing_of_the_past(void **state)
{
    struct rig *rig = *state;
    record_read_write_read(rig);
    EXPECT_NEW(rig, "GET /a", 1);
    EXPECT_NEW(rig, "PUT /a", 3);
    EXPECT_NEW(rig, "GET /a", 4);
    EXPECT_NEW(rig, "GET /a", 5);
    EXPECT_AGAIN(rig, "GET /a", 5);
}

static void the_past_is_told_when_nothing_later_is_there(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "");
    record(rig, "GET /a", 200, "");
    record(rig, "DELETE /a", 204, NULL);
    load(rig);
    EXPECT_NEW(rig, "DELETE /a", 3);
    EXPECT_NEW(rig, "GET /a", 2);
    EXPECT_AGAIN(rig, "GET /a", 2);
}

static void a_read_between_writes_that_was_not_recorded_is_too_early(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "GET /a", 200, "");
    record(rig, "PUT /a one", 200, "");
    record(rig, "PUT /a two", 200, "");
    record(rig, "GET /a", 200, "");
    load(rig);
    EXPECT_NEW(rig, "GET /a", 1);
    EXPECT_NEW(rig, "PUT /a one", 2);
    EXPECT_MISS(rig, "GET /a", FE_MISS_TOO_EARLY);
    EXPECT_NEW(rig, "PUT /a two", 3);
    EXPECT_NEW(rig, "GET /a", 4);
}

static void writes_may_come_out_of_order(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "POST /a one", 200, "");
    record(rig, "GET /a", 200, "one");
    record(rig, "POST /a two", 200, "");
    record(rig, "GET /a", 200, "two");
    load(rig);
    EXPECT_MISS(rig, "GET /a", FE_MISS_TOO_EARLY);
    EXPECT_NEW(rig, "POST /a two", 3);
    EXPECT_MISS(rig, "GET /a", FE_MISS_TOO_EARLY);
    EXPECT_NEW(rig, "POST /a one", 1);
    EXPECT_NEW(rig, "GET /a", 4);
}

static void the_barrier_is_of_the_path_whatever_the_query(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, NULL);
    record(rig, "PATCH /a?dry=no x", 200, "");
    record(rig, "GET /a?page=1", 200, "");
    record(rig, "HEAD /a", 200, "");
    record(rig, "GET /a/b", 200, "");
    load(rig);
    EXPECT_MISS(rig, "GET /a?page=1", FE_MISS_TOO_EARLY);
    EXPECT_MISS(rig, "HEAD /a", FE_MISS_TOO_EARLY);
    EXPECT_NEW(rig, "GET /a/b", 4);
    EXPECT_NEW(rig, "PATCH /a?dry=no x", 1);
    EXPECT_NEW(rig, "GET /a?page=1", 2);
    EXPECT_NEW(rig, "HEAD /a", 3);
}

static void a_later_cassette_stands_behind_the_writes_of_one_before(void **state)
{
    struct rig *rig = *state;
    begin_session(rig, 1, "pin");
    record(rig, "GET /a?pin=fe~pin~k3j9w2m5x7q1r8t4", 200, "");
    record(rig, "PUT /a", 200, "");
    finish(rig);
    begin_session(rig, 1, NULL);
    record(rig, "GET /a?pin=1234", 200, "");
    load(rig);
    EXPECT_NEW(rig, "GET /a?pin=1234", 1);
    EXPECT_AGAIN(rig, "GET /a?pin=1234", 1);
    EXPECT_NEW(rig, "PUT /a", 2);
    EXPECT_NEW(rig, "GET /a?pin=1234", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(the_kth_equal_request_gets_the_kth_answer),
        RIG_TEST(a_request_that_was_not_recorded_is_unknown),
        RIG_TEST(behind_the_last_a_read_repeats_and_a_write_misses),
        RIG_TEST(cassettes_are_one_row),
        RIG_TEST(each_cassette_is_asked_by_its_own_rules),
        RIG_TEST(a_session_may_have_other_rules_than_the_one_before),
        RIG_TEST(a_body_of_many_frames_is_one),
        RIG_TEST(a_401_is_repeated_only_as_the_last_answer),
        RIG_TEST(failures_are_played_in_their_turn),
        RIG_TEST(who_reads_as_often_gets_the_same),
        RIG_TEST(who_reads_more_often_hears_nothing_of_the_future),
        RIG_TEST(who_reads_less_often_hears_nothing_of_the_past),
        RIG_TEST(the_past_is_told_when_nothing_later_is_there),
        RIG_TEST(a_read_between_writes_that_was_not_recorded_is_too_early),
        RIG_TEST(writes_may_come_out_of_order),
        RIG_TEST(the_barrier_is_of_the_path_whatever_the_query),
        RIG_TEST(a_later_cassette_stands_behind_the_writes_of_one_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
