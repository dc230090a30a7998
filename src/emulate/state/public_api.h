/* SPDX-License-Identifier: MIT */
/* What the routes of the public API have in common: queries, preview mode, and lists in pages. */
#ifndef FE_EMULATE_STATE_PUBLIC_API_H
#define FE_EMULATE_STATE_PUBLIC_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/exchange.h"
#include "message/form.h"
#include "util/json_writer.h"
#include "util/random.h"

/* 0; or the status of the refusal that it set: 400 for a query that cannot be read. */
int fe_query_read(struct fe_exchange *x, struct fe_form *query_out);

/* 0 if the query says preview=true; else 400 ApiFeaturePreviewUsageOnly is set. Only for what is in
 * preview in every release of the SDKs: most routes leave it sooner or later, and the older clients
 * go on saying it. */
int fe_preview_check(struct fe_exchange *x);

/* Tokens lead from page to page. They carry the offset and a digest under a key of the pager's own,
 * over the name of the listing too: nobody can make one up, or take one to another list. */
struct fe_pager {
    unsigned char key[32];
};
void fe_pager_init(struct fe_pager *pager, struct fe_random *random);

struct fe_paging {
    struct fe_slice listing; /* what is listed, with all that narrows it down */
    int64_t size;            /* 0 and less is refused; past FE_LIMIT_PAGE_ITEMS is cut */
    struct fe_slice token;   /* empty: the first page */
    size_t offset;           /* of the first item */
};

/* A page that has not been described further: of the default size, the first one. */
struct fe_paging fe_paging_of(struct fe_slice listing);

/* The query's pageSize and pageToken. 0 or the status of a refusal. */
int fe_paging_read_query(struct fe_exchange *x, const struct fe_form *query,
                         struct fe_paging *page);

/* Finds the offset. 0; or the status of the refusal that it set: 400 InvalidPageSize,
 * InvalidPageToken. */
int fe_paging_open(const struct fe_pager *pager, struct fe_exchange *x, struct fe_paging *page);

/* The member nextPageToken, for the page that starts at `offset`. */
void fe_paging_put_next(const struct fe_pager *pager, const struct fe_paging *page, size_t offset,
                        struct fe_json_writer *writer);

#endif
