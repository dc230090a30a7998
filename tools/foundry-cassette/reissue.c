/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/reissue.h"

#include <string.h>

#include "cassette/library/library.h"
#include "foundry-cassette/body_view.h"
#include "message/method.h"

enum {
    BODY_BYTES_MAX = 64 << 20,
    PLACEHOLDER_MARK_BYTES = 16
};

static const struct fe_slice bearer = FE_SLICE_INIT("Bearer ");

static const struct {
    const char *text;
    const char *advice;
} skips[] = {
    [FE_SKIP_WRITE] = {"write", "--write METHOD:PATH names those that may be sent"},
    [FE_SKIP_POLL] = {"poll", "a poll would take a job away"},
    [FE_SKIP_UNANSWERED] = {"unanswered", "it was not recorded whole"},
    [FE_SKIP_TOKEN] = {"token", "it needs a bearer token: --bearer-file FILE, or FOUNDRY_TOKEN"},
    [FE_SKIP_SECRET] = {"secret", "it had a secret that was not recorded"},
    [FE_SKIP_KEPT] = {"kept", "its session keeps secrets, which are not sent elsewhere"},
};

const char *fe_skip_text(enum fe_skip skip)
{
    return skips[skip].text;
}

const char *fe_skip_advice(enum fe_skip skip)
{
    return skips[skip].advice;
}

/* ── the target ── */

/* Without scheme and authority, if it has them. */
static struct fe_slice origin_form(struct fe_slice target)
{
    ptrdiff_t colon = fe_slice_index(target, ':');
    if (colon <= 0 || target.ptr[0] == '/' ||
        !fe_slice_starts(fe_slice_from(target, (size_t)colon), FE_SLICE("://"))) {
        return target;
    }
    struct fe_slice rest = fe_slice_from(target, (size_t)colon + 3);
    ptrdiff_t slash = fe_slice_index(rest, '/');
    return slash >= 0 ? fe_slice_from(rest, (size_t)slash) : FE_SLICE("/");
}

static struct fe_slice path_of(struct fe_slice target)
{
    ptrdiff_t question = fe_slice_index(target, '?');
    target.len = question < 0 ? target.len : (size_t)question;
    return target;
}

/* ── what may be sent ── */

static bool split_write(const char *word, struct fe_slice *method_out, struct fe_slice *pattern_out)
{
    struct fe_slice text = {word, strlen(word)};
    ptrdiff_t colon = fe_slice_index(text, ':');
    if (colon <= 0) {
        return false;
    }
    *method_out = (struct fe_slice){text.ptr, (size_t)colon};
    *pattern_out = fe_slice_from(text, (size_t)colon + 1);
    return fe_slice_starts(*pattern_out, FE_SLICE("/"));
}

const char *fe_reissue_check_write(const char *word)
{
    struct fe_slice method;
    struct fe_slice pattern;
    return split_write(word, &method, &pattern)
               ? NULL
               : "expected METHOD:PATH, such as POST:/api/v2/ontologies/*/objectSets/loadObjects";
}

static bool is_write(const struct fe_frame_head *request)
{
    enum fe_method method = fe_method_parse(request->method);
    return method != FE_GET && method != FE_HEAD && method != FE_OPTIONS;
}

static bool is_named(const struct fe_words *writes, const struct fe_frame_head *request)
{
    struct fe_slice path = path_of(origin_form(request->target));
    for (size_t i = 0; i < writes->count; i++) {
        struct fe_slice method;
        struct fe_slice pattern;
        if (split_write(writes->items[i], &method, &pattern) &&
            fe_slice_eq(method, request->method) && fe_match_path(pattern, path)) {
            return true;
        }
    }
    return false;
}

static bool is_whole(const struct fe_exchange *exchange)
{
    return exchange->recorded->ended && exchange->answered &&
           exchange->end.outcome == FE_RECORDED_OK && exchange->end.request.dropped.len == 0 &&
           exchange->end.response.dropped.len == 0;
}

static size_t word_length(struct fe_slice text, const char *marks)
{
    size_t len = 0;
    while (len < text.len) {
        char c = text.ptr[len];
        bool is_alphanumeric =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_alphanumeric && (c == '\0' || strchr(marks, c) == NULL)) {
            break;
        }
        len++;
    }
    return len;
}

/* "fe~KIND~" and 16 characters or more (cassettes/README.md). */
static bool starts_with_placeholder(struct fe_slice text)
{
    static const struct fe_slice prefix = FE_SLICE_INIT("fe~");
    if (!fe_slice_starts(text, prefix)) {
        return false;
    }
    text = fe_slice_from(text, prefix.len);
    size_t kind = word_length(text, "_-");
    return kind > 0 && kind < text.len && text.ptr[kind] == '~' &&
           word_length(fe_slice_from(text, kind + 1), "") >= PLACEHOLDER_MARK_BYTES;
}

static bool has_placeholder(struct fe_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (starts_with_placeholder(fe_slice_from(text, i))) {
            return true;
        }
    }
    return false;
}

/* ── fields ── */

/* What the body was decoded from is not said of it any more. */
static bool is_kept(const struct fe_exchange *exchange, const struct fe_header *field)
{
    return exchange->end.request.decoded.len == 0 ||
           !fe_slice_eq_nocase(field->name, FE_SLICE("Content-Encoding"));
}

static bool is_authorization(const struct fe_header *field)
{
    return fe_slice_eq_nocase(field->name, FE_SLICE("Authorization"));
}

static bool is_bearer(const struct fe_header *field)
{
    struct fe_slice scheme = {field->value.ptr, bearer.len};
    return is_authorization(field) && field->value.len > bearer.len &&
           fe_slice_eq_nocase(scheme, bearer);
}

/* False: why not. */
static bool put_bearer(const struct fe_reissue *reissue, const struct fe_exchange *exchange,
                       struct fe_header *field, struct fe_arena *arena, enum fe_skip *skip_out)
{
    if (exchange->response.status == 401) {
        return true;
    }
    *skip_out = FE_SKIP_TOKEN;
    field->value = fe_arena_printf(arena, FE_PRI FE_PRI, FE_ARG(bearer), FE_ARG(reissue->token));
    return reissue->token.len > 0;
}

static bool put_fields(const struct fe_reissue *reissue, const struct fe_exchange *exchange,
                       struct fe_arena *arena, struct fe_headers *headers, enum fe_skip *skip_out)
{
    const struct fe_headers *recorded = &exchange->request.headers;
    for (size_t i = 0; i < recorded->count; i++) {
        struct fe_header field = recorded->items[i];
        if (is_bearer(&field)) {
            if (!put_bearer(reissue, exchange, &field, arena, skip_out)) {
                return false;
            }
        } else if (is_authorization(&field) || has_placeholder(field.value)) {
            *skip_out = FE_SKIP_SECRET;
            return false;
        }
        if (is_kept(exchange, &field)) {
            (void)fe_headers_add(headers, arena, field.name, field.value);
        }
    }
    return true;
}

/* ── together ── */

static bool may_be_sent(const struct fe_reissue *reissue, const struct fe_exchange *exchange,
                        enum fe_skip *skip_out)
{
    const struct fe_frame_head *request = &exchange->request;
    size_t session = exchange->recorded->session;
    if (!is_whole(exchange)) {
        *skip_out = FE_SKIP_UNANSWERED;
    } else if (is_write(request) && !is_named(reissue->writes, request)) {
        *skip_out = FE_SKIP_WRITE;
    } else if (fe_library_is_poll(request)) {
        *skip_out = FE_SKIP_POLL;
    } else if (reissue->input->index.sessions[session].redaction.secrets_kept) {
        *skip_out = FE_SKIP_KEPT;
    } else {
        return true;
    }
    return false;
}

static struct fe_slice body_of(const struct fe_reissue *reissue, const struct fe_exchange *exchange,
                               struct fe_arena *arena)
{
    struct fe_buf body;
    fe_buf_init(&body, BODY_BYTES_MAX);
    fe_body_read(reissue->input, exchange, FE_BODY_REQUEST, false, &body);
    struct fe_slice copy = fe_arena_copy(arena, fe_buf_slice(&body));
    fe_buf_done(&body);
    return copy;
}

bool fe_reissue_make(const struct fe_reissue *reissue, const struct fe_exchange *exchange,
                     struct fe_arena *arena, struct fe_fetch_request *request_out,
                     enum fe_skip *skip_out)
{
    struct fe_headers *headers = fe_arena_alloc(arena, sizeof(*headers));
    if (!may_be_sent(reissue, exchange, skip_out) ||
        !put_fields(reissue, exchange, arena, headers, skip_out)) {
        return false;
    }
    *request_out = (struct fe_fetch_request){
        .method = exchange->request.method,
        .target = origin_form(exchange->request.target),
        .headers = headers,
        .body = body_of(reissue, exchange, arena),
    };
    *skip_out = FE_SKIP_SECRET;
    return !has_placeholder(request_out->target) && !has_placeholder(request_out->body);
}
