/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "util/descriptors.h"

static struct fe_descriptor_shares shares_of(rlim_t soft)
{
    struct rlimit limit;
    struct fe_descriptor_shares shares;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = soft;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    fe_descriptors_share(&shares);
    return shares;
}

static void leaves_an_eighth_to_files(void **state)
{
    (void)state;
    struct fe_descriptor_shares shares = shares_of(1024);
    assert_int_equal(shares.connections, 768);
    assert_int_equal(shares.upstreams, 129);
}

static void leaves_an_upstream_at_least_one(void **state)
{
    (void)state;
    assert_int_equal(shares_of(7).upstreams, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_an_eighth_to_files),
        cmocka_unit_test(leaves_an_upstream_at_least_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
