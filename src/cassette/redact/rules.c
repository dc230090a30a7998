/* SPDX-License-Identifier: MIT */
#include "cassette/redact/rules.h"

#include <limits.h>
#include <stdlib.h>

#include "cassette/redact/name_cache.h"
#include "cassette/redact/names.h"
#include "util/alloc.h"
#include "util/arena.h"

struct fe_rules {
    struct fe_arena arena;
    struct fe_name_rules also;
    struct fe_name_patterns keep;
    bool secrets_kept;
    bool pii;
    struct fe_name_cache *cache; /* of decide() */
};

/* ── names ── */

struct name {
    char bytes[FE_RULES_NAME_BYTES_MAX];
    size_t len;
};

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static struct fe_slice normalize(struct fe_slice text, struct name *name)
{
    if (text.len > FE_RULES_NAME_BYTES_MAX) {
        text = fe_slice_from(text, text.len - FE_RULES_NAME_BYTES_MAX);
    }
    name->len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '-' && text.ptr[i] != '_' && text.ptr[i] != '.') {
            name->bytes[name->len++] = lower(text.ptr[i]);
        }
    }
    return (struct fe_slice){name->bytes, name->len};
}

static bool ends(struct fe_slice text, struct fe_slice suffix)
{
    return text.len >= suffix.len &&
           fe_slice_eq(fe_slice_from(text, text.len - suffix.len), suffix);
}

static bool contains(struct fe_slice text, struct fe_slice part)
{
    while (text.len >= part.len) {
        ptrdiff_t at = part.len > 0 ? fe_slice_index(text, part.ptr[0]) : 0;
        if (at < 0) {
            return false;
        }
        text = fe_slice_from(text, (size_t)at);
        if (fe_slice_starts(text, part)) {
            return true;
        }
        text = fe_slice_from(text, text.len > 0);
    }
    return false;
}

static bool matches(struct fe_slice pattern, struct fe_slice name)
{
    bool open_front = pattern.len > 0 && pattern.ptr[0] == '*';
    pattern = fe_slice_from(pattern, open_front);
    bool open_back = pattern.len > 0 && pattern.ptr[pattern.len - 1] == '*';
    pattern.len -= open_back;
    if (open_front && open_back) {
        return contains(name, pattern);
    }
    if (open_front) {
        return ends(name, pattern);
    }
    return open_back ? fe_slice_starts(name, pattern) : fe_slice_eq(name, pattern);
}

static const struct fe_name_rule *find(struct fe_name_rules rules, enum fe_name_place place,
                                       struct fe_slice name)
{
    for (size_t i = 0; i < rules.count; i++) {
        if ((rules.items[i].places & 1U << place) != 0 && matches(rules.items[i].pattern, name)) {
            return &rules.items[i];
        }
    }
    return NULL;
}

static bool matches_any(struct fe_name_patterns patterns, struct fe_slice name)
{
    for (size_t i = 0; i < patterns.count; i++) {
        if (matches(patterns.items[i], name)) {
            return true;
        }
    }
    return false;
}

/* ── rules ── */

static struct fe_slice copy_pattern(struct fe_rules *rules, struct fe_slice text)
{
    struct name name;
    return fe_arena_copy(&rules->arena, normalize(text, &name));
}

/* The name as it was given, as far as it may stand in a placeholder. */
static struct fe_slice make_kind(struct fe_rules *rules, struct fe_slice text)
{
    char *kind = fe_arena_alloc(&rules->arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len && len < 32; i++) {
        char c = lower(text.ptr[i]);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') {
            kind[len++] = c;
        } else if (c == '-') {
            kind[len++] = '_';
        }
    }
    return len > 0 ? (struct fe_slice){kind, len} : FE_SLICE("secret");
}

static struct fe_name_rules copy_rules(struct fe_rules *rules, const struct fe_names *names)
{
    struct fe_name_rule *items = fe_arena_alloc(&rules->arena, (names->count + 1) * sizeof(*items));
    for (size_t i = 0; i < names->count; i++) {
        items[i] = (struct fe_name_rule){copy_pattern(rules, names->items[i]),
                                         make_kind(rules, names->items[i]), UINT_MAX};
    }
    return (struct fe_name_rules){items, names->count};
}

static struct fe_name_patterns copy_patterns(struct fe_rules *rules, const struct fe_names *names)
{
    struct fe_slice *items = fe_arena_alloc(&rules->arena, (names->count + 1) * sizeof(*items));
    for (size_t i = 0; i < names->count; i++) {
        items[i] = copy_pattern(rules, names->items[i]);
    }
    return (struct fe_name_patterns){items, names->count};
}

struct fe_rules *fe_rules_new(const struct fe_frame_redaction *redaction)
{
    struct fe_rules *rules = fe_xalloc(sizeof(*rules));
    rules->secrets_kept = redaction->secrets_kept;
    rules->pii = redaction->pii;
    rules->also = copy_rules(rules, &redaction->also);
    rules->keep = copy_patterns(rules, &redaction->keep);
    rules->cache = fe_xalloc(sizeof(*rules->cache));
    return rules;
}

void fe_rules_free(struct fe_rules *rules)
{
    if (rules != NULL) {
        fe_arena_done(&rules->arena);
        free(rules->cache);
        free(rules);
    }
}

static bool find_secret(const struct fe_rules *rules, enum fe_name_place place,
                        struct fe_slice name, struct fe_slice *kind_out)
{
    if (rules->secrets_kept) {
        return false;
    }
    const struct fe_name_rule *rule = find(rules->also, place, name);
    if (rule == NULL && !matches_any(fe_names_harmless(), name)) {
        rule = find(fe_names_secret(), place, name);
    }
    if (rule == NULL && place != FE_NAME_COOKIE) {
        return false;
    }
    *kind_out = rule != NULL ? rule->kind : FE_SLICE("cookie");
    return true;
}

static bool decide(const struct fe_rules *rules, enum fe_name_place place, struct fe_slice name,
                   struct fe_slice *kind_out)
{
    struct name buffer;
    struct fe_slice plain = normalize(name, &buffer);
    if (matches_any(rules->keep, plain)) {
        return false;
    }
    if (find_secret(rules, place, plain, kind_out)) {
        return true;
    }
    const struct fe_name_rule *rule = rules->pii ? find(fe_names_personal(), place, plain) : NULL;
    if (rule != NULL) {
        *kind_out = rule->kind;
    }
    return rule != NULL;
}

bool fe_rules_find(const struct fe_rules *rules, enum fe_name_place place, struct fe_slice name,
                   struct fe_slice *kind_out)
{
    bool found = false;
    struct fe_name_slot *slot =
        fe_name_cache_find(rules->cache, (unsigned char)place, name, &found);
    if (slot == NULL) {
        return decide(rules, place, name, kind_out);
    }
    if (!found) {
        slot->secret = decide(rules, place, name, &slot->kind);
    }
    if (slot->secret) {
        *kind_out = slot->kind;
    }
    return slot->secret;
}

bool fe_rules_describes(const struct fe_rules *rules, struct fe_slice name)
{
    struct name buffer;
    struct fe_slice plain = normalize(name, &buffer);
    return matches_any(rules->keep, plain) || matches_any(fe_names_harmless(), plain) ||
           matches_any(fe_names_describing(), plain);
}

bool fe_rules_keep_all(const struct fe_rules *rules)
{
    return rules->secrets_kept;
}

bool fe_rules_pii(const struct fe_rules *rules)
{
    return rules->pii;
}

/* ── of several sessions ── */

static bool has_name(const struct fe_names *names, struct fe_slice name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (fe_slice_eq(names->items[i], name)) {
            return true;
        }
    }
    return false;
}

void fe_redaction_join(struct fe_frame_redaction *all, const struct fe_frame_redaction *more,
                       struct fe_arena *arena)
{
    struct fe_names joined = {NULL, 0};
    size_t most = all->also.count + more->also.count;
    all->pii = all->pii || more->pii;
    if (more->also.count == 0) {
        return;
    }
    joined.items = fe_arena_alloc(arena, most * sizeof(*joined.items));
    if (all->also.count > 0) {
        memcpy(joined.items, all->also.items, all->also.count * sizeof(*joined.items));
    }
    joined.count = all->also.count;
    for (size_t i = 0; i < more->also.count; i++) {
        if (!has_name(&joined, more->also.items[i])) {
            joined.items[joined.count++] = more->also.items[i];
        }
    }
    all->also = joined;
}
