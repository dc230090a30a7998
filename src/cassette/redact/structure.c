/* SPDX-License-Identifier: MIT */
#include "cassette/redact/structure.h"

#include <stdlib.h>

#include "cassette/redact/values.h"
#include "message/media_type.h"
#include "util/alloc.h"

enum kind {
    UNDECIDED, /* the first bytes tell */
    PLAIN,
    TEXT,
    JSON,
    FORM,
    MULTIPART
};

/* So far into a body of no said type, a control character shows that it is no text. */
enum {
    GUESS_BYTES = 4096
};

struct fe_any_values {
    struct fe_values *values;
    enum kind kind;
    size_t guess_left; /* bytes within which what was decided may prove wrong */
    struct fe_text_values *text;
    struct fe_json_values *json;
    struct fe_form_values *form;
    struct fe_multipart_values *multipart;
};

/* ── what a Content-Type says ── */

static bool ends_nocase(struct fe_slice text, struct fe_slice end)
{
    return text.len >= end.len && fe_slice_eq_nocase(fe_slice_from(text, text.len - end.len), end);
}

static bool starts_nocase(struct fe_slice text, struct fe_slice start)
{
    return text.len >= start.len &&
           fe_slice_eq_nocase((struct fe_slice){text.ptr, start.len}, start);
}

static bool is_json(struct fe_slice type)
{
    return ends_nocase(type, FE_SLICE("/json")) || ends_nocase(type, FE_SLICE("+json")) ||
           ends_nocase(type, FE_SLICE("-json"));
}

static bool is_json_lines(struct fe_slice type)
{
    return ends_nocase(type, FE_SLICE("ndjson")) || ends_nocase(type, FE_SLICE("jsonl")) ||
           ends_nocase(type, FE_SLICE("json-seq")) || ends_nocase(type, FE_SLICE("jsonlines")) ||
           fe_slice_eq_nocase(type, FE_SLICE("text/event-stream"));
}

static bool is_markup(struct fe_slice type)
{
    return ends_nocase(type, FE_SLICE("html")) || ends_nocase(type, FE_SLICE("xml"));
}

static bool is_script(struct fe_slice type)
{
    return ends_nocase(type, FE_SLICE("javascript")) || ends_nocase(type, FE_SLICE("ecmascript")) ||
           ends_nocase(type, FE_SLICE("/css"));
}

static bool is_text(struct fe_slice type)
{
    return starts_nocase(type, FE_SLICE("text/")) || ends_nocase(type, FE_SLICE("yaml")) ||
           is_markup(type) || is_script(type);
}

static unsigned text_flags(struct fe_slice type)
{
    if (is_script(type)) {
        return FE_TEXT_QUOTED | FE_TEXT_SCRIPT;
    }
    return FE_TEXT_QUOTED | (is_markup(type) ? FE_TEXT_MARKUP : FE_TEXT_LINES);
}

static bool is_unknown(struct fe_slice type)
{
    return type.len == 0 || fe_slice_eq_nocase(type, FE_SLICE("application/octet-stream")) ||
           fe_slice_eq_nocase(type, FE_SLICE("binary/octet-stream"));
}

static void use_json(struct fe_any_values *m, bool by_line)
{
    m->kind = JSON;
    m->json = fe_json_values_new(m->values, 0, by_line);
}

static void use_text(struct fe_any_values *m, unsigned flags)
{
    m->kind = TEXT;
    m->text = fe_text_values_new(m->values, flags);
}

static void use_form(struct fe_any_values *m)
{
    m->kind = FORM;
    m->form = fe_form_values_new(m->values);
}

struct fe_any_values *fe_any_values_new(struct fe_values *values, struct fe_slice content_type,
                                        bool may_be_multipart)
{
    struct fe_any_values *m = fe_xalloc(sizeof(*m));
    struct fe_slice type = fe_media_essence(content_type);
    m->values = values;
    m->kind = PLAIN;
    if (is_unknown(type)) {
        m->kind = UNDECIDED;
        m->guess_left = GUESS_BYTES;
    } else if (is_json(type) || is_json_lines(type)) {
        use_json(m, is_json_lines(type));
    } else if (fe_slice_eq_nocase(type, FE_SLICE("application/x-www-form-urlencoded"))) {
        use_form(m);
    } else if (starts_nocase(type, FE_SLICE("multipart/")) && may_be_multipart) {
        m->kind = MULTIPART;
        m->multipart =
            fe_multipart_values_new(values, fe_media_parameter(content_type, FE_SLICE("boundary")));
    } else if (is_text(type)) {
        use_text(m, text_flags(type));
    }
    return m;
}

void fe_any_values_free(struct fe_any_values *m)
{
    if (m != NULL) {
        fe_text_values_free(m->text);
        fe_json_values_free(m->json);
        fe_form_values_free(m->form);
        fe_multipart_values_free(m->multipart);
        free(m);
    }
}

/* ── what the first byte says ── */

static void decide(struct fe_any_values *m, char c)
{
    unsigned char byte = (unsigned char)c;
    if (c == '{' || c == '[' || c == '"') {
        use_json(m, false);
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_') {
        use_form(m);
    } else if (c == '<') {
        use_text(m, FE_TEXT_QUOTED | FE_TEXT_MARKUP);
    } else if (byte > ' ' && byte < 0x7f) {
        use_text(m, 0);
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
        m->kind = PLAIN;
    }
}

static bool is_control(char c)
{
    unsigned char byte = (unsigned char)c;
    return (byte < ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r') || byte == 0x7f;
}

/* How many bytes come before what shows that this is no text; all, if nothing does. */
static size_t text_length(struct fe_any_values *m, struct fe_slice text)
{
    size_t len = 0;
    while (len < text.len && m->guess_left > 0 && !is_control(text.ptr[len])) {
        len++;
        m->guess_left--;
    }
    return m->guess_left > 0 ? len : text.len;
}

static void push(struct fe_any_values *m, struct fe_slice text, struct fe_slice raw)
{
    for (size_t i = 0; i < text.len && m->kind == UNDECIDED; i++) {
        decide(m, text.ptr[i]);
    }
    switch (m->kind) {
    case UNDECIDED:
    case PLAIN:
        fe_values_plain(m->values, raw);
        return;
    case TEXT:
        fe_text_values_push(m->text, text, raw);
        return;
    case JSON:
        fe_json_values_push(m->json, text, raw);
        return;
    case FORM:
        fe_form_values_push(m->form, text, raw);
        return;
    case MULTIPART:
        break;
    }
    fe_multipart_values_push(m->multipart, text, raw);
}

/* Where `text` and `raw` are one, that is; what was unescaped is text in a text. */
void fe_any_values_push(struct fe_any_values *m, struct fe_slice text, struct fe_slice raw)
{
    if (m->guess_left == 0 || m->kind == PLAIN || text.ptr != raw.ptr) {
        push(m, text, raw);
        return;
    }
    struct fe_slice front = {text.ptr, text_length(m, text)};
    if (front.len > 0) {
        push(m, front, front);
    }
    if (front.len < text.len) {
        fe_any_values_break(m);
        m->kind = PLAIN;
        fe_values_plain(m->values, fe_slice_from(text, front.len));
    }
}

void fe_any_values_break(struct fe_any_values *m)
{
    if (m->kind == TEXT) {
        fe_text_values_break(m->text);
    } else if (m->kind == JSON) {
        fe_json_values_break(m->json);
    } else if (m->kind == FORM) {
        fe_form_values_break(m->form);
    } else if (m->kind == MULTIPART) {
        fe_multipart_values_break(m->multipart);
    }
}

void fe_any_values_keep(struct fe_any_values *m)
{
    if (m->kind == TEXT) {
        fe_text_values_keep(m->text);
    } else if (m->kind == JSON) {
        fe_json_values_keep(m->json);
    } else if (m->kind == FORM) {
        fe_form_values_keep(m->form);
    } else if (m->kind == MULTIPART) {
        fe_multipart_values_keep(m->multipart);
    }
}

/* ── public ── */

struct fe_structure {
    struct fe_values values;
    char *type;
    size_t type_len;
    struct fe_any_values *machine;
};

static struct fe_structure *make(const struct fe_rules *rules, struct fe_slice type,
                                 const struct fe_structure_ops *ops, void *arg)
{
    struct fe_structure *structure = fe_xalloc(sizeof(*structure));
    fe_values_init(&structure->values, rules, ops, arg);
    structure->type = fe_xstrdup(type);
    structure->type_len = type.len;
    structure->machine = fe_any_values_new(&structure->values, type, true);
    return structure;
}

struct fe_structure *fe_structure_new(const struct fe_rules *rules,
                                      const struct fe_headers *headers,
                                      const struct fe_structure_ops *ops, void *arg)
{
    struct fe_slice type = {"", 0};
    (void)fe_headers_get(headers, FE_SLICE("Content-Type"), &type);
    return make(rules, type, ops, arg);
}

struct fe_structure *fe_structure_again(const struct fe_structure *structure,
                                        const struct fe_structure_ops *ops)
{
    const struct fe_values *values = &structure->values;
    struct fe_slice type = {structure->type, structure->type_len};
    return make(values->rules, type, ops, values->arg);
}

void fe_structure_free(struct fe_structure *structure)
{
    if (structure != NULL) {
        fe_any_values_free(structure->machine);
        fe_values_done(&structure->values);
        free(structure->type);
        free(structure);
    }
}

void fe_structure_push(struct fe_structure *structure, struct fe_slice bytes)
{
    fe_any_values_push(structure->machine, bytes, bytes);
    fe_any_values_keep(structure->machine);
    fe_values_flush(&structure->values);
}

bool fe_structure_may_mark(const struct fe_structure *structure)
{
    return structure->machine->kind != PLAIN;
}

void fe_structure_end(struct fe_structure *structure)
{
    fe_any_values_break(structure->machine);
    fe_values_flush(&structure->values);
}
