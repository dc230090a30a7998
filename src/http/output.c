/* SPDX-License-Identifier: MIT */
#include "http/output.h"

#include <assert.h>
#include <errno.h>

enum {
    KEPT_BYTES_MAX = 256 << 20,    /* one write of a handler's may be large */
    TURN_BYTES_MAX = 4 << 20,      /* for one connection in one turn of the loop */
    FILE_STEP_BYTES_MAX = 1 << 20, /* in one call of the kernel */
    CORKED_BYTES_MAX = 16 << 10,   /* more is not worth a copy */
    PIECES_MAX = 3
};

void fe_output_init(struct fe_output *output)
{
    *output = (struct fe_output){.file = -1};
    fe_buf_init(&output->bytes, KEPT_BYTES_MAX);
}

void fe_output_done(struct fe_output *output)
{
    fe_buf_done(&output->bytes);
    fe_output_init(output);
}

bool fe_output_is_empty(const struct fe_output *output)
{
    return output->bytes.len == 0 && output->body.len == 0 && output->file_left == 0;
}

size_t fe_output_waiting(const struct fe_output *output)
{
    return output->bytes.len - output->sent + output->body.len;
}

uint64_t fe_output_left(const struct fe_output *output)
{
    return fe_output_waiting(output) + (uint64_t)output->file_left;
}

/* Takes `n` bytes off the front of the piece; returns how many of them were not in it. */
static size_t take(struct fe_slice *piece, size_t n)
{
    size_t taken = n < piece->len ? n : piece->len;
    *piece = fe_slice_from(*piece, taken);
    return n - taken;
}

/* Bytes that leave at once: none if others wait already. */
static ssize_t send_now(const struct fe_output *output, struct fe_transport *transport,
                        const struct fe_slice *pieces, size_t count)
{
    if (!fe_output_is_empty(output)) {
        return 0;
    }
    ssize_t n = fe_transport_write(transport, pieces, count);
    return n == -EAGAIN ? 0 : n;
}

/* Frees the copies' memory as soon as they have left, as most connections are idle most of the
 * time; and moves the rest to the front when it is the smaller part, or a stream that never quite
 * catches up would grow for ever. */
static void drop_sent(struct fe_output *output, size_t n)
{
    struct fe_slice bytes = fe_slice_from(fe_buf_slice(&output->bytes), output->sent);
    size_t of_body = take(&bytes, n);
    output->sent += n - of_body;
    if (output->sent == output->bytes.len) {
        fe_buf_done(&output->bytes);
        output->sent = 0;
    } else if (output->sent > output->bytes.len / 2) {
        fe_buf_consume(&output->bytes, output->sent);
        output->sent = 0;
    }
    (void)take(&output->body, of_body);
}

/* The same, behind what was corked. */
static ssize_t send_behind(struct fe_output *output, struct fe_transport *transport,
                           const struct fe_slice *pieces, size_t count)
{
    struct fe_slice all[1 + PIECES_MAX] = {
        fe_slice_from(fe_buf_slice(&output->bytes), output->sent)};
    size_t waiting = all[0].len;
    assert(count <= PIECES_MAX);
    memcpy(all + 1, pieces, count * sizeof(*pieces));
    ssize_t n = fe_transport_write(transport, all, 1 + count);
    if (n < 0) {
        return n == -EAGAIN ? 0 : n;
    }
    size_t of_waiting = (size_t)n < waiting ? (size_t)n : waiting;
    drop_sent(output, of_waiting);
    return n - (ssize_t)of_waiting;
}

static bool waits(const struct fe_output *output, const struct fe_slice *pieces, size_t count)
{
    size_t len = fe_output_waiting(output);
    for (size_t i = 0; i < count; i++) {
        len += pieces[i].len;
    }
    return output->corked && len <= CORKED_BYTES_MAX;
}

int fe_output_write(struct fe_output *output, struct fe_transport *transport,
                    const struct fe_slice *pieces, size_t count)
{
    assert(output->body.len == 0 && output->file_left == 0);
    ssize_t n = 0;
    if (!waits(output, pieces, count)) {
        n = output->corked ? send_behind(output, transport, pieces, count)
                           : send_now(output, transport, pieces, count);
    }
    if (n < 0) {
        return (int)n;
    }
    size_t skip = (size_t)n;
    for (size_t i = 0; i < count; i++) {
        struct fe_slice rest = pieces[i];
        skip = take(&rest, skip);
        (void)fe_buf_put(&output->bytes, rest);
    }
    return output->bytes.error;
}

int fe_output_answer(struct fe_output *output, struct fe_transport *transport, struct fe_slice head,
                     struct fe_slice body)
{
    const struct fe_slice pieces[] = {head, body};
    ssize_t n = send_now(output, transport, pieces, 2);
    if (n < 0) {
        return (int)n;
    }
    size_t skip = take(&head, (size_t)n);
    (void)take(&body, skip);
    output->body = body;
    return fe_buf_put(&output->bytes, head);
}

int fe_output_answer_file(struct fe_output *output, struct fe_transport *transport,
                          struct fe_slice head, int file, int64_t offset, int64_t length)
{
    output->file = file;
    output->file_offset = offset;
    output->file_left = length;
    int r = fe_buf_put(&output->bytes, head);
    return r < 0 ? r : fe_output_flush(output, transport);
}

static ssize_t flush_bytes(struct fe_output *output, struct fe_transport *transport)
{
    const struct fe_slice pieces[] = {fe_slice_from(fe_buf_slice(&output->bytes), output->sent),
                                      output->body};
    ssize_t n = fe_transport_write(transport, pieces, 2);
    if (n > 0) {
        drop_sent(output, (size_t)n);
    }
    return n;
}

static ssize_t flush_file(struct fe_output *output, struct fe_transport *transport)
{
    size_t len =
        output->file_left < FILE_STEP_BYTES_MAX ? (size_t)output->file_left : FILE_STEP_BYTES_MAX;
    ssize_t n = fe_transport_send_file(transport, output->file, output->file_offset, len);
    if (n > 0) {
        output->file_offset += n;
        output->file_left -= n;
    }
    return n;
}

int fe_output_flush(struct fe_output *output, struct fe_transport *transport)
{
    size_t turn_bytes = 0;
    while (!fe_output_is_empty(output)) {
        if (turn_bytes >= TURN_BYTES_MAX) {
            fe_transport_kick(transport);
            return 0;
        }
        ssize_t n = fe_output_waiting(output) > 0 ? flush_bytes(output, transport)
                                                  : flush_file(output, transport);
        if (n < 0) {
            return n == -EAGAIN ? 0 : (int)n;
        }
        turn_bytes += (size_t)n;
    }
    return 0;
}
