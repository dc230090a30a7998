/* SPDX-License-Identifier: MIT */
#include "routes_input.h"

#include <assert.h>

#include "fuzz.h"
#include "server/emulator_private.h"
#include "util/buf.h"

enum {
    LEARNED_BYTES_MIN = 6,
    LEARNED_BYTES_MAX = 2048,
    TEXT_BYTES_MAX = 1 << 20
};

enum flags {
    AUTHORIZATION = 3,
    AS_MODULE = 4,
    AS_FORM = 8,
    LATER = 16,
    LEAVES = 32,
    OTHER_METHOD = 64,
    OTHER_PATH = 128
};

static struct fe_slice learned(const struct memory *memory, size_t age)
{
    return age < memory->count && age < MEMORY_TEXTS
               ? memory->texts[(memory->count - 1 - age) % MEMORY_TEXTS]
               : FE_SLICE("none");
}

void memory_learn(struct memory *memory, struct fe_slice text)
{
    if (text.len >= LEARNED_BYTES_MIN && text.len <= LEARNED_BYTES_MAX) {
        memory->texts[memory->count++ % MEMORY_TEXTS] = fe_arena_copy(&memory->arena, text);
    }
}

/* With "$0" to "$9" replaced. */
static struct fe_slice expand(struct memory *memory, struct fe_slice text)
{
    struct fe_buf out;
    fe_buf_init(&out, TEXT_BYTES_MAX);
    for (size_t i = 0; i < text.len; i++) {
        char next = (char)(i + 1 < text.len ? text.ptr[i + 1] : '\0');
        if (text.ptr[i] == '$' && next >= '0' && next <= '9') {
            (void)fe_buf_put(&out, learned(memory, (size_t)(next - '0')));
            i++;
        } else {
            (void)fe_buf_putc(&out, text.ptr[i]);
        }
    }
    struct fe_slice expanded = fe_arena_copy(&memory->arena, fe_buf_slice(&out));
    fe_buf_done(&out);
    return expanded;
}

/* What the gate lets pass as a target: the rest is escaped. */
static void put_target(struct fe_buf *out, struct fe_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool escape = c == '%' && i + 2 < text.len && fe_hex_digit(text.ptr[i + 1]) > 0 &&
                      fe_hex_digit(text.ptr[i + 2]) >= 0;
        if (c <= ' ' || c >= 0x7f || c == '#' || (c == '%' && !escape)) {
            (void)fe_buf_printf(out, "%%%02X", c == 0 ? 1U : c);
        } else {
            (void)fe_buf_putc(out, text.ptr[i]);
        }
    }
}

/* The value of a parameter of which the input says nothing. */
static const char *usual_value(struct fe_slice name)
{
    static const char *const values[][2] = {{"runtime", "demo"},
                                            {"rid", "ri.foundry.main.deployed-app.demo"},
                                            {"branch", "master"},
                                            {"ontology", "demo"},
                                            {"objectType", "Machine"},
                                            {"query", "greeting"},
                                            {"connection", "ri.magritte..source.demo"},
                                            {"user", "jane"},
                                            {"file", "env"}};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        if (fe_slice_eq(name, fe_slice_cstr(values[i][0]))) {
            return values[i][1];
        }
    }
    return NULL;
}

static void put_path(struct memory *memory, struct fe_slice pattern, struct fe_slice params,
                     struct fe_buf *out)
{
    struct fe_slice segment;
    (void)fe_slice_split(&pattern, '/', &segment);
    while (fe_slice_split(&pattern, '/', &segment)) {
        struct fe_slice value = segment;
        if (segment.len > 0 && segment.ptr[0] == ':') {
            value = FE_SLICE("");
            (void)fe_slice_split(&params, ',', &value);
            const char *usual = usual_value(fe_slice_from(segment, 1));
            struct fe_slice other = usual ? fe_slice_cstr(usual) : learned(memory, 0);
            value = value.len > 0 ? expand(memory, value) : other;
        }
        (void)fe_buf_putc(out, '/');
        put_target(out, value);
    }
}

/* Where a route stands among 65536 choices: whatever routes come and go, the others stay. */
static uint16_t place_of(const struct fe_route *route)
{
    uint32_t hash = 2166136261U + (uint32_t)route->method;
    for (const char *c = route->pattern; *c; c++) {
        hash = (hash ^ (unsigned char)*c) * 16777619U;
    }
    return (uint16_t)(hash ^ (hash >> 16));
}

/* Of these two, the one that comes first at or behind the place. */
static const struct fe_route *nearer(const struct fe_route *a, const struct fe_route *b,
                                     uint16_t place)
{
    return a && (uint16_t)(place_of(a) - place) <= (uint16_t)(place_of(b) - place) ? a : b;
}

static const struct fe_route *choose_route(const struct fe_emulator *emulator, uint16_t place)
{
    const struct fe_route *chosen = NULL;
    const struct fe_route *route = NULL;
    for (size_t i = 0; (route = fe_emulate_route(emulator->emulate, i)) != NULL; i++) {
        chosen = nearer(chosen, route, place);
    }
    for (size_t i = 0; (route = fe_router_row(emulator->control, i)) != NULL; i++) {
        chosen = nearer(chosen, route, place);
    }
    return chosen;
}

/* The access token that was learned last. */
static struct fe_slice newest_token(const struct memory *memory)
{
    for (size_t age = 0; age < MEMORY_TEXTS; age++) {
        struct fe_slice text = learned(memory, age);
        if (fe_slice_starts(text, FE_SLICE("foundry_")) &&
            !fe_slice_starts(text, FE_SLICE("foundry_code_")) &&
            !fe_slice_starts(text, FE_SLICE("foundry_refresh_"))) {
            return text;
        }
    }
    return FE_SLICE("none");
}

/* Name, value, name, value, …, NULL. */
static void fill_fields(struct memory *memory, unsigned flags, struct fe_slice text,
                        const char *fields[2 * INPUT_FIELDS_MAX + 1])
{
    static const char *const credentials[] = {NULL, "Bearer demo-token",
                                              "Basic ZGVtby1zZXJ2aWNlOmRlbW8tc2VjcmV0", NULL};
    size_t count = 0;
    const char *credential = credentials[flags & AUTHORIZATION];
    if ((flags & AUTHORIZATION) == AUTHORIZATION) {
        credential =
            fe_arena_printf(&memory->arena, "Bearer " FE_PRI, FE_ARG(newest_token(memory))).ptr;
    }
    if (credential) {
        fields[count++] = "Authorization";
        fields[count++] = credential;
    }
    if (flags & AS_MODULE) {
        fields[count++] = "Module-Auth-Token";
        fields[count++] = "demo-module-token";
    }
    fields[count++] = "Content-Type";
    fields[count++] = flags & AS_FORM ? "application/x-www-form-urlencoded" : "application/json";
    struct fe_slice field;
    while (count < (size_t)2 * INPUT_FIELDS_MAX && fe_slice_split(&text, '|', &field)) {
        struct fe_slice name = FE_SLICE("X");
        (void)fe_slice_split(&field, ':', &name);
        if (name.len > 0) {
            fields[count++] = fe_arena_copy(&memory->arena, name).ptr;
            fields[count++] = fe_arena_copy(&memory->arena, fe_slice_trim(field)).ptr;
        }
    }
    fields[count] = NULL;
}

/* A field's text without what the gate refuses. */
static struct fe_slice clean(struct memory *memory, struct fe_slice text)
{
    char *bytes = fe_arena_alloc(&memory->arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bytes[i] = (char)(c < ' ' || c == 0x7f ? '_' : c);
    }
    return (struct fe_slice){bytes, text.len};
}

static struct fe_slice target_of(struct memory *memory, const struct fe_route *route,
                                 struct fe_slice params, struct fe_slice query)
{
    struct fe_buf target;
    fe_buf_init(&target, TEXT_BYTES_MAX);
    if (route) {
        put_path(memory, fe_slice_cstr(route->pattern), params, &target);
    } else {
        (void)fe_buf_putc(&target, '/');
        put_target(&target, params);
    }
    (void)fe_buf_puts(&target, query.len > 0 ? "?" : "");
    put_target(&target, expand(memory, query));
    struct fe_slice copy = fe_arena_copy(&memory->arena, fe_buf_slice(&target));
    fe_buf_done(&target);
    return copy;
}

void input_take(struct memory *memory, const struct fe_emulator *emulator, struct fe_slice *input,
                struct input_request *request_out)
{
    struct fe_slice lines[3] = {FE_SLICE(""), FE_SLICE(""),
                                FE_SLICE("")}; /* params, query, fields */
    struct fe_slice text = FE_SLICE("");
    uint16_t place = (uint16_t)(fuzz_byte(input) << 8);
    place = (uint16_t)(place | fuzz_byte(input));
    unsigned flags = fuzz_byte(input);
    (void)fe_slice_split(input, '\0', &text);
    for (size_t i = 0; i < 3; i++) {
        (void)fe_slice_split(&text, '\n', &lines[i]);
    }
    const struct fe_route *route = choose_route(emulator, place);
    enum fe_method method =
        flags & OTHER_METHOD ? (enum fe_method)(place % FE_METHODS) : route->method;
    *request_out = (struct input_request){.route = flags & OTHER_PATH ? NULL : route,
                                          .later = flags & LATER,
                                          .leaves = flags & LEAVES};
    fill_fields(memory, flags, clean(memory, expand(memory, lines[2])), request_out->fields);
    request_out->request = (struct fe_loopback_request){
        .method = method,
        .target = target_of(memory, request_out->route, lines[0], lines[1]).ptr,
        .headers = request_out->fields,
        .body = expand(memory, text)};
}
