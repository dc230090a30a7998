/* SPDX-License-Identifier: MIT */
/* Secrets that nobody could guess, every encoding in which the redactor says that it finds them
 * (cassette/redact/secrets.h), and a search for what is left of them, written without a look at its
 * own. */
#ifndef FE_TESTS_FUZZ_REDACTOR_PLANT_H
#define FE_TESTS_FUZZ_REDACTOR_PLANT_H

#include <stdbool.h>

#include "util/arena.h"
#include "util/buf.h"

enum plant_kind {
    PLANT_TOKEN,   /* as servers make them */
    PLANT_PASSWORD /* as people do, with what needs escapes in every language */
};

enum {
    PLANT_CORE_BYTES = 36,
    PLANT_ENCODINGS = 20,
    PLANT_TRACES = 15
};

struct plant {
    struct fe_slice text;
    struct fe_slice traces[PLANT_TRACES]; /* none of which may be left */
};

/* Made of `origin`, so that whoever changes that gets another one. */
void plant_make(struct plant *plant, enum plant_kind kind, unsigned number, struct fe_slice origin,
                struct fe_arena *arena);

/* Appends it, written in one of PLANT_ENCODINGS ways. */
void plant_put(const struct plant *plant, unsigned encoding, struct fe_buf *out);

/* What is said of a text: percent-encoded, or with the escapes of JSON. */
void plant_put_percent(struct fe_slice text, struct fe_buf *out);
void plant_put_json(struct fe_slice text, struct fe_buf *out);

/* Whether there is anything of it in the text, in whatever way it is read. */
bool plant_survives(const struct plant *plant, struct fe_slice text, struct fe_arena *arena);

#endif
