/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/scope.h"

#include <errno.h>

#include "util/limits.h"

static bool is_scope_char(char c)
{
    return c == ' ' || (c >= 0x21 && c <= 0x7e && c != '"' && c != '\\');
}

/* Appends to what has room for it. */
static void append_word(struct fe_slice *words, char *room, struct fe_slice word)
{
    if (words->len > 0) {
        room[words->len++] = ' ';
    }
    for (size_t i = 0; i < word.len; i++) {
        room[words->len++] = word.ptr[i];
    }
}

int fe_scope_parse(struct fe_slice text, struct fe_arena *arena, struct fe_scope *scope_out)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_scope_char(text.ptr[i])) {
            return -EINVAL;
        }
    }
    char *room = fe_arena_alloc(arena, text.len + 1);
    struct fe_slice words = {room, 0};
    struct fe_slice word = {NULL, 0};
    for (unsigned count = 0; fe_slice_split(&text, ' ', &word);) {
        if (word.len == 0 || fe_slice_has_word(words, ' ', word)) {
            continue;
        }
        if (++count > FE_LIMIT_SCOPES) {
            return -E2BIG;
        }
        append_word(&words, room, word);
    }
    *scope_out = (struct fe_scope){.words = words};
    return 0;
}

bool fe_scope_within(const struct fe_scope *asked, const struct fe_scope *allowed,
                     struct fe_slice *excess_out)
{
    if (allowed->all) {
        return true;
    }
    if (asked->all) {
        *excess_out = FE_SLICE("");
        return false;
    }
    struct fe_slice rest = asked->words;
    struct fe_slice word = {NULL, 0};
    while (fe_slice_split(&rest, ' ', &word)) {
        if (!fe_slice_has_word(allowed->words, ' ', word)) {
            *excess_out = word;
            return false;
        }
    }
    return true;
}

struct fe_scope fe_scope_without(const struct fe_scope *scope, struct fe_slice word,
                                 struct fe_arena *arena)
{
    char *room = fe_arena_alloc(arena, scope->words.len + 1);
    struct fe_scope result = {.words = {room, 0}, .all = scope->all};
    struct fe_slice rest = scope->words;
    struct fe_slice part = {NULL, 0};
    while (fe_slice_split(&rest, ' ', &part)) {
        if (!fe_slice_eq(part, word)) {
            append_word(&result.words, room, part);
        }
    }
    return result;
}

struct fe_scope fe_scope_copy(const struct fe_scope *scope, struct fe_arena *arena)
{
    return (struct fe_scope){.words = fe_arena_copy(arena, scope->words), .all = scope->all};
}
