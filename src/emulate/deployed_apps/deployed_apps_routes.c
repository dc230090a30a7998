/* SPDX-License-Identifier: MIT */
#include "emulate/deployed_apps/deployed_apps.h"

#include "emulate/deployed_apps/deployed_apps_json.h"
#include "emulate/state/app_access.h"
#include "emulate/state/json_body.h"
#include "emulate/state/public_api.h"
#include "emulate/state/query_schemas.h"
#include "emulate/state/state.h"
#include "http/reply.h"
#include "message/form.h"
#include "util/limits.h"

#define BASE "/contour-backend-multiplexer/api/deployed-apps"
#define DEV_MODE_MAX_NS (INT64_C(5) * 3600 * FE_NS_PER_S)

enum {
    PAGE_SIZE_MAX = 50
};

/* The app that the path names; without a branch in it, the first active one of that RID. */
static const struct fe_deployed_app *find_app(const struct fe_state *state, struct fe_exchange *x,
                                              int *status_out)
{
    return fe_app_access(state->runtimes, x, fe_exchange_param(x, "rid"),
                         fe_exchange_param(x, "branch"), status_out);
}

/* ── looking at one ── */

static int get_app(void *self, struct fe_exchange *x)
{
    struct fe_json_writer writer;
    int status = 0;
    const struct fe_deployed_app *app = find_app(self, x, &status);
    if (app == NULL) {
        return status;
    }
    fe_reply_json_begin(x, &writer);
    fe_put_deployed_app(&writer, app);
    return 200;
}

static int get_status(void *self, struct fe_exchange *x)
{
    struct fe_json_writer writer;
    int status = 0;
    const struct fe_deployed_app *app = find_app(self, x, &status);
    if (app == NULL) {
        return status;
    }
    fe_reply_json_begin(x, &writer);
    fe_put_compute_module_status(&writer, app);
    return 200;
}

static bool has_replica(const struct fe_runtime *runtime, struct fe_slice id)
{
    size_t count = fe_queue_replicas(&runtime->queue).count;
    for (size_t i = 0; i < count; i++) {
        char replica_id[FE_UUID_TEXT_BYTES];
        fe_replica_id(runtime, i, replica_id);
        if (fe_slice_eq(id, fe_slice_cstr(replica_id))) {
            return true;
        }
    }
    return false;
}

static int get_diagnostics(void *self, struct fe_exchange *x)
{
    struct fe_json_writer writer;
    int status = 0;
    const struct fe_deployed_app *app = find_app(self, x, &status);
    if (app == NULL) {
        return status;
    }
    struct fe_slice id = fe_exchange_param(x, "module");
    if (!has_replica(app->runtime, id)) {
        return fe_reply_not_found(x, "Default:NotFound", id);
    }
    fe_reply_json_begin(x, &writer);
    fe_put_module_status(&writer, app);
    return 200;
}

/* Functions are all that modules report; of the other type of schema, OPENAPI, there are none. */
static int get_function_schemas(void *self, struct fe_exchange *x)
{
    struct fe_form query;
    struct fe_json_writer writer;
    struct fe_slice type = FE_SLICE("FUNCTIONS");
    int status = 0;
    const struct fe_deployed_app *app = find_app(self, x, &status);
    if (app == NULL) {
        return status;
    }
    if (fe_form_parse(fe_exchange_request(x)->query, fe_exchange_arena(x), &query) < 0 ||
        fe_form_get(&query, "schemaType", &type) > 1) {
        return fe_reply_invalid_argument(x, "schemaType must be given at most once.");
    }
    fe_reply_json_begin(x, &writer);
    if (app->runtime->schemas.len > 0 && fe_slice_eq(type, FE_SLICE("FUNCTIONS"))) {
        fe_put_query_schemas(&writer, app->runtime);
    } else {
        fe_json_put_raw(&writer, FE_SLICE("[]"));
    }
    return 200;
}

/* ── dev mode ── */

/* Without the member, dev mode ends. */
static const char *read_until(struct fe_exchange *x, int64_t now_ns, int64_t *until_ns)
{
    struct fe_json_body body;
    struct fe_slice text = FE_SLICE("");
    fe_json_body_open(&body, x);
    fe_json_body_text(&body, "automaticUpgradesUntil", &text);
    if (body.problem || text.len == 0) {
        return body.problem;
    }
    if (fe_time_parse(text, until_ns) < 0) {
        return "automaticUpgradesUntil must be a time such as \"2026-01-31T12:00:00Z\".";
    }
    return *until_ns > now_ns + DEV_MODE_MAX_NS
               ? "automaticUpgradesUntil must be at most 5 hours from now."
               : NULL;
}

static int put_dev_mode(void *self, struct fe_exchange *x)
{
    const struct fe_state *state = self;
    int64_t until_ns = 0;
    int status = 0;
    const struct fe_deployed_app *app = find_app(state, x, &status);
    if (app == NULL) {
        return status;
    }
    const char *problem = read_until(x, fe_clock_now_ns(&state->env->clock), &until_ns);
    if (problem) {
        return fe_reply_invalid_argument(x, problem);
    }
    fe_runtimes_set_dev_mode(state->runtimes, app, until_ns);
    return fe_reply_empty(x, 204);
}

/* ── history ── */

static void put_event(struct fe_json_writer *writer, const char *type, const char *time_name,
                      int64_t time_ns)
{
    char time[FE_TIME_TEXT_BYTES];
    if (time_ns != 0) {
        fe_time_format(time_ns, time);
        fe_json_begin_object(writer);
        fe_json_member_string(writer, "type", fe_slice_cstr(type));
        fe_json_member_string(writer, time_name, fe_slice_cstr(time));
        fe_json_end_object(writer);
    }
}

/* Only that there is a history is public, not what it looks like: an object, so that clients may
 * find more in it one day, and in it what is known here, the oldest first. */
static int post_history(void *self, struct fe_exchange *x)
{
    const struct fe_state *state = self;
    struct fe_json_writer writer;
    int status = 0;
    const struct fe_deployed_app *app = find_app(state, x, &status);
    if (app == NULL) {
        return status;
    }
    bool dev_mode = app->upgrades_until_ns > fe_clock_now_ns(&state->env->clock);
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "history");
    fe_json_begin_array(&writer);
    put_event(&writer, "DEPLOYED", "timestamp", app->runtime->created_ns);
    put_event(&writer, "SCHEMAS_REPORTED", "timestamp", app->runtime->schemas_ns);
    put_event(&writer, "DEV_MODE", "automaticUpgradesUntil", dev_mode ? app->upgrades_until_ns : 0);
    fe_json_end_array(&writer);
    fe_json_end_object(&writer);
    return 200;
}

/* ── all of them ── */

/* 0, or the status of the refusal. */
static int read_page(const struct fe_state *state, struct fe_exchange *x, struct fe_paging *page)
{
    struct fe_json_body body;
    struct fe_json size;
    *page = fe_paging_of(FE_SLICE("deployed-apps"));
    page->size = PAGE_SIZE_MAX;
    fe_json_body_open(&body, x);
    fe_json_body_text(&body, "pageToken", &page->token);
    if (body.problem) {
        return fe_reply_invalid_argument(x, body.problem);
    }
    if (fe_json_member(&body.object, "pageSize", &size) && size.kind != FE_JSON_NULL &&
        (fe_json_int64(&size, &page->size) < 0 || page->size < 1 || page->size > PAGE_SIZE_MAX)) {
        return fe_reply_invalid_argument(x, "pageSize must be a whole number from 1 to 50.");
    }
    return fe_paging_open(&state->pager, x, page);
}

/* Of an app with several branches, the one that is found without naming any. */
static bool is_listed(const struct fe_runtimes *runtimes, const struct fe_deployed_app *app)
{
    return app == fe_runtimes_app(runtimes, app->rid, FE_SLICE(""));
}

/* Writes those of the page, and gives how many there are in all. */
static size_t put_page(struct fe_json_writer *writer, const struct fe_runtimes *runtimes,
                       const struct fe_paging *page)
{
    size_t number = 0;
    const struct fe_runtime *runtime = fe_runtimes_first(runtimes);
    for (; runtime; runtime = TAILQ_NEXT(runtime, link)) {
        const struct fe_deployed_app *app = NULL;
        TAILQ_FOREACH (app, &runtime->apps, link) {
            if (!is_listed(runtimes, app)) {
                continue;
            }
            if (number >= page->offset && number - page->offset < (size_t)page->size) {
                fe_put_deployed_app(writer, app);
            }
            number++;
        }
    }
    return number;
}

static int post_running(void *self, struct fe_exchange *x)
{
    const struct fe_state *state = self;
    struct fe_paging page;
    struct fe_json_writer writer;
    int status = read_page(state, x, &page);
    if (status != 0) {
        return status;
    }
    size_t next = page.offset + (size_t)page.size;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "deployedApps");
    fe_json_begin_array(&writer);
    size_t count = put_page(&writer, state->runtimes, &page);
    fe_json_end_array(&writer);
    if (next < count) {
        fe_paging_put_next(&state->pager, &page, next, &writer);
    } else {
        fe_json_key(&writer, "nextPageToken");
        fe_json_put_null(&writer);
    }
    fe_json_end_object(&writer);
    return 200;
}

/* ── the feature ── */

static void *open_feature(struct fe_state *state)
{
    return state;
}

/* All there is belongs to the apps. */
static void reset(void *self)
{
    (void)self;
}

static void close_feature(void *self)
{
    (void)self;
}

static const struct fe_route routes[] = {
    {FE_POST, BASE "/running-paginated", post_running, FE_ACCESS_BEARER, NULL, FE_BODY_WHOLE,
     FE_LIMIT_SMALL_BODY_BYTES},
    {FE_GET, BASE "/:rid", get_app, FE_ACCESS_BEARER, NULL, FE_BODY_WHOLE, 0},
    {FE_GET, BASE "/:rid/v2", get_app, FE_ACCESS_BEARER, NULL, FE_BODY_WHOLE, 0},
    {FE_GET, BASE "/:rid/:branch/status", get_status, FE_ACCESS_BEARER, NULL, FE_BODY_WHOLE, 0},
    {FE_GET, BASE "/:rid/:branch/:module/diagnostics", get_diagnostics, FE_ACCESS_BEARER, NULL,
     FE_BODY_WHOLE, 0},
    {FE_GET, BASE "/:rid/:branch/function-schemas", get_function_schemas, FE_ACCESS_BEARER, NULL,
     FE_BODY_WHOLE, 0},
    {FE_PUT, BASE "/:rid/:branch/dev-mode", put_dev_mode, FE_ACCESS_BEARER, NULL, FE_BODY_WHOLE,
     FE_LIMIT_SMALL_BODY_BYTES},
    {FE_POST, BASE "/:rid/:branch/history", post_history, FE_ACCESS_BEARER, NULL, FE_BODY_WHOLE,
     FE_LIMIT_SMALL_BODY_BYTES},
};

const struct fe_feature fe_deployed_apps_feature = {
    .name = "deployed_apps",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .open = open_feature,
    .reset = reset,
    .close = close_feature,
};
