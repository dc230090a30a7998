/* SPDX-License-Identifier: MIT */
/* Object types of an ontology, and their objects: seeded, and never changed. */
#ifndef FE_EMULATE_PLATFORM_OBJECT_TYPES_H
#define FE_EMULATE_PLATFORM_OBJECT_TYPES_H

#include <stddef.h>

#include "emulate/platform/object_values.h"

struct fe_property {
    struct fe_slice api_name;
    enum fe_property_type type;
    size_t index; /* of its value in an object */
};

struct fe_object {
    const struct fe_value *values; /* one for each property, by its index */
    unsigned line;                 /* in the seed file */
};

struct fe_object_type {
    struct fe_slice rid; /* derived from the ontology's and its API name */
    struct fe_slice api_name;
    struct fe_slice display_name;
    struct fe_slice plural_display_name;
    const struct fe_property *properties;
    size_t property_count;
    const struct fe_property *primary_key;
    const struct fe_object *objects;
    size_t object_count;
    struct fe_object_type *next;
};

/* NULL: none of that name. */
const struct fe_object_type *fe_object_type_find(const struct fe_object_type *first,
                                                 struct fe_slice api_name);
const struct fe_property *fe_property_find(const struct fe_object_type *type,
                                           struct fe_slice api_name);

/* The type with all its properties, as getFullMetadata has it. */
void fe_object_type_put_full(const struct fe_object_type *type, struct fe_json_writer *writer);

#endif
