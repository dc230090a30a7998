/* SPDX-License-Identifier: MIT */
#include "compute_fixture.h"

#include <stdlib.h>

#include "emulate/compute/compute.h"
#include "emulate/contour/contour.h"
#include "emulate/deployed_apps/deployed_apps.h"
#include "emulate/state/principal.h"
#include "util/alloc.h"
#include "util/json.h"

static void set_bearer(struct fe_exchange *x)
{
    struct fe_slice value = FE_SLICE("");
    (void)fe_headers_get(&fe_exchange_request(x)->headers, FE_SLICE("authorization"), &value);
    struct fe_principal *principal = fe_arena_alloc(fe_exchange_arena(x), sizeof(*principal));
    principal->user_id =
        fe_arena_copy(fe_exchange_arena(x), fe_slice_from(value, sizeof("Bearer ") - 1));
    fe_exchange_set_principal(x, principal);
}

static void on_request(void *self, struct fe_exchange *x)
{
    struct fixture *f = self;
    struct fe_route_match match;
    const struct fe_request *request = fe_exchange_request(x);
    int r = fe_router_find(f->router, request->method, request->path, &match);
    assert_int_equal(r, 0);
    if (match.route->access == FE_ACCESS_BEARER) {
        set_bearer(x);
    }
    fe_exchange_dispatch(x, &match);
}

int fixture_setup(void **state)
{
    struct fixture *f = fe_xalloc(sizeof(*f));
    const struct fe_settings settings = {
        .poll_timeout_ms = 60000, .status_timeout_ms = 60000, .execute_timeout_ms = 60000};
    fe_clock_init(&f->env.clock);
    fe_clock_freeze(&f->env.clock, INT64_C(1700000000000000000));
    fe_random_init_deterministic(&f->env.random, 1);
    f->loop = fe_loop_new();
    f->state = fe_state_new(&f->env, f->loop, &settings);
    f->router = fe_router_new();
    f->app = (struct fe_app){.self = f, .on_request = on_request};
    f->compute = fe_compute_feature.open(f->state);
    f->contour = fe_contour_feature.open(f->state);
    f->deployed_apps = fe_deployed_apps_feature.open(f->state);
    fe_router_add(f->router, fe_compute_feature.routes, fe_compute_feature.route_count, f->compute);
    fe_router_add(f->router, fe_contour_feature.routes, fe_contour_feature.route_count, f->contour);
    fe_router_add(f->router, fe_deployed_apps_feature.routes, fe_deployed_apps_feature.route_count,
                  f->deployed_apps);
    struct fe_runtime_request request = fe_runtime_defaults(FE_SLICE("rt"));
    request.auth_token = FE_SLICE("secret");
    assert_int_equal(fe_runtimes_open(f->state->runtimes, &request, &f->runtime), 0);
    const struct fe_app_binding binding = {FE_SLICE("ri.app"), FE_SLICE(""), FE_SLICE("App"), true};
    assert_int_equal(fe_runtimes_bind(f->state->runtimes, f->runtime, &binding), 0);
    *state = f;
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    fe_deployed_apps_feature.close(f->deployed_apps);
    fe_contour_feature.close(f->contour);
    fe_compute_feature.close(f->compute);
    fe_router_free(f->router);
    fe_state_free(f->state);
    fe_loop_free(f->loop);
    free(f);
    return 0;
}

struct fe_loopback *ask(struct fixture *f, enum fe_method method, const char *target,
                        const char *bearer, const char *body)
{
    struct fe_arena arena = {0};
    const char *headers[] = {NULL, NULL, NULL};
    if (bearer) {
        headers[0] = "Authorization";
        headers[1] = fe_arena_printf(&arena, "Bearer %s", bearer).ptr;
    }
    const struct fe_loopback_request request = {method, target, headers, fe_slice_cstr(body)};
    struct fe_loopback *client = fe_loopback_send(&f->app, &f->env, f->loop, &request);
    /* Headers are borrowed by the request; what needs them later has copied them. */
    fe_arena_done(&arena);
    return client;
}

struct fe_loopback *ask_as_module(struct fixture *f, enum fe_method method, const char *path,
                                  struct fe_slice body)
{
    static const char *const headers[] = {"Module-Auth-Token", "secret", NULL};
    struct fe_arena arena = {0};
    const char *target = fe_arena_printf(&arena, RUNTIMES "/rt%s", path).ptr;
    const struct fe_loopback_request request = {method, target, headers, body};
    struct fe_loopback *client = fe_loopback_send(&f->app, &f->env, f->loop, &request);
    fe_arena_done(&arena);
    return client;
}

void settle(struct fixture *f)
{
    for (int i = 0; i < 3; i++) {
        fe_loop_turn(f->loop);
    }
}

void wait_for(struct fixture *f, const struct fe_loopback *client)
{
    while (!fe_loopback_done(client)) {
        fe_loop_turn(f->loop);
    }
    settle(f);
}

void submit_job(struct fixture *f, const char *query_type, char id[FE_UUID_TEXT_BYTES])
{
    struct fe_arena arena = {0};
    const char *body = fe_arena_printf(&arena, "{\"queryType\":\"%s\"}", query_type).ptr;
    struct fe_loopback *client = ask(f, FE_POST, RUNTIMES "/rt/jobs", NULL, body);
    assert_int_equal(fe_loopback_status(client), 200);
    struct fe_slice quoted = json_at(fe_loopback_body(client), "jobId");
    assert_int_equal(quoted.len, FE_UUID_TEXT_BYTES + 1);
    memcpy(id, quoted.ptr + 1, FE_UUID_TEXT_BYTES - 1);
    id[FE_UUID_TEXT_BYTES - 1] = '\0';
    fe_loopback_free(client);
    fe_arena_done(&arena);
}

void post_result(struct fixture *f, const char *id, const char *bytes)
{
    struct fe_arena arena = {0};
    const char *path = fe_arena_printf(&arena, "/results/%s", id).ptr;
    assert_empty(ask_as_module(f, FE_POST, path, fe_slice_cstr(bytes)), 204);
    fe_arena_done(&arena);
}

struct fe_slice json_at(struct fe_slice json, const char *path)
{
    struct fe_json value;
    struct fe_slice rest = fe_slice_cstr(path);
    struct fe_slice name = FE_SLICE("");
    struct fe_arena arena = {0};
    assert_int_equal(fe_json_parse(json, &value, NULL), 0);
    while (fe_slice_split(&rest, '.', &name)) {
        const struct fe_json object = value;
        if (!fe_json_member(&object, fe_arena_copy(&arena, name).ptr, &value)) {
            value.text = FE_SLICE("");
            break;
        }
    }
    fe_arena_done(&arena);
    return value.text;
}

void assert_slice(struct fe_slice actual, const char *expected)
{
    if (!fe_slice_eq(actual, fe_slice_cstr(expected))) {
        fail_msg("expected %s, found " FE_PRI, expected, FE_ARG(actual));
    }
}

void assert_error(struct fe_loopback *client, int status, const char *error_name)
{
    struct fe_arena arena = {0};
    assert_int_equal(fe_loopback_status(client), status);
    assert_slice(fe_loopback_header(client, "Content-Type"), "application/json");
    ASSERT_MEMBER(client, "errorName", fe_arena_printf(&arena, "\"%s\"", error_name).ptr);
    fe_arena_done(&arena);
    fe_loopback_free(client);
}

void assert_empty(struct fe_loopback *client, int status)
{
    assert_int_equal(fe_loopback_status(client), status);
    assert_int_equal(fe_loopback_body(client).len, 0);
    fe_loopback_free(client);
}
