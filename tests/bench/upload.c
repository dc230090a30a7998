/* SPDX-License-Identifier: MIT */
/* bench_upload: posts so many bytes, to a path that discards them, or as the result of a job that
 * nobody waits for. Prints one line of JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "job_client.h"
#include "meter.h"

enum {
    PIECE_BYTES = 256 * 1024,
    PATH_BYTES = 256
};

/* Has a job handed out, and makes the path to which its result is posted. */
static void take_job(struct client *client, char path[PATH_BYTES])
{
    char job_id[JOB_ID_BYTES];
    job_runtimes(client, 1);
    job_submit(client, 0, 1);
    (void)client_receive(client, 200);
    job_poll(client, 0);
    (void)job_read(client_receive(client, 200), job_id);
    job_result_path(0, job_id, path, PATH_BYTES);
}

static void post(struct client *client, const char *path, unsigned long long bytes)
{
    static char piece[PIECE_BYTES];
    char head[PATH_BYTES * 2];
    int length =
        snprintf(head, sizeof(head),
                 "POST %s HTTP/1.1\r\nHost: localhost\r\nModule-Auth-Token: " JOB_MODULE_TOKEN
                 "\r\nContent-Type: application/octet-stream\r\nContent-Length: %llu\r\n\r\n",
                 path, bytes);
    (void)memset(piece, 'x', sizeof(piece));
    client->length = 0;
    client_write(client, head, (size_t)length);
    while (bytes > 0) {
        size_t part = bytes < sizeof(piece) ? (size_t)bytes : sizeof(piece);
        client_write(client, piece, part);
        bytes -= part;
    }
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        (void)fputs("usage: bench_upload PORT job|PATH BYTES STATUS\n", stderr);
        return 2;
    }
    unsigned long long bytes = strtoull(argv[3], NULL, 10);
    char path[PATH_BYTES];
    struct client client;
    client_open(&client, (int)strtol(argv[1], NULL, 10), NULL);
    (void)snprintf(path, sizeof(path), "%s", argv[2]);
    if (strcmp(argv[2], "job") == 0) {
        take_job(&client, path);
    }
    int64_t begin_ns = now_ns();
    post(&client, path, bytes);
    (void)client_receive(&client, (int)strtol(argv[4], NULL, 10));
    (void)printf("{\"bytes\":%llu,\"seconds\":%.6f}\n", bytes, (double)(now_ns() - begin_ns) / 1e9);
    client_close(&client);
    return 0;
}
