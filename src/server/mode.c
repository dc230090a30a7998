/* SPDX-License-Identifier: MIT */
#include "server/mode.h"

#include <errno.h>
#include <stdio.h>

#include "http/reply.h"
#include "server/cors.h"
#include "server/redact.h"

static bool is_control(const struct fe_exchange *x)
{
    struct fe_slice path = fe_exchange_request(x)->path;
    const struct fe_slice prefix = FE_SLICE("/_emulate");
    return fe_slice_starts(path, prefix) && (path.len == prefix.len || path.ptr[prefix.len] == '/');
}

const char *fe_mode_name(const struct fe_mode *mode)
{
    return fe_mode_kind_name(mode->table.kind);
}

static int reply_foreign(struct fe_exchange *x)
{
    static const struct fe_api_error error = {
        403, "PERMISSION_DENIED", "Emulator:ForeignHost",
        "The emulator's own routes answer requests for this machine only. If this host is the "
        "emulator's, name it with --public-url or --module-url."};
    struct fe_slice host = fe_arena_copy(fe_exchange_arena(x), fe_exchange_request(x)->host);
    return fe_reply_error(x, &error, "host", host.ptr, NULL);
}

static void handle_control(struct fe_mode *mode, struct fe_exchange *x)
{
    const struct fe_request *request = fe_exchange_request(x);
    struct fe_route_match match;
    if (!fe_guard_admits(&mode->guard, request)) {
        fe_exchange_answer(x, reply_foreign(x));
        return;
    }
    int r = fe_router_find(mode->control, request->method, request->path, &match);
    if (r == 0) {
        fe_exchange_dispatch(x, &match);
    } else if (r == -EACCES) {
        fe_exchange_answer(x, fe_reply_method_not_allowed(x, match.allowed));
    } else {
        fe_emulate_handle(mode->emulate, x);
    }
}

static void emulate(void *self, struct fe_exchange *x)
{
    struct fe_mode *mode = self;
    const struct fe_request *request = fe_exchange_request(x);
    if (request->method == FE_METHOD_OTHER) {
        fe_exchange_answer(x, fe_reply_method_unknown(x));
    } else if (fe_slice_eq(request->path, FE_SLICE("*"))) {
        fe_exchange_answer(x, fe_reply_options(x));
    } else if (is_control(x)) {
        handle_control(mode, x);
    } else if (fe_cors_is_preflight(x)) {
        fe_exchange_answer(x, fe_cors_preflight(x));
    } else {
        fe_emulate_handle(mode->emulate, x);
    }
}

static void pass_on(void *self, struct fe_exchange *x)
{
    const struct fe_mode *mode = self;
    fe_record_handle(mode->upstream, x);
}

static void record(void *self, struct fe_exchange *x)
{
    const struct fe_mode *mode = self;
    fe_record_handle(mode->record, x);
}

struct fe_fallbacks fe_mode_fallbacks(struct fe_mode *mode)
{
    return (struct fe_fallbacks){mode, emulate, pass_on, record};
}

static void serve(void *self, struct fe_exchange *x)
{
    struct fe_mode *mode = self;
    enum fe_mode_kind kind = FE_MODE_EMULATE;
    if (!is_control(x)) {
        kind = fe_mode_table_find(&mode->table, fe_exchange_request(x)->path);
    }
    fe_exchange_set_source(x, fe_slice_cstr(fe_mode_kind_name(kind)));
    switch (kind) {
    case FE_MODE_RECORD:
        fe_record_handle(mode->record, x);
        break;
    case FE_MODE_REPLAY:
        fe_replay_mode_handle(mode->replay, x);
        break;
    default:
        emulate(mode, x);
        break;
    }
}

void fe_mode_init_injector(struct fe_mode *mode)
{
    fe_injector_init(&mode->injector, mode, serve);
}

/* Whoever the guard does not admit is told that, and nothing else. */
static bool may_fail(const struct fe_mode *mode, const struct fe_exchange *x)
{
    return !is_control(x) || fe_guard_admits(&mode->guard, fe_exchange_request(x));
}

static void on_request(void *self, struct fe_exchange *x)
{
    struct fe_mode *mode = self;
    struct fe_fault_hit hit;
    fe_exchange_set_id(x, ++mode->exchange_count);
    if (may_fail(mode, x) && fe_faults_take(mode->faults, x, &hit)) {
        fe_inject(&mode->injector, x, &hit);
    } else {
        serve(mode, x);
    }
}

/* Whether we answer ourselves: what an upstream says, or said, of origins is what its clients shall
 * hear. */
static bool is_ours(const struct fe_exchange *x)
{
    struct fe_slice source = fe_exchange_source(x);
    return fe_slice_starts(source, FE_SLICE("emulate")) ||
           fe_slice_starts(source, FE_SLICE("fail"));
}

static void on_answer(void *self, struct fe_exchange *x)
{
    const struct fe_mode *mode = self;
    fe_exchange_header(x, FE_SLICE("X-Foundry-Emulator"), fe_exchange_source(x));
    if (is_control(x) || !is_ours(x)) {
        return;
    }
    fe_cors_on_answer(x);
    if (mode->replay && mode->replay->replay) {
        fe_handover_on_emulated(mode->replay->handover, x);
    }
}

static void log_exchange(const struct fe_mode *mode, const struct fe_exchange *x,
                         struct fe_slice target, enum fe_outcome outcome)
{
    if (!fe_log_enabled(&mode->env->log, FE_LOG_INFO)) {
        return;
    }
    struct fe_exchange_facts facts;
    char id[24];
    char status[8];
    char duration_ms[32];
    char bytes[24];
    fe_exchange_facts(x, &facts);
    (void)snprintf(id, sizeof(id), "%llu", (unsigned long long)fe_exchange_id(x));
    (void)snprintf(status, sizeof(status), "%d", fe_exchange_status(x));
    (void)snprintf(duration_ms, sizeof(duration_ms), "%.3f",
                   (double)facts.duration_ns / (double)FE_NS_PER_MS);
    (void)snprintf(bytes, sizeof(bytes), "%llu", (unsigned long long)facts.response_bytes);
    const struct fe_log_field fields[] = {
        {"id", fe_slice_cstr(id), true},
        {"source", fe_exchange_source(x), false},
        {"method", fe_exchange_request(x)->method_text, false},
        {"target", target, false},
        {"status", fe_slice_cstr(status), true},
        {"bytes", fe_slice_cstr(bytes), true},
        {"ms", fe_slice_cstr(duration_ms), true},
        {"outcome", outcome == FE_SENT ? FE_SLICE("sent") : FE_SLICE("gone"), false},
    };
    fe_log_fields(&mode->env->log, FE_LOG_INFO, fields, sizeof(fields) / sizeof(fields[0]));
}

static void on_end(void *self, struct fe_exchange *x, enum fe_outcome outcome)
{
    struct fe_mode *mode = self;
    struct fe_slice target =
        fe_redact_target(fe_exchange_request(x), mode->rules, fe_exchange_arena(x));
    log_exchange(mode, x, target, outcome);
    fe_journal_add(mode->journal, x, target, outcome);
    fe_replay_mode_on_end(x);
}

struct fe_app fe_mode_app(struct fe_mode *mode)
{
    return (struct fe_app){mode, fe_mode_name(mode), on_request, on_answer, on_end};
}
