/* SPDX-License-Identifier: MIT */
#include "emulate/platform/connections.h"

#include <string.h>

#include "emulate/platform/connection_json.h"
#include "emulate/platform/platform.h"
#include "emulate/state/json_body.h"
#include "http/reply.h"
#include "util/id.h"
#include "util/limits.h"

/* ── asking for one ── */

/* NULL: *status_out is the answer given. */
static struct fe_connection *find(const struct fe_platform *platform, struct fe_exchange *x,
                                  int *status_out)
{
    static const struct fe_api_error error = {404, "NOT_FOUND", "ConnectionNotFound",
                                              "There is no such connection."};
    struct fe_slice rid = fe_exchange_param(x, "connection");
    struct fe_connection *connection = platform->connections;
    while (connection && !fe_slice_eq(connection->rid, rid)) {
        connection = connection->next;
    }
    if (connection == NULL) {
        *status_out = fe_reply_error(x, &error, "connectionRid",
                                     fe_arena_copy(fe_exchange_arena(x), rid).ptr, NULL);
    }
    return connection;
}

int fe_connections_get(void *self, struct fe_exchange *x)
{
    int status = 0;
    const struct fe_connection *connection = find(self, x, &status);
    if (connection == NULL) {
        return status;
    }
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_connection_put(&writer, connection);
    return 200;
}

int fe_connections_get_configuration(void *self, struct fe_exchange *x)
{
    int status = 0;
    const struct fe_connection *connection = find(self, x, &status);
    if (connection == NULL) {
        return status;
    }
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_connection_put_configuration(&writer, connection);
    return 200;
}

/* ── secrets ── */

static int compare(struct fe_slice a, struct fe_slice b)
{
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return order != 0 || a.len == b.len ? order : (a.len < b.len ? -1 : 1);
}

static void add_secret(struct fe_arena *arena, struct fe_connection *connection,
                       struct fe_slice name)
{
    struct fe_secret_name **place = &connection->secrets;
    while (*place && compare((*place)->name, name) < 0) {
        place = &(*place)->next;
    }
    if (*place && fe_slice_eq((*place)->name, name)) {
        return;
    }
    struct fe_secret_name *secret = fe_arena_alloc(arena, sizeof(*secret));
    *secret = (struct fe_secret_name){fe_arena_copy(arena, name), *place};
    *place = secret;
    connection->secret_count++;
}

static const char *check_secrets(const struct fe_json *secrets)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json key;
    struct fe_json value;
    size_t count = 0;
    if (secrets->kind != FE_JSON_OBJECT) {
        return "secrets must be an object.";
    }
    while (fe_json_next(secrets, &cursor, &key, &value)) {
        count++;
        if (value.kind != FE_JSON_STRING) {
            return "Every secret must be a string.";
        }
    }
    return count <= FE_LIMIT_EXTERNAL_SECRETS ? NULL : "There are too many secrets.";
}

/* Takes the names of what check_secrets() has passed. Past the limit of a connection they are
 * dropped, so that nobody fills the memory by and by. */
static void add_secrets(struct fe_platform *platform, struct fe_connection *connection,
                        const struct fe_json *secrets, struct fe_arena *arena)
{
    struct fe_json_cursor cursor = {0};
    struct fe_json key;
    struct fe_json value;
    struct fe_slice name = {NULL, 0};
    while (fe_json_next(secrets, &cursor, &key, &value) &&
           connection->secret_count < FE_LIMIT_EXTERNAL_SECRETS) {
        if (fe_json_string(&key, arena, &name) == 0) {
            add_secret(&platform->arena, connection, name);
        }
    }
}

/* A name that is new to the connection is taken, though the API has an error for it
 * (SecretNamesDoNotExist): a seed cannot name secrets, and the reference emulator takes it. */
int fe_connections_update_secrets(void *self, struct fe_exchange *x)
{
    int status = 0;
    struct fe_json secrets;
    struct fe_json_body body;
    struct fe_connection *connection = find(self, x, &status);
    if (connection == NULL) {
        return status;
    }
    fe_json_body_open(&body, x);
    if (body.problem == NULL) {
        body.problem = fe_json_member(&body.object, "secrets", &secrets) ? check_secrets(&secrets)
                                                                         : "secrets is required.";
    }
    if (body.problem) {
        return fe_reply_invalid_argument(x, body.problem);
    }
    add_secrets(self, connection, &secrets, body.arena);
    return fe_reply_empty(x, 204);
}

/* ── making one ── */

/* A new connection as its request describes it, in the exchange's memory. */
struct draft {
    struct fe_connection connection;
    struct fe_json secrets; /* of kind FE_JSON_NULL: none */
    struct fe_slice type;   /* of its configuration */
    bool names_only;        /* secrets were named, not given */
};

static void read_port(struct fe_json_body *body, int64_t *port)
{
    struct fe_json member;
    if (fe_json_member(&body->object, "port", &member) && member.kind != FE_JSON_NULL &&
        (fe_json_int64(&member, port) < 0 || *port < 1 || *port > UINT16_MAX)) {
        body->problem = "A domain's port must be from 1 to 65535.";
    }
}

static const char *put_domain(struct fe_json_writer *writer, const struct fe_json *json,
                              struct fe_arena *arena)
{
    struct fe_json_body body = {*json, arena, NULL};
    struct fe_connection_domain domain = {.auth = FE_SLICE("")};
    fe_json_body_required(&body, "host", &domain.host);
    fe_json_body_text(&body, "scheme", &domain.scheme);
    read_port(&body, &domain.port);
    fe_json_body_raw(&body, "auth", &domain.auth);
    if (domain.scheme.len > 0 && !fe_slice_eq(domain.scheme, FE_SLICE("HTTP")) &&
        !fe_slice_eq(domain.scheme, FE_SLICE("HTTPS"))) {
        return "A domain's scheme must be HTTP or HTTPS.";
    }
    if (domain.auth.len > 0 && !fe_connection_auth_known(domain.auth)) {
        return "A domain's auth is of no known type.";
    }
    fe_connection_put_domain(writer, &domain);
    return body.problem;
}

static void read_domains(struct fe_json_body *configuration, struct fe_slice *domains)
{
    struct fe_json list;
    struct fe_json element;
    struct fe_json_cursor cursor = {0};
    struct fe_json_writer writer;
    struct fe_buf text;
    if (configuration->problem) {
        return;
    }
    if (!fe_json_member(&configuration->object, "domains", &list) || list.kind != FE_JSON_ARRAY) {
        configuration->problem = "configuration.domains is required.";
        return;
    }
    fe_buf_init(&text, (size_t)2 * FE_LIMIT_PUBLIC_BODY_BYTES);
    fe_json_writer_init(&writer, &text);
    fe_json_begin_array(&writer);
    while (configuration->problem == NULL && fe_json_next(&list, &cursor, NULL, &element)) {
        configuration->problem = put_domain(&writer, &element, configuration->arena);
    }
    fe_json_end_array(&writer);
    if (text.error < 0) {
        configuration->problem = "configuration.domains is too large.";
    }
    *domains = fe_arena_copy(configuration->arena, fe_buf_slice(&text));
    fe_buf_done(&text);
}

static void read_secrets(struct fe_json_body *configuration, struct draft *draft)
{
    struct fe_json member;
    struct fe_slice type = FE_SLICE("");
    if (configuration->problem ||
        !fe_json_member(&configuration->object, "additionalSecrets", &member) ||
        member.kind == FE_JSON_NULL) {
        return;
    }
    struct fe_json_body additional = {member, configuration->arena, NULL};
    fe_json_body_required(&additional, "type", &type);
    if (fe_slice_eq(type, FE_SLICE("asSecretsNames"))) {
        draft->names_only = true;
    } else if (!fe_json_member(&member, "secrets", &draft->secrets)) {
        configuration->problem = "configuration.additionalSecrets.secrets is required.";
    } else {
        configuration->problem = check_secrets(&draft->secrets);
    }
}

static void read_configuration(struct fe_json_body *body, struct draft *draft)
{
    struct fe_json member;
    if (body->problem) {
        return;
    }
    if (!fe_json_member(&body->object, "configuration", &member)) {
        body->problem = "configuration is required.";
        return;
    }
    struct fe_json_body configuration = {member, body->arena, NULL};
    fe_json_body_required(&configuration, "type", &draft->type);
    if (configuration.problem == NULL && fe_slice_eq(draft->type, FE_SLICE("rest"))) {
        fe_json_body_text(&configuration, "oauth2ClientRid", &draft->connection.oauth2_client_rid);
        read_domains(&configuration, &draft->connection.domains);
        read_secrets(&configuration, draft);
    }
    body->problem = configuration.problem;
}

/* A worker that is not said is unknown, as in the reference emulator. */
static void read_worker(struct fe_json_body *body, struct fe_slice *worker)
{
    struct fe_json member;
    struct fe_json rids;
    struct fe_slice type = FE_SLICE("");
    *worker = FE_SLICE(FE_WORKER_UNKNOWN);
    if (body->problem || !fe_json_member(&body->object, "worker", &member)) {
        return;
    }
    struct fe_json_body sub = {member, body->arena, NULL};
    fe_json_body_required(&sub, "type", &type);
    if (fe_slice_eq(type, FE_SLICE("foundryWorker"))) {
        bool has_rids =
            fe_json_member(&member, "networkEgressPolicyRids", &rids) && rids.kind == FE_JSON_ARRAY;
        *worker = fe_arena_printf(
            body->arena, "{\"type\":\"foundryWorker\",\"networkEgressPolicyRids\":" FE_PRI "}",
            FE_ARG(has_rids ? rids.text : FE_SLICE("[]")));
    } else if (!fe_slice_eq(type, FE_SLICE("unknownWorker"))) {
        body->problem = "worker.type must be foundryWorker or unknownWorker.";
    }
}

static int refuse_draft(struct fe_exchange *x, const struct draft *draft)
{
    static const struct fe_api_error unsupported = {400, "INVALID_ARGUMENT",
                                                    "ConnectionTypeNotSupported",
                                                    "The emulator has REST connections only."};
    static const struct fe_api_error names_only = {
        400, "INVALID_ARGUMENT", "AdditionalSecretsMustBeSpecifiedAsPlaintextValueMap",
        "A new connection's secrets must come with their values."};
    if (!fe_slice_eq(draft->type, FE_SLICE("rest"))) {
        return fe_reply_error(x, &unsupported, "connectionType",
                              fe_arena_copy(fe_exchange_arena(x), draft->type).ptr, NULL);
    }
    return draft->names_only ? fe_reply_error(x, &names_only, NULL) : 0;
}

static struct fe_connection *keep(struct fe_platform *platform, struct fe_exchange *x,
                                  const struct draft *draft)
{
    struct fe_arena *arena = &platform->arena;
    struct fe_connection *connection = fe_arena_alloc(arena, sizeof(*connection));
    char uuid[FE_UUID_TEXT_BYTES];
    fe_uuid_random(&fe_exchange_env(x)->random, uuid);
    *connection = (struct fe_connection){
        .rid = fe_arena_printf(arena, "ri.magritte..source.%s", uuid),
        .display_name = fe_arena_copy(arena, draft->connection.display_name),
        .parent_folder_rid = fe_arena_copy(arena, draft->connection.parent_folder_rid),
        .oauth2_client_rid = fe_arena_copy(arena, draft->connection.oauth2_client_rid),
        .domains = fe_arena_copy(arena, draft->connection.domains),
        .worker = fe_arena_copy(arena, draft->connection.worker),
    };
    add_secrets(platform, connection, &draft->secrets, fe_exchange_arena(x));
    struct fe_connection **last = &platform->connections;
    while (*last) {
        last = &(*last)->next;
    }
    *last = connection;
    platform->connections_made++;
    return connection;
}

int fe_connections_create(void *self, struct fe_exchange *x)
{
    static const struct fe_api_error full = {429, "TOO_MANY_REQUESTS", "Default:TooManyRequests",
                                             "There are too many connections."};
    struct fe_platform *platform = self;
    struct draft draft = {.type = FE_SLICE("")};
    struct fe_json_body body;
    fe_json_body_open(&body, x);
    fe_json_body_required(&body, "displayName", &draft.connection.display_name);
    fe_json_body_required(&body, "parentFolderRid", &draft.connection.parent_folder_rid);
    read_configuration(&body, &draft);
    read_worker(&body, &draft.connection.worker);
    if (body.problem) {
        return fe_reply_invalid_argument(x, body.problem);
    }
    int status = refuse_draft(x, &draft);
    if (status == 0 && platform->connections_made >= FE_LIMIT_EXTERNAL_CONNECTIONS) {
        status = fe_reply_error(x, &full, NULL);
    }
    if (status != 0) {
        return status;
    }
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_connection_put(&writer, keep(platform, x, &draft));
    return 200;
}
