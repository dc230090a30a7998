/* SPDX-License-Identifier: MIT */
/* Reads the members of a request's JSON body. The first mistake is kept as a sentence, so that a
 * handler may ask for all it needs and look once:
 *
 *     fe_json_body_open(&body, x);
 *     fe_json_body_required(&body, "runtimeId", &id);
 *     if (body.problem) {
 *         return fe_reply_invalid_argument(x, body.problem);
 *     } */
#ifndef FE_EMULATE_STATE_JSON_BODY_H
#define FE_EMULATE_STATE_JSON_BODY_H

#include "emulate/state/job.h"
#include "http/exchange.h"
#include "util/json.h"

struct fe_json_body {
    struct fe_json object;
    struct fe_arena *arena; /* the exchange's */
    const char *problem;    /* NULL: none so far */
};

/* The body must be a JSON object. */
void fe_json_body_open(struct fe_json_body *body, struct fe_exchange *x);

/* A string, borrowed from the exchange. *text_out is untouched when the member is absent or null.
 */
void fe_json_body_text(struct fe_json_body *body, const char *name, struct fe_slice *text_out);

/* The same; and it must be there, and not be empty. */
void fe_json_body_required(struct fe_json_body *body, const char *name, struct fe_slice *text_out);

/* A member's own text, whatever it is; *json_out is untouched when it is absent. */
void fe_json_body_raw(struct fe_json_body *body, const char *name, struct fe_slice *json_out);

/* queryType, and query: {} when absent, as the caller wrote it when not. */
void fe_json_body_query(struct fe_json_body *body, struct fe_job_request *request);

/* Answers that fe_queue_submit() would not have the job. */
int fe_reply_job_refused(struct fe_exchange *x, int error);

#endif
