/* SPDX-License-Identifier: MIT */
/* The frame that all pages for people share: one card in the middle, light or dark as the reader's
 * system is, nothing loaded from anywhere, and a policy that forbids anything else. */
#ifndef FE_EMULATE_OAUTH_PAGE_H
#define FE_EMULATE_OAUTH_PAGE_H

#include "http/exchange.h"

struct fe_page {
    struct fe_exchange *x;
    struct fe_buf *out;
    struct fe_slice nonce;       /* what lets the page's own style and script run */
    struct fe_slice form_target; /* where its form may lead besides here; empty: no form */
    bool has_script;
};

/* Writes the head and opens the card. `title` is plain text. */
void fe_page_begin(struct fe_page *page, struct fe_exchange *x, const char *title);

/* Markup as it is; text, made harmless wherever it stands. */
void fe_page_put(struct fe_page *page, const char *markup);
void fe_page_text(struct fe_page *page, struct fe_slice text);

/* The markup of a script of ours, within its own element. */
void fe_page_script(struct fe_page *page, const char *script);

/* Closes the card, sets the fields of the answer, and returns `status`. */
int fe_page_end(struct fe_page *page, int status);

/* A page that tells a developer which parameter is wrong and what to change. */
struct fe_page_error {
    const char *error;      /* OAuth's code: "invalid_request" */
    const char *parameter;  /* NULL: none in particular */
    struct fe_slice what;   /* a sentence; OAuth's error_description */
    struct fe_slice remedy; /* a sentence: what to change */
};
int fe_page_send_error(struct fe_exchange *x, const struct fe_page_error *error);

#endif
