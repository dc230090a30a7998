/* SPDX-License-Identifier: MIT */
/* The words of the format, and the bytes of today against those of the day it was laid down. */
#include "../expect.h"

#include <errno.h>
#include <stdio.h>

#include "cassette/frame.h"
#include "sample.h"

static void every_word_comes_back(void **state)
{
    (void)state;
    for (int i = FE_RECORDED_OK; i <= FE_RECORDED_CLIENT_ABORT; i++) {
        enum fe_recorded_outcome outcome = FE_RECORDED_OK;
        struct fe_slice text = fe_recorded_outcome_text((enum fe_recorded_outcome)i);
        assert_int_equal(fe_recorded_outcome_parse(text, &outcome), 0);
        assert_int_equal(outcome, i);
    }
    for (int i = FE_RECORDED_NONE; i <= FE_RECORDED_CLOSE; i++) {
        enum fe_recorded_framing framing = FE_RECORDED_NONE;
        struct fe_slice text = fe_recorded_framing_text((enum fe_recorded_framing)i);
        assert_int_equal(fe_recorded_framing_parse(text, &framing), 0);
        assert_int_equal(framing, i);
    }
    for (int i = 0; i < FE_FRAME_KINDS; i++) {
        enum fe_frame_kind kind = FE_FRAME_KINDS;
        struct fe_slice text = fe_frame_kind_text((enum fe_frame_kind)i);
        assert_int_equal(fe_frame_kind_parse(text, &kind), 0);
        assert_int_equal(kind, i);
    }
}

static void no_other_word_is_taken(void **state)
{
    (void)state;
    enum fe_recorded_outcome outcome;
    enum fe_recorded_framing framing;
    enum fe_frame_kind kind;
    assert_int_equal(fe_recorded_outcome_parse(FE_SLICE("OK"), &outcome), -EINVAL);
    assert_int_equal(fe_recorded_framing_parse(FE_SLICE(""), &framing), -EINVAL);
    assert_int_equal(fe_frame_kind_parse(FE_SLICE("sessions"), &kind), -EINVAL);
}

static void writes_the_golden_cassette_byte_for_byte(void **state)
{
    (void)state;
    struct fe_buf sample;
    char golden[4096];
    FILE *file = fopen(FE_CASSETTES "/golden-1.cassette", "rb");
    assert_non_null(file);
    size_t len = fread(golden, 1, sizeof(golden), file);
    (void)fclose(file);
    fe_buf_init(&sample, 1 << 20);
    sample_put(&sample);
    assert_int_equal(len, sample.len);
    assert_memory_equal(golden, sample.ptr, len);
    fe_buf_done(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_comes_back),
        cmocka_unit_test(no_other_word_is_taken),
        cmocka_unit_test(writes_the_golden_cassette_byte_for_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
