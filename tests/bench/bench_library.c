/* SPDX-License-Identifier: MIT */
/* What it takes to close a recording of many exchanges, to open it as a library, by its index and
 * without, and to find any of them; beside the same with a hundred, and beside reading the file. */
#include <malloc.h>
#include <poll.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cassette/library/library.h"
#include "cassette/recording.h"

enum {
    SAMPLES = 5,
    TARGET_BYTES = 64,
    READ_BYTES = 1 << 20,
    BODY_BYTES = 600,
    ANSWER_BYTES = 500,
    TAKES = 100000,
    STEP = 7919 /* a prime: from one exchange to the next in no order that memory knows */
};

struct bench {
    struct fe_env env;
    sem_t worked_off; /* the recording's queue */
    const char *path;
    int count;
};

static double now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void die(const char *what)
{
    (void)fprintf(stderr, "bench_library: %s\n", what);
    exit(1);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void sort(double samples[SAMPLES])
{
    qsort(samples, SAMPLES, sizeof(*samples), compare);
}

/* ── what is asked: four reads of as many paths, then a write with a body ── */

static struct fe_header fields[] = {
    {FE_SLICE_INIT("Host"), FE_SLICE_INIT("stack.example")},
    {FE_SLICE_INIT("User-Agent"), FE_SLICE_INIT("bench/1.0")},
    {FE_SLICE_INIT("Accept"), FE_SLICE_INIT("application/json")},
    {FE_SLICE_INIT("Authorization"),
     FE_SLICE_INIT("Bearer a-token-of-the-usual-length-0123456789")},
    {FE_SLICE_INIT("Content-Type"), FE_SLICE_INIT("application/json")},
    {FE_SLICE_INIT("Transfer-Encoding"), FE_SLICE_INIT("chunked")},
};

struct asked {
    struct fe_frame_head head;
    struct fe_slice body;
    char target[TARGET_BYTES];
    char json[BODY_BYTES];
};

static void ask(int number, struct asked *asked)
{
    bool writes = number % 5 == 4;
    (void)snprintf(asked->target, sizeof(asked->target), "/api/v2/things/%d/details?page=%d",
                   number, number % 7);
    asked->head = (struct fe_frame_head){
        .method = writes ? FE_SLICE("POST") : FE_SLICE("GET"),
        .target = fe_slice_cstr(asked->target),
        .minor_version = 1,
        .headers = {fields, writes ? 6 : 4, 6},
        .framing = writes ? FE_RECORDED_CHUNKED : FE_RECORDED_NONE,
    };
    asked->body = FE_SLICE("");
    if (writes) {
        int len = snprintf(asked->json, sizeof(asked->json),
                           "{\"name\":\"thing %d\",\"size\":%d,\"tags\":[\"a\",\"b\",\"c\"],"
                           "\"owner\":{\"id\":%d,\"title\":\"%0200d\"},\"done\":false,"
                           "\"steps\":[{\"n\":1},{\"n\":2},{\"n\":3}]}",
                           number, number % 1000, number % 50, number);
        asked->body = (struct fe_slice){asked->json, (size_t)len};
    }
}

/* ── recording ── */

static void wait_for_room(struct fe_recording *recording)
{
    struct pollfd room = {.fd = fe_recording_fd(recording), .events = POLLIN};
    while (fe_recording_is_full(recording)) {
        (void)poll(&room, 1, -1);
        fe_recording_ack(recording);
    }
}

/* A log line comes out behind everything that was told before it. */
static void on_log(struct fe_slice line, void *arg)
{
    struct bench *bench = arg;
    (void)line;
    (void)sem_post(&bench->worked_off);
}

static void record_one(struct fe_recording *recording, int number)
{
    static const struct fe_recording_end ended = {.outcome = FE_RECORDED_OK};
    struct asked asked;
    char answer[ANSWER_BYTES];
    ask(number, &asked);
    int len = snprintf(answer, sizeof(answer), "{\"id\":%d,\"text\":\"%0400d\"}", number, number);
    const struct fe_frame_head head = {
        .status = 200,
        .reason = FE_SLICE("OK"),
        .minor_version = 1,
        .headers = {fields + 4, 2, 2},
        .framing = FE_RECORDED_CHUNKED,
    };
    wait_for_room(recording);
    uint64_t x = fe_recording_request(recording, &asked.head);
    fe_recording_request_body(recording, x, asked.body, asked.body.len > 0);
    fe_recording_response(recording, x, &head);
    fe_recording_response_body(recording, x, (struct fe_slice){answer, (size_t)len}, true);
    fe_recording_end(recording, x, &ended);
}

static void record(struct bench *bench)
{
    char why[FE_WRITER_WHY_BYTES];
    struct fe_recording *recording = NULL;
    const struct fe_recording_options options = {
        .file = {.path = bench->path, .mode = FE_WRITER_CREATE},
        .session = {.recorder = FE_SLICE("bench"),
                    .upstream = FE_SLICE("https://stack.example"),
                    .redaction = {.version = 1},
                    .match_profile = FE_SLICE("strict")},
    };
    struct stat status;
    (void)unlink(bench->path);
    if (fe_recording_open(&options, &bench->env, &recording, why) < 0) {
        die(why);
    }
    double begin = now_ms();
    for (int i = 0; i < bench->count; i++) {
        record_one(recording, i);
    }
    fe_recording_log_sink(FE_SLICE("done\n"), recording);
    (void)sem_wait(&bench->worked_off);
    double recorded = now_ms();
    if (fe_recording_close(recording) < 0) {
        die("the recording failed");
    }
    double closed = now_ms();
    if (stat(bench->path, &status) < 0) {
        die("the cassette is gone");
    }
    (void)printf("%d exchanges, %.1f MB\n", bench->count, (double)status.st_size / 1e6);
    (void)printf("    recorded        %.1f us each   closed in %.1f ms\n",
                 (recorded - begin) * 1e3 / bench->count, closed - recorded);
}

/* ── opening ── */

static struct fe_library *open_library(struct bench *bench)
{
    const struct fe_library_options options = {.paths = &bench->path, .path_count = 1};
    struct fe_library *library = NULL;
    struct fe_errors errors;
    fe_errors_init(&errors);
    if (fe_library_open(&options, &bench->env.random, &library, &errors) < 0) {
        die(errors.text.ptr);
    }
    fe_errors_done(&errors);
    return library;
}

static double resident_mb(void)
{
    char line[128];
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL || fgets(line, sizeof(line), file) == NULL) {
        die("/proc/self/statm");
    }
    (void)fclose(file);
    /* The second of its numbers. */
    return (double)strtol(strchr(line, ' '), NULL, 10) * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

/* What the kernel takes to give the bytes. */
static double read_ms(const struct bench *bench)
{
    static char bytes[READ_BYTES];
    double begin = now_ms();
    FILE *file = fopen(bench->path, "re");
    if (file == NULL) {
        die("the cassette cannot be read");
    }
    (void)setvbuf(file, NULL, _IONBF, 0);
    while (fread(bytes, 1, sizeof(bytes), file) == sizeof(bytes)) {
    }
    (void)fclose(file);
    return now_ms() - begin;
}

static void measure_open(struct bench *bench, const char *how)
{
    double open_ms[SAMPLES];
    double peer_ms[SAMPLES];
    double resident = 0;
    (void)malloc_trim(0);
    double before = resident_mb();
    for (int i = 0; i < SAMPLES; i++) {
        double begin = now_ms();
        struct fe_library *library = open_library(bench);
        open_ms[i] = now_ms() - begin;
        resident = i == 0 ? resident_mb() - before : resident;
        fe_library_free(library);
        peer_ms[i] = read_ms(bench);
    }
    sort(open_ms);
    sort(peer_ms);
    (void)printf(
        "    opened %s  median %.2f ms   slowest %.2f ms   read: %.2f ms   resident %.1f MB\n", how,
        open_ms[SAMPLES / 2], open_ms[SAMPLES - 1], peer_ms[SAMPLES / 2], resident);
}

/* Without its seal, a session has no index. */
static void cut_seal(const struct bench *bench)
{
    enum {
        SEAL_BYTES_MAX = 64
    };
    char tail[SEAL_BYTES_MAX];
    FILE *file = fopen(bench->path, "re");
    if (file == NULL || fseek(file, -(long)sizeof(tail), SEEK_END) < 0 ||
        fread(tail, 1, sizeof(tail), file) != sizeof(tail)) {
        die("the cassette cannot be read");
    }
    long end = ftell(file);
    (void)fclose(file);
    for (long at = 0; at + 2 < (long)sizeof(tail); at++) {
        if (memcmp(tail + at, "\x93\x07\xce", 3) == 0) {
            end += at - (long)sizeof(tail);
            break;
        }
    }
    if (truncate(bench->path, end) < 0) {
        die("the cassette cannot be cut");
    }
}

/* ── finding ── */

static void measure_takes(struct bench *bench)
{
    struct fe_library *library = open_library(bench);
    int count = bench->count < TAKES ? bench->count : TAKES;
    struct asked *asked = calloc((size_t)count, sizeof(*asked));
    struct fe_take take;
    double took = 0;
    if (asked == NULL) {
        die("no memory");
    }
    for (int i = 0; i < count; i++) {
        ask((int)((int64_t)i * STEP % bench->count), &asked[i]);
    }
    for (int taken = 0; taken < TAKES; taken += count) {
        fe_library_rewind(library);
        double begin = now_ms();
        for (int i = 0; i < count; i++) {
            if (fe_library_take(library, &asked[i].head, asked[i].body, &take) != FE_FOUND) {
                die("an exchange was not found");
            }
        }
        took += now_ms() - begin;
    }
    (void)printf("    taken           %.2f us each, in no order\n", took * 1e3 / TAKES);
    free(asked);
    fe_library_free(library);
}

int main(int argc, char **argv)
{
    static const int counts[] = {100, 100000, 1000000};
    char path[] = "/tmp/bench-library-XXXXXX";
    struct bench bench = {.path = path};
    size_t sizes = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : sizeof(counts) / sizeof(*counts);
    int fd = mkstemp(path);
    if (fd < 0) {
        die("no file in /tmp");
    }
    (void)close(fd);
    fe_clock_init(&bench.env.clock);
    fe_random_init(&bench.env.random);
    bench.env.log = (struct fe_log){FE_LOG_INFO, false, on_log, &bench};
    (void)sem_init(&bench.worked_off, 0, 0);
    for (size_t i = 0; i < sizes && i < sizeof(counts) / sizeof(*counts); i++) {
        bench.count = counts[i];
        record(&bench);
        measure_open(&bench, "by its index");
        measure_takes(&bench);
        cut_seal(&bench);
        measure_open(&bench, "by scanning ");
        measure_takes(&bench);
    }
    (void)unlink(path);
    (void)sem_destroy(&bench.worked_off);
    return 0;
}
