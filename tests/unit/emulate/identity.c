/* SPDX-License-Identifier: MIT */
#include "identity.h"

#include <string.h>

#include "emulate/access.h"
#include "emulate/oauth/oauth_routes.h"
#include "emulate/platform/platform.h"
#include "emulate/state/tokens.h"
#include "emulate/state/users.h"
#include "emulate/users/users_routes.h"
#include "http/reply.h"
#include "util/json.h"

static void on_request(void *self, struct fe_exchange *x)
{
    struct identity *identity = self;
    const struct fe_request *request = fe_exchange_request(x);
    struct fe_route_match match;
    if (fe_router_find(identity->router, request->method, request->path, &match) < 0) {
        fe_exchange_answer(x, fe_reply_route_not_mounted(x));
        return;
    }
    int status = match.route->access == FE_ACCESS_BEARER
                     ? fe_access_check(&identity->state, x, match.route)
                     : 0;
    if (status != 0) {
        fe_exchange_answer(x, status);
        return;
    }
    fe_exchange_dispatch(x, &match);
}

static void add_feature(struct identity *identity, const struct fe_feature *feature)
{
    size_t index = identity->feature_count++;
    identity->features[index] = feature;
    identity->selves[index] = feature->open(&identity->state);
    fe_router_add(identity->router, feature->routes, feature->route_count, identity->selves[index]);
}

void identity_open(struct identity *identity)
{
    *identity = (struct identity){.app = {.self = identity, .on_request = on_request}};
    fe_clock_freeze(&identity->env.clock, IDENTITY_START_NS);
    fe_random_init_deterministic(&identity->env.random, 1);
    fe_errors_init(&identity->errors);
    identity->state.env = &identity->env;
    identity->state.users = fe_users_new(&identity->env);
    identity->state.tokens = fe_tokens_new(&identity->env);
    identity->router = fe_router_new();
    add_feature(identity, &fe_users_feature);
    add_feature(identity, &fe_oauth_feature);
    add_feature(identity, &fe_platform_feature);
}

void identity_close(struct identity *identity)
{
    for (size_t i = identity->feature_count; i-- > 0;) {
        identity->features[i]->reset(identity->selves[i]);
        identity->features[i]->close(identity->selves[i]);
    }
    fe_router_free(identity->router);
    fe_users_free(identity->state.users);
    fe_tokens_free(identity->state.tokens);
    fe_errors_done(&identity->errors);
    fe_arena_done(&identity->arena);
}

static void seed_file(struct identity *identity, const char *name, const char *yaml)
{
    struct fe_config config;
    assert_int_equal(fe_config_parse(&config, name, fe_slice_cstr(yaml), &identity->errors), 0);
    struct fe_fields root;
    struct fe_fields foundry = {.config = &config, .errors = &identity->errors};
    fe_fields_init(&root, &config, config.root, &identity->errors);
    const struct fe_node *node = fe_fields_mapping(&root, "foundry");
    if (node) {
        fe_fields_init(&foundry, &config, node, &identity->errors);
    }
    for (size_t i = 0; i < identity->feature_count; i++) {
        identity->features[i]->seed(identity->selves[i], &root, &foundry);
    }
    fe_fields_done(&foundry);
    fe_fields_done(&root);
    fe_config_done(&config);
}

size_t identity_seed(struct identity *identity, const char *yaml, ...)
{
    va_list more;
    va_start(more, yaml);
    for (int number = 1; yaml; number++) {
        seed_file(identity, IDENTITY_FORMAT(identity, "seed%d.yaml", number), yaml);
        yaml = va_arg(more, const char *);
    }
    va_end(more);
    for (size_t i = 0; i < identity->feature_count; i++) {
        if (identity->features[i]->seeded) {
            identity->features[i]->seeded(identity->selves[i]);
        }
    }
    return identity->errors.count;
}

const char *identity_errors(const struct identity *identity)
{
    return fe_buf_slice(&identity->errors.text).ptr;
}

void identity_advance_s(struct identity *identity, int64_t seconds)
{
    fe_clock_advance(&identity->env.clock, seconds * FE_NS_PER_S);
}

struct fe_loopback *identity_get(struct identity *identity, const char *target,
                                 const char *authorization)
{
    const char *const headers[] = {authorization ? "Authorization" : NULL, authorization, NULL};
    const struct fe_loopback_request request = {FE_GET, target, headers, {NULL, 0}};
    return fe_loopback_send(&identity->app, &identity->env, NULL, &request);
}

struct fe_loopback *identity_post(struct identity *identity, const char *target,
                                  const char *authorization, const char *form)
{
    const char *const headers[] = {"Content-Type", "application/x-www-form-urlencoded",
                                   authorization ? "Authorization" : NULL, authorization, NULL};
    const struct fe_loopback_request request = {FE_POST, target, headers, fe_slice_cstr(form)};
    return fe_loopback_send(&identity->app, &identity->env, NULL, &request);
}

static const char *keep(struct identity *identity, struct fe_slice text)
{
    return fe_arena_copy(&identity->arena, text).ptr;
}

const char *identity_take(struct identity *identity, struct fe_loopback *client, int status)
{
    const char *body = keep(identity, fe_loopback_body(client));
    if (fe_loopback_status(client) != status) {
        print_message("%s\n", body);
    }
    assert_int_equal(fe_loopback_status(client), status);
    fe_loopback_free(client);
    return body;
}

const char *identity_post_for(struct identity *identity, const char *target, const char *form,
                              int status)
{
    return identity_take(identity, identity_post(identity, target, NULL, form), status);
}

const char *identity_member(struct identity *identity, const char *json, const char *name)
{
    struct fe_json object;
    struct fe_json member;
    struct fe_slice text = {NULL, 0};
    assert_int_equal(fe_json_parse(fe_slice_cstr(json), &object, NULL), 0);
    if (!fe_json_member(&object, name, &member)) {
        return "";
    }
    if (fe_json_string(&member, &identity->arena, &text) < 0) {
        text = member.text;
    }
    return keep(identity, text);
}

const char *identity_code(struct identity *identity, const char *form)
{
    struct fe_loopback *client =
        identity_post(identity, "/multipass/api/oauth2/authorize/callback", NULL, form);
    const char *location = keep(identity, fe_loopback_header(client, "location"));
    assert_int_equal(fe_loopback_status(client), 302);
    fe_loopback_free(client);
    const char *code = strstr(location, "code=");
    assert_non_null(code);
    code += strlen("code=");
    return keep(identity, (struct fe_slice){code, strcspn(code, "&")});
}

int identity_current(struct identity *identity, const char *token)
{
    struct fe_loopback *client = identity_get(identity, "/api/v2/admin/users/getCurrent",
                                              IDENTITY_FORMAT(identity, "Bearer %s", token));
    int status = fe_loopback_status(client);
    fe_loopback_free(client);
    return status;
}
