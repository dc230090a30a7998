/* SPDX-License-Identifier: MIT */
#include "emulate/platform/object_query.h"

#include "emulate/platform/object_filter.h"
#include "emulate/platform/ontologies.h"
#include "emulate/state/json_body.h"
#include "emulate/state/public_api.h"
#include "http/reply.h"

/* ── refusals ── */

void fe_object_query_refuse(struct fe_object_query *query, const char *what)
{
    if (query->status == 0) {
        query->status = fe_reply_invalid_argument(query->x, what);
    }
}

const struct fe_property *fe_object_query_property(struct fe_object_query *query,
                                                   struct fe_slice api_name)
{
    static const struct fe_api_error error = {404, "NOT_FOUND", "PropertiesNotFound",
                                              "The object type has no such property."};
    const struct fe_property *property = fe_property_find(query->type, api_name);
    if (property == NULL && query->status == 0) {
        query->status =
            fe_reply_error(query->x, &error, "objectType", query->type->api_name.ptr, "properties",
                           fe_arena_copy(query->arena, api_name).ptr, NULL);
    }
    return property;
}

struct fe_slice fe_object_query_text(struct fe_object_query *query, const struct fe_json *object,
                                     const char *name)
{
    struct fe_json member;
    struct fe_slice text = {NULL, 0};
    if (fe_json_member(object, name, &member) && member.kind != FE_JSON_NULL &&
        fe_json_string(&member, query->arena, &text) < 0) {
        fe_object_query_refuse(query,
                               fe_arena_printf(query->arena, "%s must be a string.", name).ptr);
    }
    return text;
}

bool fe_object_query_array(struct fe_object_query *query, const struct fe_json *object,
                           const char *name, struct fe_json *array_out)
{
    if (!fe_json_member(object, name, array_out) || array_out->kind == FE_JSON_NULL) {
        return false;
    }
    if (array_out->kind != FE_JSON_ARRAY) {
        fe_object_query_refuse(query,
                               fe_arena_printf(query->arena, "%s must be an array.", name).ptr);
        return false;
    }
    return true;
}

/* ── the object set ── */

static void read_base(struct fe_object_query *query, const struct fe_json *set)
{
    struct fe_slice api_name = fe_object_query_text(query, set, "objectType");
    if (query->status == 0) {
        query->type = fe_object_type_find(query->ontology->object_types, api_name);
    }
    if (query->type == NULL && query->status == 0) {
        query->status = fe_reply_object_type_not_found(query->x, api_name);
    }
}

/* Filters may be around filters; what is in the middle says of which type they are. So the wheres
 * are kept on the way in, and read on the way out. */
static void read_set(struct fe_object_query *query, struct fe_json set)
{
    struct fe_json wheres[FE_OBJECT_FILTER_DEPTH];
    struct fe_json inner;
    size_t count = 0;
    struct fe_slice kind = fe_object_query_text(query, &set, "type");
    while (query->status == 0 && fe_slice_eq(kind, FE_SLICE("filter"))) {
        if (count == FE_OBJECT_FILTER_DEPTH || !fe_json_member(&set, "where", &wheres[count]) ||
            !fe_json_member(&set, "objectSet", &inner)) {
            fe_object_query_refuse(query, "A filter needs an objectSet and a where, and may be "
                                          "around no more than 31 others.");
            return;
        }
        count++;
        set = inner;
        kind = fe_object_query_text(query, &set, "type");
    }
    if (query->status == 0 && !fe_slice_eq(kind, FE_SLICE("base"))) {
        fe_object_query_refuse(query, fe_arena_printf(query->arena,
                                                      "Object sets of type \"" FE_PRI
                                                      "\" are not served, only base and filter.",
                                                      FE_ARG(kind))
                                          .ptr);
    }
    if (query->status == 0) {
        read_base(query, &set);
    }
    while (query->status == 0 && count > 0) {
        fe_object_filter_add(query, &wheres[--count]);
    }
}

/* There is one version of the objects, the seed's; an answer about another would be wrong. */
static void check_versions(struct fe_object_query *query)
{
    static const char *const names[] = {"branch", "transactionId"};
    struct fe_form form;
    struct fe_slice value = {NULL, 0};
    query->status = fe_query_read(query->x, &form);
    for (size_t i = 0; query->status == 0 && i < sizeof(names) / sizeof(names[0]); i++) {
        if (fe_form_get(&form, names[i], &value) > 0) {
            fe_object_query_refuse(query, "Branches and transactions of objects are not served.");
        }
    }
}

void fe_object_query_open(struct fe_object_query *query, const struct fe_platform *platform,
                          struct fe_exchange *x)
{
    struct fe_json_body body;
    struct fe_json set;
    *query = (struct fe_object_query){.x = x, .arena = fe_exchange_arena(x)};
    query->ontology = fe_ontology_find(platform, x, &query->status);
    if (query->ontology == NULL) {
        return;
    }
    check_versions(query);
    fe_json_body_open(&body, x);
    query->body = body.object;
    if (body.problem) {
        fe_object_query_refuse(query, body.problem);
    } else if (!fe_json_member(&query->body, "objectSet", &set)) {
        fe_object_query_refuse(query, "objectSet is missing.");
    } else if (query->status == 0) {
        query->object_set = set.text;
        read_set(query, set);
    }
}

size_t fe_object_query_objects(struct fe_object_query *query, struct fe_object **objects_out)
{
    const struct fe_object_type *type = query->type;
    struct fe_object *objects = NULL;
    size_t count = 0;
    if (type->object_count > 0) {
        objects = fe_arena_alloc(query->arena, type->object_count * sizeof(*objects));
    }
    for (size_t i = 0; i < type->object_count; i++) {
        if (fe_object_filters_match(query->filters, type->objects[i].values)) {
            objects[count++] = type->objects[i];
        }
    }
    *objects_out = objects;
    return count;
}
