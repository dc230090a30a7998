/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/diff_run.h"

#include <inttypes.h>

#include "cassette/redact/coding.h"
#include "foundry-cassette/body_view.h"
#include "foundry-cassette/drift_compare.h"

struct running {
    const struct fe_diff *diff;
    struct fe_diff_report *report;
    struct fe_fetcher *fetcher;
    struct fe_rules *rules;
    struct fe_redactor *redactor;
    struct fe_arena *arena; /* of the exchange at hand */
};

/* ── two answers ── */

static struct fe_slice content_type(const struct fe_headers *headers)
{
    struct fe_slice type = FE_SLICE("");
    (void)fe_headers_get(headers, FE_SLICE("Content-Type"), &type);
    return type;
}

/* In the arena; what cannot be decoded stays as it is. */
static struct fe_slice decoded(const struct running *running, const struct fe_fetch_answer *answer)
{
    struct fe_slice codings = {NULL, 0};
    struct fe_slice body = answer->body;
    struct fe_buf out;
    if (!fe_headers_get(&answer->headers, FE_SLICE("Content-Encoding"), &codings)) {
        return body;
    }
    fe_buf_init(&out, FE_FETCH_BODY_BYTES);
    if (fe_decode_content(codings, body, &out) == 0) {
        body = fe_arena_copy(running->arena, fe_buf_slice(&out));
    }
    fe_buf_done(&out);
    return body;
}

/* What is a secret in the live traffic is known before anything is told of it. */
static void feed_redactor(const struct running *running, const struct fe_fetch_request *request,
                          const struct fe_fetch_answer *answer, const struct fe_drift_side *live)
{
    const struct fe_frame_head asked = {
        .method = request->method,
        .target = request->target,
        .headers = *request->headers,
    };
    const struct fe_frame_head answered = {.status = answer->status, .headers = answer->headers};
    (void)fe_redactor_head(running->redactor, &asked, running->arena);
    (void)fe_redactor_head(running->redactor, &answered, running->arena);
    (void)fe_redactor_body_text(running->redactor, live->content_type, live->body, running->arena);
}

static void compare(const struct running *running, const struct fe_exchange *exchange,
                    const struct fe_fetch_request *request, const struct fe_fetch_answer *answer)
{
    const struct fe_diff *diff = running->diff;
    struct fe_buf body;
    fe_buf_init(&body, FE_FETCH_BODY_BYTES);
    fe_body_read(diff->input, exchange, FE_BODY_RESPONSE, true, &body);
    const struct fe_drift_side recorded = {
        .status = exchange->response.status,
        .content_type = content_type(&exchange->response.headers),
        .body = fe_buf_slice(&body),
    };
    const struct fe_drift_side live = {
        .status = answer->status,
        .content_type = content_type(&answer->headers),
        .body = decoded(running, answer),
    };
    feed_redactor(running, request, answer, &live);
    const struct fe_comparison comparison = {
        .seq = exchange->recorded->seq,
        .method = exchange->request.method,
        .target = fe_redactor_text(running->redactor, exchange->request.target, running->arena),
        .values = diff->values.items,
        .value_count = diff->values.count,
        .redactor = running->redactor,
        .rules = running->rules,
        .random = &diff->tool->env->random,
        .drifts = &running->report->drifts,
    };
    fe_drift_compare(&comparison, &recorded, &live);
    fe_buf_done(&body);
}

/* ── one exchange after the other ── */

static void say_failure(const struct running *running, const struct fe_exchange *exchange,
                        const char *why)
{
    const struct fe_diff *diff = running->diff;
    fe_tool_complain(diff->tool, "%s: %s (exchange %" PRIu64 ")", running->report->against, why,
                     exchange->recorded->seq);
    running->report->failure = fe_arena_copy(&running->report->drifts.arena, fe_slice_cstr(why));
}

static int run_one(const struct running *running, size_t at)
{
    const struct fe_diff *diff = running->diff;
    const struct fe_reissue reissue = {diff->input, &diff->writes, diff->token};
    struct fe_exchange exchange;
    struct fe_fetch_request request;
    struct fe_fetch_answer answer;
    enum fe_skip skip = FE_SKIPS;
    char why[FE_FETCH_WHY_BYTES] = "";
    fe_exchange_read(diff->input, at, running->arena, &exchange);
    if (!fe_reissue_make(&reissue, &exchange, running->arena, &request, &skip)) {
        running->report->skipped[skip]++;
        return FE_TOOL_OK;
    }
    if (fe_fetch(running->fetcher, &request, running->arena, &answer, why) < 0) {
        say_failure(running, &exchange, why);
        return FE_TOOL_FAILED;
    }
    running->report->compared++;
    compare(running, &exchange, &request, &answer);
    return FE_TOOL_OK;
}

static int run_all(struct running *running)
{
    int status = FE_TOOL_OK;
    for (size_t i = 0; i < running->diff->input->index.count && status == FE_TOOL_OK; i++) {
        struct fe_arena arena = {NULL};
        running->arena = &arena;
        status = run_one(running, i);
        fe_arena_done(&arena);
        running->arena = NULL;
    }
    return status;
}

/* ── what it takes ── */

static void begin_redaction(struct running *running)
{
    const struct fe_index *index = &running->diff->input->index;
    struct fe_frame_redaction all = {.version = FE_RULES_VERSION};
    struct fe_arena arena = {NULL};
    for (size_t i = 0; i < index->session_count; i++) {
        fe_redaction_join(&all, &index->sessions[i].redaction, &arena);
    }
    running->rules = fe_rules_new(&all);
    running->redactor = fe_redactor_new(&all, &running->diff->tool->env->random);
    fe_arena_done(&arena);
}

static int begin_fetching(struct running *running)
{
    struct fe_errors errors;
    fe_errors_init(&errors);
    int r = fe_fetcher_new(&running->diff->server, &running->fetcher, &errors);
    if (r < 0) {
        struct fe_slice line = fe_buf_slice(&errors.text);
        line.len -= line.len > 0; /* its end */
        fe_tool_complain(running->diff->tool, FE_PRI, FE_ARG(line));
    }
    fe_errors_done(&errors);
    return r < 0 ? FE_TOOL_FAILED : FE_TOOL_OK;
}

int fe_diff_run(const struct fe_diff *diff, struct fe_diff_report *report)
{
    struct running running = {.diff = diff, .report = report};
    int status = begin_fetching(&running);
    if (status != FE_TOOL_OK) {
        return status;
    }
    begin_redaction(&running);
    status = run_all(&running);
    fe_redactor_free(running.redactor);
    fe_rules_free(running.rules);
    fe_fetcher_free(running.fetcher);
    return status;
}
