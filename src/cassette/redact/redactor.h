/* SPDX-License-Identifier: MIT */
/* The redactor: the only way from what crossed the wire to what may be kept or shown.
 *
 * Secrets are known by their names (rules.h), wherever these stand: in fields, queries, forms,
 * JSON, cookies, multipart. Each is replaced in its place by a placeholder, remembered, and from
 * then on replaced wherever it turns up, in whatever encoding (secrets.h). What a redactor has seen
 * first, it knows later; so feed it in the order of the wire.
 *
 * Not for two threads at once; the recording has a lock around its redactor. */
#ifndef FE_CASSETTE_REDACT_REDACTOR_H
#define FE_CASSETTE_REDACT_REDACTOR_H

#include "cassette/frame.h"
#include "util/arena.h"
#include "util/buf.h"

struct fe_random;
struct fe_redactor;
struct fe_safe_bytes;
struct fe_safe_end;
struct fe_safe_head;

/* `rules` is copied. The key of the placeholders is drawn from `random` and never leaves. */
struct fe_redactor *fe_redactor_new(const struct fe_frame_redaction *rules,
                                    struct fe_random *random);
void fe_redactor_free(struct fe_redactor *redactor); /* NULL is fine; wipes what it knew */

/* ── heads ─────────────────────────────────────────────────────────────────────────────────── */

/* Makes a head safe: target (path, query), reason, all fields. Content-Length is left alone: it is
 * corrected by fe_redactor_set_length() when the body is known. The result lives in `arena`. */
struct fe_safe_head *fe_redactor_head(struct fe_redactor *redactor,
                                      const struct fe_frame_head *head, struct fe_arena *arena);

/* Says in Content-Length, where there is one, how long the body is as it is stored. */
void fe_safe_head_set_length(struct fe_safe_head *head, uint64_t bytes, struct fe_arena *arena);

/* The same for an exchange's end: note and trailers. */
struct fe_safe_end *fe_redactor_end(struct fe_redactor *redactor, const struct fe_frame_end *end,
                                    struct fe_arena *arena);

/* ── text that is shown: a log line, a journal's target, an error ──────────────────────────── */

/* Values of secret names in queries ("?code=…") and every secret known so far are replaced.
 * Borrowed when there is nothing to replace. */
struct fe_slice fe_redactor_text(struct fe_redactor *redactor, struct fe_slice text,
                                 struct fe_arena *arena);

/* The same for something out of a body: what would become of it as a body of that type, in the
 * arena. An empty `content_type`: the first bytes decide. */
struct fe_slice fe_redactor_body_text(struct fe_redactor *redactor, struct fe_slice content_type,
                                      struct fe_slice text, struct fe_arena *arena);

/* ── bodies ────────────────────────────────────────────────────────────────────────────────── */

/* What a redactor makes of a body, piece by piece. `bytes` stand for the body's bytes up to
 * `input_end`, counted from its start after content codings were taken off: one for one if there
 * are as many of them as since the last call, else a placeholder for what was there; none stand for
 * what a secret shared with the one before. */
typedef void fe_safe_bytes_fn(void *arg, const struct fe_safe_bytes *bytes, uint64_t input_end);

struct fe_body_redactor;

/* For the body of a message with these fields (the real ones, not the redacted). `is_request`:
 * names that count in requests only. Content codings (gzip, deflate, br, zstd; several of them) are
 * taken off; one that is not known, or data that is not what it says, makes the body dropped. */
struct fe_body_redactor *fe_body_redactor_new(struct fe_redactor *redactor, bool is_request,
                                              const struct fe_headers *headers,
                                              fe_safe_bytes_fn *fn, void *arg);
void fe_body_redactor_free(struct fe_body_redactor *body); /* NULL is fine */

/* The next bytes of the body as they crossed the wire (chunked framing taken off). Calls fn when it
 * has something: it keeps up to FE_REDACT_HELD_BYTES, so that what a small body says at its end is
 * known when its beginning is written. */
void fe_body_redactor_push(struct fe_body_redactor *body, struct fe_slice bytes);
enum {
    FE_REDACT_HELD_BYTES = 256 << 10
};

/* The body is over, or broken off: gives what was kept. */
void fe_body_redactor_end(struct fe_body_redactor *body);

struct fe_body_facts {
    uint64_t wire_bytes;    /* pushed so far */
    uint64_t decoded_bytes; /* input_end of the next byte to come: where marks are to be put */
    /* See fe_frame_body_end. Final after _end(). A coded body that was held whole and in which
     * there was nothing to replace is given with its coding still on, byte for byte, and `decoded`
     * is empty. */
    struct fe_slice decoded;
    struct fe_slice dropped;
};
void fe_body_redactor_facts(const struct fe_body_redactor *body, struct fe_body_facts *facts_out);

#endif
