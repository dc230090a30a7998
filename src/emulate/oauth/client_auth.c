/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/client_auth.h"

#include <errno.h>

#include "emulate/oauth/oauth_reply.h"
#include "emulate/oauth/params.h"
#include "message/credentials.h"
#include "util/secret.h"

/* What a client shows. The raw pair is what Basic held before decoding: RFC 6749 §2.3.1 wants it
 * encoded, and many clients, all that build on Python's requests among them, do not. In the body
 * there is no difference. */
struct credentials {
    struct fe_slice client_id;
    struct fe_slice secret;
    struct fe_slice raw_client_id;
    struct fe_slice raw_secret;
    bool by_basic;
};

static int refuse(struct fe_exchange *x, bool by_basic, const char *why)
{
    if (by_basic) {
        fe_exchange_header(x, FE_SLICE("WWW-Authenticate"), FE_SLICE("Basic realm=\"foundry\""));
    }
    return fe_oauth_error(x, 401, "invalid_client", "%s", why);
}

/* What Basic says goes together with what the body says. 0 or the status of a refusal. */
static int add_basic(struct fe_exchange *x, const struct fe_basic *basic,
                     struct credentials *credentials)
{
    struct fe_slice in_body = credentials->client_id;
    if (in_body.len > 0 && !fe_slice_eq(in_body, basic->user) &&
        !fe_slice_eq(in_body, basic->raw_user)) {
        return fe_oauth_error(x, 400, "invalid_request",
                              "The Authorization header and the body name two clients.");
    }
    if (credentials->secret.len > 0 && basic->password.len > 0) {
        return fe_oauth_error(x, 400, "invalid_request",
                              "The client_secret is given in the Authorization header and in "
                              "the body; expected one of them.");
    }
    credentials->client_id = basic->user;
    credentials->raw_client_id = basic->raw_user;
    if (basic->password.len > 0) {
        credentials->secret = basic->password;
        credentials->raw_secret = basic->raw_password;
    }
    return 0;
}

/* 0 or the status of a refusal. */
static int read_credentials(struct fe_exchange *x, const struct fe_form *form,
                            struct credentials *credentials)
{
    struct fe_basic basic;
    int r = fe_credentials_basic(&fe_exchange_request(x)->headers, fe_exchange_arena(x), &basic);
    if (r == -EINVAL) {
        return refuse(x, true, "The Authorization header is not well-formed HTTP Basic.");
    }
    credentials->by_basic = r == 0;
    credentials->client_id = credentials->raw_client_id = fe_params_get(form, "client_id");
    credentials->secret = credentials->raw_secret = fe_params_get(form, "client_secret");
    int status = r == 0 ? add_basic(x, &basic, credentials) : 0;
    if (status == 0 && credentials->client_id.len == 0) {
        status = fe_oauth_error(x, 400, "invalid_request", "The client_id parameter is required.");
    }
    return status;
}

static const struct fe_client *find_client(const struct fe_clients *clients, struct fe_arena *arena,
                                           const struct credentials *given)
{
    const struct fe_client *client = fe_clients_find(clients, given->client_id, arena);
    return client ? client : fe_clients_find(clients, given->raw_client_id, arena);
}

/* Both are compared whatever the first says, so that the time tells neither. */
static bool secret_is(const struct credentials *given, struct fe_slice secret)
{
    bool decoded = fe_secret_eq(given->secret, secret);
    bool raw = fe_secret_eq(given->raw_secret, secret);
    return decoded || raw;
}

int fe_client_authenticate(const struct fe_clients *clients, struct fe_exchange *x,
                           const struct fe_form *form, const struct fe_client **client_out)
{
    struct credentials given = {.by_basic = false};
    int status = read_credentials(x, form, &given);
    if (status != 0) {
        return status;
    }
    const struct fe_client *client = find_client(clients, fe_exchange_arena(x), &given);
    if (client == NULL) {
        return refuse(x, given.by_basic, "No client of this client_id is registered.");
    }
    if (client->is_registered && given.secret.len == 0 && client->secret.len > 0) {
        return refuse(x, given.by_basic, "This client must send its client_secret.");
    }
    if (client->is_registered && !secret_is(&given, client->secret)) {
        return refuse(x, given.by_basic, "The client_secret is wrong.");
    }
    *client_out = client;
    return 0;
}
