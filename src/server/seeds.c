/* SPDX-License-Identifier: MIT */
#include "server/seeds.h"

#include <stdlib.h>

#include "config/fields.h"
#include "util/alloc.h"
#include "util/limits.h"

/* Services that the reference emulator's file may hold beside ours. */
static const char *const other_services[] = {
    "apple",      "aws",  "clerk",  "github", "google", "linear", "microsoft",
    "mongoatlas", "okta", "resend", "slack",  "stripe", "vercel"};

/* "poll-timeout" is poll_timeout in a file. */
static const char *file_key(struct fe_config *config, const char *option_name)
{
    struct fe_slice name = fe_slice_cstr(option_name);
    char *key = fe_arena_alloc(&config->arena, name.len + 1);
    for (size_t i = 0; i < name.len; i++) {
        key[i] = (char)(name.ptr[i] == '-' ? '_' : name.ptr[i]);
    }
    return key;
}

static void set_option(struct fe_options *options, const struct fe_option_info *info,
                       const struct fe_fields *fields, const struct fe_node *node)
{
    char why[256];
    if (node->kind != FE_NODE_SCALAR) {
        fe_node_error(fields->config, node, fields->errors, "expected text%s",
                      info->repeats ? ", or a list of texts" : "");
    } else if (fe_options_set(options, info->name, node->text.ptr, FE_OPTION_FILE, why,
                              sizeof(why)) < 0) {
        fe_node_error(fields->config, node, fields->errors, "%s", why);
    }
}

static void read_faults(struct fe_seeds *seeds, const struct fe_config *config,
                        const struct fe_node *list, struct fe_errors *errors)
{
    if (seeds->faults == NULL) {
        seeds->faults = fe_arena_alloc(&seeds->arena, FE_LIMIT_FAULTS * sizeof(*seeds->faults));
    }
    for (const struct fe_node *node = list->first; node; node = node->next) {
        if (seeds->fault_count == FE_LIMIT_FAULTS) {
            fe_node_error(config, node, errors, "expected %u faults at most", FE_LIMIT_FAULTS);
            return;
        }
        fe_fault_read(config, node, FE_FAULT_YAML, &seeds->faults[seeds->fault_count++], errors);
    }
}

/* What is no option: rules and modes for some paths, and faults. */
static void read_lists(struct fe_seeds *seeds, struct fe_fields *fields)
{
    const struct fe_node *rules = fe_fields_sequence(fields, "rules");
    const struct fe_node *routes = fe_fields_sequence(fields, "routes");
    const struct fe_node *faults = fe_fields_sequence(fields, "faults");
    if (rules) {
        fe_match_rules_seed(fields->config, rules, &seeds->arena, &seeds->rules, fields->errors);
    }
    if (routes) {
        fe_mode_table_seed(fields->config, routes, &seeds->arena, &seeds->table, fields->errors);
    }
    if (faults) {
        read_faults(seeds, fields->config, faults, fields->errors);
    }
}

static void read_server(struct fe_seeds *seeds, struct fe_config *config,
                        const struct fe_node *section, struct fe_options *options,
                        struct fe_errors *errors)
{
    struct fe_fields fields;
    fe_fields_init(&fields, config, section, errors);
    read_lists(seeds, &fields);
    const struct fe_option_info *info = NULL;
    for (size_t i = 0; (info = fe_option_info(i)) != NULL; i++) {
        const struct fe_node *node =
            fe_fields_any(&fields, file_key(config, info->name), FE_OPTIONAL);
        if (node && node->kind == FE_NODE_SEQUENCE && info->repeats) {
            for (const struct fe_node *item = node->first; item; item = item->next) {
                set_option(options, info, &fields, item);
            }
        } else if (node) {
            set_option(options, info, &fields, node);
        }
    }
    fe_fields_done(&fields);
}

/* The features read the rest, once there are features. */
static void read_head(struct fe_seeds *seeds, struct fe_config *config, struct fe_options *options,
                      struct fe_errors *errors)
{
    const struct fe_node *server = fe_node_get(config->root, "server");
    const struct fe_node *foundry = fe_node_get(config->root, "foundry");
    const struct fe_node *port = foundry ? fe_node_get(foundry, "port") : NULL;
    uint64_t number = 0;
    if (server) {
        read_server(seeds, config, server, options, errors);
    }
    if (port && fe_slice_u64(port->text, &number) == 0 && number > 0 && number <= 65535) {
        seeds->port = (unsigned short)number;
    }
}

void fe_seeds_load(struct fe_seeds *seeds, struct fe_options *options, struct fe_errors *errors)
{
    size_t count = fe_options_count(options, FE_OPT_SEED);
    seeds->configs = fe_xalloc(count * sizeof(*seeds->configs));
    for (; seeds->count < count; seeds->count++) {
        struct fe_config *config = &seeds->configs[seeds->count];
        if (fe_config_load(config, fe_options_value(options, FE_OPT_SEED, seeds->count), errors) ==
            0) {
            read_head(seeds, config, options, errors);
        }
    }
}

void fe_seeds_done(struct fe_seeds *seeds)
{
    for (size_t i = 0; i < seeds->count; i++) {
        fe_config_done(&seeds->configs[i]);
    }
    free(seeds->configs);
    fe_arena_done(&seeds->arena);
    *seeds = (struct fe_seeds){0};
}

/* What is at the top of a file and is no feature's. */
static void read_root(void *arg, struct fe_fields *root)
{
    const struct fe_log *log = arg;
    (void)fe_fields_any(root, "server", FE_OPTIONAL);
    for (size_t i = 0; i < sizeof(other_services) / sizeof(other_services[0]); i++) {
        const struct fe_node *node = fe_fields_any(root, other_services[i], FE_OPTIONAL);
        if (node) {
            fe_log_printf(log, FE_LOG_WARNING, "%s:%u: %s: another service's section, skipped",
                          root->config->file, node->line, other_services[i]);
        }
    }
}

void fe_seeds_apply(const struct fe_seeds *seeds, struct fe_emulate *emulate,
                    const struct fe_log *log, struct fe_errors *errors)
{
    struct fe_log copy = *log;
    fe_emulate_seed(emulate, seeds->configs, seeds->count, errors, read_root, &copy);
}
