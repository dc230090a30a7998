/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/text.h"

#include <inttypes.h>

#include "util/utf8.h"

static const char *const styles[] = {
    [FE_STYLE_PLAIN] = "\033[0m", [FE_STYLE_BOLD] = "\033[1m",   [FE_STYLE_DIM] = "\033[2m",
    [FE_STYLE_RED] = "\033[31m",  [FE_STYLE_GREEN] = "\033[32m", [FE_STYLE_YELLOW] = "\033[33m",
    [FE_STYLE_BLUE] = "\033[34m", [FE_STYLE_CYAN] = "\033[36m",
};

const char *fe_style(const struct fe_tool *tool, enum fe_style style)
{
    return tool->colour ? styles[style] : "";
}

enum fe_style fe_style_of_status(int status)
{
    if (status >= 500) {
        return FE_STYLE_RED;
    }
    if (status >= 400) {
        return FE_STYLE_YELLOW;
    }
    return status >= 300 ? FE_STYLE_CYAN : FE_STYLE_GREEN;
}

size_t fe_text_width(struct fe_slice text)
{
    size_t width = 0;
    for (size_t i = 0; i < text.len; i++) {
        width += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    }
    return width;
}

/* How many bytes the first `width` characters take. */
static size_t bytes_of(struct fe_slice text, size_t width)
{
    size_t end = 0;
    for (size_t i = 0; i < width && end < text.len; i++) {
        size_t length = fe_utf8_length(fe_slice_from(text, end));
        end += length ? length : 1;
    }
    return end;
}

struct fe_slice fe_text_cut(struct fe_slice text, size_t width, struct fe_arena *arena)
{
    if (fe_text_width(text) <= width || width == 0) {
        return text;
    }
    return fe_arena_printf(arena, FE_PRI "…", (int)bytes_of(text, width - 1), text.ptr);
}

struct fe_slice fe_text_cut_middle(struct fe_slice text, size_t width, struct fe_arena *arena)
{
    size_t whole = fe_text_width(text);
    if (whole <= width || width == 0) {
        return text;
    }
    size_t front = (width - 1) / 3;
    struct fe_slice back = fe_slice_from(text, bytes_of(text, whole - (width - 1 - front)));
    return fe_arena_printf(arena, FE_PRI "…" FE_PRI, (int)bytes_of(text, front), text.ptr,
                           FE_ARG(back));
}

void fe_bytes_text(uint64_t bytes, char out[FE_NUMBER_TEXT_BYTES])
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    if (bytes < 1000) {
        (void)snprintf(out, FE_NUMBER_TEXT_BYTES, "%" PRIu64 " byte%s", bytes,
                       bytes == 1 ? "" : "s");
        return;
    }
    double amount = (double)bytes / 1000;
    size_t unit = 0;
    for (; amount >= 999.5 && unit < 3; unit++) {
        amount /= 1000;
    }
    (void)snprintf(out, FE_NUMBER_TEXT_BYTES, amount < 9.95 ? "%.1f %s" : "%.0f %s", amount,
                   units[unit]);
}

void fe_ms_text(int64_t us, char out[FE_NUMBER_TEXT_BYTES])
{
    double ms = (double)us / 1000;
    (void)snprintf(out, FE_NUMBER_TEXT_BYTES, ms < 9.95 ? "%.1f" : "%.0f", ms);
}

void fe_duration_text(int64_t us, char out[FE_NUMBER_TEXT_BYTES])
{
    int64_t seconds = us / 1000000;
    if (us < 1000000) {
        char ms[FE_NUMBER_TEXT_BYTES - 4];
        (void)snprintf(ms, sizeof(ms), us < 9950 ? "%.1f" : "%.0f", (double)us / 1000);
        (void)snprintf(out, FE_NUMBER_TEXT_BYTES, "%s ms", ms);
    } else if (seconds < 60) {
        (void)snprintf(out, FE_NUMBER_TEXT_BYTES, "%.1f s", (double)us / 1e6);
    } else if (seconds < 3600) {
        (void)snprintf(out, FE_NUMBER_TEXT_BYTES, "%" PRId64 " min %" PRId64 " s", seconds / 60,
                       seconds % 60);
    } else {
        (void)snprintf(out, FE_NUMBER_TEXT_BYTES, "%" PRId64 " h %" PRId64 " min", seconds / 3600,
                       seconds / 60 % 60);
    }
}
