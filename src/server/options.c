/* SPDX-License-Identifier: MIT */
#include "server/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/options_private.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/duration.h"

struct value_list {
    char **items;
    size_t count;
    enum fe_option_source source;
};

struct fe_options {
    struct value_list values[FE_OPTION_COUNT];
};

struct fe_options *fe_options_new(void)
{
    return fe_xalloc(sizeof(struct fe_options));
}

static void clear(struct value_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i]);
    }
    free(list->items);
    *list = (struct value_list){0};
}

void fe_options_free(struct fe_options *options)
{
    if (options) {
        for (size_t i = 0; i < FE_OPTION_COUNT; i++) {
            clear(&options->values[i]);
        }
        free(options);
    }
}

static void append(struct value_list *list, const char *value)
{
    char **items = fe_alloc_resize(list->items, (list->count + 1) * sizeof(*items));
    if (items == NULL) {
        fe_out_of_memory();
    }
    list->items = items;
    items[list->count++] = fe_xstrdup(fe_slice_cstr(value));
}

struct fe_options *fe_options_copy(const struct fe_options *options)
{
    struct fe_options *copy = fe_options_new();
    for (size_t i = 0; i < FE_OPTION_COUNT; i++) {
        const struct value_list *from = &options->values[i];
        for (size_t j = 0; j < from->count; j++) {
            append(&copy->values[i], from->items[j]);
        }
        copy->values[i].source = from->source;
    }
    return copy;
}

static int find(const char *name)
{
    for (int i = 0; i < FE_OPTION_COUNT; i++) {
        if (strcmp(fe_option_rows[i].info.name, name) == 0) {
            return i;
        }
    }
    return -ENOENT;
}

int fe_options_set(struct fe_options *options, const char *name, const char *value,
                   enum fe_option_source source, char *why, size_t why_size)
{
    int option = find(name);
    if (option < 0) {
        (void)snprintf(why, why_size, "there is no option of that name");
        return -ENOENT;
    }
    const struct fe_option_row *row = &fe_option_rows[option];
    struct value_list *list = &options->values[option];
    const char *expected = row->check(fe_slice_cstr(value));
    if (expected == NULL && row->info.repeats && list->count >= (size_t)row->info.repeats) {
        expected = "given too often";
    }
    if (expected) {
        (void)snprintf(why, why_size, "%s", expected);
        return -EINVAL;
    }
    if (source < list->source) {
        return 0;
    }
    if (source > list->source || !row->info.repeats) {
        clear(list);
    }
    list->source = source;
    append(list, value);
    return 0;
}

const struct fe_option_info *fe_option_info(size_t index)
{
    return index < FE_OPTION_COUNT ? &fe_option_rows[index].info : NULL;
}

size_t fe_options_count(const struct fe_options *options, enum fe_option option)
{
    size_t count = options->values[option].count;
    return count > 0 ? count : fe_option_rows[option].info.default_value != NULL;
}

const char *fe_options_value(const struct fe_options *options, enum fe_option option, size_t index)
{
    const struct value_list *list = &options->values[option];
    if (index < list->count) {
        return list->items[index];
    }
    bool is_default = list->count == 0 && index == 0 && fe_option_rows[option].info.default_value;
    return is_default ? fe_option_rows[option].info.default_value : "";
}

enum fe_option_source fe_options_source(const struct fe_options *options, enum fe_option option)
{
    return options->values[option].source;
}

bool fe_options_bool(const struct fe_options *options, enum fe_option option)
{
    return strcmp(fe_options_value(options, option, 0), "true") == 0;
}

int64_t fe_options_ms(const struct fe_options *options, enum fe_option option)
{
    int64_t ns = 0;
    (void)fe_duration_parse(fe_slice_cstr(fe_options_value(options, option, 0)), &ns);
    return ns / FE_NS_PER_MS;
}

uint64_t fe_options_number(const struct fe_options *options, enum fe_option option)
{
    uint64_t number = 0;
    (void)fe_slice_u64(fe_slice_cstr(fe_options_value(options, option, 0)), &number);
    return number;
}
