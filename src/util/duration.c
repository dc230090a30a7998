/* SPDX-License-Identifier: MIT */
#include "util/duration.h"

#include <errno.h>

#include "util/clock.h"

static const struct {
    struct fe_slice name;
    int64_t ns;
} units[] = {
    {FE_SLICE_INIT("ms"), FE_NS_PER_MS},       {FE_SLICE_INIT("s"), FE_NS_PER_S},
    {FE_SLICE_INIT("m"), 60 * FE_NS_PER_S},    {FE_SLICE_INIT("h"), 3600 * FE_NS_PER_S},
    {FE_SLICE_INIT("d"), 86400 * FE_NS_PER_S},
};

int fe_duration_parse(struct fe_slice text, int64_t *duration_ns_out)
{
    const int64_t century_ns = INT64_C(100) * 365 * 86400 * FE_NS_PER_S;
    size_t digits = 0;
    while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9') {
        digits++;
    }
    uint64_t count = 0;
    int r = fe_slice_u64((struct fe_slice){text.ptr, digits}, &count);
    if (r < 0) {
        return r;
    }
    struct fe_slice unit = fe_slice_from(text, digits);
    if (unit.len == 0 && count == 0) {
        *duration_ns_out = 0;
        return 0;
    }
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (fe_slice_eq(unit, units[i].name)) {
            if (count > (uint64_t)(century_ns / units[i].ns)) {
                return -ERANGE;
            }
            *duration_ns_out = (int64_t)count * units[i].ns;
            return 0;
        }
    }
    return -EINVAL;
}
