/* SPDX-License-Identifier: MIT */
/* Percent-encoding, forms, credentials, media types and JSON's strings: whatever is decoded can be
 * encoded again and comes back the same, and what is borrowed is a part of what was given. */
#include <assert.h>

#include "fuzz.h"
#include "message/credentials.h"
#include "message/form.h"
#include "message/media_type.h"
#include "message/percent.h"
#include "util/json.h"
#include "util/json_writer.h"
#include "util/limits.h"
#include "util/utf8.h"

enum {
    TEXT_BYTES_MAX = 16 << 20
};

static bool is_within(struct fe_slice part, struct fe_slice whole)
{
    return part.len == 0 || (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len);
}

static bool has_zero(struct fe_slice text)
{
    return fe_slice_index(text, '\0') >= 0;
}

/* ── percent-encoding ── */

static void encoding_comes_back(struct fe_slice text, struct fe_arena *arena)
{
    struct fe_buf encoded;
    struct fe_slice decoded;
    fe_buf_init(&encoded, TEXT_BYTES_MAX);
    assert(fe_percent_encode(text, &encoded) == 0);
    for (int plus = 0; plus < 2; plus++) {
        int r = fe_percent_decode(fe_buf_slice(&encoded), plus, arena, &decoded);
        assert((r == 0) == !has_zero(text));
        assert(r < 0 || fe_slice_eq(decoded, text));
    }
    fe_buf_done(&encoded);
}

static void decoding_is_bounded(struct fe_slice text, struct fe_arena *arena)
{
    for (int plus = 0; plus < 2; plus++) {
        struct fe_slice decoded;
        if (fe_percent_decode(text, plus, arena, &decoded) == 0) {
            assert(decoded.len <= text.len);
            encoding_comes_back(decoded, arena);
        }
    }
}

/* ── forms ── */

static void encode_form(const struct fe_form *form, struct fe_buf *out)
{
    for (size_t i = 0; i < form->count; i++) {
        (void)fe_buf_puts(out, i > 0 ? "&" : "");
        (void)fe_percent_encode(form->pairs[i].name, out);
        (void)fe_buf_putc(out, '=');
        (void)fe_percent_encode(form->pairs[i].value, out);
    }
    assert(out->error == 0);
}

static void forms_come_back(struct fe_slice text, struct fe_arena *arena)
{
    struct fe_form form;
    struct fe_form again;
    struct fe_buf encoded;
    if (fe_form_parse(text, arena, &form) < 0) {
        return;
    }
    assert(form.count <= FE_LIMIT_FORM_PAIRS);
    fe_buf_init(&encoded, TEXT_BYTES_MAX);
    encode_form(&form, &encoded);
    int r = fe_form_parse(fe_buf_slice(&encoded), arena, &again);
    assert(r == 0 && again.count == form.count);
    for (size_t i = 0; i < form.count; i++) {
        assert(fe_utf8_valid(form.pairs[i].name) && fe_utf8_valid(form.pairs[i].value));
        assert(!has_zero(form.pairs[i].name) && !has_zero(form.pairs[i].value));
        assert(fe_slice_eq(form.pairs[i].name, again.pairs[i].name));
        assert(fe_slice_eq(form.pairs[i].value, again.pairs[i].value));
    }
    fe_buf_done(&encoded);
}

/* ── fields ── */

static void media_types_are_parts(struct fe_slice text)
{
    static const struct fe_slice names[] = {FE_SLICE_INIT("charset"), FE_SLICE_INIT("boundary"),
                                            FE_SLICE_INIT("a")};
    assert(is_within(fe_media_essence(text), text));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert(is_within(fe_media_parameter(text, names[i]), text));
        assert(is_within(fe_part_field(text, names[i]), text));
    }
}

static void credentials_are_parts(struct fe_slice text, struct fe_arena *arena)
{
    struct fe_headers headers = {0};
    struct fe_slice token;
    struct fe_basic basic;
    int r = fe_headers_add(&headers, arena, FE_SLICE("Authorization"), text);
    assert(r == 0);
    if (fe_credentials_bearer(&headers, &token) == 0) {
        assert(token.len > 0 && is_within(token, text));
        assert(fe_credentials_basic(&headers, arena, &basic) < 0);
    } else if (fe_credentials_basic(&headers, arena, &basic) == 0) {
        assert(basic.raw_user.len + 1 + basic.raw_password.len <= text.len);
        assert(basic.user.len <= basic.raw_user.len);
        assert(basic.password.len <= basic.raw_password.len);
        assert(fe_slice_index(basic.raw_user, ':') < 0);
    }
}

/* ── JSON ── */

static void string_comes_back(const struct fe_json *value, struct fe_arena *arena)
{
    struct fe_json_writer writer;
    struct fe_json written;
    struct fe_slice text;
    struct fe_slice again;
    struct fe_buf out;
    if (fe_json_string(value, arena, &text) < 0) {
        return;
    }
    fe_buf_init(&out, TEXT_BYTES_MAX);
    fe_json_writer_init(&writer, &out);
    fe_json_put_string(&writer, text);
    int r = fe_json_parse(fe_buf_slice(&out), &written, NULL);
    assert(r == 0 && fe_json_string(&written, arena, &again) == 0 && fe_slice_eq(text, again));
    fe_buf_done(&out);
}

static void json_is_walked(struct fe_slice text, struct fe_arena *arena)
{
    struct fe_json root;
    struct fe_json_cursor cursor = {0};
    struct fe_json key;
    struct fe_json value;
    struct fe_json found;
    int64_t number = 0;
    size_t offset = 0;
    if (fe_json_parse(text, &root, &offset) < 0) {
        assert(offset <= text.len);
        return;
    }
    string_comes_back(&root, arena);
    (void)fe_json_int64(&root, &number);
    (void)fe_json_member(&root, "a", &found);
    while (fe_json_next(&root, &cursor, &key, &value)) {
        assert(is_within(value.text, text));
        if (root.kind == FE_JSON_OBJECT) {
            string_comes_back(&key, arena);
        }
        string_comes_back(&value, arena);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fe_arena arena = {0};
    struct fe_slice text = fuzz_slice(data, size);
    encoding_comes_back(text, &arena);
    decoding_is_bounded(text, &arena);
    forms_come_back(text, &arena);
    media_types_are_parts(text);
    credentials_are_parts(text, &arena);
    json_is_walked(text, &arena);
    fe_arena_done(&arena);
    return 0;
}
