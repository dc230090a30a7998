/* SPDX-License-Identifier: MIT */
/* Makes the program live many lives, in each of which another allocation fails. It is linked into
 * it, and forks before main(), which saves what a start costs; FE_TURNS, "FIRST STEP once|after",
 * turns it on. Lives are told on standard output, a line of JSON each:
 * {"ready":URL,"seen":ALLOCATIONS} when one serves, which is answered by a line on standard input
 * once it is to be stopped, and its end. The last is the first that met no failure. Each life has
 * an empty folder to itself. */
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "failing_heap.h"

enum {
    OUTPUT_BYTES_MAX = 1 << 20,
    HANGS_AFTER_MS = 30000
};

struct life {
    pid_t pid;
    struct pollfd streams[2];
    char text[2][OUTPUT_BYTES_MAX];
    size_t length[2];
    bool was_ready;
    bool hung;
};

static const char folder[] = "turn";

static void die(const char *what)
{
    perror(what);
    _exit(99);
}

static void put_text(const char *name, const char *text)
{
    (void)printf("\"%s\":\"", name);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < ' ' || c == '"' || c == '\\' || c > '~') {
            (void)printf("\\u%04x", c);
        } else {
            (void)putchar(c);
        }
    }
    (void)putchar('"');
}

/* Names what the life has left in its folder, and removes it. */
static void sweep(const char *path, bool tells)
{
    DIR *dir = opendir(path);
    const struct dirent *entry = NULL;
    while (dir && (entry = readdir(dir)) != NULL) {
        char name[1024];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        (void)snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        if (tells) {
            (void)printf("%s ", entry->d_name);
        }
        if (unlink(name) < 0) {
            sweep(name, false);
        }
    }
    if (dir) {
        (void)closedir(dir);
    }
    (void)rmdir(path);
}

/* Returns in the child, which becomes the program. */
static bool begin(struct life *life, struct failing_heap *heap)
{
    int pipes[2][2];
    if (mkdir(folder, 0700) < 0 || pipe(pipes[0]) < 0 || pipe(pipes[1]) < 0) {
        die("a folder and pipes");
    }
    life->pid = fork();
    if (life->pid < 0) {
        die("fork");
    }
    if (life->pid == 0) {
        if (chdir(folder) < 0 || dup2(pipes[0][1], 1) < 0 || dup2(pipes[1][1], 2) < 0) {
            die("a life's streams");
        }
    }
    for (int i = 0; i < 2; i++) {
        (void)close(pipes[i][1]);
        if (life->pid == 0) {
            (void)close(pipes[i][0]);
        }
        life->streams[i] = (struct pollfd){.fd = pipes[i][0], .events = POLLIN};
    }
    if (life->pid == 0) {
        failing_heap_arm(heap);
        return true;
    }
    return false;
}

static void be_met(struct life *life, const struct failing_heap *heap)
{
    char line[16];
    char url[128] = "";
    life->was_ready = true;
    (void)sscanf(life->text[0], "listening on %127s", url);
    (void)printf("{\"ready\":\"%s\",\"seen\":%lu}\n", url, heap->seen);
    (void)fflush(stdout);
    if (read(STDIN_FILENO, line, sizeof(line)) <= 0) {
        die("standard input");
    }
    (void)kill(life->pid, SIGTERM);
}

/* Takes what a stream has; false at its end. */
static bool take(struct life *life, int which, const struct failing_heap *heap)
{
    size_t room = OUTPUT_BYTES_MAX - 1 - life->length[which];
    char *end = life->text[which] + life->length[which];
    ssize_t n = read(life->streams[which].fd, end, room);
    if (n <= 0) {
        (void)close(life->streams[which].fd);
        life->streams[which].fd = -1;
        return false;
    }
    life->length[which] += (size_t)n;
    end[n] = '\0';
    if (which == 0 && !life->was_ready && strstr(life->text[0], "\nready\n")) {
        be_met(life, heap);
    }
    return true;
}

static void live(struct life *life, const struct failing_heap *heap)
{
    int open = 2;
    while (open > 0) {
        int ready = poll(life->streams, 2, HANGS_AFTER_MS);
        if (ready < 0) {
            die("poll");
        }
        if (ready == 0) {
            life->hung = true;
            (void)kill(life->pid, SIGKILL);
        }
        for (int i = 0; i < 2; i++) {
            if (life->streams[i].fd >= 0 && life->streams[i].revents) {
                open -= take(life, i, heap) ? 0 : 1;
            }
        }
    }
}

static void tell(struct life *life, const struct failing_heap *heap)
{
    int status = 0;
    (void)waitpid(life->pid, &status, 0);
    (void)printf("{\"at\":%lu,\"seen\":%lu,\"met\":%s,\"hung\":%s,\"code\":%d,\"signal\":%d,",
                 heap->fails_at, heap->seen, failing_heap_met(heap) ? "true" : "false",
                 life->hung ? "true" : "false", WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                 WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    put_text("stdout", life->text[0]);
    (void)putchar(',');
    put_text("stderr", life->text[1]);
    (void)printf(",\"left\":\"");
    sweep(folder, true);
    (void)printf("\"}\n");
    (void)fflush(stdout);
}

__attribute__((constructor)) static void take_turns(void)
{
    static struct life life;
    const char *turns = getenv("FE_TURNS");
    char *rest = NULL;
    if (turns == NULL) {
        return;
    }
    struct failing_heap *heap =
        mmap(NULL, sizeof(*heap), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (heap == MAP_FAILED) {
        die("memory that lives share");
    }
    unsigned long first = strtoul(turns, &rest, 10);
    unsigned long step = strtoul(rest, &rest, 10);
    heap->and_after = strcmp(rest, " after") == 0;
    do {
        heap->fails_at = heap->fails_at ? heap->fails_at + step : first;
        heap->seen = 0;
        memset(&life, 0, sizeof(life));
        if (begin(&life, heap)) {
            return;
        }
        live(&life, heap);
        tell(&life, heap);
    } while (failing_heap_met(heap));
    _exit(0);
}
