/* SPDX-License-Identifier: MIT */
/* Where it listens, and what can only be opened once it does: that tells the ports. */
#include <stdio.h>
#include <string.h>

#include "server/emulator_private.h"
#include "server/mode_switch.h"

void fe_emulator_check_listeners(const struct fe_emulator *emulator, struct fe_errors *errors)
{
    const struct fe_options *options = emulator->options;
    for (size_t i = 0; i < fe_options_count(options, FE_OPT_LISTEN); i++) {
        struct fe_listen_address address;
        const char *url = fe_options_value(options, FE_OPT_LISTEN, i);
        const char *why = NULL;
        int r = fe_listen_address_parse(fe_slice_cstr(url), &address, &why);
        if (r == 0 && !address.loopback && !fe_options_bool(options, FE_OPT_ALLOW_REMOTE)) {
            fe_errors_add(errors,
                          "--listen %s: other machines could reach this; if that is wanted, add "
                          "--allow-remote",
                          url);
        }
    }
}

static int listen_on(struct fe_emulator *emulator, const char *url)
{
    struct fe_listen_address address;
    const char *why = NULL;
    int r = fe_listen_address_parse(fe_slice_cstr(url), &address, &why);
    if (r == 0) {
        r = fe_http_server_listen(emulator->http, &address);
    }
    if (r < 0) {
        (void)snprintf(emulator->problem, sizeof(emulator->problem), "cannot listen on %s: %s", url,
                       strerror(-r));
    }
    return r;
}

/* Modules are sent to the TLS listener, whose port may have been any free one until now. */
static void tell_tls_ports(struct fe_emulator *emulator)
{
    const char *url = NULL;
    for (size_t i = 0; (url = fe_http_server_url(emulator->http, i)) != NULL; i++) {
        struct fe_listen_address address;
        const char *why = NULL;
        if (fe_listen_address_parse(fe_slice_cstr(url), &address, &why) == 0 && address.tls) {
            fe_emulate_listens_with_tls(emulator->emulate, address.port);
        }
    }
}

static int listen_on_all(struct fe_emulator *emulator)
{
    char seed_url[64];
    bool from_seed = fe_options_source(emulator->options, FE_OPT_LISTEN) == FE_OPTION_DEFAULT &&
                     emulator->seeds.port != 0;
    if (from_seed) {
        (void)snprintf(seed_url, sizeof(seed_url), "http://127.0.0.1:%u", emulator->seeds.port);
        return listen_on(emulator, seed_url);
    }
    for (size_t i = 0; i < fe_options_count(emulator->options, FE_OPT_LISTEN); i++) {
        int r = listen_on(emulator, fe_options_value(emulator->options, FE_OPT_LISTEN, i));
        if (r < 0) {
            return r;
        }
    }
    tell_tls_ports(emulator);
    return 0;
}

static int open_upstreams(struct fe_emulator *emulator)
{
    struct fe_errors errors;
    fe_errors_init(&errors);
    int r = fe_mode_open_upstreams(emulator, &errors);
    if (r < 0) {
        struct fe_slice text = fe_buf_slice(&errors.text);
        (void)snprintf(emulator->problem, sizeof(emulator->problem), FE_PRI,
                       (int)fe_slice_index(text, '\n'), text.ptr);
    }
    fe_errors_done(&errors);
    return r;
}

int fe_emulator_listen(struct fe_emulator *emulator)
{
    int r = listen_on_all(emulator);
    if (r == 0) {
        r = open_upstreams(emulator);
    }
    emulator->listening = r == 0;
    return r;
}
