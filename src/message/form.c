/* SPDX-License-Identifier: MIT */
#include "message/form.h"

#include <errno.h>

#include "message/percent.h"
#include "util/limits.h"
#include "util/utf8.h"

static int decode(struct fe_slice text, struct fe_arena *arena, struct fe_slice *decoded_out)
{
    struct fe_slice decoded = {NULL, 0};
    int r = fe_percent_decode(text, true, arena, &decoded);
    if (r == 0 && (!fe_utf8_valid(decoded) || fe_slice_index(decoded, '\0') >= 0)) {
        r = -EINVAL;
    }
    if (r == 0) {
        *decoded_out = decoded;
    }
    return r;
}

static int decode_pair(struct fe_slice part, struct fe_arena *arena, struct fe_form_pair *pair)
{
    struct fe_slice name = {NULL, 0};
    (void)fe_slice_split(&part, '=', &name);
    int r = decode(name, arena, &pair->name);
    return r < 0 ? r : decode(part, arena, &pair->value);
}

/* Empty parts, as in "a=1&&b=2", are not pairs. */
static size_t count_pairs(struct fe_slice text)
{
    size_t count = 0;
    struct fe_slice part = {NULL, 0};
    while (fe_slice_split(&text, '&', &part)) {
        count += part.len > 0;
    }
    return count;
}

int fe_form_parse(struct fe_slice text, struct fe_arena *arena, struct fe_form *form_out)
{
    size_t pairs_max = count_pairs(text);
    if (pairs_max > FE_LIMIT_FORM_PAIRS) {
        return -E2BIG;
    }
    struct fe_form form = {fe_arena_alloc(arena, pairs_max * sizeof(*form.pairs)), 0};
    struct fe_slice part = {NULL, 0};
    while (fe_slice_split(&text, '&', &part)) {
        if (part.len == 0) {
            continue;
        }
        int r = decode_pair(part, arena, &form.pairs[form.count]);
        if (r < 0) {
            return r;
        }
        form.count++;
    }
    *form_out = form;
    return 0;
}

size_t fe_form_get(const struct fe_form *form, const char *name, struct fe_slice *value_out)
{
    size_t count = 0;
    struct fe_slice wanted = fe_slice_cstr(name);
    for (size_t i = 0; i < form->count; i++) {
        if (!fe_slice_eq(form->pairs[i].name, wanted)) {
            continue;
        }
        if (count == 0) {
            *value_out = form->pairs[i].value;
        }
        count++;
    }
    return count;
}
