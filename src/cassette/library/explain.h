/* SPDX-License-Identifier: MIT */
/* Why no recording answers a request, told to a person: what comes nearest, what is different
 * there, and the one rule or command that would make it match.
 *
 * None of its texts shows a secret. The redactor is fed the request that was missed and the
 * recordings that come near it; then every text goes through it. */
#ifndef FE_CASSETTE_LIBRARY_EXPLAIN_H
#define FE_CASSETTE_LIBRARY_EXPLAIN_H

#include "cassette/library/library.h"

struct fe_json_writer;
struct fe_random;
struct fe_redactor;

enum {
    FE_EXPLAIN_NEAR = 3,
    FE_EXPLAIN_DIFFERENCES = 25, /* that are told, of one recording */
    FE_EXPLAIN_TEXT_BYTES = 256  /* of a text that was asked or recorded, with its "…" */
};

/* A text whose ptr is NULL is absent: there is none of it. */
struct fe_explained_difference {
    struct fe_slice part; /* "method", "path", "query", "header", "body_form", "body" */
    struct fe_slice name; /* of a query or a header; a JSON pointer, a form's name; or absent */
    struct fe_slice
        asked; /* as it is compared: JSON with its quotation marks, "fe~…" for a secret */
    struct fe_slice recorded;
};

struct fe_explained_recording {
    uint64_t seq;             /* over all cassettes */
    struct fe_slice cassette; /* its path */
    struct fe_slice method;   /* and target, as recorded */
    struct fe_slice target;
    size_t difference_count; /* all there are */
    struct fe_explained_difference differences[FE_EXPLAIN_DIFFERENCES];
};

struct fe_explanation {
    enum fe_find find;
    struct fe_slice reason; /* a sentence */
    size_t near_count;
    struct fe_explained_recording near[FE_EXPLAIN_NEAR]; /* best first */
    struct fe_slice advice;                              /* a sentence */
    /* One of the two, the other is absent. Of a rule, the YAML that goes into a seed file, lines
     * and all; it makes the request match near[0]. */
    struct fe_slice rule;
    struct fe_slice command;
};

struct fe_missed {
    enum fe_find find; /* what fe_library_take() has said, a miss */
    const struct fe_frame_head *head;
    const struct fe_slice *body; /* NULL: it was not read, and bodies are not compared */
};

/* The explanation lives in the arena, and as long as the library. It takes milliseconds and more:
 * every exchange is looked at. */
void fe_explain(struct fe_library *library, const struct fe_missed *missed,
                struct fe_redactor *redactor, struct fe_arena *arena,
                struct fe_explanation *explanation_out);

/* What a request is compared by: its parts as the rules of the nearest recording have them, made
 * safe in the same way, at most `max` of them, in the arena; of each, `recorded` is absent. Returns
 * how many there are in all; 0 if nothing was recorded. */
size_t fe_explain_parts(struct fe_library *library, const struct fe_missed *asked,
                        struct fe_redactor *redactor, struct fe_arena *arena,
                        struct fe_explained_difference *parts_out, size_t max);

/* A redactor that knows every name that any session of the library had for a secret's. */
struct fe_redactor *fe_explain_redactor_new(const struct fe_library *library,
                                            struct fe_random *random);

/* As members of an object that is open:
 *   "why": "unknown" | "used_up" | "too_early", "reason": "…",
 *   "nearest": [{"seq": 3, "cassette": "…", "method": "GET", "target": "/…",
 *                "differences": [{"part": "query", "name": "ts", "asked": "1", "recorded": "2"}],
 *                "differenceCount": 1}],
 *   "advice": "…", "rule": "…" or "command": "…"
 * What is absent is left out. */
void fe_explanation_json(const struct fe_explanation *explanation, struct fe_json_writer *writer);

/* As lines for a terminal, control characters made harmless. */
void fe_explanation_text(const struct fe_explanation *explanation, struct fe_buf *out);

#endif
