/* SPDX-License-Identifier: MIT */
/* A body of known length is over with its last byte. Of any other, only the exchange's end tells
 * that it is; its head has no Content-Length, so it may go before. */
#include "cassette/recorded_message_private.h"

#include "cassette/encode.h"
#include "cassette/redact/redactor.h"
#include "cassette/redact/safe_gather.h"

enum {
    PUSH_BYTES = 16 << 10,    /* while the redactor is locked */
    GATHERED_BYTES = 1 << 20, /* more is written at once, although the redactor is locked */
};

void fe_recorder_lock(struct fe_recorder *recorder)
{
    (void)pthread_mutex_lock(&recorder->turn);
    (void)pthread_mutex_lock(&recorder->lock);
    (void)pthread_mutex_unlock(&recorder->turn);
}

void fe_recorder_unlock(struct fe_recorder *recorder)
{
    (void)pthread_mutex_unlock(&recorder->lock);
}

void fe_recorded_message_init(struct fe_recorded_message *message, struct fe_recorder *recorder,
                              struct fe_arena *arena, uint64_t exchange)
{
    *message = (struct fe_recorded_message){
        .recorder = recorder, .arena = arena, .exchange = exchange, .length = UINT64_MAX};
    fe_body_marks_init(&message->marks);
}

void fe_recorded_message_done(struct fe_recorded_message *message)
{
    fe_recorder_lock(message->recorder);
    fe_body_redactor_free(message->body);
    fe_recorder_unlock(message->recorder);
    fe_safe_gather_free(message->gathered);
    fe_body_marks_done(&message->marks);
}

/* ── what the redactor gives ── */

static void on_safe_bytes(void *arg, const struct fe_safe_bytes *bytes, uint64_t input_end)
{
    struct fe_recorded_message *message = arg;
    size_t len = fe_safe_gather_add(message->gathered, bytes);
    message->facts.bytes += len;
    fe_body_marks_pass(&message->marks, input_end, len);
    message->passed = message->passed || !message->closing;
    if (message->passed) {
        fe_body_marks_settle(&message->marks, message->coded ? FE_BODY_DECODED : FE_BODY_PLAIN);
        if (fe_safe_gather_len(message->gathered) > GATHERED_BYTES) {
            message->on_much(message->arg);
        }
    }
}

/* The recorder is locked. */
static void new_body(struct fe_recorded_message *message, const struct fe_headers *headers)
{
    struct fe_slice coding = {NULL, 0};
    message->coded = fe_headers_get(headers, FE_SLICE("Content-Encoding"), &coding) &&
                     !fe_slice_eq_nocase(fe_slice_trim(coding), FE_SLICE("identity")) &&
                     !message->recorder->keeps_secrets;
    message->gathered = fe_safe_gather_new();
    message->body =
        fe_body_redactor_new(message->recorder->redactor, message->head_kind == FE_FRAME_REQUEST,
                             headers, on_safe_bytes, message);
}

void fe_recorded_message_head(struct fe_recorded_message *message, const struct fe_frame_head *head)
{
    struct fe_slice length = {NULL, 0};
    if (message->head || message->body || message->closed) {
        return;
    }
    fe_recorder_lock(message->recorder);
    message->head = fe_redactor_head(message->recorder->redactor, head, message->arena);
    if (head->framing != FE_RECORDED_NONE) {
        new_body(message, &head->headers);
    }
    fe_recorder_unlock(message->recorder);
    if (head->framing == FE_RECORDED_LENGTH &&
        fe_headers_get(&head->headers, FE_SLICE("Content-Length"), &length) &&
        fe_slice_u64(length, &message->length) < 0) {
        message->length = UINT64_MAX;
    }
    if (head->framing == FE_RECORDED_NONE || message->length == 0) {
        fe_recorded_message_close(message);
    }
}

/* ── the body ── */

static uint64_t push(struct fe_recorded_message *message, struct fe_slice bytes, bool cut,
                     int64_t t_us)
{
    struct fe_body_facts facts;
    fe_recorder_lock(message->recorder);
    fe_body_redactor_facts(message->body, &facts);
    if (bytes.len > 0) {
        fe_body_marks_arrive(&message->marks, t_us, facts.wire_bytes, facts.decoded_bytes);
    }
    uint64_t wire_bytes = facts.wire_bytes + bytes.len;
    if (cut) {
        fe_body_marks_cut(&message->marks, wire_bytes);
    }
    fe_body_redactor_push(message->body, bytes);
    fe_recorder_unlock(message->recorder);
    return wire_bytes;
}

void fe_recorded_message_body(struct fe_recorded_message *message, struct fe_slice bytes, bool cut,
                              int64_t t_us)
{
    if (message->body == NULL) {
        return; /* the head said that there is none, or that it is over */
    }
    uint64_t wire_bytes = 0;
    do {
        size_t len = bytes.len < PUSH_BYTES ? bytes.len : PUSH_BYTES;
        struct fe_slice piece = {bytes.ptr, len};
        bytes = fe_slice_from(bytes, len);
        wire_bytes = push(message, piece, cut && bytes.len == 0, t_us);
    } while (bytes.len > 0);
    if (wire_bytes >= message->length) {
        fe_recorded_message_close(message);
    }
}

static enum fe_body_kind kind_of(const struct fe_recorded_message *message)
{
    if (!message->coded) {
        return FE_BODY_PLAIN;
    }
    return message->facts.decoded.len > 0 ? FE_BODY_DECODED : FE_BODY_CODED;
}

static void close_body(struct fe_recorded_message *message)
{
    struct fe_body_facts facts;
    fe_recorder_lock(message->recorder);
    fe_body_redactor_end(message->body);
    fe_body_redactor_facts(message->body, &facts);
    message->facts.wire_bytes = facts.wire_bytes;
    message->facts.decoded = fe_arena_copy(message->arena, facts.decoded);
    message->facts.dropped = fe_arena_copy(message->arena, facts.dropped);
    fe_body_redactor_free(message->body);
    message->body = NULL;
    fe_recorder_unlock(message->recorder);
    if (!message->passed) {
        fe_body_marks_settle(&message->marks, kind_of(message));
    }
}

/* The head tells how long the body is that is stored; but not when the body did not come whole, as
 * that could then not be told from it. */
static void correct_length(struct fe_recorded_message *message)
{
    const struct fe_frame_body_end *facts = &message->facts;
    if (message->head && !message->passed && facts->dropped.len == 0 &&
        facts->wire_bytes == message->length && facts->bytes != message->length) {
        fe_safe_head_set_length(message->head, facts->bytes, message->arena);
    }
}

void fe_recorded_message_close(struct fe_recorded_message *message)
{
    if (message->closed) {
        return;
    }
    message->closing = true;
    if (message->body) {
        close_body(message);
        correct_length(message);
    }
    message->closed = true;
}

/* ── frames ── */

static void write_frame(struct fe_recorded_message *message, size_t offset, size_t len)
{
    struct fe_recorder *recorder = message->recorder;
    struct fe_frame_body body = {.exchange = message->exchange, .at = message->marks.taken};
    fe_body_marks_take(&message->marks, len, &body);
    fe_encode_body(message->body_kind, &body, fe_safe_gather_part(message->gathered, offset, len),
                   recorder->frame);
    recorder->put(recorder->arg, recorder->frame);
}

/* The last frame of what there is waits for more, even if it is whole: a chunk may end behind it,
 * which is told later. */
static void write_body(struct fe_recorded_message *message)
{
    size_t offset = 0;
    size_t len = fe_safe_gather_len(message->gathered);
    while (len - offset > FE_FRAME_BODY_BYTES) {
        write_frame(message, offset, FE_FRAME_BODY_BYTES);
        offset += FE_FRAME_BODY_BYTES;
    }
    if (message->closed && len > offset) {
        write_frame(message, offset, len - offset);
        offset = len;
    }
    fe_safe_gather_drop(message->gathered, offset);
}

void fe_recorded_message_write(struct fe_recorded_message *message)
{
    struct fe_recorder *recorder = message->recorder;
    if (message->head) {
        fe_encode_head(message->head_kind, message->head, recorder->frame);
        recorder->put(recorder->arg, recorder->frame);
        message->head = NULL;
    }
    if (message->gathered && (message->passed || message->closed)) {
        write_body(message);
    }
}
