/* SPDX-License-Identifier: MIT */
/* bench_start: how long it takes from exec to the first answer of 200, so many times. The program
 * must say where it listens; it is asked as soon as it does. Prints one line of JSON. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "die.h"

extern char **environ;

enum {
    STARTS_MAX = 1000,
    TEXT_BYTES = 4096
};

struct child {
    pid_t pid;
    FILE *out;
};

static double now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
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

static long read_port(const struct child *child)
{
    static const char prefix[] = "listening on http://127.0.0.1:";
    char line[256];
    while (fgets(line, sizeof(line), child->out)) {
        if (strncmp(line, prefix, sizeof(prefix) - 1) == 0) {
            return strtol(line + sizeof(prefix) - 1, NULL, 10);
        }
    }
    errno = 0;
    die("the program does not listen");
}

static void ask(long port, const char *target)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    char text[TEXT_BYTES];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int length = snprintf(text, sizeof(text),
                          "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
                          "Authorization: Bearer demo-token\r\n\r\n",
                          target);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        write(fd, text, (size_t)length) != length) {
        die("connect");
    }
    ssize_t came = read(fd, text, sizeof(text) - 1);
    if (came < 12 || memcmp(text + strlen("HTTP/1.1 "), "200", 3) != 0) {
        text[came > 0 ? came : 0] = '\0';
        (void)fputs(text, stderr);
        die("200 was expected");
    }
    (void)close(fd);
}

static double start_once(const char *target, char *const *argv)
{
    int status = 0;
    double begin = now_us();
    struct child child = spawn(argv);
    ask(read_port(&child), target);
    double took = now_us() - begin;
    (void)kill(child.pid, SIGTERM);
    (void)waitpid(child.pid, &status, 0);
    (void)fclose(child.out);
    return took;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static double took_us[STARTS_MAX];
    size_t starts = argc > 3 ? (size_t)strtoul(argv[1], NULL, 10) : 0;
    if (starts < 1 || starts > STARTS_MAX) {
        (void)fputs("usage: bench_start STARTS TARGET PROGRAM [ARGUMENT]...\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < starts; i++) {
        took_us[i] = start_once(argv[2], argv + 3);
    }
    qsort(took_us, starts, sizeof(*took_us), compare);
    (void)printf("{\"starts\":%zu,\"p50_us\":%.1f,\"p99_us\":%.1f}\n", starts,
                 took_us[(starts - 1) / 2], took_us[(starts - 1) * 99 / 100]);
    return 0;
}
