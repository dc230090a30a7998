/* SPDX-License-Identifier: MIT */
#include "emulate/platform/objects_routes.h"

#include "emulate/platform/object_order.h"
#include "emulate/platform/object_query.h"
#include "emulate/platform/ontologies.h"
#include "emulate/state/public_api.h"
#include "http/reply.h"
#include "util/id.h"

int fe_object_types_get_full_metadata(void *self, struct fe_exchange *x)
{
    const struct fe_platform *platform = self;
    struct fe_slice name = fe_exchange_param(x, "objectType");
    struct fe_json_writer writer;
    int status = fe_preview_check(x);
    const struct fe_ontology *ontology =
        status == 0 ? fe_ontology_find(platform, x, &status) : NULL;
    if (ontology == NULL) {
        return status;
    }
    const struct fe_object_type *type = fe_object_type_find(ontology->object_types, name);
    if (type == NULL) {
        return fe_reply_object_type_not_found(x, name);
    }
    fe_reply_json_begin(x, &writer);
    fe_object_type_put_full(type, &writer);
    return 200;
}

/* ── what is asked for ── */

struct load {
    struct fe_object_query query;
    struct fe_object_orders orders;
    struct fe_paging page;
    bool *is_selected; /* by a property's index; NULL: all are */
    bool has_rid;
};

static bool read_order(struct fe_object_query *query, const struct fe_json *json,
                       struct fe_object_order *order)
{
    struct fe_slice direction = fe_object_query_text(query, json, "direction");
    struct fe_slice field = fe_object_query_text(query, json, "field");
    order->is_descending = fe_slice_eq(direction, FE_SLICE("desc"));
    if (!order->is_descending && direction.len > 0 && !fe_slice_eq(direction, FE_SLICE("asc"))) {
        fe_object_query_refuse(query, "direction must be asc or desc.");
    }
    order->property = query->status == 0 ? fe_object_query_property(query, field) : NULL;
    return order->property != NULL;
}

static void read_orders(struct load *load, struct fe_json *order_by)
{
    struct fe_object_query *query = &load->query;
    struct fe_json fields;
    struct fe_json field;
    struct fe_json_cursor cursor = {0};
    struct fe_slice kind = fe_object_query_text(query, order_by, "orderType");
    bool is_readable = order_by->kind == FE_JSON_OBJECT || order_by->kind == FE_JSON_NULL;
    if (!is_readable || (kind.len > 0 && !fe_slice_eq(kind, FE_SLICE("fields")))) {
        fe_object_query_refuse(query, "Objects can be ordered by fields only.");
    }
    if (query->status != 0 || !fe_object_query_array(query, order_by, "fields", &fields)) {
        return;
    }
    size_t max = query->type->property_count;
    struct fe_object_order *items = fe_arena_alloc(query->arena, max * sizeof(*items));
    while (query->status == 0 && fe_json_next(&fields, &cursor, NULL, &field)) {
        if (load->orders.count == max) {
            fe_object_query_refuse(query, "orderBy has more fields than there are properties.");
        } else if (read_order(query, &field, &items[load->orders.count])) {
            load->orders.count++;
        }
    }
    load->orders.items = items;
}

/* Names in `select`; in `selectV2` objects that may be more than names. */
static void read_select(struct load *load, const char *member)
{
    struct fe_object_query *query = &load->query;
    struct fe_json list;
    struct fe_json one;
    struct fe_json_cursor cursor = {0};
    if (!fe_object_query_array(query, &query->body, member, &list)) {
        return;
    }
    while (query->status == 0 && fe_json_next(&list, &cursor, NULL, &one)) {
        struct fe_slice name = {NULL, 0};
        if (one.kind == FE_JSON_OBJECT &&
            fe_slice_eq(fe_object_query_text(query, &one, "type"), FE_SLICE("property"))) {
            name = fe_object_query_text(query, &one, "apiName");
        } else if (fe_json_string(&one, query->arena, &name) < 0) {
            fe_object_query_refuse(query, "Only whole properties can be selected.");
        }
        const struct fe_property *property =
            query->status == 0 ? fe_object_query_property(query, name) : NULL;
        if (property && load->is_selected == NULL) {
            load->is_selected = fe_arena_alloc(query->arena, query->type->property_count);
        }
        if (property) {
            load->is_selected[property->index] = true;
        }
    }
}

static bool read_flag(struct fe_object_query *query, const char *name)
{
    struct fe_json value;
    return fe_json_member(&query->body, name, &value) && value.kind == FE_JSON_TRUE;
}

static void read_page(struct load *load, const struct fe_pager *pager, struct fe_slice order_by)
{
    struct fe_object_query *query = &load->query;
    struct fe_json size;
    load->page = fe_paging_of(fe_arena_printf(query->arena, "objects " FE_PRI " " FE_PRI " " FE_PRI,
                                              FE_ARG(query->type->rid), FE_ARG(query->object_set),
                                              FE_ARG(order_by)));
    load->page.token = fe_object_query_text(query, &query->body, "pageToken");
    if (fe_json_member(&query->body, "pageSize", &size) && size.kind != FE_JSON_NULL &&
        fe_json_int64(&size, &load->page.size) < 0) {
        fe_object_query_refuse(query, "pageSize must be a whole number.");
    }
    if (query->status == 0) {
        query->status = fe_paging_open(pager, query->x, &load->page);
    }
}

static void open_load(struct load *load, const struct fe_platform *platform, struct fe_exchange *x)
{
    struct fe_json order_by = {.kind = FE_JSON_NULL};
    struct fe_object_query *query = &load->query;
    fe_object_query_open(query, platform, x);
    if (query->status != 0) {
        return;
    }
    if (read_flag(query, "loadPropertySecurities")) {
        fe_object_query_refuse(query, "Property securities are not served.");
    }
    load->has_rid = !read_flag(query, "excludeRid");
    if (fe_json_member(&query->body, "orderBy", &order_by)) {
        read_orders(load, &order_by);
    }
    read_select(load, "select");
    read_select(load, "selectV2");
    if (query->status == 0) {
        read_page(load, platform->pager, order_by.text);
    }
}

/* ── the answer ── */

static void put_rid(const struct fe_object_type *type, const struct fe_value *key,
                    struct fe_json_writer *writer)
{
    static const char prefix[] = "ri.phonograph2-objects.main.object.";
    char rid[sizeof(prefix) + FE_UUID_TEXT_BYTES];
    memcpy(rid, prefix, sizeof(prefix));
    fe_uuid_named(type->rid, key->text, rid + sizeof(prefix) - 1);
    fe_json_member_string(writer, "__rid", fe_slice_cstr(rid));
}

/* What is null is left out. */
static void put_object(const struct load *load, const struct fe_object *object,
                       struct fe_json_writer *writer)
{
    const struct fe_object_type *type = load->query.type;
    const struct fe_value *key = &object->values[type->primary_key->index];
    fe_json_begin_object(writer);
    if (load->has_rid) {
        put_rid(type, key, writer);
    }
    fe_json_key(writer, "__primaryKey");
    fe_value_put(type->primary_key->type, key, writer);
    fe_json_member_string(writer, "__apiName", type->api_name);
    fe_json_member_string(writer, "__title", key->text);
    for (size_t i = 0; i < type->property_count; i++) {
        const struct fe_value *value = &object->values[i];
        if (value->is_set && (load->is_selected == NULL || load->is_selected[i])) {
            fe_json_key_slice(writer, type->properties[i].api_name);
            fe_value_put(type->properties[i].type, value, writer);
        }
    }
    fe_json_end_object(writer);
}

int fe_objects_load(void *self, struct fe_exchange *x)
{
    const struct fe_platform *platform = self;
    struct fe_json_writer writer;
    struct load load = {0};
    struct fe_object *objects = NULL;
    open_load(&load, platform, x);
    if (load.query.status != 0) {
        return load.query.status;
    }
    size_t total = fe_object_query_objects(&load.query, &objects);
    size_t first = load.page.offset < total ? load.page.offset : total;
    size_t left = total - first;
    size_t end = first + ((size_t)load.page.size < left ? (size_t)load.page.size : left);
    fe_objects_sort(objects, total, &load.orders, load.query.arena);
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "data");
    fe_json_begin_array(&writer);
    for (size_t i = first; i < end; i++) {
        put_object(&load, &objects[i], &writer);
    }
    fe_json_end_array(&writer);
    if (end < total) {
        fe_paging_put_next(platform->pager, &load.page, end, &writer);
    }
    fe_json_member_string(&writer, "totalCount", fe_arena_printf(load.query.arena, "%zu", total));
    fe_json_key(&writer, "propertySecurities");
    fe_json_begin_array(&writer);
    fe_json_end_array(&writer);
    fe_json_end_object(&writer);
    return 200;
}
