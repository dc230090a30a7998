/* SPDX-License-Identifier: MIT */
/* A request as a list of parts in one order, so that two requests that mean the same have the same
 * list, and the same key; and two that do not, can be told apart part by part.
 *
 *   method   as it is
 *   path     unreserved characters decoded (RFC 3986 §6.2.2.2), escapes in capitals; nothing else
 *   query    pairs, decoded as a form's; sorted by name, those of one name in their order
 *   fields   only those that select a representation: Accept, Accept-Language, Range, If-Match,
 *            If-None-Match, If-Modified-Since, If-Unmodified-Since, and what a rule names
 *   body     JSON: every value, by its pointer (RFC 6901), members sorted, numbers by their value,
 *            "{}" and "[]" for what holds others; a form: as the query; multipart: every part's
 *            content, file name and type, sorted by name; else its bytes. Content codings are
 *            taken off. JSON that has a name twice, or is none, counts as bytes
 *
 * Where a secret stands by its name (the cassette's own redaction rules), only its kind counts: the
 * live one and the recorded placeholder are the same part. */
#ifndef FE_CASSETTE_MATCH_CANONICAL_H
#define FE_CASSETTE_MATCH_CANONICAL_H

#include <stdbool.h>
#include <stddef.h>

#include "cassette/frame.h"
#include "cassette/redact/rules.h"
#include "util/arena.h"

struct fe_hasher;

enum fe_part_kind {
    FE_PART_METHOD,
    FE_PART_PATH,
    FE_PART_QUERY,     /* name and value */
    FE_PART_FIELD,     /* name in small letters, and value */
    FE_PART_BODY_FORM, /* what the body is: "json", "form", "multipart", "bytes"; "": there is none
                        */
    FE_PART_BODY       /* name: JSON pointer, form name, part name; or "" for bytes */
};

struct fe_part {
    enum fe_part_kind kind;
    struct fe_slice name;
    struct fe_slice value; /* of long bytes: their SHA-256 in hex, and their length */
};

struct fe_canonical {
    struct fe_part *parts; /* in the arena, in canonical order */
    size_t count;
};

enum fe_match_profile {
    FE_MATCH_STRICT,      /* every part counts */
    FE_MATCH_LENIENT,     /* fields do not count, nor members of JSON that are null or absent */
    FE_MATCH_METHOD_PATH, /* method and path alone */
    FE_MATCH_PROFILES
};

/* "strict", "lenient", "method-path"; static text. -EINVAL for any other word. */
struct fe_slice fe_match_profile_text(enum fe_match_profile profile);
int fe_match_profile_parse(struct fe_slice text, enum fe_match_profile *profile_out);

/* What is different for some paths. Lists may be empty; all is borrowed. */
struct fe_match_rule {
    struct fe_slice path; /* a pattern: one star a segment's part, two any number of segments */
    struct fe_names ignore_fields; /* in any case */
    struct fe_names ignore_query;
    struct fe_names ignore_pointers; /* JSON pointers; the member and all below it */
    struct fe_names match_fields;    /* that would not count otherwise */
    struct fe_names rebase; /* JSON pointers of times in the answer, which replay moves to now */
};

struct fe_match_options {
    enum fe_match_profile profile;
    const struct fe_match_rule *rules; /* every one that matches the path counts */
    size_t rule_count;
    const struct fe_rules *secrets; /* of the cassette */
};

/* Counts the ways in which requests were ever made canonical: one more whenever any request gets
 * another key, be it by the built-in list of names. Keys that lie in cassettes are believed only if
 * they were made in this way. */
enum {
    FE_CANONICAL_VERSION = 1,
    FE_CANONICAL_KEY_BYTES = 16,
    FE_CANONICAL_VALUE_BYTES = 4096,   /* longer values are told by their SHA-256 */
    FE_CANONICAL_BODY_BYTES = 8 << 20, /* a longer body counts as bytes, whatever it is */
    FE_CANONICAL_PARTS = 200000        /* a body with more counts as bytes */
};

/* Of a request's head and its whole body as it crossed the wire, framing taken off. Everything is
 * in the arena. */
void fe_canonical_make(const struct fe_match_options *options, const struct fe_frame_head *head,
                       struct fe_slice body, struct fe_arena *arena,
                       struct fe_canonical *canonical_out);

/* The path of a request's target alone, in the one spelling that it has. In the arena. */
struct fe_slice fe_canonical_path(struct fe_slice target, struct fe_arena *arena);

/* A body without the content codings that these fields name, in the arena; itself, where there is
 * none, or where they cannot be taken off. */
struct fe_slice fe_canonical_decoded(const struct fe_headers *headers, struct fe_slice body,
                                     struct fe_arena *arena);

/* All parts, each with its lengths, hashed (SHA-256, its first half). */
void fe_canonical_key(const struct fe_canonical *canonical, struct fe_hasher *hasher,
                      unsigned char key[FE_CANONICAL_KEY_BYTES]);

/* One difference between two requests. `ours` or `theirs` may be NULL: there is none of it. */
struct fe_difference {
    const struct fe_part *ours;
    const struct fe_part *theirs;
};

/* What differs, in canonical order, at most `max` of them; returns how many there are in all. */
size_t fe_canonical_compare(const struct fe_canonical *ours, const struct fe_canonical *theirs,
                            struct fe_difference *differences_out, size_t max);

/* Whether a path fits a rule's pattern. */
bool fe_match_path(struct fe_slice pattern, struct fe_slice path);

#endif
