/* SPDX-License-Identifier: MIT */
/* Forms are computed, not stored: ten of each of a hundred thousand tokens would be much memory for
 * what is compared once in a while. */
#include "cassette/redact/secrets_private.h"

static bool is_base64(unsigned form)
{
    return form >= FE_SECRET_BASE64;
}

/* Of the secret's first bit that begins a character. The characters before share bits with what
 * stands in front of it. */
static size_t first_bit(unsigned form)
{
    static const size_t bits[] = {0, 4, 2};
    return bits[(form - FE_SECRET_BASE64) % 3];
}

static bool has_space(struct fe_slice value)
{
    return fe_slice_index(value, ' ') >= 0;
}

size_t fe_secret_form_length(struct fe_slice value, unsigned form)
{
    if (value.len < FE_SECRET_SEARCHED_BYTES_MIN) {
        return 0;
    }
    switch (form) {
    case FE_SECRET_RAW:
        return value.len;
    case FE_SECRET_PLUS:
        return has_space(value) ? value.len : 0;
    case FE_SECRET_HEX:
    case FE_SECRET_HEX_UPPER:
        return 2 * value.len;
    default:
        return (8 * value.len - first_bit(form)) / 6;
    }
}

static char base64_char(struct fe_slice value, unsigned form, size_t i)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    size_t bit = first_bit(form) + 6 * i;
    size_t byte = bit / 8;
    unsigned pair = (unsigned)(unsigned char)value.ptr[byte] << 8;
    if (byte + 1 < value.len) {
        pair |= (unsigned char)value.ptr[byte + 1];
    }
    unsigned digit = (pair >> (10 - bit % 8)) & 63;
    if (digit < 62) {
        return digits[digit];
    }
    return (form >= FE_SECRET_BASE64URL ? "-_" : "+/")[digit - 62];
}

char fe_secret_form_char(struct fe_slice value, unsigned form, size_t i)
{
    switch (form) {
    case FE_SECRET_RAW:
        return value.ptr[i];
    case FE_SECRET_PLUS:
        return (char)(value.ptr[i] == ' ' ? '+' : value.ptr[i]);
    case FE_SECRET_HEX:
    case FE_SECRET_HEX_UPPER: {
        unsigned byte = (unsigned char)value.ptr[i / 2];
        const char *digits = form == FE_SECRET_HEX ? "0123456789abcdef" : "0123456789ABCDEF";
        return digits[i % 2 == 0 ? byte >> 4 : byte & 15];
    }
    default:
        return base64_char(value, form, i);
    }
}

bool fe_secret_form_is(struct fe_slice value, unsigned form, const char *text)
{
    if (form == FE_SECRET_RAW) {
        return memcmp(value.ptr, text, value.len) == 0;
    }
    size_t len = fe_secret_form_length(value, form);
    for (size_t i = 0; i < len; i++) {
        if (fe_secret_form_char(value, form, i) != text[i]) {
            return false;
        }
    }
    return true;
}

/* The mark is made of a-z and 2-7, which are base64 as they are; its digits become hexadecimal by
 * their lower bits. */
void fe_secret_form_put(const struct fe_secret *secret, unsigned form, size_t len,
                        struct fe_buf *out)
{
    if (form == FE_SECRET_RAW || form == FE_SECRET_PLUS) {
        (void)fe_buf_put(out, secret->placeholder);
        return;
    }
    const char *hex = form == FE_SECRET_HEX ? "0123456789abcdef" : "0123456789ABCDEF";
    for (size_t i = 0; i < len; i++) {
        char c = secret->mark[(i + form) % FE_SECRET_MARK_BYTES];
        (void)fe_buf_putc(out, (char)(is_base64(form) ? c : hex[(unsigned char)c & 15]));
    }
}
