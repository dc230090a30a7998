/* SPDX-License-Identifier: MIT */
/* Every form of every secret is entered under eight bytes of it, its anchor; a search looks up the
 * eight bytes at every place of a text. A filter small enough for the cache says no to nearly all
 * of them. The anchor is the first eight bytes that no other form has taken: tokens of one maker
 * begin alike, and would else all be compared wherever one of them begins. */
#include "cassette/redact/secrets_private.h"

#include <stdlib.h>

#include "util/alloc.h"

enum {
    HEADS_SLOT_BITS = 4,  /* chains: 16 a slot, for 10 entries */
    FILTER_SLOT_BITS = 2, /* words of 64 bits: 4 a slot, for 20 bits set */
    ANCHORS_TRIED = 16,
    FILTER_SHIFT = 33 /* two numbers of a bit, below what says the word */
};

struct fe_secret_entry {
    uint64_t window;
    uint32_t next; /* number + 1, or 0 */
    uint16_t anchor;
    uint16_t used;
};

static size_t heads_count(const struct fe_secret_index *index)
{
    return (size_t)1 << (index->slot_bits + HEADS_SLOT_BITS);
}

static size_t filter_words(const struct fe_secret_index *index)
{
    return (size_t)1 << (index->slot_bits + FILTER_SLOT_BITS);
}

static size_t entries_count(const struct fe_secret_index *index)
{
    return (size_t)FE_SECRET_FORMS << index->slot_bits;
}

void fe_secret_index_init(struct fe_secret_index *index, unsigned slot_bits, uint64_t multiplier)
{
    *index = (struct fe_secret_index){.slot_bits = slot_bits, .multiplier = multiplier | 1};
    index->entries = fe_xalloc(entries_count(index) * sizeof(*index->entries));
    index->heads = fe_xalloc(heads_count(index) * sizeof(*index->heads));
    index->filter = fe_xalloc(filter_words(index) * sizeof(*index->filter));
}

void fe_secret_index_done(struct fe_secret_index *index)
{
    if (index->entries) {
        fe_wipe(index->entries, entries_count(index) * sizeof(*index->entries));
    }
    free(index->entries);
    free(index->heads);
    free(index->filter);
    *index = (struct fe_secret_index){0};
}

/* The upper bits of the product depend on all eight bytes. */
static uint64_t hash_of(const struct fe_secret_index *index, uint64_t window)
{
    return window * index->multiplier;
}

static uint32_t *head_of(const struct fe_secret_index *index, uint64_t hash)
{
    return &index->heads[hash >> (64 - index->slot_bits - HEADS_SLOT_BITS)];
}

static uint64_t filter_mask(uint64_t hash)
{
    return UINT64_C(1) << ((hash >> FILTER_SHIFT) & 63) |
           UINT64_C(1) << ((hash >> (FILTER_SHIFT + 6)) & 63);
}

static uint64_t window_at(struct fe_slice value, unsigned form, size_t anchor)
{
    char bytes[FE_SECRET_WINDOW_BYTES];
    uint64_t window = 0;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = fe_secret_form_char(value, form, anchor + i);
    }
    memcpy(&window, bytes, sizeof(window));
    return window;
}

static size_t chain_length(const struct fe_secret_index *index, uint32_t head)
{
    size_t length = 0;
    for (; head != 0; head = index->entries[head - 1].next) {
        length++;
    }
    return length;
}

static size_t choose_anchor(const struct fe_secret_index *index, struct fe_slice value,
                            unsigned form, size_t length)
{
    size_t last = length - FE_SECRET_WINDOW_BYTES;
    size_t best = 0;
    size_t best_length = SIZE_MAX;
    for (size_t i = 0; i < ANCHORS_TRIED && best_length > 0; i++) {
        size_t anchor = last * i / (ANCHORS_TRIED - 1);
        uint64_t hash = hash_of(index, window_at(value, form, anchor));
        size_t chained = chain_length(index, *head_of(index, hash));
        if (chained < best_length) {
            best = anchor;
            best_length = chained;
        }
    }
    return best;
}

static void add_form(struct fe_secret_index *index, size_t slot, struct fe_slice value,
                     unsigned form)
{
    size_t length = fe_secret_form_length(value, form);
    if (length == 0) {
        return;
    }
    size_t number = slot * FE_SECRET_FORMS + form;
    size_t anchor = choose_anchor(index, value, form, length);
    uint64_t window = window_at(value, form, anchor);
    uint64_t hash = hash_of(index, window);
    uint32_t *head = head_of(index, hash);
    index->entries[number] = (struct fe_secret_entry){window, *head, (uint16_t)anchor, 1};
    *head = (uint32_t)number + 1;
    index->filter[hash >> (64 - index->slot_bits - FILTER_SLOT_BITS)] |= filter_mask(hash);
    index->longest = length > index->longest ? length : index->longest;
}

void fe_secret_index_add(struct fe_secret_index *index, size_t slot, struct fe_slice value)
{
    for (unsigned form = 0; form < FE_SECRET_FORMS; form++) {
        add_form(index, slot, value, form);
    }
}

/* The filter's bits stay: others may have set them, too. */
void fe_secret_index_remove(struct fe_secret_index *index, size_t slot)
{
    for (unsigned form = 0; form < FE_SECRET_FORMS; form++) {
        uint32_t number = (uint32_t)(slot * FE_SECRET_FORMS + form) + 1;
        struct fe_secret_entry *entry = &index->entries[number - 1];
        uint32_t *link = entry->used ? head_of(index, hash_of(index, entry->window)) : NULL;
        while (link && *link != number) {
            link = &index->entries[*link - 1].next;
        }
        if (link) {
            *link = entry->next;
        }
        *entry = (struct fe_secret_entry){0};
    }
}

struct search {
    const struct fe_secret_index *index;
    struct fe_secret *const *slots;
    struct fe_slice text;
    fe_secret_hit_fn *fn;
    void *arg;
};

/* The filter has said yes to the window at `at`. */
static void look_closer(const struct search *s, size_t at, uint64_t window, uint64_t hash)
{
    for (uint32_t number = *head_of(s->index, hash); number != 0;) {
        const struct fe_secret_entry *entry = &s->index->entries[number - 1];
        struct fe_secret_hit hit = {.slot = (number - 1) / FE_SECRET_FORMS,
                                    .form = (number - 1) % FE_SECRET_FORMS};
        number = entry->next;
        if (entry->window != window || entry->anchor > at) {
            continue;
        }
        struct fe_slice value = s->slots[hit.slot]->value;
        hit.at = at - entry->anchor;
        hit.len = fe_secret_form_length(value, hit.form);
        if (hit.len <= s->text.len - hit.at &&
            fe_secret_form_is(value, hit.form, s->text.ptr + hit.at)) {
            s->fn(s->arg, &hit);
        }
    }
}

void fe_secret_index_search(const struct fe_secret_index *index, struct fe_secret *const *slots,
                            struct fe_slice text, fe_secret_hit_fn *fn, void *arg)
{
    const struct search search = {index, slots, text, fn, arg};
    const uint64_t *filter = index->filter;
    const uint64_t multiplier = index->multiplier;
    const unsigned shift = 64 - index->slot_bits - FILTER_SLOT_BITS;
    for (size_t i = 0; i + FE_SECRET_WINDOW_BYTES <= text.len; i++) {
        uint64_t window = 0;
        memcpy(&window, text.ptr + i, sizeof(window));
        uint64_t hash = window * multiplier;
        uint64_t word = filter[hash >> shift];
        bool may_be = (word >> (hash >> FILTER_SHIFT & 63) & 1) != 0; /* most end here */
        if (may_be && (word & filter_mask(hash)) == filter_mask(hash)) {
            look_closer(&search, i, window, hash);
        }
    }
}
