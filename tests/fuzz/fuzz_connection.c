/* SPDX-License-Identifier: MIT */
/* Bytes on a connection to the real gate behind the real listener, cut into writes as the input
 * says, while the loop turns and seconds pass.
 *
 * What the app sees is what was sent, and nothing that was refused (connection_oracle.h). Every
 * request ends once, and the client has one whole answer for each that was sent to its end. However
 * the bytes are cut, the same is understood. At the end no connection is left.
 *
 * The input is a byte of flags, one that says how large writes are, two that seed their sizes, and
 * what the client sends. */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "connection_app.h"
#include "connection_oracle.h"
#include "fuzz.h"
#include "http/acceptor.h"
#include "http/gate.h"
#include "http/loop.h"
#include "util/limits.h"

enum {
    TURNS = 3,
    RECEIVED_BYTES_MAX = 64 << 20,
    SECONDS_MAX = 400
};

enum flags {
    SECONDS_PASS = 1, /* between two writes */
    RELEASES = 2,     /* what is kept is answered between two writes */
    HALF_CLOSES = 4,  /* at the end; else it waits until the server closes */
    LEAVES = 8        /* without reading on */
};

/* What all inputs share. */
struct server {
    struct fe_env env;
    struct fe_loop *loop;
    struct fe_acceptor *acceptor;
    struct fe_gate gate;
    struct fe_app app; /* passes on to `current` */
    struct app *current;
    struct sockaddr_un address; /* abstract: no file */
    socklen_t address_bytes;
};

struct plan {
    unsigned flags;
    unsigned size_bits;
    uint32_t seed;
};

/* ── the server ── */

static void on_accept(void *arg, int fd, const struct sockaddr *peer)
{
    struct server *server = arg;
    bool admitted = fe_gate_admit(&server->gate, fd, NULL, peer);
    assert(admitted);
    (void)admitted;
}

static void on_accept_error(void *arg, int error)
{
    (void)arg;
    assert(error == 0);
}

static void on_closed(void *arg)
{
    (void)arg;
}

static void on_request(void *self, struct fe_exchange *x)
{
    const struct server *server = self;
    server->current->app.on_request(server->current->app.self, x);
}

static void on_end(void *self, struct fe_exchange *x, enum fe_outcome outcome)
{
    const struct server *server = self;
    server->current->app.on_end(server->current->app.self, x, outcome);
}

static void open_listener(struct server *server)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    server->address.sun_family = AF_UNIX;
    server->address_bytes = sizeof(server->address);
    int r = bind(fd, (const struct sockaddr *)&server->address, sizeof(sa_family_t));
    assert(r == 0);
    r = getsockname(fd, (struct sockaddr *)&server->address, &server->address_bytes);
    assert(r == 0);
    r = fe_acceptor_listen(server->acceptor, fd);
    assert(r == 0);
}

static struct server *take_server(void)
{
    static struct server server;
    if (server.loop) {
        return &server;
    }
    const struct fe_acceptor_events events = {on_accept, on_accept_error, &server};
    (void)signal(SIGPIPE, SIG_IGN);
    server.env = fuzz_env();
    server.app = (struct fe_app){
        .self = &server, .source = "emulate", .on_request = on_request, .on_end = on_end};
    server.loop = fe_loop_new();
    server.acceptor = fe_acceptor_new(server.loop, &events);
    fe_gate_init(&server.gate, server.loop, &server.env, &server.app, on_closed, &server);
    open_listener(&server);
    return &server;
}

static void turn(const struct server *server)
{
    for (int i = 0; i < TURNS; i++) {
        fe_loop_turn(server->loop);
    }
}

/* ── the client ── */

static int connect_to(const struct server *server)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int r = connect(fd, (const struct sockaddr *)&server->address, server->address_bytes);
    assert(r == 0);
    turn(server);
    assert(server->gate.count == 1);
    return fd;
}

/* What there is to read; false: the server has closed. */
static bool receive(int fd, struct fe_buf *received)
{
    for (;;) {
        char *room = NULL;
        int r = fe_buf_reserve(received, 1 << 16, &room);
        assert(r == 0);
        ssize_t n = recv(fd, room, 1 << 16, 0);
        if (n <= 0) {
            return n < 0 && errno == EAGAIN;
        }
        received->len += (size_t)n;
    }
}

static size_t next_size(struct plan *plan)
{
    plan->seed = plan->seed * 1664525U + 1013904223U;
    return 1 + (plan->seed >> 8) % (1U << plan->size_bits);
}

/* Sends it all, or as much as the server takes before it closes. Returns whether it is open. */
static bool send_all(struct server *server, struct plan *plan, int fd, struct fe_slice text,
                     struct fe_buf *received)
{
    bool open = true;
    while (open && text.len > 0) {
        size_t size = next_size(plan);
        ssize_t n = send(fd, text.ptr, size < text.len ? size : text.len, 0);
        text = fe_slice_from(text, n > 0 ? (size_t)n : 0);
        turn(server);
        open = receive(fd, received) && (n > 0 || errno == EAGAIN);
        if ((plan->flags & SECONDS_PASS) && (plan->seed & 0x10000)) {
            fe_gate_tick(&server->gate);
        }
        if ((plan->flags & RELEASES) && (plan->seed & 0x20000)) {
            (void)app_release(server->current);
        }
        if (n < 0 && server->current->count > 0) { /* it reads no further until that is answered */
            (void)app_release(server->current);
        }
    }
    return open;
}

/* Until the server has closed: all that is kept is answered, and then time passes. */
static void finish(struct server *server, const struct plan *plan, int fd, bool open,
                   struct fe_buf *received)
{
    do {
        turn(server);
        open = open && receive(fd, received);
    } while (open && app_release(server->current));
    if (open && (plan->flags & HALF_CLOSES)) {
        (void)shutdown(fd, SHUT_WR);
    }
    for (int second = 0; server->gate.count > 0; second++) {
        assert(second < SECONDS_MAX);
        fe_gate_tick(&server->gate);
        turn(server);
        (void)app_release(server->current);
        open = open && receive(fd, received);
    }
    (void)(open && receive(fd, received));
}

static void leave(struct server *server, int fd)
{
    (void)close(fd);
    turn(server);
    for (int second = 0; server->gate.count > 0; second++) {
        assert(second < SECONDS_MAX);
        fe_gate_tick(&server->gate);
        turn(server);
    }
}

/* ── one conversation ── */

static void converse(struct server *server, struct plan plan, struct fe_slice text, struct app *app,
                     struct fe_buf *received)
{
    app_open(app);
    server->current = app;
    int fd = connect_to(server);
    bool open = send_all(server, &plan, fd, text, received);
    if (plan.flags & LEAVES) {
        leave(server, fd);
    } else {
        finish(server, &plan, fd, open, received);
        (void)close(fd);
    }
}

static void check(const struct plan *plan, const struct app *app, struct fe_slice text,
                  struct fe_slice received, struct oracle_answers *answers)
{
    size_t sent = 0;
    for (size_t i = 0; i < app->count; i++) {
        assert(app->requests[i].x == NULL);
        sent += app->requests[i].outcome == FE_SENT;
    }
    oracle_check_requests(app, text);
    oracle_read_answers(app, received, answers);
    assert(answers->marked <= app->count);
    assert((plan->flags & LEAVES) || answers->marked >= sent);
}

static void check_same(const struct app *a, const struct app *b)
{
    assert(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        const struct app_request *one = &a->requests[i];
        const struct app_request *other = &b->requests[i];
        assert(fe_slice_eq(one->method, other->method));
        assert(fe_slice_eq(one->target, other->target));
        assert(one->body_whole == other->body_whole);
        assert(!one->body_whole ||
               fe_slice_eq(fe_buf_slice(&one->body), fe_buf_slice(&other->body)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct server *server = take_server();
    struct fe_slice text = fuzz_slice(data, size);
    struct plan plan = {.flags = fuzz_byte(&text), .size_bits = fuzz_byte(&text) % 15U};
    plan.seed = (uint32_t)fuzz_byte(&text) << 8;
    plan.seed |= fuzz_byte(&text);
    struct plan at_once = {.flags = plan.flags & HALF_CLOSES, .size_bits = 16};
    const struct plan *plans[] = {&plan, &at_once};
    struct app apps[2];
    struct fe_buf received[2];
    struct oracle_answers answers[2];
    for (size_t i = 0; i < 2; i++) {
        fe_buf_init(&received[i], RECEIVED_BYTES_MAX);
        converse(server, *plans[i], text, &apps[i], &received[i]);
        check(plans[i], &apps[i], text, fe_buf_slice(&received[i]), &answers[i]);
    }
    if ((plan.flags & (SECONDS_PASS | LEAVES)) == 0) {
        check_same(&apps[0], &apps[1]);
        assert(answers[0].refused == answers[1].refused);
    }
    for (size_t i = 0; i < 2; i++) {
        app_close(&apps[i]);
        fe_buf_done(&received[i]);
    }
    return 0;
}
