/* SPDX-License-Identifier: MIT */
/* A library that is asked in vain, and the explanation. */
#ifndef FE_TESTS_UNIT_CASSETTE_EXPLAIN_RIG_H
#define FE_TESTS_UNIT_CASSETTE_EXPLAIN_RIG_H

#include "library_rig.h"

#include "cassette/library/explain.h"
#include "cassette/redact/redactor.h"
#include "util/json_writer.h"

enum {
    HEADERS_MAX = 2
};

/* `asked` as in library_rig.h; fields by name and value. */
struct missed {
    const char *asked;
    const char *headers[HEADERS_MAX][2];
    bool unread; /* its body was not read */
};

struct explained {
    struct fe_arena arena;
    struct fe_frame_head head;
    struct fe_slice body;
    struct fe_explanation explanation;
    struct fe_buf json;
    struct fe_buf text;
};

static inline void put_missed(const struct missed *missed, struct explained *explained)
{
    put_asked(missed->asked, &explained->head, &explained->body);
    for (size_t i = 0; i < HEADERS_MAX && missed->headers[i][0]; i++) {
        assert_int_equal(fe_headers_add(&explained->head.headers, &explained->arena,
                                        fe_slice_cstr(missed->headers[i][0]),
                                        fe_slice_cstr(missed->headers[i][1])),
                         0);
    }
}

static inline void write_explanation(struct explained *explained)
{
    struct fe_json_writer writer;
    fe_buf_init(&explained->json, 1 << 20);
    fe_buf_init(&explained->text, 1 << 20);
    fe_json_writer_init(&writer, &explained->json);
    fe_json_begin_object(&writer);
    fe_explanation_json(&explained->explanation, &writer);
    fe_json_end_object(&writer);
    fe_explanation_text(&explained->explanation, &explained->text);
}

/* It must be missed. */
static inline void explain(struct rig *rig, const struct missed *missed,
                           struct explained *explained)
{
    const struct fe_frame_redaction rules = {.version = 1};
    struct fe_redactor *redactor = fe_redactor_new(&rules, &rig->random);
    *explained = (struct explained){.arena = {NULL}};
    put_missed(missed, explained);
    const struct fe_missed miss = {
        .find = fe_library_take(rig->library, &explained->head, explained->body, &rig->take),
        .head = &explained->head,
        .body = missed->unread ? NULL : &explained->body,
    };
    assert_true(miss.find >= FE_MISS_UNKNOWN);
    fe_explain(rig->library, &miss, redactor, &explained->arena, &explained->explanation);
    write_explanation(explained);
    fe_redactor_free(redactor);
}

static inline void forget(struct explained *explained)
{
    fe_buf_done(&explained->json);
    fe_buf_done(&explained->text);
    fe_arena_done(&explained->arena);
}

static inline bool has_text(struct fe_slice text, const char *part)
{
    size_t len = strlen(part);
    bool found = false;
    for (size_t i = 0; i + len <= text.len && !found; i++) {
        found = memcmp(text.ptr + i, part, len) == 0;
    }
    return found;
}

#endif
