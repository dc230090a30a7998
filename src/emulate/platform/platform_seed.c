/* SPDX-License-Identifier: MIT */
#include "emulate/platform/platform_seed.h"

#include "emulate/platform/connection_json.h"
#include "emulate/platform/object_types_seed.h"
#include "util/buf.h"
#include "util/id.h"
#include "util/limits.h"

/* A YAML text can grow sixfold where JSON escapes it. */
#define JSON_BYTES_MAX ((size_t)8 * FE_LIMIT_SEED_BYTES)

/* A text member, kept beyond the file's life; `text` stays as it is when the member is absent. */
static void read_text(struct fe_platform *platform, struct fe_fields *fields, const char *name,
                      enum fe_presence presence, struct fe_slice *text)
{
    struct fe_slice found = {NULL, 0};
    if (fe_fields_text(fields, name, presence, &found)) {
        *text = fe_arena_copy(&platform->arena, found);
    }
}

static struct fe_slice place(struct fe_platform *platform, const struct fe_fields *fields)
{
    return fe_arena_printf(&platform->arena, "%s:%u", fields->config->file,
                           fields->mapping ? fields->mapping->line : 0);
}

static struct fe_slice to_json(struct fe_platform *platform, const struct fe_node *node)
{
    struct fe_buf json;
    fe_buf_init(&json, JSON_BYTES_MAX);
    (void)fe_node_to_json(node, &json);
    struct fe_slice copy = fe_arena_copy(&platform->arena, fe_buf_slice(&json));
    fe_buf_done(&json);
    return copy;
}

static struct fe_slice derived_rid(struct fe_platform *platform, const char *prefix,
                                   struct fe_slice space, struct fe_slice name)
{
    char uuid[FE_UUID_TEXT_BYTES];
    fe_uuid_named(space, name, uuid);
    return fe_arena_printf(&platform->arena, "%s%s", prefix, uuid);
}

static void report_duplicate(struct fe_fields *fields, const char *name, struct fe_slice value,
                             struct fe_slice defined_at)
{
    fe_fields_error(fields, name, "\"" FE_PRI "\" is defined already, at " FE_PRI, FE_ARG(value),
                    FE_ARG(defined_at));
}

/* ── foundry.enrollment ── */

static void read_enrollment(struct fe_platform *platform, struct fe_fields *foundry)
{
    const struct fe_node *node = fe_fields_mapping(foundry, "enrollment");
    if (node == NULL) {
        return;
    }
    if (platform->enrollment.defined_at.len > 0) {
        fe_fields_error(foundry, "enrollment", "defined already, at " FE_PRI "; expected one",
                        FE_ARG(platform->enrollment.defined_at));
    }
    struct fe_fields fields;
    fe_fields_init(&fields, foundry->config, node, foundry->errors);
    read_text(platform, &fields, "rid", FE_OPTIONAL, &platform->enrollment.rid);
    read_text(platform, &fields, "name", FE_OPTIONAL, &platform->enrollment.name);
    platform->enrollment.defined_at = place(platform, &fields);
    fe_fields_done(&fields);
}

/* ── foundry.connections ── */

static struct fe_slice read_scheme(struct fe_fields *fields)
{
    struct fe_slice text = {NULL, 0};
    if (!fe_fields_text(fields, "scheme", FE_OPTIONAL, &text)) {
        return FE_SLICE("");
    }
    if (fe_slice_eq_nocase(text, FE_SLICE("http"))) {
        return FE_SLICE("HTTP");
    }
    if (!fe_slice_eq_nocase(text, FE_SLICE("https"))) {
        fe_fields_error(fields, "scheme", "\"" FE_PRI "\" is no scheme; expected HTTP or HTTPS",
                        FE_ARG(text));
    }
    return FE_SLICE("HTTPS");
}

static void read_domain(struct fe_platform *platform, struct fe_fields *fields,
                        struct fe_json_writer *writer)
{
    struct fe_connection_domain domain = {.port = 0};
    (void)fe_fields_text(fields, "host", FE_REQUIRED, &domain.host);
    (void)fe_fields_int(fields, "port", 1, UINT16_MAX, &domain.port);
    domain.scheme = read_scheme(fields);
    const struct fe_node *auth = fe_fields_mapping(fields, "auth");
    if (auth) {
        domain.auth = to_json(platform, auth);
    }
    fe_connection_put_domain(writer, &domain);
    fe_fields_done(fields);
}

static struct fe_slice read_domains(struct fe_platform *platform, struct fe_fields *connection)
{
    const struct fe_node *list = fe_fields_sequence(connection, "domains");
    struct fe_json_writer writer;
    struct fe_buf json;
    fe_buf_init(&json, JSON_BYTES_MAX);
    fe_json_writer_init(&writer, &json);
    fe_json_begin_array(&writer);
    for (const struct fe_node *node = list ? list->first : NULL; node; node = node->next) {
        struct fe_fields fields;
        fe_fields_init(&fields, connection->config, node, connection->errors);
        read_domain(platform, &fields, &writer);
    }
    fe_json_end_array(&writer);
    struct fe_slice copy = fe_arena_copy(&platform->arena, fe_buf_slice(&json));
    fe_buf_done(&json);
    return copy;
}

static void read_connection(struct fe_platform *platform, struct fe_fields *fields)
{
    struct fe_connection *connection = fe_arena_alloc(&platform->arena, sizeof(*connection));
    read_text(platform, fields, "rid", FE_OPTIONAL, &connection->rid);
    read_text(platform, fields, "display_name", FE_REQUIRED, &connection->display_name);
    read_text(platform, fields, "parent_folder_rid", FE_REQUIRED, &connection->parent_folder_rid);
    read_text(platform, fields, "oauth2_client_rid", FE_OPTIONAL, &connection->oauth2_client_rid);
    connection->domains = read_domains(platform, fields);
    connection->worker = FE_SLICE(FE_WORKER_UNKNOWN);
    connection->defined_at = place(platform, fields);
    bool is_derived = connection->rid.len == 0;
    if (is_derived) {
        connection->rid = derived_rid(platform, "ri.magritte..source.",
                                      connection->parent_folder_rid, connection->display_name);
    }
    struct fe_connection **last = &platform->connections;
    for (; *last; last = &(*last)->next) {
        if (fe_slice_eq((*last)->rid, connection->rid)) {
            report_duplicate(fields, is_derived ? "display_name" : "rid",
                             is_derived ? connection->display_name : connection->rid,
                             (*last)->defined_at);
        }
    }
    *last = connection;
    fe_fields_done(fields);
}

/* ── foundry.ontologies ── */

static struct fe_ontology_query *read_query(struct fe_platform *platform, struct fe_fields *fields)
{
    struct fe_ontology_query *query = fe_arena_alloc(&platform->arena, sizeof(*query));
    read_text(platform, fields, "api_name", FE_REQUIRED, &query->api_name);
    (void)fe_fields_any(fields, "result", FE_OPTIONAL);
    /* A result that is null is one all the same, and only an absent one is a mistake. */
    const struct fe_node *result = fields->mapping ? fe_node_get(fields->mapping, "result") : NULL;
    if (result) {
        query->result = to_json(platform, result);
    } else if (fields->mapping) {
        fe_fields_error(fields, "result", "is missing, expected the query's answer, any value");
    }
    return query;
}

static const struct fe_ontology_query *read_queries(struct fe_platform *platform,
                                                    struct fe_fields *ontology)
{
    const struct fe_node *list = fe_fields_sequence(ontology, "queries");
    struct fe_ontology_query *first = NULL;
    for (const struct fe_node *node = list ? list->first : NULL; node; node = node->next) {
        struct fe_fields fields;
        fe_fields_init(&fields, ontology->config, node, ontology->errors);
        struct fe_ontology_query *query = read_query(platform, &fields);
        struct fe_ontology_query **last = &first;
        for (; *last; last = &(*last)->next) {
            if (query->api_name.len > 0 && fe_slice_eq((*last)->api_name, query->api_name)) {
                fe_fields_error(&fields, "api_name",
                                "\"" FE_PRI "\" is defined already in this ontology",
                                FE_ARG(query->api_name));
            }
        }
        *last = query;
        fe_fields_done(&fields);
    }
    return first;
}

static void read_ontology(struct fe_platform *platform, struct fe_fields *fields)
{
    struct fe_ontology *ontology = fe_arena_alloc(&platform->arena, sizeof(*ontology));
    read_text(platform, fields, "rid", FE_OPTIONAL, &ontology->rid);
    read_text(platform, fields, "api_name", FE_REQUIRED, &ontology->api_name);
    read_text(platform, fields, "display_name", FE_REQUIRED, &ontology->display_name);
    read_text(platform, fields, "description", FE_OPTIONAL, &ontology->description);
    ontology->queries = read_queries(platform, fields);
    ontology->defined_at = place(platform, fields);
    if (ontology->rid.len == 0) {
        ontology->rid = derived_rid(platform, "ri.ontology.main.ontology.", FE_SLICE("ontology"),
                                    ontology->api_name);
    }
    ontology->object_types = fe_object_types_seed(&platform->arena, fields, ontology->rid);
    struct fe_ontology **last = &platform->ontologies;
    for (; *last; last = &(*last)->next) {
        if (fe_slice_eq((*last)->api_name, ontology->api_name)) {
            report_duplicate(fields, "api_name", ontology->api_name, (*last)->defined_at);
        } else if (fe_slice_eq((*last)->rid, ontology->rid)) {
            report_duplicate(fields, "rid", ontology->rid, (*last)->defined_at);
        }
    }
    *last = ontology;
    fe_fields_done(fields);
}

static void read_each(struct fe_platform *platform, struct fe_fields *foundry, const char *name,
                      void (*read)(struct fe_platform *platform, struct fe_fields *fields))
{
    const struct fe_node *list = fe_fields_sequence(foundry, name);
    for (const struct fe_node *node = list ? list->first : NULL; node; node = node->next) {
        struct fe_fields fields;
        fe_fields_init(&fields, foundry->config, node, foundry->errors);
        read(platform, &fields);
    }
}

void fe_platform_seed(struct fe_platform *platform, struct fe_fields *foundry)
{
    read_enrollment(platform, foundry);
    read_each(platform, foundry, "connections", read_connection);
    read_each(platform, foundry, "ontologies", read_ontology);
}
