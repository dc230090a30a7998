/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/codes.h"

#include <assert.h>

#include "util/id.h"
#include "util/limits.h"

#define CODE_LIFE_NS (INT64_C(600) * FE_NS_PER_S)

void fe_codes_init(struct fe_codes *codes, struct fe_env *env)
{
    codes->env = env;
    fe_vault_init(&codes->vault, FE_LIMIT_CODES, &env->random);
}

void fe_codes_done(struct fe_codes *codes)
{
    fe_vault_done(&codes->vault);
}

void fe_codes_clear(struct fe_codes *codes)
{
    fe_vault_clear(&codes->vault);
}

struct fe_slice fe_codes_issue(struct fe_codes *codes, const struct fe_authorization *authorization,
                               struct fe_arena *arena)
{
    struct fe_slice text = fe_token_random(&codes->env->random, "foundry_code_", arena);
    struct fe_code *code = fe_vault_add(&codes->vault, text, sizeof(*code));
    assert(code); /* 256 random bits do not repeat */
    struct fe_arena *own = &code->entry.arena;
    code->authorization = (struct fe_authorization){
        .client_id = fe_arena_copy(own, authorization->client_id),
        .user_id = fe_arena_copy(own, authorization->user_id),
        .redirect_uri = fe_arena_copy(own, authorization->redirect_uri),
        .redirect_uri_given = authorization->redirect_uri_given,
        .scope = fe_scope_copy(&authorization->scope, own),
        .challenge = fe_arena_copy(own, authorization->challenge),
    };
    code->expires_ns = fe_clock_now_ns(&codes->env->clock) + CODE_LIFE_NS;
    return text;
}

struct fe_code *fe_codes_find(const struct fe_codes *codes, struct fe_slice text)
{
    const struct fe_vault_key key = fe_vault_key_of(&codes->vault, text);
    return fe_vault_find(&codes->vault, &key);
}

bool fe_code_expired(const struct fe_codes *codes, const struct fe_code *code)
{
    return code->expires_ns <= fe_clock_now_ns(&codes->env->clock);
}
