/* SPDX-License-Identifier: MIT */
/* What a job's way consists of: runtimes that are made known, a caller's execute, a module's poll
 * and its result, each of them a request whose answer the caller of these functions waits for. */
#ifndef FE_BENCH_JOB_CLIENT_H
#define FE_BENCH_JOB_CLIENT_H

#include <stddef.h>

#include "client.h"

/* What a module shows, as a literal. */
#define JOB_MODULE_TOKEN "bench-token"

enum {
    JOB_ID_BYTES = 64
};

/* Makes `count` runtimes known, with a deployed app each: 0, 1, and so on. */
void job_runtimes(struct client *client, size_t count);

/* Asks for the app of this runtime to run a job whose query is a number. 200: its result. */
void job_execute(struct client *client, size_t runtime, size_t number);

/* The same, without waiting for a result. 200: its id. */
void job_submit(struct client *client, size_t runtime, size_t number);

/* Asks for a job of the runtime. 200: a job; 204: none, for as long as it was held. */
void job_poll(struct client *client, size_t runtime);

/* Takes apart what a poll was answered: the job's id, and the number. */
size_t job_read(const char *body, char job_id[JOB_ID_BYTES]);

/* Where the result of a job goes. */
void job_result_path(size_t runtime, const char *job_id, char *path, size_t size);

/* Posts the number as the job's result. 204. */
void job_post(struct client *client, size_t runtime, const char *job_id, size_t number);

/* Ends the program if this body is not what was posted for the number. */
void job_check(const char *body, size_t number);

#endif
