/* SPDX-License-Identifier: MIT */
#include "cassette/numbers_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

enum {
    SLOTS_FIRST = 64
};

struct fe_number {
    uint64_t exchange;
    size_t session;
    size_t next_index; /* the index and one; 0: free */
};

void fe_numbers_done(struct fe_numbers *numbers)
{
    free(numbers->slots);
    *numbers = (struct fe_numbers){0};
}

/* Spreads every bit over all others, so that numbers in a row do not end up side by side. */
static uint64_t mix(uint64_t bits)
{
    bits = (bits ^ bits >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ bits >> 27) * UINT64_C(0x94d049bb133111eb);
    return bits ^ bits >> 31;
}

/* Where it is, or would be. */
static struct fe_number *slot_of(const struct fe_numbers *numbers, size_t session,
                                 uint64_t exchange)
{
    size_t mask = numbers->slot_count - 1;
    size_t at = (size_t)mix(exchange + mix(session + 1)) & mask;
    while (numbers->slots[at].next_index != 0 &&
           (numbers->slots[at].exchange != exchange || numbers->slots[at].session != session)) {
        at = (at + 1) & mask;
    }
    return &numbers->slots[at];
}

size_t fe_numbers_get(const struct fe_numbers *numbers, size_t session, uint64_t exchange)
{
    if (numbers->slot_count == 0) {
        return SIZE_MAX;
    }
    return slot_of(numbers, session, exchange)->next_index - 1;
}

static int grow(struct fe_numbers *numbers)
{
    struct fe_numbers bigger = {
        .slot_count = numbers->slot_count ? numbers->slot_count * 2 : SLOTS_FIRST,
        .count = numbers->count,
    };
    bigger.slots = fe_alloc(bigger.slot_count * sizeof(*bigger.slots));
    if (bigger.slots == NULL) {
        return -ENOMEM;
    }
    memset(bigger.slots, 0, bigger.slot_count * sizeof(*bigger.slots));
    for (size_t i = 0; i < numbers->slot_count; i++) {
        const struct fe_number *old = &numbers->slots[i];
        if (old->next_index != 0) {
            *slot_of(&bigger, old->session, old->exchange) = *old;
        }
    }
    free(numbers->slots);
    *numbers = bigger;
    return 0;
}

int fe_numbers_add(struct fe_numbers *numbers, size_t session, uint64_t exchange, size_t index)
{
    if (2 * numbers->count >= numbers->slot_count && grow(numbers) < 0) {
        return -ENOMEM;
    }
    *slot_of(numbers, session, exchange) = (struct fe_number){exchange, session, index + 1};
    numbers->count++;
    return 0;
}
