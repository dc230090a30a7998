/* SPDX-License-Identifier: MIT */
/* What a connection has still to send: first copies of its own, then at most one body that is
 * borrowed from its exchange, bytes or a file. Sending is tried at once; only what the kernel does
 * not take is kept, so a client that keeps up costs no memory here. */
#ifndef FE_HTTP_OUTPUT_H
#define FE_HTTP_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "http/transport.h"
#include "util/buf.h"
#include "util/slice.h"

struct fe_output {
    struct fe_buf bytes;
    size_t sent; /* of bytes */
    struct fe_slice body;
    int file; /* -1 */
    int64_t file_offset;
    int64_t file_left;
    bool corked; /* small writes wait for what follows them, or for a flush */
};

void fe_output_init(struct fe_output *output);

/* Drops what has not left. */
void fe_output_done(struct fe_output *output);

bool fe_output_is_empty(const struct fe_output *output);
size_t fe_output_waiting(const struct fe_output *output); /* bytes in memory */
uint64_t fe_output_left(const struct fe_output *output);  /* with those of a file */

/* All functions below: 0, or -errno when the connection is lost. */

/* Sends the pieces, keeping copies of what has to wait. Corked, the small ones wait: what is sent
 * next takes them along, in the same call of the kernel. */
int fe_output_write(struct fe_output *output, struct fe_transport *transport,
                    const struct fe_slice *pieces, size_t count);

/* Sends a head and behind it a body that stays where it is until it has left. */
int fe_output_answer(struct fe_output *output, struct fe_transport *transport, struct fe_slice head,
                     struct fe_slice body);
int fe_output_answer_file(struct fe_output *output, struct fe_transport *transport,
                          struct fe_slice head, int file, int64_t offset, int64_t length);

/* Sends what waits, as far as the kernel takes it and fairness allows; asks for another turn when
 * it is fairness that ends it. */
int fe_output_flush(struct fe_output *output, struct fe_transport *transport);

#endif
