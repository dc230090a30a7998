/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "replay/bindings.h"
#include "util/alloc.h"
#include "util/limits.h"
#include "util/random.h"

#define THEN "fe~access_token~k3j9w2m5x7q1r8t4"
#define NOW "foundry_mtAIuLEQ-EQzb7nHZjm_fqxofF"

struct fixture {
    struct fe_random random;
    struct fe_bindings *bindings;
    struct fe_arena arena;
};

static int setup(void **state)
{
    struct fixture *f = fe_xalloc(sizeof(*f));
    fe_random_init_deterministic(&f->random, 1);
    f->bindings = fe_bindings_new(&f->random);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    fe_bindings_free(f->bindings);
    fe_arena_done(&f->arena);
    free(f);
    return 0;
}

static void assert_live(struct fixture *f, const char *text, const char *expected)
{
    struct fe_slice live = fe_bindings_to_live(f->bindings, fe_slice_cstr(text), &f->arena);
    assert_int_equal(live.len, strlen(expected));
    assert_memory_equal(live.ptr, expected, live.len);
}

static void assert_recorded(struct fixture *f, const char *text, const char *expected)
{
    struct fe_slice recorded = fe_bindings_to_recorded(f->bindings, fe_slice_cstr(text), &f->arena);
    assert_int_equal(recorded.len, strlen(expected));
    assert_memory_equal(recorded.ptr, expected, recorded.len);
}

static void translates_both_ways_wherever_it_stands(void **state)
{
    struct fixture *f = *state;
    fe_bindings_bind(f->bindings, FE_SLICE(THEN), FE_SLICE(NOW));
    assert_live(f, "Bearer " THEN, "Bearer " NOW);
    assert_live(f, "{\"a\":\"" THEN "\",\"b\":[\"" THEN "\"]}",
                "{\"a\":\"" NOW "\",\"b\":[\"" NOW "\"]}");
    assert_live(f, THEN, NOW);
    assert_live(f, "It is " THEN ".", "It is " NOW ".");
    assert_recorded(f, "/tokens/" NOW "/x?t=" NOW "&u=1", "/tokens/" THEN "/x?t=" THEN "&u=1");
}

static void finds_whole_words_only(void **state)
{
    struct fixture *f = *state;
    fe_bindings_bind(f->bindings, FE_SLICE(THEN), FE_SLICE(NOW));
    assert_live(f, THEN "x", THEN "x");
    assert_live(f, "x" THEN, "x" THEN);
    assert_recorded(f, "x-" NOW, "x-" NOW);
}

static void gives_back_the_text_itself_where_there_is_nothing_to_translate(void **state)
{
    struct fixture *f = *state;
    const struct fe_slice text = FE_SLICE("nothing to see here");
    assert_ptr_equal(fe_bindings_to_live(f->bindings, text, &f->arena).ptr, text.ptr);
    fe_bindings_bind(f->bindings, FE_SLICE(THEN), FE_SLICE(NOW));
    assert_ptr_equal(fe_bindings_to_live(f->bindings, text, &f->arena).ptr, text.ptr);
    assert_int_equal(fe_bindings_to_live(f->bindings, FE_SLICE(""), &f->arena).len, 0);
}

/* A token that was issued anew: the old one is still the recorded one's. */
static void knows_every_live_value_that_a_recorded_one_had(void **state)
{
    struct fixture *f = *state;
    fe_bindings_bind(f->bindings, FE_SLICE(THEN), FE_SLICE("first-live-value"));
    fe_bindings_bind(f->bindings, FE_SLICE(THEN), FE_SLICE("second-live-value"));
    assert_live(f, THEN, "second-live-value");
    assert_recorded(f, "first-live-value second-live-value", THEN " " THEN);
    fe_bindings_bind(f->bindings, FE_SLICE("another-recorded"), FE_SLICE("first-live-value"));
    assert_recorded(f, "first-live-value", "another-recorded");
    fe_bindings_clear(f->bindings);
    assert_live(f, THEN, THEN);
    assert_recorded(f, "second-live-value", "second-live-value");
}

static void binds_nothing_that_would_be_found_everywhere(void **state)
{
    struct fixture *f = *state;
    fe_bindings_bind(f->bindings, FE_SLICE("short"), FE_SLICE("a-longer-value"));
    fe_bindings_bind(f->bindings, FE_SLICE("a-longer-value"), FE_SLICE("1234567"));
    assert_live(f, "short a-longer-value", "short a-longer-value");
    assert_recorded(f, "a-longer-value 1234567", "a-longer-value 1234567");
}

static void forgets_the_oldest_past_its_limit(void **state)
{
    struct fixture *f = *state;
    for (unsigned i = 0; i <= FE_LIMIT_BINDINGS; i++) {
        char recorded[32];
        char live[32];
        (void)snprintf(recorded, sizeof(recorded), "recorded-%u", i);
        (void)snprintf(live, sizeof(live), "live-now-%u", i);
        fe_bindings_bind(f->bindings, fe_slice_cstr(recorded), fe_slice_cstr(live));
    }
    assert_int_equal(fe_bindings_live(f->bindings, FE_SLICE("recorded-0")).len, 0);
    assert_int_equal(fe_bindings_recorded(f->bindings, FE_SLICE("live-now-0")).len, 0);
    assert_live(f, "recorded-1", "live-now-1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(translates_both_ways_wherever_it_stands),
        TEST(finds_whole_words_only),
        TEST(gives_back_the_text_itself_where_there_is_nothing_to_translate),
        TEST(knows_every_live_value_that_a_recorded_one_had),
        TEST(binds_nothing_that_would_be_found_everywhere),
        TEST(forgets_the_oldest_past_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
