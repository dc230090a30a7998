/* SPDX-License-Identifier: MIT */
#include "server/fault_routes.h"

#include "http/reply.h"
#include "server/faults.h"
#include "util/json.h"

enum {
    FAULT_BODY_BYTES_MAX = 64 << 10
};

/* "body:1: status: expected …": the first line, from the member on. */
static int reply_errors(struct fe_exchange *x, const struct fe_errors *errors)
{
    struct fe_slice text = fe_buf_slice(&errors->text);
    struct fe_slice line = text;
    (void)fe_slice_split(&text, '\n', &line);
    ptrdiff_t space = fe_slice_index(line, ' ');
    line = fe_slice_from(line, (size_t)(space + 1));
    return fe_reply_invalid_argument(x, fe_arena_copy(fe_exchange_arena(x), line).ptr);
}

static int reply_fault(const struct fe_faults *faults, struct fe_exchange *x, uint64_t id,
                       int status)
{
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_faults_write_one(faults, id, &writer);
    return status;
}

static int add(struct fe_faults *faults, struct fe_exchange *x, const struct fe_fault *fault)
{
    static const struct fe_api_error full = {429, "TOO_MANY_REQUESTS", "Default:TooManyRequests",
                                             "There are too many faults: remove some."};
    uint64_t id = 0;
    if (fe_faults_add(faults, fault, &id) < 0) {
        return fe_reply_error(x, &full, NULL);
    }
    return reply_fault(faults, x, id, 201);
}

/* What is JSON is YAML as well: a seed's fault and this one are read by the same. */
static int post_fault(void *self, struct fe_exchange *x)
{
    struct fe_json body;
    struct fe_config config;
    struct fe_errors errors;
    struct fe_fault fault;
    if (fe_json_parse(fe_exchange_body(x), &body, NULL) < 0) {
        return fe_reply_invalid_argument(x, "The body is not JSON.");
    }
    if (body.kind != FE_JSON_OBJECT) {
        return fe_reply_invalid_argument(
            x, "expected an object, such as {\"path\": \"/api/**\", \"status\": 503}.");
    }
    fe_errors_init(&errors);
    if (fe_config_parse(&config, "body", body.text, &errors) == 0) {
        fe_fault_read(&config, config.root, FE_FAULT_JSON, &fault, &errors);
    }
    int status = errors.count > 0 ? reply_errors(x, &errors) : add(self, x, &fault);
    fe_config_done(&config);
    fe_errors_done(&errors);
    return status;
}

static int get_faults(void *self, struct fe_exchange *x)
{
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "faults");
    fe_faults_write(self, &writer);
    fe_json_end_object(&writer);
    return 200;
}

static int delete_faults(void *self, struct fe_exchange *x)
{
    fe_faults_clear(self);
    return fe_reply_empty(x, 204);
}

/* 0, which is nobody's id, if it is none. */
static uint64_t id_of(const struct fe_exchange *x)
{
    uint64_t id = 0;
    (void)fe_slice_u64(fe_exchange_param(x, "id"), &id);
    return id;
}

static int reply_no_fault(struct fe_exchange *x)
{
    return fe_reply_not_found(x, "Emulator:FaultNotFound", fe_exchange_param(x, "id"));
}

static int get_fault(void *self, struct fe_exchange *x)
{
    return fe_faults_has(self, id_of(x)) ? reply_fault(self, x, id_of(x), 200) : reply_no_fault(x);
}

static int delete_fault(void *self, struct fe_exchange *x)
{
    return fe_faults_remove(self, id_of(x)) == 0 ? fe_reply_empty(x, 204) : reply_no_fault(x);
}

const struct fe_route fe_fault_routes[] = {
    {FE_POST, "/_emulate/faults", post_fault, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE,
     FAULT_BODY_BYTES_MAX},
    {FE_GET, "/_emulate/faults", get_faults, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_DELETE, "/_emulate/faults", delete_faults, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_GET, "/_emulate/faults/:id", get_fault, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
    {FE_DELETE, "/_emulate/faults/:id", delete_fault, FE_ACCESS_OPEN, NULL, FE_BODY_WHOLE, 0},
};
const size_t fe_fault_route_count = sizeof(fe_fault_routes) / sizeof(fe_fault_routes[0]);
