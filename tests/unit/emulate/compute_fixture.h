/* SPDX-License-Identifier: MIT */
/* A stack with the three compute features, a runtime "rt" whose token is "secret", and an app
 * "ri.app" bound to it; requests come in through the loopback. */
#ifndef FE_TESTS_UNIT_EMULATE_COMPUTE_FIXTURE_H
#define FE_TESTS_UNIT_EMULATE_COMPUTE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "emulate/state/runtimes.h"
#include "emulate/state/state.h"
#include "http/loop.h"
#include "http/loopback.h"
#include "http/router.h"

#define RUNTIMES "/_emulate/foundry/compute-modules/runtimes"
#define CONTOUR "/contour-backend-multiplexer/api/module-group-multiplexer"
#define APPS "/contour-backend-multiplexer/api/deployed-apps"
#define EXECUTE CONTOUR "/compute-modules/jobs/execute"
#define SUBMIT CONTOUR "/deployed-apps/jobs"
#define RESULT CONTOUR "/jobs/result/v2"

struct fixture {
    struct fe_env env;
    struct fe_loop *loop;
    struct fe_state *state;
    struct fe_router *router;
    struct fe_app app;
    void *compute;
    void *contour;
    void *deployed_apps;
    struct fe_runtime *runtime;
};

/* For cmocka: *state is the fixture. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* A request of somebody's: `bearer` is the id of the user who asks, or NULL. */
struct fe_loopback *ask(struct fixture *f, enum fe_method method, const char *target,
                        const char *bearer, const char *body);

/* A request of the module's: path behind "/rt". */
struct fe_loopback *ask_as_module(struct fixture *f, enum fe_method method, const char *path,
                                  struct fe_slice body);
#define POLL(f) ask_as_module((f), FE_GET, "/job", FE_SLICE(""))

/* Lets every answer that has been given reach its client. */
void settle(struct fixture *f);

/* Turns the loop until there is an answer: for what a timer ends. */
void wait_for(struct fixture *f, const struct fe_loopback *client);

/* Submits a job without a bearer; its id is written to `id`. */
void submit_job(struct fixture *f, const char *query_type, char id[FE_UUID_TEXT_BYTES]);

/* Posts a result as the module; must be answered 204. */
void post_result(struct fixture *f, const char *id, const char *bytes);

/* The text of a member, "a.b.c"; empty if there is none. */
struct fe_slice json_at(struct fe_slice json, const char *path);

void assert_slice(struct fe_slice actual, const char *expected);
#define ASSERT_MEMBER(client, path, expected)                                                      \
    assert_slice(json_at(fe_loopback_body(client), (path)), (expected))

/* Asserts status and body's errorName, and frees. */
void assert_error(struct fe_loopback *client, int status, const char *error_name);
/* Asserts the status and an empty body, and frees. */
void assert_empty(struct fe_loopback *client, int status);

#endif
