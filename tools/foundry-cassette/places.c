/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/places.h"

#include <stdlib.h>

#include "cassette/decode.h"
#include "util/alloc.h"

static int by_offset(const void *a, const void *b)
{
    const struct fe_place *left = a;
    const struct fe_place *right = b;
    return (left->offset > right->offset) - (left->offset < right->offset);
}

/* Every frame that belongs to an exchange, in the file's order. */
static struct fe_places read_owned(struct fe_input *input)
{
    struct fe_places owned = {0};
    for (size_t i = 0; i < input->index.count; i++) {
        owned.count += input->index.exchanges[i].frame_count;
    }
    owned.items = fe_arena_alloc(&input->arena, (owned.count + 1) * sizeof(*owned.items));
    struct fe_place *at = owned.items;
    for (size_t i = 0; i < input->index.count; i++) {
        const struct fe_recorded *recorded = &input->index.exchanges[i];
        for (size_t j = 0; j < recorded->frame_count; j++) {
            *at++ = (struct fe_place){.offset = recorded->frames[j], .seq = recorded->seq};
        }
    }
    qsort(owned.items, owned.count, sizeof(*owned.items), by_offset);
    return owned;
}

void fe_places_read(struct fe_input *input, struct fe_places *places_out)
{
    struct fe_places owned = read_owned(input);
    struct fe_slice all = fe_reader_bytes(input->reader);
    places_out->items =
        fe_arena_alloc(&input->arena, (input->index.frame_count + 1) * sizeof(*owned.items));
    places_out->count = 0;
    size_t next = 0;
    uint64_t offset = 0;
    uint64_t forgotten = 0;
    while (offset < all.len && places_out->count < input->index.frame_count) {
        uint64_t kind = 0;
        const char *why = NULL;
        ptrdiff_t bytes = fe_frame_length(fe_slice_from(all, offset), &kind, &why);
        if (bytes <= 0) {
            break;
        }
        struct fe_place *place = &places_out->items[places_out->count++];
        place->offset = offset;
        place->bytes = (uint32_t)bytes;
        place->kind = kind < FE_FRAME_KINDS ? (uint32_t)kind : UINT32_MAX;
        if (next < owned.count && owned.items[next].offset == offset) {
            place->seq = owned.items[next++].seq;
        }
        offset += (uint64_t)bytes;
        fe_input_forget(input, &forgotten, offset);
    }
}

/* Whether a session, from its first frame on, holds any exchange of the part. */
static bool has_any(const struct fe_places *places, size_t at, const uint32_t *part_of,
                    uint32_t part)
{
    for (at++; at < places->count && places->items[at].kind != FE_FRAME_SESSION; at++) {
        uint64_t seq = places->items[at].seq;
        if (seq > 0 && part_of[seq - 1] == part) {
            return true;
        }
    }
    return false;
}

static bool part_is_empty(const struct fe_input *input, const uint32_t *part_of, uint32_t part)
{
    for (size_t i = 0; i < input->index.count; i++) {
        if (part_of[i] == part) {
            return false;
        }
    }
    return true;
}

int fe_places_copy(const struct fe_input *input, const struct fe_places *places,
                   const uint32_t *part_of, uint32_t part, struct fe_output *output)
{
    const char *all = fe_reader_bytes(input->reader).ptr;
    bool every_session = part_is_empty(input, part_of, part);
    bool in_session = false;
    uint64_t forgotten = 0;
    int status = FE_TOOL_OK;
    for (size_t i = 0; i < places->count && status == FE_TOOL_OK; i++) {
        const struct fe_place *place = &places->items[i];
        if (place->kind == FE_FRAME_SESSION) {
            in_session = every_session || has_any(places, i, part_of, part);
        }
        fe_input_forget(input, &forgotten, place->offset);
        if (in_session && (place->seq == 0 || part_of[place->seq - 1] == part)) {
            status = fe_output_copy(output, (struct fe_slice){all + place->offset, place->bytes});
        }
    }
    return status;
}
