/* SPDX-License-Identifier: MIT */
#include "record/fetch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/curl_library.h"
#include "util/alloc.h"

struct fe_fetcher {
    struct fe_curl_library curl;
    CURL *easy;
    struct fe_fetcher_options options;
    char *origin;
    char *ca_file;
    struct fe_buf body;
    char error[CURL_ERROR_SIZE];
};

/* An answer as it comes. */
struct taking {
    struct fe_fetcher *fetcher;
    struct fe_arena *arena;
    struct fe_fetch_answer *answer;
    bool head_ended; /* what fields follow are trailers */
};

int fe_fetcher_new(const struct fe_fetcher_options *options, struct fe_fetcher **fetcher_out,
                   struct fe_errors *errors)
{
    struct fe_fetcher *fetcher = fe_xalloc(sizeof(*fetcher));
    int r = fe_curl_library_open(&fetcher->curl, errors);
    if (r < 0) {
        free(fetcher);
        return r;
    }
    fetcher->easy = fetcher->curl.easy_init();
    if (fetcher->easy == NULL) {
        fe_errors_add(errors, "libcurl does not start");
        fe_curl_library_close(&fetcher->curl);
        free(fetcher);
        return -ENOENT;
    }
    fetcher->options = *options;
    fetcher->origin = fe_xstrdup(fe_slice_cstr(options->origin));
    fetcher->ca_file = options->ca_file ? fe_xstrdup(fe_slice_cstr(options->ca_file)) : NULL;
    fe_buf_init(&fetcher->body, FE_FETCH_BODY_BYTES);
    *fetcher_out = fetcher;
    return 0;
}

void fe_fetcher_free(struct fe_fetcher *fetcher)
{
    if (fetcher) {
        fetcher->curl.easy_cleanup(fetcher->easy);
        fe_curl_library_close(&fetcher->curl);
        fe_buf_done(&fetcher->body);
        free(fetcher->origin);
        free(fetcher->ca_file);
        free(fetcher);
    }
}

/* ── the request ── */

/* Whether a field is libcurl's to make. */
static bool is_made(struct fe_slice name)
{
    static const struct fe_slice names[] = {
        FE_SLICE_INIT("Host"),
        FE_SLICE_INIT("Content-Length"),
        FE_SLICE_INIT("Transfer-Encoding"),
        FE_SLICE_INIT("Trailer"),
        FE_SLICE_INIT("TE"),
        FE_SLICE_INIT("Expect"),
        FE_SLICE_INIT("Connection"),
        FE_SLICE_INIT("Keep-Alive"),
        FE_SLICE_INIT("Upgrade"),
        FE_SLICE_INIT("Proxy-Connection"),
        FE_SLICE_INIT("Proxy-Authorization"),
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (fe_slice_eq_nocase(name, names[i])) {
            return true;
        }
    }
    return false;
}

/* libcurl only reads such a list, so it may lie in the arena. */
struct field_list {
    struct curl_slist *first;
    struct curl_slist *last;
    struct fe_arena *arena;
};

static void add_line(struct field_list *list, struct fe_slice line)
{
    struct curl_slist *item = fe_arena_alloc(list->arena, sizeof(*item));
    item->data = fe_arena_alloc(list->arena, line.len + 1);
    memcpy(item->data, line.ptr, line.len);
    if (list->last) {
        list->last->next = item;
    } else {
        list->first = item;
    }
    list->last = item;
}

/* A field without a value has a semicolon for its colon, or libcurl would leave it out; one that
 * nobody has asked for has nothing behind its colon, or libcurl would send its own. */
static struct curl_slist *list_fields(const struct fe_headers *headers, struct fe_arena *arena)
{
    static const char *const unwanted[] = {"Accept", "Content-Type", "User-Agent"};
    struct field_list list = {.arena = arena};
    for (size_t i = 0; i < headers->count; i++) {
        const struct fe_header *field = &headers->items[i];
        if (!is_made(field->name)) {
            const char *colon = field->value.len > 0 ? ": " : ";";
            add_line(&list, fe_arena_printf(arena, FE_PRI "%s" FE_PRI, FE_ARG(field->name), colon,
                                            FE_ARG(field->value)));
        }
    }
    for (size_t i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++) {
        if (fe_headers_count(headers, fe_slice_cstr(unwanted[i])) == 0) {
            add_line(&list, fe_arena_printf(arena, "%s:", unwanted[i]));
        }
    }
    add_line(&list, FE_SLICE("Expect:"));
    return list.first;
}

/* ── the answer ── */

static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
    struct taking *taking = arg;
    return fe_buf_append(&taking->fetcher->body, bytes, size * count) == 0 ? size * count : 0;
}

static int take_field(struct taking *taking, struct fe_slice line)
{
    ptrdiff_t colon = fe_slice_index(line, ':');
    if (colon <= 0 || line.ptr[0] == ' ' || line.ptr[0] == '\t') {
        return 0;
    }
    line = fe_arena_copy(taking->arena, line);
    struct fe_slice name = {line.ptr, (size_t)colon};
    struct fe_slice value = fe_slice_trim(fe_slice_from(line, name.len + 1));
    return fe_headers_add(&taking->answer->headers, taking->arena, name, value);
}

/* Called with each line. A status line begins a head, and so drops an interim answer's. */
static size_t on_head(char *bytes, size_t size, size_t count, void *arg)
{
    struct taking *taking = arg;
    struct fe_slice line = {bytes, size * count};
    while (line.len > 0 && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r')) {
        line.len--;
    }
    if (fe_slice_starts(line, FE_SLICE("HTTP/"))) {
        taking->answer->headers = (struct fe_headers){NULL, 0, 0};
        taking->head_ended = false;
    } else if (line.len == 0) {
        taking->head_ended = true;
    } else if (!taking->head_ended && take_field(taking, line) < 0) {
        return 0;
    }
    return size * count;
}

/* ── together ── */

static CURLcode set_connection(const struct fe_fetcher *fetcher)
{
    const struct fe_curl_library *curl = &fetcher->curl;
    CURL *easy = fetcher->easy;
    long verify = fetcher->options.insecure ? 0L : 1L;
    CURLcode r = curl->easy_setopt(easy, CURLOPT_URL, fetcher->origin);
    r |= curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    r |= curl->easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    r |= curl->easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
    r |= curl->easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    r |= curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    r |= curl->easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)fetcher->options.timeout_ms);
    r |= curl->easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify);
    r |= curl->easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2 * verify);
    r |= curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, fetcher->error);
    if (fetcher->ca_file) {
        r |= curl->easy_setopt(easy, CURLOPT_CAINFO, fetcher->ca_file);
        r |= curl->easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    return r;
}

static CURLcode set_request(const struct fe_fetcher *fetcher,
                            const struct fe_fetch_request *request, struct fe_arena *arena)
{
    const struct fe_curl_library *curl = &fetcher->curl;
    CURL *easy = fetcher->easy;
    CURLcode r = CURLE_OK;
    if (request->body.len > 0 ||
        fe_headers_count(request->headers, FE_SLICE("Content-Length")) > 0) {
        r |= curl->easy_setopt(easy, CURLOPT_POSTFIELDS,
                               request->body.len > 0 ? request->body.ptr : "");
        r |= curl->easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
    } else if (fe_slice_eq(request->method, FE_SLICE("HEAD"))) {
        r |= curl->easy_setopt(easy, CURLOPT_NOBODY, 1L);
    }
    r |= curl->easy_setopt(easy, CURLOPT_CUSTOMREQUEST, fe_arena_copy(arena, request->method).ptr);
    r |= curl->easy_setopt(easy, CURLOPT_REQUEST_TARGET, fe_arena_copy(arena, request->target).ptr);
    r |= curl->easy_setopt(easy, CURLOPT_HTTPHEADER, list_fields(request->headers, arena));
    return r;
}

static CURLcode set_answer(const struct fe_fetcher *fetcher, struct taking *taking)
{
    const struct fe_curl_library *curl = &fetcher->curl;
    CURL *easy = fetcher->easy;
    CURLcode r = curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    r |= curl->easy_setopt(easy, CURLOPT_WRITEDATA, taking);
    r |= curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head);
    r |= curl->easy_setopt(easy, CURLOPT_HEADERDATA, taking);
    return r;
}

static int error_of(const struct fe_fetcher *fetcher, CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return 0;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
        return -ECONNREFUSED;
    case CURLE_OPERATION_TIMEDOUT:
        return -ETIMEDOUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return -EPROTO;
    case CURLE_URL_MALFORMAT:
        return -EINVAL;
    default:
        return fetcher->body.error ? fetcher->body.error : -ECONNRESET;
    }
}

static void explain(const struct fe_fetcher *fetcher, CURLcode code, char *why)
{
    const char *text =
        fetcher->error[0] != '\0' ? fetcher->error : fetcher->curl.easy_strerror(code);
    if (fetcher->body.error == -E2BIG) {
        (void)snprintf(why, FE_FETCH_WHY_BYTES, "Its body has more than %d MiB.",
                       FE_FETCH_BODY_BYTES >> 20);
    } else {
        (void)snprintf(why, FE_FETCH_WHY_BYTES, "%s.", text);
    }
}

int fe_fetch(struct fe_fetcher *fetcher, const struct fe_fetch_request *request,
             struct fe_arena *arena, struct fe_fetch_answer *answer_out, char *why)
{
    const struct fe_curl_library *curl = &fetcher->curl;
    struct taking taking = {.fetcher = fetcher, .arena = arena, .answer = answer_out};
    long status = 0;
    *answer_out = (struct fe_fetch_answer){.status = 0};
    fe_buf_clear(&fetcher->body);
    fetcher->error[0] = '\0';
    curl->easy_reset(fetcher->easy); /* its connection stays */
    CURLcode code = set_connection(fetcher);
    code |= set_request(fetcher, request, arena);
    code |= set_answer(fetcher, &taking);
    if (code == CURLE_OK) {
        code = curl->easy_perform(fetcher->easy);
    }
    if (code != CURLE_OK) {
        explain(fetcher, code, why);
        return error_of(fetcher, code);
    }
    (void)curl->easy_getinfo(fetcher->easy, CURLINFO_RESPONSE_CODE, &status);
    answer_out->status = (int)status;
    answer_out->body = fe_buf_slice(&fetcher->body);
    return 0;
}
