/* SPDX-License-Identifier: MIT */
/* The name in front of what may be a value, as the text machine gathers it. */
#include "cassette/redact/text_private.h"

enum {
    AMP_ENTITY = 'a' << 24 | 'm' << 16 | 'p' << 8 | ';'
};

void fe_text_forget_name(struct fe_text_values *m)
{
    m->name_len = 0;
    m->separator = FE_TEXT_NOTHING;
    m->spaced = false;
}

bool fe_text_is_name_char(char c)
{
    char lower = (char)(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == '~' || c == '$' || c == '%' || c == '[' || c == ']';
}

void fe_text_add_to_name(struct fe_text_values *m, char c)
{
    if (m->separator != FE_TEXT_NOTHING) {
        fe_text_forget_name(m);
    }
    if (m->name_len == 0) {
        m->before = m->history;
    }
    if (m->name_len == FE_TEXT_NAME_BYTES) {
        memmove(m->name, m->name + FE_TEXT_NAME_BYTES / 2, FE_TEXT_NAME_BYTES / 2);
        m->name_len = FE_TEXT_NAME_BYTES / 2;
    }
    m->name[m->name_len++] = c;
}

bool fe_text_find_name(struct fe_text_values *m, enum fe_name_place place)
{
    struct fe_slice name = {m->name, m->name_len};
    /* "&" as scripts escape it */
    if ((char)m->before == '\\' && fe_slice_starts(name, FE_SLICE("u0026"))) {
        name = fe_slice_from(name, FE_SLICE("u0026").len);
    }
    return name.len > 0 && fe_rules_find(m->values->rules, place, name, &m->kind);
}

bool fe_text_name_is_query(const struct fe_text_values *m)
{
    char last = (char)m->before;
    if (last == '&') {
        return (char)(m->before >> 8) != '&';
    }
    return last == '?' || last == '#' || m->before == AMP_ENTITY ||
           (last == '\\' && m->name_len > 5 && memcmp(m->name, "u0026", 5) == 0);
}

ptrdiff_t fe_text_nested_name(const struct fe_text_values *m)
{
    size_t end = m->name_len;
    if (end < 3 || m->name[end - 3] != '%' || m->name[end - 2] != '3') {
        return -1;
    }
    for (size_t at = end - 3; at-- > 0;) {
        if (m->name[at] == '%') {
            struct fe_slice code = {m->name + at + 1, 2};
            bool opens = fe_slice_eq(code, FE_SLICE("26")) || fe_slice_eq(code, FE_SLICE("23")) ||
                         fe_slice_eq_nocase(code, FE_SLICE("3f"));
            return opens ? (ptrdiff_t)(at + 3) : -1;
        }
    }
    return -1;
}
