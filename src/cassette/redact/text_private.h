/* SPDX-License-Identifier: MIT */
/* The insides of the text machine, which text_values.c, text_hold.c and text_take.c share. */
#ifndef FE_CASSETTE_REDACT_TEXT_PRIVATE_H
#define FE_CASSETTE_REDACT_TEXT_PRIVATE_H

#include "cassette/redact/values.h"
#include "util/buf.h"

enum {
    FE_TEXT_NAME_BYTES = 256,
    FE_TEXT_HELD_BYTES = 64 << 10,
    FE_TEXT_USERINFO_BYTES = 1024
};

enum fe_text_mode {
    FE_TEXT_SCAN,
    FE_TEXT_TAKE,      /* a value in a query */
    FE_TEXT_NESTED,    /* one in a query that is itself percent-encoded in another one */
    FE_TEXT_USERINFO,  /* behind "://": held until "@" or until it is none */
    FE_TEXT_BARE,      /* a value that ends with its word */
    FE_TEXT_IN_QUOTES, /* one that ends with its quotation mark */
    FE_TEXT_ELEMENT,   /* <name>value< */
    FE_TEXT_TAG        /* <input …> */
};

/* What separates the name from a value that may come. */
enum fe_text_separator {
    FE_TEXT_NOTHING,
    FE_TEXT_NAMED, /* a name is complete, no separator has come */
    FE_TEXT_EQUALS,
    FE_TEXT_COLON
};

struct fe_text_values {
    struct fe_values *values;
    unsigned flags;
    enum fe_text_mode mode;
    uint32_t history; /* the last four characters */
    char name[FE_TEXT_NAME_BYTES];
    size_t name_len;
    uint32_t before; /* the four characters in front of the name; 0: nothing is */
    enum fe_text_separator separator;
    bool spaced; /* there is space behind the separator */
    char closer; /* of FE_TEXT_IN_QUOTES; within a FE_TEXT_TAG, the quotation mark that is open */
    struct fe_slice kind;
    struct fe_percent percent; /* of FE_TEXT_TAKE; the outer one of FE_TEXT_NESTED */
    struct fe_percent inner;   /* of FE_TEXT_NESTED */
    struct fe_buf held;        /* what it means */
    struct fe_buf held_raw;
    size_t colon; /* in FE_TEXT_USERINFO: behind it, in held and in held_raw; 0: there is none */
    size_t colon_raw;
    bool rescanning;  /* held text that was nothing: it is not held again */
    char nested_over; /* what ended a FE_TEXT_NESTED value, '\0' within it */
};

/* One character of the text. */
void fe_text_step(struct fe_text_values *m, char c, struct fe_slice raw);

/* The name that may stand before a value (text_name.c). Of one that is too long, the end is kept.
 */
bool fe_text_is_name_char(char c);
void fe_text_forget_name(struct fe_text_values *m);
void fe_text_add_to_name(struct fe_text_values *m, char c);
/* Whether it is a secret's there, whose kind is then in m->kind. */
bool fe_text_find_name(struct fe_text_values *m, enum fe_name_place place);
/* Whether what stands before it says that this is a query. */
bool fe_text_name_is_query(const struct fe_text_values *m);
/* Where an encoded query's name begins in what was taken for a name and ends with "%3D"; or -1. */
ptrdiff_t fe_text_nested_name(const struct fe_text_values *m);

/* Passes as many characters from the front of `text`, which is as it stands, as can begin nothing
 * by themselves: a run of a name's, or one of none. Returns how many. */
size_t fe_text_skip(struct fe_text_values *m, struct fe_slice text);

/* Gives bytes that do not last. */
void fe_text_plain_copy(struct fe_text_values *m, struct fe_slice raw);

/* Text that may be a value is held. fe_text_hold() is false when there is too much of it: then all
 * that was held is plain. The others end it: as nothing, by a guess, as a tag, before "@". */
void fe_text_hold_begin(struct fe_text_values *m, enum fe_text_mode mode);
bool fe_text_hold(struct fe_text_values *m, char c, struct fe_slice raw);
void fe_text_hold_release(struct fe_text_values *m);
void fe_text_hold_decide(struct fe_text_values *m);
void fe_text_hold_decide_tag(struct fe_text_values *m);
void fe_text_hold_decide_userinfo(struct fe_text_values *m);

/* Text that is a value is taken. fe_text_take_nested() tells by m->nested_over that it has ended.
 */
void fe_text_take_begin(struct fe_text_values *m, enum fe_text_mode mode);
void fe_text_take(struct fe_text_values *m, char c, struct fe_slice raw);
void fe_text_take_nested(struct fe_text_values *m, char c, struct fe_slice raw);
void fe_text_take_end(struct fe_text_values *m);
bool fe_text_ends_query_value(char c);

#endif
