/* SPDX-License-Identifier: MIT */
/* Requests made canonical. One request is spelled in another way that means the same: characters of
 * the path, the query and the form escaped or not, pairs of other names in another order, JSON with
 * other space, other escapes, members in another order and numbers written otherwise. The keys are
 * equal. Then one thing in it is changed, and they are not. Whatever the requests, keys are equal
 * just if no part differs.
 *
 * The input is a byte that says what is to be changed, four that seed the spelling, and lines:
 * path, query, field, content type; and the body. */
#include <assert.h>

#include "canonical_spelling.h"
#include "cassette/match/canonical.h"
#include "fuzz.h"
#include "util/buf.h"
#include "util/json.h"
#include "util/secret.h"

enum body_kind {
    BODY_BYTES,
    BODY_JSON,
    BODY_FORM
};

enum change {
    CHANGE_METHOD,
    CHANGE_PATH,
    CHANGE_QUERY,
    CHANGE_FIELD,
    CHANGE_BODY,
    CHANGES
};

struct request {
    struct fe_slice method;
    struct fe_slice path;
    struct fe_slice query;
    struct fe_slice accept;
    struct fe_slice type;
    struct fe_slice body;
};

static struct fe_canonical canonical_of(const struct fe_match_options *options,
                                        const struct request *request, struct fe_arena *arena)
{
    struct fe_canonical canonical;
    struct fe_frame_head head = {
        .method = request->method,
        .target = fe_arena_printf(arena, FE_PRI "%s" FE_PRI, FE_ARG(request->path),
                                  request->query.len > 0 ? "?" : "", FE_ARG(request->query))};
    (void)fe_headers_add(&head.headers, arena, FE_SLICE("Accept"), request->accept);
    (void)fe_headers_add(&head.headers, arena, FE_SLICE("Content-Type"), request->type);
    fe_canonical_make(options, &head, request->body, arena, &canonical);
    return canonical;
}

/* Their keys and their parts must agree on it. */
static bool is_same(const struct fe_match_options *options, const struct request *a,
                    const struct request *b, struct fe_arena *arena)
{
    unsigned char keys[2][FE_CANONICAL_KEY_BYTES];
    struct fe_difference none;
    struct fe_canonical ours = canonical_of(options, a, arena);
    struct fe_canonical theirs = canonical_of(options, b, arena);
    struct fe_hasher *hasher = fe_hasher_new();
    fe_canonical_key(&ours, hasher, keys[0]);
    fe_canonical_key(&theirs, hasher, keys[1]);
    fe_hasher_free(hasher);
    bool same = memcmp(keys[0], keys[1], FE_CANONICAL_KEY_BYTES) == 0;
    assert(same == (fe_canonical_compare(&ours, &theirs, &none, 0) == 0));
    return same;
}

/* ── from the input ── */

/* Without what a target cannot have. */
static struct fe_slice clean(struct fe_slice text, const char *also, struct fe_arena *arena)
{
    char *bytes = fe_arena_alloc(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool escape = c == '%' && i + 2 < text.len && fe_hex_digit(text.ptr[i + 1]) >= 0 &&
                      fe_hex_digit(text.ptr[i + 2]) >= 0;
        bool bad = c <= ' ' || c >= 0x7f || strchr(also, c) || (c == '%' && !escape);
        bytes[i] = (char)(bad ? '_' : c);
    }
    return (struct fe_slice){bytes, text.len};
}

static struct request read_request(struct fe_slice input, struct fe_arena *arena)
{
    struct fe_slice lines[4] = {FE_SLICE(""), FE_SLICE(""), FE_SLICE(""), FE_SLICE("")};
    for (size_t i = 0; i < 4; i++) {
        (void)fe_slice_split(&input, '\n', &lines[i]);
    }
    struct fe_slice path = clean(lines[0], "?#", arena);
    return (struct request){
        .method = FE_SLICE("POST"),
        .path = fe_arena_printf(arena, "/" FE_PRI, FE_ARG(path)),
        .query = clean(lines[1], "#", arena),
        .accept = fe_slice_trim(clean(lines[2], "", arena)),
        .type = clean(lines[3], "", arena),
        .body = input,
    };
}

static enum body_kind kind_of(const struct request *request, struct fe_arena *arena,
                              struct fe_json *json_out)
{
    if (fe_slice_eq(request->type, FE_SLICE("application/json")) &&
        fe_json_parse(request->body, json_out, NULL) == 0 && spelling_knows(json_out, arena)) {
        return BODY_JSON;
    }
    return fe_slice_eq(request->type, FE_SLICE("application/x-www-form-urlencoded")) ? BODY_FORM
                                                                                     : BODY_BYTES;
}

/* ── the properties ── */

static struct request spelled(const struct request *request, struct spelling *spelling)
{
    struct request other = *request;
    struct fe_json json;
    other.path = spell_path(spelling, request->path);
    other.query = spell_pairs(spelling, request->query);
    switch (kind_of(request, spelling->arena, &json)) {
    case BODY_JSON:
        other.body = spell_json(spelling, &json);
        break;
    case BODY_FORM:
        other.body = spell_pairs(spelling, request->body);
        break;
    default:
        break;
    }
    return other;
}

static struct fe_slice joined(const char *before, struct fe_slice text, const char *behind,
                              struct fe_arena *arena)
{
    struct fe_buf buf;
    fe_buf_init(&buf, text.len + 16);
    (void)fe_buf_puts(&buf, before);
    (void)fe_buf_put(&buf, text);
    (void)fe_buf_puts(&buf, behind);
    struct fe_slice copy = fe_arena_copy(arena, fe_buf_slice(&buf));
    fe_buf_done(&buf);
    return copy;
}

static void change_body(struct request *request, struct spelling *spelling, struct fe_arena *arena)
{
    struct fe_json json;
    switch (kind_of(request, arena, &json)) {
    case BODY_JSON:
        spelling->changes = true;
        request->body = spell_json(spelling, &json);
        if (spelling->changes) { /* there is no scalar in it */
            request->body = joined("[", request->body, "]", arena);
        }
        break;
    case BODY_FORM:
        request->body = joined("", request->body, "&x=y", arena);
        break;
    default: /* as bytes, whatever they were */
        request->type = FE_SLICE("text/plain");
        request->body = joined("", request->body, "x", arena);
    }
}

static struct request changed(const struct request *request, enum change change,
                              struct spelling *spelling, struct fe_arena *arena)
{
    struct request other = *request;
    switch (change) {
    case CHANGE_METHOD:
        other.method = FE_SLICE("PUT");
        break;
    case CHANGE_PATH:
        other.path = joined("", request->path, "x", arena);
        break;
    case CHANGE_QUERY:
        other.query = joined("", request->query, "&x=y", arena);
        break;
    case CHANGE_FIELD:
        other.accept = joined("", request->accept, "x", arena);
        break;
    default:
        change_body(&other, spelling, arena);
    }
    return other;
}

static void check(enum change change, struct spelling *spelling, const struct request *request,
                  const struct fe_rules *rules, struct fe_arena *arena)
{
    const struct fe_match_options strict = {.profile = FE_MATCH_STRICT};
    const struct fe_match_options guarded = {.profile = FE_MATCH_LENIENT, .secrets = rules};
    const struct fe_match_options path_alone = {.profile = FE_MATCH_METHOD_PATH};
    struct request same = spelled(request, spelling);
    assert(is_same(&strict, request, &same, arena));
    assert(is_same(&guarded, request, &same, arena));
    struct request other = changed(request, change, spelling, arena);
    assert(!is_same(&strict, request, &other, arena));
    assert(!is_same(&strict, &same, &other, arena));
    (void)is_same(&guarded, request, &other, arena);
    assert(is_same(&path_alone, request, &other, arena) ==
           (change != CHANGE_METHOD && change != CHANGE_PATH));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fe_rules *rules;
    struct fe_arena arena = {0};
    struct fe_slice input = fuzz_slice(data, size);
    enum change change = fuzz_byte(&input) % CHANGES;
    struct spelling spelling = {.arena = &arena};
    for (int i = 0; i < 4; i++) {
        spelling.seed = spelling.seed << 8 | fuzz_byte(&input);
    }
    if (rules == NULL) {
        rules =
            fe_rules_new(&(struct fe_frame_redaction){.version = FE_RULES_VERSION, .pii = true});
    }
    struct request request = read_request(input, &arena);
    check(change, &spelling, &request, rules, &arena);
    fe_arena_done(&arena);
    return 0;
}
