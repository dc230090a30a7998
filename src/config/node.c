/* SPDX-License-Identifier: MIT */
#include "config/node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "config/scalar.h"
#include "util/buf.h"
#include "util/json_writer.h"
#include "util/limits.h"

/* One byte more than the limit is enough for fe_config_parse() to see that it is passed. */
static int read_all(int fd, struct fe_buf *text)
{
    for (;;) {
        char *room = NULL;
        size_t wanted = text->bytes_max - text->len;
        int r = fe_buf_reserve(text, wanted, &room);
        if (r < 0 || wanted == 0) {
            return r;
        }
        ssize_t n = read(fd, room, wanted);
        if (n < 0 && errno != EINTR) {
            return -errno;
        }
        if (n == 0) {
            return 0;
        }
        text->len += n > 0 ? (size_t)n : 0;
    }
}

static int read_file(const char *file, struct fe_buf *text)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    int r = read_all(fd, text);
    (void)close(fd);
    return r;
}

int fe_config_load(struct fe_config *config, const char *file, struct fe_errors *errors)
{
    struct fe_buf text;
    fe_buf_init(&text, FE_LIMIT_SEED_BYTES + 1);
    int r = read_file(file, &text);
    if (r == 0) {
        r = fe_config_parse(config, file, fe_buf_slice(&text), errors);
    } else {
        *config = (struct fe_config){.file = file};
        fe_errors_add(errors, "%s: cannot be read: %s", file, strerror(-r));
    }
    fe_buf_done(&text);
    return r;
}

void fe_config_done(struct fe_config *config)
{
    fe_arena_done(&config->arena);
    config->root = NULL;
}

const struct fe_node *fe_node_get(const struct fe_node *mapping, const char *key)
{
    if (mapping->kind != FE_NODE_MAPPING) {
        return NULL;
    }
    struct fe_slice wanted = fe_slice_cstr(key);
    for (const struct fe_node *member = mapping->first; member; member = member->next) {
        if (fe_slice_eq(member->key, wanted)) {
            return member;
        }
    }
    return NULL;
}

static void put_number(struct fe_json_writer *writer, struct fe_slice text)
{
    struct fe_buf number;
    fe_buf_init(&number, text.len + 32);
    if (fe_scalar_to_json(text, &number) < 0) {
        fe_json_put_string(writer, text);
    } else {
        fe_json_put_raw(writer, fe_buf_slice(&number));
    }
    fe_buf_done(&number);
}

static void put_scalar(struct fe_json_writer *writer, const struct fe_node *node)
{
    switch (node->type) {
    case FE_SCALAR_TEXT:
        fe_json_put_string(writer, node->text);
        break;
    case FE_SCALAR_NULL:
        fe_json_put_null(writer);
        break;
    case FE_SCALAR_BOOL:
        fe_json_put_bool(writer, node->text.ptr[0] == 't' || node->text.ptr[0] == 'T');
        break;
    case FE_SCALAR_INT:
    case FE_SCALAR_FLOAT:
        put_number(writer, node->text);
        break;
    }
}

/* Recursion ends at FE_LIMIT_SEED_DEPTH, which parsing has enforced. */
static void put_node(struct fe_json_writer *writer, const struct fe_node *node)
{
    switch (node->kind) {
    case FE_NODE_SCALAR:
        put_scalar(writer, node);
        break;
    case FE_NODE_SEQUENCE:
        fe_json_begin_array(writer);
        for (const struct fe_node *item = node->first; item; item = item->next) {
            put_node(writer, item);
        }
        fe_json_end_array(writer);
        break;
    case FE_NODE_MAPPING:
        fe_json_begin_object(writer);
        for (const struct fe_node *member = node->first; member; member = member->next) {
            fe_json_key_slice(writer, member->key);
            put_node(writer, member);
        }
        fe_json_end_object(writer);
        break;
    }
}

int fe_node_to_json(const struct fe_node *node, struct fe_buf *out)
{
    struct fe_json_writer writer;
    fe_json_writer_init(&writer, out);
    put_node(&writer, node);
    return out->error;
}

void fe_node_error(const struct fe_config *config, const struct fe_node *node,
                   struct fe_errors *errors, const char *format, ...)
{
    char what[FE_LIMIT_ERROR_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    fe_errors_add(errors, "%s:%u: " FE_PRI "%s%s", config->file, node->line, FE_ARG(node->path),
                  node->path.len > 0 ? ": " : "", what);
}
