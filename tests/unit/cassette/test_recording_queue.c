/* SPDX-License-Identifier: MIT */
#include "../expect.h"

#include <poll.h>
#include <pthread.h>

#include "cassette/recording_queue_private.h"

enum {
    BYTES_MAX = 1 << 20
};

static int set_up(void **state)
{
    struct fe_recording_queue *queue = NULL;
    assert_int_equal(fe_recording_queue_new(BYTES_MAX, &queue), 0);
    *state = queue;
    return 0;
}

static int tear_down(void **state)
{
    fe_recording_queue_free(*state);
    return 0;
}

static void put(struct fe_recording_queue *queue, uint64_t exchange, struct fe_slice bytes)
{
    const struct fe_queued item = {FE_QUEUED_LOG, false, exchange, 7, bytes.len};
    char *room = fe_recording_queue_begin(queue, &item);
    memcpy(room, bytes.ptr, bytes.len);
    fe_recording_queue_commit(queue);
}

static void put_body(struct fe_recording_queue *queue, size_t len, bool cut)
{
    static const char text[3 << 16] = {'x'};
    const struct fe_queued item = {.kind = FE_QUEUED_REQUEST_BODY, .cut = cut};
    fe_recording_queue_put_body(queue, item, (struct fe_slice){text, len});
}

/* Takes all that is there; how many items. */
static size_t take_all(struct fe_recording_queue *queue)
{
    struct fe_slice bytes;
    size_t count = 0;
    assert_true(fe_recording_queue_wait(queue, 0));
    while (fe_recording_queue_next(queue, &bytes)) {
        count++;
    }
    return count;
}

static bool is_readable(struct fe_recording_queue *queue)
{
    struct pollfd fd = {fe_recording_queue_fd(queue), POLLIN, 0};
    return poll(&fd, 1, 0) == 1;
}

static void gives_what_was_put_in_order(void **state)
{
    struct fe_recording_queue *queue = *state;
    static char text[200000];
    struct fe_slice bytes;
    uint64_t count = 0;
    memset(text, 'a', sizeof(text));
    for (size_t len = 0; len < 200; len++) {
        put(queue, len, (struct fe_slice){text, len});
    }
    put(queue, 200, (struct fe_slice){text, sizeof(text)});
    put(queue, 201, FE_SLICE("last"));
    assert_true(fe_recording_queue_wait(queue, 0));
    const struct fe_queued *item = NULL;
    while ((item = fe_recording_queue_next(queue, &bytes)) != NULL) {
        assert_int_equal(item->kind, FE_QUEUED_LOG);
        assert_int_equal(item->t_us, 7);
        assert_true(item->exchange == count);
        assert_int_equal(bytes.len, count < 200 ? count : count == 200 ? sizeof(text) : 4);
        assert_memory_equal(bytes.ptr, count == 201 ? "last" : text, bytes.len);
        count++;
    }
    assert_true(count == 202);
}

static void divides_bodies_and_cuts_behind_the_last_piece(void **state)
{
    struct fe_recording_queue *queue = *state;
    struct fe_slice bytes;
    size_t len = 0;
    size_t cuts = 0;
    size_t pieces = 0;
    put_body(queue, 150000, true);
    assert_true(fe_recording_queue_wait(queue, 0));
    const struct fe_queued *item = NULL;
    while ((item = fe_recording_queue_next(queue, &bytes)) != NULL) {
        assert_int_equal(cuts, 0);
        len += bytes.len;
        cuts += item->cut;
        pieces++;
    }
    assert_int_equal(len, 150000);
    assert_int_equal(cuts, 1);
    assert_int_equal(pieces, 3);
}

static void is_full_until_half_has_gone(void **state)
{
    struct fe_recording_queue *queue = *state;
    struct fe_slice bytes;
    size_t len = 0;
    /* What waits grows old while this is written, and then it is full as well. */
    for (; len < BYTES_MAX; len += 60000) {
        put_body(queue, 60000, false);
    }
    assert_true(fe_recording_queue_is_full(queue));
    assert_false(is_readable(queue));
    assert_true(fe_recording_queue_wait(queue, 0));
    size_t left = len;
    while (fe_recording_queue_next(queue, &bytes)) {
        /* What is worked on counts until the next is taken; and what has grown old is too much. */
        assert_true(left <= BYTES_MAX / 2 || !is_readable(queue));
        left -= left < bytes.len ? left : bytes.len;
    }
    assert_true(is_readable(queue));
    assert_false(fe_recording_queue_is_full(queue));
    fe_recording_queue_ack(queue);
    assert_false(is_readable(queue));
    put_body(queue, 60000, false);
    assert_int_equal(take_all(queue), 1);
    assert_false(is_readable(queue));
}

static void is_never_full_once_given_up(void **state)
{
    struct fe_recording_queue *queue = *state;
    for (size_t i = 0; i < BYTES_MAX / 65536; i++) {
        put_body(queue, 65536, false);
    }
    assert_true(fe_recording_queue_is_full(queue));
    fe_recording_queue_give_up(queue);
    assert_true(is_readable(queue));
    assert_false(fe_recording_queue_is_full(queue));
    size_t before = take_all(queue);
    assert_true(before >= BYTES_MAX / 65536);
    for (int i = 0; i < 100; i++) {
        put_body(queue, 65536, false);
    }
    put(queue, 1, FE_SLICE("a head"));
    size_t after = take_all(queue);
    assert_in_range(after, before, before + 3);
}

static void ends_when_closed_and_used_up(void **state)
{
    struct fe_recording_queue *queue = *state;
    assert_int_equal(take_all(queue), 0);
    put(queue, 1, FE_SLICE("x"));
    fe_recording_queue_close(queue);
    struct fe_slice bytes;
    assert_true(fe_recording_queue_wait(queue, -1));
    assert_non_null(fe_recording_queue_next(queue, &bytes));
    assert_null(fe_recording_queue_next(queue, &bytes));
    assert_false(fe_recording_queue_wait(queue, -1));
}

enum {
    RACED_ITEMS = 20000
};

static void *say_much(void *arg)
{
    struct fe_recording_queue *queue = arg;
    for (uint64_t i = 0; i < RACED_ITEMS; i++) {
        while (fe_recording_queue_is_full(queue)) {
            struct pollfd fd = {fe_recording_queue_fd(queue), POLLIN, 0};
            assert_int_equal(poll(&fd, 1, -1), 1);
            fe_recording_queue_ack(queue);
        }
        put_body(queue, 1000, true);
        put(queue, i, FE_SLICE("log"));
    }
    fe_recording_queue_close(queue);
    return NULL;
}

static void holds_between_two_threads(void **state)
{
    struct fe_recording_queue *queue = *state;
    pthread_t thread;
    struct fe_slice bytes;
    uint64_t lines = 0;
    uint64_t len = 0;
    uint64_t cuts = 0;
    assert_int_equal(pthread_create(&thread, NULL, say_much, queue), 0);
    while (fe_recording_queue_wait(queue, -1)) {
        const struct fe_queued *item = NULL;
        while ((item = fe_recording_queue_next(queue, &bytes)) != NULL) {
            if (item->kind == FE_QUEUED_LOG) {
                assert_true(item->exchange == lines);
                lines++;
            } else {
                len += bytes.len;
                cuts += item->cut;
            }
        }
    }
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(lines == RACED_ITEMS);
    assert_true(cuts == RACED_ITEMS);
    assert_true(len == 1000 * (uint64_t)RACED_ITEMS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(gives_what_was_put_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(divides_bodies_and_cuts_behind_the_last_piece, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(is_full_until_half_has_gone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(is_never_full_once_given_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ends_when_closed_and_used_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(holds_between_two_threads, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
