/* SPDX-License-Identifier: MIT */
#include "replay/pace.h"

#include <errno.h>

#include "util/clock.h"

#define SPEED_MIN 0.001
#define SPEED_MAX 1e9
#define WAIT_MS_MAX (INT64_C(365) * 24 * 60 * 60 * 1000)

enum {
    DIGITS_MAX = 15 /* a double holds them all */
};

/* strtod() would take signs, exponents, "inf", and the comma of some locales. */
static int parse_number(struct fe_slice text, double *number_out)
{
    double number = 0;
    double unit = 1;
    size_t digits = 0;
    bool fraction = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '.' && !fraction && i > 0) {
            fraction = true;
        } else if (c >= '0' && c <= '9' && digits < DIGITS_MAX) {
            number = number * 10 + (c - '0');
            unit = fraction ? unit * 10 : unit;
            digits++;
        } else {
            return -EINVAL;
        }
    }
    *number_out = number / unit;
    return digits > 0 && text.ptr[text.len - 1] != '.' ? 0 : -EINVAL;
}

int fe_pace_parse(struct fe_slice text, struct fe_pace_options *options_out)
{
    double speed = 1;
    bool fast = fe_slice_eq(text, FE_SLICE("fast"));
    if (!fast && !fe_slice_eq(text, FE_SLICE("recorded"))) {
        if (!fe_slice_starts(text, FE_SLICE("x")) ||
            parse_number(fe_slice_from(text, 1), &speed) < 0 || speed < SPEED_MIN ||
            speed > SPEED_MAX) {
            return -EINVAL;
        }
    }
    *options_out = (struct fe_pace_options){.fast = fast, .speed = speed};
    return 0;
}

int64_t fe_pace_wait_ms(const struct fe_pace_options *pace, uint64_t since_us, int64_t elapsed_ns)
{
    if (pace->fast) {
        return 0;
    }
    double due_ns = (double)since_us * (double)FE_NS_PER_US / pace->speed;
    double wait_ms = (due_ns - (double)elapsed_ns) / (double)FE_NS_PER_MS;
    if (wait_ms <= 0) {
        return 0;
    }
    return wait_ms < (double)WAIT_MS_MAX ? (int64_t)wait_ms + 1 : WAIT_MS_MAX;
}
