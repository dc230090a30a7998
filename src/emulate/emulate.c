/* SPDX-License-Identifier: MIT */
#include "emulate/emulate_private.h"

#include <errno.h>
#include <stdlib.h>

#include "config/fields.h"
#include "emulate/access.h"
#include "emulate/compute/compute.h"
#include "emulate/contour/contour.h"
#include "emulate/deployed_apps/deployed_apps.h"
#include "emulate/functions/functions.h"
#include "emulate/oauth/oauth_routes.h"
#include "emulate/platform/platform.h"
#include "emulate/state/jobs.h"
#include "emulate/state/state.h"
#include "emulate/users/users_routes.h"
#include "http/reply.h"
#include "util/alloc.h"

/* Seeded in this order: tokens name users, so users come first. */
static const struct fe_feature *const features[FE_FEATURE_COUNT] = {
    &fe_users_feature,   &fe_oauth_feature,         &fe_platform_feature,  &fe_compute_feature,
    &fe_contour_feature, &fe_deployed_apps_feature, &fe_functions_feature,
};

void *fe_emulate_self(const struct fe_emulate *emulate, const struct fe_feature *feature)
{
    size_t i = 0;
    while (features[i] != feature) {
        i++;
    }
    return emulate->selfs[i];
}

struct fe_emulate *fe_emulate_new(struct fe_env *env, struct fe_loop *loop,
                                  const struct fe_settings *settings)
{
    struct fe_emulate *emulate = fe_xalloc(sizeof(*emulate));
    emulate->state = fe_state_new(env, loop, settings);
    emulate->router = fe_router_new();
    for (size_t i = 0; i < FE_FEATURE_COUNT; i++) {
        emulate->selfs[i] = features[i]->open(emulate->state);
        fe_router_add(emulate->router, features[i]->routes, features[i]->route_count,
                      emulate->selfs[i]);
    }
    return emulate;
}

void fe_emulate_free(struct fe_emulate *emulate)
{
    if (emulate == NULL) {
        return;
    }
    for (size_t i = FE_FEATURE_COUNT; i > 0; i--) {
        features[i - 1]->close(emulate->selfs[i - 1]);
    }
    fe_router_free(emulate->router);
    fe_state_free(emulate->state);
    free(emulate);
}

static void seed_file(struct fe_emulate *emulate, const struct fe_config *config,
                      struct fe_errors *errors, fe_root_reader_fn *read_root, void *arg)
{
    struct fe_fields root;
    struct fe_fields foundry;
    int64_t port = 0;
    fe_fields_init(&root, config, config->root, errors);
    const struct fe_node *section = fe_fields_mapping(&root, "foundry");
    foundry = (struct fe_fields){.config = config, .errors = errors};
    if (section) {
        fe_fields_init(&foundry, config, section, errors);
    }
    /* The port is the listeners' business: whoever reads the root looks at it. */
    (void)fe_fields_int(&foundry, "port", 0, 65535, &port);
    for (size_t i = 0; i < FE_FEATURE_COUNT; i++) {
        if (features[i]->seed) {
            features[i]->seed(emulate->selfs[i], &root, &foundry);
        }
    }
    read_root(arg, &root);
    fe_fields_done(&foundry);
    fe_fields_done(&root);
}

void fe_emulate_seed(struct fe_emulate *emulate, const struct fe_config *configs, size_t count,
                     struct fe_errors *errors, fe_root_reader_fn *read_root, void *arg)
{
    for (size_t i = 0; i < count; i++) {
        if (configs[i].root) {
            seed_file(emulate, &configs[i], errors, read_root, arg);
        }
    }
    for (size_t i = 0; i < FE_FEATURE_COUNT; i++) {
        if (features[i]->seeded) {
            features[i]->seeded(emulate->selfs[i]);
        }
    }
}

void fe_emulate_listens_with_tls(struct fe_emulate *emulate, unsigned short port)
{
    struct fe_settings *settings = &emulate->state->settings;
    settings->tls_port = settings->tls_port != 0 ? settings->tls_port : port;
}

void fe_emulate_reset(struct fe_emulate *emulate)
{
    for (size_t i = FE_FEATURE_COUNT; i > 0; i--) {
        features[i - 1]->reset(emulate->selfs[i - 1]);
    }
    fe_state_reset(emulate->state);
}

void fe_emulate_clock_changed(struct fe_emulate *emulate)
{
    fe_jobs_clock_changed(emulate->state->jobs);
}

/* Real SDKs take an empty 404 of the public API for "not on this stack"; internal services say
 * Route:RouteNotMounted (contract §4.3, §6). */
static int reply_no_route(struct fe_exchange *x)
{
    if (fe_slice_starts(fe_exchange_request(x)->path, FE_SLICE("/api/"))) {
        return fe_reply_empty(x, 404);
    }
    return fe_reply_route_not_mounted(x);
}

void fe_emulate_handle(struct fe_emulate *emulate, struct fe_exchange *x)
{
    const struct fe_request *request = fe_exchange_request(x);
    struct fe_route_match match;
    int r = fe_router_find(emulate->router, request->method, request->path, &match);
    if (r == -ENOENT) {
        fe_exchange_answer(x, reply_no_route(x));
        return;
    }
    if (r == -EACCES) {
        fe_exchange_answer(x, fe_reply_method_not_allowed(x, match.allowed));
        return;
    }
    int status = match.route->access == FE_ACCESS_BEARER
                     ? fe_access_check(emulate->state, x, match.route)
                     : 0;
    if (status != 0) {
        fe_exchange_answer(x, status);
        return;
    }
    fe_exchange_dispatch(x, &match);
}

const struct fe_route *fe_emulate_route(const struct fe_emulate *emulate, size_t index)
{
    return fe_router_row(emulate->router, index);
}
