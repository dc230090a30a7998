/* SPDX-License-Identifier: MIT */
/* bench_first_byte: the same GET through a proxy and straight from its upstream, in turn: how much
 * later the first byte of the answer comes, and that both answers are the same. Prints one line of
 * JSON. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "die.h"
#include "meter.h"

/* Returns when its first byte was there; the answer is whole then, too. */
static int64_t get(struct client *client, const char *path)
{
    int64_t begin_ns = now_ns();
    client_send(client, "GET", path, "", "");
    int status = client_take(client);
    int64_t took_ns = now_ns() - begin_ns;
    while (status == 0) {
        status = client_take(client);
    }
    if (status != 200) {
        (void)fprintf(stderr, "%s\n", client->text);
        errno = 0;
        die("another status was expected");
    }
    return took_ns;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        (void)fputs("usage: bench_first_byte PROXY_PORT UPSTREAM_PORT PATH SAMPLES\n", stderr);
        return 2;
    }
    size_t samples = strtoul(argv[4], NULL, 10);
    int64_t *through_ns = calloc(samples, sizeof(*through_ns));
    int64_t *straight_ns = calloc(samples, sizeof(*straight_ns));
    struct client proxy;
    struct client upstream;
    if (through_ns == NULL || straight_ns == NULL) {
        die("samples");
    }
    client_open(&proxy, (int)strtol(argv[1], NULL, 10), NULL);
    client_open(&upstream, (int)strtol(argv[2], NULL, 10), NULL);
    for (size_t i = 0; i < samples; i++) {
        through_ns[i] = get(&proxy, argv[3]);
        straight_ns[i] = get(&upstream, argv[3]);
        if (strcmp(proxy.body, upstream.body) != 0) {
            errno = 0;
            die("the proxy has changed the body");
        }
    }
    (void)printf("{\"through_p50_us\":%.1f,\"through_p99_us\":%.1f,\"straight_p50_us\":%.1f,"
                 "\"straight_p99_us\":%.1f}\n",
                 quantile_us(through_ns, samples, 0.5), quantile_us(through_ns, samples, 0.99),
                 quantile_us(straight_ns, samples, 0.5), quantile_us(straight_ns, samples, 0.99));
    client_close(&proxy);
    client_close(&upstream);
    free(through_ns);
    free(straight_ns);
    return 0;
}
