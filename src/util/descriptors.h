/* SPDX-License-Identifier: MIT */
/* How the descriptors that the process may have (RLIMIT_NOFILE) are shared out, so that clients do
 * not take those that answering them needs. */
#ifndef FE_UTIL_DESCRIPTORS_H
#define FE_UTIL_DESCRIPTORS_H

#include <stddef.h>

struct fe_descriptor_shares {
    size_t connections; /* of clients: three quarters */
    size_t upstreams;   /* an eighth, and one; what is left is for files */
};

void fe_descriptors_share(struct fe_descriptor_shares *shares_out);

#endif
