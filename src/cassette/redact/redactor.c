/* SPDX-License-Identifier: MIT */
/* A text is gone through twice, once to learn what its names mark, and once to write it: so a
 * secret is known in all of a head, before and behind its name. */
#include "cassette/redact/redactor_private.h"

#include <stdlib.h>

#include "util/alloc.h"

static void on_plain(void *arg, struct fe_slice bytes)
{
    fe_redactor_plain(arg, bytes.len);
}

static void on_value(void *arg, struct fe_slice kind, struct fe_slice value, uint64_t input_len,
                     bool quoted)
{
    (void)quoted;
    fe_redactor_value(arg, kind, value, (size_t)input_len);
}

static void on_scanned(void *arg, struct fe_slice bytes, uint64_t input_end, bool found)
{
    struct fe_redactor *redactor = arg;
    (void)input_end;
    (void)found;
    (void)fe_buf_put(&redactor->out, bytes);
}

struct fe_redactor *fe_redactor_new(const struct fe_frame_redaction *rules,
                                    struct fe_random *random)
{
    static const struct fe_structure_ops ops = {on_plain, on_value};
    struct fe_redactor *redactor = fe_xalloc(sizeof(*redactor));
    redactor->rules = fe_rules_new(rules);
    redactor->secrets = fe_secrets_new(random);
    redactor->keep_all = fe_rules_keep_all(redactor->rules);
    redactor->pii = fe_rules_pii(redactor->rules);
    redactor->scan = fe_secrets_scan_new(redactor->secrets, on_scanned, redactor);
    fe_marked_text_init(&redactor->marked, redactor->secrets, redactor->scan);
    fe_values_init(&redactor->values, redactor->rules, &ops, redactor);
    redactor->urls = fe_text_values_new(&redactor->values, 0);
    fe_buf_init_firm(&redactor->out, SIZE_MAX / 4);
    return redactor;
}

void fe_redactor_free(struct fe_redactor *redactor)
{
    if (redactor) {
        fe_text_values_free(redactor->urls);
        fe_values_done(&redactor->values);
        fe_marked_text_done(&redactor->marked);
        fe_secrets_scan_free(redactor->scan);
        fe_secrets_free(redactor->secrets);
        fe_rules_free(redactor->rules);
        fe_buf_done(&redactor->out);
        free(redactor);
    }
}

bool fe_redactor_is_trivial(struct fe_slice value)
{
    static const struct fe_slice words[] = {FE_SLICE_INIT("true"), FE_SLICE_INIT("false"),
                                            FE_SLICE_INIT("null"), FE_SLICE_INIT("undefined"),
                                            FE_SLICE_INIT("none")};
    size_t stars = 0;
    while (stars < value.len && value.ptr[stars] == '*') {
        stars++;
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (fe_slice_eq_nocase(value, words[i])) {
            return true;
        }
    }
    return stars == value.len || fe_secrets_is_placeholder(value);
}

void fe_redactor_begin(struct fe_redactor *redactor, struct fe_slice text)
{
    redactor->writing = true;
    redactor->changed = false;
    redactor->text = text;
    redactor->rest = text;
}

void fe_redactor_plain(struct fe_redactor *redactor, size_t len)
{
    if (redactor->writing) {
        fe_marked_text_plain(&redactor->marked, (struct fe_slice){redactor->rest.ptr, len});
        redactor->rest = fe_slice_from(redactor->rest, len);
    }
}

void fe_redactor_stand_in(struct fe_redactor *redactor, size_t len, struct fe_slice stand_in)
{
    redactor->changed = true;
    if (redactor->writing) {
        fe_marked_text_value(&redactor->marked, len, stand_in);
        redactor->rest = fe_slice_from(redactor->rest, len);
    }
}

void fe_redactor_value(struct fe_redactor *redactor, struct fe_slice kind, struct fe_slice value,
                       size_t len)
{
    if (fe_redactor_is_trivial(value)) {
        fe_redactor_plain(redactor, len);
    } else {
        fe_redactor_stand_in(redactor, len, fe_secrets_learn(redactor->secrets, kind, value));
    }
}

void fe_redactor_urls(struct fe_redactor *redactor, struct fe_slice text)
{
    fe_text_values_push(redactor->urls, text, text);
    fe_text_values_break(redactor->urls);
    fe_values_flush(&redactor->values);
}

struct fe_slice fe_redactor_written(struct fe_redactor *redactor, struct fe_arena *arena)
{
    fe_redactor_plain(redactor, redactor->rest.len);
    fe_marked_text_push(&redactor->marked, redactor->text, true);
    fe_secrets_scan_push_safe(redactor->scan, FE_SLICE(""), 0);
    redactor->writing = false;
    redactor->changed = redactor->changed || fe_secrets_scan_hit(redactor->scan);
    fe_secrets_scan_end(redactor->scan);
    struct fe_slice written = fe_arena_copy(arena, fe_buf_slice(&redactor->out));
    fe_buf_clear(&redactor->out);
    return written;
}

/* What is no escape stays. */
static struct fe_slice decode_once(struct fe_slice text, struct fe_arena *arena)
{
    char *decoded = fe_arena_alloc(arena, text.len);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        int high = text.ptr[i] == '%' && text.len - i > 2 ? fe_hex_digit(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? fe_hex_digit(text.ptr[i + 2]) : -1;
        decoded[len++] = (char)(low >= 0 ? high * 16 + low : text.ptr[i]);
        i += low >= 0 ? 2 : 0;
    }
    return (struct fe_slice){decoded, len};
}

void fe_redactor_learn_within(struct fe_redactor *redactor, struct fe_slice text,
                              struct fe_arena *arena)
{
    fe_secrets_learn_shapes(redactor->secrets, text, redactor->pii);
    for (int depth = 0; depth < 2 && fe_slice_index(text, '%') >= 0; depth++) {
        text = decode_once(text, arena);
        fe_redactor_urls(redactor, text);
        fe_secrets_learn_shapes(redactor->secrets, text, redactor->pii);
    }
}

struct fe_slice fe_redactor_text(struct fe_redactor *redactor, struct fe_slice text,
                                 struct fe_arena *arena)
{
    if (redactor->keep_all) {
        return text;
    }
    fe_redactor_urls(redactor, text);
    fe_redactor_learn_within(redactor, text, arena);
    fe_redactor_begin(redactor, text);
    fe_redactor_urls(redactor, text);
    struct fe_slice written = fe_redactor_written(redactor, arena);
    return redactor->changed ? written : text;
}
