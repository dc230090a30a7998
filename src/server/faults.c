/* SPDX-License-Identifier: MIT */
#include "server/faults.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "cassette/match/canonical.h"
#include "emulate/failing.h"
#include "server/cors.h"
#include "util/alloc.h"
#include "util/limits.h"

struct listed {
    TAILQ_ENTRY(listed) link;
    uint64_t id;
    struct fe_fault fault;
    struct fe_arena arena; /* its texts */
    struct fe_random random;
    uint64_t seen;
    uint64_t hits;
};

struct fe_faults {
    const struct fe_env *env;
    const struct fe_emulate *emulate;
    TAILQ_HEAD(, listed) all;
    size_t count;
    uint64_t last_id;
    struct fe_random seeds; /* of those that have none of their own */
};

/* ── the list ── */

/* Another stream than the one of ids, also where one number decides both. */
static void start(struct fe_faults *faults)
{
    const struct fe_random *random = &faults->env->random;
    faults->last_id = 0;
    if (random->deterministic) {
        fe_random_init_deterministic(&faults->seeds, ~random->seed);
    } else {
        fe_random_init(&faults->seeds);
    }
}

struct fe_faults *fe_faults_new(const struct fe_env *env, const struct fe_emulate *emulate)
{
    struct fe_faults *faults = fe_xalloc(sizeof(*faults));
    faults->env = env;
    faults->emulate = emulate;
    TAILQ_INIT(&faults->all);
    start(faults);
    return faults;
}

static void free_listed(struct listed *listed)
{
    fe_arena_done(&listed->arena);
    free(listed);
}

void fe_faults_clear(struct fe_faults *faults)
{
    struct listed *next = NULL;
    for (struct listed *listed = TAILQ_FIRST(&faults->all); listed; listed = next) {
        next = TAILQ_NEXT(listed, link);
        free_listed(listed);
    }
    TAILQ_INIT(&faults->all);
    faults->count = 0;
}

void fe_faults_free(struct fe_faults *faults)
{
    if (faults) {
        fe_faults_clear(faults);
        free(faults);
    }
}

/* Small enough to be read, and said again. */
static int64_t draw_seed(struct fe_random *random)
{
    uint32_t seed = 0;
    fe_random_bytes(random, &seed, sizeof(seed));
    return seed;
}

int fe_faults_add(struct fe_faults *faults, const struct fe_fault *fault, uint64_t *id_out)
{
    if (faults->count == FE_LIMIT_FAULTS) {
        return -ENOSPC;
    }
    struct listed *listed = fe_xalloc(sizeof(*listed));
    listed->id = ++faults->last_id;
    listed->fault = fe_fault_copy(fault, &listed->arena);
    if (fault->seed < 0) {
        listed->fault.seed = draw_seed(&faults->seeds);
    }
    fe_random_init_deterministic(&listed->random, (uint64_t)listed->fault.seed);
    TAILQ_INSERT_TAIL(&faults->all, listed, link);
    faults->count++;
    *id_out = listed->id;
    return 0;
}

void fe_faults_reset(struct fe_faults *faults, const struct fe_fault *seeded, size_t count)
{
    uint64_t id = 0;
    fe_faults_clear(faults);
    start(faults);
    for (size_t i = 0; i < count; i++) {
        (void)fe_faults_add(faults, &seeded[i], &id);
    }
}

static struct listed *find(const struct fe_faults *faults, uint64_t id)
{
    struct listed *listed = TAILQ_FIRST(&faults->all);
    while (listed && listed->id != id) {
        listed = TAILQ_NEXT(listed, link);
    }
    return listed;
}

bool fe_faults_has(const struct fe_faults *faults, uint64_t id)
{
    return find(faults, id) != NULL;
}

int fe_faults_remove(struct fe_faults *faults, uint64_t id)
{
    struct listed *listed = find(faults, id);
    if (listed == NULL) {
        return -ENOENT;
    }
    TAILQ_REMOVE(&faults->all, listed, link);
    faults->count--;
    free_listed(listed);
    return 0;
}

/* ── who is hit ── */

/* Of [0, 1): 53 bits, as many as a double has. */
static double draw(struct fe_random *random)
{
    uint64_t bits = 0;
    fe_random_bytes(random, &bits, sizeof(bits));
    return (double)(bits >> 11) / (double)(UINT64_C(1) << 53);
}

static bool fits_path(const struct fe_fault *fault, struct fe_slice path)
{
    const struct fe_slice own = FE_SLICE("/_emulate");
    return fe_slice_starts(path, own) == fe_slice_starts(fault->path, own) &&
           fe_match_path(fault->path, path);
}

static bool fits(const struct fe_faults *faults, const struct fe_fault *fault,
                 const struct fe_exchange *x)
{
    const struct fe_request *request = fe_exchange_request(x);
    bool any_method = fault->method == FE_METHOD_OTHER;
    if (any_method ? fe_cors_is_preflight(x) : fault->method != request->method) {
        return false;
    }
    return fits_path(fault, request->path) &&
           (!fault->expired_token || fe_failing_checks_token(faults->emulate, x));
}

static bool is_hit(struct listed *listed)
{
    const struct fe_fault *fault = &listed->fault;
    if (++listed->seen <= (uint64_t)fault->after ||
        (fault->count >= 0 && listed->hits == (uint64_t)fault->count)) {
        return false;
    }
    bool hit = fault->probability >= 1 || draw(&listed->random) < fault->probability;
    listed->hits += hit;
    return hit;
}

static struct fe_fault_hit hit_of(struct listed *listed, struct fe_arena *arena)
{
    struct fe_fault *copy = fe_arena_alloc(arena, sizeof(*copy));
    *copy = fe_fault_copy(&listed->fault, arena);
    int64_t latency_ms = copy->latency_ms;
    if (copy->jitter_ms > 0) {
        latency_ms += (int64_t)(draw(&listed->random) * (double)(copy->jitter_ms + 1));
    }
    return (struct fe_fault_hit){listed->id, copy, latency_ms};
}

bool fe_faults_take(struct fe_faults *faults, struct fe_exchange *x, struct fe_fault_hit *hit_out)
{
    struct listed *listed = NULL;
    TAILQ_FOREACH (listed, &faults->all, link) {
        if (fits(faults, &listed->fault, x) && is_hit(listed)) {
            *hit_out = hit_of(listed, fe_exchange_arena(x));
            return true;
        }
    }
    return false;
}

/* ── telling ── */

static void write_listed(const struct listed *listed, struct fe_json_writer *writer)
{
    fe_json_begin_object(writer);
    fe_json_member_int(writer, "id", (int64_t)listed->id);
    fe_fault_write(&listed->fault, writer);
    fe_json_member_int(writer, "seen", (int64_t)listed->seen);
    fe_json_member_int(writer, "hits", (int64_t)listed->hits);
    fe_json_end_object(writer);
}

void fe_faults_write(const struct fe_faults *faults, struct fe_json_writer *writer)
{
    const struct listed *listed = NULL;
    fe_json_begin_array(writer);
    TAILQ_FOREACH (listed, &faults->all, link) {
        write_listed(listed, writer);
    }
    fe_json_end_array(writer);
}

void fe_faults_write_one(const struct fe_faults *faults, uint64_t id, struct fe_json_writer *writer)
{
    write_listed(find(faults, id), writer);
}
