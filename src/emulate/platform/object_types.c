/* SPDX-License-Identifier: MIT */
#include "emulate/platform/object_types.h"

#include "util/id.h"

const struct fe_object_type *fe_object_type_find(const struct fe_object_type *first,
                                                 struct fe_slice api_name)
{
    while (first && !fe_slice_eq(first->api_name, api_name)) {
        first = first->next;
    }
    return first;
}

const struct fe_property *fe_property_find(const struct fe_object_type *type,
                                           struct fe_slice api_name)
{
    for (size_t i = 0; i < type->property_count; i++) {
        if (fe_slice_eq(type->properties[i].api_name, api_name)) {
            return &type->properties[i];
        }
    }
    return NULL;
}

static void put_empty_array(struct fe_json_writer *writer, const char *name)
{
    fe_json_key(writer, name);
    fe_json_begin_array(writer);
    fe_json_end_array(writer);
}

static void put_empty_object(struct fe_json_writer *writer, const char *name)
{
    fe_json_key(writer, name);
    fe_json_begin_object(writer);
    fe_json_end_object(writer);
}

static void put_property(const struct fe_object_type *type, const struct fe_property *property,
                         struct fe_json_writer *writer)
{
    static const char prefix[] = "ri.ontology.main.property.";
    char rid[sizeof(prefix) + FE_UUID_TEXT_BYTES];
    memcpy(rid, prefix, sizeof(prefix));
    fe_uuid_named(type->rid, property->api_name, rid + sizeof(prefix) - 1);
    fe_json_key_slice(writer, property->api_name);
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "displayName", property->api_name);
    fe_json_key(writer, "dataType");
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "type", fe_slice_cstr(fe_property_type_name(property->type)));
    fe_json_end_object(writer);
    fe_json_member_string(writer, "rid", fe_slice_cstr(rid));
    put_empty_array(writer, "typeClasses");
    fe_json_end_object(writer);
}

static void put_icon(struct fe_json_writer *writer)
{
    fe_json_key(writer, "icon");
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "type", FE_SLICE("blueprint"));
    fe_json_member_string(writer, "name", FE_SLICE("cube"));
    fe_json_member_string(writer, "color", FE_SLICE("#2D72D2"));
    fe_json_end_object(writer);
}

static void put_type(const struct fe_object_type *type, struct fe_json_writer *writer)
{
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "apiName", type->api_name);
    fe_json_member_string(writer, "displayName", type->display_name);
    fe_json_member_string(writer, "pluralDisplayName", type->plural_display_name);
    fe_json_member_string(writer, "status", FE_SLICE("ACTIVE"));
    fe_json_member_string(writer, "visibility", FE_SLICE("NORMAL"));
    fe_json_member_string(writer, "rid", type->rid);
    fe_json_member_string(writer, "primaryKey", type->primary_key->api_name);
    fe_json_member_string(writer, "titleProperty", type->primary_key->api_name);
    put_icon(writer);
    fe_json_key(writer, "properties");
    fe_json_begin_object(writer);
    for (size_t i = 0; i < type->property_count; i++) {
        put_property(type, &type->properties[i], writer);
    }
    fe_json_end_object(writer);
    fe_json_end_object(writer);
}

void fe_object_type_put_full(const struct fe_object_type *type, struct fe_json_writer *writer)
{
    fe_json_begin_object(writer);
    fe_json_key(writer, "objectType");
    put_type(type, writer);
    put_empty_array(writer, "linkTypes");
    put_empty_array(writer, "implementsInterfaces");
    put_empty_object(writer, "implementsInterfaces2");
    put_empty_object(writer, "sharedPropertyTypeMapping");
    fe_json_end_object(writer);
}
