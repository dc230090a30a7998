/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/params.h"

#include <errno.h>

#include "util/limits.h"

static bool is_repeated(const struct fe_form *form, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (fe_slice_eq(form->pairs[i].name, form->pairs[index].name)) {
            return true;
        }
    }
    return false;
}

int fe_params_parse(struct fe_slice text, struct fe_arena *arena, struct fe_form *form_out,
                    struct fe_slice *problem_out)
{
    int r = fe_form_parse(text, arena, form_out);
    if (r == -E2BIG) {
        *problem_out =
            fe_arena_printf(arena, "There are more than %u parameters.", FE_LIMIT_FORM_PAIRS);
        return -EINVAL;
    }
    if (r < 0) {
        *problem_out = FE_SLICE("The parameters are not form-encoded UTF-8.");
        return -EINVAL;
    }
    for (size_t i = 1; i < form_out->count; i++) {
        if (is_repeated(form_out, i)) {
            *problem_out = fe_arena_printf(arena, "The parameter '" FE_PRI "' is given twice.",
                                           FE_ARG(form_out->pairs[i].name));
            return -EINVAL;
        }
    }
    return 0;
}

static bool is_form(const struct fe_exchange *x)
{
    struct fe_slice type = {NULL, 0};
    struct fe_slice essence = {NULL, 0};
    const struct fe_headers *headers = &fe_exchange_request(x)->headers;
    if (fe_headers_count(headers, FE_SLICE("content-type")) != 1 ||
        !fe_headers_get(headers, FE_SLICE("content-type"), &type)) {
        return false;
    }
    (void)fe_slice_split(&type, ';', &essence);
    return fe_slice_eq_nocase(fe_slice_trim(essence),
                              FE_SLICE("application/x-www-form-urlencoded"));
}

int fe_params_read_body(struct fe_exchange *x, struct fe_form *form_out,
                        struct fe_slice *problem_out)
{
    if (!is_form(x)) {
        *problem_out = FE_SLICE("Content-Type must be application/x-www-form-urlencoded.");
        return -EINVAL;
    }
    return fe_params_parse(fe_exchange_body(x), fe_exchange_arena(x), form_out, problem_out);
}

struct fe_slice fe_params_get(const struct fe_form *form, const char *name)
{
    struct fe_slice value = FE_SLICE("");
    (void)fe_form_get(form, name, &value);
    return value;
}
