/* SPDX-License-Identifier: MIT */
/* What is held until its end shows what it is. */
#include "cassette/redact/text_guess.h"
#include "cassette/redact/text_private.h"
#include "message/percent.h"

void fe_text_hold_begin(struct fe_text_values *m, enum fe_text_mode mode)
{
    m->mode = mode;
    m->colon = 0;
    m->colon_raw = 0;
    fe_buf_clear(&m->held);
    fe_buf_clear(&m->held_raw);
}

static void plain_held(struct fe_text_values *m, size_t from)
{
    fe_values_plain(m->values, fe_slice_from(fe_buf_slice(&m->held_raw), from));
    fe_values_flush(m->values);
}

/* It was nothing: names and URLs are looked for in it as in any text. Only held text that was not
 * escaped can have any. */
void fe_text_hold_release(struct fe_text_values *m)
{
    enum fe_text_mode was = m->mode;
    struct fe_buf raw = m->held_raw;
    bool outermost = !m->rescanning;
    fe_text_forget_name(m);
    m->mode = FE_TEXT_SCAN;
    if (was == FE_TEXT_USERINFO || was == FE_TEXT_BARE) {
        plain_held(m, 0);
        return;
    }
    fe_buf_init_firm(&m->held_raw, FE_TEXT_HELD_BYTES);
    m->rescanning = true;
    for (size_t i = 0; i < raw.len; i++) {
        fe_text_step(m, raw.ptr[i], (struct fe_slice){raw.ptr + i, 1});
    }
    m->rescanning = !outermost;
    fe_values_raw_keep(&m->percent.raw);
    fe_values_raw_keep(&m->inner.raw);
    fe_values_flush(m->values);
    fe_buf_done(&raw);
}

/* It was a value. */
static void replace_held(struct fe_text_values *m, struct fe_slice text)
{
    m->mode = FE_TEXT_SCAN;
    fe_text_forget_name(m);
    fe_values_whole(m->values, m->kind, text, fe_buf_slice(&m->held_raw));
}

void fe_text_hold_decide(struct fe_text_values *m)
{
    struct fe_arena arena = {0};
    struct fe_slice text = fe_buf_slice(&m->held);
    if (m->mode == FE_TEXT_BARE && m->separator == FE_TEXT_EQUALS) {
        (void)fe_percent_decode(text, true, &arena, &text);
    } else if (m->mode == FE_TEXT_IN_QUOTES) {
        text = fe_guess_unquote(text, &arena);
    } else if (m->mode == FE_TEXT_ELEMENT) {
        text = fe_guess_unescape_markup(text, &arena);
    }
    if (fe_guess_is_secret(m->kind, text)) {
        replace_held(m, text);
    } else {
        fe_text_hold_release(m);
    }
    fe_arena_done(&arena);
}

void fe_text_hold_decide_tag(struct fe_text_values *m)
{
    struct fe_guess_field field;
    struct fe_arena arena = {0};
    struct fe_slice tag = fe_buf_slice(&m->held_raw);
    if (tag.len == m->held.len && fe_guess_field(tag, &arena, &field) &&
        fe_rules_find(m->values->rules, FE_NAME_QUERY, field.name, &m->kind)) {
        size_t at = (size_t)(field.raw_value.ptr - tag.ptr);
        m->mode = FE_TEXT_SCAN;
        fe_text_forget_name(m);
        fe_values_plain(m->values, (struct fe_slice){tag.ptr, at});
        fe_values_whole(m->values, m->kind, field.value, field.raw_value);
        plain_held(m, at + field.raw_value.len);
    } else {
        fe_text_hold_release(m);
    }
    fe_arena_done(&arena);
}

void fe_text_plain_copy(struct fe_text_values *m, struct fe_slice raw)
{
    fe_values_flush(m->values);
    fe_values_plain(m->values, raw);
    fe_values_flush(m->values);
}

/* "user:password@", or a token alone. What stands before the colon is a name, unless nothing but
 * what stands for a password is behind it. */
void fe_text_hold_decide_userinfo(struct fe_text_values *m)
{
    struct fe_slice text = fe_buf_slice(&m->held);
    struct fe_slice raw = fe_buf_slice(&m->held_raw);
    struct fe_slice password = m->colon > 0 ? fe_slice_from(text, m->colon) : FE_SLICE("");
    if (!fe_rules_find(m->values->rules, FE_NAME_QUERY, FE_SLICE("password"), &m->kind)) {
        fe_text_hold_release(m);
        return;
    }
    m->mode = FE_TEXT_SCAN;
    fe_text_forget_name(m);
    if (password.len == 0 || fe_slice_eq(password, FE_SLICE("x-oauth-basic"))) {
        size_t len = m->colon > 0 ? m->colon - 1 : text.len;
        size_t raw_len = m->colon > 0 ? m->colon_raw - 1 : raw.len;
        fe_values_whole(m->values, m->kind, (struct fe_slice){text.ptr, len},
                        (struct fe_slice){raw.ptr, raw_len});
        fe_text_plain_copy(m, fe_slice_from(raw, raw_len));
        return;
    }
    fe_text_plain_copy(m, (struct fe_slice){raw.ptr, m->colon_raw});
    fe_values_whole(m->values, m->kind, password, fe_slice_from(raw, m->colon_raw));
}

/* False: there is too much of it, and it was let go. */
bool fe_text_hold(struct fe_text_values *m, char c, struct fe_slice raw)
{
    if (m->held_raw.len + raw.len > FE_TEXT_HELD_BYTES || m->held.len == FE_TEXT_HELD_BYTES ||
        (m->mode == FE_TEXT_USERINFO && m->held.len == FE_TEXT_USERINFO_BYTES)) {
        m->mode = FE_TEXT_SCAN;
        fe_text_forget_name(m);
        plain_held(m, 0);
        return false;
    }
    (void)fe_buf_putc(&m->held, c);
    (void)fe_buf_put(&m->held_raw, raw);
    return true;
}
