/* SPDX-License-Identifier: MIT */
/* Bodies go through a window: what is in it is looked at when it is full, and what may be the
 * beginning of something stays for the next. */
#include "foundry-cassette/lint_walk.h"

#include <ctype.h>
#include <stdlib.h>

#include "cassette/redact/coding.h"
#include "cassette/redact/rules.h"
#include "util/alloc.h"

enum {
    WINDOW_BYTES = FE_LINT_TEXT_BYTES,
    OVERLAP_BYTES = 4 << 10, /* longer secrets are found by the half of them */
    PLACE_BYTES = 160
};

/* Places in the order in which they are told. */
enum rank {
    OF_EXCHANGE,
    OF_REQUEST_TARGET,
    OF_REQUEST_FIELDS,
    OF_REQUEST_BODY = OF_REQUEST_FIELDS + 256,
    OF_REQUEST_TRAILERS,
    OF_RESPONSE_FIELDS = OF_REQUEST_TRAILERS + 256,
    OF_RESPONSE_BODY = OF_RESPONSE_FIELDS + 256,
    OF_RESPONSE_TRAILERS,
    OF_NOTE = OF_RESPONSE_TRAILERS + 256
};

/* Where the lint is. */
struct spot {
    const struct fe_lint_walk *walk;
    const struct fe_rules *rules;
    uint64_t seq;
    unsigned rank;
    char place[PLACE_BYTES];
    uint64_t base;    /* of the text in the place */
    size_t text_stop; /* what begins behind it will come again */
    bool named_place; /* the place says the name */
};

static void on_hit(void *arg, const struct fe_lint_hit *hit)
{
    const struct spot *spot = arg;
    if (hit->start >= spot->text_stop) {
        return;
    }
    const struct fe_lint_finding finding = {
        .seq = spot->seq,
        .place = fe_slice_cstr(spot->place),
        .rank = spot->rank,
        .in_text = true,
        .start = spot->base + hit->start,
        .end = spot->base + hit->end,
        .name = spot->named_place ? (struct fe_slice){NULL, 0} : hit->name,
        .rule = hit->rule,
    };
    fe_lint_report_add(spot->walk->report, &finding);
}

static void tell(const struct spot *spot, unsigned rank, const char *place, const char *rule)
{
    const struct fe_lint_finding finding = {
        .seq = spot->seq, .place = fe_slice_cstr(place), .rank = rank, .rule = rule};
    if (!spot->walk->known_only) {
        fe_lint_report_add(spot->walk->report, &finding);
    }
}

static void enter(struct spot *spot, unsigned rank, const char *side, const char *what,
                  struct fe_slice name)
{
    spot->rank = rank;
    spot->base = 0;
    spot->text_stop = SIZE_MAX;
    spot->named_place = name.len > 0;
    (void)snprintf(spot->place, sizeof(spot->place), "%s %s%s%.*s", side, what,
                   name.len > 0 ? " " : "", name.len < 100 ? (int)name.len : 100,
                   name.len > 0 ? name.ptr : "");
}

static struct fe_lint_view view_of(struct spot *spot)
{
    return (struct fe_lint_view){.rules = spot->rules,
                                 .secrets = spot->walk->secrets,
                                 .known_only = spot->walk->known_only,
                                 .on_hit = on_hit,
                                 .arg = spot};
}

/* ── heads ─────────────────────────────────────────────────────────────────────────────────── */

static void lint_text(struct spot *spot, struct fe_slice text, struct fe_slice name, unsigned flags)
{
    const struct fe_lint_view view = view_of(spot);
    while (text.len > 0) {
        struct fe_slice part = {text.ptr, text.len < WINDOW_BYTES ? text.len : WINDOW_BYTES};
        fe_lint_view_text(&view, part, name, flags);
        spot->base += part.len;
        text = fe_slice_from(text, part.len);
    }
    spot->base = 0;
}

/* Each pair of a Cookie, the first of a Set-Cookie. */
static void lint_cookies(struct spot *spot, struct fe_slice value, bool first_only)
{
    const struct fe_lint_view view = view_of(spot);
    const char *start = value.ptr;
    struct fe_slice pair = {NULL, 0};
    for (bool more = true; more && fe_slice_split(&value, ';', &pair); more = !first_only) {
        pair = fe_slice_trim(pair);
        ptrdiff_t equals = fe_slice_index(pair, '=');
        struct fe_slice name = {pair.ptr, equals < 0 ? 0 : (size_t)equals};
        struct fe_slice kind = {NULL, 0};
        pair = fe_slice_from(pair, (size_t)(equals + 1));
        if (pair.len > 0 && fe_rules_find(spot->rules, FE_NAME_COOKIE, name, &kind)) {
            spot->base = (uint64_t)(pair.ptr - start);
            fe_lint_view_value(&view, name, pair);
        }
    }
    spot->base = 0;
}

static void lint_field(struct spot *spot, const struct fe_header *field)
{
    struct fe_slice kind = {NULL, 0};
    const struct fe_lint_view view = view_of(spot);
    bool sets = fe_slice_eq_nocase(field->name, FE_SLICE("Set-Cookie"));
    if (sets || fe_slice_eq_nocase(field->name, FE_SLICE("Cookie"))) {
        lint_cookies(spot, field->value, sets);
    } else if (fe_rules_find(spot->rules, FE_NAME_FIELD, field->name, &kind)) {
        fe_lint_view_value(&view, field->name, field->value);
    }
    bool has_url = fe_slice_eq_nocase(field->name, FE_SLICE("Location")) ||
                   fe_slice_eq_nocase(field->name, FE_SLICE("Referer"));
    lint_text(spot, field->value, field->name, has_url ? FE_LINT_FORM : 0);
}

static void lint_fields(struct spot *spot, unsigned rank, const char *side, const char *what,
                        const struct fe_headers *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        enter(spot, rank + (unsigned)(i < 255 ? i : 255), side, what, fields->items[i].name);
        lint_field(spot, &fields->items[i]);
    }
}

/* ── bodies ────────────────────────────────────────────────────────────────────────────────── */

struct window {
    struct spot *spot;
    struct fe_buf bytes;
    unsigned flags;
    bool flags_known;
};

static unsigned flags_of(struct fe_slice body)
{
    size_t i = 0;
    while (i < body.len && isspace((unsigned char)body.ptr[i])) {
        i++;
    }
    return i < body.len && (body.ptr[i] == '{' || body.ptr[i] == '[') ? FE_LINT_JSON : 0;
}

/* What may be cut: the last place between words, in front of the overlap. */
static size_t last_break(struct fe_slice text)
{
    size_t stop = text.len - OVERLAP_BYTES;
    for (size_t i = stop; i > stop - OVERLAP_BYTES; i--) {
        if (strchr(" \n,;&{}", text.ptr[i]) && text.ptr[i]) {
            return i;
        }
    }
    return stop;
}

static void look_at_window(struct window *window, bool last)
{
    struct fe_slice text = fe_buf_slice(&window->bytes);
    if (!window->flags_known) {
        window->flags |= flags_of(text);
        window->flags_known = true;
    }
    size_t stop = last ? text.len : last_break(text);
    const struct fe_lint_view view = view_of(window->spot);
    window->spot->text_stop = last ? SIZE_MAX : stop;
    fe_lint_view_text(&view, text, (struct fe_slice){"", 0}, window->flags);
    window->spot->base += stop;
    fe_buf_consume(&window->bytes, stop);
}

static void on_bytes(void *arg, struct fe_slice bytes)
{
    struct window *window = arg;
    while (bytes.len > 0) {
        size_t room = WINDOW_BYTES - window->bytes.len;
        struct fe_slice part = {bytes.ptr, bytes.len < room ? bytes.len : room};
        (void)fe_buf_put(&window->bytes, part);
        bytes = fe_slice_from(bytes, part.len);
        if (window->bytes.len == WINDOW_BYTES) {
            look_at_window(window, false);
        }
    }
}

struct body {
    const struct fe_recorded *recorded;
    uint64_t kind;
    const struct fe_frame_head *head;
    const struct fe_frame_body_end *end;
    const char *side;
};

/* 0, or what fe_coding_push() says; what was decoded until then has been looked at. */
static int push_body(const struct spot *spot, const struct body *body, struct fe_coding *coding,
                     struct window *window)
{
    int r = 0;
    for (size_t i = 0; i < body->recorded->frame_count && r == 0; i++) {
        struct fe_arena arena = {0};
        struct fe_frame frame;
        fe_reader_frame_at(spot->walk->input->reader, body->recorded->frames[i], &arena, &frame);
        if (frame.kind == body->kind && coding) {
            r = fe_coding_push(coding, frame.body.bytes);
        } else if (frame.kind == body->kind) {
            on_bytes(window, frame.body.bytes);
        }
        fe_arena_done(&arena);
    }
    return r;
}

static void lint_body(struct spot *spot, unsigned rank, const struct body *body)
{
    struct fe_slice type = {NULL, 0};
    struct fe_slice names = {NULL, 0};
    struct fe_coding *coding = NULL;
    struct window window = {.spot = spot};
    enter(spot, rank, body->side, "body", (struct fe_slice){NULL, 0});
    if (body->end->dropped.len > 0) {
        tell(spot, rank, spot->place, "it was not kept, as it could not be read");
    }
    if (body->end->bytes > spot->walk->body_bytes_max) {
        tell(spot, rank, spot->place, "it is larger than --max-body");
    }
    if (body->end->bytes == 0) {
        return;
    }
    if (body->end->decoded.len == 0 &&
        fe_coding_new(&body->head->headers, on_bytes, &window, &coding, &names) < 0) {
        tell(spot, rank, spot->place, "its content coding is not known, so it could not be read");
    }
    if (fe_headers_get(&body->head->headers, FE_SLICE("Content-Type"), &type) && type.len >= 33 &&
        fe_slice_starts(type, FE_SLICE("application/x-www-form-urlencoded"))) {
        window.flags = FE_LINT_FORM;
    }
    fe_buf_init_firm(&window.bytes, WINDOW_BYTES);
    if (push_body(spot, body, coding, &window) < 0) {
        tell(spot, rank, spot->place, "it is not what its Content-Encoding says");
    }
    if (window.bytes.len > 0) {
        look_at_window(&window, true);
    }
    fe_coding_free(coding);
    fe_buf_done(&window.bytes);
}

/* ── exchanges ─────────────────────────────────────────────────────────────────────────────── */

static void lint_exchange(struct spot *spot, size_t at)
{
    struct fe_arena arena = {0};
    struct fe_exchange x;
    fe_exchange_read(spot->walk->input, at, &arena, &x);
    spot->seq = x.recorded->seq;
    if (!x.recorded->ended) {
        tell(spot, OF_EXCHANGE, "exchange", "it has no end: the recording broke off");
    } else if (x.end.outcome == FE_RECORDED_TRUNCATED) {
        tell(spot, OF_EXCHANGE, "exchange", "it was cut off: truncated");
    } else if (x.end.outcome == FE_RECORDED_CLIENT_ABORT) {
        tell(spot, OF_EXCHANGE, "exchange", "it was cut off: client_abort");
    } else if (x.end.outcome != FE_RECORDED_OK && x.answered) {
        tell(spot, OF_EXCHANGE, "exchange", "it was cut off within its answer");
    }
    enter(spot, OF_REQUEST_TARGET, "request", "target", (struct fe_slice){NULL, 0});
    lint_text(spot, x.request.target, (struct fe_slice){"", 0}, FE_LINT_FORM);
    lint_fields(spot, OF_REQUEST_FIELDS, "request", "field", &x.request.headers);
    const struct body request = {x.recorded, FE_FRAME_REQUEST_BODY, &x.request, &x.end.request,
                                 "request"};
    lint_body(spot, OF_REQUEST_BODY, &request);
    lint_fields(spot, OF_REQUEST_TRAILERS, "request", "trailer", &x.end.request.trailers);
    lint_fields(spot, OF_RESPONSE_FIELDS, "response", "field", &x.response.headers);
    const struct body response = {x.recorded, FE_FRAME_RESPONSE_BODY, &x.response, &x.end.response,
                                  "response"};
    lint_body(spot, OF_RESPONSE_BODY, &response);
    lint_fields(spot, OF_RESPONSE_TRAILERS, "response", "trailer", &x.end.response.trailers);
    enter(spot, OF_NOTE, "end", "note", (struct fe_slice){NULL, 0});
    lint_text(spot, x.end.note, (struct fe_slice){"", 0}, 0);
    fe_arena_done(&arena);
}

void fe_lint_walk(const struct fe_lint_walk *walk)
{
    const struct fe_index *index = &walk->input->index;
    struct spot spot = {.walk = walk};
    size_t at = 0;
    for (size_t i = 0; i < index->session_count; i++) {
        struct fe_frame_redaction redaction = index->sessions[i].redaction;
        redaction.secrets_kept = false; /* so that names mean something */
        struct fe_rules *rules = fe_rules_new(&redaction);
        spot.rules = rules;
        for (; at < index->count && index->exchanges[at].session == i; at++) {
            lint_exchange(&spot, at);
        }
        fe_rules_free(rules);
    }
}
