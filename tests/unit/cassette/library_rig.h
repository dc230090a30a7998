/* SPDX-License-Identifier: MIT */
/* A library of cassettes that a test makes up, exchange by exchange. */
#ifndef FE_TESTS_UNIT_CASSETTE_LIBRARY_RIG_H
#define FE_TESTS_UNIT_CASSETTE_LIBRARY_RIG_H

#include "../cassette/cassette_file.h"

#include "cassette/library/library.h"
#include "util/buf.h"
#include "util/random.h"

enum {
    RIG_FILES = 2
};

struct fe_safe_frame;

struct rig {
    struct cassette_file files[RIG_FILES];
    size_t count;        /* of files that are to be opened */
    struct fe_buf bytes; /* of the cassette that is being made */
    size_t session_begin;
    bool indexed;        /* every session gets an index, and a seal */
    const char *profile; /* of sessions that begin; NULL: strict */
    struct fe_safe_frame *frame;
    uint64_t x;
    struct fe_random random;
    struct fe_errors errors;
    struct fe_library *library;
    struct fe_take take; /* the last one */
};

/* What was recorded. `asked` is "METHOD TARGET", and maybe a body behind another space. */
struct said {
    const char *asked;
    int status; /* 0: no answer came */
    const char *answer;
    enum fe_recorded_outcome outcome;
    const char *length;  /* the answer's Content-Length; NULL: it is chunked */
    const char *dropped; /* why the request's body was not kept */
    const char *decoded; /* the coding that was taken off it */
    bool cut_off;        /* there is no end */
};

int rig_begin(void **state);
int rig_begin_indexed(void **state);
int rig_end(void **state);

/* What holds of a cassette that has been read through holds of one that has an index. */
#define RIG_TEST(function)                                                                         \
    {#function, function, rig_begin, rig_end, NULL},                                               \
    {                                                                                              \
#function " (indexed)", function, rig_begin_indexed, rig_end, NULL                         \
    }
#define RIG_TEST_ONCE(function) cmocka_unit_test_setup_teardown(function, rig_begin, rig_end)

/* ── recording ── */

/* `also` is one more name with a secret for its value, or NULL. */
void begin_session(struct rig *rig, uint64_t reader, const char *also);
void begin_session_that_keeps(struct rig *rig); /* its secrets */
void record_said(struct rig *rig, const struct said *said);
void record(struct rig *rig, const char *asked, int status, const char *answer);

/* The session is done: its index and its seal. */
void seal(struct rig *rig);

/* The cassette is done. */
void finish(struct rig *rig);

/* ── replaying ── */

/* "METHOD TARGET BODY" in its parts; the body may be missing. */
void put_asked(const char *asked, struct fe_frame_head *head, struct fe_slice *body);

int try_to_load(struct rig *rig, enum fe_match_profile profile);
/* Finishes what is being made, and must succeed. */
void load(struct rig *rig);

enum fe_find ask(struct rig *rig, const char *asked);
void expect_taken(struct rig *rig, const char *asked, uint64_t seq, bool repeated, int line);
void expect_no_take(struct rig *rig, const char *asked, enum fe_find miss, int line);

#define EXPECT_NEW(rig, asked, seq) expect_taken(rig, asked, seq, false, __LINE__)
#define EXPECT_AGAIN(rig, asked, seq) expect_taken(rig, asked, seq, true, __LINE__)
#define EXPECT_MISS(rig, asked, miss) expect_no_take(rig, asked, miss, __LINE__)

#endif
