/* SPDX-License-Identifier: MIT */
#include "replay/bindings.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/limits.h"
#include "util/map.h"
#include "util/secret.h"

/* Its texts lie behind it. */
struct pair {
    TAILQ_ENTRY(pair) link;
    struct fe_slice recorded;
    struct fe_slice live;
};

struct fe_bindings {
    struct fe_map by_recorded;
    struct fe_map by_live;
    TAILQ_HEAD(, pair) pairs; /* the oldest first */
    size_t count;
};

struct fe_bindings *fe_bindings_new(struct fe_random *random)
{
    struct fe_bindings *bindings = fe_xalloc(sizeof(*bindings));
    fe_map_init(&bindings->by_recorded, random);
    fe_map_init(&bindings->by_live, random);
    TAILQ_INIT(&bindings->pairs);
    return bindings;
}

static void remove_from(struct fe_map *map, struct fe_slice key, const struct pair *pair)
{
    if (fe_map_get(map, key) == pair) {
        (void)fe_map_remove(map, key);
    }
}

static void forget(struct fe_bindings *bindings, struct pair *pair)
{
    remove_from(&bindings->by_recorded, pair->recorded, pair);
    remove_from(&bindings->by_live, pair->live, pair);
    TAILQ_REMOVE(&bindings->pairs, pair, link);
    bindings->count--;
    fe_wipe(pair, sizeof(*pair) + pair->recorded.len + pair->live.len);
    free(pair);
}

void fe_bindings_clear(struct fe_bindings *bindings)
{
    struct pair *next = NULL;
    for (struct pair *pair = TAILQ_FIRST(&bindings->pairs); pair; pair = next) {
        next = TAILQ_NEXT(pair, link);
        forget(bindings, pair);
    }
}

void fe_bindings_free(struct fe_bindings *bindings)
{
    if (bindings) {
        fe_bindings_clear(bindings);
        fe_map_done(&bindings->by_recorded);
        fe_map_done(&bindings->by_live);
        free(bindings);
    }
}

static struct pair *new_pair(struct fe_slice recorded, struct fe_slice live)
{
    struct pair *pair = fe_xalloc(sizeof(*pair) + recorded.len + live.len);
    char *texts = (char *)(pair + 1);
    memcpy(texts, recorded.ptr, recorded.len);
    memcpy(texts + recorded.len, live.ptr, live.len);
    pair->recorded = (struct fe_slice){texts, recorded.len};
    pair->live = (struct fe_slice){texts + recorded.len, live.len};
    return pair;
}

void fe_bindings_bind(struct fe_bindings *bindings, struct fe_slice recorded, struct fe_slice live)
{
    const struct pair *known = fe_map_get(&bindings->by_recorded, recorded);
    if (recorded.len < FE_BINDING_BYTES_MIN || live.len < FE_BINDING_BYTES_MIN ||
        (known && fe_slice_eq(known->live, live))) {
        return;
    }
    struct pair *pair = new_pair(recorded, live);
    /* A map's key lives in its value: what is replaced goes with its key. */
    (void)fe_map_remove(&bindings->by_recorded, recorded);
    (void)fe_map_remove(&bindings->by_live, live);
    (void)fe_map_put(&bindings->by_recorded, pair->recorded, pair);
    (void)fe_map_put(&bindings->by_live, pair->live, pair);
    TAILQ_INSERT_TAIL(&bindings->pairs, pair, link);
    if (++bindings->count > FE_LIMIT_BINDINGS) {
        forget(bindings, TAILQ_FIRST(&bindings->pairs));
    }
}

static struct fe_slice other(const struct pair *pair, bool to_live)
{
    if (pair == NULL) {
        return FE_SLICE("");
    }
    return to_live ? pair->live : pair->recorded;
}

struct fe_slice fe_bindings_live(const struct fe_bindings *bindings, struct fe_slice recorded)
{
    return other(fe_map_get(&bindings->by_recorded, recorded), true);
}

struct fe_slice fe_bindings_recorded(const struct fe_bindings *bindings, struct fe_slice live)
{
    return other(fe_map_get(&bindings->by_live, live), false);
}

/* ── whole texts ── */

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

/* The next word of `text` from *at on; a full stop behind it is a sentence's. */
static bool next_word(struct fe_slice text, size_t *at, struct fe_slice *word_out)
{
    size_t begin = *at;
    while (begin < text.len && !is_word_char(text.ptr[begin])) {
        begin++;
    }
    size_t end = begin;
    while (end < text.len && is_word_char(text.ptr[end])) {
        end++;
    }
    *at = end;
    while (end > begin && text.ptr[end - 1] == '.') {
        end--;
    }
    *word_out = (struct fe_slice){text.ptr + begin, end - begin};
    return begin < text.len;
}

static struct fe_slice translate(const struct fe_bindings *bindings, bool to_live,
                                 struct fe_slice text, struct fe_arena *arena)
{
    const struct fe_map *map = to_live ? &bindings->by_recorded : &bindings->by_live;
    struct fe_slice word;
    struct fe_buf out;
    size_t at = 0;
    size_t copied = 0;
    if (map->count == 0) {
        return text;
    }
    fe_buf_init_firm(&out, SIZE_MAX / 4);
    while (next_word(text, &at, &word)) {
        const struct pair *pair = word.len >= FE_BINDING_BYTES_MIN ? fe_map_get(map, word) : NULL;
        if (pair) {
            size_t begin = (size_t)(word.ptr - text.ptr);
            (void)fe_buf_append(&out, text.ptr + copied, begin - copied);
            (void)fe_buf_put(&out, other(pair, to_live));
            copied = begin + word.len;
        }
    }
    if (copied > 0) {
        (void)fe_buf_put(&out, fe_slice_from(text, copied));
        text = fe_arena_copy(arena, fe_buf_slice(&out));
    }
    fe_buf_done(&out);
    return text;
}

struct fe_slice fe_bindings_to_live(const struct fe_bindings *bindings, struct fe_slice text,
                                    struct fe_arena *arena)
{
    return translate(bindings, true, text, arena);
}

struct fe_slice fe_bindings_to_recorded(const struct fe_bindings *bindings, struct fe_slice text,
                                        struct fe_arena *arena)
{
    return translate(bindings, false, text, arena);
}
