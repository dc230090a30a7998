/* SPDX-License-Identifier: MIT */
#include "cassette/library/explain_private.h"

#include <inttypes.h>

#include "cassette/redact/redactor.h"
#include "util/utf8.h"

static const struct fe_slice ellipsis = FE_SLICE_INIT("…");

/* ── what a redactor must have seen ── */

static void drop_bytes(void *arg, const struct fe_safe_bytes *bytes, uint64_t input_end)
{
    (void)arg;
    (void)bytes;
    (void)input_end;
}

static void feed_asked(const struct fe_explaining *e)
{
    struct fe_arena scratch = {NULL};
    (void)fe_redactor_head(e->redactor, e->missed->head, &scratch);
    if (e->missed->body) {
        struct fe_body_redactor *body =
            fe_body_redactor_new(e->redactor, true, &e->missed->head->headers, drop_bytes, NULL);
        fe_body_redactor_push(body, *e->missed->body);
        fe_body_redactor_end(body);
        fe_body_redactor_free(body);
    }
    fe_arena_done(&scratch);
}

/* A cassette may have kept its secrets. */
static void feed_recorded(const struct fe_explaining *e, const struct fe_near *near)
{
    struct fe_arena scratch = {NULL};
    struct fe_body_redactor *body = NULL;
    for (size_t i = 0; i < near->recorded->frame_count; i++) {
        struct fe_frame frame;
        fe_reader_frame_at(near->reader, near->recorded->frames[i], &scratch, &frame);
        if (frame.kind == FE_FRAME_REQUEST) {
            (void)fe_redactor_head(e->redactor, &frame.head, &scratch);
            body = fe_body_redactor_new(e->redactor, true, &frame.head.headers, drop_bytes, NULL);
        } else if (frame.kind == FE_FRAME_REQUEST_BODY && body) {
            fe_body_redactor_push(body, frame.body.bytes);
        }
    }
    if (body) {
        fe_body_redactor_end(body);
    }
    fe_body_redactor_free(body);
    fe_arena_done(&scratch);
}

/* ── texts ── */

static struct fe_slice cut(const struct fe_explaining *e, struct fe_slice text)
{
    size_t end = 0;
    if (text.len <= FE_EXPLAIN_TEXT_BYTES) {
        return text;
    }
    for (;;) {
        size_t length = fe_utf8_length(fe_slice_from(text, end));
        length = length > 0 ? length : 1;
        if (end + length > FE_EXPLAIN_TEXT_BYTES - ellipsis.len) {
            break;
        }
        end += length;
    }
    return fe_arena_printf(e->arena, FE_PRI FE_PRI, (int)end, text.ptr, FE_ARG(ellipsis));
}

struct fe_slice fe_explain_shown(const struct fe_explaining *e, struct fe_slice text)
{
    return cut(e, fe_redactor_text(e->redactor, text, e->arena));
}

/* What a JSON pointer says, its escapes resolved (RFC 6901 §4). */
static struct fe_slice unescaped(struct fe_slice pointer, struct fe_arena *arena)
{
    char *text = fe_arena_alloc(arena, pointer.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < pointer.len; i++) {
        struct fe_slice rest = fe_slice_from(pointer, i);
        bool slash = fe_slice_starts(rest, FE_SLICE("~1"));
        text[len] = pointer.ptr[i];
        if (slash) {
            text[len] = '/';
        }
        len++;
        i += slash || fe_slice_starts(rest, FE_SLICE("~0"));
    }
    return (struct fe_slice){text, len};
}

struct fe_slice fe_explain_name(const struct fe_explaining *e, const struct fe_part *part)
{
    struct fe_slice said =
        part->kind == FE_PART_BODY ? unescaped(part->name, e->arena) : part->name;
    struct fe_slice safe = fe_redactor_text(e->redactor, said, e->arena);
    return fe_slice_eq(safe, said) ? part->name : safe;
}

/* A value may be JSON, or have a URL in it, wherever it stands. */
static struct fe_slice shown_value(const struct fe_explaining *e, const struct fe_part *part)
{
    struct fe_slice type = {"", 0};
    if (part == NULL || (part->kind == FE_PART_BODY_FORM && part->value.len == 0)) {
        return (struct fe_slice){NULL, 0};
    }
    if (part->value.len == 0) {
        return FE_SLICE("");
    }
    if (part->kind == FE_PART_METHOD || part->kind == FE_PART_PATH) {
        return fe_explain_shown(e, part->value);
    }
    if (part->kind == FE_PART_BODY && part->name.len == 0) {
        (void)fe_headers_get(&e->missed->head->headers, FE_SLICE("Content-Type"), &type);
    }
    return fe_explain_shown(e, fe_redactor_body_text(e->redactor, type, part->value, e->arena));
}

/* ── what differs ── */

static void tell_difference(const struct fe_explaining *e, const struct fe_difference *difference,
                            struct fe_explained_difference *told)
{
    static const struct fe_slice parts[] = {
        [FE_PART_METHOD] = FE_SLICE_INIT("method"),       [FE_PART_PATH] = FE_SLICE_INIT("path"),
        [FE_PART_QUERY] = FE_SLICE_INIT("query"),         [FE_PART_FIELD] = FE_SLICE_INIT("header"),
        [FE_PART_BODY_FORM] = FE_SLICE_INIT("body_form"), [FE_PART_BODY] = FE_SLICE_INIT("body"),
    };
    const struct fe_part *part = difference->ours ? difference->ours : difference->theirs;
    *told = (struct fe_explained_difference){
        .part = parts[part->kind],
        .asked = shown_value(e, difference->ours),
        .recorded = shown_value(e, difference->theirs),
    };
    if (part->name.len > 0) {
        told->name = cut(e, fe_explain_name(e, part));
    }
}

static void tell_recording(const struct fe_explaining *e, const struct fe_near *near,
                           struct fe_explained_recording *told)
{
    struct fe_difference differences[FE_EXPLAIN_DIFFERENCES];
    struct fe_frame frame;
    size_t count =
        fe_canonical_compare(&near->asked, &near->canonical, differences, FE_EXPLAIN_DIFFERENCES);
    fe_reader_frame_at(near->reader, near->recorded->request, e->arena, &frame);
    told->seq = near->seq;
    told->cassette = fe_slice_cstr(fe_reader_path(near->reader));
    told->method = fe_explain_shown(e, frame.head.method);
    told->target = fe_explain_shown(e, frame.head.target);
    told->difference_count = count;
    for (size_t i = 0; i < count && i < FE_EXPLAIN_DIFFERENCES; i++) {
        tell_difference(e, &differences[i], &told->differences[i]);
    }
}

/* ── the reason ── */

static struct fe_slice why_unknown(const struct fe_explaining *e)
{
    const struct fe_near *nearest = &e->near[0];
    struct fe_difference first = {NULL, NULL};
    if (e->out->near_count == 0) {
        return FE_SLICE("Nothing was recorded.");
    }
    size_t count = fe_canonical_compare(&nearest->asked, &nearest->canonical, &first, 1);
    if (count == 0) {
        return FE_SLICE("Its body was not read, and cannot be compared.");
    }
    if (!fe_slice_eq(fe_row_path_of(&nearest->asked), fe_row_path_of(&nearest->canonical))) {
        return FE_SLICE("No recording has this path.");
    }
    if (first.ours && first.ours->kind == FE_PART_METHOD) {
        return fe_arena_printf(e->arena, "This path was recorded, but never with " FE_PRI ".",
                               FE_ARG(fe_explain_shown(e, e->missed->head->method)));
    }
    return count == 1 ? fe_arena_printf(e->arena, "One thing differs from recording %" PRIu64 ".",
                                        nearest->seq)
                      : fe_arena_printf(e->arena, "%zu things differ from recording %" PRIu64 ".",
                                        count, nearest->seq);
}

static struct fe_slice why_used_up(const struct fe_explaining *e)
{
    uint64_t times = e->standing.recorded;
    return times > 1 ? fe_arena_printf(e->arena,
                                       "It was recorded %" PRIu64 " times, and all of them have "
                                       "been played.",
                                       times)
                     : FE_SLICE("It was recorded once, and that has been played.");
}

static struct fe_slice why_too_early(const struct fe_explaining *e)
{
    const struct fe_take *write = &e->standing.write;
    struct fe_frame frame;
    if (write->reader == NULL) {
        return FE_SLICE("It was recorded behind a write that has not been played.");
    }
    fe_reader_frame_at(write->reader, write->recorded->request, e->arena, &frame);
    return fe_arena_printf(e->arena,
                           "It was recorded behind " FE_PRI " " FE_PRI " (recording %" PRIu64
                           "), which has not been played.",
                           FE_ARG(fe_explain_shown(e, frame.head.method)),
                           FE_ARG(fe_explain_shown(e, frame.head.target)), write->seq);
}

static struct fe_slice reason(const struct fe_explaining *e)
{
    switch (e->missed->find) {
    case FE_MISS_USED_UP:
        return why_used_up(e);
    case FE_MISS_TOO_EARLY:
        return why_too_early(e);
    default:
        return why_unknown(e);
    }
}

void fe_explain(struct fe_library *library, const struct fe_missed *missed,
                struct fe_redactor *redactor, struct fe_arena *arena,
                struct fe_explanation *explanation_out)
{
    struct fe_explaining e = {
        .library = library,
        .missed = missed,
        .redactor = redactor,
        .arena = arena,
        .out = explanation_out,
    };
    struct fe_slice body = missed->body ? *missed->body : FE_SLICE("");
    *explanation_out = (struct fe_explanation){.find = missed->find};
    size_t count =
        fe_library_nearest(library, missed->head, missed->body, arena, e.near, FE_EXPLAIN_NEAR);
    fe_library_standing(library, missed->head, body, &e.standing);
    feed_asked(&e);
    for (size_t i = 0; i < count; i++) {
        feed_recorded(&e, &e.near[i]);
    }
    explanation_out->near_count = count;
    for (size_t i = 0; i < count; i++) {
        tell_recording(&e, &e.near[i], &explanation_out->near[i]);
    }
    explanation_out->reason = reason(&e);
    fe_explain_advise(&e);
}

/* ── without a miss ── */

size_t fe_explain_parts(struct fe_library *library, const struct fe_missed *asked,
                        struct fe_redactor *redactor, struct fe_arena *arena,
                        struct fe_explained_difference *parts_out, size_t max)
{
    struct fe_explaining e = {
        .library = library,
        .missed = asked,
        .redactor = redactor,
        .arena = arena,
    };
    size_t count = 0;
    (void)fe_library_nearest(library, asked->head, asked->body, arena, e.near, 1);
    feed_asked(&e);
    for (size_t i = 0; i < e.near[0].asked.count; i++) {
        const struct fe_part *part = &e.near[0].asked.parts[i];
        if (part->kind == FE_PART_BODY_FORM && part->value.len == 0) {
            continue;
        }
        if (count < max) {
            tell_difference(&e, &(struct fe_difference){.ours = part}, &parts_out[count]);
        }
        count++;
    }
    return count;
}

struct fe_redactor *fe_explain_redactor_new(const struct fe_library *library,
                                            struct fe_random *random)
{
    struct fe_arena scratch = {NULL};
    struct fe_frame_redaction all = {.version = FE_RULES_VERSION};
    for (size_t i = 0; i < library->dialect_count; i++) {
        fe_redaction_join(&all, library->dialects[i].redaction, &scratch);
    }
    struct fe_redactor *redactor = fe_redactor_new(&all, random);
    fe_arena_done(&scratch);
    return redactor;
}
