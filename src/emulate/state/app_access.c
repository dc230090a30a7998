/* SPDX-License-Identifier: MIT */
#include "emulate/state/app_access.h"

#include "http/reply.h"

/* Real Foundry says the same of an app without rights and of one that does not exist (contract
 * §5.1). */
int fe_reply_app_denied(struct fe_exchange *x)
{
    static const struct fe_api_error error = {403, "PERMISSION_DENIED",
                                              "Contour:InsufficientPermission", NULL};
    return fe_reply_error(x, &error, NULL);
}

const struct fe_deployed_app *fe_app_access(const struct fe_runtimes *runtimes,
                                            struct fe_exchange *x, struct fe_slice rid,
                                            struct fe_slice branch, int *status_out)
{
    const struct fe_deployed_app *app = fe_runtimes_app(runtimes, rid, branch);
    if (app == NULL || !app->active) {
        *status_out = fe_reply_app_denied(x);
        return NULL;
    }
    return app;
}
