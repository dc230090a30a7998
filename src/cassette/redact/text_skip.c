/* SPDX-License-Identifier: MIT */
/* The text machine's way past what needs no look at every character: most of any text. */
#include "cassette/redact/text_private.h"

/* One bit a character: those of names, but for "%", which may begin something else. */
static const uint32_t of_names[8] = {0, 0x03ff6010, 0xaffffffe, 0x47fffffe, 0, 0, 0, 0};

/* Those that mean something where no name is: these, "%", "/" and "<". */
static const uint32_t of_beginnings[8] = {0, 0x13ffe030, 0xaffffffe, 0x47fffffe, 0, 0, 0, 0};

static inline bool is_of(const uint32_t set[8], char c)
{
    unsigned char byte = (unsigned char)c;
    return (set[byte >> 5] >> (byte & 31) & 1) != 0;
}

static void pass(struct fe_text_values *m, struct fe_slice text)
{
    for (size_t i = text.len > 4 ? text.len - 4 : 0; i < text.len; i++) {
        m->history = m->history << 8 | (unsigned char)text.ptr[i];
    }
    fe_values_plain(m->values, text);
}

/* As fe_text_add_to_name() does it character by character. Of a long run only the end stays, and
 * how long that is does not change when whole halves of the name's room are left out. */
static void add_run_to_name(struct fe_text_values *m, struct fe_slice run)
{
    const size_t half = FE_TEXT_NAME_BYTES / 2;
    if (run.len > 2 * (size_t)FE_TEXT_NAME_BYTES) {
        size_t over = run.len - 2 * (size_t)FE_TEXT_NAME_BYTES;
        fe_text_add_to_name(m, run.ptr[0]);
        run = fe_slice_from(run, 1 + over / half * half);
    }
    fe_text_add_to_name(m, run.ptr[0]);
    run = fe_slice_from(run, 1);
    while (run.len > 0) {
        size_t room = FE_TEXT_NAME_BYTES - m->name_len;
        size_t len = run.len < room ? run.len : room;
        if (len == 0) {
            fe_text_add_to_name(m, run.ptr[0]);
            len = 1;
        } else {
            memcpy(m->name + m->name_len, run.ptr, len);
            m->name_len += len;
        }
        run = fe_slice_from(run, len);
    }
}

/* Whether "%3" is at the end of the name, and "D" would make it the end of a nested one. */
static bool in_escape(const struct fe_text_values *m)
{
    return m->name_len > 0 && (m->name[m->name_len - 1] == '%' ||
                               (m->name_len > 1 && m->name[m->name_len - 2] == '%'));
}

size_t fe_text_skip(struct fe_text_values *m, struct fe_slice text)
{
    size_t len = 0;
    if (m->mode != FE_TEXT_SCAN || m->separator != FE_TEXT_NOTHING || in_escape(m)) {
        return 0;
    }
    while (len < text.len && is_of(of_names, text.ptr[len])) {
        len++;
    }
    struct fe_slice run = {text.ptr, len};
    if (len > 0) {
        add_run_to_name(m, run);
        pass(m, run);
        return len;
    }
    while (m->name_len == 0 && len < text.len && !is_of(of_beginnings, text.ptr[len])) {
        len++;
    }
    pass(m, (struct fe_slice){text.ptr, len});
    return len;
}
