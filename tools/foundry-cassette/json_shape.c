/* SPDX-License-Identifier: MIT */
#include "foundry-cassette/json_shape.h"

#include <errno.h>

#include "util/json.h"
#include "util/limits.h"

/* A container that is being gone through. */
struct level {
    struct fe_json json;
    struct fe_json_cursor cursor;
    struct fe_shape_place *place;
};

struct walk {
    struct fe_shape *shape;
    struct fe_shape_place *last;
    struct fe_arena *arena;
    struct fe_buf pointer; /* to the value at hand */
    size_t depth;          /* of levels */
    struct level levels[FE_LIMIT_JSON_DEPTH];
};

static unsigned kind_of(const struct fe_json *value)
{
    static const unsigned kinds[] = {
        [FE_JSON_NULL] = FE_SHAPE_NULL,     [FE_JSON_FALSE] = FE_SHAPE_BOOLEAN,
        [FE_JSON_TRUE] = FE_SHAPE_BOOLEAN,  [FE_JSON_NUMBER] = FE_SHAPE_NUMBER,
        [FE_JSON_STRING] = FE_SHAPE_STRING, [FE_JSON_ARRAY] = FE_SHAPE_ARRAY,
        [FE_JSON_OBJECT] = FE_SHAPE_OBJECT,
    };
    return kinds[value->kind];
}

/* ── places ── */

static void point_to(struct walk *w, const struct fe_shape_place *parent, struct fe_slice name)
{
    struct fe_buf *pointer = &w->pointer;
    fe_buf_clear(pointer);
    (void)fe_buf_put(pointer, parent->pointer);
    (void)fe_buf_putc(pointer, '/');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '~' || name.ptr[i] == '/') {
            (void)fe_buf_puts(pointer, name.ptr[i] == '~' ? "~0" : "~1");
        } else {
            (void)fe_buf_putc(pointer, name.ptr[i]);
        }
    }
}

/* Where w->pointer points to. NULL: there are too many. */
static struct fe_shape_place *place_at(struct walk *w)
{
    struct fe_slice pointer = fe_buf_slice(&w->pointer);
    struct fe_shape_place *place = fe_map_get(&w->shape->places, pointer);
    if (place != NULL || w->shape->places.count == FE_SHAPE_PLACES_MAX || w->pointer.error) {
        return place;
    }
    place = fe_arena_alloc(w->arena, sizeof(*place));
    place->pointer = fe_arena_copy(w->arena, pointer);
    (void)fe_map_put(&w->shape->places, place->pointer, place);
    if (w->last) {
        w->last->next = place;
    } else {
        w->shape->first = place;
    }
    w->last = place;
    return place;
}

/* ── the walk ── */

static int take_value(struct walk *w, struct fe_shape_place *place, const struct fe_json *value)
{
    unsigned kind = kind_of(value);
    if (place == NULL) {
        return -E2BIG;
    }
    place->kinds |= kind;
    place->count++;
    place->objects += kind == FE_SHAPE_OBJECT;
    if (kind == FE_SHAPE_OBJECT || kind == FE_SHAPE_ARRAY) {
        w->levels[w->depth++] = (struct level){.json = *value, .place = place};
    }
    return 0;
}

static int take_child(struct walk *w, struct fe_shape_place *parent, const struct fe_json *key,
                      const struct fe_json *value)
{
    bool is_element = key == NULL;
    struct fe_slice name = FE_SLICE("*");
    if (key && fe_json_string(key, w->arena, &name) < 0) {
        return -EBADMSG;
    }
    point_to(w, parent, name);
    struct fe_shape_place *place = place_at(w);
    if (place) {
        place->parent = parent;
        place->is_element = is_element;
    }
    return take_value(w, place, value);
}

static int go_on(struct walk *w)
{
    struct level *level = &w->levels[w->depth - 1];
    bool is_object = level->json.kind == FE_JSON_OBJECT;
    struct fe_json key;
    struct fe_json value;
    if (!fe_json_next(&level->json, &level->cursor, is_object ? &key : NULL, &value)) {
        w->depth--;
        return 0;
    }
    return take_child(w, level->place, is_object ? &key : NULL, &value);
}

int fe_shape_make(struct fe_slice text, struct fe_random *random, struct fe_arena *arena,
                  struct fe_shape *shape_out)
{
    struct fe_json document;
    struct walk w = {.shape = shape_out, .arena = arena};
    *shape_out = (struct fe_shape){.first = NULL};
    fe_map_init(&shape_out->places, random);
    if (fe_json_parse(text, &document, NULL) < 0) {
        return -EBADMSG;
    }
    fe_buf_init(&w.pointer, text.len + 1);
    int r = take_value(&w, place_at(&w), &document);
    while (r == 0 && w.depth > 0) {
        r = go_on(&w);
    }
    fe_buf_done(&w.pointer);
    return r;
}

void fe_shape_done(struct fe_shape *shape)
{
    fe_map_done(&shape->places);
}

const struct fe_shape_place *fe_shape_find(const struct fe_shape *shape, struct fe_slice pointer)
{
    return fe_map_get(&shape->places, pointer);
}

void fe_shape_kinds_append(unsigned kinds, struct fe_buf *out)
{
    static const char *const names[] = {"object", "array", "string", "number", "boolean", "null"};
    const char *between = "";
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (kinds & (FE_SHAPE_OBJECT >> i)) {
            (void)fe_buf_printf(out, "%s%s", between, names[i]);
            between = " or ";
        }
    }
}
