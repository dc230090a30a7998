/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/oauth_failing.h"

#include "emulate/oauth/oauth_reply.h"
#include "emulate/oauth/page.h"
#include "message/credentials.h"

static const struct fe_slice prefix = FE_SLICE_INIT("/multipass/api/oauth2/");

bool fe_oauth_serves(struct fe_slice path)
{
    return fe_slice_starts(path, prefix);
}

/* RFC 6749 §4.1.2.1, §5.2 */
static const char *error_of(int status)
{
    switch (status) {
    case 401:
        return "invalid_client";
    case 403:
        return "access_denied";
    case 429:
    case 503:
        return "temporarily_unavailable";
    default:
        return status < 500 ? "invalid_request" : "server_error";
    }
}

static bool is_for_programs(struct fe_slice path)
{
    struct fe_slice name = fe_slice_from(path, prefix.len);
    return !fe_slice_starts(name, FE_SLICE("authorize")) &&
           !fe_slice_eq(name, FE_SLICE("callback"));
}

/* Who has shown a secret by HTTP Basic is challenged to (§5.2). */
static void challenge(struct fe_exchange *x)
{
    struct fe_basic basic;
    if (fe_credentials_basic(&fe_exchange_request(x)->headers, fe_exchange_arena(x), &basic) == 0) {
        fe_exchange_header(x, FE_SLICE("WWW-Authenticate"), FE_SLICE("Basic realm=\"foundry\""));
    }
}

int fe_oauth_fail(struct fe_exchange *x, int status, struct fe_slice error)
{
    static const char what[] = "This is a fault that was asked for.";
    struct fe_slice said = fe_arena_copy(fe_exchange_arena(x), error);
    const char *code = said.len > 0 ? said.ptr : error_of(status);
    if (is_for_programs(fe_exchange_request(x)->path)) {
        if (status == 401) {
            challenge(x);
        }
        return fe_oauth_error(x, status, code, "%s", what);
    }
    const struct fe_page_error page = {code, NULL, fe_slice_cstr(what),
                                       FE_SLICE("Remove the fault at /_emulate/faults.")};
    (void)fe_page_send_error(x, &page);
    return status;
}
