/* SPDX-License-Identifier: MIT */
#include "util/nearest.h"

enum {
    WORD_BYTES_MAX = 64
};

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance, one row of his table at a time. */
static size_t distance(struct fe_slice a, struct fe_slice b)
{
    size_t row[WORD_BYTES_MAX + 1];
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 0; i < a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.len; j++) {
            size_t changed = diagonal + (a.ptr[i] != b.ptr[j]);
            diagonal = row[j + 1];
            row[j + 1] = min(changed, 1 + min(row[j], row[j + 1]));
        }
    }
    return row[b.len];
}

const char *fe_nearest(struct fe_slice word, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    if (word.len > WORD_BYTES_MAX) {
        return NULL;
    }
    size_t best = (word.len < 3 ? 1 : word.len / 3) + 1;
    for (size_t i = 0; i < count; i++) {
        struct fe_slice name = fe_slice_cstr(names[i]);
        size_t edits = name.len <= WORD_BYTES_MAX ? distance(word, name) : best;
        if (edits < best) {
            best = edits;
            nearest = names[i];
        }
    }
    return nearest;
}
