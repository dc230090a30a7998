/* SPDX-License-Identifier: MIT */
#include "config/scalar.h"

#include <errno.h>

static bool is_one_of(struct fe_slice text, const char *words)
{
    return text.len > 0 && fe_slice_has_word(fe_slice_cstr(words), ' ', text);
}

static struct fe_slice skip_sign(struct fe_slice text)
{
    bool sign = text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+');
    return fe_slice_from(text, sign);
}

/* Takes the decimal digits off the front of *rest. */
static struct fe_slice take_digits(struct fe_slice *rest)
{
    size_t len = 0;
    while (len < rest->len && rest->ptr[len] >= '0' && rest->ptr[len] <= '9') {
        len++;
    }
    struct fe_slice digits = {rest->ptr, len};
    *rest = fe_slice_from(*rest, len);
    return digits;
}

/* 16 for "0x…", 8 for "0o…", 10 else. */
static int base_of(struct fe_slice text)
{
    if (fe_slice_starts(text, FE_SLICE("0x"))) {
        return 16;
    }
    return fe_slice_starts(text, FE_SLICE("0o")) ? 8 : 10;
}

/* The digits behind "0x" or "0o". */
static int parse_based(struct fe_slice text, uint64_t *value_out)
{
    unsigned base = (unsigned)base_of(text);
    uint64_t value = 0;
    text = fe_slice_from(text, 2);
    if (text.len == 0) {
        return -EINVAL;
    }
    bool fits = true;
    for (size_t i = 0; i < text.len; i++) {
        int digit = fe_hex_digit(text.ptr[i]);
        if (digit < 0 || digit >= (int)base) {
            return -EINVAL;
        }
        fits = fits && value <= UINT64_MAX / base;
        value = value * base + (unsigned)digit;
    }
    *value_out = value;
    return fits ? 0 : -ERANGE;
}

/* The parts of "-12.5e+3" as they are written. */
struct decimal {
    bool negative;
    struct fe_slice whole;
    struct fe_slice fraction;
    struct fe_slice exponent; /* with its sign */
    bool has_point;
};

static int parse_decimal(struct fe_slice text, struct decimal *decimal_out)
{
    struct fe_slice rest = skip_sign(text);
    struct decimal d = {.negative = rest.len < text.len && text.ptr[0] == '-'};
    d.whole = take_digits(&rest);
    if (rest.len > 0 && rest.ptr[0] == '.') {
        d.has_point = true;
        rest = fe_slice_from(rest, 1);
        d.fraction = take_digits(&rest);
    }
    if (d.whole.len + d.fraction.len == 0) {
        return -EINVAL;
    }
    if (rest.len > 0 && (rest.ptr[0] == 'e' || rest.ptr[0] == 'E')) {
        d.exponent = fe_slice_from(rest, 1);
        rest = skip_sign(d.exponent);
        if (take_digits(&rest).len == 0) {
            return -EINVAL;
        }
    }
    *decimal_out = d;
    return rest.len == 0 ? 0 : -EINVAL;
}

enum fe_scalar_type fe_scalar_type_of(struct fe_slice text)
{
    if (text.len == 0 || is_one_of(text, "null Null NULL ~")) {
        return FE_SCALAR_NULL;
    }
    if (is_one_of(text, "true True TRUE false False FALSE")) {
        return FE_SCALAR_BOOL;
    }
    if (base_of(text) != 10) {
        uint64_t value = 0;
        return parse_based(text, &value) == -EINVAL ? FE_SCALAR_TEXT : FE_SCALAR_INT;
    }
    if (is_one_of(skip_sign(text), ".inf .Inf .INF") || is_one_of(text, ".nan .NaN .NAN")) {
        return FE_SCALAR_FLOAT;
    }
    struct decimal d = {0};
    if (parse_decimal(text, &d) < 0) {
        return FE_SCALAR_TEXT;
    }
    return d.has_point || d.exponent.len > 0 ? FE_SCALAR_FLOAT : FE_SCALAR_INT;
}

int fe_scalar_int64(struct fe_slice text, int64_t *number_out)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    uint64_t magnitude = 0;
    int r = base_of(text) == 10 ? fe_slice_u64(skip_sign(text), &magnitude)
                                : parse_based(text, &magnitude);
    if (r < 0) {
        return r;
    }
    if (magnitude > (uint64_t)INT64_MAX + negative) {
        return -ERANGE;
    }
    *number_out = (int64_t)(negative ? 0 - magnitude : magnitude);
    return 0;
}

static struct fe_slice skip_zeros(struct fe_slice digits)
{
    while (digits.len > 1 && digits.ptr[0] == '0') {
        digits = fe_slice_from(digits, 1);
    }
    return digits.len > 0 ? digits : FE_SLICE("0");
}

int fe_scalar_to_json(struct fe_slice text, struct fe_buf *out)
{
    if (base_of(text) != 10) {
        uint64_t value = 0;
        int r = parse_based(text, &value);
        return r < 0 ? r : fe_buf_printf(out, "%llu", (unsigned long long)value);
    }
    struct decimal d = {0};
    if (parse_decimal(text, &d) < 0) {
        return -ERANGE;
    }
    (void)fe_buf_puts(out, d.negative ? "-" : "");
    (void)fe_buf_put(out, skip_zeros(d.whole));
    if (d.fraction.len > 0) {
        (void)fe_buf_putc(out, '.');
        (void)fe_buf_put(out, d.fraction);
    }
    if (d.exponent.len > 0) {
        (void)fe_buf_putc(out, 'e');
        (void)fe_buf_put(out, d.exponent);
    }
    return out->error;
}
