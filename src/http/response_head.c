/* SPDX-License-Identifier: MIT */
/* Writes the head of an answer (RFC 9112 §4): status line, the handler's fields, and those that are
 * the engine's to decide. */
#include "http/exchange_engine.h"
#include "message/status.h"

static void put_field(struct fe_buf *out, struct fe_slice name, struct fe_slice value)
{
    (void)fe_buf_put(out, name);
    (void)fe_buf_append(out, ": ", 2);
    (void)fe_buf_put(out, value);
    (void)fe_buf_append(out, "\r\n", 2);
}

/* Small and hot: cheaper than printf. */
static void put_decimal(struct fe_buf *out, uint64_t number)
{
    char digits[20];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    (void)fe_buf_append(out, digits + at, sizeof(digits) - at);
}

static void put_framing(const struct fe_exchange *x, bool chunked, struct fe_buf *out)
{
    if (chunked) {
        put_field(out, FE_SLICE("Transfer-Encoding"), FE_SLICE("chunked"));
    } else if (fe_status_has_body(x->response.status) && x->response.length >= 0) {
        (void)fe_buf_put(out, FE_SLICE("Content-Length: "));
        put_decimal(out, (uint64_t)x->response.length);
        (void)fe_buf_append(out, "\r\n", 2);
    }
}

static void put_status_line(const struct fe_response *response, struct fe_buf *out)
{
    (void)fe_buf_put(out, FE_SLICE("HTTP/1.1 "));
    put_decimal(out, (uint64_t)response->status);
    (void)fe_buf_putc(out, ' ');
    if (response->relayed) {
        (void)fe_buf_put(out, response->reason);
    } else {
        (void)fe_buf_puts(out, fe_status_reason(response->status));
    }
    (void)fe_buf_append(out, "\r\n", 2);
}

/* Every answer has one (RFC 9110 §6.6.1); one that is relayed may have its own. */
static void put_date(const struct fe_exchange *x, struct fe_buf *out)
{
    struct fe_slice date = FE_SLICE("");
    if (!x->response.relayed || !fe_headers_get(&x->response.headers, FE_SLICE("Date"), &date)) {
        put_field(out, FE_SLICE("Date"), fe_slice_cstr(fe_clock_http_date(&x->env->clock)));
    }
}

void fe_response_write_head(const struct fe_exchange *x, bool chunked, bool close,
                            struct fe_buf *out)
{
    put_status_line(&x->response, out);
    put_date(x, out);
    for (size_t i = 0; i < x->response.headers.count; i++) {
        put_field(out, x->response.headers.items[i].name, x->response.headers.items[i].value);
    }
    if (!x->response.relayed) {
        put_framing(x, chunked, out);
    }
    if (close) {
        put_field(out, FE_SLICE("Connection"), FE_SLICE("close"));
    } else if (x->request.minor_version == 0) {
        put_field(out, FE_SLICE("Connection"), FE_SLICE("keep-alive"));
    }
    (void)fe_buf_append(out, "\r\n", 2);
}
