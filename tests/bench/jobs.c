/* SPDX-License-Identifier: MIT */
/* bench_jobs: as many jobs as a server takes. Each caller executes one after the other, for each
 * runtime in turn; each replica polls, posts the result, and polls again. Every result is checked.
 * Prints one line of JSON. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "die.h"
#include "job_client.h"
#include "meter.h"

struct member {
    struct client client;
    bool is_caller;
    size_t runtime;
    size_t number;    /* of the caller's job */
    int64_t begin_ns; /* of it */
    bool is_posting;  /* the module's result, not its poll */
};

struct bench {
    int epoll_fd;
    size_t runtimes;
    size_t submitted;
    size_t finished;
    int64_t end_ns;
    int64_t *trips_ns;
    size_t trips_max;
};

static void execute(struct bench *bench, struct member *caller)
{
    if (now_ns() >= bench->end_ns) {
        return;
    }
    caller->number = bench->submitted++;
    caller->runtime = caller->number % bench->runtimes;
    caller->begin_ns = now_ns();
    job_execute(&caller->client, caller->runtime, caller->number);
}

static void keep_trip(struct bench *bench, int64_t trip_ns)
{
    if (bench->finished == bench->trips_max) {
        bench->trips_max = bench->trips_max > 0 ? bench->trips_max * 2 : 1 << 16;
        bench->trips_ns = realloc(bench->trips_ns, bench->trips_max * sizeof(*bench->trips_ns));
        if (bench->trips_ns == NULL) {
            die("trips");
        }
    }
    bench->trips_ns[bench->finished++] = trip_ns;
}

/* A result for a caller; a job, or thanks for its result, for a module. */
static bool go_on(struct bench *bench, struct member *member, int status)
{
    char job_id[JOB_ID_BYTES];
    struct client *client = &member->client;
    if (member->is_caller && status == 200) {
        keep_trip(bench, now_ns() - member->begin_ns);
        job_check(client->body, member->number);
        execute(bench, member);
    } else if (!member->is_caller && status == (member->is_posting ? 204 : 200)) {
        member->is_posting = !member->is_posting;
        if (member->is_posting) {
            size_t number = job_read(client->body, job_id);
            job_post(client, member->runtime, job_id, number);
        } else {
            job_poll(client, member->runtime);
        }
    } else {
        return false;
    }
    return true;
}

static void take(struct bench *bench, struct member *member)
{
    int status = client_take(&member->client);
    if (status != 0 && !go_on(bench, member, status)) {
        (void)fprintf(stderr, "%s\n", member->client.text);
        errno = 0;
        die("another status was expected");
    }
}

static void run(struct bench *bench)
{
    struct epoll_event events[64];
    while (now_ns() < bench->end_ns || bench->finished < bench->submitted) {
        int count = epoll_wait(bench->epoll_fd, events, 64, 100);
        for (int i = 0; i < count; i++) {
            take(bench, events[i].data.ptr);
        }
    }
}

static void join(struct bench *bench, struct member *member, int port)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = member};
    client_open(&member->client, port, NULL);
    if (epoll_ctl(bench->epoll_fd, EPOLL_CTL_ADD, member->client.fd, &event) < 0) {
        die("epoll_ctl");
    }
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        (void)fputs("usage: bench_jobs PORT RUNTIMES REPLICAS_EACH CALLERS SECONDS\n", stderr);
        return 2;
    }
    int port = (int)strtol(argv[1], NULL, 10);
    size_t runtimes = strtoul(argv[2], NULL, 10);
    size_t modules = runtimes * strtoul(argv[3], NULL, 10);
    size_t members = modules + strtoul(argv[4], NULL, 10);
    struct bench bench = {.epoll_fd = epoll_create1(EPOLL_CLOEXEC), .runtimes = runtimes};
    struct member *crowd = calloc(members, sizeof(*crowd));
    struct client registrar;
    if (crowd == NULL || bench.epoll_fd < 0) {
        die("members");
    }
    allow_connections();
    client_open(&registrar, port, NULL);
    job_runtimes(&registrar, runtimes);
    client_close(&registrar);
    for (size_t i = 0; i < members; i++) {
        join(&bench, &crowd[i], port);
    }
    for (size_t i = 0; i < modules; i++) {
        crowd[i].runtime = i % runtimes;
        job_poll(&crowd[i].client, crowd[i].runtime);
    }
    int64_t begin_ns = now_ns();
    bench.end_ns = begin_ns + (int64_t)(strtod(argv[5], NULL) * 1e9);
    for (size_t i = modules; i < members; i++) {
        crowd[i].is_caller = true;
        execute(&bench, &crowd[i]);
    }
    run(&bench);
    double seconds = (double)(now_ns() - begin_ns) / 1e9;
    (void)printf("{\"jobs\":%zu,\"seconds\":%.6f,\"jobs_per_second\":%.1f,\"p50_us\":%.1f,"
                 "\"p99_us\":%.1f}\n",
                 bench.finished, seconds, (double)bench.finished / seconds,
                 quantile_us(bench.trips_ns, bench.finished, 0.5),
                 quantile_us(bench.trips_ns, bench.finished, 0.99));
    for (size_t i = 0; i < members; i++) {
        client_close(&crowd[i].client);
    }
    free(bench.trips_ns);
    free(crowd);
    return 0;
}
