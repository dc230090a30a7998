/* SPDX-License-Identifier: MIT */
/* The faults that are to be injected, in the order in which they were asked for. A request is hit
 * by one of them at most: the first that fits, has its turn, and is drawn.
 *
 * Each fault draws from a stream of its own, which its seed decides; a seed that nobody has said is
 * drawn, and told, from a stream that is the faults' alone. So they change no id and no token, and
 * not one another's draws. */
#ifndef FE_SERVER_FAULTS_H
#define FE_SERVER_FAULTS_H

#include "http/exchange.h"
#include "server/fault.h"
#include "util/env.h"

struct fe_emulate;
struct fe_faults;

/* Both are borrowed. */
struct fe_faults *fe_faults_new(const struct fe_env *env, const struct fe_emulate *emulate);
void fe_faults_free(struct fe_faults *faults);

/* Copies it. Ids count from 1, and are not used again. -ENOSPC past FE_LIMIT_FAULTS. */
int fe_faults_add(struct fe_faults *faults, const struct fe_fault *fault, uint64_t *id_out);

bool fe_faults_has(const struct fe_faults *faults, uint64_t id);

/* -ENOENT. */
int fe_faults_remove(struct fe_faults *faults, uint64_t id);
void fe_faults_clear(struct fe_faults *faults);

/* As if nothing but these had ever been there; `env` has been set back before. At most
 * FE_LIMIT_FAULTS. */
void fe_faults_reset(struct fe_faults *faults, const struct fe_fault *seeded, size_t count);

struct fe_fault_hit {
    uint64_t id;
    const struct fe_fault *fault; /* a copy, in the exchange's arena */
    int64_t latency_ms;           /* with its jitter */
};

/* Whether one hits this request, which counts as seen by those that it was held against. A
 * preflight is hit by what names OPTIONS, what begins with /_emulate/foundry/ by a pattern that
 * does too, other paths of /_emulate by none. */
bool fe_faults_take(struct fe_faults *faults, struct fe_exchange *x, struct fe_fault_hit *hit_out);

/* An object, with the id, and how many requests were seen and hit; an array of all. */
void fe_faults_write_one(const struct fe_faults *faults, uint64_t id,
                         struct fe_json_writer *writer); /* that there is */
void fe_faults_write(const struct fe_faults *faults, struct fe_json_writer *writer);

#endif
