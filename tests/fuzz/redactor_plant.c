/* SPDX-License-Identifier: MIT */
#include "redactor_plant.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "message/percent.h"
#include "util/secret.h"

enum {
    TEXT_BYTES_MAX = 16 << 20,
    PART_BYTES = 12, /* of a core: what is left of a secret that was replaced in part */
    VIEW_DEPTH = 2
};

/* ── encodings ── */

void plant_put_percent(struct fe_slice text, struct fe_buf *out)
{
    (void)fe_percent_encode(text, out);
}

void plant_put_json(struct fe_slice text, struct fe_buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        (void)fe_buf_puts(out, text.ptr[i] == '"' || text.ptr[i] == '\\' ? "\\" : "");
        (void)fe_buf_putc(out, text.ptr[i]);
    }
}

/* Every byte in the same way. */
static void put_each(struct fe_slice text, const char *prefix, bool upper, struct fe_buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        (void)fe_buf_puts(out, prefix);
        (void)fe_buf_printf(out, upper ? "%02X" : "%02x", (unsigned char)text.ptr[i]);
    }
}

static void put_form(struct fe_slice text, struct fe_buf *out)
{
    struct fe_slice part;
    for (bool first = true; fe_slice_split(&text, ' ', &part); first = false) {
        (void)fe_buf_puts(out, first ? "" : "+");
        (void)fe_percent_encode(part, out);
    }
}

/* Behind `front` other bytes, which is how it may stand within something longer. */
static void put_base64(struct fe_slice text, unsigned front, bool url, struct fe_buf *out)
{
    struct fe_buf whole;
    fe_buf_init(&whole, TEXT_BYTES_MAX);
    (void)fe_buf_append(&whole, "xy", front);
    (void)fe_buf_put(&whole, text);
    (void)fe_buf_puts(&whole, "--");
    if (url) {
        (void)fe_base64url_encode(fe_buf_slice(&whole), out);
    } else {
        (void)fe_base64_encode(fe_buf_slice(&whole), out);
    }
    fe_buf_done(&whole);
}

typedef void put_fn(struct fe_slice text, struct fe_buf *out);

static void put_twice(struct fe_slice text, put_fn *inner, put_fn *outer, struct fe_buf *out)
{
    struct fe_buf once;
    fe_buf_init(&once, TEXT_BYTES_MAX);
    inner(text, &once);
    outer(fe_buf_slice(&once), out);
    fe_buf_done(&once);
}

static void put_base64_here(struct fe_slice text, struct fe_buf *out)
{
    put_base64(text, 0, false, out);
}

void plant_put(const struct plant *plant, unsigned encoding, struct fe_buf *out)
{
    struct fe_slice text = plant->text;
    switch (encoding % PLANT_ENCODINGS) {
    case 0:
        (void)fe_buf_put(out, text);
        break;
    case 1:
        plant_put_json(text, out);
        break;
    case 2:
        put_each(text, "\\u00", false, out);
        break;
    case 3:
        plant_put_percent(text, out);
        break;
    case 4:
        put_each(text, "%", true, out);
        break;
    case 5:
        put_each(text, "%", false, out);
        break;
    case 6:
        put_twice(text, plant_put_percent, plant_put_percent, out);
        break;
    case 7:
        put_form(text, out);
        break;
    case 8:
    case 9:
    case 10:
        put_base64(text, encoding % PLANT_ENCODINGS - 8, false, out);
        break;
    case 11:
    case 12:
    case 13:
        put_base64(text, encoding % PLANT_ENCODINGS - 11, true, out);
        break;
    case 14:
        put_each(text, "", false, out);
        break;
    case 15:
        put_each(text, "", true, out);
        break;
    case 16:
        put_twice(text, plant_put_json, plant_put_json, out);
        break;
    case 17:
        put_twice(text, plant_put_json, plant_put_percent, out);
        break;
    case 18:
        put_twice(text, put_base64_here, plant_put_percent, out);
        break;
    default:
        put_twice(text, plant_put_percent, plant_put_json, out);
    }
}

/* ── what is left ── */

static struct fe_slice take(struct fe_buf *buf, size_t begin, size_t end, struct fe_arena *arena)
{
    struct fe_slice part = {buf->ptr + begin, end - begin};
    struct fe_slice copy = fe_arena_copy(arena, part);
    fe_buf_clear(buf);
    return copy;
}

/* Parts of its core, in case it was replaced in part, as they are and in hexadecimal digits; and
 * what of its base64 depends on the secret alone. */
static void make_traces(struct plant *plant, struct fe_slice core, struct fe_arena *arena)
{
    struct fe_slice *trace = plant->traces;
    struct fe_buf buf;
    fe_buf_init(&buf, TEXT_BYTES_MAX);
    for (size_t at = 0; at < core.len; at += PART_BYTES) {
        struct fe_slice part = {core.ptr + at, PART_BYTES};
        *trace++ = fe_arena_copy(arena, part);
        put_each(part, "", false, &buf);
        *trace++ = take(&buf, 0, buf.len, arena);
        put_each(part, "", true, &buf);
        *trace++ = take(&buf, 0, buf.len, arena);
    }
    for (unsigned form = 0; form < 6; form++) {
        size_t front = form % 3;
        put_base64(plant->text, form % 3, form >= 3, &buf);
        *trace++ = take(&buf, (front * 8 + 5) / 6, (front + plant->text.len) * 8 / 6, arena);
    }
    assert(trace == plant->traces + PLANT_TRACES);
    fe_buf_done(&buf);
}

void plant_make(struct plant *plant, enum plant_kind kind, unsigned number, struct fe_slice origin,
                struct fe_arena *arena)
{
    /* Neither begins with a hexadecimal digit, which a "%4" before it would make an escape of. */
    unsigned char key[FE_SHA256_BYTES] = {(unsigned char)number};
    unsigned char digest[FE_SHA256_BYTES];
    char core[PLANT_CORE_BYTES + 1];
    fe_hmac_sha256(key, origin, digest);
    for (size_t i = 0; i < PLANT_CORE_BYTES / 2; i++) {
        (void)snprintf(core + 2 * i, 3, "%02x", digest[i]);
    }
    plant->text = kind == PLANT_TOKEN ? fe_arena_printf(arena, "kZ+/%s/9+Q", core)
                                      : fe_arena_printf(arena, "p\"%s\\&=+%% Z", core);
    make_traces(plant, fe_slice_cstr(core), arena);
}

static struct fe_slice undo_percent(struct fe_slice text, struct fe_arena *arena)
{
    char *out = fe_arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        int high = text.ptr[i] == '%' && text.len - i > 2 ? fe_hex_digit(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? fe_hex_digit(text.ptr[i + 2]) : -1;
        out[len++] = (char)(low >= 0 ? high * 16 + low : text.ptr[i]);
        i += low >= 0 ? 2 : 0;
    }
    return (struct fe_slice){out, len};
}

/* As much as a secret of ASCII needs. */
static struct fe_slice undo_json(struct fe_slice text, struct fe_arena *arena)
{
    char *out = fe_arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool escape = text.ptr[i] == '\\' && text.len - i > 1;
        if (escape && text.ptr[i + 1] == 'u' && text.len - i > 5 && text.ptr[i + 2] == '0' &&
            text.ptr[i + 3] == '0' && fe_hex_digit(text.ptr[i + 4]) >= 0 &&
            fe_hex_digit(text.ptr[i + 5]) >= 0) {
            out[len++] = (char)(fe_hex_digit(text.ptr[i + 4]) * 16 + fe_hex_digit(text.ptr[i + 5]));
            i += 5;
        } else {
            i += escape;
            out[len++] = text.ptr[i];
        }
    }
    return (struct fe_slice){out, len};
}

static bool is_seen(const struct plant *plant, struct fe_slice text, unsigned depth,
                    struct fe_arena *arena)
{
    for (size_t i = 0; i < PLANT_TRACES; i++) {
        struct fe_slice trace = plant->traces[i];
        if (memmem(text.ptr, text.len, trace.ptr, trace.len)) {
            return true;
        }
    }
    bool escapes = depth > 0 && memchr(text.ptr, '%', text.len) != NULL;
    bool quotes = depth > 0 && memchr(text.ptr, '\\', text.len) != NULL;
    return (escapes && is_seen(plant, undo_percent(text, arena), depth - 1, arena)) ||
           (quotes && is_seen(plant, undo_json(text, arena), depth - 1, arena));
}

bool plant_survives(const struct plant *plant, struct fe_slice text, struct fe_arena *arena)
{
    return text.len > 0 && is_seen(plant, text, VIEW_DEPTH, arena);
}
