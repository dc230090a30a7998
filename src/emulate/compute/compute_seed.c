/* SPDX-License-Identifier: MIT */
#include "emulate/compute/compute_seed.h"

#include "util/limits.h"

#define ID_EXPECTED "expected at most 256 bytes, without NUL, and neither \".\" nor \"..\""

/* NULL: there may be no more runtimes, which has been reported. */
static struct fe_runtime *open_runtime(struct fe_runtimes *runtimes, struct fe_fields *fields,
                                       const struct fe_runtime_request *request)
{
    struct fe_runtime *runtime = NULL;
    if (fe_runtimes_open(runtimes, request, &runtime) < 0) {
        fe_fields_error(fields, "runtime_id", "too many runtimes; expected at most %u",
                        FE_LIMIT_RUNTIMES);
    }
    return runtime;
}

static bool read_runtime_id(struct fe_fields *fields, struct fe_slice *id)
{
    if (!fe_fields_text(fields, "runtime_id", FE_REQUIRED, id)) {
        return false;
    }
    if (!fe_runtime_id_valid(*id)) {
        fe_fields_error(fields, "runtime_id", "cannot be a runtime's id; " ID_EXPECTED);
        return false;
    }
    return true;
}

static bool read_token(struct fe_fields *fields, struct fe_slice *token)
{
    if (fe_fields_text(fields, "module_auth_token", FE_OPTIONAL, token) &&
        !fe_runtime_token_valid(*token)) {
        fe_fields_error(fields, "module_auth_token",
                        "cannot be sent as a header; expected at most 1024 visible ASCII "
                        "characters");
        return false;
    }
    return true;
}

static void read_timeout(struct fe_fields *fields, const char *name, int64_t *timeout_ms)
{
    int64_t timeout_ns = 0;
    if (fe_fields_duration(fields, name, &timeout_ns)) {
        *timeout_ms = timeout_ns / FE_NS_PER_MS;
    }
}

static bool is_mapping_of_mappings(const struct fe_node *node)
{
    if (node->kind != FE_NODE_MAPPING) {
        return false;
    }
    const struct fe_node *member = node->first;
    while (member && member->kind == FE_NODE_MAPPING) {
        member = member->next;
    }
    return member == NULL;
}

/* A mapping, as JSON in `text`; empty if there is none, or it is not what was expected. */
static void read_mapping(struct fe_fields *fields, const char *name, const char *expected,
                         struct fe_buf *text)
{
    const struct fe_node *node = fe_fields_any(fields, name, FE_OPTIONAL);
    fe_buf_init(text, FE_LIMIT_SEED_BYTES);
    if (node == NULL || (node->kind == FE_NODE_SCALAR && node->type == FE_SCALAR_NULL)) {
        return;
    }
    if (!is_mapping_of_mappings(node)) {
        fe_fields_error(fields, name, "expected %s", expected);
        return;
    }
    (void)fe_node_to_json(node, text);
}

struct extras_text {
    struct fe_buf credentials;
    struct fe_buf aliases;
};

/* The texts of *extras_out are borrowed from `text`, to be given back by done_extras(). */
static void read_extras(struct fe_fields *fields, struct extras_text *text,
                        struct fe_runtime_extras *extras_out)
{
    (void)fe_fields_bool(fields, "auth_header", &extras_out->auth_header);
    (void)fe_fields_text(fields, "client_id", FE_OPTIONAL, &extras_out->client_id);
    read_mapping(fields, "source_credentials",
                 "a mapping from sources to mappings from names to values", &text->credentials);
    read_mapping(fields, "resource_aliases",
                 "a mapping from aliases to mappings with rid and branch", &text->aliases);
    extras_out->source_credentials = fe_buf_slice(&text->credentials);
    extras_out->resource_aliases = fe_buf_slice(&text->aliases);
}

static void done_extras(struct extras_text *text)
{
    fe_buf_done(&text->credentials);
    fe_buf_done(&text->aliases);
}

/* `request` is what the rest of its fields say. */
static void list_runtime(struct fe_runtimes *runtimes, struct fe_fields *fields,
                         const struct fe_runtime_request *request)
{
    const struct fe_runtime *known = fe_runtimes_find(runtimes, request->id);
    if (known && known->listed) {
        fe_fields_error(fields, "runtime_id",
                        "\"" FE_PRI "\" is listed already; expected one that no other runtime has",
                        FE_ARG(request->id));
        return;
    }
    struct fe_runtime *runtime = open_runtime(runtimes, fields, request);
    if (runtime) {
        runtime->listed = true;
    }
}

static void seed_runtime(struct fe_runtimes *runtimes, struct fe_fields *fields)
{
    struct extras_text text;
    struct fe_runtime_request request = fe_runtime_defaults(FE_SLICE(""));
    bool good = read_runtime_id(fields, &request.id);
    good = read_token(fields, &request.auth_token) && good;
    read_timeout(fields, "poll_timeout", &request.poll_timeout_ms);
    read_timeout(fields, "job_timeout", &request.job_timeout_ms);
    read_timeout(fields, "queue_timeout", &request.queue_timeout_ms);
    read_extras(fields, &text, &request.extras);
    if (good) {
        list_runtime(runtimes, fields, &request);
    }
    done_extras(&text);
}

static void bind_app(struct fe_runtimes *runtimes, struct fe_fields *fields,
                     struct fe_slice runtime_id, const struct fe_app_binding *binding)
{
    const struct fe_runtime_request request = fe_runtime_defaults(runtime_id);
    struct fe_slice branch = binding->branch.len > 0 ? binding->branch : FE_SLICE("master");
    if (fe_runtimes_app(runtimes, binding->rid, branch)) {
        fe_fields_error(fields, "deployed_app_rid",
                        "\"" FE_PRI "\" has a runtime for branch \"" FE_PRI
                        "\" already; expected one only",
                        FE_ARG(binding->rid), FE_ARG(branch));
        return;
    }
    struct fe_runtime *runtime = fe_runtimes_find(runtimes, runtime_id);
    if (runtime == NULL) {
        runtime = open_runtime(runtimes, fields, &request);
    }
    if (runtime && fe_runtimes_bind(runtimes, runtime, binding) < 0) {
        fe_fields_error(fields, "deployed_app_rid", "too many deployed apps; expected at most %u",
                        FE_LIMIT_RUNTIMES);
    }
}

static void seed_app(struct fe_runtimes *runtimes, struct fe_fields *fields)
{
    struct fe_app_binding binding = {.active = true};
    struct fe_slice runtime_id = FE_SLICE("");
    bool good = fe_fields_text(fields, "deployed_app_rid", FE_REQUIRED, &binding.rid);
    good = read_runtime_id(fields, &runtime_id) && good;
    (void)fe_fields_text(fields, "branch", FE_OPTIONAL, &binding.branch);
    (void)fe_fields_text(fields, "display_name", FE_OPTIONAL, &binding.display_name);
    (void)fe_fields_bool(fields, "active", &binding.active);
    if (good) {
        bind_app(runtimes, fields, runtime_id, &binding);
    }
}

static void seed_each(struct fe_runtimes *runtimes, struct fe_fields *section, const char *name,
                      void (*seed_one)(struct fe_runtimes *, struct fe_fields *))
{
    const struct fe_node *list = fe_fields_sequence(section, name);
    for (const struct fe_node *node = list ? list->first : NULL; node; node = node->next) {
        struct fe_fields fields;
        fe_fields_init(&fields, section->config, node, section->errors);
        seed_one(runtimes, &fields);
        fe_fields_done(&fields);
    }
}

void fe_compute_seed(struct fe_runtimes *runtimes, struct fe_fields *foundry)
{
    const struct fe_node *node = fe_fields_mapping(foundry, "compute_modules");
    if (node == NULL) {
        return;
    }
    struct fe_fields section;
    fe_fields_init(&section, foundry->config, node, foundry->errors);
    seed_each(runtimes, &section, "runtimes", seed_runtime);
    seed_each(runtimes, &section, "deployed_apps", seed_app);
    fe_fields_done(&section);
}
