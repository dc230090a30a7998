/* SPDX-License-Identifier: MIT */
/* Runtimes: what one compute module is to the stack. Each has a token that its replicas show, a
 * queue of jobs, the schemas they reported, and the deployed apps that lead to it. */
#ifndef FE_EMULATE_STATE_RUNTIMES_H
#define FE_EMULATE_STATE_RUNTIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "emulate/state/jobs.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/env.h"
#include "util/secret.h"
#include "util/slice.h"

struct fe_runtime;
struct fe_runtimes;

/* A deployed app's branch, bound to the runtime that computes for it. */
struct fe_deployed_app {
    struct fe_slice rid;
    struct fe_slice branch;
    struct fe_slice display_name; /* may be empty */
    bool active;
    int64_t upgrades_until_ns; /* dev mode, on the emulator's clock; 0: off */
    struct fe_runtime *runtime;
    struct fe_deployed_app *next_branch; /* the same rid, bound later */
    TAILQ_ENTRY(fe_deployed_app) link;   /* the runtime's apps */
};

TAILQ_HEAD(fe_deployed_app_list, fe_deployed_app);

/* What its module's container is given beyond the protocol. Texts are empty where there is none. */
struct fe_runtime_extras {
    bool auth_header;                   /* jobs carry a live token of whoever submitted them */
    struct fe_slice client_id;          /* the application that the module speaks as */
    struct fe_slice source_credentials; /* JSON: {source: {name: value}} */
    struct fe_slice resource_aliases;   /* JSON: {alias: {rid, branch?}} */
};

/* To be read, not written, outside runtimes.c; but the facts and schemas are the compute feature's
 * to keep. */
struct fe_runtime {
    struct fe_slice id;
    struct fe_slice auth_token;        /* Module-Auth-Token */
    struct fe_slice credentials_token; /* what jobs carry for the data sidecar; opaque */
    struct fe_runtime_extras extras;
    unsigned char token_digest[FE_SHA256_BYTES]; /* of auth_token: it is found by this */
    int64_t poll_timeout_ms;                     /* -1: the setting's */
    bool listed;                                 /* by a seed itself, not only by an app of it */
    struct fe_queue queue;
    struct fe_deployed_app_list apps;

    struct fe_buf schemas; /* the JSON text last posted; empty: none */
    int64_t created_ns;    /* the emulator's clock; reset counts as creation */
    int64_t polled_ns;     /* 0: never */
    int64_t schemas_ns;    /* 0: never */

    struct fe_arena texts;
    TAILQ_ENTRY(fe_runtime) link;
};

TAILQ_HEAD(fe_runtime_list, fe_runtime);

struct fe_runtimes *fe_runtimes_new(struct fe_env *env, struct fe_jobs *jobs);
/* Removes them all, in the way of fe_runtimes_remove(). */
void fe_runtimes_clear(struct fe_runtimes *runtimes);
void fe_runtimes_free(struct fe_runtimes *runtimes);

/* 1 to FE_LIMIT_RUNTIME_ID_BYTES of UTF-8, no NUL, and not "." or "..", which no client leaves in a
 * path, percent-encoded or not. */
bool fe_runtime_id_valid(struct fe_slice id);
/* What can be sent as a header: 1 to 1024 visible ASCII characters. */
bool fe_runtime_token_valid(struct fe_slice token);

/* Makes a runtime, or resets the one with that id: its unfinished jobs are canceled, its polls
 * answered, its schemas and facts forgotten. Its apps stay. `id` and `auth_token` are valid; an
 * empty token has one drawn. 0; -ENOBUFS: FE_LIMIT_RUNTIMES. */
struct fe_runtime_request {
    struct fe_slice id;
    struct fe_slice auth_token;
    int64_t poll_timeout_ms;  /* -1: the setting's */
    int64_t job_timeout_ms;   /* likewise; 0: never */
    int64_t queue_timeout_ms; /* likewise */
    struct fe_runtime_extras extras;
};
/* One whose every choice is the settings'. */
struct fe_runtime_request fe_runtime_defaults(struct fe_slice id);
int fe_runtimes_open(struct fe_runtimes *runtimes, const struct fe_runtime_request *request,
                     struct fe_runtime **runtime_out);

/* Cancels its unfinished jobs, answers its polls, unbinds its apps. */
void fe_runtimes_remove(struct fe_runtimes *runtimes, struct fe_runtime *runtime);

/* NULL: unknown. */
struct fe_runtime *fe_runtimes_find(const struct fe_runtimes *runtimes, struct fe_slice id);
/* By its Module-Auth-Token, in a time that tells nothing of it; of several runtimes with the same
 * token, the one that has had it longest. NULL: nobody's. */
struct fe_runtime *fe_runtimes_find_token(const struct fe_runtimes *runtimes,
                                          struct fe_slice token);
/* In the order of their creation; follow `link`. NULL: there is none. */
struct fe_runtime *fe_runtimes_first(const struct fe_runtimes *runtimes);

/* Binds an app's branch to a runtime, wherever it was bound before. 0; -ENOBUFS: as many bindings
 * as there may be runtimes. */
struct fe_app_binding {
    struct fe_slice rid;
    struct fe_slice branch; /* empty: "master" */
    struct fe_slice display_name;
    bool active;
};
int fe_runtimes_bind(struct fe_runtimes *runtimes, struct fe_runtime *runtime,
                     const struct fe_app_binding *binding);
void fe_runtimes_unbind_all(struct fe_runtimes *runtimes, struct fe_runtime *runtime);

/* Until then new images would be taken up by themselves; 0: they would not. */
void fe_runtimes_set_dev_mode(struct fe_runtimes *runtimes, const struct fe_deployed_app *app,
                              int64_t until_ns);

/* The binding of that branch, active or not; of an empty branch, the first active one. NULL: none.
 */
const struct fe_deployed_app *fe_runtimes_app(const struct fe_runtimes *runtimes,
                                              struct fe_slice rid, struct fe_slice branch);

#endif
