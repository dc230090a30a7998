/* SPDX-License-Identifier: MIT */
/* Finds an exchange by its session and its number in it, of as many as a file may have. */
#ifndef FE_CASSETTE_NUMBERS_PRIVATE_H
#define FE_CASSETTE_NUMBERS_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

struct fe_number;

/* Zeroed: empty. */
struct fe_numbers {
    struct fe_number *slots; /* open addressing */
    size_t slot_count;       /* a power of two, or 0 */
    size_t count;
};

void fe_numbers_done(struct fe_numbers *numbers);

/* SIZE_MAX if there is none. */
size_t fe_numbers_get(const struct fe_numbers *numbers, size_t session, uint64_t exchange);

/* One that is not there yet. -ENOMEM. */
int fe_numbers_add(struct fe_numbers *numbers, size_t session, uint64_t exchange, size_t index);

#endif
