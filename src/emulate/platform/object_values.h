/* SPDX-License-Identifier: MIT */
/* Values of objects' properties: read from seeds and requests, compared, written as the API has
 * them. */
#ifndef FE_EMULATE_PLATFORM_OBJECT_VALUES_H
#define FE_EMULATE_PLATFORM_OBJECT_VALUES_H

#include <stdbool.h>

#include "config/node.h"
#include "util/arena.h"
#include "util/json.h"
#include "util/json_writer.h"

enum fe_property_type {
    FE_PROPERTY_STRING,
    FE_PROPERTY_INTEGER,
    FE_PROPERTY_LONG,
    FE_PROPERTY_DOUBLE,
    FE_PROPERTY_BOOLEAN,
    FE_PROPERTY_DATE,
    FE_PROPERTY_TIMESTAMP
};

/* Zeroed: null, which the functions below do not take. */
struct fe_value {
    bool is_set;
    struct fe_slice text; /* as the API shows it, without quotes */
    int64_t number;       /* of integer, long and boolean; nanoseconds of a timestamp */
    double real;          /* of integer, long and double */
};

/* "integer" and so on; and back: false if there is none of that name. */
const char *fe_property_type_name(enum fe_property_type type);
bool fe_property_type_find(struct fe_slice name, enum fe_property_type *type_out);

/* What the type takes, for messages: "a whole number of 32 bits". */
const char *fe_property_type_takes(enum fe_property_type type);

/* Reads a scalar that is not null. False: it is no value of that type. */
bool fe_value_read(enum fe_property_type type, enum fe_scalar_type scalar, struct fe_slice text,
                   struct fe_arena *arena, struct fe_value *value_out);
bool fe_value_read_json(enum fe_property_type type, const struct fe_json *json,
                        struct fe_arena *arena, struct fe_value *value_out);

/* Below, at or above 0. Texts are compared by their bytes. */
int fe_value_compare(enum fe_property_type type, const struct fe_value *a,
                     const struct fe_value *b);

/* Longs, dates and timestamps are strings on the wire. */
void fe_value_put(enum fe_property_type type, const struct fe_value *value,
                  struct fe_json_writer *writer);

#endif
