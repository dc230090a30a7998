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

void fe_response_write_head(const struct fe_exchange *x, bool chunked, bool close,
                            struct fe_buf *out)
{
    (void)fe_buf_put(out, FE_SLICE("HTTP/1.1 "));
    put_decimal(out, (uint64_t)x->response.status);
    (void)fe_buf_putc(out, ' ');
    (void)fe_buf_puts(out, fe_status_reason(x->response.status));
    (void)fe_buf_append(out, "\r\n", 2);
    put_field(out, FE_SLICE("Date"), fe_slice_cstr(fe_clock_http_date(&x->env->clock)));
    for (size_t i = 0; i < x->response.headers.count; i++) {
        put_field(out, x->response.headers.items[i].name, x->response.headers.items[i].value);
    }
    put_framing(x, chunked, out);
    if (close) {
        put_field(out, FE_SLICE("Connection"), FE_SLICE("close"));
    } else if (x->request.minor_version == 0) {
        put_field(out, FE_SLICE("Connection"), FE_SLICE("keep-alive"));
    }
    (void)fe_buf_append(out, "\r\n", 2);
}
