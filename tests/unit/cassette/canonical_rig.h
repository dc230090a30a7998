/* SPDX-License-Identifier: MIT */
/* Requests as a test writes them, and whether two are one. */
#ifndef FE_TESTS_UNIT_CASSETTE_CANONICAL_RIG_H
#define FE_TESTS_UNIT_CASSETTE_CANONICAL_RIG_H

#include "../expect.h"

#include "cassette/match/canonical.h"
#include "util/secret.h"

#define JSON "application/json"
#define FORM "application/x-www-form-urlencoded"

struct request {
    const char *method; /* NULL: GET */
    const char *target; /* NULL: / */
    const char *field;
    const char *value;
    const char *type;
    const char *body;
    size_t body_len; /* 0: up to its NUL */
};

static inline struct fe_canonical canonical_of(const struct fe_match_options *options,
                                               const struct request *request,
                                               struct fe_arena *arena)
{
    struct fe_frame_head head = {.method = fe_slice_cstr(request->method ? request->method : "GET"),
                                 .target = fe_slice_cstr(request->target ? request->target : "/")};
    struct fe_canonical canonical;
    if (request->field) {
        assert_int_equal(fe_headers_add(&head.headers, arena, fe_slice_cstr(request->field),
                                        fe_slice_cstr(request->value)),
                         0);
    }
    if (request->type) {
        assert_int_equal(fe_headers_add(&head.headers, arena, FE_SLICE("Content-Type"),
                                        fe_slice_cstr(request->type)),
                         0);
    }
    struct fe_slice body = fe_slice_cstr(request->body);
    body.len = request->body_len > 0 ? request->body_len : body.len;
    fe_canonical_make(options, &head, body, arena, &canonical);
    return canonical;
}

/* Their keys and their parts must agree on it. */
static inline bool is_same(const struct fe_match_options *options, const struct request *a,
                           const struct request *b)
{
    struct fe_arena arena = {NULL};
    unsigned char keys[2][FE_CANONICAL_KEY_BYTES];
    struct fe_difference none;
    struct fe_canonical ours = canonical_of(options, a, &arena);
    struct fe_canonical theirs = canonical_of(options, b, &arena);
    struct fe_hasher *hasher = fe_hasher_new();
    fe_canonical_key(&ours, hasher, keys[0]);
    fe_canonical_key(&theirs, hasher, keys[1]);
    fe_hasher_free(hasher);
    bool same = memcmp(keys[0], keys[1], FE_CANONICAL_KEY_BYTES) == 0;
    assert_int_equal(same, fe_canonical_compare(&ours, &theirs, &none, 0) == 0);
    fe_arena_done(&arena);
    return same;
}

struct pair {
    struct request a;
    struct request b;
};

static inline void expect_pairs(const struct fe_match_options *options, const struct pair *pairs,
                                size_t count, bool same)
{
    for (size_t i = 0; i < count; i++) {
        if (is_same(options, &pairs[i].a, &pairs[i].b) != same) {
            fail_msg("pair %zu is %s", i, same ? "not the same" : "the same");
        }
    }
}

#endif
