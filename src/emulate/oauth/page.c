/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/page.h"

#include "emulate/oauth/page_style.h"
#include "util/id.h"

void fe_page_put(struct fe_page *page, const char *markup)
{
    (void)fe_buf_puts(page->out, markup);
}

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void fe_page_text(struct fe_page *page, struct fe_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char *replacement = entity(text.ptr[i]);
        if (replacement) {
            fe_page_put(page, replacement);
        } else {
            (void)fe_buf_putc(page->out, text.ptr[i]);
        }
    }
}

void fe_page_begin(struct fe_page *page, struct fe_exchange *x, const char *title)
{
    *page = (struct fe_page){
        .x = x,
        .out = fe_exchange_out(x),
        .nonce = fe_token_random(&fe_exchange_env(x)->random, "", fe_exchange_arena(x)),
    };
    fe_page_put(page, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                      "<title>");
    fe_page_text(page, fe_slice_cstr(title));
    fe_page_put(page, "</title>\n<style nonce=\"");
    fe_page_text(page, page->nonce);
    fe_page_put(page, "\">");
    for (const char *const *piece = fe_page_style(); *piece; piece++) {
        fe_page_put(page, *piece);
    }
    fe_page_put(page, "</style>\n</head>\n<body>\n<main>\n");
}

void fe_page_script(struct fe_page *page, const char *script)
{
    page->has_script = true;
    fe_page_put(page, "<script nonce=\"");
    fe_page_text(page, page->nonce);
    fe_page_put(page, "\">");
    fe_page_put(page, script);
    fe_page_put(page, "</script>\n");
}

/* Chromium holds the redirect that answers a form against form-action too: so its target is named
 * there. */
static struct fe_slice policy(const struct fe_page *page)
{
    struct fe_arena *arena = fe_exchange_arena(page->x);
    struct fe_slice script = FE_SLICE("");
    struct fe_slice form = FE_SLICE("'none'");
    if (page->has_script) {
        script = fe_arena_printf(arena, "script-src 'nonce-" FE_PRI "'; ", FE_ARG(page->nonce));
    }
    if (page->form_target.len > 0) {
        form = fe_arena_printf(arena, "'self' " FE_PRI, FE_ARG(page->form_target));
    }
    return fe_arena_printf(arena,
                           "default-src 'none'; style-src 'nonce-" FE_PRI "'; " FE_PRI
                           "form-action " FE_PRI "; base-uri 'none'; frame-ancestors 'none'",
                           FE_ARG(page->nonce), FE_ARG(script), FE_ARG(form));
}

int fe_page_end(struct fe_page *page, int status)
{
    fe_page_put(page, "</main>\n<footer>This is the Foundry emulator. Nobody is asked for a "
                      "password.</footer>\n</body>\n</html>\n");
    struct fe_exchange *x = page->x;
    fe_exchange_header(x, FE_SLICE("Content-Type"), FE_SLICE("text/html; charset=utf-8"));
    fe_exchange_header(x, FE_SLICE("Content-Security-Policy"), policy(page));
    fe_exchange_header(x, FE_SLICE("X-Content-Type-Options"), FE_SLICE("nosniff"));
    fe_exchange_header(x, FE_SLICE("X-Frame-Options"), FE_SLICE("DENY"));
    fe_exchange_header(x, FE_SLICE("Referrer-Policy"), FE_SLICE("no-referrer"));
    fe_exchange_header(x, FE_SLICE("Cache-Control"), FE_SLICE("no-store"));
    return status;
}

int fe_page_send_error(struct fe_exchange *x, const struct fe_page_error *error)
{
    struct fe_page page;
    fe_page_begin(&page, x, "Sign-in request refused");
    fe_page_put(&page, "<h1>This sign-in request cannot be served</h1>\n<p>");
    fe_page_text(&page, error->what);
    fe_page_put(&page, "</p>\n<p class=\"remedy\"><strong>What to change:</strong> ");
    fe_page_text(&page, error->remedy);
    fe_page_put(&page, "</p>\n<dl><dt>error</dt><dd><code>");
    fe_page_text(&page, fe_slice_cstr(error->error));
    fe_page_put(&page, "</code></dd>");
    if (error->parameter) {
        fe_page_put(&page, "<dt>parameter</dt><dd><code>");
        fe_page_text(&page, fe_slice_cstr(error->parameter));
        fe_page_put(&page, "</code></dd>");
    }
    fe_page_put(&page, "<dt>error_description</dt><dd>");
    fe_page_text(&page, error->what);
    fe_page_put(&page, "</dd></dl>\n");
    return fe_page_end(&page, 400);
}
