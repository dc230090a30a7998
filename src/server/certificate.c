/* SPDX-License-Identifier: MIT */
#include "server/certificate.h"

#include <stdlib.h>

#include "http/server.h"
#include "http/tls_context.h"
#include "http/tls_identity.h"
#include "util/alloc.h"
#include "util/limits.h"

enum {
    DIRECTORY_BYTES_MAX = 4096,
    WHY_BYTES = 1024
};

static bool has_tls_listener(const struct fe_options *options)
{
    bool has = false;
    for (size_t i = 0; i < fe_options_count(options, FE_OPT_LISTEN); i++) {
        struct fe_listen_address address;
        const char *url = fe_options_value(options, FE_OPT_LISTEN, i);
        const char *why = NULL;
        has |= fe_listen_address_parse(fe_slice_cstr(url), &address, &why) == 0 && address.tls;
    }
    return has;
}

/* Where the XDG base directories say that state goes; empty if nothing tells. */
static void write_state_directory(struct fe_buf *path)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (state && state[0] == '/') {
        (void)fe_buf_printf(path, "%s/foundry-emulator/tls", state);
    } else if (home && home[0] == '/') {
        (void)fe_buf_printf(path, "%s/.local/state/foundry-emulator/tls", home);
    }
}

static void write_directory(const struct fe_options *options, struct fe_buf *path)
{
    const char *given = fe_options_value(options, FE_OPT_TLS_DIR, 0);
    if (given[0] == '\0') {
        write_state_directory(path);
        return;
    }
    (void)fe_buf_puts(path, given);
    while (path->len > 1 && path->ptr[path->len - 1] == '/') {
        path->len--;
    }
    (void)fe_buf_putc(path, '\0');
}

static void open_own(const struct fe_options *options, struct fe_tls_context **context_out,
                     struct fe_errors *errors)
{
    char why[WHY_BYTES];
    if (fe_tls_context_new(fe_options_value(options, FE_OPT_TLS_CERT, 0),
                           fe_options_value(options, FE_OPT_TLS_KEY, 0), context_out, why,
                           sizeof(why)) < 0) {
        fe_errors_add(errors, "--tls-cert, --tls-key: %s", why);
    }
}

/* Certificates are for the time that clients have, whatever the emulator's. */
static void open_made(const char *directory, const struct fe_options *options,
                      const struct fe_log *log, struct fe_tls_context **context_out,
                      char **ca_file_out, struct fe_errors *errors)
{
    struct fe_tls_identity identity;
    struct fe_clock wall;
    const char *names[FE_LIMIT_LISTENERS + 1] = {NULL};
    char why[WHY_BYTES];
    size_t count = fe_options_count(options, FE_OPT_TLS_NAME);
    for (size_t i = 0; i < count; i++) {
        names[i] = fe_options_value(options, FE_OPT_TLS_NAME, i);
    }
    fe_clock_init(&wall);
    if (fe_tls_identity_open(directory, names, &wall, &identity, why, sizeof(why)) < 0) {
        fe_errors_add(errors, "--tls-dir: %s", why);
        return;
    }
    if (fe_tls_context_new(identity.cert_file, identity.key_file, context_out, why, sizeof(why)) <
        0) {
        fe_errors_add(errors, "--tls-dir: %s", why);
    } else {
        *ca_file_out = fe_xstrdup(fe_slice_cstr(identity.ca_file));
        fe_log_printf(log, FE_LOG_INFO, "the CA of the https listeners is %s", *ca_file_out);
    }
    fe_tls_identity_done(&identity);
}

void fe_certificate_open(const struct fe_options *options, const struct fe_log *log,
                         struct fe_tls_context **context_out, char **ca_file_out,
                         struct fe_errors *errors)
{
    struct fe_buf directory;
    size_t own = fe_options_count(options, FE_OPT_TLS_CERT);
    if (own != fe_options_count(options, FE_OPT_TLS_KEY)) {
        fe_errors_add(errors, "--tls-cert and --tls-key: expected both or neither");
        return;
    }
    if (!has_tls_listener(options)) {
        return;
    }
    if (own > 0) {
        open_own(options, context_out, errors);
        return;
    }
    fe_buf_init(&directory, DIRECTORY_BYTES_MAX);
    write_directory(options, &directory);
    if (directory.len == 0 || directory.error < 0) {
        fe_errors_add(errors, "--tls-dir: expected a directory, as there is no home directory");
    } else {
        open_made(directory.ptr, options, log, context_out, ca_file_out, errors);
    }
    fe_buf_done(&directory);
}
