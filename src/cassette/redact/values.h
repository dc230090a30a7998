/* SPDX-License-Identifier: MIT */
/* What the machines of structure.h share. Each is given text as it means and as it stands: `text`
 * is what `raw` comes to once whatever is around it was unescaped. The two are one slice where
 * nothing was to unescape; else `text` is one character. So machines can be put into one another (a
 * URL in a string of JSON in a string of JSON), and each byte of the body still goes out exactly
 * once. */
#ifndef FE_CASSETTE_REDACT_VALUES_H
#define FE_CASSETTE_REDACT_VALUES_H

#include "cassette/redact/escapes.h"
#include "cassette/redact/structure.h"

enum {
    FE_VALUES_SCHEME_BYTES = 7, /* "Bearer " */
    FE_VALUES_DEPTH = 2         /* JSON in JSON in JSON is looked into, and no further */
};

/* The way out of all of them; one value is taken at a time. */
struct fe_values {
    const struct fe_rules *rules;
    const struct fe_structure_ops *ops;
    void *arg;
    struct fe_slice plain; /* not given yet: neighbours go out together */
    struct fe_slice kind;
    char *value; /* FE_SECRET_BYTES_MAX, from the first one on; clean behind value_len */
    size_t value_len;
    uint64_t raw_len;
    /* How the value begins in the body, as far as that may be the scheme of an Authorization. */
    char head[FE_VALUES_SCHEME_BYTES * 4];
    size_t head_at[FE_VALUES_SCHEME_BYTES + 1]; /* raw bytes before the n-th byte of the value */
};

void fe_values_init(struct fe_values *values, const struct fe_rules *rules,
                    const struct fe_structure_ops *ops, void *arg);
void fe_values_done(struct fe_values *values); /* wipes */

/* `raw` must stay where it is until the next flush. */
void fe_values_plain(struct fe_values *values, struct fe_slice raw);
void fe_values_flush(struct fe_values *values);

/* A value comes: piece by piece, or whole. An empty one is none. In front of a credential, "Bearer
 * " and the like are plain. */
void fe_values_begin(struct fe_values *values, struct fe_slice kind);
void fe_values_take(struct fe_values *values, struct fe_slice text, struct fe_slice raw);
void fe_values_finish(struct fe_values *values);
void fe_values_whole(struct fe_values *values, struct fe_slice kind, struct fe_slice text,
                     struct fe_slice raw);

/* The length of "Bearer ", "Basic " or "Token " in front of `text`, in any case, or 0. */
size_t fe_values_scheme(struct fe_slice text);

/* ── the machines ── */

/* All: _push takes more, _break says that what comes next does not belong to what came (the end of
 * a string, a line, a part), _keep that pushed slices are about to go. */

enum {
    FE_TEXT_MARKUP = 1, /* HTML's fields, XML's elements */
    FE_TEXT_QUOTED = 2, /* name: "value", name="value" */
    FE_TEXT_LINES = 4,  /* name: value */
    FE_TEXT_SCRIPT = 8  /* what looks like a query may be an expression */
};
struct fe_text_values *fe_text_values_new(struct fe_values *values, unsigned flags);
void fe_text_values_free(struct fe_text_values *machine);
void fe_text_values_push(struct fe_text_values *machine, struct fe_slice text, struct fe_slice raw);
void fe_text_values_break(struct fe_text_values *machine);
void fe_text_values_keep(struct fe_text_values *machine);

/* `by_line`: each line is a document of its own (JSON lines, an event stream). */
struct fe_json_values *fe_json_values_new(struct fe_values *values, unsigned depth, bool by_line);
void fe_json_values_free(struct fe_json_values *machine);
void fe_json_values_push(struct fe_json_values *machine, struct fe_slice text, struct fe_slice raw);
void fe_json_values_break(struct fe_json_values *machine);
void fe_json_values_keep(struct fe_json_values *machine);

struct fe_form_values *fe_form_values_new(struct fe_values *values);
void fe_form_values_free(struct fe_form_values *machine);
void fe_form_values_push(struct fe_form_values *machine, struct fe_slice text, struct fe_slice raw);
void fe_form_values_break(struct fe_form_values *machine);
void fe_form_values_keep(struct fe_form_values *machine);

/* `boundary` is copied. */
struct fe_multipart_values *fe_multipart_values_new(struct fe_values *values,
                                                    struct fe_slice boundary);
void fe_multipart_values_free(struct fe_multipart_values *machine);
void fe_multipart_values_push(struct fe_multipart_values *machine, struct fe_slice text,
                              struct fe_slice raw);
void fe_multipart_values_break(struct fe_multipart_values *machine);
void fe_multipart_values_keep(struct fe_multipart_values *machine);

/* Whichever fits a Content-Type. `content_type` empty or "octet-stream": the first bytes decide. */
struct fe_any_values;
struct fe_any_values *fe_any_values_new(struct fe_values *values, struct fe_slice content_type,
                                        bool may_be_multipart);
void fe_any_values_free(struct fe_any_values *machine);
void fe_any_values_push(struct fe_any_values *machine, struct fe_slice text, struct fe_slice raw);
void fe_any_values_break(struct fe_any_values *machine);
void fe_any_values_keep(struct fe_any_values *machine);

#endif
