/* SPDX-License-Identifier: MIT */
#include "util/descriptors.h"

#include <stdint.h>
#include <sys/resource.h>

void fe_descriptors_share(struct fe_descriptor_shares *shares_out)
{
    struct rlimit limit;
    size_t max = SIZE_MAX;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < SIZE_MAX) {
        max = (size_t)limit.rlim_cur;
    }
    *shares_out =
        (struct fe_descriptor_shares){.connections = max - max / 4, .upstreams = max / 8 + 1};
}
