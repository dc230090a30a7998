/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/client_auth.h"

#include <errno.h>

#include "emulate/oauth/oauth_reply.h"
#include "emulate/oauth/params.h"
#include "message/credentials.h"
#include "util/secret.h"

struct credentials {
    struct fe_slice client_id;
    struct fe_slice secret;
    bool by_basic;
};

static int refuse(struct fe_exchange *x, bool by_basic, const char *why)
{
    if (by_basic) {
        fe_exchange_header(x, FE_SLICE("WWW-Authenticate"), FE_SLICE("Basic realm=\"foundry\""));
    }
    return fe_oauth_error(x, 401, "invalid_client", "%s", why);
}

/* 0 or the status of a refusal. */
static int read_credentials(struct fe_exchange *x, const struct fe_form *form,
                            struct credentials *credentials)
{
    struct fe_basic basic = {{NULL, 0}, {NULL, 0}};
    int r = fe_credentials_basic(&fe_exchange_request(x)->headers, fe_exchange_arena(x), &basic);
    if (r == -EINVAL) {
        return refuse(x, true, "The Authorization header is not well-formed HTTP Basic.");
    }
    credentials->by_basic = r == 0;
    credentials->client_id = fe_params_get(form, "client_id");
    credentials->secret = fe_params_get(form, "client_secret");
    if (r == 0) {
        if (credentials->client_id.len > 0 && !fe_slice_eq(credentials->client_id, basic.user)) {
            return fe_oauth_error(x, 400, "invalid_request",
                                  "The Authorization header and the body name two clients.");
        }
        if (credentials->secret.len > 0 && basic.password.len > 0) {
            return fe_oauth_error(x, 400, "invalid_request",
                                  "The client_secret is given in the Authorization header and in "
                                  "the body; expected one of them.");
        }
        credentials->client_id = basic.user;
        credentials->secret = basic.password.len > 0 ? basic.password : credentials->secret;
    }
    if (credentials->client_id.len == 0) {
        return fe_oauth_error(x, 400, "invalid_request", "The client_id parameter is required.");
    }
    return 0;
}

int fe_client_authenticate(const struct fe_clients *clients, struct fe_exchange *x,
                           const struct fe_form *form, const struct fe_client **client_out)
{
    struct credentials given = {{NULL, 0}, {NULL, 0}, false};
    int status = read_credentials(x, form, &given);
    if (status != 0) {
        return status;
    }
    const struct fe_client *client =
        fe_clients_find(clients, given.client_id, fe_exchange_arena(x));
    if (client == NULL) {
        return refuse(x, given.by_basic, "No client of this client_id is registered.");
    }
    if (client->is_registered && given.secret.len == 0 && client->secret.len > 0) {
        return refuse(x, given.by_basic, "This client must send its client_secret.");
    }
    if (client->is_registered && !fe_secret_eq(given.secret, client->secret)) {
        return refuse(x, given.by_basic, "The client_secret is wrong.");
    }
    *client_out = client;
    return 0;
}
