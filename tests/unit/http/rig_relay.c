/* SPDX-License-Identifier: MIT */
#include "rig_relay.h"

#include <string.h>

#include "rig.h"

static void relay(struct fe_exchange *x, const struct fe_relay_head *head,
                  const char *const *fields)
{
    struct fe_relay_head copy = *head;
    struct fe_headers headers = {0};
    for (const char *const *f = fields; f && *f; f += 2) {
        (void)fe_headers_add(&headers, fe_exchange_arena(x), fe_slice_cstr(f[0]),
                             fe_slice_cstr(f[1]));
    }
    copy.headers = &headers;
    fe_exchange_relay(x, &copy);
}

static int relay_length(void *self, struct fe_exchange *x)
{
    static const char *const fields[] = {
        "x-LOWER", "1",          "Date", "then",           "Set-Cookie", "a=1", "X-Empty",
        "",        "Set-Cookie", "b=2",  "content-LENGTH", "5",          NULL};
    (void)self;
    relay(x, &(struct fe_relay_head){299, FE_SLICE("Quite Fine"), NULL, FE_RELAY_LENGTH, 5, false},
          fields);
    (void)fe_exchange_write(x, FE_SLICE("he"));
    (void)fe_exchange_write(x, FE_SLICE("llo"));
    fe_exchange_finish(x);
    return FE_LATER;
}

static int relay_framed(void *self, struct fe_exchange *x)
{
    static const char *const fields[] = {"transfer-encoding", "chunked", NULL};
    (void)self;
    if (fe_exchange_request(x)->minor_version == 0) {
        relay(x, &(struct fe_relay_head){.status = 200, .framing = FE_RELAY_CLOSE}, NULL);
        (void)fe_exchange_write(x, FE_SLICE("hello"));
    } else {
        relay(x, &(struct fe_relay_head){.status = 200, .framing = FE_RELAY_FRAMED}, fields);
        (void)fe_exchange_write(x, FE_SLICE("0005;ext=1\r\nhel"));
        (void)fe_exchange_write(x, FE_SLICE("lo\r\n0\r\nX-Sum: 1\r\n\r\n"));
    }
    fe_exchange_finish(x);
    return FE_LATER;
}

static int relay_close(void *self, struct fe_exchange *x)
{
    (void)self;
    relay(x, &(struct fe_relay_head){.status = 200, .framing = FE_RELAY_CLOSE}, NULL);
    (void)fe_exchange_write(x, FE_SLICE("hello"));
    fe_exchange_finish(x);
    return FE_LATER;
}

static int relay_none(void *self, struct fe_exchange *x)
{
    (void)self;
    relay(x, &(struct fe_relay_head){.status = 204, .framing = FE_RELAY_NONE}, NULL);
    fe_exchange_finish(x);
    return FE_LATER;
}

static int relay_truncated(void *self, struct fe_exchange *x)
{
    static const char *const fields[] = {"Content-Length", "10", NULL};
    (void)self;
    relay(x, &(struct fe_relay_head){.status = 200, .framing = FE_RELAY_LENGTH, .length = 10},
          fields);
    (void)fe_exchange_write(x, FE_SLICE("hello"));
    fe_exchange_truncate(x);
    return FE_LATER;
}

static int relay_early(void *self, struct fe_exchange *x)
{
    static const char *const fields[] = {"Content-Length", "3", NULL};
    bool closes = fe_slice_eq(fe_exchange_request(x)->path, FE_SLICE("/relay/early-closes"));
    (void)self;
    relay(x, &(struct fe_relay_head){413, FE_SLICE("Too Much"), NULL, FE_RELAY_LENGTH, 3, closes},
          fields);
    (void)fe_exchange_write(x, FE_SLICE("no!"));
    fe_exchange_finish(x);
    return FE_LATER;
}

static int relay_hints(void *self, struct fe_exchange *x)
{
    const struct fe_header link = {FE_SLICE("Link"), FE_SLICE("</a.css>")};
    const struct fe_headers headers = {(struct fe_header *)(uintptr_t)&link, 1, 1};
    fe_exchange_interim(x, 103, FE_SLICE("Early Hints"), &headers);
    return relay_length(self, x);
}

static void echo_data(void *self, struct fe_exchange *x, struct fe_slice data)
{
    struct rig *rig = self;
    rig->sunk_bytes += data.len;
    (void)fe_buf_put(fe_exchange_out(x), data);
}

/* As text, so that a test can look at the framing. */
static void echo_end(void *self, struct fe_exchange *x)
{
    (void)self;
    fe_exchange_answer(x, 200);
}

static int relay_echo(void *self, struct fe_exchange *x)
{
    static const struct fe_body_reader reader = {
        .on_data = echo_data, .on_end = echo_end, .as_framed = true};
    struct rig *rig = self;
    if (fe_exchange_expects_continue(x)) {
        rig->parked[rig->parked_count++] = x;
    }
    fe_exchange_read_body(x, &reader, self);
    return FE_LATER;
}

int rig_relay(void *self, struct fe_exchange *x)
{
    static const struct {
        const char *path;
        fe_handler_fn *handler;
    } relays[] = {{"/relay/length", relay_length},       {"/relay/framed", relay_framed},
                  {"/relay/close", relay_close},         {"/relay/none", relay_none},
                  {"/relay/truncated", relay_truncated}, {"/relay/early", relay_early},
                  {"/relay/hints", relay_hints},         {"/relay/echo", relay_echo}};
    for (size_t i = 0; i < sizeof(relays) / sizeof(relays[0]); i++) {
        if (fe_slice_starts(fe_exchange_request(x)->path, fe_slice_cstr(relays[i].path))) {
            return relays[i].handler(self, x);
        }
    }
    return 404;
}
