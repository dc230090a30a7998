/* SPDX-License-Identifier: MIT */
#include "emulate/state/json_body.h"

#include <errno.h>

#include "http/reply.h"

static void complain(struct fe_json_body *body, const char *name, const char *what)
{
    if (body->problem == NULL) {
        body->problem = fe_arena_printf(body->arena, "%s %s", name, what).ptr;
    }
}

void fe_json_body_open(struct fe_json_body *body, struct fe_exchange *x)
{
    size_t offset = 0;
    *body = (struct fe_json_body){.arena = fe_exchange_arena(x)};
    int r = fe_json_parse(fe_exchange_body(x), &body->object, &offset);
    if (r == -E2BIG) {
        complain(body, "The body", "is nested too deep.");
    } else if (r < 0) {
        body->problem =
            fe_arena_printf(body->arena, "The body is not JSON: see byte %zu.", offset).ptr;
    } else if (body->object.kind != FE_JSON_OBJECT) {
        complain(body, "The body", "must be a JSON object.");
    }
}

void fe_json_body_text(struct fe_json_body *body, const char *name, struct fe_slice *text_out)
{
    struct fe_json member;
    if (body->problem || !fe_json_member(&body->object, name, &member) ||
        member.kind == FE_JSON_NULL) {
        return;
    }
    int r = fe_json_string(&member, body->arena, text_out);
    if (r == -EILSEQ) {
        complain(body, name, "escapes half a surrogate pair.");
    } else if (r < 0) {
        complain(body, name, "must be a string.");
    }
}

void fe_json_body_required(struct fe_json_body *body, const char *name, struct fe_slice *text_out)
{
    struct fe_slice text = FE_SLICE("");
    fe_json_body_text(body, name, &text);
    if (text.len == 0) {
        complain(body, name, "is required.");
    }
    *text_out = text;
}

void fe_json_body_raw(struct fe_json_body *body, const char *name, struct fe_slice *json_out)
{
    struct fe_json member;
    if (body->problem == NULL && fe_json_member(&body->object, name, &member)) {
        *json_out = member.text;
    }
}

void fe_json_body_query(struct fe_json_body *body, struct fe_job_request *request)
{
    fe_json_body_required(body, "queryType", &request->query_type);
    request->query = FE_SLICE("{}");
    fe_json_body_raw(body, "query", &request->query);
}

int fe_reply_job_refused(struct fe_exchange *x, int error)
{
    static const struct fe_api_error full = {429, "TOO_MANY_REQUESTS", "Default:TooManyRequests",
                                             "Too many jobs wait for this compute module."};
    static const struct fe_api_error no_memory = {503, "INTERNAL", "Default:Internal",
                                                  "There is no memory for this job."};
    return fe_reply_error(x, error == -ENOBUFS ? &full : &no_memory, NULL);
}
