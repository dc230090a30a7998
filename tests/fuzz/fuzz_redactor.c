/* SPDX-License-Identifier: MIT */
/* No secret survives. Three are made of the input; each is met first where its name says what it
 * is, and then, in whatever encoding, wherever the input puts it: in paths, queries, fields,
 * reasons, trailers, notes, log lines, and bodies of any type and coding that come in pieces of any
 * size.
 *
 * The input is three bytes, which say where each is met first, and messages: five bytes (place,
 * type, coding and whether it is large, two that seed the sizes of pieces), and text up to a zero
 * byte, in which a byte 1 stands for a secret: the byte behind it says which, and how it is
 * written. */
#define ZLIB_CONST
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "cassette/redact/coding.h"
#include "cassette/redact/redactor.h"
#include "cassette/safe.h"
#include "fuzz.h"
#include "redactor_plant.h"
#include "util/secret.h"

enum {
    PLANTS = 3,
    MESSAGES_MAX = 24,
    PLANTED_MAX = 32, /* in one message */
    LARGE_FROM = 240, /* the coding's byte: the body is too large to be held */
    TEXT_BYTES_MAX = 4 << 20
};

enum place {
    PLACE_TARGET,
    PLACE_FIELD,
    PLACE_FIELD_NAME,
    PLACE_REASON,
    PLACE_REQUEST_BODY,
    PLACE_RESPONSE_BODY,
    PLACE_TRAILER,
    PLACE_NOTE,
    PLACE_LOG,
    PLACE_BODY_TEXT,
    PLACES
};

enum coding {
    CODING_NONE,
    CODING_GZIP,
    CODING_ZSTD,
    CODINGS
};

struct message {
    enum place place;
    const char *field; /* of PLACE_FIELD, or a body's type */
    enum coding coding;
    uint32_t seed; /* of the sizes of pieces */
    struct fe_slice text;
};

struct fuzz {
    struct fe_arena arena;
    struct fe_redactor *redactor;
    struct plant plants[PLANTS];
};

static void check(struct fuzz *fuzz, struct fe_slice text)
{
    text = fe_slice_trim(text); /* most of what is large */
    for (size_t i = 0; i < PLANTS; i++) {
        bool survives = plant_survives(&fuzz->plants[i], text, &fuzz->arena);
        if (survives) {
            (void)fprintf(stderr, "%s survives in " FE_PRI "\n", fuzz->plants[i].text.ptr,
                          FE_ARG(text));
            abort();
        }
    }
}

/* ── heads ── */

static void check_head(struct fuzz *fuzz, const struct fe_frame_head *head)
{
    const struct fe_frame_head *safe = &fe_redactor_head(fuzz->redactor, head, &fuzz->arena)->head;
    check(fuzz, safe->target);
    check(fuzz, safe->reason);
    for (size_t i = 0; i < safe->headers.count; i++) {
        check(fuzz, safe->headers.items[i].name);
        check(fuzz, safe->headers.items[i].value);
    }
}

static void pass_head(struct fuzz *fuzz, const struct message *message)
{
    struct fe_frame_head head = {.method = FE_SLICE("GET"), .target = FE_SLICE("/")};
    struct fe_slice name = fe_slice_cstr(message->field);
    struct fe_slice value = message->text;
    if (message->place == PLACE_TARGET) {
        head.target = message->text;
    } else if (message->place == PLACE_REASON) {
        head = (struct fe_frame_head){.status = 200, .reason = message->text};
    } else if (message->place == PLACE_FIELD_NAME) {
        name = message->text;
        value = FE_SLICE("x");
    }
    (void)fe_headers_add(&head.headers, &fuzz->arena, name, value);
    check_head(fuzz, &head);
}

static void pass_end(struct fuzz *fuzz, const struct message *message)
{
    struct fe_frame_end end = {.exchange = 1};
    if (message->place == PLACE_NOTE) {
        end.note = message->text;
    } else {
        (void)fe_headers_add(&end.response.trailers, &fuzz->arena, FE_SLICE("X-Mood"),
                             message->text);
    }
    const struct fe_frame_end *safe = &fe_redactor_end(fuzz->redactor, &end, &fuzz->arena)->end;
    check(fuzz, safe->note);
    for (size_t i = 0; i < safe->response.trailers.count; i++) {
        check(fuzz, safe->response.trailers.items[i].value);
    }
}

/* ── bodies ── */

static struct fe_slice coded(struct fuzz *fuzz, enum coding coding, struct fe_slice text)
{
    size_t room = text.len + text.len / 8 + 1024;
    char *out = fe_arena_alloc(&fuzz->arena, room);
    if (coding == CODING_ZSTD) {
        size_t len = ZSTD_compress(out, room, text.ptr, text.len, 1);
        assert(!ZSTD_isError(len));
        return (struct fe_slice){out, len};
    }
    z_stream z = {0};
    int r = deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    assert(r == Z_OK);
    z.next_in = (const Bytef *)text.ptr;
    z.avail_in = (uInt)text.len;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)room;
    r = deflate(&z, Z_FINISH);
    assert(r == Z_STREAM_END);
    struct fe_slice whole = {out, z.total_out};
    (void)deflateEnd(&z);
    return whole;
}

struct got {
    struct fe_buf bytes;
    uint64_t input_end;
};

static void on_bytes(void *arg, const struct fe_safe_bytes *bytes, uint64_t input_end)
{
    struct got *got = arg;
    assert(input_end >= got->input_end);
    got->input_end = input_end;
    (void)fe_buf_put(&got->bytes, bytes->bytes);
}

static void push(struct fe_body_redactor *body, struct fe_slice text, uint32_t seed)
{
    unsigned bits = seed % 16;
    while (text.len > 0) {
        seed = seed * 1664525U + 1013904223U;
        size_t size = 1 + (seed >> 8) % (1U << bits);
        struct fe_slice piece = {text.ptr, size < text.len ? size : text.len};
        fe_body_redactor_push(body, piece);
        text = fe_slice_from(text, piece.len);
    }
    fe_body_redactor_end(body);
}

static void pass_body(struct fuzz *fuzz, const struct message *message)
{
    static const char *const names[] = {NULL, "gzip", "zstd"};
    struct fe_headers headers = {0};
    struct fe_body_facts facts;
    struct fe_slice text = message->text;
    struct got got = {.input_end = 0};
    fe_buf_init(&got.bytes, TEXT_BYTES_MAX);
    (void)fe_headers_add(&headers, &fuzz->arena, FE_SLICE("Content-Type"),
                         fe_slice_cstr(message->field));
    if (message->coding != CODING_NONE) {
        (void)fe_headers_add(&headers, &fuzz->arena, FE_SLICE("Content-Encoding"),
                             fe_slice_cstr(names[message->coding]));
        text = coded(fuzz, message->coding, text);
    }
    struct fe_body_redactor *body = fe_body_redactor_new(
        fuzz->redactor, message->place == PLACE_REQUEST_BODY, &headers, on_bytes, &got);
    push(body, text, message->seed);
    fe_body_redactor_facts(body, &facts);
    assert(facts.wire_bytes == text.len && got.bytes.error == 0);
    assert(facts.dropped.len == 0);
    if (message->coding != CODING_NONE && facts.decoded.len == 0) {
        assert(fe_slice_eq(fe_buf_slice(&got.bytes), text));
        check(fuzz, message->text);
    } else {
        assert(got.input_end == message->text.len);
        check(fuzz, fe_buf_slice(&got.bytes));
    }
    fe_body_redactor_free(body);
    fe_buf_done(&got.bytes);
}

static void pass(struct fuzz *fuzz, const struct message *message)
{
    switch (message->place) {
    case PLACE_REQUEST_BODY:
    case PLACE_RESPONSE_BODY:
        pass_body(fuzz, message);
        break;
    case PLACE_TRAILER:
    case PLACE_NOTE:
        pass_end(fuzz, message);
        break;
    case PLACE_LOG:
        check(fuzz, fe_redactor_text(fuzz->redactor, message->text, &fuzz->arena));
        break;
    case PLACE_BODY_TEXT:
        check(fuzz, fe_redactor_body_text(fuzz->redactor, fe_slice_cstr(message->field),
                                          message->text, &fuzz->arena));
        break;
    default:
        pass_head(fuzz, message);
    }
}

/* ── where a secret is met first ── */

#define MULTIPART "multipart/form-data; boundary=of-this-body"
#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"

struct first {
    enum plant_kind kind;
    enum place place;
    const char *field;
    enum coding coding;
    const char *before;
    unsigned encoding; /* as plant_put() has them */
    const char *behind;
};

static const struct first firsts[] = {
    {PLANT_TOKEN, PLACE_FIELD, "Authorization", CODING_NONE, "Bearer ", 0, ""},
    {PLANT_TOKEN, PLACE_FIELD, "Cookie", CODING_NONE, "theme=dark; login=", 0, ""},
    {PLANT_TOKEN, PLACE_FIELD, "Set-Cookie", CODING_NONE, "login=", 0, "; Path=/; HttpOnly"},
    {PLANT_TOKEN, PLACE_FIELD, "Module-Auth-Token", CODING_NONE, "", 0, ""},
    {PLANT_TOKEN, PLACE_FIELD, "Location", CODING_NONE, "https://app.example/callback?code=", 3,
     "&state=abc"},
    {PLANT_TOKEN, PLACE_TARGET, "X", CODING_NONE, "/5?a=b&access_token=", 3, "&c=d"},
    {PLANT_PASSWORD, PLACE_REQUEST_BODY, FORM, CODING_NONE, "grant_type=x&client_secret=", 7,
     "&scope=a+b"},
    {PLANT_PASSWORD, PLACE_REQUEST_BODY, JSON, CODING_NONE,
     "{\"list\":[1,{\"user\":{\"name\":\"me\",\"passWord\":\"", 1, "\"}}],\"last\":null}"},
    {PLANT_PASSWORD, PLACE_RESPONSE_BODY, JSON, CODING_NONE, "{\"refresh_token\":\"", 2,
     "\",\"expires_in\":3599,\"token_type\":\"Bearer\"}"},
    {PLANT_PASSWORD, PLACE_REQUEST_BODY, MULTIPART, CODING_NONE,
     "--of-this-body\r\nContent-Disposition: form-data; name=\"client_secret\"\r\n\r\n", 0,
     "\r\n--of-this-body--\r\n"},
    {PLANT_TOKEN, PLACE_RESPONSE_BODY, JSON, CODING_GZIP,
     "{\"computeModuleJobV1\":{\"temporaryCredentialsAuthToken\":\"", 0, "\"}}"},
    {PLANT_PASSWORD, PLACE_RESPONSE_BODY, JSON, CODING_ZSTD, "[{\"a\":\"{\\\"password\\\":\\\"", 16,
     "\\\"}\"}]"},
};

enum {
    FIRSTS = sizeof(firsts) / sizeof(firsts[0])
};

static void meet(struct fuzz *fuzz, const struct plant *plant, const struct first *first)
{
    struct fe_buf text;
    fe_buf_init(&text, TEXT_BYTES_MAX);
    (void)fe_buf_puts(&text, first->before);
    plant_put(plant, first->encoding, &text);
    (void)fe_buf_puts(&text, first->behind);
    pass(fuzz, &(struct message){.place = first->place,
                                 .field = first->field,
                                 .coding = first->coding,
                                 .seed = (uint32_t)text.len,
                                 .text = fe_buf_slice(&text)});
    fe_buf_done(&text);
}

/* ── and later ── */

static struct fe_slice expand(struct fuzz *fuzz, struct fe_slice text, size_t space)
{
    struct fe_buf out;
    size_t planted = 0;
    fe_buf_init(&out, TEXT_BYTES_MAX);
    (void)fe_buf_printf(&out, "%*s", (int)space, "");
    while (text.len > 0) {
        uint8_t c = fuzz_byte(&text);
        if (c == 1 && planted++ < PLANTED_MAX) {
            uint8_t choice = fuzz_byte(&text);
            plant_put(&fuzz->plants[choice % PLANTS], choice / PLANTS, &out);
        } else {
            (void)fe_buf_putc(&out, (char)c);
        }
    }
    struct fe_slice expanded = fe_arena_copy(&fuzz->arena, fe_buf_slice(&out));
    fe_buf_done(&out);
    return expanded;
}

static void pass_next(struct fuzz *fuzz, struct fe_slice *input)
{
    static const char *const types[] = {"text/plain; charset=utf-8",
                                        JSON,
                                        FORM,
                                        MULTIPART,
                                        "",
                                        "application/octet-stream",
                                        "text/html",
                                        "text/event-stream",
                                        "application/x-ndjson",
                                        "image/png",
                                        "text/xml",
                                        "application/javascript"};
    struct message message = {.place = fuzz_byte(input) % PLACES, .field = "X-Note"};
    uint8_t type = fuzz_byte(input);
    uint8_t coding = fuzz_byte(input);
    message.coding = coding % CODINGS;
    message.seed = (uint32_t)fuzz_byte(input) << 8;
    message.seed |= fuzz_byte(input);
    bool is_head = message.place < PLACE_REQUEST_BODY;
    message.field = is_head ? "X-Note" : types[type % (sizeof(types) / sizeof(types[0]))];
    (void)fe_slice_split(input, '\0', &message.text);
    bool large = !is_head && coding >= LARGE_FROM;
    message.text = expand(fuzz, message.text, large ? FE_REDACT_HELD_BYTES : 0);
    pass(fuzz, &message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fe_env env = fuzz_env();
    struct fe_slice input = fuzz_slice(data, size);
    const struct fe_frame_redaction rules = {.version = 1, .pii = size % 2 == 1};
    struct fuzz fuzz = {.redactor = fe_redactor_new(&rules, &env.random)};
    const struct first *met[PLANTS];
    for (unsigned i = 0; i < PLANTS; i++) {
        met[i] = &firsts[fuzz_byte(&input) % FIRSTS];
        plant_make(&fuzz.plants[i], met[i]->kind, i, fuzz_slice(data, size), &fuzz.arena);
    }
    for (size_t i = 0; i < PLANTS; i++) {
        meet(&fuzz, &fuzz.plants[i], met[i]);
    }
    for (size_t i = 0; i < MESSAGES_MAX && input.len > 0; i++) {
        pass_next(&fuzz, &input);
    }
    fe_redactor_free(fuzz.redactor);
    fe_arena_done(&fuzz.arena);
    return 0;
}
