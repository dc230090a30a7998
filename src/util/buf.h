/* SPDX-License-Identifier: MIT */
/* A growing run of bytes with a limit given at birth. A failed append leaves what was there, and is
 * remembered in `error`, so that a writer may append many times and look once at the end. Its first
 * 4 KiB are a small thing of ours, by the rule of util/alloc.h: there is memory for them, or there
 * is no process any more, and so what is that short need not be looked at. */
#ifndef FE_UTIL_BUF_H
#define FE_UTIL_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/slice.h"

struct fe_buf {
    char *ptr; /* NULL, or `len` bytes and a NUL behind them */
    size_t len;
    size_t capacity; /* 0, or more than `len`, and bytes_max + 1 at most */
    size_t bytes_max;
    bool firm;
    int error; /* 0, or the first failure: -E2BIG past bytes_max, -ENOMEM past 4 KiB */
};

void fe_buf_init(struct fe_buf *buf, size_t bytes_max);
/* All of it is a small thing of ours: where what is short of it would be taken for the whole. */
void fe_buf_init_firm(struct fe_buf *buf, size_t bytes_max);
void fe_buf_done(struct fe_buf *buf);

/* Empties it and forgets its error; keeps its memory and limit. */
void fe_buf_clear(struct fe_buf *buf);

/* Each returns 0 or buf->error. */

/* fe_buf_reserve() where there is no room yet. */
int fe_buf_make_room(struct fe_buf *buf, size_t len, char **room_out);

/* Room for `len` more bytes at the end: *room_out may be written, then buf->len advanced. */
static inline int fe_buf_reserve(struct fe_buf *buf, size_t len, char **room_out)
{
    if (buf->error != 0 || len >= buf->capacity - buf->len) {
        return fe_buf_make_room(buf, len, room_out);
    }
    *room_out = buf->ptr + buf->len;
    return 0;
}

int fe_buf_append(struct fe_buf *buf, const void *bytes, size_t len);
int fe_buf_printf(struct fe_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline int fe_buf_put(struct fe_buf *buf, struct fe_slice text)
{
    return fe_buf_append(buf, text.ptr, text.len);
}

static inline int fe_buf_puts(struct fe_buf *buf, const char *text)
{
    return fe_buf_append(buf, text, strlen(text));
}

static inline int fe_buf_putc(struct fe_buf *buf, char c)
{
    if (buf->error != 0 || buf->capacity - buf->len < 2) {
        return fe_buf_append(buf, &c, 1);
    }
    buf->ptr[buf->len++] = c;
    buf->ptr[buf->len] = '\0';
    return 0;
}

/* Drops `len` bytes from the front. */
void fe_buf_consume(struct fe_buf *buf, size_t len);

static inline struct fe_slice fe_buf_slice(const struct fe_buf *buf)
{
    return (struct fe_slice){buf->ptr ? buf->ptr : "", buf->len};
}

/* Ownership of the bytes leaves (free() them); the buffer is empty again. Never NULL but when
 * memory is out. */
char *fe_buf_take(struct fe_buf *buf, size_t *len_out);

#endif
