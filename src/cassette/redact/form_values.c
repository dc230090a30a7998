/* SPDX-License-Identifier: MIT */
/* name=value&name=value. Values that are no secrets are looked into as they mean: there may be a
 * URL or JSON in them. */
#include "cassette/redact/values.h"

#include <stdlib.h>

#include "util/alloc.h"

enum {
    NAME_BYTES = 256
};

enum part {
    NAME,
    SECRET,
    OTHER
};

struct fe_form_values {
    struct fe_values *values;
    enum part part;
    bool value_begun;
    bool is_json;
    char name[NAME_BYTES];
    size_t name_len;
    struct fe_percent percent;
    struct fe_text_values *text;
    struct fe_json_values *json;
};

struct fe_form_values *fe_form_values_new(struct fe_values *values)
{
    struct fe_form_values *m = fe_xalloc(sizeof(*m));
    m->values = values;
    m->percent.plus_is_space = true;
    m->text = fe_text_values_new(values, 0);
    m->json = fe_json_values_new(values, 1, false);
    return m;
}

void fe_form_values_free(struct fe_form_values *m)
{
    if (m != NULL) {
        fe_json_values_free(m->json);
        fe_text_values_free(m->text);
        free(m);
    }
}

static void on_decoded(void *arg, struct fe_slice text, struct fe_slice raw)
{
    struct fe_form_values *m = arg;
    if (m->part == SECRET) {
        fe_values_take(m->values, text, raw);
        return;
    }
    if (m->part == NAME) {
        for (size_t i = 0; i < text.len && m->name_len < NAME_BYTES; i++) {
            m->name[m->name_len++] = text.ptr[i];
        }
        fe_values_plain(m->values, raw);
    } else {
        if (!m->value_begun) {
            m->is_json = text.ptr[0] == '{' || text.ptr[0] == '[';
            m->value_begun = true;
        }
        if (m->is_json) {
            fe_json_values_push(m->json, text, raw);
        } else {
            fe_text_values_push(m->text, text, raw);
        }
    }
    /* The raw text of an escape lies in a place that is used again. */
    if (raw.ptr == m->percent.raw.copy) {
        fe_text_values_keep(m->text);
        fe_json_values_keep(m->json);
        fe_values_flush(m->values);
    }
}

void fe_form_values_break(struct fe_form_values *m)
{
    fe_percent_end(&m->percent, on_decoded, m);
    if (m->part == SECRET) {
        fe_values_finish(m->values);
    } else {
        fe_json_values_break(m->json);
        fe_text_values_break(m->text);
    }
    m->part = NAME;
    m->name_len = 0;
    m->value_begun = false;
}

static void end_name(struct fe_form_values *m, struct fe_slice raw)
{
    struct fe_slice kind;
    fe_percent_end(&m->percent, on_decoded, m);
    fe_values_plain(m->values, raw);
    m->part = OTHER;
    if (fe_rules_find(m->values->rules, FE_NAME_QUERY, (struct fe_slice){m->name, m->name_len},
                      &kind)) {
        m->part = SECRET;
        fe_values_begin(m->values, kind);
    }
}

static void step(struct fe_form_values *m, char c, struct fe_slice raw)
{
    /* A line's end closes a form, too: tools put one behind it. */
    bool ends = c == '&' || c == '\n' || c == '\r';
    if (!ends && (c != '=' || m->part != NAME)) {
        fe_percent_step(&m->percent, c, raw, on_decoded, m);
        return;
    }
    if (ends) {
        fe_form_values_break(m);
        fe_values_plain(m->values, raw);
        return;
    }
    end_name(m, raw);
}

void fe_form_values_push(struct fe_form_values *m, struct fe_slice text, struct fe_slice raw)
{
    for (size_t i = 0; i < text.len; i++) {
        step(m, text.ptr[i], fe_values_raw_of(text, raw, i));
    }
}

void fe_form_values_keep(struct fe_form_values *m)
{
    fe_values_raw_keep(&m->percent.raw);
    fe_json_values_keep(m->json);
    fe_text_values_keep(m->text);
}
