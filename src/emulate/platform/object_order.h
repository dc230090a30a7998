/* SPDX-License-Identifier: MIT */
/* Sorts objects by properties. */
#ifndef FE_EMULATE_PLATFORM_OBJECT_ORDER_H
#define FE_EMULATE_PLATFORM_OBJECT_ORDER_H

#include "emulate/platform/object_types.h"

struct fe_object_order {
    const struct fe_property *property;
    bool is_descending;
};

struct fe_object_orders {
    const struct fe_object_order *items; /* the first one counts most */
    size_t count;
};

/* Stable; what is null goes last in either direction. */
void fe_objects_sort(struct fe_object *objects, size_t count, const struct fe_object_orders *orders,
                     struct fe_arena *arena);

#endif
