/* SPDX-License-Identifier: MIT */
#include "emulate/users/users_directory.h"

#include "emulate/state/json_body.h"
#include "emulate/state/public_api.h"
#include "emulate/state/state.h"
#include "emulate/state/users.h"
#include "emulate/users/users_json.h"
#include "http/reply.h"
#include "util/limits.h"

/* UserStatus. "" stands for not said. */
static bool is_status(struct fe_slice text)
{
    return text.len == 0 || fe_slice_eq(text, FE_SLICE("ACTIVE")) ||
           fe_slice_eq(text, FE_SLICE("DELETED"));
}

static bool wants_deleted(struct fe_slice status)
{
    return fe_slice_eq(status, FE_SLICE("DELETED"));
}

/* ── one, and several ── */

static int reply_user_not_found(struct fe_exchange *x, struct fe_slice id)
{
    static const struct fe_api_error error = {404, "NOT_FOUND", "UserNotFound",
                                              "There is no such user."};
    return fe_reply_error(x, &error, "userId", fe_arena_copy(fe_exchange_arena(x), id).ptr, NULL);
}

static int reply_user_deleted(struct fe_exchange *x, struct fe_slice id)
{
    static const struct fe_api_error error = {400, "INVALID_ARGUMENT", "UserDeleted",
                                              "This user is deleted."};
    return fe_reply_error(x, &error, "principalId", fe_arena_copy(fe_exchange_arena(x), id).ptr,
                          NULL);
}

int fe_users_get(void *self, struct fe_exchange *x)
{
    const struct fe_state *state = self;
    struct fe_slice id = fe_exchange_param(x, "user");
    struct fe_slice wanted = FE_SLICE("");
    struct fe_form query;
    int status = fe_query_read(x, &query);
    if (status != 0) {
        return status;
    }
    (void)fe_form_get(&query, "status", &wanted);
    if (!is_status(wanted)) {
        return fe_reply_invalid_argument(x, "status must be ACTIVE or DELETED.");
    }
    const struct fe_user *user = fe_users_find_id(state->users, id);
    if (user == NULL || (wants_deleted(wanted) && !user->inactive)) {
        return reply_user_not_found(x, id);
    }
    if (user->inactive && !wants_deleted(wanted)) {
        return reply_user_deleted(x, id);
    }
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_user_put_api(&writer, user);
    return 200;
}

/* One element of a batch. NULL: there is no such user, and the answer is silent about it. */
static const struct fe_user *find_element(const struct fe_state *state, const struct fe_json *json,
                                          struct fe_json_body *body)
{
    struct fe_slice id = FE_SLICE("");
    struct fe_slice wanted = FE_SLICE("");
    body->object = *json;
    fe_json_body_required(body, "userId", &id);
    fe_json_body_text(body, "status", &wanted);
    const struct fe_user *user = fe_users_find_id(state->users, id);
    return user && user->inactive == wants_deleted(wanted) ? user : NULL;
}

static int check_batch(struct fe_exchange *x, const struct fe_json *batch)
{
    static const struct fe_api_error none = {400, "INVALID_ARGUMENT", "MissingBatchRequest",
                                             "A batch has at least one element."};
    static const struct fe_api_error many = {400, "INVALID_ARGUMENT",
                                             "BatchRequestSizeExceededLimit",
                                             "The batch has too many elements."};
    struct fe_json_cursor cursor = {0};
    struct fe_json element;
    size_t count = 0;
    while (fe_json_next(batch, &cursor, NULL, &element)) {
        count++;
    }
    if (count == 0) {
        return fe_reply_error(x, &none, NULL);
    }
    if (count > FE_LIMIT_BATCH_ITEMS) {
        struct fe_arena *arena = fe_exchange_arena(x);
        return fe_reply_error(x, &many, "maximumBatchSize",
                              fe_arena_printf(arena, "%u", FE_LIMIT_BATCH_ITEMS).ptr,
                              "providedBatchSize", fe_arena_printf(arena, "%zu", count).ptr, NULL);
    }
    return 0;
}

int fe_users_get_batch(void *self, struct fe_exchange *x)
{
    struct fe_json batch;
    int r = fe_json_parse(fe_exchange_body(x), &batch, NULL);
    if (r < 0) {
        return fe_reply_bad_json(x, "The body", r);
    }
    if (batch.kind != FE_JSON_ARRAY) {
        return fe_reply_invalid_argument(x, "The body must be a JSON array.");
    }
    int status = check_batch(x, &batch);
    if (status != 0) {
        return status;
    }
    struct fe_json_body body = {.arena = fe_exchange_arena(x)};
    const struct fe_user *found[FE_LIMIT_BATCH_ITEMS];
    struct fe_json_cursor cursor = {0};
    struct fe_json element;
    size_t count = 0;
    while (fe_json_next(&batch, &cursor, NULL, &element)) {
        const struct fe_user *user = find_element(self, &element, &body);
        if (user) {
            found[count++] = user;
        }
    }
    if (body.problem) {
        return fe_reply_invalid_argument(x, body.problem);
    }
    struct fe_json_writer writer;
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "data");
    fe_json_begin_object(&writer);
    for (size_t i = 0; i < count; i++) {
        fe_json_key_slice(&writer, found[i]->id);
        fe_user_put_api(&writer, found[i]);
    }
    fe_json_end_object(&writer);
    fe_json_end_object(&writer);
    return 200;
}

/* ── many ── */

struct filter {
    bool deleted_too;
    struct fe_slice prefix; /* of a name; empty: all */
};

static bool begins(struct fe_slice name, struct fe_slice prefix)
{
    return name.len >= prefix.len &&
           fe_slice_eq_nocase((struct fe_slice){name.ptr, prefix.len}, prefix);
}

static bool matches(const struct filter *filter, const struct fe_user *user)
{
    return (!user->inactive || filter->deleted_too) &&
           (begins(user->username, filter->prefix) || begins(user->given_name, filter->prefix) ||
            begins(user->family_name, filter->prefix));
}

/* The first user from `offset` on who matches; NULL past the last. */
static const struct fe_user *next_match(const struct fe_state *state, const struct filter *filter,
                                        size_t *offset)
{
    const struct fe_user *user = fe_users_at(state->users, *offset);
    while (user && !matches(filter, user)) {
        user = fe_users_at(state->users, ++*offset);
    }
    return user;
}

/* Users are only ever added, behind the others: an offset goes on meaning the same one. */
static int reply_page(const struct fe_state *state, struct fe_exchange *x,
                      const struct filter *filter, const struct fe_paging *page)
{
    struct fe_json_writer writer;
    size_t offset = page->offset;
    const struct fe_user *user = next_match(state, filter, &offset);
    fe_reply_json_begin(x, &writer);
    fe_json_begin_object(&writer);
    fe_json_key(&writer, "data");
    fe_json_begin_array(&writer);
    for (int64_t i = 0; user && i < page->size; i++) {
        fe_user_put_api(&writer, user);
        offset++;
        user = next_match(state, filter, &offset);
    }
    fe_json_end_array(&writer);
    if (user) {
        fe_paging_put_next(&state->pager, page, offset, &writer);
    }
    fe_json_end_object(&writer);
    return 200;
}

/* What `include` does is not documented; that it adds the deleted ones is what its name says. */
int fe_users_list(void *self, struct fe_exchange *x)
{
    const struct fe_state *state = self;
    struct fe_paging page = fe_paging_of(FE_SLICE("users"));
    struct fe_slice include = FE_SLICE("");
    struct fe_form query;
    int status = fe_query_read(x, &query);
    status = status != 0 ? status : fe_paging_read_query(x, &query, &page);
    if (status != 0) {
        return status;
    }
    (void)fe_form_get(&query, "include", &include);
    if (!is_status(include)) {
        return fe_reply_invalid_argument(x, "include must be ACTIVE or DELETED.");
    }
    const struct filter filter = {wants_deleted(include), FE_SLICE("")};
    if (filter.deleted_too) {
        page.listing = FE_SLICE("users, deleted too");
    }
    status = fe_paging_open(&state->pager, x, &page);
    return status != 0 ? status : reply_page(state, x, &filter, &page);
}

static void read_where(struct fe_json_body *body, struct fe_slice *value)
{
    struct fe_json where;
    struct fe_slice type = FE_SLICE("");
    if (body->problem) {
        return;
    }
    if (!fe_json_member(&body->object, "where", &where) || where.kind != FE_JSON_OBJECT) {
        body->problem = "where is required.";
        return;
    }
    struct fe_json_body filter = {where, body->arena, NULL};
    fe_json_body_required(&filter, "type", &type);
    fe_json_body_text(&filter, "value", value);
    body->problem = filter.problem;
    if (filter.problem == NULL && !fe_slice_eq(type, FE_SLICE("queryString"))) {
        body->problem = "where.type must be queryString.";
    }
}

static void read_page_size(struct fe_json_body *body, int64_t *size)
{
    struct fe_json member;
    if (body->problem || !fe_json_member(&body->object, "pageSize", &member) ||
        member.kind == FE_JSON_NULL) {
        return;
    }
    if (fe_json_int64(&member, size) < 0) {
        body->problem = "pageSize must be a whole number.";
    }
}

/* Case is ignored in ASCII only. */
int fe_users_search(void *self, struct fe_exchange *x)
{
    const struct fe_state *state = self;
    struct filter filter = {false, FE_SLICE("")};
    struct fe_paging page = fe_paging_of(FE_SLICE(""));
    struct fe_json_body body;
    fe_json_body_open(&body, x);
    read_where(&body, &filter.prefix);
    read_page_size(&body, &page.size);
    fe_json_body_text(&body, "pageToken", &page.token);
    if (body.problem) {
        return fe_reply_invalid_argument(x, body.problem);
    }
    page.listing =
        fe_arena_printf(fe_exchange_arena(x), "users who begin " FE_PRI, FE_ARG(filter.prefix));
    int status = fe_paging_open(&state->pager, x, &page);
    return status != 0 ? status : reply_page(state, x, &filter, &page);
}
