/* SPDX-License-Identifier: MIT */
/* bench_polls: parks so many polls, and sends jobs through them one at a time: how soon a poll is
 * woken, and how soon the caller has its answer, beside plain requests in between. Tells what a
 * parked poll costs the server in memory, too. Prints one line of JSON. */
#include <errno.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "die.h"
#include "job_client.h"
#include "meter.h"

struct bench {
    SSL_CTX *tls; /* NULL: plain */
    int port;
    int epoll_fd;
    struct client caller;
    struct client *modules; /* poll i is of runtime i % runtimes */
    size_t polls;
    size_t runtimes;
    size_t samples;
    int64_t *plain_ns;
    int64_t *wake_ns;
    int64_t *trip_ns;
};

static long resident_kib(const char *pid)
{
    char path[64];
    char line[256];
    long kib = 0;
    (void)snprintf(path, sizeof(path), "/proc/%s/status", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        die(path);
    }
    while (fgets(line, sizeof(line), file)) {
        if (strncmp(line, "VmRSS:", 6) == 0) {
            kib = strtol(line + 6, NULL, 10);
        }
    }
    (void)fclose(file);
    return kib;
}

static void watch(const struct bench *bench, struct client *client)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    if (epoll_ctl(bench->epoll_fd, EPOLL_CTL_ADD, client->fd, &event) < 0) {
        die("epoll_ctl");
    }
}

/* Waits for the next whole answer, whoever gets it; it must be a 200. */
static struct client *next_answer(const struct bench *bench)
{
    for (;;) {
        struct epoll_event event;
        if (epoll_wait(bench->epoll_fd, &event, 1, -1) != 1) {
            die("epoll_wait");
        }
        struct client *client = event.data.ptr;
        int status = client_take(client);
        if (status == 200) {
            return client;
        }
        if (status != 0) {
            (void)fprintf(stderr, "%s\n", client->text);
            errno = 0;
            die("another status was expected");
        }
    }
}

static void expect_answer_of(const struct bench *bench, const struct client *client)
{
    if (next_answer(bench) != client) {
        errno = 0;
        die("the answer came to somebody else");
    }
}

/* As the first of all benchmarks does: a request with a bearer, as an execute is. */
static void ask_plainly(struct bench *bench)
{
    client_send(&bench->caller, "GET", "/api/v2/admin/users/getCurrent",
                "Authorization: Bearer test_token_admin\r\n", "");
    expect_answer_of(bench, &bench->caller);
}

static void park(struct bench *bench)
{
    for (size_t i = 0; i < bench->polls; i++) {
        client_open(&bench->modules[i], bench->port, bench->tls);
        watch(bench, &bench->modules[i]);
        job_poll(&bench->modules[i], i % bench->runtimes);
        if (i % 64 == 63 || i + 1 == bench->polls) {
            ask_plainly(bench); /* keeps the listener's backlog short */
        }
    }
}

static void run_job(struct bench *bench, size_t sample)
{
    char job_id[JOB_ID_BYTES];
    size_t runtime = sample * 7919 % bench->runtimes; /* a prime: far from the one before */
    int64_t begin_ns = now_ns();
    job_execute(&bench->caller, runtime, sample);
    struct client *module = next_answer(bench);
    bench->wake_ns[sample] = now_ns() - begin_ns;
    if (module == &bench->caller || job_read(module->body, job_id) != sample) {
        errno = 0;
        die("another job was expected");
    }
    job_post(module, runtime, job_id, sample);
    /* The caller's answer comes first; that the module has its own then is not waited for here. */
    job_check(client_receive(&bench->caller, 200), sample);
    bench->trip_ns[sample] = now_ns() - begin_ns;
    (void)client_receive(module, 204);
    job_poll(module, runtime);
    ask_plainly(bench);
    begin_ns = now_ns();
    ask_plainly(bench);
    bench->plain_ns[sample] = now_ns() - begin_ns;
}

static void report(const struct bench *bench, const char *name, int64_t *samples_ns)
{
    (void)printf("\"%s_p50_us\":%.2f,\"%s_p99_us\":%.2f,", name,
                 quantile_us(samples_ns, bench->samples, 0.5), name,
                 quantile_us(samples_ns, bench->samples, 0.99));
}

static int64_t *samples_of(const struct bench *bench)
{
    int64_t *samples_ns = calloc(bench->samples, sizeof(*samples_ns));
    if (samples_ns == NULL) {
        die("samples");
    }
    return samples_ns;
}

static void set_up(struct bench *bench)
{
    bench->modules = calloc(bench->polls, sizeof(*bench->modules));
    bench->plain_ns = samples_of(bench);
    bench->wake_ns = samples_of(bench);
    bench->trip_ns = samples_of(bench);
    bench->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (bench->modules == NULL || bench->epoll_fd < 0) {
        die("polls");
    }
    allow_connections();
    client_open(&bench->caller, bench->port, bench->tls);
    job_runtimes(&bench->caller, bench->runtimes);
    watch(bench, &bench->caller);
}

static void tear_down(struct bench *bench)
{
    for (size_t i = 0; i < bench->polls; i++) {
        client_close(&bench->modules[i]);
    }
    client_close(&bench->caller);
    free(bench->modules);
    free(bench->plain_ns);
    free(bench->wake_ns);
    free(bench->trip_ns);
    SSL_CTX_free(bench->tls);
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        (void)fputs("usage: bench_polls PORT plain|tls POLLS RUNTIMES SAMPLES SERVER_PID\n",
                    stderr);
        return 2;
    }
    struct bench bench = {.port = (int)strtol(argv[1], NULL, 10),
                          .tls = strcmp(argv[2], "tls") == 0 ? client_tls() : NULL,
                          .polls = strtoul(argv[3], NULL, 10),
                          .runtimes = strtoul(argv[4], NULL, 10),
                          .samples = strtoul(argv[5], NULL, 10)};
    set_up(&bench);
    long before_kib = resident_kib(argv[6]);
    park(&bench);
    long parked_kib = resident_kib(argv[6]) - before_kib;
    int64_t begin_ns = now_ns();
    for (size_t i = 0; i < bench.samples; i++) {
        run_job(&bench, i);
    }
    double seconds = (double)(now_ns() - begin_ns) / 1e9;
    (void)printf("{");
    report(&bench, "plain", bench.plain_ns);
    report(&bench, "wake", bench.wake_ns);
    report(&bench, "trip", bench.trip_ns);
    (void)printf("\"seconds\":%.3f,\"kib_per_poll\":%.3f}\n", seconds,
                 (double)parked_kib / (double)bench.polls);
    tear_down(&bench);
    return 0;
}
