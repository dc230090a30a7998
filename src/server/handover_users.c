/* SPDX-License-Identifier: MIT */
/* People, as getCurrent and me tell of them (contract §4.2). */
#include "message/credentials.h"
#include "server/handover_private.h"

/* The first value of an attribute, under either of its two names. */
static struct fe_slice attribute(const struct fe_json *user, const char *api_name,
                                 const char *me_name, struct fe_arena *arena)
{
    struct fe_json attributes;
    struct fe_json values;
    struct fe_json first;
    struct fe_json_cursor cursor = {0};
    struct fe_slice text = {"", 0};
    if (fe_json_member(user, "attributes", &attributes) &&
        (fe_json_member(&attributes, api_name, &values) ||
         fe_json_member(&attributes, me_name, &values)) &&
        values.kind == FE_JSON_ARRAY && fe_json_next(&values, &cursor, NULL, &first)) {
        (void)fe_json_string(&first, arena, &text);
    }
    return text;
}

static struct fe_slice first_of(struct fe_slice a, struct fe_slice b)
{
    return a.len > 0 ? a : b;
}

bool fe_recorded_user_read(struct fe_slice body, struct fe_arena *arena, struct fe_user *user_out)
{
    struct fe_json user;
    if (fe_json_parse(body, &user, NULL) < 0 || user.kind != FE_JSON_OBJECT) {
        return false;
    }
    *user_out = (struct fe_user){
        .id = fe_json_member_text(&user, "id", arena),
        .username = fe_json_member_text(&user, "username", arena),
        .given_name =
            first_of(fe_json_member_text(&user, "givenName", arena),
                     attribute(&user, "multipass:givenName", "multipass:given-name", arena)),
        .family_name =
            first_of(fe_json_member_text(&user, "familyName", arena),
                     attribute(&user, "multipass:familyName", "multipass:family-name", arena)),
        .email =
            first_of(fe_json_member_text(&user, "email", arena),
                     attribute(&user, "multipass:email:primary", "multipass:email:primary", arena)),
        .realm = first_of(fe_json_member_text(&user, "realm", arena),
                          attribute(&user, "multipass:realm", "multipass:realm", arena)),
        .organization_rid = first_of(
            fe_json_member_text(&user, "organization", arena),
            attribute(&user, "multipass:organization-rid", "multipass:organization-rid", arena)),
    };
    user_out->kind =
        user_out->given_name.len + user_out->email.len > 0 || user_out->organization_rid.len > 0
            ? FE_USER_HUMAN
            : FE_USER_SERVICE;
    return user_out->id.len > 0 && user_out->username.len > 0;
}

static void tell(const struct fe_take *take, fe_recorded_user_fn *fn, void *arg)
{
    struct fe_arena arena = {NULL};
    struct fe_frame_head request;
    struct fe_frame_head answer;
    struct fe_slice body;
    struct fe_slice token = {"", 0};
    struct fe_user user;
    if (fe_take_request(take, FE_HANDOVER_BODY_BYTES, &arena, &request, &body) == 0 &&
        fe_take_answer(take, FE_HANDOVER_BODY_BYTES, &arena, &answer, &body) == 0 &&
        answer.status == 200) {
        body = fe_canonical_decoded(&answer.headers, body, &arena);
        (void)fe_credentials_bearer(&request.headers, &token);
        if (fe_recorded_user_read(body, &arena, &user)) {
            fn(arg, token, &user);
        }
    }
    fe_arena_done(&arena);
}

void fe_recorded_users(struct fe_library *library, fe_recorded_user_fn *fn, void *arg)
{
    static const struct fe_slice paths[] = {
        FE_SLICE_INIT("/api/v2/admin/users/getCurrent"),
        FE_SLICE_INIT("/multipass/api/me"),
    };
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        uint64_t cursor = 0;
        struct fe_take take;
        for (size_t n = 0; n < FE_HANDOVER_USERS_LOOKED_AT &&
                           fe_library_next_on(library, paths[i], &cursor, &take);
             n++) {
            tell(&take, fn, arg);
        }
    }
}
