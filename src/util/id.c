/* SPDX-License-Identifier: MIT */
#include "util/id.h"

#include <stdio.h>

#include "util/buf.h"
#include "util/secret.h"

static void format(unsigned char b[16], unsigned version, char text[FE_UUID_TEXT_BYTES])
{
    b[6] = (unsigned char)((b[6] & 0x0f) | (version << 4));
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    static const char hex[] = "0123456789abcdef";
    char *out = text;
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *out++ = '-';
        }
        *out++ = hex[b[i] >> 4];
        *out++ = hex[b[i] & 15];
    }
    *out = '\0';
}

void fe_uuid_random(struct fe_random *random, char text[FE_UUID_TEXT_BYTES])
{
    unsigned char bytes[16];
    fe_random_bytes(random, bytes, sizeof(bytes));
    format(bytes, 4, text);
}

void fe_uuid_named(struct fe_slice space, struct fe_slice name, char text[FE_UUID_TEXT_BYTES])
{
    struct fe_buf input;
    fe_buf_init(&input, space.len + name.len + 1);
    (void)fe_buf_put(&input, space);
    (void)fe_buf_putc(&input, '\0');
    (void)fe_buf_put(&input, name);
    unsigned char digest[FE_SHA256_BYTES];
    fe_sha256(fe_buf_slice(&input), digest);
    fe_buf_done(&input);
    format(digest, 8, text);
}

struct fe_slice fe_token_random(struct fe_random *random, const char *prefix,
                                struct fe_arena *arena)
{
    unsigned char bytes[FE_TOKEN_RANDOM_BYTES];
    fe_random_bytes(random, bytes, sizeof(bytes));
    struct fe_buf text;
    fe_buf_init(&text, strlen(prefix) + 2 * sizeof(bytes));
    (void)fe_buf_puts(&text, prefix);
    (void)fe_base64url_encode((struct fe_slice){(const char *)bytes, sizeof(bytes)}, &text);
    struct fe_slice token = fe_arena_copy(arena, fe_buf_slice(&text));
    fe_buf_done(&text);
    return token;
}
