/* SPDX-License-Identifier: MIT */
/* What came about elsewhere, in a recording that was replayed, and is taken over here, so that
 * emulation can go on from there. Texts are copied. */
#ifndef FE_EMULATE_ADOPTION_H
#define FE_EMULATE_ADOPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "emulate/state/users.h"
#include "http/router.h"
#include "util/arena.h"

struct fe_emulate;

/* ── who ── */

/* Somebody who was recorded. Who has that name, or that id, already stays as he is. */
void fe_emulate_adopt_user(struct fe_emulate *emulate, const struct fe_user *user);

/* A grant to an application. It becomes known as one that may do anything, unless it is registered
 * already. */
struct fe_adopted_grant {
    struct fe_slice client_id; /* may be empty */
    struct fe_slice user_id;   /* empty, or of nobody: the client's service user, or for what can be
                                * refreshed the first person there is */
    struct fe_slice scopes;    /* divided by spaces; empty: all there are */
    int64_t lifetime_s;        /* of its access tokens */
    bool refreshable;
};

struct fe_adopted_tokens {
    struct fe_slice access_token;
    struct fe_slice refresh_token; /* empty, unless it is refreshable */
};

/* Issues real tokens for it, in `arena`. -EINVAL: the scopes are none; -ENOSPC: there is nobody
 * they could be for. */
int fe_emulate_adopt_grant(struct fe_emulate *emulate, const struct fe_adopted_grant *grant,
                           struct fe_arena *arena, struct fe_adopted_tokens *tokens_out);

/* Makes a client's own access token known, for ever; one that is known stays as it is. The same. */
int fe_emulate_adopt_token(struct fe_emulate *emulate, const struct fe_adopted_grant *grant,
                           struct fe_slice access_token);

/* Whether it is one, live or expired. */
bool fe_emulate_knows_token(const struct fe_emulate *emulate, struct fe_slice access_token);

/* Whether a refresh token is good, and if so whose it is, and for which scopes (empty: all); valid
 * during the call's turn. Either may be NULL. */
bool fe_emulate_knows_grant(const struct fe_emulate *emulate, struct fe_slice refresh_token,
                            struct fe_slice *user_id_out, struct fe_slice *scopes_out);

/* Ends a token of either kind, and the grant that it belongs to; nothing if there is none. */
void fe_emulate_revoke_token(struct fe_emulate *emulate, struct fe_slice token);

/* Tokens live at least so long from now on. */
void fe_emulate_raise_token_lifetime(struct fe_emulate *emulate, int64_t lifetime_s);

/* ── what was to be computed ── */

enum fe_adopted_state {
    FE_ADOPTED_NONE,
    FE_ADOPTED_QUEUED,  /* whoever serves its runtime shall compute it */
    FE_ADOPTED_RUNNING, /* a module has it */
    FE_ADOPTED_SUCCEEDED,
    FE_ADOPTED_FAILED,
    FE_ADOPTED_CANCELED
};

struct fe_adopted_job {
    struct fe_slice id;
    enum fe_adopted_state state;
    /* Where it runs: a deployed app, a runtime by its id, or by its Module-Auth-Token. The first
     * that is given counts; an app or a runtime that is not there yet is made. */
    struct fe_slice app_rid;
    struct fe_slice app_branch;
    struct fe_slice runtime_id;
    struct fe_slice module_token;
    struct fe_slice query_type;
    struct fe_slice query;         /* JSON; empty: null */
    const struct fe_slice *result; /* of one that succeeded; NULL: it was not recorded */
};

/* 0; -EEXIST: there is a job of that id; -EINVAL: no job can have that id, or nobody has that
 * token; -ENOBUFS: too many jobs or runtimes; -ENOMEM. */
int fe_emulate_adopt_job(struct fe_emulate *emulate, const struct fe_adopted_job *job);

/* How far a job is that emulation has; FE_ADOPTED_NONE: it has none of that id. */
enum fe_adopted_state fe_emulate_job_state(const struct fe_emulate *emulate, struct fe_slice id);

/* Ends one in this state that has not ended; nothing if there is none, or the state is no end.
 * `result` as in struct fe_adopted_job. */
void fe_emulate_end_job(struct fe_emulate *emulate, struct fe_slice id, enum fe_adopted_state state,
                        const struct fe_slice *result);

/* ── what can be gone on with ── */

/* Whether there is a route for it, whatever it would answer. */
bool fe_emulate_has_route(const struct fe_emulate *emulate, enum fe_method method,
                          struct fe_slice path);

/* Whether there is a runtime with this Module-Auth-Token; and whether a job waits there. */
bool fe_emulate_knows_module(const struct fe_emulate *emulate, struct fe_slice module_token);
bool fe_emulate_has_job_for(const struct fe_emulate *emulate, struct fe_slice module_token);

/* Whether what such a job names, an app or a runtime, is there already. */
bool fe_emulate_knows_target(const struct fe_emulate *emulate, const struct fe_adopted_job *job);

#endif
