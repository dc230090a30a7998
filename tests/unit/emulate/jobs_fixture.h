/* SPDX-License-Identifier: MIT */
/* One queue on a stopped clock, which the tests of jobs share. */
#ifndef FE_TESTS_EMULATE_JOBS_FIXTURE_H
#define FE_TESTS_EMULATE_JOBS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "emulate/state/jobs.h"
#include "http/loop.h"
#include "util/alloc.h"
#include "util/limits.h"
#include "util/spool.h"

struct fixture {
    struct fe_env env;
    struct fe_loop *loop;
    struct fe_settings settings;
    struct fe_jobs *jobs;
    struct fe_queue queue;
};

static inline int setup(void **state)
{
    struct fixture *f = fe_xalloc(sizeof(*f));
    fe_clock_init(&f->env.clock);
    fe_clock_freeze(&f->env.clock, INT64_C(1700000000000000000));
    fe_random_init_deterministic(&f->env.random, 7);
    f->loop = fe_loop_new();
    f->jobs = fe_jobs_new(&f->env, f->loop, &f->settings);
    fe_queue_init(&f->queue, f->jobs);
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;
    fe_queue_done(&f->queue);
    fe_jobs_free(f->jobs);
    fe_loop_free(f->loop);
    free(f);
    return 0;
}

static inline struct fe_job *submit(struct fixture *f)
{
    const struct fe_job_request request = {.query_type = FE_SLICE("f"), .query = FE_SLICE("{}")};
    struct fe_job *job = NULL;
    if (fe_queue_submit(&f->queue, &request, &job) != 0 || job == NULL) {
        abort();
    }
    return job;
}

static inline void succeed(struct fe_job *job, const char *bytes)
{
    static struct fe_spill spill;
    struct fe_spool *result =
        fe_spool_new(&spill, FE_LIMIT_RESULT_MEMORY_BYTES, FE_LIMIT_RESULT_BYTES);
    assert_int_equal(fe_spool_write(result, fe_slice_cstr(bytes)), 0);
    fe_job_succeed(job, result);
}

#endif
