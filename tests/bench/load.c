/* SPDX-License-Identifier: MIT */
/* bench_load: as many requests as a server takes, over so many connections, each waiting for its
 * answer before it asks again. Every answer is checked to its last byte; the first that is not what
 * was expected ends the run with status 1, and then there is no figure.
 *
 * When each connection has had an answer, which does not count, it prints "ready" and waits for a
 * line, so that whoever started it can look at the server's clock; at the end, one line of JSON. */
#include <getopt.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "die.h"
#include "load_connection.h"
#include "meter.h"

enum {
    EVENTS = 256,
    FOREVER_S = 1000000
};

struct options {
    const char *plan;
    uint64_t seed;
    long connections;
    double seconds;
};

static const char usage[] =
    "Usage: bench_load --port PORT --plan FILE [OPTION]...\n"
    "  --connections N  [64]\n"
    "  --seconds S      for so long; or\n"
    "  --requests N     so many requests, whatever comes first\n"
    "  --random SEED    takes what is to be asked at random, else in order, over and over\n"
    "  --tls            TLS 1.3; the certificate is not looked at\n"
    "  --once           a new connection for each request; the server ends it\n";

static void parse(int argc, char **argv, struct options *options, struct crowd *crowd)
{
    static const struct option known[] = {{"port", required_argument, NULL, 'p'},
                                          {"plan", required_argument, NULL, 'f'},
                                          {"connections", required_argument, NULL, 'c'},
                                          {"seconds", required_argument, NULL, 's'},
                                          {"requests", required_argument, NULL, 'n'},
                                          {"random", required_argument, NULL, 'r'},
                                          {"tls", no_argument, NULL, 't'},
                                          {"once", no_argument, NULL, 'o'},
                                          {NULL, 0, NULL, 0}};
    int option = 0;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'p':
            crowd->port = (int)strtol(optarg, NULL, 10);
            break;
        case 'f':
            options->plan = optarg;
            break;
        case 'c':
            options->connections = strtol(optarg, NULL, 10);
            break;
        case 's':
            options->seconds = strtod(optarg, NULL);
            break;
        case 'n':
            crowd->requests_max = strtoull(optarg, NULL, 10);
            break;
        case 'r':
            options->seed = strtoull(optarg, NULL, 10);
            break;
        case 't':
            crowd->tls = SSL_CTX_new(TLS_client_method());
            break;
        case 'o':
            crowd->once = true;
            break;
        default:
            (void)fputs(usage, stderr);
            exit(2);
        }
    }
    if (options->plan == NULL || crowd->port == 0 || options->connections < 1) {
        (void)fputs(usage, stderr);
        exit(2);
    }
}

/* No session is resumed: each connection has one of its own, and none is given to the next. */
static void set_up_tls(SSL_CTX *tls)
{
    SSL_CTX_set_verify(tls, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_options(tls, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) != 1) {
        die("TLS 1.3");
    }
}

static void run(struct crowd *crowd, double seconds)
{
    struct epoll_event events[EVENTS];
    int64_t end_ns = now_ns() + (int64_t)(seconds * 1e9);
    while (crowd->answered < crowd->requests_max) {
        int count = epoll_wait(crowd->epoll_fd, events, EVENTS, 10);
        for (int i = 0; i < count; i++) {
            connection_go_on(events[i].data.ptr);
        }
        if (now_ns() >= end_ns) {
            crowd->requests_max = crowd->asked; /* what has been asked is still answered */
            end_ns = INT64_MAX;
        }
    }
}

/* Connects, and has one answer for each connection. */
static void warm_up(struct crowd *crowd, struct connection *connections, long count)
{
    uint64_t requests_max = crowd->requests_max;
    crowd->requests_max = (uint64_t)count;
    for (long i = 0; i < count; i++) {
        connection_open(&connections[i], crowd);
    }
    run(crowd, FOREVER_S);
    crowd->requests_max = requests_max;
    crowd->asked = 0;
    crowd->answered = 0;
    crowd->bytes = 0;
}

static void await_go(void)
{
    (void)puts("ready");
    (void)fflush(stdout);
    while (getchar() != '\n') {
        if (feof(stdin)) {
            exit(1);
        }
    }
}

static void report(const struct crowd *crowd, double seconds)
{
    (void)printf("{\"requests\":%llu,\"seconds\":%.6f,\"requests_per_second\":%.1f,\"bytes\":%llu,"
                 "\"p50_us\":%.1f,\"p99_us\":%.1f}\n",
                 (unsigned long long)crowd->answered, seconds, (double)crowd->answered / seconds,
                 (unsigned long long)crowd->bytes,
                 quantile_us(crowd->latencies_ns, crowd->answered, 0.5),
                 quantile_us(crowd->latencies_ns, crowd->answered, 0.99));
}

int main(int argc, char **argv)
{
    struct options options = {.connections = 64, .seconds = FOREVER_S};
    struct crowd crowd = {.requests_max = UINT64_MAX};
    parse(argc, argv, &options, &crowd);
    (void)signal(SIGPIPE, SIG_IGN);
    allow_connections();
    if (crowd.tls) {
        set_up_tls(crowd.tls);
    }
    plan_read(&crowd.plan, options.plan, options.seed);
    crowd.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct connection *connections = calloc((size_t)options.connections, sizeof(*connections));
    if (crowd.epoll_fd < 0 || connections == NULL) {
        die("connections");
    }
    warm_up(&crowd, connections, options.connections);
    await_go();
    int64_t begin_ns = now_ns();
    for (long i = 0; i < options.connections; i++) {
        connection_ask(&connections[i]);
    }
    run(&crowd, options.seconds);
    report(&crowd, (double)(now_ns() - begin_ns) / 1e9);
    for (long i = 0; i < options.connections; i++) {
        connection_close(&connections[i]);
    }
    free(connections);
    free(crowd.latencies_ns);
    plan_done(&crowd.plan);
    SSL_CTX_free(crowd.tls);
    (void)close(crowd.epoll_fd);
    return 0;
}
