/* SPDX-License-Identifier: MIT */
#include "util/json_split.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* What ends a number or a name, without being a part of it. */
static bool ends_word(char c)
{
    return is_space(c) || c == '"' || c == '{' || c == '[';
}

/* Whether the value ends with `c`. */
static bool step_in_string(struct fe_json_split *split, char c)
{
    if (split->escaped) {
        split->escaped = false;
    } else if (c == '\\') {
        split->escaped = true;
    } else if (c == '"') {
        split->in_string = false;
        return split->depth == 0;
    }
    return false;
}

static bool step(struct fe_json_split *split, char c)
{
    if (split->in_string) {
        return step_in_string(split, c);
    }
    if (c == '"') {
        split->in_string = true;
    } else if (c == '{' || c == '[') {
        split->depth++;
    } else if ((c == '}' || c == ']') && split->depth > 0) {
        return --split->depth == 0;
    } else if (split->depth == 0 && !is_space(c)) {
        split->in_word = true;
    }
    return false;
}

size_t fe_json_split(struct fe_json_split *split, struct fe_slice data, bool *ended_out)
{
    *ended_out = true;
    for (size_t i = 0; i < data.len; i++) {
        if (split->in_word && ends_word(data.ptr[i])) {
            split->in_word = false;
            return i;
        }
        if (step(split, data.ptr[i])) {
            return i + 1;
        }
    }
    *ended_out = false;
    return data.len;
}

bool fe_json_split_inside(const struct fe_json_split *split)
{
    return split->depth > 0 || split->in_string || split->in_word;
}
