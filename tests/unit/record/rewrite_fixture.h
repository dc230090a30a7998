/* SPDX-License-Identifier: MIT */
/* An upstream, and the emulator as a client names it. */
#ifndef FE_TESTS_UNIT_RECORD_REWRITE_FIXTURE_H
#define FE_TESTS_UNIT_RECORD_REWRITE_FIXTURE_H

#include "../expect.h"
#include "http/rewrite.h"

/* `client` is an origin. Texts are in the arena. */
static inline struct fe_rewrite rewrite_between(const char *upstream, const char *client,
                                                struct fe_arena *arena)
{
    struct fe_slice url = fe_slice_cstr(upstream);
    struct fe_rewrite rewrite = {.client = fe_slice_cstr(client)};
    rewrite.client_tls = fe_slice_starts(rewrite.client, FE_SLICE("https"));
    assert_int_equal(fe_origin_take(&url, NULL, &rewrite.upstream), 0);
    rewrite.upstream_text = fe_origin_text(&rewrite.upstream, arena);
    return rewrite;
}

#endif
