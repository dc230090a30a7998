/* SPDX-License-Identifier: MIT */
#include "emulate/platform/connection_json.h"

/* RestAuthenticationMode: the members of each of its types. */
struct auth_mode {
    const char *type;
    const char *plain;  /* shown as it is; NULL: none */
    const char *secret; /* an EncryptedProperty; NULL: none */
};

static const struct auth_mode auth_modes[] = {
    {"bearerToken", NULL, "bearerToken"},
    {"apiKey", "location", "apiKey"},
    {"basic", "username", "password"},
    {"oauth2", NULL, NULL},
};

static bool has_type(const struct fe_json *object, const char *type)
{
    struct fe_json member;
    return fe_json_member(object, "type", &member) && member.kind == FE_JSON_STRING &&
           fe_slice_eq((struct fe_slice){member.text.ptr + 1, member.text.len - 2},
                       fe_slice_cstr(type));
}

static const struct auth_mode *find_mode(const struct fe_json *auth)
{
    for (size_t i = 0; i < sizeof(auth_modes) / sizeof(auth_modes[0]); i++) {
        if (has_type(auth, auth_modes[i].type)) {
            return &auth_modes[i];
        }
    }
    return NULL;
}

bool fe_connection_auth_known(struct fe_slice auth)
{
    struct fe_json json;
    return fe_json_parse(auth, &json, NULL) == 0 && find_mode(&json) != NULL;
}

/* A secret that was given in plain text is called as the member that held it. */
static void put_secret(struct fe_json_writer *writer, const struct fe_json *auth, const char *name)
{
    struct fe_json property;
    struct fe_json value;
    bool is_named = fe_json_member(auth, name, &property) && has_type(&property, "asSecretName") &&
                    fe_json_member(&property, "value", &value);
    fe_json_key(writer, name);
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "type", FE_SLICE("asSecretName"));
    fe_json_key(writer, "value");
    if (is_named) {
        fe_json_put_raw(writer, value.text);
    } else {
        fe_json_put_string(writer, fe_slice_cstr(name));
    }
    fe_json_end_object(writer);
}

static void put_auth(struct fe_json_writer *writer, struct fe_slice text)
{
    struct fe_json auth;
    struct fe_json plain;
    if (fe_json_parse(text, &auth, NULL) < 0) {
        return;
    }
    const struct auth_mode *mode = find_mode(&auth);
    if (mode == NULL) {
        return;
    }
    fe_json_key(writer, "auth");
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "type", fe_slice_cstr(mode->type));
    if (mode->plain && fe_json_member(&auth, mode->plain, &plain)) {
        fe_json_key(writer, mode->plain);
        fe_json_put_raw(writer, plain.text);
    }
    if (mode->secret) {
        put_secret(writer, &auth, mode->secret);
    }
    fe_json_end_object(writer);
}

void fe_connection_put_domain(struct fe_json_writer *writer,
                              const struct fe_connection_domain *domain)
{
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "host", domain->host);
    if (domain->port > 0) {
        fe_json_member_int(writer, "port", domain->port);
    }
    if (domain->scheme.len > 0) {
        fe_json_member_string(writer, "scheme", domain->scheme);
    }
    put_auth(writer, domain->auth);
    fe_json_end_object(writer);
}

static void put_secret_names(struct fe_json_writer *writer, const struct fe_connection *connection)
{
    fe_json_key(writer, "additionalSecrets");
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "type", FE_SLICE("asSecretsNames"));
    fe_json_key(writer, "secretNames");
    fe_json_begin_array(writer);
    for (const struct fe_secret_name *secret = connection->secrets; secret; secret = secret->next) {
        fe_json_put_string(writer, secret->name);
    }
    fe_json_end_array(writer);
    fe_json_end_object(writer);
}

void fe_connection_put_configuration(struct fe_json_writer *writer,
                                     const struct fe_connection *connection)
{
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "type", FE_SLICE("rest"));
    fe_json_key(writer, "domains");
    fe_json_put_raw(writer, connection->domains);
    if (connection->oauth2_client_rid.len > 0) {
        fe_json_member_string(writer, "oauth2ClientRid", connection->oauth2_client_rid);
    }
    if (connection->secrets) {
        put_secret_names(writer, connection);
    }
    fe_json_end_object(writer);
}

void fe_connection_put(struct fe_json_writer *writer, const struct fe_connection *connection)
{
    fe_json_begin_object(writer);
    fe_json_member_string(writer, "rid", connection->rid);
    fe_json_member_string(writer, "displayName", connection->display_name);
    fe_json_member_string(writer, "parentFolderRid", connection->parent_folder_rid);
    fe_json_key(writer, "exportSettings");
    fe_json_begin_object(writer);
    fe_json_member_bool(writer, "exportsEnabled", false);
    fe_json_member_bool(writer, "exportEnabledWithoutMarkingsValidation", false);
    fe_json_end_object(writer);
    fe_json_key(writer, "worker");
    fe_json_put_raw(writer, connection->worker);
    fe_json_key(writer, "configuration");
    fe_connection_put_configuration(writer, connection);
    fe_json_end_object(writer);
}
