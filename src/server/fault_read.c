/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "config/fields.h"
#include "server/fault.h"
#include "util/clock.h"

/* What is spelled differently. */
struct names {
    const char *error_code;
    const char *error_name;
    const char *retry_after;
    const char *expired_token;
};

static const struct names all_names[] = {
    [FE_FAULT_JSON] = {"errorCode", "errorName", "retryAfter", "expiredToken"},
    [FE_FAULT_YAML] = {"error_code", "error_name", "retry_after", "expired_token"},
};

static const int64_t seed_max = (INT64_C(1) << 53) - 1; /* what every JSON parser keeps */

/* ── which ── */

static void read_path(struct fe_fields *fields, struct fe_fault *fault)
{
    const struct fe_slice own = FE_SLICE("/_emulate");
    const struct fe_slice modules = FE_SLICE("/_emulate/foundry/");
    if (!fe_fields_text(fields, "path", FE_REQUIRED, &fault->path)) {
        return;
    }
    if (fault->path.ptr[0] != '/') {
        fe_fields_error(fields, "path",
                        "expected a pattern that begins with \"/\", such as /api/v2/**");
    } else if (fe_slice_starts(fault->path, own) && !fe_slice_starts(fault->path, modules)) {
        fe_fields_error(fields, "path",
                        "of /_emulate, only what begins with /_emulate/foundry/ can "
                        "be made to fail");
    }
}

static void read_method(struct fe_fields *fields, struct fe_fault *fault)
{
    struct fe_slice text = {NULL, 0};
    if (!fe_fields_text(fields, "method", FE_OPTIONAL, &text)) {
        return;
    }
    fault->method = fe_method_parse(text);
    if (fault->method == FE_METHOD_OTHER) {
        fe_fields_error(fields, "method",
                        "expected GET, HEAD, POST, PUT, DELETE, OPTIONS or PATCH");
    }
}

static void read_probability(struct fe_fields *fields, struct fe_fault *fault)
{
    const struct fe_node *node = fe_fields_any(fields, "probability", FE_OPTIONAL);
    if (node == NULL) {
        return;
    }
    bool is_number = node->kind == FE_NODE_SCALAR &&
                     (node->type == FE_SCALAR_INT || node->type == FE_SCALAR_FLOAT);
    fault->probability = is_number ? strtod(node->text.ptr, NULL) : -1;
    if (!(fault->probability >= 0 && fault->probability <= 1)) {
        fe_fields_error(fields, "probability", "expected a number from 0 to 1");
    }
}

static void read_which(struct fe_fields *fields, struct fe_fault *fault)
{
    read_path(fields, fault);
    read_method(fields, fault);
    read_probability(fields, fault);
    (void)fe_fields_int(fields, "after", 0, INT32_MAX, &fault->after);
    (void)fe_fields_int(fields, "count", 1, INT32_MAX, &fault->count);
    (void)fe_fields_int(fields, "seed", 0, seed_max, &fault->seed);
}

/* ── what ── */

static void read_ms(struct fe_fields *fields, const char *name, int64_t *ms_out)
{
    int64_t ns = 0;
    if (fe_fields_duration(fields, name, &ns)) {
        *ms_out = ns / FE_NS_PER_MS;
    }
}

static void read_retry_after(struct fe_fields *fields, const char *name, struct fe_fault *fault)
{
    int64_t ns = 0;
    if (!fe_fields_duration(fields, name, &ns)) {
        return;
    }
    fault->retry_after_s = ns / FE_NS_PER_S;
    if (ns % FE_NS_PER_S != 0) {
        fe_fields_error(fields, name, "expected whole seconds, such as 2s");
    }
}

static void read_reset(struct fe_fields *fields, struct fe_fault *fault)
{
    static const char *const words[] = {"false", "true", "answer", NULL};
    size_t word = 0;
    (void)fe_fields_word(fields, "reset", words, &word);
    fault->reset = (enum fe_fault_reset)word;
}

static void read_drip(struct fe_fields *fields, struct fe_impairment *impairment)
{
    const struct fe_node *node = fe_fields_mapping(fields, "drip");
    struct fe_fields drip;
    if (node == NULL) {
        return;
    }
    fe_fields_init(&drip, fields->config, node, fields->errors);
    if (fe_fields_any(&drip, "bytes", FE_REQUIRED)) {
        (void)fe_fields_int(&drip, "bytes", 1, INT32_MAX, &impairment->drip_bytes);
    }
    if (fe_fields_any(&drip, "every", FE_REQUIRED)) {
        read_ms(&drip, "every", &impairment->drip_every_ms);
        if (impairment->drip_every_ms == 0) {
            fe_fields_error(&drip, "every", "expected a duration such as 100ms");
        }
    }
    fe_fields_done(&drip);
}

static void read_what(struct fe_fields *fields, const struct names *names, struct fe_fault *fault)
{
    read_ms(fields, "latency", &fault->latency_ms);
    read_ms(fields, "jitter", &fault->jitter_ms);
    (void)fe_fields_int(fields, "status", 400, 599, &fault->status);
    (void)fe_fields_text(fields, names->error_code, FE_OPTIONAL, &fault->error_code);
    (void)fe_fields_text(fields, names->error_name, FE_OPTIONAL, &fault->error_name);
    read_retry_after(fields, names->retry_after, fault);
    read_reset(fields, fault);
    (void)fe_fields_bool(fields, names->expired_token, &fault->expired_token);
    (void)fe_fields_int(fields, "truncate", 0, INT64_MAX, &fault->impairment.truncate_bytes);
    read_drip(fields, &fault->impairment);
}

/* ── what does not go together ── */

static void exclude(struct fe_fields *fields, const char *name, bool said, const char *other,
                    bool other_said)
{
    if (said && other_said) {
        fe_fields_error(fields, name, "cannot be together with %s", other);
    }
}

static void require(struct fe_fields *fields, const char *name, bool said, const char *other,
                    bool other_said)
{
    if (said && !other_said) {
        fe_fields_error(fields, name, "is of use together with %s only", other);
    }
}

static void check(struct fe_fields *fields, const struct names *names, const struct fe_fault *fault)
{
    bool status = fault->status != 0;
    bool reset = fault->reset != FE_FAULT_RESET_NONE;
    bool truncate = fault->impairment.truncate_bytes >= 0;
    bool drip = fault->impairment.drip_bytes > 0;
    exclude(fields, "reset", reset, "status", status);
    exclude(fields, "reset", reset, names->expired_token, fault->expired_token);
    exclude(fields, "reset", reset, "truncate", truncate);
    exclude(fields, "reset", reset, "drip", drip);
    exclude(fields, names->expired_token, fault->expired_token, "status", status);
    require(fields, names->error_code, fault->error_code.len > 0, "status", status);
    require(fields, names->error_name, fault->error_name.len > 0, "status", status);
    require(fields, names->retry_after, fault->retry_after_s >= 0, "status", status);
    require(fields, "jitter", fault->jitter_ms > 0, "latency", fault->latency_ms > 0);
    if (!status && !reset && !truncate && !drip && !fault->expired_token &&
        fault->latency_ms == 0) {
        fe_node_error(fields->config, fields->mapping, fields->errors,
                      "does not say what is to happen: expected one of latency, status, reset, "
                      "truncate, drip, %s",
                      names->expired_token);
    }
}

void fe_fault_read(const struct fe_config *config, const struct fe_node *node,
                   enum fe_fault_style style, struct fe_fault *fault_out, struct fe_errors *errors)
{
    const struct names *names = &all_names[style];
    size_t errors_before = errors->count;
    struct fe_fields fields;
    *fault_out = (struct fe_fault){
        .method = FE_METHOD_OTHER,
        .probability = 1,
        .count = -1,
        .seed = -1,
        .retry_after_s = -1,
        .impairment = {.truncate_bytes = -1},
    };
    fe_fields_init(&fields, config, node, errors);
    read_which(&fields, fault_out);
    read_what(&fields, names, fault_out);
    fe_fields_done(&fields);
    if (errors->count == errors_before) {
        check(&fields, names, fault_out);
    }
}
