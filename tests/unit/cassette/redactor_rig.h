/* SPDX-License-Identifier: MIT */
/* What tests of the redactor share. */
#ifndef FE_TESTS_UNIT_CASSETTE_REDACTOR_RIG_H
#define FE_TESTS_UNIT_CASSETTE_REDACTOR_RIG_H

#include "../expect.h"

#include "cassette/redact/redactor.h"
#include "cassette/safe.h"
#include "util/random.h"

#define TOKEN "Tok3n/with+odd=chars"

struct rig {
    struct fe_random random;
    struct fe_arena arena;
    struct fe_redactor *redactor;
};

static inline void begin(struct rig *rig, const struct fe_frame_redaction *rules)
{
    *rig = (struct rig){{0}, {NULL}, NULL};
    fe_random_init_deterministic(&rig->random, 7);
    rig->redactor = fe_redactor_new(rules, &rig->random);
}

static inline void end(struct rig *rig)
{
    fe_redactor_free(rig->redactor);
    fe_arena_done(&rig->arena);
}

static inline int set_up(void **state)
{
    static struct rig rig;
    begin(&rig, &(struct fe_frame_redaction){.version = 1});
    *state = &rig;
    return 0;
}

static inline int tear_down(void **state)
{
    end(*state);
    return 0;
}

static inline bool contains(struct fe_slice text, const char *part)
{
    size_t len = strlen(part);
    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.ptr + i, part, len) == 0) {
            return true;
        }
    }
    return false;
}

/* The head of a request with this target and field; the redacted field's value. */
static inline struct fe_slice field(struct rig *rig, const char *name, const char *value)
{
    struct fe_frame_head head = {.method = FE_SLICE("GET"), .target = FE_SLICE("/")};
    (void)fe_headers_add(&head.headers, &rig->arena, fe_slice_cstr(name), fe_slice_cstr(value));
    return fe_redactor_head(rig->redactor, &head, &rig->arena)->head.headers.items[0].value;
}

static inline struct fe_slice target(struct rig *rig, const char *text)
{
    struct fe_frame_head head = {.method = FE_SLICE("GET"), .target = fe_slice_cstr(text)};
    return fe_redactor_head(rig->redactor, &head, &rig->arena)->head.target;
}

static inline struct fe_slice text(struct rig *rig, const char *line)
{
    return fe_redactor_text(rig->redactor, fe_slice_cstr(line), &rig->arena);
}

#define ASSERT_TEXT(actual, ...)                                                                   \
    do {                                                                                           \
        struct fe_slice actual_ = (actual);                                                        \
        struct fe_slice expected_ = fe_arena_printf(&rig->arena, __VA_ARGS__);                     \
        assert_string_equal(fe_arena_copy(&rig->arena, actual_).ptr, expected_.ptr);               \
    } while (0)

#endif
