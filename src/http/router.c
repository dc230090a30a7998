/* SPDX-License-Identifier: MIT */
/* The rows make a tree of path segments; a request walks down it, literal children first. */
#include "http/router.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "util/alloc.h"

struct node {
    struct fe_slice segment;
    struct node *next;     /* sibling */
    struct node *literals; /* children */
    struct node *param;    /* the child that takes any segment */
    const struct fe_route *routes[FE_METHODS];
    void *selfs[FE_METHODS];
    unsigned allowed;
};

struct fe_router {
    struct node *root;
    const struct fe_route **rows;
    size_t row_count;
};

struct fe_router *fe_router_new(void)
{
    struct fe_router *router = fe_xalloc(sizeof(*router));
    router->root = fe_xalloc(sizeof(*router->root));
    return router;
}

static void free_tree(struct node *node)
{
    while (node) {
        struct node *next = node->next;
        free_tree(node->literals);
        free_tree(node->param);
        free(node);
        node = next;
    }
}

void fe_router_free(struct fe_router *router)
{
    if (router) {
        free_tree(router->root);
        free(router->rows);
        free(router);
    }
}

static struct node *find_literal(const struct node *node, struct fe_slice segment)
{
    for (struct node *child = node->literals; child; child = child->next) {
        if (fe_slice_eq(child->segment, segment)) {
            return child;
        }
    }
    return NULL;
}

/* The child for a pattern's segment, made if need be. */
static struct node *descend(struct node *node, struct fe_slice segment)
{
    bool is_param = segment.len > 0 && segment.ptr[0] == ':';
    struct node *child = is_param ? node->param : find_literal(node, segment);
    if (child) {
        return child;
    }
    child = fe_xalloc(sizeof(*child));
    child->segment = segment;
    if (is_param) {
        node->param = child;
    } else {
        child->next = node->literals;
        node->literals = child;
    }
    return child;
}

static void add_row(struct fe_router *router, const struct fe_route *route, void *self)
{
    struct fe_slice pattern = fe_slice_cstr(route->pattern);
    assert(pattern.len > 0 && pattern.ptr[0] == '/');
    struct fe_slice rest = fe_slice_from(pattern, 1);
    struct fe_slice segment = {NULL, 0};
    struct node *node = router->root;
    while (fe_slice_split(&rest, '/', &segment)) {
        node = descend(node, segment);
    }
    if (pattern.len > 1 && pattern.ptr[pattern.len - 1] == '/') {
        node = descend(node, FE_SLICE(""));
    }
    assert(node->routes[route->method] == NULL);
    node->routes[route->method] = route;
    node->selfs[route->method] = self;
    node->allowed |= 1u << route->method;
}

void fe_router_add(struct fe_router *router, const struct fe_route *routes, size_t count,
                   void *self)
{
    const struct fe_route **rows =
        fe_alloc_resize(router->rows, (router->row_count + count) * sizeof(const void *));
    if (rows == NULL) {
        fe_out_of_memory();
    }
    router->rows = rows;
    for (size_t i = 0; i < count; i++) {
        add_row(router, &routes[i], self);
        rows[router->row_count++] = &routes[i];
    }
}

/* `rest` starts behind a slash. Depth is bounded by the patterns. */
static const struct node *walk(const struct node *node, struct fe_slice rest, size_t param_count,
                               struct fe_slice params[FE_ROUTE_PARAMS_MAX])
{
    ptrdiff_t slash = fe_slice_index(rest, '/');
    struct fe_slice segment = {rest.ptr, slash < 0 ? rest.len : (size_t)slash};
    const struct node *children[2] = {find_literal(node, segment),
                                      segment.len > 0 ? node->param : NULL};
    for (size_t i = 0; i < 2; i++) {
        const struct node *child = children[i];
        size_t count = param_count;
        if (child == NULL) {
            continue;
        }
        if (i == 1 && count < FE_ROUTE_PARAMS_MAX) {
            params[count++] = segment;
        }
        const struct node *found =
            slash < 0 ? child : walk(child, fe_slice_from(rest, segment.len + 1), count, params);
        if (found && found->allowed != 0) {
            for (size_t j = count; slash < 0 && j < FE_ROUTE_PARAMS_MAX; j++) {
                params[j] = (struct fe_slice){NULL, 0};
            }
            return found;
        }
    }
    return NULL;
}

int fe_router_find(const struct fe_router *router, enum fe_method method, struct fe_slice path,
                   struct fe_route_match *match_out)
{
    if (path.len == 0 || path.ptr[0] != '/') {
        return -ENOENT;
    }
    struct fe_slice params[FE_ROUTE_PARAMS_MAX] = {{NULL, 0}};
    struct fe_slice rest = fe_slice_from(path, 1);
    const struct node *node = rest.len == 0 ? router->root : walk(router->root, rest, 0, params);
    if (node == NULL || node->allowed == 0) {
        return -ENOENT;
    }
    enum fe_method wanted = method == FE_HEAD && !node->routes[FE_HEAD] ? FE_GET : method;
    *match_out = (struct fe_route_match){.allowed = node->allowed};
    if (wanted == FE_METHOD_OTHER || node->routes[wanted] == NULL) {
        return -EACCES;
    }
    match_out->route = node->routes[wanted];
    match_out->self = node->selfs[wanted];
    for (size_t i = 0; i < FE_ROUTE_PARAMS_MAX; i++) {
        match_out->params[i] = params[i];
    }
    return 0;
}

const struct fe_route *fe_router_row(const struct fe_router *router, size_t index)
{
    return index < router->row_count ? router->rows[index] : NULL;
}
