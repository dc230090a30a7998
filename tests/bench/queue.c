/* SPDX-License-Identifier: MIT */
/* bench_queue: puts so many jobs into queues, then goes on for a while: one more job, one taken,
 * and its result; so the queues stay as long as they are. The jobs must come in their order. Prints
 * one line of JSON. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "die.h"
#include "job_client.h"
#include "meter.h"

enum {
    FILLERS = 64
};

/* Job n is of runtime n % runtimes. What is under way at the same time is of different runtimes, so
 * that each queue holds its numbers in order. */
static void fill(int port, size_t runtimes, size_t jobs)
{
    static struct client fillers[FILLERS];
    size_t together = runtimes < FILLERS ? runtimes : FILLERS;
    for (size_t i = 0; i < FILLERS; i++) {
        client_open(&fillers[i], port, NULL);
    }
    for (size_t i = 0; i < jobs; i += together) {
        size_t count = jobs - i < together ? jobs - i : together;
        for (size_t k = 0; k < count; k++) {
            job_submit(&fillers[k], (i + k) % runtimes, i + k);
        }
        for (size_t k = 0; k < count; k++) {
            (void)client_receive(&fillers[k], 200);
        }
    }
    for (size_t i = 0; i < FILLERS; i++) {
        client_close(&fillers[i]);
    }
}

/* The number of the job that is put behind all others of the queue whose head is job `step`. */
static size_t next_number(size_t step, size_t runtimes, size_t queued)
{
    size_t runtime = step % runtimes;
    size_t were = queued > runtime ? (queued - runtime - 1) / runtimes + 1 : 0;
    return (were + step / runtimes) * runtimes + runtime;
}

/* One job in at the end, one out at the head. Returns what that took. */
static int64_t step(struct client *client, size_t runtime, size_t number, size_t head)
{
    char job_id[JOB_ID_BYTES];
    int64_t begin_ns = now_ns();
    job_submit(client, runtime, number);
    (void)client_receive(client, 200);
    job_poll(client, runtime);
    if (job_read(client_receive(client, 200), job_id) != head) {
        errno = 0;
        die("another job was at the head of its queue");
    }
    job_post(client, runtime, job_id, head);
    (void)client_receive(client, 204);
    return now_ns() - begin_ns;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        (void)fputs("usage: bench_queue PORT RUNTIMES QUEUED STEPS\n", stderr);
        return 2;
    }
    int port = (int)strtol(argv[1], NULL, 10);
    size_t runtimes = strtoul(argv[2], NULL, 10);
    size_t queued = strtoul(argv[3], NULL, 10);
    size_t steps = strtoul(argv[4], NULL, 10);
    int64_t *steps_ns = calloc(steps, sizeof(*steps_ns));
    struct client client;
    if (steps_ns == NULL) {
        die("steps");
    }
    client_open(&client, port, NULL);
    job_runtimes(&client, runtimes);
    fill(port, runtimes, queued);
    int64_t begin_ns = now_ns();
    for (size_t i = 0; i < steps; i++) {
        steps_ns[i] = step(&client, i % runtimes, next_number(i, runtimes, queued), i);
    }
    double seconds = (double)(now_ns() - begin_ns) / 1e9;
    (void)printf("{\"jobs_per_second\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f}\n",
                 (double)steps / seconds, quantile_us(steps_ns, steps, 0.5),
                 quantile_us(steps_ns, steps, 0.99));
    client_close(&client);
    free(steps_ns);
    return 0;
}
