/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "http/tls_identity.h"
#include "util/clock.h"

#define DAY_NS (INT64_C(86400) * FE_NS_PER_S)

struct place {
    char root[32];
    char directory[64]; /* two levels below, not there yet */
    struct fe_clock clock;
};

static int setup(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    assert_non_null(place);
    (void)snprintf(place->root, sizeof(place->root), "/tmp/fe-tls-XXXXXX");
    assert_non_null(mkdtemp(place->root));
    (void)snprintf(place->directory, sizeof(place->directory), "%s/state/tls", place->root);
    fe_clock_init(&place->clock);
    *state = place;
    return 0;
}

static void remove_all(const char *path)
{
    DIR *directory = opendir(path);
    const struct dirent *entry = NULL;
    while (directory && (entry = readdir(directory)) != NULL) {
        char inner[512];
        if (entry->d_name[0] != '.') {
            (void)snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
            remove_all(inner);
        }
    }
    if (directory) {
        (void)closedir(directory);
    }
    assert_int_equal(remove(path), 0);
}

static int teardown(void **state)
{
    struct place *place = *state;
    remove_all(place->root);
    free(place);
    return 0;
}

static struct fe_tls_identity open_identity(const struct place *place, const char *name)
{
    struct fe_tls_identity identity;
    char why[256] = "";
    const char *const names[] = {name, NULL};
    int r =
        fe_tls_identity_open(place->directory, names, &place->clock, &identity, why, sizeof(why));
    assert_string_equal(why, "");
    assert_int_equal(r, 0);
    return identity;
}

static X509 *read_cert(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    X509 *cert = PEM_read_X509(file, NULL, NULL, NULL);
    assert_non_null(cert);
    (void)fclose(file);
    return cert;
}

struct both {
    X509 *ca;
    X509 *leaf;
};

/* Opens, reads and closes. */
static struct both take(const struct place *place, const char *name)
{
    struct fe_tls_identity identity = open_identity(place, name);
    struct both both = {read_cert(identity.ca_file), read_cert(identity.cert_file)};
    fe_tls_identity_done(&identity);
    return both;
}

static void drop(struct both *both)
{
    X509_free(both->ca);
    X509_free(both->leaf);
}

static bool same(const X509 *a, const X509 *b)
{
    return X509_cmp(a, b) == 0;
}

static unsigned mode_of(const struct place *place, const char *name)
{
    char path[128];
    struct stat st;
    (void)snprintf(path, sizeof(path), "%s/%s", place->directory, name);
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 0777u;
}

static void keeps_keys_for_their_owner(void **state)
{
    struct place *place = *state;
    mode_t before = umask(0);
    struct fe_tls_identity identity = open_identity(place, NULL);
    (void)umask(before);
    assert_int_equal(mode_of(place, "."), 0700);
    assert_int_equal(mode_of(place, "ca-key.pem"), 0600);
    assert_int_equal(mode_of(place, "key.pem"), 0600);
    assert_int_equal(mode_of(place, "ca.pem"), 0644);
    assert_int_equal(mode_of(place, "cert.pem"), 0644);
    fe_tls_identity_done(&identity);
}

static void shows_certificates_whatever_the_umask_is(void **state)
{
    struct place *place = *state;
    mode_t before = umask(077);
    struct fe_tls_identity identity = open_identity(place, NULL);
    (void)umask(before);
    assert_int_equal(mode_of(place, "ca.pem"), 0644);
    fe_tls_identity_done(&identity);
}

static void makes_an_authority_and_a_leaf_for_this_machine(void **state)
{
    char host[256] = "";
    struct both both = take(*state, "foundry.test");
    assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
    assert_int_equal(X509_check_ca(both.ca), 1);
    assert_int_equal(X509_check_ca(both.leaf), 0);
    assert_int_equal(X509_verify(both.leaf, X509_get0_pubkey(both.ca)), 1);
    assert_int_equal(X509_check_host(both.leaf, "localhost", 0, 0, NULL), 1);
    assert_int_equal(X509_check_host(both.leaf, "foundry.test", 0, 0, NULL), 1);
    assert_int_equal(X509_check_ip_asc(both.leaf, "127.0.0.1", 0), 1);
    assert_int_equal(X509_check_ip_asc(both.leaf, "::1", 0), 1);
    assert_int_equal(X509_check_host(both.leaf, host, 0, 0, NULL), fe_tls_is_name(host));
    assert_int_equal(X509_check_host(both.leaf, "elsewhere.test", 0, 0, NULL), 0);
    drop(&both);
}

static void uses_what_is_there(void **state)
{
    struct both first = take(*state, "foundry.test");
    struct both second = take(*state, "foundry.test");
    struct both third = take(*state, NULL);
    assert_true(same(first.ca, second.ca) && same(first.leaf, second.leaf));
    assert_true(same(first.leaf, third.leaf));
    drop(&first);
    drop(&second);
    drop(&third);
}

static void names_what_is_new_in_another_leaf_of_the_same_authority(void **state)
{
    struct both first = take(*state, NULL);
    struct both second = take(*state, "192.168.7.7");
    assert_true(same(first.ca, second.ca));
    assert_false(same(first.leaf, second.leaf));
    assert_int_equal(X509_check_ip_asc(second.leaf, "192.168.7.7", 0), 1);
    drop(&first);
    drop(&second);
}

static void renews_what_has_a_day_left(void **state)
{
    struct place *place = *state;
    struct both first = take(place, NULL);
    fe_clock_advance(&place->clock, 395 * DAY_NS);
    struct both before = take(place, NULL);
    assert_true(same(first.leaf, before.leaf));
    fe_clock_advance(&place->clock, DAY_NS);
    struct both after = take(place, NULL);
    assert_false(same(first.leaf, after.leaf));
    assert_true(same(first.ca, after.ca));
    fe_clock_advance(&place->clock, 3650 * DAY_NS);
    struct both later = take(place, NULL);
    assert_false(same(first.ca, later.ca));
    assert_int_equal(X509_verify(later.leaf, X509_get0_pubkey(later.ca)), 1);
    drop(&first);
    drop(&before);
    drop(&after);
    drop(&later);
}

static void replaces_what_is_damaged(void **state)
{
    static const char *const names[] = {"ca.pem", "ca-key.pem", "cert.pem", "key.pem"};
    struct place *place = *state;
    for (size_t i = 0; i < 4; i++) {
        char path[128];
        struct both first = take(place, NULL);
        (void)snprintf(path, sizeof(path), "%s/%s", place->directory, names[i]);
        assert_int_equal(truncate(path, 100), 0);
        struct both second = take(place, NULL);
        assert_false(same(first.leaf, second.leaf));
        assert_int_equal(same(first.ca, second.ca), i >= 2);
        assert_int_equal(X509_verify(second.leaf, X509_get0_pubkey(second.ca)), 1);
        drop(&first);
        drop(&second);
    }
}

static void says_what_stands_in_its_way(void **state)
{
    struct place *place = *state;
    struct fe_tls_identity identity;
    const char *const nothing = NULL;
    char why[256] = "";
    (void)snprintf(place->directory, sizeof(place->directory), "%s/file", place->root);
    FILE *file = fopen(place->directory, "w");
    assert_non_null(file);
    (void)fclose(file);
    assert_true(fe_tls_identity_open(place->directory, &nothing, &place->clock, &identity, why,
                                     sizeof(why)) < 0);
    assert_non_null(strstr(why, "/file: Not a directory"));
}

static void processes_take_turns(void **state)
{
    enum {
        PROCESSES = 8
    };
    struct place *place = *state;
    pid_t children[PROCESSES];
    for (size_t i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            char name[16];
            (void)snprintf(name, sizeof(name), "host%zu", i % 2);
            struct fe_tls_identity identity = open_identity(place, name);
            X509 *leaf = read_cert(identity.cert_file);
            X509 *ca = read_cert(identity.ca_file);
            bool good = X509_verify(leaf, X509_get0_pubkey(ca)) == 1 &&
                        X509_check_host(leaf, name, 0, 0, NULL) == 1;
            _exit(good ? 0 : 1);
        }
    }
    for (size_t i = 0; i < PROCESSES; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
}

static void knows_what_a_certificate_can_name(void **state)
{
    (void)state;
    assert_true(fe_tls_is_name("localhost"));
    assert_true(fe_tls_is_name("my_service.test"));
    assert_true(fe_tls_is_name("10.0.0.1"));
    assert_true(fe_tls_is_name("fe80::1"));
    assert_false(fe_tls_is_name(""));
    assert_false(fe_tls_is_name("a,DNS:b"));
    assert_false(fe_tls_is_name("[::1]"));
    assert_false(fe_tls_is_name("*.test"));
    assert_false(fe_tls_is_name(".test"));
    assert_false(fe_tls_is_name("host:4000"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keeps_keys_for_their_owner),
        TEST(shows_certificates_whatever_the_umask_is),
        TEST(makes_an_authority_and_a_leaf_for_this_machine),
        TEST(uses_what_is_there),
        TEST(names_what_is_new_in_another_leaf_of_the_same_authority),
        TEST(renews_what_has_a_day_left),
        TEST(replaces_what_is_damaged),
        TEST(says_what_stands_in_its_way),
        TEST(processes_take_turns),
        cmocka_unit_test(knows_what_a_certificate_can_name),
    };
    return cmocka_run_group_tests_name("tls_identity", tests, NULL, NULL);
}
