/* SPDX-License-Identifier: MIT */
#include "cassette/redact/redactor_private.h"

#include <inttypes.h>

#include "cassette/safe.h"

static struct fe_headers copy_fields(const struct fe_headers *fields, struct fe_arena *arena)
{
    struct fe_headers copy = {NULL, 0, 0};
    for (size_t i = 0; i < fields->count; i++) {
        (void)fe_headers_add(&copy, arena, fe_arena_copy(arena, fields->items[i].name),
                             fe_arena_copy(arena, fields->items[i].value));
    }
    return copy;
}

/* Fields, and which of them have values to be replaced in their places. */
struct learned {
    struct fe_headers *fields;
    bool *have_values;
};

static struct learned learn_fields(struct fe_redactor *redactor, struct fe_headers *fields,
                                   struct fe_arena *arena)
{
    struct learned learned = {fields, fe_arena_alloc(arena, fields->count)};
    for (size_t i = 0; i < fields->count; i++) {
        redactor->changed = false;
        fe_redactor_field(redactor, &fields->items[i], arena);
        learned.have_values[i] = redactor->changed;
    }
    for (size_t i = 0; i < fields->count; i++) {
        fe_redactor_learn_within(redactor, fields->items[i].value, arena);
    }
    return learned;
}

static void write_fields(struct fe_redactor *redactor, const struct learned *learned,
                         struct fe_arena *arena)
{
    for (size_t i = 0; i < learned->fields->count; i++) {
        struct fe_header *field = &learned->fields->items[i];
        if (learned->have_values[i]) {
            fe_redactor_begin(redactor, field->value);
            fe_redactor_field(redactor, field, arena);
            field->value = fe_redactor_written(redactor, arena);
        } else {
            field->value = fe_secrets_replace(redactor->secrets, field->value, arena);
        }
        field->name = fe_secrets_replace(redactor->secrets, field->name, arena);
    }
}

static struct fe_slice write_text(struct fe_redactor *redactor, struct fe_slice text,
                                  struct fe_arena *arena)
{
    fe_redactor_begin(redactor, text);
    fe_redactor_urls(redactor, text);
    return fe_redactor_written(redactor, arena);
}

struct fe_safe_head *fe_redactor_head(struct fe_redactor *redactor,
                                      const struct fe_frame_head *head, struct fe_arena *arena)
{
    struct fe_safe_head *safe = fe_arena_alloc(arena, sizeof(*safe));
    struct fe_frame_head *made = &safe->head;
    *made = *head;
    made->method = fe_arena_copy(arena, head->method);
    made->target = fe_arena_copy(arena, head->target);
    made->reason = fe_arena_copy(arena, head->reason);
    made->headers = copy_fields(&head->headers, arena);
    if (redactor->keep_all) {
        return safe;
    }
    fe_redactor_urls(redactor, made->target);
    const struct learned fields = learn_fields(redactor, &made->headers, arena);
    fe_redactor_learn_within(redactor, made->target, arena);
    made->target = write_text(redactor, made->target, arena);
    made->reason = write_text(redactor, made->reason, arena);
    made->method = fe_secrets_replace(redactor->secrets, made->method, arena);
    write_fields(redactor, &fields, arena);
    return safe;
}

void fe_safe_head_set_length(struct fe_safe_head *head, uint64_t bytes, struct fe_arena *arena)
{
    struct fe_headers *fields = &head->head.headers;
    for (size_t i = 0; i < fields->count; i++) {
        if (fe_slice_eq_nocase(fields->items[i].name, FE_SLICE("Content-Length"))) {
            fields->items[i].value = fe_arena_printf(arena, "%" PRIu64, bytes);
        }
    }
}

struct fe_safe_end *fe_redactor_end(struct fe_redactor *redactor, const struct fe_frame_end *end,
                                    struct fe_arena *arena)
{
    struct fe_safe_end *safe = fe_arena_alloc(arena, sizeof(*safe));
    struct fe_frame_body_end *request = &safe->end.request;
    struct fe_frame_body_end *response = &safe->end.response;
    safe->end = *end;
    request->trailers = copy_fields(&end->request.trailers, arena);
    response->trailers = copy_fields(&end->response.trailers, arena);
    safe->end.note = fe_arena_copy(arena, end->note);
    if (redactor->keep_all) {
        return safe;
    }
    const struct learned of_request = learn_fields(redactor, &request->trailers, arena);
    const struct learned of_response = learn_fields(redactor, &response->trailers, arena);
    safe->end.note = fe_redactor_text(redactor, safe->end.note, arena);
    write_fields(redactor, &of_request, arena);
    write_fields(redactor, &of_response, arena);
    return safe;
}
