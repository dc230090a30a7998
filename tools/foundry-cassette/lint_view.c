/* SPDX-License-Identifier: MIT */
/* Texts are small (FE_LINT_TEXT_BYTES), so a view is made whole, with a place for each of its
 * bytes. */
#include "foundry-cassette/lint_view_private.h"

#include <stdlib.h>

#include "cassette/redact/secrets.h"
#include "foundry-cassette/chance.h"
#include "foundry-cassette/shapes.h"
#include "util/alloc.h"

enum {
    DEPTH_MAX = 3,
    BASE64_BYTES_MIN = 16
};

void fe_lint_tell(const struct fe_lint_layer *view, size_t start, size_t end, const char *rule,
                  struct fe_slice name)
{
    const struct fe_lint_hit found = {fe_lint_place_of(view, start), fe_lint_place_of(view, end),
                                      rule, name};
    view->lint->on_hit(view->lint->arg, &found);
}

/* ── runs that chance has made ─────────────────────────────────────────────────────────────── */

/* Every byte is asked for here, so the locale is not. */
static inline bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

static inline bool is_run_char(char c)
{
    return is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

/* The name of the value that begins at `at`: `"name": "…`, `name=…`, `name: …`. */
static struct fe_slice name_before(const struct fe_lint_layer *view, size_t at)
{
    const char *text = view->text.ptr;
    while (at > 0 && (is_run_char(text[at - 1]) || text[at - 1] == '.')) {
        at--;
    }
    bool quoted = at > 0 && (text[at - 1] == '"' || text[at - 1] == '\'');
    at -= quoted;
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '[')) {
        at--;
    }
    if (at == 0 || (text[at - 1] != ':' && text[at - 1] != '=')) {
        return view->name;
    }
    at--;
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '"')) {
        at--;
    }
    size_t end = at;
    while (at > 0 && (fe_lint_is_name_char(text[at - 1]) || text[at - 1] == '#') &&
           end - at < FE_LINT_NAME_BYTES_MAX) {
        at--;
    }
    return (struct fe_slice){text + at, end - at};
}

enum {
    TAG_BYTES_MAX = 1024
};

/* The tag of HTML around `at`; empty: there is none near. */
static struct fe_slice tag_around(struct fe_slice text, size_t at)
{
    size_t start = at;
    size_t end = at;
    while (start > 0 && at - start < TAG_BYTES_MAX && text.ptr[start - 1] != '<') {
        start--;
    }
    while (end < text.len && end - at < TAG_BYTES_MAX && text.ptr[end] != '>') {
        end++;
    }
    bool is_tag = start > 0 && text.ptr[start - 1] == '<' && end < text.len && text.ptr[end] == '>';
    return (struct fe_slice){text.ptr + start, is_tag ? end - start : 0};
}

/* A field of a form is called by its tag's name attribute: `<input name="state" value="…">`. */
static struct fe_slice name_of_field(struct fe_slice tag)
{
    const struct fe_slice attribute = FE_SLICE(" name=\"");
    struct fe_slice rest = tag;
    struct fe_slice name = {NULL, 0};
    while (rest.len > 0 && !fe_slice_starts(rest, attribute)) {
        rest = fe_slice_from(rest, 1);
    }
    if (rest.len > 0) {
        rest = fe_slice_from(rest, attribute.len);
        (void)fe_slice_split(&rest, '"', &name);
    }
    return name;
}

static struct fe_slice name_of_run(const struct fe_lint_layer *view, size_t at)
{
    struct fe_slice name = name_before(view, at);
    return fe_slice_eq_nocase(name, FE_SLICE("value")) ? name_of_field(tag_around(view->text, at))
                                                       : name;
}

static void check_run(const struct fe_lint_layer *view, size_t start, size_t end)
{
    const char *text = view->text.ptr;
    /* The end of an escape may look like a part of it; the view without escapes has it whole. */
    if (start > 0 && (text[start - 1] == '\\' || text[start - 1] == '%')) {
        return;
    }
    struct fe_slice run = {text + start, end - start};
    bool line = (run.len == 64 || run.len == 76) && start > 0 && text[start - 1] == '\n';
    if (!line && fe_chance_is_random(run)) {
        struct fe_slice name = name_of_run(view, start);
        if (!fe_lint_is_harmless(view->lint->rules, name)) {
            fe_lint_tell(view, start, end, "looks like a secret that chance has made", name);
        }
    }
}

/* ── one view ──────────────────────────────────────────────────────────────────────────────── */

static void look(const struct fe_lint_layer *view);

/* That of a text has letters in both cases, and numbers in hexadecimal have not. */
static bool may_be_base64(struct fe_slice run)
{
    bool upper = false;
    bool lower = false;
    for (size_t i = 0; i < run.len && !(upper && lower); i++) {
        upper = upper || (run.ptr[i] >= 'A' && run.ptr[i] <= 'Z');
        lower = lower || (run.ptr[i] >= 'a' && run.ptr[i] <= 'z');
    }
    return upper && lower;
}

static void look_at_base64(const struct fe_lint_layer *view, size_t start, size_t end)
{
    struct fe_slice run = {view->text.ptr + start, end - start};
    if (run.len < BASE64_BYTES_MIN || view->depth >= DEPTH_MAX || !may_be_base64(run)) {
        return;
    }
    char *decoded = fe_xalloc(run.len + 1);
    uint32_t *at = fe_xalloc((run.len + 1) * sizeof(*at));
    for (size_t skip = 0; skip < 4; skip++) {
        size_t len = fe_chance_base64(run, skip, decoded);
        for (size_t i = 0; i <= len; i++) {
            size_t from = start + skip + i * 4 / 3;
            at[i] = (uint32_t)fe_lint_place_of(view, from < end ? from : end);
        }
        const struct fe_lint_layer inner = {.lint = view->lint,
                                            .text = {decoded, len},
                                            .at = at,
                                            .depth = view->depth + 1,
                                            .name = view->name};
        look(&inner);
    }
    explicit_bzero(decoded, run.len);
    free(at);
    free(decoded);
}

/* Shapes, runs and base64 in what begins at `i`; where to go on. */
static size_t look_at_token(const struct fe_lint_layer *view, size_t i)
{
    struct fe_slice text = view->text;
    size_t len = fe_shape_placeholder(fe_slice_from(text, i));
    if (len > 0) {
        return i + len;
    }
    size_t end = i;
    size_t past = 0;
    while (end < text.len && is_run_char(text.ptr[end])) {
        const char *rule = NULL;
        if (end >= past && (end == i || !is_alnum(text.ptr[end - 1])) &&
            fe_shape_at(text, end, &len, &rule)) {
            fe_lint_tell(view, end, end + len, rule, name_before(view, end));
            past = end + len;
        }
        end++;
    }
    if (past == 0) {
        check_run(view, i, end);
    }
    look_at_base64(view, i, end);
    return past > end ? past : end;
}

static void look(const struct fe_lint_layer *view)
{
    struct fe_slice text = view->text;
    for (size_t i = 0; i < text.len;) {
        char c = text.ptr[i];
        size_t len = 0;
        const char *rule = NULL;
        if (c == '=') {
            fe_lint_check_parameter(view, i);
        } else if (c == ':') {
            fe_lint_check_member(view, i);
            if (i + 1 < text.len && text.ptr[i + 1] == '/' && fe_shape_at(text, i, &len, &rule)) {
                fe_lint_tell(view, i, i + len, rule, view->name);
            }
        }
        i = is_run_char(c) ? look_at_token(view, i) : i + 1;
    }
}

/* ── views ─────────────────────────────────────────────────────────────────────────────────── */

static void look_at_all(const struct fe_lint_layer *view);

/* "%" alone is none. */
static bool has_escape(struct fe_slice text, char escape)
{
    for (size_t i = 0; i + 1 < text.len; i++) {
        const char *found = memchr(text.ptr + i, escape, text.len - 1 - i);
        if (found == NULL) {
            return false;
        }
        i = (size_t)(found - text.ptr);
        if (escape == '\\' || fe_hex_digit(found[1]) >= 0) {
            return true;
        }
    }
    return false;
}

static void look_without(const struct fe_lint_layer *view, char escape,
                         size_t (*take)(struct fe_slice text, char *out))
{
    if (view->depth >= DEPTH_MAX || !has_escape(view->text, escape)) {
        return;
    }
    char *text = fe_xalloc(view->text.len + 1);
    uint32_t *at = fe_xalloc((view->text.len + 1) * sizeof(*at));
    size_t len = 0;
    for (size_t i = 0; i < view->text.len; len++) {
        at[len] = (uint32_t)fe_lint_place_of(view, i);
        i += take(fe_slice_from(view->text, i), &text[len]);
    }
    at[len] = (uint32_t)fe_lint_place_of(view, view->text.len);
    struct fe_lint_layer inner = *view;
    inner.text = (struct fe_slice){text, len};
    inner.at = at;
    inner.depth++;
    inner.flags = 0;
    if (len < view->text.len) {
        look_at_all(&inner);
    }
    explicit_bzero(text, len);
    free(at);
    free(text);
}

static void look_at_all(const struct fe_lint_layer *view)
{
    look(view);
    look_without(view, '%', fe_lint_percent_char);
    look_without(view, '\\', fe_lint_json_char);
}

/* ── what is known ─────────────────────────────────────────────────────────────────────────── */

struct search {
    const struct fe_lint_layer *view;
    size_t seen;
};

static void on_searched(void *arg, struct fe_slice bytes, uint64_t input_end, bool found)
{
    struct search *search = arg;
    size_t len = (size_t)input_end - search->seen;
    (void)bytes;
    if (found) {
        fe_lint_tell(search->view, search->seen, search->seen + len,
                     "a secret that has its name elsewhere in the file", (struct fe_slice){"", 0});
    }
    search->seen += len;
}

static void look_for_known(const struct fe_lint_layer *view)
{
    struct search search = {.view = view};
    if (fe_secrets_found(view->lint->secrets, view->text)) {
        struct fe_secrets_scan *scan =
            fe_secrets_scan_new(view->lint->secrets, on_searched, &search);
        fe_secrets_scan_push(scan, view->text);
        fe_secrets_scan_end(scan);
        fe_secrets_scan_free(scan);
    }
}

void fe_lint_view_text(const struct fe_lint_view *lint, struct fe_slice text, struct fe_slice name,
                       unsigned flags)
{
    const struct fe_lint_layer view = {.lint = lint, .text = text, .flags = flags, .name = name};
    if (text.len == 0) {
        return;
    }
    if (lint->known_only) {
        look_for_known(&view);
    } else {
        look_at_all(&view);
    }
}
