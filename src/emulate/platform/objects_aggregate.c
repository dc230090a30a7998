/* SPDX-License-Identifier: MIT */
/* Counts objects, and finds the least, the greatest, the sum and the mean of their numbers: of all
 * together, never in groups. */
#include <stdlib.h>

#include "emulate/platform/object_query.h"
#include "emulate/platform/objects_routes.h"
#include "http/reply.h"
#include "util/limits.h"

enum kind {
    KIND_COUNT,
    KIND_MIN,
    KIND_MAX,
    KIND_SUM,
    KIND_AVG
};

static const char *const kind_names[] = {"count", "min", "max", "sum", "avg"};

struct metric {
    enum kind kind;
    struct fe_slice name;
    const struct fe_property *property; /* NULL for a count */
};

struct objects {
    struct fe_object *items;
    size_t count;
};

/* ── what is asked for ── */

static bool find_kind(struct fe_object_query *query, const struct fe_json *json,
                      enum kind *kind_out)
{
    static const struct fe_api_error error = {400, "INVALID_ARGUMENT",
                                              "AggregationMetricNotSupported",
                                              "Only count, min, max, sum and avg are served."};
    struct fe_slice name = fe_object_query_text(query, json, "type");
    for (size_t i = 0; i < sizeof(kind_names) / sizeof(kind_names[0]); i++) {
        if (fe_slice_eq(name, fe_slice_cstr(kind_names[i]))) {
            *kind_out = (enum kind)i;
            return query->status == 0;
        }
    }
    if (query->status == 0) {
        query->status = fe_reply_error(query->x, &error, "metricType",
                                       fe_arena_copy(query->arena, name).ptr, NULL);
    }
    return false;
}

static bool is_numeric(const struct fe_property *property)
{
    return property->type == FE_PROPERTY_INTEGER || property->type == FE_PROPERTY_LONG ||
           property->type == FE_PROPERTY_DOUBLE;
}

static void read_metric(struct fe_object_query *query, const struct fe_json *json,
                        struct metric *metric)
{
    if (!find_kind(query, json, &metric->kind)) {
        return;
    }
    metric->name = fe_object_query_text(query, json, "name");
    if (metric->name.len == 0) {
        fe_object_query_refuse(query, "An aggregation without a name is not served.");
    }
    if (metric->kind == KIND_COUNT || query->status != 0) {
        return;
    }
    metric->property = fe_object_query_property(query, fe_object_query_text(query, json, "field"));
    if (metric->property && !is_numeric(metric->property)) {
        fe_object_query_refuse(query, "Only numbers can be aggregated.");
    }
}

static size_t read_metrics(struct fe_object_query *query, struct metric *metrics)
{
    struct fe_json list;
    struct fe_json one;
    struct fe_json_cursor cursor = {0};
    size_t count = 0;
    if (fe_object_query_array(query, &query->body, "groupBy", &list) &&
        fe_json_next(&list, &cursor, NULL, &one)) {
        fe_object_query_refuse(query, "Aggregation by groups is not served.");
    }
    cursor = (struct fe_json_cursor){0};
    if (query->status != 0 || !fe_object_query_array(query, &query->body, "aggregation", &list)) {
        fe_object_query_refuse(query, "aggregation is missing.");
        return 0;
    }
    while (query->status == 0 && fe_json_next(&list, &cursor, NULL, &one)) {
        if (count == FE_LIMIT_OBJECT_METRICS) {
            fe_object_query_refuse(query, "There are too many aggregations.");
            break;
        }
        read_metric(query, &one, &metrics[count++]);
    }
    return count;
}

/* ── the answer ── */

struct figures {
    size_t count; /* of values that are not null */
    double min;
    double max;
    double sum;
};

static struct figures figures_of(const struct objects *objects, size_t index)
{
    struct figures figures = {0};
    for (size_t i = 0; i < objects->count; i++) {
        const struct fe_value *value = &objects->items[i].values[index];
        if (!value->is_set) {
            continue;
        }
        if (figures.count == 0 || value->real < figures.min) {
            figures.min = value->real;
        }
        if (figures.count == 0 || value->real > figures.max) {
            figures.max = value->real;
        }
        figures.sum += value->real;
        figures.count++;
    }
    return figures;
}

/* With as many digits as it takes to tell it from its neighbours. */
static struct fe_slice number_text(struct fe_arena *arena, double number)
{
    struct fe_slice text = {NULL, 0};
    for (int digits = 15; digits <= 17; digits++) {
        text = fe_arena_printf(arena, "%.*g", digits, number);
        double same = strtod(text.ptr, NULL);
        if (same <= number && same >= number) {
            break;
        }
    }
    return text;
}

/* Of no values there is neither a least nor a mean, and no metric then. */
static void put_metric(struct fe_arena *arena, const struct metric *metric,
                       const struct objects *objects, struct fe_json_writer *writer)
{
    struct fe_slice value = fe_arena_printf(arena, "%zu", objects->count);
    if (metric->property) {
        struct figures figures = figures_of(objects, metric->property->index);
        if (figures.count == 0) {
            return;
        }
        double of_kind[] = {[KIND_MIN] = figures.min,
                            [KIND_MAX] = figures.max,
                            [KIND_SUM] = figures.sum,
                            [KIND_AVG] = figures.sum / (double)figures.count};
        value = number_text(arena, of_kind[metric->kind]);
    }
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "name", metric->name);
    fe_json_key(writer, "value");
    fe_json_put_raw(writer, value);
    fe_json_end_object(writer);
}

int fe_objects_aggregate(void *self, struct fe_exchange *x)
{
    struct fe_object_query query;
    struct metric metrics[FE_LIMIT_OBJECT_METRICS] = {{0}};
    struct objects objects = {NULL, 0};
    struct fe_json_writer writer;
    fe_object_query_open(&query, self, x);
    size_t count = query.status == 0 ? read_metrics(&query, metrics) : 0;
    if (query.status != 0) {
        return query.status;
    }
    objects.count = fe_object_query_objects(&query, &objects.items);
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_member_int(&writer, "excludedItems", 0);
    fe_json_member_string(&writer, "accuracy", FE_SLICE("ACCURATE"));
    fe_json_key(&writer, "data");
    fe_json_begin_array(&writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "group");
    fe_json_begin_object(&writer);
    fe_json_end_object(&writer);
    fe_json_key(&writer, "metrics");
    fe_json_begin_array(&writer);
    for (size_t i = 0; i < count; i++) {
        put_metric(query.arena, &metrics[i], &objects, &writer);
    }
    fe_json_end_array(&writer);
    fe_json_end_object(&writer);
    fe_json_end_array(&writer);
    fe_json_end_object(&writer);
    return 200;
}
