/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "cassette/match/canonical_private.h"

enum {
    PLAIN_DIGITS = 20,   /* of an integer that is written without an exponent */
    EXPONENT_DIGITS = 17 /* of a number whose value is understood */
};

/* A value: sign, DIGITS, 10 to the exponent. */
struct decimal {
    bool negative;
    char *digits; /* neither the first nor the last is 0 */
    size_t count; /* 0: the value is 0 */
    int64_t exponent;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Behind "e". False: there are too many digits. */
static bool read_exponent(struct fe_slice text, int64_t *exponent_out)
{
    bool negative = text.ptr[0] == '-';
    int64_t value = 0;
    text = fe_slice_from(text, !is_digit(text.ptr[0]));
    while (text.len > 0 && text.ptr[0] == '0') {
        text = fe_slice_from(text, 1);
    }
    if (text.len > EXPONENT_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        value = value * 10 + (text.ptr[i] - '0');
    }
    *exponent_out = negative ? -value : value;
    return true;
}

static void strip(struct decimal *number)
{
    while (number->count > 0 && number->digits[number->count - 1] == '0') {
        number->count--;
        number->exponent++;
    }
    while (number->count > 0 && number->digits[0] == '0') {
        number->digits++;
        number->count--;
    }
}

/* False: its exponent is beyond all use. */
static bool read_number(struct fe_slice text, struct fe_arena *arena, struct decimal *number)
{
    int64_t exponent = 0;
    bool fraction = false;
    *number = (struct decimal){.negative = text.ptr[0] == '-'};
    text = fe_slice_from(text, number->negative);
    number->digits = fe_arena_alloc(arena, text.len);
    size_t i = 0;
    for (; i < text.len && (is_digit(text.ptr[i]) || text.ptr[i] == '.'); i++) {
        if (text.ptr[i] == '.') {
            fraction = true;
            continue;
        }
        number->digits[number->count++] = text.ptr[i];
        number->exponent -= fraction;
    }
    strip(number);
    if (number->count > 0 && i < text.len &&
        !read_exponent(fe_slice_from(text, i + 1), &exponent)) {
        return false;
    }
    number->exponent += exponent;
    return true;
}

static struct fe_slice write_number(const struct decimal *number, struct fe_arena *arena)
{
    static const char zeros[] = "00000000000000000000";
    const char *sign = number->negative ? "-" : "";
    struct fe_slice digits = {number->digits, number->count};
    int64_t point = (int64_t)number->count + number->exponent;
    if (number->exponent >= 0 && point <= PLAIN_DIGITS) {
        return fe_arena_printf(arena, "%s" FE_PRI "%.*s", sign, FE_ARG(digits),
                               (int)number->exponent, zeros);
    }
    if (number->exponent < 0 && point > 0) {
        struct fe_slice whole = {digits.ptr, (size_t)point};
        struct fe_slice fraction = fe_slice_from(digits, (size_t)point);
        return fe_arena_printf(arena, "%s" FE_PRI "." FE_PRI, sign, FE_ARG(whole),
                               FE_ARG(fraction));
    }
    return fe_arena_printf(arena, "%s" FE_PRI "e%" PRId64, sign, FE_ARG(digits), number->exponent);
}

/* An integer that needs no other spelling. */
static bool is_plain(struct fe_slice text)
{
    size_t sign = text.ptr[0] == '-';
    if (text.len - sign > PLAIN_DIGITS || (sign > 0 && text.ptr[1] == '0')) {
        return false;
    }
    for (size_t i = sign; i < text.len; i++) {
        if (!is_digit(text.ptr[i])) {
            return false;
        }
    }
    return true;
}

struct fe_slice fe_canonical_number(struct fe_slice text, struct fe_arena *arena)
{
    struct decimal number;
    if (is_plain(text) || !read_number(text, arena, &number)) {
        return text;
    }
    return number.count > 0 ? write_number(&number, arena) : FE_SLICE("0");
}
