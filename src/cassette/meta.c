/* SPDX-License-Identifier: MIT */
#include "cassette/meta_private.h"

#include <errno.h>

enum {
    NAMES_MAX = 10000, /* header fields, or names of a rule, in one list */
    AT_ONCE_MAX = 1024 /* values of a list that are believed before the checksum is */
};

static int bad(const char **why_out, const char *why)
{
    *why_out = why;
    return -EBADMSG;
}

/* ── values: where the frame is known to be well formed, what fails is of the wrong type ── */

static int take(struct fe_cursor *cursor, enum fe_token_kind kind, struct fe_token *token_out)
{
    int r = fe_cursor_next(cursor, token_out);
    return r == 0 && token_out->kind != kind ? -EINVAL : r;
}

static int take_text(struct fe_cursor *cursor, struct fe_slice *text_out)
{
    struct fe_token token;
    int r = fe_cursor_next(cursor, &token);
    if (r == 0 && token.kind != FE_TOKEN_STR && token.kind != FE_TOKEN_BIN) {
        return -EINVAL;
    }
    *text_out = token.bytes;
    return r;
}

static int take_time(struct fe_cursor *cursor, int64_t *time_out)
{
    struct fe_token token;
    int r = fe_cursor_next(cursor, &token);
    if (r == 0 && token.kind == FE_TOKEN_NEGATIVE) {
        *time_out = token.negative;
        return 0;
    }
    *time_out = (int64_t)token.number;
    return r == 0 && (token.kind != FE_TOKEN_UINT || token.number > INT64_MAX) ? -EINVAL : r;
}

static int take_list(struct fe_cursor *cursor, uint64_t count_max, size_t *count_out)
{
    struct fe_token token;
    int r = take(cursor, FE_TOKEN_ARRAY, &token);
    uint64_t max = cursor->well_formed || count_max < AT_ONCE_MAX ? count_max : AT_ONCE_MAX;
    *count_out = (size_t)token.number;
    return r == 0 && token.number > max ? -EINVAL : r;
}

static int take_pair(struct fe_cursor *cursor)
{
    size_t count = 0;
    int r = take_list(cursor, 2, &count);
    return r == 0 && count != 2 ? -EINVAL : r;
}

static int take_names(struct fe_cursor *cursor, struct fe_arena *arena, struct fe_names *names)
{
    int r = take_list(cursor, NAMES_MAX, &names->count);
    if (r < 0) {
        return r;
    }
    names->items = fe_arena_alloc(arena, names->count * sizeof(*names->items));
    for (size_t i = 0; r == 0 && i < names->count; i++) {
        r = take_text(cursor, &names->items[i]);
    }
    return r;
}

static int take_headers(struct fe_cursor *cursor, struct fe_arena *arena,
                        struct fe_headers *headers)
{
    int r = take_list(cursor, NAMES_MAX, &headers->count);
    if (r < 0) {
        return r;
    }
    headers->items = fe_arena_alloc(arena, headers->count * sizeof(*headers->items));
    headers->capacity = headers->count;
    for (size_t i = 0; r == 0 && i < headers->count; i++) {
        r = take_pair(cursor);
        r = r < 0 ? r : take_text(cursor, &headers->items[i].name);
        r = r < 0 ? r : take_text(cursor, &headers->items[i].value);
    }
    return r;
}

/* Each begins behind the one before; that they stay within the bytes is seen when those are known.
 */
static int take_pace(struct fe_cursor *cursor, struct fe_arena *arena, struct fe_frame_body *body)
{
    int r = take_list(cursor, FE_FRAME_BYTES_MAX, &body->pace_count);
    if (r < 0) {
        return r;
    }
    struct fe_pace *pace = fe_arena_alloc(arena, body->pace_count * sizeof(*pace));
    body->pace = pace;
    for (size_t i = 0; r == 0 && i < body->pace_count; i++) {
        struct fe_token at;
        r = take_pair(cursor);
        r = r < 0 ? r : take_time(cursor, &pace[i].t_us);
        r = r < 0 ? r : take(cursor, FE_TOKEN_UINT, &at);
        if (r == 0) {
            pace[i].at = at.number;
            r = i == 0 || at.number > pace[i - 1].at ? 0 : -EINVAL;
        }
    }
    return r;
}

static int take_cuts(struct fe_cursor *cursor, struct fe_arena *arena, struct fe_frame_body *body)
{
    int r = take_list(cursor, FE_FRAME_BYTES_MAX, &body->cut_count);
    if (r < 0) {
        return r;
    }
    uint64_t *cuts = fe_arena_alloc(arena, body->cut_count * sizeof(*cuts));
    body->cuts = cuts;
    for (size_t i = 0; r == 0 && i < body->cut_count; i++) {
        struct fe_token cut;
        r = take(cursor, FE_TOKEN_UINT, &cut);
        if (r == 0) {
            cuts[i] = cut.number;
            r = cut.number > (i == 0 ? 0 : cuts[i - 1]) ? 0 : -EINVAL;
        }
    }
    return r;
}

static int take_number(struct fe_cursor *cursor, uint64_t *number_out)
{
    struct fe_token token;
    int r = take(cursor, FE_TOKEN_UINT, &token);
    *number_out = token.number;
    return r;
}

static int take_open(struct fe_cursor *cursor, struct fe_frame_open_chunk *open)
{
    int r = take_pair(cursor);
    r = r < 0 ? r : take_number(cursor, &open->size);
    r = r < 0 ? r : take_number(cursor, &open->came);
    open->is_open = true;
    return r == 0 && open->came > open->size ? -EINVAL : r;
}

static int take_status(struct fe_cursor *cursor, int *status_out)
{
    uint64_t number = 0;
    int r = take_number(cursor, &number);
    *status_out = (int)(number % 1000);
    return r == 0 && (number < 100 || number > 999) ? -EINVAL : r;
}

static int take_flag(struct fe_cursor *cursor, bool *flag_out)
{
    struct fe_token token;
    int r = take(cursor, FE_TOKEN_BOOL, &token);
    *flag_out = token.number != 0;
    return r;
}

static int parse_version(struct fe_slice text, int *minor_out)
{
    if (text.len != 3 || !fe_slice_starts(text, FE_SLICE("1.")) || text.ptr[2] < '0' ||
        text.ptr[2] > '9') {
        return -EINVAL;
    }
    *minor_out = text.ptr[2] - '0';
    return 0;
}

static int parse_secrets(struct fe_slice text, bool *kept_out)
{
    *kept_out = fe_slice_eq(text, FE_SLICE("kept"));
    return *kept_out || fe_slice_eq(text, FE_SLICE("replaced")) ? 0 : -EINVAL;
}

static int take_word(struct fe_cursor *cursor, enum fe_field_type type, void *at)
{
    struct fe_slice text;
    int r = take_text(cursor, &text);
    if (r < 0) {
        return r;
    }
    switch (type) {
    case FE_FIELD_VERSION:
        return parse_version(text, at);
    case FE_FIELD_SECRETS:
        return parse_secrets(text, at);
    case FE_FIELD_OUTCOME:
        return fe_recorded_outcome_parse(text, at);
    default:
        return fe_recorded_framing_parse(text, at);
    }
}

/* ── the meta, by the table of its fields ── */

static int take_value(struct fe_meta *meta, const struct fe_field *field, void *at)
{
    switch (field->type) {
    case FE_FIELD_NUMBER:
        return take_number(&meta->cursor, at);
    case FE_FIELD_TIME:
        return take_time(&meta->cursor, at);
    case FE_FIELD_STATUS:
        return take_status(&meta->cursor, at);
    case FE_FIELD_TEXT:
        return take_text(&meta->cursor, at);
    case FE_FIELD_FLAG:
        return take_flag(&meta->cursor, at);
    case FE_FIELD_NAMES:
        return take_names(&meta->cursor, meta->arena, at);
    case FE_FIELD_HEADERS:
        return take_headers(&meta->cursor, meta->arena, at);
    case FE_FIELD_OPEN:
        return take_open(&meta->cursor, at);
    case FE_FIELD_PACE:
        return take_pace(&meta->cursor, meta->arena, at);
    case FE_FIELD_CUTS:
        return take_cuts(&meta->cursor, meta->arena, at);
    case FE_FIELD_MAP:
        return fe_meta_take(meta, field->inner, at);
    default:
        return take_word(&meta->cursor, field->type, at);
    }
}

/* The table's order is the usual one, so the search begins at the field that is likely. The count
 * if this version does not know the key. */
static size_t find_field(const struct fe_fields *fields, struct fe_slice key, size_t likely)
{
    for (size_t i = 0; i < fields->count; i++) {
        size_t at = likely + i < fields->count ? likely + i : likely + i - fields->count;
        if (fe_slice_eq(fields->items[at].key, key)) {
            return at;
        }
    }
    return fields->count;
}

static int take_pair_of_meta(struct fe_meta *meta, const struct fe_fields *fields, void *owner,
                             uint32_t *seen, size_t *likely)
{
    struct fe_token key;
    int r = take(&meta->cursor, FE_TOKEN_STR, &key);
    if (r < 0) {
        return r;
    }
    size_t found = find_field(fields, key.bytes, *likely);
    if (found == fields->count) {
        return meta->cursor.well_formed ? fe_cursor_skip(&meta->cursor) : -EINVAL;
    }
    const struct fe_field *field = &fields->items[found];
    uint32_t bit = UINT32_C(1) << found;
    r = (*seen & bit) ? -EINVAL : take_value(meta, field, (char *)owner + field->offset);
    *seen |= bit;
    *likely = found + 1;
    return r == -EINVAL ? bad(meta->why_out, field->wrong) : r;
}

/* As deep as the tables of fields.c: two levels. */
int fe_meta_take(struct fe_meta *meta, const struct fe_fields *fields, void *owner)
{
    struct fe_token map;
    int r = take(&meta->cursor, FE_TOKEN_MAP, &map);
    uint32_t seen = 0;
    size_t likely = 0;
    for (uint64_t i = 0; r == 0 && i < map.number; i++) {
        r = take_pair_of_meta(meta, fields, owner, &seen, &likely);
    }
    for (size_t i = 0; r == 0 && i < fields->count; i++) {
        if (!fields->items[i].optional && (seen >> i & 1) == 0) {
            return bad(meta->why_out, fields->items[i].missing);
        }
    }
    return r;
}
