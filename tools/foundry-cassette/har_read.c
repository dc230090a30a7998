/* SPDX-License-Identifier: MIT */
/* Browsers write archives of what they have seen after HTTP/2, content codings and caches were
 * taken off; here it becomes what an HTTP/1.1 server could have sent. */
#include "foundry-cassette/har_message.h"

#include "util/time_text.h"

const char *fe_har_loss_text(enum fe_har_loss loss)
{
    static const char *const texts[FE_HAR_LOSSES] = {
        [FE_HAR_SKIPPED] = "no exchange over HTTP (data:, blob:, a WebSocket): left out",
        [FE_HAR_NO_TIME] = "no startedDateTime: taken as following at once",
        [FE_HAR_NO_TIMINGS] = "no timings: taken as 0",
        [FE_HAR_HTTP2] = "HTTP/2 or HTTP/3: kept as HTTP/1.1",
        [FE_HAR_PSEUDO] = "pseudo fields (:authority and the like): left out",
        [FE_HAR_NO_HOST] = "no Host: taken from the URL",
        [FE_HAR_BAD_FIELD] = "a field that is none, or one too many: left out",
        [FE_HAR_SPLIT_FIELD] = "a field of several lines: made several fields",
        [FE_HAR_NO_LENGTH] = "a body whose end no field tells: Content-Length added",
        [FE_HAR_DECODED] = "content codings were taken off: the coded bytes are not known",
        [FE_HAR_BASE64] = "base64: taken off",
        [FE_HAR_BAD_BODY] = "a body that is no text and no base64: not kept",
        [FE_HAR_NO_BODY] = "a body that the archive does not have: not kept",
        [FE_HAR_PARAMETERS] = "a posted form as parameters only: written anew",
        [FE_HAR_CHARSET] = "a text that was not UTF-8: kept as UTF-8",
        [FE_HAR_NO_ANSWER] = "no answer (status 0): kept as a failure",
    };
    return texts[loss];
}

static int64_t us_of(const struct fe_json *timings, const char *name)
{
    double ms = fe_har_number(timings, name);
    return ms > 0 && ms < 1e12 ? (int64_t)(ms * 1000 + 0.5) : 0;
}

static void read_times(const struct fe_har_reading *reading, const struct fe_json *json,
                       struct fe_har_entry *entry)
{
    struct fe_json timings;
    struct fe_slice started = fe_har_string(reading, json, "startedDateTime");
    entry->has_time = fe_time_parse_any(started, &entry->time_ns) == 0;
    if (!entry->has_time) {
        fe_har_lose(reading, FE_HAR_NO_TIME);
    }
    if (!fe_json_member(json, "timings", &timings) || fe_har_number(&timings, "wait") < 0) {
        fe_har_lose(reading, FE_HAR_NO_TIMINGS);
        return;
    }
    entry->send_us = us_of(&timings, "send");
    entry->wait_us = us_of(&timings, "wait");
    entry->receive_us = us_of(&timings, "receive");
}

/* ── the request ── */

/* Divides a URL. False: it is none of HTTP. A name and a password before the host stay out of it.
 */
static bool read_url(const struct fe_har_reading *reading, struct fe_slice url,
                     struct fe_har_entry *entry, struct fe_slice *authority_out)
{
    size_t scheme = fe_slice_starts(url, FE_SLICE("https://"))  ? 8
                    : fe_slice_starts(url, FE_SLICE("http://")) ? 7
                                                                : 0;
    if (scheme == 0) {
        return false;
    }
    struct fe_slice rest = fe_slice_from(url, scheme);
    size_t end = 0;
    while (end < rest.len && !strchr("/?#", rest.ptr[end])) {
        end++;
    }
    struct fe_slice authority = {rest.ptr, end};
    for (size_t i = 0; i < end; i++) {
        authority =
            rest.ptr[i] == '@' ? (struct fe_slice){rest.ptr + i + 1, end - i - 1} : authority;
    }
    struct fe_slice target = fe_slice_from(rest, end);
    ptrdiff_t fragment = fe_slice_index(target, '#');
    target.len = fragment < 0 ? target.len : (size_t)fragment;
    entry->origin =
        fe_arena_printf(reading->arena, "%.*s" FE_PRI, (int)scheme, url.ptr, FE_ARG(authority));
    entry->request.head.target = target.len > 0 && target.ptr[0] == '/'
                                     ? target
                                     : fe_arena_printf(reading->arena, "/" FE_PRI, FE_ARG(target));
    *authority_out = authority;
    return authority.len > 0;
}

static bool read_request(const struct fe_har_reading *reading, const struct fe_json *json,
                         struct fe_har_entry *entry)
{
    struct fe_har_message *request = &entry->request;
    struct fe_slice authority = {NULL, 0};
    struct fe_json data;
    request->head.method = fe_har_string(reading, json, "method");
    if (!fe_har_is_field_name(request->head.method) ||
        !read_url(reading, fe_har_string(reading, json, "url"), entry, &authority)) {
        return false;
    }
    struct fe_slice target = fe_har_string(reading, json, "_target");
    request->head.target = target.len > 0 ? target : request->head.target;
    fe_har_read_version(reading, json, request);
    fe_har_read_fields(reading, json, request);
    if (fe_headers_count(&request->head.headers, FE_SLICE("Host")) == 0 &&
        request->head.minor_version == 1) {
        fe_har_lose(reading, FE_HAR_NO_HOST);
        fe_har_add_field(reading, request, FE_SLICE("Host"), authority);
    }
    if (fe_json_member(json, "postData", &data) && data.kind == FE_JSON_OBJECT) {
        fe_har_read_text(reading, &data, request);
        if (request->body.len == 0 && request->dropped.len == 0) {
            fe_har_read_parameters(reading, &data, request);
        }
    } else if (fe_har_number(json, "bodySize") > 0) {
        fe_har_drop(reading, request, FE_HAR_NO_BODY);
    }
    fe_har_settle_body(reading, json, false, request);
    return true;
}

/* ── the answer ── */

static const struct {
    struct fe_slice word; /* of what Chromium and Firefox say */
    enum fe_recorded_outcome outcome;
} failures[] = {
    {FE_SLICE_INIT("REFUSED"), FE_RECORDED_REFUSED},
    {FE_SLICE_INIT("NAME_NOT_RESOLVED"), FE_RECORDED_REFUSED},
    {FE_SLICE_INIT("UNREACHABLE"), FE_RECORDED_REFUSED},
    {FE_SLICE_INIT("TIMED_OUT"), FE_RECORDED_TIMEOUT},
    {FE_SLICE_INIT("CERT"), FE_RECORDED_TLS},
    {FE_SLICE_INIT("SSL"), FE_RECORDED_TLS},
    {FE_SLICE_INIT("ABORTED"), FE_RECORDED_CLIENT_ABORT},
};

static bool contains(struct fe_slice text, struct fe_slice word)
{
    for (; text.len >= word.len; text = fe_slice_from(text, 1)) {
        if (fe_slice_starts(text, word)) {
            return true;
        }
    }
    return false;
}

static void read_outcome(const struct fe_har_reading *reading, const struct fe_json *json,
                         const struct fe_json *response, struct fe_har_entry *entry)
{
    struct fe_slice word = fe_har_string(reading, json, "_outcome");
    struct fe_slice error = fe_har_string(reading, json, "_error");
    error = error.len > 0 ? error : fe_har_string(reading, response, "_error");
    entry->note = error;
    entry->outcome = entry->answered ? FE_RECORDED_OK : FE_RECORDED_RESET;
    if (fe_recorded_outcome_parse(word, &entry->outcome) == 0 || entry->answered) {
        return;
    }
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        if (contains(error, failures[i].word)) {
            entry->outcome = failures[i].outcome;
            return;
        }
    }
}

static bool has_no_body(const struct fe_har_entry *entry)
{
    int status = entry->response.head.status;
    return status == 204 || status == 304 ||
           fe_slice_eq(entry->request.head.method, FE_SLICE("HEAD"));
}

static void read_response(const struct fe_har_reading *reading, const struct fe_json *json,
                          struct fe_har_entry *entry)
{
    struct fe_har_message *response = &entry->response;
    struct fe_json content;
    double status = fe_har_number(json, "status");
    entry->answered = status >= 100 && status <= 999;
    if (!entry->answered) {
        fe_har_lose(reading, FE_HAR_NO_ANSWER);
        return;
    }
    response->head.status = (int)status;
    response->head.reason = fe_har_string(reading, json, "statusText");
    fe_har_read_version(reading, json, response);
    fe_har_read_fields(reading, json, response);
    if (has_no_body(entry)) {
        return;
    }
    bool has_content = fe_json_member(json, "content", &content) && content.kind == FE_JSON_OBJECT;
    if (has_content) {
        fe_har_read_text(reading, &content, response);
    }
    if (response->body.len == 0 && response->dropped.len == 0 &&
        (fe_har_number(json, "bodySize") > 0 ||
         (has_content && fe_har_number(&content, "size") > 0))) {
        fe_har_drop(reading, response, FE_HAR_NO_BODY);
    }
    fe_har_settle_body(reading, json, true, response);
}

bool fe_har_read(const struct fe_json *json, struct fe_arena *arena, uint64_t *losses,
                 struct fe_har_entry *entry_out)
{
    const struct fe_har_reading reading = {arena, losses};
    const struct fe_json nothing = {FE_JSON_OBJECT, FE_SLICE("{}")};
    struct fe_json request = nothing;
    struct fe_json response = nothing;
    *entry_out = (struct fe_har_entry){.note = FE_SLICE("")};
    (void)fe_json_member(json, "request", &request);
    (void)fe_json_member(json, "response", &response);
    if (!read_request(&reading, &request, entry_out)) {
        fe_har_lose(&reading, FE_HAR_SKIPPED);
        return false;
    }
    read_times(&reading, json, entry_out);
    read_response(&reading, &response, entry_out);
    read_outcome(&reading, json, &response, entry_out);
    return true;
}
