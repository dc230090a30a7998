/* SPDX-License-Identifier: MIT */
/* Values in queries, percent-decoded as they come: once, or twice where the query is itself part of
 * another one. */
#include "cassette/redact/text_private.h"

bool fe_text_ends_query_value(char c)
{
    return (unsigned char)c <= ' ' || strchr("&#;,\"'<>`\\{}|^[]", c) != NULL;
}

static void on_taken(void *arg, struct fe_slice text, struct fe_slice raw)
{
    struct fe_text_values *m = arg;
    fe_values_take(m->values, text, raw);
}

static void on_nested(void *arg, struct fe_slice text, struct fe_slice raw)
{
    struct fe_text_values *m = arg;
    for (size_t i = 0; i < text.len; i++) {
        struct fe_slice own = fe_values_raw_of(text, raw, i);
        if (m->nested_over == '\0' && fe_text_ends_query_value(text.ptr[i])) {
            m->nested_over = (char)(text.ptr[i] == '\0' ? ' ' : text.ptr[i]);
            fe_percent_end(&m->inner, on_taken, m);
            fe_values_finish(m->values);
        }
        if (m->nested_over != '\0') {
            fe_text_plain_copy(m, own);
        } else {
            fe_percent_step(&m->inner, text.ptr[i], own, on_taken, m);
            fe_values_raw_keep(&m->inner.raw);
        }
    }
}

void fe_text_take_begin(struct fe_text_values *m, enum fe_text_mode mode)
{
    m->mode = mode;
    m->nested_over = '\0';
    fe_values_begin(m->values, m->kind);
}

void fe_text_take_end(struct fe_text_values *m)
{
    if (m->mode == FE_TEXT_TAKE) {
        fe_percent_end(&m->percent, on_taken, m);
    } else {
        fe_percent_end(&m->percent, on_nested, m);
        if (m->nested_over == '\0') {
            fe_percent_end(&m->inner, on_taken, m);
        }
    }
    if (m->mode == FE_TEXT_TAKE || m->nested_over == '\0') {
        fe_values_finish(m->values);
    }
    m->mode = FE_TEXT_SCAN;
    fe_text_forget_name(m);
}

void fe_text_take(struct fe_text_values *m, char c, struct fe_slice raw)
{
    fe_percent_step(&m->percent, c, raw, on_taken, m);
}

void fe_text_take_nested(struct fe_text_values *m, char c, struct fe_slice raw)
{
    fe_percent_step(&m->percent, c, raw, on_nested, m);
}
