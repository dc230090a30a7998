/* SPDX-License-Identifier: MIT */
#include "emulate/oauth/clients.h"

#include <errno.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "util/map.h"

struct fe_clients {
    struct fe_arena arena;
    struct fe_map by_id;     /* registered */
    struct fe_map tolerated; /* not registered: struct fe_client, made by make_anybody() */
};

struct fe_clients *fe_clients_new(struct fe_env *env)
{
    struct fe_clients *clients = fe_xalloc(sizeof(*clients));
    fe_map_init(&clients->by_id, &env->random);
    fe_map_init(&clients->tolerated, &env->random);
    return clients;
}

void fe_clients_clear(struct fe_clients *clients)
{
    fe_map_done(&clients->by_id);
    fe_map_done(&clients->tolerated);
    fe_arena_done(&clients->arena);
}

void fe_clients_free(struct fe_clients *clients)
{
    if (clients) {
        fe_clients_clear(clients);
        free(clients);
    }
}

static struct fe_client *copy_client(struct fe_arena *arena, const struct fe_client *from)
{
    struct fe_client *client = fe_arena_alloc(arena, sizeof(*client));
    *client = *from;
    client->client_id = fe_arena_copy(arena, from->client_id);
    client->secret = fe_arena_copy(arena, from->secret);
    client->name = fe_arena_copy(arena, from->name.len > 0 ? from->name : from->client_id);
    struct fe_slice *uris = fe_arena_alloc(arena, from->redirect_uri_count * sizeof(*uris));
    for (size_t i = 0; i < from->redirect_uri_count; i++) {
        uris[i] = fe_arena_copy(arena, from->redirect_uris[i]);
    }
    client->redirect_uris = uris;
    client->allowed = fe_scope_copy(&from->allowed, arena);
    client->defined_at = fe_arena_copy(arena, from->defined_at);
    client->is_registered = true;
    return client;
}

int fe_clients_add(struct fe_clients *clients, const struct fe_client *client,
                   const struct fe_client **other_out)
{
    const struct fe_client *other = fe_map_get(&clients->by_id, client->client_id);
    if (other) {
        *other_out = other;
        return -EEXIST;
    }
    struct fe_client *copy = copy_client(&clients->arena, client);
    (void)fe_map_put(&clients->by_id, copy->client_id, copy);
    return 0;
}

static struct fe_client *make_anybody(struct fe_slice client_id, struct fe_arena *arena)
{
    struct fe_client *anybody = fe_arena_alloc(arena, sizeof(*anybody));
    anybody->client_id = fe_arena_copy(arena, client_id);
    anybody->name = anybody->client_id;
    anybody->grants = FE_GRANT_CODE | FE_GRANT_REFRESH | FE_GRANT_CLIENT_CREDENTIALS;
    anybody->allowed.all = true;
    return anybody;
}

void fe_clients_tolerate(struct fe_clients *clients, struct fe_slice client_id)
{
    if (fe_map_get(&clients->by_id, client_id) || fe_map_get(&clients->tolerated, client_id)) {
        return;
    }
    struct fe_client *client = make_anybody(client_id, &clients->arena);
    (void)fe_map_put(&clients->tolerated, client->client_id, client);
}

const struct fe_client *fe_clients_find(const struct fe_clients *clients, struct fe_slice client_id,
                                        struct fe_arena *arena)
{
    if (clients->by_id.count == 0) {
        return make_anybody(client_id, arena);
    }
    const struct fe_client *client = fe_map_get(&clients->by_id, client_id);
    return client ? client : fe_map_get(&clients->tolerated, client_id);
}

bool fe_client_is_public(const struct fe_client *client)
{
    return client->is_registered && client->secret.len == 0;
}
