/* SPDX-License-Identifier: MIT */
/* What tests of secrets share. */
#ifndef FE_TESTS_UNIT_CASSETTE_SECRETS_RIG_H
#define FE_TESTS_UNIT_CASSETTE_SECRETS_RIG_H

#include "../expect.h"

#include "cassette/redact/secrets.h"
#include "util/random.h"

#define KIND FE_SLICE("access_token")

struct rig {
    struct fe_random random;
    struct fe_arena arena;
    struct fe_secrets *secrets;
};

static inline int set_up(void **state)
{
    static struct rig rig;
    rig = (struct rig){{0}, {NULL}, NULL};
    fe_random_init_deterministic(&rig.random, 7);
    rig.secrets = fe_secrets_new(&rig.random);
    *state = &rig;
    return 0;
}

static inline int tear_down(void **state)
{
    struct rig *rig = *state;
    fe_secrets_free(rig->secrets);
    fe_arena_done(&rig->arena);
    return 0;
}

static inline struct fe_slice learn(struct rig *rig, const char *value)
{
    return fe_arena_copy(&rig->arena, fe_secrets_learn(rig->secrets, KIND, fe_slice_cstr(value)));
}

static inline struct fe_slice replace(struct rig *rig, struct fe_slice text)
{
    return fe_secrets_replace(rig->secrets, text, &rig->arena);
}

static inline void assert_slice(struct fe_slice actual, struct fe_slice expected)
{
    assert_int_equal(actual.len, expected.len);
    assert_memory_equal(actual.ptr, expected.ptr, expected.len);
}

static inline bool contains(struct fe_slice text, struct fe_slice part)
{
    for (size_t i = 0; i + part.len <= text.len; i++) {
        if (memcmp(text.ptr + i, part.ptr, part.len) == 0) {
            return true;
        }
    }
    return false;
}

#endif
