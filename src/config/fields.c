/* SPDX-License-Identifier: MIT */
#include "config/fields.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "config/path.h"
#include "config/scalar.h"
#include "util/duration.h"
#include "util/limits.h"
#include "util/nearest.h"

static bool is_null(const struct fe_node *node)
{
    return node->kind == FE_NODE_SCALAR && node->type == FE_SCALAR_NULL;
}

static bool is_text(const struct fe_node *node)
{
    return node->kind == FE_NODE_SCALAR && !is_null(node);
}

static void report_wrong(struct fe_fields *fields, const struct fe_node *node, const char *expected)
{
    struct fe_arena arena = {0};
    struct fe_slice found = FE_SLICE("null");
    if (node->kind == FE_NODE_SEQUENCE) {
        found = FE_SLICE("a sequence");
    } else if (node->kind == FE_NODE_MAPPING) {
        found = FE_SLICE("a mapping");
    } else if (!is_null(node)) {
        found = fe_path_show(&arena, node->text);
    }
    bool looks_typed = node->kind == FE_NODE_SCALAR && node->type == FE_SCALAR_TEXT &&
                       node->text.len > 0 && fe_scalar_type_of(node->text) != FE_SCALAR_TEXT;
    fe_node_error(fields->config, node, fields->errors, "expected %s, found %s" FE_PRI, expected,
                  looks_typed ? "the text " : "", FE_ARG(found));
    fe_arena_done(&arena);
}

static void report_missing(struct fe_fields *fields, const char *name, const char *expected)
{
    if (fields->mapping) {
        fe_fields_error(fields, name, "is missing, expected %s", expected);
    }
}

void fe_fields_init(struct fe_fields *fields, const struct fe_config *config,
                    const struct fe_node *node, struct fe_errors *errors)
{
    *fields = (struct fe_fields){.config = config, .errors = errors};
    if (node->kind == FE_NODE_MAPPING) {
        fields->mapping = node;
    } else {
        report_wrong(fields, node, "a mapping");
    }
}

static bool was_asked(const struct fe_fields *fields, struct fe_slice name)
{
    for (size_t i = 0; i < fields->asked_count; i++) {
        if (fe_slice_eq(fe_slice_cstr(fields->asked[i]), name)) {
            return true;
        }
    }
    return false;
}

/* Every look-up comes through here, so that fe_fields_done() knows the names. */
static const struct fe_node *find(struct fe_fields *fields, const char *name)
{
    if (!was_asked(fields, fe_slice_cstr(name))) {
        assert(fields->asked_count < FE_FIELDS_MAX);
        fields->asked[fields->asked_count++] = name;
    }
    const struct fe_node *node = fe_fields_node(fields, name);
    return node && !is_null(node) ? node : NULL;
}

const struct fe_node *fe_fields_node(const struct fe_fields *fields, const char *name)
{
    return fields->mapping ? fe_node_get(fields->mapping, name) : NULL;
}

static bool get_text(struct fe_fields *fields, const char *name, enum fe_presence presence,
                     bool empty_is_fine, struct fe_slice *out)
{
    const char *expected = empty_is_fine ? "text" : "text that is not empty";
    const struct fe_node *node = find(fields, name);
    if (node == NULL) {
        if (presence == FE_REQUIRED) {
            report_missing(fields, name, expected);
        }
        return false;
    }
    if (!is_text(node) || (node->text.len == 0 && !empty_is_fine)) {
        report_wrong(fields, node, expected);
        return false;
    }
    *out = node->text;
    return true;
}

bool fe_fields_text(struct fe_fields *fields, const char *name, enum fe_presence presence,
                    struct fe_slice *out)
{
    return get_text(fields, name, presence, false, out);
}

bool fe_fields_text_or_empty(struct fe_fields *fields, const char *name, enum fe_presence presence,
                             struct fe_slice *out)
{
    return get_text(fields, name, presence, true, out);
}

bool fe_fields_bool(struct fe_fields *fields, const char *name, bool *out)
{
    const struct fe_node *node = find(fields, name);
    if (node == NULL) {
        return false;
    }
    if (node->kind != FE_NODE_SCALAR || node->type != FE_SCALAR_BOOL) {
        report_wrong(fields, node, "true or false");
        return false;
    }
    *out = node->text.ptr[0] == 't' || node->text.ptr[0] == 'T';
    return true;
}

bool fe_fields_int(struct fe_fields *fields, const char *name, int64_t min, int64_t max,
                   int64_t *out)
{
    const struct fe_node *node = find(fields, name);
    if (node == NULL) {
        return false;
    }
    int64_t number = 0;
    bool good = node->kind == FE_NODE_SCALAR && node->type == FE_SCALAR_INT &&
                fe_scalar_int64(node->text, &number) == 0 && number >= min && number <= max;
    if (!good) {
        char expected[80];
        (void)snprintf(expected, sizeof(expected), "a whole number from %lld to %lld",
                       (long long)min, (long long)max);
        report_wrong(fields, node, expected);
        return false;
    }
    *out = number;
    return true;
}

bool fe_fields_duration(struct fe_fields *fields, const char *name, int64_t *ns_out)
{
    const struct fe_node *node = find(fields, name);
    if (node == NULL) {
        return false;
    }
    if (!is_text(node) || fe_duration_parse(node->text, ns_out) < 0) {
        report_wrong(fields, node, "a duration such as 500ms, 30s, 5m or 1h");
        return false;
    }
    return true;
}

static void report_choice(struct fe_fields *fields, const struct fe_node *node,
                          const char *const *words)
{
    struct fe_buf expected;
    fe_buf_init(&expected, FE_LIMIT_ERROR_BYTES);
    for (size_t i = 0; words[i]; i++) {
        (void)fe_buf_printf(&expected, "%s%s", i == 0 ? "one of " : ", ", words[i]);
    }
    report_wrong(fields, node, fe_buf_slice(&expected).ptr);
    fe_buf_done(&expected);
}

bool fe_fields_word(struct fe_fields *fields, const char *name, const char *const *words,
                    size_t *out)
{
    const struct fe_node *node = find(fields, name);
    if (node == NULL) {
        return false;
    }
    for (size_t i = 0; words[i]; i++) {
        if (is_text(node) && fe_slice_eq(node->text, fe_slice_cstr(words[i]))) {
            *out = i;
            return true;
        }
    }
    report_choice(fields, node, words);
    return false;
}

static const struct fe_node *get_kind(struct fe_fields *fields, const char *name,
                                      enum fe_node_kind kind, const char *expected)
{
    const struct fe_node *node = find(fields, name);
    if (node && node->kind != kind) {
        report_wrong(fields, node, expected);
        return NULL;
    }
    return node;
}

const struct fe_node *fe_fields_sequence(struct fe_fields *fields, const char *name)
{
    return get_kind(fields, name, FE_NODE_SEQUENCE, "a sequence");
}

const struct fe_node *fe_fields_mapping(struct fe_fields *fields, const char *name)
{
    return get_kind(fields, name, FE_NODE_MAPPING, "a mapping");
}

const struct fe_node *fe_fields_any(struct fe_fields *fields, const char *name,
                                    enum fe_presence presence)
{
    const struct fe_node *node = find(fields, name);
    if (node == NULL && presence == FE_REQUIRED) {
        report_missing(fields, name, "a value");
    }
    return node;
}

bool fe_fields_texts(struct fe_fields *fields, const char *name, struct fe_texts *out)
{
    const struct fe_node *sequence =
        get_kind(fields, name, FE_NODE_SEQUENCE, "a sequence of texts");
    if (sequence == NULL) {
        return false;
    }
    bool good = true;
    for (const struct fe_node *member = sequence->first; member; member = member->next) {
        if (!is_text(member) || member->text.len == 0) {
            report_wrong(fields, member, "text that is not empty");
            good = false;
        }
    }
    if (good) {
        *out = (struct fe_texts){sequence->texts, sequence->text_count};
    }
    return good;
}

void fe_fields_error(struct fe_fields *fields, const char *name, const char *format, ...)
{
    if (fields->mapping == NULL) {
        return;
    }
    char what[FE_LIMIT_ERROR_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    struct fe_arena arena = {0};
    struct fe_node absent = *fields->mapping;
    absent.path = fe_path_of(&arena, fields->mapping, fe_slice_cstr(name), 0);
    const struct fe_node *node = fe_fields_node(fields, name);
    fe_node_error(fields->config, node ? node : &absent, fields->errors, "%s", what);
    fe_arena_done(&arena);
}

static void report_unknown(struct fe_fields *fields, const struct fe_node *member)
{
    const char *nearest = fe_nearest(member->key, fields->asked, fields->asked_count);
    if (nearest) {
        fe_node_error(fields->config, member, fields->errors, "is an unknown key, did you mean %s?",
                      nearest);
        return;
    }
    struct fe_buf names;
    fe_buf_init(&names, FE_LIMIT_ERROR_BYTES);
    for (size_t i = 0; i < fields->asked_count; i++) {
        (void)fe_buf_printf(&names, "%s%s", i == 0 ? "one of " : ", ", fields->asked[i]);
    }
    fe_node_error(fields->config, member, fields->errors, "is an unknown key, expected %s",
                  names.len > 0 ? names.ptr : "none");
    fe_buf_done(&names);
}

void fe_fields_done(struct fe_fields *fields)
{
    const struct fe_node *member = fields->mapping ? fields->mapping->first : NULL;
    for (; member; member = member->next) {
        if (!was_asked(fields, member->key)) {
            report_unknown(fields, member);
        }
    }
}
