/* SPDX-License-Identifier: MIT */
/* Filters of object sets: read once, then tried on object after object. */
#ifndef FE_EMULATE_PLATFORM_OBJECT_FILTER_H
#define FE_EMULATE_PLATFORM_OBJECT_FILTER_H

#include "emulate/platform/object_query.h"

enum {
    FE_OBJECT_FILTER_DEPTH = 32 /* of filters in filters */
};

/* Reads one for the query's type and puts it before the query's others, or refuses. */
void fe_object_filter_add(struct fe_object_query *query, const struct fe_json *where);

/* Whether all of a list match. NULL always does. */
bool fe_object_filters_match(const struct fe_object_filter *first, const struct fe_value *values);

#endif
