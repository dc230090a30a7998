/* SPDX-License-Identifier: MIT */
/* libfoundry-emulator as a program that embeds it sees it. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "foundry_emulator/emulator.h"

static struct fe_emulator *new_emulator(const char *seed)
{
    struct fe_options *options = fe_options_new();
    struct fe_emulator *emulator = NULL;
    char *errors = NULL;
    assert_int_equal(
        fe_options_set(options, "listen", "http://127.0.0.1:0", FE_OPTION_COMMAND_LINE, NULL, 0),
        0);
    assert_int_equal(fe_options_set(options, "log-level", "error", FE_OPTION_COMMAND_LINE, NULL, 0),
                     0);
    if (seed) {
        assert_int_equal(fe_options_set(options, "seed", seed, FE_OPTION_COMMAND_LINE, NULL, 0), 0);
    }
    assert_int_equal(fe_emulator_new(options, &emulator, &errors), 0);
    assert_null(errors);
    fe_options_free(options);
    return emulator;
}

/* One request on a connection of its own; the answer's first bytes. */
static void ask(const char *url, const char *request, char *answer, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    static const char prefix[] = "http://127.0.0.1:";
    assert_memory_equal(url, prefix, sizeof(prefix) - 1);
    unsigned long port = strtoul(url + sizeof(prefix) - 1, NULL, 10);
    address.sin_port = htons((unsigned short)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(write(fd, request, strlen(request)), (ssize_t)strlen(request));
    size_t length = 0;
    ssize_t n = 0;
    while (length + 1 < size && (n = read(fd, answer + length, size - 1 - length)) > 0) {
        length += (size_t)n;
    }
    answer[length] = '\0';
    (void)close(fd);
}

static const char get_current[] =
    "GET /api/v2/admin/users/getCurrent HTTP/1.1\r\nHost: localhost\r\n"
    "Authorization: Bearer test_token_admin\r\nConnection: close\r\n\r\n";

static void starts_answers_resets_and_stops_a_hundred_times(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        char answer[4096];
        struct fe_emulator *emulator = new_emulator(NULL);
        assert_int_equal(fe_emulator_start(emulator), 0);
        const char *url = fe_emulator_url(emulator, 0);
        assert_non_null(url);
        assert_null(fe_emulator_url(emulator, 1));
        ask(url, get_current, answer, sizeof(answer));
        assert_non_null(strstr(answer, "HTTP/1.1 200 OK"));
        assert_non_null(strstr(answer, "\"username\":\"admin\""));
        fe_emulator_reset(emulator);
        ask(url, get_current, answer, sizeof(answer));
        assert_non_null(strstr(answer, "HTTP/1.1 200 OK"));
        fe_emulator_stop(emulator);
        fe_emulator_free(emulator);
    }
}

static void lives_beside_another_one(void **state)
{
    (void)state;
    struct fe_emulator *one = new_emulator(NULL);
    struct fe_emulator *two = new_emulator(NULL);
    assert_int_equal(fe_emulator_start(one), 0);
    assert_int_equal(fe_emulator_start(two), 0);
    assert_string_not_equal(fe_emulator_url(one, 0), fe_emulator_url(two, 0));
    fe_emulator_free(one);
    char answer[4096];
    ask(fe_emulator_url(two, 0), get_current, answer, sizeof(answer));
    assert_non_null(strstr(answer, "HTTP/1.1 200 OK"));
    fe_emulator_free(two);
}

static void may_be_freed_without_ever_having_run(void **state)
{
    (void)state;
    struct fe_emulator *emulator = new_emulator(NULL);
    fe_emulator_reset(emulator);
    assert_null(fe_emulator_url(emulator, 0));
    assert_null(fe_emulator_ca_file(emulator));
    fe_emulator_free(emulator);
    fe_emulator_free(NULL);
}

/* What was made is found in `directory`, and goes with it. */
static void forget_certificates(const char *directory)
{
    static const char *const names[] = {"ca.pem", "ca-key.pem", "cert.pem", "key.pem", "lock"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[64];
        (void)snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(directory), 0);
}

static void tells_of_the_authority_behind_its_https_listeners(void **state)
{
    (void)state;
    char directory[] = "/tmp/fe-emulator-XXXXXX";
    struct fe_options *options = fe_options_new();
    struct fe_emulator *emulator = NULL;
    char *errors = NULL;
    char expected[64];
    assert_non_null(mkdtemp(directory));
    (void)snprintf(expected, sizeof(expected), "%s/ca.pem", directory);
    assert_int_equal(
        fe_options_set(options, "listen", "https://127.0.0.1:0", FE_OPTION_COMMAND_LINE, NULL, 0),
        0);
    assert_int_equal(fe_options_set(options, "log-level", "error", FE_OPTION_COMMAND_LINE, NULL, 0),
                     0);
    assert_int_equal(fe_options_set(options, "tls-dir", directory, FE_OPTION_FILE, NULL, 0), 0);
    assert_int_equal(fe_emulator_new(options, &emulator, &errors), 0);
    assert_int_equal(fe_emulator_listen(emulator), 0);
    assert_string_equal(fe_emulator_ca_file(emulator), expected);
    assert_int_equal(strncmp(fe_emulator_url(emulator, 0), "https://127.0.0.1:", 18), 0);
    fe_emulator_free(emulator);
    fe_options_free(options);
    forget_certificates(directory);
}

static void says_which_listener_is_taken(void **state)
{
    (void)state;
    struct fe_emulator *first = new_emulator(NULL);
    struct fe_options *options = fe_options_new();
    struct fe_emulator *second = NULL;
    char *errors = NULL;
    assert_int_equal(fe_emulator_start(first), 0);
    const char *url = fe_emulator_url(first, 0);
    assert_int_equal(fe_options_set(options, "listen", url, FE_OPTION_COMMAND_LINE, NULL, 0), 0);
    assert_int_equal(fe_emulator_new(options, &second, &errors), 0);
    assert_int_equal(fe_emulator_listen(second), -EADDRINUSE);
    assert_non_null(strstr(fe_emulator_problem(second), url));
    fe_options_free(options);
    fe_emulator_free(second);
    fe_emulator_free(first);
}

static char *errors_of(const char *option, const char *value)
{
    struct fe_options *options = fe_options_new();
    struct fe_emulator *emulator = NULL;
    char *errors = NULL;
    assert_int_equal(fe_options_set(options, option, value, FE_OPTION_COMMAND_LINE, NULL, 0), 0);
    assert_int_equal(fe_emulator_new(options, &emulator, &errors), -EINVAL);
    assert_null(emulator);
    assert_non_null(errors);
    fe_options_free(options);
    return errors;
}

static void refuses_a_listener_that_others_can_reach(void **state)
{
    (void)state;
    char *errors = errors_of("listen", "http://0.0.0.0:0");
    assert_non_null(strstr(errors, "--allow-remote"));
    free(errors);
}

static void reports_a_seed_that_is_not_there(void **state)
{
    (void)state;
    char *errors = errors_of("seed", "/nonexistent/seed.yaml");
    assert_non_null(strstr(errors, "/nonexistent/seed.yaml"));
    free(errors);
}

static void reads_options_and_port_from_a_seed(void **state)
{
    (void)state;
    char path[] = "/tmp/fe-test-seed-XXXXXX";
    static const char seed[] = "server:\n  log_level: debug\n  poll_timeout: soon\n  colour: red\n"
                               "foundry:\n  port: x\nvercel:\n  users: []\nweather: fine\n";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, seed, sizeof(seed) - 1), (ssize_t)sizeof(seed) - 1);
    (void)close(fd);
    char *errors = errors_of("seed", path);
    assert_non_null(strstr(errors, ":3: server.poll_timeout: "));
    assert_non_null(strstr(errors, ":4: server.colour: "));
    assert_non_null(strstr(errors, ":6: foundry.port: "));
    assert_non_null(strstr(errors, ":9: weather: "));
    assert_null(strstr(errors, ":7: "));
    free(errors);
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_answers_resets_and_stops_a_hundred_times),
        cmocka_unit_test(lives_beside_another_one),
        cmocka_unit_test(may_be_freed_without_ever_having_run),
        cmocka_unit_test(tells_of_the_authority_behind_its_https_listeners),
        cmocka_unit_test(says_which_listener_is_taken),
        cmocka_unit_test(refuses_a_listener_that_others_can_reach),
        cmocka_unit_test(reports_a_seed_that_is_not_there),
        cmocka_unit_test(reads_options_and_port_from_a_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
