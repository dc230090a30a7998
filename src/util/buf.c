/* SPDX-License-Identifier: MIT */
#include "util/buf.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/alloc.h"

enum {
    CAPACITY_FIRST = 128,
    CAPACITY_SMALL = 4096
};

void fe_buf_init(struct fe_buf *buf, size_t bytes_max)
{
    assert(bytes_max < SIZE_MAX / 2);
    *buf = (struct fe_buf){.bytes_max = bytes_max};
}

void fe_buf_init_firm(struct fe_buf *buf, size_t bytes_max)
{
    fe_buf_init(buf, bytes_max);
    buf->firm = true;
}

void fe_buf_done(struct fe_buf *buf)
{
    free(buf->ptr);
    *buf = (struct fe_buf){.bytes_max = buf->bytes_max, .firm = buf->firm};
}

void fe_buf_clear(struct fe_buf *buf)
{
    buf->len = 0;
    buf->error = 0;
}

/* Room for `len` more bytes, and a NUL. */
static int grow(struct fe_buf *buf, size_t len)
{
    if (len > buf->bytes_max - buf->len) {
        return -E2BIG;
    }
    size_t needed = buf->len + len + 1;
    size_t capacity = buf->capacity ? buf->capacity : CAPACITY_FIRST;
    while (capacity < needed) {
        capacity *= 2;
    }
    if (capacity > buf->bytes_max + 1) {
        capacity = buf->bytes_max + 1;
    }
    char *bigger = fe_alloc_resize(buf->ptr, capacity);
    if (bigger == NULL && (buf->firm || capacity <= CAPACITY_SMALL)) {
        fe_out_of_memory();
    } else if (bigger == NULL) {
        return -ENOMEM;
    }
    buf->ptr = bigger;
    buf->capacity = capacity;
    return 0;
}

int fe_buf_make_room(struct fe_buf *buf, size_t len, char **room_out)
{
    if (buf->error == 0) {
        buf->error = grow(buf, len);
    }
    if (buf->error == 0) {
        *room_out = buf->ptr + buf->len;
    }
    return buf->error;
}

int fe_buf_append(struct fe_buf *buf, const void *bytes, size_t len)
{
    char *room = NULL;
    int r = fe_buf_reserve(buf, len, &room);
    if (r != 0) {
        return r;
    }
    assert(room != NULL);
    if (len > 0) {
        memcpy(room, bytes, len);
    }
    room[len] = '\0';
    buf->len += len;
    return 0;
}

int fe_buf_printf(struct fe_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        return -EINVAL;
    }
    char *room = NULL;
    int r = fe_buf_reserve(buf, (size_t)len, &room);
    if (r != 0) {
        return r;
    }
    va_start(args, format);
    (void)vsnprintf(room, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
    return 0;
}

void fe_buf_consume(struct fe_buf *buf, size_t len)
{
    assert(len <= buf->len);
    buf->len -= len;
    if (buf->len > 0) {
        memmove(buf->ptr, buf->ptr + len, buf->len);
    }
    if (buf->ptr) {
        buf->ptr[buf->len] = '\0';
    }
}

char *fe_buf_take(struct fe_buf *buf, size_t *len_out)
{
    if (buf->ptr == NULL && fe_buf_append(buf, "", 0) < 0) {
        return NULL;
    }
    char *bytes = buf->ptr;
    *len_out = buf->len;
    fe_buf_init(buf, buf->bytes_max);
    return bytes;
}
