/* SPDX-License-Identifier: MIT */
#include "emulate/state/public_api.h"

#include <inttypes.h>

#include "http/reply.h"
#include "util/limits.h"
#include "util/secret.h"

enum {
    PAGE_ITEMS_DEFAULT = 100,
    TOKEN_BYTES_MAX = 128
};

int fe_query_read(struct fe_exchange *x, struct fe_form *query_out)
{
    struct fe_slice query = fe_exchange_request(x)->query;
    if (fe_form_parse(query, fe_exchange_arena(x), query_out) < 0) {
        return fe_reply_invalid_argument(x, "The query is malformed.");
    }
    return 0;
}

int fe_preview_check(struct fe_exchange *x)
{
    static const struct fe_api_error error = {
        400, "INVALID_ARGUMENT", "ApiFeaturePreviewUsageOnly",
        "This is only for preview mode; ask with preview=true in the query."};
    struct fe_form query;
    struct fe_slice preview = {NULL, 0};
    int status = fe_query_read(x, &query);
    if (status != 0) {
        return status;
    }
    (void)fe_form_get(&query, "preview", &preview);
    return fe_slice_eq(preview, FE_SLICE("true")) ? 0 : fe_reply_error(x, &error, NULL);
}

/* ── pages ── */

void fe_pager_init(struct fe_pager *pager, struct fe_random *random)
{
    fe_random_key(random, pager->key, sizeof(pager->key));
}

/* Half of the digest is left out, so that what it was over cannot be lengthened. */
static void put_token(const struct fe_pager *pager, struct fe_slice listing, size_t offset,
                      struct fe_buf *token)
{
    struct fe_buf input;
    unsigned char digest[FE_SHA256_BYTES];
    fe_buf_init(&input, sizeof(pager->key) + FE_LIMIT_JSON_BODY_BYTES);
    (void)fe_buf_append(&input, pager->key, sizeof(pager->key));
    (void)fe_buf_printf(&input, "%zu:", offset);
    (void)fe_buf_put(&input, listing);
    fe_sha256(fe_buf_slice(&input), digest);
    fe_buf_done(&input);
    (void)fe_buf_printf(token, "%zu.", offset);
    (void)fe_base64url_encode((struct fe_slice){(const char *)digest, sizeof(digest) / 2}, token);
}

static bool read_token(const struct fe_pager *pager, struct fe_paging *page)
{
    uint64_t offset = 0;
    ptrdiff_t dot = fe_slice_index(page->token, '.');
    if (dot < 0 || fe_slice_u64((struct fe_slice){page->token.ptr, (size_t)dot}, &offset) < 0 ||
        offset > SIZE_MAX) {
        return false;
    }
    struct fe_buf expected;
    fe_buf_init(&expected, TOKEN_BYTES_MAX);
    put_token(pager, page->listing, (size_t)offset, &expected);
    bool is_ours = fe_secret_eq(page->token, fe_buf_slice(&expected));
    fe_buf_done(&expected);
    page->offset = is_ours ? (size_t)offset : 0;
    return is_ours;
}

struct fe_paging fe_paging_of(struct fe_slice listing)
{
    return (struct fe_paging){.listing = listing, .size = PAGE_ITEMS_DEFAULT};
}

int fe_paging_read_query(struct fe_exchange *x, const struct fe_form *query, struct fe_paging *page)
{
    struct fe_slice text = {NULL, 0};
    uint64_t size = 0;
    (void)fe_form_get(query, "pageToken", &page->token);
    if (fe_form_get(query, "pageSize", &text) == 0) {
        return 0;
    }
    bool is_negative = fe_slice_starts(text, FE_SLICE("-"));
    if (fe_slice_u64(is_negative ? fe_slice_from(text, 1) : text, &size) < 0) {
        return fe_reply_invalid_argument(x, "pageSize must be a whole number.");
    }
    page->size = (int64_t)(size < INT32_MAX ? size : INT32_MAX) * (is_negative ? -1 : 1);
    return 0;
}

int fe_paging_open(const struct fe_pager *pager, struct fe_exchange *x, struct fe_paging *page)
{
    static const struct fe_api_error bad_size = {400, "INVALID_ARGUMENT", "InvalidPageSize",
                                                 "A page must have room for something."};
    static const struct fe_api_error bad_token = {400, "INVALID_ARGUMENT", "InvalidPageToken",
                                                  "This page token leads nowhere in this list."};
    struct fe_arena *arena = fe_exchange_arena(x);
    if (page->size <= 0) {
        return fe_reply_error(x, &bad_size, "pageSize",
                              fe_arena_printf(arena, "%" PRId64, page->size).ptr, NULL);
    }
    if (page->size > FE_LIMIT_PAGE_ITEMS) {
        page->size = FE_LIMIT_PAGE_ITEMS;
    }
    page->offset = 0;
    if (page->token.len > 0 && !read_token(pager, page)) {
        return fe_reply_error(x, &bad_token, "pageToken", fe_arena_copy(arena, page->token).ptr,
                              NULL);
    }
    return 0;
}

void fe_paging_put_next(const struct fe_pager *pager, const struct fe_paging *page, size_t offset,
                        struct fe_json_writer *writer)
{
    struct fe_buf token;
    fe_buf_init(&token, TOKEN_BYTES_MAX);
    put_token(pager, page->listing, offset, &token);
    fe_json_member_string(writer, "nextPageToken", fe_buf_slice(&token));
    fe_buf_done(&token);
}
