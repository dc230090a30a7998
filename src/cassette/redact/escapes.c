/* SPDX-License-Identifier: MIT */
#include "cassette/redact/escapes.h"

#include <assert.h>

/* ── escapes that are not complete ── */

void fe_values_raw_keep(struct fe_values_raw *raw)
{
    if (raw->raw.len > 0 && raw->raw.ptr != raw->copy) {
        assert(raw->raw.len <= sizeof(raw->copy));
        memcpy(raw->copy, raw->raw.ptr, raw->raw.len);
        raw->raw.ptr = raw->copy;
    }
}

void fe_values_raw_add(struct fe_values_raw *raw, struct fe_slice more)
{
    if (raw->raw.len == 0) {
        raw->raw = more;
    } else if (more.len > 0 && raw->raw.ptr + raw->raw.len == more.ptr) {
        raw->raw.len += more.len;
    } else if (more.len > 0) {
        fe_values_raw_keep(raw);
        assert(more.len <= sizeof(raw->copy) - raw->raw.len);
        memcpy(raw->copy + raw->raw.len, more.ptr, more.len);
        raw->raw.len += more.len;
    }
}

/* ── percent-encoding ── */

static void release_percent(struct fe_percent *percent, struct fe_slice text, fe_percent_fn *fn,
                            void *arg)
{
    struct fe_slice raw = percent->raw.raw;
    percent->have = 0;
    percent->raw.raw = (struct fe_slice){NULL, 0};
    fn(arg, text, raw);
}

void fe_percent_end(struct fe_percent *percent, fe_percent_fn *fn, void *arg)
{
    char text[3] = {'%', percent->digits[0], percent->digits[1]};
    size_t len = percent->have;
    if (len > 0) {
        release_percent(percent, (struct fe_slice){text, len}, fn, arg);
    }
}

void fe_percent_step(struct fe_percent *percent, char c, struct fe_slice raw, fe_percent_fn *fn,
                     void *arg)
{
    if (percent->have > 0 && fe_hex_digit(c) < 0) {
        fe_percent_end(percent, fn, arg);
    }
    if (percent->have == 0 && c != '%') {
        char text = (char)(c == '+' && percent->plus_is_space ? ' ' : c);
        fn(arg, text == c && raw.len == 1 && raw.ptr[0] == c ? raw : (struct fe_slice){&text, 1},
           raw);
        return;
    }
    fe_values_raw_add(&percent->raw, raw);
    if (percent->have > 0) {
        percent->digits[percent->have - 1] = c;
    }
    percent->have++;
    if (percent->have == 3) {
        char text = (char)(fe_hex_digit(percent->digits[0]) << 4 | fe_hex_digit(c));
        release_percent(percent, (struct fe_slice){&text, 1}, fn, arg);
    }
}
