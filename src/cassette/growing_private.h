/* SPDX-License-Identifier: MIT */
/* One exchange while an index is built, and which frame may come next in it. */
#ifndef FE_CASSETTE_GROWING_PRIVATE_H
#define FE_CASSETTE_GROWING_PRIVATE_H

#include "cassette/reader.h"

struct fe_growing {
    struct fe_recorded recorded;
    uint64_t request_bytes;
    uint64_t response_bytes;
};

/* The number of the exchange that a frame belongs to, of a kind that belongs to one. */
uint64_t fe_growing_exchange_of(const struct fe_frame *frame);

/* Takes note of a frame of an exchange that has begun: what is wrong with it, or NULL. */
const char *fe_growing_take(struct fe_growing *growing, const struct fe_frame *frame,
                            uint64_t offset);

#endif
