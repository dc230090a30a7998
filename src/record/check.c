/* SPDX-License-Identifier: MIT */
/* What can be known to be wrong before anything is written or served. */
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/origin.h"
#include "record/record.h"

const char *fe_record_check_upstream(struct fe_slice url)
{
    struct fe_origin origin;
    return fe_origin_take(&url, NULL, &origin) < 0 || url.len > 0
               ? "expected https://HOST[:PORT] or http://HOST[:PORT], and nothing behind it"
               : NULL;
}

/* A proxy may know names that this machine does not. */
static bool has_proxy(void)
{
    static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy",
                                        "ALL_PROXY"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);
        if (value && value[0] != '\0') {
            return true;
        }
    }
    return false;
}

static void check_host(const char *url, struct fe_errors *errors)
{
    struct fe_arena arena = {NULL};
    struct fe_slice text = fe_slice_cstr(url);
    struct fe_origin origin;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    if (has_proxy() || fe_origin_take(&text, NULL, &origin) < 0) {
        return;
    }
    const char *host = fe_arena_copy(&arena, origin.host).ptr;
    int r = getaddrinfo(host, NULL, &hints, &found);
    if (r == 0) {
        freeaddrinfo(found);
    } else {
        fe_errors_add(errors, "--upstream %s: %s is not known here: %s", url, host,
                      gai_strerror(r));
    }
    fe_arena_done(&arena);
}

int fe_record_check(const struct fe_record_options *options, struct fe_errors *errors)
{
    size_t count = errors->count;
    if (options->ca_file && access(options->ca_file, R_OK) < 0) {
        fe_errors_add(errors, "--upstream-ca %s: cannot be read: %s", options->ca_file,
                      strerror(errno));
    }
    check_host(options->upstream, errors);
    return errors->count > count ? -EINVAL : 0;
}
