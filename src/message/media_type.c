/* SPDX-License-Identifier: MIT */
#include "message/media_type.h"

struct fe_slice fe_media_essence(struct fe_slice type)
{
    ptrdiff_t end = fe_slice_index(type, ';');
    return fe_slice_trim((struct fe_slice){type.ptr, end < 0 ? type.len : (size_t)end});
}

/* Takes off the front what comes before the next ";" that is not between quotation marks. */
static struct fe_slice take_part(struct fe_slice *text)
{
    bool quoted = false;
    size_t len = 0;
    while (len < text->len && (quoted || text->ptr[len] != ';')) {
        quoted = quoted != (text->ptr[len] == '"');
        len += quoted && text->ptr[len] == '\\' && len + 1 < text->len ? 2 : 1;
    }
    struct fe_slice part = {text->ptr, len};
    *text = fe_slice_from(*text, len < text->len ? len + 1 : len);
    return fe_slice_trim(part);
}

struct fe_slice fe_media_parameter(struct fe_slice text, struct fe_slice name)
{
    while (text.len > 0) {
        struct fe_slice part = take_part(&text);
        if (part.len <= name.len || part.ptr[name.len] != '=' ||
            !fe_slice_eq_nocase((struct fe_slice){part.ptr, name.len}, name)) {
            continue;
        }
        part = fe_slice_from(part, name.len + 1);
        bool marks = part.len >= 2 && part.ptr[0] == '"' && part.ptr[part.len - 1] == '"';
        return marks ? (struct fe_slice){part.ptr + 1, part.len - 2} : part;
    }
    return FE_SLICE("");
}

struct fe_slice fe_part_field(struct fe_slice head, struct fe_slice name)
{
    struct fe_slice line;
    while (fe_slice_split(&head, '\n', &line)) {
        ptrdiff_t colon = fe_slice_index(line, ':');
        if (colon > 0 && fe_slice_eq_nocase((struct fe_slice){line.ptr, (size_t)colon}, name)) {
            struct fe_slice value = fe_slice_from(line, (size_t)colon + 1);
            value.len -= value.len > 0 && value.ptr[value.len - 1] == '\r';
            return fe_slice_trim(value);
        }
    }
    return FE_SLICE("");
}
