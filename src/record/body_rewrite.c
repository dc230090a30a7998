/* SPDX-License-Identifier: MIT */
#include "record/body_rewrite.h"

#include <assert.h>

#include "message/media_type.h"

enum {
    HELD_BYTES_MAX = 1 << 20 /* a buffer of the wire and an origin: far more than can come */
};

/* ── which bodies ── */

static bool is_text_of_ours(struct fe_slice type)
{
    static const struct fe_slice suffix = FE_SLICE_INIT("+json");
    if (fe_slice_eq_nocase(type, FE_SLICE("application/json")) ||
        fe_slice_eq_nocase(type, FE_SLICE("text/html"))) {
        return true;
    }
    return type.len > suffix.len &&
           fe_slice_eq_nocase(fe_slice_from(type, type.len - suffix.len), suffix);
}

bool fe_body_rewrite_applies(int status, const struct fe_headers *headers)
{
    enum {
        PARTIAL_CONTENT = 206
    };
    struct fe_slice type = {NULL, 0};
    struct fe_slice coding = {NULL, 0};
    if (status == PARTIAL_CONTENT || !fe_headers_get(headers, FE_SLICE("Content-Type"), &type)) {
        return false;
    }
    if (fe_headers_get(headers, FE_SLICE("Content-Encoding"), &coding) && coding.len > 0 &&
        !fe_slice_eq_nocase(coding, FE_SLICE("identity"))) {
        return false;
    }
    return is_text_of_ours(fe_media_essence(type));
}

/* ── what is looked for ── */

/* As JSON may write it. */
static struct fe_slice escape_slashes(struct fe_slice text, struct fe_arena *arena)
{
    char *escaped = fe_arena_alloc(arena, 2 * text.len);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '/') {
            escaped[len++] = '\\';
        }
        escaped[len++] = text.ptr[i];
    }
    return (struct fe_slice){escaped, len};
}

static void add_pattern(struct fe_body_rewrite *body, const struct fe_rewrite *rewrite,
                        struct fe_slice from, struct fe_arena *arena)
{
    body->patterns[body->pattern_count].from = from;
    body->patterns[body->pattern_count++].to = rewrite->client;
    body->patterns[body->pattern_count].from = escape_slashes(from, arena);
    body->patterns[body->pattern_count++].to = escape_slashes(rewrite->client, arena);
}

void fe_body_rewrite_init(struct fe_body_rewrite *body, const struct fe_rewrite *rewrite,
                          struct fe_arena *arena)
{
    struct fe_slice text = rewrite->upstream_text;
    struct fe_slice said = fe_arena_printf(arena, ":%d", rewrite->upstream.port);
    *body = (struct fe_body_rewrite){.pattern_count = 0};
    fe_buf_init(&body->held, HELD_BYTES_MAX);
    bool says_port =
        text.len > said.len && fe_slice_eq(fe_slice_from(text, text.len - said.len), said);
    if (!says_port) {
        add_pattern(body, rewrite,
                    fe_arena_printf(arena, FE_PRI FE_PRI, FE_ARG(text), FE_ARG(said)), arena);
    }
    add_pattern(body, rewrite, text, arena);
}

void fe_body_rewrite_done(struct fe_body_rewrite *body)
{
    fe_buf_done(&body->held);
}

/* ── looking ── */

enum found {
    FOUND_NOTHING,
    FOUND_PART, /* more bytes decide */
    FOUND_ORIGIN
};

/* What would make another origin of it. A dot may also end a sentence; it is left alone. */
static bool goes_on(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           fe_slice_index(FE_SLICE("-._~:@%"), c) >= 0;
}

static enum found match(struct fe_slice text, struct fe_slice pattern, bool last)
{
    size_t len = text.len < pattern.len ? text.len : pattern.len;
    if (!fe_slice_eq_nocase((struct fe_slice){text.ptr, len},
                            (struct fe_slice){pattern.ptr, len})) {
        return FOUND_NOTHING;
    }
    if (text.len <= pattern.len && !last) {
        return FOUND_PART;
    }
    if (text.len < pattern.len || (text.len > pattern.len && goes_on(text.ptr[pattern.len]))) {
        return FOUND_NOTHING;
    }
    return FOUND_ORIGIN;
}

/* The first pattern that fits, or might. */
static enum found match_any(const struct fe_body_rewrite *body, struct fe_slice text, bool last,
                            size_t *index_out)
{
    for (size_t i = 0; i < body->pattern_count; i++) {
        enum found found = match(text, body->patterns[i].from, last);
        if (found != FOUND_NOTHING) {
            *index_out = i;
            return found;
        }
    }
    return FOUND_NOTHING;
}

/* Where the next origin could begin: all of them begin with an "h". */
static size_t next_candidate(struct fe_slice text, size_t at)
{
    while (at < text.len && (text.ptr[at] | 0x20) != 'h') {
        at++;
    }
    return at;
}

/* Rewrites `text` up to what is not clear yet: how much of it was done. */
static size_t rewrite_text(const struct fe_body_rewrite *body, struct fe_slice text, bool last,
                           struct fe_buf *out)
{
    size_t copied = 0;
    size_t at = next_candidate(text, 0);
    while (at < text.len) {
        size_t index = 0;
        enum found found = match_any(body, fe_slice_from(text, at), last, &index);
        if (found == FOUND_PART) {
            break;
        }
        if (found == FOUND_ORIGIN) {
            (void)fe_buf_append(out, text.ptr + copied, at - copied);
            (void)fe_buf_put(out, body->patterns[index].to);
            at += body->patterns[index].from.len;
            copied = at;
        } else {
            at++;
        }
        at = next_candidate(text, at);
    }
    (void)fe_buf_append(out, text.ptr + copied, at - copied);
    return at;
}

int fe_body_rewrite_feed(struct fe_body_rewrite *body, struct fe_slice data, bool last,
                         struct fe_buf *out)
{
    bool held = body->held.len > 0;
    if (held) {
        (void)fe_buf_put(&body->held, data);
        data = fe_buf_slice(&body->held);
    }
    size_t done = rewrite_text(body, data, last, out);
    assert(!last || done == data.len);
    if (held) {
        fe_buf_consume(&body->held, done);
    } else {
        (void)fe_buf_put(&body->held, fe_slice_from(data, done));
    }
    return body->held.error < 0 ? body->held.error : out->error;
}
