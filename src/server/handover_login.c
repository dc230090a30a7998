/* SPDX-License-Identifier: MIT */
/* Tokens live on: those of a replayed answer are issued, and go with the recorded ones; logins,
 * whose state and code differ each time, are emulated. */
#include "message/credentials.h"
#include "message/form.h"
#include "server/handover_private.h"

#define OAUTH "/multipass/api/oauth2"

enum fe_login_call fe_login_call_of(struct fe_slice target)
{
    static const struct {
        struct fe_slice path;
        enum fe_login_call call;
    } calls[] = {
        {FE_SLICE_INIT(OAUTH "/authorize"), FE_LOGIN_PAGE},
        {FE_SLICE_INIT(OAUTH "/authorize/callback"), FE_LOGIN_PAGE},
        {FE_SLICE_INIT(OAUTH "/callback"), FE_LOGIN_PAGE},
        {FE_SLICE_INIT(OAUTH "/token"), FE_LOGIN_TOKEN},
        {FE_SLICE_INIT(OAUTH "/revoke_token"), FE_LOGIN_REVOKE},
    };
    ptrdiff_t question = fe_slice_index(target, '?');
    target.len = question < 0 ? target.len : (size_t)question;
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        if (fe_slice_eq(target, calls[i].path)) {
            return calls[i].call;
        }
    }
    return FE_LOGIN_NONE;
}

/* ── what is asked and said ── */

struct token_call {
    struct fe_slice grant_type;
    struct fe_slice client_id;
    struct fe_slice scope;
    struct fe_slice refresh_token;
};

static void read_call(struct fe_exchange *x, struct token_call *call_out)
{
    struct fe_arena *arena = fe_exchange_arena(x);
    struct fe_basic basic;
    struct fe_form form;
    *call_out = (struct token_call){{"", 0}, {"", 0}, {"", 0}, {"", 0}};
    if (fe_form_parse(fe_exchange_body(x), arena, &form) == 0) {
        (void)fe_form_get(&form, "grant_type", &call_out->grant_type);
        (void)fe_form_get(&form, "client_id", &call_out->client_id);
        (void)fe_form_get(&form, "scope", &call_out->scope);
        (void)fe_form_get(&form, "refresh_token", &call_out->refresh_token);
    }
    if (fe_credentials_basic(&fe_exchange_request(x)->headers, arena, &basic) == 0) {
        call_out->client_id = basic.user;
    }
}

struct token_answer {
    struct fe_slice access_token;
    struct fe_slice refresh_token;
    struct fe_slice scope;
    int64_t expires_in_s; /* 0: it does not say */
};

static bool read_answer(struct fe_slice body, struct fe_arena *arena,
                        struct token_answer *answer_out)
{
    struct fe_json answer;
    struct fe_json expires_in;
    *answer_out = (struct token_answer){.expires_in_s = 0};
    if (fe_json_parse(body, &answer, NULL) < 0) {
        return false;
    }
    answer_out->access_token = fe_json_member_text(&answer, "access_token", arena);
    answer_out->refresh_token = fe_json_member_text(&answer, "refresh_token", arena);
    answer_out->scope = fe_json_member_text(&answer, "scope", arena);
    if (fe_json_member(&answer, "expires_in", &expires_in)) {
        (void)fe_json_int64(&expires_in, &answer_out->expires_in_s);
    }
    return answer_out->access_token.len > 0;
}

/* ── whose a token was ── */

static void note_owner(void *arg, struct fe_slice token, const struct fe_user *user)
{
    struct fe_handover *handover = arg;
    if (token.len > 0 && fe_map_get(&handover->owners, token) == NULL) {
        struct fe_handover_owner *owner = fe_arena_alloc(&handover->arena, sizeof(*owner));
        owner->token = fe_arena_copy(&handover->arena, token);
        owner->user_id = fe_arena_copy(&handover->arena, user->id);
        (void)fe_map_put(&handover->owners, owner->token, owner);
    }
}

/* Empty if it was not recorded. */
static struct fe_slice owner_of(struct fe_handover *handover, struct fe_slice token)
{
    if (!handover->owners_known) {
        handover->owners_known = true;
        fe_recorded_users(handover->library, note_owner, handover);
    }
    const struct fe_handover_owner *owner = fe_map_get(&handover->owners, token);
    return owner ? owner->user_id : FE_SLICE("");
}

static void adopt_user(void *arg, struct fe_slice token, const struct fe_user *user)
{
    const struct fe_handover *handover = arg;
    (void)token;
    fe_emulate_adopt_user(handover->emulate, user);
}

void fe_login_adopt_users(struct fe_handover *handover)
{
    fe_recorded_users(handover->library, adopt_user, handover);
}

/* ── tokens that are played ── */

enum {
    LIFETIME_S_DEFAULT = 3600
};

/* What is refreshed is still whose it was, if the recording does not say otherwise. */
static struct fe_adopted_grant grant_of(struct fe_handover *handover, const struct token_call *call,
                                        const struct token_answer *answer, struct fe_arena *arena)
{
    struct fe_adopted_grant grant = {
        .client_id = call->client_id,
        .user_id = owner_of(handover, answer->access_token),
        .scopes = answer->scope.len > 0 ? answer->scope : call->scope,
        .lifetime_s = answer->expires_in_s > 0 ? answer->expires_in_s : LIFETIME_S_DEFAULT,
        .refreshable = answer->refresh_token.len > 0,
    };
    struct fe_slice user_id = {"", 0};
    struct fe_slice scopes = {"", 0};
    if (fe_emulate_knows_grant(handover->emulate, call->refresh_token, &user_id, &scopes)) {
        grant.user_id = grant.user_id.len > 0 ? grant.user_id : fe_arena_copy(arena, user_id);
        grant.scopes = grant.scopes.len > 0 ? grant.scopes : fe_arena_copy(arena, scopes);
    }
    return grant;
}

void fe_login_on_tokens(struct fe_handover *handover, struct fe_exchange *x, struct fe_slice body,
                        struct fe_arena *arena)
{
    struct token_call call;
    struct token_answer answer;
    struct fe_adopted_tokens tokens;
    if (!read_answer(body, arena, &answer)) {
        return;
    }
    read_call(x, &call);
    const struct fe_adopted_grant grant = grant_of(handover, &call, &answer, arena);
    if (fe_emulate_adopt_grant(handover->emulate, &grant, arena, &tokens) < 0) {
        fe_log_printf(&handover->env->log, FE_LOG_WARNING,
                      "a recorded token answer cannot be taken over: its token opens recordings "
                      "only");
        return;
    }
    fe_replay_bind(handover->replay, answer.access_token, tokens.access_token);
    if (answer.refresh_token.len > 0) {
        fe_replay_bind(handover->replay, answer.refresh_token, tokens.refresh_token);
    }
}

/* ── tokens that the client brings ── */

void fe_login_on_bearer(struct fe_handover *handover, struct fe_exchange *x,
                        const struct fe_take *take, const struct fe_frame_head *recorded)
{
    struct fe_slice now = {"", 0};
    struct fe_slice then = {"", 0};
    int status = 0;
    if (fe_credentials_bearer(&fe_exchange_request(x)->headers, &now) < 0 ||
        fe_credentials_bearer(&recorded->headers, &then) < 0 ||
        fe_slice_eq(fe_replay_live(handover->replay, then), now)) {
        return;
    }
    status = fe_take_status(take);
    if (status == 0 || status == 401 || status == 403) {
        return;
    }
    fe_replay_bind(handover->replay, then, now);
    if (!fe_emulate_knows_token(handover->emulate, now)) {
        const struct fe_adopted_grant grant = {.user_id = owner_of(handover, then),
                                               .refreshable = true};
        (void)fe_emulate_adopt_token(handover->emulate, &grant, now);
    }
}

void fe_login_on_revoked(struct fe_handover *handover, struct fe_exchange *x)
{
    struct fe_form form;
    struct fe_slice token = {"", 0};
    if (fe_form_parse(fe_exchange_body(x), fe_exchange_arena(x), &form) == 0 &&
        fe_form_get(&form, "token", &token) == 1) {
        fe_emulate_revoke_token(handover->emulate, token);
    }
}

/* ── logins, and what follows them ── */

static void emulate(struct fe_handover *handover, struct fe_exchange *x)
{
    fe_exchange_set_source(x, FE_SLICE("emulate"));
    handover->ops.emulate(handover->ops.self, x);
}

/* The recorded call whose turn this is counts as played, and what emulation says instead goes with
 * what was said then. */
static void emulate_token_call(struct fe_handover *handover, struct fe_exchange *x,
                               const struct fe_replay_request *request)
{
    struct fe_arena *arena = fe_exchange_arena(x);
    struct fe_take take = {.reader = NULL};
    struct fe_frame_head head;
    struct fe_slice body;
    struct token_answer then = {.expires_in_s = 0};
    struct token_answer now;
    if (request->body &&
        fe_library_take(handover->library, request->head, *request->body, &take) == FE_FOUND &&
        fe_take_answer(&take, FE_HANDOVER_BODY_BYTES, arena, &head, &body) == 0) {
        (void)read_answer(body, arena, &then);
    }
    fe_emulate_raise_token_lifetime(handover->emulate, then.expires_in_s);
    emulate(handover, x);
    if (fe_exchange_status(x) == 200 &&
        read_answer(fe_buf_slice(fe_exchange_out(x)), arena, &now)) {
        fe_replay_bind(handover->replay, then.access_token, now.access_token);
        fe_replay_bind(handover->replay, then.refresh_token, now.refresh_token);
    }
}

bool fe_login_on_request(struct fe_handover *handover, struct fe_exchange *x,
                         const struct fe_replay_request *request)
{
    struct token_call call;
    switch (fe_login_call_of(request->head->target)) {
    case FE_LOGIN_PAGE:
        fe_library_skip_on(handover->library, request->head);
        emulate(handover, x);
        return true;
    case FE_LOGIN_TOKEN:
        read_call(x, &call);
        if (fe_slice_eq(call.grant_type, FE_SLICE("authorization_code"))) {
            emulate_token_call(handover, x, request);
            return true;
        }
        return false;
    case FE_LOGIN_REVOKE:
    case FE_LOGIN_NONE:
        break;
    }
    return false;
}

/* Who asks for tokens more often than the recording did gets them all the same; and what was given
 * here can be refreshed here. */
bool fe_login_on_miss(struct fe_handover *handover, struct fe_exchange *x,
                      const struct fe_replay_request *request, enum fe_find find)
{
    struct token_call call;
    struct fe_take take;
    if (fe_login_call_of(request->head->target) != FE_LOGIN_TOKEN) {
        return false;
    }
    if (find == FE_MISS_USED_UP && request->body &&
        fe_library_repeat(handover->library, request->head, *request->body, &take)) {
        fe_replay_play(handover->replay, x, &take);
        return true;
    }
    read_call(x, &call);
    if (fe_emulate_knows_grant(handover->emulate, call.refresh_token, NULL, NULL)) {
        emulate(handover, x);
        return true;
    }
    return false;
}
