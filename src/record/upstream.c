/* SPDX-License-Identifier: MIT */
#include "record/upstream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "http/loop.h"
#include "util/alloc.h"

static void on_io(void *arg, unsigned ready)
{
    struct fe_upstream *upstream = arg;
    upstream->owner->on_ready(upstream->arg, upstream, ready);
}

static void on_dialled(void *arg, int fd, const struct fe_failure *failure)
{
    struct fe_upstream *upstream = arg;
    if (failure == NULL) {
        upstream->io = fe_io_new_edge(upstream->loop, fd, on_io, upstream);
    }
    upstream->owner->on_connected(upstream->arg, upstream, failure);
}

struct fe_upstream *fe_upstream_new(struct fe_connector *connector, struct fe_loop *loop, bool tls,
                                    const struct fe_upstream_owner *owner, void *arg)
{
    struct fe_upstream *upstream = fe_xalloc(sizeof(*upstream));
    upstream->loop = loop;
    upstream->tls = tls;
    upstream->owner = owner;
    upstream->arg = arg;
    upstream->aging.thing = upstream;
    upstream->dial = fe_dial_new(connector, on_dialled, upstream);
    if (upstream->dial == NULL) {
        free(upstream);
        return NULL;
    }
    return upstream;
}

void fe_upstream_free(struct fe_upstream *upstream)
{
    fe_io_free(upstream->io);
    fe_dial_free(upstream->dial);
    free(upstream->record);
    free(upstream);
}

void fe_upstream_set_owner(struct fe_upstream *upstream, const struct fe_upstream_owner *owner,
                           void *arg)
{
    upstream->owner = owner;
    upstream->arg = arg;
}

bool fe_upstream_has_unsent(const struct fe_upstream *upstream)
{
    return upstream->record_sent < upstream->record_len;
}

/* 0 when it has left whole, -EAGAIN, or -EPIPE. */
static int flush_record(struct fe_upstream *upstream)
{
    while (fe_upstream_has_unsent(upstream)) {
        const struct fe_slice rest = {upstream->record + upstream->record_sent,
                                      upstream->record_len - upstream->record_sent};
        ptrdiff_t n = fe_dial_send(upstream->dial, rest);
        if (n < 0) {
            return (int)n;
        }
        upstream->record_sent += (size_t)n;
    }
    return 0;
}

static ptrdiff_t send_records(struct fe_upstream *upstream, struct fe_slice bytes)
{
    size_t taken = 0;
    int r = flush_record(upstream);
    if (upstream->record == NULL) {
        upstream->record = fe_xalloc(FE_TLS_RECORD_BYTES);
    }
    while (r == 0 && taken < bytes.len) {
        size_t left = bytes.len - taken;
        upstream->record_len = left < FE_TLS_RECORD_BYTES ? left : FE_TLS_RECORD_BYTES;
        upstream->record_sent = 0;
        memcpy(upstream->record, bytes.ptr + taken, upstream->record_len);
        taken += upstream->record_len;
        r = flush_record(upstream);
    }
    return r == 0 || r == -EAGAIN ? (ptrdiff_t)taken : r;
}

static ptrdiff_t send_plain(struct fe_upstream *upstream, struct fe_slice bytes)
{
    size_t taken = 0;
    while (taken < bytes.len) {
        ptrdiff_t n = fe_dial_send(upstream->dial, fe_slice_from(bytes, taken));
        if (n == -EAGAIN) {
            break;
        }
        if (n < 0) {
            return n;
        }
        taken += (size_t)n;
    }
    return (ptrdiff_t)taken;
}

ptrdiff_t fe_upstream_send(struct fe_upstream *upstream, struct fe_slice bytes)
{
    return upstream->tls ? send_records(upstream, bytes) : send_plain(upstream, bytes);
}

ptrdiff_t fe_upstream_recv(struct fe_upstream *upstream, char *room, size_t size)
{
    return fe_dial_recv(upstream->dial, room, size);
}

void fe_upstream_kick(struct fe_upstream *upstream)
{
    fe_io_kick(upstream->io);
}
