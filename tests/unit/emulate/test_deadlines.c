/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "emulate/state/deadlines.h"
#include "http/loop.h"
#include "util/alloc.h"

enum {
    MANY = 500
};

struct fixture {
    struct fe_env env;
    struct fe_loop *loop;
    struct fe_deadlines *deadlines;
    struct fe_deadline items[MANY];
    int64_t due_ns[MANY]; /* in the order in which they were told */
    size_t due_count;
};

static void on_due(void *arg, struct fe_deadline *deadline)
{
    struct fixture *f = arg;
    assert_int_equal(deadline->place, 0);
    f->due_ns[f->due_count++] = deadline->at_ns;
}

static int setup(void **state)
{
    struct fixture *f = fe_xalloc(sizeof(*f));
    fe_clock_freeze(&f->env.clock, 1000);
    fe_random_init_deterministic(&f->env.random, 5);
    f->loop = fe_loop_new();
    f->deadlines = fe_deadlines_new(&f->env, f->loop, on_due, f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < MANY; i++) {
        fe_deadline_clear(f->deadlines, &f->items[i]);
    }
    fe_deadlines_free(f->deadlines);
    fe_loop_free(f->loop);
    free(f);
    return 0;
}

static void they_pass_in_order_however_they_were_set(void **state)
{
    struct fixture *f = *state;
    size_t cleared = 0;
    for (size_t i = 0; i < MANY; i++) {
        uint16_t by = 0;
        fe_random_bytes(&f->env.random, &by, sizeof(by));
        fe_deadline_set(f->deadlines, &f->items[i], 2000 + by);
    }
    for (size_t i = 0; i < MANY; i += 7, cleared++) {
        fe_deadline_clear(f->deadlines, &f->items[i]);
    }
    for (size_t i = 1; i < MANY; i += 7) {
        fe_deadline_set(f->deadlines, &f->items[i], 1500 + (int64_t)i);
    }
    fe_deadlines_check(f->deadlines);
    assert_int_equal(f->due_count, 0);
    fe_clock_advance(&f->env.clock, 1 << 17);
    fe_deadlines_check(f->deadlines);
    assert_int_equal(f->due_count, MANY - cleared);
    for (size_t i = 1; i < f->due_count; i++) {
        assert_true(f->due_ns[i - 1] <= f->due_ns[i]);
    }
}

static void a_moved_clock_is_enough(void **state)
{
    struct fixture *f = *state;
    fe_deadline_set(f->deadlines, &f->items[0], 1010);
    fe_deadline_set(f->deadlines, &f->items[1], 1011);
    fe_clock_advance(&f->env.clock, 10);
    fe_deadlines_check(f->deadlines);
    assert_int_equal(f->due_count, 1);
    assert_int_equal(f->due_ns[0], 1010);
}

static void on_the_wall_a_timer_comes_by_itself(void **state)
{
    struct fixture *f = *state;
    fe_clock_init(&f->env.clock);
    int64_t now_ns = fe_clock_now_ns(&f->env.clock);
    fe_deadline_set(f->deadlines, &f->items[0], now_ns + 3600 * FE_NS_PER_S);
    fe_deadline_set(f->deadlines, &f->items[1], now_ns + FE_NS_PER_MS);
    while (f->due_count == 0) {
        fe_loop_turn(f->loop);
    }
    assert_int_equal(f->due_ns[0], now_ns + FE_NS_PER_MS);
    /* What has passed already is told in the next turn, not in this call. */
    fe_deadline_set(f->deadlines, &f->items[1], now_ns);
    assert_int_equal(f->due_count, 1);
    fe_loop_turn(f->loop);
    assert_int_equal(f->due_count, 2);
}

static void a_clock_that_starts_again_has_its_timer(void **state)
{
    struct fixture *f = *state;
    fe_deadline_set(f->deadlines, &f->items[0], 1000 + FE_NS_PER_MS);
    fe_clock_run(&f->env.clock, 1000);
    fe_deadlines_check(f->deadlines);
    assert_int_equal(f->due_count, 0);
    while (f->due_count == 0) {
        fe_loop_turn(f->loop);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(they_pass_in_order_however_they_were_set),
        TEST(a_moved_clock_is_enough),
        TEST(on_the_wall_a_timer_comes_by_itself),
        TEST(a_clock_that_starts_again_has_its_timer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
