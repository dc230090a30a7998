/* SPDX-License-Identifier: MIT */
#include "emulate/platform/object_filter.h"

#include "http/reply.h"
#include "util/limits.h"

enum op {
    OP_AND,
    OP_OR,
    OP_NOT,
    OP_IS_NULL,
    OP_IN,
    OP_EQ,
    OP_GT,
    OP_GTE,
    OP_LT,
    OP_LTE
};

static const char *const op_names[] = {
    [OP_AND] = "and", [OP_OR] = "or", [OP_NOT] = "not", [OP_IS_NULL] = "isNull", [OP_IN] = "in",
    [OP_EQ] = "eq",   [OP_GT] = "gt", [OP_GTE] = "gte", [OP_LT] = "lt",          [OP_LTE] = "lte",
};

struct fe_object_filter {
    enum op op;
    const struct fe_object_filter *parts; /* of and, or, not */
    const struct fe_property *property;   /* of the others */
    const struct fe_value *values;        /* of all these but isNull */
    size_t value_count;
    bool is_null; /* what isNull asks for */
    const struct fe_object_filter *next;
};

/* ── reading ── */

static bool find_op(struct fe_object_query *query, const struct fe_json *where, enum op *op_out)
{
    static const struct fe_api_error error = {
        400, "INVALID_ARGUMENT", "PropertyFiltersNotSupported",
        "Of filters are served and, or, not, eq, gt, gte, lt, lte, in and isNull."};
    struct fe_slice name = fe_object_query_text(query, where, "type");
    for (size_t i = 0; i < sizeof(op_names) / sizeof(op_names[0]); i++) {
        if (fe_slice_eq(name, fe_slice_cstr(op_names[i]))) {
            *op_out = (enum op)i;
            return query->status == 0;
        }
    }
    if (query->status == 0) {
        const char *filters = fe_arena_copy(query->arena, name).ptr;
        struct fe_slice field = fe_object_query_text(query, where, "field");
        query->status = fe_reply_error(query->x, &error, "propertyFilters", filters, "property",
                                       fe_arena_copy(query->arena, field).ptr, NULL);
    }
    return false;
}

/* By its name in `field`, or in a propertyIdentifier. */
static const struct fe_property *read_property(struct fe_object_query *query,
                                               const struct fe_json *where)
{
    struct fe_json identifier;
    struct fe_slice field = fe_object_query_text(query, where, "field");
    if (field.len == 0 && fe_json_member(where, "propertyIdentifier", &identifier)) {
        struct fe_slice kind = fe_object_query_text(query, &identifier, "type");
        if (!fe_slice_eq(kind, FE_SLICE("property"))) {
            fe_object_query_refuse(query, "Only properties can be filtered by, not parts of them.");
        }
        field = fe_object_query_text(query, &identifier, "apiName");
    }
    return query->status == 0 ? fe_object_query_property(query, field) : NULL;
}

static void refuse_value(struct fe_object_query *query, const struct fe_object_filter *filter,
                         const struct fe_json *value)
{
    static const struct fe_api_error error = {400, "INVALID_ARGUMENT", "InvalidPropertyFilterValue",
                                              "The property cannot have such a value."};
    if (query->status == 0) {
        query->status = fe_reply_error(
            query->x, &error, "expectedType", fe_property_type_name(filter->property->type),
            "propertyFilter", op_names[filter->op], "propertyFilterValue",
            fe_arena_copy(query->arena, value->text).ptr, "property",
            filter->property->api_name.ptr, NULL);
    }
}

static bool count_filters(struct fe_object_query *query, size_t more)
{
    query->filter_count += more;
    if (query->filter_count > FE_LIMIT_OBJECT_FILTERS) {
        fe_object_query_refuse(query, "There are too many filters, or values in them.");
    }
    return query->status == 0;
}

static void read_in(struct fe_object_query *query, const struct fe_json *list,
                    struct fe_object_filter *filter)
{
    struct fe_json one;
    struct fe_json_cursor cursor = {0};
    size_t count = 0;
    while (fe_json_next(list, &cursor, NULL, &one)) {
        count++;
    }
    if (!count_filters(query, count)) {
        return;
    }
    struct fe_value *values = fe_arena_alloc(query->arena, (count + 1) * sizeof(*values));
    cursor = (struct fe_json_cursor){0};
    for (size_t i = 0; i < count && fe_json_next(list, &cursor, NULL, &one); i++) {
        if (!fe_value_read_json(filter->property->type, &one, query->arena, &values[i])) {
            refuse_value(query, filter, &one);
        }
    }
    filter->values = values;
    filter->value_count = count;
}

static void read_operand(struct fe_object_query *query, const struct fe_json *where,
                         struct fe_object_filter *filter)
{
    struct fe_json value;
    filter->property = read_property(query, where);
    if (filter->property == NULL) {
        return;
    }
    if (!fe_json_member(where, "value", &value)) {
        fe_object_query_refuse(query, "A filter needs a value.");
        return;
    }
    enum fe_property_type type = filter->property->type;
    if (filter->op == OP_IS_NULL) {
        filter->is_null = value.kind == FE_JSON_TRUE;
        if (!filter->is_null && value.kind != FE_JSON_FALSE) {
            refuse_value(query, filter, &value);
        }
    } else if (filter->op == OP_IN && value.kind == FE_JSON_ARRAY) {
        read_in(query, &value, filter);
    } else {
        struct fe_value *one = fe_arena_alloc(query->arena, sizeof(*one));
        filter->values = one;
        filter->value_count = 1;
        bool fits = filter->op == OP_EQ || (filter->op != OP_IN && type != FE_PROPERTY_BOOLEAN);
        if (!fits || !fe_value_read_json(type, &value, query->arena, one)) {
            refuse_value(query, filter, &value);
        }
    }
}

static struct fe_object_filter *read_filter(struct fe_object_query *query,
                                            const struct fe_json *where, unsigned depth);

static void read_parts(struct fe_object_query *query, const struct fe_json *where,
                       struct fe_object_filter *filter, unsigned depth)
{
    struct fe_json value;
    struct fe_json part;
    struct fe_json_cursor cursor = {0};
    if (filter->op == OP_NOT) {
        filter->parts =
            fe_json_member(where, "value", &value) ? read_filter(query, &value, depth) : NULL;
    } else if (!fe_object_query_array(query, where, "value", &value)) {
        fe_object_query_refuse(query, "A filter needs a value.");
    } else {
        const struct fe_object_filter **last = &filter->parts;
        while (query->status == 0 && fe_json_next(&value, &cursor, NULL, &part)) {
            struct fe_object_filter *read = read_filter(query, &part, depth);
            if (read) {
                *last = read;
                last = &read->next;
            }
        }
    }
    /* And of nothing is what clients send for "all". */
    if (filter->parts == NULL && filter->op != OP_AND) {
        fe_object_query_refuse(query, "The filters not and or need others to work on.");
    }
}

static struct fe_object_filter *read_filter(struct fe_object_query *query,
                                            const struct fe_json *where, unsigned depth)
{
    struct fe_object_filter *filter = fe_arena_alloc(query->arena, sizeof(*filter));
    if (depth == FE_OBJECT_FILTER_DEPTH) {
        fe_object_query_refuse(query, "The filters are nested too deep.");
        return NULL;
    }
    if (!count_filters(query, 1) || !find_op(query, where, &filter->op)) {
        return NULL;
    }
    if (filter->op <= OP_NOT) {
        read_parts(query, where, filter, depth + 1);
    } else {
        read_operand(query, where, filter);
    }
    return filter;
}

void fe_object_filter_add(struct fe_object_query *query, const struct fe_json *where)
{
    struct fe_object_filter *filter = read_filter(query, where, 0);
    if (filter) {
        filter->next = query->filters;
        query->filters = filter;
    }
}

/* ── matching ── */

static bool matches(const struct fe_object_filter *filter, const struct fe_value *values);

static bool any_matches(const struct fe_object_filter *first, const struct fe_value *values)
{
    while (first && !matches(first, values)) {
        first = first->next;
    }
    return first != NULL;
}

static bool is_one_of(const struct fe_object_filter *filter, const struct fe_value *value)
{
    for (size_t i = 0; i < filter->value_count; i++) {
        if (fe_value_compare(filter->property->type, value, &filter->values[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* What is null compares with nothing. */
static bool compares(const struct fe_object_filter *filter, const struct fe_value *value)
{
    if (filter->op == OP_IS_NULL) {
        return value->is_set != filter->is_null;
    }
    if (!value->is_set) {
        return false;
    }
    if (filter->op == OP_IN || filter->op == OP_EQ) {
        return is_one_of(filter, value);
    }
    int order = fe_value_compare(filter->property->type, value, filter->values);
    return filter->op == OP_GT    ? order > 0
           : filter->op == OP_GTE ? order >= 0
           : filter->op == OP_LT  ? order < 0
                                  : order <= 0;
}

static bool matches(const struct fe_object_filter *filter, const struct fe_value *values)
{
    switch (filter->op) {
    case OP_AND:
        return fe_object_filters_match(filter->parts, values);
    case OP_OR:
        return any_matches(filter->parts, values);
    case OP_NOT:
        return !matches(filter->parts, values);
    default:
        return compares(filter, &values[filter->property->index]);
    }
}

bool fe_object_filters_match(const struct fe_object_filter *first, const struct fe_value *values)
{
    while (first && matches(first, values)) {
        first = first->next;
    }
    return first == NULL;
}
