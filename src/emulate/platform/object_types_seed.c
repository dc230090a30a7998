/* SPDX-License-Identifier: MIT */
#include "emulate/platform/object_types_seed.h"

#include "emulate/platform/object_order.h"
#include "util/id.h"
#include "util/limits.h"

/* One type in the reading. */
struct reading {
    struct fe_arena *arena;
    struct fe_fields fields;
    struct fe_object_type *type;
};

static size_t count_members(const struct fe_node *container)
{
    size_t count = 0;
    for (const struct fe_node *node = container ? container->first : NULL; node;
         node = node->next) {
        count++;
    }
    return count;
}

static void complain(struct reading *r, const struct fe_node *node, const char *what)
{
    fe_node_error(r->fields.config, node, r->fields.errors, "%s", what);
}

/* ── properties ── */

/* "__primaryKey" and "$title" have meanings of their own in the API. */
static bool is_api_name(struct fe_slice name)
{
    bool good = name.len > 0;
    for (size_t i = 0; good && i < name.len; i++) {
        char c = name.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        good = is_letter || (i > 0 && ((c >= '0' && c <= '9') || c == '_'));
    }
    return good;
}

static void read_property(struct reading *r, const struct fe_node *node,
                          struct fe_property *property)
{
    property->api_name = fe_arena_copy(r->arena, node->key);
    if (!is_api_name(node->key)) {
        complain(r, node, "expected a name of letters, digits and _, a letter first");
    }
    if (node->kind != FE_NODE_SCALAR || !fe_property_type_find(node->text, &property->type)) {
        complain(r, node, "expected string, integer, long, double, boolean, date or timestamp");
    }
}

static void read_properties(struct reading *r)
{
    (void)fe_fields_any(&r->fields, "properties", FE_REQUIRED);
    const struct fe_node *mapping = fe_fields_mapping(&r->fields, "properties");
    size_t count = count_members(mapping);
    if (count > FE_LIMIT_OBJECT_PROPERTIES) {
        fe_fields_error(&r->fields, "properties", "has %zu members, expected %u at most", count,
                        FE_LIMIT_OBJECT_PROPERTIES);
        count = 0;
    }
    struct fe_property *properties = fe_arena_alloc(r->arena, (count + 1) * sizeof(*properties));
    const struct fe_node *node = count > 0 ? mapping->first : NULL;
    for (size_t i = 0; i < count; i++, node = node->next) {
        properties[i].index = i;
        read_property(r, node, &properties[i]);
    }
    r->type->properties = properties;
    r->type->property_count = count;
}

static void read_primary_key(struct reading *r)
{
    struct fe_slice name = {NULL, 0};
    if (!fe_fields_text(&r->fields, "primary_key", FE_REQUIRED, &name)) {
        return;
    }
    r->type->primary_key = fe_property_find(r->type, name);
    if (r->type->primary_key == NULL) {
        fe_fields_error(&r->fields, "primary_key", "\"" FE_PRI "\" is none of the properties",
                        FE_ARG(name));
    } else if (r->type->primary_key->type == FE_PROPERTY_BOOLEAN) {
        fe_fields_error(&r->fields, "primary_key", "a boolean cannot be a primary key");
    }
}

/* ── objects ── */

static void read_value(struct reading *r, const struct fe_property *property,
                       const struct fe_node *node, struct fe_value *value)
{
    /* Where text is asked for, 4000 and true are text too, as elsewhere in a seed. */
    bool takes_any = property->type == FE_PROPERTY_STRING;
    if (node->kind == FE_NODE_SCALAR && node->type == FE_SCALAR_NULL) {
        return;
    }
    if (node->kind != FE_NODE_SCALAR ||
        !fe_value_read(property->type, takes_any ? FE_SCALAR_TEXT : node->type, node->text,
                       r->arena, value)) {
        complain(
            r, node,
            fe_arena_printf(r->arena, "expected %s", fe_property_type_takes(property->type)).ptr);
    }
}

static void read_object(struct reading *r, const struct fe_node *node, struct fe_value *values)
{
    if (node->kind != FE_NODE_MAPPING) {
        complain(r, node, "expected a mapping");
        return;
    }
    for (const struct fe_node *member = node->first; member; member = member->next) {
        const struct fe_property *property = fe_property_find(r->type, member->key);
        if (property) {
            read_value(r, property, member, &values[property->index]);
        } else {
            complain(r, member, "is none of the properties");
        }
    }
    const struct fe_slice key_name = r->type->primary_key->api_name;
    const struct fe_node *key = fe_node_get(node, key_name.ptr);
    if (key == NULL || (key->kind == FE_NODE_SCALAR && key->type == FE_SCALAR_NULL)) {
        fe_node_error(r->fields.config, key ? key : node, r->fields.errors,
                      FE_PRI " is missing, which is the primary key", FE_ARG(key_name));
    }
}

static void report_duplicates(struct reading *r, const struct fe_node *list)
{
    const struct fe_object_type *type = r->type;
    const struct fe_property *key = type->primary_key;
    const struct fe_object_order by_key = {key, false};
    const struct fe_object_orders orders = {&by_key, 1};
    struct fe_object *objects = fe_arena_alloc(r->arena, type->object_count * sizeof(*objects));
    memcpy(objects, type->objects, type->object_count * sizeof(*objects));
    fe_objects_sort(objects, type->object_count, &orders, r->arena);
    for (size_t i = 1; i < type->object_count; i++) {
        const struct fe_value *before = &objects[i - 1].values[key->index];
        const struct fe_value *value = &objects[i].values[key->index];
        if (before->is_set && value->is_set && fe_value_compare(key->type, before, value) == 0) {
            fe_errors_add(r->fields.errors,
                          "%s:%u: " FE_PRI ": \"" FE_PRI "\" is defined already, at %s:%u",
                          r->fields.config->file, objects[i].line, FE_ARG(list->path),
                          FE_ARG(value->text), r->fields.config->file, objects[i - 1].line);
        }
    }
}

static void read_objects(struct reading *r)
{
    const struct fe_node *list = fe_fields_sequence(&r->fields, "objects");
    size_t count = count_members(list);
    if (count == 0 || r->type->primary_key == NULL) {
        return;
    }
    struct fe_object *objects = fe_arena_alloc(r->arena, count * sizeof(*objects));
    const struct fe_node *node = list->first;
    for (size_t i = 0; i < count; i++, node = node->next) {
        struct fe_value *values =
            fe_arena_alloc(r->arena, r->type->property_count * sizeof(*values));
        read_object(r, node, values);
        objects[i] = (struct fe_object){values, node->line};
    }
    r->type->objects = objects;
    r->type->object_count = count;
    report_duplicates(r, list);
}

/* ── types ── */

static void read_name(struct reading *r, const char *name, struct fe_slice *text)
{
    struct fe_slice found = {NULL, 0};
    if (fe_fields_text(&r->fields, name, FE_OPTIONAL, &found)) {
        *text = fe_arena_copy(r->arena, found);
    }
}

static void read_type(struct reading *r, struct fe_slice ontology_rid)
{
    struct fe_object_type *type = r->type;
    char uuid[FE_UUID_TEXT_BYTES];
    struct fe_slice found = {NULL, 0};
    (void)fe_fields_text(&r->fields, "api_name", FE_REQUIRED, &found);
    type->api_name = fe_arena_copy(r->arena, found);
    type->display_name = type->api_name;
    read_name(r, "display_name", &type->display_name);
    type->plural_display_name = type->display_name;
    read_name(r, "plural_display_name", &type->plural_display_name);
    fe_uuid_named(ontology_rid, type->api_name, uuid);
    type->rid = fe_arena_printf(r->arena, "ri.ontology.main.object-type.%s", uuid);
    read_properties(r);
    read_primary_key(r);
    read_objects(r);
    fe_fields_done(&r->fields);
}

const struct fe_object_type *fe_object_types_seed(struct fe_arena *arena,
                                                  struct fe_fields *ontology,
                                                  struct fe_slice ontology_rid)
{
    const struct fe_node *list = fe_fields_sequence(ontology, "object_types");
    struct fe_object_type *first = NULL;
    struct fe_object_type **last = &first;
    for (const struct fe_node *node = list ? list->first : NULL; node; node = node->next) {
        struct reading r = {.arena = arena, .type = fe_arena_alloc(arena, sizeof(*r.type))};
        fe_fields_init(&r.fields, ontology->config, node, ontology->errors);
        read_type(&r, ontology_rid);
        if (r.type->api_name.len > 0 && fe_object_type_find(first, r.type->api_name)) {
            fe_fields_error(&r.fields, "api_name",
                            "\"" FE_PRI "\" is defined already in this ontology",
                            FE_ARG(r.type->api_name));
        }
        /* The others are as good as none: every object has its key. */
        if (r.type->primary_key) {
            *last = r.type;
            last = &r.type->next;
        }
    }
    return first;
}
