/* SPDX-License-Identifier: MIT */
/* What handover*.c share. */
#ifndef FE_SERVER_HANDOVER_PRIVATE_H
#define FE_SERVER_HANDOVER_PRIVATE_H

#include "emulate/adoption.h"
#include "server/changed_paths.h"
#include "server/handover.h"
#include "util/json.h"
#include "util/map.h"

enum {
    FE_HANDOVER_BODY_BYTES = 8 << 20 /* of what is looked into */
};

/* A job that was heard of. */
struct fe_handover_job {
    char id[65];
    uint64_t submit_seq; /* the recording that submitted it; 0: none did */
    bool running;        /* a module was given it */
    bool ended;          /* its caller has been told so */
    bool canceled;       /* by its caller, and the recorded answer was given */
    bool emulated;       /* emulation's own, or changed by it */
};

/* Whose a recorded token was. */
struct fe_handover_owner {
    struct fe_slice token;
    struct fe_slice user_id;
};

struct fe_handover {
    struct fe_env *env;
    struct fe_replay *replay;
    struct fe_library *library;
    struct fe_emulate *emulate;
    struct fe_handover_ops ops;
    struct fe_map jobs;              /* struct fe_handover_job by id */
    struct fe_map given;             /* struct fe_slice: ids of jobs that recorded polls brought */
    struct fe_map owners;            /* struct fe_handover_owner by recorded token */
    bool given_known;                /* they have been looked for */
    bool owners_known;               /* likewise */
    struct fe_changed_paths changed; /* by emulation */
    struct fe_arena arena;           /* of the three; emptied when cleared */
};

/* ── handover_login.c ── */

enum fe_login_call {
    FE_LOGIN_NONE,
    FE_LOGIN_PAGE,  /* authorize, and where it leads */
    FE_LOGIN_TOKEN, /* the token endpoint */
    FE_LOGIN_REVOKE
};
enum fe_login_call fe_login_call_of(struct fe_slice target);

/* True: taken. */
bool fe_login_on_request(struct fe_handover *handover, struct fe_exchange *x,
                         const struct fe_replay_request *request);
bool fe_login_on_miss(struct fe_handover *handover, struct fe_exchange *x,
                      const struct fe_replay_request *request, enum fe_find find);

/* An answer with tokens is played: they are issued, and bound to the recorded ones. */
void fe_login_on_tokens(struct fe_handover *handover, struct fe_exchange *x, struct fe_slice body,
                        struct fe_arena *arena);

/* A recording is played whose request had a token: the client's goes with it. */
void fe_login_on_bearer(struct fe_handover *handover, struct fe_exchange *x,
                        const struct fe_take *take, const struct fe_frame_head *recorded);

/* A recorded revocation is played. */
void fe_login_on_revoked(struct fe_handover *handover, struct fe_exchange *x);

/* Everybody who was recorded as somebody's self. */
void fe_login_adopt_users(struct fe_handover *handover);

/* ── handover_users.c ── */

/* Whom a recorded answer of getCurrent or me speaks of. Texts are in `arena`, or in `body`. */
bool fe_recorded_user_read(struct fe_slice body, struct fe_arena *arena, struct fe_user *user_out);

/* Calls fn for each recorded answer of getCurrent and me, with the token it was asked with. */
enum {
    FE_HANDOVER_USERS_LOOKED_AT = 10000 /* of each of the two: they repeat themselves */
};
typedef void fe_recorded_user_fn(void *arg, struct fe_slice token, const struct fe_user *user);
void fe_recorded_users(struct fe_library *library, fe_recorded_user_fn *fn, void *arg);

/* ── handover_jobs.c ── */

/* The job that a request is about; empty if it is about none. In `arena`. */
struct fe_slice fe_job_in_request(const struct fe_frame_head *head, const struct fe_slice *body,
                                  struct fe_arena *arena);

/* Whether it asks for a job's status or its result, whatever its method. */
bool fe_job_is_asked_for(const struct fe_frame_head *head);

/* Whether it calls a job off. */
bool fe_job_is_canceled_by(const struct fe_frame_head *head);

/* Whether it hands a job in that is answered later. */
bool fe_handover_submits(const struct fe_frame_head *head);

/* The job of that id; made if `make`. NULL: it was never heard of, or there are too many. */
struct fe_handover_job *fe_handover_job(struct fe_handover *handover, struct fe_slice id,
                                        bool make);

/* The id in a Job, or in what a poll gave; empty if there is none. */
struct fe_slice fe_job_in_answer(struct fe_slice body, struct fe_arena *arena);

/* It is submitted by a recording, and no recorded poll will bring it to its module: if emulation
 * has that, the module is brought it by emulation. */
void fe_handover_offer_job(struct fe_handover *handover, const struct fe_handover_job *job);

/* Its module posts its result, and is answered by a recording: emulation has to hear of it, too. */
void fe_handover_on_result(struct fe_handover *handover, struct fe_exchange *x);

/* Emulation takes it over, as far as it is recorded; or, `as_told`, no further than its caller has
 * been told. `x` asks. */
void fe_handover_adopt_job(struct fe_handover *handover, const struct fe_handover_job *job,
                           struct fe_exchange *x, bool as_told);

/* ── recorded_job.c ── */

struct fe_recorded_job {
    enum fe_adopted_state state; /* FE_ADOPTED_QUEUED: no end was recorded */
    bool has_result;
    struct fe_slice result;
};
/* Whether a recorded answer says that a job has not ended yet. */
bool fe_recorded_status_is_open(const struct fe_take *take);

void fe_recorded_job_find(struct fe_library *library, struct fe_slice id, struct fe_arena *arena,
                          struct fe_recorded_job *job_out);

#endif
