/* SPDX-License-Identifier: MIT */
/* A body on its way: codings off, values by their names, secrets by what they are.
 *
 * Its beginning is held and gone through once to learn, then once more to replace. What comes
 * behind is replaced as it comes; the last of it is always held, so that a token is whole when it
 * is looked for by its shape. */
#include "cassette/redact/redactor_private.h"

#include <errno.h>
#include <stdlib.h>

#include "cassette/redact/coding.h"
#include "cassette/safe.h"
#include "util/alloc.h"
#include "util/secret.h"

enum {
    STEP_BYTES = 64 << 10,             /* pushed into what is held at once */
    STREAM_BYTES = 64 << 10,           /* given at once, once it streams */
    SHAPE_BYTES = FE_SECRET_BYTES_MAX, /* held back behind that */
    CODED_STEP_BYTES = 4 << 10,        /* decoded before the limit is looked at */
    PIECES_MAX = 1024,                 /* of a coded body whose times are kept */
    BOMB_RATIO = 1000,                 /* bytes for one, */
    BOMB_BYTES = 64 << 20              /* from so many bytes on: the body is dropped */
};

/* Coded bytes end here: in themselves, and what they come to. */
struct piece {
    size_t coded;
    uint64_t decoded;
};

struct fe_body_redactor {
    struct fe_redactor *redactor;
    fe_safe_bytes_fn *fn;
    void *arg;
    struct fe_coding *coding;
    char *coding_names;
    struct fe_structure *learner;   /* NULL once it has learned */
    struct fe_structure *structure; /* NULL unless there is, or may be, something to replace */
    struct fe_secrets_scan *scan;
    struct fe_marked_text marked;
    struct fe_buf held;
    struct fe_buf coded;
    struct piece *pieces;
    size_t piece_count;
    uint64_t wire_bytes;
    uint64_t decoded_bytes;
    bool streams;
    bool is_marked;  /* the learner has come upon a value, whatever it is */
    bool has_values; /* that are replaced by their names */
    bool given_coded;
    const char *dropped;
};

/* ── where it ends up ── */

static void give(struct fe_body_redactor *body, struct fe_slice bytes, uint64_t input_end)
{
    const struct fe_safe_bytes safe = {bytes};
    body->fn(body->arg, &safe, input_end);
}

static void on_scanned(void *arg, struct fe_slice bytes, uint64_t input_end, bool found)
{
    (void)found;
    give(arg, bytes, input_end);
}

static void on_plain(void *arg, struct fe_slice bytes)
{
    struct fe_body_redactor *body = arg;
    fe_marked_text_plain(&body->marked, bytes);
}

static void put_stand_in(struct fe_body_redactor *body, struct fe_slice placeholder,
                         uint64_t input_len, bool quoted)
{
    struct fe_buf out;
    fe_buf_init_firm(&out, (size_t)2 * FE_SECRET_BYTES_MAX);
    (void)fe_buf_puts(&out, quoted ? "\"" : "");
    (void)fe_buf_put(&out, placeholder);
    (void)fe_buf_puts(&out, quoted ? "\"" : "");
    fe_marked_text_value(&body->marked, input_len, fe_buf_slice(&out));
    fe_buf_done(&out);
}

static void on_value(void *arg, struct fe_slice kind, struct fe_slice value, uint64_t input_len,
                     bool quoted)
{
    struct fe_body_redactor *body = arg;
    if (fe_redactor_is_trivial(value) && value.len == input_len) {
        fe_marked_text_value(&body->marked, input_len, value);
        return;
    }
    put_stand_in(body, fe_secrets_learn(body->redactor->secrets, kind, value), input_len, quoted);
}

/* ── the pass that learns ── */

static void skip_plain(void *arg, struct fe_slice bytes)
{
    (void)arg;
    (void)bytes;
}

static void learn_value(void *arg, struct fe_slice kind, struct fe_slice value, uint64_t input_len,
                        bool quoted)
{
    struct fe_body_redactor *body = arg;
    (void)quoted;
    body->is_marked = true;
    if (!fe_redactor_is_trivial(value)) {
        body->has_values = true;
        (void)fe_secrets_learn(body->redactor->secrets, kind, value);
    } else if (value.len != input_len) {
        body->has_values = true;
    }
}

static const struct fe_structure_ops replacing = {on_plain, on_value};

/* A body that is there whole, and in which there is no value, need not be gone through again. */
static void learn(struct fe_body_redactor *body, bool last)
{
    struct fe_slice held = fe_buf_slice(&body->held);
    if (body->learner) {
        fe_structure_push(body->learner, held);
        if (last) {
            fe_structure_end(body->learner);
        }
        if (!last || body->is_marked) {
            body->structure = fe_structure_again(body->learner, &replacing);
        }
        fe_structure_free(body->learner);
        body->learner = NULL;
    }
    fe_secrets_learn_shapes(body->redactor->secrets, held, body->redactor->pii);
}

/* ── from what is held ── */

static void drop(struct fe_body_redactor *body, const char *why)
{
    body->dropped = why;
    fe_buf_done(&body->held);
    fe_buf_done(&body->coded);
}

static void stream(struct fe_body_redactor *body)
{
    learn(body, false);
    body->streams = true;
    fe_buf_done(&body->coded);
    struct fe_slice ready = {body->held.ptr, body->held.len - SHAPE_BYTES};
    fe_structure_push(body->structure, ready);
    fe_marked_text_push(&body->marked, ready, !fe_structure_may_mark(body->structure));
    fe_buf_consume(&body->held, ready.len);
}

static void take_decoded(void *arg, struct fe_slice bytes)
{
    struct fe_body_redactor *body = arg;
    size_t most = body->streams ? STREAM_BYTES + SHAPE_BYTES : FE_REDACT_HELD_BYTES;
    body->decoded_bytes += bytes.len;
    if (body->dropped == NULL && body->decoded_bytes > BOMB_BYTES &&
        body->decoded_bytes / BOMB_RATIO > body->wire_bytes) {
        drop(body, "limit");
    }
    if (body->dropped) {
        return;
    }
    if (fe_buf_put(&body->held, bytes) < 0) {
        drop(body, "limit");
    } else if (body->held.len > most) {
        stream(body);
    }
}

static void take_plain(struct fe_body_redactor *body, struct fe_slice bytes)
{
    while (bytes.len > 0) {
        struct fe_slice step = {bytes.ptr, bytes.len < STEP_BYTES ? bytes.len : STEP_BYTES};
        take_decoded(body, step);
        bytes = fe_slice_from(bytes, step.len);
    }
}

static void note_coded(struct fe_body_redactor *body, struct fe_slice bytes)
{
    if (body->streams || body->dropped) {
        return;
    }
    (void)fe_buf_put(&body->coded, bytes);
    if (body->pieces == NULL) {
        body->pieces = fe_xalloc(PIECES_MAX * sizeof(*body->pieces));
    }
    if (body->piece_count == PIECES_MAX) {
        body->piece_count--;
    }
    body->pieces[body->piece_count++] = (struct piece){body->coded.len, body->decoded_bytes};
}

static void take_coded(struct fe_body_redactor *body, struct fe_slice bytes)
{
    while (bytes.len > 0 && body->dropped == NULL) {
        size_t len = bytes.len < CODED_STEP_BYTES ? bytes.len : CODED_STEP_BYTES;
        struct fe_slice step = {bytes.ptr, len};
        if (fe_coding_push(body->coding, step) < 0) {
            drop(body, "coding");
        }
        note_coded(body, step);
        bytes = fe_slice_from(bytes, len);
    }
}

/* ── its end ── */

static void finish(struct fe_body_redactor *body)
{
    struct fe_slice held = fe_buf_slice(&body->held);
    if (body->structure) {
        fe_structure_push(body->structure, held);
        fe_structure_end(body->structure);
        fe_marked_text_push(&body->marked, held, true);
    } else {
        fe_secrets_scan_push(body->scan, held);
    }
    fe_secrets_scan_end(body->scan);
}

static void give_coded(struct fe_body_redactor *body)
{
    size_t done = 0;
    body->given_coded = true;
    for (size_t i = 0; i < body->piece_count; i++) {
        struct fe_slice piece = {body->coded.ptr + done, body->pieces[i].coded - done};
        give(body, piece, body->pieces[i].decoded);
        done = body->pieces[i].coded;
    }
}

/* ── public ── */

struct fe_body_redactor *fe_body_redactor_new(struct fe_redactor *redactor, bool is_request,
                                              const struct fe_headers *headers,
                                              fe_safe_bytes_fn *fn, void *arg)
{
    static const struct fe_structure_ops learning = {skip_plain, learn_value};
    struct fe_body_redactor *body = fe_xalloc(sizeof(*body));
    struct fe_slice names = {NULL, 0};
    (void)is_request;
    body->redactor = redactor;
    body->fn = fn;
    body->arg = arg;
    fe_buf_init(&body->held, (size_t)2 * FE_REDACT_HELD_BYTES);
    fe_buf_init(&body->coded, (size_t)2 * FE_REDACT_HELD_BYTES);
    if (redactor->keep_all) {
        return body;
    }
    if (fe_coding_new(headers, take_decoded, body, &body->coding, &names) < 0) {
        body->dropped = "coding";
        return body;
    }
    body->coding_names = body->coding ? fe_xstrdup(names) : NULL;
    body->learner = fe_structure_new(redactor->rules, headers, &learning, body);
    body->scan = fe_secrets_scan_new(redactor->secrets, on_scanned, body);
    fe_marked_text_init(&body->marked, redactor->secrets, body->scan);
    return body;
}

void fe_body_redactor_free(struct fe_body_redactor *body)
{
    if (body) {
        fe_coding_free(body->coding);
        fe_structure_free(body->learner);
        fe_structure_free(body->structure);
        fe_marked_text_done(&body->marked);
        fe_secrets_scan_free(body->scan);
        fe_buf_done(&body->held);
        fe_buf_done(&body->coded);
        free(body->pieces);
        free(body->coding_names);
        free(body);
    }
}

void fe_body_redactor_push(struct fe_body_redactor *body, struct fe_slice bytes)
{
    body->wire_bytes += bytes.len;
    if (body->redactor->keep_all) {
        body->decoded_bytes = body->wire_bytes;
        give(body, bytes, body->wire_bytes);
    } else if (body->dropped == NULL && body->coding) {
        take_coded(body, bytes);
    } else if (body->dropped == NULL) {
        take_plain(body, bytes);
    }
}

/* Whether a body that is held whole, and learned, has nothing to be replaced. */
static bool is_clean(const struct fe_body_redactor *body)
{
    return body->coded.error == 0 && !body->has_values &&
           !fe_secrets_found(body->redactor->secrets, fe_buf_slice(&body->held));
}

void fe_body_redactor_end(struct fe_body_redactor *body)
{
    if (body->redactor->keep_all || body->dropped) {
        return;
    }
    bool complete =
        body->coding == NULL || body->wire_bytes == 0 || fe_coding_end(body->coding) == 0;
    if (body->dropped) {
        return;
    }
    learn(body, true);
    if (body->coding && !body->streams && complete && is_clean(body)) {
        give_coded(body);
    } else {
        finish(body);
    }
}

void fe_body_redactor_facts(const struct fe_body_redactor *body, struct fe_body_facts *facts_out)
{
    *facts_out = (struct fe_body_facts){
        .wire_bytes = body->wire_bytes,
        .decoded_bytes = body->decoded_bytes,
        .decoded =
            body->given_coded || body->dropped ? FE_SLICE("") : fe_slice_cstr(body->coding_names),
        .dropped = fe_slice_cstr(body->dropped),
    };
}

/* ── text that is shown ── */

static void keep_text(void *arg, const struct fe_safe_bytes *bytes, uint64_t input_end)
{
    (void)input_end;
    (void)fe_buf_put(arg, bytes->bytes);
}

struct fe_slice fe_redactor_body_text(struct fe_redactor *redactor, struct fe_slice content_type,
                                      struct fe_slice text, struct fe_arena *arena)
{
    struct fe_header type = {FE_SLICE("Content-Type"), content_type};
    const struct fe_headers headers = {&type, content_type.len > 0, 1};
    struct fe_buf out;
    fe_buf_init_firm(&out, SIZE_MAX / 4);
    struct fe_body_redactor *body = fe_body_redactor_new(redactor, true, &headers, keep_text, &out);
    fe_body_redactor_push(body, text);
    fe_body_redactor_end(body);
    fe_body_redactor_free(body);
    struct fe_slice shown = fe_arena_copy(arena, fe_buf_slice(&out));
    fe_buf_done(&out);
    return shown;
}
