/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/json_view.h"

#include "foundry-cassette/text.h"

enum {
    INDENT = 2
};

struct view {
    const struct fe_tool *tool;
    struct fe_slice json;
    size_t at;
    size_t depth;
    struct fe_buf *out;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(struct view *view)
{
    while (view->at < view->json.len && is_space(view->json.ptr[view->at])) {
        view->at++;
    }
}

static char peek(struct view *view)
{
    skip_space(view);
    if (view->at == view->json.len) {
        return '\0';
    }
    return view->json.ptr[view->at];
}

static void new_line(struct view *view)
{
    (void)fe_buf_putc(view->out, '\n');
    for (size_t i = 0; i < view->depth * INDENT; i++) {
        (void)fe_buf_putc(view->out, ' ');
    }
}

/* Where the string that begins at view->at ends. */
static size_t string_end(const struct view *view)
{
    size_t at = view->at + 1;
    while (at < view->json.len && view->json.ptr[at] != '"') {
        at += view->json.ptr[at] == '\\' ? 2 : 1;
    }
    return at < view->json.len ? at + 1 : view->json.len;
}

static size_t word_end(const struct view *view)
{
    size_t at = view->at;
    while (at < view->json.len && !is_space(view->json.ptr[at]) &&
           strchr(",:]}", view->json.ptr[at]) == NULL) {
        at++;
    }
    return at;
}

static void put(struct view *view, size_t end, enum fe_style style)
{
    struct fe_slice text = {view->json.ptr + view->at, end - view->at};
    (void)fe_buf_puts(view->out, fe_style(view->tool, style));
    if (view->tool->terminal) {
        fe_readable_append(text, view->out);
    } else {
        (void)fe_buf_put(view->out, text);
    }
    (void)fe_buf_puts(view->out, fe_style(view->tool, FE_STYLE_PLAIN));
    view->at = end;
}

static void put_string(struct view *view)
{
    size_t end = string_end(view);
    size_t begin = view->at;
    view->at = end;
    bool is_key = peek(view) == ':';
    view->at = begin;
    put(view, end, is_key ? FE_STYLE_BLUE : FE_STYLE_GREEN);
}

static void put_mark(struct view *view, char mark)
{
    view->at++;
    bool opens = mark == '{' || mark == '[';
    bool closes = mark == '}' || mark == ']';
    if (closes) {
        view->depth--;
        new_line(view);
    }
    (void)fe_buf_putc(view->out, mark);
    if (opens && (peek(view) == '}' || peek(view) == ']')) {
        (void)fe_buf_putc(view->out, view->json.ptr[view->at++]);
    } else if (opens) {
        view->depth++;
        new_line(view);
    } else if (mark == ',') {
        new_line(view);
    } else if (mark == ':') {
        (void)fe_buf_putc(view->out, ' ');
    }
}

int fe_json_view(const struct fe_tool *tool, struct fe_slice json, struct fe_buf *out)
{
    struct view view = {.tool = tool, .json = json, .out = out};
    for (char c = peek(&view); c != '\0' && out->error == 0; c = peek(&view)) {
        if (c == '"') {
            put_string(&view);
        } else if (strchr("{}[],:", c)) {
            put_mark(&view, c);
        } else {
            bool is_number = c == '-' || (c >= '0' && c <= '9');
            put(&view, word_end(&view), is_number ? FE_STYLE_CYAN : FE_STYLE_YELLOW);
        }
    }
    return out->error;
}
