/* SPDX-License-Identifier: MIT */
#include "redactor_division.h"

#include "cassette/redact/values.h"

struct walk {
    const struct division *division;
    uint64_t at;
    bool cuts;
};

static void on_plain(void *arg, struct fe_slice bytes)
{
    struct walk *walk = arg;
    walk->at += bytes.len;
}

static void on_value(void *arg, struct fe_slice kind, struct fe_slice value, uint64_t input_len,
                     bool quoted)
{
    struct walk *walk = arg;
    uint64_t begin = walk->at;
    uint64_t end = walk->at += input_len;
    (void)kind;
    (void)value;
    (void)quoted;
    for (size_t i = 0; i < walk->division->span_count; i++) {
        const struct span *span = &walk->division->spans[i];
        bool overlaps = span->begin < end && begin < span->end;
        bool contains = begin <= span->begin && span->end <= end;
        walk->cuts |= overlaps && !contains;
    }
}

static const struct fe_structure_ops ops = {on_plain, on_value};

static void walk_body(struct walk *walk, const struct fe_rules *rules)
{
    struct fe_header type = {FE_SLICE("Content-Type"), fe_slice_cstr(walk->division->content_type)};
    const struct fe_headers headers = {&type, type.value.len > 0, 1};
    struct fe_structure *structure = fe_structure_new(rules, &headers, &ops, walk);
    fe_structure_push(structure, walk->division->text);
    fe_structure_end(structure);
    fe_structure_free(structure);
}

static void walk_text(struct walk *walk, const struct fe_rules *rules)
{
    struct fe_values values;
    fe_values_init(&values, rules, &ops, walk);
    struct fe_text_values *machine = fe_text_values_new(&values, 0);
    fe_text_values_push(machine, walk->division->text, walk->division->text);
    fe_text_values_break(machine);
    fe_values_flush(&values);
    fe_text_values_free(machine);
    fe_values_done(&values);
}

bool division_cuts(const struct division *division)
{
    struct walk walk = {.division = division};
    struct fe_rules *rules =
        fe_rules_new(&(struct fe_frame_redaction){.version = 1, .pii = division->pii});
    if (division->content_type) {
        walk_body(&walk, rules);
    } else {
        walk_text(&walk, rules);
    }
    fe_rules_free(rules);
    return walk.cuts;
}
