/* SPDX-License-Identifier: MIT */
/* Text for people: cut to a width, coloured; and numbers as one reads them. */
#ifndef FE_TOOL_TEXT_H
#define FE_TOOL_TEXT_H

#include "foundry-cassette/commands.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/readable.h"

enum fe_style {
    FE_STYLE_PLAIN, /* also: back to plain */
    FE_STYLE_BOLD,
    FE_STYLE_DIM,
    FE_STYLE_RED,
    FE_STYLE_GREEN,
    FE_STYLE_YELLOW,
    FE_STYLE_BLUE,
    FE_STYLE_CYAN
};

/* What switches to it; "" without colours. */
const char *fe_style(const struct fe_tool *tool, enum fe_style style);

enum fe_style fe_style_of_status(int status);

/* Characters in valid UTF-8. */
size_t fe_text_width(struct fe_slice text);

/* The first `width` characters, the last of which is "…" if something is missing. */
struct fe_slice fe_text_cut(struct fe_slice text, size_t width, struct fe_arena *arena);
/* The same, with "…" where the middle was: a third of what is left is from the front. */
struct fe_slice fe_text_cut_middle(struct fe_slice text, size_t width, struct fe_arena *arena);

enum {
    FE_NUMBER_TEXT_BYTES = 32
};

/* "812 bytes", "1.2 kB", "34 MB". */
void fe_bytes_text(uint64_t bytes, char out[FE_NUMBER_TEXT_BYTES]);
/* "0.4 ms", "12 ms", "3.2 s", "4 min 10 s". */
void fe_duration_text(int64_t us, char out[FE_NUMBER_TEXT_BYTES]);
/* Milliseconds alone: "0.4", "12". */
void fe_ms_text(int64_t us, char out[FE_NUMBER_TEXT_BYTES]);

#endif
