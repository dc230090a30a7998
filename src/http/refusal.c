/* SPDX-License-Identifier: MIT */
#include "http/refusal.h"

#include <assert.h>

#include "http/exchange_engine.h"
#include "http/reply.h"

static const struct fe_api_error errors[] = {
    {400, "INVALID_ARGUMENT", "Default:InvalidArgument", NULL},
    {408, "TIMEOUT", "Default:Timeout", NULL},
    {413, "REQUEST_ENTITY_TOO_LARGE", "Default:RequestEntityTooLarge", NULL},
    {414, "CUSTOM_CLIENT", "Http:UriTooLong", NULL},
    {417, "CUSTOM_CLIENT", "Http:ExpectationFailed", NULL},
    {431, "CUSTOM_CLIENT", "Http:RequestHeaderFieldsTooLarge", NULL},
    {501, "CUSTOM_SERVER", "Http:NotImplemented", NULL},
    {503, "CUSTOM_SERVER", "Http:ServiceUnavailable", NULL},
    {505, "CUSTOM_SERVER", "Http:VersionNotSupported", NULL},
};

static const struct fe_api_error *find_error(int status)
{
    size_t i = 0;
    while (errors[i].status != status) {
        i++;
        assert(i < sizeof(errors) / sizeof(errors[0])); /* statuses are ours */
    }
    return &errors[i];
}

/* An exchange that no app ever hears of: head and body are written by what writes all others'. */
static struct fe_exchange *new_exchange(struct fe_env *env, const char *source)
{
    static const struct fe_app nobody = {.self = NULL};
    struct fe_exchange *x = fe_exchange_new(NULL, NULL, &nobody, env, NULL);
    x->request.minor_version = 1;
    fe_exchange_header(x, FE_SLICE("X-Foundry-Emulator"), fe_slice_cstr(source));
    return x;
}

static void write_answer(struct fe_exchange *x, int status, struct fe_buf *out)
{
    x->response.status = status;
    x->response.length = (int64_t)x->response.out.len;
    fe_response_write_head(x, false, true, out);
    (void)fe_buf_put(out, fe_buf_slice(&x->response.out));
    fe_exchange_end(x, FE_GONE);
}

int fe_reply_refusal(struct fe_exchange *x, int status, const char *why)
{
    return fe_reply_error(x, find_error(status), "reason", why, NULL);
}

void fe_refusal_write(struct fe_env *env, const char *source, int status, const char *why,
                      struct fe_buf *out)
{
    struct fe_exchange *x = new_exchange(env, source);
    (void)fe_reply_refusal(x, status, why);
    write_answer(x, status, out);
}
