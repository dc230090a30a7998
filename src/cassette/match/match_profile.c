/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "cassette/match/canonical.h"

static const struct fe_slice names[FE_MATCH_PROFILES] = {
    [FE_MATCH_STRICT] = FE_SLICE_INIT("strict"),
    [FE_MATCH_LENIENT] = FE_SLICE_INIT("lenient"),
    [FE_MATCH_METHOD_PATH] = FE_SLICE_INIT("method-path"),
};

struct fe_slice fe_match_profile_text(enum fe_match_profile profile)
{
    return names[profile];
}

int fe_match_profile_parse(struct fe_slice text, enum fe_match_profile *profile_out)
{
    for (int i = 0; i < FE_MATCH_PROFILES; i++) {
        if (fe_slice_eq(names[i], text)) {
            *profile_out = (enum fe_match_profile)i;
            return 0;
        }
    }
    return -EINVAL;
}
