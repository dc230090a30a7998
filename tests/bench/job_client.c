/* SPDX-License-Identifier: MIT */
#include "job_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

#define RUNTIMES "/_emulate/foundry/compute-modules/runtimes"
#define JOBS "/contour-backend-multiplexer/api/module-group-multiplexer"
#define APP "ri.foundry.main.deployed-app.bench-%zu"
#define MODULE_HEADERS "Module-Auth-Token: " JOB_MODULE_TOKEN "\r\n"
#define CALLER_HEADERS                                                                             \
    "Authorization: Bearer test_token_admin\r\nContent-Type: application/json\r\n"

enum {
    TEXT_BYTES = 512
};

void job_runtimes(struct client *client, size_t count)
{
    char text[TEXT_BYTES];
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(text, sizeof(text),
                       "{\"runtimeId\":\"bench-%zu\",\"deployedAppRid\":\"" APP
                       "\",\"moduleAuthToken\":\"" JOB_MODULE_TOKEN "\"}",
                       i, i);
        client_send(client, "POST", RUNTIMES, "", text);
        (void)client_receive(client, 200);
    }
}

static void ask(struct client *client, const char *path, size_t runtime, size_t number)
{
    char text[TEXT_BYTES];
    (void)snprintf(text, sizeof(text),
                   "{\"deployedAppRid\":\"" APP "\",\"deployedAppBranch\":\"master\","
                   "\"queryType\":\"f\",\"query\":{\"n\":%zu}}",
                   runtime, number);
    client_send(client, "POST", path, CALLER_HEADERS, text);
}

void job_execute(struct client *client, size_t runtime, size_t number)
{
    ask(client, JOBS "/compute-modules/jobs/execute", runtime, number);
}

void job_submit(struct client *client, size_t runtime, size_t number)
{
    ask(client, JOBS "/deployed-apps/jobs", runtime, number);
}

void job_poll(struct client *client, size_t runtime)
{
    char path[TEXT_BYTES];
    (void)snprintf(path, sizeof(path), RUNTIMES "/bench-%zu/job", runtime);
    client_send(client, "GET", path, MODULE_HEADERS, "");
}

/* What stands behind the name; the program ends where there is none. */
static const char *behind(const char *body, const char *name)
{
    const char *at = strstr(body, name);
    if (at == NULL) {
        (void)fprintf(stderr, "%s\n", body);
        errno = 0;
        die("no job was answered");
    }
    return at + strlen(name);
}

size_t job_read(const char *body, char job_id[JOB_ID_BYTES])
{
    const char *id = behind(body, "\"jobId\":\"");
    (void)snprintf(job_id, JOB_ID_BYTES, "%.*s", (int)strcspn(id, "\""), id);
    return strtoul(behind(body, "\"n\":"), NULL, 10);
}

void job_result_path(size_t runtime, const char *job_id, char *path, size_t size)
{
    (void)snprintf(path, size, RUNTIMES "/bench-%zu/results/%s", runtime, job_id);
}

void job_post(struct client *client, size_t runtime, const char *job_id, size_t number)
{
    char path[TEXT_BYTES];
    char text[TEXT_BYTES];
    job_result_path(runtime, job_id, path, sizeof(path));
    (void)snprintf(text, sizeof(text), "{\"answer\":%zu}", number);
    client_send(client, "POST", path, MODULE_HEADERS, text);
}

void job_check(const char *body, size_t number)
{
    char text[TEXT_BYTES];
    (void)snprintf(text, sizeof(text), "{\"answer\":%zu}", number);
    if (strcmp(body, text) != 0) {
        (void)fprintf(stderr, "%s\n", body);
        errno = 0;
        die("another result was expected");
    }
}
