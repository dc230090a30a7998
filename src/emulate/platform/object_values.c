/* SPDX-License-Identifier: MIT */
#include "emulate/platform/object_values.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "config/scalar.h"
#include "util/buf.h"
#include "util/time_text.h"

static const struct {
    const char *name;
    const char *takes;
} types[] = {
    [FE_PROPERTY_STRING] = {"string", "a text"},
    [FE_PROPERTY_INTEGER] = {"integer", "a whole number of 32 bits"},
    [FE_PROPERTY_LONG] = {"long", "a whole number of 64 bits, or a text of its digits"},
    [FE_PROPERTY_DOUBLE] = {"double", "a number"},
    [FE_PROPERTY_BOOLEAN] = {"boolean", "true or false"},
    [FE_PROPERTY_DATE] = {"date", "a date like 2026-01-31, from 1678 to 2261"},
    [FE_PROPERTY_TIMESTAMP] = {"timestamp", "a time like 2026-01-31T12:00:00Z, from 1678 to 2261"},
};

const char *fe_property_type_name(enum fe_property_type type)
{
    return types[type].name;
}

bool fe_property_type_find(struct fe_slice name, enum fe_property_type *type_out)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (fe_slice_eq(name, fe_slice_cstr(types[i].name))) {
            *type_out = (enum fe_property_type)i;
            return true;
        }
    }
    return false;
}

const char *fe_property_type_takes(enum fe_property_type type)
{
    return types[type].takes;
}

/* ── reading ── */

static bool read_whole(struct fe_arena *arena, struct fe_value *value, int64_t min, int64_t max)
{
    if (fe_scalar_int64(value->text, &value->number) < 0 || value->number < min ||
        value->number > max) {
        return false;
    }
    value->real = (double)value->number;
    value->text = fe_arena_printf(arena, "%" PRId64, value->number);
    return true;
}

static bool read_real(enum fe_scalar_type scalar, struct fe_arena *arena, struct fe_value *value)
{
    struct fe_buf json;
    if (scalar != FE_SCALAR_INT && scalar != FE_SCALAR_FLOAT) {
        return false;
    }
    fe_buf_init(&json, value->text.len + 32);
    bool good = fe_scalar_to_json(value->text, &json) == 0;
    value->text = fe_arena_copy(arena, fe_buf_slice(&json));
    fe_buf_done(&json);
    value->real = good ? strtod(value->text.ptr, NULL) : 0;
    return good && isfinite(value->real);
}

static bool read_boolean(enum fe_scalar_type scalar, struct fe_value *value)
{
    value->number = value->text.len > 0 && (value->text.ptr[0] == 't' || value->text.ptr[0] == 'T');
    value->text = value->number ? FE_SLICE("true") : FE_SLICE("false");
    return scalar == FE_SCALAR_BOOL;
}

static bool read_date(struct fe_arena *arena, const struct fe_value *value)
{
    int64_t midnight_ns = 0;
    return value->text.len == sizeof("2026-01-31") - 1 &&
           fe_time_parse(fe_arena_printf(arena, FE_PRI "T00:00:00Z", FE_ARG(value->text)),
                         &midnight_ns) == 0;
}

bool fe_value_read(enum fe_property_type type, enum fe_scalar_type scalar, struct fe_slice text,
                   struct fe_arena *arena, struct fe_value *value_out)
{
    struct fe_value value = {.is_set = true, .text = fe_arena_copy(arena, text)};
    bool is_text = scalar == FE_SCALAR_TEXT;
    bool good = false;
    switch (type) {
    case FE_PROPERTY_STRING:
        good = is_text;
        break;
    case FE_PROPERTY_INTEGER:
        good = scalar == FE_SCALAR_INT && read_whole(arena, &value, INT32_MIN, INT32_MAX);
        break;
    case FE_PROPERTY_LONG:
        good = (scalar == FE_SCALAR_INT ||
                (is_text && fe_scalar_type_of(value.text) == FE_SCALAR_INT)) &&
               read_whole(arena, &value, INT64_MIN, INT64_MAX);
        break;
    case FE_PROPERTY_DOUBLE:
        good = read_real(scalar, arena, &value);
        break;
    case FE_PROPERTY_BOOLEAN:
        good = read_boolean(scalar, &value);
        break;
    case FE_PROPERTY_DATE:
        good = is_text && read_date(arena, &value);
        break;
    case FE_PROPERTY_TIMESTAMP:
        good = is_text && fe_time_parse(value.text, &value.number) == 0;
        break;
    }
    if (good) {
        *value_out = value;
    }
    return good;
}

bool fe_value_read_json(enum fe_property_type type, const struct fe_json *json,
                        struct fe_arena *arena, struct fe_value *value_out)
{
    struct fe_slice text = json->text;
    enum fe_scalar_type scalar = FE_SCALAR_TEXT;
    switch (json->kind) {
    case FE_JSON_STRING:
        if (fe_json_string(json, arena, &text) < 0) {
            return false;
        }
        break;
    case FE_JSON_NUMBER:
        scalar = fe_scalar_type_of(text);
        break;
    case FE_JSON_TRUE:
    case FE_JSON_FALSE:
        scalar = FE_SCALAR_BOOL;
        break;
    default:
        return false;
    }
    return fe_value_read(type, scalar, text, arena, value_out);
}

/* ── use ── */

static int compare_texts(struct fe_slice a, struct fe_slice b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared > 0 ? memcmp(a.ptr, b.ptr, shared) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

int fe_value_compare(enum fe_property_type type, const struct fe_value *a, const struct fe_value *b)
{
    switch (type) {
    case FE_PROPERTY_STRING:
    case FE_PROPERTY_DATE:
        return compare_texts(a->text, b->text);
    case FE_PROPERTY_DOUBLE:
        return (a->real > b->real) - (a->real < b->real);
    default:
        return (a->number > b->number) - (a->number < b->number);
    }
}

void fe_value_put(enum fe_property_type type, const struct fe_value *value,
                  struct fe_json_writer *writer)
{
    bool is_bare =
        type == FE_PROPERTY_INTEGER || type == FE_PROPERTY_DOUBLE || type == FE_PROPERTY_BOOLEAN;
    if (is_bare) {
        fe_json_put_raw(writer, value->text);
    } else {
        fe_json_put_string(writer, value->text);
    }
}
