/* SPDX-License-Identifier: MIT */
/* The figures that a user feels first: from exec to ready, memory at rest, and a job's way from an
 * execute through a parked poll to the answer. Each time stands beside a peer from the same run,
 * since machines differ: the start beside `true`, the job beside plain requests on the same
 * connections. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum {
    STARTS = 25,
    JOBS = 2000,
    TEXT_BYTES = 8192
};

struct child {
    pid_t pid;
    FILE *out;
    long port;
};

static double now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void die(const char *what)
{
    (void)fprintf(stderr, "bench_figures: %s: %s\n", what, strerror(errno));
    exit(1);
}

static struct child spawn(char *const *argv)
{
    int fds[2];
    struct child child = {0};
    posix_spawn_file_actions_t actions;
    if (pipe(fds) < 0) {
        die("pipe");
    }
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
    (void)posix_spawn_file_actions_addclose(&actions, fds[0]);
    errno = posix_spawnp(&child.pid, argv[0], &actions, NULL, argv, environ);
    if (errno != 0) {
        die(argv[0]);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(fds[1]);
    child.out = fdopen(fds[0], "r");
    return child;
}

/* The number behind `prefix` at the start of the line; or what it was before. */
static long number_behind(const char *line, const char *prefix, long before)
{
    size_t length = strlen(prefix);
    return strncmp(line, prefix, length) == 0 ? strtol(line + length, NULL, 10) : before;
}

static struct child start_emulator(const char *program)
{
    char name[TEXT_BYTES];
    char listen[] = "--listen=http://127.0.0.1:0";
    char level[] = "--log-level=error";
    (void)snprintf(name, sizeof(name), "%s", program);
    char *argv[] = {name, listen, level, NULL};
    struct child child = spawn(argv);
    char line[256];
    while (fgets(line, sizeof(line), child.out)) {
        child.port = number_behind(line, "listening on http://127.0.0.1:", child.port);
        if (strcmp(line, "ready\n") == 0) {
            return child;
        }
    }
    die("the emulator did not get ready");
    return child;
}

static void stop(struct child *child)
{
    int status = 0;
    (void)kill(child->pid, SIGTERM);
    (void)waitpid(child->pid, &status, 0);
    (void)fclose(child->out);
    if (status != 0) {
        die("the emulator did not end well");
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(double *samples, size_t count, double q)
{
    qsort(samples, count, sizeof(*samples), compare);
    return samples[(size_t)((double)(count - 1) * q)];
}

static void measure_start(const char *program)
{
    double ready_ms[STARTS];
    double true_ms[STARTS];
    for (size_t i = 0; i < STARTS; i++) {
        double begin = now_ms();
        struct child child = start_emulator(program);
        ready_ms[i] = now_ms() - begin;
        stop(&child);

        char name[] = "true";
        char *argv[] = {name, NULL};
        begin = now_ms();
        child = spawn(argv);
        (void)waitpid(child.pid, NULL, 0);
        true_ms[i] = now_ms() - begin;
        (void)fclose(child.out);
    }
    double ready = quantile(ready_ms, STARTS, 0.5);
    double peer = quantile(true_ms, STARTS, 0.5);
    (void)printf("exec to ready      median %.2f ms   p90 %.2f ms   true: %.2f ms   ratio %.1f\n",
                 ready, quantile(ready_ms, STARTS, 0.9), peer, ready / peer);
}

static void measure_memory(const char *program)
{
    struct child child = start_emulator(program);
    char path[64];
    char line[256];
    long rss_kib = 0;
    long anon_kib = 0;
    (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)child.pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file)) {
        rss_kib = number_behind(line, "VmRSS:", rss_kib);
        anon_kib = number_behind(line, "RssAnon:", anon_kib);
    }
    if (file) {
        (void)fclose(file);
    }
    stop(&child);
    (void)printf("idle               resident %.1f MB   of it its own (RssAnon) %.2f MB\n",
                 (double)rss_kib / 1024, (double)anon_kib / 1024);
}

static int connect_to(long port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        die("connect");
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    return fd;
}

static void send_request(int fd, const char *method, const char *path, const char *headers,
                         const char *body)
{
    char text[TEXT_BYTES];
    int length = snprintf(text, sizeof(text),
                          "%s %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %zu\r\n\r\n%s",
                          method, path, headers, strlen(body), body);
    if (write(fd, text, (size_t)length) != length) {
        die("write");
    }
}

/* One answer, head and body, NUL-terminated; it fits. Returns the body. */
static const char *receive(int fd, char text[TEXT_BYTES], int status)
{
    size_t length = 0;
    for (;;) {
        ssize_t n = read(fd, text + length, TEXT_BYTES - 1 - length);
        if (n <= 0) {
            die("read");
        }
        length += (size_t)n;
        text[length] = '\0';
        char *end = strstr(text, "\r\n\r\n");
        char *field = strstr(text, "Content-Length: ");
        size_t body = end && field && field < end ? strtoul(field + 16, NULL, 10) : 0;
        if (end && length >= (size_t)(end + 4 - text) + body) {
            if (strtol(text + 9, NULL, 10) != status) {
                (void)fputs(text, stderr);
                die("another status was expected");
            }
            return end + 4;
        }
    }
}

#define MODULES "/_emulate/foundry/compute-modules/runtimes"
#define EXECUTE                                                                                    \
    "/contour-backend-multiplexer/api/module-group-multiplexer/compute-modules/jobs/execute"

#define CALLER_HEADERS                                                                             \
    "Authorization: Bearer test_token_admin\r\nContent-Type: application/json\r\n"
#define JOB                                                                                        \
    "{\"deployedAppRid\":\"ri.foundry.main.deployed-app.bench\","                                  \
    "\"deployedAppBranch\":\"master\",\"queryType\":\"f\",\"query\":{\"n\":1}}"

/* Reads until the last bytes are these. */
static void receive_until(int fd, const char *end)
{
    char text[TEXT_BYTES];
    size_t length = 0;
    size_t end_length = strlen(end);
    while (length < end_length || memcmp(text + length - end_length, end, end_length) != 0) {
        ssize_t n = read(fd, text + length, sizeof(text) - length);
        if (n <= 0) {
            die("read");
        }
        length += (size_t)n;
    }
}

static void member(const char *json, const char *name, char *out, size_t size)
{
    char pattern[64];
    (void)snprintf(pattern, sizeof(pattern), "\"%s\":\"", name);
    const char *at = strstr(json, pattern);
    if (at == NULL) {
        die(name);
    }
    at += strlen(pattern);
    (void)snprintf(out, size, "%.*s", (int)strcspn(at, "\""), at);
}

/* One job: the poll is parked, the execute wakes it, the result answers the execute. */
static double run_job(int module, int caller, const char *module_token)
{
    char text[TEXT_BYTES];
    char job_id[64];
    char path[256];
    send_request(module, "GET", MODULES "/bench/job", module_token, "");
    send_request(caller, "GET", "/_emulate/health", "", ""); /* the poll is parked behind this */
    (void)receive(caller, text, 200);
    double begin = now_ms();
    send_request(caller, "POST", EXECUTE, CALLER_HEADERS, JOB);
    member(receive(module, text, 200), "jobId", job_id, sizeof(job_id));
    (void)snprintf(path, sizeof(path), MODULES "/bench/results/%s", job_id);
    send_request(module, "POST", path, module_token, "{\"answer\":42}");
    if (strcmp(receive(caller, text, 200), "{\"answer\":42}") != 0) {
        die("another result was expected");
    }
    double took = now_ms() - begin;
    (void)receive(module, text, 204);
    return took;
}

/* A result in two chunks: from the first one's leaving the module to its first byte at the caller.
 */
static double first_byte(int module, int caller, const char *module_token)
{
    char text[TEXT_BYTES];
    char job_id[64];
    send_request(caller, "POST", EXECUTE, CALLER_HEADERS, JOB);
    send_request(module, "GET", MODULES "/bench/job", module_token, "");
    member(receive(module, text, 200), "jobId", job_id, sizeof(job_id));
    int length = snprintf(text, sizeof(text),
                          "POST " MODULES "/bench/results/%s HTTP/1.1\r\nHost: localhost\r\n"
                          "%sTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n",
                          job_id, module_token);
    double begin = now_ms();
    if (write(module, text, (size_t)length) != length) {
        die("write");
    }
    receive_until(caller, "first\r\n");
    double took = now_ms() - begin;
    if (write(module, "4\r\nlast\r\n0\r\n\r\n", 14) != 14) {
        die("write");
    }
    receive_until(caller, "last\r\n0\r\n\r\n");
    (void)receive(module, text, 204);
    return took;
}

static double plain_request(int fd)
{
    char text[TEXT_BYTES];
    double begin = now_ms();
    send_request(fd, "GET", "/_emulate/health", "", "");
    (void)receive(fd, text, 200);
    return now_ms() - begin;
}

static void measure_jobs(const char *program)
{
    struct child child = start_emulator(program);
    int module = connect_to(child.port);
    int caller = connect_to(child.port);
    char text[TEXT_BYTES];
    char token[128];
    char header[256];
    static double job_ms[JOBS];
    static double plain_ms[JOBS];
    static double first_ms[JOBS];
    send_request(caller, "POST", MODULES, "",
                 "{\"runtimeId\":\"bench\",\"deployedAppRid\":"
                 "\"ri.foundry.main.deployed-app.bench\"}");
    member(receive(caller, text, 200), "moduleAuthToken", token, sizeof(token));
    (void)snprintf(header, sizeof(header), "Module-Auth-Token: %s\r\n", token);
    for (size_t i = 0; i < JOBS; i++) {
        job_ms[i] = run_job(module, caller, header);
        plain_ms[i] = plain_request(caller);
        first_ms[i] = first_byte(module, caller, header);
    }
    (void)close(module);
    (void)close(caller);
    stop(&child);
    double job = quantile(job_ms, JOBS, 0.5);
    double plain = quantile(plain_ms, JOBS, 0.5);
    (void)printf("execute to answer  median %.3f ms  p99 %.3f ms  plain request: %.3f ms  "
                 "ratio %.2f\n",
                 job, quantile(job_ms, JOBS, 0.99), plain, job / plain);
    double first = quantile(first_ms, JOBS, 0.5);
    (void)printf("first byte through median %.3f ms  p99 %.3f ms  ratio %.2f\n", first,
                 quantile(first_ms, JOBS, 0.99), first / plain);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fputs("usage: bench_figures PROGRAM\n", stderr);
        return 2;
    }
    measure_start(argv[1]);
    measure_memory(argv[1]);
    measure_jobs(argv[1]);
    return 0;
}
