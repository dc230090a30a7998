/* SPDX-License-Identifier: MIT */
#include "cassette/redact/values.h"

#include <stdlib.h>

#include "cassette/redact/secrets.h"
#include "util/alloc.h"
#include "util/secret.h"

void fe_values_init(struct fe_values *values, const struct fe_rules *rules,
                    const struct fe_structure_ops *ops, void *arg)
{
    *values = (struct fe_values){.rules = rules, .ops = ops, .arg = arg};
}

void fe_values_done(struct fe_values *values)
{
    fe_wipe(values->value, values->value_len);
    free(values->value);
}

void fe_values_plain(struct fe_values *values, struct fe_slice raw)
{
    if (values->plain.len > 0 && values->plain.ptr + values->plain.len == raw.ptr) {
        values->plain.len += raw.len;
        return;
    }
    if (raw.len > 0) {
        fe_values_flush(values);
        values->plain = raw;
    }
}

void fe_values_flush(struct fe_values *values)
{
    struct fe_slice plain = values->plain;
    values->plain = (struct fe_slice){NULL, 0};
    if (plain.len > 0) {
        values->ops->on_plain(values->arg, plain);
    }
}

/* ── values ── */

void fe_values_begin(struct fe_values *values, struct fe_slice kind)
{
    fe_values_flush(values);
    if (values->value == NULL) {
        values->value = fe_xalloc(FE_SECRET_BYTES_MAX);
    }
    fe_wipe(values->value, values->value_len);
    values->kind = kind;
    values->value_len = 0;
    values->raw_len = 0;
}

static size_t keep_text(struct fe_values *values, struct fe_slice text)
{
    size_t room = FE_SECRET_BYTES_MAX - values->value_len;
    size_t len = text.len < room ? text.len : room;
    if (len > 0) {
        memcpy(values->value + values->value_len, text.ptr, len);
    }
    values->value_len += len;
    return len;
}

static void take_head(struct fe_values *values, char c, struct fe_slice raw)
{
    if (values->raw_len + raw.len <= sizeof(values->head) && raw.len > 0) {
        memcpy(values->head + values->raw_len, raw.ptr, raw.len);
    }
    (void)keep_text(values, (struct fe_slice){&c, 1});
    values->raw_len += raw.len;
    values->head_at[values->value_len] = (size_t)values->raw_len;
}

void fe_values_take(struct fe_values *values, struct fe_slice text, struct fe_slice raw)
{
    size_t i = 0;
    for (; i < text.len && values->value_len < FE_VALUES_SCHEME_BYTES; i++) {
        take_head(values, text.ptr[i], fe_values_raw_of(text, raw, i));
    }
    text = fe_slice_from(text, i);
    (void)keep_text(values, text);
    if (i == 0) {
        values->raw_len += raw.len;
    } else if (text.len > 0 && text.ptr == raw.ptr + i) {
        values->raw_len += text.len;
    }
}

size_t fe_values_scheme(struct fe_slice text)
{
    static const struct fe_slice schemes[] = {FE_SLICE_INIT("Bearer "), FE_SLICE_INIT("Basic "),
                                              FE_SLICE_INIT("Token ")};
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        size_t len = schemes[i].len;
        if (text.len > len && fe_slice_eq_nocase((struct fe_slice){text.ptr, len}, schemes[i])) {
            return len;
        }
    }
    return 0;
}

void fe_values_finish(struct fe_values *values)
{
    struct fe_slice value = {values->value, values->value_len};
    size_t scheme = fe_values_scheme(value);
    uint64_t raw_len = values->raw_len;
    if (scheme > 0 && values->head_at[scheme] <= sizeof(values->head)) {
        size_t head_len = values->head_at[scheme];
        values->ops->on_plain(values->arg, (struct fe_slice){values->head, head_len});
        value = fe_slice_from(value, scheme);
        raw_len -= head_len;
    }
    if (raw_len > 0) {
        values->ops->on_value(values->arg, values->kind, value, raw_len, false);
    }
    fe_wipe(values->value, values->value_len);
    values->value_len = 0;
    values->raw_len = 0;
}

void fe_values_whole(struct fe_values *values, struct fe_slice kind, struct fe_slice text,
                     struct fe_slice raw)
{
    fe_values_begin(values, kind);
    if (text.len == raw.len) {
        fe_values_take(values, raw, raw);
    } else {
        (void)keep_text(values, text);
        values->head_at[0] = values->head_at[5] = values->head_at[6] = SIZE_MAX;
        values->head_at[FE_VALUES_SCHEME_BYTES] = SIZE_MAX;
        values->raw_len = raw.len;
    }
    fe_values_finish(values);
}
