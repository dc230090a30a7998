/* SPDX-License-Identifier: MIT */
#include "emulate/users/users_json.h"

/* Multipass's own attributes of a user, under the two spellings that its two routes use (contract
 * §4.2): the public API's and that of /multipass/api/me. NULL where a route does not have one. */
struct derived_attribute {
    const char *api_name;
    const char *me_name;
    struct fe_slice value;
};

enum {
    DERIVED_ATTRIBUTES = 7
};

static void derive(const struct fe_user *user, struct derived_attribute derived[DERIVED_ATTRIBUTES])
{
    const struct derived_attribute all[DERIVED_ATTRIBUTES] = {
        {"multipass:givenName", "multipass:given-name", user->given_name},
        {"multipass:familyName", "multipass:family-name", user->family_name},
        {"multipass:email:primary", "multipass:email:primary", user->email},
        {"multipass:realm", "multipass:realm", user->realm},
        {NULL, "multipass:realm-name", user->realm},
        {"multipass:organization-rid", "multipass:organization-rid", user->organization_rid},
        {NULL, "multipass:upn", user->username},
    };
    for (size_t i = 0; i < DERIVED_ATTRIBUTES; i++) {
        derived[i] = all[i];
    }
}

static bool is_seeded(const struct fe_user *user, const char *name)
{
    for (size_t i = 0; i < user->attribute_count; i++) {
        if (fe_slice_eq(user->attributes[i].name, fe_slice_cstr(name))) {
            return true;
        }
    }
    return false;
}

static void put_attribute(struct fe_json_writer *writer, struct fe_slice name,
                          const struct fe_slice *values, size_t count)
{
    fe_json_key_slice(writer, name);
    fe_json_begin_array(writer);
    for (size_t i = 0; i < count; i++) {
        fe_json_put_string(writer, values[i]);
    }
    fe_json_end_array(writer);
}

/* Derived ones first; a seeded attribute of the same name stands instead. */
static void put_attributes(struct fe_json_writer *writer, const struct fe_user *user, bool is_api)
{
    struct derived_attribute derived[DERIVED_ATTRIBUTES];
    derive(user, derived);
    fe_json_key(writer, "attributes");
    fe_json_begin_object(writer);
    for (size_t i = 0; i < DERIVED_ATTRIBUTES; i++) {
        const char *name = is_api ? derived[i].api_name : derived[i].me_name;
        if (name && derived[i].value.len > 0 && !is_seeded(user, name)) {
            put_attribute(writer, fe_slice_cstr(name), &derived[i].value, 1);
        }
    }
    for (size_t i = 0; i < user->attribute_count; i++) {
        const struct fe_user_attribute *attribute = &user->attributes[i];
        put_attribute(writer, attribute->name, attribute->values, attribute->value_count);
    }
    fe_json_end_object(writer);
}

/* Optional members are absent when there is nothing to say, never null. */
static void put_optional(struct fe_json_writer *writer, const char *name, struct fe_slice text)
{
    if (text.len > 0) {
        fe_json_member_string(writer, name, text);
    }
}

void fe_user_put_api(struct fe_json_writer *writer, const struct fe_user *user)
{
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "id", user->id);
    fe_json_member_string(writer, "username", user->username);
    put_optional(writer, "givenName", user->given_name);
    put_optional(writer, "familyName", user->family_name);
    put_optional(writer, "email", user->email);
    fe_json_member_string(writer, "realm", user->realm);
    put_optional(writer, "organization", user->organization_rid);
    fe_json_member_string(writer, "status",
                          user->inactive ? FE_SLICE("DELETED") : FE_SLICE("ACTIVE"));
    put_attributes(writer, user, true);
    fe_json_end_object(writer);
}

void fe_user_put_me(struct fe_json_writer *writer, const struct fe_user *user)
{
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "id", user->id);
    fe_json_member_string(writer, "username", user->username);
    put_attributes(writer, user, false);
    fe_json_end_object(writer);
}
