/* SPDX-License-Identifier: MIT */
#include "emulate/platform/object_order.h"

static int compare_objects(const struct fe_object *a, const struct fe_object *b,
                           const struct fe_object_orders *orders)
{
    for (size_t i = 0; i < orders->count; i++) {
        const struct fe_property *property = orders->items[i].property;
        const struct fe_value *left = &a->values[property->index];
        const struct fe_value *right = &b->values[property->index];
        if (!left->is_set || !right->is_set) {
            if (left->is_set != right->is_set) {
                return left->is_set ? -1 : 1;
            }
            continue;
        }
        int order = fe_value_compare(property->type, left, right);
        if (order != 0) {
            return orders->items[i].is_descending ? (order < 0) - (order > 0) : order;
        }
    }
    return 0;
}

/* [from, middle) and [middle, to) are sorted. */
static void merge(const struct fe_object *objects, size_t from, size_t middle, size_t to,
                  const struct fe_object_orders *orders, struct fe_object *merged)
{
    size_t left = from;
    size_t right = middle;
    for (size_t i = from; i < to; i++) {
        bool takes_left =
            left < middle &&
            (right >= to || compare_objects(&objects[left], &objects[right], orders) <= 0);
        merged[i] = takes_left ? objects[left++] : objects[right++];
    }
}

void fe_objects_sort(struct fe_object *objects, size_t count, const struct fe_object_orders *orders,
                     struct fe_arena *arena)
{
    if (count < 2 || orders->count == 0) {
        return;
    }
    struct fe_object *merged = fe_arena_alloc(arena, count * sizeof(*merged));
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t from = 0; from < count; from += 2 * width) {
            size_t middle = from + width < count ? from + width : count;
            size_t to = middle + width < count ? middle + width : count;
            merge(objects, from, middle, to, orders, merged);
        }
        memcpy(objects, merged, count * sizeof(*objects));
    }
}
