/* SPDX-License-Identifier: MIT */
/* Whether held text is a secret, and what it means: the guesses of text_values.c. */
#ifndef FE_CASSETTE_REDACT_TEXT_GUESS_H
#define FE_CASSETTE_REDACT_TEXT_GUESS_H

#include <stdbool.h>

#include "util/arena.h"
#include "util/slice.h"

/* Whether a value that a secret's name marks in running text looks like one: a word of 8 characters
 * or more with a digit in it and no brackets, or a credential behind "Bearer". Personal data (by
 * its kind) may be anything. */
bool fe_guess_is_secret(struct fe_slice kind, struct fe_slice text);

/* "Bearer" and the like, in any case: the credential is the next word. */
bool fe_guess_is_scheme(struct fe_slice text);

/* Backslash escapes as in JSON resolved, if they are such. */
struct fe_slice fe_guess_unquote(struct fe_slice text, struct fe_arena *arena);

/* Character references resolved that forms and XML are written with: numbers, amp, lt, gt, quot,
 * apos. */
struct fe_slice fe_guess_unescape_markup(struct fe_slice text, struct fe_arena *arena);

/* <input name= value=>, <meta name= content=>, their attributes in any order. */
struct fe_guess_field {
    struct fe_slice name;
    struct fe_slice value;     /* unescaped */
    struct fe_slice raw_value; /* within the tag, without quotes */
};
/* False: no such tag, or a button, or no value in it. */
bool fe_guess_field(struct fe_slice tag, struct fe_arena *arena, struct fe_guess_field *field_out);

/* Whether the tag, as far as it has come, may be one of those. */
bool fe_guess_may_be_field(struct fe_slice tag);

#endif
